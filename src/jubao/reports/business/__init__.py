"""Pages of the business: what a clerk asks of lists, recoveries, collection, transfers and payments on behalf.

Each reader takes a ``viewer``, asks the books set by set, and answers a frozen dataclass that a page draws.
"""

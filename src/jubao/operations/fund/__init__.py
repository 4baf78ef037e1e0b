"""The fund: vouchers by template (``books``) and by hand (``manual``), bank statements, money moved, periods closed.

Map: ``receipts`` (what the bank confirms), ``movements`` (between accounts and upward), ``closing`` (months, years),
``clearing`` (money nobody can place), ``confirmation`` (the finance bureau's word), ``reconciliation`` (books and bank
agreed, by the rules of ``pairing``, by people who did not pay: ``independence``), ``shares`` (whose money went up),
``budgeting`` (the fund's yearly budget).
"""

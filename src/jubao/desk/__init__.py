"""The desk (网页柜台): pages for the people of the office, drawn by the server.

Map: ``frame`` (what every page shares: who sits here, audience, headers, refusals, menu), ``parts`` (what pages are built
of), ``signin``, ``listings`` (any list), ``working`` (long work); then a room for each business, named as in
``operations`` and ``reports``. A page is a function and a template of one name lying beside it; ``routes`` gathers them.
"""

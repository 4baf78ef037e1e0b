"""Looking after the office itself: who is there, what was done, what came in and went out, whether the books hold.

Nothing here changes the books. ``staffing`` posts, absences and what nobody can do · ``trail`` the chain of events ·
``arrivals`` files that came in · ``departures`` exports, files handed over, signed reports · ``checking`` invariants
checked and remembered · ``lawbook`` the law row by row · ``supposing`` another value of the law, tried on the books.
"""

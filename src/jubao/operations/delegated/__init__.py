"""Payments on behalf of other departments (代发): who is on their rosters, their money, their months.

Map: ``enrolment`` (a roster taken in), ``stops`` (no longer paid, paid again), ``money`` (come and given back), ``months``
(a programme's month, locked for the bank) over ``rosters`` (who is paid which months, and up to which total).
"""

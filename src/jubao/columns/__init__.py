"""What a column of a table may hold: Django fields that bring their own CHECK, for records and ledger alike.

Map: ``bounded`` (texts, codes, numbers, money, months, days between their bounds).
"""

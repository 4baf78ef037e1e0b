"""The fund: vouchers, bank statements, money moved, periods closed.

Map: ``books`` (vouchers by template), ``manual`` (by hand) and ``voucher_reversal``; ``opening`` (first balances),
``bank_statements`` (lines that chain), ``receipts`` (what the bank confirms, used once), ``funds`` (what the accounts
hold, and no more leaves), ``movements`` (between the fund's accounts), ``remittance`` (up to the province; whose
money: ``shares``), ``fiscal_receipts`` (money from above), ``closing`` (months, years), ``clearing`` (money nobody
can place), ``confirmation`` (the finance bureau's word), ``reconciliation`` (lines of books and bank matched, by the
rules of ``pairing``), ``agreement`` (the month signed, by people who did not pay: ``independence``), ``budgeting``
(the fund's yearly budget).
"""

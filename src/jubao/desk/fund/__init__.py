"""The fund: books and vouchers, statements, the bank beside the books, closing, fiscal money, budget, the way to the bank.

Map: ``books`` (books, an account's ledger), ``vouchers`` (list, one voucher), ``statements``, ``reconciliation`` (accounts by
month, one month, three ways), ``closing``, ``receipts`` (money not placed), ``fiscal`` (fiscal money, budget, projection,
remittance), ``handover`` (batches to the bank), ``taking`` (sheets as files).
"""

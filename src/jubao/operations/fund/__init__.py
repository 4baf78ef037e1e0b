"""The fund: vouchers by template (``books``), bank statements (``receipts``), money between accounts (``movements``)."""

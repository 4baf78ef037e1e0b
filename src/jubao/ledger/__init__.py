"""Double entry in whole fen, append-only: accounts of dated charts, vouchers in two phases, balances.

The room knows accounts and references, never persons. Map: ``models`` (tables), ``chart`` (accounts),
``vouchers`` (drafting), ``balances`` (reading), ``ageing`` (what rests on clearing accounts), ``closing`` (months and
years sealed by manifests), ``guards`` (triggers that keep a closed period closed).
"""

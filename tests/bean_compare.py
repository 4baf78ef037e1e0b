"""Reads exported journals with Beancount itself and compares every balance with ours; knows nothing of the program."""

import csv
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core import data


def read(path: Path) -> tuple[dict[str, Decimal], int, list[str]]:
    """Balance of every account of one file, number of transactions, and what Beancount has against it."""
    entries, errors, _ = loader.load_file(str(path))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    transactions = [entry for entry in entries if isinstance(entry, data.Transaction)]
    for posting in (posting for entry in transactions for posting in entry.postings):
        sums[posting.account] += posting.units.number
    asserted = sum(isinstance(entry, data.Balance) for entry in entries)
    told = [f"{path.name}: {error.message}" for error in errors]
    return sums, len(transactions), told if asserted else [*told, f"{path.name}: no balance is asserted"]


def main(folder: Path) -> int:
    """Compare all books of a folder; give the number of differences."""
    wrong: list[str] = []
    accounts = transactions = 0
    with (folder / "balances.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for book in sorted({row["book"] for row in rows}):
        sums, count, errors = read(folder / f"{book.lower()}.beancount")
        wrong += errors
        ours = {row["account"]: Decimal(row["balance_fen"]).scaleb(-2) for row in rows if row["book"] == book}
        for account in sorted(ours.keys() | sums.keys()):
            if ours.get(account, Decimal(0)) != sums.get(account, Decimal(0)) or account not in ours:
                wrong.append(f"{book} {account}: ours {ours.get(account)}, beancount {sums.get(account)}")
        accounts, transactions = accounts + len(ours), transactions + count
    told = [*wrong, f"{transactions} transactions, {accounts} accounts, {len(wrong)} differences"]
    sys.stdout.write("\n".join(told) + "\n")
    return len(wrong) if transactions else 1


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)

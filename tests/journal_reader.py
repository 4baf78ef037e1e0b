"""A stranger's reading of exported journals, Beancount or hledger: forty lines that know nothing of the program."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path


@dataclass
class Transaction:
    """One transaction: day, flag, and legs of account and fen."""

    on: date
    flag: str
    legs: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Read:
    """What a journal says: transactions, balances asserted at the end of a day, accounts with the day they open."""

    entries: list[Transaction] = field(default_factory=list)
    asserted: list[tuple[date, str, int]] = field(default_factory=list)
    accounts: dict[str, date] = field(default_factory=dict)


def read_journal(path: Path) -> Read:
    """Both dialects; a line that is not understood fails."""
    found = Read()
    for line in path.read_text("utf-8").splitlines():
        words = line.split()
        if not line or line.startswith(("option ", ";", "    ;", "commodity", "decimal-mark")):
            continue
        if re.match(r"  [a-z-]+: ", line):
            continue
        if words[0] == "account":
            found.accounts[words[1]] = date.min
        elif words[1] == "open":
            found.accounts[words[2]] = date.fromisoformat(words[0])
        elif words[1] == "balance":
            found.asserted.append((date.fromisoformat(words[0]) - timedelta(days=1), words[2], cents(words[3])))
        elif words[1] in {"*", "!"}:
            found.entries.append(Transaction(date.fromisoformat(words[0]), words[1]))
        elif len(words) == 3:
            found.entries[-1].legs.append((words[0], cents(words[1])))
        else:
            account, nothing, currency, equals, amount, _ = words
            assert (nothing, currency, equals) == ("0.00", "CNY", "=")
            found.asserted.append((found.entries[-1].on, account, cents(amount)))
    return found


def cents(text: str) -> int:
    """An amount with exactly two decimals as a whole number."""
    assert re.fullmatch(r"-?\d+\.\d\d", text), text
    return int(text.replace(".", ""))

"""Journals as Beancount and hledger text: the same books give the same bytes."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from jubao.reports.statements.journal import Entry, Journal, next_day
from jubao.vocabulary.fen import yuan_plain

CURRENCY = "CNY"
SPACES = re.compile(r"\s+")


def beancount_text(journal: Journal, entries: Iterable[Entry]) -> Iterator[str]:
    """Beancount: open directives, one transaction for each voucher, balances asserted the morning after."""
    yield f'option "title" "{journal.title}"\noption "operating_currency" "{CURRENCY}"\n\n'
    for account in journal.accounts.values():
        yield f'{account.opened} open {account.path} {CURRENCY}\n  key: "{account.key}"\n  name: {_quoted(account.name)}\n'
    yield "\n"
    days = sorted(journal.balances)
    for entry in entries:
        while days and days[0] < entry.on:
            yield _beancount_balances(journal, days.pop(0))
        yield _beancount_entry(journal, entry)
    for day in days:
        yield _beancount_balances(journal, day)


def hledger_text(journal: Journal, entries: Iterable[Entry]) -> Iterator[str]:
    """hledger: accounts, one transaction for each voucher, balances asserted at the end of the day."""
    yield f"; {journal.title}\ndecimal-mark .\ncommodity 1000.00 {CURRENCY}\n\n"
    for account in journal.accounts.values():
        yield f"account {account.path}  ; key:{account.key}\n"
    yield "\n"
    days = sorted(journal.balances)
    for entry in entries:
        while days and days[0] < entry.on:
            yield _hledger_balances(journal, days.pop(0))
        yield _hledger_entry(journal, entry)
    for day in days:
        yield _hledger_balances(journal, day)


def _beancount_entry(journal: Journal, entry: Entry) -> str:
    head = f"{entry.on} {'!' if entry.pending else '*'} {_quoted(entry.memo)}\n"
    known = {
        "voucher": f"{journal.book} {entry.number}",
        "event": entry.event,
        "act-code": entry.code,
        "reference": entry.reference,
    }
    told = "".join(f"  {name}: {_quoted(value)}\n" for name, value in known.items() if value)
    legs = "".join(f"  {path}  {yuan_plain(fen)} {CURRENCY}\n" for path, fen in entry.legs)
    return f"{head}{told}  act: {entry.act}\n{legs}\n"


def _beancount_balances(journal: Journal, day: date) -> str:
    morning = next_day(day)
    lines = [
        f"{morning} balance {account.path}  {yuan_plain(journal.balances[day][key])} {CURRENCY}\n"
        for key, account in journal.accounts.items()
        if account.opened < morning
    ]
    return "".join(lines) + "\n"


def _hledger_entry(journal: Journal, entry: Entry) -> str:
    mark = "!" if entry.pending else "*"
    head = f"{entry.on} {mark} ({journal.book} {entry.number}) {_plain(entry.memo)}\n"
    told = f"    ; event:{entry.event}\n    ; act:{entry.act} {entry.code}\n"
    if entry.reference:
        told += f"    ; reference:{_plain(entry.reference)}\n"
    legs = "".join(f"    {path}  {yuan_plain(fen)} {CURRENCY}\n" for path, fen in entry.legs)
    return f"{head}{told}{legs}\n"


def _hledger_balances(journal: Journal, day: date) -> str:
    lines = [
        f"    {account.path}  0.00 {CURRENCY} = {yuan_plain(journal.balances[day][key])} {CURRENCY}\n"
        for key, account in journal.accounts.items()
    ]
    return f"{day} * 余额核对\n{''.join(lines)}\n"


def _quoted(text: str) -> str:
    """A Beancount string on one line."""
    flat = SPACES.sub(" ", text).strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{flat}"'


def _plain(text: str) -> str:
    """A text that neither starts a comment nor divides payee and note, nor splits tags."""
    return SPACES.sub(" ", text).strip().replace(";", "；").replace("|", "｜").replace(",", "，")

"""Twelve payroll months in a row on one set of books: what the twelfth costs beside the first."""

import statistics
from collections.abc import Callable
from datetime import date
from functools import partial

from benchmarks import ledgers, machine, ours, pensioners
from benchmarks.books import Books, statements
from benchmarks.line_form import KEYED
from benchmarks.measure import Contender, Goal, Run
from benchmarks.pensioners import FIRST_MONTH, ITEMS

MONTHS = range(FIRST_MONTH, FIRST_MONTH + 12)
QUARTER = 3
ANSWERED = (
    f"UPDATE {KEYED}bank_line SET result = 'PAID' WHERE result = ''",  # noqa: S608  our own tables
    f"UPDATE {KEYED}payroll_line SET state = 'PAID' WHERE state = 'DUE'",  # noqa: S608
    "UPDATE records_bankline SET result = 'PAID' WHERE result = ''",
    "UPDATE records_pensionmonth SET state = 'PAID' WHERE state = 'DUE'",
    "UPDATE records_paymentbatch SET state = 'RETURNED' WHERE state = 'LOCKED'",
)


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure twelve months of ``rows`` lines each."""
    lines = pensioners.prepare(books, rows // len(ITEMS))
    books.fresh()
    asked_for(FIRST_MONTH).envelope()
    notes = [
        f"rows are the lines of one month; {len(MONTHS)} months on one set of books, ratios against the first",
        "keyed: INSERT..SELECT of the same lines into keyed tables; envelope: payroll.calculate with all signatures",
        "release, transmission and return left out: between two months all is marked as paid, outside the clock",
    ]
    result = Run("growth", books.engine, rows, pensioners.check(FIRST_MONTH), notes)
    sizes: dict[str, list[int]] = {}
    for _ in range(min(rounds, QUARTER)):
        for name, role, pay in (("keyed", "limit", pensioners.write_keyed), ("envelope", "ours", _envelope)):
            sizes[name] = _year(result, books, name, role, pay, lines)
    result.load_after = machine.load()
    result.notes += [f"{name}: books of {first} MiB before, {last} MiB after" for name, (first, last) in sizes.items()]
    _set_goals(result)
    return result


def asked_for(month: int) -> ours.Asked:
    """The payroll of a month, asked for on its tenth day."""
    return ours.Asked("payroll.calculate", {"month": month}, date(month // 100, month % 100, 10))


def _envelope(month: int) -> None:
    asked_for(month).envelope()


def _year(result: Run, books: Books, name: str, role: str, pay: Callable[[int], None], lines: int) -> list[int]:
    """One year's months, each checked per person; MiB of the books before and after."""
    books.fresh()
    before = books.size_mib()
    for month in MONTHS:
        first = "" if month == FIRST_MONTH else f"{name} {FIRST_MONTH}"
        result.once(Contender(f"{name} {month}", role, partial(pay, month), lines, first), statements)
        if role == "ours":
            pensioners.check(month)
        ledgers.run_sql(*ANSWERED)
    return [before, books.size_mib()]


def _set_goals(result: Run) -> None:
    """The last month against the first; and the last three against the first three, which chance moves less."""
    result.expect_at_most(f"envelope {MONTHS[-1]}", f"envelope {FIRST_MONTH}", 1)
    spent = [result.taken[f"envelope {month}"] for month in MONTHS]
    clock = [each.per_row() for each in spent]
    cpu = [each.cpu_per_row() for each in spent]
    quarters = [statistics.mean(part[-QUARTER:]) / statistics.mean(part[:QUARTER]) for part in (clock, cpu)]
    result.goals.append(Goal("envelope, last three months / first three", 1, *quarters))

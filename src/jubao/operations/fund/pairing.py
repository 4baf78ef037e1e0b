"""Rules that find bank lines and lines of the books to be the same money; what no rule is sure of is left to a person."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jubao.reports.law import office_policy
from jubao.reports.reconciliation.lines import Entry

OUT, IN = "OUT", "IN"
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Lines that are the same money: the sums of both sides are equal."""

    rule: str
    bank: tuple[Entry, ...]
    book: tuple[Entry, ...]


@dataclass
class Open:
    """What no rule has found yet, by line; the law's prefixes and days of the time."""

    bank: dict[int, Entry]
    book: dict[int, Entry]
    prefixes: Sequence[Mapping[str, str]]
    near_days: int
    found: list[Pair] = field(default_factory=list)

    def take(self, rule: str, bank: Iterable[Entry], book: Iterable[Entry]) -> None:
        """Keep a pair and take its lines off the table."""
        pair = Pair(rule, tuple(bank), tuple(book))
        assert sum(one.fen for one in pair.bank) == sum(one.fen for one in pair.book), f"{rule} pairs unequal sums"
        for one in pair.bank:
            del self.bank[one.id]
        for one in pair.book:
            del self.book[one.id]
        self.found.append(pair)

    def names(self, line: Entry) -> list[str]:
        """What a bank line may mean by its reference: itself, without the bank's prefix, and the words of its text."""
        side = IN if line.fen > 0 else OUT
        stripped = [
            line.reference.removeprefix(one["prefix"])
            for one in self.prefixes
            if one["side"] == side and line.reference.startswith(one["prefix"])
        ]
        words = [
            word.removeprefix(one["prefix"])
            for word in line.text.split()
            for one in self.prefixes
            if one["side"] == side
        ]
        return [line.reference, *stripped, *words, *line.text.split()]


def pair_lines(bank: Sequence[Entry], book: Sequence[Entry], *, on: date) -> list[Pair]:
    """Pair what is certain by the rules in force, in their order; the same lines always give the same pairs.

    Args:
        bank: unmatched lines of the bank, in its order.
        book: unmatched lines of the books, by day.
        on: the day whose rules count.
    """
    law = office_policy()
    left = Open(
        {one.id: one for one in bank},
        {one.id: one for one in book},
        law.value("reconciliation.reference_prefixes", on=on),
        law.value("reconciliation.near_days", on=on),
    )
    for rule in law.value("reconciliation.rules", on=on):
        RULES[rule["rule"]](left)
    return left.found


def _by_reference(left: Open) -> None:
    """One line each, the same reference and the same amount."""
    waiting: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for one in left.book.values():
        waiting[one.reference, one.fen].append(one)
    for line in list(left.bank.values()):
        same = next((found for name in left.names(line) if (found := waiting.get((name, line.fen)))), None)
        if same:
            left.take("REFERENCE", [line], [same.pop(0)])


def _contra(left: Open) -> None:
    """Entries of the books that cancel each other: a voucher and its reversal, or equal and opposite under one reference."""
    by_voucher = {one.voucher_id: one for one in left.book.values()}
    for one in list(left.book.values()):
        reversed_one = by_voucher.get(one.reversal_of or 0)
        if reversed_one and one.id in left.book and reversed_one.id in left.book and reversed_one.fen == -one.fen:
            left.take("CONTRA", [], [reversed_one, one])
    waiting: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for one in list(left.book.values()):
        opposite = waiting[one.reference, -one.fen]
        if one.reference and opposite:
            left.take("CONTRA", [], [opposite.pop(0), one])
        else:
            waiting[one.reference, one.fen].append(one)


def _by_reference_sum(left: Open) -> None:
    """Everything under one reference in one direction: several lines of the bank, several of the books, equal sums."""
    book = _grouped(left.book.values(), lambda one: [one.reference])
    wanted = {reference for reference, _ in book if reference}
    bank = _grouped(left.bank.values(), lambda one: [n for n in _roots(left.names(one)) if n in wanted][:1])
    for key, lines in sorted(bank.items()):
        if _sum(lines) == _sum(book.get(key, [])):
            left.take("REFERENCE_SUM", lines, book[key])


def _roots(names: Iterable[str]) -> Iterator[str]:
    """A name as it is, and without a running number behind a hyphen or stroke."""
    for name in names:
        yield name
        for mark in ("-", "/"):
            root, found, number = name.rpartition(mark)
            if found and number.isdigit():
                yield root


def _by_day_sum(left: Open) -> None:
    """One line of the bank for all entries of a day and event, where exactly one such day and event fits."""
    days: dict[tuple[int, date], list[list[Entry]]] = defaultdict(list)
    groups: dict[tuple[date, str, bool], list[Entry]] = defaultdict(list)
    for one in left.book.values():
        groups[one.on, one.event, one.fen > 0].append(one)
    for (on, _, _), some in groups.items():
        if len(some) >= FEWEST:
            days[_sum(some), on].append(some)
    told = _grouped(left.bank.values(), lambda one: [one.on.isoformat()])
    for lines in told.values():
        for line in lines:
            fitting = days.get((line.fen, line.on), [])
            if len(fitting) == 1 and sum(one.fen == line.fen for one in lines) == 1:
                left.take("DAY_SUM", [line], fitting.pop())


def _by_amount(left: Open) -> None:
    """The same amount within some days, where neither side has another candidate."""
    candidates = {line.id: _near(line, left.book.values(), left.near_days) for line in left.bank.values()}
    rivals: dict[int, int] = defaultdict(int)
    for some in candidates.values():
        for one in some:
            rivals[one.id] += 1
    for line in list(left.bank.values()):
        some = candidates[line.id]
        if len(some) == 1 and rivals[some[0].id] == 1:
            left.take("AMOUNT_NEAR", [line], some)


def _near(line: Entry, book: Iterable[Entry], days: int) -> list[Entry]:
    return [one for one in book if one.fen == line.fen and abs((one.on - line.on).days) <= days]


def _grouped(entries: Iterable[Entry], names: Callable[[Entry], Iterable[str]]) -> dict[tuple[str, bool], list[Entry]]:
    """Entries by name and direction."""
    found: dict[tuple[str, bool], list[Entry]] = defaultdict(list)
    for one in entries:
        for name in names(one):
            found[name, one.fen > 0].append(one)
    return found


def _sum(entries: Iterable[Entry]) -> int:
    return sum(one.fen for one in entries)


RULES: Mapping[str, Callable[[Open], None]] = {
    "REFERENCE": _by_reference,
    "CONTRA": _contra,
    "REFERENCE_SUM": _by_reference_sum,
    "DAY_SUM": _by_day_sum,
    "AMOUNT_NEAR": _by_amount,
}

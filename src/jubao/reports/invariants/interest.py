"""Interest, worked out a second time in fractions: every posting of interest, and everybody who got none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from math import floor

from jubao.records.models import AuditEvent, Office
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant, yuan
from jubao.reports.law import office_policy
from jubao.reports.streaming import grouped, rows_of
from jubao.vocabulary.codes import Source

ENTRIES = "records_accountentry"
SOURCES = [str(source) for source in Source]
POSTED = {"INTEREST", "SETTLED_INTEREST"}
YEAR = 12


@dataclass(frozen=True)
class Terms:
    """Rate in millionths a year, and whether the month money moves in counts."""

    rate_ppm: int
    credit_month_counts: bool


@dataclass(frozen=True)
class Posting:
    """One entry of an account, as the recomputation needs it."""

    id: int
    act: int
    source: str
    kind: str
    month: int
    fen: int


@dataclass
class Account:
    """One person's entries in the order they were written, and the acts that ended the relation."""

    entries: list[Posting]
    ended_by: list[int] = field(default_factory=list)

    def before(self, entry: int) -> list[Posting]:
        """What stood in the account before an entry was written."""
        return [one for one in self.entries if one.id < entry]


def terms_on(day: date, known: date) -> Terms:
    """The terms of interest in force on a day where the office is, as somebody knew them who acted on a day."""
    area, policy = Office.objects.get().district_code, office_policy()
    return Terms(
        int(policy.value("interest.account_rate", on=day, area=area, as_known=known)),
        bool(policy.value("interest.credit_month_counts", on=day, area=area, as_known=known)),
    )


def interest(entries: list[Posting], year: int, through: int, terms: Terms) -> dict[str, int]:
    """A year's interest through a month not yet posted, by source, in fen.

    The whole account is rounded once, half up; the fen are given to the sources by the largest remainder
    of their exact parts, the earlier source first among equals.
    """
    settled = max((e.month % 100 for e in entries if e.kind in POSTED and e.month // 100 == year), default=0)
    if settled >= through:
        return {}
    product = dict.fromkeys(SOURCES, 0)
    for entry in entries:
        product[entry.source] += entry.fen * _months(entry.month, year, settled, through, terms)
    parts = {s: Fraction(p * terms.rate_ppm, 1_000_000 * YEAR) for s, p in product.items()}
    total = _half_up(sum(parts.values(), Fraction(0)))
    shares = {s: floor(part) for s, part in parts.items()}
    ranked = sorted(SOURCES, key=lambda s: (shares[s] - parts[s], SOURCES.index(s)))
    for source in ranked[: total - sum(shares.values())]:
        shares[source] += 1
    return {s: fen for s, fen in shares.items() if fen}


def _months(month: int, year: int, settled: int, through: int, terms: Terms) -> int:
    """Months of the period an entry earns for: all if it was there at its start, none after its end."""
    if month <= year * 100 + settled:
        return through - settled
    if month // 100 > year:
        return 0
    return max(through - month % 100 + int(terms.credit_month_counts), 0)


def _half_up(value: Fraction) -> int:
    rounded = floor(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded


@invariant("I-14", "每笔利息与独立重算一致，应计息的账户无遗漏")
def interest_is_as_recomputed(seen: Tally) -> Iterator[Violation]:
    """Interest posted equals the recomputation from the entries known then; nobody due any was left out."""
    days = dict(AuditEvent.objects.filter(code__in=_interest_codes()).values_list("id", "business_date").iterator())
    year_ends: dict[int, int] = dict(rows_of(f"SELECT DISTINCT act_id, year FROM {ENTRIES} WHERE kind = 'INTEREST'"))  # noqa: S608
    terms = cache(terms_on)
    ended = _ended()
    sql = f"""
        SELECT person_id, id, act_id, source, kind, value_month, amount_fen FROM {ENTRIES} ORDER BY person_id, id"""  # noqa: S608
    for person, rows in grouped(seen.each(rows_of(sql))):
        account = Account([Posting(*row) for row in rows], ended.get(person, []))
        for first in (*_postings(account, year_ends), *_late_without(account)):
            on = _day_of(first, days.get(first.act))
            if on is None:
                yield Violation(ENTRIES, first.id, f"人员 {person}：利息不是由计息业务记入")
                continue
            yield from _compare(person, account, first, terms(on, days.get(first.act, on)))


def _day_of(first: Posting, acted: date | None) -> date | None:
    """The day whose terms a posting follows: of a year that is over its last, else the day of the act."""
    end = date(first.month // 100, YEAR, 31)
    if first.kind == "INTEREST" or not first.source or (acted is not None and acted > end):
        return end
    return acted


def _interest_codes() -> list[str]:
    sql = f"""SELECT DISTINCT a.code FROM records_auditevent a WHERE a.id IN
        (SELECT act_id FROM {ENTRIES} WHERE kind IN ('INTEREST', 'SETTLED_INTEREST'))"""  # noqa: S608
    return [row[0] for row in rows_of(sql)]


def _ended() -> dict[int, list[int]]:
    """By person, the acts that ended the relation, kept accounts apart: they go on earning."""
    sql = """SELECT e.person_id, v.act_id FROM records_enrolmentevent v JOIN records_enrolment e ON e.id = v.enrolment_id
        WHERE v.enrolment_state = '4' AND NOT EXISTS (SELECT 1 FROM records_settlement s
            WHERE s.person_id = e.person_id AND s.act_id = v.act_id AND s.account = 'KEPT')
        ORDER BY e.person_id, v.id"""
    found: dict[int, list[int]] = {}
    for person, act in rows_of(sql):
        found.setdefault(person, []).append(act)
    return found


def _postings(account: Account, year_ends: dict[int, int]) -> Iterator[Posting]:
    """The first entry of every posting of interest, and where a year end posted nothing, a posting of nothing."""
    done: set[tuple[int, str, int]] = set()
    for entry in account.entries:
        if entry.kind in POSTED and (entry.act, entry.kind, entry.month) not in done:
            done.add((entry.act, entry.kind, entry.month))
            yield entry
    for act, year in year_ends.items():
        later = next((e.id for e in account.entries if e.act >= act), account.entries[-1].id + 1)
        had = any(e.act < act and e.month // 100 <= year for e in account.entries)
        posted = any(key[0] == act for key in done)
        if had and not posted and not any(end < act for end in account.ended_by):
            yield Posting(later, act, "", "INTEREST", year * 100 + YEAR, 0)


def _late_without(account: Account) -> Iterator[Posting]:
    """For money an act dated into a year settled before, the posting of nothing where it posted no interest for it."""
    done = {(e.act, e.month) for e in account.entries if e.kind in POSTED}
    settled = [(e.act, e.month // 100) for e in account.entries if e.kind == "INTEREST"]
    late: dict[int, tuple[int, int]] = {}
    for entry in account.entries:
        if entry.fen > 0 and entry.kind not in {*POSTED, "REVERSAL"}:
            year, last = late.get(entry.act, (entry.month // 100, 0))
            late[entry.act] = (min(year, entry.month // 100), max(last, entry.id))
    for act, (first, last) in late.items():
        through = max((year for by, year in settled if by < act), default=0)
        for year in range(first, through + 1):
            if (act, year * 100 + YEAR) not in done:
                yield Posting(last + 1, act, "", "SETTLED_INTEREST", year * 100 + YEAR, 0)


def _compare(person: int, account: Account, first: Posting, terms: Terms) -> Iterator[Violation]:
    before, year = account.before(first.id), first.month // 100
    posted = {
        e.source: e.fen for e in account.entries if (e.act, e.kind, e.month) == (first.act, first.kind, first.month)
    }
    if first.kind == "SETTLED_INTEREST" and _was_settled(before, year):
        missed = _missed(before, first.act, year, terms)
        if missed != sum(posted.values()):
            text = f"人员 {person} {first.month}：迟到款项应补计息 {yuan(missed)}，已记 {yuan(sum(posted.values()))}"
            yield Violation(ENTRIES, first.id, text)
        return
    due = interest(before, year, first.month % 100, terms)
    if due != posted:
        text = f"人员 {person} {first.month}：应计息 {_shown(due)}，已记 {_shown(posted)}"
        yield Violation(ENTRIES, first.id, text)


def _was_settled(entries: list[Posting], year: int) -> bool:
    """Whether a year's interest was posted to its end before."""
    return any(e.kind in POSTED and e.month == year * 100 + YEAR for e in entries) or any(
        e.kind == "OPENING" and e.month >= year * 100 + YEAR for e in entries
    )


def _missed(entries: list[Posting], act: int, year: int, terms: Terms) -> int:
    """What a settled year would have earned more with the money an act brought late; never below nothing."""
    earning = [e for e in entries if not (e.kind in POSTED and e.month // 100 == year)]
    known = [e for e in earning if e.act != act]
    with_it, without = (sum(interest(some, year, YEAR, terms).values()) for some in (earning, known))
    return max(with_it - without, 0)


def _shown(parts: dict[str, int]) -> str:
    return f"{yuan(sum(parts.values()))}（{'、'.join(f'{s} {yuan(fen)}' for s, fen in parts.items()) or '无'}）"


@invariant("I-14", "同一人同一来源一年至多一笔年度利息")
def one_interest_a_year(seen: Tally) -> Iterator[Violation]:
    """The promise the database keeps, counted once more."""
    seen.whole(ENTRIES)
    sql = f"""SELECT max(id) FROM {ENTRIES} WHERE kind = 'INTEREST' GROUP BY person_id, source, year
        HAVING count(*) > 1 ORDER BY 1"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "一年内记了两笔年度利息")

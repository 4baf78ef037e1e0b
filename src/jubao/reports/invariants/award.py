"""Awards, worked out a second time: the account at the award spread over the divisor, the basic parts of the law."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from math import floor
from typing import Any

from jubao.records.models import Office
from jubao.reports.invariants.award_history import AwardHistory, AwardState
from jubao.reports.invariants.verification import Tally, Violation, invariant, yuan
from jubao.reports.law import office_policy
from jubao.reports.streaming import rows_of
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, Source

AWARDS, COMPONENTS = "records_award", "records_awardcomponent"
BASES = {
    "001001": "benefit.base_national",
    "001002": "benefit.base_province",
    "001003": "benefit.base_city",
    "001004": "benefit.base_county",
}
INCREMENT = str(BenefitItem.INCREMENT)
WHOLE_PPM, JIAO, YEAR = 1_000_000, 10, 12
FROM_OUTSIDE = {"OPENING", "CONTRIBUTION", "SUBSIDY", "TRANSFER_IN", "REVERSAL"}
ITEM_OF = {str(source): str(BenefitItem.of(source)) for source in Source}


Stretch = tuple[int, int | None, dict[str, int]]
"""First month, month after the last or None, and fen by source."""


@dataclass(frozen=True)
class Decision:
    """What an award says about itself, the day it was decided, and the month the person joined."""

    id: int
    person: int
    act: int
    start: int
    years: int
    required: int
    balance: int
    taken_over: bool
    decided: date
    birth: date
    register_day: date
    joined: int


class Law:
    """Values of the law where the office is, by month; looked up once each."""

    def __init__(self) -> None:
        """Bind the office's area."""
        self.area = Office.objects.get().district_code
        self.value = cache(self._value)
        self.basics = cache(self._basics)

    def _value(self, name: str, month: int, known: date | None = None) -> Any:
        return office_policy().value(name, on=months.first_day(month), area=self.area, as_known=known)

    def _basics(self, month: int, years: int, birth: int, known: date) -> dict[str, int]:
        """Basic pension of a month by item for somebody of some years, born in a month, as known on a day; positive only."""
        parts = {item: int(self.value(name, month, known)) for item, name in BASES.items()}
        national = parts.pop("001001")
        shares = {
            str(BenefitItem[f"BASIC_{row['level']}"]): Fraction(national * row["ppm"], WHOLE_PPM)
            for row in self.value("benefit.national_base_shares", month, known)
        }
        for item, fen in shared(shares, national, list(shares)).items():
            parts[item] = parts.get(item, 0) + fen
        basic = sum(parts.values())
        parts[INCREMENT] = self._by_years(month, years, basic, known) + self._by_age(month, birth, known)
        return {item: fen for item, fen in parts.items() if fen}

    def _by_years(self, month: int, years: int, basic: int, known: date) -> int:
        """Every single year by the last band it lies beyond."""
        bands: list[dict[str, int]] = self.value("benefit.years_increment", month, known)
        fen, ppm = 0, Fraction(0)
        for year in range(1, years + 1):
            beyond = [band for band in bands if band["beyond_years"] < year]
            if beyond:
                fen += beyond[-1].get("per_year_fen", 0)
                ppm += Fraction(beyond[-1].get("per_year_ppm", 0), WHOLE_PPM)
        return fen + floor(basic * ppm + Fraction(1, 2))

    def _by_age(self, month: int, birth: int, known: date) -> int:
        """The highest band whose age was reached early enough."""
        bands = self.value("benefit.age_addon", month, known)
        if not bands:
            return 0
        offset = int(self.value("benefit.age_addon_month_offset", month, known))
        reached = [b for b in bands if months.add(birth, b["from_age"] * YEAR + offset) <= month]
        return max((b["from_age"], b["amount_fen"]) for b in reached)[1] if reached else 0


def spread(balances: dict[str, int], divisor: int, rounding: str) -> dict[str, int]:
    """A month's account pension by item: the whole balance over the divisor, rounded once, then shared."""
    held = sum(balances.values())
    if rounding == "UP_TO_JIAO":
        total = -(-held // (divisor * JIAO)) * JIAO
        exact = {source: Fraction(fen * total, max(held, 1)) for source, fen in balances.items()}
    else:
        exact = {source: Fraction(fen, divisor) for source, fen in balances.items()}
        total = floor(sum(exact.values(), Fraction(0)) + Fraction(1, 2))
    shares = shared(exact, total, [str(source) for source in Source])
    return {ITEM_OF[source]: fen for source, fen in shares.items() if fen}


def shared(exact: dict[str, Fraction], total: int, order: list[str]) -> dict[str, int]:
    """Exact parts as whole fen: each rounded down, what is missing to the largest remainders, earlier ones first."""
    shares = {name: floor(part) for name, part in exact.items()}
    ranked = sorted(exact, key=lambda name: (shares[name] - exact[name], order.index(name)))
    for name in ranked[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


@invariant("I-18", "每份待遇的组成等于按核定时储存额和政策的独立重算")
def awards_are_as_recomputed(seen: Tally) -> Iterator[Violation]:
    """Years, balance and every component of an award follow from the entries and the law known at the award."""
    history = AwardHistory()
    awards, law, balances, years = {a.id: a for a in history.all()}, Law(), _balances(), _years()
    later = _later_entries()
    for decision in seen.each(_decisions()):
        award = awards[decision.id]
        held_then = _stretches(decision, balances.get(decision.id, {}), later.get(decision.id, []))
        yield from _components(award, decision, law, held_then)
        if decision.taken_over:
            continue
        held, paid = sum(balances.get(decision.id, {}).values()), years[decision.id]
        if held != decision.balance:
            yield Violation(AWARDS, award.id, f"核定时储存额记为 {yuan(decision.balance)}，按记账应为 {yuan(held)}")
        if paid != decision.years or decision.years < decision.required:
            yield Violation(
                AWARDS, award.id, f"累计缴费年限记为 {decision.years}（应缴 {decision.required}），按缴费应为 {paid}"
            )
        age, offset = (
            int(law.value(f"scheme.{name}", decision.start)) for name in ("pension_age", "start_month_offset")
        )
        if decision.start < months.add(months.of(decision.birth), age * YEAR + offset):
            yield Violation(AWARDS, award.id, f"待遇自 {decision.start} 开始，早于到龄后的起领月")
        launch = months.of(law.value("scheme.launch_date", months.of(decision.decided), decision.decided))
        begun = launch if decision.joined <= launch else months.add(decision.joined, offset)
        if decision.start < begun:
            text = f"待遇自 {decision.start} 开始，早于制度启动（{launch}）或参保关系建立（{decision.joined}）以后"
            yield Violation(AWARDS, award.id, text)


def _decisions() -> Iterator[Decision]:
    sql = f"""
        SELECT a.id, a.person_id, a.act_id, a.start_month, a.contributed_years, a.required_years, a.balance_fen,
            a.opened_with_register, e.business_date, p.birth_date,
            (SELECT min(i.valid_from) FROM records_identity i WHERE i.person_id = a.person_id),
            (SELECT n.enrolled_month FROM records_enrolment n WHERE n.person_id = a.person_id)
        FROM {AWARDS} a JOIN records_auditevent e ON e.id = a.act_id JOIN records_person p ON p.id = a.person_id
        ORDER BY a.id"""  # noqa: S608
    for row in rows_of(sql):
        key, person, act, start, years, required, balance = row[:7]
        decided, birth, register_day = map(day_of, row[8:11])
        yield Decision(
            key, person, act, start, years, required, balance, bool(row[7]), decided, birth, register_day, int(row[11])
        )


def day_of(value: Any) -> date:
    """A day as either engine hands it out."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _balances() -> dict[int, dict[str, int]]:
    """By award, what the account held by source right after the award's interest was settled."""
    sql = f"""
        SELECT a.id, e.source, sum(e.amount_fen) FROM {AWARDS} a JOIN records_accountentry e
        ON e.person_id = a.person_id AND e.act_id <= a.act_id GROUP BY a.id, e.source"""  # noqa: S608
    found: dict[int, dict[str, int]] = {}
    for award, source, fen in rows_of(sql):
        found.setdefault(award, {})[source] = int(fen)
    return found


def _later_entries() -> dict[int, list[tuple[int, str, bool, int]]]:
    """By award, what its account got or gave from the first pension month on: month, source, from outside or not, fen.

    What a refund took out counts where it had come in.
    """
    sql = f"""
        SELECT a.id, coalesce(o.value_month, e.value_month), e.source, e.kind, e.amount_fen FROM {AWARDS} a
        JOIN records_accountentry e ON e.person_id = a.person_id AND e.act_id < a.act_id
        LEFT JOIN records_accountposting o ON o.id = e.reversal_of_id
        WHERE coalesce(o.value_month, e.value_month) >= a.start_month ORDER BY a.id, e.id"""  # noqa: S608
    found: dict[int, list[tuple[int, str, bool, int]]] = {}
    for award, month, source, kind, fen in rows_of(sql):
        found.setdefault(award, []).append((month, source, kind in FROM_OUTSIDE, int(fen)))
    return found


def _stretches(decision: Decision, whole: dict[str, int], later: list[tuple[int, str, bool, int]]) -> list[Stretch]:
    """What the account held for which months: money that came after the start counts from the month after it came."""
    net: Counter[tuple[int, str]] = Counter()
    for month, source, from_outside, fen in later:
        net[month, source] += fen if from_outside else 0
    arrived = sorted({month for (month, _), fen in net.items() if fen})
    found, first = [], decision.start
    for month in arrived:
        held = Counter(whole)
        for came, source, _, fen in later:
            held[source] -= fen if came >= month else 0
        found.append((first, months.add(month, 1), {source: max(fen, 0) for source, fen in held.items()}))
        first = months.add(month, 1)
    return [*found, (first, None, whole)]


def _years() -> dict[int, int]:
    """By award, years before the takeover and years since, each once: credited and kept, or paid for by governments."""
    sql = f"""
        SELECT a.id, n.earlier_years + count(DISTINCT y.year) FROM {AWARDS} a
        JOIN records_enrolment n ON n.person_id = a.person_id
        LEFT JOIN (
            SELECT c.person_id, c.year, k.act_id AS came, r.act_id AS went FROM records_contribution c
                JOIN records_crediting k ON k.contribution_id = c.id
                LEFT JOIN records_contributionrefund r ON r.contribution_id = c.id
            UNION ALL SELECT person_id, year, act_id, CAST(NULL AS BIGINT) FROM records_accountentry
                WHERE kind = 'CONTRIBUTION' AND source = 'GOVERNMENT_PAID'
        ) y ON y.person_id = a.person_id AND y.came < a.act_id AND (y.went IS NULL OR y.went >= a.act_id)
        GROUP BY a.id, n.earlier_years"""  # noqa: S608
    return {award: int(years) for award, years in rows_of(sql)}


def _components(award: AwardState, decision: Decision, law: Law, held: list[Stretch]) -> Iterator[Violation]:
    """Compare the components an award began with to those that follow; later ones may only close them."""
    expected = _basic_history(decision, law)
    if not decision.taken_over:
        divisor = int(law.value("benefit.annuity_divisor", decision.start, decision.decided))
        rounding = law.value("benefit.account_rounding", decision.start, decision.decided)
        for first, end, balances in held:
            expected |= {(item, first): (fen, end) for item, fen in spread(balances, divisor, rounding).items()}
    for part in award.components:
        if part.act != decision.act:
            continue
        if decision.taken_over and part.item.startswith("002"):
            expected[part.item, part.from_month] = (part.fen, None)
        fen, until = expected.pop((part.item, part.from_month), (0, None))
        closed_by = {later.from_month for later in award.components if later.act > part.act and later.item == part.item}
        if part.fen != fen:
            yield Violation(
                COMPONENTS, part.id, f"{part.item} 自 {part.from_month} 记为 {yuan(part.fen)}，应为 {yuan(fen)}"
            )
        elif part.to_month != until and part.to_month not in closed_by:
            yield Violation(COMPONENTS, part.id, f"{part.item} 至 {part.to_month}，应至 {until}")
    for (item, month), (fen, _) in expected.items():
        yield Violation(COMPONENTS, None, f"待遇 {award.id} 缺 {item} 自 {month} 的 {yuan(fen)}")


def _basic_history(decision: Decision, law: Law) -> dict[tuple[str, int], tuple[int, int | None]]:
    """(item, from month) to (fen, to month) of every stretch of equal basic parts up to the day of the decision."""
    if decision.taken_over:
        month = months.add(months.of(decision.register_day), 1)
        basic = law.basics(month, decision.years, months.of(decision.birth), decision.decided)
        return {(item, decision.start): (fen, None) for item, fen in basic.items()}
    found: dict[tuple[str, int], tuple[int, int | None]] = {}
    open_since: dict[str, int] = {}
    for month in months.span(decision.start, months.add(max(decision.start, months.of(decision.decided)), 1)):
        parts = law.basics(month, decision.years, months.of(decision.birth), decision.decided)
        for item in set(open_since) | set(parts):
            since = open_since.get(item)
            if since is not None and found[item, since][0] != parts.get(item):
                found[item, since] = (found[item, since][0], month)
                del open_since[item]
            if item in parts and item not in open_since:
                open_since[item], found[item, month] = month, (parts[item], None)
    return found

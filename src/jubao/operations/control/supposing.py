"""Another value of the law, tried on the books (政策试算): whom it would affect, and what money it would move.

The same rules reckon twice over the same snapshot, by the law of today and by the law with the draft in it. Nothing is
written, and nothing is promised: what acts do besides (arrears, floors that may not sink) is told by the acts themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.holdings import held
from jubao.operations.contributions.sources import Ids
from jubao.operations.control.lawbook import PPM_IN_PERCENT, READING, shown
from jubao.operations.law import Law, law
from jubao.operations.payments.columns import read_columns
from jubao.operations.pensions.components import basic_amounts
from jubao.policy.acceptance import CannotAccept, value_of
from jubao.policy.in_force import NoLawForDay, noting
from jubao.policy.loading import CannotReadPolicy
from jubao.policy.schema import HOUSE, Parameter, Unit
from jubao.policy.store import Policy
from jubao.reports.figures.place import place_names
from jubao.reports.law import office_policy, supposing
from jubao.rules.account import interest_by_source
from jubao.rules.benefit import account_pension
from jubao.rules.contribution import subsidies
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.viewer import Viewer

PERCENT: Final = "%\uff05"
"""The sign of percent, half and full width."""
NONE: Final = np.zeros(0, dtype=np.int64)
BIRTH = "CAST(substr(CAST(p.birth_date AS TEXT), 1, 4) || substr(CAST(p.birth_date AS TEXT), 6, 2) AS INTEGER)"
PENSIONERS = f"""
SELECT a.person_id, a.contributed_years, {BIRTH} FROM records_award a JOIN records_person p ON p.id = a.person_id
WHERE a.ended_month IS NULL AND a.suspended_from IS NULL ORDER BY a.person_id
"""
COMING = f"""
SELECT p.id, {BIRTH} FROM records_person p JOIN records_enrolment e ON e.person_id = p.id
WHERE e.enrolment_state = '1' AND e.contribution_state = '1' AND p.birth_date >= %s AND p.birth_date < %s ORDER BY p.id
"""
PAID = """
SELECT c.person_id, c.amount_fen, c.kind,
       coalesce((SELECT p.category FROM records_categoryperiod p WHERE p.person_id = c.person_id
                 ORDER BY p.valid_from DESC, p.id DESC LIMIT 1), '011'),
       coalesce((SELECT r.household_type FROM records_residence r WHERE r.person_id = c.person_id
                 ORDER BY r.valid_from DESC, r.id DESC LIMIT 1), '')
FROM records_contribution c WHERE c.received_date >= %s AND c.received_date <= %s ORDER BY c.id
"""
HOLDERS = "SELECT person_id FROM records_individualaccount WHERE 1 = 1 ORDER BY person_id"
GRANTED = """
SELECT o.person_id FROM records_payout o JOIN records_auditevent e ON e.id = o.act_id
WHERE o.kind = 'FUNERAL' AND e.business_date >= %s AND e.business_date <= %s ORDER BY o.id
"""
PLACES = "SELECT id, township FROM records_person ORDER BY id"


@dataclass(frozen=True)
class Reckoned:
    """Somebody's money by a rule: persons, shape (n,), and fen, shape (n,)."""

    person: Ids
    fen: Fen


@dataclass(frozen=True)
class Place:
    """What a draft comes to in one township: people whose money differs, and how much more, in fen."""

    name: str
    people: int
    more_fen: int


@dataclass(frozen=True)
class Effect:
    """What a draft comes to in one business.

    Attributes:
        title: of the business; per: for which span the money is.
        people: whom the rule reckons for; affected: whose money differs.
        before_fen, after_fen: in all; places: by township, where anything differs.
    """

    title: Both
    per: Both
    people: int
    affected: int
    before_fen: int
    after_fen: int
    places: tuple[Place, ...]

    @property
    def more_fen(self) -> int:
        """How much more money it takes, negative where it takes less."""
        return self.after_fen - self.before_fen


@dataclass(frozen=True)
class Supposed:
    """A draft value of one parameter, and what it comes to.

    Attributes:
        key, term, unit: of the parameter; before, after: what holds, and what was typed, as people write it.
        typed: as it was typed; since: the first day of the draft; misread: why it is no value, or nothing.
        effects: in each business whose rule reads the parameter; none where no rule here does.
    """

    key: str
    term: str
    unit: str
    before: str
    after: str
    typed: str
    since: date
    misread: str
    effects: tuple[Effect, ...]


@dataclass
class Books:
    """What the rules reckon with, read once; ``day`` is the viewer's."""

    day: date
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def month(self) -> int:
        """The month of the day."""
        return months.of(self.day)

    @property
    def year_before(self) -> tuple[str, str]:
        """The twelve months up to the day."""
        first = months.first_day(months.add(self.month, -11))
        return first.isoformat(), self.day.isoformat()

    @cached_property
    def pensioners(self) -> list[NDArray[Any]]:
        """Persons in payment: key, contribution years, birth month."""
        return read_columns(PENSIONERS, [], "nnn")

    @cached_property
    def coming(self) -> tuple[Ids, Fen]:
        """Who turns sixty within twelve months, with the balance of their account."""
        age = int(law(self.day).value("scheme.pension_age"))
        first, last = (months.first_day(months.add(self.month, ahead - 12 * age)) for ahead in (0, 12))
        person, _ = read_columns(COMING, [first.isoformat(), last.isoformat()], "nn")
        return person, held(person).sum(axis=1)

    @cached_property
    def paid(self) -> list[NDArray[Any]]:
        """Contributions of the twelve months: person, fen, kind, category, household."""
        return read_columns(PAID, list(self.year_before), "nnttt")

    @cached_property
    def accounts(self) -> tuple[Ids, Fen]:
        """Everybody with an account, and its balance by source."""
        [person] = read_columns(HOLDERS, [], "n")
        return person, np.maximum(held(person), 0)

    @cached_property
    def granted(self) -> Ids:
        """For whom a funeral grant was owed within the twelve months."""
        return read_columns(GRANTED, list(self.year_before), "n")[0]


def _pensions(books: Books, by: Law) -> Reckoned:
    person, years, birth = books.pensioners
    parts = basic_amounts(by, years, birth)
    return Reckoned(person, np.sum(list(parts.values()), axis=0, dtype=np.int64) if parts else np.zeros_like(person))


def _awards(books: Books, by: Law) -> Reckoned:
    person, balance = books.coming
    divisor, rounding = int(by.value("benefit.annuity_divisor")), by.value("benefit.account_rounding")
    return Reckoned(person, account_pension(np.maximum(balance, 0), divisor=divisor, rounding=rounding))


def _subsidies(books: Books, by: Law) -> Reckoned:
    person, fen, kind, category, household = books.paid
    month = np.full(person.size, books.month, dtype=np.int64)
    due = subsidies(fen, category, kind, month, by.collection_rules(), household=household)
    return Reckoned(person, np.sum(list(due.values()), axis=0, dtype=np.int64) if due else np.zeros_like(person))


def _interest(books: Books, by: Law) -> Reckoned:
    person, balance = books.accounts
    return Reckoned(person, interest_by_source(balance, NONE, NONE, NONE, NONE, rate_ppm=by.rate_ppm()).sum(axis=1))


def _grants(books: Books, by: Law) -> Reckoned:
    amount = int(by.funeral_rule().amount_fen)
    return Reckoned(books.granted, np.full(books.granted.size, amount, dtype=np.int64))


NO_AMOUNTS: Final = frozenset(
    f"funeral.{name}"
    for name in (
        "rule_start",
        "report_within_days",
        "requires_cremation",
        "requires_in_payment",
        "requires_contributions",
    )
)
"""What decides whether a grant is owed at all: which deaths it would have decided otherwise is in no book."""
RECKONED: Mapping[str, tuple[Both, Both, Callable[[Books, Law], Reckoned]]] = {
    "pensions": (both("在发的基础养老金", "Basic pensions in payment"), both("每月", "a month"), _pensions),
    "awards": (
        both("一年内到龄者的账户养老金", "Account pensions of those who reach the age within a year"),
        both("每月", "a month"),
        _awards,
    ),
    "subsidies": (
        both("近十二个月缴费的补贴", "Subsidies on the contributions of twelve months"),
        both("每年", "a year"),
        _subsidies,
    ),
    "interest": (both("现有储存额的一年利息", "A year's interest on balances"), both("每年", "a year"), _interest),
    "grants": (
        both("近十二个月的丧葬补助", "Funeral grants of twelve months"),
        both("每年", "a year"),
        _grants,
    ),
}
"""In which businesses a draft is tried, and the rule of each."""


def supposed(key: str, typed: str, *, viewer: Viewer) -> Supposed | None:
    """What a draft value comes to from the month of the viewer's day on; None where there is no such parameter.

    Raises:
        MayNotLook: he sees no sums of the whole office.
    """
    viewer.require(READING, "政策试算")
    viewer.require_everywhere("政策试算")
    policy, present = office_policy(), law(viewer.day)
    if key not in policy.parameters:
        return None
    parameter, since = policy.parameters[key], months.first_day(months.of(viewer.day))
    by = Law(since, present.area, as_known=viewer.day)
    now = _now(by, key, parameter)
    told = Supposed(key, parameter.term, str(parameter.unit), now, "", typed.strip(), since, "", ())
    if not typed.strip():
        return told
    try:
        value = _value(typed, key, parameter)
        drafted = _drafted(policy, key, value, (since, by.area))
    except (CannotAccept, CannotReadPolicy) as unfit:
        return _told_again(told, misread=str(unfit))
    return _told_again(told, after=shown(value, parameter.unit), effects=tuple(_effects(key, viewer.day, by, drafted)))


def _told_again(told: Supposed, **changed: Any) -> Supposed:
    return Supposed(**({name: getattr(told, name) for name in told.__dataclass_fields__} | changed))


def _now(by: Law, key: str, parameter: Parameter) -> str:
    try:
        return shown(by.value(key), parameter.unit)
    except NoLawForDay:
        return ""


def _value(typed: str, key: str, parameter: Parameter) -> Any:
    """What was typed, in the unit of the parameter: yuan become fen, percent millionths. Raises CannotAccept."""
    text = typed.strip().replace(",", "").replace("，", "")
    scale = {Unit.FEN: 100, Unit.PPM: PPM_IN_PERCENT}.get(parameter.unit)
    if scale is None:
        return value_of(text, key, parameter)
    try:
        number = Decimal(text.rstrip(PERCENT)) * scale
    except InvalidOperation:
        raise CannotAccept(f"“{typed.strip()[:40]}”不是数，请写成 103 或 1.5 这样的数") from None
    if not number.is_finite() or number != int(number):
        raise CannotAccept(f"“{typed.strip()[:40]}”的小数位太多")
    return value_of(str(int(number)), key, parameter)


def _drafted(policy: Policy, key: str, value: Any, where: tuple[date, str]) -> Policy:
    """The law with a row of the draft for the office's own area from a day on. Raises CannotReadPolicy."""
    since, area = where
    parameter = policy.parameters[key]
    rows = [row.model_dump(by_alias=True) for row in parameter.rows if row.area != area or row.valid_from < since]
    for row in rows:
        if row["area"] == area and row["to"] is not None and row["to"] > since:
            row["to"] = since
    draft = {"from": since, "value": value, "source": HOUSE, "area": area}
    limit = parameter.limit
    return policy.with_rows(key, [*rows, draft], until=since if limit is not None and limit < since else None)


def _effects(key: str, day: date, by: Law, drafted: Policy) -> list[Effect]:
    books, places = Books(day), read_columns(PLACES, [], "nt")
    assert books.coming, "who comes of age is read by the law as it stands, whatever is supposed"
    found = []
    for title, per, rule in RECKONED.values():
        if rule is _grants and key in NO_AMOUNTS:
            continue
        asked: dict[str, str] = {}
        with noting(asked):
            before = rule(books, by)
        if key not in asked:
            continue
        with supposing(drafted):
            after = rule(books, by)
        found.append(_effect(title, per, before, after, places))
    return found


def _effect(title: Both, per: Both, before: Reckoned, after: Reckoned, places: list[NDArray[Any]]) -> Effect:
    more = after.fen - before.fen
    differs = np.flatnonzero(more)
    person, township = places
    where = township[np.searchsorted(person, before.person[differs])]
    names = {code: name for code, (_, name) in place_names().items()}
    told = [
        Place(
            names.get(code, code),
            int(np.unique(before.person[differs][where == code]).size),
            int(more[differs][where == code].sum()),
        )
        for code in np.unique(where).tolist()
    ]
    return Effect(
        title,
        per,
        int(np.unique(before.person).size),
        int(np.unique(before.person[differs]).size),
        int(before.fen.sum()),
        int(after.fen.sum()),
        tuple(told),
    )

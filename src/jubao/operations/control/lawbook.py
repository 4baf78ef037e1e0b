"""The law as the office reads it: every parameter with what holds today, and one of them row by row with its sources."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Max

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.law import law
from jubao.policy.in_force import NoLawForDay
from jubao.policy.schema import Parameter, Row, Unit
from jubao.policy.selection import rows_for
from jubao.policy.store import Policy
from jubao.records.models import LawAcceptance, Proposal
from jubao.reports.law import office_policy
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.canonical import canonical_json
from jubao.vocabulary.fen import format_yuan
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import Viewer

READING: Final = frozenset(Post)
NOT_TYPED: Final = frozenset({Unit.TABLE, Unit.CODE, Unit.DATE})
LOOKED_THROUGH: Final = 5000  # proposals, the latest ones, in which is looked for who read a parameter
PPM_IN_PERCENT: Final = 10_000
LONGEST: Final = 80
AREAS: dict[str, Both] = {
    "scheme": both("制度", "Scheme"),
    "contribution": both("缴费与补贴", "Contributions and subsidies"),
    "interest": both("计息", "Interest"),
    "benefit": both("待遇", "Benefits"),
    "suspension": both("暂停与续发", "Suspension"),
    "certification": both("资格认证", "Certification"),
    "funeral": both("丧葬补助", "Funeral grants"),
    "delegated": both("代发", "Delegated payment"),
    "registers": both("名单比对", "Matching"),
    "procedure": both("办理程序", "Procedure"),
    "watch": both("监测", "Watch"),
    "reconciliation": both("对账", "Reconciliation"),
    "fiscal": both("财政补助", "Fiscal money"),
    "projection": both("预测", "Projection"),
    "mortality": both("生命表", "Mortality"),
    "evaluation": both("绩效评价", "Evaluation"),
    "books": both("账簿", "Books"),
    "posting": both("记账", "Posting"),
    "chart_of_accounts": both("会计科目", "Chart of accounts"),
}
UNITS: dict[Unit, Both] = {
    Unit.FEN: both("元", "yuan"),
    Unit.PPM: both("%", "%"),
    Unit.MONTHS: both("个月", "months"),
    Unit.YEARS: both("年", "years"),
    Unit.AGE: both("周岁", "years of age"),
    Unit.DAYS: both("天", "days"),
    Unit.WORKDAYS: both("个工作日", "workdays"),
    Unit.COUNT: both("", ""),
    Unit.CODE: both("代码", "code"),
    Unit.FLAG: both("是否", "yes or no"),
    Unit.DATE: both("日期", "date"),
    Unit.TABLE: both("表", "table"),
}


@dataclass(frozen=True)
class Line:
    """One parameter in the list: its key and term, what holds today, since when, how far it was checked, what to know.

    ``is_silent`` where the law tells nothing for today; ``is_accepted`` where the office took responsibility for it.
    """

    key: str
    term: str
    value: str
    unit: Both
    since: date | None
    limit: date | None
    is_house_rule: bool
    is_uncertain: bool
    is_silent: bool
    is_accepted: bool


@dataclass(frozen=True)
class Group:
    """The parameters of one business area."""

    name: str
    title: Both
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Lawbook:
    """All parameters on a day; how many are silent today, and how many uncertain."""

    day: date
    groups: tuple[Group, ...]
    silent: int
    uncertain: int
    fingerprint: str


@dataclass(frozen=True)
class TableTold:
    """A value that is a table: its heads, and its rows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RowTold:
    """One row of law: its days, its value, its source and the part of it, when it was announced, for which region."""

    since: date
    until: date | None
    value: str
    table: TableTold | None
    source: str
    source_title: str
    part: str
    announced: date | None
    area: str
    note: str
    is_now: bool


@dataclass(frozen=True)
class Accepted:
    """A decision of the office to go by a value nobody checked: its days, on what it rests, and whether it was withdrawn."""

    since: date
    until: date
    evidence: str
    reason: str
    made: date
    withdrawn: date | None


@dataclass(frozen=True)
class User:
    """An act whose plans read the parameter, and how many of the latest proposals did."""

    code: str
    title: str
    proposals: int


@dataclass(frozen=True)
class ParameterTold:
    """One parameter with all its rows, the latest first.

    Attributes:
        line: as in the list; description: what it is, in English as in the file.
        rows: every row known on the day; later: how many were announced after it.
        accepted: decisions of the office; users: acts that read it.
        can_be_supposed: whether this viewer may try another value: of numbers, not of tables.
        area: where the office is; typed: what holds today, as it is typed.
    """

    line: Line
    description: str
    rows: tuple[RowTold, ...]
    later: int
    accepted: tuple[Accepted, ...]
    users: tuple[User, ...]
    can_be_supposed: bool
    area: str
    typed: str


def lawbook(*, viewer: Viewer) -> Lawbook:
    """Every parameter of the law, by business area. Raises MayNotLook."""
    viewer.require(READING, "政策参数")
    policy, area = office_policy(), law(viewer.day).area
    accepted = set(_running(viewer.day))
    by_file: dict[str, list[Line]] = {}
    for key, parameter in policy.parameters.items():
        by_file.setdefault(key.partition(".")[0], []).append(
            _line(policy, key, parameter, (viewer.day, area), accepted)
        )
    order = [*AREAS, *sorted(set(by_file) - set(AREAS))]
    groups = tuple(
        Group(name, AREAS.get(name, both(name, name)), tuple(by_file[name])) for name in order if name in by_file
    )
    lines = [line for group in groups for line in group.lines]
    return Lawbook(
        viewer.day,
        groups,
        sum(line.is_silent for line in lines),
        sum(line.is_uncertain for line in lines),
        policy.fingerprint,
    )


def parameter_told(key: str, *, viewer: Viewer) -> ParameterTold | None:
    """One parameter row by row; None where there is none. Raises MayNotLook."""
    viewer.require(READING, "政策参数")
    policy, area = office_policy(), law(viewer.day).area
    if key not in policy.parameters:
        return None
    parameter = policy.parameters[key]
    ours = rows_for(parameter, area, viewer.day)
    now = next((row for row in reversed(ours) if row.valid_from <= viewer.day), None)
    line = _line(policy, key, parameter, (viewer.day, area), set(_running(viewer.day)))
    known = [row for row in parameter.rows if row.known_from <= viewer.day]
    rows = sorted(known, key=lambda row: (row.valid_from, row.area), reverse=True)
    return ParameterTold(
        line=line,
        description=parameter.description,
        rows=tuple(_row(policy, parameter, row, is_now=row is now) for row in rows),
        later=len(parameter.rows) - len(known),
        accepted=tuple(_accepted(key)),
        users=tuple(_users(key)),
        can_be_supposed=bool(viewer.posts & FIGURES.posts) and parameter.unit not in NOT_TYPED,
        area=area,
        typed=_typed(now.value, parameter.unit) if now else "",
    )


def _line(policy: Policy, key: str, parameter: Parameter, where: tuple[date, str], accepted: set[str]) -> Line:
    day, area = where
    try:
        found = policy.row(key, on=day, area=area, as_known=day)
    except NoLawForDay:
        found = None
    return Line(
        key=key,
        term=parameter.term,
        value="" if found is None else shown(found.value, parameter.unit),
        unit=UNITS[parameter.unit],
        since=found.valid_from if found else None,
        limit=parameter.limit,
        is_house_rule=parameter.house_rule,
        is_uncertain=bool(found and found.uncertain),
        is_silent=found is None,
        is_accepted=key in accepted,
    )


def shown(value: Any, unit: Unit) -> str:
    """A value as people write it: yuan, percent, 是 or 否; of a table how many rows it has."""
    if unit is Unit.FEN:
        return format_yuan(int(value))
    if unit is Unit.PPM:
        whole, rest = divmod(int(value), PPM_IN_PERCENT)
        return f"{whole}.{rest:04}".rstrip("0").rstrip(".")
    if unit is Unit.FLAG:
        return str(both("是", "Yes") if value else both("否", "No"))
    if unit is Unit.TABLE:
        return str(both(f"{len(value)} 行", f"{len(value)} rows"))
    return str(value)


def _typed(value: Any, unit: Unit) -> str:
    """A value as it is typed to try another."""
    if unit is Unit.FLAG:
        return "是" if value else "否"
    return format_yuan(int(value)).replace(",", "") if unit is Unit.FEN else shown(value, unit)


def _row(policy: Policy, parameter: Parameter, row: Row, *, is_now: bool) -> RowTold:
    document = policy.instruments.get(row.instrument_id)
    return RowTold(
        since=row.valid_from,
        until=row.valid_to,
        value=shown(row.value, parameter.unit),
        table=_table(row.value) if parameter.unit is Unit.TABLE else None,
        source=(document.number or f"《{document.title}》") if document else row.instrument_id,
        source_title=document.title if document else "",
        part=row.part,
        announced=row.announced,
        area=row.area,
        note="；".join(text for text in (row.uncertain, row.note) if text),
        is_now=is_now,
    )


def _table(value: Any) -> TableTold:
    """A table of the law: one line for each entry, the names of the file as heads."""
    entries = value if isinstance(value, list) else [{"": name, "value": one} for name, one in value.items()]
    if not all(isinstance(entry, dict) for entry in entries):
        return TableTold(("",), tuple((_cell(entry),) for entry in entries))
    heads = tuple(dict.fromkeys(name for entry in entries for name in entry))
    return TableTold(heads, tuple(tuple(_cell(entry.get(name)) for name in heads) for entry in entries))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = canonical_json(value) if isinstance(value, dict | list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _running(day: date) -> Iterable[str]:
    rows = LawAcceptance.objects.filter(withdrawal__isnull=True, valid_from__lte=day, accepted_until__gte=day)
    return rows.order_by("id").values_list("parameter", flat=True)


def _accepted(key: str) -> Iterator[Accepted]:
    rows = LawAcceptance.objects.filter(parameter=key).select_related("act", "withdrawal__act").order_by("-id")
    for row in rows:
        withdrawal = getattr(row, "withdrawal", None)
        ended = withdrawal.act.business_date if withdrawal else None
        yield Accepted(row.valid_from, row.accepted_until, row.evidence, row.reason, row.act.business_date, ended)


def _users(key: str) -> Iterator[User]:
    """Acts whose plans read the parameter, by the marks of the latest proposals; the most frequent first."""
    last = Proposal.objects.aggregate(last=Max("id"))["last"] or 0
    rows = Proposal.objects.filter(id__gt=last - LOOKED_THROUGH, marks__contains=f'"{key}"')
    found = rows.order_by().values("code").annotate(number=Count("id")).order_by("-number", "code")
    for one in found:
        title = ACTS[one["code"]].title if one["code"] in ACTS else one["code"]
        yield User(one["code"], title, one["number"])

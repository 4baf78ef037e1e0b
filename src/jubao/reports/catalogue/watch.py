"""Figures of watching (监测): how late deaths are known and stopped, false alarms, what rests, and who must look."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from jubao.records.models import (
    Alert,
    AlertEvent,
    AwardEvent,
    CandidateEvent,
    LineHold,
    MatchCandidate,
    PayrollLine,
    Settlement,
)
from jubao.reports.catalogue.payment import paid_by_bank
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Evidence, Named, Part, person
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Measure, People
from jubao.reports.figures.state_on_day import Kind, awards, settlements
from jubao.reports.figures.window import Window
from jubao.reports.figures.worked_out import LONGEST, MEDIAN, NINETIETH, WorkedOut, ranked
from jubao.reports.streaming import CHUNK
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import TerminationReason
from jubao.vocabulary.resident_number import mask

State = MatchCandidate.State
DEATH_LISTS = ("MINISTRY_DEATH", "POLICE_DEATH", "CREMATION", "HEALTH_DEATH")


@dataclass(frozen=True)
class FoundDeath:
    """A death a list told of: the settlement, the act and day of the list, the act and day that stopped the pension.

    ``paid_after`` counts the payrolls locked between the list and the stop that still paid a month after the death.
    """

    settlement: Settlement
    listed_by: int
    listed: date
    stopped_by: int
    stopped: date
    paid_after: int = 0

    @property
    def to_list(self) -> int:
        """Days from the death to the list."""
        return (self.listed - self.settlement.event_date).days

    @property
    def to_stop(self) -> int:
        """Days from the death to the stop."""
        return (self.stopped - self.settlement.event_date).days

    def evidence(self, quantity: int) -> Evidence:
        """The death as a row behind a figure."""
        who, act = self.settlement.person, self.settlement.act
        note = f"死亡 {self.settlement.event_date}，名单 {self.listed}，停发 {self.stopped}"
        return Evidence(
            who.personal_number, who.name, mask(who.resident_number), quantity, act.pk, act.business_date, note=note
        )


def found_deaths(window: Window) -> Iterator[FoundDeath]:
    """Deaths of pensioners settled within the window that a list had told of before."""
    rows = settlements(window).filter(window.acted(), reason=TerminationReason.DEATH, award__isnull=False)
    people = rows.order_by().values("person")
    settled = {row.person_id: row for row in rows.select_related("person", "act").order_by("pk")}
    listed, stopped = _lists_of(people, settled), _stops_of(people, window)
    found = {
        key: FoundDeath(row, *listed[key], *stopped[key])
        for key, row in settled.items()
        if key in listed and key in stopped
    }
    paid_after = _paid_after(people, found, window)
    return (replace(one, paid_after=paid_after[key]) for key, one in found.items())


def _lists_of(people: QuerySet[Any], settled: Mapping[int, Settlement]) -> dict[int, tuple[int, date]]:
    """Act and day of the first death list that named each person, if it came before the settlement."""
    found: dict[int, tuple[int, date]] = {}
    rows = MatchCandidate.objects.filter(person__in=people, match_list__kind__in=DEATH_LISTS).order_by("pk")
    for key, act, day in rows.values_list("person_id", "act_id", "act__business_date").iterator(CHUNK):
        if act < settled[key].act_id:
            found.setdefault(key, (act, day))
    return found


def _stops_of(people: QuerySet[Any], window: Window) -> dict[int, tuple[int, date]]:
    """Act and day that stopped each pension, as known on the day: the suspension it never left, else its end."""
    found: dict[int, tuple[int, date]] = {}
    rows = AwardEvent.objects.filter(window.known(), award__person__in=people).order_by("pk")
    stops = rows.values_list("award__person_id", "kind", "act_id", "act__business_date")
    for key, kind, act, day in stops.iterator(CHUNK):
        if kind == Kind.RESUMED:
            found.pop(key, None)
        elif kind in {Kind.SUSPENDED, Kind.ENDED}:
            found.setdefault(key, (act, day))
    return found


def _paid_after(people: QuerySet[Any], deaths: Mapping[int, FoundDeath], window: Window) -> Counter[int]:
    """By person, payrolls locked between the list and the stop that still paid a month after the death."""
    locked = window.known("batch__payroll_run__act")
    rows = PayrollLine.objects.filter(paid_by_bank(window), locked, person__in=people).order_by()
    paid = rows.values_list("person_id", "batch_id", "batch__payroll_run__act_id").annotate(last=Max("month"))
    counted: Counter[int] = Counter()
    for key, _, run, last in paid.order_by("person_id", "batch_id").iterator(CHUNK):
        one = deaths.get(key)
        if one and one.listed_by < run < one.stopped_by and last > months.of(one.settlement.event_date):
            counted[key] += 1
    return counted


def _ranked(days: Callable[[FoundDeath], int], share: Fraction) -> Callable[[Window], Measure]:
    return lambda window: WorkedOut(found_deaths, window, lambda one: one.evidence(days(one)), ranked(share))


def _decided(*states: str) -> Callable[[Window], Measure]:
    """People on death lists whose latest decision, taken within the window, is one of some states."""

    def measure(window: Window) -> Measure:
        listed = CandidateEvent.objects.filter(
            window.known(), candidate__match_list__kind__in=DEATH_LISTS, state__in=[State.TERMINATED, State.CLEARED]
        )
        latest = listed.filter(candidate__person=OuterRef("candidate__person")).order_by("-pk").values("pk")[:1]
        rows = listed.filter(window.acted(), pk=Subquery(latest))
        return People(Part(rows, person("candidate__person"), where=Q(state__in=states)))

    return measure


def _suspended(window: Window, where: Q) -> Measure:
    return People(Part(awards(window), person("award__person"), where=Q(kind=Kind.SUSPENDED) & where))


def _unowned(window: Window) -> Measure:
    return _suspended(window, Q(next_step_post="") | Q(due_date__isnull=True))


def _rested(first: int, last: int | None) -> Callable[[Window], Measure]:
    """People suspended for ``first`` to ``last`` months by the day."""

    def measure(window: Window) -> Measure:
        now = months.of(window.as_of)
        ages = Q(month__lte=months.add(now, -first)) if first else Q()
        ages &= Q(month__gt=months.add(now, -last - 1)) if last is not None else Q()
        return _suspended(window, ages)

    return measure


SUBJECT = Named("subject", "text")


def _alerts_raised(window: Window) -> Measure:
    return Cases(Part(Alert.objects.filter(window.acted()), SUBJECT))


def _alerts_open(window: Window) -> Measure:
    latest = AlertEvent.objects.filter(window.known(), alert=OuterRef("pk")).order_by("-pk").values("state")[:1]
    rows = Alert.objects.filter(window.known()).annotate(stood=Subquery(latest)).exclude(stood=Alert.State.CLOSED)
    return Cases(Part(rows, SUBJECT))


def _held(window: Window) -> Measure:
    rows = LineHold.objects.filter(window.acted())
    return Cases(Part(rows, Named("bank_line__payee_number", "bank_line__payee_name")))


def _delay(key: str, name: str, english: str, definition: str, days: Callable[[FoundDeath], int]) -> tuple[Figure, ...]:
    ranks = (
        ("median", "中位数", "median", MEDIAN),
        ("p90", "九成以内", "ninetieth percentile", NINETIETH),
        ("max", "最长", "longest", LONGEST),
    )
    return tuple(
        Figure(
            f"watch.{key}.{rank}",
            f"{name}（{said}）",
            f"{english}, {told}",
            Unit.DAYS,
            f"{definition}；按天数由少到多取{said}",
            _ranked(days, share),
        )
        for rank, said, told, share in ranks
    )


def _people(key: str, name: str, english: str, definition: str, measure: Callable[[Window], Measure]) -> Figure:
    return Figure(f"watch.{key}", name, english, Unit.PEOPLE, definition, measure)


POPULATION = "年内至截止日办结的领取人员死亡终止、且此前死亡名单上有此人的"
WATCH = (
    *_delay(
        "delay_to_list",
        "死亡到名单到达天数",
        "Days from death to the list",
        f"{POPULATION}，死亡日期到首份死亡名单导入日期的天数",
        attrgetter("to_list"),
    ),
    *_delay(
        "delay_to_stop",
        "死亡到停发天数",
        "Days from death to the stop",
        f"{POPULATION}，死亡日期到办理暂停（未暂停的为终止）日期的天数",
        attrgetter("to_stop"),
    ),
    Figure(
        "watch.cycles_to_stop",
        "名单到达后仍发放的期数（最多）",
        "Payrolls between list and stop, most",
        Unit.PIECES,
        f"{POPULATION}，名单导入之后、停发之前锁定并仍发放了死亡次月以后待遇的发放期数中最多的一人",
        _ranked(attrgetter("paid_after"), LONGEST),
    ),
    _people(
        "decided",
        "死亡疑点核实人数",
        "Death suspicions decided",
        "死亡名单上的人，年内至截止日最后结论为核实终止或排除的人数",
        _decided(State.TERMINATED, State.CLEARED),
    ),
    _people(
        "cleared",
        "死亡疑点排除人数",
        "Death suspicions cleared",
        "死亡疑点核实人数中最后结论为排除的人数",
        _decided(State.CLEARED),
    ),
    Figure(
        "watch.false_alarms",
        "死亡疑点误报率",
        "False alarms",
        Unit.PERCENT,
        "死亡疑点排除人数除以死亡疑点核实人数",
        derived("cleared / decided * 100", cleared="watch.cleared", decided="watch.decided"),
    ),
    _people(
        "unowned",
        "暂停而无人负责人数",
        "Suspended without an owner",
        "截止日暂停中、没有下一步岗位或期限的人数",
        _unowned,
    ),
    _people(
        "suspended_to_3", "暂停三个月以内人数", "Suspended up to 3 months", "截止日已暂停0至3个月的人数", _rested(0, 3)
    ),
    _people(
        "suspended_4_to_6", "暂停四至六个月人数", "Suspended 4 to 6 months", "截止日已暂停4至6个月的人数", _rested(4, 6)
    ),
    _people(
        "suspended_7_to_12",
        "暂停七至十二个月人数",
        "Suspended 7 to 12 months",
        "截止日已暂停7至12个月的人数",
        _rested(7, 12),
    ),
    _people(
        "suspended_over_12",
        "暂停超过一年人数",
        "Suspended over 12 months",
        "截止日已暂停超过12个月的人数",
        _rested(13, None),
    ),
    Figure(
        "watch.alerts_raised", "预警数", "Alerts raised", Unit.ROWS, "年内至截止日监测发现的预警条数", _alerts_raised
    ),
    Figure("watch.alerts_open", "未处理预警数", "Alerts open", Unit.ROWS, "截止日尚未处理的预警条数", _alerts_open),
    Figure(
        "watch.lines_held",
        "锁定后扣留笔数",
        "Lines held after the lock",
        Unit.ROWS,
        "年内至截止日在批次锁定之后、放行之前扣留的支付明细笔数",
        _held,
    ),
)

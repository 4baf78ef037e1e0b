"""Figures of watching (监测): how late deaths are known and stopped, false alarms, what rests, and who must look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import OuterRef, Q, QuerySet, Subquery

from jubao.records.models import (
    Alert,
    AlertEvent,
    AwardEvent,
    CandidateEvent,
    LineHold,
    MatchCandidate,
    PayrollLine,
    PayrollRun,
    Settlement,
)
from jubao.reports.catalogue.payment import paid_by_bank
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Evidence, Measure, Named, Part, People, derived, person
from jubao.reports.figures.ranking import LONGEST, MEDIAN, NINETIETH, Ranked
from jubao.reports.figures.standing import Kind, awards, settlements
from jubao.reports.figures.window import Window
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import TerminationReason
from jubao.vocabulary.resident_number import mask

State = MatchCandidate.State
DEATH_LISTS = ("MINISTRY_DEATH", "POLICE_DEATH", "CREMATION", "HEALTH_DEATH")
SLICE = 800


@dataclass(frozen=True)
class FoundDeath:
    """A death a list told of: the settlement, the act and day of the list, the act and day that stopped the pension."""

    settlement: Settlement
    listed_by: int
    listed: date
    stopped_by: int
    stopped: date

    def evidence(self, quantity: int) -> Evidence:
        """The death as a row behind a figure."""
        who, act = self.settlement.person, self.settlement.act
        note = f"死亡 {self.settlement.event_date}，名单 {self.listed}，停发 {self.stopped}"
        return Evidence(
            who.personal_number, who.name, mask(who.resident_number), quantity, act.pk, act.business_date, note=note
        )


def found_deaths(window: Window) -> list[FoundDeath]:
    """Deaths of pensioners settled within the window that a list had told of before."""
    rows = settlements(window).filter(window.acted(), reason=TerminationReason.DEATH, award__isnull=False)
    settled = {row.person_id: row for row in rows.select_related("person", "act").order_by("pk")}
    listed = _lists_of(settled)
    stopped = _stops_of(settled, window)
    return [FoundDeath(row, *listed[key], *stopped[key]) for key, row in settled.items() if key in listed and key in stopped]


def _lists_of(settled: dict[int, Settlement]) -> dict[int, tuple[int, date]]:
    """Act and day of the first death list that named each person, if it came before the settlement."""
    found: dict[int, tuple[int, date]] = {}
    keys = sorted(settled)
    for start in range(0, len(keys), SLICE):
        rows = MatchCandidate.objects.filter(person__in=keys[start : start + SLICE], match_list__kind__in=DEATH_LISTS)
        for key, act, day in rows.order_by("pk").values_list("person_id", "act_id", "act__business_date"):
            if act < settled[key].act_id:
                found.setdefault(key, (act, day))
    return found


def _stops_of(settled: dict[int, Settlement], window: Window) -> dict[int, tuple[int, date]]:
    """Act and day that stopped each pension, as known on the day: the suspension it never left, else its end."""
    found: dict[int, tuple[int, date]] = {}
    keys = sorted(settled)
    for start in range(0, len(keys), SLICE):
        rows = AwardEvent.objects.filter(window.known(), award__person__in=keys[start : start + SLICE]).order_by("pk")
        for key, kind, act, day in rows.values_list("award__person_id", "kind", "act_id", "act__business_date"):
            if kind == Kind.RESUMED:
                found.pop(key, None)
            elif kind in {Kind.SUSPENDED, Kind.ENDED}:
                found.setdefault(key, (act, day))
    return found


def _to_list(window: Window) -> list[Evidence]:
    return [one.evidence((one.listed - one.settlement.event_date).days) for one in found_deaths(window)]


def _to_stop(window: Window) -> list[Evidence]:
    return [one.evidence((one.stopped - one.settlement.event_date).days) for one in found_deaths(window)]


def _cycles(window: Window) -> list[Evidence]:
    """By death, payrolls locked between the list and the stop that still paid a month after the death."""
    runs = dict(PayrollRun.objects.filter(window.known()).values_list("batch_id", "act_id"))
    deaths = {one.settlement.person_id: one for one in found_deaths(window)}
    batches: dict[int, set[int]] = {key: set() for key in deaths}
    keys = sorted(deaths)
    for start in range(0, len(keys), SLICE):
        rows = PayrollLine.objects.filter(paid_by_bank(window), person__in=keys[start : start + SLICE]).order_by("pk")
        for key, batch, month in rows.values_list("person_id", "batch_id", "month"):
            one, run = deaths[key], runs.get(batch, 0)
            if one.listed_by < run < one.stopped_by and month > months.of(one.settlement.event_date):
                batches[key].add(batch)
    return [one.evidence(len(batches[key])) for key, one in deaths.items()]


def _ranked(find: Callable[[Window], list[Evidence]], share: Fraction) -> Callable[[Window], Measure]:
    return lambda window: Ranked(lambda: find(window), share)


def _decided(*states: str) -> Callable[[Window], Measure]:
    """People on death lists whose latest decision, taken within the window, is one of some states."""

    def measure(window: Window) -> Measure:
        listed = CandidateEvent.objects.filter(
            window.known(), candidate__match_list__kind__in=DEATH_LISTS, state__in=[State.TERMINATED, State.CLEARED]
        )
        latest = listed.filter(candidate__person=OuterRef("candidate__person")).order_by("-pk").values("pk")[:1]
        rows = listed.filter(window.acted(), pk=Subquery(latest), state__in=states)
        return People(Part(rows, person("candidate__person")))

    return measure


def _suspended(window: Window) -> QuerySet[AwardEvent]:
    return awards(window).filter(kind=Kind.SUSPENDED)


def _unowned(window: Window) -> Measure:
    rows = _suspended(window).filter(Q(next_step_post="") | Q(due_date__isnull=True))
    return People(Part(rows, person("award__person")))


def _rested(first: int, last: int | None) -> Callable[[Window], Measure]:
    """People suspended for ``first`` to ``last`` months by the day."""

    def measure(window: Window) -> Measure:
        now = months.of(window.as_of)
        ages = Q(month__lte=months.add(now, -first)) if first else Q()
        ages &= Q(month__gt=months.add(now, -last - 1)) if last is not None else Q()
        return People(Part(_suspended(window).filter(ages), person("award__person")))

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


def _delay(key: str, name: str, english: str, definition: str, find: Callable[[Window], list[Evidence]]) -> tuple[Figure, ...]:
    ranks = (("median", "中位数", "median", MEDIAN), ("p90", "九成以内", "ninetieth percentile", NINETIETH),
             ("max", "最长", "longest", LONGEST))  # fmt: skip
    return tuple(
        Figure(f"watch.{key}.{rank}", f"{name}（{said}）", f"{english}, {told}", Unit.DAYS,
               f"{definition}；按天数由少到多取{said}", _ranked(find, share))
        for rank, said, told, share in ranks
    )  # fmt: skip


def _people(key: str, name: str, english: str, definition: str, measure: Callable[[Window], Measure]) -> Figure:
    return Figure(f"watch.{key}", name, english, Unit.PEOPLE, definition, measure)


POPULATION = "年内至截止日办结的领取人员死亡终止、且此前死亡名单上有此人的"
WATCH = (
    *_delay("delay_to_list", "死亡到名单到达天数", "Days from death to the list",
            f"{POPULATION}，死亡日期到首份死亡名单导入日期的天数", _to_list),
    *_delay("delay_to_stop", "死亡到停发天数", "Days from death to the stop",
            f"{POPULATION}，死亡日期到办理暂停（未暂停的为终止）日期的天数", _to_stop),
    Figure("watch.cycles_to_stop", "名单到达后仍发放的期数（最多）", "Payrolls between list and stop, most", Unit.PIECES,
           f"{POPULATION}，名单导入之后、停发之前锁定并仍发放了死亡次月以后待遇的发放期数中最多的一人",
           _ranked(_cycles, LONGEST)),
    _people("decided", "死亡疑点核实人数", "Death suspicions decided",
            "死亡名单上的人，年内至截止日最后结论为核实终止或排除的人数", _decided(State.TERMINATED, State.CLEARED)),
    _people("cleared", "死亡疑点排除人数", "Death suspicions cleared", "死亡疑点核实人数中最后结论为排除的人数",
            _decided(State.CLEARED)),
    Figure("watch.false_alarms", "死亡疑点误报率", "False alarms", Unit.PERCENT, "死亡疑点排除人数除以死亡疑点核实人数",
           derived("cleared / decided * 100", cleared="watch.cleared", decided="watch.decided")),
    _people("unowned", "暂停而无人负责人数", "Suspended without an owner",
            "截止日暂停中、没有下一步岗位或期限的人数", _unowned),
    _people("suspended_to_3", "暂停三个月以内人数", "Suspended up to 3 months", "截止日已暂停0至3个月的人数", _rested(0, 3)),
    _people("suspended_4_to_6", "暂停四至六个月人数", "Suspended 4 to 6 months", "截止日已暂停4至6个月的人数", _rested(4, 6)),
    _people("suspended_7_to_12", "暂停七至十二个月人数", "Suspended 7 to 12 months", "截止日已暂停7至12个月的人数",
            _rested(7, 12)),
    _people("suspended_over_12", "暂停超过一年人数", "Suspended over 12 months", "截止日已暂停超过12个月的人数",
            _rested(13, None)),
    Figure("watch.alerts_raised", "预警数", "Alerts raised", Unit.ROWS, "年内至截止日监测发现的预警条数", _alerts_raised),
    Figure("watch.alerts_open", "未处理预警数", "Alerts open", Unit.ROWS, "截止日尚未处理的预警条数", _alerts_open),
    Figure("watch.lines_held", "锁定后扣留笔数", "Lines held after the lock", Unit.ROWS,
           "年内至截止日在批次锁定之后、放行之前扣留的支付明细笔数", _held),
)  # fmt: skip

"""Figures of accounts and matching (比对稽核): comparisons, terminations, grants, alerts, recoveries."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from jubao.records.models import CandidateEvent, MatchCandidate, MatchList, RecoveryEvent, Settlement
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Common, Measure, Named, Part, People, Total, person
from jubao.reports.figures.window import Window
from jubao.vocabulary.codes import TerminationReason

State = MatchCandidate.State


def decisions(kind: str, window: Window) -> QuerySet[CandidateEvent]:
    """The latest decision on each person of the lists of a kind, if it was taken in the year and by the day.

    Being listed is no decision; somebody on several lists of the kind is decided once, by the latest.
    """
    listed = CandidateEvent.objects.filter(window.known(), candidate__match_list__kind=kind)
    taken = listed.exclude(state=State.OPEN)
    latest = taken.filter(candidate__person=OuterRef("candidate__person")).order_by("-pk").values("pk")[:1]
    return taken.filter(window.acted(), pk=Subquery(latest))


def decided(kind: str, *states: str) -> Callable[[Window], Measure]:
    """People of a kind of list whose latest decision is one of some states; all decisions without states."""

    def measure(window: Window) -> Measure:
        rows = decisions(kind, window)
        return People(Part(rows.filter(state__in=states) if states else rows, person("candidate__person")))

    return measure


def _open(kind: str) -> Callable[[Window], Measure]:
    """People listed by the day on whom nothing is decided by the day."""

    def measure(window: Window) -> Measure:
        made = CandidateEvent.objects.filter(
            window.known(), candidate__match_list__kind=kind, candidate__person=OuterRef("person")
        ).exclude(state=State.OPEN)
        rows = MatchCandidate.objects.filter(window.known(), ~Exists(made), match_list__kind=kind)
        return People(Part(rows, person()))

    return measure


def _settled(window: Window, amount: str = "", *, payer: bool) -> Part:
    rows = Settlement.objects.filter(window.acted(), award__isnull=payer)
    return Part(rows, person(), amount)


def _granted(window: Window) -> Part:
    part = _settled(window, "funeral_fen", payer=False)
    return Part(part.rows.filter(funeral_fen__gt=0), part.named, part.amount)


def _died(window: Window) -> Measure:
    rows = _settled(window, payer=False).rows.filter(reason=TerminationReason.DEATH)
    return Cases(Part(rows, person()))


def _recovered(window: Window) -> Measure:
    listed = MatchCandidate.objects.filter(
        window.known(), match_list__kind="CROSS_PROVINCE", person=OuterRef("overpayment__person")
    )
    rows = RecoveryEvent.objects.filter(window.acted(), Exists(listed))
    return Total(Part(rows, person("overpayment__person"), "amount_fen"))


def _compared(window: Window) -> Measure:
    rows = MatchList.objects.filter(window.acted(), kind="PROVINCIAL")
    return Total(Part(rows, Named("number", "received_from"), "compared"))


def _alerts(key: str, kind: str, name: str, english: str) -> tuple[Figure, ...]:
    """Figures of one kind of death alert; verified = terminated + suspended + cleared."""
    return (
        Figure(
            f"alerts.{key}.total",
            f"{name}核实人数",
            f"{english} verified",
            Unit.PEOPLE,
            f"{name}名单上、年内至截止日已有处理结论的人数，一人多次预警计一人，以最后一次结论为准",
            decided(kind),
        ),
        Figure(
            f"alerts.{key}.terminated",
            f"{name}终止人数",
            f"{english} terminated",
            Unit.PEOPLE,
            "其中最后结论为核实终止的人数",
            decided(kind, State.TERMINATED),
        ),
        Figure(
            f"alerts.{key}.suspended",
            f"{name}暂停人数",
            f"{english} suspended",
            Unit.PEOPLE,
            "其中最后结论为暂停、尚在核实的人数",
            decided(kind, State.HELD),
        ),
        Figure(
            f"alerts.{key}.cleared",
            f"{name}排除人数",
            f"{english} cleared",
            Unit.PEOPLE,
            "其中最后结论为排除的人数",
            decided(kind, State.CLEARED),
        ),
        Figure(
            f"alerts.{key}.open",
            f"{name}待核实人数",
            f"{english} still open",
            Unit.PEOPLE,
            f"截止日{name}名单上尚无任何处理结论的人数",
            _open(kind),
        ),
    )


MATCHING = (
    Figure(
        "matching.records_compared",
        "比对参保记录数",
        "Enrolment records compared",
        Unit.ROWS,
        "年内至截止日导入的全省参保比对数据的行数合计，是数据条数而非人数",
        _compared,
    ),
    Figure(
        "matching.payers_terminated",
        "缴费人员终止人数",
        "Contributors terminated",
        Unit.PEOPLE,
        "年内至截止日办结终止结算、终止时未领取待遇的人数，不含关系转出",
        lambda window: Cases(_settled(window, payer=True)),
    ),
    Figure(
        "matching.beneficiaries_terminated",
        "待遇人员终止人数",
        "Pensions terminated",
        Unit.PEOPLE,
        "年内至截止日办结终止结算、终止时领取待遇的人数",
        lambda window: Cases(_settled(window, payer=False)),
    ),
    Figure(
        "matching.beneficiaries_died",
        "待遇人员死亡终止人数",
        "Pensions ended by death",
        Unit.PEOPLE,
        "待遇人员终止人数中终止原因为死亡的人数",
        _died,
    ),
    Figure(
        "funeral.people",
        "丧葬补助金人数",
        "Funeral grants",
        Unit.PEOPLE,
        "待遇人员终止结算中核定有丧葬补助金的人数",
        lambda window: Cases(_granted(window)),
    ),
    Figure(
        "funeral.each",
        "丧葬补助金标准",
        "Funeral grant each",
        Unit.MONEY,
        "年内核定的丧葬补助金每人金额；各人不一致时列出范围",
        lambda window: Common(_granted(window)),
    ),
    Figure(
        "funeral.total",
        "丧葬补助金金额",
        "Funeral grants, sum",
        Unit.MONEY,
        "年内至截止日核定的丧葬补助金合计",
        lambda window: Total(_granted(window)),
    ),
    Figure(
        "cross_province.verified",
        "跨省重复领取核实人数",
        "Cross-province duplicates verified",
        Unit.PEOPLE,
        "跨省重复领取名单上、年内至截止日已有处理结论的人数",
        decided("CROSS_PROVINCE"),
    ),
    Figure(
        "cross_province.recovered",
        "跨省重复领取追回金额",
        "Cross-province money recovered",
        Unit.MONEY,
        "跨省重复领取名单上的人年内至截止日退回和抵扣的多发待遇合计",
        _recovered,
    ),
    Figure(
        "in_province.terminated",
        "省内重复领取终止人数",
        "In-province duplicates terminated",
        Unit.PEOPLE,
        "全省比对名单上、本地关系已终止并已函请对方暂停待遇的人数",
        decided("PROVINCIAL", State.REQUESTED),
    ),
    *_alerts("ministry", "MINISTRY_DEATH", "部级疑似死亡预警", "Ministry death alerts"),
    *_alerts("police", "POLICE_DEATH", "公安疑似死亡比对", "Police death matches"),
)

"""Figures of accounts and matching (比对稽核): comparisons, terminations, grants, alerts, recoveries."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jubao.records.models import (
    CandidateEvent,
    MatchCandidate,
    MatchList,
    RegisterRow,
    RegisterRowEvent,
)
from jubao.reports.catalogue.recovery import is_across, is_returned, recovery_events
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part, person
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, Measure, People, SharedAmount, Total
from jubao.reports.figures.state_on_day import settlements
from jubao.reports.figures.window import Window
from jubao.vocabulary.codes import TerminationReason

State = MatchCandidate.State


def decisions(window: Window) -> QuerySet[CandidateEvent]:
    """The latest decision on each person of the lists of each kind, if it was taken in the year and by the day.

    Being listed is no decision, nor is a suspicion set aside because nothing holds it up any more. Somebody on
    several lists of the kind is decided once, by the latest.
    """
    listed = CandidateEvent.objects.filter(window.known())
    taken = listed.exclude(state=State.OPEN).exclude(act__code="watch.run")  # moving a deadline decides nothing
    same = {path: OuterRef(path) for path in ("candidate__person", "candidate__match_list__kind")}
    latest = taken.filter(**same).order_by("-pk").values("pk")[:1]
    return taken.filter(window.acted(), pk=Subquery(latest))


def decided(kind: str, *states: str) -> Callable[[Window], Measure]:
    """People of a kind of list whose latest decision is one of some states; all decisions without states."""

    def measure(window: Window) -> Measure:
        where = Q(candidate__match_list__kind=kind) & (Q(state__in=states) if states else Q())
        return People(Part(decisions(window), person("candidate__person"), where=where))

    return measure


def _suspicions(window: Window) -> QuerySet[MatchCandidate]:
    """Suspicions of all years known by the day."""
    return MatchCandidate.objects.filter(window.known())


def _open(kind: str) -> Callable[[Window], Measure]:
    """People listed by the day on whom nothing is decided by the day."""

    def measure(window: Window) -> Measure:
        made = CandidateEvent.objects.filter(
            window.known(), candidate__match_list__kind=kind, candidate__person=OuterRef("person")
        ).exclude(state=State.OPEN)
        return People(Part(_suspicions(window), person(), where=Q(match_list__kind=kind) & ~Q(Exists(made))))

    return measure


def _settled(window: Window, amount: str = "", *, payer: bool) -> Part:
    return Part(settlements(window).filter(window.acted()), person(), amount, Q(award__isnull=payer))


def _granted(window: Window) -> Part:
    return _settled(window, "funeral_fen", payer=False).only(Q(funeral_fen__gt=0))


def _died(window: Window) -> Measure:
    return Cases(_settled(window, payer=False).only(Q(reason=TerminationReason.DEATH)))


def _recovered(window: Window) -> Measure:
    return Total(recovery_events(window, is_returned(window) & Q(is_across(window))))


def lists_taken_in(column: str, **which: str) -> Callable[[Window], Measure]:
    """Rows of the lists taken in within the year, all or of a kind, by one of their fates."""

    def measure(window: Window) -> Measure:
        rows = MatchList.objects.filter(window.acted())
        return Total(Part(rows, Named("number", "received_from"), column, Q(**which)))

    return measure


def _still_waiting(window: Window) -> Measure:
    """Rows without a number that by the day had neither a suspicion nor an end."""
    latest = (
        RegisterRowEvent.objects.filter(window.known(), register_row=OuterRef("register_row"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    rows = RegisterRowEvent.objects.filter(window.known(), pk=Subquery(latest), state=RegisterRow.State.WAITING)
    return Cases(Part(rows, Named("register_row__record_number", "register_row__match_list__number")))


def _raised(origin: str) -> Callable[[Window], Measure]:
    """Suspicions raised within the year by number or by score."""

    def measure(window: Window) -> Measure:
        return Cases(Part(_suspicions(window), person(), where=window.acted() & Q(origin=origin)))

    return measure


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
        lists_taken_in("compared", kind="PROVINCIAL"),
    ),
    Figure(
        "matching.payers_terminated",
        "缴费人员终止人数",
        "Contributors terminated",
        Unit.PEOPLE,
        "年内至截止日办结终止结算、终止时未领取待遇的人数，不含关系转出和截止日已撤销的",
        lambda window: Cases(_settled(window, payer=True)),
    ),
    Figure(
        "matching.beneficiaries_terminated",
        "待遇人员终止人数",
        "Pensions terminated",
        Unit.PEOPLE,
        "年内至截止日办结终止结算、终止时领取待遇的人数，不含截止日已撤销的",
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
        lambda window: SharedAmount(_granted(window)),
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
    Figure(
        "registers.rows_accepted",
        "名单可比对行数",
        "List rows compared by number",
        Unit.ROWS,
        "年内至截止日导入的各种名单中公民身份号码有效、已按号码比对的行数，含全省参保比对",
        lists_taken_in("accepted"),
    ),
    Figure(
        "registers.rows_rejected",
        "名单退回行数",
        "List rows rejected",
        Unit.ROWS,
        "年内至截止日导入的各种名单中无法读取、写明原因退回来源单位的行数",
        lists_taken_in("rejected"),
    ),
    Figure(
        "registers.rows_waiting",
        "名单待核号行数",
        "List rows without a valid number",
        Unit.ROWS,
        "年内至截止日导入的各种名单中有姓名而没有有效公民身份号码的行数，按导入时计",
        lists_taken_in("waiting"),
    ),
    Figure(
        "registers.still_waiting",
        "尚未了结的待核号行数",
        "List rows still waiting",
        Unit.CASES,
        "截止日既没有找到相似的参保人、也没有以查无此人了结的待核号行数，不限导入年度",
        _still_waiting,
    ),
    Figure(
        "registers.exact",
        "号码一致的疑点",
        "Suspicions found by number",
        Unit.CASES,
        "年内至截止日由公民身份号码（或银行账号）一致得出的疑点，按名单记录计",
        _raised("EXACT"),
    ),
    Figure(
        "registers.scored",
        "打分得出的疑点",
        "Suspicions found by score",
        Unit.CASES,
        "年内至截止日由姓名、出生日期、住址等打分得出、须核实是否同一人的疑点，按名单记录计",
        _raised("FUZZY"),
    ),
    Figure(
        "registers.scored_share",
        "打分疑点占比",
        "Share of suspicions found by score",
        Unit.PERCENT,
        "打分得出的疑点除以年内全部疑点",
        derived("scored / (scored + exact) * 100", scored="registers.scored", exact="registers.exact"),
    ),
    *_alerts("ministry", "MINISTRY_DEATH", "部级疑似死亡预警", "Ministry death alerts"),
    *_alerts("police", "POLICE_DEATH", "公安疑似死亡比对", "Police death matches"),
)

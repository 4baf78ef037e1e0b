"""Figures of certification, audit, transfers and duties (认证、稽核、转移、报送), and money paid on behalf."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from jubao.records.models import (
    CandidateEvent,
    Certification,
    MatchCandidate,
    Overpayment,
    ReportDuty,
)
from jubao.reports.catalogue.duties import transfers
from jubao.reports.catalogue.fund import paid_on_behalf
from jubao.reports.catalogue.matching import lists_taken_in
from jubao.reports.catalogue.recovery import is_returned, recovery_events
from jubao.reports.figures.derived import Unknown, derived
from jubao.reports.figures.evidence import Named, Part, person
from jubao.reports.figures.figure import Figure, Unit, money, people
from jubao.reports.figures.measure import Cases, Measure, People, Total
from jubao.reports.figures.state_on_day import Kind, awards, lawful, taken_back
from jubao.reports.figures.window import Window
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import DelegatedProgramme, SuspensionReason

DEATH_LISTS = ("MINISTRY_DEATH", "POLICE_DEATH")
State = MatchCandidate.State
PROGRAMMES = {
    "only_child": (DelegatedProgramme.ONLY_CHILD_PARENTS, "独生子女", "only-child parents"),
    "teachers": (DelegatedProgramme.RURAL_TEACHERS, "乡村教师", "rural teachers"),
    "doctors": (DelegatedProgramme.RURAL_DOCTORS, "乡村医生", "rural doctors"),
}


def _certified(window: Window, cycle: int) -> QuerySet[Certification]:
    oldest = months.first_day(months.add(months.of(window.as_of), -cycle))
    return Certification.objects.filter(window.known(), certified_date__gte=oldest, certified_date__lte=window.as_of)


def _certification(*, valid: bool) -> Callable[[Window], Measure]:
    """People drawing a pension with, or without, a certification inside the cycle of the law."""

    def measure(window: Window) -> Measure:
        cycle = lawful("certification.cycle_months", window.as_of, window.area)
        if cycle is None:
            return Unknown()
        fresh = Exists(_certified(window, int(cycle)).filter(person=OuterRef("award__person")))
        return People(Part(awards(window), person("award__person"), where=Q(fresh if valid else ~fresh)))

    return measure


def _certified_in_year(window: Window) -> Measure:
    rows = Certification.objects.filter(window.known(), window.dated("certified_date"))
    return People(Part(rows.exclude(act__code="register.open"), person()))


def _held_uncertified(window: Window) -> Measure:
    where = Q(kind=Kind.SUSPENDED, reason=SuspensionReason.NO_PROOF_OF_LIFE)
    return People(Part(awards(window), person("award__person"), where=where))


def _dead(window: Window) -> Measure:
    standing = window.acted() & ~taken_back(window, "candidate__person")
    rows = CandidateEvent.objects.filter(standing, state=State.TERMINATED, candidate__match_list__kind__in=DEATH_LISTS)
    return People(Part(rows, person("candidate__person")))


def _overpaid(window: Window) -> Part:
    return _claimed(window, window.acted())


def _claimed(window: Window, where: Q) -> Part:
    return Part(Overpayment.objects.filter(window.known()), person(), "amount_fen", where)


def _recovered(window: Window) -> Measure:
    return Total(recovery_events(window, is_returned(window)))


def _still_open(window: Window) -> Measure:
    return Total(_claimed(window, Q()), recovery_events(window, Q(), amount="minus_fen"))


def _moved(direction: str) -> Callable[[Window], Measure]:
    return lambda window: Total(transfers(window, Q(direction=direction)))


def _cross_province_out(window: Window) -> Measure:
    return Cases(transfers(window, Q(direction="OUT", kind="CROSS_PROVINCE")))


def _on_behalf(*programmes: str) -> Callable[[Window], Measure]:
    return lambda window: Total(paid_on_behalf(window, *programmes))


def _duties(*, late: bool) -> Callable[[Window], Measure]:
    """Reports that fall due in the year by the day; the late ones without a receipt known by the day."""

    def measure(window: Window) -> Measure:
        rows = ReportDuty.objects.filter(window.known(), window.dated("due_date"))
        overdue = Q(due_date__lt=window.as_of) & ~window.known("receipt__act")
        return Cases(Part(rows, Named("name", "title"), where=overdue if late else Q()))

    return measure


CERTIFICATION = (
    people(
        "certification.due",
        "应认证人数",
        "To be certified",
        "截止日待遇已核定、尚未终止的人数，即须在认证周期内认证的人",
        lambda w: People(Part(awards(w), person("award__person"))),
    ),
    people(
        "certification.valid",
        "认证有效人数",
        "Certified within the cycle",
        "应认证人员中认证日期在法定认证周期之内的人数",
        _certification(valid=True),
    ),
    people(
        "certification.overdue",
        "认证逾期人数",
        "Certification overdue",
        "应认证人员中认证周期之内没有认证的人数，含从未认证",
        _certification(valid=False),
    ),
    Figure(
        "certification.rate",
        "资格认证率",
        "Certification rate",
        Unit.PERCENT,
        "认证有效人数除以应认证人数",
        derived("valid / due * 100", valid="certification.valid", due="certification.due"),
    ),
    people(
        "certification.certified",
        "年内认证人数",
        "Certified in the year",
        "年内至截止日认证的人数，一人多次认证计一人，不含期初接入",
        _certified_in_year,
    ),
    people(
        "certification.held",
        "未认证停发人数",
        "Held for want of certification",
        "截止日因未通过领取资格认证而暂停待遇的人数",
        _held_uncertified,
    ),
)
AUDIT = (
    Figure(
        "audit.compared",
        "稽核比对记录数",
        "Records compared",
        Unit.ROWS,
        "年内至截止日导入的各类比对名单的行数合计",
        lists_taken_in("compared"),
    ),
    Figure(
        "audit.hits",
        "比对命中数",
        "Hits",
        Unit.ROWS,
        "年内至截止日各类比对名单命中本地登记的行数合计",
        lists_taken_in("hits"),
    ),
    Figure(
        "audit.candidates",
        "疑点数",
        "Suspicions",
        Unit.ROWS,
        "年内至截止日各类比对名单生成的疑点合计",
        lists_taken_in("candidates"),
    ),
    people(
        "audit.dead",
        "比对核实死亡人数",
        "Deaths found",
        "年内至截止日部级和公安疑似死亡名单上核实终止、截止日未撤销的人数，一人在多份名单上计一人",
        _dead,
    ),
    people(
        "audit.overpaid_people",
        "查出多发人数",
        "People overpaid",
        "年内至截止日立案追回的人数",
        lambda w: People(_overpaid(w)),
    ),
    money(
        "audit.overpaid",
        "查出多发金额",
        "Overpayments found",
        "年内至截止日立案追回的多发待遇合计",
        lambda w: Total(_overpaid(w)),
    ),
    money("audit.recovered", "追回金额", "Recovered", "年内至截止日退回和抵扣的多发待遇合计", _recovered),
    Figure(
        "audit.recovery_rate",
        "追回率",
        "Recovery rate",
        Unit.PERCENT,
        "追回金额除以查出多发金额",
        derived("back / found * 100", back="audit.recovered", found="audit.overpaid"),
    ),
    money(
        "audit.open", "待追回金额", "Still to be recovered", "截止日历年查出多发减去历年追回、核销和撤销", _still_open
    ),
)
MOVES = (
    people(
        "transfers.cross_province_out",
        "跨省转出人数",
        "Moved out to other provinces",
        "年内至截止日办结的跨省转出件数",
        _cross_province_out,
    ),
    money("transfers.amount_in", "转入金额", "Money transferred in", "年内至截止日办结转入的资金合计", _moved("IN")),
    money("transfers.amount_out", "转出金额", "Money transferred out", "年内至截止日办结转出的资金合计", _moved("OUT")),
)
BEHALF = (
    *(
        money(
            f"delegated.{key}_amount",
            f"{name}代发金额",
            f"Paid on behalf: {english}",
            f"年内至截止日银行代发成功、未退回的{name}代发款合计",
            _on_behalf(programme),
        )
        for key, (programme, name, english) in PROGRAMMES.items()
    ),
    money(
        "delegated.amount",
        "代发金额合计",
        "Paid on behalf",
        "年内至截止日银行代发成功、未退回的各项目代发款合计",
        _on_behalf(*(programme for programme, _, _ in PROGRAMMES.values())),
    ),
)
OWED = (
    Figure(
        "reports.due",
        "到期报送任务数",
        "Reports due",
        Unit.TASKS,
        "报送期限在年内至截止日的报送任务数",
        _duties(late=False),
    ),
    Figure(
        "reports.overdue",
        "逾期未报送数",
        "Reports overdue",
        Unit.TASKS,
        "其中报送期限已过、截止日尚无回执的任务数",
        _duties(late=True),
    ),
)
CONTROL = (*CERTIFICATION, *AUDIT, *MOVES, *BEHALF, *OWED)

"""Figures of recovery (追回): by paying level, by age, notices, instalments, what was given up, and refunds."""

from collections.abc import Callable, Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jubao.records.models import ContributionRefund, InstalmentPlan, MatchCandidate, RecoveryDemand, RecoveryEvent
from jubao.reports.figures.evidence import Evidence, Part, person
from jubao.reports.figures.figure import Figure, Unit, money
from jubao.reports.figures.measure import Cases, Measure, People, Total
from jubao.reports.figures.recovered import (
    InstalmentState,
    OpenClaim,
    Piece,
    instalments,
    open_claims,
    pieces_of,
    recoveries,
    standing,
)
from jubao.reports.figures.window import Window
from jubao.reports.figures.worked_out import WorkedOut
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.resident_number import mask

RETURNED = ("OFFSET", "RECEIPT")  # kinds of recoveries that are money; WRITTEN_OFF and WITHDRAWN are none
LEVELS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "central": ("中央财政", "central government", (BenefitItem.BASIC_CENTRAL,)),
    "province": ("省级财政", "province", (BenefitItem.BASIC_PROVINCE,)),
    "city": ("市级财政", "city", (BenefitItem.BASIC_CITY,)),
    "county": ("县级财政", "county", (BenefitItem.BASIC_COUNTY,)),
    "increment": ("加发补贴", "increment", (BenefitItem.INCREMENT,)),
    "account": ("个人账户", "individual accounts", tuple(item for item in BenefitItem if item.is_account)),
}
AGES = (
    ("30", 0, 30, "30天以内"),
    ("90", 31, 90, "31至90天"),
    ("365", 91, 365, "91至365天"),
    ("older", 366, 1 << 30, "365天以上"),
)
ORDER = "按多发月份由早到晚、同月按待遇项目代码顺序冲抵"


def recovery_events(window: Window, where: Q, *, amount: str = "amount_fen") -> Part:
    """What was done by the day about money claimed back; ``minus_fen`` as amount takes it off what is claimed."""
    rows = RecoveryEvent.objects.filter(window.known()).annotate(minus_fen=0 - F("amount_fen"))
    return Part(rows, person("overpayment__person"), amount, where)


def is_returned(window: Window) -> Q:
    """Money that came back within the window: offsets and receipts, not what was given up or claimed no longer."""
    return window.acted() & Q(kind__in=RETURNED) & standing(window)


def is_across(window: Window) -> Exists:
    """Whether it came from somebody on a list of pensions drawn in two provinces."""
    return Exists(across(window).filter(person=OuterRef("overpayment__person")))


def returned(window: Window) -> QuerySet[RecoveryEvent]:
    """Money that came back within the window."""
    return RecoveryEvent.objects.filter(window.known(), is_returned(window))


def across(window: Window) -> QuerySet[MatchCandidate]:
    """Suspicions known by the day that somebody draws in another province, too."""
    return MatchCandidate.objects.filter(window.known(), match_list__kind="CROSS_PROVINCE")


def _returned_pieces(window: Window) -> Iterator[Piece]:
    """What came back within the window, cut by the months and items it covers; each event says if it is across."""
    claims = returned(window).values("overpayment")
    events = recoveries(window).annotate(in_window=Q(is_returned(window)), across=is_across(window))
    return (piece for piece in pieces_of(claims, window, events) if _annotated(piece, "in_window"))


def _annotated(piece: Piece, name: str) -> bool:
    """What the query told of the piece's event beside its own columns."""
    return bool(vars(piece.event)[name])


def _by_level(items: tuple[str, ...], *, only_across: bool) -> Callable[[Window], Measure]:
    def told(piece: Piece) -> Evidence | None:
        counts = piece.month.item in items and (not only_across or _annotated(piece, "across"))
        return piece.evidence if counts else None

    return lambda window: WorkedOut(_returned_pieces, window, told)


def _levels(key: str, name: str, english: str, *, only_across: bool = False) -> Iterator[Figure]:
    for level, (payer, word, items) in LEVELS.items():
        yield Figure(
            f"{key}_{level}",
            f"{name}（{payer}）",
            f"{english}: {word}",
            Unit.MONEY,
            f"{name}中还原给{payer}的部分，{ORDER}",
            _by_level(items, only_across=only_across),
        )


def _aged(least: int, most: int) -> Callable[[Window], Measure]:
    def told(one: OpenClaim) -> Evidence | None:
        return _claim(one) if least <= one.days <= most else None

    return lambda window: WorkedOut(open_claims, window, told)


def _claim(one: OpenClaim) -> Evidence:
    who, act = one.claim.person, one.claim.act
    return Evidence(
        who.personal_number,
        who.name,
        mask(who.resident_number),
        one.open_fen,
        act.pk,
        act.business_date,
        money=True,
        note=f"{one.days} 天",
    )


def _overdue(*, money: bool) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        def told(one: InstalmentState) -> Evidence | None:
            return _part(one, money=money) if one.overdue(window.as_of) else None

        return WorkedOut(instalments, window, told)

    return measure


def _part(one: InstalmentState, *, money: bool) -> Evidence:
    part = one.instalment
    who = part.plan.overpayment.person
    return Evidence(
        who.personal_number,
        who.name,
        mask(who.resident_number),
        one.rest_fen if money else 1,
        part.act_id,
        part.act.business_date,
        money=money,
        note=f"第{part.seq}期 {part.due_date}",
    )


def _written_off(window: Window) -> Measure:
    return Total(recovery_events(window, window.acted() & Q(kind="WRITTEN_OFF")))


def _demanded(window: Window) -> Part:
    rows = RecoveryDemand.objects.filter(window.acted())
    return Part(rows, person("overpayment__person"))


def _agreed(window: Window) -> Measure:
    return Cases(Part(InstalmentPlan.objects.filter(window.acted()), person("overpayment__person")))


def _refunded(window: Window) -> Part:
    rows = ContributionRefund.objects.filter(window.acted())
    return Part(rows, person("contribution__person"), "amount_fen")


RECOVERY = (
    *_levels("recovery.returned", "追回金额", "Recovered"),
    *_levels("cross_province.recovered", "跨省重复领取追回金额", "Cross-province money recovered", only_across=True),
    money(
        "recovery.written_off",
        "核销金额",
        "Written off",
        "年内至截止日经批准核销、不再追回的多发待遇合计",
        _written_off,
    ),
    *(
        money(
            f"recovery.open_{key}",
            f"待追回金额（{words}）",
            f"Still to be recovered, up to {key} days" if key != "older" else "Still to be recovered, older",
            f"截止日待追回金额中，立案至截止日{words}的部分",
            _aged(least, most),
        )
        for key, least, most, words in AGES
    ),
    Figure(
        "recovery.demands",
        "追回通知份数",
        "Repayment notices",
        Unit.SHEETS,
        "年内至截止日发出的追回通知份数",
        lambda window: Cases(_demanded(window)),
    ),
    Figure(
        "recovery.plans",
        "分期还款协议份数",
        "Instalment agreements",
        Unit.SHEETS,
        "年内至截止日签订的分期还款协议份数，含替换前一份的协议",
        _agreed,
    ),
    Figure(
        "recovery.overdue_instalments",
        "逾期分期数",
        "Instalments overdue",
        Unit.TASKS,
        "截止日有效协议中应还日期已过、尚未还清的期数，还款按期次先后抵充",
        _overdue(money=False),
    ),
    money(
        "recovery.overdue_amount",
        "逾期分期金额",
        "Instalments overdue, sum",
        "截止日逾期各期尚未还清的金额合计",
        _overdue(money=True),
    ),
    money(
        "collection.refunded",
        "重复缴费退款金额",
        "Contributions refunded",
        "年内至截止日办结退款的个人缴费合计，支付结果另见一次性支付；征缴金额不因退款减少",
        lambda window: Total(_refunded(window)),
    ),
    Figure(
        "collection.refunded_people",
        "重复缴费退款人数",
        "People refunded",
        Unit.PEOPLE,
        "年内至截止日办结重复缴费退款的人数",
        lambda window: People(_refunded(window)),
    ),
)

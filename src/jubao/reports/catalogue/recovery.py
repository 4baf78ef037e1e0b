"""Figures of recovery (追回): by paying level, by age, notices, instalments, what was given up, and refunds."""

from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, QuerySet

from jubao.records.models import ContributionRefund, InstalmentPlan, MatchCandidate, RecoveryDemand, RecoveryEvent
from jubao.reports.figures.figure import Figure, Unit, money
from jubao.reports.figures.measure import Cases, Evidence, Measure, Part, People, Total, person
from jubao.reports.figures.recovered import (
    Listed,
    OpenClaim,
    PartSum,
    instalments,
    open_claims,
    recovered,
    recoveries,
)
from jubao.reports.figures.window import Window
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
AGES = (("30", 0, 30, "30天以内"), ("90", 31, 90, "31至90天"), ("365", 91, 365, "91至365天"), ("older", 366, 1 << 30, "365天以上"))
ORDER = "按多发月份由早到晚、同月按待遇项目代码顺序冲抵"


def returned(window: Window) -> QuerySet[RecoveryEvent]:
    """Money that came back within the window: offsets and receipts, not what was given up or claimed no longer."""
    return recoveries(window).filter(window.acted(), kind__in=RETURNED)


def returned_across(window: Window) -> QuerySet[RecoveryEvent]:
    """Of it, what came from people on lists of pensions drawn in two provinces."""
    return returned(window).filter(Exists(across(window).filter(person=OuterRef("overpayment__person"))))


def across(window: Window) -> QuerySet[MatchCandidate]:
    """Suspicions known by the day that somebody draws in another province, too."""
    return MatchCandidate.objects.filter(window.known(), match_list__kind="CROSS_PROVINCE")


def _by_level(
    events: Callable[[Window], QuerySet[RecoveryEvent]], items: tuple[str, ...]
) -> Callable[[Window], Measure]:
    return lambda window: recovered(window, events(window), lambda item: item in items)


def _levels(key: str, name: str, english: str, events: Callable[[Window], QuerySet[RecoveryEvent]]) -> Iterator[Figure]:
    for level, (payer, word, items) in LEVELS.items():
        yield Figure(
            f"{key}_{level}", f"{name}（{payer}）", f"{english}: {word}", Unit.MONEY,
            f"{name}中还原给{payer}的部分，{ORDER}", _by_level(events, items),
        )  # fmt: skip


def _aged(least: int, most: int) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        return Listed(lambda: [_claim(one) for one in open_claims(window) if least <= one.days <= most])

    return measure


def _claim(one: OpenClaim) -> Evidence:
    who, act = one.claim.person, one.claim.act
    return Evidence(
        who.personal_number, who.name, mask(who.resident_number), one.open_fen, act.pk, act.business_date, money=True,
        note=f"{one.days} 天",
    )  # fmt: skip


def _overdue(*, money: bool) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        return Listed(
            lambda: [_part(one, money=money) for one in instalments(window) if one.overdue(window.as_of)]
        )

    return measure


def _part(one: PartSum, *, money: bool) -> Evidence:
    part = one.instalment
    who = part.plan.overpayment.person
    return Evidence(
        who.personal_number, who.name, mask(who.resident_number), one.rest_fen if money else 1, part.act_id,
        part.act.business_date, money=money, note=f"第{part.seq}期 {part.due_date}",
    )  # fmt: skip


def _written_off(window: Window) -> Measure:
    rows = RecoveryEvent.objects.filter(window.acted(), kind="WRITTEN_OFF")
    return Total(Part(rows, person("overpayment__person"), "amount_fen"))


def _demanded(window: Window) -> Part:
    rows = RecoveryDemand.objects.filter(window.acted())
    return Part(rows, person("overpayment__person"))


def _agreed(window: Window) -> Measure:
    return Cases(Part(InstalmentPlan.objects.filter(window.acted()), person("overpayment__person")))


def _refunded(window: Window) -> Part:
    rows = ContributionRefund.objects.filter(window.acted())
    return Part(rows, person("contribution__person"), "amount_fen")


RECOVERY = (
    *_levels("recovery.returned", "追回金额", "Recovered", returned),
    *_levels("cross_province.recovered", "跨省重复领取追回金额", "Cross-province money recovered", returned_across),
    money("recovery.written_off", "核销金额", "Written off", "年内至截止日经批准核销、不再追回的多发待遇合计",
           _written_off),
    *(
        money(f"recovery.open_{key}", f"待追回金额（{words}）", f"Still to be recovered, up to {key} days"
               if key != "older" else "Still to be recovered, older",
               f"截止日待追回金额中，立案至截止日{words}的部分", _aged(least, most))
        for key, least, most, words in AGES
    ),
    Figure("recovery.demands", "追回通知份数", "Repayment notices", Unit.SHEETS, "年内至截止日发出的追回通知份数",
           lambda window: Cases(_demanded(window))),
    Figure("recovery.plans", "分期还款协议份数", "Instalment agreements", Unit.SHEETS,
           "年内至截止日签订的分期还款协议份数，含替换前一份的协议", _agreed),
    Figure("recovery.overdue_instalments", "逾期分期数", "Instalments overdue", Unit.TASKS,
           "截止日有效协议中应还日期已过、尚未还清的期数，还款按期次先后抵充", _overdue(money=False)),
    money("recovery.overdue_amount", "逾期分期金额", "Instalments overdue, sum",
           "截止日逾期各期尚未还清的金额合计", _overdue(money=True)),
    money("collection.refunded", "重复缴费退款金额", "Contributions refunded",
           "年内至截止日办结退款的个人缴费合计，支付结果另见一次性支付；征缴金额不因退款减少",
           lambda window: Total(_refunded(window))),
    Figure("collection.refunded_people", "重复缴费退款人数", "People refunded", Unit.PEOPLE,
           "年内至截止日办结重复缴费退款的人数", lambda window: People(_refunded(window))),
)  # fmt: skip

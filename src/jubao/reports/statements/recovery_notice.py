"""A repayment notice (追回通知) on paper: what was paid too much, month by month and payer by payer, and what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from jubao.documents.amount_words import amount_in_words
from jubao.documents.notice import Notice, NoticeTable
from jubao.records.models import Office, OverpaidMonth, Overpayment, RecoveryDemand, RecoveryEvent
from jubao.reports.figures.dimension import label_of
from jubao.reports.law import office_policy
from jubao.reports.statements.sheet import office_name
from jubao.reports.viewers import people_seen
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.fen import format_yuan
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.viewer import Viewer

HEADINGS = ("待遇项目", "支付级次", "起止年月", "月数", "每月金额（元）", "小计（元）")
WIDTHS_CM = (4.2, 2.2, 3.8, 1.4, 2.2, 2.4)


class NoSuchNotice(LookupError):
    """No notice bears this number."""


@dataclass(frozen=True)
class Stretch:
    """Months that follow each other with one item at one amount: first, last, how many, and fen a month."""

    item: str
    first: int
    last: int
    count: int
    fen: int

    @property
    def texts(self) -> tuple[str, ...]:
        """The row of the notice's table."""
        span = str(self.first) if self.count == 1 else f"{self.first}—{self.last}"
        return (
            str(BenefitItem(self.item).label),
            label_of("level", self.item),
            span,
            str(self.count),
            format_yuan(self.fen),
            format_yuan(self.fen * self.count),
        )


def stretches(rows: Sequence[OverpaidMonth]) -> list[Stretch]:
    """Overpaid months drawn together, item by item."""
    found: list[Stretch] = []
    for row in sorted(rows, key=lambda one: (one.item, one.month)):
        last = found[-1] if found else None
        if last and (last.item, last.fen, months.add(last.last, 1)) == (row.item, row.amount_fen, row.month):
            found[-1] = Stretch(row.item, last.first, row.month, last.count + 1, row.amount_fen)
        else:
            found.append(Stretch(row.item, row.month, row.month, 1, row.amount_fen))
    return found


def recovery_notice(number: str, *, viewer: Viewer) -> Notice:
    """The notice of a number, as things stood when it went out.

    Raises:
        NoSuchNotice: no notice to somebody of the viewer's divisions bears this number.
        MayNotLook: none of the viewer's posts may look at people, or he stays away from this one.
        AmountNotWritable: an amount cannot be written in words.
    """
    demands = RecoveryDemand.objects.filter(overpayment__person__in=people_seen(viewer))
    demand = demands.filter(number=number).select_related("overpayment__person").first()
    if demand is None:
        latest = demands.order_by("-pk").values_list("number", flat=True).first()
        told = f"最近一份为 {latest}" if latest else "还没有发出过追回通知，请先办理 recovery.demand"
        raise NoSuchNotice(f"没有编号为 {number} 的追回通知，{told}")
    viewer.require_distance(demand.overpayment.person.resident_number)
    claim = demand.overpayment
    rows = list(OverpaidMonth.objects.filter(overpayment=claim).order_by("month", "item"))
    total = ("合计", "", "", str(len({row.month for row in rows})), "", format_yuan(claim.amount_fen))
    table = tuple(one.texts for one in stretches(rows))
    return Notice(
        title="追回多发养老金通知书",
        number=demand.number,
        addressee=demand.receiver,
        paragraphs=(_why(claim), _how_much(claim, demand)),
        table=NoticeTable(HEADINGS, (*table, total), WIDTHS_CM),
        closing=tuple(_what_to_do(demand)),
        office=office_name(),
        dated=demand.sent_date,
        reference=f"审计事件 {demand.act_id}",
    )


def _why(claim: Overpayment) -> str:
    who, first, last = claim.person, claim.from_month, months.add(claim.to_month, -1)
    return (
        f"经核查，{who.name}（公民身份号码 {mask(who.resident_number)}）因“{claim.get_reason_display()}”，自"
        f"{_month(first)}起不再符合领取城乡居民基本养老保险待遇的条件，此后待遇仍发放至{_month(last)}，多发待遇合计"
        f"{format_yuan(claim.amount_fen)}元，逐项明细见下表。"
    )


def _how_much(claim: Overpayment, demand: RecoveryDemand) -> str:
    before = RecoveryEvent.objects.filter(overpayment=claim, act_id__lt=demand.act_id).order_by()
    sums = dict(before.values_list("kind").annotate(fen=Sum("amount_fen")))
    told = [f"{word}{format_yuan(sums[kind])}元" for kind, word in BEFORE.items() if kind in sums]
    settled = f"其中已{'，已'.join(told)}，" if told else ""
    return f"{settled}尚应退还{format_yuan(demand.amount_fen)}元（{amount_in_words(demand.amount_fen)}）。"


BEFORE = {"OFFSET": "在终止结算中抵扣", "RECEIPT": "退回", "WRITTEN_OFF": "核销", "WITHDRAWN": "撤销"}


def _what_to_do(demand: RecoveryDemand) -> Iterator[str]:
    yield (
        f"{_basis(demand.sent_date)}请于{_day(demand.due_date)}前将上述款项退还本中心社会保险基金收入户，汇款时注明姓名和"
        f"本通知编号。一次退还确有困难的，可在期限内到本中心商定分期还款协议。"
    )
    yield "对本通知所列事实或金额有异议的，请在上述期限内向本中心书面提出，并附相关材料。"


def _basis(day: date) -> str:
    """The document the return rests on, where one was in force that names it."""
    row = office_policy().row("procedure.recovery_order", on=day, area=Office.objects.get().district_code)
    return "" if row.uncertain else f"依据《{row.instrument.title}》{row.part}，"


def _month(month: int) -> str:
    return f"{month // 100}年{month % 100}月"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

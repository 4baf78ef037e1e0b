"""Lists of watching: lines held after the lock, pensions that rest too long, findings of home checks, and alerts."""

from collections.abc import Iterator

from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONTH, TEXT, Column, Row
from jubao.records.models import Alert, AlertEvent, LineHold, VerificationFinding
from jubao.reports.figures.place import places_of
from jubao.reports.figures.standing import Kind, awards
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import AMOUNT, WHO, PrintedList
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import AlertKind, SuspensionReason

NOWHERE = ("", "")
SEEN = {"1": "健在", "0": "已去世", "": "不明"}
KINDS = {str(code): code.label for code in AlertKind}
REASONS = {str(code): code.label for code in SuspensionReason}


def _held(window: Window) -> Iterator[Row]:
    """Lines taken out of locked batches in the span, and why."""
    places = places_of(window)
    rows = LineHold.objects.filter(window.acted()).select_related("act", "bank_line__batch", "bank_line__person",
                                                                  "candidate__match_list")  # fmt: skip
    for one in rows.order_by("pk").iterator():
        line, who = one.bank_line, one.bank_line.person
        yield (*(places.get(who.pk, NOWHERE) if who else NOWHERE), line.payee_number, line.payee_name,
               who.resident_number if who else "", line.batch.number, line.batch.month, line.amount_fen,
               one.act.business_date, one.reason, one.candidate.match_list.number if one.candidate else "")  # fmt: skip


def _resting(window: Window) -> Iterator[Row]:
    """Everybody suspended on the day, the longest first, with who must do what by when."""
    places, now = places_of(window), months.of(window.as_of)
    rows = awards(window).filter(kind=Kind.SUSPENDED).select_related("award__person")
    for event in rows.order_by("month", "award__person__personal_number").iterator():
        who = event.award.person
        late = "是" if event.due_date and event.due_date < window.as_of else ""
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, event.month,
               max(months.between(event.month, now), 0), REASONS.get(event.reason, event.reason), event.memo,
               event.due_date, late)  # fmt: skip


def _findings(window: Window) -> Iterator[Row]:
    """What was seen in the span, in the order it came back."""
    places = places_of(window)
    rows = VerificationFinding.objects.filter(window.acted()).select_related(
        "item__round", "item__candidate__person", "item__candidate__match_list"
    )
    for one in rows.order_by("pk").iterator():
        who = one.item.candidate.person
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, one.item.round.number,
               one.item.candidate.match_list.number, SEEN[one.alive], one.death_date, one.abnormal, one.method,
               one.checker, one.checked_date, one.remark)  # fmt: skip


def _alerts(window: Window) -> Iterator[Row]:
    """Alerts raised in the span, with where they stood on the day."""
    latest = {event.alert_id: event for event in AlertEvent.objects.filter(window.known()).order_by("pk")}
    for one in Alert.objects.filter(window.acted()).select_related("act").order_by("pk").iterator():
        last = latest[one.pk]
        yield (KINDS.get(one.kind, one.kind), one.subject, one.month, one.text, one.act.business_date,
               Alert.State(last.state).label, last.note, last.due_date)  # fmt: skip


WATCH_LISTS = (
    PrintedList("held", "锁定后扣留名单",
                (*WHO, Column("批次号", IDENTIFIER), Column("发放年月", MONTH), AMOUNT, Column("扣留日期", DATE),
                 Column("扣留原因", TEXT, width=24), Column("名单号", IDENTIFIER)), _held),
    PrintedList("resting", "暂停待遇账龄名单",
                (*WHO, Column("暂停年月", MONTH), Column("已暂停月数", INTEGER, width=8), Column("暂停原因"),
                 Column("说明", TEXT, width=24), Column("处理期限", DATE), Column("是否逾期", TEXT, width=6)), _resting),
    PrintedList("findings", "核查结果名单",
                (*WHO, Column("核查轮次", IDENTIFIER), Column("名单号", IDENTIFIER), Column("是否健在", TEXT, width=7),
                 Column("死亡日期", DATE), Column("异常类型", IDENTIFIER, width=6), Column("核查方式", TEXT, width=7),
                 Column("核查人"), Column("核查日期", DATE), Column("备注")), _findings),
    PrintedList("alerts", "预警清单",
                (Column("预警类型"), Column("预警对象", TEXT, width=22), Column("所属月份", MONTH), Column("说明", TEXT, width=40),
                 Column("发现日期", DATE), Column("状态", TEXT, width=8), Column("处理情况", TEXT, width=24),
                 Column("期限", DATE)), _alerts),
)  # fmt: skip

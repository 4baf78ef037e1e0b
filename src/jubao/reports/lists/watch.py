"""Lists of watching: lines held after the lock, pensions that rest too long, findings of home checks, and alerts."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from jubao.documents.sheet import IDENTIFIER, INTEGER, MONTH, TEXT
from jubao.records.models import Alert, AlertEvent, AwardEvent, LineHold, VerificationFinding
from jubao.reports.figures.state_on_day import Kind, awards
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import NUMBER, PLACE, WHO, Column, Opens, Told, day, money
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import AlertKind, SuspensionReason

SEEN = {"1": "健在", "0": "已去世", "": "不明"}
KINDS = {str(code): code.label for code in AlertKind}
STATES = {str(state.value): str(state.label) for state in Alert.State}
REASONS = {str(code): code.label for code in SuspensionReason}


def _held(window: Window) -> QuerySet[LineHold]:
    """Lines taken out of locked batches in the span, and why."""
    related = ("act", "bank_line__batch", "bank_line__person", "candidate__match_list")
    return LineHold.objects.filter(window.acted()).select_related(*related)


def _resting(window: Window) -> QuerySet[AwardEvent]:
    """Everybody suspended on the day, the longest first."""
    return awards(window).filter(kind=Kind.SUSPENDED).select_related("award__person")


def _beside_resting(rows: Sequence[AwardEvent], window: Window) -> Iterator[Told]:
    """For how long each has rested, and whether the next step is late."""
    now = months.of(window.as_of)
    for row in rows:
        late = row.due_date is not None and row.due_date < window.as_of
        yield {"months": max(months.between(row.month, now), 0), "late": "是" if late else ""}


def _findings(window: Window) -> QuerySet[VerificationFinding]:
    """What was seen in the span."""
    related = ("item__round", "item__candidate__person", "item__candidate__match_list")
    return VerificationFinding.objects.filter(window.acted()).select_related(*related)


def _alerts(window: Window) -> QuerySet[Alert]:
    """Alerts raised in the span."""
    return Alert.objects.filter(window.acted()).select_related("act")


def _beside_alerts(rows: Sequence[Alert], window: Window) -> Iterator[Told]:
    """Where they stood on the day."""
    known = AlertEvent.objects.filter(window.known(), alert__in=[row.pk for row in rows]).order_by("pk")
    latest = {event.alert_id: event for event in known}
    for row in rows:
        last = latest[row.pk]
        yield {"state": last.state, "note": last.note, "due_date": last.due_date}


FOUND_IN = "item__candidate__match_list__number"
WATCH_LISTS: tuple[Listing, ...] = (
    Listing(
        "held",
        "锁定后扣留名单",
        (
            *PLACE,
            Column("个人编号", "bank_line__payee_number", IDENTIFIER, is_filtered=True),
            Column("姓名", "bank_line__payee_name", TEXT, width=10, is_filtered=True),
            NUMBER,
            Column("批次号", "bank_line__batch__number", IDENTIFIER, is_filtered=True, opens=Opens.BATCH),
            Column("发放年月", "bank_line__batch__month", MONTH, is_filtered=True),
            money("金额", "bank_line__amount_fen"),
            day("扣留日期", "act__business_date", is_filtered=True, is_sorted=True),
            Column("扣留原因", "reason", TEXT, width=24),
            Column("名单号", "candidate__match_list__number", IDENTIFIER, opens=Opens.LIST),
        ),
        (Part(_held, person="bank_line__person", may_lack_person=True),),
    ),
    Listing(
        "resting",
        "暂停待遇账龄名单",
        (
            *WHO,
            Column("暂停年月", "month", MONTH, is_filtered=True, is_sorted=True),
            Column("已暂停月数", "months", INTEGER, width=8),
            Column("暂停原因", "reason", words=REASONS, is_filtered=True),
            Column("说明", "memo", TEXT, width=24),
            day("处理期限", "due_date", is_filtered=True),
            Column("是否逾期", "late", TEXT, width=6),
        ),
        (Part(_resting, _beside_resting, person="award__person", order=("month",)),),
    ),
    Listing(
        "findings",
        "核查结果名单",
        (
            *WHO,
            Column("核查轮次", "item__round__number", IDENTIFIER, is_filtered=True, opens=Opens.ROUND),
            Column("名单号", FOUND_IN, IDENTIFIER, opens=Opens.LIST),
            Column("是否健在", "alive", TEXT, width=7, words=SEEN),
            day("死亡日期", "death_date"),
            Column("异常类型", "abnormal", IDENTIFIER, width=6),
            Column("核查方式", "method", TEXT, width=7),
            Column("核查人", "checker"),
            day("核查日期", "checked_date"),
            Column("备注", "remark"),
        ),
        (Part(_findings, person="item__candidate__person"),),
    ),
    Listing(
        "alerts",
        "预警清单",
        (
            Column("预警类型", "kind", words=KINDS, is_filtered=True),
            Column("预警对象", "subject", TEXT, width=22),
            Column("所属月份", "month", MONTH, is_filtered=True, is_sorted=True),
            Column("说明", "text", TEXT, width=40),
            day("发现日期", "act__business_date", is_filtered=True, is_sorted=True),
            Column("状态", "state", TEXT, width=8, words=STATES),
            Column("处理情况", "note", TEXT, width=24),
            day("期限", "due_date"),
        ),
        (Part(_alerts, _beside_alerts, person=None),),
    ),
)

"""Lists of audit and duties: doubly enrolled people, recoveries, and the reports the office owes."""

import json
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from jubao.documents.sheet import IDENTIFIER, MONTH, TEXT
from jubao.records.models import CandidateEvent, DutyReceipt, MatchCandidate, Overpayment, ReportDuty
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import WHO, Column, Opens, Told, day, money
from jubao.reports.lists.known import lessened
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.reports.lists.payment import REASONS
from jubao.vocabulary.codes import SchemeCode

DUPLICATES = ("PROVINCIAL", "CROSS_PROVINCE")
SCHEMES = {str(code): code.label for code in SchemeCode}
CONCLUSIONS = {
    "PAYER_IN_EMPLOYEES": "缴费人员已参加职保",
    "CROSS_PROVINCE": "跨省重复领取",
    "ENDED_BUT_DRAWING_ELSEWHERE": "本地已终止、对方仍在领取",
}
STATES = {str(state.value): str(state.label) for state in MatchCandidate.State}


def _duplicates(window: Window) -> QuerySet[MatchCandidate]:
    rows = MatchCandidate.objects.filter(window.acted(), match_list__kind__in=DUPLICATES)
    return rows.select_related("person", "match_list")


def _beside_duplicates(rows: Sequence[MatchCandidate], window: Window) -> Iterator[Told]:
    """What the other side says, and where the suspicion stood on the day."""
    known = CandidateEvent.objects.filter(window.known(), candidate__in=[row.pk for row in rows]).order_by("pk")
    states = dict(known.values_list("candidate_id", "state"))
    for row in rows:
        told = json.loads(row.details)
        scheme = told.get("scheme") or told.get("other_scheme") or ""
        yield {
            "area": told.get("area") or told.get("other_area") or "",
            "agency": told.get("agency") or told.get("other_agency") or "",
            "scheme": SCHEMES.get(scheme, scheme),
            "state": states.get(row.pk, MatchCandidate.State.OPEN),
        }


def _recoveries(window: Window) -> QuerySet[Overpayment]:
    """Overpayments found in the span."""
    return Overpayment.objects.filter(window.acted()).select_related("person", "act")


def _beside_recoveries(rows: Sequence[Overpayment], window: Window) -> Iterator[Told]:
    """What had come back by the day, was given up, or is claimed no longer, and what is left."""
    less = lessened(window, [row.pk for row in rows])
    return ({**less[row.pk], "rest_fen": row.amount_fen - sum(less[row.pk].values())} for row in rows)


def _duties(window: Window) -> QuerySet[ReportDuty]:
    """Reports due in the span."""
    return ReportDuty.objects.filter(window.known(), window.dated("due_date"))


def _beside_duties(rows: Sequence[ReportDuty], window: Window) -> Iterator[Told]:
    """Their receipts known by the day."""
    known = DutyReceipt.objects.filter(window.known(), duty__in=[row.pk for row in rows]).order_by("pk")
    receipts = {one.duty_id: one for one in known}
    for row in rows:
        receipt = receipts.get(row.pk)
        yield {
            "period_words": str(row.period),
            "sent_date": receipt.sent_date if receipt else None,
            "receipt": receipt.receipt if receipt else "",
            "state": "已报送" if receipt else "逾期" if row.due_date < window.as_of else "未到期",
        }


FROM_MONTH = Column("多发起始", "from_month", MONTH)
LESSENED = (money("已追回", "back_fen"), money("已核销", "given_up_fen"), money("已撤销", "withdrawn_fen"))
FOUND_ON = day("立案日期", "act__business_date", is_filtered=True, is_sorted=True)
WHY = Column("原因", "reason", words=REASONS, is_filtered=True)
AUDIT_LISTS: tuple[Listing, ...] = (
    Listing(
        "duplicates",
        "重复参保名单",
        (
            *WHO,
            Column("名单号", "match_list__number", IDENTIFIER, is_filtered=True, opens=Opens.LIST),
            Column("疑点", "kind", words=CONCLUSIONS),
            Column("对方地区", "area"),
            Column("对方经办机构", "agency", TEXT, width=24),
            Column("对方险种", "scheme"),
            Column("处理结论", "state", words=STATES),
        ),
        (Part(_duplicates, _beside_duplicates, order=("match_list__number",)),),
    ),
    Listing(
        "audit",
        "稽核登记明细",
        (
            *WHO,
            FOUND_ON,
            WHY,
            FROM_MONTH,
            Column("多发截止", "to_month", MONTH),
            money("多发金额", "amount_fen", is_filtered=True, is_sorted=True),
            *LESSENED,
            money("待追回", "rest_fen"),
            day("追回期限", "due_date", is_filtered=True),
        ),
        (Part(_recoveries, _beside_recoveries),),
    ),
    Listing(
        "duties",
        "报送任务清单",
        (
            Column("报表", "name", is_filtered=True),
            Column("标题", "title", TEXT, width=30),
            Column("所属期", "period_words", IDENTIFIER),
            Column("报送单位", "receiver", is_filtered=True),
            day("报送期限", "due_date", is_filtered=True, is_sorted=True),
            day("报送日期", "sent_date"),
            Column("回执", "receipt"),
            Column("状态", "state"),
        ),
        (Part(_duties, _beside_duties, person=None, order=("due_date",)),),
    ),
)

"""Lists of audit and duties: doubly enrolled people, recoveries, and the reports the office owes."""

import json
from collections.abc import Iterator

from jubao.documents.sheet import DATE, IDENTIFIER, MONTH, TEXT, Column, Row
from jubao.records.models import CandidateEvent, DutyReceipt, MatchCandidate, Overpayment, ReportDuty
from jubao.reports.figures.place import places_of
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import WHO, PrintedList, money
from jubao.reports.lists.payment import NOWHERE, REASONS
from jubao.reports.lists.recovery import lessened
from jubao.vocabulary.codes import SchemeCode

DUPLICATES = ("PROVINCIAL", "CROSS_PROVINCE")
SCHEMES = {str(code): code.label for code in SchemeCode}
CONCLUSIONS = {"PAYER_IN_EMPLOYEES": "缴费人员已参加职保", "CROSS_PROVINCE": "跨省重复领取",
               "ENDED_BUT_DRAWING_ELSEWHERE": "本地已终止、对方仍在领取"}  # fmt: skip


def _duplicates(window: Window) -> Iterator[Row]:
    places = places_of(window)
    events = CandidateEvent.objects.filter(window.known()).order_by("pk").values_list("candidate_id", "state")
    states = dict(events)
    rows = MatchCandidate.objects.filter(window.acted(), match_list__kind__in=DUPLICATES)
    for one in rows.select_related("person", "match_list").order_by("match_list__number", "pk").iterator():
        who, told = one.person, json.loads(one.details)
        state = states.get(one.pk, MatchCandidate.State.OPEN)
        scheme = told.get("scheme") or told.get("other_scheme") or ""
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, one.match_list.number,
               CONCLUSIONS.get(one.kind, one.kind), told.get("area") or told.get("other_area") or "",
               told.get("agency") or told.get("other_agency") or "", SCHEMES.get(scheme, scheme),
               MatchCandidate.State(state).label)  # fmt: skip


def _recoveries(window: Window) -> Iterator[Row]:
    """Overpayments found in the span: what had come back by the day, was given up, or is claimed no longer."""
    places = places_of(window)
    back, given_up, withdrawn = lessened(window)
    rows = Overpayment.objects.filter(window.acted()).select_related("person", "act").order_by("pk")
    for one in rows.iterator():
        who = one.person
        less = [by_claim.get(one.pk, 0) for by_claim in (back, given_up, withdrawn)]
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, one.act.business_date,
               REASONS.get(one.reason, one.reason), one.from_month, one.to_month, one.amount_fen, *less,
               one.amount_fen - sum(less), one.due_date)  # fmt: skip


def _duties(window: Window) -> Iterator[Row]:
    """Reports due in the span, with their receipts known by the day."""
    receipts = {one.duty_id: one for one in DutyReceipt.objects.filter(window.known()).order_by("pk")}
    for duty in ReportDuty.objects.filter(window.known(), window.dated("due_date")).order_by("due_date", "pk"):
        receipt = receipts.get(duty.pk)
        state = "已报送" if receipt else "逾期" if duty.due_date < window.as_of else "未到期"
        yield (duty.name, duty.title, str(duty.period), duty.receiver, duty.due_date,
               receipt.sent_date if receipt else None, receipt.receipt if receipt else "", state)  # fmt: skip


AUDIT_LISTS = (
    PrintedList("duplicates", "重复参保名单",
                (*WHO, Column("名单号", IDENTIFIER), Column("疑点"), Column("对方地区"), Column("对方经办机构", TEXT, width=24),
                 Column("对方险种"), Column("处理结论")), _duplicates),
    PrintedList("audit", "稽核登记明细",
                (*WHO, Column("立案日期", DATE), Column("原因"), Column("多发起始", MONTH), Column("多发截止", MONTH),
                 money("多发金额"), money("已追回"), money("已核销"), money("已撤销"), money("待追回"),
                 Column("追回期限", DATE)), _recoveries),
    PrintedList("duties", "报送任务清单",
                (Column("报表"), Column("标题", TEXT, width=30), Column("所属期", IDENTIFIER), Column("报送单位"),
                 Column("报送期限", DATE), Column("报送日期", DATE), Column("回执"), Column("状态")), _duties),
)  # fmt: skip

"""Lists of payment: who was paid, who was not and why, the public posting, refunds, and payments on behalf."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from jubao.documents.sheet import IDENTIFIER, MONTH, TEXT
from jubao.records.models import (
    DelegatedLine,
    DelegatedPayee,
    DelegatedPayeeEvent,
    LateReturn,
    LineReturn,
    PaymentBatch,
    Payout,
    PayoutOrder,
    PayrollLine,
    SettlementReversal,
)
from jubao.reports.catalogue.benefits import ACCOUNT, BASIC, paid_lines
from jubao.reports.catalogue.payment import paid_answers
from jubao.reports.figures.state_on_day import settlements, taken_back
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import AMOUNT, NAME, PLACE, WHO, Column, Opens, Told, day, money, years
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.reports.lists.people import PUBLIC_NUMBER
from jubao.vocabulary.codes import (
    BankFailure,
    ContributorEndReason,
    DelegatedProgramme,
    SuspensionReason,
    TerminationReason,
)
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.resident_number import mask

PAID, FAILED = "PAID", "FAILED"
RESULTS = {PAID: "成功", FAILED: "失败"}
GIVEN_BACK = "成功后退回"
ENDS = (SuspensionReason, TerminationReason, ContributorEndReason)
REASONS = {str(code): code.label for codes in ENDS for code in codes}
FAILURES = {str(code): code.label for code in BankFailure}
PROGRAMMES = {str(code): code.label for code in DelegatedProgramme}
KINDS = {str(code): str(label) for code, label in PaymentBatch._meta.get_field("kind").choices or ()}
PAYOUTS = {str(kind.value): str(kind.label) for kind in Payout.Kind}
BATCH_MONTH = "bank_line__batch__month"
Answer = TypeVar("Answer", LineReturn, LateReturn)


def answers(window: Window, lines: Sequence[int | None]) -> dict[int, str]:
    """What the bank had said by the day of some lines it had answered, in words: paid, failed, or given back since."""
    rows = LineReturn.objects.filter(window.known(), bank_line__in=lines).order_by("pk")
    back = LateReturn.objects.filter(window.known(), bank_line__in=lines).order_by("pk")
    told = {line: RESULTS[result] for line, result in rows.values_list("bank_line_id", "result")}
    return told | dict.fromkeys(back.values_list("bank_line_id", flat=True), GIVEN_BACK)


def _of_the_months(rows: QuerySet[Answer], window: Window) -> QuerySet[Answer]:
    """Answers of the bank about batches of the months asked for."""
    return rows.filter(window.months(BATCH_MONTH)).select_related("bank_line__person", "bank_line__batch")


def _paid(window: Window) -> QuerySet[LineReturn]:
    """Paid lines that consist of benefit months."""
    lines = PayrollLine.objects.filter(bank_line=OuterRef("bank_line"))
    return _of_the_months(paid_answers(window), window).filter(Exists(lines), bank_line__person__isnull=False)


def _beside_paid(rows: Sequence[LineReturn], window: Window) -> Iterator[Told]:
    """Basic pension, account pension and the arrears among them, fen; the number as it may hang in the village."""
    sums: dict[int, dict[str, int]] = {}
    some = paid_lines(window).filter(bank_line__in=[row.bank_line_id for row in rows])
    grouped = some.order_by().values_list("bank_line_id", "item", "kind")
    for key, item, kind, fen in grouped.annotate(fen=Sum("amount_fen")):
        of = sums.setdefault(key, {"basic_fen": 0, "account_fen": 0, "arrears_fen": 0})
        is_basic = item.startswith(BASIC)
        assert is_basic or item.startswith(ACCOUNT), "a pension has basic and account items only"
        of["basic_fen" if is_basic else "account_fen"] += fen
        of["arrears_fen"] += fen if kind else 0
    for row in rows:
        who = row.bank_line.person
        assert who is not None, "a pension is paid to somebody of the register"
        yield {**sums[row.bank_line_id], "public_number": mask(who.resident_number)}


def _failed(window: Window) -> QuerySet[LineReturn]:
    return _of_the_months(LineReturn.objects.filter(window.known(), result=FAILED), window)


def _beside_failed(rows: Sequence[LineReturn], _: Window) -> Iterator[Told]:
    return ({"why": FAILURES.get(row.code, "")} for row in rows)


def _given_back(window: Window) -> QuerySet[LateReturn]:
    """What the bank gave back after it had confirmed it."""
    return _of_the_months(LateReturn.objects.filter(window.known()), window)


def _beside_given_back(rows: Sequence[LateReturn], _: Window) -> Iterator[Told]:
    return ({"code": "", "why": f"{GIVEN_BACK}：{row.reason}"} for row in rows)


def _refunds(window: Window) -> QuerySet[Payout]:
    """Sums owed in the span, without those of settlements that were taken back."""
    owed = Payout.objects.filter(window.acted(), ~taken_back(window)).exclude(kind=Payout.Kind.TRANSFER)
    later = {
        "settlement__person": OuterRef("person"),
        "settlement__act__lt": OuterRef("act"),
        "act__gt": OuterRef("act"),
    }
    none_any_more = Exists(SettlementReversal.objects.filter(window.known(), **later))
    return owed.exclude(Q(none_any_more, kind=Payout.Kind.RETURNED)).select_related("person")


def _beside_refunds(rows: Sequence[Payout], window: Window) -> Iterator[Told]:
    """Why each is owed, and what the bank said of it."""
    settled = settlements(window).filter(person__in=[row.person_id for row in rows]).order_by("pk")
    ends = {one.person_id: one for one in settled}
    results = results_of_payouts(window, [row.pk for row in rows])
    for row in rows:
        end = ends.get(row.person_id)
        yield {
            "reason": end.reason if end else "",
            "event_date": end.event_date if end else None,
            "reported_date": end.reported_date if end else None,
            "result": results.get(row.pk, "待支付"),
        }


def results_of_payouts(window: Window, payouts: Sequence[int]) -> dict[int, str]:
    """What the bank had said by the day of the last order of some payouts, where it had answered."""
    known = PayoutOrder.objects.filter(window.known(), payout__in=payouts).order_by("pk")
    orders = list(known.values_list("payout_id", "bank_line_id"))
    told = answers(window, [line for _, line in orders])
    return {payout: told[line] for payout, line in orders if line in told}


def _payees(window: Window) -> QuerySet[DelegatedPayee]:
    """Everybody on a roster on the day."""
    return DelegatedPayee.objects.filter(window.known())


def _beside_payees(rows: Sequence[DelegatedPayee], window: Window) -> Iterator[Told]:
    """Where the last event known by the day leaves each; an end is final."""
    found: dict[int, str] = {}
    events = DelegatedPayeeEvent.objects.filter(window.known(), payee__in=[row.pk for row in rows]).order_by("pk")
    for payee, kind, month in events.values_list("payee_id", "kind", "month"):
        found[payee] = f"{month}起{DelegatedPayeeEvent.Kind(kind).label}"
    return ({"stands": found.get(row.pk, "正常")} for row in rows)


def _payee_lines(window: Window) -> QuerySet[DelegatedLine]:
    rows = DelegatedLine.objects.filter(window.known(), window.months("batch__month"))
    return rows.select_related("payee", "batch")


def _beside_payee_lines(rows: Sequence[DelegatedLine], window: Window) -> Iterator[Told]:
    results = answers(window, [row.bank_line_id for row in rows])
    return ({"result": results.get(row.bank_line_id, "未回盘") if row.bank_line_id else "未回盘"} for row in rows)


def _bank(prefix: str, account: str = "account") -> tuple[Column, Column]:
    """Bank and account, behind a path."""
    return (
        Column("开户银行", f"{prefix}bank"),
        Column("账号", f"{prefix}{account}", IDENTIFIER, mask=Mask.ACCOUNT),
    )


def _payee(prefix: str) -> tuple[Column, ...]:
    """Programme, name and number of somebody on a roster, behind a path."""
    return (
        *PLACE,
        Column("代发项目", f"{prefix}programme", words=PROGRAMMES, is_filtered=True),
        Column("姓名", f"{prefix}name", is_filtered=True, is_sorted=True),
        Column("公民身份号码", f"{prefix}resident_number", IDENTIFIER, mask=Mask.NUMBER, is_filtered=True),
    )


MONTH_PAID = Column("发放年月", BATCH_MONTH, MONTH, is_filtered=True, is_sorted=True)
PENSION = (
    money("基础养老金", "basic_fen"),
    money("个人账户养老金", "account_fen"),
    money("其中补发", "arrears_fen"),
    money("发放金额", "bank_line__amount_fen", is_filtered=True, is_sorted=True),
)
PAID_PART = Part(_paid, _beside_paid, person="bank_line__person", order=(BATCH_MONTH,))
PAYMENT_LISTS: tuple[Listing, ...] = (
    Listing("payments", "待遇发放人员名单", (*WHO, MONTH_PAID, *_bank("bank_line__"), *PENSION), (PAID_PART,)),
    Listing(
        "failures",
        "待遇支付失败人员名单",
        (
            *WHO[:3],
            Column("姓名", "bank_line__payee_name", width=10, is_filtered=True),
            *WHO[4:],
            MONTH_PAID,
            Column("批次类别", "bank_line__batch__kind", words=KINDS, is_filtered=True),
            *_bank("bank_line__"),
            money("金额", "bank_line__amount_fen"),
            Column("失败代码", "code", IDENTIFIER, width=8),
            Column("失败原因", "why", TEXT, width=30),
        ),
        (
            Part(_failed, _beside_failed, person="bank_line__person", order=(BATCH_MONTH,), may_lack_person=True),
            Part(
                _given_back, _beside_given_back, person="bank_line__person", order=(BATCH_MONTH,), may_lack_person=True
            ),
        ),
    ),
    Listing(
        "payments-public",
        "待遇发放人员公示表",
        (*PLACE, NAME, PUBLIC_NUMBER, MONTH_PAID, *PENSION),
        (PAID_PART,),
    ),
    Listing(
        "refunds",
        "个人账户返还表",
        (
            *WHO,
            Column("类别", "kind", words=PAYOUTS, is_filtered=True),
            Column("原因", "reason", words=REASONS),
            day("死亡或终止日期", "event_date"),
            day("报告日期", "reported_date"),
            Column("收款人", "payee_name"),
            Column("开户银行", "payee_bank"),
            Column("账号", "payee_account", IDENTIFIER, mask=Mask.ACCOUNT),
            AMOUNT,
            Column("支付结果", "result"),
        ),
        (Part(_refunds, _beside_refunds),),
    ),
    Listing(
        "delegated",
        "代发人员名单",
        (
            *_payee(""),
            *_bank("", "bank_account"),
            money("月标准", "monthly_fen"),
            years("服务年限", "service_years", is_filtered=True),
            Column("起始年月", "start_month", MONTH, is_filtered=True),
            Column("状态", "stands"),
        ),
        (
            Part(
                _payees, _beside_payees, person=None, village="division", order=("programme",), number="resident_number"
            ),
        ),
    ),
    Listing(
        "delegated-payments",
        "代发支付明细",
        (
            *_payee("payee__"),
            Column("所属月", "month", MONTH, is_filtered=True),
            Column("批次号", "batch__number", IDENTIFIER, is_filtered=True, opens=Opens.BATCH),
            *_bank("payee__", "bank_account"),
            AMOUNT,
            Column("支付结果", "result"),
        ),
        (
            Part(
                _payee_lines,
                _beside_payee_lines,
                person=None,
                village="payee__division",
                order=("payee__programme", "month"),
                number="payee__resident_number",
            ),
        ),
    ),
)

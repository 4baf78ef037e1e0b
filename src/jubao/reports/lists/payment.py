"""Lists of payment: who was paid, who was not and why, the public posting, refunds, and payments on behalf."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import QuerySet, Sum

from jubao.documents.sheet import IDENTIFIER, MONTH, TEXT, Column, Row
from jubao.records.models import (
    DelegatedLine,
    DelegatedPayee,
    DelegatedPayeeEvent,
    LateReturn,
    LineReturn,
    PaymentBatch,
    Payout,
    PayoutOrder,
)
from jubao.reports.catalogue.benefits import ACCOUNT, BASIC, paid_lines
from jubao.reports.catalogue.payment import paid_answers
from jubao.reports.figures.place import place_names, places_of
from jubao.reports.figures.standing import settlements, taken_back
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import AMOUNT, PLACE, WHO, PrintedList, money
from jubao.vocabulary.codes import (
    BankFailure,
    ContributorEndReason,
    DelegatedProgramme,
    SuspensionReason,
    TerminationReason,
)
from jubao.vocabulary.resident_number import mask

NOWHERE = ("", "")
PAID, FAILED = "PAID", "FAILED"
RESULTS = {PAID: "成功", FAILED: "失败"}
GIVEN_BACK = "成功后退回"
ENDS = (SuspensionReason, TerminationReason, ContributorEndReason)
REASONS = {str(code): code.label for codes in ENDS for code in codes}
FAILURES = {str(code): code.label for code in BankFailure}
PROGRAMMES = {str(code): code.label for code in DelegatedProgramme}
KINDS = dict(PaymentBatch._meta.get_field("kind").choices or ())
BATCH_MONTH = "bank_line__batch__month"
Answer = TypeVar("Answer", LineReturn, LateReturn)


def answers(window: Window, **lines: Any) -> dict[int, str]:
    """What the bank had said by the day of the lines it had answered, in words: paid, failed, or given back since."""
    rows = LineReturn.objects.filter(window.known(), **lines).order_by("pk")
    back = LateReturn.objects.filter(window.known(), **lines).order_by("pk")
    told = {line: RESULTS[result] for line, result in rows.values_list("bank_line_id", "result")}
    return told | dict.fromkeys(back.values_list("bank_line_id", flat=True), GIVEN_BACK)


def _of_the_months(rows: QuerySet[Answer], window: Window) -> Iterator[Answer]:
    """Answers of the bank about batches of the months asked for, in the order of the months."""
    chosen = rows.filter(window.months(BATCH_MONTH)).select_related("bank_line__person", "bank_line__batch")
    return chosen.order_by(BATCH_MONTH, "pk").iterator()


def _sums(window: Window) -> dict[int, tuple[int, int, int]]:
    """Basic pension, account pension and the arrears among them of every paid bank line, fen."""
    found: dict[int, tuple[int, int, int]] = {}
    grouped = paid_lines(window).order_by().values_list("bank_line_id", "item", "kind")
    for key, item, kind, fen in grouped.annotate(fen=Sum("amount_fen")):
        basic, account, arrears = found.get(key, (0, 0, 0))
        is_basic = item.startswith(BASIC)
        assert is_basic or item.startswith(ACCOUNT), "a pension has basic and account items only"
        found[key] = (
            basic + fen * is_basic, account + fen * (not is_basic), arrears + (fen if kind else 0)
        )  # fmt: skip
    return found


def _paid(window: Window) -> Iterator[Row]:
    places, sums = places_of(window), _sums(window)
    for answer in _of_the_months(paid_answers(window), window):
        line = answer.bank_line
        who, parts = line.person, sums.get(line.pk)
        if who is None or parts is None:
            continue
        basic, account, arrears = parts
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, line.batch.month,
               line.bank, line.account, basic, account, arrears, line.amount_fen)  # fmt: skip


def _posted(window: Window) -> Iterator[Row]:
    """What hangs in the village: the number masked, no bank account; amounts as paid."""
    for township, village, _, name, number, month, _, _, basic, account, arrears, total in _paid(window):
        yield township, village, name, mask(str(number)), month, basic, account, arrears, total


def _failed(window: Window) -> Iterator[Row]:
    """What the bank refused, then what it gave back after it had confirmed it."""
    places = places_of(window)
    refused = LineReturn.objects.filter(window.known(), result=FAILED)
    given_back = LateReturn.objects.filter(window.known())
    why = [(one.bank_line, one.code, FAILURES.get(one.code, "")) for one in _of_the_months(refused, window)]
    why += [(one.bank_line, "", f"{GIVEN_BACK}：{one.reason}") for one in _of_the_months(given_back, window)]
    for line, code, reason in why:
        known = line.person
        yield (*(places.get(known.pk, NOWHERE) if known else NOWHERE), known.personal_number if known else "",
               line.payee_name, known.resident_number if known else "", line.batch.month, KINDS[line.batch.kind],
               line.bank, line.account, line.amount_fen, code, reason)  # fmt: skip


def _refunds(window: Window) -> Iterator[Row]:
    """Sums owed in the span, without those of settlements that were taken back, and what the bank said of each."""
    places = places_of(window)
    reasons = dict(settlements(window).order_by("pk").values_list("person_id", "reason"))
    results = results_of_payouts(window)
    owed = Payout.objects.filter(window.acted(), ~taken_back(window)).exclude(kind=Payout.Kind.TRANSFER)
    for one in owed.select_related("person").order_by("pk").iterator():
        who, reason = one.person, reasons.get(one.person_id, "")
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number,
               Payout.Kind(one.kind).label, REASONS.get(reason, reason), one.payee_name, one.payee_bank,
               one.payee_account, one.amount_fen, results.get(one.pk, "待支付"))  # fmt: skip


def results_of_payouts(window: Window) -> dict[int, str]:
    """What the bank had said by the day of the last order of each payout it had answered."""
    told = answers(window, bank_line__batch__kind="SETTLEMENT")
    orders = PayoutOrder.objects.filter(window.known()).order_by("pk").values_list("payout_id", "bank_line_id")
    return {payout: told[line] for payout, line in orders if line in told}


def _payees(window: Window) -> Iterator[Row]:
    """Everybody on a roster on the day, with the month from which somebody is paid no more."""
    places, states = place_names(), _states_of_payees(window)
    for one in DelegatedPayee.objects.filter(window.known()).order_by("programme", "pk").iterator():
        yield (*places.get(one.division, (one.division, one.division)), PROGRAMMES[one.programme], one.name,
               one.resident_number, one.bank, one.bank_account, one.monthly_fen, one.start_month,
               states.get(one.pk, "正常"))  # fmt: skip


def _states_of_payees(window: Window) -> dict[int, str]:
    """Of payees with a history, where the last event known by the day leaves them; an end is final."""
    found: dict[int, str] = {}
    events = DelegatedPayeeEvent.objects.filter(window.known()).order_by("pk")
    for payee, kind, month in events.values_list("payee_id", "kind", "month"):
        found[payee] = f"{month}起{DelegatedPayeeEvent.Kind(kind).label}"
    return found


def _payee_lines(window: Window) -> Iterator[Row]:
    places = place_names()
    rows = DelegatedLine.objects.filter(window.known(), window.months("batch__month"))
    results = answers(window, bank_line__batch__kind="DELEGATED")
    for line in rows.select_related("payee", "batch").order_by("payee__programme", "month", "pk").iterator():
        who = line.payee
        yield (*places.get(who.division, (who.division, who.division)), PROGRAMMES[who.programme], who.name,
               who.resident_number, line.month, line.batch.number, who.bank, who.bank_account, line.amount_fen,
               results.get(line.bank_line_id, "未回盘"))  # fmt: skip


BANK = (Column("开户银行"), Column("账号", IDENTIFIER))
PENSION = (money("基础养老金"), money("个人账户养老金"), money("其中补发"), money("发放金额"))
PAYEE = (*PLACE, Column("代发项目"), Column("姓名"), Column("公民身份号码", IDENTIFIER))
PAYMENT_LISTS = (
    PrintedList("payments", "待遇发放人员名单", (*WHO, Column("发放年月", MONTH), *BANK, *PENSION), _paid),
    PrintedList("failures", "待遇支付失败人员名单",
                (*WHO, Column("发放年月", MONTH), Column("批次类别"), *BANK, AMOUNT, Column("失败代码", IDENTIFIER, width=8),
                 Column("失败原因", TEXT, width=30)), _failed),
    PrintedList("payments-public", "待遇发放人员公示表",
                (*PLACE, Column("姓名"), Column("公民身份号码", IDENTIFIER), Column("发放年月", MONTH), *PENSION), _posted),
    PrintedList("refunds", "个人账户返还表",
                (*WHO, Column("类别"), Column("原因"), Column("收款人"), *BANK, AMOUNT, Column("支付结果")), _refunds),
    PrintedList("delegated", "代发人员名单", (*PAYEE, *BANK, money("月标准"), Column("起始年月", MONTH), Column("状态")), _payees),
    PrintedList("delegated-payments", "代发支付明细",
                (*PAYEE, Column("所属月", MONTH), Column("批次号", IDENTIFIER), *BANK, AMOUNT, Column("支付结果")),
                _payee_lines),
)  # fmt: skip

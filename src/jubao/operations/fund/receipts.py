"""The rule that money is only credited against a receipt the bank confirms, once."""

from django.db import connection
from django.db.models import Sum

from jubao.ledger.models import Voucher, VoucherLine
from jubao.operations.envelope.fault import Faults
from jubao.records.models import (
    ContributionBatch,
    DelegatedFunding,
    FiscalReceipt,
    RecoveryEvent,
    StatementLine,
    Transfer,
)
from jubao.records.programmes import LateReturn
from jubao.vocabulary.fen import format_yuan

ACCOUNTS = {
    "收入户": "COLLECTION_ACCOUNT",
    "支出户": "DISBURSEMENT_ACCOUNT",
    "财政专户": "FISCAL_ACCOUNT",
    "代发专户": "DELEGATED_BANK",
}
NAMES = {key: name for name, key in ACCOUNTS.items()}
USES = (ContributionBatch, FiscalReceipt, Transfer, RecoveryEvent, DelegatedFunding, LateReturn)
USED = " UNION ALL ".join(f"SELECT 1 FROM {model._meta.db_table} WHERE statement_line_id = %s" for model in USES)
HELD = "UNIDENTIFIED_RECEIPTS"
INTEREST_EVENT, RETURNED_EVENT = "bank_interest_received", "unidentified_returned"


def account_key(name: str) -> str | None:
    """The key of a bank account of the office by its name or its key; None when there is none."""
    return ACCOUNTS.get(name, name if name in NAMES else None)


def bank_receipt(account: str, reference: str) -> StatementLine | None:
    """The bank's line for money received under a reference, or None."""
    return StatementLine.objects.filter(account=account, reference=reference, credit_fen__gt=0).first()


def unused_receipt(
    account: str, reference: str, amount_fen: int, faults: Faults, *, case: int, field: str, place: str = ""
) -> StatementLine | None:
    """The bank's line for money received, not yet used for anything else.

    Args:
        account: key of the bank account.
        reference: the bank's reference.
        amount_fen: what must have arrived.
        faults: takes what stands against it: no such line, another amount, already used. None is returned then.
        case: the case that names it; field: the argument a form marks; place: the row of a file.
    """
    line = received(account, reference, faults, case=case, field=field, place=place)
    if line is None:
        return None
    if line.credit_fen != amount_fen:
        told = f"银行进账 {format_yuan(line.credit_fen)} 元，与应入账 {format_yuan(amount_fen)} 元不符"
        faults.add(case, field, f"流水号 {reference} {told}", next_step="请核对金额和流水号", place=place)
        return None
    return line if require_unused(line, faults, case=case, field=field, place=place) else None


def received(
    account: str, reference: str, faults: Faults, *, case: int, field: str, place: str = ""
) -> StatementLine | None:
    """The bank's line for money received under a reference; without one a fault is added."""
    line = bank_receipt(account, reference) if reference else None
    if line is None:
        rule = f"银行对账单上没有流水号 {reference} 的进账，款未到账不能入账" if reference else "没有填写流水号"
        faults.add(case, field, rule, next_step="请先导入对账单，或核对流水号", place=place)
    return line


def require_unused(line: StatementLine, faults: Faults, *, case: int, field: str, place: str = "") -> bool:
    """Whether a bank line is credited to nobody, was not sent back, and does not rest among the unidentified receipts."""
    rule, then = _use_of(line)
    if rule:
        faults.add(case, field, f"流水号 {line.reference} 的进账{rule}", next_step=then, place=place)
    return not rule


def _use_of(line: StatementLine) -> tuple[str, str]:
    """What became of a bank line, and what to do then; both empty while nothing did."""
    if _is_used(line):
        return "已经入账，不能重复使用", "请核对流水号"
    booked = _booked_as(line)
    if INTEREST_EVENT in booked:
        return "已作存款利息入账，不能重复使用", "请核对流水号"
    if RETURNED_EVENT in booked:
        return "已经退回付款人，款项不在账户，不能再入账", "付款人另行汇来的，请用新的流水号"
    if line.account == ACCOUNTS["收入户"] and held_unidentified_fen(line.reference):
        return "挂在待查收款", "请先办理待查收款查明（receipt.identify）"
    return "", ""


def _is_used(line: StatementLine) -> bool:
    """Whether anything was credited from a bank line."""
    with connection.cursor() as cursor:  # one statement instead of one for each use
        cursor.execute(USED, [line.pk] * len(USES))
        return cursor.fetchone() is not None


def _booked_as(line: StatementLine) -> set[str]:
    """Interest, or money sent back: the events whose vouchers stand and moved the line's account under its reference."""
    booked = VoucherLine.objects.filter(
        account__key=line.account,
        voucher__event__in=[INTEREST_EVENT, RETURNED_EVENT],
        voucher__reference=line.reference,
        voucher__reversed_by__isnull=True,
    ).order_by("id")
    return set(booked.exclude(voucher__state=Voucher.State.VOIDED).values_list("voucher__event", flat=True))


def held_unidentified_fen(reference: str) -> int:
    """What of a bank line still rests on the account of unidentified receipts, in fen."""
    lines = VoucherLine.objects.filter(account__key=HELD, voucher__reference=reference)
    sums = lines.exclude(voucher__state=Voucher.State.VOIDED).aggregate(
        debit=Sum("debit_fen"), credit=Sum("credit_fen")
    )
    return int(sums["credit"] or 0) - int(sums["debit"] or 0)

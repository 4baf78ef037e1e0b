"""Whom money went to: every line of a batch names the payee and account that the facts gave on its day."""

from collections.abc import Iterator

from jubao.records.models import AuditEvent, PaymentBatch, Proposal
from jubao.reports.invariants.verification import Tally, Violation, invariant
from jubao.reports.streaming import rows_of, told

BANK_LINES = "records_bankline"
OTHER_BANK = "跨行"  # stands in a file where the bank of an account is not known

# Lines of a pension batch without an account of the person, the latest usable that day, that agrees.
PENSION = f"""
    SELECT l.id, l.seq FROM {BANK_LINES} l WHERE l.batch_id = %s AND NOT EXISTS (
        SELECT 1 FROM records_bankaccount a WHERE a.person_id = l.person_id AND a.account = l.account
        AND CASE WHEN a.bank = '' THEN '{OTHER_BANK}' ELSE a.bank END = l.bank AND a.act_id < %s AND a.usable_from <= %s
        AND NOT EXISTS (SELECT 1 FROM records_bankaccount b WHERE b.person_id = a.person_id AND b.act_id < %s
            AND b.usable_from <= %s AND (b.usable_from > a.usable_from OR (b.usable_from = a.usable_from AND b.id > a.id))))
    ORDER BY l.id"""  # noqa: S608

# Lines of single sums whose payee is neither the one the sum was owed to, nor the latest other one, usable that day.
SETTLEMENT = f"""
    SELECT l.id, l.seq FROM {BANK_LINES} l JOIN records_payoutorder o ON o.bank_line_id = l.id
    JOIN records_payout p ON p.id = o.payout_id
    LEFT JOIN records_payoutredirect r ON r.id = (
        SELECT max(x.id) FROM records_payoutredirect x WHERE x.payout_id = p.id AND x.act_id < %s AND x.usable_from <= %s)
    WHERE l.batch_id = %s AND (coalesce(r.payee_name, p.payee_name) <> l.payee_name
        OR coalesce(r.payee_account, p.payee_account) <> l.account
        OR CASE WHEN coalesce(r.payee_bank, p.payee_bank) = '' THEN '{OTHER_BANK}'
            ELSE coalesce(r.payee_bank, p.payee_bank) END <> l.bank) ORDER BY l.id"""  # noqa: S608

# Lines of a roster's month whose payee is not on the roster so, or whose months are above the standard of the roster.
DELEGATED = f"""
    SELECT DISTINCT l.id, l.seq FROM {BANK_LINES} l JOIN records_delegatedline d ON d.bank_line_id = l.id
    JOIN records_delegatedpayee p ON p.id = d.payee_id WHERE l.batch_id = %s AND (p.name <> l.payee_name
        OR p.bank_account <> l.account OR d.amount_fen > p.monthly_fen
        OR CASE WHEN p.bank = '' THEN '{OTHER_BANK}' ELSE p.bank END <> l.bank) ORDER BY l.id"""  # noqa: S608

# Names in a pension batch that the person did not bear when it was locked.
NAMES = f"""
    SELECT l.id, l.seq FROM {BANK_LINES} l WHERE l.batch_id = %s AND NOT EXISTS (
        SELECT 1 FROM records_identity i WHERE i.person_id = l.person_id AND i.name = l.payee_name AND i.act_id < %s)
    ORDER BY l.id"""  # noqa: S608


@invariant("I-10", "每条支付明细的收款人、账户都是当日可用的登记账户、应付款或名册所定")
def payees_follow_from_facts(seen: Tally) -> Iterator[Violation]:
    """An account, a payee or a roster changed for the minutes of a batch leaves a line that nothing explains."""
    for batch in PaymentBatch.objects.order_by("id").iterator():
        seen.add(batch.count)
        astray = [dict(_astray(batch, day)) for day in _days(batch)]
        for key in sorted(set.intersection(*map(set, astray))):
            text = (
                f"批次 {batch.number} 第 {astray[0][key]} 笔的收款人、账户或标准不是当日登记的，请核对这笔款项付给了谁"
            )
            yield Violation(BANK_LINES, key, text)


def _astray(batch: PaymentBatch, day: str) -> Iterator[tuple[int, int]]:
    """Id and number of the lines of a batch that the facts of a day do not give."""
    act = batch.act_id
    match batch.kind:
        case "PENSION":
            yield from rows_of(PENSION, [batch.pk, act, day, act, day])
            yield from rows_of(NAMES, [batch.pk, act])
        case "SETTLEMENT":
            yield from rows_of(SETTLEMENT, [act, day, batch.pk])
        case _:
            yield from rows_of(DELEGATED, [batch.pk])


def _days(batch: PaymentBatch) -> list[str]:
    """The business dates a batch may have been planned on: that of its proposal, that of its last signature."""
    event = AuditEvent.objects.get(pk=batch.act_id)
    proposed = Proposal.objects.filter(key=told(event.payload).get("proposal", ""))
    days = {event.business_date, *proposed.values_list("business_date", flat=True)}
    return sorted(day.isoformat() for day in days)

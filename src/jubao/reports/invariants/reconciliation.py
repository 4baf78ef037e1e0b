"""Books and bank: no receipt without its line, groups that balance, signed months that still add up, the bureau's word."""

import json
from collections.abc import Iterator

from jubao.ledger.models import Reconciliation
from jubao.records.models import FiscalConfirmation
from jubao.reports.invariants.award import day_of
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.reconciliation.agreement import agree
from jubao.reports.reconciliation.clearing import WATCHED, open_items
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.reports.streaming import one, rows_of
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

SIGNED, GROUPS, LINES = "ledger_reconciliation", "ledger_reconciledgroup", "records_statementline"
RECEIVED = "'contribution_received', 'fiscal_received', 'delegated_funded', 'transfer_in', 'recovery_received'"
OTHERS = "'unidentified_received', 'bank_interest_received'"
USED = (
    "records_contributionbatch",
    "records_transfer",
    "records_recoveryevent",
    "records_fiscalreceipt",
    "records_delegatedfunding",
)
BANKS = ", ".join(f"'{key}'" for key in ACCOUNTS)
TRANSIT = ("PAYMENTS_IN_TRANSIT", "DELEGATED_IN_TRANSIT", "UNIDENTIFIED_RECEIPTS")


@invariant("I-07", "收款凭证的金额都有同一业务登记的银行进账流水")
def receipt_vouchers_have_bank_lines(seen: Tally) -> Iterator[Violation]:
    """What the books received in an act is no more than the bank lines this act used."""
    seen.whole("ledger_voucher")
    union = " UNION ALL ".join(
        f"SELECT u.act_id AS act, s.credit_fen AS fen FROM {table} u JOIN {LINES} s ON s.id = u.statement_line_id"  # noqa: S608
        for table in USED
    )
    sql = f"""
        SELECT min(v.id), v.act_id, sum(l.debit_fen), coalesce((SELECT sum(u.fen) FROM ({union}) u WHERE u.act = v.act_id), 0)
        FROM ledger_voucher v JOIN ledger_voucherline l ON l.voucher_id = v.id JOIN ledger_account a ON a.id = l.account_id
        WHERE v.event IN ({RECEIVED}) AND v.state <> 'VOIDED' AND a.key IN ({BANKS}) GROUP BY v.act_id
        HAVING sum(l.debit_fen) > coalesce((SELECT sum(u.fen) FROM ({union}) u WHERE u.act = v.act_id), 0) ORDER BY 1"""  # noqa: S608
    yield from broken_rows("ledger_voucher", sql, "第 {0} 号事件记收款 {1:yuan}，其银行进账流水 {2:yuan}")


@invariant("I-07", "待查收款和存款利息逐笔对应银行进账流水")
def other_receipts_have_bank_lines(seen: Tally) -> Iterator[Violation]:
    """Money nobody can place, and interest, are booked against a line of the bank of the same account and amount."""
    seen.add(int(one(f"SELECT count(*) FROM ledger_voucher WHERE event IN ({OTHERS})")))  # noqa: S608
    sql = f"""
        SELECT v.id, v.reference FROM ledger_voucher v JOIN ledger_voucherline l ON l.voucher_id = v.id AND l.debit_fen > 0
        JOIN ledger_account a ON a.id = l.account_id LEFT JOIN {LINES} s ON s.account = a.key AND s.reference = v.reference
        WHERE v.event IN ({OTHERS}) AND v.reversal_of_id IS NULL AND v.state <> 'VOIDED'
        AND (s.id IS NULL OR s.credit_fen <> l.debit_fen) ORDER BY v.id"""  # noqa: S608
    yield from broken_rows("ledger_voucher", sql, "凭证依据 {0} 没有金额相同的银行进账")


@invariant("I-08", "勾对组两边合计相等，同属一个账户")
def groups_balance(seen: Tally) -> Iterator[Violation]:
    """Lines found to be the same money come to the same sum, on one account; no voided voucher is among them."""
    seen.whole(GROUPS, "ledger_reconciledline")
    sides = """ledger_reconciledgroup g LEFT JOIN ledger_reconciledline r ON r.group_id = g.id
        LEFT JOIN records_statementline s ON s.id = r.statement_line_id
        LEFT JOIN ledger_voucherline l ON l.id = r.voucher_line_id"""
    sql = f"""
        SELECT g.id, coalesce(sum(s.credit_fen - s.debit_fen), 0), coalesce(sum(l.debit_fen - l.credit_fen), 0)
        FROM {sides} GROUP BY g.id HAVING count(r.id) < 2
        OR coalesce(sum(s.credit_fen - s.debit_fen), 0) <> coalesce(sum(l.debit_fen - l.credit_fen), 0) ORDER BY g.id"""  # noqa: S608
    yield from broken_rows(GROUPS, sql, "银行合计 {0:yuan}，账面合计 {1:yuan}，不等或不足两笔")
    sql = f"""
        SELECT g.id, g.account FROM {sides} LEFT JOIN ledger_account a ON a.id = l.account_id
        LEFT JOIN ledger_voucher v ON v.id = l.voucher_id WHERE coalesce(s.account, a.key) <> g.account
        OR v.state = 'VOIDED' ORDER BY g.id"""  # noqa: S608
    yield from broken_rows(GROUPS, sql, "{0} 的勾对组中有别的账户的流水、分录或已作废的凭证")


@invariant("I-09", "已签余额调节表：账面、银行与未达账项相符，逐项有说明")
def signed_months_agree(seen: Tally) -> Iterator[Violation]:
    """A signed month says what books and bank said when it was signed, and every item between them has its reason."""
    for row in seen.each(Reconciliation.objects.order_by("account", "period")):
        agreed = agree(row.account, row.period, known=row.act_id)
        kept = [one for one in json.loads(row.items) if one["side"] in {"BOOK", "BANK"}]
        told = [(one["side"], one["id"], one["fen"], one["on"]) for one in kept]
        found = [(one.entry.side, one.entry.id, one.entry.fen, one.entry.on.isoformat()) for one in agreed.items]
        if (row.book_fen, row.bank_fen, told) != (agreed.book_fen, agreed.bank_fen, found) or agreed.difference_fen:
            yield Violation(SIGNED, row.pk, f"{row.account} {row.period} 的余额或未达账项与签定时的账面、流水不符")
        if not all(one["why"] for one in json.loads(row.items)):
            yield Violation(SIGNED, row.pk, f"{row.account} {row.period} 有账项没有说明")


@invariant("I-09", "余额调节表逐月相接；签定后不再补入当月流水")
def signed_months_follow_each_other(seen: Tally) -> Iterator[Violation]:
    """Months are signed without a gap, and no line of the bank slips into a signed month."""
    last: dict[str, int] = {}
    for key, account, period in seen.each(
        rows_of(f"SELECT id, account, period FROM {SIGNED} ORDER BY account, period")  # noqa: S608
    ):
        if account in last and months.add(last[account], 1) != period:
            yield Violation(SIGNED, key, f"{account} 在 {period} 之前缺月")
        last[account] = period
    for account, period, act in Reconciliation.objects.order_by("id").values_list("account", "period", "act_id"):
        sql = f"SELECT id FROM {LINES} WHERE account = %s AND date <= %s AND act_id > %s ORDER BY id"  # noqa: S608
        for (key,) in rows_of(sql, [account, months.last_day(period).isoformat(), act]):
            yield Violation(LINES, key, f"流水在 {account} {period} 签定之后补入")


@invariant("I-11", "过渡科目逐笔不为负；签定月份的超期挂账都有说明")
def clearing_items_are_explained(seen: Tally) -> Iterator[Violation]:
    """Nothing is cleared that did not come, and what rested too long at a signed month's end has its reason."""
    latest = one("SELECT max(date) FROM ledger_voucher")
    for account in TRANSIT if latest else ():
        for item in seen.each(open_items(account, day_of(latest))):
            if item.fen < 0:
                text = f"{item.name} {item.reference} 多冲 {format_yuan(-item.fen)} 元"
                yield Violation("ledger_account", account, text)
    for row in seen.each(Reconciliation.objects.order_by("id")):
        told = {one["number"] for one in json.loads(row.items) if one["side"] == "CLEARING"}
        for account in WATCHED.get(row.account, ()):
            items = open_items(account, months.last_day(row.period), known=row.act_id)
            for item in (each for each in items if each.is_overdue and each.reference not in told):
                yield Violation(SIGNED, row.pk, f"{row.period} 签定时 {item.name} {item.reference} 超期而无说明")


@invariant("I-12", "财政专户对账单逐月相接、自身平衡，与签定的银行余额相符或有说明")
def fiscal_account_agrees_three_ways(seen: Tally) -> Iterator[Violation]:
    """What the finance bureau says begins where it ended, and agrees with the bank where the month is signed."""
    table, before = "records_fiscalconfirmation", None
    signed = {row.period: row for row in Reconciliation.objects.filter(account="FISCAL_ACCOUNT").order_by("id")}
    for row in seen.each(FiscalConfirmation.objects.order_by("month")):
        if row.opening_fen + row.received_fen - row.paid_fen != row.closing_fen:
            yield Violation(table, row.pk, f"{row.month} 期初、收支与期末不平")
        if before and (row.month != months.add(before.month, 1) or row.opening_fen != before.closing_fen):
            yield Violation(table, row.pk, f"{row.month} 与上月不相接")
        before = row
    confirmed = dict(FiscalConfirmation.objects.values_list("month", "closing_fen").order_by("month"))
    for period, agreed in signed.items():
        explained = any(one["side"] == "FISCAL" and one["why"] for one in json.loads(agreed.items))
        if confirmed.get(period) != agreed.bank_fen and not explained:
            yield Violation(SIGNED, agreed.pk, f"{period} 财政专户对账单与银行余额不符而无说明")

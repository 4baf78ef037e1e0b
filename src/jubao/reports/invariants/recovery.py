"""Claims after the settlement: demands, instalments, money given up, and contributions refunded, all to the fen."""

from collections.abc import Iterator

from jubao.ledger.balances import balances
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import one, rows_of
from jubao.vocabulary.fen import format_yuan

CLAIMS, EVENTS, PLANS = "records_overpayment", "records_recoveryevent", "records_instalmentplan"
REFUNDS, ENTRIES = "records_contributionrefund", "records_accountentry"
OPEN_AT = """o.amount_fen - (SELECT coalesce(sum(r.amount_fen), 0) FROM records_recoveryevent r
    WHERE r.overpayment_id = o.id AND r.act_id < x.act_id)"""


@invariant("I-23", "应收回多发待遇科目等于各案件未追回之和")
def books_know_every_claim(seen: Tally) -> Iterator[Violation]:
    """What the books say can still be recovered is what the cases say."""
    seen.whole(CLAIMS)
    held = int(one(f"SELECT coalesce(sum(open_fen), 0) FROM {CLAIMS}"))  # noqa: S608
    booked = balances("FUND").get("RECOVERABLE_OVERPAYMENTS", 0)
    if held != booked:
        text = f"各案件未追回合计 {format_yuan(held)} 元，科目余额 {format_yuan(booked)} 元"
        yield Violation("ledger_account", "RECOVERABLE_OVERPAYMENTS", text)


@invariant("I-23", "核销都有依据和追回通知，凭证等于核销之和")
def write_offs_are_booked(seen: Tally) -> Iterator[Violation]:
    """Money given up stands on a decision, was demanded before, and left the books the day it was given up."""
    seen.add(int(one(f"SELECT count(*) FROM {EVENTS} WHERE kind = 'WRITTEN_OFF'")))  # noqa: S608
    sql = f"""
        SELECT r.id FROM {EVENTS} r WHERE r.kind = 'WRITTEN_OFF' AND (r.basis = '' OR NOT EXISTS (SELECT 1
            FROM records_recoverydemand d WHERE d.overpayment_id = r.overpayment_id AND d.act_id < r.act_id))
        ORDER BY r.id"""  # noqa: S608
    yield from broken_rows(EVENTS, sql, "核销没有依据，或核销前没有发出追回通知")
    sql = f"""
        SELECT max(x.id), x.act_id, sum(x.fen) FROM (
            SELECT id, act_id, amount_fen AS fen FROM {EVENTS} WHERE kind = 'WRITTEN_OFF'
            UNION ALL SELECT 0, act_id, -debit_fen FROM ledger_voucher WHERE event = 'overpayment_written_off'
        ) x GROUP BY x.act_id HAVING sum(x.fen) <> 0 ORDER BY 1"""  # noqa: S608
    yield from broken_rows(EVENTS, sql, "第 {0} 号事件的核销与凭证相差 {1:yuan}")


@invariant("I-23", "追回通知和分期协议的金额等于当时未追回金额")
def demands_and_plans_ask_for_what_is_open(seen: Tally) -> Iterator[Violation]:
    """A notice and an agreement are about the whole of what was open when they were made."""
    for table in ("records_recoverydemand", PLANS):
        seen.whole(table)
        sql = f"""
            SELECT x.id, x.amount_fen, {OPEN_AT} FROM {table} x JOIN {CLAIMS} o ON o.id = x.overpayment_id
            WHERE x.amount_fen <> {OPEN_AT} OR o.act_id > x.act_id ORDER BY x.id"""  # noqa: S608
        yield from broken_rows(table, sql, "金额为 {0:yuan}，当时未追回 {1:yuan}")


@invariant("I-23", "分期之和等于协议总额，期次连续，日期递增")
def instalments_make_the_plan(seen: Tally) -> Iterator[Violation]:
    """Parts sum to the fen, are numbered from one, and each is due after the one before."""
    seen.whole(PLANS, "records_instalment")
    sql = f"""
        SELECT p.id FROM {PLANS} p LEFT JOIN records_instalment i ON i.plan_id = p.id
        GROUP BY p.id, p.amount_fen, p.agreed_date HAVING coalesce(sum(i.amount_fen), 0) <> p.amount_fen
            OR min(i.seq) <> 1 OR max(i.seq) <> count(i.id) OR min(i.due_date) < p.agreed_date ORDER BY p.id"""  # noqa: S608
    yield from broken_rows(PLANS, sql, "分期合计与协议总额不符，期次不连续，或应还日期早于协议日期")
    sql = """
        SELECT b.id FROM records_instalment a JOIN records_instalment b ON b.plan_id = a.plan_id AND b.seq = a.seq + 1
        WHERE b.due_date <= a.due_date OR a.act_id <> b.act_id ORDER BY b.id"""
    yield from broken_rows("records_instalment", sql, "应还日期不晚于上一期，或不是同一协议所写")


@invariant("I-07", "退款不多于所退缴费，应付款等于各笔退款之和，付给本人")
def refunds_owe_what_was_paid(seen: Tally) -> Iterator[Violation]:
    """A refund gives a whole credited contribution back to its payer, and each such payout is made of refunds."""
    seen.whole(REFUNDS)
    sql = f"""
        SELECT f.id FROM {REFUNDS} f JOIN records_contribution c ON c.id = f.contribution_id
        JOIN records_payout p ON p.id = f.payout_id LEFT JOIN records_crediting k ON k.contribution_id = c.id
        WHERE f.amount_fen <> c.amount_fen OR k.id IS NULL OR k.act_id >= f.act_id OR p.kind <> 'DUPLICATE'
            OR p.person_id <> c.person_id OR p.act_id <> f.act_id OR NOT EXISTS (SELECT 1 FROM records_bankaccount b
                WHERE b.person_id = c.person_id AND b.account = p.payee_account AND b.act_id <= f.act_id)
        ORDER BY f.id"""  # noqa: S608
    yield from broken_rows(REFUNDS, sql, "退款与所退缴费不符，或不是付到缴费人本人账户")
    sql = f"""
        SELECT p.id FROM records_payout p LEFT JOIN {REFUNDS} f ON f.payout_id = p.id WHERE p.kind = 'DUPLICATE'
        GROUP BY p.id, p.amount_fen HAVING coalesce(sum(f.amount_fen), 0) <> p.amount_fen ORDER BY p.id"""  # noqa: S608
    yield from broken_rows("records_payout", sql, "重复缴费退款的应付款与各笔退款之和不符")


@invariant("I-07", "同一人同一年度至多一笔未退的缴费，再缴的在前一笔退款之后")
def years_are_paid_once(seen: Tally) -> Iterator[Violation]:
    """A year is paid again only after it was given back, and says how often that was."""
    seen.whole("records_contribution")
    sql = f"""
        SELECT c.id, c.year FROM records_contribution c WHERE c.refunds_before <> (
            SELECT count(*) FROM records_contribution b JOIN {REFUNDS} f ON f.contribution_id = b.id
            WHERE b.person_id = c.person_id AND b.year = c.year AND f.act_id < c.act_id)
        OR EXISTS (SELECT 1 FROM records_contribution b LEFT JOIN {REFUNDS} f ON f.contribution_id = b.id
            WHERE b.person_id = c.person_id AND b.year = c.year AND b.id < c.id
            AND (f.id IS NULL OR f.act_id >= c.act_id)) ORDER BY c.id"""  # noqa: S608
    yield from broken_rows("records_contribution", sql, "{0}年度在前一笔缴费未退时又缴了一次")


@invariant("I-16", "退款的缴费所带记账全部红冲，没有别的红冲，此后没有待遇用到它")
def refunds_mirror_what_was_credited(seen: Tally) -> Iterator[Violation]:
    """Every entry of a refunded contribution is reversed by the refund, and no entry of any other is."""
    sql = f"""
        SELECT e.id FROM {ENTRIES} e JOIN {REFUNDS} f ON f.contribution_id = e.contribution_id
        LEFT JOIN {ENTRIES} r ON r.reversal_of_id = e.id WHERE e.kind IN ('CONTRIBUTION', 'SUBSIDY')
            AND (r.id IS NULL OR r.act_id <> f.act_id OR r.contribution_id <> e.contribution_id
            OR r.value_month < e.value_month) ORDER BY e.id"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "所属缴费已退款，本笔记账没有随退款红冲")
    sql = f"""
        SELECT r.id FROM {ENTRIES} r LEFT JOIN {REFUNDS} f ON f.contribution_id = r.contribution_id
        WHERE r.kind = 'REVERSAL' AND (f.id IS NULL OR f.act_id <> r.act_id) AND NOT EXISTS (SELECT 1
            FROM records_settlementreversal v JOIN records_settlement s ON s.id = v.settlement_id
            JOIN {ENTRIES} e ON e.id = r.reversal_of_id AND e.kind = 'SETTLEMENT'
                AND (e.act_id = s.act_id OR e.act_id IN (SELECT act_id FROM records_latereturn WHERE payout_id > 0))
            WHERE v.act_id = r.act_id AND s.person_id = r.person_id AND e.amount_fen = -r.amount_fen)
        ORDER BY r.id"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "红冲没有对应的缴费退款或终止撤销")
    seen.add(sum(1 for _ in rows_of(f"SELECT id FROM {ENTRIES} WHERE kind = 'REVERSAL'")))  # noqa: S608
    sql = f"""
        SELECT f.id FROM {REFUNDS} f JOIN records_contribution c ON c.id = f.contribution_id
        JOIN records_award a ON a.person_id = c.person_id AND a.act_id < f.act_id ORDER BY f.id"""  # noqa: S608
    yield from broken_rows(REFUNDS, sql, "缴费已计入待遇仍办了退款")


@invariant("I-11", "重复缴费退款的凭证等于银行付款成功之和")
def refunds_paid_are_booked(seen: Tally) -> Iterator[Violation]:
    """By batch, what the bank paid back to contributors lowered the income to the fen."""
    seen.add(int(one("SELECT count(*) FROM records_payout WHERE kind = 'DUPLICATE'")))
    sql = """
        SELECT x.batch, x.batch, sum(x.fen) FROM (
            SELECT b.number AS batch, p.amount_fen AS fen FROM records_payoutorder o
                JOIN records_payout p ON p.id = o.payout_id AND p.kind = 'DUPLICATE'
                JOIN records_bankline l ON l.id = o.bank_line_id JOIN records_paymentbatch b ON b.id = l.batch_id
                JOIN records_linereturn r ON r.bank_line_id = l.id AND r.result = 'PAID'
            UNION ALL SELECT reference, -debit_fen FROM ledger_voucher WHERE event = 'contribution_refunded'
        ) x GROUP BY x.batch HAVING sum(x.fen) <> 0 ORDER BY x.batch"""
    yield from broken_rows("ledger_voucher", sql, "批次 {0} 的退款与凭证相差 {1:yuan}")

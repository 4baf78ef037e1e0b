"""Money that goes out: one live line for each month and item, batches equal to their lines and to the bank's file."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from jubao.exchange.payout import payout_file_name, payout_hash
from jubao.records.models import BatchStep, LineHold, Office, PaymentBatch
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import rows_of, sha256_of

CLEARING_BANK = "代发银行"  # stands in the first line of every payout file
BATCHES, BANK_LINES = "records_paymentbatch", "records_bankline"
UNHELD = "AND NOT EXISTS (SELECT 1 FROM records_linehold h WHERE h.bank_line_id = l.id)"


@invariant("I-05", "同一人同一月同一项目至多一条有效发放")
def one_live_line(seen: Tally) -> Iterator[Violation]:
    """Over all batches, a person's month and item is due or paid once."""
    seen.whole("records_payrollline", "records_delegatedline")
    sql = """
        SELECT max(id), person_id, month, item, count(*) FROM records_payrollline WHERE state IN ('DUE', 'PAID')
        GROUP BY person_id, month, item, adjustment HAVING count(*) > 1 ORDER BY 1"""
    yield from broken_rows("records_payrollline", sql, "人员 {0} 的 {1} 月 {2} 有 {3} 条有效发放")
    sql = """
        SELECT max(id), payee_id, month, count(*) FROM records_delegatedline WHERE state IN ('DUE', 'PAID')
        GROUP BY payee_id, month HAVING count(*) > 1 ORDER BY 1"""
    yield from broken_rows("records_delegatedline", sql, "代发人员 {0} 的 {1} 月有 {2} 条有效发放")


@invariant("I-10", "批次合计等于支付明细之和，序号连续")
def batches_equal_their_lines(seen: Tally) -> Iterator[Violation]:
    """Count and total of a batch are those of its lines, numbered from one."""
    seen.whole(BATCHES, BANK_LINES)
    sql = f"""
        SELECT b.id, b.number FROM {BATCHES} b LEFT JOIN {BANK_LINES} l ON l.batch_id = b.id
        GROUP BY b.id, b.number, b.count, b.total_fen HAVING count(l.id) <> b.count OR sum(l.amount_fen) <> b.total_fen
            OR max(l.seq) <> b.count OR min(l.seq) <> 1 OR count(DISTINCT l.seq) <> b.count ORDER BY b.id"""  # noqa: S608
    yield from broken_rows(BATCHES, sql, "批次 {0} 的笔数或合计与支付明细不符")
    sql = f"""
        SELECT r.id, r.month FROM records_payrollrun r JOIN {BATCHES} b ON b.id = r.batch_id
        WHERE r.people <> b.count OR r.total_fen <> b.total_fen OR r.month <> b.month OR b.kind <> 'PENSION'
            OR r.count <> (SELECT count(*) FROM records_payrollline p WHERE p.batch_id = b.id) ORDER BY r.id"""  # noqa: S608
    yield from broken_rows("records_payrollrun", sql, "{0} 发放的人数、条数或合计与批次不符")


@invariant("I-10", "每条支付明细等于其所付款项之和，收款人一致")
def bank_lines_equal_what_they_pay(seen: Tally) -> Iterator[Violation]:
    """A bank line pays pension months, one payout, or delegated months of one payee, to the fen."""
    seen.whole(BANK_LINES, "records_payrollline", "records_payoutorder", "records_delegatedline")
    sql = f"""
        SELECT l.id, b.number, l.seq FROM {BANK_LINES} l JOIN {BATCHES} b ON b.id = l.batch_id LEFT JOIN (
            SELECT bank_line_id, batch_id, person_id, amount_fen, 'PENSION' AS kind FROM records_payrollline
            UNION ALL SELECT o.bank_line_id, NULL, p.person_id, p.amount_fen, 'SETTLEMENT' FROM records_payoutorder o
                JOIN records_payout p ON p.id = o.payout_id
            UNION ALL SELECT bank_line_id, batch_id, NULL, amount_fen, 'DELEGATED' FROM records_delegatedline
        ) x ON x.bank_line_id = l.id GROUP BY l.id, b.number, l.seq, l.amount_fen, l.person_id, b.kind, b.id
        HAVING coalesce(sum(x.amount_fen), 0) <> l.amount_fen OR min(x.kind) <> b.kind OR max(x.kind) <> b.kind
            OR coalesce(min(x.person_id), 0) <> coalesce(l.person_id, 0)
            OR coalesce(max(x.person_id), 0) <> coalesce(l.person_id, 0)
            OR coalesce(min(x.batch_id), b.id) <> b.id OR coalesce(max(x.batch_id), b.id) <> b.id ORDER BY l.id"""  # noqa: S608
    yield from broken_rows(BANK_LINES, sql, "批次 {0} 第 {1} 笔与其所付款项的金额、类别或人员不符")
    sql = f"""
        SELECT l.id FROM {BANK_LINES} l JOIN records_person p ON p.id = l.person_id
        WHERE l.payee_number <> p.personal_number ORDER BY l.id"""  # noqa: S608
    yield from broken_rows(BANK_LINES, sql, "收款人编号不是该参保人的个人编号")


@invariant("I-10", "报盘文件可由支付明细逐字节重新生成")
def files_can_be_made_again(seen: Tally) -> Iterator[Violation]:
    """Lines give the file that was locked; those not held give the file released, and that is what was handed over."""
    office = Office.objects.first()
    released = dict(BatchStep.objects.filter(state="RELEASED").values_list("batch_id", "file_sha256"))
    for batch in PaymentBatch.objects.order_by("id").iterator():
        seen.add(batch.count)
        locked = _hash_of_file(batch, "")
        if locked != batch.file_sha256:
            yield Violation(BATCHES, batch.pk, f"批次 {batch.number} 的明细与审批时的报盘文件不一致")
        if batch.pk not in released:
            continue
        held = LineHold.objects.filter(bank_line__batch=batch).exists()
        if (_hash_of_file(batch, UNHELD) if held else locked) != released[batch.pk]:
            yield Violation(BATCHES, batch.pk, f"批次 {batch.number} 未扣留的明细与放行时的报盘文件不一致")
        name = payout_file_name(office.district if office else "", batch.month, batch.number)
        given = Path(settings.JUBAO_HOME) / "outbound" / name
        if given.exists() and sha256_of(given) != released[batch.pk]:
            yield Violation(BATCHES, batch.pk, f"批次 {batch.number} 已交出的报盘文件被改动")


def _hash_of_file(batch: PaymentBatch, besides: str) -> str:
    sql = f"""SELECT l.seq, l.payee_number, l.bank, l.payee_name, l.account, l.amount_fen FROM {BANK_LINES} l
        WHERE l.batch_id = %s {besides} ORDER BY l.seq"""  # noqa: S608
    lines = list(zip(*rows_of(sql, [batch.pk]), strict=True))
    if not lines:
        return ""
    names = ("seq", "personal_number", "bank", "name", "account", "amount")
    header = {"bank": CLEARING_BANK, "batch_no": batch.number, "month": batch.month}
    return payout_hash(header, dict(zip(names, map(list, lines), strict=True)))


@invariant("I-10", "放行凭证等于放行金额，回盘凭证等于成功与失败之和")
def vouchers_follow_batches(seen: Tally) -> Iterator[Violation]:
    """A release fixes what is not held, and one voucher of that sum; failures are booked back to the fen."""
    seen.whole(BATCHES)
    sql = f"""
        SELECT s.id, b.number FROM records_batchstep s JOIN {BATCHES} b ON b.id = s.batch_id
        LEFT JOIN {BANK_LINES} l ON l.batch_id = b.id {UNHELD} WHERE s.state = 'RELEASED'
        GROUP BY s.id, b.number, s.count, s.total_fen
        HAVING coalesce(s.count, 0) <> count(l.id) OR coalesce(s.total_fen, 0) <> coalesce(sum(l.amount_fen), 0)
            OR count(l.id) = 0 ORDER BY s.id"""  # noqa: S608
    yield from broken_rows("records_batchstep", sql, "批次 {0} 放行的笔数或金额不等于未扣留的明细")
    sql = f"""
        SELECT b.id, b.number FROM {BATCHES} b LEFT JOIN records_batchstep s ON s.batch_id = b.id AND s.state = 'RELEASED'
        LEFT JOIN ledger_voucher v ON v.reference = b.number AND v.event IN ('payment_released', 'delegated_released')
        GROUP BY b.id, b.number, s.id, s.total_fen
        HAVING count(v.id) <> (CASE WHEN s.id IS NULL THEN 0 ELSE 1 END)
            OR (s.id IS NOT NULL AND coalesce(sum(v.debit_fen), 0) <> s.total_fen) ORDER BY b.id"""  # noqa: S608
    yield from broken_rows(BATCHES, sql, "批次 {0} 的放行凭证缺失、重复或金额不符")
    sql = f"""
        SELECT b.id, b.number FROM {BATCHES} b LEFT JOIN (
            SELECT l.batch_id, sum(l.amount_fen) AS fen FROM {BANK_LINES} l JOIN records_linereturn r
            ON r.bank_line_id = l.id AND r.result = 'FAILED' GROUP BY l.batch_id) f ON f.batch_id = b.id
        LEFT JOIN (SELECT reference, sum(debit_fen) AS fen FROM ledger_voucher
            WHERE event IN ('payment_failed', 'delegated_failed') GROUP BY reference) v ON v.reference = b.number
        WHERE coalesce(f.fen, 0) <> coalesce(v.fen, 0) ORDER BY b.id"""  # noqa: S608
    yield from broken_rows(BATCHES, sql, "批次 {0} 的失败金额与退回凭证不符")

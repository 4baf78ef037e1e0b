"""Money and files that come in: every receipt is one statement line, used once; a file is taken in whole or not."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import one, rows_of, sha256_of

LINES = "records_statementline"

# table, account of ours the money must stand on, and the amount to compare with the line's credit
USES = (
    ("records_contributionbatch", "COLLECTION_ACCOUNT", "total_fen"),
    ("records_transfer", "COLLECTION_ACCOUNT", "amount_fen"),
    ("records_recoveryevent", "COLLECTION_ACCOUNT", "amount_fen"),
    ("records_fiscalreceipt", "FISCAL_ACCOUNT", "amount_fen"),
    ("records_delegatedfunding", "DELEGATED_BANK", "amount_fen"),
)

# layout, the table its rows become, and the column that holds their number (empty: the rows themselves)
TAKEN_IN = {
    "opening_register": ("records_person", ""),
    "enrolment_batch": ("records_person", ""),
    "bank_collection": ("records_contribution", ""),
    "outlet_batch": ("records_contribution", ""),
    "bank_statement": (LINES, ""),
    "death_list": ("records_matchlist", "compared"),
    "duplicate_list": ("records_matchlist", "compared"),
    "provincial_comparison": ("records_matchlist", "compared"),
    "certification_roll": ("records_certification", ""),
    "delegated_roster": ("records_delegatedpayee", ""),
    "campaign_roster": ("records_campaigntask", ""),
    "campaign_result": ("records_campaignresult", ""),
    "fiscal_notice": ("records_fiscalreceipt", ""),
    "fiscal_confirmation": ("records_fiscalconfirmation", ""),
    "office_budget": ("records_budgetline", ""),
    "office_spending": ("records_spending", ""),
    "office_assets": ("records_asset", ""),
    "survey_result": ("records_survey", ""),
}


@invariant("I-07", "每笔收款对应一条金额相同的银行进账流水")
def receipts_have_bank_lines(seen: Tally) -> Iterator[Violation]:
    """Contributions, transfers in, recoveries, fiscal and delegated money: each against its own credit."""
    for table, account, amount in USES:
        seen.whole(table)
        sql = f"""
            SELECT u.id, s.reference FROM {table} u JOIN {LINES} s ON s.id = u.statement_line_id
            WHERE s.credit_fen <> u.{amount} OR s.account <> '{account}' ORDER BY u.id"""  # noqa: S608
        yield from broken_rows(table, sql, "与银行流水 {0} 的金额或账户不符")
    sql = """SELECT id FROM records_transfer WHERE (direction = 'IN' AND amount_fen <> 0)
        <> (statement_line_id IS NOT NULL) ORDER BY id"""
    yield from broken_rows("records_transfer", sql, "转入没有银行流水，或转出挂了进账流水")
    sql = """SELECT id FROM records_recoveryevent WHERE (kind = 'RECEIPT') <> (statement_line_id IS NOT NULL) ORDER BY id"""
    yield from broken_rows("records_recoveryevent", sql, "退回须有银行流水，抵扣不得有")
    seen.whole("records_latereturn")
    sql = f"""
        SELECT t.id, s.reference FROM records_latereturn t JOIN {LINES} s ON s.id = t.statement_line_id
        JOIN records_bankline l ON l.id = t.bank_line_id JOIN records_paymentbatch b ON b.id = l.batch_id
        WHERE s.credit_fen <> l.amount_fen OR s.account <> CASE WHEN b.kind = 'DELEGATED' THEN 'DELEGATED_BANK'
            ELSE 'DISBURSEMENT_ACCOUNT' END ORDER BY t.id"""  # noqa: S608
    yield from broken_rows("records_latereturn", sql, "与银行流水 {0} 的金额或账户不符")


@invariant("I-07", "缴费批次的笔数、合计、日期与各笔缴费一致")
def contribution_batches_add_up(seen: Tally) -> Iterator[Violation]:
    """A batch is the sum of its contributions, received the day the bank says."""
    seen.whole("records_contribution", "records_contributionbatch")
    sql = f"""
        SELECT b.id, b.number FROM records_contributionbatch b JOIN {LINES} s ON s.id = b.statement_line_id
        LEFT JOIN records_contribution c ON c.batch_id = b.id GROUP BY b.id, b.number, b.count, b.total_fen,
            b.received_date, s.date HAVING count(c.id) <> b.count OR sum(c.amount_fen) <> b.total_fen
            OR min(c.received_date) <> b.received_date OR max(c.received_date) <> b.received_date
            OR s.date <> b.received_date ORDER BY b.id"""  # noqa: S608
    yield from broken_rows("records_contributionbatch", sql, "批次 {0} 的笔数、合计或到账日期与明细、银行流水不符")


# Uses of a line that stand in the books alone: sent back to the payer, booked as interest.
IN_BOOKS = f"""
    SELECT s.id AS line FROM ledger_voucher v JOIN ledger_voucherline l ON l.voucher_id = v.id
    JOIN ledger_account a ON a.id = l.account_id
    JOIN {LINES} s ON s.reference = v.reference AND s.account = a.key AND s.credit_fen > 0
    WHERE v.event IN ('unidentified_returned', 'bank_interest_received') AND v.state <> 'VOIDED'
    AND NOT EXISTS (SELECT 1 FROM ledger_voucher r WHERE r.reversal_of_id = v.id)"""  # noqa: S608


@invariant("I-08", "一条银行流水至多入账一次，退回付款人的不再入账")
def lines_are_used_once(seen: Tally) -> Iterator[Violation]:
    """No line of a statement explains two receipts, whatever they are; what was sent back explains none."""
    seen.whole(LINES)
    union = " UNION ALL ".join(
        f"SELECT statement_line_id AS line FROM {table} WHERE statement_line_id IS NOT NULL"  # noqa: S608
        for table in (*(table for table, _, _ in USES), "records_latereturn")
    )
    sql = f"""SELECT line, count(*) FROM ({union} UNION ALL {IN_BOOKS}) u GROUP BY line HAVING count(*) > 1
        ORDER BY line"""  # noqa: S608
    yield from broken_rows(LINES, sql, "这条流水入账或退回了 {0} 次")


@invariant("I-09", "银行对账单逐笔余额相接，序号不缺")
def statements_chain(seen: Tally) -> Iterator[Violation]:
    """On every account each balance follows from the one before."""
    last: dict[str, tuple[int, int | None]] = {}
    sql = f"SELECT id, account, line, debit_fen, credit_fen, balance_fen FROM {LINES} ORDER BY account, line"  # noqa: S608
    for key, account, line, debit, credit, balance in seen.each(rows_of(sql)):
        number, before = last.get(account, (0, None))
        if line != number + 1:
            yield Violation(LINES, key, f"{account} 第 {line} 笔之前缺号")
        if before is not None and before - debit + credit != balance:
            yield Violation(LINES, key, f"{account} 第 {line} 笔余额与上一笔不相接")
        last[account] = (line, balance)


@invariant("I-37", "来文整份入库：文件行数等于入库行数")
def files_are_taken_in_whole(seen: Tally) -> Iterator[Violation]:
    """Rows of a file become as many rows of the register, all or none."""
    sql = "SELECT act_id, layout, sum(rows) FROM records_inboundfile GROUP BY act_id, layout ORDER BY act_id, layout"
    for act, layout, promised in rows_of(sql):
        rows = int(promised)
        seen.add(rows)
        table, column = TAKEN_IN.get(layout, ("", ""))
        if not table:
            continue
        what = f"coalesce(sum({column}), 0)" if column else "count(*)"
        held = int(one(f"SELECT {what} FROM {table} WHERE act_id = %s", [act]))  # noqa: S608
        if held != rows:
            yield Violation("records_inboundfile", None, f"第 {act} 号事件的《{layout}》有 {rows} 行，入库 {held} 行")


@invariant("I-37", "回盘文件的行数不少于记下的回盘结果")
def returns_are_taken_in_whole(seen: Tally) -> Iterator[Violation]:
    """Every answer recorded stood in a return file; a repeated line is not recorded again."""
    seen.whole("records_linereturn")
    sql = """
        SELECT max(r.id), count(*), coalesce(max(f.rows), 0) FROM records_linereturn r
        LEFT JOIN records_inboundfile f ON f.act_id = r.act_id AND f.layout = 'bank_return'
        GROUP BY r.act_id HAVING count(*) > coalesce(max(f.rows), 0) ORDER BY 1"""
    yield from broken_rows("records_linereturn", sql, "记下 {0} 条回盘结果，而文件只有 {1} 行")


@invariant("I-38", "来文原件仍在收文库，内容与登记的哈希一致")
def originals_are_kept(seen: Tally) -> Iterator[Violation]:
    """The file an act was based on can still be opened, byte for byte."""
    for key, name, size in seen.each(rows_of("SELECT id, sha256, size FROM records_inboundfile ORDER BY id")):
        path = Path(settings.JUBAO_HOME) / "inbound" / name[:2] / name
        if not path.exists():
            yield Violation("records_inboundfile", key, f"来文 {name[:12]} 的原件不在收文库")
        elif path.stat().st_size != size or sha256_of(path) != name:
            yield Violation("records_inboundfile", key, f"来文 {name[:12]} 的原件已被改动")

"""The books: vouchers balance, numbers have no gap, money is whole fen, individual accounts agree with control."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection

from jubao.ledger.balances import balances
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import one, rows_of
from jubao.vocabulary.codes import Source
from jubao.vocabulary.fen import MAX_FEN, format_yuan


@invariant("I-01", "每张凭证借贷平衡，至少两条分录，分录只记一方且为正")
def vouchers_balance(seen: Tally) -> Iterator[Violation]:
    """Legs add up to their voucher; no leg is zero, negative or on both sides."""
    seen.whole("ledger_voucher", "ledger_voucherline")
    sql = """
        SELECT v.id, v.book, v.period, v.number FROM ledger_voucher v
        LEFT JOIN ledger_voucherline l ON l.voucher_id = v.id
        GROUP BY v.id, v.book, v.period, v.number, v.debit_fen, v.credit_fen
        HAVING count(l.id) < 2 OR sum(l.debit_fen) <> v.debit_fen OR sum(l.credit_fen) <> v.credit_fen
            OR v.debit_fen <> v.credit_fen ORDER BY v.id"""
    yield from broken_rows("ledger_voucher", sql, "凭证 {0} {1}-{2} 借贷不平或分录不足两条")
    sql = """
        SELECT id FROM ledger_voucherline WHERE NOT ((debit_fen > 0 AND credit_fen = 0)
            OR (debit_fen = 0 AND credit_fen > 0)) ORDER BY id"""
    yield from broken_rows("ledger_voucherline", sql, "分录须只记一方且大于零")


@invariant("I-02", "全部账簿借方合计等于贷方合计，凭证不跨账套")
def books_conserve_money(seen: Tally) -> Iterator[Violation]:
    """In every book debits equal credits, and a voucher touches accounts of its own book and chart only."""
    seen.whole("ledger_voucherline")
    sql = """
        SELECT v.book, sum(l.debit_fen) - sum(l.credit_fen) FROM ledger_voucherline l
        JOIN ledger_voucher v ON v.id = l.voucher_id GROUP BY v.book ORDER BY v.book"""
    for book, difference in rows_of(sql):
        if int(difference):
            yield Violation("ledger_voucherline", book, f"账套 {book} 借贷相差 {format_yuan(int(difference))} 元")
    sql = """
        SELECT l.id, v.book, v.period, v.number, a.name FROM ledger_voucherline l
        JOIN ledger_voucher v ON v.id = l.voucher_id JOIN ledger_account a ON a.id = l.account_id
        WHERE a.book <> v.book OR v.date < a.valid_from OR (a.valid_to IS NOT NULL AND v.date >= a.valid_to)
        ORDER BY l.id"""
    yield from broken_rows("ledger_voucherline", sql, "凭证 {0} {1}-{2} 记入了别的账套或当日不执行的科目“{3}”")


@invariant("I-02", "支出户、财政专户、代发专户任何时候都没有付出超过余额")
def banks_are_not_overdrawn(seen: Tally) -> Iterator[Violation]:
    """In the order of booking, what was paid from an account of the bank was there.

    The collection account takes no part: what was held, swept and then identified leaves it before its own act books it.
    """
    seen.whole("ledger_voucherline")
    sql = """
        SELECT r.id, r.key, r.period, r.number, r.held FROM (
            SELECT l.id, a.key, v.period, v.number,
                sum(l.debit_fen - l.credit_fen) OVER (PARTITION BY a.key ORDER BY v.id, l.id) AS held, l.credit_fen
            FROM ledger_voucherline l JOIN ledger_voucher v ON v.id = l.voucher_id JOIN ledger_account a ON a.id = l.account_id
            WHERE v.state <> 'VOIDED' AND a.key IN ('DISBURSEMENT_ACCOUNT', 'FISCAL_ACCOUNT', 'DELEGATED_BANK')) r
        WHERE r.held < 0 AND r.credit_fen > 0 ORDER BY r.id"""
    for key, account, period, number, held in rows_of(sql):
        text = f"凭证 {period}-{number} 付出后 {account} 余额为 {format_yuan(int(held))} 元"
        yield Violation("ledger_voucherline", key, text)


@invariant("I-06", "个人账户控制科目等于各人余额之和（分来源）")
def control_accounts_agree(seen: Tally) -> Iterator[Violation]:
    """By source, what people hold equals the control account of the accounts book."""
    seen.whole("records_individualaccount")
    held: dict[str, int] = dict(rows_of("SELECT source, sum(balance_fen) FROM records_accountbalance GROUP BY source"))
    booked = balances("ACCOUNTS")
    for source in Source:
        people, books = int(held.get(str(source), 0)), -booked.get(f"ACCOUNT_{source}", 0)
        if people != books:
            text = f"{source.label}：各人余额合计 {format_yuan(people)} 元，控制科目 {format_yuan(books)} 元"
            yield Violation("ledger_account", f"ACCOUNT_{source}", text)


@invariant("I-11", "在途科目余额等于银行尚未回盘的支付明细")
def transit_accounts_clear(seen: Tally) -> Iterator[Violation]:
    """What was released and not yet answered stands, to the fen, on the clearing accounts."""
    seen.whole("records_bankline")
    sql = """
        SELECT CASE WHEN b.kind = 'DELEGATED' THEN 1 ELSE 0 END AS delegated, sum(l.amount_fen) FROM records_bankline l
        JOIN records_paymentbatch b ON b.id = l.batch_id WHERE b.state <> 'LOCKED'
        AND NOT EXISTS (SELECT 1 FROM records_linereturn r WHERE r.bank_line_id = l.id)
        AND NOT EXISTS (SELECT 1 FROM records_linehold h WHERE h.bank_line_id = l.id) GROUP BY 1"""
    waiting = {int(delegated): int(fen) for delegated, fen in rows_of(sql)}
    for delegated, book, key in ((0, "FUND", "PAYMENTS_IN_TRANSIT"), (1, "DELEGATED", "DELEGATED_IN_TRANSIT")):
        booked, open_fen = balances(book).get(key, 0), waiting.get(delegated, 0)
        if booked != open_fen:
            text = f"科目余额 {format_yuan(booked)} 元，未回盘明细 {format_yuan(open_fen)} 元"
            yield Violation("ledger_account", key, text)


@invariant("I-15", "金额都是整数分，在合理范围之内")
def money_is_whole_fen(seen: Tally) -> Iterator[Violation]:
    """No float and no absurd amount stands in any money column of any table."""
    for model in apps.get_models():
        table = model._meta.db_table
        columns = [f.attname for f in model._meta.concrete_fields if f.attname.endswith("_fen")]
        if not columns or not model._meta.managed:
            continue
        seen.whole(table)
        ranges = [f'"{c}" NOT BETWEEN {-MAX_FEN} AND {MAX_FEN}' for c in columns]
        kinds = (
            [f"typeof(\"{c}\") NOT IN ('integer', 'null')" for c in columns] if connection.vendor == "sqlite" else []
        )
        sql = f'SELECT id FROM "{table}" WHERE {" OR ".join(ranges + kinds)} ORDER BY id'  # noqa: S608
        yield from broken_rows(table, sql, "金额不是整数分，或超出合理范围")


@invariant("I-16", "红冲与原记账一一对应、金额相反，红冲不再红冲")
def reversals_mirror(seen: Tally) -> Iterator[Violation]:
    """A reversal has the mirrored amount of one entry of the same person and source."""
    seen.add(int(one("SELECT count(*) FROM records_accountentry WHERE kind = 'REVERSAL'")))
    sql = """
        SELECT r.id FROM records_accountentry r LEFT JOIN records_accountentry o ON o.id = r.reversal_of_id
        WHERE (r.kind = 'REVERSAL' OR r.reversal_of_id IS NOT NULL) AND (o.id IS NULL OR r.kind <> 'REVERSAL'
            OR o.kind = 'REVERSAL' OR o.person_id <> r.person_id OR o.source <> r.source
            OR o.amount_fen <> -r.amount_fen OR o.id >= r.id) ORDER BY r.id"""
    yield from broken_rows("records_accountentry", sql, "红冲没有对应的原记账，或人员、来源、金额不对应")


@invariant("I-16", "红冲凭证与原凭证一一对应、分录相反，红冲凭证不再红冲")
def reversing_vouchers_mirror(seen: Tally) -> Iterator[Violation]:
    """A reversing voucher takes back an earlier valid one of its book, leg by leg; it is none without."""
    seen.add(
        int(one("SELECT count(*) FROM ledger_voucher WHERE reversal_of_id IS NOT NULL OR event = 'voucher_reversed'"))
    )
    sql = """
        SELECT r.id, r.book, r.period, r.number FROM ledger_voucher r LEFT JOIN ledger_voucher o ON o.id = r.reversal_of_id
        WHERE (r.reversal_of_id IS NOT NULL OR r.event = 'voucher_reversed') AND (o.id IS NULL OR o.id >= r.id
            OR r.event <> 'voucher_reversed' OR o.reversal_of_id IS NOT NULL OR o.book <> r.book OR o.state = 'VOIDED'
            OR o.debit_fen <> r.debit_fen) ORDER BY r.id"""
    yield from broken_rows("ledger_voucher", sql, "红冲凭证 {0} {1}-{2} 没有对应的有效原凭证，或账套、金额不对应")
    sql = """
        SELECT r.id, r.book, r.period, r.number FROM ledger_voucher r JOIN (
            SELECT pair.id, key FROM (
                SELECT v.id, a.key AS key, l.debit_fen AS debit, l.credit_fen AS credit FROM ledger_voucher v
                JOIN ledger_voucherline l ON l.voucher_id = v.id JOIN ledger_account a ON a.id = l.account_id
                WHERE v.reversal_of_id IS NOT NULL
                UNION ALL
                SELECT v.id, a.key, l.debit_fen, l.credit_fen FROM ledger_voucher v
                JOIN ledger_voucherline l ON l.voucher_id = v.reversal_of_id JOIN ledger_account a ON a.id = l.account_id
            ) pair GROUP BY pair.id, key HAVING sum(debit) <> sum(credit)
        ) x ON x.id = r.id ORDER BY r.id"""
    yield from broken_rows("ledger_voucher", sql, "红冲凭证 {0} {1}-{2} 的分录与原凭证不相反")


@invariant("I-17", "凭证号逐账套逐期连续，期间与凭证日期一致")
def voucher_numbers_have_no_gap(seen: Tally) -> Iterator[Violation]:
    """Numbers run from one in every book and period."""
    seen.whole("ledger_voucher")
    last: dict[tuple[str, int], int] = {}
    sql = "SELECT id, book, period, number, date FROM ledger_voucher ORDER BY book, period, number"
    for key, book, period, number, day in rows_of(sql):
        if number != last.get((book, period), 0) + 1:
            yield Violation("ledger_voucher", key, f"凭证 {book} {period}-{number} 之前缺号")
        last[book, period] = number
        if f"{day}"[:7].replace("-", "") != str(period):
            yield Violation("ledger_voucher", key, f"凭证日期 {day} 不在会计期间 {period}")

"""Remittances: their shares add up to them, and nobody sends up more than his account was credited."""

from collections.abc import Iterator

from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.vocabulary.codes import EntryKind


@invariant("I-12", "每笔上解等于各人明细之和，只有上解有明细")
def shares_add_up(seen: Tally) -> Iterator[Violation]:
    """A remittance is exactly its shares; a sweep or a draw has none."""
    seen.whole("records_fundmovement", "records_remittanceshare")
    sql = """
        SELECT m.id, m.reference, coalesce(sum(s.amount_fen), 0), m.kind, m.amount_fen FROM records_fundmovement m
        LEFT JOIN records_remittanceshare s ON s.movement_id = m.id GROUP BY m.id, m.reference, m.kind, m.amount_fen
        HAVING coalesce(sum(s.amount_fen), 0) <> CASE WHEN m.kind = 'REMIT' THEN m.amount_fen ELSE 0 END
        ORDER BY m.id"""
    yield from broken_rows("records_fundmovement", sql, "划转 {0} 的各人明细合计 {1:yuan}，与（{2}）金额 {3:yuan}不符")
    sql = """
        SELECT s.id, m.reference FROM records_remittanceshare s JOIN records_fundmovement m ON m.id = s.movement_id
        WHERE s.act_id <> m.act_id ORDER BY s.id"""
    yield from broken_rows("records_remittanceshare", sql, "上解 {0} 的明细不是由同一业务写下")


@invariant("I-12", "各人各年上解合计不超过其当年记入账户的资金")
def nobody_sends_more_than_was_credited(seen: Tally) -> Iterator[Violation]:
    """All shares of a person's year stay within contributions, subsidies, transfers in or the opening balance."""
    seen.whole("records_remittanceshare")
    kinds = ", ".join(f"'{kind}'" for kind in EntryKind.money_in())
    sql = f"""
        SELECT s.person_id, s.year, s.sent, coalesce(c.fen, 0) FROM (SELECT person_id, year, sum(amount_fen) AS sent
            FROM records_remittanceshare GROUP BY person_id, year) s
        LEFT JOIN (SELECT person_id, year, sum(amount_fen) AS fen FROM records_accountentry
            WHERE kind IN ({kinds}) AND amount_fen > 0 GROUP BY person_id, year) c
        ON c.person_id = s.person_id AND c.year = s.year WHERE s.sent > coalesce(c.fen, 0) ORDER BY s.person_id"""  # noqa: S608
    yield from broken_rows("records_remittanceshare", sql, "{0}年度已上解 {1:yuan}，超过记入账户的 {2:yuan}")


@invariant("I-12", "上解支出科目等于各笔上解之和")
def remittances_are_booked(seen: Tally) -> Iterator[Violation]:
    """Every remittance has its voucher, and the vouchers of remittances carry nothing else."""
    sql = """
        SELECT m.id, m.reference, m.amount_fen, coalesce(sum(v.debit_fen), 0) FROM records_fundmovement m
        LEFT JOIN ledger_voucher v ON v.reference = m.reference AND v.event = 'remitted' AND v.act_id = m.act_id
            AND v.state <> 'VOIDED' WHERE m.kind = 'REMIT' GROUP BY m.id, m.reference, m.amount_fen
        HAVING coalesce(sum(v.debit_fen), 0) <> m.amount_fen ORDER BY m.id"""
    seen.whole("records_fundmovement")
    yield from broken_rows("records_fundmovement", sql, "上解 {0} 金额 {1:yuan}，凭证 {2:yuan}")


@invariant("I-12", "基金预算每个版本的各项由同一业务写下，版本连续，收支齐全")
def budgets_are_whole(seen: Tally) -> Iterator[Violation]:
    """Versions of a year's budget run from 1 without a gap; one act writes a version; each has income and expenditure."""
    seen.whole("records_fundbudget")
    sql = """
        SELECT min(b.id), b.year, b.version, count(DISTINCT b.act_id), count(*) FROM records_fundbudget b
        GROUP BY b.year, b.version HAVING count(DISTINCT b.act_id) <> 1
            OR sum(CASE WHEN b.line LIKE '%INCOME%' THEN 1 ELSE 0 END) NOT BETWEEN 1 AND count(*) - 1
            OR b.version <> (SELECT count(DISTINCT o.version) FROM records_fundbudget o
                WHERE o.year = b.year AND o.version <= b.version) ORDER BY b.year, b.version"""
    yield from broken_rows(
        "records_fundbudget", sql, "{0}年基金预算第 {1} 版由 {2} 个业务写下 {3} 项，或版本不连续、收支不全"
    )

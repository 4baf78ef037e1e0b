"""Individual accounts: the balance is the sum of its entries, never below zero, and every credit has its money."""

from collections.abc import Iterator

from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import one, rows_of
from jubao.vocabulary.codes import EntryKind, Source
from jubao.vocabulary.fen import format_yuan

ENTRIES, POSTINGS, ACCOUNTS = "records_accountentry", "records_accountposting", "records_individualaccount"
COLUMNS = {source: f"{source.lower()}_fen" for source in Source}
CREDITS = (
    EntryKind.OPENING,
    EntryKind.CONTRIBUTION,
    EntryKind.SUBSIDY,
    EntryKind.INTEREST,
    EntryKind.SETTLED_INTEREST,
    EntryKind.RETURNED,
    EntryKind.TRANSFER_IN,
)
PAID_FOR = "contribution.government_pay"
GOVERNMENT_PAID = "kind = 'CONTRIBUTION' AND source = 'GOVERNMENT_PAID'"
DEBITS = (EntryKind.PENSION, EntryKind.SETTLEMENT, EntryKind.TRANSFER_OUT)


@invariant("I-04", "个人账户余额等于各笔记账之和（逐人逐来源）")
def balances_are_sums(seen: Tally) -> Iterator[Violation]:
    """What stands in an account is what its postings add up to, for everybody and every source; one account each."""
    seen.whole(POSTINGS, ACCOUNTS)
    posted = ", ".join(f"sum({column}) AS {column}" for column in COLUMNS.values())
    off = ", ".join(f"coalesce(x.{column}, 0), coalesce(a.{column}, 0)" for column in COLUMNS.values())
    wrong = " OR ".join(f"coalesce(x.{column}, 0) <> coalesce(a.{column}, 0)" for column in COLUMNS.values())
    sql = f"""
        SELECT p.id, p.personal_number, x.person_id IS NOT NULL AND a.id IS NULL, {off} FROM records_person p
        LEFT JOIN (SELECT person_id, {posted} FROM {POSTINGS} GROUP BY person_id) x ON x.person_id = p.id
        LEFT JOIN {ACCOUNTS} a ON a.person_id = p.id
        WHERE {wrong} OR (x.person_id IS NOT NULL AND a.id IS NULL) ORDER BY p.id"""  # noqa: S608
    for person, number, lacking, *sums in rows_of(sql):
        if lacking:
            yield Violation(ACCOUNTS, person, f"个人编号 {number}：有记账而没有账户")
        for source, entries, held in zip(COLUMNS, sums[::2], sums[1::2], strict=True):
            if int(entries) != int(held):
                text = f"{source}：记账合计 {format_yuan(int(entries))}，余额 {format_yuan(int(held))}"
                yield Violation(ACCOUNTS, person, f"个人编号 {number} {text}")


@invariant("I-13", "个人账户余额不为负")
def balances_are_not_negative(seen: Tally) -> Iterator[Violation]:
    """No account is overdrawn, of no source."""
    seen.whole(ACCOUNTS)
    overdrawn = " OR ".join(f"{column} < 0" for column in COLUMNS.values())
    yield from broken_rows(ACCOUNTS, f"SELECT id FROM {ACCOUNTS} WHERE {overdrawn} ORDER BY id", "余额为负")  # noqa: S608


@invariant("I-04", "记账的收支方向、年度与类型相符")
def entries_move_the_right_way(seen: Tally) -> Iterator[Violation]:
    """Credits add, debits take away, the year is that of the value month."""
    seen.whole(ENTRIES)
    inward = ", ".join(f"'{kind}'" for kind in CREDITS)
    outward = ", ".join(f"'{kind}'" for kind in DEBITS)
    sql = f"""
        SELECT id FROM {ENTRIES} WHERE (kind IN ({inward}) AND amount_fen <= 0) OR (kind IN ({outward}) AND amount_fen >= 0)
        OR kind NOT IN ({inward}, {outward}, '{EntryKind.REVERSAL}')
        OR year <> value_month / 100 OR value_month % 100 NOT BETWEEN 1 AND 12 ORDER BY id"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "记账方向、类型或年度不对")


@invariant("I-07", "每笔缴费记账对应一笔已划拨的到账缴费，补贴随缴费而记")
def credits_have_contributions(seen: Tally) -> Iterator[Violation]:
    """A personal credit is exactly one received and credited contribution; a subsidy belongs to one.

    What governments paid, and the subsidy with it, belongs to no contribution; the next check looks at it.
    """
    seen.add(sum(1 for _ in rows_of(f"SELECT id FROM {ENTRIES} WHERE kind IN ('CONTRIBUTION', 'SUBSIDY')")))  # noqa: S608
    sql = f"""
        SELECT e.id FROM {ENTRIES} e LEFT JOIN records_contribution c ON c.id = e.contribution_id
        LEFT JOIN records_crediting k ON k.contribution_id = c.id
        JOIN records_auditevent v ON v.id = e.act_id
        WHERE e.kind IN ('CONTRIBUTION', 'SUBSIDY') AND v.code <> '{PAID_FOR}' AND (c.id IS NULL OR k.id IS NULL OR k.act_id <> e.act_id
            OR c.person_id <> e.person_id OR (e.kind = 'CONTRIBUTION' AND (e.source <> 'PERSONAL'
            OR e.amount_fen <> c.amount_fen))) ORDER BY e.id"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "缴费或补贴记账没有对应的到账缴费，或人员、金额不符")
    sql = f"""
        SELECT k.contribution_id FROM records_crediting k LEFT JOIN {ENTRIES} e
        ON e.contribution_id = k.contribution_id AND e.kind = 'CONTRIBUTION'
        GROUP BY k.contribution_id HAVING count(e.id) <> 1 ORDER BY k.contribution_id"""  # noqa: S608
    yield from broken_rows("records_contribution", sql, "已划拨的缴费没有记账，或记账多于一笔")
    sql = f"""
        SELECT max(id) FROM {ENTRIES} WHERE kind = 'SUBSIDY' AND contribution_id IS NOT NULL GROUP BY contribution_id, source
        HAVING count(*) > 1 ORDER BY 1"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "同一缴费的同一来源补贴记了两次")


@invariant("I-07", "政府代缴每人每年只记一次，只由代缴记账写入，补贴随代缴而记")
def governments_pay_once(seen: Tally) -> Iterator[Violation]:
    """Nobody is paid for twice in a year, and only people paid for in a year earn a subsidy without a contribution."""
    seen.add(int(one(f"SELECT count(*) FROM {ENTRIES} WHERE {GOVERNMENT_PAID}")))  # noqa: S608
    sql = f"""
        SELECT max(id), year FROM {ENTRIES} WHERE {GOVERNMENT_PAID} GROUP BY person_id, year HAVING count(*) > 1
        ORDER BY 1"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "{0}年度政府代缴记了两次")
    sql = f"""
        SELECT e.id FROM {ENTRIES} e JOIN records_auditevent v ON v.id = e.act_id WHERE v.code = '{PAID_FOR}'
        AND (e.contribution_id IS NOT NULL OR e.kind NOT IN ('CONTRIBUTION', 'SUBSIDY')
            OR (e.kind = 'CONTRIBUTION') <> (e.source = 'GOVERNMENT_PAID')
            OR e.source NOT IN ('PROVINCE', 'CITY', 'COUNTY', 'GOVERNMENT_PAID')) ORDER BY e.id"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "政府代缴记账的类型或来源不对，或挂在缴费名下")
    sql = f"""
        SELECT s.id FROM {ENTRIES} s WHERE s.kind = 'SUBSIDY' AND s.contribution_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM {ENTRIES} e WHERE e.kind = 'CONTRIBUTION' AND e.source = 'GOVERNMENT_PAID'
            AND e.person_id = s.person_id AND e.year = s.year AND e.act_id <= s.act_id) ORDER BY s.id"""  # noqa: S608
    yield from broken_rows(ENTRIES, sql, "没有缴费也没有当年政府代缴的补贴")


@invariant("I-07", "每笔转入记账对应一笔有银行回单的关系转入")
def transfers_in_have_money(seen: Tally) -> Iterator[Violation]:
    """What a transfer credits is what the bank confirmed for it."""
    seen.whole("records_transfer")
    sql = f"""
        SELECT coalesce(max(x.transfer), 0), x.person_id FROM (
            SELECT 0 AS transfer, person_id, act_id, amount_fen FROM {ENTRIES} WHERE kind = 'TRANSFER_IN'
            UNION ALL SELECT id, person_id, act_id, -amount_fen FROM records_transfer WHERE direction = 'IN'
        ) x GROUP BY x.person_id, x.act_id HAVING sum(x.amount_fen) <> 0 ORDER BY 1"""  # noqa: S608
    yield from broken_rows("records_transfer", sql, "转入记账与关系转入金额不符（人员 {0}）")
    sql = f"""
        SELECT coalesce(max(x.transfer), 0), x.person_id FROM (
            SELECT 0 AS transfer, person_id, act_id, amount_fen FROM {ENTRIES} WHERE kind = 'TRANSFER_OUT'
            UNION ALL SELECT id, person_id, act_id, amount_fen FROM records_transfer WHERE direction = 'OUT'
        ) x GROUP BY x.person_id, x.act_id HAVING sum(x.amount_fen) <> 0 ORDER BY 1"""  # noqa: S608
    yield from broken_rows("records_transfer", sql, "转出记账与关系转出金额不符（人员 {0}）")

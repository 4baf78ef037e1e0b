"""Closed periods: in order, immutable under their manifests, nothing entered later, nothing left that had to go."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from jubao.ledger.balances import balances
from jubao.ledger.closing import MONTH, YEAR, Content, first_month, last_manifest, month_content, year_content
from jubao.ledger.guards import closing_guards
from jubao.ledger.models import PeriodClose, Voucher, VoucherLine
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.law import office_policy
from jubao.reports.statements.reading import BOOKS
from jubao.reports.streaming import rows_of, sha256_of
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

TABLE, COLLECTION, DECEMBER = "ledger_periodclose", "COLLECTION_ACCOUNT", 12
CLOSED = f"JOIN {TABLE} c ON c.book = v.book AND c.kind = 'MONTH' AND c.period >= v.period"


@invariant("I-17", "已结账期间的清单可以重算，前后相连")
def manifests_hold(seen: Tally) -> Iterator[Violation]:
    """Every close, worked out again from the vouchers, has its counts, balances and hash, and names the one before."""
    for close in seen.each(PeriodClose.objects.order_by("id").iterator()):
        previous = last_manifest(close.book, before=close.pk)
        content = month_content if close.kind == MONTH else year_content
        now = content(close.book, close.period, previous=previous)
        sealed = Content(close.vouchers, close.lines, close.debit_fen, close.balances, close.manifest)
        if (close.previous, sealed) != (previous, now):
            yield Violation(TABLE, close.pk, f"账套 {close.book} {close.period} 的清单与账簿不符，已结账的内容被改动")


@invariant("I-17", "结账逐月相连，十二月连同年度")
def closes_are_in_order(seen: Tally) -> Iterator[Violation]:
    """Months follow each other from a book's first; a year is closed right after its December, and never left out."""
    for book in BOOKS:
        expected: tuple[str, int | None] = (MONTH, first_month(book))
        for close in seen.each(PeriodClose.objects.filter(book=book).order_by("id")):
            if (close.kind, close.period) != expected:
                yield Violation(TABLE, close.pk, f"账套 {book} 应先结 {expected[1]}，却结了 {close.period}")
            expected = _next(close)
        if expected[0] == YEAR:
            yield Violation(TABLE, book, f"账套 {book} {expected[1]} 年十二月已结而年度未结")


def _next(close: PeriodClose) -> tuple[str, int]:
    if close.kind == YEAR:
        return MONTH, months.make(close.period + 1, 1)
    if months.number(close.period) == DECEMBER:
        return YEAR, months.year(close.period)
    return MONTH, months.add(close.period, 1)


@invariant("I-17", "结账之后没有凭证、附件、作废进入已结账期间，补记凭证注明应记日期")
def nothing_enters_later(seen: Tally) -> Iterator[Violation]:
    """What stands in a closed month was recorded before its close, and the triggers that see to it stand."""
    seen.whole("ledger_voucher", "ledger_attachment")
    sql = f"SELECT DISTINCT v.id, v.book, v.period, v.number FROM ledger_voucher v {CLOSED} WHERE v.act_id > c.act_id ORDER BY 1"  # noqa: S608
    yield from broken_rows("ledger_voucher", sql, "凭证 {0} {1}-{2} 在结账之后进入已结账期间")
    for table, more in (("ledger_attachment", ""), ("ledger_voucherstep", "AND x.state = 'VOIDED'")):
        sql = f"""SELECT DISTINCT x.id, v.book, v.period, v.number FROM {table} x JOIN ledger_voucher v ON v.id = x.voucher_id
            {CLOSED} WHERE x.act_id > c.act_id {more} ORDER BY 1"""  # noqa: S608
        yield from broken_rows(table, sql, "凭证 {0} {1}-{2} 在结账之后被补附附件或作废")
    yield from _not_late()
    on_postgres = connection.vendor == "postgresql"
    sql = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        if on_postgres
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    standing = {row[0] for row in rows_of(sql)}
    for name in closing_guards():
        seen.add()
        if name not in standing:
            yield Violation(TABLE, name, "防止补记的触发器缺失或被停用，请立即查明并重新迁移恢复")


def _not_late() -> Iterator[Violation]:
    """A voucher is late only for a day of a month that was closed, or signed for one of its bank accounts, when it came."""
    month = "CAST(substr(replace(CAST(v.late_for AS TEXT), '-', ''), 1, 6) AS INTEGER)"
    sql = f"""SELECT v.id, v.book, v.period, v.number, v.late_for FROM ledger_voucher v WHERE v.late_for IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM {TABLE} c WHERE c.book = v.book AND c.kind = 'MONTH' AND c.act_id < v.act_id
        AND c.period >= {month})
        AND NOT EXISTS (SELECT 1 FROM ledger_reconciliation r JOIN ledger_account a ON a.key = r.account
        JOIN ledger_voucherline l ON l.account_id = a.id WHERE l.voucher_id = v.id AND r.act_id < v.act_id
        AND r.period = {month}) ORDER BY v.id"""  # noqa: S608
    yield from broken_rows(
        "ledger_voucher", sql, "凭证 {0} {1}-{2} 注明应记 {3}，而该期当时未结账，银行账户也未签定对账"
    )


@invariant("I-38", "凭证附件的原件仍在收文库，内容与登记的哈希一致")
def attachments_are_kept(seen: Tally) -> Iterator[Violation]:
    """Every paper behind a voucher can still be opened, byte for byte."""
    for key, name in seen.each(rows_of("SELECT id, sha256 FROM ledger_attachment ORDER BY id")):
        path = Path(settings.JUBAO_HOME) / "inbound" / name[:2] / name
        if not path.exists() or sha256_of(path) != name:
            yield Violation("ledger_attachment", key, f"附件 {name[:12]} 的原件不在收文库，或已被改动")


@invariant("I-12", "已结账月份的收入户余额已按期划转")
def collection_account_was_emptied(seen: Tally) -> Iterator[Violation]:
    """What the collection account held at the end of a closed month left within the days of the rule."""
    for close in seen.each(PeriodClose.objects.filter(book="FUND", kind=MONTH).order_by("id")):
        end = months.last_day(close.period)
        held = balances("FUND", through=end).get(COLLECTION, 0)
        if held < 0 or held > _left_after(end):
            text = f"{close.period} 月末收入户余额 {format_yuan(held)} 元，未按期划转财政专户"
            yield Violation(TABLE, close.pk, text)


def _left_after(end: date) -> int:
    grace = timedelta(days=int(office_policy().value("books.collection_zero_days", on=end)))
    lines = VoucherLine.objects.filter(
        voucher__book="FUND", account__key=COLLECTION, voucher__date__gt=end, voucher__date__lte=end + grace
    ).exclude(voucher__state=Voucher.State.VOIDED)
    return int(lines.aggregate(fen=Sum("credit_fen"))["fen"] or 0)

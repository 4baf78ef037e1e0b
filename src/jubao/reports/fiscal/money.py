"""Fiscal money due and received (财政补助应拨与到位): by level and purpose, the gap, and what the gap consists of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jubao.documents.sheet import IDENTIFIER, MONEY, TEXT, Column, Row, Sheet
from jubao.records.models import FiscalReceipt, PayrollRun, Target
from jubao.reports.catalogue.fiscal import CELLS, LEVELS, PURPOSES, expected_id, received_id
from jubao.reports.catalogue.reading import Reading
from jubao.reports.statements.sheet import office_name
from jubao.reports.tables.statistics import Period, period_of
from jubao.vocabulary.codes import Level
from jubao.vocabulary.fen import format_yuan

MONTHS = range(1, 13)


@dataclass(frozen=True)
class FiscalLine:
    """One purpose and level, in fen: what earlier years left over (negative: still owed), the year so far, the term.

    The year's amounts are the figures ``expected`` and ``received`` as of the term's last day, which open.
    """

    purpose: str
    level: str
    expected: str
    received: str
    carried_fen: int
    year_due_fen: int
    year_received_fen: int
    due_fen: int
    received_fen: int

    @property
    def gap_fen(self) -> int:
        """The year so far: received less due."""
        return self.year_received_fen - self.year_due_fen

    @property
    def closing_fen(self) -> int:
        """What stands at the end: more than due (预拨) or, negative, less (欠拨)."""
        return self.carried_fen + self.gap_fen

    @property
    def explanation(self) -> str:
        """What the year's gap consists of: settled from earlier years, paid in advance, or owed."""
        return explain(self.carried_fen, self.gap_fen)


def explain(carried_fen: int, gap_fen: int) -> str:
    """A year's gap in words; the amounts named add up to it."""
    if gap_fen == 0:
        return "当年已拨足"
    past = min(abs(gap_fen), abs(carried_fen)) if (carried_fen < 0) != (gap_fen < 0) and carried_fen else 0
    words = ("补拨以前年度欠拨", "当年预拨") if gap_fen > 0 else ("使用以前年度预拨", "当年欠拨")
    parts = zip(words, (past, abs(gap_fen) - past), strict=True)
    return "，".join(f"{word}{format_yuan(fen)}元" for word, fen in parts if fen)


@dataclass(frozen=True)
class FiscalTask:
    """A task handed down for fiscal money, what has come in against it, and by whom it was set."""

    name: str
    source: str
    amount_fen: int
    received_fen: int


@dataclass(frozen=True)
class FiscalStatement:
    """A term's fiscal money: its lines, the year month by month (due, received, cumulative gap), and the tasks."""

    period: Period
    lines: tuple[FiscalLine, ...]
    months: tuple[tuple[int, int, int, int], ...]
    tasks: tuple[FiscalTask, ...]

    @property
    def total(self) -> FiscalLine:
        """All lines added up."""
        return add_up(self.lines, "合计", "")


def fiscal_statement(
    year: int, *, month: int | None = None, quarter: int | None = None, with_months: bool = True
) -> FiscalStatement:
    """Due and received of a month, a quarter or a year, as known at its end.

    A term counts what became known within it: the year as known at its end less the year as known the day before it.
    ``with_months`` says whether the year is told month by month as well, which reads it once for each.
    """
    period = period_of(year, month=month, quarter=quarter)
    now = Reading(year, period.last)
    before = Reading(year, period.first - timedelta(days=1)) if period.first > date(year, 1, 1) else None
    earlier = [Reading(one, period.last) for one in range(_first_year(year), year)]
    for reading in (now, *([before] if before else []), *earlier):
        reading.ask(figure_id for cell in CELLS for figure_id in (expected_id(*cell), received_id(*cell)))
    lines = [_line(purpose, level, now, before, earlier) for purpose, level in CELLS]
    kept = tuple(line for line in lines if any((line.carried_fen, line.year_due_fen, line.year_received_fen)))
    by_month = _by_month(year, period.last) if with_months else ()
    return FiscalStatement(period, kept, by_month, tuple(_tasks(year, now)))


def add_up(lines: Iterable[FiscalLine], purpose: str, level: str) -> FiscalLine:
    """Some lines as one."""
    taken = list(lines)
    sums = [sum(getattr(line, name) for line in taken) for name in AMOUNTS]
    return FiscalLine(purpose, level, "fiscal.expected", "fiscal.received", *sums)


AMOUNTS = ("carried_fen", "year_due_fen", "year_received_fen", "due_fen", "received_fen")


def _first_year(year: int) -> int:
    """The first year whose payments or fiscal money are in the books."""
    run = PayrollRun.objects.order_by("month").values_list("month", flat=True).first()
    receipt = (
        FiscalReceipt.objects.order_by("statement_line__date").values_list("statement_line__date", flat=True).first()
    )
    return min(year, run // 100 if run else year, receipt.year if receipt else year)


def _line(purpose: str, level: Level, now: Reading, before: Reading | None, earlier: list[Reading]) -> FiscalLine:
    ids = expected_id(purpose, level), received_id(purpose, level)
    due, received = (now.number(one) or 0 for one in ids)
    due_before, received_before = (before.number(one) or 0 if before else 0 for one in ids)
    carried = sum((one.number(ids[1]) or 0) - (one.number(ids[0]) or 0) for one in earlier)
    return FiscalLine(
        PURPOSES[purpose], LEVELS[level], *ids, carried, due, received, due - due_before, received - received_before
    )


def _by_month(year: int, last: date) -> tuple[tuple[int, int, int, int], ...]:
    """Month (YYYYMM), due, received, and the year's gap at its end, in fen."""
    rows, due_before, received_before = [], 0, 0
    for number in MONTHS[: last.month]:
        reading = Reading(year, period_of(year, month=number).last)
        reading.ask(["fiscal.expected", "fiscal.received"])
        due, received = (reading.number(one) or 0 for one in ("fiscal.expected", "fiscal.received"))
        rows.append((year * 100 + number, due - due_before, received - received_before, received - due))
        due_before, received_before = due, received
    return tuple(rows)


def _tasks(year: int, now: Reading) -> Iterable[FiscalTask]:
    """The latest task of each name that begins with ``fiscal.``; the upper levels' money stands against it."""
    rows = Target.objects.filter(year=year, name__startswith="fiscal.", act__business_date__lte=now.as_of)
    latest = {row.name: row for row in rows.exclude(amount_fen=None).order_by("act_id", "pk")}
    upper = now.number("fund.upper_received") or 0
    for name, row in sorted(latest.items()):
        yield FiscalTask("争取上级转移支付" if name == "fiscal.upper" else name, row.source, row.amount_fen or 0, upper)


HEADINGS = ("上年末差额", "本年应拨", "本年到位", "本期应拨", "本期到位", "本年差额", "期末差额")


def amounts(line: FiscalLine) -> tuple[int, ...]:
    """The amounts of a line in the order of the headings, fen."""
    return (
        line.carried_fen,
        line.year_due_fen,
        line.year_received_fen,
        line.due_fen,
        line.received_fen,
        line.gap_fen,
        line.closing_fen,
    )


def fiscal_sheets(statement: FiscalStatement) -> list[Sheet]:
    """The statement, the year by month, and the tasks."""
    unit, period = office_name(), statement.period
    columns = (
        Column("用途", TEXT, 12),
        Column("级次", TEXT, 8),
        *(Column(h, MONEY, 15, is_totalled=True) for h in HEADINGS),
        Column("差额说明", TEXT, 30),
        Column("应拨指标", TEXT, 26),
        Column("到位指标", TEXT, 26),
    )
    rows: list[Row] = [
        (one.purpose, one.level, *amounts(one), one.explanation, one.expected, one.received) for one in statement.lines
    ]
    by_month: list[Row] = [(f"{month}", due, received, gap) for month, due, received, gap in statement.months]
    month_columns = (
        Column("月份", IDENTIFIER, 12),
        Column("应拨", MONEY, 18, is_totalled=True),
        Column("到位", MONEY, 18, is_totalled=True),
        Column("年内累计差额", MONEY, 18),
    )
    tasks: list[Row] = [(one.name, one.source, one.amount_fen, one.received_fen) for one in statement.tasks]
    task_columns = (
        Column("任务", TEXT, 24),
        Column("来源", TEXT, 30),
        Column("任务数", MONEY, 18),
        Column("到位", MONEY, 18),
    )
    note = "差额为到位减应拨，正数为预拨，负数为欠拨；应拨按实际发放、记账和支付计算，每个数可用 figures 命令追到人"
    made = [
        Sheet("应拨与到位", f"{period.name}财政补助应拨与到位情况表", unit, period.last, columns, rows, note=note),
    ]
    if by_month:
        title = f"{period.first.year}年财政补助分月情况"
        made.append(Sheet("分月", title, unit, period.last, month_columns, by_month))
    return [*made, Sheet("任务", "财政补助任务完成情况", unit, period.last, task_columns, tasks)] if tasks else made

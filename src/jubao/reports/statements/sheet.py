"""A statement as sheets of an Excel file: the statement itself, and every voucher behind its lines."""

from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONEY, TEXT, Column, Row, Sheet
from jubao.records.models import Office
from jubao.reports.statements.reading import accounts_named
from jubao.reports.statements.shape import Line, Statement
from jubao.reports.statements.vouchers_behind import Opened, opened

OPENED_COLUMNS = (
    Column("科目编码", IDENTIFIER, 12),
    Column("科目", TEXT, 28),
    Column("日期", DATE, 14),
    Column("凭证号", IDENTIFIER, 14),
    Column("摘要", TEXT, 36),
    Column("借方", MONEY, is_totalled=True),
    Column("贷方", MONEY, is_totalled=True),
    Column("依据", TEXT, 28),
    Column("事件号", INTEGER),
    Column("业务", TEXT, 24),
    Column("签署", TEXT, 28),
)
STATES = {"PENDING": "待记账", "POSTED": "已记账"}


def cells(statement: Statement, line: Line) -> tuple[int | None, ...]:
    """The amounts of a line in the order of the headings, in fen; a trial balance shows each on its own side."""
    opening, debit, credit, closing = line.amounts
    if statement.kind == "trial":
        return (*_sides(opening), debit or None, credit or None, *_sides(closing))
    if statement.kind == "cash" and not line.code:
        return (None, debit or None, credit or None, None)
    return line.amounts


def table(statement: Statement) -> list[tuple[str, str, tuple[int | None, ...]]]:
    """Code, name and amounts of every row as printed: headings of sections (no amounts), lines and totals."""
    rows: list[tuple[str, str, tuple[int | None, ...]]] = []
    nothing: tuple[int | None, ...] = (None,) * len(statement.headings)
    for part in (one for one in statement.sections if one.lines):
        rows.append(("", f"【{part.title}】", nothing))
        rows += [(line.code, line.name, cells(statement, line)) for line in part.lines]
        rows.append(("", part.total.name, total_of(statement, part.lines, part.total)))
    if statement.result:
        rows.append(("", statement.result.name, total_of(statement, statement.lines, statement.result)))
    return rows


def statement_sheets(statement: Statement) -> list[Sheet]:
    """The statement and the vouchers behind it, ready to be written."""
    unit = office_name()
    rows: list[Row] = [(code, name, *amounts) for code, name, amounts in table(statement)]
    columns = (
        Column("科目编码", IDENTIFIER, 12),
        Column("项目", TEXT, 40),
        *(Column(h, MONEY, 17) for h in statement.headings),
    )
    term = statement.term
    first = Sheet(
        "报表", f"{statement.title}（{term.title}）", unit, term.last, columns, rows, note=known_note(statement)
    )
    behind = Sheet(
        "凭证明细",
        f"{statement.title}凭证明细（{term.title}）",
        unit,
        term.last,
        OPENED_COLUMNS,
        [_behind(one) for one in all_opened(statement)],
    )
    return [first, behind]


def all_opened(statement: Statement) -> list[Opened]:
    """The vouchers behind all lines, account by account."""
    named = accounts_named(statement.book, on=statement.term.last)
    keys = dict.fromkeys(key for line in statement.lines for key in line.keys)
    return [one for key in keys for one in opened(statement.book, named[key], statement.term)]


def known_note(statement: Statement) -> str:
    """Up to which day facts counted."""
    return f"按 {statement.term.as_of} 已入账的事实"


def office_name() -> str:
    """The office that issues the statement."""
    office = Office.objects.order_by("id").first()
    return office.name if office else ""


def _sides(fen: int) -> tuple[int | None, int | None]:
    return (fen if fen > 0 else None, -fen if fen < 0 else None)


def total_of(statement: Statement, lines: "tuple[Line, ...] | list[Line]", total: Line) -> tuple[int | None, ...]:
    """A total; in a trial balance each column is added up by itself."""
    if statement.kind != "trial":
        return total.amounts
    columns = zip(*(cells(statement, line) for line in lines), strict=True)
    return tuple(sum(fen or 0 for fen in column) for column in columns) or (0,) * len(statement.headings)


def _behind(one: Opened) -> Row:
    state = "" if one.state == "POSTED" else f"（{STATES.get(one.state, one.state)}）"
    return (
        one.account.code,
        one.account.name,
        one.on,
        one.voucher,
        one.memo + state,
        one.debit_fen or None,
        one.credit_fen or None,
        one.reference,
        one.act,
        one.code,
        one.signed,
    )

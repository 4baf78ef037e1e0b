"""Agreements, clearing accounts and three-way differences as sheets for Excel and PDF."""

from collections.abc import Sequence
from datetime import date

from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONEY, MONTH, TEXT, Column, Row, Sheet
from jubao.reports.reconciliation.agreement import Agreement, Item, as_signed_or_now
from jubao.reports.reconciliation.clearing import OpenItem
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.reports.reconciliation.three_way import ThreeWay
from jubao.reports.statements.reader import require_reader
from jubao.reports.statements.sheet import office_name
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan
from jubao.vocabulary.viewer import Viewer

SIDES = {
    ("BANK", True): "银行已收、单位未收",
    ("BANK", False): "银行已付、单位未付",
    ("BOOK", True): "单位已收、银行未收",
    ("BOOK", False): "单位已付、银行未付",
}
ITEM_COLUMNS = (
    Column("账项", TEXT, 20),
    Column("日期", DATE),
    Column("凭证或流水号", IDENTIFIER, 24),
    Column("摘要", TEXT, 32),
    Column("金额", MONEY, 17),
    Column("天数", INTEGER),
    Column("说明", TEXT, 30),
)
OPEN_COLUMNS = (
    Column("过渡科目", TEXT, 18),
    Column("凭据", IDENTIFIER, 28),
    Column("起始日", DATE),
    Column("金额", MONEY, 17, is_totalled=True),
    Column("天数", INTEGER),
    Column("期限", INTEGER),
    Column("是否超期", TEXT, 12),
)
THREE_COLUMNS = (
    Column("月份", MONTH),
    Column("账面余额", MONEY, 17),
    Column("银行余额", MONEY, 17),
    Column("财政对账单", MONEY, 17),
    Column("账面减银行", MONEY, 17),
    Column("银行减财政", MONEY, 17),
    Column("未达账项", INTEGER),
    Column("已签定", TEXT, 10),
    Column("相符", TEXT, 8),
)


def adjustment(agreed: Agreement) -> list[tuple[str, int, str, int]]:
    """The lines of the agreement as the form has them: the books on the left, the bank on the right, in fen."""
    return [
        ("单位账面余额", agreed.book_fen, "银行对账单余额", agreed.bank_fen),
        (
            "加：银行已收、单位未收",
            agreed.sum_of("BANK", into=True),
            "加：单位已收、银行未收",
            agreed.sum_of("BOOK", into=True),
        ),
        (
            "减：银行已付、单位未付",
            agreed.sum_of("BANK", into=False),
            "减：单位已付、银行未付",
            agreed.sum_of("BOOK", into=False),
        ),
        ("调节后余额", agreed.adjusted_book_fen, "调节后余额", agreed.adjusted_bank_fen),
    ]


def side_of(item: Item) -> str:
    """Who has it already, and who has not."""
    return SIDES[item.entry.side, item.entry.fen > 0]


def agreement_sheets(agreed: Agreement, note: str) -> list[Sheet]:
    """The month's agreement and the list of what stands between."""
    unit, last, title = office_name(), agreed.last, f"{agreed.name}银行存款余额调节表（{agreed.period}）"
    columns = (
        Column("单位", TEXT, 28),
        Column("账面", MONEY, 18),
        Column("银行", TEXT, 28),
        Column("对账单", MONEY, 18),
    )
    rows: list[Row] = [*adjustment(agreed)]
    items: list[Row] = [
        (side_of(one), one.entry.on, one.number, one.entry.text, abs(one.entry.fen), one.days, one.why or "待说明")
        for one in agreed.items
    ]
    return [
        Sheet("余额调节表", title, unit, last, columns, rows, note=note),
        Sheet("未达账项", f"{agreed.name}未达账项清单（{agreed.period}）", unit, last, ITEM_COLUMNS, items, note=note),
    ]


def account_sheets(account: str, month: int, *, viewer: Viewer) -> list[Sheet] | None:
    """A month of a bank account as signed, or as it stands now; None where the office keeps no such account.

    Raises:
        MayNotLook: the viewer is none of those who read the books.
    """
    require_reader(viewer, "银行对账")
    if account not in ACCOUNTS:
        return None
    agreed = as_signed_or_now(account, month)
    return agreement_sheets(agreed, note_of(agreed))


def note_of(agreed: Agreement) -> str:
    """Whether it agrees, what is still to be explained, and whether it is signed."""
    unexplained = sum(not one.why for one in agreed.items)
    difference = f"差额 {format_yuan(agreed.difference_fen)} 元" if agreed.difference_fen else "调节后相符"
    signed = f"{agreed.signed_on} 签定" if agreed.signed_on else "尚未签定"
    return f"{difference}；未达账项 {len(agreed.items)} 笔，待说明 {unexplained} 笔；{signed}"


def clearing_sheet(items: Sequence[OpenItem], on: date) -> Sheet:
    """What rests on the clearing accounts, with its age."""
    rows: list[Row] = [
        (one.name, one.reference, one.since, one.fen, one.days, one.limit, "超期" if one.is_overdue else "")
        for one in items
    ]
    return Sheet("过渡科目", "过渡科目挂账清单", office_name(), on, OPEN_COLUMNS, rows)


def three_way_sheets(year: int, rows: Sequence[ThreeWay]) -> list[Sheet]:
    """The year three ways, and the list of differences with their age."""
    unit, on = office_name(), rows[-1].agreed.last if rows else months.last_day(months.make(year, 12))
    listed: list[Row] = [
        (
            one.agreed.period,
            one.agreed.book_fen,
            one.agreed.bank_fen,
            one.confirmed_fen,
            one.to_bank_fen,
            one.to_bureau_fen,
            len(one.agreed.items),
            "是" if one.signed else "否",
            "是" if one.agrees else "否",
        )
        for one in rows
    ]
    return [
        Sheet("三方对账", f"{year}年财政专户三方对账表", unit, on, THREE_COLUMNS, listed),
        Sheet(
            "差异清单",
            f"{year}年财政专户对账差异清单",
            unit,
            on,
            (Column("月份", MONTH), *ITEM_COLUMNS),
            [row for one in rows for row in _differences(one)],
        ),
    ]


def _differences(one: ThreeWay) -> list[Row]:
    """What stands between books and bank at a month's end, and between bank and bureau."""
    month = one.agreed.period
    rows: list[Row] = [
        (
            month,
            side_of(item),
            item.entry.on,
            item.number,
            item.entry.text,
            item.entry.fen,
            item.days,
            item.why or "待说明",
        )
        for item in one.agreed.items
    ]
    if one.since is not None:
        rows.append(
            (month, "银行减财政", one.agreed.last, "", f"自 {one.since} 起不符", one.to_bureau_fen, one.days, "")
        )
    if one.confirmed_fen is None:
        rows.append((month, "财政未对账", one.agreed.last, "", "尚未登记财政专户对账单", None, 0, ""))
    return rows

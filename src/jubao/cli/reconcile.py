"""``jubao reconcile``: a bank account's month agreed with the bank, clearing accounts, the fiscal account three ways."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jubao.cli.papers import print_sheet, save_sheets
from jubao.cli.setup import command
from jubao.vocabulary.audience import BOOKS

if TYPE_CHECKING:
    from jubao.documents.sheet import Sheet
    from jubao.reports.reconciliation.agreement import Agreement

WHAT = typer.Argument(
    help="账户（收入户、支出户、财政专户、代发专户），或 clearing 过渡科目、three-way 三方对账 / "
    "a bank account, or `clearing`, or `three-way`"
)
MONTH = typer.Option("--month", help="对账月份 YYYYMM / the month of the account")
YEAR = typer.Option("--year", min=2009, max=2100, help="三方对账的年度 / the year for three-way")
AS_OF = typer.Option("--as-of", formats=["%Y-%m-%d"], help="过渡科目的截止日，缺省今天 / the day for clearing")
OUT = typer.Option("--out", help="写到这个文件，.pdf 或 .xlsx / a PDF or Excel file", dir_okay=False)
JSON = typer.Option("--json", help="输出 JSON，金额为分 / print JSON, money in fen")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reconcile", help="银行存款余额调节表、过渡科目、三方对账 / books beside the bank.")(reconcile)


@command(BOOKS)
def reconcile(
    what: Annotated[str, WHAT],
    month: Annotated[str | None, MONTH] = None,
    year: Annotated[int | None, YEAR] = None,
    as_of: Annotated[datetime | None, AS_OF] = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print the agreement of a month with every item between books and bank; exit 1 where something is unexplained."""
    if what == "clearing":
        _clearing(as_of or datetime.now(UTC), out, as_json=as_json)
    elif what == "three-way":
        if year is None:
            raise typer.BadParameter("三方对账请给出 --year YYYY", param_hint="--year")
        _three_way(year, out, as_json=as_json)
    else:
        if month is None:
            raise typer.BadParameter("请给出 --month YYYYMM", param_hint="--month")
        _account(what, _period(month), out, as_json=as_json)


def _period(month: str) -> int:
    from jubao.vocabulary import month as months

    try:
        return months.parse(month)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--month") from None


def _account(asked: str, period: int, out: Path | None, *, as_json: bool) -> None:
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.reconciliation.agreement import as_signed_or_now
    from jubao.reports.reconciliation.lines import NoSuchBankAccount, account_named
    from jubao.reports.reconciliation.sheets import agreement_sheets, note_of

    try:
        agreed = as_signed_or_now(account_named(asked), period)
    except NoSuchBankAccount as unknown:
        raise Refused(str(unknown)) from unknown
    _hand_over(agreement_sheets(agreed, note_of(agreed)), _told(agreed), out, as_json=as_json)
    if agreed.difference_fen or not all(one.why for one in agreed.items):
        raise SystemExit(1)


def _told(agreed: "Agreement") -> dict[str, Any]:
    from jubao.reports.reconciliation.sheets import side_of

    return {
        "account": agreed.account,
        "name": agreed.name,
        "period": agreed.period,
        "book_fen": agreed.book_fen,
        "bank_fen": agreed.bank_fen,
        "adjusted_book_fen": agreed.adjusted_book_fen,
        "adjusted_bank_fen": agreed.adjusted_bank_fen,
        "difference_fen": agreed.difference_fen,
        "signed_on": str(agreed.signed_on) if agreed.signed_on else None,
        "items": [
            {
                "side": side_of(one),
                "number": one.number,
                "date": str(one.entry.on),
                "text": one.entry.text,
                "fen": one.entry.fen,
                "days": one.days,
                "why": one.why,
            }
            for one in agreed.items
        ],
    }


def _clearing(moment: datetime, out: Path | None, *, as_json: bool) -> None:
    from jubao.reports.reconciliation.clearing import CLEARING, open_items
    from jubao.reports.reconciliation.sheets import clearing_sheet

    on = moment.date()
    items = [one for key in CLEARING for one in open_items(key, on)]
    told = {
        "as_of": str(on),
        "items": [
            {
                "account": one.account,
                "name": one.name,
                "reference": one.reference,
                "since": str(one.since),
                "fen": one.fen,
                "days": one.days,
                "limit": one.limit,
                "overdue": one.is_overdue,
            }
            for one in items
        ],
    }
    _hand_over([clearing_sheet(items, on)], told, out, as_json=as_json)
    if any(one.is_overdue for one in items):
        raise SystemExit(1)


def _three_way(year: int, out: Path | None, *, as_json: bool) -> None:
    from jubao.reports.reconciliation.sheets import three_way_sheets
    from jubao.reports.reconciliation.three_way import three_way

    rows = three_way(year)
    told = {
        "year": year,
        "months": [
            {
                "month": one.agreed.period,
                "book_fen": one.agreed.book_fen,
                "bank_fen": one.agreed.bank_fen,
                "bureau_fen": one.confirmed_fen,
                "items": len(one.agreed.items),
                "differs_days": one.days,
                "signed": one.signed,
                "agrees": one.agrees,
            }
            for one in rows
        ],
    }
    _hand_over(three_way_sheets(year, rows), told, out, as_json=as_json)
    if not all(one.agrees for one in rows):
        raise SystemExit(1)


def _hand_over(sheets: "list[Sheet]", told: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    """Write, or print, what was made."""
    if out:
        _write(sheets, out)
    elif as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        for sheet in sheets:
            print_sheet(sheet)


def _write(sheets: "list[Sheet]", out: Path) -> None:
    print(f"已写出 {out}（{sheets[0].title}），SHA-256 {save_sheets(sheets, out)}")

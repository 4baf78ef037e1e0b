"""``jubao journal DIR``: the books as Beancount and hledger text for checking from outside."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jubao.cli.setup import command
from jubao.cli.viewing import viewer_by
from jubao.vocabulary.audience import JOURNALS

FOLDER = typer.Argument(help="写到这个目录 / the folder to write into", file_okay=False)
AS_OF = typer.Option("--as-of", formats=["%Y-%m-%d"], help="只计该日已入账的事实 / only facts recorded by this day")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("journal", help="把账簿写成 Beancount 和 hledger 日记账 / the books as plain-text journals.")(journal)


@command(JOURNALS)
def journal(folder: Annotated[Path, FOLDER], by: str, as_of: Annotated[datetime | None, AS_OF] = None) -> None:
    """Write one Beancount and one hledger file for each book, and every closing balance as CSV."""
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.statements.journal import NothingToWrite
    from jubao.reports.statements.journal_files import write_journals

    try:
        written = write_journals(folder, viewer=viewer_by(by, "journal"), as_of=as_of.date() if as_of else None)
    except NothingToWrite as refused:
        raise Refused(str(refused)) from refused
    for one in written:
        Console(markup=False, highlight=False, soft_wrap=True).print(f"已写出 {one.path}　SHA-256 {one.sha256}")

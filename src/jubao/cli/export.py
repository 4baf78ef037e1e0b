"""``jubao export DIR``: the whole book of record as documented Parquet or CSV tables."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jubao.cli.setup import command
from jubao.cli.viewing import APPROVAL, REASON, viewer_by
from jubao.vocabulary.audience import EVERYTHING


class Form(StrEnum):
    """What the files look like."""

    PARQUET = "parquet"
    CSV = "csv"


FOLDER = typer.Argument(help="空目录 / an empty folder")
FORM = typer.Option("--format", help="格式 / form of the files")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", help="导出全部账簿为有说明的表 / export the whole book of record.")(export)


@command(EVERYTHING)
def export(
    folder: Annotated[Path, FOLDER],
    by: str,
    reason: Annotated[str, REASON] = "",
    approval: Annotated[str, APPROVAL] = "",
    form: Annotated[Form, FORM] = Form.PARQUET,
) -> None:
    """Write every table of the book of record, as it stands now; docs/export.md says what each column means."""
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.export.book_of_record import CannotExport, export_tables
    from jubao.vocabulary.masks import Mask

    viewer = viewer_by(by, "export", lifted=Mask, reason=reason, approval=approval)
    viewer.require(EVERYTHING.posts, "全部账簿")
    console = Console()
    try:
        manifest = export_tables(
            folder, form.value, viewer=viewer, told=lambda table, rows: console.print(f"{table}　{rows:,} 行")
        )
    except CannotExport as refused:
        raise Refused(str(refused)) from refused
    rows = sum(table["rows"] for table in manifest["tables"].values())
    console.print(f"已导出 {len(manifest['tables'])} 张表、{rows:,} 行到 {folder}")

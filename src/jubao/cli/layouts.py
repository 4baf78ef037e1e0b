"""``jubao layouts``: every file the office takes in or hands over, its columns in words, and an empty one to fill in."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

LAYOUT = typer.Argument(metavar="[格式]", help="格式编号，不写则列出全部 / id of a layout; without it all are listed")
TEMPLATE = typer.Option(
    "--template", help="写出空表，从表头下一行填起 / write an empty file to fill in", dir_okay=False
)
AS_JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("layouts", help="列出全部文件格式，说明一种格式，写出空表 / file layouts, and empty files.")(layouts)


@command(ANYBODY, books=False)
def layouts(
    layout: Annotated[str | None, LAYOUT] = None,
    template: Annotated[Path | None, TEMPLATE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Print the layouts with the acts that read them, or one with its columns; or write an empty file."""
    from jubao.exchange.layout import LayoutUnknown
    from jubao.exchange.layout import layout as layout_of
    from jubao.exchange.layout import layouts as every

    try:
        declared = [layout_of(layout)] if layout else list(every().values())
    except LayoutUnknown as unknown:
        raise typer.BadParameter(str(unknown), param_hint="格式") from None
    if template is not None:
        if layout is None:
            raise typer.BadParameter("请写明格式编号，如 opening_register", param_hint="格式")
        _write(declared[0], template)
    elif as_json:
        json.dump([_data(one) for one in declared], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif layout:
        _explain(declared[0])
    else:
        _list(declared)


def _write(layout: Any, path: Path) -> None:
    from jubao.documents.reproducible_zip import put_in_place
    from jubao.exchange.blank_file import NoBlankFile, blank_file

    try:
        put_in_place(path, blank_file(layout))
    except NoBlankFile as refused:
        raise typer.BadParameter(str(refused), param_hint="--template") from None
    print(f"已写出 {path}：从表头的下一行填起，表头不要改动。")


def _read_by(layout: Any) -> list[str]:
    """The acts that take a file of a layout."""
    from jubao.operations.envelope.declaration import ACTS
    from jubao.operations.envelope.fields import questions_of

    return [
        code
        for code, act in sorted(ACTS.items())
        if any(asked.layout == layout.id for asked in questions_of(act.arguments))
    ]


def _data(layout: Any) -> dict[str, Any]:
    from jubao.exchange.blank_file import told, where

    return {
        "id": layout.id,
        "title": layout.title,
        "form": where(layout),
        "read_by": _read_by(layout),
        "batch": [asdict(column) for column in told(layout, layout.preamble)],
        "columns": [asdict(column) for column in told(layout, layout.columns)],
    }


def _list(declared: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("格式", "名称", "形式", "由哪项业务读入")
    for layout in declared:
        data = _data(layout)
        table.add_row(layout.id, layout.title, data["form"].partition("，")[0], "、".join(data["read_by"]))
    Console().print(table)


def _explain(layout: Any) -> None:
    data = _data(layout)
    print(f"{layout.id} {layout.title}：{data['form']}")
    if data["read_by"]:
        print(f"读入业务：{'、'.join(data['read_by'])}")
    for title, columns in (("批次信息", data["batch"]), ("明细", data["columns"])):
        if columns:
            print(f"\n{title}（* 为必填）：")
        for column in columns:
            star = "*" if column["required"] else " "
            example = f"，如 {column['example']}" if column["example"] else ""
            print(f"  {star} {column['header']}：{column['kind']}{example}")
            for code, label in column["codes"].items():
                print(f"      {code}  {label}".rstrip())

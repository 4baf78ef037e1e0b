"""``jubao restored``: what a restored office misses, to be answered before money may leave again."""

import json
import sys
from typing import Annotated

import typer

from jubao.cli.setup import REFUSED, command
from jubao.vocabulary.audience import ANYBODY

AS_JSON = typer.Option("--json", help="以 JSON 输出，可作 restore.reconcile 的填报底稿 / print JSON")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("restored", help="恢复后须逐项核对的内容 / what a restored office must answer for.")(restored)


@command(ANYBODY)
def restored(as_json: Annotated[bool, AS_JSON] = False) -> None:
    """List events known outside and files in the trays that the restored books do not know; exit 1 while anything is open."""
    from jubao.operations.keeping.missing import missing_items
    from jubao.records.custody import open_restoration

    restoration = open_restoration()
    items = missing_items(restoration) if restoration else []
    if as_json:
        told = [{name: value for name, value in vars(item).items() if value not in ("", None)} for item in items]
        json.dump({"open": restoration is not None, "missing": told}, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif restoration is None:
        print("没有待核对的恢复。")
    else:
        print(
            f"第 {restoration.act_id} 号事件恢复自备份 {restoration.file_sha256[:12]}…，备份的链头第 {restoration.head} 号。"
        )
        for item in items:
            print(f"  {item.words}")
        print(f"共 {len(items)} 项须核对；核对后办理“恢复后核对办结”（restore.reconcile），办结以前不办理付款。")
    if restoration is not None:
        raise typer.Exit(REFUSED)

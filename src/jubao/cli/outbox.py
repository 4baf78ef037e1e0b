"""``jubao outbox``: the files that left with acts, which of them still wait, and one offered again."""

import json
import sys
from typing import Annotated, Any

import typer

from jubao.cli.setup import REFUSED, command
from jubao.vocabulary.audience import ANYBODY

AGAIN = typer.Option("--again", help="再次写出一个文件：文件柜/文件名 / offer a file again: tray/name")
EVERY = typer.Option("--all", help="也列出已写出的 / list delivered files as well")
AS_JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")
SHOWN = 100


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("outbox", help="写出并列出待发文件 / deliver and list the files that wait to leave.")(outbox)


@command(ANYBODY, writes=True)
def outbox(
    again: Annotated[str, AGAIN] = "",
    every: Annotated[bool, EVERY] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write what waits and list what still does; exit 1 while anything waits, or lies there that is not ours."""
    from jubao.operations.envelope import outbox as files
    from jubao.records.outbox import OUTBOUND, foreign, lying_outbound

    if again:
        tray, _, name = again.partition("/")
        if not name:
            raise typer.BadParameter("写作 文件柜/文件名，如 outbound/养老金.txt", param_hint="--again")
        print(f"已写出 {files.deliver_again(tray, name)}")
        return
    waiting, strangers = files.deliver(), foreign(lying_outbound())
    listed = [_told(item) for item in (_every() if every else waiting)]
    if as_json:
        json.dump(listed, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        for one in listed:
            failure = f"，{one['failure']}（已试 {one['attempts']} 次）" if one["failure"] else ""
            print(f"{one['tray']}/{one['name']}  {one['size']} 字节  {one['state']}{failure}")
            print(f"  {one['sha256']}")
        print(f"共 {len(waiting)} 个文件待写出。" if waiting else "没有待写出的文件。")
    for name in strangers:
        sys.stderr.write(f"{OUTBOUND} 中的文件《{name}》不是本系统交出的，不要交给银行，请查明来历后移走\n")
    if waiting or strangers:
        raise typer.Exit(REFUSED)


def _every() -> list[Any]:
    """The latest files that left, those that wait included."""
    from jubao.records.models import OutboxItem

    return list(OutboxItem.objects.order_by("-id")[:SHOWN])


def _told(item: Any) -> dict[str, Any]:
    return {
        "tray": item.tray,
        "name": item.name,
        "sha256": item.sha256,
        "size": item.size,
        "state": item.get_state_display(),
        "attempts": item.attempts,
        "failure": item.failure,
    }

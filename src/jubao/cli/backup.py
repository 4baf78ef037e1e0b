"""``jubao backup FILE`` and ``jubao restore FILE``: the office in one file, and back again on either engine."""

from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.audience import ANYBODY
from jubao.cli.setup import command

NEW_FILE = typer.Argument(help="备份文件，不得已存在 / a new file")
OLD_FILE = typer.Argument(help="备份文件 / a file that backup wrote", exists=True, dir_okay=False)
KEYS = typer.Option("--with-keys", help="连同密钥一起备份（请加倍保管）/ put the keys in, too")
REPLACE = typer.Option("--replace", help="把现有账簿移到一旁再恢复（仅 SQLite）/ move present books aside first")


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("backup", help="备份整个机构到一个文件 / put the whole office into one file.")(backup)
    app.command("restore", help="从备份恢复到空的机构 / take a backup into an empty office.")(restore)


@command(ANYBODY)
def backup(file: Annotated[Path, NEW_FILE], with_keys: Annotated[bool, KEYS] = False) -> None:
    """Write books and trays into one file; others may go on working."""
    from jubao.operations.keeping.backup import back_up

    manifest = back_up(file.absolute(), with_keys=with_keys)
    rows, head = sum(manifest["rows"].values()), manifest["head"] or {"id": 0}
    print(f"已备份 {rows:,} 行、{len(manifest['parts'])} 个部分到 {file}，审计链头 {head['id']}")
    if not with_keys:
        print("密钥不在备份之内：请把 keys 目录另行保管，没有密钥不能恢复。")


@command(ANYBODY, books=False)
def restore(file: Annotated[Path, OLD_FILE], replace: Annotated[bool, REPLACE] = False) -> None:
    """Take a backup back; refused unless every hash and the audit chain hold."""
    from jubao.operations.keeping.restoring import restore as take_back

    manifest = take_back(file.absolute(), replace=replace)
    print(f"已恢复 {sum(manifest['rows'].values()):,} 行，审计链头 {(manifest['head'] or {'id': 0})['id']}")
    if manifest["aside"]:
        print(f"原有账簿移至 {manifest['aside']}。")
    if manifest["lost_events"]:
        print(f"库外留存的链头比备份晚 {manifest['lost_events']} 个事件，这些业务须补办。")
    print("请运行 jubao verify 核对全部不变量。")

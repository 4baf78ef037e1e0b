"""``jubao custody``: the next audit key, recovery sheets, a key recovered from its parts, and the key pair of backups."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from jubao.cli.passphrase import passphrase
from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

LOCAL = ZoneInfo("Asia/Shanghai")
custody = typer.Typer(no_args_is_help=True, help="审计密钥和备份密钥 / keys of the audit chain and of backups.")
FOLDER = typer.Argument(help="恢复单写到这个目录 / where the sheets go", exists=True, file_okay=False)
PARTS = typer.Option("--parts", help="分成几份 / how many parts")
NEEDED = typer.Option("--needed", help="几份可还原 / how many give the key back")
FILES = typer.Argument(help="各份的文本文件，一份一个 / a text file for each part", exists=True, dir_okay=False)
PRIVATE = typer.Argument(help="备份私钥写到这个文件，须离开本机保管 / the private key, to be kept elsewhere")
LARGEST_PART = 1 << 14


def register(app: typer.Typer) -> None:
    """Add the group."""
    custody.command("next-key", help="造下一把审计密钥，待办理更换 / make the next audit key.")(make_next)
    custody.command("sheet", help="把审计密钥分片印成恢复单 / print the audit key in parts.")(sheet)
    custody.command("recover", help="用恢复单还原遗失的审计密钥 / recover a lost audit key.")(recover)
    custody.command("backup-pair", help="造备份用的公钥和私钥 / make the key pair of backups.")(backup_pair)
    app.add_typer(custody, name="custody")


@command(ANYBODY, writes=True)
def make_next() -> None:
    """Make the key that shall seal next, and tell the mark that the act asks for."""
    from jubao.operations.keeping.rotating import make_next as make

    print(f"下一把审计密钥在 keys/audit.next.key，标记\n{make()}")
    print("请办理“更换审计密钥”（key.rotate_audit）；办结以前仍用现在的密钥。")


@command(ANYBODY)
def sheet(
    folder: Annotated[Path, FOLDER], parts: Annotated[int, PARTS] = 3, needed: Annotated[int, NEEDED] = 2
) -> None:
    """Write one Word file for each part; each belongs to another person and place."""
    from jubao.documents.key_sheet import KeyPart, write_key_part
    from jubao.operations.keeping.key_parts import split_key
    from jubao.records.keyring import key_mark, office_ring
    from jubao.records.models import Office

    ring = office_ring()
    key = ring.of(max(ring.keys))
    office = Office.objects.order_by("pk").values_list("name", flat=True).first() or ""
    today = datetime.now(LOCAL).date()
    for number, words in enumerate(split_key(key, needed=needed, parts=parts), start=1):
        file = folder / f"审计密钥恢复单-{key_mark(key)[:8]}-{number}.docx"
        file.touch(mode=0o600)
        write_key_part(KeyPart(office, key_mark(key), number, parts, needed, words, today), file)
        file.chmod(0o600)
        print(file)
    print(f"共 {parts} 份，任意 {needed} 份可还原。请打印后由不同的人分别密封保管，并彻底删除这些文件。")


@command(ANYBODY)
def recover(files: Annotated[list[Path], FILES]) -> None:
    """Put a lost audit key back; never over one that is there."""
    from jubao.operations.envelope.fault import Refused
    from jubao.operations.keeping.recovering import recover_key

    if large := [file.name for file in files if file.stat().st_size > LARGEST_PART]:
        raise Refused(f"{'、'.join(large)} 不是恢复单的词")
    print(f"密钥已还原到 keys/{recover_key([file.read_text(encoding='utf-8') for file in files]).name}。")
    print("请运行 jubao verify 核对全部不变量。")


@command(ANYBODY, books=False)
def backup_pair(private: Annotated[Path, PRIVATE]) -> None:
    """Make a key pair: backups are then sealed for the holder of the private half, and need no secret on this machine."""
    from django.conf import settings

    from jubao.operations.keeping.locks import PUBLIC_KEY, make_pair

    make_pair(private, Path(settings.JUBAO_HOME) / "keys" / PUBLIC_KEY, passphrase("备份私钥的口令", twice=True))
    print(f"公钥在 keys/{PUBLIC_KEY}，此后的备份只有私钥能打开。请把 {private} 移到别处保管，本机不留。")

"""``jubao backup FILE`` and ``jubao restore FILE``: the office in one sealed file, and back again on either engine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jubao.cli.passphrase import is_given, passphrase
from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

if TYPE_CHECKING:
    from jubao.operations.keeping.locks import Lock, Opener

NEW_FILE = typer.Argument(help="备份文件，不得已存在 / a new file")
OLD_FILE = typer.Argument(help="备份文件 / a file that backup wrote", exists=True, dir_okay=False)
KEYS = typer.Option("--with-keys", help="连同密钥一起备份（请加倍保管）/ put the keys in, too")
TEST = typer.Option(
    "--test", help="试恢复并核对全部不变量，通过才成为备份 / restore it on trial and verify before it counts"
)
REPLACE = typer.Option(
    "--replace",
    help="替换现有账簿：已办结的“恢复账簿”请求号（仅 SQLite）/ key of the executed leave to replace the books",
)
PRIVATE = typer.Option(
    "--private",
    help="备份私钥文件（备份公钥加密的备份）/ the private key of backups for a recipient",
    exists=True,
    dir_okay=False,
)
LOOK = typer.Option("--look", help="只看备份的哈希和链头，不恢复 / tell hash and head, restore nothing")


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("backup", help="备份整个机构到一个加密文件 / put the whole office into one sealed file.")(backup)
    app.command("restore", help="从备份恢复 / take a backup back.")(restore)


@command(ANYBODY)
def backup(
    file: Annotated[Path, NEW_FILE], with_keys: Annotated[bool, KEYS] = False, test: Annotated[bool, TEST] = False
) -> None:
    """Write books and trays into one file that only its passphrase or private key opens; others may go on working."""
    from jubao.operations.keeping.backup import back_up

    tested = datetime.now(UTC) if test else None
    manifest = back_up(file.absolute(), locks=_locks(), with_keys=with_keys, tested=tested)
    rows, head = sum(manifest["rows"].values()), manifest["head"] or {"id": 0}
    print(f"已备份 {rows:,} 行、{len(manifest['parts'])} 个部分到 {file}，审计链头 {head['id']}")
    if test:
        print("已试恢复，全部不变量相符。")
    if not with_keys:
        print("密钥不在备份之内：请把 keys 目录另行保管，没有密钥不能恢复。")


def _locks() -> "list[Lock]":
    """Who can open the backup: the holder of the private key where a public key lies here, and whoever knows the passphrase."""
    from django.conf import settings

    from jubao.operations.keeping.locks import PUBLIC_KEY, Passphrase, recipient_of

    recipient = recipient_of(Path(settings.JUBAO_HOME) / "keys" / PUBLIC_KEY)
    found: list[Lock] = [recipient] if recipient else []
    if not found or is_given():
        found.append(Passphrase(passphrase("备份口令", twice=True)))
    return found


@command(ANYBODY, books=False)
def restore(
    file: Annotated[Path, OLD_FILE],
    replace: Annotated[str, REPLACE] = "",
    private: Annotated[Path | None, PRIVATE] = None,
    look: Annotated[bool, LOOK] = False,
) -> None:
    """Take a backup back; refused unless every hash and the audit chain hold."""
    from jubao.operations.keeping.restoring import restore as take_back

    if look:
        _look(file.absolute(), _opener(private))
        return
    manifest = take_back(file.absolute(), _opener(private), at=datetime.now(UTC), leave=replace)
    print(f"已恢复 {sum(manifest['rows'].values()):,} 行，备份的审计链头 {_head(manifest)['id']}")
    if manifest["aside"]:
        print(f"原有账簿移至 {manifest['aside']}。")
    if manifest["lost_events"]:
        print(f"库外留存的链头比备份晚 {manifest['lost_events']} 个事件，这些业务须逐项核对。")
    if without := _keys_left_out():
        print(f"本机还没有 {without}：请从另行保管处放回 keys 目录，否则无人能登录或认不出应当回避的人。")
    print("请运行 jubao verify 核对全部不变量，再运行 jubao restored 查看须核对的内容；核对办结以前不办理付款。")


def _keys_left_out() -> str:
    """What lies in no backup without keys, and is needed before anybody can work: named where it is not here."""
    from django.conf import settings

    from jubao.operations.envelope.hands import trial_secret

    keys = Path(settings.JUBAO_HOME) / "keys"
    missing = [] if (keys / "recusal.key").exists() else ["recusal.key（回避密钥）"]
    if trial_secret() is None and not (keys / "staff").exists():
        missing.append("staff 目录（各人的签名密钥）")
    return "、".join(missing)


def _opener(private: Path | None) -> "Opener":
    from jubao.operations.keeping.locks import Opener, read_private

    if private is not None:
        return Opener(private=read_private(private, passphrase("备份私钥的口令")))
    return Opener(passphrase=passphrase("备份口令"))


def _look(file: Path, opener: "Opener") -> None:
    from jubao.operations.keeping.opened_backup import opened_backup
    from jubao.reports.streaming import sha256_of

    with opened_backup(file, opener) as opened:
        manifest = opened.manifest
    print(f"备份文件哈希 {sha256_of(file)}")
    print(f"链头 第 {_head(manifest)['id']} 号 {_head(manifest)['mac']}")
    print(f"共 {sum(manifest['rows'].values()):,} 行、{len(manifest['parts'])} 个部分")


def _head(manifest: dict[str, Any]) -> dict[str, Any]:
    return manifest["head"] or {"id": 0, "mac": "0" * 64}

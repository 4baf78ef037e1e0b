"""``jubao key`` and ``trial``: a person makes their own signing key; an office on trial plays all of its people."""

from typing import Annotated

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

STAFF = typer.Argument(help="工号 / staff code")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    keys = typer.Typer(no_args_is_help=True, help="签名密钥 / signing keys.")
    keys.command("new", help="本人建立签名密钥 / make your own signing key.")(new)
    keys.command("passphrase", help="本人更换口令 / change your passphrase.")(passphrase)
    keys.command("show", help="各人的签名公钥 / everybody's public key.")(show)
    app.add_typer(keys, name="key")
    app.command("trial", help="在空机构目录开启试用 / begin a trial in an empty directory.")(trial)


@command(ANYBODY)
def new(staff: Annotated[str, STAFF]) -> None:
    """Make a key behind a passphrase, and the secret of the authenticator; the passphrase is asked for twice."""
    from jubao.cli.login import asked
    from jubao.operations.envelope.fault import Refused
    from jubao.operations.envelope.hands import key_in_force
    from jubao.operations.identity import key_files
    from jubao.operations.identity.one_time_codes import address_for_authenticator
    from jubao.operations.identity.passphrases import require_good
    from jubao.operations.identity.registering import fingerprint

    earlier = key_files.read(staff)
    if earlier is not None and key_in_force(staff) == earlier.public:
        raise Refused(f"{staff} 的签名密钥在用，不能另建；遗失或要更换的，先由他人办理密钥停用（key.revoke）")
    phrase = asked("口令", twice=True)
    require_good(phrase, staff=staff)
    secrets = key_files.new_secrets()
    key_files.write(key_files.sealed(staff, secrets, phrase))
    print(f"已为 {staff} 建立签名密钥。公钥：")
    print(secrets.public)
    print(f"与他人核对时念前十六位：{fingerprint(secrets.public)}")
    print("请把下面一行录入验证器（只显示这一次）：")
    print(address_for_authenticator(secrets.codes, staff))


@command(ANYBODY)
def passphrase(staff: Annotated[str, STAFF]) -> None:
    """Seal the same key under another passphrase."""
    from jubao.cli.login import asked
    from jubao.operations.envelope.hands import NotProven
    from jubao.operations.identity import key_files
    from jubao.operations.identity.passphrases import require_good

    file = key_files.read(staff)
    try:
        secrets = file.open(asked("现在的口令")) if file else None
    except key_files.WrongPassphrase:
        secrets = None
    if secrets is None:
        raise NotProven("口令未更换：没有这个工号的密钥，或口令不对")
    phrase = asked("新口令", twice=True)
    require_good(phrase, staff=staff)
    key_files.write(key_files.sealed(staff, secrets, phrase))
    print(f"{staff} 的口令已更换，密钥不变。")


@command(ANYBODY)
def show() -> None:
    """List the registered public keys, with whom they belong to and since which event."""
    from jubao.operations.identity.registering import fingerprint
    from jubao.records.models import SigningKey

    for key in SigningKey.objects.select_related("staff", "end").order_by("staff__code", "pk"):
        ended = f"，{key.end.get_reason_display()}停用" if hasattr(key, "end") else ""
        print(f"{key.staff.code} {key.staff.name}：{fingerprint(key.public)}（第 {key.act_id} 号事件登记{ended}）")
        print(f"  {key.public}")


@command(ANYBODY)
def trial() -> None:
    """Let one person play all the people of an office that is not founded yet, with ``--by``."""
    from jubao.operations.identity.trial import begin_trial

    made = begin_trial()
    print("试用已开启：" if made else "本来就是试用：", end="")
    print("建账时未登记公钥的人员由程序代签，--by 可写任何工号。试用的账不能转为正式的账。")

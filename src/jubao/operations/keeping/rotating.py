"""A new audit key (更换审计密钥): made beside the old one, taken into use by an act, vouched for by the key before it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from django.conf import settings
from pydantic import StringConstraints

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Given, Paper, Unit, act, approve
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.fields import Domain, Evidence, Kind, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.keeping.folders import sync_directory
from jubao.records.keyring import CURRENT, FIRST, NEXT, KeyNotAtHand, forget, key_mark, key_of, voucher_for
from jubao.records.models import KeyRotation
from jubao.vocabulary.key_file import read_key, read_or_make_key

READ_ONLY = 0o400
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Domain(Kind.TEXT)]


class RotateKey(Arguments):
    """The mark of the key that was made, and why the old one is given up."""

    mark: Mark = ask("新密钥标记", "Mark of the new key", hint="jubao custody next-key 所示")
    reason: Evidence = ask("更换原因", "Reason", hint="如 保管人调离，交接单 2017-1", column=(KeyRotation, "reason"))


@act(
    "key.rotate_audit",
    title="更换审计密钥",
    asks=RotateKey,
    maker=Post.AUDIT,
    chain=[approve(Post.DIRECTOR), approve(Post.PERMISSION)],
    about=About.OFFICE,
    undone_by="key.rotate_audit",
    gives=[Given("number", "密钥号", "number of the key", Unit.ROWS)],
    most_cases=ONE,
    papers=[Paper("密钥更换的书面说明")],
    second_factor=True,
)
class Rotation:
    """Seal with a new key from this event on; what the old keys sealed stays theirs.

    Source: GB/T 22239-2019 8.1.4.3（审计记录保护）；GB/T 39786-2021（密钥管理）.
    """

    def check(self, cases: Sequence[RotateKey], view: View) -> Faults:
        """The key that was made lies here, was never used, and the key that vouches for it is at hand."""
        faults = Faults()
        file = _folder() / NEXT
        made = key_mark(read_key(file)) if file.exists() else ""
        for number, case in enumerate(cases, start=1):
            if case.mark != made:
                faults.add(
                    number,
                    "mark",
                    f"keys/{NEXT} 不是标记所指的密钥",
                    next_step="请先运行 jubao custody next-key，照抄所示标记",
                )
            if KeyRotation.objects.filter(mark_after=case.mark).exists() or case.mark == _current(view)[1]:
                faults.add(
                    number, "mark", "这把密钥已经用过", next_step=f"请移走 keys/{NEXT}，再运行 jubao custody next-key"
                )
        return faults

    def plan(self, cases: Sequence[RotateKey], view: View) -> Changes:
        """The new key by its mark, with the word of the old one."""
        changes = Changes(view)
        [case] = cases
        number, before = _current(view)
        try:
            voucher = voucher_for(number + 1, case.mark, by=key_of(number))
        except KeyNotAtHand as missing:
            raise Refused(str(missing)) from missing
        changes.notice("办结后请立即将新密钥另行保管，并重新打印恢复单（jubao custody sheet）；旧恢复单只能还原旧密钥")
        changes.add(
            KeyRotation(
                number=number + 1, mark_before=before, mark_after=case.mark, voucher=voucher, reason=case.reason
            )
        )
        return changes.giving(number=number + 1)


def _current(view: View) -> tuple[int, str]:
    """Number and mark of the key that seals now."""
    return view.once("current key", _read_current)


def _read_current() -> tuple[int, str]:
    last = KeyRotation.objects.order_by("-number").first()
    return (last.number, last.mark_after) if last else (FIRST, key_mark(key_of(FIRST)))


def _folder() -> Path:
    return Path(settings.JUBAO_HOME) / "keys"


# ── The files ──


def make_next() -> str:
    """Make the key that shall be next, unless it was made already; gives its mark.

    Raises:
        CannotReadKey: what lies there is no key.
    """
    return key_mark(read_or_make_key(_folder() / NEXT))


def settle_keys() -> str:
    """Give the files the names their keys have earned by an act; killed at any point, the next opening goes on.

    The key that is given up stays, read only, under its number. Keys are found by their marks meanwhile, so nothing waits
    for this. Gives a sentence to be told, or nothing.
    """
    made, current = _folder() / NEXT, _folder() / CURRENT
    if not made.exists() or not current.exists():
        return ""
    last = KeyRotation.objects.order_by("-number").first()
    if last is None or last.mark_after != key_mark(read_key(made)):
        return ""
    kept = _folder() / f"audit.{last.number - 1}.key"
    if not kept.exists():
        kept.hardlink_to(current)
    kept.chmod(READ_ONLY)
    made.replace(current)
    sync_directory(_folder())
    forget()
    return f"第 {last.number} 把审计密钥已启用，前一把保存为 keys/{kept.name}（只读），用于核对以前的事件"

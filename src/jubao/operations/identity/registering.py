"""Registering the public half of somebody's signing key: given with the case, or made by the person on this machine."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.identity.key_files import public_half
from jubao.records.models import SigningKey, SigningKeyEnd, Staff


def check_key(staff: str, stated: str, faults: Faults, *, case: int, field: str) -> None:
    """A person brings a key that nobody had before; what is stated agrees with what they made here."""
    made = public_half(staff)
    if not (stated or made):
        rule = f"{staff} 还没有签名密钥"
        faults.add(case, field, rule, next_step=f"请本人先运行 jubao key new {staff}", place=staff)
        return
    if stated and made and stated != made:
        rule = f"{staff} 的签名公钥与本人在本机建立的不同"
        faults.add(case, field, rule, next_step="请本人核对公钥（jubao key show）", place=staff)
    if stated and not _is_point(stated):
        faults.add(case, field, f"{staff} 的签名公钥不是有效的公钥", next_step="请本人核对公钥", place=staff)
    if SigningKey.objects.filter(public=stated or made).exists():
        rule = f"{staff} 的签名公钥已登记过"
        faults.add(case, field, rule, next_step="请本人另建一把（jubao key new）", place=staff)


def plan_key(person: Staff, stated: str, changes: Changes) -> None:
    """Plan the key's registration; the approver reads its first signs in a notice."""
    public = stated or public_half(person.code)
    assert public, "checked before"
    changes.add(SigningKey(staff=person, algorithm=SigningKey.Algorithm.ED25519, public=public))
    changes.notice(f"登记 {person.code} {person.name} 的签名公钥 {fingerprint(public)}，请与本人核对")


def keys_in_force(view: View) -> dict[str, SigningKey]:
    """The key each person signs with now, by staff code."""

    def read() -> dict[str, SigningKey]:
        standing = SigningKey.objects.filter(end__isnull=True).select_related("staff").order_by("pk")
        return {key.staff.code: key for key in standing}

    return view.once("keys in force", read)


def end_key(staff: str, reason: str, told: str, changes: Changes) -> None:
    """Plan the end of a person's key, where they have one in force."""
    key = keys_in_force(changes.view).get(staff)
    if key is not None:
        changes.add(SigningKeyEnd(key=key, reason=str(reason), told=told))


def fingerprint(public: str) -> str:
    """The first signs of a public key in groups, as people read them to each other."""
    return " ".join(public[start : start + 4] for start in range(0, 16, 4))


def _is_point(stated: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(stated))
    except ValueError:
        return False
    return True

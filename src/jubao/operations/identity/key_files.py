"""A signing key behind its owner's passphrase: made by the person, kept in the office's directory, opened by nobody else.

The file says which schemes made it, so that others may follow. What it seals is the secret half of the key and the
secret of the one-time codes; whoever reads the file, or backs it up, learns neither.
"""

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.conf import settings

from jubao.exchange.atomic import write_atomically
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import trial_hand, trial_secret
from jubao.records.models import SigningKey, Staff
from jubao.records.sealing import canonical
from jubao.vocabulary.passphrase import one_writing

FORMAT = 1
SEED, CODE_SECRET, SALT, NONCE, TAG = 32, 20, 16, 12, 16
DERIVATION = {"name": "ARGON2ID", "memory_kib": 64 * 1024, "iterations": 3, "lanes": 4}
CIPHER = "AES-256-GCM"
MOST_MEMORY_KIB, MOST_ITERATIONS, MOST_LANES = 1024 * 1024, 64, 64
LEAST_MEMORY_KIB_A_LANE = 8  # RFC 9106, part 3.1
LARGEST = 16 * 1024


class WrongPassphrase(Exception):
    """The passphrase does not open the key."""


@dataclass(frozen=True)
class Secrets:
    """What a passphrase opens: the secret half of the signing key, and the secret of the one-time codes."""

    seed: bytes = field(repr=False)
    codes: bytes = field(repr=False)

    @property
    def key(self) -> Ed25519PrivateKey:
        """The key that signs."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> str:
        """Its public half, as hex."""
        return self.key.public_key().public_bytes_raw().hex()


@dataclass(frozen=True)
class KeyFile:
    """A key as it lies in its file: whose it is, its public half, and what only the passphrase opens."""

    told: dict[str, Any]

    @property
    def staff(self) -> str:
        """The staff code."""
        return str(self.told["staff"])

    @property
    def public(self) -> str:
        """The public half, as hex."""
        return str(self.told["public"])

    def open(self, passphrase: str) -> Secrets:
        """Open it.

        Raises:
            WrongPassphrase: it does not open, or the file was changed.
        """
        key = _derived(passphrase, self.told["derivation"])
        try:
            sealed = AESGCM(key).decrypt(
                bytes.fromhex(self.told["nonce"]), bytes.fromhex(self.told["sealed"]), _bound(self.told)
            )
        except InvalidTag:
            raise WrongPassphrase from None
        secrets = Secrets(sealed[:SEED], sealed[SEED:])
        if secrets.public != self.public:
            raise WrongPassphrase
        return secrets


def new_secrets() -> Secrets:
    """A new key and a new secret of one-time codes."""
    return Secrets(os.urandom(SEED), os.urandom(CODE_SECRET))


def described(staff: str, public: str) -> dict[str, Any]:
    """What a new key file says in clear: whose it is, its public half, and the schemes."""
    return {
        "format": FORMAT,
        "staff": staff,
        "algorithm": str(SigningKey.Algorithm.ED25519),
        "public": public,
        "derivation": DERIVATION | {"salt": os.urandom(SALT).hex()},
        "cipher": CIPHER,
    }


def sealed(staff: str, secrets: Secrets, passphrase: str) -> KeyFile:
    """Seal secrets under a passphrase."""
    told = described(staff, secrets.public)
    nonce = os.urandom(NONCE)
    content = AESGCM(_derived(passphrase, told["derivation"])).encrypt(
        nonce, secrets.seed + secrets.codes, _bound(told)
    )
    return KeyFile(told | {"nonce": nonce.hex(), "sealed": content.hex()})


def place_of(staff: str) -> Path:
    """Where the key of a staff code lies.

    Raises:
        Refused: the code cannot be the name of a file.
    """
    longest = Staff._meta.get_field("code").max_length or 0
    if not 0 < len(staff) <= longest or not all(sign.isalnum() or sign in "-_" for sign in staff):
        raise Refused(f"工号 {staff[:longest]} 只能由文字、数字、- 和 _ 组成，最长 {longest} 个字符")
    return Path(settings.JUBAO_HOME) / "keys" / "staff" / f"{staff}.json"


def write(file: KeyFile) -> Path:
    """Put a key in its place, readable by its owner alone; one that lies there already is kept aside under its own mark."""
    path = place_of(file.staff)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    earlier = read(file.staff)
    if earlier is not None and earlier.public != file.public:
        path.replace(path.with_name(f"{file.staff}.{earlier.public[:16]}.json"))
    write_atomically(path, json.dumps(file.told, ensure_ascii=False, indent=1).encode())
    return path


def read(staff: str) -> KeyFile | None:
    """The key of a staff code; None where there is none.

    Raises:
        Refused: the file is there and is no key of this person.
    """
    path = place_of(staff)
    try:
        content = _content(path)
    except FileNotFoundError:
        return None
    try:
        file = KeyFile(json.loads(content))
        _require_known(file.told)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(f"密钥文件 {path.name} 已损坏，请从另行保管处恢复，或由他人办理密钥停用后重新登记") from None
    if file.staff != staff:
        raise Refused(f"密钥文件 {path.name} 是 {file.staff} 的，不是 {staff} 的")
    return file


def public_half(staff: str) -> str | None:
    """The public half of the key that a person made here, or that an office on trial makes for them; None where neither is."""
    file = read(staff)
    if file is not None:
        return file.public
    secret = trial_secret()
    return trial_hand(staff, secret).public if secret is not None else None


def _content(path: Path) -> bytes:
    """What a key file holds, as far as one may be long; a link, pipe or device laid in its place is no content."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return file.read(LARGEST + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else b""


def _require_known(told: dict[str, Any]) -> None:
    """Raise ValueError where the file asks for a scheme nobody knows, or for more work than a machine has."""
    derivation = told["derivation"]
    memory, iterations, lanes = (_whole(derivation[name]) for name in ("memory_kib", "iterations", "lanes"))
    fits = (
        told["format"] == FORMAT
        and told["algorithm"] == SigningKey.Algorithm.ED25519
        and told["cipher"] == CIPHER
        and derivation.keys() == {*DERIVATION, "salt"}
        and derivation["name"] == DERIVATION["name"]
        and 0 < lanes <= MOST_LANES
        and LEAST_MEMORY_KIB_A_LANE * lanes <= memory <= MOST_MEMORY_KIB
        and 0 < iterations <= MOST_ITERATIONS
        and _length(derivation["salt"]) == SALT
        and _length(told["nonce"]) == NONCE
        and _length(told["public"]) == SEED
        and _length(told["sealed"]) > 0
    )
    if not fits:
        raise ValueError


def _whole(value: Any) -> int:
    if type(value) is not int:  # neither 1.5 nor true, which compare as numbers
        raise TypeError
    return value


def _length(told: str) -> int:
    return len(bytes.fromhex(told))


def _derived(passphrase: str, derivation: dict[str, Any]) -> bytes:
    return Argon2id(
        salt=bytes.fromhex(derivation["salt"]),
        length=32,
        iterations=derivation["iterations"],
        lanes=derivation["lanes"],
        memory_cost=derivation["memory_kib"],
    ).derive(one_writing(passphrase).encode())


def _bound(told: dict[str, Any]) -> bytes:
    """What the seal is bound to: everything the file says in clear."""
    return canonical(
        {name: told[name] for name in ("format", "staff", "algorithm", "public", "derivation", "cipher")}
    ).encode()

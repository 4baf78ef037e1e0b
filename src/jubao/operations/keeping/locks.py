"""Who can open a backup: its data key, wrapped by a passphrase or for the holder of a private key, in a header in clear.

The header names every algorithm, so that others may follow; it is vouched for by each chunk behind it.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.sealed_file import CHUNK, CIPHER, KEY_BYTES
from jubao.vocabulary.passphrase import one_writing

MAGIC: Final = b"JUBAO BACKUP\n"
LENGTH_BYTES: Final = 4
LONGEST_HEADER: Final = 1 << 16
FORMAT: Final = 1
PASSPHRASE, RECIPIENT = "Argon2id", "X25519-HKDF-SHA256"
ROUNDS, LANES, MEMORY_KIB = 3, 4, 1 << 16  # RFC 9106, the second recommended choice
MOST_ROUNDS, MOST_LANES, MOST_MEMORY_KIB = 64, 64, 1 << 21
SHORTEST_PASSPHRASE: Final = 12
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
PUBLIC_KEY: Final = "backup.pub"


class CannotOpen(Refused):
    """A backup cannot be opened with what was given."""


class Lock(Protocol):
    """One way to open a backup."""

    def wrap(self, data_key: bytes) -> dict[str, Any]:
        """What the header says of it."""


@dataclass(frozen=True)
class Passphrase:
    """A passphrase that people keep."""

    words: str

    def __post_init__(self) -> None:
        """Refuse one that could be guessed."""
        if len(self.words) < SHORTEST_PASSPHRASE:
            raise CannotOpen(f"备份口令不足 {SHORTEST_PASSPHRASE} 个字符，请换用更长的口令，另行保管")

    def wrap(self, data_key: bytes) -> dict[str, Any]:
        """The data key under a key stretched from the passphrase."""
        told = {
            "way": PASSPHRASE,
            "salt": os.urandom(SALT_BYTES).hex(),
            "rounds": ROUNDS,
            "lanes": LANES,
            "memory_kib": MEMORY_KIB,
        }
        return told | _wrapped(_stretched(self.words, told), data_key)


@dataclass(frozen=True)
class Recipient:
    """The holder of a private key that is kept away from the machine; only its public half lies here."""

    public: X25519PublicKey

    def wrap(self, data_key: bytes) -> dict[str, Any]:
        """The data key under a key agreed with a key pair made for this backup alone."""
        own = X25519PrivateKey.generate()
        ours, theirs = own.public_key().public_bytes_raw(), self.public.public_bytes_raw()
        told = {"way": RECIPIENT, "sender": ours.hex(), "recipient": theirs.hex()}
        return told | _wrapped(_agreed(own.exchange(self.public), ours, theirs), data_key)


@dataclass(frozen=True)
class Opener:
    """What somebody holds to open a backup: any of them may be missing."""

    passphrase: str = ""
    private: X25519PrivateKey | None = None
    data_key: bytes = b""

    def data_key_of(self, header: dict[str, Any]) -> bytes:
        """The data key of a backup.

        Raises:
            CannotOpen: nothing at hand opens it.
        """
        if self.data_key:
            return self.data_key
        for told in header["locks"]:
            key = self._key_for(told)
            if key is not None and (opened := _unwrapped(key, told)) is not None:
                return opened
        ways = {told.get("way") for told in header["locks"]}
        wanted = "、".join(name for way, name in ((PASSPHRASE, "备份口令"), (RECIPIENT, "备份私钥")) if way in ways)
        raise CannotOpen(f"打不开备份：请给出正确的{wanted or '钥匙'}")

    def _key_for(self, told: dict[str, Any]) -> bytes | None:
        try:
            if told["way"] == PASSPHRASE and self.passphrase:
                return _stretched(self.passphrase, told)
            if told["way"] == RECIPIENT and self.private is not None:
                sender, own = bytes.fromhex(told["sender"]), self.private.public_key().public_bytes_raw()
                if own.hex() == told["recipient"]:
                    return _agreed(self.private.exchange(X25519PublicKey.from_public_bytes(sender)), sender, own)
        except (KeyError, TypeError, ValueError) as error:
            raise CannotOpen("备份文件的开头已损坏，请换用另一份备份") from error
        return None


def _stretched(words: str, told: dict[str, Any]) -> bytes:
    """The key of a passphrase; costs that would stall the machine are refused."""
    rounds, lanes, memory = int(told["rounds"]), int(told["lanes"]), int(told["memory_kib"])
    if not (0 < rounds <= MOST_ROUNDS and 0 < lanes <= MOST_LANES and 8 * lanes <= memory <= MOST_MEMORY_KIB):
        raise ValueError("costs out of bounds")
    salt = bytes.fromhex(told["salt"])
    return Argon2id(salt=salt, length=KEY_BYTES, iterations=rounds, lanes=lanes, memory_cost=memory).derive(
        one_writing(words).encode()
    )


def _agreed(shared: bytes, sender: bytes, recipient: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=sender + recipient, info=MAGIC).derive(shared)


def _wrapped(key: bytes, data_key: bytes) -> dict[str, Any]:
    nonce = os.urandom(NONCE_BYTES)
    return {"nonce": nonce.hex(), "wrapped": AESGCM(key).encrypt(nonce, data_key, MAGIC).hex()}


def _unwrapped(key: bytes, told: dict[str, Any]) -> bytes | None:
    try:
        return AESGCM(key).decrypt(bytes.fromhex(told["nonce"]), bytes.fromhex(told["wrapped"]), MAGIC)
    except (InvalidTag, KeyError, TypeError, ValueError):
        return None


# ── The header ──


def header_of(data_key: bytes, locks: Sequence[Lock]) -> bytes:
    """What stands before the chunks, in clear: format, algorithms, and the data key under every lock."""
    assert locks, "a backup that nobody can open is none"
    told = {"format": FORMAT, "cipher": CIPHER, "chunk": CHUNK, "locks": [lock.wrap(data_key) for lock in locks]}
    text = json.dumps(told, sort_keys=True).encode()
    return MAGIC + len(text).to_bytes(LENGTH_BYTES, "big") + text


def read_header(file: IO[bytes], name: str) -> tuple[bytes, dict[str, Any]]:
    """The header of a backup, as bytes and as what it says.

    Raises:
        CannotOpen: the file is no backup, or of a format, cipher or size this program does not know.
    """
    start = file.read(len(MAGIC) + LENGTH_BYTES)
    length = int.from_bytes(start[len(MAGIC) :], "big")
    if not start.startswith(MAGIC) or length > LONGEST_HEADER:
        raise CannotOpen(f"{name} 不是本系统的备份文件")
    text = file.read(length)
    try:
        told = json.loads(text)
        known = (told["format"], told["cipher"], told["chunk"]) == (FORMAT, CIPHER, CHUNK)
        whole = isinstance(told["locks"], list) and all(isinstance(lock, dict) for lock in told["locks"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CannotOpen(f"备份文件 {name} 的开头已损坏，请换用另一份备份") from error
    if not (known and whole):
        raise CannotOpen(f"备份文件 {name} 的加密方式是本程序不认识的，请用写成它的那个版本恢复")
    return start + text, told


# ── The key pair of a recipient ──


def make_pair(private_file: Path, public_file: Path, passphrase: str) -> None:
    """Make a key pair: the private half, under a passphrase, for a safe place; the public half for ``keys/backup.pub``.

    Raises:
        CannotOpen: one of the files exists, or the passphrase is too short.
    """
    words = Passphrase(passphrase).words
    if there := [path.name for path in (private_file, public_file) if path.exists()]:
        raise CannotOpen(f"文件 {'、'.join(there)} 已存在，钥匙不覆盖，请先另行保管")
    private = X25519PrivateKey.generate()
    secret = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(one_writing(words).encode())
    )
    handle = os.open(private_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(secret)
        out.flush()
        os.fsync(out.fileno())
    public_file.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def read_private(file: Path, passphrase: str) -> X25519PrivateKey:
    """The private half. Raises CannotOpen: another passphrase, or no such key."""
    try:
        key = load_pem_private_key(file.read_bytes(), one_writing(passphrase).encode())
    except (ValueError, TypeError) as error:
        raise CannotOpen(f"备份私钥 {file.name} 打不开：口令不对，或文件已损坏") from error
    if not isinstance(key, X25519PrivateKey):
        raise CannotOpen(f"{file.name} 不是备份私钥")
    return key


def recipient_of(file: Path) -> Recipient | None:
    """Whoever the office's backups are for; None where no public key lies.

    Raises:
        CannotOpen: what lies there is no such key.
    """
    if not file.exists():
        return None
    try:
        key = load_pem_public_key(file.read_bytes())
    except ValueError as error:
        raise CannotOpen(f"备份公钥 {file.name} 无法读取，请核对文件") from error
    if not isinstance(key, X25519PublicKey):
        raise CannotOpen(f"{file.name} 不是备份公钥")
    return Recipient(key)

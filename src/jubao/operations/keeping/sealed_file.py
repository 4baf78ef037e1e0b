"""Files that nobody reads or changes without their key: AES-256-GCM chunk by chunk, read at any place.

Each chunk is sealed with its number and whether it is the last one, under a nonce of its own, and with the digest of
what stands before the chunks; so chunks cannot be changed, left out, put elsewhere, cut off or added to. A key is used
for one file only.
"""

import hashlib
import io
import os
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CIPHER: Final = "AES-256-GCM"
KEY_BYTES: Final = 32
CHUNK: Final = 1 << 20
TAG: Final = 16
COUNTER_BYTES: Final = 11
MOST_CHUNKS: Final = 1 << 32


class NotSealed(OSError):
    """A sealed file was cut short, changed, or sealed with another key."""


def new_key() -> bytes:
    """A key for one file."""
    return AESGCM.generate_key(KEY_BYTES * 8)


class SealedWriter(io.RawIOBase):
    """Seal what is written, and put it into another file; ``close`` seals the last chunk and leaves that file open."""

    def __init__(self, into: IO[bytes], key: bytes, before: bytes = b"") -> None:
        """Begin where ``into`` stands; ``before`` is what stands there in clear and is vouched for."""
        super().__init__()
        self._into, self._cipher, self._before = into, AESGCM(key), hashlib.sha256(before).digest()
        self._waiting, self._number = bytearray(), 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self._number * CHUNK + len(self._waiting)

    def write(self, data: Any) -> int:
        """Take bytes; a full chunk is sealed as soon as more follows, because only then it is not the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal what is left as the last chunk."""
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
        super().close()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        assert self._number < MOST_CHUNKS, "a nonce is never used twice"
        self._into.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, self._before))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Read a sealed file from any place.

    Raises:
        NotSealed: at once, when the end is not the end that was sealed; else when a chunk is read that is not as it was.
    """

    def __init__(self, source: IO[bytes], key: bytes, before: bytes = b"", *, start: int = 0) -> None:
        """Read the chunks of ``source`` from byte ``start`` on."""
        super().__init__()
        self._source, self._cipher, self._before = source, AESGCM(key), hashlib.sha256(before).digest()
        self._start, self._at, self._kept = start, 0, (-1, b"")
        body = source.seek(0, os.SEEK_END) - start
        self._chunks = -(-body // (CHUNK + TAG))
        self.size = body - self._chunks * TAG
        if body < TAG or self._chunks > MOST_CHUNKS:
            raise NotSealed("文件不完整")
        self._chunk(self._chunks - 1)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, into: Any) -> int:
        """Fill as much as the chunk at this place gives."""
        if self._at >= self.size:
            return 0
        number, place = divmod(self._at, CHUNK)
        part = self._chunk(number)[place : place + len(into)]
        into[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _chunk(self, number: int) -> bytes:
        """One chunk, opened; the one opened last is remembered."""
        if self._kept[0] != number:
            self._source.seek(self._start + number * (CHUNK + TAG))
            sealed = self._source.read(CHUNK + TAG)
            try:
                opened = self._cipher.decrypt(_nonce(number, last=number == self._chunks - 1), sealed, self._before)
            except (InvalidTag, ValueError) as error:
                raise NotSealed(f"第 {number + 1} 段被改动、截短，或不是用这把钥匙封存的") from error
            self._kept = number, opened
        return self._kept[1]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(COUNTER_BYTES, "big") + bytes([last])

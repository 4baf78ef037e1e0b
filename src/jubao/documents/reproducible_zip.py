"""Seal files so that the same input gives the same bytes, and put them in place whole or not at all."""

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)
UNIX = 3
READABLE = 0o644 << 16


def pack(members: Iterable[tuple[str, bytes]], *, compress: bool) -> bytes:
    """Zip members in the given order without clock, owner or machine in the bytes.

    Args:
        members: (name inside the package, content).
        compress: stored members hash the same whichever zlib the machine has; compressed ones are smaller.
    """
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in members:
            member = zipfile.ZipInfo(name, date_time=EARLIEST)
            member.compress_type, member.create_system, member.external_attr = method, UNIX, READABLE
            package.writestr(member, content)
    return buffer.getvalue()


def repack(package: bytes, *, compress: bool) -> bytes:
    """Pack an Office file again with fixed times; contents and order stay."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return pack([(name, archive.read(name)) for name in archive.namelist()], compress=compress)


def put_in_place(path: Path, content: bytes) -> str:
    """Write a file beside its place and move it there in one step; return the SHA-256 of its bytes (hex)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).chmod(0o640)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return hashlib.sha256(content).hexdigest()

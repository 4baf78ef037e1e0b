"""Writing a file whole or not at all: temporary file, fsync, rename, fsync of the directory."""

import hashlib
import os
import tempfile
from pathlib import Path


def write_atomically(path: Path | str, content: bytes) -> str:
    """Put bytes into a file so that readers see the old file or the whole new one, never a part.

    Args:
        path: where the file shall stand; its directory must exist.
        content: all bytes.

    Returns:
        The SHA-256 of the content, in hex.

    Raises:
        OSError: disk full or no right to write; then nothing changed and no temporary file is left.
    """
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_directory(target.parent)
    return hashlib.sha256(content).hexdigest()


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

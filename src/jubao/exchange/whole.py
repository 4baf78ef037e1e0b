"""Reading a file whole: its size is looked at before a byte of it is in memory."""

from pathlib import Path

from jubao.exchange.fault import Fault, FileRefused

MOST_BYTES = 512 << 20
"""A file of a million lines is smaller; registers that are larger are streamed."""


def read_whole(
    path: Path | str, *, filename: str, most: int = MOST_BYTES, instead: str = "请核对文件，或分成几份报送"
) -> bytes:
    """All bytes of a file.

    Args:
        path: the file.
        filename: shown in the refusal.
        most: bytes it may hold.
        instead: what to do with a larger one.
    Raises:
        FileRefused: it is larger, or grows while it is read.
    """
    with Path(path).open("rb") as file:
        size = Path(path).stat().st_size
        content = file.read(most + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise FileRefused([Fault(filename, None, "", "", f"文件超过{most >> 20}MB", instead)])
    return content

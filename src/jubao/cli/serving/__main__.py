"""One request in a process of its own, as the service's user: files in, the command, files and session out.

``python -P -m jubao.cli.serving FOLDER CONNECTION REQUEST FILE…`` with descriptors for all but the folder; nobody types it.
"""

import fcntl
import json
import os
import signal
import socket
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from jubao.cli import main
from jubao.cli.acting import Carried, carry
from jubao.cli.serving.messages import Request, request_of, send
from jubao.cli.serving.named_files import LooksLikeOption, NamedFile, NotPlain, harmless_names, named_files, with_names
from jubao.cli.setup import DONE, INTERRUPTED, WRONG_USAGE, confine_to, speak_chinese

LARGEST = 2 << 30
"""Bytes of all files of one request; a register of some ten million lines is smaller."""
STEP = 1 << 20


def run(folder: Path, connection: socket.socket, request: Request, files: Sequence[int]) -> int:
    """Carry out a request in its folder, and hand back what it wrote.

    Returns:
        The command's exit code.
    """
    os.chdir(folder)
    confine_to(folder)
    try:
        named = named_files(request.words)
        words = request.words
    except NotPlain as unclear:
        named, words = [], request.words[: unclear.kept]
    except LooksLikeOption:
        _wrong("文件名以 - 开头，请写成 ./-…")
    names = harmless_names(named)
    _take_in(dict(zip(request.files, files, strict=True)), named, names)
    carried = carry(request.token)
    sys.argv = ["jubao", *with_names(words, named, names)]
    code = DONE
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:  # it came before the command began
        sys.stderr.write("已中断。\n")
        code = INTERRUPTED
    _hand_back(connection, carried, request.token, named, names)
    return code


def _take_in(files: dict[int, int], named: Sequence[NamedFile], names: dict[int, str]) -> None:
    """Copy the caller's open files into the folder: regular ones that the command reads, together not too large."""
    reads = {one.place for one in named if one.read}
    about = {place: os.fstat(descriptor) for place, descriptor in files.items()}
    for place, descriptor in files.items():
        readable = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_WRONLY
        if place not in reads or not stat.S_ISREG(about[place].st_mode) or not readable:
            _wrong("随附的不是可读的普通文件，请先存成文件再给出")
    left = LARGEST
    if sum(one.st_size for one in about.values()) > left:
        _too_large()
    for place, descriptor in files.items():
        with Path(names[place]).open("xb") as copy:
            while part := os.pread(descriptor, STEP, copy.tell()):
                left -= len(part)
                if left < 0:
                    _too_large()
                copy.write(part)
        os.close(descriptor)


def _hand_back(
    connection: socket.socket, carried: Carried, token: str | None, named: Sequence[NamedFile], names: dict[int, str]
) -> None:
    """Send the caller the session as it now stands and every file the command wrote, each as a descriptor to read."""
    if carried.token != token:
        send(connection, {"token": carried.token})
    for one in named:
        if not one.read:
            for path in _written(Path(names[one.place])):
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
                send(connection, {"place": one.place, "within": path.parts[1:]}, [descriptor])
                os.close(descriptor)


def _written(path: Path) -> Iterator[Path]:
    """A file, or all files of a folder."""
    if path.is_dir():
        yield from (one for one in sorted(path.rglob("*")) if one.is_file())
    elif path.is_file():
        yield path


def _too_large() -> NoReturn:
    _wrong(f"文件合计超过 {LARGEST >> 30} GB，请分次办理")


def _wrong(sentence: str) -> NoReturn:
    sys.stderr.write(f"用法不对：{sentence}\n")
    raise SystemExit(WRONG_USAGE)


def _from_service() -> int:
    folder, connection, asked, *files = sys.argv[1:]
    speak_chinese()
    os.set_inheritable(int(connection), False)
    with os.fdopen(int(asked), "rb") as sealed:
        request = request_of(json.load(sealed))
    with socket.socket(fileno=int(connection)) as open_connection:
        return run(Path(folder), open_connection, request, [int(one) for one in files])


if __name__ == "__main__":
    sys.exit(_from_service())

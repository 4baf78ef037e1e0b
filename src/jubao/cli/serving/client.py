"""The caller's side: streams and files go as open descriptors, what comes back is written by whoever asked, as themselves."""

import contextlib
import os
import signal
import socket
import stat
import sys
import tempfile
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import NoReturn

from jubao.cli.acting import read_token, session_file, write_token
from jubao.cli.serving.messages import (
    ENVIRONMENT,
    HARMLESS,
    MOST_FILES,
    TOKEN,
    CannotRead,
    Request,
    close,
    receive,
    send,
)
from jubao.cli.serving.named_files import LooksLikeOption, NamedFile, NotPlain, named_files
from jubao.cli.serving.reaching import NOT_SERVED, not_served
from jubao.cli.setup import OUR_MISTAKE, REFUSED, WRONG_USAGE

IMPATIENT = 3
"""So many Ctrl-C end the waiting, too."""
STEP = 1 << 20


def ask(path: Path, words: Sequence[str]) -> int:
    """Let the service carry out a command.

    Args:
        path: its socket; ``words``: as typed.
    Returns:
        The exit code.
    """
    if words[0] in NOT_SERVED:
        sys.stderr.write(f"{not_served(words[0])}\n")
        return REFUSED
    with contextlib.ExitStack() as stack:
        try:
            named = named_files(words)
        except NotPlain:
            named = []
        except LooksLikeOption:
            _wrong("文件名以 - 开头，请写成 ./-…")
        wanted = {one.place: Path(one.text) for one in named if not one.read}
        for target in wanted.values():
            _require_writable(target)
        opened = {one.place: stack.enter_context(_open(one)) for one in named if one.read and os.path.lexists(one.text)}
        if len(opened) > MOST_FILES:
            _wrong(f"一次最多给出 {MOST_FILES} 个文件")
        session = session_file(str(path.resolve()))
        request = Request(tuple(words), tuple(opened), _token(session), _environment())
        connection = stack.enter_context(_connected(path))
        stack.enter_context(_terminal_as_before())
        try:
            with contextlib.suppress(BrokenPipeError):  # refused before it was read: the answer says why
                send(connection, request.told(), [*_streams(stack), *opened.values()])
            with _interrupts(connection):
                return _answered(connection, session, wanted)
        except (CannotRead, ConnectionError):
            sys.stderr.write("服务中断，不知是否办结：请稍后用 jubao pending、jubao show 查看，同一请求号可再提一次\n")
            return OUR_MISTAKE


def _answered(connection: socket.socket, session: Path, wanted: dict[int, Path]) -> int:
    """Take what comes back until the end: the session, files, the exit code."""
    failed = 0
    while (message := receive(connection, most=1)) is not None:
        told, descriptors = message
        try:
            if "end" in told:
                if told.get("said"):
                    sys.stderr.write(f"{told['said']}\n")
                return int(told["end"]) or failed
            if "token" in told:
                _keep(session, told["token"])
            elif descriptors:
                _write(descriptors[0], wanted, told)
        except OSError as error:
            sys.stderr.write(f"已办理，但写不到 {error.filename or '文件'}（{error.strerror}）\n")
            failed = REFUSED
        finally:
            close(descriptors)
    raise CannotRead("no end")


def _token(session: Path) -> str | None:
    """The caller's token; a file that holds none is as good as nothing."""
    from jubao.operations.envelope.fault import Refused

    try:
        token = read_token(session)
    except Refused as refused:
        _refuse(str(refused))
    return token if token and TOKEN.fullmatch(token) else None


def _keep(session: Path, token: str | None) -> None:
    if token is None:
        session.unlink(missing_ok=True)
    else:
        write_token(session, token)


# ── Files ──


@contextlib.contextmanager
def _open(named: NamedFile) -> Iterator[int]:
    """A file the caller may read, open; no device and no pipe, which may never end."""
    try:
        handle = os.open(named.text, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        _wrong(f"{named.text} 打不开（{'没有权限' if isinstance(error, PermissionError) else error.strerror}）")
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            _wrong(f"{named.text} 不是普通文件，请先存成文件再给出")
        yield handle
    finally:
        os.close(handle)


def _require_writable(target: Path) -> None:
    """What cannot be written is said before the office does anything."""
    if target.is_dir():
        if any(target.iterdir()):
            _wrong(f"目录 {target} 不是空的，请另给一个")
    elif target.exists() and not target.is_file():
        _wrong(f"{target} 不是普通文件")
    if not os.access(target if target.is_dir() else target.parent, os.W_OK | os.X_OK):
        _wrong(f"不能在 {target.parent} 中写文件，请核对目录和权限")


def _write(descriptor: int, wanted: dict[int, Path], told: dict[str, object]) -> None:
    """Put a file that came back where the caller asked for it, whole or not at all.

    Raises:
        CannotRead: it is none the caller asked for.
    """
    place, within = told.get("place"), told.get("within")
    plain = isinstance(within, list) and all(
        isinstance(part, str) and PurePath(part).name == part != ".." for part in within
    )
    if not isinstance(place, int) or place not in wanted or not plain:
        raise CannotRead("a file nobody asked for")
    assert isinstance(within, list)
    target = wanted[place].joinpath(*within)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".jubao.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            while part := os.pread(descriptor, STEP, file.tell()):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# ── The connection and the terminal ──


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except PermissionError:
            _refuse(f"您不在可以使用服务的用户组中（{path}），请管理员加入后重新登录本机")
        except OSError:
            _refuse(f"服务没有运行（{path}），请管理员启动：systemctl start jubao")
        yield connection


@contextlib.contextmanager
def _interrupts(connection: socket.socket) -> Iterator[None]:
    """Pass Ctrl-C on to the command; who presses it again and again leaves."""
    pressed = 0

    def tell(*_: object) -> None:
        nonlocal pressed
        pressed += 1
        if pressed > IMPATIENT:
            raise KeyboardInterrupt
        with contextlib.suppress(OSError):
            connection.send(b"!", socket.MSG_DONTWAIT)

    before = signal.signal(signal.SIGINT, tell)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _terminal_as_before() -> Iterator[None]:
    """A command that was killed while somebody typed a passphrase leaves the terminal silent; it speaks again."""
    try:
        before = termios.tcgetattr(0)
    except (termios.error, OSError):
        yield
        return
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def _streams(stack: contextlib.ExitStack) -> list[int]:
    """Standard input, output and error; where one is closed, nothing."""
    streams = []
    for number in range(3):
        try:
            os.fstat(number)
            streams.append(number)
        except OSError:
            streams.append(os.open(os.devnull, os.O_RDWR))
            stack.callback(os.close, streams[-1])
    return streams


def _environment() -> dict[str, str]:
    given = {name: os.environ.get(name) for name in ENVIRONMENT}
    return {name: text for name, text in given.items() if text is not None and HARMLESS.fullmatch(text)}


def _wrong(sentence: str) -> NoReturn:
    sys.stderr.write(f"用法不对：{sentence}\n")
    raise SystemExit(WRONG_USAGE)


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"未办理：{sentence}\n")
    raise SystemExit(REFUSED)

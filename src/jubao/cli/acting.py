"""Who acts at the command line: whoever logged in, by the session file of theirs; in an office on trial, whoever is named.

The session file holds the token of the session, is readable by its owner alone, and goes when the session ends. At the
service nothing of it lies anywhere: the token comes with the request and goes back with the answer.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

LONGEST_TOKEN = 400


@dataclass
class Carried:
    """The token that came with a request of the service, as it stands; its owner keeps it, in their own session file."""

    token: str | None


_carried: ContextVar[Carried | None] = ContextVar("carried", default=None)


def carry(token: str | None) -> Carried:
    """Let the commands of this process use the token of a request instead of any file."""
    carried = Carried(token)
    _carried.set(carried)
    return carried


def session_file(office: str) -> Path:
    """Where this person's session with an office lies: ``JUBAO_SESSION``, or a place of theirs that others cannot read.

    Args:
        office: what tells it from others: its directory, or the socket of its service.
    """
    if named := os.environ.get("JUBAO_SESSION"):
        return Path(named).expanduser()
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) if runtime else Path.home() / ".local" / "state"
    return folder / "jubao" / f"{hashlib.sha256(office.encode()).hexdigest()[:16]}.session"


def write_token(path: Path, token: str) -> None:
    """Put a session's token where only its owner reads it."""
    from jubao.exchange.atomic import write_atomically

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(path, token.encode("ascii"))


def read_token(path: Path) -> str | None:
    """The token in a session file; None where there is none.

    Raises:
        Refused: the file is another's, or others can read it.
    """
    from jubao.operations.envelope.fault import Refused

    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, encoding="ascii", errors="replace") as file:
        about = os.fstat(file.fileno())
        if about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077:
            raise Refused(f"会话文件 {path} 不是本人独有（应为本人所有、权限 600），不予使用，请重新登录")
        return file.read(LONGEST_TOKEN).strip()


def keep_token(token: str) -> None:
    """Keep the token of a session that has begun."""
    if (carried := _carried.get()) is not None:
        carried.token = token
    else:
        write_token(_file_here(), token)


def token_here() -> str | None:
    """The token of the session of whoever runs this command; None where there is none. Raises as ``read_token``."""
    carried = _carried.get()
    return carried.token if carried is not None else read_token(_file_here())


def forget_token() -> None:
    """Forget the token of a session that is over."""
    if (carried := _carried.get()) is not None:
        carried.token = None
    else:
        _file_here().unlink(missing_ok=True)


def _file_here() -> Path:
    from django.conf import settings

    return session_file(str(settings.JUBAO_HOME))


@contextmanager
def acting_as(by: str | None, *, at: datetime) -> Iterator[str]:
    """Let whoever logged in look and act; ``by`` names them again, or an invented person of an office on trial.

    Args:
        by: a staff code, or nothing for whoever logged in.
        at: instant, aware.
    Yields:
        the staff code.
    Raises:
        NotProven: nobody is logged in, or the session has ended.
    """
    from jubao.operations.envelope.hands import NotProven, acting, require_invented, trial_secret
    from jubao.operations.identity.sessions import SessionEnded, hand_of_session

    token = token_here()
    if token is None:
        if by is None and trial_secret() is not None:
            raise NotProven("请写明是谁（--by 工号）：本机构是试用，没有人登录")
        require_invented(by or "")
        yield by or ""
        return
    try:
        hand = hand_of_session(token, at=at, address=os.environ.get("JUBAO_PEER"))
    except SessionEnded:
        forget_token()
        raise
    if by is not None and by != hand.staff:
        raise NotProven(f"现在登录的是 {hand.staff}，不能以 {by} 的名义办理；请先 jubao logout")
    with acting(hand):
        yield hand.staff


@contextmanager
def proven_again(code: str | None, *, at: datetime) -> Iterator[None]:
    """Take another one-time code of whoever logged in, for an act that asks for a fresh one; nothing where none is given.

    Raises:
        NotProven: the code is wrong or was used, or there is no session.
    """
    from jubao.operations.envelope.hands import NotProven, acting
    from jubao.operations.identity.sessions import prove_again

    if code is None:
        yield
        return
    token = token_here()
    if token is None:
        raise NotProven("没有登录，不能用动态码；试用机构的人员没有动态码，请去掉 --code")
    with acting(prove_again(token, code, at=at)):
        yield


def address() -> str:
    """Where whoever runs this command comes from: the service's peer, another machine, or a user of this one."""
    peer = os.environ.get("JUBAO_PEER") or (os.environ.get("SSH_CONNECTION") or "").split(" ")[0]
    return peer or f"本机用户 {os.getuid()}"

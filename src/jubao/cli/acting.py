"""Who acts at the command line: whoever logged in, by the session file of theirs; in an office on trial, whoever is named.

The session file holds the token of the session, is readable by its owner alone, and goes when the session ends.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

LONGEST_TOKEN = 400


def session_file() -> Path:
    """Where this person's session with this office lies: ``JUBAO_SESSION``, or a place of theirs that others cannot read."""
    from django.conf import settings

    if named := os.environ.get("JUBAO_SESSION"):
        return Path(named).expanduser()
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) if runtime else Path.home() / ".local" / "state"
    office = hashlib.sha256(str(settings.JUBAO_HOME).encode()).hexdigest()[:16]
    return folder / "jubao" / f"{office}.session"


def keep_token(token: str) -> Path:
    """Put a session's token where only its owner reads it."""
    from jubao.exchange.atomic import write_atomically

    path = session_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(path, token.encode("ascii"))
    return path


def token_here() -> str | None:
    """The token of the session of whoever runs this command; None where there is none.

    Raises:
        Refused: the file is another's, or others can read it.
    """
    from jubao.operations.envelope.fault import Refused

    path = session_file()
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, encoding="ascii", errors="replace") as file:
        about = os.fstat(file.fileno())
        if about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077:
            raise Refused(f"会话文件 {path} 不是本人独有（应为本人所有、权限 600），不予使用，请重新登录")
        return file.read(LONGEST_TOKEN).strip()


def forget_token() -> None:
    """Remove the session file."""
    session_file().unlink(missing_ok=True)


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
    from jubao.operations.envelope.hands import NotProven, acting, trial_secret
    from jubao.operations.identity.sessions import SessionEnded, hand_of_session

    token = token_here()
    if token is None:
        if trial_secret() is None:
            raise NotProven("请先登录：jubao login 工号")
        if by is None:
            raise NotProven("请写明是谁（--by 工号）：本机构是试用，没有人登录")
        yield by
        return
    try:
        hand = hand_of_session(token, at=at)
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

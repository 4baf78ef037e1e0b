"""``jubao login``, ``logout``, ``whoami``: who acts at this command line, and since when."""

import sys
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from jubao.cli.setup import command, require_readable
from jubao.vocabulary.audience import ANYBODY

LOCAL = ZoneInfo("Asia/Shanghai")
STAFF = typer.Argument(help="工号 / staff code")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("login", help="登录：口令和动态码 / log in with passphrase and one-time code.")(login)
    app.command("logout", help="退出登录 / end the session.")(logout)
    app.command("whoami", help="现在登录的是谁 / who is logged in.")(whoami)


@command(ANYBODY, writes=True)
def login(staff: Annotated[str, STAFF]) -> None:
    """Prove who you are and begin a session; passphrase and code are asked for, never given as arguments."""
    from jubao.cli.acting import address, keep_token
    from jubao.operations.identity.sessions import IDLE, LONGEST, log_in

    passphrase, code = asked("口令"), asked("动态码")
    begun = log_in(staff, passphrase, code, address=address(), at=_now())
    keep_token(begun.token)
    if begun.ended_another:
        print("您在别处的会话已结束；若不是您本人登录的，请立即报告并停用密钥（key.revoke）。")
    print(f"{staff} 已登录。{IDLE.seconds // 60} 分钟不用，或满 {LONGEST.seconds // 3600} 小时，会话自行结束。")


@command(ANYBODY, writes=True)
def logout() -> None:
    """End the session; its file goes with it."""
    from jubao.cli.acting import forget_token, token_here
    from jubao.operations.identity.sessions import log_out

    token = token_here()
    staff = log_out(token) if token else ""
    forget_token()
    print(f"{staff} 已退出。" if staff else "没有登录。")


@command(ANYBODY)
def whoami() -> None:
    """Say who is logged in here."""
    from jubao.cli.acting import acting_as, token_here

    if token_here() is None:
        print("没有登录。")
        return
    with acting_as(None, at=_now()) as staff:
        print(f"{staff} 已登录。")


def asked(what: str, *, twice: bool = False) -> str:
    """A secret as somebody types it; from a program it comes as one line of standard input.

    Raises:
        Abort: nothing came; BadParameter: two different ones.
    """
    if sys.stdin.isatty():
        first = typer.prompt(what, hide_input=True, prompt_suffix="：")
        again = typer.prompt(f"再输入一次{what}", hide_input=True, prompt_suffix="：") if twice else first
    else:
        first = _line()
        again = _line() if twice else first
    require_readable([first, again])
    if first != again:
        raise typer.BadParameter("两次输入不同，请重新办理", param_hint=what)
    return str(first)


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.rstrip("\r\n")


def _now() -> datetime:
    return datetime.now(LOCAL)

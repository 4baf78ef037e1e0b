"""The command line: one module per command, each adding itself to the application; only the one asked for is read."""

import gc
import os
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from jubao.cli.setup import INTERRUPTED, OUR_MISTAKE, REFUSED, WRONG_USAGE, speak_chinese

if TYPE_CHECKING:
    import typer

COMMANDS = (
    "demo",
    "login",
    "key",
    "acts",
    "layouts",
    "propose",
    "show",
    "outbox",
    "figures",
    "find",
    "lists",
    "verification",
    "statistics",
    "report",
    "evaluate",
    "budget",
    "fund",
    "books",
    "reconcile",
    "journal",
    "voucher",
    "notice",
    "explain",
    "access",
    "match",
    "staff",
    "verify",
    "export",
    "backup",
    "restored",
    "custody",
    "anchor",
    "upgrade",
)
SELDOM = 50_000, 20, 50  # how often memory is searched for what is left over: reading modules leaves nothing
ELSEWHERE = {
    "sign": "propose",
    "check": "propose",
    "pending": "show",
    "list": "lists",
    "restore": "backup",
    "logout": "login",
    "whoami": "login",
    "trial": "key",
}


def build(modules: Iterable[str] = COMMANDS) -> "typer.Typer":
    """The application with the commands of some modules; default all."""
    import typer

    app = typer.Typer(
        name="jubao",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="居保：城乡居民基本养老保险经办程序 / Jubao: runs a residents' pension office.",
    )

    @app.callback()
    def _office() -> None:
        """Every command works on the office under JUBAO_HOME."""

    for name in modules:
        import_module(f"jubao.cli.{name}").register(app)
    return app


def __getattr__(name: str) -> Any:
    """``app``: the whole application, made when first asked for."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = whole = build()
    return whole


def main() -> None:
    """Run the application; every end is a sentence and an exit code."""
    speak_chinese()
    gc.set_threshold(*SELDOM)
    try:
        _run(_asked_for(sys.argv[1:]))
    except BrokenPipeError:  # whoever read our words has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _interrupted()
        raise
    except Exception as error:
        if os.environ.get("JUBAO_DEBUG") == "1":
            raise
        sys.stderr.write(f"程序出错，未办理（{_where(error)}）。请保留现场并报告；设 JUBAO_DEBUG=1 再运行可见详情。\n")
        sys.exit(OUR_MISTAKE)


def _run(modules: Iterable[str]) -> NoReturn:
    """Run what was asked for, and leave with its exit code; what cannot be meant is said in Chinese."""
    from typer.exceptions import Abort, TyperException

    from jubao.cli.usage import usage_sentence

    try:
        code = build(modules)(prog_name="jubao", standalone_mode=False)
    except Abort:
        _interrupted()
    except TyperException as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # help was printed
            sys.stderr.write(f"{usage_sentence(error)}\n")
        sys.exit(WRONG_USAGE)
    sys.exit(code)


def _interrupted() -> NoReturn:
    sys.stderr.write("已中断。\n")
    sys.exit(INTERRUPTED)


def _asked_for(words: list[str]) -> Iterable[str]:
    """The module of the command that was asked for; all of them when that is not plain."""
    name = ELSEWHERE.get(words[0], words[0]) if words else ""
    return [name] if name in COMMANDS else COMMANDS


def _where(error: Exception) -> str:
    """Kind and place of a mistake of ours; never its text, which may name people."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}，{Path(frame.filename).name}:{frame.lineno}"

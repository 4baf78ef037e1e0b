"""The command line: one module per command, each adding itself to the application; only the one asked for is read."""

import gc
import os
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from jubao.cli.application import asked_for, build
from jubao.cli.serving.reaching import socket_to_ask
from jubao.cli.setup import INTERRUPTED, OUR_MISTAKE, REFUSED, WRONG_USAGE, speak_chinese

SELDOM = 50_000, 20, 50  # how often memory is searched for what is left over: reading modules leaves nothing


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
        if (socket := socket_to_ask(sys.argv[1:])) is None:
            _run(asked_for(sys.argv[1:]))
        from jubao.cli.serving.client import ask

        code = ask(socket, sys.argv[1:])
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
    sys.exit(code)  # as the service answered, which has said everything already


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


def _where(error: Exception) -> str:
    """Kind and place of a mistake of ours; never its text, which may name people."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}，{Path(frame.filename).name}:{frame.lineno}"

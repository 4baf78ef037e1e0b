"""The application: which module adds which command, and the application made of those that were asked for."""

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

COMMANDS = (
    "demo",
    "desk",
    "login",
    "key",
    "acts",
    "layouts",
    "propose",
    "withdraw",
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
    "serve",
)
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


def asked_for(words: list[str]) -> Iterable[str]:
    """The module of the command that was asked for; all of them when that is not plain."""
    name = ELSEWHERE.get(words[0], words[0]) if words else ""
    return [name] if name in COMMANDS else COMMANDS

"""The command line: one module per command, each adding itself to the application."""

from importlib import import_module

import typer

COMMANDS = (
    "demo", "acts", "figures", "lists", "verification", "statistics", "report", "evaluate", "budget", "fund", "books",
    "reconcile", "journal", "voucher", "notice", "explain", "match", "verify", "export", "backup",
)  # fmt: skip

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


for _name in COMMANDS:
    import_module(f"jubao.cli.{_name}").register(app)


def main() -> None:
    """Run the application."""
    app()

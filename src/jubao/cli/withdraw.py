"""``jubao withdraw``: the maker of a proposal takes it back while it waits."""

from datetime import datetime
from typing import Annotated

import typer

from jubao.cli.propose import ON
from jubao.cli.setup import command
from jubao.cli.viewing import now
from jubao.vocabulary.audience import SIGNERS

KEY = typer.Argument(help="申请的请求号 / key of the proposal")
WHY = typer.Option("--reason", help="撤回的理由 / why it is taken back")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("withdraw", help="撤回自己提出、尚未办结的申请 / take back one's own proposal while it waits.")(
        withdraw
    )


@command(SIGNERS, writes=True)
def withdraw(
    proposal: Annotated[str, KEY],
    reason: Annotated[str, WHY],
    by: str,
    on: Annotated[datetime | None, ON] = None,
) -> None:
    """Take back one's own proposal; nothing of it is ever done."""
    from jubao.operations.envelope import withdrawing

    at = now()
    withdrawing.withdraw(proposal, by=by, on=on.date() if on else at.date(), at=at, reason=reason)
    print(f"申请 {proposal} 已撤回。")

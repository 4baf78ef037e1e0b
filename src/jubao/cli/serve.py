"""``jubao serve``: the service through which people reach an office whose books belong to a user of their own."""

import os
from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.setup import command, office_home
from jubao.vocabulary.audience import ANYBODY

SOCKET = typer.Option("--socket", help="套接字，本用户组可以连接 / the socket, open to the group")
AT_ONCE = typer.Option(
    "--at-once", min=1, max=32, help="同时办理的请求数，其余等候 / requests at the same time, others wait"
)
MINUTES = typer.Option("--minutes", min=1, max=600, help="一个请求最长几分钟 / minutes one request may take")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help="以服务用户运行，各人经套接字办理 / the service people work through.")(serve)


@command(ANYBODY, office=False)
def serve(
    socket: Annotated[str, SOCKET] = "",  # no file: what a killed service left there is replaced
    at_once: Annotated[int, AT_ONCE] = 4,
    minutes: Annotated[int, MINUTES] = 30,
) -> None:
    """Take requests until the service is stopped; the books are opened by a process for each request, never by this one."""
    from jubao.cli.serving.server import CannotServe, Places, Service, listening
    from jubao.operations.envelope.fault import Refused

    if os.geteuid() == 0:
        raise Refused("服务不以 root 身份运行，请用专设的用户（见 docs/serving.zh-CN.md）")
    os.umask(0o077)
    home = office_home()
    folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    path = Path(socket) if socket else Path(folder or home) / "jubao.socket"
    try:
        with listening(path, home) as listener:
            Service(home, minutes * 60, Places(at_once)).serve(listener)
    except CannotServe as refused:
        raise Refused(str(refused)) from refused

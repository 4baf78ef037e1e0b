"""``jubao desk``: the office's pages for a browser; in an office on trial its invented staff, and how to be each of them."""

import os
import socket
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

if TYPE_CHECKING:
    from jubao.simulation.demonstration import Demonstration

DEMONSTRATED: Final = (2017, 0.05, 2017)  # seed, scale and year of the books that are made to look at
CLOCK: Final = "JUBAO_CLOCK"  # the day on which a demonstration's desk stands

HOST = typer.Option("--host", help="监听地址，缺省只限本机 / the address to listen on")
PORT = typer.Option("--port", min=1, max=65535, help="端口 / the port")
DEMO = typer.Option(
    "--demo/--no-demo", help="没有账簿时先做一套演示账簿 / make demonstration books where there are none"
)
CERTIFICATE = typer.Option("--certificate", help="TLS 证书（PEM），由本程序直接提供 https / serve https itself")
KEY = typer.Option("--certificate-key", help="证书的私钥（PEM） / its key")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("desk", help="打开网页柜台 / serve the desk to browsers.")(desk)


@dataclass(frozen=True)
class Address:
    """Where the desk listens, and whether it speaks https itself."""

    host: str
    port: int
    certificate: Path | None
    key: Path | None

    @property
    def bind(self) -> str:
        """As gunicorn wants it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def shown(self) -> str:
        """As a browser wants it; who listens everywhere is reached here as well."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  shown, not bound
        return f"{'https' if self.certificate else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}/"


@command(ANYBODY, writes=True)
def desk(
    host: Annotated[str, HOST] = "127.0.0.1",
    port: Annotated[int, PORT] = 8000,
    demo: Annotated[bool, DEMO] = True,
    certificate: Annotated[Path | None, CERTIFICATE] = None,
    certificate_key: Annotated[Path | None, KEY] = None,
) -> None:
    """Make demonstration books where there are none, say where to go, and serve until stopped."""
    address = Address(host, port, certificate, certificate_key)
    require_free(address)
    clock = prepared(demo=demo)
    print(f"网页柜台：{address.shown}　按 Ctrl-C 结束")
    tell_whom_to_be(clock)
    serve(address, clock)


def require_free(address: Address) -> None:
    """See that the address can be listened on, before anything is made for it. Raises Refused."""
    from jubao.operations.envelope.fault import Refused

    if (address.certificate is None) != (address.key is None):
        raise Refused("证书和私钥须一并给出（--certificate、--certificate-key）")
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address.host, address.port))
        except OSError as error:
            raise Refused(f"不能在 {address.bind} 监听（{error.strerror}），请换一个 --port 或 --host") from error


def prepared(*, demo: bool) -> date | None:
    """See that there are books; gives the day of demonstration books, on which their desk stands still.

    A day stated already (``JUBAO_CLOCK``) stays, so that a demonstration can be looked at on a later day.
    Books of a real office, and those of a trial that is no demonstration, are served as they are.
    Raises Refused: there are none, and none are to be made; the stated day is none.
    """
    from django.conf import settings

    from jubao.operations.envelope.fault import Refused
    from jubao.operations.envelope.hands import trial_secret
    from jubao.operations.identity.trial import begin_trial
    from jubao.operations.office.founding import is_founded
    from jubao.simulation.demonstration import day_of_books, demonstration_at, demonstration_in

    home = Path(settings.JUBAO_HOME)
    if is_founded():
        shown = demonstration_in(home) if trial_secret() else None
    elif demo:
        begin_trial()
        shown = demonstration_at(home, *DEMONSTRATED)
    else:
        raise Refused("还没有建账：请先按 docs/founding.zh-CN.md 建账；只想看看的去掉 --no-demo")
    if shown is None:
        if not trial_secret() and os.geteuid() == 0:
            raise Refused("网页柜台不以 root 身份运行，请用专设的用户（见 docs/serving.zh-CN.md）")
        return None
    if not shown.is_left:
        _make(shown)
    return _stated() or day_of_books()


def _stated() -> date | None:
    """The day the environment states for the desk; None where it states none. Raises Refused: it is no day."""
    from jubao.operations.envelope.fault import Refused

    stated = os.environ.get(CLOCK)
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError:
        raise Refused(f"{CLOCK} 写作 2018-01-08 这样的日期，现为“{stated}”") from None


def _make(shown: "Demonstration") -> None:
    """The demonstration's year with its progress, and the morning after it; what was done already is not done twice."""
    import time

    from rich.console import Console

    from jubao.cli.demo import generated, worked

    console = Console()
    agenda = generated(shown.seed, shown.scale, shown.year, shown.folder, console)
    if not shown.is_worked:
        worked(agenda, shown.folder, console, time.monotonic())
        shown.note_worked()
    for left in shown.leave_work(agenda):
        if left.refused:
            console.print(f"没有留下“{left.title}”：{left.refused}")


def tell_whom_to_be(clock: date | None) -> None:
    """In an office on trial: its invented staff, their posts, and that one click signs in as any of them."""
    from jubao.cli.viewing import today
    from jubao.operations.identity.trial import invented_staff

    staff = invented_staff(clock or today())
    if not staff:
        return
    if clock:
        print(f"这是演示账簿，柜台上的日期是 {clock}。")
    print("人员都是虚构的，没有口令：打开网页，在登录页点一位即以该人身份办理。")
    for one in staff:
        print(f"  {one.code}  {one.name}  {'、'.join(post.label for post in one.posts)}")


def serve(address: Address, clock: date | None) -> None:
    """Become the web server: this process goes on as gunicorn, so whoever stops it stops that."""
    from django.db import connections

    connections.close_all()
    os.environ["JUBAO_BIND"] = address.bind
    if clock:
        os.environ[CLOCK] = clock.isoformat()
    if address.certificate and address.key:
        os.environ |= {
            "JUBAO_CERTIFICATE": str(address.certificate),
            "JUBAO_CERTIFICATE_KEY": str(address.key),
            "JUBAO_HTTPS": "1",
        }
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", "python:jubao.config.web"])  # noqa: S606  ours

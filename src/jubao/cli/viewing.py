"""Who looks, for commands that show people: the staff code behind ``--by`` and the masks ``--numbers`` lifts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from jubao.vocabulary.masks import Mask
    from jubao.vocabulary.viewer import Viewer

BY = typer.Option("--by", help="查看人工号 / staff code of whoever looks")
NUMBERS = typer.Option("--numbers", help="显示完整的证件号码、电话和账号，限办理需要 / whole numbers, where the task needs them")
CLOCK = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The day by the office's clock."""
    return datetime.now(CLOCK).date()


def viewer_by(staff: str, *, lifted: "Iterable[Mask]") -> "Viewer":
    """The viewer behind a staff code on the clock's day. Raises MayNotLook."""
    from jubao.reports.viewers import viewer_of

    return viewer_of(staff, on=today(), lifted=lifted)

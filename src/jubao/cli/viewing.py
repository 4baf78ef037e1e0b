"""Who looks, for commands that show people: the staff code behind ``--by``, what ``--numbers`` lifts, and why."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from jubao.vocabulary.masks import Mask
    from jubao.vocabulary.viewer import Viewer

BY = typer.Option(
    "--by",
    envvar="JUBAO_STAFF",
    help="工号，试用时写明是谁，登录后不必写 / who it is, in an office on trial; else who logged in",
)
NUMBERS = typer.Option(
    "--numbers", help="显示完整的证件号码、电话和账号，限办理需要 / whole numbers, where the task needs them"
)
REASON = typer.Option(
    "--reason",
    help="显示完整号码的理由，可加冒号和说明，如 核对原件：换卡 / why whole numbers are needed, with words after a colon",
)
APPROVAL = typer.Option("--approval", help="批量导出审批的请求号 / key of the approved export")
CLOCK = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The instant by the office's clock."""
    return datetime.now(CLOCK)


def today() -> date:
    """The day by the office's clock."""
    return now().date()


def viewer_of_figures(staff: str, command: str) -> "Viewer":
    """The viewer of figures: somebody who answers for the whole office and does not hold its cash. Raises MayNotLook."""
    from jubao.vocabulary.audience import FIGURES

    viewer = viewer_by(staff, command)
    viewer.require(FIGURES.posts, "指标")
    viewer.require_everywhere("指标")
    return viewer


def viewer_by(
    staff: str, command: str, *, lifted: "Iterable[Mask]" = (), reason: str = "", approval: str = ""
) -> "Viewer":
    """The viewer of a command: every command that shows people or adds the office up gets him here.

    Args:
        staff: his code; command: what he runs, as ``list register``.
        lifted: masks his task lifts; reason: why; approval: key of the approved export.
    Raises:
        MayNotLook: no such code or post, none that may lift masks, or no reason.
    """
    from jubao.operations.envelope.looking import viewer_for

    return viewer_for(staff, at=now(), lifted=lifted, reason=reason, command=f"jubao {command}", approval=approval)

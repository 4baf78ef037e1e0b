"""Files that wait to leave (待发文件), and trying again."""

from django.http import QueryDict
from django.urls import reverse

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Goto, Sent, submission
from jubao.operations.envelope.outbox import deliver
from jubao.operations.workbench.leaving import DELIVERING, Outbox
from jubao.operations.workbench.leaving import outbox as leaving
from jubao.vocabulary.audience import Shows, posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

TRAYS = posts("24, 25, 36", *sorted(DELIVERING), shows=Shows.THE_OFFICE)


@page("outbox", title=both("待发文件", "Files to leave"), audience=TRAYS, menu=("control", 20), queries=4)
def outbox(viewer: Viewer, asked: QueryDict) -> Outbox:
    """Files of acts already done that are not in their trays, each with why; and files there that are not ours."""
    return leaving(viewer=viewer)


@submission("outbox/again", audience=TRAYS, title=both("再次写出", "Try again"))
def write_again(seat: Seat, sent: Sent) -> Goto:
    """Try to write every waiting file to its tray."""
    left = len(deliver())
    done = both("待发文件已全部写出。", "Every file is in its tray.")
    waits = both(f"仍有 {left} 个文件没有写出，原因见下。", f"{left} files still wait; each says why.")
    return Goto(reverse("workbench.outbox"), said=waits if left else done)

"""The keys of the desk (快捷键), and a way to do without them (WCAG 2.1.4)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat, keep
from jubao.desk.frame.submission import Sent, submission
from jubao.desk.frame.surroundings import KEYS, OFF
from jubao.vocabulary.audience import ANYBODY, SIGNERS
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Key:
    """A key, and what it does."""

    key: str
    does: Both


EVERY_KEY = (
    Key("/", both("到搜索框", "To the search field")),
    Key("j", both("下一行", "Next row")),
    Key("k", both("上一行", "Previous row")),
    Key("Enter", both("打开", "Open")),
    Key("a", both("移到“同意”，再按 Enter 才签", "Move to approve; Enter signs")),
    Key("r", both("移到“退回”，再按 Enter 才退", "Move to return; Enter returns")),
    Key("g w", both("工作台", "Workbench")),
    Key("g i", both("轮到我签", "To sign")),
    Key("g p", both("月度发放", "Payroll month")),
    Key("g l", both("名单与导出", "Lists")),
    Key("?", both("这份说明", "This page")),
    Key("Esc", both("收起菜单", "Close the menu")),
)


@page("keys", title=both("快捷键", "Keys"), audience=SIGNERS, queries=0)
def keys(viewer: Viewer, asked: QueryDict) -> tuple[Key, ...]:
    """Every key and what it does."""
    return EVERY_KEY


@submission("keys/switch", audience=ANYBODY)
def switch(seat: Seat | None, sent: Sent, *, request: HttpRequest) -> HttpResponse:
    """Switch single letters off or on again, in this browser."""
    response = HttpResponseRedirect(reverse("signin.keys"))
    keep(response, KEYS, OFF if sent.fields.get("keys") == OFF else "on", seconds=A_YEAR)
    return response

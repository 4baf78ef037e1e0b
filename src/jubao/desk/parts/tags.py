"""Tags and filters of every template; they stand in no library to be loaded."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from jubao.desk.frame.route import ROUTES
from jubao.desk.parts.assets import address_of_asset
from jubao.vocabulary.both import Language, spoken
from jubao.vocabulary.fen import format_yuan

register = template.Library()
LOCAL = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
DOT = SafeString('<i class="dot"></i>')
KEPT = 20  # signs of a cell that stay on one line
WEEKDAYS = "一二三四五六日"


@register.simple_tag
def say(chinese: str, english: str, **named: Any) -> SafeString:
    """Words in the reader's language; names in braces are replaced and escaped."""
    words = english if spoken() is Language.ENGLISH else chinese
    return SafeString(words.format(**{name: conditional_escape(value) for name, value in named.items()}))


@register.simple_tag
def link(route: str, **named: Any) -> str:
    """The address of a route, ``room.function``."""
    return reverse(route, kwargs=named)


@register.simple_tag(takes_context=True)
def opens(context: template.Context, route: str, **named: Any) -> str:
    """The address of a route where whoever looks may open it, else nothing: no link leads to a refusal."""
    declared, viewer = ROUTES.get(route), context.get("viewer")
    if declared is None or viewer is None or not viewer.posts & declared.audience.posts:
        return ""
    try:
        return reverse(route, kwargs=named)
    except NoReverseMatch:  # a number from outside may hold what no address can
        return ""


@register.simple_tag
def asset(name: str) -> str:
    """The address of one of our own files, which changes with what is in it."""
    return address_of_asset(name)


@register.simple_tag
def dot() -> SafeString:
    """What stands between two facts: neither half nor full width."""
    return DOT


@register.simple_tag
def tag(kind: str, words: Any) -> SafeString:
    """A state as a word on a ground: kind is ``ok``, ``warn``, ``stop``, ``hold``, ``work`` or nothing."""
    return format_html('<span class="{}">{}</span>', f"tag {kind}".strip(), words)


@register.simple_tag
def amount(fen: int | None) -> SafeString:
    """Yuan with two decimals; what is negative is red and keeps its minus; nothing is a dash."""
    if fen is None:
        return format_html('<span class="muted">{}</span>', NOTHING)
    return format_html('<span class="red">{}</span>', yuan(fen)) if fen < 0 else conditional_escape(yuan(fen))


@register.simple_tag(takes_context=True)
def chain(context: template.Context, steps: Iterable[Any]) -> SafeString:
    """The posts an act or a month passes: each step has ``role``, ``post``, ``told``, ``state`` (done, now or empty)."""
    return _part("parts/chain.html", steps=tuple(steps))


@register.simple_tag(takes_context=True)
def table(context: template.Context, shown: Any) -> SafeString:
    """A page of a listing."""
    return _part("parts/table.html", shown=shown)


@register.simple_tag(takes_context=True)
def offered(context: template.Context, acts: Iterable[Any]) -> SafeString:
    """Acts as buttons; those that may not be made now, with the reason beside them."""
    return _part("parts/offered.html", acts=tuple(acts))


def _part(name: str, **seen: Any) -> SafeString:
    return SafeString(get_template(name).render(seen))


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan: 1,234.50, with a real minus; a dash for nothing."""
    if fen is None:
        return NOTHING
    text = format_yuan(abs(fen))
    return f"−{text}" if fen < 0 else text


@register.filter
def more(value: int | None) -> str:
    """A difference with its sign: ＋7, −3; a dash for none."""
    if not value:
        return NOTHING
    return f"＋{value:,}" if value > 0 else f"−{-value:,}"


@register.filter
def more_yuan(fen: int | None) -> str:
    """A difference of money with its sign: ＋2,986.35."""
    if not fen:
        return yuan(fen)
    return f"＋{yuan(fen)}" if fen > 0 else yuan(fen)


@register.filter
def month(value: int | None) -> str:
    """A month YYYYMM in words."""
    if not value:
        return NOTHING
    year, number = divmod(int(value), 100)
    return f"{year}-{number:02}" if spoken() is Language.ENGLISH else f"{year}年{number}月"


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2017-12-08; of an instant, its day by the office's clock."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL)
    return f"{value:%Y-%m-%d}"


@register.filter
def instant(value: datetime | None) -> str:
    """An instant as 2017-12-08 09:21 by the office's clock."""
    return NOTHING if value is None else f"{value.astimezone(LOCAL):%Y-%m-%d %H:%M}"


@register.filter
def weekday(value: date) -> str:
    """The day of the week."""
    return f"{value:%A}" if spoken() is Language.ENGLISH else f"星期{WEEKDAYS[value.weekday()]}"


@register.filter
def count(value: int | None) -> str:
    """A whole number with commas at the thousands; a dash for nothing."""
    return NOTHING if value is None else f"{value:,}".replace("-", "−")


@register.filter
def cells(row: Iterable[Any]) -> SafeString:
    """The cells of a row of a list; a function, because a template would take most of the page's time for them."""
    return SafeString("".join([_cell(one) for one in row]))


def _cell(cell: Any) -> str:
    kind = "num" if cell.is_figure else "keep" if len(cell.text) <= KEPT else ""
    words = escape(cell.text)
    if cell.address:
        words = SafeString(f'<a href="{escape(cell.address)}">{words}</a>')
    elif cell.is_red:
        words = SafeString(f'<span class="red">{words}</span>')
    return f'<td data-l="{escape(cell.label)}" class="{kind}" lang="zh-Hans">{words}</td>'


@register.filter
def tail(value: str | None) -> str:
    """The last four signs of a number (尾号)."""
    return (value or "")[-4:]


@register.filter
def named(value: str) -> str:
    """An English name of the program as words: ``received_date`` is ``Received date``."""
    words = value.replace("_", " ").replace("-", " ").replace(".", " ").strip()
    return words[:1].upper() + words[1:]

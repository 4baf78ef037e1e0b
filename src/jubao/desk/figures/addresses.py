"""Addresses of figures: year, day, breakdown and place stand in them, so that each can be sent to a colleague."""

from urllib.parse import urlencode

from django.urls import reverse

from jubao.desk.frame.menu import opens
from jubao.desk.frame.route import ROUTES
from jubao.reports.analysis.days import Days
from jubao.vocabulary.viewer import Viewer

VOUCHER = "fund.voucher"


def with_days(address: str, days: Days, **also: str | int) -> str:
    """An address with year and day and whatever else is asked; what is not asked does not stand there."""
    said: dict[str, str | int] = {"year": days.year, "as-of": days.as_of.isoformat()}
    said |= {"since": days.since.isoformat()} if days.since else {}
    said |= {key: told for key, told in also.items() if told}
    return f"{address}?{urlencode(said)}"


def figure_address(key: str, days: Days, **also: str | int) -> str:
    """A figure of a year as of a day: ``by``, ``under``, ``after``, ``passed``, ``path``."""
    return with_days(reverse("figures.figure", args=[key]), days, **also)


def person_address(key: str) -> str:
    """The page of a person."""
    return f"/people/{key}"


def voucher_address(key: str, viewer: Viewer) -> str:
    """The page of a voucher; nothing where there is none, or for whom it does not open."""
    shown = ROUTES.get(VOUCHER)
    return reverse(VOUCHER, args=[key]) if shown is not None and opens(shown, viewer) else ""

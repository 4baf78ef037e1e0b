"""Finding a person (人员查询): a name and a village stand in the address, a number never does."""

from urllib.parse import quote, urlencode

from django.http import QueryDict
from django.urls import reverse

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Drawn, Goto, Sent, submission
from jubao.operations.person import finding
from jubao.vocabulary.audience import PEOPLE
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

FOUND = 200


@page("people", title=both("人员查询", "Find a person"), audience=PEOPLE, menu=("desk", 20), queries=5, parts=("hits",))
def people(viewer: Viewer, asked: QueryDict) -> finding.People:
    """People by the beginning of a name and by village."""
    name, division, after = (asked.get(one, "") for one in ("name", "division", "after"))
    return finding.people(viewer=viewer, name=name, division=division, after=after or None)


@submission("people/search", audience=PEOPLE, title=both("查人", "Find a person"))
def search(seat: Seat, sent: Sent) -> Goto | Drawn:
    """Whatever was typed: one person is opened, names are listed by address, numbers are answered here."""
    meant = finding.meant(sent.fields.get("q", ""), viewer=seat.viewer)
    if meant.person is not None:
        return Goto(reverse("people.overview", kwargs={"key": meant.person}))
    if meant.voucher is not None:
        return Goto("/vouchers/{}-{}-{}".format(*meant.voucher))
    if meant.proposal:
        return Goto(f"/proposals/{quote(meant.proposal, safe=':@+')}")
    if meant.found is not None:
        return Drawn("people.people", finding.with_acts(meant.found, viewer=seat.viewer), status=FOUND)
    named = {name: text for name, text in zip(("name", "division"), meant.listed or ("", ""), strict=True) if text}
    return Goto(reverse("people.people") + (f"?{urlencode(named)}" if named else ""))

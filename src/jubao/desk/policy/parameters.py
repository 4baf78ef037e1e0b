"""Parameters of the law (政策参数): all of them, one row by row, and a draft value tried on the books (试算)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.control import lawbook, supposing
from jubao.vocabulary.audience import FIGURES, Shows, posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

LAW = posts("32", *lawbook.READING)
TRIED = posts("32, 36", *FIGURES.posts, shows=Shows.THE_OFFICE)


@page("policy", title=both("政策参数", "The law"), audience=LAW, menu=("control", 40), queries=4)
def every_parameter(viewer: Viewer, asked: QueryDict) -> lawbook.Lawbook:
    """Every parameter of the law with what holds today, by business area."""
    return lawbook.lawbook(viewer=viewer)


@page("policy/<word:key>", title=both("政策参数", "Parameter"), audience=LAW, queries=8)
def parameter(viewer: Viewer, asked: QueryDict, key: str) -> lawbook.ParameterTold | None:
    """One parameter: every row with its source, what the office accepted, and who reads it."""
    return lawbook.parameter_told(key, viewer=viewer)


@page("policy/<word:key>/what-if", title=both("政策试算", "What if"), audience=TRIED, queries=16)
def what_if(viewer: Viewer, asked: QueryDict, key: str) -> supposing.Supposed | None:
    """A draft value: whom it would affect, and the money it would move."""
    return supposing.supposed(key, asked.get("value", ""), viewer=viewer)

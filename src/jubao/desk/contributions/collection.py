"""Contributions of the year against the tasks, by month and place (征缴)."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.safestring import SafeString

from jubao.desk.drawings.lines import Lines, Series, lines
from jubao.desk.drawings.point import Point
from jubao.desk.drawings.unit import WAN
from jubao.desk.frame.page import page
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.reports.business.collection import COLLECTING, Collected, collected
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

COLLECTION = posts("7, 9, 36", *sorted(COLLECTING))
TAKING = frozenset({"contribution.bank", "contribution.outlet"})


@dataclass(frozen=True)
class ShownCollection:
    """Contributions of the year with the drawing of their path, and the acts that take files in."""

    told: Collected
    path: SafeString
    acts: tuple[OfferedAct, ...]


@page(
    "contributions", title=both("参保与缴费", "Contributions"), audience=COLLECTION, menu=("business", 10), queries=14
)
def collection(viewer: Viewer, asked: QueryDict) -> ShownCollection | None:
    """What came in against the path to the target, by township and village, and the latest files."""
    return _shown(collected(viewer=viewer, township=asked.get("township", ""), year=asked.get("year", "")), viewer)


def _shown(told: Collected | None, viewer: Viewer) -> ShownCollection | None:
    """The answer with its drawing, and the acts that take files in; None where there is no answer."""
    if told is None:
        return None
    acts = offered(viewer, about=About.RECEIPT, answers={})
    return ShownCollection(told, _path(told), tuple(act for act in acts if act.code in TAKING))


def _path(told: Collected) -> SafeString:
    """This year's sum month by month, beside the path to the target, or last year where no target was handed down."""
    labels = tuple(both("{n}月", "{n}").with_(n=one.month % 100) for one in told.months)
    reached = tuple(
        None if one.sum_fen is None else Point(label, one.sum_fen)
        for label, one in zip(labels, told.months, strict=True)
    )
    if told.target_fen is None:
        beside = Series(
            both("上年同期", "Last year"),
            tuple(Point(label, one.last_sum_fen) for label, one in zip(labels, told.months, strict=True)),
        )
    else:
        beside = Series(
            both("任务进度", "Path to target"),
            tuple(Point(label, one.path_fen or 0) for label, one in zip(labels, told.months, strict=True)),
        )
    return lines(
        Lines(
            both("{year}年征缴进度", "Collection of {year}").with_(year=told.year),
            WAN,
            both("月份", "Month"),
            labels,
            (Series(both("累计征缴", "Collected"), reached), beside),
        )
    )

"""Signed reports of a year beside the books of today: who signed, what changed since, whether the file is untouched."""

from pathlib import Path

from django.conf import settings
from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.reports.analysis.report import SignedAgainstBooks, signed_against_books
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("reports/<year:year>/signed", title=both("已签报告与账对照", "Signed reports"), audience=FIGURES, queries=400)
def signed(viewer: Viewer, asked: QueryDict, year: int) -> SignedAgainstBooks:
    """What was frozen, and what the books say today for the same days; each report is worked out anew."""
    return signed_against_books(year, Path(settings.JUBAO_HOME), viewer=viewer)

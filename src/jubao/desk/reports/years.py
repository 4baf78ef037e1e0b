"""Reports by year (报告): the draft of each year, and what was signed of it."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.reports.analysis.report import YearOfReports, reports_by_year
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("reports", title=both("报告", "Reports"), audience=FIGURES, menu=("analysis", 30), queries=4)
def years(viewer: Viewer, asked: QueryDict) -> tuple[YearOfReports, ...]:
    """Every year of the books with its self-evaluation."""
    return reports_by_year(viewer=viewer)

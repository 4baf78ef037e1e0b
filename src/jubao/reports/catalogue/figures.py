"""The catalogue: every figure the office can be asked for, by id, in the order reports print them."""

from functools import cache

from jubao.reports.catalogue.benefits import BENEFITS
from jubao.reports.catalogue.books import BOOKS
from jubao.reports.catalogue.budget import BUDGET, ITEM_PREFIX, budget_item
from jubao.reports.catalogue.closing import CLOSING
from jubao.reports.catalogue.control import CONTROL
from jubao.reports.catalogue.duties import DUTIES
from jubao.reports.catalogue.fiscal import FISCAL
from jubao.reports.catalogue.fund import FUND
from jubao.reports.catalogue.matching import MATCHING
from jubao.reports.catalogue.office import OFFICE
from jubao.reports.catalogue.payment import PAYMENT
from jubao.reports.catalogue.people import PEOPLE
from jubao.reports.catalogue.performance import PERFORMANCE
from jubao.reports.catalogue.reconciliation import RECONCILIATION
from jubao.reports.catalogue.recovery import RECOVERY
from jubao.reports.catalogue.register import REGISTER
from jubao.reports.catalogue.watch import WATCH
from jubao.reports.figures.figure import Figure


class NoSuchFigure(LookupError):
    """The catalogue has no figure of this id."""


@cache
def catalogue() -> dict[str, Figure]:
    """All figures by id."""
    running = [
        *REGISTER,
        *PEOPLE,
        *PAYMENT,
        *BENEFITS,
        *FUND,
        *FISCAL,
        *BOOKS,
        *MATCHING,
        *CONTROL,
        *RECOVERY,
        *RECONCILIATION,
        *CLOSING,
        *WATCH,
        *DUTIES,
    ]
    figures = [*running, *OFFICE, *BUDGET, *PERFORMANCE]
    by_id = {figure.id: figure for figure in figures}
    assert len(by_id) == len(figures), "a figure id stands twice in the catalogue"
    return by_id


def find_figure(figure_id: str) -> Figure:
    """The figure of an id; ``budget.item.<code>`` is the spending on one budget item.

    Raises:
        NoSuchFigure: with the ids of the same area.
    """
    if figure_id.startswith(ITEM_PREFIX):
        return budget_item(figure_id.removeprefix(ITEM_PREFIX))
    try:
        return catalogue()[figure_id]
    except KeyError:
        area = figure_id.partition(".")[0]
        near = [known for known in catalogue() if known.partition(".")[0] == area] or ["collection.received"]
        raise NoSuchFigure(f"指标目录中没有 {figure_id}，相近的有：{'、'.join(near)}") from None

"""Statistical tables as data (统计表): rows, columns and the figure of each cell, read from ``tables/*.yaml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jubao.reports.catalogue.figures import NoSuchFigure, find_figure
from jubao.reports.figures.dimension import LABELS
from jubao.vocabulary.yaml_files import YAMLError, read_yaml

FOLDER = Path(__file__).parent
SPANS = {"period": "本期", "year": "本年累计", "last_year": "上年同期"}
PERIODS = ("month", "quarter", "year")


class CannotReadTable(ValueError):
    """A table file does not say what it must; the message names the table and the place."""


class NoSuchTable(LookupError):
    """There is no statistical table of this name."""


@dataclass(frozen=True)
class Slot:
    """A row or column: heading, and what it says about its cells: figure, cut (by, label), span of time."""

    title: str
    figure: str = ""
    by: str = ""
    label: str = ""
    span: str = ""


@dataclass(frozen=True)
class Statistic:
    """A table; with ``rows_by`` its rows are the labels of one figure's breakdown and a total."""

    name: str
    title: str
    periods: tuple[str, ...]
    columns: tuple[Slot, ...]
    rows: tuple[Slot, ...] = ()
    rows_by: str = ""
    rows_of: str = ""


@cache
def tables() -> dict[str, Statistic]:
    """Every table by its name. Raises CannotReadTable."""
    return {path.stem: read_table_file(path) for path in sorted(FOLDER.glob("*.yaml"))}


def find_table(name: str) -> Statistic:
    """The table of a name. Raises NoSuchTable with all names."""
    try:
        return tables()[name]
    except KeyError:
        known = "、".join(f"{one.name}（{one.title}）" for one in tables().values())
        raise NoSuchTable(f"没有统计表 {name}，可用的有：{known}") from None


def read_table_file(path: Path) -> Statistic:
    """One table, checked against the catalogue. Raises CannotReadTable."""
    try:
        body = read_yaml(path.read_text(encoding="utf-8"))
        statistic = _statistic(path.stem, body)
    except (OSError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CannotReadTable(f"统计表《{path.name}》读不懂：应有 title、periods、columns、rows，请改正") from error
    _check(statistic)
    return statistic


def _statistic(name: str, body: dict[str, Any]) -> Statistic:
    rows, columns = body["rows"], tuple(Slot(**one) for one in body["columns"])
    head = (name, body["title"], tuple(body["periods"]), columns)
    if isinstance(rows, dict):
        return Statistic(*head, rows_by=rows["by"], rows_of=rows["of"])
    return Statistic(*head, rows=tuple(Slot(**one) for one in rows))


def _check(statistic: Statistic) -> None:
    """Every cell has exactly one figure and at most one cut, of names that exist."""
    rows = statistic.rows or (Slot("", by=statistic.rows_by),)
    wrong = [f"{slot.title} 的区间 {slot.span}" for slot in statistic.columns if slot.span and slot.span not in SPANS]
    wrong += [f"期间 {period}" for period in statistic.periods if period not in PERIODS]
    for row in rows:
        for column in statistic.columns:
            figure = row.figure or column.figure
            cuts = {slot.by for slot in (row, column) if slot.by}
            if len(cuts) > 1 or (row.figure and column.figure) or not _known(figure) or not cuts <= set(LABELS):
                wrong.append(f"单元格 {row.title}/{column.title}（{figure or '无指标'}）")
    if wrong:
        raise CannotReadTable(f"统计表《{statistic.title}》有误：{'；'.join(wrong)}，请改正后重试")


def _known(figure_id: str) -> bool:
    try:
        return bool(find_figure(figure_id))
    except NoSuchFigure:
        return False

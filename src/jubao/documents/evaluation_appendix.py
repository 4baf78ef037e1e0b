"""The appendices of the self-evaluation report: what every figure means (附表1) and how points came about (附表2)."""

from collections.abc import Sequence
from itertools import groupby

from jubao.documents.evaluation_form import FigureLine, ScoreLine
from jubao.documents.evaluation_money import Row, label
from jubao.documents.grid import Cell
from jubao.documents.word import Face

FIGURE_WIDTHS_CM = (1.1, 3.9, 3.3, 2.3, 5.6)
SCORE_WIDTHS_CM = (1.3, 1.7, 2.7, 1.1, 1.1, 1.1, 7.2)
SMALL = Face("宋体", 9)


def definition_rows(lines: Sequence[FigureLine]) -> list[Row]:
    """附表1: number, figure, value, day, definition; the first row is the heading."""
    heading = [label(title) for title in ("序号", "指标", "数值", "截至", "口径")]
    return [
        heading,
        *(
            [
                _small(str(number)),
                _small(line.name, align="left"),
                _small(line.value, align="right"),
                _small(line.as_of.isoformat()),
                _small(line.definition, align="left"),
            ]
            for number, line in enumerate(lines, start=1)
        ),
    ]


def scoring_rows(lines: Sequence[ScoreLine], *, total: str) -> list[Row]:
    """附表2: the scoring table; indicators of one level share its cell, the last row is the score."""
    titles = ("一级指标", "二级指标", "三级指标", "分值", "得分", "扣分", "计分依据和扣分原因")
    rows = [[label(title) for title in titles]]
    for first, of_first in groupby(lines, key=lambda line: line.levels[0]):
        block = list(of_first)
        opening = [_small(first, down=len(block))]
        for second, of_second in groupby(block, key=lambda line: line.levels[1]):
            group = list(of_second)
            for place, line in enumerate(group):
                middle = [_small(second, down=len(group))] if place == 0 else []
                rows.append([*opening, *middle, *_scored(line)])
                opening = []
    rows.append([label("合计", across=4), Cell(total, across=3)])
    return rows


def _scored(line: ScoreLine) -> Row:
    """Third level name, points, and what they rest on."""
    told = (line.basis, line.reason) if line.reason else (line.basis,)
    points = [_small(text) for text in (line.points, line.earned, line.lost)]
    return [_small(line.levels[2]), *points, Cell(told, align="left", face=SMALL)]


def _small(text: str, *, align: str = "center", down: int = 1) -> Cell:
    return Cell(text, align=align, down=down, face=SMALL)

"""The tables of the form (附件1): money with its columns, indicators, posts, score, evaluators, cover."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise

from jubao.documents.reading import Paper, PaperCell
from jubao.reports.checking.items import Item, tidy

Row = tuple[PaperCell, ...]
AMOUNT = re.compile(r"-?\d+(?:\.(\d+))?")
TABLES = {
    "income": re.compile("收入合计"),
    "expenditure": re.compile("支出合计"),
    "three_public": re.compile("三公.{0,3}经费.{0,4}合计"),
    "assets": re.compile("固定资产.{0,4}合计"),
}
NOTHING = {"", "无", "/", "-", "—", "——"}
WAN = 10_000
LEAST_COLUMNS = 3  # of a line of amounts, and of a line with a name to sign
INDICATOR_COLUMNS = 4  # kind, content, target, result; group and heading may stand before


@dataclass(frozen=True)
class Amount:
    """An amount of a money table, exact in yuan; ``ulp`` is what its last printed digit is worth."""

    value: Fraction
    ulp: Fraction
    printed: str
    place: str


@dataclass(frozen=True)
class MoneyRow:
    """One line of a money table: the total and its parts by the label of their column."""

    table: str
    unit: str
    place: str
    amounts: dict[str, Amount]

    def of(self, pattern: str) -> Amount | None:
        """The amount under the first column whose label matches."""
        return next((amount for label, amount in self.amounts.items() if re.search(pattern, label)), None)


@dataclass(frozen=True)
class IndicatorLine:
    """A quantitative indicator as printed."""

    kind: str
    content: str
    target: str
    actual: str
    place: str


@dataclass(frozen=True)
class Signer:
    """A member of the evaluation group."""

    name: str
    post: str
    unit: str
    place: str


@dataclass
class Form:
    """What the form's own places say."""

    year: int | None = None
    report_date: tuple[date, Item] | None = None
    money: list[MoneyRow] = field(default_factory=list)
    indicators: list[IndicatorLine] = field(default_factory=list)
    signers: list[Signer] = field(default_factory=list)
    stated: dict[str, tuple[int, str]] = field(default_factory=dict)
    score: tuple[Fraction, str] | None = None
    grade: str = ""


def read_form(paper: Paper, items: Sequence[Item]) -> Form:
    """Everything that stands at a known place of the form."""
    form = Form(year=_year(items), report_date=_report_date(items))
    for number, table in enumerate(paper.tables, start=1):
        form.money += _money_rows(table.rows, number)
        form.indicators += _indicators(table.rows, number)
        form.signers += _signers(table.rows, number)
        _answers(form, table.rows, number)
    return form


def _year(items: Sequence[Item]) -> int | None:
    found = (re.search(r"(\d{4})年度", item.text) for item in items)
    return next((int(year[1]) for year in found if year), None)


def _report_date(items: Sequence[Item]) -> tuple[date, Item] | None:
    for item in items:
        found = re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日", item.text)
        if found and (item.heading == "报告日期" or item.text.startswith("报告日期")):
            try:
                return date(int(found[1]), int(found[2]), int(found[3])), item
            except ValueError:
                return None
    return None


def _money_rows(rows: Sequence[Row], number: int) -> Iterator[MoneyRow]:
    scale = WAN
    for index, row in enumerate(rows):
        words = "".join(tidy(cell.text) for cell in row)
        if "（万元）" in words or "（元）" in words:
            scale = WAN if "（万元）" in words else 1
        kind = next((kind for kind, label in TABLES.items() if any(label.search(tidy(c.text)) for c in row)), None)
        if kind and not _is_data(row):
            yield from _data_rows(rows, index, kind, number, scale)


def _data_rows(rows: Sequence[Row], start: int, kind: str, number: int, scale: int) -> Iterator[MoneyRow]:
    """Lines under a heading of one or more rows, down to the next heading."""
    end = start
    while end < len(rows) and not _is_data(rows[end]):
        end += 1
    width = max((_width(row) for row in rows[start : end + 1]), default=0)
    heading = [_placed(row, width) for row in rows[start:end]]
    for index in range(end, len(rows)):
        row = rows[index]
        if not _is_data(row):
            if any(cell.text for cell in row):
                return
            continue
        place = f"表{number}第{index + 1}行"
        amounts = dict(_labelled(row, heading, place, scale))
        yield MoneyRow(kind, tidy(row[0].text), place, amounts)


def _labelled(row: Row, heading: list[Row], place: str, scale: int) -> Iterator[tuple[str, Amount]]:
    for cell in row[1:]:
        found = AMOUNT.fullmatch(tidy(cell.text).removesuffix("元").removesuffix("万"))
        if found:
            ulp = Fraction(scale, 10 ** len(found[1] or ""))
            amount = Amount(Fraction(found[0]) * scale, ulp, found[0], place)
            yield _label(heading, cell.column), amount


def _label(heading: list[Row], column: int) -> str:
    """The deepest printed heading over a column."""
    for row in reversed(heading):
        for cell in row:
            if cell.column <= column < cell.column + cell.across and tidy(cell.text) not in {"", "其中："}:
                return tidy(cell.text)
    return ""


def _placed(row: Row, width: int) -> Row:
    """A heading row at its columns; in plain text the cell 其中 covers what the row is short of."""
    slack, column, placed = width - _width(row), 0, []
    for cell in row:
        across = cell.across + (slack if slack and tidy(cell.text).startswith("其中") else 0)
        placed.append(PaperCell(cell.lines, column, across, cell.covered))
        column += across
    return tuple(placed)


def _width(row: Row) -> int:
    return sum(cell.across for cell in row)


def _is_data(row: Row) -> bool:
    """A line of amounts: more than one cell, a number among them, and no label of a heading."""
    texts = [tidy(cell.text) for cell in row]
    return len(row) >= LEAST_COLUMNS and any(AMOUNT.fullmatch(text) for text in texts[1:]) and "机构名称" not in texts


def _indicators(rows: Sequence[Row], number: int) -> Iterator[IndicatorLine]:
    inside, kind = False, ""
    for index, row in enumerate(rows, start=1):
        texts = [tidy(cell.text) for cell in row]
        if "绩效内容" in texts and any("目标值" in text for text in texts):
            inside = True
        elif inside and any("综合得分" in text for text in texts):
            return
        elif inside and len(texts) >= INDICATOR_COLUMNS:
            kind = texts[-4] or kind
            if any(text not in NOTHING for text in texts[-3:]) or "无" in texts[-3:]:
                content, target, actual = texts[-3:]
                yield IndicatorLine(kind, content, target, actual, f"表{number}第{index}行")


def _signers(rows: Sequence[Row], number: int) -> Iterator[Signer]:
    inside = False
    for index, row in enumerate(rows, start=1):
        texts = [tidy(cell.text) for cell in row]
        if "姓名" in texts and any("签字" in text for text in texts):
            inside = True
        elif inside and (len(texts) < LEAST_COLUMNS or "组长" in texts[0]):
            return
        elif inside and texts[0]:
            yield Signer(texts[0], texts[1], texts[2], f"表{number}第{index}行")


def _answers(form: Form, rows: Sequence[Row], number: int) -> None:
    """Posts, staff, score and grade: the cell beside their label."""
    for index, row in enumerate(rows, start=1):
        for label, answer in pairwise(row):
            asked, told, place = tidy(label.text), tidy(answer.text), f"表{number}第{index}行"
            if asked in {"人员编制", "实有人数"} and (found := re.fullmatch(r"(\d+)[人名]?", told)):
                form.stated[asked] = (int(found[1]), place)
            elif "综合得分" in asked and (found := re.fullmatch(r"(\d+(?:\.\d+)?)分?", told)):
                form.score = (Fraction(found[1]), place)
            elif asked == "评价等次":
                form.grade = told

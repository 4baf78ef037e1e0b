"""The office's own budget, spending, assets and surveys, each taken from its file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fresh_files import check_fits, fresh_tables
from jubao.operations.inbound import table_of, take_in
from jubao.records.models import Asset, BudgetLine, Spending, Survey

FIXED = "录入后不改动，有误时另附说明重新报送"


Row = BudgetLine | Spending | Asset | Survey


@dataclass(frozen=True)
class OfficeFile:
    """One kind of file of the office: its layout, the table it fills, and which field ends in which column."""

    layout: str
    model: type[Row]
    columns: Mapping[str, str]

    def read(self, cases: Sequence[Any], view: View, faults: Faults) -> list[tuple[int, Table]]:
        """Every file that can be used, with its case; what is wrong with files and cells is added to the faults."""
        read = list(fresh_tables(cases, self.layout, view, faults))
        for number, table in read:
            check_fits(table, self.model, self.columns, faults, case=number)
        return read

    def check_unique(
        self, read: Sequence[tuple[int, Table]], faults: Faults, *, by: Sequence[str], told: Callable[..., str]
    ) -> None:
        """Rows the books hold already, or that stand in two files; ``told`` makes a sentence of the fields ``by``."""
        known = set(self.model.objects.order_by("pk").values_list(*(self.columns[name] for name in by)))
        for number, row, record in rows_of(read):
            key = tuple("" if record[name] is None else record[name] for name in by)
            if key in known:
                rule = f"{told(*key)}已经登记"
                faults.add(number, "file", rule, next_step="请删去重复的行", place=f"第{row}行")
            known.add(key)

    def take(
        self, cases: Sequence[Any], changes: Changes, **columns: Callable[[dict[str, Any]], Any]
    ) -> list[dict[str, Any]]:
        """Plan the rows of every file and the files themselves; ``columns`` says how some columns are made of a row."""
        records = []
        for case in cases:
            table = table_of(case.file, self.layout, changes.view)
            records += list(table.records())
            take_in(case.file, self.layout, rows=table.rows, changes=changes)
        given = {column: [row[name] for row in records] for name, column in self.columns.items()}
        given |= {column: [make(row) for row in records] for column, make in columns.items()}
        changes.insert(self.model, given, count=len(records))
        return records


def rows_of(read: Sequence[tuple[int, Table]]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Case, row number and record of every row of some files."""
    for number, table in read:
        for row, record in zip(table.row_numbers, table.records(), strict=True):
            yield number, row, record


BUDGET = OfficeFile(
    "office_budget",
    BudgetLine,
    {
        "year": "year",
        "direction": "direction",
        "item": "item",
        "name": "name",
        "group": "group",
        "amount": "amount_fen",
    },
)
SPENDING = OfficeFile(
    "office_spending",
    Spending,
    {
        "date": "date",
        "item": "item",
        "group": "group",
        "three_public": "three_public",
        "amount": "amount_fen",
        "payee": "payee",
        "voucher": "voucher",
        "memo": "memo",
    },
)
ASSETS = OfficeFile(
    "office_assets",
    Asset,
    {"asset_number": "asset_number", "name": "name", "use": "use", "value": "value_fen", "acquired": "acquired"},
)
SURVEY = OfficeFile(
    "survey_result",
    Survey,
    {
        "question": "question",
        "respondents": "respondents",
        "positive": "positive",
        "surveyed_date": "surveyed_date",
        "division": "division",
    },
)


def _words(field: str) -> Callable[[dict[str, Any]], str]:
    """The text of a field, empty where the cell is."""
    return lambda row: row[field] or ""


class TakeBudget(Arguments):
    """The office's budget as it was approved."""

    file: FileRef = ask("部门预算文件", "Budget file", layout=BUDGET.layout)


@act(
    "office.budget",
    title="部门预算录入",
    asks=TakeBudget,
    maker=Post.OFFICE,
    chain=[approve(Post.DIRECTOR)],
    about=About.BUDGET,
    undone_by=Final(FIXED),
    gives=[Given("lines", "录入行数", "lines", Unit.ROWS)],
    papers=[Paper("部门预算批复", required=False)],
    days_back=31,
)
class BudgetTaking:
    """Record the year's budget lines by item. Source: 部门预算批复."""

    def check(self, cases: Sequence[TakeBudget], view: View) -> Faults:
        """Every item once a year and side, for no year later than the coming one."""
        faults = Faults()
        read = BUDGET.read(cases, view, faults)
        BUDGET.check_unique(
            read, faults, by=("year", "direction", "item"), told=lambda year, side, item: f"{year} 年{side}项目 {item} "
        )
        for number, row, record in rows_of(read):
            if record["year"] > view.on.year + 1:
                rule = f"预算年度 {record['year']} 晚于下一年度"
                faults.add(number, "file", rule, next_step="请核对年度", place=f"第{row}行")
        return faults

    def plan(self, cases: Sequence[TakeBudget], view: View) -> Changes:
        """One budget line a row."""
        changes = Changes(view)
        return changes.giving(lines=len(BUDGET.take(cases, changes)))


class TakeSpending(Arguments):
    """Payments of the office's own budget."""

    file: FileRef = ask("部门支出明细文件", "Spending file", layout=SPENDING.layout)


@act(
    "office.spending",
    title="部门支出录入",
    asks=TakeSpending,
    maker=Post.OFFICE,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.BUDGET,
    undone_by=Final(FIXED),
    gives=[
        Given("lines", "录入行数", "lines", Unit.ROWS),
        Given("amount_fen", "支出合计", "amount", Unit.FEN),
    ],
    papers=[Paper("支出凭证", required=False)],
    days_back=31,
)
class SpendingTaking:
    """Record payments of the office's own budget; every one under a budgeted item. Source: 部门预算批复."""

    def check(self, cases: Sequence[TakeSpending], view: View) -> Faults:
        """Every payment is past, once, more than nothing, and of a budgeted item."""
        faults = Faults()
        read = SPENDING.read(cases, view, faults)
        SPENDING.check_unique(read, faults, by=("voucher",), told=lambda voucher: f"凭证号 {voucher} ")
        lines = BudgetLine.objects.filter(direction="支出").order_by("pk")
        budgeted = set(lines.values_list("year", "item"))
        for number, row, record in rows_of(read):
            day, place = record["date"], f"第{row}行"
            if (day.year, record["item"]) not in budgeted:
                rule = f"{day.year}年预算中没有支出项目 {record['item']}"
                faults.add(number, "file", rule, next_step="请核对项目编码，或先录入预算", place=place)
            if day > view.on:
                faults.add(number, "file", f"支出日期 {day} 晚于办理日期", next_step="请核对日期", place=place)
        return faults

    def plan(self, cases: Sequence[TakeSpending], view: View) -> Changes:
        """One payment a row."""
        changes = Changes(view)
        texts = {name: _words(name) for name in ("three_public", "payee", "memo")}
        rows = SPENDING.take(cases, changes, **texts)
        return changes.giving(lines=len(rows), amount_fen=sum(row["amount"] for row in rows))


class TakeAssets(Arguments):
    """The office's fixed assets."""

    file: FileRef = ask("固定资产台账文件", "Assets file", layout=ASSETS.layout)


@act(
    "office.assets",
    title="固定资产登记",
    asks=TakeAssets,
    maker=Post.OFFICE,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.OFFICE,
    undone_by=Final(FIXED),
    gives=[Given("assets", "登记资产数", "assets", Unit.ROWS)],
    papers=[Paper("固定资产台账", required=False)],
    days_back=31,
)
class AssetTaking:
    """Record fixed assets and their use. Source: 行政事业单位国有资产管理办法."""

    def check(self, cases: Sequence[TakeAssets], view: View) -> Faults:
        """Every asset once, acquired by now."""
        faults = Faults()
        read = ASSETS.read(cases, view, faults)
        ASSETS.check_unique(read, faults, by=("asset_number",), told=lambda number: f"资产编号 {number} ")
        for number, row, record in rows_of(read):
            if record["acquired"] is not None and record["acquired"] > view.on:
                rule = f"购置日期 {record['acquired']} 晚于办理日期 {view.on}"
                faults.add(number, "file", rule, next_step="请核对日期", place=f"第{row}行")
        return faults

    def plan(self, cases: Sequence[TakeAssets], view: View) -> Changes:
        """One asset a row; without a day it was acquired on the business date."""
        changes = Changes(view)
        rows = ASSETS.take(cases, changes, acquired=lambda row: row["acquired"] or view.on)
        return changes.giving(assets=len(rows))


class TakeSurvey(Arguments):
    """Answers to a survey, by division."""

    file: FileRef = ask("问卷调查结果文件", "Survey file", layout=SURVEY.layout)


@act(
    "survey.record",
    title="问卷调查录入",
    asks=TakeSurvey,
    maker=Post.OFFICE,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.REPORT,
    undone_by=Final(FIXED),
    gives=[Given("answers", "录入行数", "answers", Unit.ROWS)],
    papers=[Paper("调查问卷汇总", required=False)],
    days_back=31,
)
class SurveyTaking:
    """Record survey answers by division. Source: 财预〔2013〕53号（满意度）."""

    def check(self, cases: Sequence[TakeSurvey], view: View) -> Faults:
        """A survey has been made, and no more people agreed than answered."""
        faults = Faults()
        read = SURVEY.read(cases, view, faults)
        for number, row, record in rows_of(read):
            place = f"第{row}行"
            if record["positive"] > record["respondents"]:
                faults.add(number, "file", "肯定答卷多于有效问卷", next_step="请核对份数", place=place)
            if record["surveyed_date"] > view.on:
                rule = f"调查日期 {record['surveyed_date']} 晚于办理日期 {view.on}"
                faults.add(number, "file", rule, next_step="请核对日期", place=place)
        SURVEY.check_unique(
            read,
            faults,
            by=("question", "division", "surveyed_date"),
            told=lambda question, division, day: f"{day} {division or '本机构'}的{question}调查",
        )
        return faults

    def plan(self, cases: Sequence[TakeSurvey], view: View) -> Changes:
        """One question and division a row."""
        changes = Changes(view)
        return changes.giving(answers=len(SURVEY.take(cases, changes, division=_words("division"))))

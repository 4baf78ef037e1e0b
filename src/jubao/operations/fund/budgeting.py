"""The fund's yearly budget (基金预算编制): drafted from the register, changed only with a reason, kept by version."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Form, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AmountOrZero, LedgerAccountRef, Text, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.office.founding import check_year
from jubao.records.models import FundBudget
from jubao.reports.fiscal.draft import LINES, DraftLine, draft_budget
from jubao.reports.fiscal.people import NothingToReckonWith
from jubao.vocabulary.fen import format_yuan

BASIS_LENGTH, REASON_LENGTH = 300, 120
INCOME = tuple(line for line in LINES if "_INCOME" in line)


class BudgetChange(Arguments):
    """A line somebody sets otherwise than the formula does, and why."""

    line: LedgerAccountRef = ask("预算项目", "Line", hint="如 BASIC_PENSION_CENTRAL")
    amount_fen: AmountOrZero = ask("预算金额", "Amount")
    reason: Text = ask("调整理由", "Reason", hint="如 按局下达征缴任务编列", longest=REASON_LENGTH)


class DraftFundBudget(Arguments):
    """The year to be budgeted, and the lines set by hand."""

    year: Year = ask("预算年度", "Year", hint="当年或下一年")
    changes: tuple[BudgetChange, ...] = ask("人工调整的项目", "Lines set by hand", default=(), longest=2 * len(LINES))


@dataclass(frozen=True)
class Version:
    """A version of a year's budget as it would be kept: its lines, or why the year cannot be drafted."""

    lines: Sequence[DraftLine] = ()
    missing: str = ""


@act(
    "fund.budget",
    title="基金预算编制",
    asks=DraftFundBudget,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.BUDGET,
    undone_by="fund.budget",
    gives=[
        Given("year", "预算年度", "year", Unit.TEXT),
        Given("version", "版本", "version", Unit.TEXT),
        Given("lines", "项目数", "lines", Unit.ROWS),
        Given("changed", "人工调整项目数", "changed", Unit.ROWS),
        Given("income_fen", "收入合计", "income", Unit.FEN),
        Given("expenditure_fen", "支出合计", "expenditure", Unit.FEN),
    ],
    most_cases=ONE,
    papers=[Paper("预算编制通知", required=False)],
    prints=[Form("基金预算表", "jubao fund budget --year 年度 --out F.pdf")],
)
class FundBudgeting:
    """Keep a version of the fund's budget: every line by formula from the register of the day, or by a stated reason.

    Source: 社会保险经办条例第三十九条；社会保险法第六十七条；财社〔2017〕144号（基金预算）.
    """

    def check(self, cases: Sequence[DraftFundBudget], view: View) -> Faults:
        """A year the register and the law reach, changes that have a ground, and something new to keep."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            check_year(number, case.year, view, faults, what="编制基金预算", ahead=1)
            _check_changes(number, case, faults)
            if faults:
                continue
            version = _version(case, view)
            if version.missing:
                faults.add(number, "year", f"{case.year}年基金预算未编制：{version.missing}")
            elif (last := _same_as_last(case.year, version.lines)) is not None:
                rule = f"{case.year}年基金预算与第{last}版完全相同，无须再编"
                faults.add(number, "changes", rule, next_step="如需调整请写明项目、金额和理由")
        return faults

    def plan(self, cases: Sequence[DraftFundBudget], view: View) -> Changes:
        """The lines of the next version."""
        [case] = cases
        changes = Changes(view)
        lines = _version(case, view).lines
        version = _last_version(case.year) + 1
        changes.insert(
            FundBudget,
            {
                "year": case.year,
                "version": version,
                "line": [one.line for one in lines],
                "name": [one.name for one in lines],
                "amount_fen": [one.amount_fen for one in lines],
                "basis": [one.basis for one in lines],
            },
            count=len(lines),
        )
        income = sum(one.amount_fen for one in lines if one.line in INCOME)
        return changes.giving(
            year=case.year,
            version=version,
            lines=len(lines),
            changed=len(case.changes),
            income_fen=income,
            expenditure_fen=sum(one.amount_fen for one in lines) - income,
        )


def _check_changes(number: int, case: DraftFundBudget, faults: Faults) -> None:
    """Every change names a line of the budget, once, and a reason."""
    seen: set[str] = set()
    for change in case.changes:
        if change.line not in LINES:
            then = f"项目有：{'、'.join(LINES)}"
            faults.add(number, "changes", f"没有预算项目 {change.line}", next_step=then)
        if change.line in seen:
            faults.add(number, "changes", f"预算项目 {change.line} 调整了两次", next_step="请只保留一次")
        if not change.reason:
            faults.add(number, "changes", f"预算项目 {change.line} 的调整没有写明理由", next_step="请写明理由")
        seen.add(change.line)


def _version(case: DraftFundBudget, view: View) -> Version:
    """The budget as it would be kept, reckoned once for check and plan."""
    changes = {change.line: change for change in case.changes}

    def drafted() -> Version:
        try:
            draft = draft_budget(case.year, as_of=view.on)
        except NothingToReckonWith as missing:
            return Version(missing=str(missing))
        return Version([_changed(line, changes.get(line.line)) for line in draft])

    return view.once(("budget", case), drafted)


def _changed(line: DraftLine, change: BudgetChange | None) -> DraftLine:
    """The line as it is kept: the reason for a change stands before what the formula said."""
    if change is None:
        return line
    basis = f"调整：{change.reason}（公式测算{format_yuan(line.amount_fen)}元：{line.basis}）"
    return DraftLine(line.line, line.name, change.amount_fen, basis[:BASIS_LENGTH])


def _last_version(year: int) -> int:
    """Number of the latest version of a year's budget, 0 before the first."""
    return FundBudget.objects.filter(year=year).aggregate(last=Max("version"))["last"] or 0


def _same_as_last(year: int, lines: Sequence[DraftLine]) -> int | None:
    """Number of the latest version if it says the same, else None."""
    last = _last_version(year)
    rows = FundBudget.objects.filter(year=year, version=last).order_by("id")
    stated = {(row.line, row.amount_fen, row.basis) for row in rows}
    return last if stated == {(one.line, one.amount_fen, one.basis) for one in lines} else None

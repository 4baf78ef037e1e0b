"""The fund's yearly budget (基金预算编制): drafted from the register, changed only with a reason, kept by version."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max
from pydantic import Field

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.records import bulk
from jubao.records.models import FundBudget
from jubao.reports.fiscal.draft import LINES, DraftLine, draft_budget
from jubao.reports.fiscal.people import NothingToReckonWith
from jubao.vocabulary.fen import MAX_FEN, format_yuan

BASIS_LENGTH = 300
INCOME = tuple(line for line in LINES if "_INCOME" in line)


class CannotDraftBudget(Refused):
    """The year's budget cannot be drafted, or a change of the draft has no ground."""


class BudgetChange(Arguments):
    """A line somebody sets otherwise than the formula does, and why."""

    line: str
    amount_fen: int
    reason: str = Field(max_length=120)


class DraftFundBudget(Arguments):
    """The year to be budgeted, and the lines set by hand."""

    year: int
    changes: tuple[BudgetChange, ...] = ()


@act("fund.budget", title="基金预算编制", arguments=DraftFundBudget, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def draft_fund_budget(cases: Sequence[DraftFundBudget], *, on: date, act: ActReference) -> Result:
    """Keep a version of the fund's budget: every line by formula from the register of the day, or by a stated reason.

    Source: 社会保险经办条例第三十九条；社会保险法第六十七条；财社〔2017〕144号（基金预算）.
    """
    if len(cases) != 1:
        raise CannotDraftBudget("一次只编制一个年度的基金预算，请分开办理")
    case = cases[0]
    try:
        draft = draft_budget(case.year, as_of=on)
    except NothingToReckonWith as missing:
        raise CannotDraftBudget(f"{case.year}年基金预算未编制：{missing}") from missing
    _refuse(case)
    changes = {change.line: change for change in case.changes}
    lines = [_changed(line, changes.get(line.line)) for line in draft]
    version = _next_version(case.year, lines)
    bulk.insert(
        FundBudget,
        {"year": case.year, "version": version, "line": [one.line for one in lines], "name": [one.name for one in lines],
         "amount_fen": [one.amount_fen for one in lines], "basis": [one.basis for one in lines], "act_id": act.id},
        count=len(lines),
    )  # fmt: skip
    income = sum(one.amount_fen for one in lines if one.line in INCOME)
    total = sum(one.amount_fen for one in lines)
    return {"year": case.year, "version": version, "lines": len(lines), "changed": len(changes), "income_fen": income,
            "expenditure_fen": total - income}  # fmt: skip


def _refuse(case: DraftFundBudget) -> None:
    """Every fault of the changes at once. Raises CannotDraftBudget."""
    named = [change.line for change in case.changes]
    faults = [f"没有预算项目 {line}，项目有：{'、'.join(LINES)}" for line in sorted(set(named) - set(LINES))]
    faults += [f"预算项目 {line} 调整了两次，请只保留一次" for line in sorted(set(named)) if named.count(line) > 1]
    faults += [f"预算项目 {one.line} 的金额 {one.amount_fen} 分须在零和 {MAX_FEN} 分之间" for one in case.changes
               if not 0 <= one.amount_fen <= MAX_FEN]  # fmt: skip
    faults += [f"预算项目 {one.line} 的调整没有写明理由" for one in case.changes if not one.reason]
    if faults:
        raise CannotDraftBudget(f"{case.year}年基金预算未编制：共 {len(faults)} 处错误", faults=faults)


def _changed(line: DraftLine, change: BudgetChange | None) -> DraftLine:
    """The line as it is kept: the reason for a change stands before what the formula said."""
    if change is None:
        return line
    basis = f"调整：{change.reason}（公式测算{format_yuan(line.amount_fen)}元：{line.basis}）"
    return DraftLine(line.line, line.name, change.amount_fen, basis[:BASIS_LENGTH])


def _next_version(year: int, lines: Sequence[DraftLine]) -> int:
    """The number of a new version. Raises CannotDraftBudget when it says what the latest says."""
    kept = FundBudget.objects.filter(year=year)
    last = kept.aggregate(last=Max("version"))["last"] or 0
    stated = {(row.line, row.amount_fen, row.basis) for row in kept.filter(version=last)}
    if stated == {(one.line, one.amount_fen, one.basis) for one in lines}:
        raise CannotDraftBudget(f"{year}年基金预算与第{last}版完全相同，无须再编；如需调整请写明项目、金额和理由")
    return last + 1

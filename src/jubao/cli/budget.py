"""``jubao budget``: execution of the department budget within the year, item by item."""

import json
import sys
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from jubao.cli.setup import command
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.fen import format_yuan

if TYPE_CHECKING:
    from jubao.reports.evaluation.budget_execution import Executed, Execution, ThreePublic

YEAR = typer.Option("--year", min=2009, max=2100, help="预算年度 / the budget year")
AS_OF = typer.Option("--as-of", formats=["%Y-%m-%d"], help="截止日，默认年末 / up to this day, default year's end")
TOLERANCE = typer.Option("--tolerance", min=0, max=100, help="偏离序时进度多少个百分点才提示 / points off the path")
AS_JSON = typer.Option("--json", help="输出 JSON / print JSON")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("budget", help="部门预算执行进度 / execution of the department budget within the year.")(budget)


@command(FIGURES)
def budget(
    year: Annotated[int, YEAR],
    as_of: Annotated[datetime | None, AS_OF] = None,
    tolerance: Annotated[int, TOLERANCE] = 10,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Print every item with budget, spending, rate and path; name the deviations."""
    from jubao.reports.catalogue.reading import DayBeforeYear
    from jubao.reports.evaluation.budget_execution import NoBudget, execute_budget

    try:
        execution = execute_budget(year, as_of.date() if as_of else date(year, 12, 31), tolerance=tolerance)
    except (NoBudget, DayBeforeYear) as refused:
        sys.stderr.write(f"{refused.args[0]}\n")
        raise typer.Exit(1 if isinstance(refused, NoBudget) else 2) from None
    if as_json:
        print(json.dumps(_body(execution), ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(_item_table(execution), _three_public_table(execution))
    if execution.procurement:
        console.print("政府采购：", *(f"{one.name} {percent(one.rate)}；" for one in execution.procurement))
    for one in execution.items:
        if one.deviation != "正常":
            console.print(
                f"{one.deviation}：{one.item} {one.name}，执行率{percent(one.rate)}，序时{percent(one.path * 100)}"
            )


def _item_table(execution: "Execution") -> Table:
    title = f"{execution.year}年部门预算执行（截至{execution.as_of}，序时进度{percent(execution.path * 100)}）"
    table = Table(title=title)
    for heading in ("项目", "名称", "类别", "预算", "支出", "执行率", "偏离（百分点）", "状态"):
        right = heading in {"预算", "支出", "执行率", "偏离（百分点）"}
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for one in (*execution.items, execution.total):
        ahead = "" if one.ahead is None else percent(one.ahead).removesuffix("%")
        table.add_row(
            one.item,
            one.name,
            one.group,
            format_yuan(one.budget_fen),
            format_yuan(one.spent_fen),
            percent(one.rate),
            ahead,
            str(one.deviation),
        )
    return table


def _three_public_table(execution: "Execution") -> Table:
    table = Table(title="“三公”经费（元）")
    for heading in ("项目", "本年控制数", "本年支出", "执行率", "上年控制数", "上年支出", "状态"):
        table.add_column(heading, justify="left" if heading in {"项目", "状态"} else "right")
    for one in execution.three_public:
        table.add_row(
            one.name,
            _yuan(one.ceiling_fen),
            _yuan(one.spent_fen),
            percent(one.rate),
            _yuan(one.last_ceiling_fen),
            _yuan(one.last_spent_fen),
            "超控制数" if one.is_over else "",
        )
    return table


def percent(share: Fraction | None) -> str:
    """A percentage with at most two decimals."""
    from jubao.reports.figures.figure import share_text

    return share_text(share)


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else format_yuan(fen)


def _body(execution: "Execution") -> dict[str, Any]:
    """Everything as JSON: money in whole fen, shares as decimal text."""
    return {
        "year": execution.year,
        "as_of": str(execution.as_of),
        "path": percent(execution.path * 100),
        "items": [_entry(one) for one in execution.items],
        "total": _entry(execution.total),
        "three_public": [_three_public_entry(one) for one in execution.three_public],
        "procurement": [one.item for one in execution.procurement],
    }


def _entry(one: "Executed") -> dict[str, Any]:
    return {
        "item": one.item,
        "name": one.name,
        "group": one.group,
        "budget_fen": one.budget_fen,
        "spent_fen": one.spent_fen,
        "rate": percent(one.rate),
        "ahead": percent(one.ahead),
        "deviation": str(one.deviation),
    }


def _three_public_entry(one: "ThreePublic") -> dict[str, Any]:
    return {
        "name": one.name,
        "ceiling_fen": one.ceiling_fen,
        "spent_fen": one.spent_fen,
        "rate": percent(one.rate),
        "last_ceiling_fen": one.last_ceiling_fen,
        "last_spent_fen": one.last_spent_fen,
        "over": one.is_over,
    }

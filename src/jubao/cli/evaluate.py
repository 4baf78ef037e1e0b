"""``jubao evaluate``: the year's score opened to its evidence, targets against the path, years side by side."""

import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from jubao.cli.setup import command
from jubao.cli.viewing import viewer_of_figures
from jubao.vocabulary.audience import FIGURES_TO_PEOPLE

if TYPE_CHECKING:
    from jubao.reports.catalogue.reading import Reading
    from jubao.reports.evaluation.monitoring import Watched
    from jubao.reports.evaluation.monitoring_score import OpenedIndicator, OpenedScore
    from jubao.reports.evaluation.monitoring_years import Compared, YearsCompared
    from jubao.vocabulary.viewer import Viewer

YEAR = typer.Option("--year", min=2009, max=2100, help="评价年度 / the year evaluated")
AS_OF = typer.Option(
    "--as-of", formats=["%Y-%m-%d"], help="截止日，默认账内最近一日 / up to this day, default the latest"
)
AS_JSON = typer.Option("--json", help="输出 JSON / print JSON")
OPEN = typer.Option("--open", help="打开一项指标到记录（编号或名称） / open one indicator to its rows")
COMPARE = typer.Option(
    "--compare", min=2009, max=2100, help="与这一年对照，可多次 / compare with this year, repeatable"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate", help="绩效评分、年中监控与年度对照 / score, monitoring, comparison of years.")(evaluate)


@command(FIGURES_TO_PEOPLE)
def evaluate(
    year: Annotated[int, YEAR],
    by: str,
    as_of: Annotated[datetime | None, AS_OF] = None,
    as_json: Annotated[bool, AS_JSON] = False,
    item: Annotated[str | None, OPEN] = None,
    compare: Annotated[list[int] | None, COMPARE] = None,
) -> None:
    """Print the scoring table with reasons and evidence, then where the targets stand."""
    from jubao.reports.catalogue.reading import DayBeforeYear, Reading, settling_day
    from jubao.reports.evaluation.monitoring import watch
    from jubao.reports.evaluation.monitoring_score import NoSuchIndicator, open_score
    from jubao.reports.evaluation.monitoring_years import compare_years
    from jubao.reports.scoring.scored_year import NoScore

    viewer = viewer_of_figures(by, "evaluate")
    day = as_of.date() if as_of else settling_day(year, date(year, 12, 31))
    try:
        reading = Reading(year, day, settled=day)
        opened = open_score(reading)
        if item:
            _show_rows(reading, opened.find(item), viewer, as_json=as_json)
            return
        years = compare_years([year, *compare], day) if compare else None
        _show(opened, watch(year, day), years, as_json=as_json)
    except NoScore as missing:
        sys.stderr.write(f"不能评分：{missing}\n")
        raise typer.Exit(1) from None
    except (DayBeforeYear, NoSuchIndicator) as wrong:
        sys.stderr.write(f"{wrong.args[0]}\n")
        raise typer.Exit(2) from None


def _show(opened: "OpenedScore", watched: "list[Watched]", years: "YearsCompared | None", *, as_json: bool) -> None:
    if as_json:
        body = _score_body(opened) | {"monitoring": [_watched_entry(one) for one in watched]}
        if years:
            body["years"] = list(years.years)
            body["compared"] = [_compared_entry(one) for one in (*years.scores, *years.figures)]
            body["notes"] = list(years.notes)
        print(json.dumps(body, ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(_score_table(opened), opened.thresholds, _watched_table(opened.score.as_of, watched))
    if years:
        console.print(_years_table("得分对照", years, years.scores), _years_table("指标对照", years, years.figures))
        console.print(*years.notes, sep="\n")


def _score_table(opened: "OpenedScore") -> Table:
    from jubao.reports.evaluation.monitoring_score import points_text

    score = opened.score
    table = Table(title=f"{score.year}年绩效自评（截至{score.as_of}）：{points_text(score.points)}分，{score.grade}")
    for heading in ("指标", "分值", "得分", "算式", "依据", "扣分", "原因"):
        table.add_column(heading, justify="right" if heading in {"分值", "得分", "扣分"} else "left", overflow="fold")
    for one in opened.indicators:
        entry = _indicator_entry(one)
        cells = ("name", "points", "earned", "formula", "basis", "lost", "reason")
        table.add_row(*(str(entry[cell] or "") for cell in cells), style="bold red" if one.scored.lost else "")
    return table


def _score_body(opened: "OpenedScore") -> dict[str, Any]:
    from jubao.reports.evaluation.monitoring_score import points_text

    score = opened.score
    return {
        "year": score.year,
        "as_of": str(score.as_of),
        "points": points_text(score.points),
        "grade": score.grade,
        "thresholds": opened.thresholds,
        "indicators": [_indicator_entry(one) for one in opened.indicators],
    }


def _indicator_entry(one: "OpenedIndicator") -> dict[str, Any]:
    """One indicator: points as decimal text, inputs with the ids of their figures."""
    from jubao.reports.evaluation.monitoring_score import points_text

    scored = one.scored
    return {
        "id": scored.indicator.id,
        "name": scored.name,
        "levels": list(scored.indicator.levels),
        "points": scored.indicator.points,
        "earned": points_text(scored.points),
        "lost": points_text(scored.lost) if scored.lost else "",
        "formula": scored.indicator.formula,
        "reason": scored.reason,
        "basis": one.basis,
        "inputs": [
            {"name": i.name, "label": i.label, "value": i.text, "figure": i.figure, "evidence": i.evidence}
            for i in one.inputs
        ],
    }


def _watched_table(as_of: date, watched: "list[Watched]") -> Table:
    from jubao.reports.figures.figure import share_text

    table = Table(title=f"目标进度（截至{as_of}，按日均匀推进到年末）")
    for heading in ("目标", "全年目标", "序时应达", "实际", "完成比例", "状态"):
        table.add_column(heading, justify="left" if heading in {"目标", "状态"} else "right", overflow="fold")
    for one in watched:
        style = "bold red" if one.progress == "滞后" else ""
        cells = (one.name, one.target_text, one.path_text, one.reached_text or "—", share_text(one.share))
        table.add_row(*cells, str(one.progress), style=style)
    return table


def _watched_entry(one: "Watched") -> dict[str, Any]:
    from jubao.reports.figures.figure import share_text

    return {
        "name": one.name,
        "figure": one.figure,
        "target": one.target_text,
        "path": one.path_text,
        "reached": one.reached_text,
        "share": share_text(one.share),
        "progress": str(one.progress),
    }


def _years_table(title: str, years: "YearsCompared", lines: "tuple[Compared, ...]") -> Table:
    table = Table(title=title)
    table.add_column("项目", overflow="fold")
    for heading in (*(f"{year}年" for year in years.years), "变化"):
        table.add_column(heading, justify="right")
    for one in lines:
        table.add_row(one.name, *one.values, one.change)
    return table


def _compared_entry(one: "Compared") -> dict[str, Any]:
    return {"name": one.name, "values": list(one.values), "change": one.change}


def _show_rows(reading: "Reading", opened: "OpenedIndicator", viewer: "Viewer", *, as_json: bool) -> None:
    """Every input of an indicator with the rows behind it."""
    from jubao.reports.evaluation.monitoring_score import rows_behind

    behind = rows_behind(reading, opened, viewer=viewer)
    if as_json:
        rows = [
            {
                "input": one.name,
                "figure": one.figure,
                "value": one.text,
                "reference": row.reference,
                "name": row.name,
                "number": row.number,
                "quantity": str(row.quantity),
                "note": row.note,
                "act": row.act,
            }
            for one, found in behind
            for row in found
        ]
        print(json.dumps({"indicator": _indicator_entry(opened), "rows": rows}, ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(f"{opened.scored.name}：{opened.basis}；{opened.scored.reason}")
    for one, found in behind:
        table = Table(title=f"{one.label}{one.text}" + (f"（{one.figure}）" if one.figure else ""))
        for heading in ("编号", "名称", "说明", "数量", "行为"):
            table.add_column(heading, overflow="fold")
        for row in found:
            quantity = _quantity(row.quantity, money=row.money)
            table.add_row(row.reference, row.name, row.number or row.note, quantity, str(row.act or ""))
        console.print(table)


def _quantity(quantity: Any, *, money: bool) -> str:
    from jubao.reports.figures.figure import Unit, show

    return show(quantity, Unit.MONEY) if money else str(quantity)

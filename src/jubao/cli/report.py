"""``jubao report``: reports the law asks for, written as Word files."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.setup import command

YEAR = typer.Option("--year", min=2009, max=2100, help="评价年度 / the year evaluated")
AS_OF = typer.Option("--as-of", formats=["%Y-%m-%d"], help="业务数据截止日，默认年末 / business facts up to this day")
ON = typer.Option("--on", formats=["%Y-%m-%d"], help="报告日期，默认今天 / date of the report, default today")
OUT = typer.Option("--out", help="写到这个 Word 文件 / the Word file to write", dir_okay=False)

reports = typer.Typer(no_args_is_help=True, help="法定报告 / statutory reports.")


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(reports, name="report")


@reports.command("self-evaluation", help="绩效自评报告（附件1） / the annual self-evaluation report.")
@command
def self_evaluation(
    year: Annotated[int, YEAR],
    out: Annotated[Path, OUT],
    as_of: Annotated[datetime | None, AS_OF] = None,
    on: Annotated[datetime | None, ON] = None,
) -> None:
    """Fill the report from the books and write it."""
    cut_off = as_of.date() if as_of else date(year, 12, 31)
    write_report(year, cut_off, on.date() if on else date.today(), out)  # noqa: DTZ011 (the office's own day)


def write_report(year: int, cut_off: date, dated: date, out: Path) -> None:
    """Write a year's self-evaluation as of a cut-off day, and say what was left blank."""
    from jubao.documents.self_evaluation import write_self_evaluation
    from jubao.reports.evaluation import NoScore
    from jubao.reports.reading import DayBeforeYear
    from jubao.reports.self_evaluation import ReportBeforeFigures, build_self_evaluation, left_blank

    try:
        form = build_self_evaluation(year, as_of=cut_off, on=dated)
    except (ReportBeforeFigures, NoScore, DayBeforeYear) as refused:
        sys.stderr.write(f"未出具报告：{refused}\n")
        raise typer.Exit(1) from None
    out.parent.mkdir(parents=True, exist_ok=True)
    digest = write_self_evaluation(form, out)
    print(f"已写出 {out}，得分 {form.score}，等次 {form.grade}，SHA-256 {digest}")
    for blank in left_blank(form):
        print(f"留空待填：{blank}")

"""``jubao report``: reports the law asks for, written as Word or PDF files, and what was signed of them."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.report_check import check
from jubao.cli.report_signed import signed
from jubao.cli.setup import command
from jubao.vocabulary.audience import FIGURES

YEAR = typer.Option("--year", min=2009, max=2100, help="评价年度 / the year evaluated")
AS_OF = typer.Option("--as-of", formats=["%Y-%m-%d"], help="业务数据截止日，默认年末 / business facts up to this day")
ON = typer.Option("--on", formats=["%Y-%m-%d"], help="报告日期，默认今天 / date of the report, default today")
OUT = typer.Option("--out", help="写到这个文件，.docx 或 .pdf / the file to write, .docx or .pdf", dir_okay=False)

TEMPLATE = typer.Option(
    "--template", help="用本单位的 Word 模板 / fill the office's own Word template", exists=True, dir_okay=False
)

reports = typer.Typer(no_args_is_help=True, help="法定报告 / statutory reports.")
reports.command("signed", help="已签报告与现有记录对照 / signed reports against the books of today.")(signed)
reports.command("check", help="核对一份自评报告自身的矛盾 / find where a report contradicts itself.")(check)


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(reports, name="report")


@reports.command("self-evaluation", help="绩效自评报告（附件1） / the annual self-evaluation report.")
@command(FIGURES)
def self_evaluation(
    year: Annotated[int, YEAR],
    out: Annotated[Path, OUT],
    as_of: Annotated[datetime | None, AS_OF] = None,
    on: Annotated[datetime | None, ON] = None,
    template: Annotated[Path | None, TEMPLATE] = None,
) -> None:
    """Fill the report from the books and write it."""
    cut_off = as_of.date() if as_of else date(year, 12, 31)
    dated = on.date() if on else date.today()  # noqa: DTZ011 (the office's own day)
    if template:
        write_own_report(year, cut_off, dated, out, template)
    else:
        write_report(year, cut_off, dated, out)


def write_report(year: int, cut_off: date, dated: date, out: Path) -> None:
    """Write a year's self-evaluation as of a cut-off day, and say what was left blank."""
    from jubao.documents.evaluation_tables import IndicatorNotOnForm
    from jubao.documents.self_evaluation import write_self_evaluation
    from jubao.documents.self_evaluation_pdf import write_self_evaluation_pdf
    from jubao.documents.typesetting import NoChineseFont
    from jubao.documents.word import TextNotPrintable
    from jubao.reports.catalogue.reading import DayBeforeYear
    from jubao.reports.evaluation.self_evaluation import ReportBeforeFigures, build_self_evaluation, left_blank
    from jubao.reports.scoring.scored_year import NoScore

    writers = {".docx": write_self_evaluation, ".pdf": write_self_evaluation_pdf}
    if out.suffix.lower() not in writers:
        sys.stderr.write(f"不能写成 {out.suffix or '无后缀的文件'}：请把 --out 改为 .docx 或 .pdf\n")
        raise typer.Exit(2)
    try:
        form = build_self_evaluation(year, as_of=cut_off, on=dated)
        digest = writers[out.suffix.lower()](form, out)
    except (
        ReportBeforeFigures,
        NoScore,
        DayBeforeYear,
        NoChineseFont,
        IndicatorNotOnForm,
        TextNotPrintable,
    ) as refused:
        sys.stderr.write(f"未出具报告：{refused}\n")
        raise typer.Exit(1) from None
    print(f"已写出 {out}，得分 {form.score}，等次 {form.grade}，SHA-256 {digest}")
    for blank in left_blank(form):
        print(f"留空待填：{blank}")


def write_own_report(year: int, cut_off: date, dated: date, out: Path, template: Path) -> None:
    """Fill an office's own Word template with the figures of a year."""
    from jubao.documents.own_template import TemplateNotFillable, write_from_template
    from jubao.reports.catalogue.reading import DayBeforeYear, Reading
    from jubao.reports.evaluation.own_template import FigureTexts, cover_words
    from jubao.reports.evaluation.self_evaluation import ReportBeforeFigures, build_self_evaluation
    from jubao.reports.scoring.scored_year import NoScore

    if out.suffix.lower() != ".docx":
        sys.stderr.write("用自有模板只能写成 Word：请把 --out 改为 .docx\n")
        raise typer.Exit(2)
    try:
        form = build_self_evaluation(year, as_of=cut_off, on=dated)
        reading = Reading(year, cut_off, settled=dated)
        digest = write_from_template(template, out, FigureTexts(reading), cover_words(form, reading))
    except (ReportBeforeFigures, NoScore, DayBeforeYear, TemplateNotFillable) as refused:
        sys.stderr.write(f"未出具报告：{refused}\n")
        raise typer.Exit(1) from None
    print(f"已写出 {out}，SHA-256 {digest}")

"""``jubao report check``: read a self-evaluation report and list where it contradicts itself, or the books."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

if TYPE_CHECKING:
    from jubao.reports.checking.check import Checked
    from jubao.reports.checking.finding import Finding

FILE = typer.Argument(help="自评报告，docx 或 txt / the report, docx or txt", dir_okay=False)
AS_JSON = typer.Option("--json", help="输出 JSON，含读到的全部指标 / print JSON, with every figure read")
YEAR = typer.Option(
    "--year", min=2009, max=2100, help="再与本单位该年账簿核对 / also compare with the books of this year"
)


@command(ANYBODY, books=False)
def check(
    file: Annotated[Path, FILE],
    as_json: Annotated[bool, AS_JSON] = False,
    year: Annotated[int | None, YEAR] = None,
) -> None:
    """List contradictions; exit 1 when there is one, 2 when the file cannot be read."""
    from jubao.documents.reading import PaperUnreadable, read_paper
    from jubao.reports.checking.check import check_paper

    try:
        paper = read_paper(file)
    except PaperUnreadable as unreadable:
        sys.stderr.write(f"无法核对：{unreadable}\n")
        raise typer.Exit(2) from None
    checked = check_paper(paper)
    if not checked.form.money and not any(one.concept for one in checked.statements):
        sys.stderr.write(f"无法核对：《{paper.name}》里没有附件1的表格和指标，请确认这是整体支出绩效自评报告\n")
        raise typer.Exit(2)
    against = _against_books(checked, year) if year else []
    findings = [*checked.findings, *against]
    if as_json:
        _print_json(paper.name, checked, findings)
    else:
        _print_findings(paper.name, checked, findings)
    if any(not finding.warning for finding in findings):
        raise typer.Exit(1)


def _against_books(checked: "Checked", year: int) -> "list[Finding]":
    """The report's figures beside the books, as of the day the report says its figures run to."""
    from jubao.cli.setup import open_office

    open_office()
    from jubao.reports.catalogue.reading import DayBeforeYear, Reading
    from jubao.reports.checking.rules_books import check_books

    dated = checked.form.report_date
    cut_off = checked.cut_off or date(year, 12, 31)
    try:
        reading = Reading(year, cut_off, settled=max(cut_off, dated[0]) if dated else None)
        return list(check_books(checked.statements, reading))
    except DayBeforeYear as wrong:
        sys.stderr.write(f"不能与账簿核对：{wrong}\n")
        raise typer.Exit(2) from None


def _print_findings(name: str, checked: "Checked", findings: "list[Finding]") -> None:
    named = sum(1 for one in checked.statements if one.concept)
    print(f"《{name}》读到{len(checked.statements)}个数，其中{named}个认出所指指标。")
    for number, one in enumerate(findings, start=1):
        kind = "提示" if one.warning else "矛盾"
        print(f"{number}. [{kind}·{one.rule}] {one.place}：“{one.quote}” —— {one.reason}")
    wrong = sum(1 for one in findings if not one.warning)
    print(f"矛盾{wrong}处，提示{len(findings) - wrong}处。")


def _print_json(name: str, checked: "Checked", findings: "list[Finding]") -> None:
    from jubao.reports.checking.check import figures_as_json

    dated = checked.form.report_date
    body = {
        "file": name,
        "year": checked.form.year,
        "report_date": str(dated[0]) if dated else None,
        "cut_off": str(checked.cut_off) if checked.cut_off else None,
        "contradictions": [one.as_json for one in findings if not one.warning],
        "warnings": [one.as_json for one in findings if one.warning],
        "figures": figures_as_json(checked),
    }
    print(json.dumps(body, ensure_ascii=False, indent=1))

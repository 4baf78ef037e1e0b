"""``jubao report signed``: every signed report of a year, its signers, and what the books say differently today."""

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from jubao.cli.setup import command
from jubao.vocabulary.audience import FIGURES

if TYPE_CHECKING:
    from jubao.reports.evaluation.signed import SignedState

YEAR = typer.Option("--year", min=2009, max=2100, help="评价年度 / the year evaluated")
AS_JSON = typer.Option("--json", help="输出 JSON / print JSON")
OUT = typer.Option("--out", help="取出最近一次签定的 Word 文件 / hand out the file signed last", dir_okay=False)
KEPT = {True: "留存文件完好", False: "留存文件已被改动", None: "没有留存文件"}
ROLES = {"MAKE": "经办", "CHECK": "复核", "APPROVE": "审批"}


@command(FIGURES)
def signed(
    year: Annotated[int, YEAR],
    as_json: Annotated[bool, AS_JSON] = False,
    out: Annotated[Path | None, OUT] = None,
) -> None:
    """List what was signed; exit 1 when a figure or a file no longer agrees."""
    from django.conf import settings

    from jubao.reports.evaluation.signed import signed_reports

    home = Path(settings.JUBAO_HOME)
    states = list(signed_reports(year, home))
    if not states:
        sys.stderr.write(f"{year} 年没有已签报告：请用 jubao propose report.sign 提出并签署\n")
        raise typer.Exit(1)
    if out:
        _hand_out(states[-1], home, out)
    if as_json:
        print(json.dumps([_entry(state) for state in states], ensure_ascii=False, indent=1))
    else:
        for state in states:
            _print(state)
    if not all(state.stands for state in states):
        raise typer.Exit(1)


def _hand_out(state: "SignedState", home: Path, out: Path) -> None:
    """Copy the kept file; a file that is gone or was touched is never handed out as the signed one."""
    from jubao.reports.evaluation.signed import kept_path

    if not state.kept:
        sys.stderr.write(f"不能取出已签文件：{KEPT[state.kept]}（{state.report.sha256}），请从备份恢复\n")
        raise typer.Exit(1)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept_path(home, state.report.sha256), out)


def _print(state: "SignedState") -> None:
    report, console = state.report, Console()
    console.print(f"{report.title}，业务数据截至{report.as_of}，报告日期{report.dated}，案件 {state.case}")
    for role, name, post, on in state.signers:
        console.print(f"  {ROLES.get(role, role)}：{name}（{post}）{on}")
    console.print(f"  文件 SHA-256 {report.sha256}：按现有记录重新生成，{_rebuilt(state)}；{KEPT[state.kept]}")
    if not state.changed:
        console.print(f"  签定指标 {len(state.figures)} 项，与现有记录全部一致。")
        return
    table = Table(title=f"签定指标 {len(state.figures)} 项，其中 {len(state.changed)} 项与现有记录不同")
    for heading in ("指标", "截至", "签定值", "现值", "差额", "单位"):
        table.add_column(heading, justify="right" if heading in {"签定值", "现值", "差额"} else "left")
    for one in state.changed:
        table.add_row(one.name, str(one.as_of), one.signed_text or "—", one.now_text or "—", one.difference, one.unit)
    console.print(table)


def _rebuilt(state: "SignedState") -> str:
    """Whether the file comes out again; when only words changed, where to look."""
    if state.rebuilt:
        return "与签定时一致"
    return "与签定时不一致" if state.changed else "与签定时不一致（指标未变，请核对文字、人员、依据和程序版本）"


def _entry(state: "SignedState") -> dict[str, Any]:
    """One signed report as JSON; exact values are whole fen, counts, fractions or words."""
    report = state.report
    return {
        "title": report.title,
        "year": report.year,
        "as_of": str(report.as_of),
        "dated": str(report.dated),
        "sha256": report.sha256,
        "case": state.case,
        "rebuilt_agrees": state.rebuilt,
        "kept_agrees": state.kept,
        "stands": state.stands,
        "signers": [{"role": r, "name": n, "post": p, "on": str(d)} for r, n, p, d in state.signers],
        "figures": [
            {
                "id": one.figure,
                "name": one.name,
                "unit": one.unit,
                "as_of": str(one.as_of),
                "signed": one.signed,
                "now": one.now,
                "agrees": one.agrees,
                "difference": one.difference,
            }
            for one in state.figures
        ],
    }

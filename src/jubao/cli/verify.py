"""``jubao verify``: every invariant over the whole book of record, and the audit chain; exit 1 on any violation."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

if TYPE_CHECKING:
    from jubao.records.anchors import Anchor

JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")
ANCHOR = typer.Option(
    "--anchor", help="核对库外留存的链头：jubao anchor 所印的整行 / check a head kept outside, by its line"
)
ANCHOR_FILE = typer.Option(
    "--anchor-file", help="同上，留存的文件 / the same, by the file that was kept", exists=True, dir_okay=False
)
LARGEST_NOTE = 4096
ONLY = typer.Option("--only", help="只核对这些编号，如 I-05 / only these numbers")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help="核对账簿全部不变量与审计链 / check every invariant and the audit chain.")(verify)


@command(ANYBODY)
def verify(
    as_json: Annotated[bool, JSON] = False,
    only: Annotated[list[str] | None, ONLY] = None,
    anchor: Annotated[str, ANCHOR] = "",
    anchor_file: Annotated[Path | None, ANCHOR_FILE] = None,
) -> None:
    """Check the books and list every row that breaks an invariant; numbers of people are masked."""
    from jubao.records.anchors import read_line
    from jubao.reports.invariants import verification

    if anchor or anchor_file:
        _check_anchor(_head_in(anchor_file) if anchor_file else read_line(anchor))
        return
    known = {each.code for each in verification.invariants()}
    if unknown := sorted(set(only or []) - known):
        raise typer.BadParameter(f"没有编号 {'、'.join(unknown)}")
    if verification.nothing_was_done():
        print("这里还没有办过任何业务，没有账簿可核对。")
        return
    findings = verification.verify(only or None)
    broken = sum(finding.broken for finding in findings)
    if as_json:
        report = {"broken": broken, "findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    else:
        _print(findings, broken)
    if broken:
        raise typer.Exit(1)


def _head_in(file: Path) -> "Anchor | None":
    """The head in a file that somebody kept: a note's own file, or one that holds the line."""
    from jubao.records.anchors import read_line, read_note

    if file.stat().st_size > LARGEST_NOTE:
        return None
    return read_note(file) or read_line(file.read_text(encoding="utf-8", errors="replace"))


def _check_anchor(noted: "Anchor | None") -> None:
    """Compare a head that somebody outside kept with the chain."""
    from jubao.reports.invariants.chain import fault_of

    if wrong := fault_of(noted):
        print(
            f"不符：{wrong}。请停止办理，保留现场，立即报告上级。"
            if noted
            else "读不出链头：请照抄 jubao anchor 所印的整行。"
        )
        raise typer.Exit(1)
    assert noted is not None, "what cannot be read is wrong"
    print(f"相符：审计链第 {noted.id} 号事件与留存的链头一致，此前的内容未被改写。")


def _print(findings: list[Any], broken: int) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("编号", "不变量", "检查行数", "违反")
    for finding in findings:
        style = "red" if finding.broken else None
        table.add_row(finding.code, finding.title, f"{finding.rows:,}", f"{finding.broken:,}", style=style)
    console.print(table)
    for finding in findings:
        for one in finding.violations:
            text = f"{finding.code} {one.table} {one.id or ''}：{one.text}"
            console.print(text, markup=False, highlight=False, soft_wrap=True)
        if finding.broken > len(finding.violations):
            console.print(f"{finding.code} 另有 {finding.broken - len(finding.violations)} 处未列出")
    for text in (text for finding in findings for text in finding.notices):
        console.print(f"提示：{text}", markup=False, highlight=False, soft_wrap=True)
    console.print("全部相符。" if not broken else f"共 {broken} 处违反，请逐条查明。")

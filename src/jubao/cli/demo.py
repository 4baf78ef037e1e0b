"""``jubao demo``: a district that never existed works a whole year, through the same acts as any other."""

import os
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

if TYPE_CHECKING:
    from jubao.simulation.agenda import Agenda

CALIBRATED = (2017, 1.0, 2017)  # seed, scale and year whose figures are those of the source document
CUT_OFF = (12, 15)  # the day the source document counts its operations by

SEED = typer.Option(help="随机种子 / seed of the district")
SCALE = typer.Option(min=0.01, max=20.0, help="规模，1 为一个区 / size, 1 is one district")
YEAR = typer.Option(help="业务年度 / the year to work")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help="模拟一个区的全年业务 / run a synthetic district's whole year.")(demo)


@command(ANYBODY)
def demo(
    seed: Annotated[int, SEED] = 2017, scale: Annotated[float, SCALE] = 1.0, year: Annotated[int, YEAR] = 2017
) -> None:
    """Generate the district's files, carry its year out, print its figures and write its report."""
    from django.conf import settings

    from jubao.operations.identity.trial import begin_trial
    from jubao.simulation.demonstration import demonstration_at

    begin_trial()
    console = Console()
    start = time.monotonic()
    home = Path(settings.JUBAO_HOME)
    shown = demonstration_at(home, seed, scale, year)
    folder = shown.folder
    agenda = generated(seed, scale, year, folder, console)
    worked(agenda, folder, console, start)
    shown.note_worked()
    if (seed, scale, year) == CALIBRATED:
        _lay_document_beside(home / f"beside-{year}.yaml")
    _show(year, home / "reports" / f"{year}年度绩效自评报告.docx")
    console.print(f"用时 {time.monotonic() - start:.0f} 秒，账簿、来文、报告都在 {os.path.relpath(home)}")


def generated(seed: int, scale: float, year: int, folder: Path, console: Console) -> "Agenda":
    """The district's files and agenda, made or found."""
    from jubao.simulation.generation import generate

    folder.mkdir(parents=True, exist_ok=True)
    with console.status(f"生成模拟区（种子 {seed}，规模 {scale:g}）……"):
        return generate(seed, scale, folder, year)


def worked(agenda: "Agenda", folder: Path, console: Console, start: float) -> None:
    """Carry the year out; a terminal sees a bar, a log sees a line a month."""
    from jubao.simulation.year import Year

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    month = ""
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        shown = progress.add_task("全年业务", total=len(agenda.events))
        for done in Year(agenda, folder).run():
            progress.update(shown, total=done.total, completed=done.number, description=f"{done.on} {done.title}")
            if not console.is_terminal and f"{done.on:%Y-%m}" != month:
                month = f"{done.on:%Y-%m}"
                console.print(f"{month}　已办 {done.number} 项　{time.monotonic() - start:.0f} 秒")


def _lay_document_beside(path: Path) -> None:
    """Keep the figures the source document states beside the books, for the comparison only."""
    import yaml

    from jubao.reports.evaluation.compare_with_document import stated_figures
    from jubao.simulation.settings import sheet

    stated = stated_figures(sheet("figures-2017"), sheet("beside-2017")["figures"])
    path.write_text(yaml.safe_dump(stated, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _show(year: int, report: Path) -> None:
    from jubao.cli.figures import print_figures
    from jubao.cli.report import write_report

    cut_off = date(year, *CUT_OFF)
    print_figures(year, cut_off)
    write_report(year, cut_off, date(year + 1, 1, 10), report)

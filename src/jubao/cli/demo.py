"""``jubao demo``: a district that never existed works a whole year, through the same acts as any other."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jubao.cli.setup import command

SEED = typer.Option(help="随机种子 / seed of the district")
SCALE = typer.Option(min=0.01, max=20.0, help="规模，1 为一个区 / size, 1 is one district")
YEAR = typer.Option(help="业务年度 / the year to work")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help="模拟一个区的全年业务 / run a synthetic district's whole year.")(demo)


@command
def demo(
    seed: Annotated[int, SEED] = 2017, scale: Annotated[float, SCALE] = 1.0, year: Annotated[int, YEAR] = 2017
) -> None:
    """Generate the district's files, carry its year out, and say where everything lies."""
    from django.conf import settings

    from jubao.simulation.generation import generate
    from jubao.simulation.year import Year

    console = Console(stderr=False)
    folder = Path(settings.JUBAO_HOME) / "district" / f"{year}-{seed}-{scale:g}"
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with console.status(f"生成模拟区（种子 {seed}，规模 {scale:g}）……"):
        agenda = generate(seed, scale, folder, year)
    console.print(f"模拟区文件：{folder}（{time.monotonic() - start:.1f} 秒）")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        shown = progress.add_task("全年业务", total=len(agenda.events))
        month = ""
        for done in Year(agenda, folder).run():
            progress.update(shown, total=done.total, completed=done.number, description=f"{done.on} {done.title}")
            if not console.is_terminal and f"{done.on:%Y-%m}" != month:
                month = f"{done.on:%Y-%m}"
                console.print(f"{month}　已办 {done.number} 项　{time.monotonic() - start:.0f} 秒")
    console.print(f"全年业务办结，用时 {time.monotonic() - start:.1f} 秒，数据在 {os.path.relpath(settings.JUBAO_HOME)}")

"""Run one benchmark: ``python -m benchmarks payroll --rows 1000000``; the jobs are listed by ``--help``."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks import measure
from benchmarks.books import open_books

QUICK_ROWS = 100_000
OF_BOOKS = ("payroll", "interest", "post", "credit", "acts", "growth", "listing", "pages")
OF_LISTS = ("match-exact", "match-fuzzy")
OF_COMMANDS = ("start", "demo")


def main(words: Sequence[str]) -> int:
    """Measure what was asked for; print each run and keep it as JSON."""
    asked = _parser().parse_args(words)
    asked.rounds = asked.rounds or (5 if asked.rows <= QUICK_ROWS else 3)
    for run in _runs(asked):
        measure.show(run)
        measure.keep(run, asked.out)
    return 0


def _runs(asked: argparse.Namespace) -> list[measure.Run]:
    if asked.job in OF_BOOKS:
        with open_books(asked.engine) as books:
            job = import_module(f"benchmarks.{asked.job}")  # it needs Django, which is here only now
            return [job.run(books, asked.rows, asked.rounds)]
    if asked.job == "match-exact":
        from benchmarks import match_exact

        return match_exact.run(asked.rows, asked.queries, asked.rounds)
    if asked.job == "match-fuzzy":
        from benchmarks import match_fuzzy

        return match_fuzzy.run(asked.rows, asked.rounds)
    from benchmarks import commands

    return [commands.start(asked.rounds) if asked.job == "start" else commands.demo(asked.scale)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="每项工作与其极限并列测量，先逐人核对再计时"
    )
    parser.add_argument("job", choices=[*OF_BOOKS, *OF_LISTS, *OF_COMMANDS], help="要测量的工作")
    parser.add_argument("--rows", type=int, default=1_000_000, help="行数（match-exact、match-fuzzy：登记册人数）")
    parser.add_argument("--queries", type=int, default=688_862, help="match-exact：比对名单行数")
    parser.add_argument("--rounds", type=int, default=0, help="轮数，默认 3，十万行以内 5")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite", help="数据库")
    parser.add_argument("--scale", type=float, default=0.05, help="demo：模拟区的规模")
    parser.add_argument("--out", type=Path, default=Path("var/bench"), help="结果存放处（JSON）")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

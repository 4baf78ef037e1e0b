"""Run one benchmark: ``python -m benchmarks payroll --rows 1000000``; the jobs are listed by ``--help``."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import measure
from benchmarks.books import Books, open_books

QUICK_ROWS = 100_000


def _payroll(books: Books, asked: argparse.Namespace) -> measure.Run:
    from benchmarks import payroll

    return payroll.run(books, asked.rows, asked.rounds)


def _interest(books: Books, asked: argparse.Namespace) -> measure.Run:
    from benchmarks import interest

    return interest.run(books, asked.rows, asked.rounds)


def _post(books: Books, asked: argparse.Namespace) -> measure.Run:
    from benchmarks import post

    return post.run(books, asked.rows, asked.rounds)


JOBS: dict[str, Callable[[Books, argparse.Namespace], measure.Run]] = {
    "payroll": _payroll, "interest": _interest, "post": _post,
}  # fmt: skip


def main(words: list[str]) -> int:
    """Measure what was asked for; print each run and keep it as JSON."""
    asked = _parser().parse_args(words)
    asked.rounds = asked.rounds or (5 if asked.rows <= QUICK_ROWS else 3)
    if asked.job == "match-exact":
        from benchmarks import match_exact

        runs = match_exact.run(asked.rows, asked.queries, asked.rounds)
    elif asked.job == "match-fuzzy":
        from benchmarks import match_fuzzy

        runs = match_fuzzy.run(asked.rows, asked.rounds)
    else:
        with open_books(asked.engine) as books:
            runs = [JOBS[asked.job](books, asked)]
    for run in runs:
        measure.show(run)
        measure.keep(run, asked.out)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="每项工作与其极限并列测量，先逐人核对再计时")
    parser.add_argument("job", choices=[*JOBS, "match-exact", "match-fuzzy"], help="要测量的工作")
    parser.add_argument("--rows", type=int, default=1_000_000, help="行数（match-exact、match-fuzzy：登记册人数）")
    parser.add_argument("--queries", type=int, default=688_862, help="match-exact：比对名单行数")
    parser.add_argument("--rounds", type=int, default=0, help="轮数，默认 3，十万行以内 5")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite", help="数据库")
    parser.add_argument("--out", type=Path, default=Path("var/bench"), help="结果存放处（JSON）")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

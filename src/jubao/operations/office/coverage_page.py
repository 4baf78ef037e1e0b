"""A page about who may be away: what one absence and what two at once leave that nobody could do."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from jubao.operations.office.coverage import Case, broken, every_case
from jubao.vocabulary.posts import Post
from jubao.vocabulary.roster import COVERED, Away, Roster

NAMED = 4
HEAD = """# 缺勤与代岗 · Who may be away

`jubao staff --markdown` writes this page for any office; this one is for the invented office of `jubao demo`, and a test keeps
it true. Every case is tried by the rule that lets people sign (`vocabulary/posts.py`, `vocabulary/coverage.py`): different
people for all its steps, A岗 first, then B岗, then stand-ins. Where nobody is left the program refuses; `staff.stand_in` asks
the higher level for somebody. No rule is relaxed.
"""


def coverage_page(people: Roster, on: date) -> str:
    """The page for an office as it stands on a day; absences of that day count."""
    inside = sorted({one.code for one in people.holdings if one.runs(on) and one.post != Post.PERMISSION})
    single = {(code,): _without(people, [code], on) for code in inside}
    pairs = {pair: _without(people, pair, on) for pair in combinations(inside, 2)}
    feasible = sum(not cases for cases in pairs.values())
    lines = [HEAD, "## 岗位 · Posts", "", "| 工号 | A岗 | B岗 |", "|---|---|---|"]
    lines += [_posts(code, people, on) for code in inside]
    lines += ["", f"## 一人缺勤 · One away（{len(every_case())} 种案件）", "", *_table(single)]
    lines += ["", f"## 二人同时缺勤 · Two away（{len(pairs)} 种组合，{feasible} 种无影响）", ""]
    lines += _table({pair: cases for pair, cases in pairs.items() if cases})
    return "\n".join(lines) + "\n"


def _without(people: Roster, codes: Sequence[str], on: date) -> tuple[Case, ...]:
    day_after = on + timedelta(days=1)
    return broken(people.plus(absences=[Away(code, on, day_after) for code in codes]), on)


def _posts(code: str, people: Roster, on: date) -> str:
    own = [one for one in people.of(code) if one.runs(on)]
    held = "、".join(one.post.label for one in own if one.capacity != COVERED)
    covered = "、".join(one.post.label for one in own if one.capacity == COVERED)
    return f"| {code} | {held or '—'} | {covered or '—'} |"


def _table(found: Mapping[Any, tuple[Case, ...]]) -> list[str]:
    """Who is away, how many cases nobody could carry through, how many of them move money, and the first of them."""
    lines = ["| 缺勤 | 无人可办 | 其中涉及资金 | 例如 |", "|---|---|---|---|"]
    for codes, cases in found.items():
        named = "、".join(
            f"{case.title}" for case in sorted(cases, key=lambda case: (not case.money, case.codes))[:NAMED]
        )
        money = sum(case.money for case in cases)
        lines.append(f"| {'、'.join(codes)} | {len(cases)} | {money} | {named or '—'} |")
    return lines

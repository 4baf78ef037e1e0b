"""A new basic pension from a month on: every running award changes, and months already paid are made up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Month, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.pensions.components import add_components, law_known
from jubao.records.models import Arrears, AwardComponent
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind
from jubao.vocabulary.fen import Fen

LONGEST_NOTICE = 200


class AdjustBasic(Arguments):
    """The first month the law's new basic pension is due, and the notice that says so."""

    month: Month = ask("执行年月", "First month", hint="新标准从哪个月起执行，如 201801")
    notice: Text = ask("文件依据", "Notice", shortest=1, longest=LONGEST_NOTICE, hint="如 人社部规〔2018〕3号")


@dataclass(frozen=True)
class Rises:
    """Components that rise, one per position, shape (n,); ordered by award and item.

    ``component`` is the row that ends, ``first`` the month the new amount begins, ``fen`` the new amount and ``more``
    what it has more a month; ``lowered`` counts components above the new amount.
    """

    component: Ids
    award: Ids
    item: list[str]
    first: Ids
    fen: Fen
    more: Fen
    lowered: int


@act(
    "award.adjust",
    title="基础养老金调整",
    asks=AdjustBasic,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DIRECTOR)],
    about=About.MONTH,
    undone_by=Final("已核定的待遇不得降低；标准有误的按更正文件再次调整"),
    papers=[Paper("基础养老金调整文件")],
    gives=[
        Given("awards", "调整份数", "awards", Unit.ROWS),
        Given("arrears", "补发条数", "back-payments", Unit.ROWS),
        Given("monthly_fen", "月增加金额", "more a month", Unit.FEN),
    ],
    most_cases=ONE,
)
class Adjustment:
    """Give every running award the basic pension in force from a month on; what was paid less is arrears.

    Old lines stay as they were paid; the difference is paid in lines of its own (调整补发). Awards that ended
    before the act keep what they had: their settlement names them to be made up by hand.
    Source: 人社部发〔2018〕21号（基础养老金正常调整）.
    """

    def check(self, cases: Sequence[AdjustBasic], view: View) -> Faults:
        """Something must rise, and nothing that is awarded may sink."""
        faults = Faults()
        month = cases[0].month
        rises = _rises(month, view)
        if rises.lowered:
            rule = f"有 {rises.lowered} 份待遇的现行标准高于新标准，不得降低已核定的待遇"
            faults.add(1, "month", rule, next_step="请核对政策标准和执行年月")
        elif not rises.component.size:
            faults.add(1, "month", f"自 {month} 起执行的基础养老金与现行标准相同，没有需要调整的待遇")
        return faults

    def plan(self, cases: Sequence[AdjustBasic], view: View) -> Changes:
        """Old components end, new ones follow, and months already paid are owed the difference."""
        changes = Changes(view)
        rises = _rises(cases[0].month, view)
        changes.update(AwardComponent, rises.component, to_month=rises.first)
        items = np.array(rises.item)
        for item in sorted(set(rises.item)):
            rows = items == item
            add_components(rises.award[rows], item, rises.fen[rows], rises.first[rows], changes)
        made_up = _owe_differences(rises, changes)
        return changes.giving(
            awards=int(np.unique(rises.award).size), arrears=made_up, monthly_fen=int(rises.more.sum())
        )


RUNNING = """
    SELECT c.id, c.award_id, c.item, c.from_month, c.amount_fen FROM records_awardcomponent c
    JOIN records_award a ON a.id = c.award_id
    WHERE c.to_month IS NULL AND a.ended_month IS NULL ORDER BY c.award_id, c.item
"""


def _rises(month: int, view: View) -> Rises:
    """Components below the amount the law, as known today, has from a month on; read once for check and plan."""
    return view.once(("rises", month), lambda: _read_rises(month, view))


def _read_rises(month: int, view: View) -> Rises:
    now = law_known(view, month).basic_parts()
    with connection.cursor() as cursor:
        cursor.execute(RUNNING)
        rows = [row for row in cursor.fetchall() if row[2] in now]
    items = [row[2] for row in rows]
    component, award, since, fen = (np.array([row[place] for row in rows], dtype=np.int64) for place in (0, 1, 3, 4))
    more = np.array([now[item] for item in items], dtype=np.int64) - fen
    up = more > 0
    return Rises(
        component=component[up],
        award=award[up],
        item=[item for item, rising in zip(items, up.tolist(), strict=True) if rising],
        first=np.maximum(since, month)[up],
        fen=(fen + more)[up],
        more=more[up],
        lowered=int((more < 0).sum()),
    )


def _owe_differences(rises: Rises, changes: Changes) -> int:
    """Plan the difference for every month that has a line by the old amount, paid or to be paid again."""
    if not rises.component.size:
        return 0
    paid = _months_with_lines(int(rises.first.min()))
    rows = [
        (award, item, since, until, more)
        for award, item, first, more in zip(
            rises.award.tolist(), rises.item, rises.first.tolist(), rises.more.tolist(), strict=True
        )
        for since, until in _stretches([month for month in paid.get((award, item), []) if month >= first])
    ]
    changes.insert(
        Arrears,
        {
            "award_id": [row[0] for row in rows],
            "kind": str(ArrearsKind.ADJUSTMENT),
            "item": [row[1] for row in rows],
            "from_month": [row[2] for row in rows],
            "to_month": [row[3] for row in rows],
            "amount_fen": [row[4] for row in rows],
        },
        count=len(rows),
    )
    return len(rows)


def _months_with_lines(first: int) -> dict[tuple[int, str], list[int]]:
    """By award and item, the months from a month on that have a line, ascending."""
    sql = """
        SELECT DISTINCT award_id, item, month FROM records_payrollline WHERE adjustment = 0 AND month >= %s
        ORDER BY award_id, item, month"""
    found: dict[tuple[int, str], list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [first])
        for award, item, month in cursor.fetchall():
            found.setdefault((award, item), []).append(month)
    return found


def _stretches(paid: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Months in a row as half-open periods."""
    start = None
    for place, month in enumerate(paid):
        start = month if start is None else start
        after = months.add(month, 1)
        if place + 1 == len(paid) or paid[place + 1] != after:
            yield start, after
            start = None

"""A new basic pension from a month on: every running award changes, and months already paid are made up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, Month, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.payments.columns import read_columns
from jubao.operations.pensions.components import basic_amounts, law_known
from jubao.records.models import Arrears, AwardComponent
from jubao.rules.arrears import stretches
from jubao.rules.benefit import BASIC_ITEMS
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind
from jubao.vocabulary.fen import Fen

LONGEST_NOTICE = 200
ITEMS = np.array(sorted(str(item) for item in BASIC_ITEMS))


class AdjustBasic(Arguments):
    """The first month the law's new basic pension is due, and the notice that says so."""

    month: Month = ask("执行年月", "First month", hint="新标准从哪个月起执行，如 201801")
    notice: Evidence = ask("文件依据", "Notice", longest=LONGEST_NOTICE, hint="如 人社部规〔2018〕3号")


@dataclass(frozen=True)
class Rises:
    """New amounts of basic parts, one per position, shape (n,); ordered by award, item and month.

    ``component`` is the row that ends where the new amount begins, 0 where an earlier new amount or none ends there;
    ``first`` and ``end`` the months the amount runs from and before (0 is open), ``fen`` the amount and ``more`` what it
    has more a month than was paid; ``lowered`` counts parts that the law would lower.
    """

    component: Ids
    award: Ids
    item: NDArray[np.str_]
    first: Ids
    end: Ids
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

    That is each payer's part, and what long contribution and the age reached in each month add. Old lines stay as they
    were paid; the difference is paid in lines of its own (调整补发). Awards that ended
    before the act keep what they had: their settlement names them to be made up by hand.
    Source: 人社部发〔2018〕21号（基础养老金正常调整）.
    """

    def check(self, cases: Sequence[AdjustBasic], view: View) -> Faults:
        """Something must rise, and nothing that is awarded may sink."""
        faults = Faults()
        month = cases[0].month
        rises = _rises(month, view)
        if rises.lowered:
            rule = f"有 {rises.lowered} 项待遇的现行标准高于新标准，不得降低已核定的待遇"
            faults.add(1, "month", rule, next_step="请核对政策标准和执行年月")
        elif not rises.award.size:
            faults.add(1, "month", f"自 {month} 起执行的基础养老金与现行标准相同，没有需要调整的待遇")
        return faults

    def plan(self, cases: Sequence[AdjustBasic], view: View) -> Changes:
        """Old components end, new ones follow, and months already paid are owed the difference."""
        changes = Changes(view)
        rises = _rises(cases[0].month, view)
        ending = rises.component > 0
        changes.update(AwardComponent, rises.component[ending], to_month=rises.first[ending])
        changes.insert(
            AwardComponent,
            {
                "award_id": rises.award,
                "item": rises.item.tolist(),
                "amount_fen": rises.fen,
                "from_month": rises.first,
                "to_month": [end or None for end in rises.end.tolist()],
            },
            count=rises.award.size,
        )
        made_up = _owe_differences(rises, changes)
        monthly = int(rises.more[rises.end == 0].sum())
        return changes.giving(awards=int(np.unique(rises.award).size), arrears=made_up, monthly_fen=monthly)


RUNNING = """
    SELECT a.id, a.start_month, a.contributed_years,
        CAST(substr(CAST(p.birth_date AS TEXT), 1, 4) || substr(CAST(p.birth_date AS TEXT), 6, 2) AS INTEGER)
    FROM records_award a JOIN records_person p ON p.id = a.person_id WHERE a.ended_month IS NULL ORDER BY a.id
"""
PARTS = """
    SELECT c.award_id, c.item, c.id, c.from_month, coalesce(c.to_month, 0), c.amount_fen
    FROM records_awardcomponent c JOIN records_award a ON a.id = c.award_id
    WHERE a.ended_month IS NULL AND c.item < '002' ORDER BY c.award_id, c.item, c.from_month, c.id
"""


@dataclass(frozen=True)
class Parts:
    """The basic parts of running awards as they stand, shape (n, 5): row, fen, and the month they run from.

    Where no row runs, the row and the fen are 0, and the month is the first one without it.
    """

    award: Ids
    start: Ids
    years: Ids
    birth_month: Ids
    component: Ids
    fen: Fen
    since: Ids


def _rises(month: int, view: View) -> Rises:
    """What the law, as known today, gives running awards more than they have from a month on; read once."""
    return view.once(("rises", month), lambda: _read_rises(month, view))


def _parts() -> Parts:
    award, start, years, birth = read_columns(RUNNING, [], "nnnn")
    owner, item, row, first, end, fen = read_columns(PARTS, [], "ntnnnn")
    place = np.searchsorted(award, owner) * len(ITEMS) + np.searchsorted(ITEMS, item)
    shape = (award.size, len(ITEMS))
    component, held, since = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.repeat(start, len(ITEMS))
    runs = end == 0
    component.flat[place[runs]], held.flat[place[runs]] = row[runs], fen[runs]
    np.maximum.at(since, place, np.where(runs, first, end))
    return Parts(award, start, years, birth, component, held, since.reshape(shape))


def _read_rises(month: int, view: View) -> Rises:
    parts = _parts()
    current, found, lowered = parts.fen, [], 0
    for number in months.span(month, months.add(max(months.of(view.on), month), 1)):
        amounts = basic_amounts(law_known(view, number), parts.years, parts.birth_month)
        due = np.stack([amounts.get(item, np.zeros_like(parts.award)) for item in ITEMS.tolist()], axis=1)
        due = np.where(parts.since <= number, due, current)
        lowered += int((due < current).sum())
        row, column = np.nonzero(due > current)
        found.append((row, column, np.full(row.size, number), due[row, column]))
        current = np.maximum(due, current)
    row, column, first, fen = (np.concatenate(one) for one in zip(*found, strict=True))
    order = np.lexsort((first, column, row))
    row, column, first, fen = row[order], column[order], first[order], fen[order]
    again = np.zeros(row.size, dtype=np.bool_)
    again[1:] = (row[1:] == row[:-1]) & (column[1:] == column[:-1])
    return Rises(
        component=np.where(again, 0, parts.component[row, column]),
        award=parts.award[row],
        item=ITEMS[column],
        first=first,
        end=np.append(np.where(again[1:], first[1:], 0), np.zeros(min(row.size, 1), dtype=np.int64)),
        fen=fen,
        more=fen - parts.fen[row, column],
        lowered=lowered,
    )


def notice_unadjusted(month: int, changes: Changes) -> None:
    """Tell who approves a payroll that people reached an age that adds to the pension, or a rise still waits.

    Asked only where the law adds anything by age: there pensions rise every month without a notice.
    """
    if not law_known(changes.view, month).value("benefit.age_addon"):
        return
    if people := int(np.unique(_rises(month, changes.view).award).size):
        changes.notice(
            f"{people} 人的待遇低于 {month} 应执行的标准（含到龄的高龄加发），请办理基础养老金调整，差额补发"
        )


def _owe_differences(rises: Rises, changes: Changes) -> int:
    """Plan the difference for every month that has lines by the old amounts, paid or to be paid again."""
    if not rises.award.size:
        return 0
    paid = _months_with_lines(int(rises.first.min()))
    columns = (rises.award, rises.first, rises.end)
    due = [
        (place, month)
        for place, (award, first, end) in enumerate(zip(*(column.tolist() for column in columns), strict=True))
        for month in paid.get(award, ())
        if first <= month and (not end or month < end)
    ]
    place, since, until = stretches(*np.array(due, dtype=np.int64).reshape(-1, 2).T)
    changes.insert(
        Arrears,
        {
            "award_id": rises.award[place],
            "kind": str(ArrearsKind.ADJUSTMENT),
            "item": rises.item[place].tolist(),
            "from_month": since,
            "to_month": until,
            "amount_fen": rises.more[place],
        },
        count=place.size,
    )
    return int(place.size)


def _months_with_lines(first: int) -> dict[int, list[int]]:
    """By award, the months from a month on that have a line, ascending."""
    sql = """
        SELECT DISTINCT award_id, month FROM records_payrollline WHERE adjustment = 0 AND month >= %s
        ORDER BY award_id, month"""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [first])
        for award, month in cursor.fetchall():
            found.setdefault(award, []).append(month)
    return found

"""A contribution file against the register: its rows staged once, checked by one statement, and planned as columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jubao.exchange.table import Table
from jubao.operations.contributions.sources import Ids
from jubao.operations.contributions.years_payable import YearPaid, years_not_payable
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.law import Law
from jubao.records import bulk
from jubao.records.models import Contribution, ContributionBatch, Outlet
from jubao.rules.contribution import tier_in_force
from jubao.vocabulary.codes import ContributionKind, Shortfall
from jubao.vocabulary.resident_number import mask

# Everything a row and the register can disagree about; only such rows come back.
FAULTY = """
SELECT s.line, p.name, e.contribution_state,
    CASE WHEN c.id IS NOT NULL THEN '' WHEN b.id IS NOT NULL THEN '接入前' END, CASE WHEN {child} THEN 1 ELSE 0 END,
    CASE WHEN s.barred = 1 AND {old} THEN 1 ELSE 0 END
FROM {stage} s
LEFT JOIN records_person p ON p.resident_number = s.resident_number
LEFT JOIN records_enrolment e ON e.person_id = p.id
LEFT JOIN records_contribution c ON c.person_id = p.id AND c.year = s.year
    AND NOT EXISTS (SELECT 1 FROM records_contributionrefund r WHERE r.contribution_id = c.id)
LEFT JOIN records_earlieryear b ON b.person_id = p.id AND b.year = s.year
WHERE b.id IS NOT NULL OR p.id IS NULL OR p.name <> s.name OR e.contribution_state = '3' OR c.id IS NOT NULL OR s.doubted = 1
   OR {child} OR (s.barred = 1 AND {old})
ORDER BY s.line
"""
CHILD = "CAST(substr(CAST(p.birth_date AS TEXT), 1, 4) AS BIGINT) + {youngest} > s.year"
OLD = "CAST(substr(CAST(p.birth_date AS TEXT), 1, 4) AS BIGINT) + {oldest} < {received}"
# Whose years must be counted: whoever makes a year up, or is past the year of the pension age.
COUNTED = """
SELECT s.line, p.id, p.birth_date, e.earlier_years, s.year
FROM {stage} s JOIN records_person p ON p.resident_number = s.resident_number
JOIN records_enrolment e ON e.person_id = p.id WHERE s.made_up = 1 OR {old} ORDER BY s.line
"""
PAYERS = """
SELECT s.line, p.id, (SELECT count(*) FROM records_contribution c
    JOIN records_contributionrefund r ON r.contribution_id = c.id WHERE c.person_id = p.id AND c.year = s.year)
FROM {stage} s JOIN records_person p ON p.resident_number = s.resident_number ORDER BY s.line
"""


@dataclass(frozen=True)
class Compared:
    """A file beside the register: the rows that disagree with it, and for every line, in order, what the register tells.

    Attributes:
        payers: shape (n,), person ids; ``refunds``: how often the year of the line was given back to the payer before.
        beyond: rows whose year cannot be paid any more: by line what stands against it, and what to do.
    """

    faulty: list[tuple[Any, ...]]
    payers: Ids
    refunds: Ids
    beyond: dict[int, tuple[str, str]]


def compare(file: str, table: Table, received: date, view: View) -> Compared:
    """Stage the rows of a file once, for check and plan together.

    Args:
        file: the file's name in the inbound store.
        table: its rows; received: the day the bank had the money, which decides what the current year is.
    """
    return view.once(("compared", file), lambda: _compare(table, received, view))


def _compare(table: Table, received: date, view: View) -> Compared:
    doubted = _doubts(table, received, view).any(axis=0)
    law = view.law_on(received)
    youngest, oldest = (int(law.value(f"scheme.{age}")) for age in ("min_age", "pension_age"))
    numbers: dict[str, Any] = {
        "line": np.arange(1, table.rows + 1),
        "year": table.columns["contribution_year"],
        "doubted": doubted.astype(np.int64),
        "barred": _barred_to_the_old(table, received, view).astype(np.int64),
        "made_up": (~_current(table)).astype(np.int64),
    }
    texts = {name: table.columns[name] for name in ("resident_number", "name")}
    with bulk.staged(numbers=numbers, texts=texts) as stage, connection.cursor() as cursor:
        old = OLD.format(oldest=oldest, received=received.year)
        cursor.execute(FAULTY.format(stage=stage, child=CHILD.format(youngest=youngest), old=old))
        faulty = cursor.fetchall()
        cursor.execute(PAYERS.format(stage=stage))
        known = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 3)
        cursor.execute(COUNTED.format(stage=stage, old=old))
        counted = [YearPaid(line, key, str(birth)[:10], *rest) for line, key, birth, *rest in cursor.fetchall()]
    return Compared(faulty, known[:, 1], known[:, 2], years_not_payable(counted, received, view))


# ── Checking ──


def check_rows(case: int, file: str, table: Table, received: date, view: View, faults: Faults) -> None:
    """Unknown people, foreign names, wrong states, wrong tiers, years paid before or not payable: every fault is named.

    Source: 国发〔2014〕8号第四部分（档次、按年缴费）.
    """
    for code in sorted(_unknown_outlets(table)):
        faults.add(case, "file", f"网点 {code} 未登记", next_step="请先登记网点", place=f"《{table.filename}》")
    doubts, compared = _doubts(table, received, view), compare(file, table, received, view)
    for line, *facts in compared.faulty:
        row = {field: values[line - 1] for field, values in table.columns.items()}
        for rule, then in _rules_broken(row, facts, doubts[:, line - 1], received):
            faults.add(case, "file", rule, next_step=then, place=_place(table, line))
    for line, (rule, then) in compared.beyond.items():
        faults.add(case, "file", rule, next_step=then, place=_place(table, line))


def _place(table: Table, line: int) -> str:
    """Where a line stands in its file, and whose it is."""
    return f"第{table.row_numbers[line - 1]}行 {mask(table.columns['resident_number'][line - 1])}"


def _doubts(table: Table, received: date, view: View) -> NDArray[np.bool_]:
    """Shape (3, n): whether the year does not fit the kind, lies before the scheme, or the amount is no tier in force.

    The day the bank received the money decides which year is the current one, and which tiers are in force.
    """
    law = view.law_on(received)
    year = np.array(table.columns["contribution_year"], dtype=np.int64)
    current = _current(table)
    amount, in_force = np.array(table.columns["amount"], dtype=np.int64), np.zeros(table.rows, dtype=np.bool_)
    owed = np.where(current, received.year, year) if _by_year_owed(law) else np.full(table.rows, received.year)
    for one in np.unique(owed).tolist():
        rows = owed == one
        in_force[rows] = tier_in_force(amount[rows], _tiers(one, received, view))
    misfit = (current != (year == received.year)) | (year > received.year)
    return np.array([misfit, year < law.value("scheme.launch_date").year, ~in_force])


def _by_year_owed(law: Law) -> bool:
    """Whether a made-up year is paid by the tiers of the year owed, not by those in force when the money comes."""
    return bool(law.value("contribution.make_up_tier_rule") == "YEAR_OWED")


def _tiers(year: int, received: date, view: View) -> NDArray[np.int64]:
    """The tiers of a year: on its last day, of the running year on the day of receipt; before the scheme none."""
    day = received if year >= received.year else date(year, 12, 31)
    if day < view.law.value("scheme.launch_date"):
        return np.zeros(0, dtype=np.int64)
    return np.array(view.law_on(day).value("contribution.tier_list"), dtype=np.int64)


def _current(table: Table) -> NDArray[np.bool_]:
    """Shape (n,): which rows pay the current year; the others make one up."""
    return np.asarray(np.array(table.columns["kind"]) == str(ContributionKind.CURRENT))


def _barred_to_the_old(table: Table, received: date, view: View) -> NDArray[np.bool_]:
    """Shape (n,): whether somebody whose year of the pension age has passed may not pay a row's kind of contribution."""
    current = _current(table)
    match Shortfall(view.law_on(received).value("procedure.shortfall_policy")):
        case Shortfall.LUMP_SUM:
            return current
        case Shortfall.CONTINUE_YEARLY:
            return ~current
        case Shortfall.BOTH:
            return np.zeros_like(current)


def _rules_broken(
    row: dict[str, Any], facts: Sequence[Any], doubts: NDArray[np.bool_], received: date
) -> Iterator[tuple[str, str]]:
    """What stands against one row, and what to do about it."""
    name, state, paid, child, barred = facts
    wrong_year, too_early, wrong_tier = doubts.tolist()
    year, kind = row["contribution_year"], row["kind"]
    if name is None:
        yield "不在参保登记中", "请先办理参保登记"
        return
    if name != row["name"]:
        yield "姓名与参保登记不一致", "请核对后重报"
    if state == "3":
        yield "已领取待遇或关系已终止，不再缴费", "请退回本人"
    if paid is not None:
        yield f"{year}年度{paid}已缴费，重复缴费应退回本人", "请从名单中删去该笔，款项退回本人"
    if wrong_year:
        rule = f"缴费年度{year}与缴费类型{kind}不符：到账日 {received}，当年为正常应缴，以往年度为补缴"
        yield rule, "请更正年度或类型"
    elif too_early:
        yield f"缴费年度{year}早于制度启动", "请更正年度"
    elif child:
        yield f"{year}年度本人未满参保年龄，不能缴费", "请更正年度或退回本人"
    if barred:
        way = Shortfall.LUMP_SUM if kind == ContributionKind.CURRENT else Shortfall.CONTINUE_YEARLY
        yield f"本人已过到龄年度，当地规定到龄缴费不足的只能{way.label}", "请更正年度和类型或退回本人"
    if wrong_tier:
        yield "缴费金额不是现行缴费档次", "请退回或更正"


def _unknown_outlets(table: Table) -> set[str]:
    return set(table.columns.get("outlet", [])) - set(Outlet.objects.order_by("code").values_list("code", flat=True))


# ── Planning ──


def add_rows(table: Table, known: Compared, batch: ContributionBatch, changes: Changes) -> Ids:
    """Plan the rows of a file as contributions of a batch, in the order of the file; their placeholders."""
    given, count = table.columns, table.rows
    assert known.payers.size == count, "the check let a row without a payer pass"
    return changes.insert(
        Contribution,
        {
            "person_id": known.payers,
            "batch_id": batch.pk,
            "line": np.arange(1, count + 1),
            "year": given["contribution_year"],
            "kind": given["kind"],
            "amount_fen": given["amount"],
            "received_date": batch.received_date,
            "receipt_number": given.get("receipt_number") or [f"{batch.number}-{seq}" for seq in given["seq"]],
            "outlet_id": _outlets(table),
            "refunds_before": known.refunds,
            "paid_by": given.get("paid_by", "代扣"),
        },
        count=count,
    )


def _outlets(table: Table) -> list[int] | None:
    """The outlet of each row; None for a bank's file."""
    codes = table.columns.get("outlet")
    if codes is None:
        return None
    known = dict(Outlet.objects.order_by("id").values_list("code", "id"))
    return [known[code] for code in codes]

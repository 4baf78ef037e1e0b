"""A contribution file against the register: its rows staged once, checked and inserted by one statement each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jubao.exchange.table import Table
from jubao.operations.envelope.declaration import ActReference, Refused
from jubao.operations.law import law
from jubao.records import bulk
from jubao.records.models import Contribution, ContributionBatch, Outlet
from jubao.rules.contribution import tier_in_force
from jubao.vocabulary.codes import ContributionKind
from jubao.vocabulary.resident_number import mask

# Everything a row and the register can disagree about; only such rows come back.
FAULTY = """
SELECT s.line, p.name, e.contribution_state, c.id
FROM {stage} s
LEFT JOIN records_person p ON p.resident_number = s.resident_number
LEFT JOIN records_enrolment e ON e.person_id = p.id
LEFT JOIN records_contribution c ON c.person_id = p.id AND c.year = s.year
WHERE p.id IS NULL OR p.name <> s.name OR e.contribution_state = '3' OR c.id IS NOT NULL OR s.doubted = 1
ORDER BY s.line
"""

INSERT = """
INSERT INTO records_contribution
    (id, person_id, batch_id, line, year, kind, amount_fen, received_date, receipt_number, outlet_id, paid_by, act_id)
SELECT %s + s.line, p.id, %s, s.line, s.year, s.kind, s.amount_fen, %s,
       coalesce(s.receipt_number, %s || CAST(s.seq AS TEXT)), s.outlet_id, s.paid_by, %s
FROM {stage} s JOIN records_person p ON p.resident_number = s.resident_number
ORDER BY s.line
"""


@contextmanager
def checked_rows(table: Table, on: date) -> Iterator[str]:
    """Stage the rows of a file and give the stage's name.

    Raises:
        Refused: unknown people, foreign names, wrong states, wrong tiers, years paid before; every fault is named.
    """
    doubts = _doubts(table, on)
    with bulk.staged(numbers=_numbers(table) | {"doubted": doubts.any(axis=0).astype(np.int64)}, texts=_texts(table)) as stage:
        _refuse_faulty(table, stage, doubts, on)
        yield stage


def insert_rows(stage: str, table: Table, batch: ContributionBatch, act: ActReference) -> None:
    """Insert the staged rows as contributions of a batch, in the order of the file."""
    first = int(bulk.reserve_ids(Contribution, table.rows)[0])
    received = batch.received_date.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(stage=stage), [first - 1, batch.pk, received, f"{batch.number}-", act.id])


def _doubts(table: Table, on: date) -> NDArray[np.bool_]:
    """Shape (2, n): whether the year does not fit the kind, whether the amount is no tier in force."""
    year = np.array(table.columns["contribution_year"], dtype=np.int64)
    current = np.array(table.columns["kind"]) == str(ContributionKind.CURRENT)
    tiers = np.array(law(on).value("contribution.tier_list"), dtype=np.int64)
    in_force = tier_in_force(np.array(table.columns["amount"], dtype=np.int64), tiers)
    return np.array([current != (year == on.year), ~in_force])


def _numbers(table: Table) -> dict[str, Any]:
    given, nothing = table.columns, [None] * table.rows
    return {
        "line": np.arange(1, table.rows + 1), "year": given["contribution_year"], "amount_fen": given["amount"],
        "seq": given.get("seq", nothing), "outlet_id": _outlets(table) or nothing,
    }  # fmt: skip


def _texts(table: Table) -> dict[str, Any]:
    given, nothing = table.columns, [None] * table.rows
    return {
        "resident_number": given["resident_number"], "name": given["name"], "kind": given["kind"],
        "receipt_number": given.get("receipt_number", nothing), "paid_by": given.get("paid_by", ["代扣"] * table.rows),
    }  # fmt: skip


def _outlets(table: Table) -> list[int]:
    codes = table.columns.get("outlet", [])
    known = dict(Outlet.objects.values_list("code", "id")) if codes else {}
    if unknown := sorted(set(codes) - set(known)):
        raise Refused(f"文件《{table.filename}》未导入：网点 {'、'.join(unknown)} 未登记")
    return [known[code] for code in codes]


def _refuse_faulty(table: Table, stage: str, doubts: NDArray[np.bool_], on: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FAULTY.format(stage=stage))
        found = cursor.fetchall()
    if not found:
        return
    faults = []
    for line, *facts in found:
        row = {field: values[line - 1] for field, values in table.columns.items()}
        where = f"第{table.row_numbers[line - 1]}行 {mask(row['resident_number'])}"
        faults += [f"{where}：{fault}" for fault in _faults_of(row, facts, doubts[:, line - 1])]
    raise Refused(f"文件《{table.filename}》未导入：共 {len(faults)} 处错误", faults=faults)


def _faults_of(row: dict[str, Any], facts: Sequence[Any], doubts: NDArray[np.bool_]) -> list[str]:
    name, state, paid = facts
    wrong_year, wrong_tier = doubts.tolist()
    if name is None:
        return ["不在参保登记中，请先办理参保登记"]
    faults = []
    if name != row["name"]:
        faults.append("姓名与参保登记不一致，请核对后重报")
    if state == "3":
        faults.append("已领取待遇或关系已终止，不再缴费")
    if paid is not None:
        faults.append(f"{row['contribution_year']}年度已缴费，重复缴费应退回本人")
    if wrong_year:
        faults.append(f"缴费年度{row['contribution_year']}与缴费类型{row['kind']}不符：当年为正常应缴，以往年度为补缴")
    if wrong_tier:
        faults.append("缴费金额不是现行缴费档次")
    return faults

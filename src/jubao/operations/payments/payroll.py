"""The monthly payroll: who is due what, for which months and by which payer, locked for the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.declaration import ActReference, Arguments, Month, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.operations.payments.batch import Payees, lock_batch
from jubao.operations.payments.guard import missing_lists
from jubao.operations.pensions.resting import rests_of
from jubao.operations.people import in_slices
from jubao.policy.store import Policy
from jubao.records import bulk
from jubao.records.models import Arrears, PayrollLine, PayrollRun
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind


class CalculatePayroll(Arguments):
    """The month to pay, and why without a match if one is missing."""

    month: Month
    reason: str = ""


@dataclass(frozen=True)
class Due:
    """Lines due, one per position: award, person, benefit month, item, kind, adjustment, fen."""

    award: Ids
    person: Ids
    month: Ids
    item: list[str]
    kind: list[str]
    adjustment: Ids
    amount: Ids


@act("payroll.calculate", title="月度发放核算", arguments=CalculatePayroll, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def calculate_payrolls(cases: Sequence[CalculatePayroll], *, on: date, act: ActReference) -> Result:
    """Lock the month's payroll: regular months, arrears, and what failed or was held before.

    Months run one after the other; a month is run once. Lists that should have been matched before are named; where
    the law wants them, only a stated reason lets the payroll pass without.
    Source: 城乡居民基本养老保险经办规程，待遇发放.
    """
    month = cases[0].month
    _refuse_wrong_month(month, on)
    missing = _refuse_unmatched(cases[0], on)
    owed = list(Arrears.objects.filter(taken_run__isnull=True, award__ended_month__isnull=True,
                                       award__suspended_from__isnull=True).order_by("id"))  # fmt: skip
    rows = _regular(month) + _arrears(owed, month) + _reissues(month)
    if not rows:
        raise Refused(f"{month} 没有应发放的待遇")
    due = _columns(rows)
    batch, bank_line = lock_batch("PENSION", month, Payees.of_people(due.person, due.amount, on=on), act=act)
    bulk.insert(
        PayrollLine,
        {
            "batch_id": batch.pk, "bank_line_id": bank_line, "person_id": due.person, "award_id": due.award,
            "month": due.month, "item": due.item, "kind": due.kind, "adjustment": due.adjustment,
            "amount_fen": due.amount, "act_id": act.id,
        },
        count=len(rows),
    )  # fmt: skip
    run = PayrollRun.objects.create(
        act_id=act.id, month=month, people=batch.count, count=len(rows), total_fen=batch.total_fen,
        policy_fingerprint=Policy.load().fingerprint, batch=batch,
    )  # fmt: skip
    for part in in_slices([o.pk for o in owed]):
        Arrears.objects.filter(pk__in=part).update(taken_run=run.pk)
    return {
        "batch": batch.number, "people": batch.count, "lines": len(rows), "total_fen": batch.total_fen,
        "arrears_fen": int(due.amount[np.array(due.kind) != ""].sum()), "file_sha256": batch.file_sha256,
        "missing_lists": missing,
    }  # fmt: skip


def _refuse_wrong_month(month: int, on: date) -> None:
    last = PayrollRun.objects.order_by("-month").values_list("month", flat=True).first()
    if last is not None and month != months.add(last, 1):
        raise Refused(f"上次发放到 {last}，应接着发放 {months.add(last, 1)}，不能发放 {month}")
    if month > months.of(on):
        raise Refused(f"{month} 尚未到来，不能发放")


def _refuse_unmatched(case: CalculatePayroll, on: date) -> list[str]:
    """Names of the lists not matched before this payroll; refused where the law wants them and no reason is given."""
    missing = missing_lists(on)
    if missing and law(on).value("watch.payroll_requires_lists") and not case.reason:
        raise Refused(f"{case.month} 发放核算之前没有比对{'、'.join(missing)}：请先导入名单比对，确无名单的写明理由后重新提出")
    return missing


Row = tuple[int, int, int, str, str, int, int]

PAYABLE = """
    SELECT a.id, a.person_id, c.item, c.amount_fen, c.from_month, c.to_month
    FROM records_awardcomponent c JOIN records_award a ON a.id = c.award_id
"""


def _query(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _regular(month: int) -> list[Row]:
    """The month itself, for every award that runs and is not held."""
    rows = _query(
        PAYABLE + "WHERE a.start_month <= %s AND (a.ended_month IS NULL OR a.ended_month > %s) "
        "AND (a.suspended_from IS NULL OR a.suspended_from > %s) "
        "AND c.from_month <= %s AND (c.to_month IS NULL OR c.to_month > %s) ORDER BY a.id, c.item",
        [month] * 5,
    )
    return [(award, person, month, item, "", 0, fen) for award, person, item, fen, _, _ in rows]


def _arrears(owed: Sequence[Arrears], month: int) -> list[Row]:
    """Months owed for awards, expanded by the components in force in each of them."""
    by_award: dict[int, list[tuple[Any, ...]]] = {}
    for part in in_slices(sorted({o.award_id for o in owed})):
        listed = ", ".join(map(str, part))
        for row in _query(PAYABLE + f"WHERE a.id IN ({listed}) ORDER BY a.id, c.item", []):
            by_award.setdefault(row[0], []).append(row)
    live = _live_months(sorted(by_award))
    rows: list[Row] = []
    for owing in owed:
        for owed_month in months.span(owing.from_month, min(owing.to_month, month)):
            for award, person, item, fen, first, last in by_award[owing.award_id]:
                if owing.item or (award, owed_month, item) in live:
                    continue
                if first <= owed_month and (last is None or owed_month < last):
                    rows.append((award, person, owed_month, item, owing.kind, 0, fen))
            if owing.item:
                assert owing.amount_fen is not None, "a difference states its amount"
                person = by_award[owing.award_id][0][1]
                rows.append((owing.award_id, person, owed_month, owing.item, owing.kind, owing.pk, owing.amount_fen))
    return rows


def _live_months(awards: Sequence[int]) -> set[tuple[int, int, str]]:
    """Months and items of some awards that are paid or on their way already; a late suspension may reach back."""
    rows = PayrollLine.objects.filter(adjustment=0, state__in=["DUE", "PAID"])
    return {key for part in in_slices(awards) for key in rows.filter(award__in=part).values_list("award_id", "month", "item")}


def _reissues(month: int) -> list[Row]:
    """Lines the bank returned or that were held before release, and nobody paid since, of awards that run.

    A month held by a suspension that came later is left out: whether it is paid back was decided at the resumption.
    """
    rows = _query(
        "SELECT f.award_id, f.person_id, f.month, f.item, f.adjustment, max(f.amount_fen), max(f.act_id) "
        "FROM records_payrollline f JOIN records_award a ON a.id = f.award_id "
        "WHERE f.state IN ('FAILED', 'HELD') AND f.month < %s AND a.ended_month IS NULL AND a.suspended_from IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM records_payrollline l WHERE l.person_id = f.person_id AND l.month = f.month "
        "AND l.item = f.item AND l.adjustment = f.adjustment AND l.state IN ('DUE', 'PAID')) "
        "GROUP BY f.award_id, f.person_id, f.month, f.item, f.adjustment ORDER BY f.award_id, f.month, f.item, f.adjustment",
        [month],
    )
    rested = rests_of(sorted({row[0] for row in rows}))
    kind = str(ArrearsKind.REISSUE)
    return [
        (award, person, m, item, kind, adjustment, fen)
        for award, person, m, item, adjustment, fen, sent_by in rows
        if not any(rest.covers(m, sent_by) for rest in rested.get(award, []))
    ]


def _columns(rows: Sequence[Row]) -> Due:
    award, person, month, item, kind, adjustment, amount = zip(*rows, strict=True)
    as_ids = [np.array(column, dtype=np.int64) for column in (award, person, month, adjustment, amount)]
    return Due(as_ids[0], as_ids[1], as_ids[2], list(item), list(kind), as_ids[3], as_ids[4])

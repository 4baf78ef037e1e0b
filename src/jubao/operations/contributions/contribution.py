"""Contributions: batches from banks and outlets against the bank's receipt, then crediting with subsidies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import DTypeLike, NDArray

from jubao.operations.contributions.accounts import Entries, Ids, post_entries
from jubao.operations.contributions.taking import checked_rows, insert_rows
from jubao.operations.contributions.years import beyond_earned, credited_years
from jubao.operations.envelope.declaration import ActReference, Arguments, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import unused_receipt
from jubao.operations.inbound import read_inbound, refuse_taken, take_in
from jubao.operations.law import law
from jubao.operations.people import in_slices
from jubao.records import bulk
from jubao.records.models import (
    ContributionBatch,
    Crediting,
    Enrolment,
    Person,
)
from jubao.rules.contribution import subsidies
from jubao.vocabulary.codes import Channel, ContributionItem, EntryKind, Source
from jubao.vocabulary.fen import Fen

CHAIN = [check(Post.ACCOUNTS), check(Post.ACCOUNTANT)]


class TakeBatch(Arguments):
    """One contribution file; its receipt number must stand on the bank statement."""

    file: str


@act("contribution.bank", title="银行代收缴费入账", arguments=TakeBatch, maker=Post.COLLECTION, chain=CHAIN)
def take_bank_batches(cases: Sequence[TakeBatch], *, on: date, act: ActReference) -> Result:
    """Take in bank collection files. Source: 城乡居民基本养老保险经办规程，保费收缴."""
    return _take(cases, "bank_collection", Channel.BANK, act)


@act("contribution.outlet", title="网点刷卡缴费入账", arguments=TakeBatch, maker=Post.COLLECTION, chain=CHAIN)
def take_outlet_batches(cases: Sequence[TakeBatch], *, on: date, act: ActReference) -> Result:
    """Take in outlet card settlement files. Source: 城乡居民基本养老保险经办规程，保费收缴."""
    return _take(cases, "outlet_batch", Channel.OUTLET, act)


def _take(cases: Sequence[TakeBatch], layout: str, channel: Channel, act: ActReference) -> Result:
    total = {"contributions": 0, "amount_fen": 0}
    for case in cases:
        refuse_taken(case.file, layout)
        table = read_inbound(case.file, layout)
        header = table.header
        receipt = unused_receipt("COLLECTION_ACCOUNT", header["receipt_reference"], header["total"])
        with checked_rows(table, act.on) as stage:
            inbound = take_in(case.file, layout, rows=table.rows, act=act)
            batch = ContributionBatch.objects.create(
                act_id=act.id, channel=channel, number=header["batch_no"], received_date=receipt.date,
                count=table.rows, total_fen=header["total"], statement_line=receipt, inbound_file=inbound,
            )  # fmt: skip
            insert_rows(stage, table, batch, act)
        post("contribution_received", {"personal": header["total"]}, act=act, on=receipt.date,
             reference=batch.number, memo=f"{channel.label} {batch.number} {table.rows}笔")  # fmt: skip
        total["contributions"] += table.rows
        total["amount_fen"] += header["total"]
    return total


class CreditContributions(Arguments):
    """Everything received up to a day is credited."""

    through: date


@act("contribution.credit", title="缴费记账划拨", arguments=CreditContributions, maker=Post.ACCOUNTS,
     chain=[check(Post.COLLECTION)])  # fmt: skip
def credit_contributions(cases: Sequence[CreditContributions], *, on: date, act: ActReference) -> Result:
    """Credit received contributions to the accounts, with the subsidies of the collection rules.

    The money earns interest from the month it was received. Source: 国发〔2014〕8号第四、五条.
    """
    waiting = _uncredited(cases[0].through)
    if waiting.id.size == 0:
        return {"credited": 0, "amount_fen": 0, "subsidy_fen": 0}
    bulk.insert(
        Crediting, {"contribution_id": waiting.id, "credited_date": on, "act_id": act.id}, count=waiting.id.size
    )
    source = np.full(waiting.id.size, str(Source.PERSONAL))
    entries = Entries(waiting.person, source, waiting.amount, waiting.received, waiting.id)
    post_entries(entries, EntryKind.CONTRIBUTION, event="account_credited", act=act, memo="个人缴费记账")
    subsidy = _credit_subsidies(waiting, act)
    return {"credited": waiting.id.size, "amount_fen": int(waiting.amount.sum()), "subsidy_fen": subsidy}


@dataclass(frozen=True)
class Uncredited:
    """Contributions that wait for crediting, as columns of one length, in the order they came in."""

    id: Ids
    person: Ids
    amount: Fen
    received: Ids                     # month, YYYYMM
    kind: NDArray[np.str_]
    category: NDArray[np.str_]
    household: NDArray[np.str_]


UNCREDITED = """
SELECT c.id, c.person_id, c.amount_fen,
       CAST(substr(CAST(c.received_date AS TEXT), 1, 4) || substr(CAST(c.received_date AS TEXT), 6, 2) AS INTEGER),
       c.kind,
       coalesce((SELECT p.category FROM records_categoryperiod p WHERE p.person_id = c.person_id
                 ORDER BY p.valid_from DESC, p.id DESC LIMIT 1), '011'),
       coalesce((SELECT r.household_type FROM records_residence r WHERE r.person_id = c.person_id
                 ORDER BY r.valid_from DESC, r.id DESC LIMIT 1), '')
FROM records_contribution c LEFT JOIN records_crediting k ON k.contribution_id = c.id
WHERE k.id IS NULL AND c.received_date <= %s ORDER BY c.id
"""
TYPES: tuple[DTypeLike, ...] = (np.int64, np.int64, np.int64, np.int64, "U2", "U3", "U2")


def _uncredited(through: date) -> Uncredited:
    """What was received up to a day and not credited, with everybody's latest category and household."""
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(UNCREDITED, [through.isoformat()])
        while rows := cursor.fetchmany(20_000):
            parts.append([np.array(cells, dtype=kind) for cells, kind in zip(zip(*rows, strict=True), TYPES, strict=True)])
    columns = zip(*parts, strict=True) if parts else [[np.empty(0, dtype=kind)] for kind in TYPES]
    waiting = Uncredited(*(np.concatenate(column) for column in columns))
    assert bool((waiting.household != "").all()), "everybody who is registered has a residence"
    return waiting


def _credit_subsidies(waiting: Uncredited, act: ActReference) -> int:
    by_item = subsidies(
        waiting.amount, waiting.category, waiting.kind, waiting.received, law(act.on).collection_rules(),
        household=waiting.household,
    )  # fmt: skip
    due = {ContributionItem(item).source: fen for item, fen in by_item.items()}
    total = 0
    for source, fen in beyond_earned(waiting.person, waiting.received // 100, due, paid_for_only=True).items():
        entries = Entries(waiting.person, np.full(waiting.id.size, str(source)), fen, waiting.received, waiting.id)
        post_entries(entries, EntryKind.SUBSIDY, event="account_credited", act=act, memo=f"{source.label}记账")
        total += int(fen.sum())
    return total


def contributed_years(people: Sequence[Person]) -> dict[int, int]:
    """Years that count: those before the register was taken over, and each year since that was paid and kept."""
    keys = [p.pk for p in people]
    credited = credited_years(keys)
    return {
        e.person_id: e.earlier_years + len(credited[e.person_id])
        for part in in_slices(keys)
        for e in Enrolment.objects.filter(person_id__in=part)
    }

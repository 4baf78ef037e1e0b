"""Contributions: batches from banks and outlets against the bank's receipt, then crediting with subsidies."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import F

from jubao.exchange.table import Table
from jubao.operations.contributions.accounts import Entries, Ids, post_entries
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import unused_receipt
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.law import law
from jubao.records import bulk
from jubao.records.models import (
    CategoryPeriod,
    Contribution,
    ContributionBatch,
    Crediting,
    Enrolment,
    Outlet,
    Person,
    Residence,
)
from jubao.rules.contribution import subsidies, tier_in_force
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import Channel, ContributionItem, ContributionKind, EntryKind
from jubao.vocabulary.resident_number import mask

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
        table = read_inbound(case.file, layout)
        header = table.header
        receipt = unused_receipt("COLLECTION_ACCOUNT", header["receipt_reference"], header["total"])
        person = _people_of(table, act.on)
        inbound = take_in(case.file, layout, rows=table.rows, act=act)
        batch = ContributionBatch.objects.create(
            act_id=act.id, channel=channel, number=header["batch_no"], received_date=receipt.date, count=table.rows,
            total_fen=header["total"], statement_line=receipt, inbound_file=inbound,
        )  # fmt: skip
        _insert(table, person, batch, act)
        post("contribution_received", {"personal": header["total"]}, act=act, on=receipt.date,
             reference=batch.number, memo=f"{channel.label} {batch.number} {table.rows}笔")  # fmt: skip
        total["contributions"] += table.rows
        total["amount_fen"] += header["total"]
    return total


def _people_of(table: Table, on: date) -> Ids:
    """Person of every row; unknown people, foreign names, wrong states, wrong tiers refuse the whole file."""
    columns = table.columns
    known = {
        p["resident_number"]: p
        for start in range(0, table.rows, 800)
        for p in Person.objects.filter(resident_number__in=columns["resident_number"][start : start + 800])
        .annotate(state=F("enrolment__contribution_state"))
        .values("resident_number", "id", "name", "state")
    }
    paid = set(
        Contribution.objects.filter(year__in=set(columns["contribution_year"])).values_list("person_id", "year")
    )
    tiers = np.array(law(on).value("contribution.tier_list"), dtype=np.int64)
    in_force = tier_in_force(np.array(columns["amount"], dtype=np.int64), tiers)
    faults = []
    for index, row in enumerate(table.records()):
        who = known.get(row["resident_number"])
        where = f"第{table.row_numbers[index]}行 {mask(row['resident_number'])}"
        faults += [f"{where}：{fault}" for fault in _faults_of(row, who, paid, on, tier_ok=bool(in_force[index]))]
    if faults:
        raise Refused(f"文件《{table.filename}》未导入：共 {len(faults)} 处错误", faults=faults)
    return np.array([known[n]["id"] for n in columns["resident_number"]], dtype=np.int64)


def _faults_of(
    row: dict[str, Any], who: Mapping[str, Any] | None, paid: set[tuple[int, int]], on: date, *, tier_ok: bool
) -> list[str]:
    if who is None:
        return ["不在参保登记中，请先办理参保登记"]
    faults = []
    if who["name"] != row["name"]:
        faults.append("姓名与参保登记不一致，请核对后重报")
    if who["state"] == "3":
        faults.append("已领取待遇或关系已终止，不再缴费")
    if (who["id"], row["contribution_year"]) in paid:
        faults.append(f"{row['contribution_year']}年度已缴费，重复缴费应退回本人")
    if (row["kind"] == ContributionKind.CURRENT) != (row["contribution_year"] == on.year):
        faults.append(f"缴费年度{row['contribution_year']}与缴费类型{row['kind']}不符：当年为正常应缴，以往年度为补缴")
    if not tier_ok:
        faults.append("缴费金额不是现行缴费档次")
    return faults


def _insert(table: Table, person: Ids, batch: ContributionBatch, act: ActReference) -> None:
    columns = table.columns
    outlets = dict(Outlet.objects.values_list("code", "id"))
    codes = columns.get("outlet")
    if codes and (unknown := sorted(set(codes) - set(outlets))):
        raise Refused(f"文件《{table.filename}》未导入：网点 {'、'.join(unknown)} 未登记")
    bulk.insert(
        Contribution,
        {
            "person_id": person, "batch_id": batch.pk, "line": np.arange(1, table.rows + 1),
            "year": columns["contribution_year"], "kind": columns["kind"], "amount_fen": columns["amount"],
            "received_date": batch.received_date, "act_id": act.id,
            "receipt_number": columns.get("receipt_number") or [f"{batch.number}-{s}" for s in columns["seq"]],
            "outlet_id": [outlets[code] for code in codes] if codes else None,
            "paid_by": columns.get("paid_by") or "代扣",
        },
        count=table.rows,
    )  # fmt: skip


class CreditContributions(Arguments):
    """Everything received up to a day is credited."""

    through: date


@act("contribution.credit", title="缴费记账划拨", arguments=CreditContributions, maker=Post.ACCOUNTS,
     chain=[check(Post.COLLECTION)])  # fmt: skip
def credit_contributions(cases: Sequence[CreditContributions], *, on: date, act: ActReference) -> Result:
    """Credit received contributions to the accounts, with the subsidies of the collection rules.

    The money earns interest from the month it was received. Source: 国发〔2014〕8号第四、五条.
    """
    rows = list(
        Contribution.objects.filter(crediting__isnull=True, received_date__lte=cases[0].through)
        .order_by("id")
        .values_list("id", "person_id", "amount_fen", "kind", "received_date")
    )
    if not rows:
        return {"credited": 0, "amount_fen": 0, "subsidy_fen": 0}
    keys = [row[0] for row in rows]
    person = np.array([row[1] for row in rows], dtype=np.int64)
    amount = np.array([row[2] for row in rows], dtype=np.int64)
    received = np.array([months.of(row[4]) for row in rows], dtype=np.int64)
    bulk.insert(Crediting, {"contribution_id": keys, "credited_date": on, "act_id": act.id}, count=len(keys))
    entries = Entries(person, np.full(person.size, "PERSONAL"), amount, received, keys)
    post_entries(entries, EntryKind.CONTRIBUTION, event="account_credited", act=act, memo="个人缴费记账")
    subsidy = _credit_subsidies(person, amount, rows, received, keys, act)
    return {"credited": len(keys), "amount_fen": int(amount.sum()), "subsidy_fen": subsidy}


def _credit_subsidies(
    person: Ids, amount: Ids, rows: list[Any], received: Ids, keys: list[int], act: ActReference
) -> int:
    category = dict(CategoryPeriod.objects.order_by("valid_from", "id").values_list("person_id", "category"))
    household = dict(Residence.objects.order_by("valid_from", "id").values_list("person_id", "household_type"))
    by_item = subsidies(
        amount, np.array([category.get(pk, "011") for pk in person.tolist()]), np.array([row[3] for row in rows]),
        received, law(act.on).collection_rules(), household=np.array([household[pk] for pk in person.tolist()]),
    )  # fmt: skip
    total = 0
    for item, fen in by_item.items():
        source = np.full(person.size, str(ContributionItem(item).source))
        post_entries(Entries(person, source, fen, received, keys), EntryKind.SUBSIDY, event="account_credited",
                     act=act, memo=f"{ContributionItem(item).label}记账")  # fmt: skip
        total += int(fen.sum())
    return total


def contributed_years(people: Sequence[Person]) -> dict[int, int]:
    """Years that count: those before the register was taken over, and every credited year since."""
    keys = [p.pk for p in people]
    years = {
        e.person_id: e.earlier_years
        for start in range(0, len(keys), 800)
        for e in Enrolment.objects.filter(person_id__in=keys[start : start + 800])
    }
    for start in range(0, len(keys), 800):
        part = keys[start : start + 800]
        for pk in Crediting.objects.filter(contribution__person_id__in=part).values_list(
            "contribution__person_id", flat=True
        ):
            years[pk] += 1
    return years

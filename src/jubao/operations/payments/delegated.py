"""Payments on behalf of other departments: their rosters, their money, their monthly batches."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from jubao.ledger.balances import balances
from jubao.operations.envelope.declaration import ActReference, Arguments, Month, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import unused_receipt
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.payments.batch import Payees, lock_batch
from jubao.records import bulk
from jubao.records.models import DelegatedFunding, DelegatedLine, DelegatedPayee
from jubao.vocabulary import month as months


class TakeRoster(Arguments):
    """A roster from the department that owns the programme."""

    file: str


@act("delegated.enrol", title="代发名册登记", arguments=TakeRoster, maker=Post.BENEFITS, chain=[check(Post.ACCOUNTS)])
def enrol_payees(cases: Sequence[TakeRoster], *, on: date, act: ActReference) -> Result:
    """Record who is paid on behalf of whom; the owning department decides. Source: 各代发项目主管部门名册."""
    enrolled = 0
    for case in cases:
        table = read_inbound(case.file, "delegated_roster")
        missing = [f"第{n}行：没有银行账号" for n, account in zip(table.row_numbers, table.columns["bank_account"],
                                                          strict=True) if not account]  # fmt: skip
        if missing:
            raise Refused(f"文件《{table.filename}》未导入：共 {len(missing)} 处错误", faults=missing)
        DelegatedPayee.objects.bulk_create(
            DelegatedPayee(
                act_id=act.id, programme=row["programme"], resident_number=row["resident_number"], name=row["name"],
                division=row["division"] or "", bank=row["bank"] or "", bank_account=row["bank_account"],
                monthly_fen=row["monthly_amount"], start_month=row["start_month"],
            )
            for row in table.records()
        )  # fmt: skip
        take_in(case.file, "delegated_roster", rows=table.rows, act=act)
        enrolled += table.rows
    return {"payees": enrolled}


class FundProgramme(Arguments):
    """Money the owning department sent."""

    programme: str
    amount_fen: int
    reference: str


@act("delegated.fund", title="代发资金到账", arguments=FundProgramme, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def fund_programmes(cases: Sequence[FundProgramme], *, on: date, act: ActReference) -> Result:
    """Book money for a programme against its bank line, never in the fund's books. Source: 代发委托协议."""
    for case in cases:
        receipt = unused_receipt("DELEGATED_BANK", case.reference, case.amount_fen)
        DelegatedFunding.objects.create(
            act_id=act.id, programme=case.programme, amount_fen=case.amount_fen, statement_line=receipt
        )
        post("delegated_funded", {"amount": case.amount_fen}, act=act, on=receipt.date, reference=case.reference,
             memo=f"{case.programme}代发资金")  # fmt: skip
    return {"amount_fen": sum(case.amount_fen for case in cases)}


class CalculateDelegated(Arguments):
    """A programme's month."""

    programme: str
    month: Month


@act("delegated.calculate", title="代发核算", arguments=CalculateDelegated, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def calculate_delegated(cases: Sequence[CalculateDelegated], *, on: date, act: ActReference) -> Result:
    """Lock a programme's month: every unpaid month of everybody on the roster, within the money received.

    Source: 各代发项目主管部门名册.
    """
    if len(cases) != 1:
        raise Refused("代发须按项目逐月办理")
    programme, month = cases[0].programme, cases[0].month
    if month > months.of(on):
        raise Refused(f"{month} 尚未到来，不能代发")
    payees = list(DelegatedPayee.objects.filter(programme=programme, start_month__lte=month)
                  .select_related("act").order_by("id"))  # fmt: skip
    live = set(DelegatedLine.objects.filter(payee__programme=programme, state__in=["DUE", "PAID"])
               .values_list("payee_id", "month"))  # fmt: skip
    first = months.of(min((p.act.business_date for p in payees), default=on))
    owed = [
        (place, m)
        for place, p in enumerate(payees)
        for m in months.span(max(p.start_month, first), months.add(month, 1))
        if (p.pk, m) not in live
    ]
    if not owed:
        raise Refused(f"{programme} 到 {month} 没有应代发的月份")
    return _lock(programme, month, payees, owed, act)


def _lock(
    programme: str, month: int, payees: list[DelegatedPayee], owed: list[tuple[int, int]], act: ActReference
) -> Result:
    rows = [place for place, _ in owed]
    places, position = np.unique(rows, return_inverse=True)
    chosen = [payees[place] for place in places.tolist()]
    amount = np.array([payees[place].monthly_fen for place in rows], dtype=np.int64)
    totals = np.zeros(len(chosen), dtype=np.int64)
    np.add.at(totals, position, amount)
    held = balances("DELEGATED").get("DELEGATED_BANK", 0)
    if totals.sum() > held:
        raise Refused(f"代发专户余额 {held} 分不足以代发 {totals.sum()} 分，请先催拨资金")
    batch, bank_line = lock_batch(
        "DELEGATED", month,
        Payees(position, [None] * len(chosen), [f"D{p.pk:08d}" for p in chosen], [p.name for p in chosen],
               [p.bank or "跨行" for p in chosen], [p.bank_account for p in chosen], totals),
        act=act, programme=programme,
    )  # fmt: skip
    bulk.insert(
        DelegatedLine,
        {"payee_id": [payees[place].pk for place in rows], "batch_id": batch.pk, "bank_line_id": bank_line,
         "month": [m for _, m in owed], "amount_fen": amount, "act_id": act.id},
        count=len(rows),
    )  # fmt: skip
    return {"batch": batch.number, "people": batch.count, "total_fen": batch.total_fen}

"""Months of pensions that were paid before the takeover, as the office before lists them."""

from collections.abc import Iterator, Sequence

import numpy as np

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.membership.rows_of_people import RowsOfPeople
from jubao.operations.pensions.open_month import first_month_here
from jubao.operations.people import in_slices
from jubao.records.models import Award, EarlierPayment

LAYOUT = "earlier_payments"
THEN = "请移交方按发放档案更正后重新报送"


class TakeEarlierPayments(Arguments):
    """Benefit months paid before the takeover, in one file."""

    file: FileRef = ask("接入前发放明细", "Months paid before", hint="移交方按月按项目列出的已发待遇", layout=LAYOUT)


@act(
    "register.payments",
    title="接入前发放明细补录",
    asks=TakeEarlierPayments,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.REGISTER,
    undone_by=Final("明细是移交方已发待遇的凭据，只用于核实多发；有误的由移交方出具更正函，随案存档"),
    papers=[Paper("移交方盖章的发放明细", required=False)],
    gives=[
        Given("people", "人数", "people", Unit.PEOPLE),
        Given("months", "明细条数", "lines", Unit.ROWS),
        Given("amount_fen", "已发合计", "paid", Unit.FEN),
    ],
)
class EarlierPaymentsTaken:
    """Keep what was paid before these books, month by month: what is claimed back of that time is what was paid.

    From the first month listed of a pension on, only months listed were paid; of the months before, the amounts the
    register stated stand in.
    Source: 社会保险经办条例第四十六条（多发的追回以实际发放为准）.
    """

    def check(self, cases: Sequence[TakeEarlierPayments], view: View) -> Faults:
        """Only months between the start of a pension of the register and the first month paid here."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            if not check_fresh(case.file, LAYOUT, faults, case=number):
                continue
            table = read_inbound(case.file, LAYOUT, view, faults, case=number)
            rows = None if table is None else RowsOfPeople.of(table, view, faults, case=number)
            if table is not None and rows is not None:
                for row, rule in _impossible_rows(table, rows):
                    rows.fault(row, rule, THEN, faults)
        return faults

    def plan(self, cases: Sequence[TakeEarlierPayments], view: View) -> Changes:
        """A fact for each month and item."""
        changes = Changes(view)
        people, months, total = 0, 0, 0
        for case in cases:
            table = table_of(case.file, LAYOUT, view)
            rows = RowsOfPeople.of(table, view)
            assert rows is not None, "a plan is made after its check"
            awards, given = _awards(rows), table.columns
            amount = np.array(given["amount"], dtype=np.int64)
            changes.insert(
                EarlierPayment,
                {
                    "award_id": [awards[person].pk for person in rows.person.tolist()],
                    "month": given["month"],
                    "item": given["item"],
                    "amount_fen": amount,
                },
                count=table.rows,
            )
            take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
            people, months, total = people + len(rows.people), months + table.rows, total + int(amount.sum())
        return changes.giving(people=people, months=months, amount_fen=total)


def _impossible_rows(table: Table, rows: RowsOfPeople) -> Iterator[tuple[int, str]]:
    """Rows, from 0, of people without a pension of the register, of other months, or without money."""
    awards, first_here = _awards(rows), first_month_here()
    known = {
        key
        for part in in_slices([award.pk for award in awards.values()])
        for key in EarlierPayment.objects.filter(award__in=part)
        .order_by("id")
        .values_list("award__person_id", "month", "item")
    }
    given = zip(
        rows.person.tolist(), table.columns["month"], table.columns["item"], table.columns["amount"], strict=True
    )
    for row, (person, month, item, amount) in enumerate(given):
        award = awards.get(person)
        if award is None or first_here is None:
            yield row, "没有随参保底册接入的待遇"
        elif not award.start_month <= month < first_here:
            yield row, f"所属月 {month} 不在待遇开始的 {award.start_month} 和本机构首发的 {first_here} 之间"
        if amount <= 0:
            yield row, "金额须大于零"
        if (person, month, item) in known:
            yield row, f"{month} 的项目 {item} 已补录"


def _awards(rows: RowsOfPeople) -> dict[int, Award]:
    """By person, the pension that came with the register."""
    return {
        award.person_id: award
        for part in in_slices([person.pk for person in rows.people])
        for award in Award.objects.filter(person__in=part, opened_with_register=True).order_by("id")
    }

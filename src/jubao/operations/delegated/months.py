"""A month of another department's programme: who is owed what, locked for the bank."""

from collections.abc import Sequence

import numpy as np

from jubao.ledger.balances import balances
from jubao.operations.delegated.rosters import (
    Roster,
    cap_of,
    names,
    payee_number,
    roster_of,
)
from jubao.operations.envelope.changes import Changes, Ids
from jubao.operations.envelope.declaration import (
    ONE,
    About,
    Arguments,
    Given,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Month, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seals import check_unaltered
from jubao.operations.envelope.view import View
from jubao.operations.payments.batch import OTHER_BANK, Payees, lock_batch
from jubao.records.models import DelegatedLine, DelegatedPayee
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import DelegatedProgramme
from jubao.vocabulary.fen import format_yuan

BANK = "DELEGATED_BANK"


class CalculateDelegated(Arguments):
    """A programme's month."""

    programme: DelegatedProgramme = ask("代发项目", "Programme")
    month: Month = ask("代发年月", "Month", hint="如 201702")


@act(
    "delegated.calculate",
    title="代发核算",
    asks=CalculateDelegated,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PROGRAMME,
    undone_by="payment.hold",
    gives=[
        Given("batch", "批次号", "batch", Unit.TEXT),
        Given("people", "代发人数", "people", Unit.PEOPLE),
        Given("total_fen", "合计", "total", Unit.FEN),
        Given("dead", "因死亡不予代发人数", "left out as dead", Unit.PEOPLE),
        Given("capped", "已发满总额人数", "paid in full", Unit.PEOPLE),
    ],
    most_cases=ONE,
    also_seen_by=[Post.ACCOUNTANT, Post.DEPUTY_FINANCE],
)
class DelegatedCalculation:
    """Lock a programme's month: every unpaid month of everybody on the roster, within the money received.

    Months of a stop or after an end are not paid, nothing is paid to people said to be dead, and a case with a
    one-off total is paid until the total is reached.
    Source: 各代发项目主管部门名册.
    """

    def check(self, cases: Sequence[CalculateDelegated], view: View) -> Faults:
        """A month that has come, somebody to pay, and the money for it."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            programme, month = str(case.programme), case.month
            if month > months.of(view.on):
                faults.add(number, "month", f"{month} 尚未到来，不能代发")
                continue
            roster, owed = _owed(case, view)
            paid = {roster.payees[place].act_id for place, _, _ in owed}
            check_unaltered(DelegatedPayee, paid, view, faults, case=number, field="programme")
            if not owed:
                faults.add(number, "month", f"{programme} 到 {month} 没有应代发的月份")
            total, held = sum(fen for _, _, fen in owed), balances("DELEGATED").get(BANK, 0)
            if total > held:
                rule = f"代发专户余额 {format_yuan(held)} 元不足以代发 {format_yuan(total)} 元"
                faults.add(number, "month", rule, next_step="请先催拨资金")
        return faults

    def plan(self, cases: Sequence[CalculateDelegated], view: View) -> Changes:
        """The locked batch with its months."""
        changes = Changes(view)
        [case] = cases
        roster, owed = _owed(case, view)
        place, month, amount = (np.array(column, dtype=np.int64) for column in zip(*owed, strict=True))
        chosen, position = np.unique(place, return_inverse=True)
        payees = _payees([roster.payees[one] for one in chosen.tolist()], position, amount)
        programme = str(case.programme)
        batch, bank_line = lock_batch("DELEGATED", case.month, payees, changes=changes, programme=programme)
        keys = np.array([payee.pk for payee in roster.payees], dtype=np.int64)
        changes.insert(
            DelegatedLine,
            {
                "payee_id": keys[place],
                "batch_id": batch.pk,
                "bank_line_id": bank_line,
                "month": month,
                "amount_fen": amount,
            },
            count=len(owed),
        )
        gone, capped = roster.gone(), roster.capped
        if gone:
            changes.notice(f"{len(gone)} 人已登记死亡或在死亡名单上，未予代发，请办理代发终止：{names(gone)}")
        if capped:
            changes.notice(f"{len(capped)} 人已发满一次性奖励总额，未再代发：{names(capped)}")
        return changes.giving(
            batch=batch.number,
            people=batch.count,
            total_fen=batch.total_fen,
            dead=len(gone),
            capped=len(capped),
        )


def _owed(case: CalculateDelegated, view: View) -> tuple[Roster, list[tuple[int, int, int]]]:
    """The roster and what is owed on it: position, month, fen."""
    programme = str(case.programme)
    roster = roster_of(programme, case.month, view)

    def read() -> list[tuple[int, int, int]]:
        return roster.owed(case.month, cap_of(programme, view))

    return roster, view.once(("owed on a roster", programme, case.month), read)


def _payees(chosen: Sequence[DelegatedPayee], position: Ids, amount: Ids) -> Payees:
    totals = np.zeros(len(chosen), dtype=np.int64)
    np.add.at(totals, position, amount)
    return Payees(
        place=position,
        person=[None] * len(chosen),
        number=[payee_number(payee) for payee in chosen],
        name=[payee.name for payee in chosen],
        bank=[payee.bank or OTHER_BANK for payee in chosen],
        account=[payee.bank_account for payee in chosen],
        amount=totals,
    )

"""Collecting single sums owed (refunds, grants, transfers) into a batch for the bank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Given, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seals import check_unaltered
from jubao.operations.envelope.view import View
from jubao.operations.payments.batch import OTHER_BANK, Payees, lock_batch
from jubao.operations.payments.redirect import UNPAID, cools, redirects_of
from jubao.records.models import Payout, PayoutOrder, PayoutRedirect
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan


class CollectPayouts(Arguments):
    """Everything owed up to a day."""

    through: Day = ask("汇总到", "Through", hint="列入该日及以前形成的应付款，如 2017-02-10", not_after="today")


@act(
    "payout.collect",
    title="一次性支付汇总",
    asks=CollectPayouts,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS)],
    about=About.BATCH,
    undone_by="payment.hold",
    gives=[
        Given("batch", "批次号", "batch", Unit.TEXT),
        Given("count", "笔数", "lines", Unit.ROWS),
        Given("total_fen", "合计", "total", Unit.FEN),
    ],
    most_cases=ONE,
    also_seen_by=[Post.ACCOUNTANT, Post.DEPUTY_FINANCE],
)
class Collection:
    """Take every open sum into one batch, one bank line each; none open means no batch.

    A sum whose payee was changed goes to the new account; while its cooling period runs it waits.
    Source: 社会保险经办条例第四十条（支出户用途）.
    """

    def check(self, cases: Sequence[CollectPayouts], view: View) -> Faults:
        """Whatever is owed can be collected, as the acts that owe it sealed it."""
        faults = Faults()
        owed, _ = _open(cases[0], view)
        redirects = [one.redirect for one in owed if one.redirect]
        for model, rows in ((Payout, [one.payout for one in owed]), (PayoutRedirect, redirects)):
            check_unaltered(model, [row.act_id for row in rows], view, faults, case=1, field="through")
        return faults

    def plan(self, cases: Sequence[CollectPayouts], view: View) -> Changes:
        """The locked batch, and every sum ordered in it."""
        changes = Changes(view)
        owed, waiting = _open(cases[0], view)
        if waiting:
            total = format_yuan(sum(one.payout.amount_fen for one in waiting))
            changes.notice(f"{len(waiting)} 笔、{total} 元变更了收款账户，冷静期未满，本次未列入")
        if not owed:
            return changes.giving(batch=None, count=0, total_fen=0)
        payees = Payees(
            place=np.arange(len(owed)),
            person=[one.payout.person_id for one in owed],
            number=[one.payout.person.personal_number for one in owed],
            name=[one.payee.payee_name for one in owed],
            bank=[one.payee.payee_bank or OTHER_BANK for one in owed],
            account=[one.payee.payee_account for one in owed],
            amount=np.array([one.payout.amount_fen for one in owed], dtype=np.int64),
        )
        batch, bank_line = lock_batch("SETTLEMENT", months.of(view.on), payees, changes=changes)
        keys = [one.payout.pk for one in owed]
        changes.insert(PayoutOrder, {"payout_id": keys, "bank_line_id": bank_line}, count=len(keys))
        changes.update(Payout, keys, state="ORDERED")
        return changes.giving(batch=batch.number, count=batch.count, total_fen=batch.total_fen)


@dataclass(frozen=True)
class Owed:
    """A sum not paid yet, and its other payee where there is one."""

    payout: Payout
    redirect: PayoutRedirect | None

    @property
    def payee(self) -> Payout | PayoutRedirect:
        """What says whom to pay."""
        return self.redirect or self.payout


def _open(case: CollectPayouts, view: View) -> tuple[list[Owed], list[Owed]]:
    """What is to be collected, and what waits for the end of a cooling period."""

    def read() -> tuple[list[Owed], list[Owed]]:
        rows = Payout.objects.filter(state__in=UNPAID, act__business_date__lte=case.through)
        payouts = list(rows.order_by("id").select_related("person"))
        redirects = redirects_of(payouts)
        found = [Owed(payout, redirects.get(payout.pk)) for payout in payouts]
        waiting = [one for one in found if cools(one.redirect, view.on)]
        return [one for one in found if not cools(one.redirect, view.on)], waiting

    return view.once(("open sums", case.through), read)

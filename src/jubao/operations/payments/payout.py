"""Collecting single sums owed (refunds, grants, transfers) into a batch for the bank."""

from collections.abc import Sequence

import numpy as np

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Given, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.payments.batch import OTHER_BANK, Payees, lock_batch
from jubao.records.models import Payout, PayoutOrder
from jubao.vocabulary import month as months


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

    Source: 社会保险经办条例第四十条（支出户用途）.
    """

    def check(self, cases: Sequence[CollectPayouts], view: View) -> Faults:
        """Whatever is owed can be collected."""
        return Faults()

    def plan(self, cases: Sequence[CollectPayouts], view: View) -> Changes:
        """The locked batch, and every sum ordered in it."""
        changes = Changes(view)
        owed = Payout.objects.filter(state__in=["DUE", "FAILED"], act__business_date__lte=cases[0].through)
        open_sums = list(owed.order_by("id").select_related("person"))
        if not open_sums:
            return changes.giving(batch=None, count=0, total_fen=0)
        payees = Payees(
            place=np.arange(len(open_sums)),
            person=[p.person_id for p in open_sums],
            number=[p.person.personal_number for p in open_sums],
            name=[p.payee_name for p in open_sums],
            bank=[p.payee_bank or OTHER_BANK for p in open_sums],
            account=[p.payee_account for p in open_sums],
            amount=np.array([p.amount_fen for p in open_sums], dtype=np.int64),
        )
        batch, bank_line = lock_batch("SETTLEMENT", months.of(view.on), payees, changes=changes)
        keys = [p.pk for p in open_sums]
        changes.insert(PayoutOrder, {"payout_id": keys, "bank_line_id": bank_line}, count=len(keys))
        changes.update(Payout, keys, state="ORDERED")
        return changes.giving(batch=batch.number, count=batch.count, total_fen=batch.total_fen)

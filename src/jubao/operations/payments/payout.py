"""Collecting single sums owed (refunds, grants, transfers) into a batch for the bank."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from jubao.operations.envelope.declaration import ActReference, Arguments, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.payments.batch import Payees, lock_batch
from jubao.operations.people import in_slices
from jubao.records import bulk
from jubao.records.models import Payout, PayoutOrder
from jubao.vocabulary import month as months


class CollectPayouts(Arguments):
    """Everything owed up to a day."""

    through: date


@act("payout.collect", title="一次性支付汇总", arguments=CollectPayouts, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS)])  # fmt: skip
def collect_payouts(cases: Sequence[CollectPayouts], *, on: date, act: ActReference) -> Result:
    """Take every open sum into one batch, one bank line each; none open means no batch.

    Source: 社会保险经办条例第四十条（支出户用途）.
    """
    open_sums = list(
        Payout.objects.filter(state__in=["DUE", "FAILED"], act__business_date__lte=cases[0].through)
        .order_by("id").select_related("person")
    )  # fmt: skip
    if not open_sums:
        return {"batch": None, "count": 0, "total_fen": 0}
    payees = Payees(
        place=np.arange(len(open_sums)), person=[p.person_id for p in open_sums],
        number=[p.person.personal_number for p in open_sums], name=[p.payee_name for p in open_sums],
        bank=[p.payee_bank or "跨行" for p in open_sums], account=[p.payee_account for p in open_sums],
        amount=np.array([p.amount_fen for p in open_sums], dtype=np.int64),
    )  # fmt: skip
    batch, bank_line = lock_batch("SETTLEMENT", months.of(on), payees, act=act)
    bulk.insert(
        PayoutOrder,
        {"payout_id": [p.pk for p in open_sums], "bank_line_id": bank_line, "act_id": act.id},
        count=len(open_sums),
    )
    for part in in_slices([p.pk for p in open_sums]):
        Payout.objects.filter(pk__in=part).update(state="ORDERED")
    return {"batch": batch.number, "count": batch.count, "total_fen": batch.total_fen}

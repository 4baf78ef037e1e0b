"""Year-end interest on every individual account, once per account, year and source."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db.models import Max

from jubao.operations.contributions.accounts import grid, interest_due, post_entries
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.records.models import AccountEntry, Contribution
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind


class SettleYear(Arguments):
    """The year whose interest is posted."""

    year: int


@act("account.settle_year", title="年度结息", arguments=SettleYear, maker=Post.ACCOUNTANT,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def settle_years(cases: Sequence[SettleYear], *, on: date, act: ActReference) -> Result:
    """Post the year's interest to every account. Source: 城乡居民基本养老保险经办规程，个人账户管理."""
    year = cases[0].year
    december = months.make(year, 12)
    if on <= months.last_day(december):
        raise Refused(f"{year}年尚未结束，不能年度结息")
    settled = AccountEntry.objects.filter(kind__in=[EntryKind.INTEREST, EntryKind.OPENING])
    last = settled.aggregate(last=Max("year"))["last"] or year - 1
    if year != last + 1:
        raise Refused(f"个人账户已结息到{last}年度，应接着结{last + 1}年度，不能结{year}年度")
    waiting = Contribution.objects.filter(crediting__isnull=True, received_date__year__lte=year).count()
    if waiting:
        raise Refused(f"{year}年有 {waiting} 笔缴费已到账未记账，请先记账划拨")
    holders = AccountEntry.objects.filter(year__lte=year).exclude(person__enrolment__enrolment_state="4")
    person = np.array(sorted(set(holders.values_list("person_id", flat=True))), dtype=np.int64)
    due = interest_due(person, year=year, through=12, **law(months.last_day(december)).interest_terms())
    count = post_entries(grid(person, due, december), EntryKind.INTEREST, event="account_interest", act=act,
                         memo=f"{year}年度结息")  # fmt: skip
    return {"accounts": int(person.size), "entries": count, "interest_fen": int(due.sum())}

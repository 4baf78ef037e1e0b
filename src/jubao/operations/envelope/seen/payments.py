"""Payments an approver looks at one by one: first ones, repeated ones, after something was lifted, and to somebody else.

Whoever releases a batch is shown what stood out when it was locked.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet
from numpy.typing import NDArray

from jubao.operations.envelope.changes import SLICE
from jubao.operations.envelope.seen.columns import Ids, Model, Table
from jubao.operations.envelope.seen.notable import Notable
from jubao.operations.envelope.seen.people import Key, People
from jubao.operations.envelope.seen.words import day, month, yuan
from jubao.records.models import (
    Award,
    BankAccount,
    BankLine,
    BatchStep,
    CandidateEvent,
    DelegatedLine,
    DelegatedPayee,
    DelegatedPayeeEvent,
    MatchCandidate,
    PaymentBatch,
    Payout,
    PayoutOrder,
    PayoutRedirect,
    PensionMonth,
    Person,
    Proposal,
    RecoveryEvent,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind
from jubao.vocabulary.masks import by_its_ends

OPENING, HELD = "register.open", "HELD"
A_YEAR = 12


def notable_payments(people: People) -> Iterator[Notable]:
    """Everything about the payments of a plan that somebody should have looked at."""
    yield from _first_paid(people)
    yield from _first_delegated(people)
    yield from _paid_again(people)
    yield from _cleared_and_paid(people)
    yield from _back_on_a_roster(people)
    yield from _paid_to_another(people)
    yield from _given_up(people)


# ── The first payment, and one more ──


def _first_paid(people: People) -> Iterator[Notable]:
    """The insured whom no batch paid yet and whom this office brought in or awarded within a year."""
    paid = _persons(people, BankLine)
    if not paid.size:
        return
    lately = months.first_day(months.add(months.of(people.changes.view.on), -A_YEAR))
    ours = Q(act__business_date__gte=lately) & ~Q(act__code=OPENING)
    before = BankLine.objects.filter(person=OuterRef("person"), result="PAID")
    awarded = Award.objects.filter(ours).filter(~Exists(before)).values_list("person_id", "act__business_date")
    before = BankLine.objects.filter(person=OuterRef("pk"), result="PAID")
    brought_in = Person.objects.filter(ours).filter(~Exists(before)).values_list("pk", "act__business_date")
    found: dict[int, str] = {}
    for rows, name, what in ((brought_in, "pk", "登记"), (awarded, "person", "核定待遇")):
        found |= {person: f"{day(on)}{what}" for person, on in _of(rows, name, paid)}
    who: list[tuple[Key, str]] = [((Person, person), found[person]) for person in paid.tolist() if person in found]
    if who:
        yield Notable("first_paid", f"{len(who)} 人首次由本机构发放", who)


def _first_delegated(people: People) -> Iterator[Notable]:
    """People on a roster whom no batch paid yet."""
    paid = _persons(people, DelegatedLine)
    if not paid.size:
        return
    before = set(_of(DelegatedLine.objects.filter(state="PAID").values_list("payee_id"), "payee", paid))
    who: list[tuple[Key, str]] = [((DelegatedPayee, one), "") for one in paid.tolist() if (one,) not in before]
    if who:
        yield Notable("first_paid", f"{len(who)} 人首次代发", who)


def _paid_again(people: People) -> Iterator[Notable]:
    """Months the bank returned, or that were held, and that are paid now."""
    table = people.tables.get(PensionMonth)
    if table is None:
        return
    again = _is(table, "kind", str(ArrearsKind.REISSUE)) & ~_is(table, "state", HELD)
    if not again.any():
        return
    rows = zip(people.of_rows(PensionMonth)[again].tolist(), table.whole("month")[again].tolist(), strict=True)
    by_person: dict[int, list[int]] = {}
    for person, number in rows:
        by_person.setdefault(person, []).append(number)
    who: list[tuple[Key, str]] = [((Person, one), f"{month(min(which))}起") for one, which in by_person.items()]
    yield Notable("paid_again", f"{len(who)} 人补发此前银行退回或扣留的月份，请核对退回凭据", who)


# ── After something was lifted ──


def _cleared_and_paid(people: People) -> Iterator[Notable]:
    """People whose suspicion somebody cleared since the first day of last month, and who are paid now."""
    paid = _persons(people, BankLine)
    if not paid.size:
        return
    since = months.first_day(months.add(months.of(people.changes.view.on), -1))
    rows = CandidateEvent.objects.filter(state=MatchCandidate.State.CLEARED, act__business_date__gte=since)
    found = dict(_of(rows.values_list("candidate__person_id", "act__business_date"), "candidate__person", paid))
    who: list[tuple[Key, str]] = [
        ((Person, one), f"{day(found[one])}排除疑点") for one in paid.tolist() if one in found
    ]
    if who:
        yield Notable("cleared_then_paid", f"{len(who)} 人近期排除疑点后发放", who)


def _back_on_a_roster(people: People) -> Iterator[Notable]:
    """People resumed on a roster since the first day of last month, and who are paid now."""
    paid = _persons(people, DelegatedLine)
    if not paid.size:
        return
    since = months.first_day(months.add(months.of(people.changes.view.on), -1))
    rows = DelegatedPayeeEvent.objects.filter(
        kind=DelegatedPayeeEvent.Kind.RESUMED, act__business_date__gte=since
    ).values_list("payee_id", "month")
    found = dict(_of(rows, "payee", paid))
    who: list[tuple[Key, str]] = [
        ((DelegatedPayee, one), f"自{month(found[one])}恢复") for one in paid.tolist() if one in found
    ]
    if who:
        yield Notable("resumed_then_paid", f"{len(who)} 人近期恢复代发后发放", who)


# ── To somebody else ──


def _paid_to_another(people: People) -> Iterator[Notable]:
    """Sums that go to an account which is none of the person's own: to an heir, or to another agency."""
    stated = [*_stated(people, Payout), *_stated(people, PayoutRedirect)]
    if PayoutOrder in people.tables:
        stated += _stated(people, BankLine)
    wanted = np.unique(np.array([person for person, _, _ in stated if person > 0], dtype=np.int64))
    own = set(_of(BankAccount.objects.values_list("person_id", "account"), "person", wanted))
    own |= set(_stated_accounts(people))
    who: list[tuple[Key, str]] = [
        ((Person, person), f"付给{name}，{by_its_ends(account)}")
        for person, name, account in stated
        if (person, account) not in own
    ]
    if who:
        yield Notable("paid_to_another", f"{len(who)} 笔付到本人账户以外的账户，请核对继承关系或对方机构", who)


def _stated(people: People, model: Model) -> list[tuple[int, str, str]]:
    """Person, payee and account of every row that says whom to pay."""
    table = people.tables.get(model)
    if table is None:
        return []
    name, account = _cells(table, "payee_name"), _cells(table, "account" if model is BankLine else "payee_account")
    return list(zip(people.of_rows(model).tolist(), name, account, strict=True))


def _stated_accounts(people: People) -> list[tuple[int, str]]:
    """Accounts the plan itself registers for people."""
    table = people.tables.get(BankAccount)
    return (
        [] if table is None else list(zip(people.of_rows(BankAccount).tolist(), _cells(table, "account"), strict=True))
    )


def _cells(table: Table, name: str) -> list[str]:
    group, values = table.groups(name)
    return [str(values[one]) for one in group.tolist()]


def _given_up(people: People) -> Iterator[Notable]:
    """Money that will not be claimed back any more."""
    table = people.tables.get(RecoveryEvent)
    if table is None:
        return
    given = _is(table, "kind", "WRITTEN_OFF")
    if not given.any():
        return
    rows = zip(people.of_rows(RecoveryEvent)[given].tolist(), table.whole("amount_fen")[given].tolist(), strict=True)
    who: list[tuple[Key, str]] = [((Person, person), yuan(fen)) for person, fen in rows]
    yield Notable("given_up", f"{len(who)} 人的多发待遇不再追回，请核对会议纪要", who)


# ── What was shown when the batch was locked ──


def of_the_lock(people: People) -> list[dict[str, Any]]:
    """What stood out when the batches were locked that a plan releases, as its approvers saw it then."""
    table = people.tables.get(BatchStep)
    if table is None:
        return []
    released = table.whole("batch_id")[_is(table, "state", PaymentBatch.State.RELEASED)].tolist()
    if not released:
        return []
    locks = Proposal.objects.filter(signatures__act__in=PaymentBatch.objects.filter(pk__in=released).values("act"))
    previews = locks.order_by("id").distinct().values_list("preview", flat=True)
    return [one for preview in previews for one in json.loads(preview)["exceptions"]]


# ── Whose ──


def _persons(people: People, model: Model) -> Ids:
    """The different people stored already behind the rows a plan adds to a table, without those whose line is held."""
    table = people.tables.get(model)
    if table is None:
        return np.zeros(0, dtype=np.int64)
    rows = people.of_rows(model)
    held = _is(table, "result", HELD) if model is BankLine else np.zeros(table.count, dtype=np.bool_)
    return np.unique(rows[(rows > 0) & ~held])


def _is(table: Table, name: str, value: str) -> NDArray[np.bool_]:
    """Whether a column holds a value, shape (n,)."""
    group, values = table.groups(name)
    return group == values.index(value) if value in values else np.zeros(table.count, dtype=np.bool_)


def _of(rows: QuerySet[Any, Any], name: str, wanted: Ids) -> Iterable[Any]:
    """Rows that belong to some people; where those are many, everybody's."""
    keys: Sequence[int] = wanted.tolist()
    ordered = rows.order_by("pk")
    return ordered.filter(**{f"{name}__in": keys}) if len(keys) <= SLICE else ordered

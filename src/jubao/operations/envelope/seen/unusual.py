"""What an approver must see before anything else: who is paid to a changed or shared account, the largest sums, one hand.

Payments to look at one by one stand in ``payments``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef

from jubao.operations.envelope.changes import SLICE, Changes
from jubao.operations.envelope.seen.causes import money, money_columns
from jubao.operations.envelope.seen.columns import Ids, Model, Table, distinct, sums
from jubao.operations.envelope.seen.money import late_vouchers
from jubao.operations.envelope.seen.notable import Notable, limit_of
from jubao.operations.envelope.seen.payments import notable_payments, of_the_lock
from jubao.operations.envelope.seen.people import Key, People, lead_of
from jubao.operations.envelope.seen.words import day, month, yuan
from jubao.records.line_views import AMOUNTS
from jubao.records.models import (
    AwardEvent,
    BankAccount,
    BankLine,
    DelegatedLine,
    DelegatedPayee,
    Payout,
    PensionMonth,
    Person,
    Signature,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.masks import by_its_ends

REBOUND = "account.rebind"
MANY_ROWS, LARGEST = 20, 5
LISTED = 200
"""People named in one exception: as many as a preview shows, so that nobody is hidden in a small crowd."""
A_YEAR = 12


def exceptions_of(changes: Changes, people: People) -> list[dict[str, Any]]:
    """Everything out of the ordinary in a plan, what touches people's money first."""
    found = [
        *_changed_accounts(changes, people),
        *_shared_accounts(changes, people),
        *_one_hand(changes, people),
        *notable_payments(people),
        *_largest(people),
        *(Notable("late_voucher", sentence) for sentence in late_vouchers(people.tables)),
    ]
    names = people.names(key for one in found for key, _ in one.people[:LISTED])
    shown = [
        {
            "kind": one.kind,
            "text": one.text if len(one.people) <= LISTED else f"{one.text}（列出前 {LISTED} 人）",
            "people": [names[key] | {"detail": detail} for key, detail in one.people[:LISTED]],
        }
        for one in found
    ]
    return of_the_lock(people) + shown


# ── To whose account ──


@dataclass(frozen=True)
class Paid:
    """The accounts some rows pay to: for each row whose it is and the number of its account among ``accounts``."""

    subject: Model
    persons: Ids
    group: Ids
    accounts: list[str]


PAID_TO: Mapping[Model, str] = {
    BankLine: "account",
    Payout: "payee_account",
    BankAccount: "account",
    DelegatedPayee: "bank_account",
}


def _paid(people: People) -> Iterator[Paid]:
    for model, name in PAID_TO.items():
        if table := people.tables.get(model):
            subject, persons = Person if model is not DelegatedPayee else model, people.of_rows(model)
            if model is BankLine and DelegatedLine in people.tables:
                subject, persons = DelegatedPayee, _payees(people, table.count)
            yield Paid(subject, persons, *table.groups(name))


def _payees(people: People, count: int) -> Ids:
    """Whose each bank line of a delegated programme is."""
    found = np.zeros(count, dtype=np.int64)
    lines = people.tables[DelegatedLine].whole("bank_line_id")
    found[-lines[lines < 0] - 1] = people.of_rows(DelegatedLine)[lines < 0]
    return found


def _changed_accounts(changes: Changes, people: People) -> Iterator[Notable]:
    """People paid for the first time to an account that somebody changed, by who changed it (watch.changed_then_paid)."""
    table = people.tables.get(BankLine)
    persons = people.of_rows(BankLine) if table else np.zeros(0, dtype=np.int64)
    wanted = np.unique(persons[persons > 0])
    if table is None or not wanted.size:
        return
    since = months.first_day(months.add(months.of(changes.view.on), -A_YEAR))
    before = BankLine.objects.filter(person=OuterRef("person"), account=OuterRef("account"), result="PAID")
    rows = BankAccount.objects.filter(act__code=REBOUND, act__business_date__gte=since).filter(~Exists(before))
    if wanted.size <= SLICE:
        rows = rows.filter(person_id__in=wanted.tolist())
    listed = list(rows.order_by("id").values_list("person_id", "account", "act_id", "act__business_date"))
    if not listed:
        return
    group, accounts = table.groups("account")
    paid = dict(zip(persons.tolist(), group.tolist(), strict=True))
    fresh = [one for one in listed if one[0] in paid and accounts[paid[one[0]]] == one[1]]
    if fresh:
        yield from _by_hand(changes, fresh)


def _by_hand(changes: Changes, fresh: Sequence[tuple[int, str, int, Any]]) -> Iterator[Notable]:
    limit = limit_of(changes, "changed_then_paid")
    makers = makers_of(act for *_, act, _ in fresh)
    by_maker: dict[str, list[tuple[Key, str]]] = {}
    for person, number, act, on in fresh:
        detail = f"{day(on)}变更为 {by_its_ends(number)}"
        by_maker.setdefault(makers[act], []).append(((Person, person), detail))
    for maker, who in sorted(by_maker.items(), key=lambda item: (-len(item[1]), item[0])):
        mark = f"，达到预警人数 {limit}" if len(who) >= limit else ""
        yield Notable("changed_account", f"{len(who)} 人首次发放到由 {maker} 经办变更的账户{mark}", who)


def _shared_accounts(changes: Changes, people: People) -> Iterator[Notable]:
    """Accounts that several people of the plan, or of the register, are paid to (watch.people_on_account)."""
    by_subject: dict[Model, list[Paid]] = {}
    for one in _paid(people):
        by_subject.setdefault(one.subject, []).append(one)
    for subject, paid in by_subject.items():
        sharing = _sharing(paid, registered=subject is Person)
        limit = limit_of(changes, "people_on_account") if sharing else 0
        for number, persons in sharing.items():
            if len(persons) >= limit:
                who = [((subject, person), "") for person in persons]
                yield Notable("shared_account", f"{len(persons)} 人使用同一账户 {by_its_ends(number)}", who)


def _sharing(paid: Sequence[Paid], *, registered: bool) -> dict[str, list[int]]:
    """By account, everybody who shares it with somebody, in the order the plan meets them."""
    numbers: dict[str, int] = {}
    groups, persons = [], []
    for one in paid:
        known = np.array([numbers.setdefault(str(number), len(numbers)) for number in one.accounts], dtype=np.int64)
        groups.append(known[one.group][one.persons != 0])
        persons.append(one.persons[one.persons != 0])
    group, person = np.concatenate(groups), np.concatenate(persons)
    if registered and 0 < len(numbers) <= SLICE:
        also = _also_registered(numbers)
        group = np.append(group, np.array([numbers[number] for number, _ in also], dtype=np.int64))
        person = np.append(person, np.array([key for _, key in also], dtype=np.int64))
    shared = np.flatnonzero(distinct(group, person, len(numbers)) > 1)
    place = np.isin(group, shared)
    found: dict[int, dict[int, None]] = {one: {} for one in shared.tolist()}
    for one, key in zip(group[place].tolist(), person[place].tolist(), strict=True):
        found[one][key] = None
    accounts = list(numbers)
    return {accounts[one]: list(keys) for one, keys in found.items()}


def _also_registered(accounts: Iterable[str]) -> list[tuple[str, int]]:
    rows = BankAccount.objects.filter(account__in=sorted(accounts)).order_by("id")
    return list(rows.values_list("account", "person_id"))


# ── By whose hand, how much ──


def _one_hand(changes: Changes, people: People) -> Iterator[Notable]:
    """People resumed by one maker: by this plan, or lately and now paid (watch.resumed_by_one)."""
    now = _resumed_now(people)
    if now:
        limit = limit_of(changes, "resumed_by_one")
        maker = next(iter(changes.view.taken_part), "") if len(changes.view.taken_part) == 1 else ""
        earlier, hand = (len(_resumed_by(maker, changes)), maker) if maker else (0, "同一经办人")
        if len(now) + earlier >= limit:
            text = f"本次续发 {len(now)} 人，{hand} 本月此前已续发 {earlier} 人，达到预警人数 {limit}"
            yield Notable("resumed_by_one", text, [((Person, person), "") for person in now])
    if PensionMonth in people.tables:
        yield from _resumed_and_paid(changes, people)


def _resumed_now(people: People) -> list[int]:
    table = people.tables.get(AwardEvent)
    if table is None or AwardEvent.Kind.RESUMED not in table.groups("kind")[1]:
        return []
    group, kinds = table.groups("kind")
    resumed = group == kinds.index(AwardEvent.Kind.RESUMED)
    return list(dict.fromkeys(people.of_rows(AwardEvent)[resumed].tolist()))


def _resumptions(changes: Changes, *, first_month: int) -> list[tuple[int, int, int]]:
    """Act, person and month of what was resumed from the first day of a month on."""
    rows = AwardEvent.objects.filter(
        kind=AwardEvent.Kind.RESUMED,
        act__business_date__gte=months.first_day(first_month),
        act__business_date__lte=changes.view.on,
    )
    return list(rows.order_by("id").values_list("act_id", "award__person_id", "month"))


def _resumed_by(maker: str, changes: Changes) -> list[int]:
    rows = _resumptions(changes, first_month=months.of(changes.view.on))
    makers = makers_of(act for act, _, _ in rows)
    return [person for act, person, _ in rows if makers[act] == maker]


def _resumed_and_paid(changes: Changes, people: People) -> Iterator[Notable]:
    rows = _resumptions(changes, first_month=months.add(months.of(changes.view.on), -1))
    if not rows:
        return
    limit = limit_of(changes, "resumed_by_one")
    makers = makers_of(act for act, _, _ in rows)
    paid = set(people.of_rows(PensionMonth).tolist())
    by_maker: dict[str, list[tuple[Key, str]]] = {}
    for act, person, from_month in rows:
        if person in paid:
            by_maker.setdefault(makers[act], []).append(((Person, person), f"自{month(from_month)}续发"))
    for maker, who in sorted(by_maker.items(), key=lambda item: (-len(item[1]), item[0])):
        mark = f"，达到预警人数 {limit}" if len(who) >= limit else ""
        yield Notable("resumed_then_paid", f"{len(who)} 人近期由 {maker} 经办续发后发放{mark}", who)


def makers_of(acts: Iterable[int]) -> dict[int, str]:
    """Staff code of whoever proposed each executed act."""
    wanted = sorted(set(acts))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), SLICE):
        rows = Signature.objects.filter(act_id__in=wanted[start : start + SLICE]).order_by("id")
        found |= dict(rows.values_list("act_id", "proposal__maker"))
    return dict.fromkeys(wanted, "") | found


def _largest(people: People) -> Iterator[Notable]:
    """The largest sums, where there are many: of what the bank pays, else of whatever moves money."""
    table = _money_table(people)
    if table is None:
        return
    behind, amounts = people.of_rows(table.model), money(table)
    real = behind != 0
    keys, group = np.unique(behind[real], return_inverse=True)
    if keys.size <= MANY_ROWS:
        return
    totals = sums(group, amounts[real], keys.size)
    if totals.min() == totals.max():
        return
    order = np.lexsort((keys, -totals))[:LARGEST].tolist()
    lead = lead_of(table.model)
    assert lead is not None, "a table of money that leads to people"
    who = [((lead.subject, int(keys[one])), yuan(int(totals[one]))) for one in order]
    yield Notable("largest", f"{table.title}金额最大的 {len(who)} 人", who)


def _money_table(people: People) -> Table | None:
    listed = [
        table
        for model, table in people.tables.items()
        if (money_columns(model) == ("amount_fen",) or model in AMOUNTS)
        and np.count_nonzero(people.of_rows(model)) > MANY_ROWS
    ]
    first = (BankLine, Payout, PensionMonth)
    return next((people.tables[one] for one in first if people.tables.get(one) in listed), next(iter(listed), None))

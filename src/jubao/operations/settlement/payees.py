"""Who is paid when something is owed: the account stated, or the person's own; and the payouts that are owed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from jubao.operations.contributions.sources import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.seals import check_unaltered
from jubao.operations.envelope.view import View
from jubao.operations.membership.admission import is_account
from jubao.operations.people import SLICE, accounts_of, ids_of, in_slices, shown
from jubao.records.models import BankAccount, DelegatedPayee, Payout, PayoutRedirect, Person
from jubao.vocabulary.fen import Fen


class Payee(NamedTuple):
    """Whoever is to be paid, and the bank that keeps the account; without an account, the person's own is paid."""

    name: str = ""
    account: str = ""
    bank: str = ""


def own_accounts(people: Sequence[int], view: View) -> dict[int, set[str]]:
    """By person, the accounts registered for them whose cooling period is over."""
    own: dict[int, set[str]] = {}
    usable = BankAccount.objects.filter(usable_from__lte=view.on).order_by("id")
    for part in in_slices(people):
        for key, account in usable.filter(person_id__in=part).values_list("person_id", "account"):
            own.setdefault(key, set()).add(account)
    return own


def check_payees(
    people: Sequence[Person],
    amounts: Fen,
    payees: Sequence[Payee],
    view: View,
    faults: Faults,
    *,
    field: str = "payee_account",
) -> None:
    """Everybody who is owed something has an account to be paid to: the one stated, or one of their own as it was bound.

    Args:
        amounts: shape (n,), fen owed; nobody who is owed nothing needs an account.
        payees: whom the case names.
        field: the argument a form marks.
    """
    own = accounts_of(people, view)
    for row in np.flatnonzero(amounts).tolist():
        place = shown(people[row].resident_number)
        account = payees[row].account
        if account and not is_account(account):
            faults.add(row + 1, field, "收款账号应为 8 至 32 位数字", next_step="请按存折或银行卡填写", place=place)
        if not account and people[row].pk not in own:
            then = "请先登记本人账户，或写明收款账户"
            faults.add(row + 1, field, "没有可用的收款账户", next_step=then, place=place)
    bound = {
        act
        for part in in_slices([people[row].pk for row in np.flatnonzero(amounts).tolist()])
        for act in BankAccount.objects.filter(person__in=part).order_by("id").values_list("act_id", flat=True)
    }
    check_unaltered(BankAccount, bound, view, faults, case=0, field="")


def check_agency_accounts(accounts: Sequence[str], faults: Faults, *, case: int = 1, field: str = "to_account") -> None:
    """Money for another agency goes to no account of a person: of the register, of a roster, or of an heir.

    Args:
        accounts: one a case; ``case``: the number of the first.
    """
    asked = sorted(set(accounts))
    personal: set[str] = set()
    heirs = Payout.objects.exclude(kind=Payout.Kind.TRANSFER)
    redirected = PayoutRedirect.objects.exclude(payout__kind=Payout.Kind.TRANSFER)
    for part in (asked[start : start + SLICE] for start in range(0, len(asked), SLICE)):
        for rows, column in (
            (BankAccount.objects.all(), "account"),
            (DelegatedPayee.objects.all(), "bank_account"),
            (heirs, "payee_account"),
            (redirected, "payee_account"),
        ):
            found = rows.filter(**{f"{column}__in": part}).order_by("id")
            personal |= set(found.values_list(column, flat=True))
    for number, account in enumerate(accounts, start=case):
        if account in personal:
            rule = f"尾号 {account[-4:]} 的账户是个人账户（已登记为参保人、代发人员或继承人的账户），转移款只能付给经办机构"
            faults.add(number, field, rule, next_step="请按转移接续联系函填写对方机构收入户的账号")


def owe_payouts(people: Sequence[Person], amount: Fen, kind: str, payees: Sequence[Payee], *, changes: Changes) -> int:
    """Plan sums owed; where no payee is stated, the person's own account is used. Zero sums fall away.

    Returns:
        how many are owed something.
    """
    return add_payouts(people, amount, kind, payees, changes=changes).size


def add_payouts(people: Sequence[Person], amount: Fen, kind: str, payees: Sequence[Payee], *, changes: Changes) -> Ids:
    """As ``owe_payouts``; the placeholders of the payouts, in the order of the people who are owed something.

    ``check_payees`` has refused whoever has no account.
    """
    rows = np.flatnonzero(amount)
    owed = [people[row] for row in rows.tolist()]
    named = _named(owed, [payees[row] for row in rows.tolist()], changes)
    return changes.insert(
        Payout,
        {
            "person_id": ids_of(owed),
            "kind": str(kind),
            "amount_fen": amount[rows],
            "payee_name": [payee.name for payee in named],
            "payee_bank": [payee.bank for payee in named],
            "payee_account": [payee.account for payee in named],
            "case_ref": changes.view.case_ref,
        },
        count=len(owed),
    )


def _named(people: Sequence[Person], payees: Sequence[Payee], changes: Changes) -> list[Payee]:
    """Whom each sum goes to, with the bank; the approvers are told where nobody knows it."""
    usable, named = accounts_of(people, changes.view), []
    banks = dict(_banks_of(people))
    for person, stated in zip(people, payees, strict=True):
        own = usable[person.pk] if not stated.account else None
        account = own.account if own else stated.account
        bank = own.bank if own else stated.bank or banks.get((person.pk, account), "")
        if not bank:
            rule = f"收款账户（尾号 {account[-4:]}）没有开户银行，跨行付款可能退回，请补明"
            changes.notice(f"{shown(person.resident_number)}：{rule}")
        named.append(Payee(stated.name or person.name, account, bank))
    return named


def _banks_of(people: Sequence[Person]) -> Iterator[tuple[tuple[int, str], str]]:
    """The bank of every account registered for some people, by person and account; the latest word counts."""
    for part in in_slices([person.pk for person in people]):
        for key, account, bank in (
            BankAccount.objects.filter(person__in=part).order_by("id").values_list("person_id", "account", "bank")
        ):
            yield (key, account), bank

"""Another account for a sum owed and not yet paid: stated on evidence, by three people, usable after a cooling period."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AccountNumber, Evidence, PersonRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.membership.binding import usable_after_cooling
from jubao.operations.people import find_people, in_slices, shown
from jubao.operations.settlement.payees import Payee, check_agency_accounts, check_payees, own_accounts
from jubao.operations.settlement.stated_end import DEATHS
from jubao.records.models import Payout, PayoutRedirect, Person, Settlement

UNPAID = ("DUE", "FAILED")


class RedirectPayout(Arguments):
    """Whose unpaid sums go to another account, to whom, and on what paper.

    A transfer goes to the agency named in ``to_agency``; every other sum to the person's own account or, after a
    death, to an heir.
    """

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    payee_account: AccountNumber = ask("收款账号", "Payee's account", hint="8 至 32 位数字")
    payee_bank: Text = ask("开户银行", "Bank", default="", column=(PayoutRedirect, "payee_bank"))
    payee_name: Text = ask(
        "收款人姓名", "Payee", hint="付给继承人时填写；不填为本人", default="", column=(PayoutRedirect, "payee_name")
    )
    to_agency: Text = ask(
        "转入地经办机构",
        "To agency",
        hint="只在更正转移款的收款账户时填写",
        default="",
        column=(PayoutRedirect, "payee_name"),
    )
    evidence: Evidence = ask(
        "依据",
        "Evidence",
        hint="如 存折原件、亲属关系证明 2017-08、对方机构更正函",
        column=(PayoutRedirect, "evidence"),
    )


@act(
    "payout.redirect",
    title="一次性支付收款账户变更",
    asks=RedirectPayout,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by="payout.redirect",
    gives=[
        Given("redirected", "变更笔数", "sums redirected", Unit.ROWS),
        Given("amount_fen", "涉及金额", "amount", Unit.FEN),
    ],
    papers=[Paper("收款人申请和存折；付给继承人的附继承关系证明，转移款附对方机构的更正函")],
    second_factor=True,
)
class Redirection:
    """Pay what is owed to somebody and was not paid yet to another account, once its cooling period is over.

    An account of the person that was bound and cooled already can be used at once. Until the period is over the sums
    concerned are not collected. What stands in a batch, or was paid, is not redirected.
    Source: 社会保险经办条例第三十七条（重要业务多级审核）；社会保险法第十四条（个人账户余额可以继承）.
    """

    def check(self, cases: Sequence[RedirectPayout], view: View) -> Faults:
        """Something unpaid, and a payee it may go to: the person, an heir after a death, or the agency of a transfer."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        unpaid, own, dead = (
            unpaid_of(people, view),
            own_accounts([person.pk for person in people], view),
            _dead(people, view),
        )
        for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
            place = shown(person.resident_number)
            if not _meant(case, unpaid.get(person.pk, [])):
                what = "转移款" if case.to_agency else "一次性支付"
                then = "已列批次的请待银行回盘；应付款尚未形成的不需变更"
                faults.add(number, "person", f"没有未支付的{what}", next_step=then, place=place)
            if case.to_agency:
                check_agency_accounts([case.payee_account], faults, case=number, field="payee_account")
            elif case.payee_account not in own.get(person.pk, set()):
                _check_heir(number, case, dead=person.pk in dead, place=place, faults=faults)
        if not faults:
            stated = [Payee(case.payee_name, case.payee_account, case.payee_bank) for case in cases]
            check_payees(people, np.ones(len(people), dtype=np.int64), stated, view, faults)
        return faults

    def plan(self, cases: Sequence[RedirectPayout], view: View) -> Changes:
        """The other payee of every sum, and from which day it is used."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        unpaid, own = unpaid_of(people, view), own_accounts([person.pk for person in people], view)
        total, count = 0, 0
        for person, case in zip(people, cases, strict=True):
            known = not case.to_agency and case.payee_account in own.get(person.pk, set())
            usable_from = view.on if known else usable_after_cooling(view)
            sums = _meant(case, unpaid[person.pk])
            changes.add_all(
                PayoutRedirect(
                    payout=payout,
                    payee_name=case.to_agency or case.payee_name or person.name,
                    payee_bank=case.payee_bank,
                    payee_account=case.payee_account,
                    evidence=case.evidence,
                    usable_from=usable_from,
                )
                for payout in sums
            )
            total, count = total + sum(payout.amount_fen for payout in sums), count + len(sums)
        return changes.giving(redirected=count, amount_fen=total)


def unpaid_of(people: Sequence[Person], view: View) -> dict[int, list[Payout]]:
    """By person, the sums owed that stand in no batch and were not paid."""
    keys = [person.pk for person in people]

    def read() -> dict[int, list[Payout]]:
        found: dict[int, list[Payout]] = {}
        for part in in_slices(keys):
            for payout in Payout.objects.filter(person__in=part, state__in=UNPAID).order_by("id"):
                found.setdefault(payout.person_id, []).append(payout)
        return found

    return view.once(("unpaid", tuple(keys)), read)


def _meant(case: RedirectPayout, unpaid: Iterable[Payout]) -> list[Payout]:
    """The transfer where an agency is named, else everything that is owed to people."""
    return [payout for payout in unpaid if (payout.kind == Payout.Kind.TRANSFER) == bool(case.to_agency)]


def _dead(people: Sequence[Person], view: View) -> set[int]:
    """Those of some people whose relation or pension ended by their death."""
    keys = [person.pk for person in people]
    rows = Settlement.objects.filter(reason__in=DEATHS).order_by("id")
    return view.once(
        ("dead", tuple(keys)),
        lambda: {
            key for part in in_slices(keys) for key in rows.filter(person__in=part).values_list("person_id", flat=True)
        },
    )


def _check_heir(number: int, case: RedirectPayout, *, dead: bool, place: str, faults: Faults) -> None:
    """An account that is not the person's own: only after a death, and to somebody named."""
    if not dead:
        rule = "收款账户不是本人名下已登记并可用的账户，只能付给本人"
        faults.add(number, "payee_account", rule, next_step="请先办理银行账户变更，冷静期满后再办", place=place)
    elif not case.payee_name:
        rule = "收款账户不是本人账户，须写明继承人姓名"
        faults.add(number, "payee_name", rule, next_step="请按继承关系证明填写", place=place)


def redirects_of(payouts: Sequence[Payout]) -> dict[int, PayoutRedirect]:
    """The latest other payee of some sums, by payout; it is not used before its day."""
    return {
        redirect.payout_id: redirect
        for part in in_slices([payout.pk for payout in payouts])
        for redirect in PayoutRedirect.objects.filter(payout__in=part).order_by("id")
    }


def cools(redirect: PayoutRedirect | None, on: date) -> bool:
    """Whether the cooling period of another payee still runs."""
    return redirect is not None and redirect.usable_from > on

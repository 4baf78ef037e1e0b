"""The bank account somebody is paid to: changed by three people, usable after a cooling period."""

from collections.abc import Sequence
from datetime import date, timedelta

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AccountNumber, PersonRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import accounts_of, find_people, in_slices, shown
from jubao.operations.settlement.stated_end import DEATHS
from jubao.records.models import BankAccount, Person, Settlement

SHOWN_DIGITS = 4


class RebindAccount(Arguments):
    """The account a person wants to be paid to from now on."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    bank: Text = ask("开户银行", "Bank", hint="如 农业银行", column=(BankAccount, "bank"), shortest=1)
    bank_account: AccountNumber = ask("银行账号", "Account", hint="8 至 32 位数字")
    card_number: Text = ask("社保卡号", "Social security card", default="", column=(BankAccount, "card_number"))


@act(
    "account.rebind",
    title="银行账户变更",
    asks=RebindAccount,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by="account.rebind",
    gives=[
        Given("rebound", "变更人数", "accounts changed", Unit.PEOPLE),
        Given(
            "cooling_days", "冷静期（天，自最后一签起算）", "cooling period in days from the last signature", Unit.TEXT
        ),
    ],
    deadline="procedure.statutory_workdays:change",
    papers=[Paper("变更登记表、本人身份证件和存折或社会保障卡", required=False)],
    second_factor=True,
)
class Rebinding:
    """Bind a new account; the old one is paid until the cooling period is over, which runs from the last signature.

    Source: 社会保险经办条例第三十七条（重要业务多级审核）.
    """

    def check(self, cases: Sequence[RebindAccount], view: View) -> Faults:
        """Everybody is known, once, and gets an account other than the one already used."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        own, dead = accounts_of(people, view), _settled_as_dead(people)
        for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
            if person.pk in dead:
                rule = "已按死亡终止结算，不再变更本人账户"
                step = "应付款付给继承人的，按结算所列收款人支付；误办终止的，请先办理待遇终止撤销"
                faults.add(number, "person", rule, next_step=step, place=shown(person.resident_number))
            used = own.get(person.pk)
            if used is not None and (used.account, used.bank) == (case.bank_account, case.bank):
                place = shown(person.resident_number)
                faults.add(number, "bank_account", "与现用账户相同，无需变更", next_step="请核对账号", place=place)
        return faults

    def plan(self, cases: Sequence[RebindAccount], view: View) -> Changes:
        """The new accounts, usable when the cooling period is over; the envelope counts it from the last signature."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        days, usable_from = cooling_days(view), usable_after_cooling(view)
        changes.add_all(_account(person, case, usable_from) for person, case in zip(people, cases, strict=True))
        _notice_shared(people, cases, changes)
        changes.notice(
            f"冷静期 {days} 天自最后一签起算：{view.on} 当天签完的，新账户自 {usable_from} 起可用；晚签几天即晚几天"
        )
        return changes.giving(rebound=len(cases), cooling_days=str(days))


def usable_after_cooling(view: View) -> date:
    """The first day a new account may be paid to, when it is signed for to the end on the business date."""
    return view.on + timedelta(days=cooling_days(view))


def cooling_days(view: View) -> int:
    """Days between the last signature for a new account and its first payment."""
    return int(view.law.value("procedure.bank_account_cooling_days"))


def _settled_as_dead(people: Sequence[Person]) -> set[int]:
    """Whose relation was settled for a death that stands."""
    settled = Settlement.objects.filter(reason__in=DEATHS, reversed=False).order_by("id")
    keys = [person.pk for person in people]
    return {
        key for part in in_slices(keys) for key in settled.filter(person__in=part).values_list("person_id", flat=True)
    }


def _account(person: Person, case: RebindAccount, usable_from: date) -> BankAccount:
    return BankAccount(
        person=person,
        bank=case.bank,
        account=case.bank_account,
        card_number=case.card_number,
        usable_from=usable_from,
    )


def _notice_shared(people: Sequence[Person], cases: Sequence[RebindAccount], changes: Changes) -> None:
    """Tell the approvers of an account that serves others already, beyond what is usual."""
    limit = int(changes.view.law.value("procedure.same_account_limit"))
    users: dict[str, set[int]] = {}
    wanted = [case.bank_account for case in cases]
    for part in in_slices(wanted):
        held = BankAccount.objects.filter(account__in=part).order_by("id")
        for account, key in held.values_list("account", "person_id"):
            users.setdefault(account, set()).add(key)
    for person, case in zip(people, cases, strict=True):
        users.setdefault(case.bank_account, set()).add(person.pk)
    for account, keys in sorted(users.items()):
        if len(keys) > limit:
            tail = account[-SHOWN_DIGITS:]
            changes.notice(f"尾号 {tail} 的账户将登记在 {len(keys)} 人名下，超过 {limit} 人，请核对是否代领")

"""Social security cards handed out (社会保障卡发放): the card that draws on the account somebody is paid to."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, PersonRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import accounts_of, find_people, in_slices, shown
from jubao.records.models import BankAccount, Person


class IssueCard(Arguments):
    """A card that somebody signed for."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    card_number: Text = ask(
        "社保卡号", "Card number", hint="卡面上的卡号", column=(BankAccount, "card_number"), shortest=1
    )
    receipt: Evidence = ask("领卡签收", "Receipt", hint="签收表编号，代领的写明代领人", longest=80)


@act(
    "card.issue",
    title="社会保障卡发放登记",
    asks=IssueCard,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS)],
    about=About.PERSON,
    undone_by="card.issue",
    gives=[Given("issued", "发卡人数", "cards handed out", Unit.PEOPLE)],
    papers=[Paper("社会保障卡领取签收表")],
)
class CardIssue:
    """Write down the card of the account in use; the money goes where it went. The latest card of a person counts.

    Source: 人社部发〔2011〕47号（社会保障卡管理办法）；中心职责：社会保障卡发放管理和服务.
    """

    def check(self, cases: Sequence[IssueCard], view: View) -> Faults:
        """Everybody is known and has one settled account; a card is one person's."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        own, cooling = accounts_of(people, view), _cooling(people, view)
        bearers = _bearers([case.card_number for case in cases])
        for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
            place = shown(person.resident_number)
            if person.pk not in own:
                then = "请先办理银行账户变更，账户可用后再登记"
                faults.add(number, "person", "没有可用的银行账户", next_step=then, place=place)
            elif person.pk in cooling:
                then = "请待新账户可用后再登记"
                faults.add(number, "person", "变更后的账户尚在冷静期", next_step=then, place=place)
            elif own[person.pk].card_number == case.card_number:
                faults.add(number, "card_number", "该卡已经登记", next_step="无需再办", place=place)
            if bearers.setdefault(case.card_number, {person.pk}) != {person.pk}:
                then = "请核对卡面卡号；确系本人的卡，请先查明他人登记的由来"
                faults.add(number, "card_number", "该卡号登记在他人名下", next_step=then, place=place)
        return faults

    def plan(self, cases: Sequence[IssueCard], view: View) -> Changes:
        """The account in use once more, with its card, from the business date on."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        own = accounts_of(people, view)
        changes.add_all(
            BankAccount(
                person=person,
                bank=own[person.pk].bank,
                account=own[person.pk].account,
                card_number=case.card_number,
                usable_from=view.on,
            )
            for person, case in zip(people, cases, strict=True)
        )
        return changes.giving(issued=len(cases))


def _cooling(people: Sequence[Person], view: View) -> set[int]:
    """People whose latest account cannot be used yet: a card drawn on the one before would soon be the wrong one."""
    waiting = BankAccount.objects.filter(usable_from__gt=view.on).order_by("id")
    keys = [person.pk for person in people]
    return {
        key for part in in_slices(keys) for key in waiting.filter(person__in=part).values_list("person_id", flat=True)
    }


def _bearers(numbers: Sequence[str]) -> dict[str, set[int]]:
    """By card number, the people it was ever registered for."""
    known: dict[str, set[int]] = {}
    for part in in_slices(numbers):
        rows = BankAccount.objects.filter(card_number__in=part).order_by("id")
        for card, person in rows.values_list("card_number", "person_id"):
            known.setdefault(card, set()).add(person)
    return known

"""An end of a relation as stated, and what every way to state one is asked: a possible day, papers, and who is paid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.open_suspicions import DEATHS as DEATH_LISTS
from jubao.operations.open_suspicions import suspected
from jubao.operations.people import awards_of, enrolments_of, shown
from jubao.operations.settlement.payees import Payee, own_accounts
from jubao.operations.signs_of_life import alive_after, last_seen
from jubao.records.models import Person, Settlement
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributorEndReason, TerminationReason

DEATHS = {ContributorEndReason.DEATH.value, TerminationReason.DEATH.value}
LONGEST_MEMO = int(Settlement._meta.get_field("memo").max_length or 0)
LONGEST_PAPER, LONGEST_REMARK = 80, 110
"""Characters of a named paper and of a memo that go into a settlement together."""
ON_EVIDENCE = "社会保险经办条例第二十五条"


@dataclass(frozen=True)
class EndOfRelation:
    """One relation that ends.

    ``evidence`` names the paper the event is known from, needed for a death; ``heir_evidence`` the paper that shows
    why somebody else than the person is paid; ``answers`` the number of the list whose suspicion the ending answers;
    ``reported_date`` the day somebody came to say so.
    """

    person: str
    reason: str
    event_date: date
    memo: str = ""
    payee_name: str = ""
    payee_account: str = ""
    evidence: str = ""
    heir_evidence: str = ""
    answers: str = ""
    reported_date: date | None = None
    payee_bank: str = ""

    @property
    def is_death(self) -> bool:
        """Whether the person died."""
        return str(self.reason) in DEATHS

    @property
    def payee(self) -> Payee:
        """Who is to be paid."""
        return Payee(self.payee_name, self.payee_account, self.payee_bank)

    @property
    def told(self) -> str:
        """Memo and papers, as the settlement keeps them."""
        parts = [
            self.memo,
            self.evidence and f"证明：{self.evidence}",
            self.heir_evidence and f"继承：{self.heir_evidence}",
        ]
        return "；".join(part for part in parts if part)


@dataclass(frozen=True)
class Begun:
    """The month a relation or its pension began, which of the two, and the age from which anybody is insured at all."""

    month: int
    draws: bool
    of_age: int


def check_stated(
    people: Sequence[Person],
    endings: Sequence[EndOfRelation],
    view: View,
    faults: Faults,
    *,
    names: Mapping[str, str] | None = None,
) -> None:
    """What stands against some stated ends, whichever act states them.

    Args:
        people: whose relations, in the order of the endings.
        endings: what was stated.
        view: the books.
        faults: takes what is wrong.
        names: what the act calls the payee's name and account, where it has words of its own.
    """
    enrolments, awards = enrolments_of(people, view), awards_of(people, view)
    of_age = int(view.law.value("scheme.min_age"))
    dead = suspected([person.pk for person in people], DEATH_LISTS)
    for number, (person, ending) in enumerate(zip(people, endings, strict=True), start=1):
        place, award = shown(person.resident_number), awards.get(person.pk)
        began = enrolments[person.pk].enrolled_month if award is None or ending.is_death else award.start_month
        for rule, then in _impossible_days(ending, person, Begun(began, award is not None, of_age), view.on):
            faults.add(number, "event_date", rule, next_step=then, place=place)
        _check_reported(number, ending, place, view.on, faults)
        if len(ending.told) > LONGEST_MEMO:
            faults.add(number, "memo", f"备注和证明合计超过 {LONGEST_MEMO} 个字", next_step="请改短", place=place)
        if ending.is_death and not ending.evidence:
            then = "请写明死亡证明的种类和编号，如“死亡医学证明 2017-0312”"
            faults.add(number, "evidence", "死亡须有证明", next_step=then, source=ON_EVIDENCE, place=place)
        waiting = dead.get(person.pk, [])
        if not ending.is_death and waiting and ending.answers not in {one.number for one in waiting}:
            rule = f"{waiting[0]}上的疑点尚未核实，不能按在世终止"
            then = "请先核实：属实的按死亡终止，不属实的办理疑点排除"
            faults.add(number, "reason", rule, next_step=then, place=place)
        check_payee(number, person, ending, view, faults, names=names)


def _impossible_days(ending: EndOfRelation, person: Person, begun: Begun, today: date) -> Iterator[tuple[str, str]]:
    """Rules a stated day breaks, and what to do: it lies in the person's life and in the relation it ends.

    A death lies in the time insured; another pension may be older than ours, which then was never due from its start;
    a contributor may have been insured elsewhere before, but not as a child.
    """
    happened = ending.event_date
    if happened > today:
        yield f"发生日期 {happened} 晚于办理日期 {today}", "请核对日期"
    if happened <= person.birth_date:
        yield f"发生日期 {happened} 不在出生之后", "请核对日期"
    elif ending.is_death and happened < months.first_day(begun.month):
        yield f"死亡日期 {happened} 早于参保时间 {begun.month}", "请核对死亡证明"
    elif not ending.is_death and begun.draws and happened < months.first_day(begun.month):
        then = "请核对；起领以前已经发生的，填起领之月首日"
        yield f"发生日期 {happened} 早于待遇开始年月 {begun.month}", then
    elif not ending.is_death and happened.year < person.birth_date.year + begun.of_age:
        yield f"发生日期 {happened} 时本人未满 {begun.of_age} 周岁", "请核对日期"


def _check_reported(number: int, ending: EndOfRelation, place: str, today: date, faults: Faults) -> None:
    """Nobody reports what has not happened yet, and no report lies ahead."""
    told = ending.reported_date
    if told and not ending.event_date <= told <= today:
        rule = f"报告日期 {told} 不在发生日期 {ending.event_date} 和办理日期 {today} 之间"
        faults.add(number, "reported_date", rule, next_step="请核对报告登记", place=place)


def check_payee(
    number: int,
    person: Person,
    ending: EndOfRelation,
    view: View,
    faults: Faults,
    *,
    names: Mapping[str, str] | None = None,
) -> None:
    """What stands against paying whom an end names; arguments as ``check_stated`` has them."""
    if not ending.payee_account or ending.payee_account in _own_accounts(person, view):
        return
    called = dict(names or {})
    for field, rule, then in _wrong_payee(ending):
        faults.add(number, called.get(field, field), rule, next_step=then, place=shown(person.resident_number))


def _own_accounts(person: Person, view: View) -> set[str]:
    """Read for everybody the act has read, in one statement."""
    everybody = tuple(sorted({person.pk, *view.persons_read}))
    return view.once(("own accounts", everybody), lambda: own_accounts(everybody, view)).get(person.pk, set())


def _wrong_payee(ending: EndOfRelation) -> Iterator[tuple[str, str, str]]:
    """Paid is the person's own account; another one only after a death, to a named heir, on evidence.

    Source: 社会保险法第十四条（个人账户余额可以继承）；社会保险经办条例第三十七条.
    """
    if not ending.is_death:
        rule = "收款账户不是本人名下已登记并可用的账户，只能退给本人"
        yield "payee_account", rule, "请先办理银行账户变更，冷静期满后再办"
        return
    if not ending.payee_name:
        yield "payee_name", "收款账户不是本人账户，须写明继承人姓名", "请写明领取人姓名"
    if not ending.heir_evidence:
        then = "请写明继承关系证明，如“亲属关系证明 2017-08”"
        yield "heir_evidence", "付给继承人须有继承关系证明", then


def contradictions(people: Sequence[Person], endings: Sequence[EndOfRelation]) -> list[list[str]]:
    """Of each stated death, what the books show of the person after it."""
    seen = last_seen(people)
    return [
        list(alive_after(seen.get(person.pk, {}), ending.event_date)) if ending.is_death else []
        for person, ending in zip(people, endings, strict=True)
    ]

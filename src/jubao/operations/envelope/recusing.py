"""Recusal (回避): nobody proposes, signs or is shown an act on his own or a relative's record; the one place that says so.

Whom an act concerns is kept with its proposal as keyed hashes: everybody its arguments name, and everybody it touches
unless they are more than the law of the house says (``procedure.recusal_by_rule_limit``): those a rule chose, as for a
payroll, and nobody's statement. Such an act is signed, and says that relatives are among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.fields import Kind, Question, persons_in
from jubao.operations.envelope.seen.people import People
from jubao.records.keyed_numbers import keyed, keyed_of_stated, keyed_where_valid
from jubao.records.models import Person, Recusal
from jubao.reports.recusals import Declared, staff_recused
from jubao.vocabulary.resident_number import InvalidResidentNumber
from jubao.vocabulary.viewer import MayNotLook, Viewer

SLICE = 800


class MustStayAway(Refused):
    """Somebody would act on a record from which he stays away; it does not say whose."""


def require_distance(by: str, concerned: Iterable[str], what: str, declared: Declared | None = None) -> frozenset[str]:
    """Refuse whoever stays away from any of those an act concerns; gives all who do, for whom a stand-in may act.

    ``declared`` gives every recusal that holds, where it was asked already.

    Raises:
        MustStayAway: without a name.
    """
    away = staff_recused(concerned, declared)
    if by in away:
        raise MustStayAway(f"{what}涉及 {by} 应当回避的人员，{by} 不能办理、签署或查看，请交其他岗位人员办理")
    return away


def require_distance_from(stated: Iterable[str], viewer: Viewer) -> None:
    """Refuse to look for somebody, by a number as it was written, from whom the viewer stays away. Raises MayNotLook."""
    if not viewer.recused:
        return
    if not keyed_numbers_of(stated).isdisjoint(viewer.recused.keyed_numbers):
        raise MayNotLook("这是您本人或亲属的记录，请交同事办理")


# ── Whom an act concerns ──


def named(declaration: Declaration, cases: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The keyed numbers of everybody the arguments name, whether the register knows them or not."""
    return keyed_numbers_of(text for case in cases for text in persons_in(declaration.questions, case))


def keyed_numbers_of(texts: Iterable[str]) -> frozenset[str]:
    """The keyed numbers of everybody named by a resident number or a personal number, as somebody wrote it."""
    stated = set(texts)
    personal = sorted(stated)
    found = {hashed for text in stated if (hashed := keyed_where_valid(text))}
    for start in range(0, len(personal), SLICE):
        some = personal[start : start + SLICE]
        known = Person.objects.filter(personal_number__in=some).order_by("pk")
        found.update(keyed(number) for number in known.values_list("resident_number", flat=True))
    return frozenset(found)


def touched(changes: Changes, people: People) -> frozenset[str]:
    """The keyed numbers of everybody a plan touches, asked while its view is open; empty where a rule chose so many.

    Then the plan says how many of them somebody stays away from.
    """
    by_table = people.touched()
    count = sum(keys.size for keys in by_table.values())
    if not count:
        return frozenset()
    wanted = [(subject, int(key)) for subject, keys in by_table.items() for key in keys]
    if count <= int(changes.view.law.value("procedure.recusal_by_rule_limit")):
        return frozenset(keyed(number) for number in people.numbers(wanted) if number)
    standing = Recusal.objects.filter(end__isnull=True).order_by("pk")
    near = frozenset(standing.values_list("keyed_number", flat=True))
    if near:
        hidden = sum(1 for number in people.numbers(wanted) if keyed(number) in near)
        if hidden:
            changes.notice(f"本次按规则涉及 {count} 人，其中 {hidden} 人是工作人员申报回避的对象，请在复核时留意其金额")
    return frozenset()


# ── Numbers that are compared and never kept ──


def without_clear_numbers(declaration: Declaration, cases: Sequence[Any]) -> list[Any]:
    """The cases with every number that is only compared as its keyed hash, before anything of them is kept or hashed.

    What is no number stays for the arguments' own check, cut, so that no refusal repeats it.
    """
    return [_keyed_in(declaration.questions, case) for case in cases]


def _keyed_in(questions: Sequence[Question], case: Any) -> Any:
    if not isinstance(case, Mapping):
        return case
    told = dict(case)
    for question in questions:
        value = told.get(question.name)
        if question.kind is Kind.KEYED_NUMBER and isinstance(value, str) and value:
            told[question.name] = _keyed(value)
        elif question.kind is Kind.GROUP and isinstance(value, list | tuple):
            told[question.name] = [_keyed_in(question.inside, one) for one in value]
        elif question.kind is Kind.GROUP and value is not None:
            told[question.name] = _keyed_in(question.inside, value)
    return told


def hidden(stated: str) -> str:
    """The keyed hash that takes a number's place wherever something of it is kept; nothing for what is no number."""
    try:
        return keyed_of_stated(stated)
    except InvalidResidentNumber:
        return ""


def _keyed(stated: str) -> str:
    return hidden(stated) or "不是有效的公民身份号码"

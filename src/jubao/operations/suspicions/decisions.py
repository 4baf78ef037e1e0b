"""What all decisions on suspicions share: whose they are, which hits they answer, and how these move on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Arguments
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import ListRef, PersonRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import find_people, in_slices, shown
from jubao.operations.registers.candidate_store import move_candidates
from jubao.operations.registers.kinds import Concern, Meaning, meaning_of
from jubao.records.models import MatchCandidate, MatchList, Person

State = MatchCandidate.State
OPEN_STATES = (State.OPEN, State.HELD)
Hits = Mapping[int, Sequence[MatchCandidate]]
"""Suspicions by person."""


class Decision(Arguments):
    """What every decision on a suspicion names: the list and the person."""

    list_number: ListRef = ask("名单号", "Number of the list", hint="疑点所在的名单，如 GA-201703")
    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")


@dataclass(frozen=True)
class Answered:
    """The suspicions one case answers: its own list's, and others of the same concern."""

    own: Sequence[MatchCandidate]
    others: Sequence[MatchCandidate] = ()


def hits_of(people: Sequence[Person], view: View) -> Hits:
    """Every suspicion of some people with its list, in the order raised; read once for check and plan."""
    keys = [person.pk for person in people]

    def read() -> Hits:
        found: dict[int, list[MatchCandidate]] = {}
        rows = MatchCandidate.objects.select_related("match_list").order_by("id")
        for part in in_slices(keys):
            for row in rows.filter(person__in=part):
                found.setdefault(row.person_id, []).append(row)
        return found

    return view.once(("hits", tuple(keys)), read)


def own_hits(case: Decision, person: Person, hits: Hits, states: Iterable[str]) -> list[MatchCandidate]:
    """The suspicions on a case's own list that may still be decided."""
    able = set(states)
    rows = hits.get(person.pk, [])
    return [row for row in rows if row.match_list.number == case.list_number and row.state in able]


def check_decidable(
    cases: Sequence[Decision],
    view: View,
    faults: Faults,
    *,
    states: Iterable[str] = OPEN_STATES,
    identity: Sequence[str] | None = None,
) -> list[Person]:
    """Each case's person must have a suspicion on its list that is still to be decided.

    Args:
        cases: the decisions.
        view: the books.
        faults: takes what stands against them.
        states: the states a suspicion may be decided in.
        identity: of each case, what shows that the person is the one meant: without it nothing found by score is
            taken for true.
    Returns:
        the people, one a case; nobody where some were not found.
    """
    people = find_people([case.person for case in cases], view, faults)
    if len(people) != len(cases):
        return []
    hits, able = hits_of(people, view), tuple(states)
    for number, (case, person) in enumerate(zip(cases, people, strict=True), start=1):
        rows, place = own_hits(case, person, hits, able), shown(person.resident_number)
        if not rows:
            rule = f"名单 {case.list_number} 上没有待处理的疑点"
            faults.add(number, "list_number", rule, next_step="请核对名单号，已办结的不再办理", place=place)
        undecided = [row for row in rows if row.state != State.TERMINATED]
        if identity is not None and not identity[number - 1] and any(map(_is_scored, undecided)):
            rule = "疑点由打分得出，须写明确认为同一人的证据（identity_evidence）"
            faults.add(number, "identity_evidence", rule, next_step="如 户口簿与死亡证明一致", place=place)
    return people


def _is_scored(row: MatchCandidate) -> bool:
    return row.origin == "FUZZY"


def check_no_hint(cases: Sequence[Decision], view: View, faults: Faults, *, ending: bool) -> None:
    """Lists that are a hint only neither hold nor end anything."""
    kinds = kinds_of(cases, view)
    for number, case in enumerate(cases, start=1):
        if case.list_number not in kinds:
            continue
        meaning = meaning_of(kinds[case.list_number])
        if meaning.suspends is None or (ending and not meaning.ends):
            what = "不据以终止" if meaning.suspends else "只作提示，不据以暂停或终止"
            rule = f"名单 {case.list_number}（{meaning.title}）{what}"
            faults.add(number, "list_number", rule, next_step="请另办相应业务后以疑点排除了结")


def kinds_of(cases: Sequence[Decision], view: View) -> dict[str, str]:
    """Kind of each list that cases name."""
    numbers = sorted({case.list_number for case in cases})

    def read() -> dict[str, str]:
        rows = MatchList.objects.filter(number__in=numbers).order_by("id")
        return dict(rows.values_list("number", "kind"))

    return view.once(("kinds of lists", tuple(numbers)), read)


def answered_with(
    cases: Sequence[Decision], people: Sequence[Person], view: View, *, identity: Sequence[str]
) -> list[Answered]:
    """What each case answers: its own suspicions, and with them the open ones of the same concern on other lists.

    A suspicion found by score is answered along only where the case says why the person is the one meant.
    """
    hits, kinds = hits_of(people, view), kinds_of(cases, view)
    found = []
    for case, person, proof in zip(cases, people, identity, strict=True):
        concern = meaning_of(kinds[case.list_number]).concern
        others = [
            row
            for row in hits.get(person.pk, [])
            if row.state in OPEN_STATES
            and row.match_list.number != case.list_number
            and _same_concern(meaning_of(row.match_list.kind), concern)
            and (proof or not _is_scored(row))
        ]
        found.append(Answered(own_hits(case, person, hits, OPEN_STATES), others))
    return found


def _same_concern(meaning: Meaning, concern: Concern) -> bool:
    return meaning.concern is concern and meaning.ends


def answer(
    cases: Sequence[Decision],
    answered: Sequence[Answered],
    state: str,
    evidence: Sequence[str],
    changes: Changes,
    *,
    due: Sequence[date] | None = None,
) -> None:
    """Plan that suspicions move to a state, each with the evidence of its case; with ``due`` they stay somebody's."""
    rows: list[MatchCandidate] = []
    told: list[str] = []
    days: list[date | None] = []
    for number, (case, one) in enumerate(zip(cases, answered, strict=True)):
        along = f"{evidence[number]}；随名单{case.list_number}的同类疑点一并办结"
        rows += [*one.own, *one.others]
        told += [evidence[number]] * len(one.own) + [along] * len(one.others)
        days += [due[number] if due else None] * (len(one.own) + len(one.others))
    owner = str(Post.BENEFITS) if due else ""
    move_candidates(rows, changes, state=str(state), evidence=told, owner=owner, due=days)


def proven(evidence: str, identity: str) -> str:
    """The evidence of a decision, with what shows that the person is the one meant."""
    return f"{evidence}；同一人依据：{identity}" if identity else evidence


def scored_left_open(
    cases: Sequence[Decision], people: Sequence[Person], answered: Sequence[Answered], changes: Changes
) -> None:
    """Tell of suspicions found by score only that the cases do not answer, though they are about the same thing."""
    hits, kinds = hits_of(people, changes.view), kinds_of(cases, changes.view)
    for case, person, one in zip(cases, people, answered, strict=True):
        concern = meaning_of(kinds[case.list_number]).concern
        known = {row.pk for row in (*one.own, *one.others)}
        for row in hits.get(person.pk, []):
            meaning = meaning_of(row.match_list.kind)
            if row.state in OPEN_STATES and row.pk not in known and _same_concern(meaning, concern):
                who = shown(person.resident_number)
                changes.notice(f"{who}：名单 {row.match_list.number} 上打分得出的同类疑点没有一并办结，须另行处理")


def join(faults: Faults, others: Faults) -> None:
    """Take over what another check found, each fault once: both look for the people they name."""
    faults.found += [fault for fault in others if fault not in faults.found]

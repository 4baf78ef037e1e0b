"""What the findings of a round ask for: arguments ready to propose, what waits, and what contradicts itself. Reads only."""

from dataclasses import dataclass, field
from typing import Any

from jubao.operations.envelope.fault import Refused
from jubao.operations.home_checks.findings import ALIVE, DEAD
from jubao.operations.home_checks.verification import WAITING
from jubao.operations.people import in_slices, shown
from jubao.operations.registers.kinds import meaning_of
from jubao.operations.settlement.stated_end import LONGEST_PAPER
from jubao.records.models import (
    Award,
    Certification,
    MatchCandidate,
    VerificationFinding,
    VerificationItem,
    VerificationRound,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributorEndReason, TerminationReason
from jubao.vocabulary.viewer import SEARCHING, Viewer


@dataclass
class Proposals:
    """Arguments by act, suspicions that go to the next round, and contradictions, each as a sentence."""

    acts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)


def proposals(number: str, *, viewer: Viewer) -> Proposals:
    """What a clerk may propose now for a round; nobody stands in one act twice.

    Args:
        number: of the round.
        viewer: who asks; without whom he stays away from.
    Raises:
        Refused: there is no such round.
        MayNotLook: none of his posts may look at people.
    """
    viewer.require(SEARCHING, "核查结果")
    issued = VerificationRound.objects.filter(number=number).first()
    if issued is None:
        raise Refused(f"没有编号为 {number} 的核查轮次，请核对轮次编号")
    found = issued.items.select_related("candidate__person", "candidate__match_list").order_by("id")
    items = [item for item in found if item.candidate.person.resident_number not in viewer.recused]
    viewer.looks_at([item.candidate.person_id for item in items], f"核查轮次 {number}", approved=True)
    latest = latest_findings(issued)
    awards = _awards(items)
    told = Proposals()
    taken: set[int] = set()
    for item in items:
        finding, award = latest.get(item.pk), awards.get(item.candidate.person_id)
        told.contradictions += [f"{_who(item)}：{text}" for text in _contradictions(item, finding, award)]
        if item.candidate.state in WAITING:
            _propose(told, taken, item, finding, award)
    return told


def latest_findings(issued: VerificationRound) -> dict[int, VerificationFinding]:
    """The finding that counts for each item: the latest."""
    rows = VerificationFinding.objects.filter(item__round=issued).order_by("id")
    return {row.item_id: row for row in rows}


def _awards(items: list[VerificationItem]) -> dict[int, Award]:
    people = sorted({item.candidate.person_id for item in items})
    rows = Award.objects.order_by("id")
    return {a.person_id: a for part in in_slices(people) for a in rows.filter(person__in=part)}


def _who(item: VerificationItem) -> str:
    return f"名单 {item.candidate.match_list.number} {shown(item.candidate.person.resident_number)}"


def _propose(
    told: Proposals, taken: set[int], item: VerificationItem, finding: VerificationFinding | None, award: Award | None
) -> None:
    if finding is None:
        told.waiting.append(f"{_who(item)}：尚未回收核查结果，期限 {item.round.due_date}")
    elif finding.alive not in {ALIVE, DEAD}:
        told.waiting.append(f"{_who(item)}：是否健在不明（异常类型{finding.abnormal}），列入下一轮核查")
    elif finding.alive == DEAD and award is not None and award.ended_month is not None:
        told.waiting.append(f"{_who(item)}：待遇已自 {award.ended_month} 起终止，此疑点不再办理终止，请查明后排除")
    elif (elsewhere := _beyond(item, finding)) is not None:
        told.waiting.append(f"{_who(item)}：{elsewhere}")
    elif item.candidate.person_id in taken:
        told.waiting.append(f"{_who(item)}：同一人在另一名单上的疑点办结后再办理")
    else:
        taken.add(item.candidate.person_id)
        act, case = _case(item, finding, draws=award is not None)
        told.acts.setdefault(act, []).append(case)


def _beyond(item: VerificationItem, finding: VerificationFinding) -> str | None:
    """Why a finding cannot settle this kind of suspicion: a life refutes deaths only, and not every list ends a relation."""
    meaning = meaning_of(item.candidate.match_list.kind)
    if finding.alive == ALIVE and not meaning.death:
        return f"核查健在，但{meaning.title}的疑点不因健在而排除，须另行查明"
    if finding.alive == DEAD and not meaning.ends:
        return f"核查已去世，{meaning.title}的疑点不能直接终止，须另行办理待遇终止"
    return None


def _case(item: VerificationItem, finding: VerificationFinding, *, draws: bool) -> tuple[str, dict[str, Any]]:
    """The act and its arguments: alive clears the suspicion, dead ends the pension or the relation."""
    candidate = item.candidate
    case = {"list_number": candidate.match_list.number, "person": candidate.person.resident_number}
    seen = f"核查轮次{item.round.number} {finding.method} {finding.checker} {finding.checked_date}"
    evidence = f"{seen} {finding.remark}".strip()[:200]
    if finding.alive == ALIVE:
        seen_on = finding.checked_date.isoformat()
        return "match.clear", case | {"evidence": evidence, "evidence_date": seen_on, "evidence_kind": "SEEN"}
    assert finding.death_date is not None, "a death has its day"
    case |= {"event_date": finding.death_date.isoformat(), "reported_date": finding.checked_date.isoformat()}
    if candidate.origin == "FUZZY":
        case["identity_evidence"] = evidence
    if not draws:
        reason = str(ContributorEndReason.DEATH)
        heir = {"payee_name": finding.heir_name, "payee_account": finding.heir_account}
        return "match.end_payer", case | {"reason": reason, "evidence": seen[:LONGEST_PAPER]} | heir
    case |= {"reason": str(TerminationReason.DEATH)}
    case["evidence"] = seen[:LONGEST_PAPER]
    stated = {"burial": finding.burial, "heir_name": finding.heir_name, "heir_account": finding.heir_account}
    return "match.confirm", case | {name: value for name, value in stated.items() if value}


def _contradictions(item: VerificationItem, finding: VerificationFinding | None, award: Award | None) -> list[str]:
    """What a finding says against our books; a person must explain each."""
    if finding is None or finding.death_date is None:
        return []
    found, died = [], months.of(finding.death_date)
    if item.candidate.state == MatchCandidate.State.OPEN and award is not None and award.suspended_from is None:
        found += ["核查已去世，待遇仍为正常，请先办理疑点暂停"] if award.ended_month is None else []
    if award is not None and award.suspended_from is not None and died < months.add(award.suspended_from, -1):
        found.append(f"死亡年月 {died} 早于暂停前一个月 {months.add(award.suspended_from, -1)}，有多发待遇须追回")
    if award is not None and award.ended_month is not None and died < months.add(award.ended_month, -1):
        found.append(f"死亡年月 {died} 早于已办终止的最后一月 {months.add(award.ended_month, -1)}，终止结算须复核")
    later = Certification.objects.filter(person=item.candidate.person_id, certified_date__gt=finding.death_date)
    found += [
        f"{row.certified_date} 通过资格认证（认证人 {row.checker or '未登记'}），晚于死亡日期 {finding.death_date}"
        for row in later.order_by("certified_date")
    ]
    return found

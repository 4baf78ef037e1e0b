"""What every source says about somebody: the days and months on lists and at the door, for whoever decides."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.operations.people import in_slices
from jubao.operations.registers.hit_meaning import ASKED, FACTS
from jubao.operations.registers.kinds import Concern, meaning_of
from jubao.records.models import MatchCandidate, SettlementReversal, VerificationFinding
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import TerminationReason

State = MatchCandidate.State
_WITHOUT_GROUND = (State.STALE, State.CLEARED)
_SPELT_DAY, _SPELT_MONTH = len("2017-01-01"), len("201701")


@dataclass(frozen=True)
class SourceFact:
    """One thing a source says about a person.

    Attributes:
        person: whom.
        source: the list or the home check, as a clerk knows it.
        concern: what the source is about.
        name: what the day or month is, in Chinese; empty where the source tells none.
        told: the day, or the month where no day is told, as it stands.
        asked: what is not certain about it.
        begins: whether it is the day of the death, or of what began elsewhere, that a decision must meet.
    """

    person: int
    source: str
    concern: Concern
    name: str = ""
    told: str = ""
    asked: str = ""
    begins: bool = False

    def __str__(self) -> str:
        """The fact as part of a sentence."""
        fact = f"{self.name}{self.told}" if self.told else "没有写明日期"
        return f"{self.source}：{fact}" + (f"（{self.asked}）" if self.asked else "")

    def meets(self, day: date) -> bool:
        """Whether a day is the one told, or lies in the month told."""
        span = span_of(self.told)
        return span is not None and span[0] <= day <= span[1]


def span_of(told: str) -> tuple[date, date] | None:
    """First and last day of what a list tells: a day, or a month as ISO text or YYYYMM; None where it is neither."""
    try:
        if len(told) == _SPELT_DAY:
            day = date.fromisoformat(told)
            return day, day
        digits = told.replace("-", "")
        if len(digits) != _SPELT_MONTH:
            return None
        month = months.make(int(digits[:4]), int(digits[4:]))
        return months.first_day(month), months.last_day(month)
    except ValueError:
        return None


def source_facts(people: Sequence[int]) -> dict[int, list[SourceFact]]:
    """By person everything lists and home checks say about them that was not refuted, in the order it came in."""
    found: dict[int, list[SourceFact]] = {}
    refuted = refuted_until()
    listed = MatchCandidate.objects.exclude(state__in=_WITHOUT_GROUND).select_related("match_list").order_by("id")
    seen = VerificationFinding.objects.exclude(death_date=None).select_related("item__round", "item__candidate")
    for part in in_slices(sorted(people)):
        for row in listed.filter(person__in=part):
            if row.act_id > refuted.get(row.person_id, 0):
                found.setdefault(row.person_id, []).extend(_told_by_list(row))
        for finding in seen.filter(item__candidate__person__in=part).order_by("id"):
            fact = _seen_at_home(finding)
            if finding.act_id > refuted.get(fact.person, 0) and fact not in found.setdefault(fact.person, []):
                found[fact.person].append(fact)
    return found


def refuted_until() -> dict[int, int]:
    """By person the act that took an ending back: what sources said before it has turned out to be wrong."""
    rows = SettlementReversal.objects.order_by("id")
    return dict(rows.values_list("settlement__person_id", "act_id"))


def _told_by_list(row: MatchCandidate) -> list[SourceFact]:
    meaning, told = meaning_of(row.match_list.kind), json.loads(row.details)
    source, asked = f"名单{row.match_list.number}（{meaning.title}）", str(told.get(ASKED) or "")
    names = FACTS[meaning.concern]
    stated = [
        SourceFact(row.person_id, source, meaning.concern, name, str(told[column]), asked, column != "end_date")
        for column, name in names.items()
        if told.get(column)
    ]
    return stated or ([SourceFact(row.person_id, source, meaning.concern, asked=asked)] if names else [])


def _seen_at_home(finding: VerificationFinding) -> SourceFact:
    item: Any = finding.item
    source = f"核查轮次{item.round.number}（{finding.checker} {finding.checked_date}）"
    told = str(finding.death_date)
    return SourceFact(item.candidate.person_id, source, Concern.DEATH, "死亡日期", told, begins=True)


def concern_of(reason: TerminationReason) -> Concern:
    """What sources must speak of to bear out a reason."""
    return Concern.DEATH if reason is TerminationReason.DEATH else Concern.ELSEWHERE


def borne_out(facts: Sequence[SourceFact], reason: TerminationReason, day: date) -> bool:
    """Whether some source tells the day a decision states, or none tells any such day."""
    told = [fact for fact in facts if fact.begins and fact.concern is concern_of(reason) and span_of(fact.told)]
    return not told or any(fact.meets(day) for fact in told)

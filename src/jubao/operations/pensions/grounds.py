"""Whether the books bear out why a pension is to rest: an overdue certification, a hit on a list, or a named paper."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.people import in_slices, shown
from jubao.operations.registers.kinds import HOLDING
from jubao.records.models import Award, AwardEvent, Certification, MatchCandidate, Person
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import SuspensionReason
from jubao.vocabulary.codes.suspicion import ListKind

SOURCE = "社会保险经办条例第二十六条"
SUSPECTED = ("OPEN", "HELD", "TERMINATED")


class Stated(Protocol):
    """What somebody states when a pension is to be suspended."""

    @property
    def reason(self) -> SuspensionReason:
        """Why."""

    @property
    def from_month(self) -> int:
        """From which month on."""

    @property
    def memo(self) -> str:
        """The paper or the clue it rests on."""

    @property
    def custody_date(self) -> date | None:
        """The day custody began, where it is known."""

    @property
    def judgment(self) -> str:
        """The judgment somebody is in custody for."""


def check_grounds(
    people: Sequence[Person], awards: dict[int, Award], cases: Sequence[Stated], view: View, faults: Faults
) -> None:
    """Refuse reasons that the books contradict, or that nothing bears out.

    Source: 社会保险经办条例第二十六条；人社部发〔2014〕23号（资格认证、服刑期间停发）.
    """
    asked = list(zip(people, cases, strict=True))
    overdue = [person for person, case in asked if case.reason == SuspensionReason.NO_PROOF_OF_LIFE]
    suspected = [person for person, case in asked if not case.memo or case.reason == SuspensionReason.IN_CUSTODY]
    confirmed, hits = confirmed_months(overdue, awards, view), _hits(suspected)
    for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
        if person.pk not in awards:
            continue
        place, kinds = shown(person.resident_number), hits.get(person.pk, {})
        if case.reason == SuspensionReason.NO_PROOF_OF_LIFE:
            _check_overdue(number, case, confirmed[person.pk], place, view, faults)
        elif not (case.memo or case.judgment) and not _borne_out(case.reason, kinds):
            step = "请在备注中写明文书或线索，或先导入名单比对"
            faults.add(
                number,
                "memo",
                f"账上没有“{case.reason.label}”的名单疑点，也没有写明依据",
                next_step=step,
                source=SOURCE,
                place=place,
            )
        if case.reason == SuspensionReason.IN_CUSTODY:
            _check_custody(number, case, kinds, place, view, faults)
        else:
            _check_nothing_of_custody(number, case, place, faults)


def _borne_out(reason: SuspensionReason, kinds: dict[str, str]) -> bool:
    return str(ListKind.PRISON) in kinds if reason == SuspensionReason.IN_CUSTODY else bool(kinds)


def confirmed_months(people: Sequence[Person], awards: dict[int, Award], view: View) -> dict[int, int]:
    """By person with an award, the month somebody last confirmed it: certification, resumption, or the award's start."""
    found = {person.pk: awards[person.pk].start_month for person in people if person.pk in awards}
    for part in in_slices(sorted(found)):
        seen = Certification.objects.filter(person__in=part, certified_date__lte=view.on).order_by("id")
        resumed = AwardEvent.objects.filter(
            award__person__in=part, kind=AwardEvent.Kind.RESUMED, evidence_date__isnull=False
        ).order_by("id")
        for key, day in [
            *seen.values_list("person_id", "certified_date"),
            *resumed.values_list("award__person_id", "evidence_date"),
        ]:
            assert day is not None, "the query asks for days only"
            found[key] = max(found[key], months.of(day))
    return found


def _check_overdue(number: int, case: Stated, confirmed: int, place: str, view: View, faults: Faults) -> None:
    """A certification that is still good, or was in the month to be held, holds nothing."""
    due = months.add(confirmed, int(view.law.value("certification.cycle_months")))
    if months.of(view.on) >= due and case.from_month > due:
        return
    rule = f"资格认证未逾期：最近一次为 {confirmed}，应于 {due} 再次认证"
    step = f"请在到期后自 {months.add(due, 1)} 起暂停，另有原因的改选原因并写明依据"
    faults.add(number, "reason", rule, next_step=step, source=SOURCE, place=place)


def _check_custody(number: int, case: Stated, kinds: dict[str, str], place: str, view: View, faults: Faults) -> None:
    """The pension stops from its month after custody: not before, and where the day is stated, not later."""
    known = case.custody_date or _custody_day(kinds.get(str(ListKind.PRISON), ""))
    if known is None:
        return
    first = months.add(months.of(known), int(view.law.value("suspension.custody_stop_offset")))
    if case.from_month < first or (case.custody_date and case.from_month != first):
        rule = f"{known} 收监，应自 {first} 起停发，暂停年月 {case.from_month} 不符"
        faults.add(number, "from_month", rule, next_step="请改为规定的年月", source=SOURCE, place=place)


def _check_nothing_of_custody(number: int, case: Stated, place: str, faults: Faults) -> None:
    """Whoever rests for another reason has no day of custody and no judgment."""
    for field, told in (("custody_date", case.custody_date), ("judgment", case.judgment)):
        if told:
            rule = f"暂停原因是“{case.reason.label}”，不填收监日期和判决文书"
            faults.add(number, field, rule, next_step="请改选原因，或删去该项", place=place)


def custody_dates(people: Sequence[Person], cases: Sequence[Stated]) -> dict[int, date]:
    """By person held in custody, the day it began: as stated, else as a list of prisoners gives it."""
    held = [(p, c) for p, c in zip(people, cases, strict=True) if c.reason == SuspensionReason.IN_CUSTODY]
    hits = _hits([person for person, _ in held])
    days = {p.pk: c.custody_date or _custody_day(hits.get(p.pk, {}).get(str(ListKind.PRISON), "")) for p, c in held}
    return {key: day for key, day in days.items() if day is not None}


def _hits(people: Sequence[Person]) -> dict[int, dict[str, str]]:
    """By person, the lists that stand against paying: kind of list to what it says of the person."""
    found: dict[int, dict[str, str]] = {}
    for part in in_slices([person.pk for person in people]):
        rows = MatchCandidate.objects.filter(person__in=part, state__in=SUSPECTED, match_list__kind__in=HOLDING)
        for person, kind, details in rows.order_by("id").values_list("person_id", "match_list__kind", "details"):
            found.setdefault(person, {})[kind] = details
    return found


def _custody_day(details: str) -> date | None:
    """The day of custody a list gives, if it gives one that can be read."""
    try:
        return date.fromisoformat(str(json.loads(details).get("start_date", ""))[:10])
    except (ValueError, AttributeError):
        return None

"""Patterns somebody must look at (集中度预警): one hand, one account, one day too often, and lives after deaths. Reads only."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from jubao.operations.law import Law, law
from jubao.operations.payments.required_lists import missing_lists
from jubao.operations.people import in_slices
from jubao.operations.registers.sources import refuted_until, span_of
from jubao.records.models import (
    AuditEvent,
    Award,
    AwardEvent,
    BankAccount,
    BatchStep,
    CandidateEvent,
    Certification,
    LineReturn,
    MatchCandidate,
    PaymentBatch,
    Person,
    Proposal,
    Residence,
    Settlement,
    VerificationFinding,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import AlertKind

OPENING = "register.open"
DEATHS = ("1401", "6401")


@dataclass(frozen=True)
class Pattern:
    """Something unusual: its kind, what it is about, in words, and the people by personal number."""

    kind: AlertKind
    subject: str
    text: str
    people: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def details(self) -> str:
        """People and notes as canonical JSON: equal facts give equal text."""
        return json.dumps({"people": self.people, "notes": self.notes}, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Month:
    """The month that is watched, with the law of its last day or of the day of the watch."""

    number: int
    on: date
    law: Law

    def acted(self, path: str = "act") -> Q:
        """Facts recorded within the month."""
        first, last = months.first_day(self.number), months.last_day(self.number)
        return Q(**{f"{path}__business_date__gte": first, f"{path}__business_date__lte": last})

    def limit(self, name: str) -> int:
        """A number from which on somebody looks."""
        return int(self.law.value(f"watch.{name}"))


def patterns(month: int, *, on: date) -> list[Pattern]:
    """Everything unusual of a month, by kind and subject."""
    watched = Month(month, on, law(on))
    found = [pattern for finder in FINDERS for pattern in finder(watched)]
    return sorted(found, key=lambda pattern: (pattern.kind, pattern.subject))


def _no_list(month: Month) -> Iterator[Pattern]:
    """A required list did not come in the month."""
    for name in missing_lists(min(month.on, months.last_day(month.number))):
        yield Pattern(AlertKind.NO_LIST, name, f"{month.number} 没有比对{name}，发放之前未能核对", ())


def _resumed(month: Month) -> Iterator[Pattern]:
    """One maker resumes many, or many of one village are resumed on one day."""
    rows = list(
        AwardEvent.objects.filter(month.acted(), kind=AwardEvent.Kind.RESUMED)
        .order_by("id")
        .values_list("act_id", "act__business_date", "award__person__division", "award__person__personal_number")
    )
    makers = makers_of(act for act, _, _, _ in rows)
    yield from _often(
        AlertKind.RESUMED_BY_ONE,
        month.limit("resumed_by_one"),
        ((makers[a], n) for a, _, _, n in rows),
        f"{month.number} 由 {{subject}} 经办续发 {{count}} 人",
    )
    places = ((f"{village} {day}", number) for _, day, village, number in rows)
    yield from _often(
        AlertKind.RESUMED_IN_VILLAGE, month.limit("resumed_in_village"), places, "{subject} 同日续发 {count} 人"
    )


def _cleared(month: Month) -> Iterator[Pattern]:
    """One maker clears many suspicions."""
    rows = list(
        CandidateEvent.objects.filter(month.acted(), state=MatchCandidate.State.CLEARED)
        .order_by("id")
        .values_list("act_id", "candidate__person__personal_number")
    )
    makers = makers_of(act for act, _ in rows)
    yield from _often(
        AlertKind.CLEARED_BY_ONE,
        month.limit("cleared_by_one"),
        ((makers[a], n) for a, n in rows),
        f"{month.number} 由 {{subject}} 经办排除 {{count}} 人的疑点",
    )


def _veiled(by_person: Mapping[int, str]) -> Iterator[tuple[str, int]]:
    """What people share, by its last digits and a fingerprint; nobody who states none."""
    for person, text in by_person.items():
        if text:
            yield f"尾号{text[-4:]}（{hashlib.sha256(text.encode()).hexdigest()[:12]}）", person


def _shared_account(month: Month) -> Iterator[Pattern]:
    """Several pensioners are paid to one account; the account is shown by its last digits and a fingerprint."""
    accounts = _latest(BankAccount, "account", _drawing())
    yield from _often(
        AlertKind.SHARED_ACCOUNT,
        month.limit("people_on_account"),
        _numbered(_veiled(accounts)),
        "{count} 名领取人员使用同一账户 {subject}",
    )


def _shared_phone(month: Month) -> Iterator[Pattern]:
    """Several pensioners are reached by one telephone."""
    phones = _latest(Residence, "phone", _drawing())
    yield from _often(
        AlertKind.SHARED_PHONE,
        month.limit("people_on_phone"),
        _numbered(_veiled(phones)),
        "{count} 名领取人员登记同一电话 {subject}",
    )


def _certified_after_death(_: Month) -> Iterator[Pattern]:
    """Somebody certified as alive after the day on which a settlement, a home check or a list says they died."""
    died = _deaths()
    rows = Certification.objects.exclude(act__code=OPENING).order_by("certified_date", "id")
    found: dict[str, list[str]] = defaultdict(list)
    for part in in_slices(sorted(died)):
        for row in rows.filter(person__in=part).select_related("person"):
            if row.certified_date > died[row.person_id]:
                found[row.person.personal_number].append(f"{row.certified_date} 认证人 {row.checker or '未登记'}")
    for number, notes in found.items():
        text = f"死亡日期之后仍通过认证：{notes[0]}，请查明由谁认证"
        yield Pattern(AlertKind.CERTIFIED_AFTER_DEATH, number, text, (number,), tuple(notes))


def _changed_then_paid(month: Month) -> Iterator[Pattern]:
    """First payments of the month to accounts that one maker changed."""
    rows = LineReturn.objects.filter(
        month.acted(),
        result="PAID",
        bank_line__person__bank_accounts__act__code="account.rebind",
        bank_line__account=F("bank_line__person__bank_accounts__account"),
        bank_line__person__bank_accounts__act_id__lt=F("bank_line__act_id"),
    )
    paid = list(
        rows.order_by("id").values_list(
            "id",
            "bank_line__person_id",
            "bank_line__person__personal_number",
            "bank_line__account",
            "bank_line__person__bank_accounts__act_id",
        )
    )
    makers = makers_of(act for *_, act in paid)
    first = [
        (makers[act], number)
        for key, person, number, account, act in paid
        if not LineReturn.objects.filter(
            id__lt=key, result="PAID", bank_line__person=person, bank_line__account=account
        ).exists()
    ]
    yield from _often(
        AlertKind.CHANGED_THEN_PAID,
        month.limit("changed_then_paid"),
        first,
        f"{month.number} 有 {{count}} 人首次发放到由 {{subject}} 经办变更的账户",
    )


def _paid_late(month: Month) -> Iterator[Pattern]:
    """Pensions of the month that were not handed to the bank by the day on which they are paid."""
    last = months.last_day(month.number)
    payday = last.replace(day=min(last.day, int(month.law.value("procedure.payday"))))
    drawing = Award.objects.filter(start_month__lte=month.number, act__business_date__lte=payday)
    sent = BatchStep.objects.filter(
        batch__kind="PENSION", batch__month=month.number, state=PaymentBatch.State.TRANSMITTED
    )
    if month.on <= payday or not drawing.exists() or sent.filter(act__business_date__lte=payday).exists():
        return
    day = sent.order_by("id").values_list("act__business_date", flat=True).first()
    told = f"{day} 才报送银行" if day else "尚未报送银行"
    yield Pattern(AlertKind.PAID_LATE, str(month.number), f"{month.number} 待遇应于 {payday} 发放，{told}", ())


FINDERS: tuple[Callable[[Month], Iterator[Pattern]], ...] = (
    _no_list,
    _paid_late,
    _resumed,
    _cleared,
    _shared_account,
    _shared_phone,
    _certified_after_death,
    _changed_then_paid,
)


def _often(kind: AlertKind, limit: int, rows: Iterable[tuple[str, str]], text: str) -> Iterator[Pattern]:
    """Subjects met by at least ``limit`` different people."""
    people: dict[str, set[str]] = defaultdict(set)
    for subject, number in rows:
        people[subject].add(number)
    for subject, numbers in people.items():
        if len(numbers) >= limit:
            told = text.format(subject=subject, count=len(numbers))
            yield Pattern(kind, subject, told, tuple(sorted(numbers)))


def makers_of(acts: Iterable[int]) -> dict[int, str]:
    """Staff code of whoever proposed each executed act."""
    wanted = sorted(set(acts))
    keys = {
        event: json.loads(payload)["proposal"]
        for part in in_slices(wanted)
        for event, payload in AuditEvent.objects.filter(pk__in=part).values_list("id", "payload")
    }
    names = sorted(set(keys.values()))
    makers = {
        key: maker
        for start in range(0, len(names), 800)
        for key, maker in Proposal.objects.filter(key__in=names[start : start + 800]).values_list("key", "maker")
    }
    return {event: makers[key] for event, key in keys.items()}


def _drawing() -> set[int]:
    return set(Award.objects.filter(ended_month__isnull=True).values_list("person_id", flat=True))


def _latest(model: type[BankAccount | Residence], column: str, people: set[int]) -> dict[int, str]:
    """The latest value of each person."""
    order = "usable_from" if model is BankAccount else "valid_from"
    rows = model.objects.order_by(order, "id")
    return {
        person: value
        for part in in_slices(sorted(people))
        for person, value in rows.filter(person__in=part).values_list("person_id", column)
    }


def _numbered(rows: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """Subjects with personal numbers instead of keys; only subjects met twice are looked up."""
    by_subject: dict[str, list[int]] = defaultdict(list)
    for subject, person in rows:
        by_subject[subject].append(person)
    shared = {subject: people for subject, people in by_subject.items() if len(people) > 1}
    keys = sorted({person for people in shared.values() for person in people})
    numbers: Mapping[int, str] = {
        key: number
        for part in in_slices(keys)
        for key, number in Person.objects.filter(pk__in=part).values_list("id", "personal_number")
    }
    return [(subject, numbers[person]) for subject, people in shared.items() for person in people]


def _deaths() -> dict[int, date]:
    """The last day each person can have lived: by a list, over it by what a checker saw, over it by the settlement.

    What was said before an ending was taken back has turned out to be wrong.
    """
    died: dict[int, date] = {}
    refuted = refuted_until()
    believed = MatchCandidate.objects.filter(state__in=["OPEN", "HELD", "TERMINATED"]).order_by("id")
    for person, act, told in believed.values_list("person_id", "act_id", "details"):
        span = span_of(str(json.loads(told).get("death_date") or ""))
        if span and act > refuted.get(person, 0):
            died[person] = span[1]
    seen = VerificationFinding.objects.order_by("id")
    for person, act, day in seen.values_list("item__candidate__person_id", "act_id", "death_date"):
        if day and act > refuted.get(person, 0):
            died[person] = day
        else:
            died.pop(person, None)
    settled = Settlement.objects.filter(reason__in=DEATHS, reversed=False).order_by("id")
    return died | dict(settled.values_list("person_id", "event_date"))

"""Approvals: what was signed is what was done and what is stored, by different people who might act in that post that day."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import models
from numpy.typing import NDArray

from jubao.records.facts import content_fields, counted_from_execution, fact_models, refers_to
from jubao.records.models import Office, Proposal
from jubao.records.numbering import numbered_column
from jubao.records.sealing import BLOCK, RowsDigest, as_sealed, canonical, digest
from jubao.reports.invariants.chain import LOOKING_LEAVES
from jubao.reports.invariants.privacy import Recusals
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.law import office_policy
from jubao.reports.roster import StaffFacts
from jubao.reports.streaming import rows_of, told
from jubao.vocabulary import month as months
from jubao.vocabulary.posts import AnyPost, Post, taker_of, who_may
from jubao.vocabulary.roster import Roster

Model = type[models.Model]
EVENTS, PROPOSALS, SIGNATURES = "records_auditevent", "records_proposal", "records_signature"
LOCAL = ZoneInfo("Asia/Shanghai")
RESTORATIONS = "records_restoration"  # written by the restore itself; ``custody`` says what stands there
ENVELOPE = {PROPOSALS, SIGNATURES, RESTORATIONS} | LOOKING_LEAVES
"""What the envelope writes beside a plan; no preview states it."""


@invariant("I-31", "同一案件各环节由不同的人办理，环节不缺")
def people_of_a_case_differ(seen: Tally) -> Iterator[Violation]:
    """Nobody takes two steps of a case; steps run from the maker's on without a gap, all agreed before the act."""
    seen.whole(SIGNATURES, PROPOSALS)
    sql = f"""SELECT max(id), case_ref, person FROM {SIGNATURES} GROUP BY case_ref, person HAVING count(*) > 1
        ORDER BY 1"""  # noqa: S608
    yield from broken_rows(SIGNATURES, sql, "案件 {0} 中 {1} 办了两个环节")
    sql = f"""
        SELECT p.id, p.code FROM {PROPOSALS} p LEFT JOIN {SIGNATURES} s ON s.proposal_id = p.id
        GROUP BY p.id, p.code, p.state, p.maker, p.case_ref, p.next_step
        HAVING count(s.id) <> p.next_step OR max(s.step) <> p.next_step - 1 OR min(s.step) <> 0
            OR count(DISTINCT s.step) <> p.next_step OR min(s.case_ref) <> p.case_ref OR max(s.case_ref) <> p.case_ref
            OR sum(CASE WHEN s.step = 0 AND s.person = p.maker THEN 1 ELSE 0 END) <> 1
            OR sum(CASE WHEN s.decision = 'REJECT' THEN 1 ELSE 0 END) <> (CASE WHEN p.state = 'REJECTED' THEN 1 ELSE 0 END)
        ORDER BY p.id"""  # noqa: S608
    yield from broken_rows(PROPOSALS, sql, "申请（{0}）的签署环节不齐、次序或决定不对")


@invariant("I-32", "所签即所见：申请内容的哈希与每个签署一致")
def what_was_signed_is_what_was_shown(seen: Tally) -> Iterator[Violation]:
    """The hash of arguments and preview is the one everybody signed, each in the role and post that they name."""
    columns, bound = ("id", "key", "code", "arguments", "preview", "hash"), dict[str, list[list[str]]]()
    for key, name, code, arguments, preview, hash_ in seen.each(_proposals(*columns)):
        shown = told(preview)
        bound[name] = shown.get("steps", [])
        if canonical(shown) != preview or digest(canonical([code, arguments, shown])) != hash_:
            yield Violation(PROPOSALS, key, f"申请 {name} 的内容与其哈希不符")
    sql = f"""SELECT s.id, p.key FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id
        WHERE s.shown_hash <> p.hash ORDER BY s.id"""  # noqa: S608
    yield from broken_rows(SIGNATURES, sql, "签署人看到的内容不是申请 {0} 的内容")
    sql = f"""SELECT s.id, p.key, s.step, s.role, s.post FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id
        ORDER BY s.id"""  # noqa: S608
    for key, name, step, role, post in rows_of(sql):
        if not _is_bound(bound[name], step, role, post):
            yield Violation(SIGNATURES, key, f"申请 {name} 第 {step} 环节的种类或岗位不是所示的")


def _is_bound(steps: Sequence[Sequence[str]], step: int, role: str, post: str) -> bool:
    """Whether a signature takes the step that the preview shows, in its post or in one of several."""
    if step >= len(steps) or steps[step][0] != role:
        return False
    taker = taker_of(steps[step][1])
    return post in (taker.among if isinstance(taker, AnyPost) else (taker,))


def _proposals(*columns: str) -> Iterator[tuple[Any, ...]]:
    return iter(Proposal.objects.order_by("id").values_list(*columns).iterator(500))


# ── Approved = stored ──


@invariant("I-32", "所批即所存：办结业务写下的行与所批预览逐行一致")
def what_was_approved_is_what_is_stored(seen: Tally) -> Iterator[Violation]:
    """The rows of every executed act, read from the tables, are those that its preview states, in every table."""
    approved, numbered = _approved()
    waited = _waited()
    firsts = {model: _first_keys(model) for model in _referred_to()}
    for model in fact_models():
        table = str(model._meta.db_table)
        if table in ENVELOPE:
            continue
        days = waited if counted_from_execution(model) else {}
        for event, count, content in _stored(model, firsts, numbered.get(table, set()), days, seen):
            promised = approved.get(event, {}).pop(table, None)
            if promised is None:
                yield Violation(table, None, f"第 {event} 号事件在此存有 {count} 行，所批预览没有")
            elif promised != (count, content):
                yield Violation(table, None, f"第 {event} 号事件所批 {promised[0]} 行，现存 {count} 行，内容与所批不同")
    for event, tables in approved.items():
        for table, (count, _) in tables.items():
            yield Violation(table, None, f"第 {event} 号事件所批的 {count} 行没有存下")


def _approved() -> tuple[dict[int, dict[str, tuple[int, str]]], dict[str, set[int]]]:
    """What the previews of executed proposals bind.

    Returns:
        by event, its tables with number and digest of rows; by table, the events whose rows were numbered when written.
    """
    rows, numbered = dict[int, dict[str, tuple[int, str]]](), dict[str, set[int]]()
    sql = f"""SELECT s.act_id, p.preview FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id
        WHERE s.state_after = 'EXECUTED' ORDER BY s.act_id"""  # noqa: S608
    for event, preview in rows_of(sql):
        essence = told(preview).get("essence", {})
        rows[event] = {table: (count, content) for table, (count, content) in essence.get("rows", {}).items()}
        for table in essence.get("numbered", ()):
            numbered.setdefault(table, set()).add(event)
    return rows, numbered


def _waited() -> dict[int, timedelta]:
    """By event of an executed act, how long after its business date the last signature was given; only where it was later."""
    sql = f"""SELECT s.act_id, p.business_date, s.business_date FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id
        WHERE s.state_after = 'EXECUTED' AND s.business_date <> p.business_date ORDER BY s.act_id"""  # noqa: S608
    return {event: _day(signed) - _day(proposed) for event, proposed, signed in rows_of(sql)}


def _referred_to() -> set[Model]:
    """The tables to whose rows other facts refer."""
    fields = (field for model in fact_models() for field in content_fields(model, numbered=False))
    return {related for field in fields if (related := refers_to(field))}


@dataclass(frozen=True)
class FirstKeys:
    """For one table: events that wrote to it, ascending, and the first key each of them wrote."""

    events: NDArray[np.int64]
    keys: NDArray[np.int64]

    def of(self, event: int) -> int | None:
        """The first key an event wrote, or None."""
        place = int(np.searchsorted(self.events, event))
        return int(self.keys[place]) if place < len(self.events) and self.events[place] == event else None


def _first_keys(model: Model) -> FirstKeys:
    sql = f'SELECT act_id, min(id) FROM "{model._meta.db_table}" GROUP BY act_id ORDER BY act_id'  # noqa: S608
    pairs = np.fromiter((value for row in rows_of(sql) for value in row), dtype=np.int64).reshape(-1, 2)
    return FirstKeys(pairs[:, 0].copy(), pairs[:, 1].copy())


def _stored(
    model: Model, firsts: dict[Model, FirstKeys], numbered: set[int], waited: dict[int, timedelta], seen: Tally
) -> Iterator[tuple[int, int, str]]:
    """Event, number and content digest of its rows in a table, as a plan states them.

    Args:
        model: the table.
        firsts: for every table that is referred to, the first key of each event.
        numbered: events whose rows here got their numbers when they were written, so no plan states them.
        waited: how much later than planned the days that run from the execution were written, by event.
    """
    fields = content_fields(model, numbered=False)
    own_number = next((place for place, field in enumerate(fields) if field.name == numbered_column(model)), -1)
    referring = [(place, related) for place, field in enumerate(fields) if (related := refers_to(field))]
    counted = [place for place, field in enumerate(fields) if field.name in counted_from_execution(model)]
    listed = ", ".join(map(as_sealed, fields))
    sql = f'SELECT act_id, {listed} FROM "{model._meta.db_table}" ORDER BY act_id, id'  # noqa: S608
    for event, rows in groupby(seen.each(rows_of(sql)), key=itemgetter(0)):
        own = [(place, first) for place, related in referring if (first := firsts[related].of(event)) is not None]
        without = own_number if event in numbered else -1
        total, count = RowsDigest(), 0
        late = dict.fromkeys(counted, waited[event]) if event in waited else {}
        while some := [_planned(row[1:], own, without, late) for row in islice(rows, BLOCK)]:
            total.add(some)
            count += len(some)
        yield event, count, total.hexdigest()


def _planned(
    row: tuple[Any, ...], own: Sequence[tuple[int, int]], without: int, late: dict[int, timedelta]
) -> tuple[Any, ...]:
    """A row as it was planned: keys of rows of the same event are placeholders again, a number given later is left out.

    Days that run from the execution are counted from the plan's own business date again.
    """
    if not own and without < 0 and not late:
        return row
    cells = list(row)
    for place, waited in late.items():
        cells[place] = (_day(cells[place]) - waited).isoformat()
    for place, first in own:
        key = cells[place]
        if key is not None and key >= first:
            cells[place] = first - key - 1
    return tuple(cells if without < 0 else cells[:without] + cells[without + 1 :])


# ── Who, and when ──


@invariant("I-33", "每个签署人当日在岗且未缺勤；代行职责的，确无他人可办")
def signers_held_their_posts(seen: Tally) -> Iterator[Violation]:
    """Whoever signed might act in that post that day, by the rule of the envelope; only the founding precedes every post."""
    posts, taken, recused = _Posts(), dict[str, set[str]](), Recusals()
    sql = f"""SELECT s.id, s.act_id, s.case_ref, s.person, s.post, s.business_date, p.code, p.concerns FROM {SIGNATURES} s
        JOIN {PROPOSALS} p ON p.id = s.proposal_id ORDER BY s.act_id, s.id"""  # noqa: S608
    for key, event, case, person, post, day, code, concerns in seen.each(rows_of(sql)):
        before = taken.setdefault(case, set())
        out = before | recused.at(event, concerns)
        if code != "office.found" and person not in posts.who_might(post, _day(day), event, out):
            yield Violation(SIGNATURES, key, f"{person} 当日不在岗位 {post}，也不应代行")
        before.add(person)
        posts.signed(person, post, _day(day))
    sql = f"SELECT id FROM {PROPOSALS} WHERE code = 'office.found' AND state = 'EXECUTED' ORDER BY id"  # noqa: S608
    for place, (key,) in enumerate(rows_of(sql)):
        if place:
            yield Violation(PROPOSALS, key, "机构只能建账一次")


@invariant("I-33", "签署日期不晚于当时的日历，不早于提出的日期")
def signatures_bear_their_day(seen: Tally) -> Iterator[Violation]:
    """Nobody signs on a day that has not come, nor on one before the proposal."""
    sql = f"""SELECT s.id, s.person, s.business_date, s.signed_at, p.key, p.business_date FROM {SIGNATURES} s
        JOIN {PROPOSALS} p ON p.id = s.proposal_id ORDER BY s.act_id, s.id"""  # noqa: S608
    for key, person, stated, instant, proposal, proposed in seen.each(rows_of(sql)):
        day, clock = _day(stated), _calendar_day(instant)
        if not _day(proposed) <= day <= clock:
            text = f"{person} 签署申请 {proposal} 的日期 {day} 不在提出日 {proposed} 和签署当天 {clock} 之间"
            yield Violation(SIGNATURES, key, text)


def _calendar_day(stored: datetime) -> date:
    """The day the office's calendar showed at an instant; one without a zone is in UTC, as SQLite keeps it."""
    return (stored if stored.tzinfo else stored.replace(tzinfo=UTC)).astimezone(LOCAL).date()


@invariant("I-20", "变更的收款账户，自最后一签起满冷静期方可使用")
def changed_accounts_have_cooled(seen: Tally) -> Iterator[Violation]:
    """An account somebody changed is not paid before the days of the house rule have passed since the change was executed."""
    sql = f"""SELECT b.id, b.usable_from, s.business_date, p.business_date FROM records_bankaccount b
        JOIN {SIGNATURES} s ON s.act_id = b.act_id JOIN {PROPOSALS} p ON p.id = s.proposal_id
        WHERE p.code = 'account.rebind' ORDER BY b.id"""  # noqa: S608
    policy, area = office_policy(), Office.objects.order_by("id").values_list("district_code", flat=True).first()
    for key, usable, executed, proposed in seen.each(rows_of(sql)):
        day = _day(proposed)
        days = int(policy.value("procedure.bank_account_cooling_days", on=day, area=area or "", as_known=day))
        first = _day(executed) + timedelta(days=days)
        if _day(usable) < first:
            yield Violation("records_bankaccount", key, f"变更的账户自 {usable} 可用，冷静期到 {first} 才满")


def _day(stored: Any) -> date:
    return stored if isinstance(stored, date) else date.fromisoformat(str(stored))


class _Posts:
    """Who might act in a post, as the books knew posts, absences and earlier signatures when an event was written."""

    def __init__(self) -> None:
        self.facts = StaffFacts()
        self.rosters: dict[int, Roster] = {}
        self.people: dict[tuple[Post, date, int], list[str]] = {}
        self.acted: dict[tuple[str, int], set[str]] = {}

    def who_might(self, post: str, day: date, event: int, taken: set[str]) -> list[str]:
        """The envelope's rule, asked of the books as they stood before an event."""
        if post not in Post.__members__:
            return []
        known = bisect_left(self.facts.events, event)
        present, acted = partial(self._present, day=day, known=known), partial(self._acted, day=day)
        return who_may(Post(post), present=present, taken=taken, acted=acted)

    def signed(self, person: str, post: str, day: date) -> None:
        """Somebody acted in a post; whoever asks for later events knows it."""
        self.acted.setdefault((post, months.of(day)), set()).add(person)

    def _present(self, post: Post, *, day: date, known: int) -> list[str]:
        """Who was there, of what the first ``known`` changes of posts and absences told; worked out once."""
        key = (post, day, known)
        if key not in self.people:
            if known not in self.rosters:
                last = self.facts.events[known] if known < len(self.facts.events) else None
                self.rosters[known] = self.facts.roster(before=last)
            self.people[key] = self.rosters[known].present(post, on=day)
        return self.people[key]

    def _acted(self, post: Post, *, day: date) -> set[str]:
        return self.acted.get((post, months.of(day)), set())


# ── Answers ──


@invariant("I-35", "每个签署的答复与其事件一致，同一请求只有一个答复")
def every_step_is_answered_by_its_event(seen: Tally) -> Iterator[Violation]:
    """A signature, its event and its proposal tell the same: who, when, what for, what came of it, and for which request."""
    sql = f"""
        SELECT s.id, s.act_id, s.step, s.person, s.decision, s.reason, s.body_hash, s.business_date, s.signed_at,
            s.state_after, s.result, s.shown_hash, p.key, p.code, p.case_ref, p.hash, p.body_hash, p.act_id, p.proposed_at,
            p.preview, e.kind, e.code, e.staff, e.business_date, e.at, e.payload
        FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id LEFT JOIN {EVENTS} e ON e.id = s.act_id
        ORDER BY s.act_id, s.id"""  # noqa: S608
    before = 0
    for row in seen.each(rows_of(sql)):
        step = _Step(*row)
        if step.event == before:
            yield Violation(SIGNATURES, step.id, f"第 {step.event} 号事件名下有不止一个签署")
        for text in step.contradictions():
            yield Violation(SIGNATURES, step.id, f"申请 {step.key} 第 {step.step} 环节：{text}")
        before = step.event
    sql = f"""SELECT e.id, e.kind FROM {EVENTS} e WHERE e.kind IN ('PROPOSED', 'SIGNED', 'EXECUTED', 'REJECTED')
        AND NOT EXISTS (SELECT 1 FROM {SIGNATURES} s WHERE s.act_id = e.id) ORDER BY e.id"""  # noqa: S608
    yield from broken_rows(EVENTS, sql, "事件（{0}）没有对应的签署")


KINDS = {"PENDING": {"PROPOSED", "SIGNED"}, "EXECUTED": {"EXECUTED"}, "REJECTED": {"REJECTED"}}


@dataclass(frozen=True)
class _Step:
    """One signature beside its proposal and its event."""

    id: int
    event: int
    step: int
    person: str
    decision: str
    reason: str
    body_hash: str
    business_date: Any
    signed_at: datetime
    state_after: str
    result: str
    shown_hash: str
    key: str
    code: str
    case_ref: str
    hash: str
    proposal_body: str
    proposal_event: int
    proposed_at: datetime
    preview: str
    kind: str | None
    event_code: str
    staff: str
    event_date: Any
    at: datetime
    payload: str

    def contradictions(self) -> Iterator[str]:
        """What does not agree."""
        if self.kind is None:
            yield "事件不存在"
            return
        says = told(self.payload)
        if (says.get("proposal"), says.get("hash"), says.get("case")) != (self.key, self.hash, self.case_ref):
            yield "事件说的是另一项申请，或哈希不符"
        who_and_when = (self.code, self.person, self.business_date, self.signed_at)
        if (self.event_code, self.staff, self.event_date, self.at) != who_and_when:
            yield "事件的业务、人员或时间与签署不符"
        if self.kind not in KINDS.get(self.state_after, ()) or (self.kind == "PROPOSED") != self._only_proposes():
            yield f"答复为“{self.state_after}”，事件为“{self.kind}”"
        if self.result != self._given():
            yield "答复的办理结果与所批不同"
        if self.body_hash != self._request():
            yield "请求内容的哈希与签署不符"
        if self.step == 0 and (self.event, self.signed_at) != (self.proposal_event, self.proposed_at):
            yield "提出环节与申请不是同一事件"

    def _only_proposes(self) -> bool:
        return self.step == 0 and self.state_after == "PENDING"

    def _given(self) -> str:
        """The result an executed act was approved with; nothing before."""
        essence = told(self.preview).get("essence", {})
        return canonical(essence.get("result")) if self.state_after == "EXECUTED" else canonical({})

    def _request(self) -> str:
        """The hash of what was asked: the proposal's own for the first step, else worked out again."""
        if self.step == 0:
            return self.proposal_body
        return digest(canonical([self.key, self.person, self.shown_hash, self.decision == "AGREE", self.reason]))

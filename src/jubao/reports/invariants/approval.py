"""Approvals: what was signed is what was done, by different people who held the post that day."""

import json
from collections.abc import Iterator
from typing import Any

from jubao.records.models import Proposal, Signature
from jubao.records.sealing import canonical, digest
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import rows_of

PROPOSALS, SIGNATURES, COMMANDS = "records_proposal", "records_signature", "records_command"
ENVELOPE = {COMMANDS, PROPOSALS, SIGNATURES}


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


@invariant("I-32", "所签即所办：申请内容的哈希与每个签署、每个事件一致")
def what_was_signed_is_what_was_done(seen: Tally) -> Iterator[Violation]:
    """The hash of arguments and preview is the one everybody signed and every event names."""
    for row in seen.each(Proposal.objects.order_by("id").iterator(500)):
        if digest(canonical([row.code, row.arguments, _read(row.preview)])) != row.hash:
            yield Violation(PROPOSALS, row.pk, f"申请 {row.key} 的内容与其哈希不符")
    sql = f"""SELECT s.id, p.key FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id
        WHERE s.shown_hash <> p.hash ORDER BY s.id"""  # noqa: S608
    yield from broken_rows(SIGNATURES, sql, "签署人看到的内容不是申请 {0} 的内容")
    yield from _executions(seen)


def _executions(seen: Tally) -> Iterator[Violation]:
    """Every executed event names a proposal's hash, and wrote as many rows as its preview announced."""
    hashes = {key: (row, hash_) for row, key, hash_ in rows_of(f"SELECT id, key, hash FROM {PROPOSALS}")}  # noqa: S608
    sql = "SELECT id, payload FROM records_auditevent WHERE kind = 'EXECUTED' ORDER BY id"
    for event, payload in seen.each(rows_of(sql)):
        told = _read(payload)
        row, hash_ = hashes.get(told.get("proposal"), (None, None))
        if hash_ is None or told.get("hash") != hash_:
            yield Violation("records_auditevent", event, "办结事件没有对应的申请，或哈希不符")
            continue
        changes = _read(Proposal.objects.values_list("preview", flat=True).get(pk=row)).get("changes", {})
        announced = {table: change["count"] for table, change in changes.items()}
        written = {table: rows[0] for table, rows in told.get("rows", {}).items() if table not in ENVELOPE}
        if announced != written:
            yield Violation(PROPOSALS, row, f"办结时写下的行与预览不符：{announced} / {written}")


def _read(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):
        return {}


@invariant("I-33", "每个签署人当日在岗且未缺勤")
def signers_held_their_posts(seen: Tally) -> Iterator[Violation]:
    """Whoever signed held that post that day and was not away; only the founding act precedes every post."""
    seen.whole(SIGNATURES)
    sql = f"""
        SELECT s.id, s.person, s.post FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id
        WHERE p.code <> 'office.found' AND (NOT EXISTS (SELECT 1 FROM records_postholding h JOIN records_staff t
            ON t.id = h.staff_id WHERE t.code = s.person AND h.post = s.post AND h.valid_from <= s.business_date
            AND (h.valid_to IS NULL OR h.valid_to > s.business_date))
        OR EXISTS (SELECT 1 FROM records_absence a JOIN records_staff t ON t.id = a.staff_id WHERE t.code = s.person
            AND a.valid_from <= s.business_date AND a.valid_to > s.business_date)) ORDER BY s.id"""  # noqa: S608
    yield from broken_rows(SIGNATURES, sql, "{0} 当日不在岗位 {1}")
    sql = f"""SELECT id FROM {PROPOSALS} WHERE code = 'office.found' AND state = 'EXECUTED' ORDER BY id"""  # noqa: S608
    for row in list(rows_of(sql))[1:]:
        yield Violation(PROPOSALS, row[0], "机构只能建账一次")


@invariant("I-35", "每个申请和签署都有请求记录，答复与申请一致")
def every_request_is_answered_once(seen: Tally) -> Iterator[Violation]:
    """A proposal and every later step has its stored answer, and each answer belongs to one of them."""
    wanted: dict[str, str] = {}
    for key, step, person, hash_ in rows_of(
        f"""SELECT p.key, s.step, s.person, p.hash FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id"""  # noqa: S608
    ):
        wanted[key if step == 0 else f"{key}#{person}"] = hash_
    sql = f"SELECT id, key, code, result FROM {COMMANDS} ORDER BY id"  # noqa: S608
    for row, key, _, result in seen.each(rows_of(sql)):
        told = _read(result)
        if wanted.pop(key, None) != told.get("hash") or told.get("proposal") != key.partition("#")[0]:
            yield Violation(COMMANDS, row, f"请求 {key} 没有对应的申请或签署，或答复不符")
    for key in wanted:
        yield Violation(COMMANDS, None, f"申请或签署 {key} 没有请求记录")


def signatures_of(act: int) -> list[Signature]:
    """Everybody who signed the proposal that an event executed, in the order of the steps."""
    event = next(rows_of("SELECT payload FROM records_auditevent WHERE id = %s", [act]), None)
    key = _read(event[0]).get("proposal") if event else None
    return list(Signature.objects.filter(proposal__key=key).order_by("step"))

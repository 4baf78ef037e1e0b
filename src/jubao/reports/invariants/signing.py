"""Signatures: each was made by the secret half of the key that was registered for its person at that time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from jubao.records.signing import Signed, is_genuine
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import rows_of, told

SIGNATURES, PROPOSALS, KEYS, ENDS = (
    "records_signature",
    "records_proposal",
    "records_signingkey",
    "records_signingkeyend",
)
FOUNDING = "office.found"


@invariant("I-43", "每个签署都由签署人当时在册的密钥签出")
def every_step_is_signed(seen: Tally) -> Iterator[Violation]:
    """Nobody makes an approval that the person did not give: not who holds the database, nor who holds the audit key."""
    sql = f"""
        SELECT s.id, s.act_id, p.key, p.code, s.shown_hash, s.case_ref, s.step, s.role, s.post, s.person, s.decision, s.reason,
            s.proof, s.business_date, s.signed_at, s.signed, f.code, k.algorithm, k.public, k.act_id, e.act_id
        FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id LEFT JOIN {KEYS} k ON k.id = s.key_id
        LEFT JOIN records_staff f ON f.id = k.staff_id LEFT JOIN {ENDS} e ON e.key_id = k.id
        ORDER BY s.act_id, s.id"""  # noqa: S608
    for key, event, *said, signed, owner, algorithm, public, registered, ended in seen.each(rows_of(sql)):
        *words, day, at = said
        step = Signed._make([*words, _day(day), _aware(at)])
        where = f"{step.person} 对申请 {step.proposal} 的签署"
        if owner != step.person:
            yield Violation(SIGNATURES, key, f"{where}不是用本人的密钥签出")
        elif not _in_force(event, registered, ended, step.code):
            yield Violation(SIGNATURES, key, f"{where}所用的密钥当时不在册")
        elif not is_genuine(step.content, signed, algorithm=algorithm, public=public):
            yield Violation(SIGNATURES, key, f"{where}与其内容不符，不是本人所签")


@invariant("I-43", "须动态码的业务，各环节都以动态码确认身份")
def fresh_codes_were_given(seen: Tally) -> Iterator[Violation]:
    """Where the approved preview asks for a one-time code, every agreeing step was taken with one."""
    sql = f"""SELECT s.id, s.person, p.key, p.preview FROM {SIGNATURES} s JOIN {PROPOSALS} p ON p.id = s.proposal_id
        WHERE s.proof = 'PASSPHRASE' AND s.decision = 'AGREE' ORDER BY s.id"""  # noqa: S608
    for key, person, proposal, preview in seen.each(rows_of(sql)):
        if told(preview).get("second_factor"):
            yield Violation(SIGNATURES, key, f"{person} 签署申请 {proposal} 时没有以动态码确认身份")


@invariant("I-43", "每人同一时间只有一把在册的密钥，密钥先登记后停用")
def one_key_in_force(seen: Tally) -> Iterator[Violation]:
    """A person has one key in force at a time."""
    seen.whole(KEYS, ENDS)
    sql = f"""SELECT k.id, f.code FROM {KEYS} k JOIN records_staff f ON f.id = k.staff_id
        JOIN {KEYS} other ON other.staff_id = k.staff_id AND other.act_id > k.act_id
        LEFT JOIN {ENDS} e ON e.key_id = k.id WHERE e.id IS NULL OR e.act_id > other.act_id ORDER BY k.id"""  # noqa: S608
    yield from broken_rows(KEYS, sql, "{0} 登记新密钥时，原密钥仍在用")
    sql = f"""SELECT e.id, f.code FROM {ENDS} e JOIN {KEYS} k ON k.id = e.key_id JOIN records_staff f ON f.id = k.staff_id
        WHERE e.act_id <= k.act_id ORDER BY e.id"""  # noqa: S608
    yield from broken_rows(ENDS, sql, "{0} 的密钥在登记之前停用")


def _in_force(event: int, registered: int | None, ended: int | None, code: str) -> bool:
    """Registered before the step (the founding registers its own founder's), and not ended before it."""
    if registered is None:
        return False
    since = registered < event or (registered == event and code == FOUNDING)
    return since and (ended is None or event <= ended)


def _day(stored: Any) -> date:
    return stored if isinstance(stored, date) else date.fromisoformat(str(stored))


def _aware(stored: datetime) -> datetime:
    """An instant without a zone is in UTC, as SQLite keeps it."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)

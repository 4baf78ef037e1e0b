"""One list beside the register: streamed, exact by number first, scored where no number is; nothing is written here."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from jubao.exchange.fault import Fault as FileFault
from jubao.exchange.fault import FileRefused
from jubao.exchange.register_file import Fate, RegisterReading, RegisterRows, read_register, rows_of_batch
from jubao.exchange.register_mapping import mapping_of_layout
from jubao.exchange.streamed_csv import read_large
from jubao.operations.envelope.fault import Faults
from jubao.operations.inbound import open_inbound, original_name
from jubao.operations.law import law
from jubao.operations.registers.comparison import LONGEST_LAYOUT, Comparison, SenderList, Suspicion, UnreadRow
from jubao.operations.registers.hit_meaning import ASKED, Columns, Insurant, Judged, Judging, judge, told
from jubao.operations.registers.kinds import Question, meaning_of
from jubao.operations.registers.people import RegisterIndex, register_seal, table_of
from jubao.records.models import Office, RegisterRow
from jubao.vocabulary.codes.suspicion import HitKind

_STREAMED_LAYOUT = "provincial_comparison"
_RECORD_LENGTH, _TEXT_LENGTH, _RULE_LENGTH = 40, 60, 200
_DATES = ("death_date", "start_date", "other_start", "since")


_REMEMBERED: dict[tuple[Any, ...], Comparison] = {}


def _always(_: Comparison) -> bool:
    return True


def compare(sender: SenderList, *, worth_scoring: Callable[[Comparison], bool] = _always) -> Comparison:
    """Both stages; the last comparison is remembered as long as nothing in the register changes.

    So a list is compared once for its proposal, its approvals and its execution.

    Args:
        sender: the list.
        worth_scoring: whether the totals are such that hours may go into scores.
    Raises:
        FileRefused: the file cannot be read, with every fault of it.
        Refused: the file never came in.
    """
    found = _remembered(sender)
    if not found.is_scored and worth_scoring(found):
        add_scored(found, sender, RegisterIndex())
    return found


def _remembered(sender: SenderList) -> Comparison:
    """The exact stage, from memory where list and register are the same."""
    seal = register_seal()
    key = (*sender.key, Office.objects.get().district_code, *_precedence(sender), seal)
    if key in _REMEMBERED:
        return _REMEMBERED[key]
    found = compare_numbers(sender, RegisterIndex())
    _REMEMBERED.clear()
    if seal is not None:
        _REMEMBERED[key] = found
    return found


def compare_numbers(sender: SenderList, index: RegisterIndex, *, path: Path | None = None) -> Comparison:
    """The exact stage: rows by resident number, and what could not be read as one; a kept file, or one at ``path``.

    Raises:
        FileRefused: the file cannot be read, or its records repeat.
        Refused: a kept file was altered in the store.
    """
    found, judged = Comparison(), _judging(sender)
    filename = path.name if path else original_name(sender.file)
    reading, chunks = _reading(sender, path or open_inbound(sender.file), filename)
    for chunk in chunks:
        _take(chunk, judged, index, found)
    if path is None:
        open_inbound(sender.file)  # still the file that was named
    if repeated := [fault for fault in getattr(reading, "faults", ()) if fault.row is None]:
        raise FileRefused(repeated)
    return found


def note_file_faults(refused: Iterable[FileFault], faults: Faults, *, case: int, field: str) -> None:
    """Take every fault of a file over into the faults of a request."""
    for fault in refused:
        place = f"《{fault.file}》" + (f"第{fault.row}行" if fault.row else "") + fault.column
        value = f"（值：{fault.value_masked}）" if fault.value_masked else ""
        faults.add(case, field, fault.rule + value, next_step=fault.next_step, place=place)


def _reading(sender: SenderList, path: Path, filename: str) -> tuple[Any, Iterator[RegisterRows]]:
    if sender.layout == _STREAMED_LAYOUT:
        large = read_large(path, _STREAMED_LAYOUT, filename=filename)
        return large, (rows_of_batch(batch, large) for batch in large)
    mapping = sender.mapping or mapping_of_layout(sender.layout)
    reading: RegisterReading = read_register(path, mapping, filename=filename, latest=sender.received)
    return reading, iter(reading)


def _precedence(sender: SenderList) -> tuple[str, ...]:
    """The order of groups for a list that states groups, by the law of the day it came in; a list of no day has none."""
    if meaning_of(sender.kind).question != Question.CATEGORY or sender.received is None:
        return ()
    return tuple(law(sender.received).value("scheme.category_precedence"))


def _judging(sender: SenderList) -> Judging:
    return Judging(meaning_of(sender.kind), Office.objects.get().district_code, _precedence(sender))


def _take(chunk: RegisterRows, judged: Judging, index: RegisterIndex, found: Comparison) -> None:
    """One batch: counted, its hits judged, its other rows kept."""
    meaning = judged.meaning
    counts = np.bincount(chunk.fates, minlength=len(Fate)).tolist()
    found.rows += len(chunk.fates)
    found.accepted, found.rejected = found.accepted + counts[0], found.rejected + counts[1]
    found.waiting += counts[2]
    kind, columns = str(meaning.kind), _with_questions(chunk)
    found.asked |= {int(chunk.row_numbers[place]): question for place, question in chunk.asked.items()}
    hits = index.find(np.where(chunk.fates == Fate.ACCEPTED, chunk.keys, -1))
    found.hits += len(hits)
    found.carried |= {source_key(kind, columns, place) for place, _ in hits}
    judgement = judge(judged, columns, hits)
    found.outside += [int(chunk.row_numbers[place]) for place in judgement.outside]
    raised = judgement.raised
    if meaning.question == Question.ACCOUNT:
        owners = _owners(chunk, index, raised)
        found.hits += len({place for place, _, _ in owners} - {place for place, _ in hits})
        raised = raised + owners
    for place, who, what in raised:
        details = told(columns, place, same_name=_same(chunk, place, who.name))
        key = source_key(kind, columns, place)
        found.exact.append(Suspicion(_record(chunk, place), who.person, what, details, key))
    found.unread += [_unread(chunk, columns, place, kind) for place in np.flatnonzero(chunk.fates).tolist()]


def _with_questions(chunk: RegisterRows) -> Columns:
    """The columns of a batch, with what must be asked about a row where something must."""
    if not chunk.asked:
        return chunk.columns
    return chunk.columns | {ASKED: [chunk.asked.get(place) for place in range(len(chunk.fates))]}


def _owners(chunk: RegisterRows, index: RegisterIndex, judged: Judged) -> Judged:
    """People we pay into an account that the bank says is another's, or that several of our people share."""
    accounts = chunk.columns.get("bank_account") or []
    numbers = chunk.columns.get("resident_number") or []
    seen = {(place, who.person) for place, who, _ in judged}
    found: Judged = []
    for place in np.flatnonzero(chunk.fates == Fate.ACCEPTED).tolist():
        owners = index.by_account.get(str(accounts[place] or ""), []) if accounts else []
        for who in owners:
            if (place, who.person) in seen or (numbers[place] == who.number and len(owners) == 1):
                continue
            what = HitKind.SHARED_ACCOUNT if len(owners) > 1 else HitKind.ACCOUNT_OF_ANOTHER
            found.append((place, who, str(what)))
    return found


def _same(chunk: RegisterRows, place: int, ours: str) -> str:
    names = chunk.columns.get("name")
    return "1" if names and names[place] == ours else "0"


def _record(chunk: RegisterRows, place: int) -> str:
    """The sender's number of a record, else the row; a very long one keeps its beginning and a fingerprint."""
    stated = (chunk.columns.get("record_number") or {place: None})[place]
    record = str(stated) if stated else f"L{chunk.row_numbers[place]}"
    if len(record) <= _RECORD_LENGTH:
        return record
    return f"{record[:27]}#{hashlib.sha256(record.encode()).hexdigest()[:12]}"


def _said(columns: Columns, name: str, place: int) -> str:
    column = columns.get(name)
    return str(column[place]) if column and column[place] is not None else ""


def source_key(kind: str, columns: Columns, place: int, *, number_valid: bool = True) -> str:
    """Fingerprint of what a source says about somebody: kind, number (or name and raw number), and the event's day."""
    number = _said(columns, "resident_number", place)
    who = [number]
    if not number_valid:
        who = ["?", _said(columns, "name", place), number, _said(columns, "birth_date", place)]
    event = next((day for name in _DATES if (day := _said(columns, name, place))), "")
    return hashlib.sha256(json.dumps([kind, *who, event], ensure_ascii=False).encode()).hexdigest()


_SCORED_FIELDS = ("name", "resident_number", "birth_date", "sex", "division", "address", "phone")


def _unread(chunk: RegisterRows, columns: Columns, place: int, kind: str) -> UnreadRow:
    waiting = chunk.fates[place] == Fate.WAITING
    row = int(chunk.row_numbers[place])
    facts = (str(row), *(_said(columns, name, place) for name in _SCORED_FIELDS))
    return UnreadRow(
        row=row,
        record=_record(chunk, place),
        rule=chunk.rules[place][:_RULE_LENGTH],
        name=_said(columns, "name", place),
        number=_said(columns, "resident_number", place).replace("\0", "")[:_TEXT_LENGTH],
        details=told(columns, place),
        state=RegisterRow.State.WAITING if waiting else RegisterRow.State.REJECTED,
        source_key=source_key(kind, columns, place, number_valid=False),
        scored=facts if waiting else (),
    )


def add_scored(found: Comparison, sender: SenderList, index: RegisterIndex) -> None:
    """The second stage: rows that wait, scored against everybody; several candidates where it is not clear."""
    meaning = meaning_of(sender.kind)
    waiting = [row for row in found.unread if row.scored]
    found.carried |= {row.source_key for row in waiting}
    found.is_scored = True
    if not waiting or meaning.question in (Question.ACCOUNT, Question.CARD):
        return
    from jubao.matching.fuzzy import find
    from jubao.matching.model import Model

    found.model = str(Model.load().version)[:LONGEST_LAYOUT]
    register = index.scored
    pairs = list(find(table_of([row.scored for row in waiting]), register.table, prepared=register.prepared))
    hits: list[tuple[int, Insurant]] = [(int(pair.row), register.people[pair.person]) for pair in pairs]
    scores = {(place, who.person): pair for (place, who), pair in zip(hits, pairs, strict=True)}
    judgement = judge(_judging(sender), _columns_of(waiting), hits)
    found.outside += sorted({waiting[place].row for place in judgement.outside})
    for place, who, what in judgement.raised:
        row, pair = waiting[place], scores[place, who.person]
        why = json.dumps({"ambiguous": pair.ambiguous, "parts": pair.explanation}, ensure_ascii=False, sort_keys=True)
        exact = Suspicion(row.record, who.person, what, row.details, row.source_key)
        found.fuzzy.append(replace(exact, row=row.row, score_ppm=int(pair.score_ppm), explanation=why))


def _columns_of(waiting: Sequence[UnreadRow]) -> Columns:
    """What waiting rows say, by field again."""
    said = [json.loads(row.details) | {"name": row.name, "resident_number": row.number} for row in waiting]
    return {name: [one.get(name) for one in said] for name in sorted({name for one in said for name in one})}

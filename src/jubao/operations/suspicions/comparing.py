"""One list beside the register: streamed, exact by number first, scored where no number is; nothing is written here."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from jubao.exchange.fault import Fault, FileRefused
from jubao.exchange.large import read_large
from jubao.exchange.register_file import Fate, RegisterReading, RegisterRows, read_register, rows_of_batch
from jubao.exchange.register_mapping import RegisterMapping, mapping_of_layout
from jubao.operations.envelope.declaration import Refused
from jubao.operations.inbound import open_inbound, original_name
from jubao.operations.suspicions.judging import Columns, Judged, judge, told
from jubao.operations.suspicions.kinds import ListKind, Meaning, Question, meaning_of
from jubao.operations.suspicions.people import Insured, register_stamp, table_of
from jubao.records.models import Office, RegisterRow

_STREAMED_LAYOUT = "provincial_comparison"
_RECORD_LENGTH, _TEXT_LENGTH, _RULE_LENGTH = 40, 60, 200
_DATES = ("death_date", "start_date", "other_start", "since")


@dataclass(frozen=True)
class Source:
    """A kept file, what kind of list it is, and how it is read; without a mapping by the kind's own layout.

    ``received`` is the day it came in: nobody on it can have died later.
    """

    file: str
    kind: ListKind
    mapping: RegisterMapping | None = None
    mapping_name: str = ""
    received: date | None = None

    @property
    def layout(self) -> str:
        """What the inbound desk calls the purpose the file was taken in for."""
        return f"register:{self.mapping_name}"[:40] if self.mapping else meaning_of(self.kind).layout


@dataclass(frozen=True)
class Suspicion:
    """One person who may be meant by one row; ``row`` is set and the score explained where no number said so."""

    record: str
    person: int
    kind: str
    details: str
    source_key: str
    row: int | None = None
    score_ppm: int | None = None
    explanation: str = ""


@dataclass(frozen=True)
class UnreadRow:
    """A row that could not be compared by number: rejected with its rule, or waiting."""

    row: int
    record: str
    rule: str
    name: str
    number: str
    details: str
    state: str
    source_key: str
    scored: tuple[str, ...] = ()


@dataclass
class Comparison:
    """What a comparison found; ``accepted`` + ``rejected`` + ``waiting`` = ``rows``."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    waiting: int = 0
    hits: int = 0
    exact: list[Suspicion] = field(default_factory=list)
    fuzzy: list[Suspicion] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)
    carried: set[str] = field(default_factory=set)
    model: str = ""


_REMEMBERED: dict[tuple[Any, ...], Comparison] = {}


def compare(source: Source, *, plausible: Callable[[Comparison], None] | None = None) -> Comparison:
    """Both stages; remembered between rehearsal and execution as long as nothing in the register changes.

    Args:
        source: the list.
        plausible: refuses impossible totals before hours go into scores.
    Raises:
        Refused: the file cannot be read, with every fault of it.
    """
    key = (source.file, source.kind, str(source.mapping), source.received, register_stamp())
    if key not in _REMEMBERED:
        _REMEMBERED.clear()
        insured = Insured()
        found = compare_numbers(source, insured)
        if plausible:
            plausible(found)
        add_scored(found, source, insured)
        _REMEMBERED[key] = found
    return _REMEMBERED[key]


def compare_numbers(source: Source, insured: Insured, *, path: Path | None = None) -> Comparison:
    """The exact stage: rows by resident number, and what could not be read as one; a kept file, or one at ``path``."""
    meaning, own_area, found = meaning_of(source.kind), Office.objects.get().district_code, Comparison()
    filename = path.name if path else original_name(source.file)
    reading, chunks = _reading(source, path or open_inbound(source.file), filename)
    try:
        for chunk in chunks:
            _take(chunk, source.kind, meaning, insured, own_area, found)
    except FileRefused as refused:
        raise refusal(reading.filename, refused.faults) from refused
    if repeated := [fault for fault in getattr(reading, "faults", ()) if fault.row is None]:
        raise refusal(reading.filename, repeated)
    return found


def refusal(filename: str, faults: Sequence[Fault]) -> Refused:
    """A file that cannot be taken in, with every fault."""
    return Refused(f"文件《{filename}》未导入：共 {len(faults)} 处错误", faults=[str(fault) for fault in faults])


def _reading(source: Source, path: Path, filename: str) -> tuple[Any, Iterator[RegisterRows]]:
    if source.layout == _STREAMED_LAYOUT:
        large = read_large(path, _STREAMED_LAYOUT, filename=filename)
        return large, (rows_of_batch(batch, large) for batch in large)
    mapping = source.mapping or mapping_of_layout(source.layout)
    reading: RegisterReading = read_register(path, mapping, filename=filename, latest=source.received)
    return reading, iter(reading)


def _take(chunk: RegisterRows, kind: ListKind, meaning: Meaning, insured: Insured, own_area: str,
          found: Comparison) -> None:  # fmt: skip
    counts = np.bincount(chunk.fates, minlength=len(Fate)).tolist()
    found.rows += len(chunk.fates)
    found.accepted, found.rejected = found.accepted + counts[0], found.rejected + counts[1]
    found.waiting += counts[2]
    hits = insured.find(np.where(chunk.fates == Fate.ACCEPTED, chunk.keys, -1))
    found.hits += len(hits)
    found.carried |= {source_key(kind, chunk.columns, place) for place, _ in hits}
    judged = judge(kind, meaning, chunk.columns, hits, own_area=own_area)
    if meaning.question == Question.ACCOUNT:
        owners = _owners(chunk, insured, judged)
        found.hits += len({place for place, _, _ in owners} - {place for place, _ in hits})
        judged += owners
    found.exact += [
        Suspicion(_record(chunk, place), who.person, what, told(chunk.columns, place, same_name=_same(chunk, place, who.name)),
                  source_key(kind, chunk.columns, place))
        for place, who, what in judged
    ]  # fmt: skip
    found.unread += [_unread(chunk, place, kind) for place in np.flatnonzero(chunk.fates).tolist()]


def _owners(chunk: RegisterRows, insured: Insured, judged: Judged) -> Judged:
    """People we pay into an account that the bank says is another's, or that several of our people share."""
    accounts = chunk.columns.get("bank_account") or []
    numbers = chunk.columns.get("resident_number") or []
    seen = {(place, who.person) for place, who, _ in judged}
    found: Judged = []
    for place in np.flatnonzero(chunk.fates == Fate.ACCEPTED).tolist():
        owners = insured.by_account.get(str(accounts[place] or ""), []) if accounts else []
        for who in owners:
            if (place, who.person) in seen or (numbers[place] == who.number and len(owners) == 1):
                continue
            found.append((place, who, "SHARED_ACCOUNT" if len(owners) > 1 else "ACCOUNT_OF_ANOTHER"))
    return found


def _same(chunk: RegisterRows, place: int, ours: str) -> str:
    names = chunk.columns.get("name")
    return "1" if names and names[place] == ours else "0"


def _record(chunk: RegisterRows, place: int) -> str:
    """The sender's number of a record, else the row; a very long one keeps its beginning and a fingerprint."""
    stated = (chunk.columns.get("record_number") or {place: None})[place]
    record = str(stated) if stated else f"L{chunk.row_numbers[place]}"
    return record if len(record) <= _RECORD_LENGTH else f"{record[:27]}#{hashlib.sha256(record.encode()).hexdigest()[:12]}"


def source_key(kind: str, columns: Columns, place: int, *, number_valid: bool = True) -> str:
    """Fingerprint of what a source says about somebody: kind, number (or name and raw number), and the event's day."""

    def said(name: str) -> str:
        column = columns.get(name)
        return str(column[place]) if column and column[place] is not None else ""

    who = [said("resident_number")] if number_valid else ["?", said("name"), said("resident_number"), said("birth_date")]
    event = next((said(name) for name in _DATES if said(name)), "")
    return hashlib.sha256(json.dumps([kind, *who, event], ensure_ascii=False).encode()).hexdigest()


def _unread(chunk: RegisterRows, place: int, kind: ListKind) -> UnreadRow:
    def said(name: str) -> str:
        column = chunk.columns.get(name)
        return str(column[place]) if column and column[place] is not None else ""

    waiting = chunk.fates[place] == Fate.WAITING
    number, row = said("resident_number"), int(chunk.row_numbers[place])
    facts = (str(row), said("name"), number, said("birth_date"), said("sex"), said("division"), said("address"), said("phone"))
    return UnreadRow(
        row, _record(chunk, place), chunk.rules[place][:_RULE_LENGTH], said("name"), number[:_TEXT_LENGTH],
        told(chunk.columns, place), RegisterRow.State.WAITING if waiting else RegisterRow.State.REJECTED,
        source_key(kind, chunk.columns, place, number_valid=False), facts if waiting else (),
    )  # fmt: skip


def add_scored(found: Comparison, source: Source, insured: Insured) -> None:
    """The second stage: rows that wait, scored against everybody; several candidates where it is not clear."""
    meaning = meaning_of(source.kind)
    waiting = [row for row in found.unread if row.scored]
    found.carried |= {row.source_key for row in waiting}
    if not waiting or meaning.question in (Question.ACCOUNT, Question.CARD):
        return
    from jubao.matching.fuzzy import find
    from jubao.matching.model import Model

    found.model = str(Model.load().version)[:40]
    register = insured.scored
    own_area = Office.objects.get().district_code
    columns = _columns_of(waiting)
    for pair in find(table_of([row.scored for row in waiting]), register.table, prepared=register.prepared):
        row, who = waiting[pair.row], register.people[pair.person]
        for _, person, what in judge(source.kind, meaning, columns, [(pair.row, who)], own_area=own_area):
            why = json.dumps({"ambiguous": pair.ambiguous, "parts": pair.explanation}, ensure_ascii=False, sort_keys=True)
            exact = Suspicion(row.record, person.person, what, row.details, row.source_key)
            found.fuzzy.append(replace(exact, row=row.row, score_ppm=int(pair.score_ppm), explanation=why))


def _columns_of(waiting: Sequence[UnreadRow]) -> Columns:
    """What waiting rows say, by field again."""
    said = [json.loads(row.details) | {"name": row.name, "resident_number": row.number} for row in waiting]
    return {name: [one.get(name) for one in said] for name in sorted({name for one in said for name in one})}

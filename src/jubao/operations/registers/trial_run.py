"""A comparison that writes nothing: what a list would bring, and how a sender's file looks."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jubao.exchange.fault import FileRefused
from jubao.exchange.register_file import RegisterReading, read_register
from jubao.exchange.register_mapping import MappingInvalid, RegisterMapping, mapping_of_layout, read_mapping
from jubao.exchange.register_preview import Preview, preview
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.law import law
from jubao.operations.registers import plausibility
from jubao.operations.registers.candidate_store import new_ones
from jubao.operations.registers.comparing import add_scored, compare_numbers
from jubao.operations.registers.comparison import SenderList
from jubao.operations.registers.kinds import MEANINGS, meaning_of
from jubao.operations.registers.mappings import find_mapping, stored_mapping
from jubao.operations.registers.people import RegisterIndex
from jubao.records.models import Office
from jubao.vocabulary.codes.suspicion import ListKind


@dataclass(frozen=True)
class Trial:
    """What a list would bring: counts, suspicions by kind, rows that wait or are rejected by rule, seconds a stage.

    ``asked`` holds what must be asked about rows that are compared all the same, ``doubts`` totals that need a reason.
    """

    counts: dict[str, int]
    suspicions: dict[str, int]
    rules: dict[str, int]
    asked: dict[str, int]
    doubts: list[str]
    seconds: dict[str, float]


def kinds() -> list[tuple[str, str]]:
    """Every kind of list and its name."""
    return [(str(kind), meaning.title) for kind, meaning in MEANINGS.items()]


def look(path: Path) -> Preview:
    """How a sender's file looks and what its columns probably mean.

    Raises:
        Refused: it is no list.
    """
    try:
        return preview(path)
    except FileRefused as refused:
        raise _refusal(path.name, refused) from refused


def _refusal(filename: str, refused: FileRefused) -> Refused:
    """A file that cannot be taken in, with every fault."""
    return Refused(
        f"文件《{filename}》不能读取：共 {len(refused.faults)} 处错误", faults=list(map(str, refused.faults))
    )


def try_list(path: Path, kind: str, *, mapping: str, on: date, clock: Callable[[], float]) -> Trial:
    """Compare a file with the register without taking it in.

    Args:
        path: the file, wherever it lies.
        kind: kind of list.
        mapping: name of a registered mapping, or a JSON text of columns; empty for the kind's layout or a proposal.
        on: day whose bounds apply.
        clock: seconds, for the timings.
    Raises:
        Refused: unknown kind or mapping, or the file cannot be read.
    """
    if kind not in set(ListKind):
        raise Refused(f"没有名为“{kind}”的名单种类", faults=[f"{code} {title}" for code, title in kinds()])
    if not Office.objects.exists():
        raise Refused("还没有建立机构（office.found），没有底册可比对")
    sender = SenderList(str(path), ListKind(kind), _mapping(path, ListKind(kind), mapping), received=on)
    started, index = clock(), RegisterIndex()
    try:
        found = compare_numbers(sender, index, path=path)
    except FileRefused as refused:
        raise _refusal(path.name, refused) from refused
    numbers = clock()
    add_scored(found, sender, index)
    scored = clock()
    fresh, remembered = new_ones([*found.exact, *found.fuzzy])
    counts = {name: getattr(found, name) for name in ("rows", "accepted", "rejected", "waiting", "hits")}
    counts |= {"asked": len(found.asked), "outside": len(found.outside)}
    counts |= {"exact": len(found.exact), "fuzzy": len(found.fuzzy), "candidates": len(fresh), "remembered": remembered}
    return Trial(
        counts=counts,
        suspicions=dict(sorted(Counter(one.kind for one in fresh).items())),
        rules=dict(Counter(row.rule for row in found.unread).most_common(MOST_SHOWN)),
        asked=dict(Counter(found.asked.values()).most_common(MOST_SHOWN)),
        doubts=plausibility.doubts(found, meaning_of(kind), law(on)),
        seconds={"numbers": numbers - started, "scores": scored - numbers},
    )


MOST_SHOWN = 20


def _mapping(path: Path, kind: ListKind, stated: str) -> RegisterMapping | None:
    """The mapping that was named, else the kind's own layout if the file has it, else what the preview proposes."""
    if stated.lstrip().startswith("{"):
        try:
            return read_mapping(json.loads(stated), {})
        except (MappingInvalid, json.JSONDecodeError) as invalid:
            raise Refused(f"名册格式无法使用：{invalid}") from invalid
    if stated:
        return _registered(stated, kind)
    layout = meaning_of(kind).layout
    if layout and _fits(path, mapping_of_layout(layout)):
        return None
    proposed = look(path).proposed
    if proposed is None:
        raise Refused(f"文件《{path.name}》的列名无法识别，请用 --mapping 写明名册格式")
    return proposed


def _registered(name: str, kind: ListKind) -> RegisterMapping:
    faults = Faults()
    row = find_mapping(name, kind, faults)
    if row is None:
        raise Refused("名册格式无法使用", faults=list(faults))
    return stored_mapping(row)


def _fits(path: Path, mapping: RegisterMapping) -> bool:
    reading: RegisterReading = read_register(path, mapping)
    try:
        next(iter(reading), None)
    except FileRefused:
        return False
    return True

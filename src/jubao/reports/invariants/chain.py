"""The audit chain and what it seals: events in sequence, keyed hashes, instants in order, rows as they were written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import models

from jubao.records.anchors import Anchor, read_anchors
from jubao.records.facts import fact_models
from jubao.records.keyring import FIRST, KeyNotAtHand, Ring, office_ring, voucher_for
from jubao.records.models import AuditEvent, KeyRotation
from jubao.records.sealing import GENESIS, by_event, rows_of_all_events, seal
from jubao.reports.invariants.verification import Notice, Tally, Violation, invariant
from jubao.reports.streaming import one, rows_of, told

EVENTS = AuditEvent._meta.db_table
ROTATIONS = KeyRotation._meta.db_table
LEAVES_ROWS = frozenset({"EXECUTED", "PROPOSED", "SIGNED", "REJECTED", "RESTORED"})
LOOKING_LEAVES = frozenset({"records_look", "records_exportuse"})
"""The tables a look may write to; nobody proposes or signs it."""


@invariant("I-30", "审计链首尾相接，逐条密封，号码不缺，时间不倒退")
def chain_is_unbroken(seen: Tally) -> Iterator[Violation]:
    """Every event bears the keyed hash over itself and the one before, numbers have no gap, the clock never goes back."""
    yield from broken_links(seen)


def broken_links(seen: Tally, *, ring: Ring | None = None) -> Iterator[Violation]:
    """Where the chain breaks, under the office's own keys or others (of a backup)."""
    before, number, then = GENESIS, 0, datetime.min.replace(tzinfo=UTC)
    rotated, ring = dict(_rotations()), ring or office_ring()
    key_number = FIRST
    for event in seen.each(AuditEvent.objects.order_by("id").iterator(2000)):
        if event.id != number + 1:
            yield Violation(EVENTS, event.id, f"号码不连续：前一条是 {number}")
        if event.previous_mac != before:
            yield Violation(EVENTS, event.id, "与前一条的密封值不相接")
        key_number = rotated.get(event.id, key_number)
        if event.key_number != key_number:
            yield Violation(EVENTS, event.id, f"应以第 {key_number} 把密钥密封，却记为第 {event.key_number} 把")
        if wrong := _seal_fault(event, ring):
            yield Violation(EVENTS, event.id, wrong)
        if event.at < then:
            yield Violation(
                EVENTS, event.id, f"时间 {event.at:%Y-%m-%d %H:%M:%S} 早于前一条的 {then:%Y-%m-%d %H:%M:%S}"
            )
        before, number, then = event.mac, event.id, event.at


def _rotations() -> Iterator[tuple[int, int]]:
    """By event, the number of the key that seals from there on."""
    yield from KeyRotation.objects.order_by("number").values_list("act_id", "number")


def _seal_fault(event: AuditEvent, ring: Ring) -> str:
    """What is wrong with an event's seal, or nothing."""
    try:
        return (
            "" if seal(event, key=ring.of(event.key_number)) == event.mac else "内容与密封值不符，已被改动或由他处写入"
        )
    except KeyNotAtHand as missing:
        return str(missing)


@invariant("I-30", "审计密钥逐把更换，前一把为后一把担保")
def keys_follow_each_other(seen: Tally) -> Iterator[Violation]:
    """Numbers without a gap, each key begun where the one before ended, and vouched for by it."""
    ring, mark = office_ring(), ""
    for number, rotation in enumerate(seen.each(KeyRotation.objects.order_by("number").iterator(500)), start=FIRST + 1):
        if rotation.number != number or mark not in {"", rotation.mark_before}:
            yield Violation(ROTATIONS, rotation.pk, f"第 {number} 把密钥不接前一把")
        mark, before = rotation.mark_after, ring.keys.get(rotation.number - 1)
        if before is not None and voucher_for(rotation.number, mark, by=before) != rotation.voucher:
            yield Violation(
                ROTATIONS, rotation.pk, f"第 {rotation.number} 把密钥没有前一把密钥的担保，可能是他人换上的"
            )


@invariant("I-30", "审计链不短于库外留存的链头", before=read_anchors)
def chain_reaches_its_anchors(seen: Tally) -> Iterator[Violation | Notice]:
    """The heads noted outside the database, in every place, are ours, and still there unchanged.

    A note may lie behind the chain (a crash after the commit, a device unplugged): it is late. It is never ahead.
    """
    head = int(one(f'SELECT coalesce(max(id), 0) FROM "{EVENTS}"'))  # noqa: S608
    for noted in seen.each(seen.outside):
        where = f"库外（{noted.place.name}）"
        if head and not noted.notes:
            yield Violation(EVENTS, None, f"{where}没有留存链头，无法判断审计链是否被截短")
        for file, anchor in noted.notes:
            if wrong := fault_of(anchor):
                yield Violation(EVENTS, file.name, f"{where}{wrong}")
        if noted.latest and noted.latest.id < head:
            yield Notice(f"{where}留存的链头是第 {noted.latest.id} 号，审计链已到第 {head} 号：下一项业务会补写")


def fault_of(anchor: Anchor | None) -> str:
    """What is wrong with a head noted outside, or nothing."""
    if anchor is None:
        return "留存的链头无法读取，已损坏或被改动"
    return _contradicts(anchor) if anchor.genuine else "留存的链头不是用本机构的密钥写的，已被改写"


def _contradicts(anchor: Anchor) -> str:
    """How the chain denies a genuine note, or nothing."""
    mac = AuditEvent.objects.filter(pk=anchor.id).values_list("mac", flat=True).first()
    if mac is None:
        return "留存的链头在库中不存在：审计链被截短，或数据库被换成旧的"
    return "" if mac == anchor.mac else "留存的链头与库中不符：审计链被重写"


@invariant("I-03", "每项业务写下的行与封存的条数和摘要一致")
def rows_are_as_sealed(seen: Tally) -> Iterator[Violation]:
    """Nothing an act wrote was changed, removed or added to; a row without an act's seal is forged."""
    sealed = dict(_sealed_rows())
    for model in fact_models():
        table = model._meta.db_table
        for event, count, digest in _written(model, seen):
            promised = sealed.get(event, {}).pop(table, None)
            if promised is None:
                yield Violation(table, None, f"第 {event} 号事件没有封存这张表的行，却有 {count} 行记在它名下")
            elif promised != [count, digest]:
                yield Violation(table, None, f"第 {event} 号事件封存 {promised[0]} 行，现有 {count} 行，内容与摘要不符")
    for event, tables in sealed.items():
        for table, (count, _) in tables.items():
            yield Violation(table, None, f"第 {event} 号事件封存的 {count} 行已不存在")


def _sealed_rows() -> Iterator[tuple[int, dict[str, list[Any]]]]:
    """Events that sealed rows, with table, count and digest."""
    for number, payload in rows_of(f'SELECT id, payload FROM "{EVENTS}" ORDER BY id'):  # noqa: S608
        if rows := told(payload).get("rows"):
            yield number, dict(rows)


def _written(model: type[models.Model], seen: Tally) -> Iterator[tuple[int, int, str]]:
    """Event, number and digest of its rows in a table, in one walk through the table."""
    return by_event(seen.each(rows_of(rows_of_all_events(model))))


@invariant("I-29", "每一行都属于一个已办结或已登记的事件")
def every_row_has_its_event(seen: Tally) -> Iterator[Violation]:
    """No row stands outside the chain, and a refusal or a voided proposal leaves nothing behind, a look its own rows."""
    kinds: dict[int, str] = dict(rows_of(f'SELECT id, kind FROM "{EVENTS}"'))  # noqa: S608
    for model in fact_models():
        table = model._meta.db_table
        sql = f'SELECT act_id, count(*) FROM "{table}" GROUP BY act_id'  # noqa: S608
        for event, count in rows_of(sql):
            seen.add(count)
            if event not in kinds:
                yield Violation(table, None, f"{count} 行所属的第 {event} 号事件不在审计链中")
            elif kinds[event] not in LEAVES_ROWS and not (kinds[event] == "LOOKED" and table in LOOKING_LEAVES):
                yield Violation(
                    table, None, f"{count} 行属于第 {event} 号事件，而该事件是“{kinds[event]}”，不应留下任何行"
                )

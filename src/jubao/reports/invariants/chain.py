"""The audit chain and what it seals: events in sequence, keyed hashes, rows as they were written, guards in place."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models

from jubao.records.facts import fact_models
from jubao.records.guards import audited_tables, trigger_names
from jubao.records.models import AuditEvent
from jubao.records.sealing import GENESIS, listed, row_bytes, seal
from jubao.reports.invariants.verification import Tally, Violation, invariant
from jubao.reports.streaming import one, rows_of

EVENTS = AuditEvent._meta.db_table
EXECUTED_KINDS = frozenset({"EXECUTED", "PROPOSED", "SIGNED", "REJECTED"})


@invariant("I-30", "审计链首尾相接，逐条密封，号码不缺")
def chain_is_unbroken(seen: Tally) -> Iterator[Violation]:
    """Every event bears the keyed hash over itself and the one before, and numbers have no gap."""
    yield from broken_links(seen)


def broken_links(seen: Tally, *, key: str | None = None) -> Iterator[Violation]:
    """Where the chain breaks, under the office's own key or another (of a backup)."""
    before, number = GENESIS, 0
    for event in seen.each(AuditEvent.objects.order_by("id").iterator(2000)):
        if event.id != number + 1:
            yield Violation(EVENTS, event.id, f"号码不连续：前一条是 {number}")
        if event.previous_mac != before:
            yield Violation(EVENTS, event.id, "与前一条的密封值不相接")
        if seal(event, key=key) != event.mac:
            yield Violation(EVENTS, event.id, "内容与密封值不符，已被改动或由他处写入")
        before, number = event.mac, event.id


@invariant("I-30", "审计链不短于库外留存的链头")
def chain_reaches_its_anchor(seen: Tally) -> Iterator[Violation]:
    """The head written down outside the database is still there, unchanged."""
    path = Path(settings.JUBAO_HOME) / "anchors" / "audit-head.json"
    seen.add()
    if not path.exists():
        if one(f'SELECT count(*) FROM "{EVENTS}"'):  # noqa: S608
            yield Violation(EVENTS, None, "库外没有留存链头，无法判断审计链是否被截短")
        return
    head = json.loads(path.read_text(encoding="utf-8"))
    event = AuditEvent.objects.filter(pk=head["id"]).first()
    if event is None:
        yield Violation(EVENTS, head["id"], "库外留存的链头在库中不存在：审计链被截短，或数据库被换成旧的")
    elif event.mac != head["mac"]:
        yield Violation(EVENTS, head["id"], "与库外留存的链头不符：审计链被重写")


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
    for number, payload in rows_of(f'SELECT id, payload FROM "{EVENTS}" ORDER BY id'):  # noqa: S608
        yield number, _rows_in(payload)


def _rows_in(payload: str) -> dict[str, list[Any]]:
    try:
        return dict(json.loads(payload).get("rows", {}))
    except (ValueError, AttributeError):
        return {}


def _written(model: type[models.Model], seen: Tally) -> Iterator[tuple[int, int, str]]:
    """Event, number and digest of its rows in a table, in one walk through the table."""
    table, digest = model._meta.db_table, hashlib.sha256()
    event, count = None, 0
    sql = f'SELECT act_id, {listed(model)} FROM "{table}" ORDER BY act_id, id'  # noqa: S608
    for row in seen.each(rows_of(sql)):
        if row[0] != event:
            if event is not None:
                yield event, count, digest.hexdigest()
            event, count, digest = row[0], 0, hashlib.sha256()
        digest.update(row_bytes(row[1:]))
        count += 1
    if event is not None:
        yield event, count, digest.hexdigest()


@invariant("I-29", "每一行都属于一个已办结或已登记的事件")
def every_row_has_its_event(seen: Tally) -> Iterator[Violation]:
    """No row stands outside the chain, and a refusal or a voided proposal leaves nothing behind."""
    kinds: dict[int, str] = dict(rows_of(f'SELECT id, kind FROM "{EVENTS}"'))  # noqa: S608
    for model in fact_models():
        table = model._meta.db_table
        sql = f'SELECT act_id, count(*) FROM "{table}" GROUP BY act_id'  # noqa: S608
        for event, count in rows_of(sql):
            seen.add(count)
            if event not in kinds:
                yield Violation(table, None, f"{count} 行所属的第 {event} 号事件不在审计链中")
            elif kinds[event] not in EXECUTED_KINDS:
                yield Violation(table, None, f"{count} 行属于第 {event} 号事件，而该事件是“{kinds[event]}”，不应留下任何行")


@invariant("I-03", "数据库的防改防删触发器齐全")
def guards_stand(seen: Tally) -> Iterator[Violation]:
    """Every table of facts has its two guards, and they are switched on."""
    standing = _guards_standing()
    for table, _ in audited_tables():
        for name in trigger_names(table):
            seen.add()
            if name not in standing:
                yield Violation(table, name, "防护触发器缺失或被停用，请立即查明并重新迁移恢复")


def _guards_standing() -> set[str]:
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return {row[0] for row in rows_of(sql)}

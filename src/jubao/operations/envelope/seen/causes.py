"""What a plan adds up to: its rows by cause, heads by what becomes of them, and what concerns nobody in particular."""

from collections import Counter
from typing import Any

import numpy as np
from django.db import models

from jubao.columns.bounded import Code
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.seen.columns import Ids, Model, Table, combined, distinct, sums
from jubao.operations.envelope.seen.lines import move, row_sentence
from jubao.operations.envelope.seen.people import People, lead_of
from jubao.operations.envelope.seen.words import in_words, titled
from jubao.records.line_views import AMOUNTS
from jubao.records.models import OutboxItem

MOST_CAUSES = 12
MOST_ROWS = 5
MOST_PAIRS = 500
APART = frozenset({"records_outboxitem", "ledger_voucherline"})
"""Shown by themselves: files, and the legs of vouchers."""


def causes_of(people: People) -> list[dict[str, Any]]:
    """The rows of each table that leads to people, by their codes: rows, people, and what they add up to."""
    return [
        cause
        for model, table in people.tables.items()
        if lead_of(model) is not None
        for cause in _causes(table, people.of_rows(model))
    ]


def _causes(table: Table, behind: Ids) -> list[dict[str, Any]]:
    codes = [field for field in table.fields() if isinstance(field, Code)]
    groupings = [table.groups(field.attname) for field in codes]
    group, values = combined(groupings) if groupings else (behind * 0, [()])
    rows, people = sums(group, group * 0 + 1, len(values)), distinct(group, behind, len(values))
    amounts = sums(group, money(table), len(values)) if money_columns(table.model) else None
    order = sorted(range(len(values)), key=lambda one: (-int(rows[one]), one))
    listed = []
    for one in order[:MOST_CAUSES]:
        words = (f"{f.verbose_name} {in_words(f, v)}" for f, v in zip(codes, values[one], strict=True) if v)
        cause = {"title": table.title, "cause": "，".join(words), "rows": int(rows[one]), "people": int(people[one])}
        listed.append(cause | ({"fen": int(amounts[one])} if amounts is not None else {}))
    if rest := order[MOST_CAUSES:]:
        other = {"title": table.title, "cause": f"其他 {len(rest)} 类", "rows": int(rows[rest].sum()), "people": 0}
        listed.append(other | ({"fen": int(amounts[rest].sum())} if amounts is not None else {}))
    return listed


def money_columns(model: Model) -> tuple[str, ...]:
    """The columns that together say what a row moves; none for a row that moves no money by itself."""
    if model in AMOUNTS:
        return AMOUNTS[model]
    names = tuple(field.attname for field in model._meta.concrete_fields if field.attname.endswith("_fen"))
    return ("amount_fen",) if "amount_fen" in names else names if len(names) == 1 else ()


def money(table: Table) -> Ids:
    """What each row of a table moves, shape (n,), fen."""
    columns = [table.whole(name) for name in money_columns(table.model)]
    moved: Ids = np.sum(columns, axis=0, dtype=np.int64)
    return moved


def moves_of(changes: Changes) -> list[dict[str, Any]]:
    """The heads that move, by table and by what becomes of them."""
    return [
        told
        for model in sorted(changes.heads, key=lambda one: str(one._meta.db_table))
        for told in _listed_moves(model, _sentences(model, changes))
    ]


def _sentences(model: Model, changes: Changes) -> "Counter[str]":
    counted: dict[str, Counter[tuple[Any, Any]]] = {}
    for moved in changes.heads[model]:
        for name, after in moved.after.items():
            counted.setdefault(name, Counter()).update(zip(moved.before[name], after, strict=True))
    sentences: Counter[str] = Counter()
    for name, pairs in counted.items():
        if len(pairs) > MOST_PAIRS:
            sentences[f"{model._meta.verbose_name} {titled(model, name)}：各不相同"] += pairs.total()
            continue
        for (before, after), times in pairs.items():
            sentences[move(model, name, before, after)] += times
    sentences.pop("", None)
    return sentences


def _listed_moves(model: Model, sentences: "Counter[str]") -> list[dict[str, Any]]:
    order = sorted(sentences, key=lambda one: (-sentences[one], one))
    listed = [{"move": sentence, "rows": sentences[sentence]} for sentence in order[:MOST_CAUSES]]
    if rest := order[MOST_CAUSES:]:
        title = f"{model._meta.verbose_name} 其他 {len(rest)} 类变动"
        listed.append({"move": title, "rows": sum(sentences[sentence] for sentence in rest)})
    return listed


def others_of(people: People) -> list[dict[str, Any]]:
    """New rows that concern nobody in particular: the first few of each table in full."""
    return [
        {
            "title": table.title,
            "count": table.count,
            "rows": [row_sentence(table, place) for place in range(min(table.count, MOST_ROWS))],
        }
        for model, table in people.tables.items()
        if lead_of(model) is None and model._meta.db_table not in APART
    ]


def files_of(changes: Changes) -> list[list[Any]]:
    """The files that leave: tray, name, hash, size."""
    return [list(row) for row in changes.added(OutboxItem, "tray", "name", "sha256", "size")]


def summary(table: Table, behind: Ids) -> dict[str, Any]:
    """Title, count, sums in fen, people, and months of the rows added to one table."""
    told: dict[str, Any] = {"title": table.title, "count": table.count}
    names = sorted(field.attname for field in table.model._meta.concrete_fields)
    for name in names:
        if name.endswith("_fen"):
            told[f"sum:{name}"] = int(table.whole(name).sum())
    if "person_id" in names:
        told["people"] = int(distinct(behind * 0, table.whole("person_id"), 1)[0])
    if "month" in names and (months := [value for value in table.groups("month")[1] if value is not None]):
        told |= {"first_month": int(min(months)), "last_month": int(max(months))}
    return told


def head_summary(model: type[models.Model], changes: Changes) -> dict[str, Any]:
    """Title and count of the heads that move in one table."""
    return {"title": str(model._meta.verbose_name), "count": sum(len(moved.ids) for moved in changes.heads[model])}

"""What happens to each person of a plan: heads before and after, and one sentence for each kind of new row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from jubao.columns.bounded import Code, Fen, Month
from jubao.operations.envelope.seen.columns import Ids, Model, Table
from jubao.operations.envelope.seen.people import Key, People, lead_of
from jubao.operations.envelope.seen.words import column, in_words, is_told, month, yuan

SHOWN = 200
MOST_SENTENCES = 12
MOST_CODES = 4


def people_of(people: People, *, most: int | None = SHOWN) -> dict[str, Any]:
    """Everybody a plan touches: how many, and for the first ``most`` of them what happens; None shows all."""
    touched = people.touched()
    keys: Iterator[Key] = ((subject, key) for subject, ids in touched.items() for key in ids.tolist())
    shown = list(islice(keys, most))
    told = _told(people, shown)
    names = people.names(shown)
    count = sum(int(ids.size) for ids in touched.values())
    return {"count": count, "beyond": count - len(shown), "shown": [names[key] | told[key] for key in shown]}


def _told(people: People, shown: Sequence[Key]) -> dict[Key, dict[str, list[str]]]:
    told: dict[Key, dict[str, list[str]]] = {key: {"moves": [], "rows": []} for key in shown}
    by_subject: dict[Model, Ids] = {
        subject: np.array([key for one, key in shown if one is subject], dtype=np.int64)
        for subject in {subject for subject, _ in shown}
    }
    for model in sorted(people.changes.heads, key=lambda one: str(one._meta.db_table)):
        for key, sentences in _moves(people, model, by_subject).items():
            told[key]["moves"] += sentences
    for model, table in people.tables.items():
        for key, sentence in _rows(people, model, table, by_subject).items():
            told[key]["rows"].append(sentence)
    return {
        key: {kind: _bounded(sentences) for kind, sentences in kinds.items() if sentences}
        for key, kinds in told.items()
    }


def _bounded(sentences: list[str]) -> list[str]:
    rest = len(sentences) - MOST_SENTENCES
    return [*sentences[:MOST_SENTENCES], f"另有 {rest} 类变动"] if rest > 0 else sentences


def _moves(people: People, model: Model, wanted: Mapping[Model, Ids]) -> dict[Key, list[str]]:
    """Heads of one table that move for some people: what stood first, and what stands at the end."""
    lead = lead_of(model)
    if lead is None or lead.subject not in wanted:
        return {}
    ends: dict[tuple[int, int, str], list[Any]] = {}
    for moved in people.changes.heads[model]:
        behind = people.behind(model, np.array(moved.ids, dtype=np.int64))
        for place in np.flatnonzero(np.isin(behind, wanted[lead.subject])).tolist():
            for name, after in moved.after.items():
                head = (int(behind[place]), moved.ids[place], name)
                ends.setdefault(head, [moved.before[name][place], None])[1] = after[place]
    found: dict[Key, Counter[str]] = {}
    for (person, _, name), (before, after) in ends.items():
        if sentence := move(model, name, before, after):
            found.setdefault((lead.subject, person), Counter())[sentence] += 1
    return {
        key: [sentence if times == 1 else f"{sentence}（{times} 条）" for sentence, times in sentences.items()]
        for key, sentences in found.items()
    }


def move(model: Model, name: str, before: Any, after: Any) -> str:
    """One head before and after, as people read it; empty for a head that stays or tells them nothing."""
    field = column(model, name)
    if before == after:
        return ""
    if not is_told(field) and name != "taken_run":
        return ""
    title = f"{model._meta.verbose_name} {field.verbose_name}"
    return f"{title}：{in_words(field, before)} → {in_words(field, after)}"


def _rows(people: People, model: Model, table: Table, wanted: Mapping[Model, Ids]) -> dict[Key, str]:
    lead = lead_of(model)
    if lead is None or lead.subject not in wanted:
        return {}
    behind = people.of_rows(model)
    places: dict[int, list[int]] = {}
    for place in np.flatnonzero(np.isin(behind, wanted[lead.subject])).tolist():
        places.setdefault(int(behind[place]), []).append(place)
    return {
        (lead.subject, person): row_sentence(table, some[0]) if len(some) == 1 else rows_sentence(table, some)
        for person, some in places.items()
    }


def row_sentence(table: Table, place: int) -> str:
    """One new row: its table, and each column that says something."""
    told = []
    for field in table.fields():
        value = table.cell(field.attname, place)
        if is_told(field) and value not in (None, "", False) and not (isinstance(field, Fen) and value == 0):
            told.append(f"{field.verbose_name} {in_words(field, value)}")
    return f"{table.title}：{'，'.join(told)}" if told else table.title


def rows_sentence(table: Table, places: Sequence[int]) -> str:
    """Several new rows of one table: how many, of which codes, for which months, adding up to what."""
    told = [f"{len(places)} 条"]
    for field in table.fields():
        if not is_told(field):
            continue
        values = [table.cell(field.attname, place) for place in places]
        if isinstance(field, Code) and any(values):
            told.append(f"{field.verbose_name} {_listed(field, values)}")
        elif isinstance(field, Month):
            told.append(_span(field, values))
        elif isinstance(field, Fen) and (total := sum(value or 0 for value in values)):
            told.append(f"{field.verbose_name}合计 {yuan(total)}")
    return f"{table.title}：{'，'.join(one for one in told if one)}"


def _listed(field: Any, values: Sequence[Any]) -> str:
    """The distinct codes, the first few by name."""
    words = list(dict.fromkeys(in_words(field, value) for value in values))
    rest = f"等 {len(words)} 种" if len(words) > MOST_CODES else ""
    return "、".join(words[:MOST_CODES]) + rest


def _span(field: Any, values: Sequence[Any]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    first, last = min(known), max(known)
    words = month(first) if first == last else f"{month(first)}至{month(last)}"
    return f"{field.verbose_name} {words}"

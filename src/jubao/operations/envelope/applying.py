"""Applying a plan: placeholders become keys, one bulk write per table, heads move, and what is stored is what was planned.

The digest that the event seals is taken from memory while the rows are written; then the stored rows are read back
and must give the same digest. So nothing between the plan and the disk (a trigger, a default, an engine's habit) can
put other rows into the books than those that were approved.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NoReturn, TypeAlias

import numpy as np
from django.apps import apps
from django.db import connection, models

from jubao.operations.envelope import outbox
from jubao.operations.envelope.changes import Changes, Moved, Part, varies
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.keys import Keys, first_keys
from jubao.records import balances, bulk
from jubao.records.facts import content_fields, fact_columns, refers_to
from jubao.records.models import AccountPosting, OutboxItem, TableMark
from jubao.records.numbering import last_number, next_number, numbered_column, numbered_within
from jubao.records.references import writing_order
from jubao.records.sealing import (
    Measured,
    Rows,
    RowsDigest,
    canonical,
    digest,
    fact_rows,
    rows_of_event,
    stored_and_sealed,
)

Model: TypeAlias = type[models.Model]
Field: TypeAlias = "models.Field[Any, Any]"
BATCH = 10_000
FEW = 200


class StoredOtherwise(Refused):
    """The database holds other rows than those that were planned; everything is taken back."""


def essence(changes: Changes) -> dict[str, Any]:
    """What an approval binds: per table the number and digest of new rows, the heads that move, files, and the result.

    Keys the database hands out and numbers given when written take no part, so the same plan made twice is equal.
    """
    return {
        "rows": {
            model._meta.db_table: [changes.count(model), _content_digest(model, changes.rows[model])]
            for model in sorted(changes.rows, key=_table_of)
        },
        "heads": {
            model._meta.db_table: digest(canonical([[m.ids, m.before, m.after] for m in changes.heads[model]]))
            for model in sorted(changes.heads, key=_table_of)
        },
        "numbered": [
            _table_of(model) for model in sorted(changes.rows, key=_table_of) if numbered(model, changes.rows[model])
        ],
        "born": {
            model._meta.db_table: _digest_of(_derived_fields(model), changes.rows[model])
            for model in sorted(changes.rows, key=_table_of)
            if _derived_fields(model)
        },
        "result": changes.result,
    }


def _derived_fields(model: Model) -> list[Field]:
    """The heads of a table: a new row's first values of them are approved, too, though they move later."""
    heads = getattr(model, "derived_fields", ())
    return [field for field in model._meta.concrete_fields if field.name in heads]


def _table_of(model: Model) -> str:
    return str(model._meta.db_table)


def numbered(model: Model, parts: Sequence[Part]) -> bool:
    """Whether the numbers of a table's new rows are to be given when they are written."""
    name = numbered_column(model)
    return name is not None and not any(_given(part.columns[name]) for part in parts)


def _given(column: Any) -> bool:
    """Whether a column holds anything at all."""
    return any(value not in ("", None) for value in column) if varies(column) else column not in ("", None)


def _content_digest(model: Model, parts: Sequence[Part]) -> str:
    return _digest_of(content_fields(model, numbered=numbered(model, parts)), parts)


def _digest_of(fields: Sequence[Field], parts: Sequence[Part]) -> str:
    total = RowsDigest()
    for part in parts:
        for start, stop in _batches(part.count):
            sealed = [
                _spread(field, _cells(part.columns[field.attname], start, stop), stop - start)[1] for field in fields
            ]
            total.add_columns(sealed, stop - start)
    return total.hexdigest()


def _spread(field: Field, cells: Sequence[Any], count: int) -> tuple[list[Any], list[Any]]:
    """Cells as the engine and the seal take them (``stored_and_sealed``); one cell stands for every row."""
    stored, sealed = stored_and_sealed(field, cells)
    return (stored, sealed) if len(cells) == count else (stored * count, sealed * count)


def _batches(count: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + BATCH, count)) for start in range(0, count, BATCH))


def _cells(value: Any, start: int, stop: int) -> Sequence[Any]:
    """Some values of a column, plain; one where all rows have the same."""
    if not varies(value):
        return [value]
    part = value[start:stop]
    plain: Sequence[Any] = part.tolist() if isinstance(part, np.ndarray) else part
    return plain


def apply(
    changes: Changes, event_id: int, together: bulk.Together, *, first: Mapping[Model, int] | None = None
) -> Measured:
    """Write a plan under an event's number; the caller holds the chain's lock and an open transaction.

    The last statements wait in ``together``: whoever adds the event sends them with it. ``first`` gives the next key of
    each table, where it was asked under the lock already.

    Returns:
        per table the number and digest of the rows, as the event seals them.
    Raises:
        StoredOtherwise: the database holds something else than was written; the transaction must be rolled back.
        django.db.IntegrityError: a row breaks a rule of the database.
    """
    written = [model for model in writing_order() if model in changes.rows]
    keys = Keys(first if first and set(written) <= set(first) else first_keys(written))
    measured = {_table_of(model): _write(model, changes.rows[model], keys, event_id, together) for model in written}
    if AccountPosting in changes.rows:
        together.run()
        opening = keys.first[AccountPosting]
        balances.carry(opening, opening + changes.count(AccountPosting) - 1)
    if changes.documents:
        together.run()
        outbox.keep(changes.documents, keys.first[OutboxItem])
    for model in sorted(changes.heads, key=_table_of):
        for moved in changes.heads[model]:
            _move_heads(model, moved, keys, together)
    _keep_sequences(written, changes, keys, together)
    mark({*map(_table_of, changes.rows), *map(_table_of, changes.heads)}, event_id, together)
    return measured


def _write(model: Model, parts: Sequence[Part], keys: Keys, event_id: int, together: bulk.Together) -> list[Any]:
    """Write the rows of one table, take their digest on the way, and compare it with what is stored; few rows together."""
    fields, facts = list(model._meta.concrete_fields), set(fact_columns(model))
    sealed_places = [place for place, field in enumerate(fields) if field.column in facts]
    total, count = RowsDigest(), sum(part.count for part in parts)
    numbers = _numbers(model, parts)

    def rows() -> Iterator[tuple[Any, ...]]:
        next_key = keys.first[model]
        for part in parts:
            for start, stop in _batches(part.count):
                stored, sealed = [], []
                for field in fields:
                    cells = _column(field, part, start, stop, next_key, event_id, keys, numbers)
                    both = _spread(field, cells, stop - start)
                    stored.append(both[0])
                    sealed.append(both[1])
                total.add_columns([sealed[place] for place in sealed_places], stop - start)
                yield from zip(*stored, strict=True)
                next_key += stop - start

    columns = [str(field.column) for field in fields]
    if count < bulk.FEW:
        together.insert(_table_of(model), columns, list(rows()))
        measured = [count, total.hexdigest()]
        together.ask(rows_of_event(model), [event_id], then=lambda stored: _compare(model, measured, [stored]))
        return measured
    together.run()  # what these rows refer to stands before them
    staged = bulk.write_rows(
        _table_of(model), columns, rows(), count=count, compared=[columns[one] for one in sealed_places]
    )
    measured = [count, total.hexdigest()]
    if staged is None:
        _compare(model, measured, fact_rows(model, event_id))
    elif not staged == _stored(model, event_id) == count:
        _refuse(model)
    return measured


def _stored(model: Model, event_id: int) -> int:
    """How many rows of a table an event has now."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{_table_of(model)}" WHERE act_id = %s', [event_id])
        return int(cursor.fetchone()[0])


def _compare(model: Model, measured: list[Any], stored: Iterable[Rows]) -> None:
    """What is stored is what was written; anything else takes the act back."""
    kept, found = RowsDigest(), 0
    for some in stored:
        kept.add(some)
        found += len(some)
    if [found, kept.hexdigest()] != measured:
        _refuse(model)


def _refuse(model: Model) -> NoReturn:
    raise StoredOtherwise(
        f"{model._meta.verbose_name}：数据库存下的内容与所批的不同，本次办理已全部撤回，请立即核查数据库触发器并报告上级"
    )


def _column(
    field: Field,
    part: Part,
    start: int,
    stop: int,
    next_key: int,
    event_id: int,
    keys: Keys,
    numbers: Mapping[int, Sequence[Any]],
) -> Sequence[Any]:
    """Some values of a column as they are written: key, act and numbers put in, placeholders resolved; one for all alike."""
    if field.primary_key:
        return range(next_key, next_key + stop - start)
    if field.attname == "act_id":
        return [event_id]
    if id(part) in numbers and field.name == numbered_column(field.model):
        return numbers[id(part)][start:stop]
    cells = _cells(part.columns[field.attname], start, stop)
    related = refers_to(field)
    return keys.resolve(related, cells) if related else cells


def _numbers(model: Model, parts: Sequence[Part]) -> dict[int, list[Any]]:
    """Numbers for rows that are numbered when written, by part."""
    if not numbered(model, parts):
        return {}
    within = numbered_within(model)
    last: dict[tuple[Any, ...], Any] = {}
    found: dict[int, list[Any]] = {}
    for part in parts:
        found[id(part)] = given = []
        for key in zip(*(part.column(one) for one in within), strict=True) if within else [()] * part.count:
            if key not in last:
                last[key] = last_number(model, dict(zip(within, key, strict=True)))
            last[key] = next_number(last[key])
            given.append(last[key])
    return found


def _move_heads(model: Model, moved: Moved, keys: Keys, together: bulk.Together) -> None:
    """Move heads, and make sure that exactly these rows hold exactly these values now."""
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in moved.after}
    ids = [keys.resolve_one(model, key) for key in moved.ids]
    after = {name: _resolved(field, moved.after[name], keys) for name, field in fields.items()}
    columns = [(str(fields[name].column), stored_and_sealed(fields[name], values)[0]) for name, values in after.items()]
    if len(ids) <= FEW:
        _update_few(model, ids, columns, together)
        return
    together.run()
    _require_moved(model, len(ids), _update_staged(_table_of(model), ids, columns))


def _require_moved(model: Model, wanted: int, found: int) -> None:
    if found != wanted:
        raise StoredOtherwise(
            f"{model._meta.verbose_name}：应变更 {wanted} 行，实际 {found} 行，本次办理已全部撤回，请立即核查数据库"
        )


def _resolved(field: Any, values: Sequence[Any], keys: Keys) -> Sequence[Any]:
    related = refers_to(field)
    return keys.resolve(related, values) if related else values


def _update_few(
    model: Model, ids: Sequence[int], columns: Sequence[tuple[str, Sequence[Any]]], together: bulk.Together
) -> None:
    """One statement for each set of equal values; each says which rows hold them afterwards."""
    rows = sorted(zip(ids, *(values for _, values in columns), strict=True), key=lambda row: (repr(row[1:]), row[0]))
    assigned = ", ".join(f'"{column}" = %s' for column, _ in columns)
    stored = ", ".join(f'"{column}"' for column, _ in columns)
    for values, same in groupby(rows, key=itemgetter(slice(1, None))):
        some = [row[0] for row in same]
        listed = ", ".join(map(str, some))
        together.ask(
            f'UPDATE "{_table_of(model)}" SET {assigned} WHERE id IN ({listed}) RETURNING {stored}',
            values,
            then=partial(_compare_heads, model, values, len(some)),
        )


def _compare_heads(model: Model, values: Sequence[Any], wanted: int, stored: Sequence[Any]) -> None:
    _require_moved(model, wanted, sum(1 for row in stored if _same(row, values)))


def _same(stored: Sequence[Any], wanted: Sequence[Any]) -> bool:
    return all(_plain(one) == _plain(other) for one, other in zip(stored, wanted, strict=True))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _update_staged(table: str, ids: Sequence[int], columns: Sequence[tuple[str, Sequence[Any]]]) -> int:
    """One statement for all rows from a staged table, and one that counts those that hold their values afterwards."""
    numbers = {"id": ids} | {column: values for column, values in columns if _whole(values)}
    texts = {column: values for column, values in columns if column not in numbers}
    with bulk.staged(numbers=numbers, texts=texts) as stage, connection.cursor() as cursor:
        given = {column: f's."{column}"' + _cast(table, column) for column, _ in columns}
        assigned = ", ".join(f'"{column}" = {value}' for column, value in given.items())
        cursor.execute(f'UPDATE "{table}" SET {assigned} FROM {stage} s WHERE "{table}".id = s.id')
        same = " AND ".join(f't."{column}" IS NOT DISTINCT FROM {value}' for column, value in given.items())
        cursor.execute(f'SELECT count(*) FROM "{table}" t JOIN {stage} s ON t.id = s.id WHERE {same}')
        return int(cursor.fetchone()[0])


def _whole(values: Sequence[Any]) -> bool:
    return all(value is None or isinstance(value, int) for value in values)


def _cast(table: str, column: str) -> str:
    """Staged texts are texts; PostgreSQL wants days and flags as what they are."""
    if connection.vendor != "postgresql":
        return ""
    return f"::{_column_types(table)[column]}"


def _column_types(table: str) -> dict[str, str]:
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    fields = model._meta.concrete_fields
    return {str(f.column): str(f.rel_db_type(connection) if f.is_relation else f.db_type(connection)) for f in fields}


def _keep_sequences(written: Sequence[Model], changes: Changes, keys: Keys, together: bulk.Together) -> None:
    """PostgreSQL's own counters follow the keys handed out here, in one statement."""
    if connection.vendor != "postgresql" or not written:
        return
    asked = ", ".join(
        f"setval(pg_get_serial_sequence('\"{model._meta.db_table}\"', 'id'), {keys.first[model] + changes.count(model) - 1})"
        for model in written
    )
    together.ask(f"SELECT {asked}", [])


def mark(tables: set[str], event_id: int, together: bulk.Together) -> None:
    """Note the last event of some tables, so that whoever read them can tell that they have moved."""
    listed = sorted(tables)
    if not listed:
        return
    values = ", ".join(["(%s, %s)"] * len(listed))
    together.ask(
        f'INSERT INTO "{TableMark._meta.db_table}" ("table", event) VALUES {values} '
        f'ON CONFLICT ("table") DO UPDATE SET event = excluded.event',
        [value for table in listed for value in (table, event_id)],
    )

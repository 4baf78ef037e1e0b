"""The whole book of record as documented tables, so that nobody is locked in and anybody can check."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from jubao.exchange.atomic import write_atomically
from jubao.exchange.protection import protected
from jubao.policy.selection import end_of
from jubao.records.models import AuditEvent, Person
from jubao.reports.invariants.award import BASES
from jubao.reports.law import office_policy
from jubao.reports.streaming import sha256_of, steady_view
from jubao.reports.tables.columns import batches_of, book_of_record, schema_of
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.viewer import Viewer

Form = Literal["parquet", "csv"]
FORMS: tuple[Form, ...] = ("parquet", "csv")
NULL = "\\N"
MOMENT = "%Y-%m-%d %H:%M:%S"
LAW = pa.schema(
    [
        ("key", pa.string()),
        ("term", pa.string()),
        ("unit", pa.string()),
        ("area", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("announced", pa.date32()),
        ("value", pa.string()),
        ("source", pa.string()),
        ("uncertain", pa.string()),
    ]
)

ITEMS = pa.schema(
    [
        ("item", pa.string()),
        ("name", pa.string()),
        ("payer", pa.string()),
        ("source", pa.string()),
        ("law", pa.string()),
    ]
)
ACCOUNT = "ACCOUNT"


class CannotExport(Exception):
    """The folder already holds something, or the form is unknown; nothing was written."""


def export_tables(
    folder: Path, form: Form, *, viewer: Viewer, told: Callable[[str, int], None] | None = None
) -> dict[str, Any]:
    """Write every table of the book of record into an empty folder, as it stood at one instant.

    Args:
        folder: where the files shall stand; made if missing, must be empty.
        form: ``parquet`` or ``csv``.
        viewer: who takes everybody's numbers out; it is written down before anything is.
        told: called with table and number of rows when one is done.
    Returns:
        the manifest: form, head of the audit chain, and for each table file, rows and SHA-256.
    Raises:
        CannotExport: the folder is not empty, or the form is unknown.
        MayNotLook: nobody may take so many people out without an approval.
    """
    if form not in FORMS:
        raise CannotExport(f"导出格式只有 {'、'.join(FORMS)}，没有 {form}")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise CannotExport(f"目录 {folder} 不是空的，请另指定一个空目录，以免新旧文件混在一起")
    viewer.require_everywhere("全部账簿")
    assert viewer.witness is not None, "the book of record is never masked"
    viewer.witness.everybody("book_of_record", count=Person.objects.count())
    write = write_parquet if form == "parquet" else _write_csv
    tables = {}
    with steady_view():
        head = AuditEvent.objects.order_by("-id").values("id", "mac").first()
        for name, schema, batches in _tables():
            path = folder / f"{name}.{form}"
            rows = write(path, schema, batches)
            tables[name] = {"file": path.name, "rows": rows, "sha256": sha256_of(path)}
            if told:
                told(name, rows)
    manifest = {"form": form, "head": head, "policy": office_policy().fingerprint, "tables": tables}
    manifest["taken"] = viewer.witness.told
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    write_atomically(folder / "manifest.json", text.encode())
    return manifest


def _tables() -> Iterator[tuple[str, pa.Schema, Iterable[pa.RecordBatch]]]:
    for model in book_of_record():
        yield model._meta.db_table, schema_of(model), batches_of(model)
    yield "benefit_item", ITEMS, [item_rows()]
    yield "law", LAW, [law_rows()]


def item_rows() -> pa.RecordBatch:
    """Which item of a pension is whose: the government or the account that pays it, and the parameters it follows."""
    rows = [
        (
            str(item),
            item.label,
            ACCOUNT if item.is_account else str(item.level) if item.level else None,
            str(item.source) if item.source else None,
            _law_of(item),
        )
        for item in BenefitItem
    ]
    columns = [pa.array(list(values), field.type) for values, field in zip(zip(*rows, strict=True), ITEMS, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=ITEMS)


def _law_of(item: BenefitItem) -> str:
    if item.is_account:
        return "benefit.annuity_divisor"
    return BASES.get(str(item), "benefit.years_increment benefit.age_addon")


def law_rows() -> pa.RecordBatch:
    """The dated law the books were computed with: one row for each value, area and period."""
    policy = office_policy()
    rows = []
    for key, parameter in sorted(policy.parameters.items()):
        for row in sorted(parameter.rows, key=lambda one: (one.area, one.valid_from)):
            instrument = policy.instruments[row.instrument_id]
            rows.append(
                (
                    key,
                    parameter.term,
                    str(parameter.unit),
                    row.area,
                    row.valid_from,
                    end_of(parameter.rows, row),
                    row.announced,
                    json.dumps(row.value, ensure_ascii=False, sort_keys=True, default=str),
                    f"{instrument.number or instrument.title}{row.part}",
                    row.uncertain or parameter.uncertain,
                )
            )
    columns = [pa.array(list(values), field.type) for values, field in zip(zip(*rows, strict=True), LAW, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=LAW)


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write one table as Parquet; gives the number of rows."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _write_csv(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(schema.names)
        for batch in batches:
            columns = [[_text(v) for v in column.to_pylist()] for column in batch.columns]
            writer.writerows(zip(*columns, strict=True))
            rows += batch.num_rows
    return rows


def _text(value: Any) -> str:
    r"""A value in a CSV cell: nothing as ``\N``, instants in UTC, dangerous texts behind an apostrophe."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.strftime(MOMENT)
    return value.isoformat() if isinstance(value, date) else protected(value)

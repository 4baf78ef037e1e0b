"""Exchange: every declared layout goes out and comes back the same; no formula leaves the house."""
# ruff: noqa: RUF001  (full-width signs are what is tested)

import io
import json
import os
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.exchange import (
    CannotWriteTable,
    LayoutUnknown,
    layout,
    layouts,
    read_return,
    read_table,
    write_atomically,
    write_table,
)
from tests.exchange_samples import columns_of, header_of

ROWS = 150
DANGEROUS = ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", "＋1", "|cmd", "%0A", "'=1", "''x", "'", "a=1", " =1"]


@pytest.mark.parametrize("layout_id", sorted(layouts()))
def test_written_file_reads_back_equal_with_names_beyond_the_bmp(layout_id, tmp_path):
    columns = columns_of(layout_id, ROWS)
    path = tmp_path / f"{layout_id}.{layout(layout_id).form}"
    sha = write_table(path, layout_id, columns, header=header_of(layout_id))
    table = read_return(path) if layout_id == "bank_return" else read_table(path, layout_id)
    assert table.columns == columns
    assert table.rows == ROWS
    assert table.sha256 == sha
    assert {key: table.header[key] for key in header_of(layout_id)} == header_of(layout_id)
    if layout(layout_id).preamble:
        assert table.header["count"] == ROWS
        assert table.header["total"] == sum(columns["amount"])


@pytest.mark.parametrize("layout_id", sorted(layouts()))
def test_same_content_gives_same_bytes(layout_id, tmp_path):
    columns, header = columns_of(layout_id, 5), header_of(layout_id)
    first = write_table(tmp_path / "a", layout_id, columns, header=header)
    assert write_table(tmp_path / "b", layout_id, columns, header=header) == first


def test_rows_are_numbered_as_the_clerk_sees_them(tmp_path):
    header, rows = header_of("outlet_batch"), columns_of("outlet_batch", 3)
    write_table(tmp_path / "b.csv", "outlet_batch", rows, header=header)
    assert read_table(tmp_path / "b.csv", "outlet_batch").row_numbers == [4, 5, 6]


def test_resident_numbers_and_accounts_are_text_cells_in_excel(tmp_path):
    write_table(tmp_path / "r.xlsx", "opening_register", columns_of("opening_register", 3))
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


@pytest.mark.parametrize("layout_id", ["death_list", "bank_statement"])
@given(texts=st.lists(st.sampled_from(DANGEROUS), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_no_formula_leaves_the_house_and_the_text_survives(layout_id, texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "f"
    columns = columns_of(layout_id, len(texts))
    field = {"death_list": "origin", "bank_statement": "memo"}[layout_id]
    columns[field] = texts
    write_table(path, layout_id, columns)
    assert read_table(path, layout_id).columns[field] == [text.strip() for text in texts]
    if layout(layout_id).form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    else:
        lines = path.read_text("utf-8-sig").splitlines()[1:]
        assert not any(re.match(r"[=+\-@|%＝＋－]", line.rsplit(",", 1)[1].strip()) for line in lines)


def test_a_text_with_the_bank_separator_is_not_written(tmp_path):
    columns = columns_of("bank_collection", 1) | {"name": ["张|三"]}
    with pytest.raises(CannotWriteTable, match="分隔符"):
        write_table(tmp_path / "c.txt", "bank_collection", columns, header=header_of("bank_collection"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [12.5, "12.50", True, None])
def test_a_float_never_becomes_an_amount(wrong, tmp_path):
    columns = columns_of("bank_collection", 1) | {"amount": [wrong]}
    with pytest.raises(CannotWriteTable, match="缴费金额"):
        write_table(tmp_path / "c.txt", "bank_collection", columns, header=header_of("bank_collection"))


def test_missing_or_unknown_fields_are_named(tmp_path):
    columns = columns_of("death_list", 1)
    with pytest.raises(CannotWriteTable, match="colour"):
        write_table(tmp_path / "d", "death_list", columns | {"colour": ["red"]})
    del columns["name"]
    with pytest.raises(CannotWriteTable, match="name"):
        write_table(tmp_path / "d", "death_list", columns)


def test_an_unknown_layout_lists_those_that_exist():
    with pytest.raises(LayoutUnknown, match="opening_register"):
        layout("openning_register")


def test_content_fingerprint_ignores_the_wrapper(tmp_path):
    columns, header = columns_of("bank_collection", 3), header_of("bank_collection")
    write_table(tmp_path / "a.txt", "bank_collection", columns, header=header)
    data = (tmp_path / "a.txt").read_bytes()
    one = read_table(data, "bank_collection", filename="a.txt")
    other = read_table(data.replace(b"\r\n", b"\n\n"), "bank_collection", filename="b.txt")
    assert one.sha256 != other.sha256
    assert one.content_sha256() == other.content_sha256()
    assert json.loads(json.dumps(list(one.records()), default=str))[2]["seq"] == 3


def test_a_failed_write_leaves_the_old_file_and_no_remains(tmp_path, monkeypatch):
    target = tmp_path / "payout.txt"
    target.write_bytes(b"old")

    def disk_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="space"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["payout.txt"]

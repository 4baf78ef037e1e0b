"""Exchange: a column read by the block gives what its cells give one by one; even lines and uneven ones read alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.exchange import FileRefused, columns, delimited, read_table, write_table
from jubao.exchange.cells import CellUnreadable, read_cell
from jubao.exchange.layout import Column, ColumnType
from jubao.vocabulary.resident_number import check_digit
from tests.exchange_samples import columns_of, header_of

BODY, OLD = "11019919491231002", "11019918800101001"  # no county bears 110199: nobody has these numbers
GOOD = BODY + check_digit(BODY)
NUMBERS = [
    GOOD,
    GOOD.lower(),
    GOOD[:6] + GOOD[8:17],
    f" {GOOD[:6]} {GOOD[6:14]} {GOOD[14:]}",
    BODY + "1",
    OLD + check_digit(OLD),
    BODY[:16],
    "",
]
NAMES = ["张三", "欧阳兰", "买买提·艾力", "张 三", "Anna Li", "张", "张三?", "\uff21\uff4c", "张\u200b三", "", "1E5"]
AMOUNTS = ["100.00", "0.5", "1,234.56", "-1.00", "01.00", "1000000000.00", "\uff19.00", "1.234", "", "0.00"]
INTEGERS = ["1", "007", "-3", "1234567890123", "\uff11", "1.0", "", " 12 "]
TEXTS = ["HD-1", "1E5", "2e3", "\uff21\uff22\uff11", "a\u200bb", " 左 ", "", "银行", "x" * 600, "A_b.c/d:e-9"]
CODES = ["10", "31", "\uff11\uff10", "99", ""]
CASES = [
    (ColumnType.RESIDENT_NUMBER, NUMBERS),
    (ColumnType.NAME, NAMES),
    (ColumnType.AMOUNT, AMOUNTS),
    (ColumnType.INTEGER, INTEGERS),
    (ColumnType.TEXT, TEXTS),
    (ColumnType.CODE, CODES),
]


def one_by_one(cells, column):
    values, broken = [], []
    for place, cell in enumerate(cells):
        try:
            values.append(read_cell(cell, column))
        except CellUnreadable as error:
            values.append(None)
            broken.append((place, error.rule))
    return values, broken


@pytest.mark.parametrize("block", [1, 3, 4096])
@pytest.mark.parametrize(("kind", "cells"), CASES)
@given(data=st.data())
def test_a_column_reads_as_its_cells_do_one_by_one(kind, cells, block, data):
    drawn = data.draw(st.lists(st.sampled_from(cells), max_size=12))
    column = Column(
        field="f",
        header="h",
        type=kind,
        required=data.draw(st.booleans()),
        signed=data.draw(st.booleans()),
        values=("10", "31") if kind is ColumnType.CODE else (),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "BLOCK", block)
        values, broken = columns.read_texts(drawn, column)
    assert (values, [(place, error.rule) for place, error in broken]) == one_by_one(drawn, column)


@pytest.mark.parametrize(
    ("kind", "cell"), [(ColumnType.NAME, "张三\n李四"), (ColumnType.TEXT, "A\nB"), (ColumnType.INTEGER, "1\n2")]
)
def test_a_line_end_inside_a_cell_never_counts_as_two_cells(kind, cell):
    values, broken = columns.read_texts([cell, cell], Column(field="f", header="h", type=kind))
    assert values == [None, None]
    assert [error.rule for _, error in broken] == ["含有不可见字符、换行或乱码标记"] * 2


@pytest.fixture
def bank_file(tmp_path):
    path = tmp_path / "b.txt"
    write_table(path, "bank_collection", columns_of("bank_collection", 40), header=header_of("bank_collection"))
    return path


def test_even_lines_read_as_lines_taken_apart_one_by_one(bank_file, monkeypatch):
    monkeypatch.setattr(delimited, "_BLOCK", 7)
    by_block = read_table(bank_file, "bank_collection")
    monkeypatch.setattr(delimited, "_even", lambda *_: None)
    assert read_table(bank_file, "bank_collection") == by_block


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [*lines[:5], "", *lines[5:]],
        lambda lines: [*lines[:5], "|||||", *lines[5:]],
        lambda lines: [*lines[:5], lines[5] + "|", *lines[6:]],
        lambda lines: [*lines[:5], lines[5].rsplit("|", 1)[0], *lines[6:]],
        lambda lines: ["", *lines],
        lambda lines: [*lines, "", ""],
        lambda lines: lines[:-1],
        lambda lines: lines[1:],
        lambda lines: lines[:1],
    ],
)
def test_spoilt_lines_get_the_same_answer_with_and_without_the_short_way(bank_file, spoil, monkeypatch):
    lines = bank_file.read_bytes().decode("gb18030").splitlines()
    data = ("\r\n".join(spoil(lines)) + "\r\n").encode("gb18030")

    def answer():
        try:
            return read_table(data, "bank_collection", filename="b.txt")
        except FileRefused as refused:
            return [str(fault) for fault in refused.faults]

    short = answer()
    monkeypatch.setattr(delimited, "_even", lambda *_: None)
    assert answer() == short

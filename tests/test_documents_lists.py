"""Lists opened again: typed cells, totals, no formula anywhere, and splits that lose nobody."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.documents.sheet import (
    DATE,
    IDENTIFIER,
    INTEGER,
    MONEY,
    MONTH,
    TEXT,
    Column,
    ListNotWritable,
    Sheet,
    column_totals,
)
from jubao.documents.split import CannotSplit, split_rows, write_split
from jubao.documents.workbook import workbook_bytes, write_workbook

# ── Lists ────────────────────────────────────────────────────────────────────────────────────────

COLUMNS = (
    Column("乡镇"),
    Column("村"),
    Column("姓名", TEXT),
    Column("公民身份号码", IDENTIFIER),
    Column("月数", INTEGER),
    Column("金额", MONEY, is_totalled=True),
    Column("起始年月", MONTH),
    Column("认证日期", DATE),
)
ROWS = [
    ("乙镇", "二村", "张三", "99990119500101002X", 1, 13_174, 201906, date(2019, 1, 2)),
    ("甲镇", "一村", "李四", "999901195001010038", 2, 26_348, 201906, None),
    ("乙镇", "二村", "王五", "999901195001010046", 1, -5, 201907, date(2019, 3, 4)),
    ("甲镇", None, "赵六", "999901195001010054", 3, 10, 201907, None),
]
SHEET = Sheet("名单", "发放名单", "某某中心", date(2019, 6, 30), COLUMNS, ROWS)


def cells(content: bytes) -> list[tuple]:
    return [tuple(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_list_has_title_day_headings_typed_rows_and_totals():
    rows = cells(workbook_bytes([SHEET]))
    assert rows[0][0].value == "发放名单"
    assert "截至日期：2019-06-30" in rows[1][0].value
    assert [cell.value for cell in rows[2]] == [column.title for column in COLUMNS]
    identifiers = [row[3] for row in rows[3:7]]
    assert [cell.value for cell in identifiers] == [row[3] for row in ROWS]
    assert {cell.data_type for cell in identifiers} == {"s"}
    assert [Decimal(str(row[5].value)) for row in rows[3:7]] == [
        Decimal("131.74"),
        Decimal("263.48"),
        Decimal("-0.05"),
        Decimal("0.10"),
    ]
    assert {row[5].number_format for row in rows[3:8]} == {"#,##0.00"}
    assert rows[3][7].value.date() == date(2019, 1, 2)
    assert rows[7][0].value == "合计"
    assert Decimal(str(rows[7][5].value)) == Decimal("395.27")


def test_list_prints_on_a4_across_and_repeats_its_headings():
    page = openpyxl.load_workbook(io.BytesIO(workbook_bytes([SHEET]))).active
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.print_title_rows == "$1:$3"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["=", "+", "-", "@", "＝", "\t", "\r", "{=", "http://", ""]), st.text(max_size=12))  # noqa: RUF001
def test_no_text_ever_becomes_a_formula_a_link_or_a_number(start, rest):
    text = f"{start}{rest}"
    sheet = replace(SHEET, columns=(Column(text or "空"), Column("号", IDENTIFIER)), rows=[(text, text)])
    with zipfile.ZipFile(io.BytesIO(workbook_bytes([sheet]))) as package:
        page = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "<hyperlink" not in page
    assert "<v>" not in page  # inline strings only: no number, no formula result


@settings(deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), max_size=20))
def test_money_cells_keep_every_fen(amounts):
    sheet = replace(
        SHEET,
        columns=(Column("序"), Column("金额", MONEY, is_totalled=True)),
        rows=[("a", a) for a in amounts],
    )
    rows = cells(workbook_bytes([sheet]))
    shown = [Decimal(repr(row[1].value)) * 100 for row in rows[3:]]
    assert shown == [*amounts, sum(amounts)]


def test_same_list_gives_the_same_file(tmp_path):
    first = write_workbook(tmp_path / "a.xlsx", [SHEET])
    second = write_workbook(tmp_path / "b.xlsx", [SHEET])
    assert first == second


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "一/二"}, "工作表名"),
        ({"name": "名" * 32}, "工作表名"),
        ({"rows": [ROWS[0][:-1]]}, "应为 8 个"),
        ({"rows": [(*ROWS[0][:3], 430602, *ROWS[0][4:])]}, "公民身份号码"),
        ({"rows": [(*ROWS[0][:5], 131.74, *ROWS[0][6:])]}, "金额"),
        ({"rows": [(*ROWS[0][:5], True, *ROWS[0][6:])]}, "金额"),
        ({"rows": [("长" * 32_768, *ROWS[0][1:])]}, "乡镇"),
        ({"rows": [ROWS[0]] * 1_000_001}, "请按乡镇拆分"),
    ],
)
def test_what_excel_would_cut_or_change_is_refused(change, words):
    with pytest.raises(ListNotWritable, match=words):
        workbook_bytes([replace(SHEET, **change)])


def test_two_sheets_of_one_name_are_refused():
    with pytest.raises(ListNotWritable, match="不重名"):
        workbook_bytes([SHEET, SHEET])


# ── Split by township and village ────────────────────────────────────────────────────────────────


def test_split_gives_one_file_for_each_village_and_an_index_that_accounts_for_all(tmp_path):
    first = write_split(tmp_path / "a.zip", SHEET, township="乡镇", village="村")
    assert first == write_split(tmp_path / "b.zip", SHEET, township="乡镇", village="村")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        names = package.namelist()
        people = [row[2].value for row in cells(package.read("乙镇/二村.xlsx"))[3:-1]]
        index = [[cell.value for cell in row] for row in cells(package.read("目录.xlsx"))[3:]]
    assert names == ["目录.xlsx", "乙镇/二村.xlsx", "甲镇/一村.xlsx", "甲镇/未填.xlsx"]
    assert people == ["张三", "王五"]
    assert [row[:2] for row in index[:-1]] == [
        ["乙镇/二村.xlsx", 2],
        ["甲镇/一村.xlsx", 1],
        ["甲镇/未填.xlsx", 1],
    ]
    assert index[-1][:2] == ["合计", 4]
    assert Decimal(str(index[-1][2])) == Decimal("395.27")


@given(st.lists(st.tuples(st.sampled_from(["甲", "乙", "", None]), st.sampled_from(["一", "二", None])), max_size=30))
def test_split_loses_and_invents_nobody(places):
    columns = (Column("乡镇"), Column("村"), Column("金额", MONEY, is_totalled=True))
    sheet = replace(SHEET, columns=columns, rows=[(*place, number) for number, place in enumerate(places)])
    parts = split_rows(sheet, township="乡镇", village="村")
    amounts = [row[2] for rows in parts.values() for row in rows]
    assert sorted(amounts) == list(range(len(places)))
    assert sum(column_totals(replace(sheet, rows=rows))[2] for rows in parts.values()) == sum(range(len(places)))


def test_split_never_leaves_the_zip(tmp_path):
    rows = [("..", "../../x", *ROWS[0][2:]), ("a\\b", "c:d", *ROWS[1][2:])]
    write_split(tmp_path / "a.zip", replace(SHEET, rows=rows), township="乡镇", village="村")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        names = package.namelist()
    assert all(".." not in name.split("/") and "\\" not in name and ":" not in name for name in names)
    assert all(name.count("/") <= 1 for name in names)


def test_split_refuses_two_villages_with_one_file_name(tmp_path):
    rows = [("甲镇", "一/村", *ROWS[0][2:]), ("甲镇", "一:村", *ROWS[1][2:])]
    with pytest.raises(CannotSplit, match="请先统一村社区名称"):
        write_split(tmp_path / "a.zip", replace(SHEET, rows=rows), township="乡镇", village="村")
    assert list(tmp_path.iterdir()) == []


def test_split_refuses_a_list_without_the_column(tmp_path):
    with pytest.raises(CannotSplit, match="街道"):
        write_split(tmp_path / "a.zip", SHEET, township="街道", village="村")

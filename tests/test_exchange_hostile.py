"""Exchange: damaged and hostile files are refused whole, with row, column, rule and next step."""
# ruff: noqa: RUF001  (full-width digits are what is tested)

import io
import struct
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jubao.exchange import FileRefused, layout, layouts, read_table, write_table
from tests.exchange_samples import columns_of, grid_of, header_of, resident_number, workbook

REGISTER = "opening_register"


def place(layout_id, field):
    headers = [column.field for column in layout(layout_id).columns]
    return headers.index(field)


def spoiled(field, cell, *, layout_id=REGISTER, row=2, rows=4):
    """A good workbook with one cell replaced; row counts as the clerk does."""
    grid = grid_of(layout_id, rows)
    grid[row - 1][place(layout_id, field)] = cell
    return workbook(grid)


def refusal(data, layout_id=REGISTER, filename="册.xlsx"):
    with pytest.raises(FileRefused) as caught:
        read_table(data, layout_id, filename=filename)
    return caught.value.faults


ONE_BAD_CELL = [
    ("resident_number", 430602194001010011, "数字"),
    ("resident_number", 4.30602194001010e17, "数字"),
    ("resident_number", "4.30602E+17", "科学计数法"),
    ("resident_number", "430602194013010011", "出生日期"),
    ("resident_number", resident_number(1)[:17] + ("1" if resident_number(1)[17] == "0" else "0"), "校验码"),
    ("resident_number", resident_number(1).replace("0", "O", 1), "公民身份号码无效"),
    ("resident_number", "", "必填"),
    ("name", "", "必填"),
    ("name", "张\n三", "不可见"),
    ("name", "张\u202e三", "不可见"),
    ("name", "张\ufffd", "不可见"),
    ("name", 12345, "数字"),
    ("bank_account", 6222021234567890000, "数字"),
    ("bank_account", "6.22202E+18", "科学计数法"),
    ("phone", 13800000000, "数字"),
    ("enrolment_state", "9", "代码表"),
    ("personal", "12,34", "不是金额"),
    ("personal", "１００", "不是金额"),
    ("personal", "1e5", "不是金额"),
    ("personal", "NaN", "不是金额"),
    ("personal", "1.005", "不是金额"),
    ("personal", 12.345, "两位小数"),
    ("personal", 1e15, "超出范围"),
    ("personal", -5, "负数"),
    ("personal", "99999999999999", "不是金额"),
    ("personal", True, "金额"),
    ("enrolled_month", "201713", "年月"),
    ("enrolled_month", "2017", "年月"),
    ("enrolled_month", date(2017, 1, 1), "年月"),
    ("tier", "一百", "整数"),
    ("tier", 100.5, "整数"),
]


@pytest.mark.parametrize(("field", "cell", "rule"), ONE_BAD_CELL)
def test_a_bad_cell_is_refused_with_its_row_and_column(field, cell, rule):
    if isinstance(cell, date):
        cell = str(cell)
    faults = refusal(spoiled(field, cell, row=3))
    assert [fault.row for fault in faults] == [3]
    column = layout(REGISTER).column(field)
    assert column.header in faults[0].column
    assert rule in faults[0].rule
    assert faults[0].next_step
    assert faults[0].file == "册.xlsx"


BAD_DATES = ["2017-02-29", "20170229", "2017-13-01", "1/2/2017", "43100", 43100, "01-02-03"]


@pytest.mark.parametrize("cell", BAD_DATES)
def test_a_date_that_does_not_exist_is_refused(cell):
    faults = refusal(spoiled("applied_date", cell, layout_id="enrolment_batch"), "enrolment_batch")
    assert [(fault.row, "申请日期" in fault.column) for fault in faults] == [(2, True)]


GOOD_DATES = ["2017-06-30", "2017/6/30", "20170630", 20170630, datetime(2017, 6, 30)]  # noqa: DTZ001


@pytest.mark.parametrize("cell", GOOD_DATES)
def test_a_date_is_read_in_every_lossless_writing(cell):
    grid = grid_of("enrolment_batch", 1)
    grid[1][place("enrolment_batch", "applied_date")] = cell
    data = workbook(grid)
    if isinstance(cell, datetime):
        data = _with_date_cell(grid)
    table = read_table(data, "enrolment_batch", filename="x.xlsx")
    assert table.columns["applied_date"] == [date(2017, 6, 30)]


def _with_date_cell(grid):
    book = openpyxl.Workbook()
    for row in grid:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_every_fault_of_a_file_is_listed_not_only_the_first():
    grid = grid_of(REGISTER, 40)
    for row in range(1, 41):
        grid[row][place(REGISTER, "resident_number")] = 430602194001010011 + row
        grid[row][place(REGISTER, "personal")] = "x"
    faults = refusal(workbook(grid))
    assert len(faults) == 80
    assert {fault.row for fault in faults} == set(range(2, 42))


def test_the_message_masks_numbers_and_names():
    damaged = resident_number(7)[:17] + "?"
    faults = refusal(spoiled("resident_number", damaged))
    assert damaged not in str(faults[0])
    assert damaged[6:14] not in str(faults[0])
    spaced = " ".join(damaged)
    assert damaged[6:14] not in str(refusal(spoiled("resident_number", spaced))[0]).replace(" ", "")
    assert "欧阳小二三" not in str(refusal(spoiled("name", "欧阳小二三\u202e"))[0])


@pytest.mark.parametrize(("amount", "fen"), [(12.34, 1234), (0.1, 10), (85, 8500), (1234567.89, 123456789)])
def test_a_money_number_exact_to_two_decimals_is_read(amount, fen):
    table = read_table(spoiled("personal", amount), REGISTER, filename="x.xlsx")
    assert table.columns["personal"][0] == fen


def test_a_resident_number_is_normalised_only_where_lossless():
    number = next(n for n in map(resident_number, range(1000)) if n.endswith("X"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number.lower())
    table = read_table(spoiled("resident_number", f" {wide} "), REGISTER, filename="x.xlsx")
    assert table.columns["resident_number"][0] == number


def test_numbers_ending_000_and_15_digits_and_question_marks_are_only_warned_of():
    ending = next(n for n in map(resident_number, range(20160 * 99, 20160 * 100)) if n.endswith("000"))
    old = resident_number(3)
    grid = grid_of(REGISTER, 3)
    grid[1][place(REGISTER, "resident_number")] = ending
    grid[2][place(REGISTER, "resident_number")] = old[:6] + old[8:17]
    grid[3][place(REGISTER, "name")] = "李?"
    warnings = read_table(workbook(grid), REGISTER, filename="x.xlsx").warnings
    assert sorted(fault.row for fault in warnings) == [2, 3, 4]


def test_missing_doubled_and_unknown_headers():
    grid = grid_of(REGISTER, 2)
    grid[0][2] = "身份证"
    assert [(f.row, f.rule) for f in refusal(workbook(grid))] == [(1, "缺少表头")]
    grid = grid_of(REGISTER, 2)
    grid[0].append("姓名")
    last = openpyxl.utils.get_column_letter(len(grid[0]))
    faults = refusal(workbook(grid))
    assert [(f.row, f.rule, f.column) for f in faults] == [(1, "表头重复", f"{last}列 姓名")]
    grid[0][-1] = "备注栏"
    assert any("模板以外" in w.rule for w in read_table(workbook(grid), REGISTER, filename="x.xlsx").warnings)


def test_a_repeated_person_is_refused_at_the_second_row():
    grid = grid_of(REGISTER, 3)
    grid[3][place(REGISTER, "resident_number")] = grid[1][place(REGISTER, "resident_number")].lower()
    faults = refusal(workbook(grid))
    assert [(f.row, "第2行重复" in f.rule) for f in faults] == [(4, True)]


@pytest.mark.parametrize("layout_id", sorted(key for key, declared in layouts().items() if declared.unique))
def test_a_repeated_row_is_refused_in_every_layout_with_a_key(layout_id, tmp_path):
    columns = {field: [*values, values[1]] for field, values in columns_of(layout_id, 4).items()}
    write_table(tmp_path / "f", layout_id, columns, header=header_of(layout_id))
    faults = refusal((tmp_path / "f").read_bytes(), layout_id, "f")
    assert len(faults) == len(layout(layout_id).unique)
    assert all("重复" in fault.rule for fault in faults)
    assert len({fault.row for fault in faults}) == 1


def test_formula_error_and_merged_cells_are_refused_where_they_stand():
    column = place(REGISTER, "personal")
    grid = grid_of(REGISTER, 3)
    grid[2][column] = ("=1+1", None, 2)
    faults = refusal(workbook(grid))
    assert [f for f in faults if (f.rule, f.row, f.column) == ("单元格是公式", 3, "Q列")]
    faults = refusal(workbook(grid_of(REGISTER, 3), merged="B6:C7"))
    assert [f for f in faults if (f.rule, f.row, f.column) == ("合并单元格", 6, "B列")]
    grid[2][column] = ("=1/0", None, "#DIV/0!")
    assert "单元格是错误值" in [f.rule for f in refusal(workbook(grid))]


def test_hidden_rows_are_reported():
    table = read_table(workbook(grid_of(REGISTER, 3), hidden_row=2), REGISTER, filename="x.xlsx")
    assert [warning.rule for warning in table.warnings] == ["含有隐藏的行"]


def test_blank_rows_are_skipped_and_numbers_stay_true():
    grid = grid_of(REGISTER, 3)
    grid.insert(2, [])
    assert read_table(workbook(grid), REGISTER, filename="x.xlsx").row_numbers == [2, 4, 5]


@pytest.mark.parametrize("name", ["a.xls", "a.XLSM", "a.ods"])
def test_other_workbooks_are_refused_by_name(name):
    assert "只接收xlsx" in refusal(workbook(grid_of(REGISTER, 1)), filename=name)[0].rule


def repacked(data, *, change=None, extra=None):
    """The same package with parts changed or added."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, change(name, body) if change else body)
        for name, body in (extra or {}).items():
            new.writestr(name, body)
    return content.getvalue()


GOOD = workbook(grid_of(REGISTER, 3))
SHEET = "xl/worksheets/sheet1.xml"


FAR_CELL = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
ENDLESS = b"".join(b"<row a%d " % (i * 7919 % 100_003) for i in range(250_000)) + b" hidden='2'>"
FAR_COLUMN = b'<row r="9"><c r="xfd9"><v>1</v></c></row></sheetData>'


def in_sheet(old, new):
    return repacked(GOOD, change=lambda name, body: body.replace(old, new, 1) if name == SHEET else body)


def repeated_string():
    """One string of 30,000 characters, 400,000 cells that show it: 12 GB."""
    strings = f"<sst><si><t>a</t></si><si><t>{'x' * 30_000}</t></si></sst>"
    places = (f"{'ABCDEFGH'[i % 8]}{i // 8 + 1}" for i in range(400_000))
    cells = "".join(f'<c r="{place_}" t="s"><v>1</v></c>' for place_ in places)
    sheet = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"
    parts = {"xl/sharedStrings.xml": strings, SHEET: sheet}
    return repacked(GOOD, change=parts.get)


def plain_zip():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("a.txt", "x")
    return content.getvalue()


HOSTILE = {
    "macro": lambda: repacked(GOOD, extra={"xl/vbaProject.bin": b"x"}),
    "external link": lambda: repacked(GOOD, extra={"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    "entities": lambda: in_sheet(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
    "last cell of the sheet": lambda: in_sheet(b"</sheetData>", FAR_CELL),
    "lower-case far cell": lambda: in_sheet(b"</sheetData>", FAR_COLUMN),
    "many entries": lambda: repacked(GOOD, extra={f"xl/worksheets/s{i}.xml": b"<a/>" for i in range(5000)}),
    "bomb": lambda: repacked(GOOD, extra={"xl/worksheets/sheet2.xml": bytes(150 * 2**20)}),
    "cut": lambda: GOOD[: len(GOOD) // 2],
    "not a zip": lambda: b"MZ" + bytes(5000),
    "another zip": plain_zip,
    "sheet elsewhere": lambda: repacked(GOOD, extra={"xl/media/image1.png": b"<worksheet><sheetData/>"}),
    "repeated long string": repeated_string,
    "tags without end": lambda: in_sheet(b"</sheetData>", ENDLESS),
    "empty": lambda: b"",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_dangerous_package_is_refused_within_two_seconds(kind):
    data = HOSTILE[kind]()
    began = time.perf_counter()
    assert len(refusal(data)) == 1
    assert time.perf_counter() - began < 2


def test_a_package_that_lies_about_its_size_is_refused():
    data = bytearray(repacked(GOOD, extra={"xl/worksheets/sheet2.xml": bytes(3 * 2**20)}))
    directory = data.rfind(b"PK\1\2")
    struct.pack_into("<I", data, directory + 24, 1000)  # the directory's unpacked size of the last entry
    assert "长度与目录不符" in refusal(bytes(data))[0].rule


@example(position=2777, byte=0)  # still unpacks, to other names: only the checksum tells
@given(position=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_changed_byte_of_a_workbook_is_refused_or_harmless(position, byte):
    data = bytearray(GOOD)
    data[position] = byte
    expected = read_table(GOOD, REGISTER, filename="x.xlsx").columns
    try:
        found = read_table(bytes(data), REGISTER, filename="x.xlsx").columns
    except FileRefused:
        found = expected
    assert found == expected


@given(data=st.binary(max_size=300), name=st.sampled_from(["bank_collection", "bank_statement", "bank_return"]))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_never_crash_the_reader(data, name):
    with pytest.raises(FileRefused):
        read_table(data, name, filename="x")


def good_collection(tmp_path):
    path = tmp_path / "c.txt"
    columns, header = columns_of("bank_collection", 4), header_of("bank_collection")
    write_table(path, "bank_collection", columns, header=header)
    return path.read_bytes()


def test_wrong_count_total_and_trailer_are_refused(tmp_path):
    data = good_collection(tmp_path)
    lines = data.split(b"\r\n")
    assert lines[-2] == b"T|4|6.28"  # 0.07 + 1.07 + 2.07 + 3.07
    for old, new, rule in [
        (b"|4|6.28|", b"|5|6.28|", "笔数"),
        (b"|4|6.28|", b"|4|6.29|", "合计"),
        (b"T|4|6.28", b"T|3|6.28", "末行笔数"),
        (b"T|4|6.28", b"T|4|6.2x", "末行"),
    ]:
        assert any(rule in f.rule for f in refusal(data.replace(old, new), "bank_collection", "c.txt"))
    without = b"\r\n".join(lines[:2] + lines[3:])
    assert any("笔数" in f.rule for f in refusal(without, "bank_collection", "c.txt"))


def test_a_bank_text_cut_at_any_byte_is_refused(tmp_path):
    data = good_collection(tmp_path)
    assert all(refusal(data[:cut], "bank_collection", "c.txt") for cut in range(len(data) - 1))


@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_bank_text_is_refused_or_still_adds_up(data, tmp_path):
    good = bytearray(good_collection(tmp_path))
    place_ = data.draw(st.integers(0, len(good) - 1))
    kind = data.draw(st.sampled_from(["change", "drop", "insert", "swap lines"]))
    byte = data.draw(st.integers(0, 255))
    if kind == "change":
        good[place_] = byte
    elif kind == "drop":
        del good[place_]
    elif kind == "insert":
        good.insert(place_, byte)
    else:
        lines = bytes(good).split(b"\r\n")
        good = bytearray(b"\r\n".join(lines[1:2] + lines[:1] + lines[2:]))
    try:
        table = read_table(bytes(good), "bank_collection", filename="c.txt")
    except FileRefused:
        return
    assert table.rows == 4
    assert sum(table.columns["amount"]) == table.header["total"] == 628


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('收入户,2017-01-02,R2,"甲,1.00,,10.00,x', "引号"),
        ("收入户,2017-01-02,R2,甲,1.00,,10.00", "应有8列"),
        ("收入户,2017-01-02,R2,甲,1.00,,10.00,x,y", "应有8列"),
        ("收入户,2017-01-02,R2,=1+1,1.00,,10.00,x", "公式"),
    ],
)
def test_csv_shape_faults_are_named_by_row(line, rule):
    header = ",".join(column.header for column in layout("bank_statement").columns)
    text = f"{header}\r\n收入户,2017-01-01,R1,甲,1.00,,10.00,x\r\n{line}\r\n"
    faults = refusal(text.encode("utf-8-sig"), "bank_statement", "s.csv")
    assert any(fault.row == 3 and rule in fault.rule for fault in faults)


def test_a_gap_in_the_balances_of_a_statement_is_warned_of():
    header = ",".join(column.header for column in layout("bank_statement").columns)
    rows = [
        "收入户,2017-01-01,R1,甲,,1.00,10.00,x",
        "收入户,2017-01-02,R2,甲,,1.00,11.00,x",
        "支出户,2017-01-02,R2,甲,5.00,,0.00,x",
        "收入户,2017-01-03,R3,甲,1.00,,9.00,x",
    ]
    data = "\r\n".join([header, *rows, ""]).encode("utf-8-sig")
    warnings = read_table(data, "bank_statement", filename="s.csv").warnings
    assert [w.row for w in warnings] == [5]

"""Lists of any layout: every way of writing them reads alike, every row has one fate, hostile files are refused."""

import io
import random
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jubao.exchange.cells import CellUnreadable, read_cell
from jubao.exchange.fault import FileRefused
from jubao.exchange.layout import Column, ColumnType
from jubao.exchange.register_file import Fate, RegisterReading, read_register
from jubao.exchange.register_mapping import MappingInvalid, RegisterMapping, mapping_of_layout, read_mapping
from jubao.exchange.register_preview import preview
from jubao.exchange.writing import write_table
from tests.exchange_samples import resident_number
from tests.old_workbook import old_workbook

HEADER = ["序号", "姓名", "身份证号", "死亡日期"]
MAPPING = read_mapping(
    {"record_number": "序号", "name": "姓名", "resident_number": "身份证号", "death_date": "死亡日期"}, {}
)
ROWS = [
    ["1", "王建国", resident_number(1), "2017-03-05"],
    ["2", "欧阳\u3400娜", resident_number(2).lower(), "2017年3月6日"],
    ["3", "李四", "", "20170307"],
    ["4", "", "", "2017-03-08"],
    ["5", "赵六", resident_number(5)[:17], ""],
]
FATES = [Fate.ACCEPTED, Fate.ACCEPTED, Fate.WAITING, Fate.REJECTED, Fate.WAITING]


def text_file(
    path: Path, rows: list[list[str]], *, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n"
) -> Path:
    path.write_bytes((end.join(delimiter.join(row) for row in rows) + end).encode(encoding))
    return path


def workbook(path: Path, rows: list[list[Any]], *, title_rows: int = 0, formula: tuple[int, int] | None = None) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet("名单"), book.add_format({"num_format": "yyyy-mm-dd"})
    for r, row in enumerate(rows, start=title_rows):
        for c, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(r, c, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(r, c, cell)
            else:
                sheet.write_number(r, c, cell)
    if title_rows:
        sheet.merge_range(0, 0, 0, 3, "2017年三月死亡人员名单")
    if formula:
        sheet.write_formula(*formula, "=1+1")
    book.close()
    return path


def read(path: Path, mapping: RegisterMapping = MAPPING) -> tuple[RegisterReading, list[tuple[Any, ...]]]:
    """The reading and its rows: number, fate, name, number, day, rule."""
    reading = read_register(path, mapping)
    rows = []
    for batch in reading:
        said = [
            batch.columns.get(name) or [None] * len(batch.fates) for name in ("name", "resident_number", "death_date")
        ]
        rows += [
            (int(batch.row_numbers[at]), int(batch.fates[at]), *(column[at] for column in said), batch.rules.get(at))
            for at in range(len(batch.fates))
        ]
    assert reading.rows == len(rows) == reading.accepted + reading.rejected + reading.waiting
    return reading, rows


def write_by(form: str, path: Path) -> Path:
    grid = [HEADER, *ROWS]
    if form == "xlsx":
        return workbook(path.with_suffix(".xlsx"), grid)
    if form == "xls":
        path.with_suffix(".xls").write_bytes(old_workbook(grid))
        return path.with_suffix(".xls")
    delimiter, encoding = form.split(" ")
    return text_file(path, grid, delimiter={"tab": "\t"}.get(delimiter, delimiter), encoding=encoding)


FORMS = [
    "xlsx",
    "xls",
    *(
        f"{d} {e}"
        for d in (",", "tab", "|", ";", "|+|", "^")
        for e in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
    ),
]


@pytest.mark.parametrize("form", FORMS)
def test_every_way_of_writing_a_list_reads_alike(form: str, tmp_path: Path) -> None:
    if form.endswith(" gbk"):
        form = form.replace("gbk", "gb18030")  # the rare character is not in GBK
    _, rows = read(write_by(form, tmp_path / "名单.txt"))
    assert [row[1] for row in rows] == FATES
    assert [row[2] for row in rows] == ["王建国", "欧阳\u3400娜", "李四", None, "赵六"]
    assert [row[3] for row in rows][:2] == [resident_number(1), resident_number(2)]
    assert [row[4] for row in rows] == ["2017-03-05", "2017-03-06", "2017-03-07", "2017-03-08", None]
    assert [row[0] for row in rows] == [2, 3, 4, 5, 6]


def test_title_rows_above_the_header_and_cells_beside_the_table_do_no_harm(tmp_path: Path) -> None:
    _, rows = read(workbook(tmp_path / "a.xlsx", [HEADER, *ROWS], title_rows=2))
    assert [row[1] for row in rows] == FATES
    assert rows[0][0] == 4


def test_the_kind_of_a_file_is_read_off_its_bytes_not_its_name(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", [HEADER, *ROWS])
    renamed = book.rename(tmp_path / "a.csv")
    assert [row[1] for row in read(renamed)[1]] == FATES


def test_a_file_without_header_is_read_by_letters_and_constants(tmp_path: Path) -> None:
    path = text_file(tmp_path / "a.txt", ROWS, delimiter="|")
    mapping = read_mapping({"name": "B", "resident_number": "C"}, {"header_row": 0, "constants": {"scheme": "110"}})
    _, rows = read(path, mapping)
    assert [row[1] for row in rows] == FATES


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (["9", "张三", "4.30602E+17", ""], "科学计数法"),
        (["1", "张三", resident_number(9), ""], "重复"),
        (["9", "", "123", ""], "没有姓名"),
        (["9", "不详", "无", ""], "没有姓名"),
        (["9", "张\u200b三", "", ""], "不可见"),
        (["9", "合计", "", ""], "合计"),
        (["9", "张三", resident_number(9), "", "多出的一格"], "列"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_others_stay(row: list[str], rule: str, tmp_path: Path) -> None:
    reading, rows = read(text_file(tmp_path / "a.csv", [HEADER, ROWS[0], row, ROWS[1]]))
    assert [one[1] for one in rows] == [Fate.ACCEPTED, Fate.REJECTED, Fate.ACCEPTED]
    assert rule in rows[1][-1]
    assert reading.rejected == 1


@pytest.mark.parametrize(
    ("row", "question", "day"),
    [
        (["9", "张三", resident_number(9), "2017-02-30"], "死亡日期：不是有效日期", "2017-02"),
        (["9", "张三", resident_number(9), "约2017年12月"], "原文：约2017年12月", "2017-12"),
        (["9", "张三", resident_number(9), "2017-12-00"], "原文：2017-12-00", "2017-12"),
        (["9", "张三", resident_number(9), "2017-11-30至2017-12-02"], "原文：2017-11-30至2017-12-02", None),
        (["9", "张三", resident_number(9), "17.12.1"], "原文：17.12.1", None),
        (["9", "=cmd()", resident_number(9), ""], "姓名：单元格是公式", None),
        (["9", "张\u200b三", resident_number(9), ""], "姓名：含有不可见字符", None),
        (["9", "张" * 200, resident_number(9), ""], "姓名：", None),
    ],
)
def test_a_valid_number_stays_and_an_unreadable_second_cell_is_asked_about(
    row: list[str], question: str, day: str | None, tmp_path: Path
) -> None:
    reading = read_register(text_file(tmp_path / "a.csv", [HEADER, ROWS[0], row, ROWS[1]]), MAPPING)
    (batch,) = reading
    assert batch.fates.tolist() == [Fate.ACCEPTED] * 3
    assert list(batch.asked) == [1]
    assert question in batch.asked[1]
    assert batch.columns["death_date"][1] == day
    assert batch.keys[1] >= 0


@pytest.mark.parametrize("nothing", ["", "空", "不详", "无", "0", "000000000000000000", "——", "N/A", "暂缺"])
def test_a_name_without_a_number_waits_and_is_no_duplicate(nothing: str, tmp_path: Path) -> None:
    rows = [["", "王甲", nothing, ""], [nothing, "李乙", nothing, "不详"], [nothing, "周丙", nothing, "无"]]
    mapping = MAPPING.model_copy(update={"unique": ("record_number", "resident_number")})
    reading = read_register(text_file(tmp_path / "a.csv", [HEADER, *rows]), mapping)
    (batch,) = reading
    assert batch.fates.tolist() == [Fate.WAITING] * 3
    assert set(batch.rules.values()) == {"没有公民身份号码"}
    assert batch.columns["resident_number"] == [""] * 3
    assert batch.columns["death_date"] == [None] * 3


@pytest.mark.parametrize(
    ("moment", "day", "asked"),
    [
        (datetime(2017, 11, 30, 23, 59, 17), "2017-12-01", True),  # noqa: DTZ001
        (datetime(2017, 12, 1, 0, 0, 43), "2017-12-01", True),  # noqa: DTZ001
        (datetime(2017, 12, 1), "2017-12-01", False),  # noqa: DTZ001
        (datetime(2017, 11, 30, 23, 58, 59), "2017-11-30", False),  # noqa: DTZ001
        (datetime(2017, 12, 1, 14, 20), "2017-12-01", False),  # noqa: DTZ001
    ],
)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_time_within_a_minute_of_midnight_is_asked_about_and_never_cut(
    moment: datetime,
    day: str,
    asked: bool,  # noqa: FBT001
    form: str,
    tmp_path: Path,
) -> None:
    row = ["1", "王甲", resident_number(1)]
    if form == "xlsx":
        path = workbook(tmp_path / "a.xlsx", [HEADER, [*row, moment]])
    else:
        path = text_file(tmp_path / "a.csv", [HEADER, [*row, f"{moment:%Y-%m-%d %H:%M:%S}"]])
    (batch,) = read_register(path, MAPPING)
    assert batch.columns["death_date"] == [day]
    assert batch.fates.tolist() == [Fate.ACCEPTED]
    assert ("离午夜不到一分钟" in batch.asked.get(0, "")) is asked
    assert day in str(preview(path).rows)


def test_a_layout_of_our_own_asks_for_the_day_instead_of_cutting_it() -> None:
    column = Column(field="day", header="日期", type=ColumnType.DATE)
    with pytest.raises(CellUnreadable, match="离午夜不到一分钟"):
        read_cell(datetime(2017, 11, 30, 23, 59, 17), column)  # noqa: DTZ001
    with pytest.raises(CellUnreadable, match="含有时间"):
        read_cell(datetime(2017, 11, 30, 14, 20), column)  # noqa: DTZ001
    assert read_cell(datetime(2017, 11, 30), column) == date(2017, 11, 30)  # noqa: DTZ001


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_numbers_typed_as_numbers_and_formulas_are_rejected_row_by_row(form: str, tmp_path: Path) -> None:
    grid = [HEADER, ROWS[0], ["8", "张三", float(resident_number(8)[:17]), ""], ["9", "李四", resident_number(9), ""]]
    path = tmp_path / f"a.{form}"
    if form == "xlsx":
        workbook(path, grid, formula=(3, 3))
    else:
        path.write_bytes(old_workbook(grid, formula=(3, 3)))
    _, rows = read(path)
    assert [row[1] for row in rows] == [Fate.ACCEPTED, Fate.REJECTED, Fate.REJECTED]
    assert "文本格式" in rows[1][-1]
    assert "公式" in rows[2][-1]


def test_days_of_a_spreadsheet_and_months_without_a_day_are_read(tmp_path: Path) -> None:
    grid = [
        HEADER,
        ["1", "王甲", resident_number(1), datetime(2017, 3, 5, 14, 20)],  # noqa: DTZ001
        ["2", "王乙", resident_number(2), "2017年3月"],
    ]
    _, rows = read(workbook(tmp_path / "a.xlsx", grid))
    assert [row[4] for row in rows] == ["2017-03-05", "2017-03"]


def test_our_own_layout_is_a_mapping_like_any_other(tmp_path: Path) -> None:
    columns = {
        "record_number": ["1", "2"],
        "name": ["王甲", "李乙"],
        "resident_number": [resident_number(1), resident_number(2)],
        "death_date": [date(2017, 3, 5), None],
        "origin": ["户籍注销", None],
    }
    path = tmp_path / "a.xlsx"
    write_table(path, "death_list", columns)
    _, rows = read(path, mapping_of_layout("death_list"))
    assert [row[1:5] for row in rows] == [
        (Fate.ACCEPTED, "王甲", resident_number(1), "2017-03-05"),
        (Fate.ACCEPTED, "李乙", resident_number(2), None),
    ]


def hostile(kind: str) -> bytes:
    text = "\r\n".join(",".join(row) for row in [HEADER, *ROWS]).encode()
    if kind == "bomb":
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/workbook.xml", "<workbook/>")
            package.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 2**20))
        return content.getvalue()
    made = {
        "empty": b"",
        "blank": b"\r\n \r\n",
        "pdf": b"%PDF-1.4\n" + text,
        "image": b"\x89PNG\r\n\x1a\n" + text,
        "html": b"<html><table><tr><td>1</td></tr></table></html>",
        "nul": text.replace(b"\r\n1", b"\r\n\x001"),
        "exe": b"MZ\x90\x00" + text,
        "zip": b"PK\x03\x04" + b"\0" * 50,
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600,
        "cut xls": old_workbook([HEADER, *ROWS])[:3000],
        "macro xls": old_workbook([HEADER], extra=["_VBA_PROJECT_CUR"]),
        "locked xls": old_workbook([HEADER, *ROWS], password=True),
        "doc": old_workbook([HEADER], stream="WordDocument"),
        "far xls": old_workbook([[*HEADER, *[""] * 90, "远"]]),
        "no header": text.replace("身份证号".encode(), b"x"),
        "twice": text.replace("死亡日期".encode(), "姓名".encode()),
        "huge cell": text + b"\r\n9," + b"x" * 3_000_000,
        "bad byte": text + b"\r\n9,\xff\xfe\xfd",
        "quote": text + '\r\n9,"王'.encode(),
    }
    return made[kind]


HOSTILE = [
    "bomb",
    "empty",
    "blank",
    "pdf",
    "image",
    "html",
    "nul",
    "exe",
    "zip",
    "ole",
    "cut xls",
    "macro xls",
    "locked xls",
    "doc",
    "far xls",
    "no header",
    "twice",
    "huge cell",
    "bad byte",
    "quote",
]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "名单.xls"
    path.write_bytes(hostile(kind))
    with pytest.raises(FileRefused) as refused:
        read(path)
    assert all("\u4e00" <= fault.rule[0] <= "\u9fff" or fault.rule for fault in refused.value.faults)
    assert "名单.xls" in str(refused.value)


def refused_or_read(path: Path) -> bool:
    """Either every row has a fate, or the refusal says why; nothing else may come out."""
    try:
        reading, rows = read(path)
    except FileRefused as refused:
        return bool(refused.faults)
    return reading.rows == len(rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_any_damage_to_an_old_workbook_is_refused_or_harmless(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    content = bytearray(old_workbook([HEADER, *ROWS]))
    for _ in range(dice.randint(1, 6)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path = tmp_path / "a.xls"
    path.write_bytes(bytes(content[: dice.randint(1, len(content))] if dice.random() < 0.3 else content))
    assert refused_or_read(path)


CELLS = st.sampled_from(
    [
        "",
        "王甲",
        "李乙",
        resident_number(1),
        resident_number(2),
        "430602",
        "4.3E+17",
        "=1",
        "x\u200by",
        "2017-13-01",
        "合计",
        "1",
        "2",
        resident_number(3).lower(),
        "\u3000",
        "'",
        "2017-03-05",
    ]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=12))
def test_every_row_has_exactly_one_fate(rows: list[list[str]], tmp_path: Path) -> None:
    """I-38: accepted + rejected + waiting = rows; only a valid number is accepted, only a name waits."""
    path = text_file(tmp_path / "a.csv", [HEADER, *rows])
    _, read_rows = read(path)
    assert len(read_rows) == sum(any(cell.strip() for cell in row) for row in rows)
    for _, fate, name, number, _, rule in read_rows:
        assert (rule is None) == (fate == Fate.ACCEPTED)
        if fate == Fate.ACCEPTED:
            assert number in {resident_number(n) for n in (1, 2, 3)}
        if fate == Fate.WAITING:
            assert name


def test_a_mapping_names_every_fault_at_once() -> None:
    with pytest.raises(MappingInvalid) as invalid:
        read_mapping({"nonsense": "甲", "address": "甲"}, {"constants": {"address": "x"}})
    told = "；".join(invalid.value.faults)
    assert all(word in told for word in ("nonsense", "既对应列又是常量", "对应了两个项目", "姓名或公民身份号码"))


def test_a_preview_proposes_a_mapping_and_masks_people(tmp_path: Path) -> None:
    header = ["序号", "死者姓名", "居民身份证号", "火化日期", "殡仪馆电话"]
    rows = [["1", "王建国", resident_number(1), "2017-03-05", "13800000000"]]
    shown = preview(
        text_file(tmp_path / "a.csv", [["某区殡仪馆名单", "", "", "", ""], header, *rows], encoding="gb18030")
    )
    assert shown.header_row == 2
    assert shown.proposed is not None
    assert shown.proposed.columns == {
        "record_number": "序号",
        "name": "死者姓名",
        "resident_number": "居民身份证号",
        "death_date": "火化日期",
    }
    assert shown.unknown == ["殡仪馆电话"]
    printed = str(shown.rows)
    assert resident_number(1) not in printed
    assert "王建国" not in printed
    assert "13800000000" not in printed


def test_a_preview_finds_people_without_a_header(tmp_path: Path) -> None:
    rows = [["王建国", resident_number(1)], ["李四", resident_number(2)]]
    shown = preview(text_file(tmp_path / "a.txt", rows, delimiter="\t"))
    assert shown.proposed is not None
    assert shown.proposed.columns == {"name": "A", "resident_number": "B"}
    assert [row[1] for row in read(tmp_path / "a.txt", shown.proposed)[1]] == [Fate.ACCEPTED] * 2


def test_a_long_list_is_streamed_in_bounded_memory(tmp_path: Path) -> None:
    """Peak memory does not grow with the rows: three times the rows, less than half as much again."""
    peaks = []
    for count in (150_000, 450_000):
        path = tmp_path / f"{count}.csv"
        with path.open("w", encoding="gb18030", newline="") as file:
            file.write(",".join(HEADER) + "\r\n")
            file.writelines(f"{i},王{i % 90},{resident_number(i % 500_000)},2017-03-05\r\n" for i in range(count))
        tracemalloc.start()
        reading = read_register(path, MAPPING)
        assert sum(len(batch.fates) for batch in reading) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 16 * 450_000

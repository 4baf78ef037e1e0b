"""Exchange: the same rows in every encoding, and no byte is ever guessed, dropped or replaced."""

import codecs

import pytest

from jubao.exchange import FileRefused, read_table, write_table
from jubao.exchange.text import decode
from tests.exchange_samples import HAN_BEYOND_BMP, columns_of, header_of

ENCODINGS = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with mark": lambda text: text.encode("utf-8-sig"),
    "GB18030": lambda text: text.encode("gb18030"),
    "UTF-16 LE": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
}
LAYOUTS = ["outlet_batch", "bank_collection", "bank_statement"]


def written(layout_id, tmp_path, rows=6, **changes):
    path = tmp_path / "f"
    write_table(path, layout_id, columns_of(layout_id, rows) | changes, header=header_of(layout_id))
    data = path.read_bytes()
    return data.decode("gb18030" if layout_id == "bank_collection" else "utf-8-sig")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("layout_id", LAYOUTS)
def test_every_encoding_gives_the_same_rows(layout_id, encoding, tmp_path):
    text = written(layout_id, tmp_path)
    table = read_table(ENCODINGS[encoding](text), layout_id, filename="f")
    assert table.columns == columns_of(layout_id, 6)


def test_gbk_gives_the_same_rows(tmp_path):
    names = ["王伟", "李娜", "张敏", "刘洋", "陈静", "杨帆"]
    text = written("bank_collection", tmp_path, name=names)
    assert read_table(text.encode("gbk"), "bank_collection", filename="f").columns["name"] == names


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-8 with mark", "GB18030"])
def test_a_bad_byte_is_named_by_position_and_row(encoding, tmp_path):
    data = ENCODINGS[encoding](written("outlet_batch", tmp_path))
    third_line = data.index(b"\n", data.index(b"\n", data.index(b"\n") + 1) + 1) + 1
    with pytest.raises(FileRefused) as caught:
        read_table(data[:third_line] + b"\xff" + data[third_line:], "outlet_batch", filename="f")
    (fault,) = caught.value.faults
    assert fault.row == 4
    assert f"第{third_line + 1}字节" in fault.rule


def test_names_beyond_the_bmp_cut_in_the_middle_are_refused_at_every_offset():
    text = "".join(HAN_BEYOND_BMP[:5]) + "\n"
    whole = text.encode("gb18030")
    for cut in range(1, len(whole) - 1):
        if cut % 4:
            with pytest.raises(FileRefused, match="字节"):
                decode(whole[:cut], filename="f")


def test_a_text_with_two_readings_is_asked_about():
    assert "漏".encode("gbk").decode("utf-8") == "©"
    with pytest.raises(FileRefused, match="无法确定编码"):
        decode("漏\n".encode("gbk"), filename="f")
    assert decode("漏\n".encode("gbk"), filename="f", landmarks=["漏"]) == "漏\n"


def test_a_binary_file_and_an_oversized_one_are_refused():
    with pytest.raises(FileRefused, match="空字节"):
        decode(b"abc\0def", filename="f")
    with pytest.raises(FileRefused, match="MB"):
        decode(b"a" * (64 * 2**20 + 1), filename="f")


def test_utf16_without_mark_is_refused(tmp_path):
    with pytest.raises(FileRefused):
        read_table(written("outlet_batch", tmp_path).encode("utf-16-le"), "outlet_batch", filename="f")


def test_a_file_of_mixed_encodings_is_refused(tmp_path):
    first, rest = written("bank_statement", tmp_path).split("\n", 1)
    with pytest.raises(FileRefused):
        read_table(f"{first}\n".encode() + rest.encode("gb18030"), "bank_statement", filename="f")

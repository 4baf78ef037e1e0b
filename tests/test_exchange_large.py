"""Exchange: the provincial comparison is streamed, every row kept, every fault counted."""

import numpy as np
import pytest

from jubao.exchange import FileRefused, read_large, read_table, transcoding, write_table
from tests.exchange_samples import columns_of

LAYOUT = "provincial_comparison"
ROWS = 300


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(transcoding, "_BLOCK_BYTES", 997)  # blocks end inside lines, characters and CR LF
    write_table(tmp_path / "p.csv", LAYOUT, columns_of(LAYOUT, ROWS))
    return tmp_path / "p.csv"


def joined(reading):
    columns, keys, valid, numbers = {}, [], [], []
    for batch in reading:
        for field, values in batch.columns.items():
            columns.setdefault(field, []).extend(values)
        keys += batch.keys.tolist()
        valid += batch.valid.tolist()
        numbers += batch.row_numbers.tolist()
    return columns, keys, valid, numbers


def test_streamed_rows_equal_the_rows_read_at_once(path):
    reading = read_large(path, LAYOUT)
    columns, keys, valid, numbers = joined(reading)
    whole = read_table(path, LAYOUT)
    assert columns == whole.columns == columns_of(LAYOUT, ROWS)
    assert numbers == whole.row_numbers
    assert keys == [int(number[:17]) for number in columns["resident_number"]]
    assert all(valid)
    assert (reading.rows, reading.sha256, reading.faults) == (ROWS, whole.sha256, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_streams_the_same(path, encoding):
    text = path.read_bytes().decode("gb18030")
    path.write_bytes(text.encode(encoding))
    assert joined(read_large(path, LAYOUT))[0] == columns_of(LAYOUT, ROWS)


def test_faulty_rows_are_counted_and_kept_for_a_person(path):
    lines = path.read_bytes().decode("gb18030").split("\r\n")
    for row in (3, 50, 51):
        cells = lines[row - 1].split(",")
        cells[1] = "4.30602E+17" if row == 3 else cells[1][:-1]
        lines[row - 1] = ",".join(cells)
    cells = lines[9].split(",")
    lines[9] = ",".join([*cells[:7], "201713"])
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    reading = read_large(path, LAYOUT)
    columns, keys, valid, numbers = joined(reading)
    assert [numbers[i] for i in np.flatnonzero(~np.array(valid))] == [3, 10, 50, 51]
    assert sorted(fault.row for fault in reading.faults) == [3, 10, 50, 51]
    assert reading.fault_counts.total() == 4
    assert keys[1] == -1
    assert columns["resident_number"][1] == "4.30602E+17"
    assert columns["since"][8] is None


def test_repeated_record_numbers_are_counted(path):
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([*lines[:-1], lines[5], lines[6], b""]))
    reading = read_large(path, LAYOUT)
    assert sum(batch.rows for batch in reading) == ROWS + 2
    assert reading.fault_counts == {"记录号重复": 2}


def test_an_uneven_row_a_bad_byte_and_a_wrong_header_refuse_the_file(path):
    good = path.read_bytes()
    lines = good.split(b"\r\n")
    path.write_bytes(b"\r\n".join([*lines[:100], lines[100] + b",x", *lines[101:]]))
    with pytest.raises(FileRefused) as caught:
        joined(read_large(path, LAYOUT))
    assert [fault.row for fault in caught.value.faults] == [101]
    place = good.index(b"\r\n", 5000) + 2
    path.write_bytes(good[:place] + b"\xff" + good[place:])
    with pytest.raises(FileRefused, match=f"第{place + 1}字节"):
        joined(read_large(path, LAYOUT))
    path.write_bytes(b"\r\n".join([lines[0].replace(b",", b";"), *lines[1:]]))
    with pytest.raises(FileRefused, match="缺少表头"):
        joined(read_large(path, LAYOUT))


def test_a_file_cut_inside_a_character_is_refused(path):
    good = path.read_bytes()
    place = good.rindex("力".encode("gb18030"))
    path.write_bytes(good[: place + 1])
    with pytest.raises(FileRefused, match="字节"):
        joined(read_large(path, LAYOUT))


def test_a_batch_is_an_arrow_batch(path):
    batch = next(iter(read_large(path, LAYOUT)))
    arrow = batch.arrow()
    assert arrow.num_rows == batch.rows
    assert arrow.column("key").to_pylist() == batch.keys.tolist()

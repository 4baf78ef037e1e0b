"""Exchange: the bank's payout and return files, line by line, as far as a file alone can tell."""

import hashlib

import pytest

from jubao.exchange import (
    FileRefused,
    payout_file_name,
    payout_hash,
    read_payout,
    read_return,
    return_file_name,
    write_payout,
    write_return,
)
from tests.exchange_samples import columns_of, header_of

HEADER = header_of("bank_payout")
NAME = return_file_name("岳阳楼区", 201712, "20171201")


def returned(tmp_path, **changes):
    path = tmp_path / "return.txt"
    write_return(path, HEADER, columns_of("bank_return", 4) | changes)
    return path


def refused(source, **names):
    with pytest.raises(FileRefused) as caught:
        read_return(source, **names)
    return [(fault.row, fault.rule) for fault in caught.value.faults]


def test_the_payout_has_name_account_and_amount_at_indexes_6_7_8(tmp_path):
    rows = {
        "seq": [1],
        "personal_number": ["00000001"],
        "bank": ["BANK1"],
        "name": ["张三"],
        "account": ["6200000000000000001"],
        "amount": [10300],
    }
    write_payout(tmp_path / "p.txt", HEADER, rows)
    first, line = (tmp_path / "p.txt").read_bytes().decode("gbk").splitlines()
    assert first.split("\t") == ["BANK1", "20171201", "201712", "1", "103.00"]
    assert line.split("\t") == ["1", "00000001", "BANK1", "", "", "", "张三", "6200000000000000001", "103.00"]
    assert read_payout(tmp_path / "p.txt").columns == rows


def test_same_lines_give_the_same_bytes(tmp_path):
    rows = columns_of("bank_payout", 5)
    assert write_payout(tmp_path / "a", HEADER, rows) == write_payout(tmp_path / "b", HEADER, rows)


def test_the_hash_of_a_payout_is_that_of_the_file_written(tmp_path):
    rows = columns_of("bank_payout", 5)
    assert payout_hash(HEADER, rows) == write_payout(tmp_path / "p.txt", HEADER, rows)
    assert payout_hash(HEADER, rows) == hashlib.sha256((tmp_path / "p.txt").read_bytes()).hexdigest()


def test_file_names_follow_the_banks_pattern():
    assert NAME == "岳阳楼区城居保险发放回盘201712-20171201.txt"
    assert payout_file_name("岳阳楼区", 201712, "1") == "岳阳楼区城居保险发放报盘201712-1.txt"


def test_a_good_return_is_read_with_its_failures(tmp_path):
    table = read_return(returned(tmp_path), filename=NAME)
    assert table.columns["flag"] == ["1", "0", "1", "0"]
    assert table.columns["code"] == [None, "105", None, "105"]
    assert table.header["month"] == 201712


def test_a_dropped_last_tab_of_a_success_is_still_read(tmp_path):
    data = returned(tmp_path).read_bytes().replace(b"\t1\t\r\n", b"\t1\r\n")
    assert read_return(data, filename=NAME).columns["flag"] == ["1", "0", "1", "0"]


@pytest.mark.parametrize(
    ("changes", "row", "rule"),
    [
        ({"code": [None, "999", None, "105"]}, 3, "失败代码不在代码表内"),
        ({"code": [None, None, None, "105"]}, 3, "失败代码不在代码表内"),
        ({"code": ["105", "105", None, "105"]}, 2, "处理成功却带失败代码"),
        ({"seq": [1, 1, 3, 4]}, 3, "矛盾"),
        ({"seq": [1, 2, 1, 4]}, 4, "与第2行重复"),
    ],
)
def test_unknown_codes_and_contradictions_refuse_the_whole_file(changes, row, rule, tmp_path):
    ((found, said),) = refused(returned(tmp_path, **changes))
    assert found == row
    assert rule in said


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"\t0\t105", b"\t2\t105", "代码表"),
        (b"\t4\t", b"\t5\t", "笔数"),
        (b"6.28", b"6.29", "合计"),
        (b"1.07", b"-1.07", "负数"),
        (b"0.07", b"0.08", "合计"),
    ],
)
def test_changed_flags_counts_and_sums_are_refused(old, new, rule, tmp_path):
    data = returned(tmp_path).read_bytes().replace(old, new, 1)
    assert any(rule in said for _, said in refused(data, filename=NAME))


def test_a_name_of_another_month_or_batch_is_refused(tmp_path):
    path = returned(tmp_path)
    for name in (return_file_name("区", 201711, "20171201"), return_file_name("区", 201712, "2")):
        ((row, rule),) = refused(path, filename=name)
        assert row == 1
        assert "不符" in rule


def test_line_ends_and_blank_lines_change_nothing(tmp_path):
    data = returned(tmp_path).read_bytes()
    one, other = read_return(data, filename="a"), read_return(data.replace(b"\r\n", b"\n\r\n"), filename="b")
    assert one.content_sha256() == other.content_sha256()


def test_a_return_cut_at_any_byte_is_refused(tmp_path):
    data = returned(tmp_path).read_bytes()
    for cut in range(len(data) - 1):
        with pytest.raises(FileRefused):
            read_return(data[:cut], filename="r")

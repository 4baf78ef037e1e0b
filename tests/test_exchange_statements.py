"""Bank statements as MT940 and camt.053: the same table as delimited text, and every fault of a hostile file named."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.exchange.fault import FileRefused
from jubao.exchange.statement_file import read_statement
from jubao.exchange.writing import write_table
from tests.statement_samples import LINES, OPENING, Line, camt053, mt940


def read(text: str | bytes, account: str | None = "收入户", name: str = "对账单.txt") -> Any:
    return read_statement(text if isinstance(text, bytes) else text.encode(), filename=name, account=account)


def faults(text: str | bytes, account: str | None = "收入户") -> str:
    with pytest.raises(FileRefused) as refused:
        read(text, account)
    return "\n".join(str(fault) for fault in refused.value.faults)


def columns_of(lines: list[Line], opening: int = OPENING) -> dict[str, list[Any]]:
    balances, held = [], opening
    for line in lines:
        held += line[3]
        balances.append(held)
    return {
        "account": ["收入户"] * len(lines),
        "date": [line[0] for line in lines],
        "reference": [line[1] for line in lines],
        "counterparty": [line[2] or None for line in lines],
        "debit": [-line[3] if line[3] < 0 else None for line in lines],
        "credit": [line[3] if line[3] > 0 else None for line in lines],
        "balance": balances,
        "memo": [line[4] or None for line in lines],
    }


@pytest.mark.parametrize("version", ["02", "08"])
def test_camt053_reads_as_the_same_table_as_delimited_text(tmp_path, version):
    write_table(tmp_path / "s.csv", "bank_statement", columns_of(LINES))
    plain = read((tmp_path / "s.csv").read_bytes())
    table = read(camt053(LINES, version=version))
    assert table.columns == plain.columns == columns_of(LINES)
    assert (table.header["opening"], table.header["closing"]) == (100_000, 105_057)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_mt940_reads_as_the_same_table_in_either_encoding(encoding):
    table = read(mt940(LINES).encode(encoding))
    expected = columns_of(LINES) | {"counterparty": [None] * 3}
    assert table.columns == expected
    assert table.header["format"] == "MT940"


@given(moves=st.lists(st.integers(-9_999_999, 9_999_999).filter(bool), max_size=12), opening=st.integers(10**9, 10**11))
@settings(max_examples=30, deadline=None)
def test_whatever_moved_both_formats_say_the_same_and_end_at_the_closing_balance(moves, opening):
    start = date(2017, 6, 1)
    lines = [(start + timedelta(days=place), f"R{place}", "", fen, "memo") for place, fen in enumerate(moves)]
    one, two = read(mt940(lines, opening)), read(camt053(lines, opening))
    assert one.columns == two.columns == columns_of(lines, opening)
    assert one.header["closing"] == opening + sum(moves)


def test_our_batch_number_in_the_customers_reference_stands_in_the_memo():
    text = mt940(LINES).replace("NTRFNONREF//ZFY20170601", "NTRFZFY20170601//BK77")
    table = read(text)
    assert table.columns["reference"][1] == "BK77"
    assert "ZFY20170601" in table.columns["memo"][1].split()


def test_details_over_several_lines_are_one_text():
    text = mt940(LINES).replace("代收缴费 六月第一批", "代收缴费\r\n六月第一批")
    assert read(text).columns["memo"][0] == "代收缴费六月第一批"


def test_a_reversed_credit_is_money_out():
    text = mt940(LINES[:1], closing=OPENING - 10_050).replace("0602C100,50", "0602RC100,50")
    assert read(text).columns["debit"] == [10_050]


def test_a_file_that_bears_the_banks_number_only_needs_our_account_named():
    assert "请在填报时指明账户" in faults(mt940(LINES), None)
    assert "请在填报时指明账户" in faults(camt053(LINES), None)


def test_delimited_text_of_another_account_is_refused(tmp_path):
    write_table(tmp_path / "s.csv", "bank_statement", columns_of(LINES))
    assert faults((tmp_path / "s.csv").read_bytes(), "支出户").count("账户不是所指明的支出户") == 3


@pytest.mark.parametrize("write", [mt940, camt053])
def test_sums_currency_and_doubled_references_are_faults_and_all_are_named(write):
    assert "与期末余额不符" in faults(write(LINES, closing=1))
    assert "币种应为 CNY" in faults(write(LINES, currency="USD"))
    text = faults(write([*LINES, LINES[0]], closing=1))
    assert text.count("流水号在文件中重复") == 2
    assert "与期末余额不符" in text
    assert "账户余额为负" in faults(write([(date(2017, 6, 2), "A", "", -200_000, "")], closing=0))


def test_a_missing_statement_between_two_is_a_fault():
    two = mt940(LINES) + mt940([], opening=1, number=3)
    assert "不相接，缺页" in faults(two)
    follows = mt940(LINES) + mt940([], opening=105_057, number=2)
    assert read(follows).rows == 3


def test_statements_of_two_accounts_in_one_file_are_refused():
    two = mt940(LINES) + mt940([], opening=105_057, number=2, account="999")
    assert "文件含多个账户" in faults(two)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("1706020602C", "1706310631C", "日期不存在"),
        ("C100,50", "C100.50", "不合 MT940 格式"),
        ("C100,50", "C100,505", "不合 MT940 格式"),
        (":62F:", ":64:", "期末余额"),
        (":25:", ":26:", "一个账号"),
        ("C170601CNY", "X170601CNY", "余额字段"),
        (":61:170630", ":61:17A630", "不合 MT940 格式"),
    ],
)
def test_every_broken_field_of_mt940_is_named_with_its_line(before, after, rule):
    text = faults(mt940(LINES).replace(before, after))
    assert rule in text
    assert "行" in text


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("<Sts>BOOK</Sts>", "<Sts>PDNG</Sts>", "不是已记账的流水"),
        ("2017-06-02", "2017-06-31", "记账日期"),
        (">100.50<", ">1e2<", "不是金额"),
        (">100.50<", ">100.505<", "不是金额"),
        ("camt.053.001.02", "camt.052.001.02", "camt.053.001.02"),
        ("<Cd>CLBD</Cd>", "<Cd>XXXX</Cd>", "CLBD"),
        ("</Document>", "", "不是完整的 XML"),
        ("<AcctSvcrRef>HD000001</AcctSvcrRef>", "", "没有流水号"),
    ],
)
def test_every_broken_field_of_camt053_is_named(before, after, rule):
    text = camt053(LINES)
    assert before in text
    assert rule in faults(text.replace(before, after))


def test_the_banks_own_count_and_sum_must_agree():
    summary = "<TxsSummry><TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>{}</Sum></TtlCdtNtries></TxsSummry>"
    text = camt053(LINES)
    assert read(text.replace("<Ntry>", summary.format("100.57000") + "<Ntry>", 1)).rows == 3
    assert "笔数或合计与明细不符" in faults(text.replace("<Ntry>", summary.format("9.99") + "<Ntry>", 1))


def test_entity_bombs_and_outside_entities_are_refused_before_anything_is_read():
    bomb = "<!DOCTYPE l [<!ENTITY a 'xxxxxxxxxx'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
    outside = "<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    for head in (bomb, outside, "<!DOCTYPE l>"):
        assert "可能是恶意文件" in faults(
            camt053(LINES, head=head).replace("代收缴费", "&b;" if head is bomb else "代收缴费")
        )


def test_a_cut_character_in_gbk_is_refused_with_its_place():
    data = mt940(LINES).encode("gb18030")
    place = data.index("结息".encode("gb18030"))
    assert "不是有效的" in faults(data[: place + 1] + b"\xff\xff" + data[place + 2 :])


@given(data=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_get_past_the_readers_as_anything_but_a_table_or_a_refusal(data):
    for head in (b"", b":20:X\n:25:1\n", b"<?xml version='1.0'?>"):
        try:
            table = read(head + data)
        except FileRefused:
            continue
        assert all(len(column) == table.rows for column in table.columns.values())


@given(cut=st.integers(0, 2_000), form=st.sampled_from(["mt940", "camt053"]))
@settings(max_examples=60, deadline=None)
def test_a_statement_cut_anywhere_is_whole_or_refused(cut, form):
    data = (mt940(LINES) if form == "mt940" else camt053(LINES)).encode()
    try:
        table = read(data[:cut])
    except FileRefused:
        return
    assert (table.rows, table.columns["balance"][-1:]) == (3, [105_057])

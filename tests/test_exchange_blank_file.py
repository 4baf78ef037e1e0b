"""What a clerk is told of a file: every column with its codes, and an empty file that our own reader takes when filled in."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from jubao.cli import app
from jubao.exchange.blank_file import NoBlankFile, blank_file, told
from jubao.exchange.layout import Layout, layouts
from jubao.exchange.reading import read_table
from jubao.vocabulary.codes import Category, ContributorEndReason, TerminationReason
from jubao.vocabulary.resident_number import check_digit

BODY = "37020219500315001"
NUMBER = BODY + check_digit(BODY)


@pytest.mark.parametrize("layout", layouts().values(), ids=str)
def test_every_column_is_told_with_the_codes_it_takes(layout: Layout) -> None:
    columns = [*layout.preamble, *layout.columns]
    for column, one in zip(columns, [*told(layout, layout.preamble), *told(layout, layout.columns)], strict=True):
        assert (one.header, one.required) == (column.header, column.required)
        assert one.kind
        assert set(column.values) <= set(one.codes)


def test_codes_have_the_labels_of_the_field() -> None:
    codes = {
        one.header: one.codes for one in told(layouts()["opening_register"], layouts()["opening_register"].columns)
    }
    assert codes["参保身份"] == dict(Category.choices())
    assert codes["终止原因"] == dict(TerminationReason.choices()) | dict(ContributorEndReason.choices())
    assert codes["参保状态"] == {"1": "正常参保", "2": "暂停参保", "4": "终止参保"}


def test_an_empty_workbook_filled_in_is_read(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(blank_file(layouts()["certification_roll"]))
    book = load_workbook(path)
    headers = [cell.value for cell in book.active[1]]
    row = {"公民身份号码": NUMBER, "姓名": "王甲", "认证日期": "2026-11-02", "认证方式": "02"}
    book.active.append([row.get(header) for header in headers])
    book.save(path)
    table = read_table(path, "certification_roll")
    assert table.columns["resident_number"] == [NUMBER]
    assert table.columns["method"] == ["02"]


@pytest.mark.parametrize("name", ["bank_payout", "bank_return", "bank_collection"])
def test_what_a_bank_makes_has_no_empty_form(name: str) -> None:
    with pytest.raises(NoBlankFile, match=name):
        blank_file(layouts()[name])


def test_the_command_tells_which_act_reads_a_layout() -> None:
    listed = json.loads(CliRunner().invoke(app, ["layouts", "--json"]).output)
    read_by = {one["id"]: one["read_by"] for one in listed}
    assert read_by["opening_register"] == ["register.open"]
    assert read_by["bank_return"] == ["payment.return"]
    unknown = CliRunner().invoke(app, ["layouts", "nothing"])
    assert unknown.exit_code == 2
    assert "opening_register" in unknown.output

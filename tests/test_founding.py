"""The page on founding an office, carried out line by line: a newcomer of another province gets as far as it says."""

import json
import re
import shlex
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from openpyxl import load_workbook
from typer.testing import CliRunner

from jubao.cli import app
from jubao.records.models import AccountEntry, Award, PaymentBatch, PayrollLine, Proposal

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ("founding.md", "founding.zh-CN.md")
ON = datetime(2026, 11, 28, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
READ = re.compile(r'"\$\(cat ([^)]+)\)"')


def commands(page: str) -> list[str]:
    """The lines of the shell blocks of a page."""
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines()]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is read on the day it was written for."""
    import jubao.cli.propose as door

    monkeypatch.setattr(door, "_now", lambda: ON)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the repository's docs, where the newcomer stands; no office before left heads of its chain."""
    for tray in ("anchors", "outbound"):
        shutil.rmtree(Path(settings.JUBAO_HOME) / tray, ignore_errors=True)
    (tmp_path / "docs").symlink_to(DOCS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill_in(path: Path) -> None:
    """Fill the template with the rows the page points to."""
    book = load_workbook(path)
    sheet = book.active
    headers = [cell.value for cell in sheet[1]]
    for row in json.loads((DOCS / "founding" / "register.json").read_text("utf-8")):
        assert set(row) <= set(headers)
        sheet.append([row.get(header) for header in headers])
    book.save(path)


def answer_as_the_bank(folder: Path) -> None:
    """Every line of the file handed over, with the result the bank adds."""
    from jubao.operations.payments.batch import outbound_file

    first, *lines = outbound_file(PaymentBatch.objects.get().number).read_bytes().decode("gb18030").splitlines()
    told = [first, *(f"{line}\t1\t" for line in lines)]
    (folder / "answer.txt").write_bytes("".join(f"{line}\r\n" for line in told).encode("gb18030"))


def carry_out(line: str, folder: Path) -> Any:
    """One command of the page, its placeholders replaced by what a reader would put there."""
    line = READ.sub(lambda found: shlex.quote(Path(found[1]).read_text("utf-8")), line)
    words = shlex.split(line)
    assert words[0] == "jubao"
    if words[1] == "sign":
        words = [Proposal.objects.get(key=words[2]).hash if word == "HASH" else word for word in words]
    if "BATCH" in line:
        words = [word.replace("BATCH", PaymentBatch.objects.get().number) for word in words]
    if "answer.txt" in line:
        answer_as_the_bank(folder)
    result = CliRunner().invoke(app, words[1:])
    assert result.exit_code == 0, (line, result.output)
    if words[1] == "layouts":
        fill_in(folder / words[-1])
    return result


def test_both_pages_give_the_same_commands() -> None:
    assert commands(PAGES[0]) == commands(PAGES[1])


def test_a_newcomer_gets_from_an_empty_folder_to_the_first_pension(folder: Path) -> None:
    said = {line: carry_out(line, folder).output for line in commands(PAGES[0])}
    assert not Proposal.objects.exclude(state="EXECUTED").exists()
    assert "全部相符" in said["jubao verify"]
    assert "没有待签署的申请" in said["jubao pending --by Z2"]
    # Zhang is 60 on 2026-11-20, so his pension starts with December
    assert list(Award.objects.order_by("start_month").values_list("start_month", flat=True)) == [201504, 202612]
    # Wang: the national basic pension of 2026 (163.00) and 8.00 of his account
    paid = PayrollLine.objects.filter(state="PAID").order_by("item")
    assert list(paid.values_list("month", "amount_fen")) == [(202611, 16_300), (202611, 800)]
    assert AccountEntry.objects.filter(kind="CONTRIBUTION").get().amount_fen == 30_000

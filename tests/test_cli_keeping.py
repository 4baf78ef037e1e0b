"""The commands that keep the books safe, as a person types them: each tells what was done and what to do next."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.test_cli_doors import FOUND, jubao, passphrase, python

pytestmark = pytest.mark.sqlite  # an office of its own on one file, whatever engine the run is for
NOBODY = {"JUBAO_BACKUP_PASSPHRASE_FILE": ""}
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 1, "source": "任务文件"}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("keeping") / "office"
    done = python(home, "-c", FOUND)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    shutil.copytree(founded, tmp_path / "office")
    return tmp_path / "office"


def said(home: Path, *words: str, code: int = 0, **named: str) -> str:
    done = jubao(home, *words, **named)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_a_backup_for_a_private_key_needs_no_secret_here_and_is_opened_elsewhere_only(
    home: Path, tmp_path: Path
) -> None:
    private, file, new = tmp_path / "backup-private.pem", tmp_path / "one.jubao", tmp_path / "new"
    said(home, "custody", "backup-pair", str(private))
    assert private.stat().st_mode & 0o077 == 0
    assert "已存在" in said(home, "custody", "backup-pair", str(private), code=1)
    assert "已试恢复，全部不变量相符" in said(home, "backup", "--test", str(file), **NOBODY)
    (new / "keys").mkdir(parents=True)
    shutil.copy(home / "keys" / "audit.key", new / "keys" / "audit.key")
    passphrase(new)
    assert "请给出正确的备份私钥" in said(new, "restore", str(file), code=1)
    assert "链头 第" in said(new, "restore", str(file), "--look", "--private", str(private))
    told = said(new, "restore", str(file), "--private", str(private))
    assert "核对办结以前不办理付款" in told
    assert "recusal.key（回避密钥）" in told
    assert "staff 目录（各人的签名密钥）" in told, "nobody could log in"
    assert "尚未核对办结，不办理付款" in said(new, "verify")
    assert "共 0 项须核对" in said(new, "restored", code=1)
    assert json.loads(said(new, "restored", "--json", code=1)) == {"open": True, "missing": []}
    assert "没有待核对的恢复" in said(home, "restored")


def test_without_passphrase_and_terminal_a_backup_is_a_sentence(home: Path, tmp_path: Path) -> None:
    assert "没有备份口令" in said(home, "backup", str(tmp_path / "b"), code=1, **NOBODY)
    readable = tmp_path / "words"
    readable.write_text("一句只有两个人知道的备份口令")
    readable.chmod(0o644)
    assert "他人可读" in said(home, "backup", str(tmp_path / "b"), code=1, JUBAO_BACKUP_PASSPHRASE_FILE=str(readable))
    readable.write_text("短")
    readable.chmod(0o600)
    assert "不足 12 个字符" in said(
        home, "backup", str(tmp_path / "b"), code=1, JUBAO_BACKUP_PASSPHRASE_FILE=str(readable)
    )


def test_a_head_that_was_printed_is_compared_as_a_line_and_as_a_file(home: Path, tmp_path: Path) -> None:
    line = said(home, "anchor").splitlines()[0]
    assert line.startswith("JUBAO-HEAD ")
    assert line in said(home, "anchor", "--mail")
    said(home, "anchor", "--out", str(tmp_path / "head.docx"))
    assert any(line in paragraph.text for paragraph in Document(str(tmp_path / "head.docx")).paragraphs)
    (tmp_path / "mailed.txt").write_text(line.replace(" ", "\n"))
    note = next((home / "anchors").glob("head-*.json"))
    for kept in (("--anchor", line), ("--anchor-file", str(tmp_path / "mailed.txt")), ("--anchor-file", str(note))):
        assert "相符：审计链第" in said(home, "verify", *kept)
    number = line.split()[1]
    assert "不符" in said(home, "verify", "--anchor", line.replace(f" {number} ", f" {int(number) + 1} ", 1), code=1)
    assert "读不出链头" in said(home, "verify", "--anchor", "不知所云", code=1)


def test_a_lost_key_is_recovered_from_printed_sheets(home: Path, tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    assert "任意 2 份可还原" in said(home, "custody", "sheet", str(tmp_path / "safe"))
    sheets = sorted((tmp_path / "safe").iterdir())
    assert [sheet.stat().st_mode & 0o077 for sheet in sheets] == [0, 0, 0]
    typed = [tmp_path / f"{number}.txt" for number in range(2)]
    for sheet, file in zip(sheets[1:], typed, strict=True):
        table = Document(str(sheet)).tables[0]
        file.write_text("\n".join(cell.text.partition(". ")[2] for row in table.rows for cell in row.cells))
    (home / "keys" / "audit.key").unlink()
    assert "审计密钥 keys/audit.key 不见了" in said(home, "verify", code=1)
    refused = said(home, "custody", "recover", str(typed[0]), code=1)
    assert "还原不出密钥" in refused
    assert "mnemonic" not in refused, "a sentence of the office, not of a library"
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(typed[0].read_text().replace("\n", "\n居保 ", 1))
    assert "第 1 个文件的第 2 个词" in said(home, "custody", "recover", str(wrong), str(typed[1]), code=1)
    numbered = [f"{place}. {word}" for place, word in enumerate(typed[0].read_text().split(), start=1)]
    typed[0].write_text("\n".join(numbered))  # as it stands on the sheet
    assert "已还原到 keys/audit.key" in said(home, "custody", "recover", *map(str, typed))
    assert "全部相符" in said(home, "verify")


def test_the_next_key_is_made_once_and_waits_for_its_act(home: Path) -> None:
    first = said(home, "custody", "next-key")
    assert said(home, "custody", "next-key") == first
    assert "key.rotate_audit" in first
    assert "全部相符" in said(home, "verify")


def test_a_file_of_a_refused_request_goes_to_the_quarantine(home: Path, tmp_path: Path) -> None:
    (tmp_path / "底册.csv").write_text("不是底册")
    case: dict[str, Any] = {"as_of": "2016-12-31", "interest_through": 201612}
    words = ["register.open", json.dumps(case), "--file", str(tmp_path / "底册.csv"), "--by", "G1"]
    for command, more in (("check", []), ("propose", ["--key", "r1"])):
        said(home, command, *words, *more, code=1)
        lying = sorted(path.name for path in (home / "quarantine").iterdir())
        assert len(lying) == 2
        assert not [path for path in (home / "inbound").rglob("*") if path.is_file()]
        shutil.rmtree(home / "quarantine")

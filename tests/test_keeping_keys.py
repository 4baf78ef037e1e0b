"""Audit keys: changed by an act, kept in parts, recovered; heads handed over and compared; every event under its own key."""

import base64
import random
import signal
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.documents.key_sheet import KeyPart, write_key_part
from jubao.operations.envelope.anchor import write_anchor
from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping import rotating
from jubao.operations.keeping.key_parts import NoSuchParts, join_parts, split_key
from jubao.operations.keeping.making import make_books
from jubao.operations.keeping.recovering import recover_key
from jubao.operations.keeping.rotating import make_next, settle_keys
from jubao.records import keyring
from jubao.records.anchors import line_of, read_anchors, read_line
from jubao.records.models import AnchorDeposit, AuditEvent, KeyRotation
from jubao.reports.invariants.chain import fault_of
from jubao.reports.invariants.verification import verify
from jubao.vocabulary.key_file import read_or_make_key
from tests.forked import Elsewhere, Ended, die, elsewhere
from tests.office import STARTED, Office

pytestmark = pytest.mark.django_db
TARGET = {"name": "collection.bureau", "amount_fen": 1, "source": "任务文件"}
REASON = "保管人调离，交接单 2017-1"


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Iterator[Office]:
    """A founded office in a home of its own, with a key as the program makes it."""
    settings.JUBAO_HOME = tmp_path
    (tmp_path / "keys").mkdir()
    settings.AUDIT_KEY = read_or_make_key(tmp_path / "keys" / "audit.key")
    keyring.forget()
    yield Office()
    keyring.forget()


def broken(*codes: str) -> dict[str, list[str]]:
    write_anchor()
    found = verify(list(codes) or None)
    return {one.title: [violation.text for violation in one.violations] for one in found if one.broken}


def rotate(office: Office) -> int:
    """Another key, taken into use."""
    return int(office.carry("key.rotate_audit", {"mark": make_next(), "reason": REASON}).result["number"])


def test_a_new_key_seals_from_its_own_event_on_and_the_old_one_answers_for_what_was_before(office: Office) -> None:
    before = AuditEvent.objects.count()
    assert rotate(office) == 2
    office.carry("target.set", TARGET | {"year": 2017})
    numbers = list(AuditEvent.objects.order_by("id").values_list("key_number", flat=True))
    assert numbers == [1] * (before + 2) + [2] * 3  # proposed and signed under the old key, executed under the new
    assert broken() == {}


def test_the_old_key_is_kept_read_only_and_a_second_change_is_another_key(office: Office, tmp_path: Path) -> None:
    first = (tmp_path / "keys" / "audit.key").read_text()
    rotate(office)
    assert "第 2 把审计密钥已启用" in settle_keys()
    assert settle_keys() == ""
    assert (tmp_path / "keys" / "audit.1.key").read_text() == first != (tmp_path / "keys" / "audit.key").read_text()
    assert stat.S_IMODE((tmp_path / "keys" / "audit.1.key").stat().st_mode) == 0o400
    assert rotate(office) == 3
    settle_keys()
    office.carry("target.set", TARGET | {"year": 2017})
    assert broken() == {}
    assert sorted(path.name for path in (tmp_path / "keys").glob("audit*")) == [
        "audit.1.key",
        "audit.2.key",
        "audit.key",
    ]


def test_a_key_that_is_not_the_one_that_was_made_is_not_taken(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="不是标记所指的密钥"):
        office.carry("key.rotate_audit", {"mark": "0" * 64, "reason": REASON})
    make_next()
    (tmp_path / "keys" / "audit.next.key").write_text((tmp_path / "keys" / "audit.key").read_text())
    with pytest.raises(Refused, match="已经用过"):
        office.carry("key.rotate_audit", {"mark": make_next(), "reason": REASON})


def test_without_the_old_key_its_events_are_said_to_be_unproven(office: Office, tmp_path: Path) -> None:
    rotate(office)
    settle_keys()
    (tmp_path / "keys" / "audit.1.key").rename(tmp_path / "elsewhere")
    django_settings.AUDIT_KEY = (tmp_path / "keys" / "audit.key").read_text().strip()
    keyring.forget()
    assert any(
        "第 1 把审计密钥不在 keys 目录" in text
        for text in broken("I-30")["审计链首尾相接，逐条密封，号码不缺，时间不倒退"]
    )


def drop_guard(table: str, kind: str = "update") -> None:
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_no_{kind}{on}")


def test_a_change_of_keys_that_nobody_vouched_for_is_found(office: Office) -> None:
    rotate(office)
    drop_guard("records_keyrotation")
    KeyRotation.objects.update(voucher="0" * 64)
    found = broken("I-30", "I-03")
    assert found["审计密钥逐把更换，前一把为后一把担保"] == ["第 2 把密钥没有前一把密钥的担保，可能是他人换上的"]
    assert any("内容与摘要不符" in text for text in found["每项业务写下的行与封存的条数和摘要一致"])


def test_notes_and_lines_of_heads_are_genuine_under_the_key_of_their_time(office: Office) -> None:
    old = AuditEvent.objects.latest("id")
    kept = line_of(old.pk, old.mac, old.key_number)
    rotate(office)
    settle_keys()
    write_anchor()
    assert read_anchors()[0].latest.genuine
    for head in (old, AuditEvent.objects.latest("id")):
        assert fault_of(read_line(line_of(head.pk, head.mac, head.key_number))) == ""
    assert fault_of(read_line(kept)) == ""
    assert "已被改写" in fault_of(read_line(kept[:-1] + ("0" if kept[-1] != "0" else "1")))
    assert read_line("JUBAO-HEAD 1") is None


def test_a_head_kept_outside_tells_that_the_chain_was_cut(office: Office) -> None:
    head = AuditEvent.objects.latest("id")
    line = line_of(head.pk, head.mac, head.key_number)
    fake = line_of(head.pk + 5, "0" * 64, 1)
    assert "审计链被截短" in fault_of(read_line(fake))
    assert fault_of(read_line(line)) == ""


def test_a_head_handed_over_is_written_down_with_its_hash(office: Office) -> None:
    head = AuditEvent.objects.latest("id")
    case = {
        "event": head.pk,
        "receiver": "市局信息科 王某",
        "way": "PAPER",
        "handed_date": STARTED.isoformat(),
        "receipt": "签收单 1",
    }
    assert office.carry("anchor.deposit", case).result == {"deposited": 1}
    assert AnchorDeposit.objects.get().mac == head.mac
    assert broken() == {}
    with pytest.raises(Refused, match="审计链没有第 100000 号事件"):
        office.carry("anchor.deposit", case | {"event": 100_000})
    drop_guard("records_anchordeposit")
    AnchorDeposit.objects.update(mac="0" * 64)
    assert "交存的链头都在审计链中" in broken("I-42")


# ── In parts ──


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=48, max_size=48), st.integers(2, 5), st.data())
def test_any_parts_that_are_enough_give_the_key_back_and_fewer_give_none(secret: bytes, needed: int, data: Any) -> None:
    key = base64.urlsafe_b64encode(secret).decode()
    count = data.draw(st.integers(needed, 6))
    parts = split_key(key, needed=needed, parts=count)
    chosen = data.draw(st.permutations(parts))[:needed]
    assert join_parts(chosen) == key
    with pytest.raises(NoSuchParts):
        join_parts(chosen[:-1])


def test_a_word_that_was_copied_wrongly_gives_no_key(office: Office, tmp_path: Path) -> None:
    parts = split_key((tmp_path / "keys" / "audit.key").read_text().strip(), needed=2, parts=3)
    words = parts[0].split()
    for place in random.Random(7).sample(range(len(words)), 5):
        wrong = [*words[:place], "academic" if words[place] != "academic" else "acid", *words[place + 1 :]]
        with pytest.raises(NoSuchParts):
            join_parts([" ".join(wrong), parts[1]])
    with pytest.raises(NoSuchParts, match="整把另行保管"):
        split_key("a key that somebody typed", needed=2, parts=3)
    with pytest.raises(NoSuchParts, match="分片数"):
        split_key(parts[0], needed=1, parts=3)


def test_a_lost_key_comes_back_from_two_of_three_parts_and_everything_holds(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "audit.key"
    key = file.read_text().strip()
    one, _, three = split_key(key, needed=2, parts=3)
    with pytest.raises(NoSuchParts, match="不覆盖"):
        recover_key([one, three])
    file.unlink()
    assert recover_key([three, f"  {one.upper()}\n"]) == file
    assert file.read_text().strip() == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert broken() == {}


def test_the_key_of_another_office_is_not_put_in_the_place_of_a_lost_one(office: Office, tmp_path: Path) -> None:
    stranger = read_or_make_key(tmp_path / "stranger.key")
    (tmp_path / "keys" / "audit.key").unlink()
    with pytest.raises(NoSuchParts, match="不是本机构的审计密钥"):
        recover_key(split_key(stranger, needed=2, parts=2))
    assert list((tmp_path / "keys").glob("audit*")) == []


def test_an_old_key_comes_back_under_its_number(office: Office, tmp_path: Path) -> None:
    first = split_key((tmp_path / "keys" / "audit.key").read_text().strip(), needed=2, parts=2)
    rotate(office)
    settle_keys()
    (tmp_path / "keys" / "audit.1.key").unlink()
    assert recover_key(first).name == "audit.1.key"
    assert broken() == {}


def test_a_sheet_bears_every_word_of_its_part_and_a_picture_of_them(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(1, 48))
    part = KeyPart("试验机构", "ab" * 32, 2, 3, 2, words, date(2017, 1, 3))
    assert write_key_part(part, tmp_path / "one.docx") == write_key_part(part, tmp_path / "two.docx")
    page = Document(str(tmp_path / "one.docx"))
    cells = [cell.text for row in page.tables[0].rows for cell in row.cells if cell.text]
    assert cells == [f"{number}. word{number}" for number in range(1, 48)]
    assert len(page.inline_shapes) == 1
    assert any("任意 2 份可还原" in paragraph.text for paragraph in page.paragraphs)


# ── Killed while keys change ──


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Elsewhere]:
    with elsewhere(tmp_path / "office") as place:
        yield place


@pytest.mark.parametrize("place", ["hardlink_to", "chmod", "replace", "sync_directory"])
def test_killed_while_the_files_take_their_names_the_next_opening_goes_on(other: Elsewhere, place: str) -> None:
    def killed() -> None:
        make_books()
        office = Office()
        rotate(office)
        patch = pytest.MonkeyPatch()
        if place == "sync_directory":
            patch.setattr(rotating, place, lambda *_: die())
        else:
            patch.setattr(rotating.Path, place, lambda *_: die())
        settle_keys()

    assert other.run(killed).signal == signal.SIGKILL

    def opened() -> Any:
        told = settle_keys()
        return [bool(told), broken(), AuditEvent.objects.latest("id").key_number]

    assert other.run(opened) == Ended(value=[place != "sync_directory", {}, 2])
    names = sorted(path.name for path in (other.home / "keys").glob("audit*"))
    assert names == ["audit.1.key", "audit.key"]

"""Files leave with their act: a crash anywhere between commit and tray ends in the same file, and what waits is seen."""

import hashlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jubao.cli.setup import open_office
from jubao.operations.envelope import anchor, audit, outbox
from jubao.operations.envelope.outbox import FileGone, deliver, deliver_again, waiting
from jubao.records.anchors import read_anchors
from jubao.records.models import AuditEvent, OutboxContent, OutboxItem, Proposal
from jubao.records.outbox import NoTray, place_of
from jubao.reports.invariants.verification import verify
from tests import hand_over
from tests.forked import Ended, committed_books, die, forked, together

pytestmark = pytest.mark.django_db(transaction=True)
CODES = ["H-08", "I-03", "I-29", "I-30", "I-31", "I-32", "I-33", "I-35", "I-38"]


@pytest.fixture(scope="module")
def home(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A founded office in a home of its own, its books committed."""
    with committed_books(django_db_blocker, tmp_path_factory.mktemp("outbox")) as place:
        yield place


@dataclass(frozen=True)
class Letter:
    """A file to be handed over: the key of its request, its name, its place and its bytes."""

    key: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def content(self) -> bytes:
        return f"内容 {self.name}".encode()

    @property
    def item(self) -> OutboxItem:
        return OutboxItem.objects.get(name=self.name)

    def hand_over(self, *more: str) -> str:
        return hand_over.hand_over(self.key, self.name, *more).state


@pytest.fixture
def letter(home: Path) -> Letter:
    key = hand_over.new_key()
    return Letter(key, home / "outbound" / f"{key}.txt")


# ── kill -9 at every step ──


def before_the_commit(patch: pytest.MonkeyPatch) -> None:
    append = audit.append_event

    def appended(*args: Any, **kwargs: Any) -> None:
        append(*args, **kwargs)
        die()

    patch.setattr(audit, "append_event", appended)


def after_the_commit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outbox, "deliver", die)


def with_half_a_file(patch: pytest.MonkeyPatch) -> None:
    def half(path: Path, content: bytes) -> None:
        path.with_name(f".{path.name}.part").write_bytes(content[:3])
        die()

    patch.setattr(outbox, "write_atomically", half)


def before_the_file_is_in_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Path, "replace", lambda *_: die())


def after_the_file_is_in_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outbox, "_note", lambda *_: die())


def between_note_and_anchor(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(anchor, "write_anchor", lambda *_: die())


def with_half_an_anchor(patch: pytest.MonkeyPatch) -> None:
    def half(path: Path, note: bytes) -> None:
        path.with_name(f".{path.name}.1").write_bytes(note[:5])
        die()

    patch.setattr(anchor, "_put", half)


STEPS = [
    after_the_commit,
    with_half_a_file,
    before_the_file_is_in_place,
    after_the_file_is_in_place,
    between_note_and_anchor,
    with_half_an_anchor,
]


def killed(step: Callable[[pytest.MonkeyPatch], None], letter: Letter) -> Ended:
    """Hand a letter over in a process that ends itself at a step."""
    asked = hand_over.ask_for(letter.key, letter.name)

    def sign() -> None:
        step(pytest.MonkeyPatch())
        hand_over.sign_for(letter.key, asked.hash)

    return forked(sign)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_killed_after_the_commit_the_next_opening_delivers_the_same_file(letter: Letter, step: Any) -> None:
    assert killed(step, letter).signal == signal.SIGKILL
    assert Proposal.objects.get(key=letter.key).state == "EXECUTED", "the act is done"
    assert not letter.path.exists() or letter.path.read_bytes() == letter.content, "never a part of a file"
    assert {finding.code for finding in verify(CODES) if finding.broken} == set(), "what is late is no violation"
    assert forked(lambda: open_office(writes=True)) == Ended()
    assert letter.path.read_bytes() == letter.content
    assert waiting() == []
    assert letter.item.state == "DELIVERED"
    assert read_anchors()[0].latest.id == AuditEvent.objects.latest("id").id
    assert [(finding.broken, finding.notices) for finding in verify(CODES) if finding.broken or finding.notices] == []


def test_killed_before_the_commit_nothing_happened_and_the_same_signature_is_taken(letter: Letter) -> None:
    before = OutboxItem.objects.count(), OutboxContent.objects.count()
    assert killed(before_the_commit, letter).signal == signal.SIGKILL
    assert Proposal.objects.get(key=letter.key).state == "PENDING"
    assert (OutboxItem.objects.count(), OutboxContent.objects.count()) == before
    assert not letter.path.exists()
    hand_over.sign_for(letter.key, Proposal.objects.get(key=letter.key).hash)
    assert letter.path.read_bytes() == letter.content


def test_a_repeated_signature_after_a_crash_gets_the_answer_of_the_first(letter: Letter) -> None:
    killed(after_the_commit, letter)
    again = hand_over.sign_for(letter.key, Proposal.objects.get(key=letter.key).hash)
    assert (again.state, again.result) == ("EXECUTED", {"files": 1})
    assert OutboxItem.objects.filter(name=letter.name).count() == 1


def test_a_reading_command_writes_nothing_when_it_opens(letter: Letter) -> None:
    killed(after_the_commit, letter)
    assert forked(open_office) == Ended()
    assert not letter.path.exists()
    assert letter.item.state == "WAITING"


# ── The machine says no ──


def full(*_: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_the_act_done_and_its_file_waiting_with_the_reason(letter: Letter) -> None:
    deliver()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "write_atomically", full)
        assert letter.hand_over(f"附件{letter.name}") == "EXECUTED"
    assert [(item.name, item.failure, item.attempts) for item in waiting()] == [
        (letter.name, "OSError：No space left on device", 1),
        (f"附件{letter.name}", "OSError：No space left on device", 1),
    ]
    assert deliver() == []
    assert letter.path.read_bytes() == letter.content


def test_the_next_act_delivers_what_an_earlier_one_left(letter: Letter) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "write_atomically", full)
        letter.hand_over()
    assert not letter.path.exists()
    hand_over.hand_over(hand_over.new_key(), f"其他{letter.name}")
    assert letter.path.read_bytes() == letter.content


def test_nothing_that_fails_after_the_commit_reaches_whoever_signed(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The act is done; a failure told for it would be a lie."""
    monkeypatch.setattr(outbox, "write_atomically", full)
    monkeypatch.setattr(anchor, "_put", full)
    assert letter.hand_over() == "EXECUTED"


def test_a_file_is_offered_again_when_it_is_gone_or_changed(letter: Letter) -> None:
    letter.hand_over()
    letter.path.unlink()
    assert deliver_again("outbound", letter.name).read_bytes() == letter.content
    letter.path.write_bytes(b"other")
    assert deliver_again("outbound", letter.name).read_bytes() == letter.content
    with pytest.raises(FileGone, match="没有发出过文件"):
        deliver_again("outbound", "从未.txt")


@pytest.mark.parametrize("packed", [b"", b"no zlib", None])
def test_bytes_that_are_not_what_was_approved_never_leave(letter: Letter, packed: bytes | None) -> None:
    """Neither to the tray nor to whoever asks again; and the other files still leave."""
    more = f"附件{letter.name}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "write_atomically", full)
        letter.hand_over(more)
    kept = OutboxContent.objects.get(item=letter.item)
    if packed is None:
        OutboxContent.objects.filter(pk=kept.pk).delete()
    else:
        OutboxContent.objects.filter(pk=kept.pk).update(packed=packed)
    [left] = deliver()
    assert left.name == letter.name
    assert "不予写出" in left.failure
    assert not letter.path.exists()
    assert letter.path.with_name(more).exists()
    with pytest.raises(FileGone, match="哈希不符"):
        deliver_again("outbound", letter.name)
    kept.save()
    assert deliver() == []


def test_a_row_that_names_a_place_outside_the_trays_writes_nothing_there() -> None:
    for where, name in (("outbound", "../../x"), ("/etc", "x"), ("keys", "audit.key"), ("..", "x")):
        with pytest.raises(NoTray):
            place_of(OutboxItem(tray=where, name=name, pk=1))


def test_two_processes_that_deliver_at_once_end_in_one_file(letter: Letter) -> None:
    killed(after_the_commit, letter)
    assert together([lambda: len(deliver())] * 2) == [Ended(value=0), Ended(value=0)]
    assert letter.path.read_bytes() == letter.content
    assert [path.name for path in letter.path.parent.glob(f"*{letter.name}*")] == [letter.name]


def test_the_kept_bytes_are_those_that_were_approved(letter: Letter) -> None:
    letter.hand_over()
    item = letter.item
    assert (item.sha256, item.size) == (hashlib.sha256(letter.content).hexdigest(), len(letter.content))
    assert outbox.content_of(item) == letter.content

"""Two processes at every step: one effect, and every answer is true, whichever comes first."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from jubao.operations.envelope import acting, audit, planning, signing
from jubao.operations.envelope.acting import propose
from jubao.operations.envelope.fault import Refused
from jubao.records.anchors import read_anchors
from jubao.records.models import AuditEvent, OutboxItem, Proposal, Signature, Submission, Target
from jubao.reports.invariants.verification import verify
from tests import hand_over
from tests.forked import Ended, committed_books, forked, together
from tests.hand_over import AT_ONCE, CHECKED, ask_for, new_key, sign_for

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3  # a race that is lost once in three is found soon enough
CODES = ["H-08", "I-03", "I-29", "I-30", "I-31", "I-32", "I-33", "I-35", "I-38"]


@pytest.fixture(scope="module")
def committed(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A founded office, its books committed."""
    with committed_books(django_db_blocker, tmp_path_factory.mktemp("race")):
        yield


@pytest.fixture
def office(committed: None) -> Iterator[None]:
    """The office for one test; afterwards the verifier must be content."""
    yield
    assert [(f.title, f.violations) for f in verify(CODES) if f.broken] == []
    assert read_anchors()[0].latest.id == AuditEvent.objects.latest("id").id


@pytest.fixture
def keys(office: None) -> list[str]:
    """Keys for some rounds, and so the names of their files."""
    return [new_key() for _ in range(TIMES)]


def twice(function: Callable[[], Any]) -> list[Ended]:
    return together([function, function])


def apart(ended: list[Ended]) -> tuple[Ended, Ended]:
    """The one that got its answer and the one that was refused."""
    [done] = [end for end in ended if end.value]
    [told] = [end for end in ended if end.refused]
    return done, told


def rows(keys: list[str]) -> int:
    """How many files those requests led to."""
    return sum(Submission.objects.filter(title__startswith=f"{key}.").count() for key in keys)


def refusals() -> int:
    return AuditEvent.objects.filter(kind="REFUSED").count()


def test_the_same_request_asked_twice_at_once_has_one_effect_and_one_answer(keys: list[str]) -> None:
    before = refusals()
    for key in keys:
        one, other = twice(partial(ask_for, key, f"{key}.txt"))
        assert not one.failed + other.failed
        assert one == other, (one.refused, other.refused)
        assert one.value["state"] == "PENDING"
    assert Proposal.objects.filter(key__in=keys).count() == TIMES
    assert refusals() == before, "nobody is told a false refusal"


def test_an_act_of_one_step_asked_twice_at_once_is_done_once(keys: list[str]) -> None:
    before = refusals()
    for key in keys:
        one, other = twice(partial(ask_for, key, f"{key}.txt", code=AT_ONCE))
        assert one == other, (one.refused, other.refused)
        assert (one.value["state"], one.value["result"]) == ("EXECUTED", {"files": 1})
    assert rows(keys) == TIMES
    assert refusals() == before


def test_one_key_for_two_contents_at_once_serves_one_and_tells_the_other(keys: list[str]) -> None:
    for key in keys:
        done, told = apart(together([partial(ask_for, key, f"{key}.{name}") for name in "ab"]))
        assert done.value["state"] == "PENDING"
        assert told.kind == "KeyReused"
        assert "已用于另一项内容" in told.refused


def test_the_same_signature_given_twice_at_once_counts_once_with_one_answer(keys: list[str]) -> None:
    before = refusals()
    for key in keys:
        one, other = twice(partial(sign_for, key, ask_for(key, f"{key}.txt").hash))
        assert not one.failed + other.failed
        assert one == other, (one.refused, other.refused)
        assert (one.value["state"], one.value["result"]) == ("EXECUTED", {"files": 1})
    assert rows(keys) == TIMES
    assert refusals() == before


def just_before(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, other: Callable[[], Any]) -> list[Ended]:
    """Let another process do something just before a function is called for the first time; gives how that ended."""
    ended: list[Ended] = []
    function = getattr(place, name)

    def after_the_other(*args: Any, **kwargs: Any) -> Any:
        if not ended:
            ended.append(Ended())  # so that the other process goes straight on
            ended[0] = forked(other)
        return function(*args, **kwargs)

    monkeypatch.setattr(place, name, after_the_other)
    return ended


@pytest.mark.parametrize("code", [hand_over.CODE, AT_ONCE])
@pytest.mark.parametrize("step", [(acting, "require_right"), (planning, "make")], ids=lambda one: one[1])
def test_a_request_done_meanwhile_gets_the_same_answer_wherever_the_other_overtakes(
    office: None, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str], code: str
) -> None:
    before, key = refusals(), new_key()
    overtaken = just_before(monkeypatch, *step, partial(ask_for, key, f"{key}.txt", code=code))
    answer = ask_for(key, f"{key}.txt", code=code)
    state = "PENDING" if code == hand_over.CODE else "EXECUTED"
    assert [ended.value["state"] for ended in overtaken] == [state]
    assert (answer.state, answer.hash, refusals()) == (state, overtaken[0].value["hash"], before)


@pytest.mark.parametrize("step", [(signing, "require_right"), (planning, "remembered")], ids=lambda one: one[1])
def test_a_signature_given_meanwhile_gets_the_same_answer_wherever_the_other_overtakes(
    office: None, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str]
) -> None:
    before, key = refusals(), new_key()
    shown = ask_for(key, f"{key}.txt").hash
    overtaken = just_before(monkeypatch, *step, partial(sign_for, key, shown))
    answer = sign_for(key, shown)
    assert [ended.value["state"] for ended in overtaken] == ["EXECUTED"]
    assert (answer.state, answer.result, refusals()) == ("EXECUTED", {"files": 1}, before)


def test_whoever_read_the_clock_a_moment_earlier_is_served_all_the_same(
    office: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting for another's turn is no fault of the clock; the chain's instants do not go back all the same."""
    key, other = new_key(), new_key()
    earlier = hand_over.now()
    later = hand_over.now()
    propose(hand_over.AT_ONCE, [{"name": other, "text": "x"}], key=other, by="L4", on=hand_over.DAY, at=later)
    answer = propose(hand_over.AT_ONCE, [{"name": key, "text": "x"}], key=key, by="L4", on=hand_over.DAY, at=earlier)
    assert answer.state == "EXECUTED"


def test_two_holders_of_a_post_who_sign_at_once_one_signs_and_the_other_is_told_so(keys: list[str]) -> None:
    for key in keys:
        asked = ask_for(key, f"{key}.txt", code=CHECKED)
        done, told = apart(together([partial(sign_for, key, asked.hash, by) for by in ("G1", "D1")]))
        assert done.value["state"] == "EXECUTED"
        assert f"申请 {key} 已办结，不再接受签署" in told.refused
    assert rows(keys) == TIMES
    assert Signature.objects.filter(step=1, proposal__key__in=keys).count() == TIMES


def test_agreeing_and_rejecting_at_once_one_of_them_counts(keys: list[str]) -> None:
    for key in keys:
        asked = ask_for(key, f"{key}.txt", code=CHECKED)
        agree, reject = partial(sign_for, key, asked.hash, "G1"), partial(sign_for, key, asked.hash, "D1", agree=False)
        done, told = apart(together([agree, reject]))
        label = {"EXECUTED": "已办结", "REJECTED": "已退回"}[done.value["state"]]
        assert f"申请 {key} {label}" in told.refused
    assert rows(keys) == Proposal.objects.filter(key__in=keys, state="EXECUTED").count()


def test_two_acts_that_touch_the_same_table_at_once_are_both_done(keys: list[str]) -> None:
    """The second plan was made before the first was applied: it is made again, and comes out the same."""
    for key in keys:
        asked = [ask_for(f"{key}.{which}", f"{key}.{which}.txt") for which in "ab"]
        ended = together([partial(sign_for, one.proposal, one.hash) for one in asked])
        assert [end.value and end.value["state"] for end in ended] == ["EXECUTED", "EXECUTED"], ended
    assert rows(keys) == 2 * TIMES


def test_many_at_once_all_get_their_answers_and_the_anchor_stands_at_the_head(office: None) -> None:
    """Effects after the commit never reach whoever asked (files of one name, an older head after a newer one)."""
    key = new_key()

    def work(who: int) -> list[str]:
        return [ask_for(f"{key}.{who}.{n}", f"{key}.{who}.{n}.txt", code=AT_ONCE).state for n in range(8)]

    ended = together([partial(work, who) for who in range(4)])
    assert [end.value for end in ended] == [["EXECUTED"] * 8] * 4, ended
    assert OutboxItem.objects.filter(name__startswith=f"{key}.", state="DELIVERED").count() == 32


def test_whoever_waits_too_long_for_a_stuck_client_is_told_who_holds_the_books(office: None) -> None:
    """Faults 3.16: nobody waits without a limit."""
    key = new_key()
    asked = ask_for(key, f"{key}.txt")
    with transaction.atomic():
        audit.lock_chain()
        start = time.monotonic()
        ended = forked(partial(sign_for, key, asked.hash), wait=0.5)
        waited = time.monotonic() - start
    assert ended.kind == "Busy", ended
    assert "等候超时（占用者：" in ended.refused
    if connection.vendor == "sqlite":
        assert f"本机进程 {os.getpid()}）" in ended.refused
    assert waited < 10
    assert Proposal.objects.get(key=key).state == "PENDING"
    assert sign_for(key, asked.hash).state == "EXECUTED"


def test_reading_waits_for_nobody(office: None) -> None:
    with transaction.atomic():
        audit.lock_chain()
        Target.objects.count()
        assert forked(lambda: sum(finding.broken for finding in verify(["I-30", "I-03"])), wait=0.5) == Ended(value=0)


@pytest.mark.postgres
def test_a_session_the_server_ended_is_a_sentence_and_the_next_request_connects_anew(office: None) -> None:
    key = new_key()

    def interrupted() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [mine] = cursor.fetchone()
        assert forked(lambda: _terminate(mine)).value is True
        said = []
        for _ in range(2):
            try:
                said.append(ask_for(key, f"{key}.txt").state)
            except Refused as refused:
                said.append(type(refused).__name__)
        return said

    assert forked(interrupted) == Ended(value=["Unavailable", "PENDING"])


def _terminate(backend: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        return bool(cursor.fetchone()[0])

"""Rights taken back while somebody uses them: whichever comes first counts, and the verifier is content with both orders."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from jubao.operations.envelope import planning, signing
from jubao.operations.envelope.acting import Answer, propose
from jubao.operations.envelope.fault import Refused
from jubao.records.models import AuditEvent, Proposal, Signature
from jubao.reports.invariants.verification import verify
from tests import hand_over
from tests.forked import committed_books, together
from tests.hand_over import AT_ONCE, CHECKED, ask_for, new_key, sign_for
from tests.test_operations_race import just_before

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def committed(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A founded office, its books committed."""
    with committed_books(django_db_blocker, tmp_path_factory.mktemp("staff-race")):
        yield


@pytest.fixture
def office(committed: None) -> Iterator[None]:
    """The office for one test, each of which lets somebody else go; afterwards the verifier must be content."""
    yield
    assert [(f.title, f.violations) for f in verify(["I-31", "I-32", "I-33", "I-35", "H-10"]) if f.broken] == []


def leave(who: str, by: str, key: str) -> Answer:
    """Every post of somebody ends, at once."""
    case = {"staff": who, "reason": "停职"}
    return propose("staff.leave", [case], key=key, by=by, on=hand_over.DAY, at=hand_over.now())


@pytest.mark.parametrize(
    ("who", "step"), [("D1", (signing, "require_right")), ("G1", (planning, "remembered"))], ids=["right", "plan"]
)
def test_whoever_loses_the_post_before_the_signature_is_written_does_not_sign(
    office: None, monkeypatch: pytest.MonkeyPatch, who: str, step: tuple[Any, str]
) -> None:
    """D1 and G1 may each check in the post of the accounts, unless it is taken back in between."""
    key = new_key()
    asked = ask_for(key, f"{key}.txt", code=CHECKED)
    overtaken = just_before(monkeypatch, *step, partial(leave, who, "C1", new_key()))
    with pytest.raises(Refused, match=f"{who} 在 2017-03-01 不在个人账户岗"):
        sign_for(key, asked.hash, who)
    assert [ended.value["state"] for ended in overtaken] == ["EXECUTED"]
    assert Proposal.objects.get(key=key).state == "PENDING"
    assert not Signature.objects.filter(proposal__key=key, person=who).exists()


def test_whoever_loses_the_post_before_the_proposal_is_written_does_not_propose(
    office: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    just_before(monkeypatch, planning, "make", partial(leave, "L4", "C1", new_key()))
    with pytest.raises(Refused, match="L4 在 2017-03-01 不在综合办公室"):
        ask_for(key, f"{key}.txt", code=AT_ONCE)
    assert not Proposal.objects.filter(key=key).exists()


def test_signing_and_taking_back_at_once_one_of_both_orders_is_told(office: None) -> None:
    """Signed first, the signature stands; taken back first, it is refused: never a signature after the end."""
    key = new_key()
    asked = propose(
        "staff.absent",
        [{"staff": "C2", "from_day": "2017-03-02", "to_day": "2017-03-03"}],
        key=key,
        by="C2",
        on=hand_over.DAY,
        at=hand_over.now(),
    )
    sign: Callable[[], Any] = partial(sign_for, key, asked.hash, "L1")
    signed, gone = together([sign, partial(leave, "L1", "C1", new_key())])
    assert gone.value["state"] == "EXECUTED", gone
    assert bool(signed.value) != ("L1 在 2017-03-01 不在主任" in signed.refused), signed
    if signed.value:
        ended = AuditEvent.objects.filter(code="staff.leave", kind="EXECUTED").latest("id")
        assert Signature.objects.get(proposal__key=key, person="L1").act_id < ended.id

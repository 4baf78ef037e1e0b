"""Acts at the desk with a key of one's own: a code of just now where the act asks for it, and a session that ends meanwhile."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.seen.example import example_of
from jubao.operations.identity.sessions import IDLE
from jubao.records.models import Draft, Proposal, Signature
from tests.desk import text_of
from tests.test_desk_signin import Clock, clock, sign_in
from tests.test_identity import code_of, home, keys, office, sealed

__all__ = ["clock", "home", "keys", "office", "sealed"]  # fixtures
pytestmark = pytest.mark.django_db

RESTORE, KEY = "/acts/office.restore", "FORM-BBBB"


def restore(clock: Clock) -> dict[str, str]:
    """What is asked for to restore the books, an act that wants a second factor."""
    case = example_of(ACTS["office.restore"], on=clock.at.date())
    return {"_key": KEY} | {name: str(value) for name, value in case.items()}


def test_an_act_that_asks_for_it_is_submitted_only_with_a_code_of_just_now(
    office: Path, keys: Any, clock: Clock
) -> None:
    client = Client()
    sign_in(client, keys, clock)
    clock.pass_by(timedelta(minutes=6))
    shown = client.get(client.post(f"{RESTORE}/try", restore(clock))["Location"])
    sent = dict(re.findall(r'name="(_key|_mark)" value="([^"]*)"', shown.content.decode()))
    for code in ("", "000000"):
        refused = client.post(f"{RESTORE}/submit", sent | {"otp": code})
        assert refused.status_code == 422
        text = text_of(refused)
        assert "<title>有误：预览变化 恢复账簿" in text
        assert "动态码" in text.partition('class="note stop"')[2].partition("</div>")[0]
        assert not Proposal.objects.filter(key=KEY).exists()
    done = client.post(f"{RESTORE}/submit", sent | {"otp": code_of(keys["L1"], clock.at)})
    assert done["Location"] == f"/proposals/{KEY}"
    assert Signature.objects.get(proposal__key=KEY).person == "L1"
    assert not Draft.objects.exists()


def test_a_session_that_ends_meanwhile_leads_back_to_the_form_which_offers_the_draft(
    office: Path, keys: Any, clock: Clock
) -> None:
    client = Client()
    sign_in(client, keys, clock)
    client.post(f"{RESTORE}/check", restore(clock))
    clock.pass_by(IDLE + timedelta(seconds=1))
    lost = client.post(f"{RESTORE}/try", restore(clock), headers={"referer": f"http://testserver{RESTORE}/try"})
    assert lost["Location"] == "/sign-in?next=%2Facts%2Foffice.restore"
    assert not Proposal.objects.filter(key=KEY).exists()
    clock.pass_by(timedelta(minutes=1))
    sign_in(client, keys, clock)
    assert f'href="{RESTORE}?draft={KEY}"' in text_of(client.get(RESTORE))
    again = text_of(client.get(f"{RESTORE}?draft={KEY}"))
    assert restore(clock)["reason"] in again

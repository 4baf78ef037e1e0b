"""Acts at the desk: the form, the preview that stores nothing, submitting once, drafts, workbooks, and who may not."""

import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from jubao.records.models import Draft, Proposal
from tests.desk import browse, text_of
from tests.office import VILLAGE, Office, number

pytestmark = pytest.mark.django_db

WANG, LI = number("19500315", 1), number("19700101", 2)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0},
        {"name": "李乙", "resident_number": LI},
    )
    monkeypatch.setenv("JUBAO_CLOCK", "2017-03-01")
    return office


def test_x(office):
    clerk = browse("G1")
    r = clerk.get("/acts/account.rebind?person=1")
    open("/tmp/f.html","w").write(r.content.decode())
    print(r.status_code)
    r = clerk.post("/acts/account.rebind/try", {"_key": "AAAA-BBBB", "person": "李乙", "bank": "", "bank_account": "123"})
    open("/tmp/f2.html","w").write(r.content.decode())
    print(r.status_code)
    r = clerk.post("/acts/account.rebind/try", {"_key": "AAAA-BBBB", "person": "李乙", "bank": "农业银行", "bank_account": "6228 4800 0000 0001 234"})
    print(r.status_code, r.get("Location"))
    r = clerk.get(r["Location"])
    print(r.status_code)
    open("/tmp/f3.html","w").write(r.content.decode())
    assert 0

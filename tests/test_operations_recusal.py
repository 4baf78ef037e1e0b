"""Recusals: nobody proposes, signs or is shown what concerns his own or a relative's record, and no number is kept."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from jubao.config.keys import RecusalKeyMissing, audit_key, recusal_key
from jubao.operations.envelope.acting import Answer, check, propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.recusing import MustStayAway
from jubao.operations.envelope.seen.proposal import shown
from jubao.records.facts import fact_models
from jubao.records.keyed_numbers import keyed
from jubao.records.models import AuditEvent, Proposal, Recusal, RecusalEnd
from jubao.reports.invariants import verification
from jubao.simulation.staff import Staff as Hands
from tests.office import READER, VILLAGE, Office, number
from tests.trial import on_trial

pytestmark = pytest.mark.django_db

WANG, LI, ELSEWHERE = number("19500315", 1), number("19700101", 2), number("19800101", 3)
ON = date(2017, 3, 1)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0},
        {"name": "李乙", "resident_number": LI},
    )
    return office


def ask(office: Office, by: str, code: str, case: dict[str, Any], key: str) -> Answer:
    return propose(code, [case], key=key, by=by, on=ON, at=office.staff._now(ON))


def take(office: Office, by: str, answer: Answer) -> Answer:
    return sign(answer.proposal, by=by, on=ON, at=office.staff._now(ON), shown_hash=answer.hash)


def declare(office: Office, by: str = "D1", person: str = WANG, relation: str = "PARENT") -> Answer:
    case = {"staff": by, "person": person, "relation": relation}
    return take(office, "L4", ask(office, by, "recusal.declare", case, f"回避-{by}-{relation}"))


def card(person: str = WANG) -> dict[str, Any]:
    return {"person": person, "card_number": "A12345678", "receipt": "签收表2017-03 第1页"}


def test_a_member_of_staff_declares_for_himself_and_another_confirms(office: Office) -> None:
    assert declare(office).result == {"declared": 1}
    row = Recusal.objects.get()
    assert (row.staff.code, row.relation) == ("D1", "PARENT")
    with pytest.raises(Refused, match="回避申报未办理"):
        ask(office, "G1", "recusal.declare", {"staff": "D1", "person": LI, "relation": "CHILD"}, "替人申报")
    office.verify()


def test_the_number_declared_is_kept_nowhere(office: Office) -> None:
    declare(office, person=ELSEWHERE)
    with pytest.raises(Refused):
        ask(
            office,
            "D1",
            "recusal.declare",
            {"staff": "D1", "person": ELSEWHERE[:17] + "?", "relation": "CHILD"},
            "坏号",
        )
    plain = hashlib.sha256(ELSEWHERE.encode()).hexdigest()
    for model in [*fact_models(), AuditEvent]:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608  a table of the house
            stored = repr(cursor.fetchall())
        assert ELSEWHERE not in stored
        assert ELSEWHERE[:17] not in stored
        assert plain not in stored
    told = repr(shown("回避-D1-PARENT", viewer=READER))
    assert keyed(ELSEWHERE) not in told


def test_the_same_number_written_otherwise_is_the_same_person(office: Office) -> None:
    declare(office, person=f" {WANG[:6]} {WANG[6:]} ")
    assert Recusal.objects.get().keyed_number == keyed(WANG)


@pytest.mark.parametrize("reference", [WANG, "4306020000001"])
def test_whoever_is_near_neither_checks_nor_proposes(office: Office, reference: str) -> None:
    declare(office)
    with pytest.raises(MustStayAway) as refused:
        ask(office, "D1", "card.issue", card(reference), "亲属")
    assert "王" not in refused.value.message
    assert reference[-4:] not in refused.value.message
    with pytest.raises(MustStayAway):
        check("card.issue", [card(reference)], by="D1", on=ON, at=office.staff._now(ON))
    assert not Proposal.objects.filter(key="亲属").exists()
    assert ask(office, "D1", "card.issue", card(LI), "旁人").state == "PENDING"


def test_whoever_is_near_does_not_sign_and_another_may(office: Office) -> None:
    answer = ask(office, "J1", "card.issue", card(), "发卡")
    declare(office)
    with pytest.raises(MustStayAway):
        take(office, "D1", answer)
    waiting = next(step for step in shown("发卡", viewer=replace(READER, day=ON)).steps if step.is_next)
    assert [one.by for one in waiting.next] == ["G1"]
    assert take(office, "G1", answer).state == "EXECUTED"
    office.verify()


def test_a_stand_in_signs_where_everybody_of_the_post_is_near(office: Office) -> None:
    """L2 alone is deputy of business: stays he away, the director stands in (controls e.2, A*)."""
    declare(office, by="L2")
    case = {"person": WANG, "bank": "农业银行", "bank_account": "6228480000000099999"}
    answer = ask(office, "G1", "account.rebind", case, "换卡")
    take(office, "D1", answer)
    with pytest.raises(MustStayAway):
        take(office, "L2", answer)
    assert take(office, "L1", answer).state == "EXECUTED"
    office.verify()


def test_a_plan_that_touches_somebody_near_is_refused_although_nobody_named_him(office: Office) -> None:
    """A file of one new insured person: the file names him, no argument does, and the register does not know him."""
    declare(office, person=ELSEWHERE, by="J1")
    with pytest.raises(MustStayAway):
        ask(office, "J1", "enrolment.enrol", registering(office), "新参保")


def registering(office: Office) -> dict[str, Any]:
    row = {
        "resident_number": ELSEWHERE,
        "name": "赵丙",
        "household_type": "20",
        "category": "011",
        "division": VILLAGE,
        "address": "",
        "phone": "",
        "tier": 100,
        "bank": "农业银行",
        "bank_account": "6228480012345678",
        "card_number": "",
        "applied_date": ON,
    }
    return {"file": office.file("登记.xlsx", "enrolment_batch", {name: [value] for name, value in row.items()})}


def test_an_act_whose_rule_chose_many_is_signed_and_says_that_relatives_are_among_them(office: Office, ruled) -> None:
    declare(office)
    ruled("procedure.recusal_by_rule_limit", 0)
    answer = ask(office, "D1", "payroll.calculate", {"month": 201701}, "发放")
    assert any("申报回避" in notice for notice in answer.preview["notices"])
    assert "王甲" not in str(answer.preview["notices"])
    assert take(office, "G1", answer).state == "PENDING"
    ruled("procedure.recusal_by_rule_limit", 1)
    with pytest.raises(MustStayAway):
        ask(office, "D1", "payroll.calculate", {"month": 201701}, "再算")


def test_a_recusal_ends_with_another_fact_but_never_from_oneself(office: Office) -> None:
    declare(office)
    declare(office, relation="SELF", person=LI)
    end = {"staff": "D1", "person": WANG, "reason": "号码填错"}
    take(office, "L4", ask(office, "D1", "recusal.end", end, "解除"))
    assert RecusalEnd.objects.get().recusal.keyed_number == keyed(WANG)
    assert ask(office, "D1", "card.issue", card(), "可办").state == "PENDING"
    with pytest.raises(Refused) as refused:
        ask(office, "D1", "recusal.end", end | {"person": LI}, "解除本人")
    assert "本人业务始终回避" in "".join(refused.value.faults)
    office.verify()


def test_the_own_number_stated_at_the_founding_is_a_recusal_from_the_first_day() -> None:
    on_trial(Path(settings.JUBAO_HOME))
    members = [
        {
            "staff": "P1",
            "name": "上级",
            "title": "管理员",
            "section": "市局",
            "posts": ["PERMISSION"],
            "external": True,
        },
        {
            "staff": "D1",
            "name": "职工一",
            "title": "科员",
            "section": "待遇股",
            "posts": ["BENEFITS"],
            "own_number": WANG,
        },
    ]
    case = {
        "office": "中心",
        "city": "市",
        "district": "区",
        "district_code": "430602",
        "budget_code": "1",
        "superior": "局",
        "posts_authorised": 2,
        "staff": members,
    }
    Hands(keys="founding").carry("office.found", [case], on=ON)
    row = Recusal.objects.get()
    assert (row.staff.code, row.keyed_number, row.relation) == ("D1", keyed(WANG), "SELF")
    assert WANG not in Proposal.objects.get().arguments


def test_verify_finds_a_signature_on_a_relative(office: Office, monkeypatch) -> None:
    """The guard taken away, a signature gets in; the books themselves tell it afterwards."""
    declare(office)
    with monkeypatch.context() as unguarded:
        unguarded.setattr("jubao.operations.envelope.recusing.staff_recused", lambda *_: frozenset())
        ask(office, "D1", "card.issue", card(), "亲属")
    [broken] = [one for one in verification.verify(["I-34"]) if one.broken]
    assert "D1" in broken.violations[0].text


def test_the_recusal_key_is_made_with_the_audit_key_and_never_again(tmp_path, office: Office, monkeypatch) -> None:
    with pytest.raises(RecusalKeyMissing, match="不会另造一把"):
        recusal_key(tmp_path / "recusal.key")
    monkeypatch.setattr("jubao.config.keys._books_exist", lambda: False)
    audit_key(tmp_path / "audit.key")
    made = (tmp_path / "recusal.key").read_text()
    assert recusal_key(tmp_path / "recusal.key") == made.strip() != (tmp_path / "audit.key").read_text().strip()


def test_whoever_joins_stays_away_from_his_own_record(office: Office) -> None:
    case = {
        "staff": "J2",
        "name": "职工新",
        "title": "科员",
        "section": "征缴股",
        "posts": ["COLLECTION"],
        "from_day": "2017-03-02",
        "evidence": "分工文件 1",
        "own_number": LI,
    }
    office.carry("staff.join", case, on=ON)
    assert Recusal.objects.get(staff__code="J2").keyed_number == keyed(LI)
    assert LI not in Proposal.objects.get(code="staff.join").arguments
    office.verify()

"""The envelope: two people, one execution, one answer per key, nothing left behind by a refusal."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from jubao.operations.envelope import planning
from jubao.operations.envelope.acting import KeyReused, PreviewChanged, check, propose, sign
from jubao.operations.envelope.audit import ClockWentBack
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.posts import Post, conflicts
from jubao.operations.envelope.view import View
from jubao.policy.store import Policy
from jubao.records.models import AuditEvent, Certification, Proposal, Signature, Target
from tests.office import LAYOUT, Office, number

pytestmark = pytest.mark.django_db

ON = date(2017, 3, 1)
AT = datetime(2017, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER, AFTER = date(2017, 3, 3), datetime(2017, 3, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 900_000_000, "source": "局发任务"}


@pytest.fixture
def office() -> Office:
    return Office()


def ask(key: str = "k1", by: str = "L4", **target: object) -> object:
    return propose("target.set", [TARGET | target], key=key, by=by, on=ON, at=AT)


def test_an_act_with_a_chain_changes_nothing_before_the_last_signature(office: Office) -> None:
    answer = ask()
    assert not Target.objects.exists()
    sign("k1", by="L1", on=ON, at=AT, shown_hash=answer.hash)
    assert Target.objects.get().amount_fen == 900_000_000


def test_the_same_key_and_body_gets_the_same_answer_and_changes_nothing(office: Office) -> None:
    first = ask()
    events = AuditEvent.objects.count()
    assert ask() == first
    signed = sign("k1", by="L1", on=ON, at=AT, shown_hash=first.hash)
    assert sign("k1", by="L1", on=ON, at=AT + timedelta(days=1), shown_hash=first.hash) == signed
    assert Target.objects.count() == 1
    assert AuditEvent.objects.count() == events + 1


def test_the_same_key_with_another_body_is_an_error(office: Office) -> None:
    ask()
    with pytest.raises(KeyReused):
        ask(amount_fen=1)
    assert Proposal.objects.filter(code="target.set").count() == 1


def test_maker_cannot_check(office: Office) -> None:
    answer = ask()
    with pytest.raises(Refused, match="同一案件须由不同的人办理"):
        sign("k1", by="L4", on=ON, at=AT, shown_hash=answer.hash)
    assert not Target.objects.exists()


def test_the_database_refuses_a_second_step_by_the_same_person(office: Office) -> None:
    ask()
    row = Signature.objects.get(proposal__key="k1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            act_id=row.act_id,
            proposal=row.proposal,
            case_ref=row.case_ref,
            step=9,
            role="CHECK",
            post="DIRECTOR",
            person=row.person,
            decision="AGREE",
            shown_hash=row.shown_hash,
            business_date=ON,
            signed_at=AT,
            body_hash=row.body_hash,
            state_after="PENDING",
            result="{}",
        )


def test_somebody_outside_the_post_is_refused_and_only_the_refusal_is_recorded(office: Office) -> None:
    before = (Proposal.objects.count(), Signature.objects.count())
    with pytest.raises(Refused, match="不在综合办公室"):
        ask(by="C2")
    assert (Proposal.objects.count(), Signature.objects.count()) == before
    last = AuditEvent.objects.order_by("-id").first()
    assert (last.kind, last.staff) == (AuditEvent.Kind.REFUSED, "C2")


def test_a_signature_binds_to_what_was_shown(office: Office) -> None:
    ask()
    with pytest.raises(Refused, match="不一致"):
        sign("k1", by="L1", on=ON, at=AT, shown_hash="0" * 64)


def test_a_rejection_needs_a_reason_and_ends_the_proposal(office: Office) -> None:
    answer = ask()
    with pytest.raises(Refused, match="写明理由"):
        sign("k1", by="L1", on=ON, at=AT, shown_hash=answer.hash, agree=False)
    sign("k1", by="L1", on=ON, at=AT, shown_hash=answer.hash, agree=False, reason="任务数有误")
    assert Proposal.objects.get(key="k1").state == Proposal.State.REJECTED
    assert not Target.objects.exists()


def test_an_approval_is_void_when_the_facts_behind_its_preview_changed(office: Office) -> None:
    office.open_fund()
    office.register({"name": "王甲", "resident_number": number("19700101")})
    office.contribute(number("19700101"), "王甲", 10_000, date(2017, 2, 1))
    credit = propose("contribution.credit", [{"through": "2017-12-31"}], key="c1", by="G1", on=ON, at=AT)
    office.contribute(number("19700101"), "王甲", 10_000, date(2017, 3, 2), year=2016)
    with pytest.raises(PreviewChanged):
        sign("c1", by="J1", on=LATER, at=AFTER, shown_hash=credit.hash)
    assert Proposal.objects.get(key="c1").state == Proposal.State.VOID
    office.carry("contribution.credit", {"through": "2017-12-31"}, on=LATER + timedelta(days=1))


def test_an_approval_stands_when_what_its_plan_read_moved_and_the_content_did_not(office: Office) -> None:
    answer = ask()
    ask(key="k2", name="campaign.city")
    sign("k2", by="L1", on=ON, at=AT, shown_hash=Proposal.objects.get(key="k2").hash)
    assert sign("k1", by="L1", on=ON, at=AT, shown_hash=answer.hash).state == Proposal.State.EXECUTED
    assert Target.objects.count() == 2


def test_a_new_row_of_law_voids_only_proposals_that_read_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.open_fund()
    office.register({"name": "王甲", "resident_number": number("19700101")})
    office.contribute(number("19700101"), "王甲", 10_000, date(2017, 2, 1))
    target = ask()
    credit = propose("contribution.credit", [{"through": "2017-12-31"}], key="c1", by="G1", on=ON, at=AT)
    marks = json.loads(Proposal.objects.get(key="c1").marks)["law"]
    assert "contribution.collection_rules" in marks
    assert json.loads(Proposal.objects.get(key="k1").marks)["law"] == {}
    known = Policy.fingerprint_of
    monkeypatch.setattr(
        Policy,
        "fingerprint_of",
        lambda self, key: "0" * 64 if key == "contribution.collection_rules" else known(self, key),
    )
    planned = []
    plan = planning.make
    monkeypatch.setattr(planning, "make", lambda *a, **k: planned.append(a[0].code) or plan(*a, **k))
    sign("k1", by="L1", on=ON, at=AT, shown_hash=target.hash)
    assert planned == []
    sign("c1", by="J1", on=ON, at=AT, shown_hash=credit.hash)
    assert planned == ["contribution.credit"]  # planned again, found equal, applied


def test_all_faults_of_the_arguments_are_named(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        propose(
            "target.set",
            [{"name": 1}, {"year": "x", "source": "s", "name": "n", "extra": 1}],
            key="k",
            by="L4",
            on=ON,
            at=AT,
        )
    assert len(refused.value.faults) >= 4


def test_a_check_answers_like_a_proposal_and_leaves_no_trace(office: Office) -> None:
    events = AuditEvent.objects.count()
    faults = check("target.set", [{"name": 1}], by="L4", on=ON, at=AT)
    assert {fault.field for fault in faults} >= {"name", "year", "source"}
    assert all(fault.case == 1 for fault in faults)
    assert not check("target.set", [TARGET], by="L4", on=ON, at=AT)
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("year", [0, 99999, -1])
def test_a_year_nobody_lives_in_is_refused_as_a_field(office: Office, year: int) -> None:
    with pytest.raises(Refused) as refused:
        ask(year=year)
    assert [fault.field for fault in refused.value.found] == ["year"]


@pytest.mark.parametrize("key", ["", "k" * 121, "k1#L1", "two words", "tab\t", "-first"])
def test_a_key_has_a_shape(office: Office, key: str) -> None:
    with pytest.raises(Refused, match="请求号"):
        ask(key=key)
    assert not Proposal.objects.filter(key=key).exists()


def test_no_key_of_a_proposal_blocks_a_signature(office: Office) -> None:
    answer = ask()
    for squatted in ("k1:L1", "k1/L1", "k1@L1"):
        ask(key=squatted)
    assert sign("k1", by="L1", on=ON, at=AT, shown_hash=answer.hash).state == Proposal.State.EXECUTED


def test_the_clock_decides_the_business_date(office: Office) -> None:
    for on in (ON + timedelta(days=1), ON - timedelta(days=400)):
        with pytest.raises(Refused, match="业务日期"):
            propose("fund.sweep", [{"month": 201701}], key="d1", by="C1", on=on, at=AT)
    assert not Proposal.objects.filter(key="d1").exists()


def test_a_signature_never_lies_before_its_proposal(office: Office) -> None:
    answer = ask()
    early = AT - timedelta(days=2)
    with pytest.raises(Refused, match=r"签署时间早于|早于上一事件|业务日期"):
        sign("k1", by="L1", on=early.date(), at=early, shown_hash=answer.hash)
    assert not Target.objects.exists()


def test_instants_of_the_chain_never_go_back(office: Office) -> None:
    ask()
    early = AT - timedelta(hours=1)
    with pytest.raises(ClockWentBack):
        propose("target.set", [TARGET], key="k2", by="L4", on=ON, at=early)
    instants = list(AuditEvent.objects.order_by("id").values_list("at", flat=True))
    assert instants == sorted(instants)


def test_an_unrelated_case_is_not_continued(office: Office) -> None:
    """Otherwise the proper approver could be shut out by a case he once signed, so that the stand-in signs."""
    first = ask()
    sign("k1", by="L1", on=ON, at=AT, shown_hash=first.hash)
    with pytest.raises(Refused, match=r"不是.*可以接续的案件"):
        propose("target.set", [TARGET], key="k2", by="L4", on=ON, at=AT, case_ref="k1")
    with pytest.raises(Refused, match=r"不是.*可以接续的案件"):
        propose("target.set", [TARGET], key="k3", by="L4", on=ON, at=AT, case_ref="nobody's")


def test_an_act_says_how_many_cases_it_takes(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        propose("fund.sweep", [{"month": 201701}, {"month": 201702}], key="s1", by="C1", on=ON, at=AT)
    assert "一次只能填报一项" in str(refused.value)


def test_a_rule_of_the_database_has_a_sentence_and_no_values(office: Office) -> None:
    """The engine's own text names the row; neither people nor the chain may see it."""
    declared = {"divisions": [{"code": "430602001002", "name": "丙社区", "level": "VILLAGE", "parent": "430602001"}]}
    propose("area.record", [declared], key="a1", by="L4", on=ON, at=AT)
    sign("a1", by="L1", on=ON, at=AT, shown_hash=Proposal.objects.get(key="a1").hash)
    act = ACTS["area.record"].act
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(act), "check", lambda *_: Faults())
        propose("area.record", [declared], key="a2", by="L4", on=ON, at=AT)
        with pytest.raises(Refused, match="行政区划") as refused:
            sign("a2", by="L1", on=ON, at=AT, shown_hash=Proposal.objects.get(key="a2").hash)
    told = str(refused.value) + AuditEvent.objects.order_by("-id").first().payload
    assert "430602001002" not in told
    assert "DETAIL" not in told
    assert "Failing row" not in told


def test_refusals_are_recorded_without_anybody_s_number(office: Office) -> None:
    with pytest.raises(Refused):
        sign(number("19700101"), by="L1", on=ON, at=AT, shown_hash="0" * 64)
    assert number("19700101") not in AuditEvent.objects.order_by("-id").first().payload


def test_a_plan_writes_nothing(office: Office) -> None:
    with View(ON, AT, "c").open(), pytest.raises(AssertionError, match="a plan writes nothing"):
        Target.objects.create(name="x", year=2017, source="x", act_id=1)


def test_facts_are_neither_changed_nor_removed_in_the_database_itself(office: Office) -> None:
    with pytest.raises(Exception, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_staff SET name = 'x'")
    with pytest.raises(Exception, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_auditevent")


def test_the_shipped_layout_has_no_conflicting_posts() -> None:
    assert [code for code, _, posts, cover in LAYOUT if conflicts(map(Post, posts), map(Post, cover))] == []
    assert conflicts([Post.ACCOUNTANT], [Post.CASHIER])
    assert conflicts([Post.BENEFITS], [Post.AUDIT])
    assert conflicts([Post.COLLECTION], [Post.ACCOUNTANT])


def test_certifications_are_recorded_by_one_person_but_never_for_strangers(office: Office) -> None:
    office.open_fund()
    office.register({"name": "李乙", "resident_number": number("19500101"), "pension_start": 201102})
    columns = {
        "resident_number": [number("19500101")],
        "name": ["李乙"],
        "certified_date": [date(2017, 2, 1)],
        "method": ["02"],
        "checker": ["协办员"],
    }
    office.carry("certification.record", {"file": office.file("认证.xlsx", "certification_roll", columns)}, on=ON)
    assert Certification.objects.count() == 1
    columns["resident_number"] = [number("19700101", 9)]
    with pytest.raises(Refused, match="不在参保登记中"):
        office.carry("certification.record", {"file": office.file("认证.xlsx", "certification_roll", columns)}, on=ON)

"""When a signature counts: the clock binds the signer, an old proposal takes no old day, earlier signatures are looked at."""

from datetime import date, datetime

import pytest
from django.db import connection, transaction

from jubao.operations.envelope.acting import PreviewChanged, propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.request import LOCAL
from jubao.records.models import Absence, AuditEvent, BankAccount, Proposal, Signature, Staff
from jubao.reports.invariants.verification import verify
from tests.office import Office, number
from tests.test_operations_trust import drop_guards, run

pytestmark = pytest.mark.django_db
OLD, PAYER = number("19500310", 1), number("19800315", 2)
JANUARY = date(2017, 1, 6)
NEW, OTHER = "6222000000001111", "6222000000009999"


@pytest.fixture
def office() -> Office:
    made = Office()
    made.open_fund()
    pension = {"pension_start": 201504, "pension_personal": 800, "personal": 90_000, "certified_month": 201612}
    made.register(
        {"name": "王甲", "resident_number": OLD, "contributed_years": 3} | pension,
        {"name": "李乙", "resident_number": PAYER, "contributed_years": 5, "personal": 420_000},
    )
    return made


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LOCAL)


def rebind(key: str = "k", account: str = NEW) -> str:
    """A change of the account, proposed on 6 January; its hash."""
    case = {"person": OLD, "bank": "农业银行", "bank_account": account}
    return propose("account.rebind", [case], key=key, by="G1", on=JANUARY, at=at(JANUARY, 9)).hash


def signed(by: str, shown: str, on: date, clock: date | None = None, key: str = "k", hour: int = 12) -> str:
    return sign(key, by=by, on=on, at=at(clock or on, hour), shown_hash=shown).state


def refused(by: str, shown: str, on: date, clock: date) -> str:
    with pytest.raises(Refused) as refusal:
        signed(by, shown, on, clock)
    return str(refusal.value)


def broken(code: str) -> list[str]:
    return [violation.text for finding in verify([code]) for violation in finding.violations]


# ── The signer's day ──


@pytest.mark.parametrize("clock", [JANUARY, date(2017, 1, 10)])
def test_who_signs_is_bound_to_the_clock_like_who_proposes(office, clock):
    shown = rebind()
    assert "晚于今天" in refused("D1", shown, date(2099, 12, 31), clock)
    assert "早于今天" in refused("D1", shown, date(2017, 1, 5), clock)
    assert signed("D1", shown, clock) == "PENDING"


DUTY = {"name": "月报", "title": "2017年1月统计月报", "period": 201701, "due_date": "2017-02-05", "receiver": "市局"}


def test_nothing_is_signed_on_a_day_before_it_was_proposed(office):
    """This act may be dated back a month, but the proposal is of the 12th."""
    twelfth, clock = date(2017, 1, 12), date(2017, 1, 20)
    shown = propose("duty.record", [DUTY], key="k", by="L4", on=twelfth, at=at(clock, 9)).hash
    assert "早于申请" in refused("L1", shown, date(2017, 1, 11), clock)
    assert signed("L1", shown, twelfth, clock) == "EXECUTED"
    office.verify()


def test_who_is_away_today_does_not_sign_on_a_day_he_was_there(office):
    """Present on the 12th, on which he signs; away on the 20th, when he does."""
    Absence.objects.create(
        act=AuditEvent.objects.order_by("-id").first(),
        staff=Staff.objects.get(code="L1"),
        valid_from=date(2017, 1, 16),
        valid_to=date(2017, 2, 1),
    )
    twelfth, clock = date(2017, 1, 12), date(2017, 1, 20)
    shown = propose("duty.record", [DUTY], key="k", by="L4", on=twelfth, at=at(clock, 9)).hash
    assert "L1 在 2017-01-20 不在主任" in refused("L1", shown, twelfth, clock)


def test_verify_finds_a_signature_on_a_day_its_clock_denies(office):
    shown = rebind()
    signed("D1", shown, JANUARY)
    assert broken("I-33") == []
    drop_guards("records_signature")
    run(
        "UPDATE records_signature SET business_date = '2018-01-06' WHERE step = 1 AND person = 'D1'"
        " AND proposal_id = (SELECT id FROM records_proposal WHERE key = 'k')"
    )
    assert any("D1" in text and "2018-01-06" in text for text in broken("I-33"))


# ── The day of effect ──


def test_a_proposal_of_a_month_gone_by_takes_no_effect_in_that_month(office):
    """Ended in January, signed in November: interest of ten months would be missing."""
    case = {"person": PAYER, "reason": "6406", "event_date": "2017-01-05"}
    shown = propose("enrolment.end", [case], key="k", by="G1", on=JANUARY, at=at(JANUARY, 9)).hash
    signed("D1", shown, JANUARY)
    november = date(2017, 11, 20)
    with pytest.raises(PreviewChanged, match=r"是 2017-01-06 提出的，已跨月.*请重新提出"):
        signed("L2", shown, november)
    assert Proposal.objects.get(key="k").state == "VOID"


def test_the_same_proposal_is_signed_to_its_end_within_its_month(office):
    case = {"person": PAYER, "reason": "6406", "event_date": "2017-01-05"}
    shown = propose("enrolment.end", [case], key="k", by="G1", on=JANUARY, at=at(JANUARY, 9)).hash
    signed("D1", shown, JANUARY)
    assert signed("L2", shown, date(2017, 1, 31)) == "EXECUTED"


def test_a_proposal_whose_content_no_day_touches_may_wait(office):
    """A village is the same village in February."""
    village = {"code": f"{office.village[:9]}002", "name": "丙社区", "level": "VILLAGE", "parent": office.township}
    asked = propose(
        "area.record", [{"divisions": [village], "outlets": []}], key="k", by="L4", on=JANUARY, at=at(JANUARY, 9)
    )
    signer = office.staff.people(_post_after("area.record"), on=JANUARY, besides=["L4"])[0]
    assert signed(signer, asked.hash, date(2017, 2, 6)) == "EXECUTED"


def _post_after(code: str):
    from jubao.operations.envelope.acting import declaration_of

    return declaration_of(code).chain[0].post


# ── The cooling period ──


def test_a_changed_account_cools_from_the_last_signature(office):
    """Proposed on the 6th, signed on the 20th, seven days: usable from the 27th; a payroll of the 20th pays the old one."""
    shown, twentieth = rebind(), date(2017, 1, 20)
    signed("D1", shown, JANUARY)
    signed("L2", shown, twentieth)
    assert BankAccount.objects.get(account=NEW).usable_from == date(2017, 1, 27)
    office.verify()
    batch = office.pay(201701, twentieth).result["batch"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account FROM records_bankline l JOIN records_paymentbatch b ON b.id = l.batch_id WHERE b.number = %s",
            [batch],
        )
        assert [account for (account,) in cursor.fetchall()] == ["62284800" + f"{1:011d}"]


def test_verify_finds_an_account_that_was_usable_before_it_had_cooled(office):
    shown = rebind()
    signed("D1", shown, JANUARY)
    signed("L2", shown, date(2017, 1, 20))
    assert broken("I-20") == []
    drop_guards("records_bankaccount")
    run("UPDATE records_bankaccount SET usable_from = '2017-01-13' WHERE account = %s", [NEW])
    assert any("冷静期" in text for text in broken("I-20"))


# ── What was signed before ──


TAMPERED = {
    "its content": "UPDATE records_proposal SET arguments = (SELECT arguments FROM records_proposal WHERE key = 'k2'),"
    " preview = (SELECT preview FROM records_proposal WHERE key = 'k2'),"
    " hash = (SELECT hash FROM records_proposal WHERE key = 'k2') WHERE key = 'k'",
    "its day": "UPDATE records_proposal SET business_date = '2017-01-02' WHERE key = 'k'",
    "a step left out": "UPDATE records_proposal SET next_step = 2 WHERE key = 'k'",
    "who signed": "UPDATE records_signature SET person = 'J1' WHERE step = 1 AND person = 'D1'"
    " AND proposal_id = (SELECT id FROM records_proposal WHERE key = 'k')",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_nobody_signs_on_when_what_was_signed_before_is_not_what_lies_there(office, what):
    shown, other = rebind(), rebind("k2", OTHER)
    if what != "a step left out":
        signed("D1", shown, JANUARY)
    with transaction.atomic():
        drop_guards("records_proposal", "records_signature")
        run(TAMPERED[what])
        if what == "its content":  # the signature is made to fit, too: only the chain's key is missing
            run("UPDATE records_signature SET shown_hash = %s WHERE shown_hash = %s", [other, shown])
        lies_there = other if what == "its content" else shown
        said = refused("L2", lies_there, JANUARY, JANUARY)
        assert "不能签署" in said
        assert "jubao verify" in said
        assert not BankAccount.objects.filter(account__in=[NEW, OTHER]).exists()
        rejected = sign(
            "k", by="L2", on=JANUARY, at=at(JANUARY, 13), shown_hash=lies_there, agree=False, reason="内容被改"
        )
        assert rejected.state == "REJECTED"
        transaction.set_rollback(True)


def test_a_refusal_to_sign_what_was_changed_is_in_the_chain(office):
    shown = rebind()
    signed("D1", shown, JANUARY)
    with transaction.atomic():
        drop_guards("records_signature")
        run("UPDATE records_signature SET shown_hash = %s WHERE step = 1", ["0" * 64])
        refused("L2", shown, JANUARY, JANUARY)
        assert AuditEvent.objects.order_by("-id").first().kind == "REFUSED"
        assert Signature.objects.filter(proposal__key="k").count() == 2
        transaction.set_rollback(True)

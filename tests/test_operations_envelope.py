"""The envelope: two people, one execution, one answer per key, nothing left behind by a refusal."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from jubao.operations.envelope.acting import KeyReused, PreviewChanged, propose, sign
from jubao.operations.envelope.declaration import ACTS, Refused
from jubao.operations.envelope.posts import Post, conflicts, holders
from jubao.records.models import AuditEvent, Certification, Command, Proposal, Signature, Target
from tests.office import LAYOUT, Office, number

pytestmark = pytest.mark.django_db

ON = date(2017, 3, 1)
AT = datetime(2017, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
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
    assert AuditEvent.objects.count() == events + 2


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
            act_id=row.act_id, proposal=row.proposal, case_ref=row.case_ref, step=9, role="CHECK", post="DIRECTOR",
            person=row.person, decision="AGREE", shown_hash="", business_date=ON, signed_at=AT,
        )  # fmt: skip


def test_somebody_outside_the_post_is_refused_and_only_the_refusal_is_recorded(office: Office) -> None:
    before = (Proposal.objects.count(), Command.objects.count(), Signature.objects.count())
    with pytest.raises(Refused, match="不在综合办公室"):
        ask(by="C2")
    assert (Proposal.objects.count(), Command.objects.count(), Signature.objects.count()) == before
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
    office.contribute(number("19700101"), "王甲", 10_000, date(2017, 2, 2), year=2016)
    with pytest.raises(PreviewChanged):
        sign("c1", by="J1", on=ON, at=AT, shown_hash=credit.hash)
    assert Proposal.objects.get(key="c1").state == Proposal.State.VOID
    office.carry("contribution.credit", {"through": "2017-12-31"}, on=ON)


def test_all_faults_of_the_arguments_are_named(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        propose("target.set", [{"name": 1}, {"year": "x", "source": "s", "name": "n", "extra": 1}], key="k", by="L4",
                on=ON, at=AT)  # fmt: skip
    assert len(refused.value.faults) >= 4


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


@pytest.mark.parametrize("absent", [None, *[row[0] for row in LAYOUT]])
def test_every_act_is_feasible_with_any_one_person_absent(office: Office, absent: str | None) -> None:
    if absent:
        event = AuditEvent.objects.order_by("-id").first()
        from jubao.records.models import Absence, Staff

        Absence.objects.create(act_id=event.id, staff=Staff.objects.get(code=absent), valid_from=ON,
                               valid_to=ON + timedelta(days=1))  # fmt: skip
    infeasible = [code for code, declared in ACTS.items() if code != "office.found" and not feasible(declared, ON)]
    assert infeasible == []


def feasible(declared: object, on: date) -> bool:
    posts = [declared.maker, *[step.post for step in declared.chain]]

    def place(rest: list[Post], taken: tuple[str, ...]) -> bool:
        if not rest:
            return True
        return any(place(rest[1:], (*taken, code)) for code in holders(rest[0], on=on, besides=taken))

    return place(posts, ())


def test_certifications_are_recorded_by_one_person_but_never_for_strangers(office: Office) -> None:
    office.open_fund()
    office.register({"name": "李乙", "resident_number": number("19500101"), "pension_start": 201102})
    columns = {"resident_number": [number("19500101")], "name": ["李乙"], "certified_date": [date(2017, 2, 1)],
               "method": ["02"], "checker": ["协办员"]}  # fmt: skip
    office.carry("certification.record", {"file": office.file("认证.xlsx", "certification_roll", columns)}, on=ON)
    assert Certification.objects.count() == 1
    columns["resident_number"] = [number("19700101", 9)]
    with pytest.raises(Refused, match="无法办理"):
        office.carry("certification.record", {"file": office.file("认证.xlsx", "certification_roll", columns)}, on=ON)

"""Acts offered beside a person: to whom, with what filled in, and why not."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from jubao.operations.envelope.declaration import ACTS, About
from jubao.operations.envelope.seen.needed import NEEDS
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.records.keyed_numbers import keyed
from jubao.records.models import Person
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import Recused, Viewer
from tests.office import MASKED, Office, number

pytestmark = pytest.mark.django_db(transaction=True)
PENSIONER, PAYER = number("19500101"), number("19800101")
DAY = date(2017, 3, 1)


@pytest.fixture
def office() -> Office:
    """A pensioner and somebody who pays."""
    found = Office()
    found.register(
        {"resident_number": PENSIONER, "pension_start": 201001},
        {"resident_number": PAYER},
    )
    return found


def seat(*posts: Post) -> Viewer:
    """Somebody in these posts."""
    return replace(MASKED, posts=frozenset(posts), day=DAY)


def of_person(viewer: Viewer, resident_number: str) -> dict[str, OfferedAct]:
    """What is offered about somebody, by code."""
    key = Person.objects.get(resident_number=resident_number).pk
    about = (About.PERSON, About.AWARD, About.RECOVERY)
    found = offered(viewer, about=about, answers={"person": str(key)}, only_fitting=True)
    return {one.code: one for one in found}


def test_every_need_belongs_to_a_declared_act_about_a_person():
    for code in NEEDS:
        assert any(question.name == "person" for question in ACTS[code].questions), code


def test_the_maker_is_offered_the_form_with_the_internal_key_and_no_number(office):
    found = of_person(seat(Post.BENEFITS), PENSIONER)["award.suspend"]
    assert (found.may, found.why, found.title) == (True, None, "待遇暂停")
    asked = urlsplit(found.address)
    assert asked.path == "/acts/award.suspend"
    assert parse_qs(asked.query) == {"person": [str(Person.objects.get(resident_number=PENSIONER).pk)]}
    assert PENSIONER not in found.address


def test_who_only_checks_an_act_sees_who_makes_it(office):
    found = of_person(seat(Post.ACCOUNTS), PENSIONER)["award.suspend"]
    assert not found.may
    assert str(found.why) == "由待遇经办岗办理"


def test_an_act_that_is_never_his_is_left_out(office):
    assert "award.suspend" not in of_person(seat(Post.CASHIER), PENSIONER)
    assert of_person(seat(Post.CASHIER), PENSIONER) == {}


@pytest.mark.parametrize(
    ("who", "code", "why"),
    [
        (PAYER, "award.suspend", "没有正在领取的待遇"),
        (PAYER, "award.resume", "没有正在领取的待遇"),
        (PENSIONER, "award.resume", "没有暂停中的待遇"),
        (PENSIONER, "award.grant", "正在领取待遇"),
        (PENSIONER, "recovery.demand", "没有未追回的多发待遇案件"),
    ],
)
def test_what_the_person_lacks_is_said(office, who, code, why):
    found = of_person(seat(Post.BENEFITS), who)[code]
    assert (found.may, str(found.why)) == (False, why)


def test_a_suspended_pension_can_be_resumed_and_not_suspended_again(office):
    case = {"person": PENSIONER, "reason": "1299", "from_month": 201702, "due": "2017-06-30", "memo": "待核实"}
    office.carry("award.suspend", case)
    found = of_person(seat(Post.BENEFITS), PENSIONER)
    assert found["award.resume"].may
    assert str(found["award.suspend"].why) == "待遇已经暂停"


def test_nothing_about_oneself_or_a_relative_may_be_made(office):
    near = Recused(frozenset({keyed(PENSIONER)}), keyed)
    found = of_person(replace(seat(Post.BENEFITS), recused=near), PENSIONER)
    assert found["award.suspend"].may is False
    assert "回避" in str(found["award.suspend"].why)
    assert of_person(replace(seat(Post.BENEFITS), recused=near), PAYER)["award.grant"].may


def test_those_he_may_make_come_first(office):
    found = list(of_person(seat(Post.BENEFITS), PENSIONER).values())
    assert [one.may for one in found] == sorted((one.may for one in found), reverse=True)
    assert {one.may for one in found} == {True, False}


def test_answers_fit_by_kind_and_by_name(office):
    found = {
        one.code: one.address
        for one in offered(
            seat(Post.BENEFITS),
            about=About.PERSON,
            answers={"list": "L-1", "person": "7", "evidence_date": "2017-02-01"},
        )
    }
    assert parse_qs(urlsplit(found["match.clear"]).query) == {
        "list_number": ["L-1"],
        "person": ["7"],
        "evidence_date": ["2017-02-01"],
    }


def test_a_leader_stands_in_only_while_nobody_of_the_post_is_present(office):
    director = seat(Post.DIRECTOR)
    made_by_office = next(one for one in offered(director, about=About.REPORT, answers={}) if one.code == "report.sign")
    assert ACTS["report.sign"].maker is Post.OFFICE
    assert not made_by_office.may
    deputy = seat(Post.DEPUTY_BUSINESS)
    before = {one.code: one.may for one in offered(deputy, about=About.REPORT, answers={})}
    assert not before["report.sign"]
    on = date(2017, 2, 27)
    office.carry("staff.absent", {"staff": "L4", "from_day": "2017-02-27", "to_day": "2017-03-15"}, on=on)
    after = {one.code: one.may for one in offered(deputy, about=About.REPORT, answers={})}
    assert after["report.sign"]

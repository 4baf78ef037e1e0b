"""Founding an office: people, posts and charts at once; what no office can be is refused with everybody named."""

from datetime import datetime
from typing import Any

import pytest

from jubao.ledger.models import Account
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.view import View
from jubao.records.models import Office as OfficeRow
from jubao.records.models import PostHolding
from jubao.records.models import Staff as StaffRow
from jubao.simulation.staff import LOCAL, Staff
from tests.office import STARTED

pytestmark = pytest.mark.django_db
MEMBER = {"staff": "L1", "name": "甲", "title": "主任", "section": "办公室", "posts": ["DIRECTOR"]}
ABOVE = {
    "staff": "P1",
    "name": "上级",
    "title": "系统管理员",
    "section": "市局",
    "posts": ["PERMISSION"],
    "external": True,
}
CENTRE = {
    "office": "试验中心",
    "city": "试验市",
    "district": "试验区",
    "district_code": "430602",
    "budget_code": "430609",
    "superior": "区人社局",
    "posts_authorised": 10,
    "staff": [MEMBER, ABOVE],
}


def found(**said: Any) -> Any:
    return Staff(keys="founding").carry("office.found", [CENTRE | said], on=STARTED)


def not_founded(**said: Any) -> str:
    with pytest.raises(Refused) as told:
        found(**said)
    assert not OfficeRow.objects.exists()
    return str(told.value)


def test_an_office_is_founded_with_people_posts_and_charts() -> None:
    assert found().result == {"staff": 2}
    held = PostHolding.objects.order_by("post").values_list("staff__code", "post", "capacity", "valid_from")
    assert list(held) == [("L1", "DIRECTOR", "A", STARTED), ("P1", "PERMISSION", "A", STARTED)]
    assert StaffRow.objects.get(external=True).code == "P1"
    assert Account.objects.exists()


def test_an_approver_sees_which_posts_nobody_holds() -> None:
    view = View(STARTED, datetime(2017, 1, 3, 9, tzinfo=LOCAL), "X")
    declared = ACTS["office.found"]
    case = declared.arguments.model_validate(CENTRE)
    [notice] = [one for one in declared.act.plan([case], view).notices if one.startswith("没有人担任")]
    assert "会计岗" in notice
    assert "主任、" not in notice


def test_an_office_is_founded_once() -> None:
    found()
    with pytest.raises(Refused, match="已经建账"):
        Staff(keys="again").carry("office.found", [CENTRE], on=STARTED)


def test_posts_that_exclude_each_other_are_refused_with_the_person_named() -> None:
    both = MEMBER | {"posts": ["ACCOUNTANT"], "cover": ["CASHIER"]}
    assert "L1 甲：会计岗与出纳岗不得由一人兼任" in not_founded(staff=[both])


def test_nobody_works_under_anothers_code_or_holds_a_post_twice() -> None:
    again = MEMBER | {"name": "乙", "posts": ["OFFICE"], "cover": ["OFFICE"]}
    text = not_founded(staff=[MEMBER, again])
    assert "工号重复 2 次" in text
    assert "综合办公室重复设置" in text


@pytest.mark.parametrize(
    "said",
    [
        {"district_code": "甲"},
        {"posts_authorised": -1},
        {"posts_authorised": 10**9},
        {"staff": []},
        {"office": ""},
        {"office": "长" * 81},
        {"phone": "1" * 31},
    ],
)
def test_what_no_office_can_be_is_refused(said: dict[str, Any]) -> None:
    assert not_founded(**said)


def test_two_offices_are_not_founded_at_once() -> None:
    with pytest.raises(Refused, match="一次只能填报一项"):
        Staff(keys="two").carry("office.found", [CENTRE, CENTRE], on=STARTED)

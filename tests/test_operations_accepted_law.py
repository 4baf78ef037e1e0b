"""Law that nobody has checked for a day: two people answer for it until a date, every use says so, and it can be ended."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from jubao.operations.envelope import acting
from jubao.operations.envelope.fault import Refused
from jubao.policy.in_force import NoRowInForce, PolicyNotVerified
from jubao.policy.store import Policy
from jubao.records.models import Division, LawAcceptance, Person, Proposal
from jubao.reports.explanation.award import law_row
from jubao.reports.law import office_policy
from jubao.vocabulary.posts import Post
from tests.office import Office, number

pytestmark = pytest.mark.django_db

DAY = date(2027, 3, 1)
AGE = "scheme.pension_age"
ADMISSION = (
    "scheme.min_age",
    "scheme.pension_age",
    "scheme.launch_date",
    "scheme.transitional_age",
    "scheme.transitional_years_cap",
    "scheme.required_years",
    "contribution.tier_list",
    "contribution.poor_min_tier",
    "contribution.collection_rules",
)


@pytest.fixture
def office() -> Office:
    """An office that begins its work after the day up to which the law was checked."""
    return Office(started=DAY)


def accepted(**said: Any) -> dict[str, Any]:
    case = {
        "parameter": AGE,
        "valid_from": "2027-01-01",
        "until": "2027-06-30",
        "evidence": "市局2027年答复",
        "reason": "新文件尚未下发",
    }
    return case | said


def enrolment(office: Office) -> str:
    row = {
        "name": "周戊",
        "resident_number": number("19900101"),
        "household_type": "20",
        "category": "011",
        "division": office.village,
        "address": "",
        "phone": "",
        "tier": 300,
        "bank": "农业银行",
        "bank_account": "6228480012345678",
        "card_number": "",
        "applied_date": DAY,
    }
    return office.file("登记.xlsx", "enrolment_batch", {field: [value] for field, value in row.items()})


def age(on: date, **about: Any) -> Any:
    return office_policy().value(AGE, on=on, area="430602", **about)


def test_an_office_of_2027_can_be_founded_and_its_area_recorded(office):
    assert Division.objects.filter(act__business_date=DAY).count() == 2
    office.verify()


def test_the_last_row_goes_on_until_the_day_that_was_accepted(office):
    with pytest.raises(PolicyNotVerified):
        age(DAY)
    office.carry("law.accept", accepted())
    assert age(date(2027, 1, 1)) == age(date(2027, 6, 30)) == 60
    for outside in (date(2027, 7, 1), date(2028, 1, 1)):
        with pytest.raises(PolicyNotVerified, match=rf"{AGE}.*2026-12-31.*{outside}"):
            age(outside)


def test_what_was_accepted_says_so_wherever_it_is_read(office):
    office.carry("law.accept", accepted())
    row = office_policy().row(AGE, on=DAY, area="430602")
    assert (row.value, row.verified, row.source) == (60, False, "国发〔2014〕8号第七部分")
    assert "2027-03-01 经两人审批承担责任，自 2027-01-01 沿用到 2027-06-30" in row.uncertain
    assert "市局2027年答复；新文件尚未下发" in row.uncertain
    assert law_row(AGE, DAY, DAY)["uncertain"] == row.uncertain  # what `jubao explain` prints beside a figure


def test_a_plan_that_used_it_names_it_to_the_approver(office):
    office.carry("law.accept", *(accepted(parameter=key) for key in ADMISSION))
    answer = office.carry("enrolment.enrol", {"file": enrolment(office)})
    told = [why for why in answer.preview["uncertain"] if "经两人审批承担责任" in why]
    assert {why.partition("：")[0] for why in told} >= {"参保最低年龄", "领取待遇年龄", "缴费档次"}


def test_a_day_no_law_reaches_is_a_refusal_that_names_parameter_day_and_remedy(office):
    told = r"政策参数 [a-z_.]+（.*）只核对到 2026-12-31，不能用于 2027-03-01。请核对新文件.*law\.accept"
    with pytest.raises(Refused, match=told):
        office.carry("enrolment.enrol", {"file": enrolment(office)})
    assert not Proposal.objects.filter(code="enrolment.enrol").exists()


def test_a_proposal_falls_when_what_it_used_is_withdrawn(office):
    office.carry("law.accept", *(accepted(parameter=key) for key in ADMISSION))
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    case = {"file": enrolment(office)}
    answer = acting.propose("enrolment.enrol", [case], key="k", by="J1", on=DAY, at=at)
    office.carry("law.withdraw", {"parameter": AGE, "reason": "新文件已下发"})
    with pytest.raises(Refused, match=rf"{AGE}.*只核对到 2026-12-31，不能用于 2027-03-01"):
        acting.sign("k", by="G1", on=DAY, at=at, shown_hash=answer.hash)
    assert not Person.objects.exists()


def test_only_the_general_office_asks_and_only_the_director_agrees(office):
    declared = acting.declaration_of("law.accept")
    assert (declared.maker, [step.post for step in declared.chain]) == (Post.OFFICE, [Post.DIRECTOR])
    at = datetime(2027, 3, 2, 9, tzinfo=UTC)
    answer = acting.propose("law.accept", [accepted()], key="k", by="L4", on=at.date(), at=at)
    for nobody in ("L4", "L2", "D2"):
        with pytest.raises(Refused):
            acting.sign("k", by=nobody, on=at.date(), at=at, shown_hash=answer.hash)
    assert not LawAcceptance.objects.exists()
    acting.sign("k", by="L1", on=at.date(), at=at, shown_hash=answer.hash)
    assert LawAcceptance.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"parameter": "scheme.nothing"}, "没有政策参数"),
        ({"valid_from": "2026-12-31"}, "已有规定，核对到 2026-12-31"),
        ({"parameter": "watch.list_fresh_days"}, "已有规定"),
        ({"until": "2028-03-02"}, "过久，最迟 2028-03-01"),
        ({"until": "2026-12-01"}, "沿用到"),
        ({"value": "六十"}, "不能是"),
        ({"value": "-1"}, "不能是"),
        ({"value": "60.5"}, "不能是"),
        (
            {"parameter": "benefit.base_national", "valid_from": "2009-01-01", "until": "2009-02-01"},
            "没有可以沿用的规定",
        ),
    ],
)
def test_what_cannot_be_accepted_is_refused(office, said, rule):
    with pytest.raises(Refused, match=rule):
        office.carry("law.accept", accepted(**said))
    assert not LawAcceptance.objects.exists()


@pytest.mark.parametrize(("days", "allowed"), [(366, True), (30, False)])
def test_nobody_answers_longer_than_the_office_allows(office, ruled, days, allowed):
    ruled("procedure.acceptance_longest_days", days)
    if not allowed:
        with pytest.raises(Refused, match="过久，最迟 2027-03-31"):
            office.carry("law.accept", accepted())
    else:
        office.carry("law.accept", accepted())
    assert LawAcceptance.objects.exists() == allowed


def test_one_decision_holds_for_a_day(office):
    with pytest.raises(Refused, match="这段日期已有沿用决定"):
        office.carry("law.accept", accepted(), accepted(valid_from="2027-06-30", until="2027-07-31"))
    office.carry("law.accept", accepted(), accepted(valid_from="2027-07-01", until="2027-07-31", value="63"))
    assert (age(date(2027, 6, 30)), age(date(2027, 7, 1))) == (60, 63)
    with pytest.raises(Refused, match="这段日期已有沿用决定"):
        office.carry("law.accept", accepted(until="2027-03-31"))


def test_a_value_of_their_own_speaks_where_no_row_is_in_force(office):
    """Twenty years before the scheme nobody wrote a row; what the office writes down cites its own decision."""
    said = {"parameter": "benefit.base_national", "valid_from": "2009-01-01", "until": "2009-08-31", "value": "5500"}
    with pytest.raises(NoRowInForce, match=r"benefit\.base_national.*2009-01-01.*law\.accept"):
        office_policy().value("benefit.base_national", on=date(2009, 1, 1), area="430602")
    office.carry("law.accept", accepted(**said))
    row = office_policy().row("benefit.base_national", on=date(2009, 8, 31), area="430602")
    assert (row.value, row.source) == (5500, "《本机构承担责任的规定》")
    assert office_policy().value("benefit.base_national", on=date(2009, 9, 1)) == 5500  # 国发〔2009〕32号: 55 yuan


def test_a_withdrawal_ends_it_for_later_days_and_leaves_what_was_done(office):
    office.carry("law.accept", accepted())
    office.carry("law.withdraw", {"parameter": AGE, "reason": "新文件已下发"}, on=date(2027, 4, 1))
    assert age(date(2027, 3, 31)) == 60
    with pytest.raises(PolicyNotVerified):
        age(date(2027, 4, 1))
    assert age(date(2027, 4, 1), as_known=date(2027, 3, 31)) == 60
    with pytest.raises(Refused, match="没有仍在沿用的决定"):
        office.carry("law.withdraw", {"parameter": AGE, "reason": "再撤"}, on=date(2027, 4, 2))
    office.carry("law.accept", accepted(valid_from="2027-04-01", until="2027-12-31", value="63"), on=date(2027, 4, 2))
    assert (age(date(2027, 3, 31)), age(date(2027, 4, 1))) == (60, 63)
    office.verify()


def test_who_decided_before_it_was_accepted_did_not_know_it(office):
    office.carry("law.accept", accepted(), on=date(2027, 3, 5))
    assert age(DAY, as_known=date(2027, 3, 5)) == 60
    with pytest.raises(PolicyNotVerified):
        age(DAY, as_known=date(2027, 3, 4))


def test_a_row_that_was_changed_since_is_not_the_one_two_people_accepted(office, monkeypatch):
    office.carry("law.accept", accepted())
    rows = [{"from": date(2009, 9, 1), "value": 61, "source": "state-council-2009-32"}]
    changed = Policy.load().with_rows(AGE, rows)
    monkeypatch.setattr(Policy, "load", classmethod(lambda cls: changed))
    with pytest.raises(PolicyNotVerified):
        age(DAY)
    longer = Policy.load().with_rows(AGE, rows, until=date(2027, 12, 31))
    monkeypatch.setattr(Policy, "load", classmethod(lambda cls: longer))
    assert age(DAY) == 61  # checked law needs nobody to answer for it

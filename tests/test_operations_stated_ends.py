"""Every way to end a relation asks for the same: a possible day, papers, a proven heir, and no list that waits for an answer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import AwardEvent, Settlement
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, LI, SUN = number("19500315", 1), number("19800315", 3), number("19570110", 7)
ON = date(2017, 5, 4)
HEIR = {"heir_name": "王子", "heir_account": "7777777777"}
NAMES = {WANG: "王甲", LI: "李乙", SUN: "孙丁"}


@pytest.fixture
def office() -> Office:
    """Wang draws a pension since August 2011, Li contributes, Sun has turned sixty; all joined in January 2012."""
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201202,
            "contributed_years": 0,
            "personal": 42_000,
            "pension_personal": 1_500,
        },
        {"name": "李乙", "resident_number": LI, "personal": 50_000},
        {"name": "孙丁", "resident_number": SUN, "personal": 60_000, "contributed_years": 6},
    )
    return office


def listed(office: Office, *people: str) -> None:
    """A list of the police says that some people died in February 2017."""
    columns = {
        "record_number": [f"GA-{place}" for place in range(len(people))],
        "name": [NAMES[who] for who in people],
        "resident_number": list(people),
        "death_date": [date(2017, 2, 3)] * len(people),
        "origin": ["公安"] * len(people),
    }
    file = office.file("名单.xlsx", "death_list", columns)
    case = {"file": file, "list_kind": "POLICE_DEATH", "list_number": "GA-1", "received_from": "公安"}
    office.carry("match.import", case, on=ON)


def terminate(office: Office, **said: Any) -> None:
    case = {"person": WANG, "reason": "1401", "event_date": "2017-03-12"}
    office.carry("award.terminate", case | said, on=ON)


def end(office: Office, **said: Any) -> None:
    case = {"person": LI, "reason": "6401", "event_date": "2017-03-12", "evidence": "死亡医学证明 1"}
    office.carry("enrolment.end", case | said, on=ON)


def confirm(office: Office, **said: Any) -> None:
    listed(office, WANG)
    case = {"list_number": "GA-1", "person": WANG, "reason": "1401", "event_date": "2017-02-03"}
    office.carry("match.confirm", case | said, on=ON)


# ── Papers ──


@pytest.mark.parametrize("door", [terminate, confirm])
def test_a_pension_ends_on_a_named_paper_only(office: Office, door: Callable[..., None]) -> None:
    with pytest.raises(Refused, match=r"证明材料|核实材料"):
        door(office, evidence="")


def test_the_settlement_keeps_the_papers(office: Office) -> None:
    terminate(office, **HEIR)
    assert "证明：死亡医学证明 2017-1；继承：亲属关系证明 2017-1" in Settlement.objects.get().memo
    assert AwardEvent.objects.get(kind="ENDED").evidence == "死亡医学证明 2017-1"


@pytest.mark.parametrize("door", [terminate, confirm])
def test_a_named_stranger_is_paid_on_evidence_only(office: Office, door: Callable[..., None]) -> None:
    with pytest.raises(Refused, match="付给继承人须有继承关系证明"):
        door(office, **HEIR, heir_evidence=None)


# ── Days ──


@pytest.mark.parametrize("door", [terminate, end])
def test_nobody_died_before_he_was_insured(office: Office, door: Callable[..., None]) -> None:
    with pytest.raises(Refused, match="死亡日期 1990-01-02 早于参保时间 201201"):
        door(office, event_date="1990-01-02")


def test_a_pension_ends_for_nothing_older_than_itself(office: Office) -> None:
    """Somebody aged one moved abroad: what is claimed back begins with the pension, so the day cannot lie before it."""
    with pytest.raises(Refused, match="发生日期 1951-03-01 早于待遇开始年月 201202"):
        terminate(office, reason="1499", event_date="1951-03-01")


def test_a_contributor_was_not_insured_elsewhere_as_a_child(office: Office) -> None:
    with pytest.raises(Refused, match="时本人未满 16 周岁"):
        end(office, reason="6407", event_date="1990-03-01")


@pytest.mark.parametrize("door", [terminate, end])
def test_nothing_happened_in_days_to_come(office: Office, door: Callable[..., None]) -> None:
    with pytest.raises(Refused, match="2017-05-05"):
        door(office, event_date="2017-05-05")


def test_a_death_before_somebody_was_seen_alive_must_be_explained(office: Office) -> None:
    """Held in March, resumed on April 2 because he came himself: a death of March 12 contradicts it."""
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1299", "from_month": 201703, "memo": "线索", "due": "2017-12-31"},
        on=date(2017, 3, 3),
    )
    office.carry(
        "award.resume", {"person": WANG, "evidence": "本人到场", "evidence_date": "2017-04-02"}, on=date(2017, 4, 3)
    )
    with pytest.raises(Refused, match="之后还有待遇续发依据（2017-04-02）"):
        terminate(office)
    terminate(office, memo="到场的是其兄，冒名，已移交公安")


# ── Lists that wait for an answer ──


def alive(office: Office) -> None:
    terminate(office, reason="1406")


def abroad(office: Office) -> None:
    end(office, reason="6406", evidence=None)


def away(office: Office) -> None:
    case = {
        "person": LI,
        "kind": "CROSS_PROVINCE",
        "to_agency": "邻省",
        "to_account": "9999999999",
        "applied_date": "2017-05-02",
    }
    office.carry("transfer.send", case, on=ON)


def awarded(office: Office) -> None:
    office.carry("award.grant", {"person": SUN, "applied_date": "2017-05-02"}, on=ON)


@pytest.mark.parametrize("door", [alive, abroad, away, awarded])
def test_whoever_is_on_a_death_list_is_asked_about_first(office: Office, door: Callable[[Office], None]) -> None:
    listed(office, WANG, LI, SUN)
    with pytest.raises(Refused, match="GA-1》上的疑点尚未核实"):
        door(office)
    for person in (WANG, LI, SUN):
        office.carry(
            "match.clear",
            {
                "list_number": "GA-1",
                "person": person,
                "evidence": "核查表",
                "evidence_date": "2017-05-03",
                "evidence_kind": "SEEN",
            },
            on=ON,
        )
    door(office)


def test_nobody_applied_before_he_joined(office: Office) -> None:
    with pytest.raises(Refused, match="申请日期 1950-01-01 早于参保时间 201201"):
        office.carry("award.grant", {"person": SUN, "applied_date": "1950-01-01"}, on=ON)

"""Decisions on suspicions: who decides sees every source, what is decided answers all hits of its kind, money waits."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.view import View
from jubao.operations.inbound import keep
from jubao.operations.registers import comparing
from jubao.operations.registers.candidate_store import due_after
from jubao.operations.registers.comparison import Comparison, SenderList
from jubao.operations.registers.sources import source_facts
from jubao.records.models import (
    BankLine,
    CandidateEvent,
    LineHold,
    MatchCandidate,
    PayrollLine,
    Person,
    Settlement,
)
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.workdays import last_year_known
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, LI, ZHANG = number("19500101", 11), number("19510202", 12), number("19800303", 13)
NAMES = {WANG: "王建国", LI: "李秀英", ZHANG: "张伟"}
ON, LATER = date(2017, 3, 9), date(2017, 3, 20)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        {"name": NAMES[WANG], "resident_number": WANG, "pension_start": 201501, "certified_month": 201612},
        {"name": NAMES[LI], "resident_number": LI, "pension_start": 201501, "certified_month": 201612},
        {"name": NAMES[ZHANG], "resident_number": ZHANG},
    )
    return office


def deaths(
    office: Office, listed: str, *people: tuple[str, date | None], kind: str = "POLICE_DEATH", on: date = ON
) -> Answer:
    columns = {
        "record_number": [f"{listed}-{place}" for place, _ in enumerate(people)],
        "name": [NAMES[who] for who, _ in people],
        "resident_number": [who for who, _ in people],
        "death_date": [day for _, day in people],
        "origin": [f"来源{listed}" for _ in people],
    }
    case = {
        "file": office.file("名单.xlsx", "death_list", columns),
        "list_kind": kind,
        "list_number": listed,
        "received_from": "公安",
    }
    return office.carry("match.import", case, on=on)


def elsewhere(office: Office, listed: str, *people: str, start: int = 201601) -> None:
    columns = {
        "record_number": [f"{listed}-{place}" for place, _ in enumerate(people)],
        "name": [NAMES[who] for who in people],
        "resident_number": list(people),
        "other_area": ["某省"] * len(people),
        "other_agency": ["某县中心"] * len(people),
        "other_scheme": ["170"] * len(people),
        "other_start": [start] * len(people),
        "other_amount": [10_000] * len(people),
    }
    case = {
        "file": office.file("跨省.xlsx", "duplicate_list", columns),
        "list_kind": "CROSS_PROVINCE",
        "list_number": listed,
        "received_from": "省",
    }
    office.carry("match.import", case, on=ON)


def confirm(person: str, day: str, listed: str = "GA-1", **more: Any) -> dict[str, Any]:
    return {"list_number": listed, "person": person, "reason": "1401", "event_date": day} | more


def states() -> dict[str, str]:
    rows = MatchCandidate.objects.select_related("match_list", "person").order_by("id")
    return {f"{row.match_list.number}/{row.person.name}": str(row.state) for row in rows}


@pytest.fixture
def two_lists(office: Office) -> Office:
    """The police and the ministry say that the same man died, on different days."""
    deaths(office, "GA-1", (WANG, date(2017, 2, 3)))
    deaths(office, "BW-1", (WANG, date(2017, 2, 5)), kind="MINISTRY_DEATH")
    return office


def test_a_day_that_no_source_gives_needs_a_reason(two_lists: Office) -> None:
    with pytest.raises(Refused, match="与各来源都不同") as refused:
        two_lists.carry("match.confirm", confirm(WANG, "2017-02-20"), on=LATER)
    (told,) = refused.value.faults
    assert "2017-02-03" in told
    assert "2017-02-05" in told
    assert WANG not in told
    assert not Settlement.objects.exists()
    two_lists.carry("match.confirm", confirm(WANG, "2017-02-20", memo="死亡医学证明 2017-0312"), on=LATER)
    assert "死亡医学证明 2017-0312" in Settlement.objects.get().memo
    two_lists.verify()


def test_who_decides_sees_what_every_source_says(two_lists: Office) -> None:
    answer = two_lists.carry("match.confirm", confirm(WANG, "2017-02-05"), on=LATER)
    (told,) = [notice for notice in answer.preview["notices"] if "所定" in notice]
    assert mask(WANG) in told
    assert "名单GA-1（公安死亡（注销）名单）：死亡日期2017-02-03" in told
    assert "名单BW-1（部级疑似死亡预警）：死亡日期2017-02-05" in told


def test_the_other_hits_of_the_same_concern_are_answered_with_it(two_lists: Office) -> None:
    elsewhere(two_lists, "KS-1", WANG)
    answer = two_lists.carry("match.confirm", confirm(WANG, "2017-02-03"), on=LATER)
    assert answer.result["along"] == 1
    assert states() == {"GA-1/王建国": "TERMINATED", "BW-1/王建国": "TERMINATED", "KS-1/王建国": "OPEN"}
    assert [event.evidence for event in CandidateEvent.objects.filter(state="TERMINATED").order_by("id")] == [
        "核实：死亡 2017-02-03",
        "核实：死亡 2017-02-03；随名单GA-1的同类疑点一并办结",
    ]
    two_lists.verify()


def test_a_hit_held_on_another_list_is_answered_too(two_lists: Office) -> None:
    two_lists.carry(
        "match.hold", {"list_number": "BW-1", "person": WANG, "from_month": 201704, "due": "2017-05-31"}, on=ON
    )
    two_lists.carry("match.confirm", confirm(WANG, "2017-02-03"), on=LATER)
    assert set(states().values()) == {"TERMINATED"}
    two_lists.verify()


def test_a_month_that_a_source_gives_is_met_by_its_days(office: Office) -> None:
    columns = {"name": "姓名", "resident_number": "身份证号", "death_date": "死亡日期"}
    office.carry("register.map", {"name": "火化", "list_kind": "CREMATION", "columns": columns}, on=ON)
    path = office.folder / "火化.csv"
    path.write_bytes(
        f"姓名,身份证号,死亡日期\r\n王建国,{WANG},约2017年2月\r\n李秀英,{LI},去年冬天\r\n".encode("gb18030")
    )
    case = {
        "file": keep(path),
        "list_kind": "CREMATION",
        "list_number": "HH-1",
        "received_from": "民政",
        "mapping": "火化",
    }
    office.carry("match.import", case, on=ON)
    with pytest.raises(Refused, match="与各来源都不同"):
        office.carry("match.confirm", confirm(WANG, "2017-03-01", "HH-1"), on=LATER)
    answer = office.carry(
        "match.confirm", confirm(WANG, "2017-02-17", "HH-1"), confirm(LI, "2017-01-02", "HH-1"), on=LATER
    )
    told = " ".join(answer.preview["notices"])
    assert "原文：约2017年2月" in told
    assert "没有写明日期（死亡日期：不是有效日期" in told
    assert set(states().values()) == {"TERMINATED"}
    office.verify()


def test_what_sources_said_before_an_ending_was_taken_back_counts_no_more(two_lists: Office) -> None:
    two_lists.carry("match.confirm", confirm(WANG, "2017-02-03"), on=LATER)
    seen = {"person": WANG, "evidence": "本人到场笔录", "evidence_date": "2017-03-22"}
    two_lists.carry("award.reinstate", seen, on=date(2017, 3, 23))
    person = Person.objects.get(resident_number=WANG).pk
    assert source_facts([person]) == {}
    deaths(two_lists, "GA-2", (WANG, date(2017, 3, 21)), on=date(2017, 3, 24))
    assert [fact.told for fact in source_facts([person])[person]] == ["2017-03-21"]
    two_lists.verify()


def test_a_double_pension_is_confirmed_from_the_month_the_other_side_gives(office: Office) -> None:
    elsewhere(office, "KS-1", WANG, LI)
    case = {"list_number": "KS-1", "person": WANG, "reason": "1499"}
    with pytest.raises(Refused, match="与各来源都不同"):
        office.carry("match.confirm", case | {"event_date": "2015-06-01"}, on=LATER)
    office.carry("match.confirm", case | {"event_date": "2016-01-15"}, on=LATER)
    office.carry("match.confirm", case | {"person": LI, "event_date": "2015-06-01", "memo": "对方复函更正"}, on=LATER)
    office.verify()


def test_a_scored_hit_is_answered_along_only_with_proof_of_identity(office: Office) -> None:
    columns = {
        "name": "姓名",
        "resident_number": "身份证号",
        "death_date": "死亡日期",
        "birth_date": "出生日期",
        "address": "住址",
    }
    office.carry("register.map", {"name": "卫健", "list_kind": "HEALTH_DEATH", "columns": columns}, on=ON)
    wrong = WANG[:17] + ("1" if WANG[17] != "1" else "2")
    path = office.folder / "卫健.csv"
    rows = [",".join(columns.values()), f"王建国,{wrong},2017-02-03,1950-01-01,甲街道乙社区"]
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode("gb18030"))
    case = {
        "file": keep(path),
        "list_kind": "HEALTH_DEATH",
        "list_number": "WJ-1",
        "received_from": "卫健",
        "mapping": "卫健",
    }
    office.carry("match.import", case, on=ON)
    deaths(office, "GA-1", (WANG, date(2017, 2, 3)))
    answer = office.carry("match.confirm", confirm(WANG, "2017-02-03"), on=LATER)
    assert states() == {"WJ-1/王建国": "OPEN", "GA-1/王建国": "TERMINATED"}
    assert any("名单 WJ-1 上打分得出的同类疑点没有一并办结" in notice for notice in answer.preview["notices"])
    office.verify()


def test_all_faults_of_all_decisions_are_told_at_once(office: Office) -> None:
    deaths(office, "GA-1", (WANG, date(2017, 2, 3)))
    cases = [confirm(LI, "2017-02-03"), confirm(WANG, "2017-02-09"), confirm(ZHANG, "2017-02-03", "GA-9")]
    with pytest.raises(Refused) as refused:
        office.carry("match.confirm", *cases, on=LATER)
    told = {(fault.case, fault.field) for fault in refused.value.found}
    assert {(1, "list_number"), (2, "memo"), (3, "list_number"), (3, "person")} <= told
    assert set(states().values()) == {"OPEN"}


def locked(office: Office) -> Answer:
    """The payroll of March is locked and not yet released."""
    for month, day in ((201701, date(2017, 1, 5)), (201702, date(2017, 2, 6))):
        office.pay(month, day)
    return office.carry("payroll.calculate", {"month": 201703}, on=date(2017, 3, 6))


def test_a_hit_holds_the_locked_line_until_somebody_decides(office: Office) -> None:
    payroll = locked(office)
    answer = deaths(office, "GA-1", (WANG, date(2017, 2, 20)))
    assert answer.result["held"] > 0
    assert any("扣留" in notice for notice in answer.preview["notices"])
    hold = LineHold.objects.get()
    assert hold.candidate == MatchCandidate.objects.get()
    assert hold.bank_line.person.name == NAMES[WANG]
    office.verify()
    office.settle(payroll, date(2017, 3, 10))
    lines = BankLine.objects.filter(batch__number=payroll.result["batch"]).order_by("id")
    assert dict(lines.values_list("person__name", "result")) == {NAMES[WANG]: "HELD", NAMES[LI]: "PAID"}
    office.carry(
        "match.clear",
        {"list_number": "GA-1", "person": WANG, "evidence": "入户见本人", "evidence_date": "2017-03-15"},
        on=LATER,
    )
    office.pay(201704, date(2017, 4, 6))
    months = (
        PayrollLine.objects.filter(person__name=NAMES[WANG], state="PAID")
        .order_by("month")
        .values_list("month", flat=True)
    )
    assert sorted(set(months)) == [201701, 201702, 201703, 201704]
    office.verify()


def test_a_hint_holds_no_line(office: Office) -> None:
    locked(office)
    columns = {"name": "姓名", "resident_number": "身份证号", "category": "类别"}
    office.carry("register.map", {"name": "困难", "list_kind": "HARDSHIP", "columns": columns}, on=ON)
    path = office.folder / "困难.csv"
    path.write_bytes(f"姓名,身份证号,类别\r\n王建国,{WANG},特困\r\n".encode("gb18030"))
    case = {
        "file": keep(path),
        "list_kind": "HARDSHIP",
        "list_number": "KN-1",
        "received_from": "民政",
        "mapping": "困难",
    }
    result = office.carry("match.import", case, on=ON).result
    assert (result["candidates"], result["held"]) == (1, 0)
    assert not LineHold.objects.exists()


def test_lists_come_one_at_a_time(office: Office) -> None:
    columns = {
        "record_number": ["1"],
        "name": ["王建国"],
        "resident_number": [WANG],
        "death_date": [None],
        "origin": ["甲"],
    }
    file = office.file("名单.xlsx", "death_list", columns)
    case = {"file": file, "list_kind": "POLICE_DEATH", "list_number": "GA-1", "received_from": "公安"}
    for act, cases in (
        ("match.import", [case, case | {"list_number": "GA-2"}]),
        ("match.rerun", [{"list_number": "GA-1"}] * 2),
        ("watch.run", [{"month": 201701}, {"month": 201702}]),
    ):
        with pytest.raises(Refused, match="一次只能填报一项"):
            office.carry(act, *cases, on=ON)


def test_a_list_is_compared_once_for_its_proposal_and_its_execution(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    exact = comparing.compare_numbers

    def counted(sender: SenderList, *rest: Any, **more: Any) -> Comparison:
        asked.append(sender.file)
        return exact(sender, *rest, **more)

    monkeypatch.setattr(comparing, "compare_numbers", counted)
    deaths(office, "GA-1", (WANG, date(2017, 2, 3)))
    assert len(asked) == 1


def test_a_deadline_beyond_the_announced_holidays_is_counted_in_weekdays_and_says_so() -> None:
    on = date(last_year_known(), 12, 30)
    changes = Changes(View(on, None, ""))  # type: ignore[arg-type]  no clock is read
    due = due_after(5, changes)
    assert due > date(last_year_known() + 1, 1, 1)
    assert due.weekday() < 5
    assert [notice for notice in changes.notices if "放假安排尚未公布" in notice]

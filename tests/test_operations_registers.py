"""Registers of any kind: rows have one fate, what was cleared is remembered, a run never undoes a decision."""

import json
import random
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import keep
from jubao.records.models import (
    Arrears,
    AwardEvent,
    CandidateEvent,
    MatchCandidate,
    MatchList,
    MatchRun,
    RegisterMapping,
    RegisterRow,
)
from jubao.vocabulary.codes import ArrearsKind
from tests.office import VILLAGE, Office, number

pytestmark = pytest.mark.django_db

ON, LATER = date(2017, 3, 9), date(2017, 3, 20)
OLD, SICK, PAYER, OTHER = number("19500101", 11), number("19510202", 12), number("19800303", 13), number("19810404", 14)
COLUMNS = {"record_number": "序号", "name": "姓名", "resident_number": "身份证号", "death_date": "死亡日期"}
PENSION = {"pension_start": 201501, "certified_month": 201612}


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王建国", "resident_number": OLD, **PENSION},
        {"name": "李秀英", "resident_number": SICK, **PENSION},
        {"name": "张伟", "resident_number": PAYER},
        {"name": "陈静", "resident_number": OTHER, "category": "061"},
        {"name": "刘桂兰", "resident_number": number("19520202", 16), **PENSION},
    )
    return office


def listed(office: Office, header: list[str], rows: list[list[str]], *, encoding: str = "gb18030") -> str:
    """A text list at the inbound desk; every file differs by its name row."""
    path = office.folder / f"名单{len(list(office.folder.iterdir()))}.csv"
    lines = [f"第{path.stem[2:]}号名单", ",".join(header), *(",".join(row) for row in rows)]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return keep(path)


def map_register(office: Office, kind: str, columns: dict[str, str] | None = None, **options: Any) -> str:
    name = f"{kind}格式"
    office.carry(
        "register.map", {"name": name, "list_kind": kind, "columns": columns or COLUMNS, "options": options}, on=ON
    )
    return name


def take(
    office: Office,
    kind: str,
    rows: list[list[str]],
    *,
    number: str = "N1",
    on: date = ON,
    header: list[str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    header = header or ["序号", "姓名", "身份证号", "死亡日期"]
    case = {"file": listed(office, header, rows), "list_kind": kind, "list_number": number, "received_from": "区民政局"}
    return office.carry("match.import", case | more, on=on).result


def cremation(office: Office, rows: list[list[str]], **more: Any) -> dict[str, Any]:
    mapping = more.pop("mapping", None) or map_register(office, "CREMATION")
    return take(office, "CREMATION", rows, mapping=mapping, **more)


def states(number: str = "N1") -> dict[str, str]:
    rows = MatchCandidate.objects.filter(match_list__number=number).order_by("id")
    return {f"{row.record_number}/{row.person.name}": str(row.state) for row in rows.select_related("person")}


def test_every_row_is_accepted_rejected_or_waiting_and_kept(office: Office) -> None:
    result = cremation(
        office,
        [
            ["1", "王建国", OLD, "2017年2月3日"],
            ["2", "外地人", number("19400101", 99), "2017年2月4日"],
            ["3", "无名氏", "", "2017年2月5日"],
            ["4", "", "", ""],
            ["5", "李秀英", SICK, "2017年2月30日"],
            ["1", "重号", SICK, ""],
        ],
    )
    assert {k: result[k] for k in ("compared", "accepted", "rejected", "waiting", "hits", "asked", "candidates")} == {
        "compared": 6,
        "accepted": 3,
        "rejected": 2,
        "waiting": 1,
        "hits": 2,
        "asked": 1,
        "candidates": 2,
    }
    assert [(row.row, row.state) for row in RegisterRow.objects.order_by("row")] == [
        (5, "WAITING"),
        (6, "REJECTED"),
        (8, "REJECTED"),
    ]
    rules = [row.rule for row in RegisterRow.objects.filter(state="REJECTED").order_by("row")]
    assert [word for word, rule in zip(["没有姓名", "重复"], rules, strict=True) if word not in rule] == []
    assert states() == {"1/王建国": "OPEN", "5/李秀英": "OPEN"}
    office.verify()


def test_a_hit_survives_an_unreadable_second_cell_which_is_asked_about(office: Office) -> None:
    mapping = map_register(office, "CREMATION")
    rows = [["1", "王建国", OLD, "约2017年2月"], ["2", "李秀英", SICK, "去年冬天"]]
    case = {
        "file": listed(office, ["序号", "姓名", "身份证号", "死亡日期"], rows),
        "list_kind": "CREMATION",
        "list_number": "N1",
        "received_from": "区民政局",
        "mapping": mapping,
    }
    answer = office.carry("match.import", case, on=ON)
    told = [json.loads(row.details) for row in MatchCandidate.objects.order_by("id")]
    assert [one.get("death_date") for one in told] == ["2017-02", None]
    assert "原文：约2017年2月" in told[0]["asked"]
    assert "原文：去年冬天" in told[1]["asked"]
    assert any("2 行有不能读取或不能确定的内容" in notice for notice in answer.preview["notices"])
    office.verify()


def test_names_without_a_number_wait_and_are_scored_and_no_empty_cell_is_a_repeat(office: Office) -> None:
    """The office's own death list, six names without numbers: nobody is thrown out as a duplicate of nothing."""
    path = office.folder / "死亡.csv"
    header = "记录号,姓名,公民身份号码,死亡日期,数据来源地"
    nothing = ["", "空", "不详", "无", "000000000000000000", "——"]
    rows = [f"B{n},居民{n}号,{absent},2017-03-01,430602" for n, absent in enumerate(nothing)]
    path.write_bytes(("\r\n".join([header, *rows]) + "\r\n").encode("gb18030"))
    case = {"file": keep(path), "list_kind": "POLICE_DEATH", "list_number": "N1", "received_from": "社区"}
    result = office.carry("match.import", case, on=ON).result
    assert (result["waiting"], result["rejected"]) == (6, 0)
    assert set(RegisterRow.objects.values_list("state", "resident_number")) == {("WAITING", "")}
    office.verify()


def test_a_time_that_was_over_before_the_pension_began_holds_nobody(office: Office) -> None:
    """Custody of 1995 to 1999 of people paid since 2015; the row is counted and says so."""
    columns = {"name": "姓名", "resident_number": "身份证号", "start_date": "入监日期", "end_date": "释放日期"}
    mapping = map_register(office, "PRISON", columns)
    rows = [
        ["王建国", OLD, "1995-03-01", "1999-03-01"],
        ["李秀英", SICK, "2013-01-10", "2015-01-20"],
        ["刘桂兰", number("19520202", 16), "2016-01-10", "2014-01-20"],
    ]
    case = {
        "file": listed(office, list(columns.values()), rows),
        "list_kind": "PRISON",
        "list_number": "N1",
        "received_from": "监狱",
        "mapping": mapping,
    }
    answer = office.carry("match.import", case, on=ON)
    assert (answer.result["hits"], answer.result["outside"], answer.result["candidates"]) == (3, 1, 2)
    assert set(states()) == {"L4/李秀英", "L5/刘桂兰"}, (
        "a month of pension touched; an end before the beginning says nothing"
    )
    assert any(
        "1 行所述期间在本地待遇或参保开始之前" in notice and "第3行" in notice for notice in answer.preview["notices"]
    )
    office.verify()


def test_a_pension_elsewhere_that_ended_before_ours_began_is_no_double_pension(office: Office) -> None:
    columns = {"name": "姓名", "resident_number": "身份证号", "start_date": "开始", "end_date": "截止"}
    mapping = map_register(office, "CROSS_PROVINCE", columns)
    rows = [
        ["王建国", OLD, "2010-01-01", "2011-12-31"],
        ["李秀英", SICK, "2010-01-01", ""],
        ["张伟", PAYER, "2010-01-01", "2011-12-31"],
    ]
    result = take(office, "CROSS_PROVINCE", rows, mapping=mapping, header=list(columns.values()))
    assert (result["outside"], result["candidates"]) == (2, 1), "the contributor enrolled in 2012"
    assert states() == {"L4/李秀英": "OPEN"}
    office.verify()


def test_a_list_of_our_own_layout_with_a_wrong_number_is_taken_in_all_the_same(office: Office) -> None:
    """The wrong number waits, and a valid one stays beside a cell nobody can read."""
    path = office.folder / "名单.csv"
    head = "记录号,公民身份号码,姓名,险种,参保地,经办机构,状态,起始年月"
    rows = [
        f"1,{PAYER},张伟,110,430600,市社保,1,201601",
        "2,430602,陈静,110,430600,市社保,1,201601",
        f"3,{OTHER},陈静,999,430600,市社保,1,201601",
    ]
    path.write_bytes(("\r\n".join([head, *rows]) + "\r\n").encode("gb18030"))
    office.carry(
        "match.import",
        {"file": keep(path), "list_kind": "PROVINCIAL", "list_number": "SB", "received_from": "省"},
        on=ON,
    )
    kept = MatchList.objects.get(number="SB")
    assert (kept.compared, kept.accepted, kept.rejected, kept.waiting) == (3, 2, 0, 1)
    assert states("SB")["1/张伟"] == "OPEN"
    assert MatchCandidate.objects.get(record_number="3").kind == "PROVINCIAL", (
        "an unreadable scheme means nothing finer"
    )
    office.verify()


def test_a_mapping_is_kept_in_versions_and_belongs_to_its_kind(office: Office) -> None:
    name = map_register(office, "CREMATION")
    map_register(office, "CREMATION", COLUMNS | {"address": "住址"})
    assert [
        (row.version, "address" in json.loads(row.columns)) for row in RegisterMapping.objects.order_by("version")
    ] == [
        (1, False),
        (2, True),
    ]
    with pytest.raises(Refused, match="种类"):
        take(office, "PRISON", [["1", "王建国", OLD, ""]], mapping=name)
    with pytest.raises(Refused, match="没有固定格式"):
        take(office, "PRISON", [["1", "王建国", OLD, ""]])
    with pytest.raises(Refused, match="没有名为"):
        take(office, "CREMATION", [["1", "王建国", OLD, ""]], mapping="没有")


def test_a_hostile_list_is_refused_whole(office: Office) -> None:
    mapping = map_register(office, "CREMATION")
    path = office.folder / "名单.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 99)
    case = {"file": keep(path), "list_kind": "CREMATION", "list_number": "N1", "received_from": "x", "mapping": mapping}
    with pytest.raises(Refused, match=r"《名单\.xlsx》"):
        office.carry("match.import", case, on=ON)
    assert not MatchList.objects.exists()
    assert not RegisterRow.objects.exists()


def test_a_false_alarm_is_remembered_by_source_record(office: Office) -> None:
    mapping = map_register(office, "CREMATION")
    cremation(office, [["1", "王建国", OLD, "2017-02-03"]], mapping=mapping)
    office.carry(
        "match.clear",
        {
            "list_number": "N1",
            "person": OLD,
            "evidence": "入户见本人",
            "evidence_date": "2017-03-10",
            "evidence_kind": "SEEN",
        },
        on=LATER,
    )
    again = cremation(office, [["77", "王建国", OLD, "2017-02-03"]], mapping=mapping, number="N2", on=LATER)
    assert (again["candidates"], again["remembered"]) == (0, 1)
    another = cremation(office, [["78", "王建国", OLD, "2017-03-01"]], mapping=mapping, number="N3", on=LATER)
    assert (another["candidates"], another["remembered"]) == (1, 0)
    told = CandidateEvent.objects.get(state="CLEARED").evidence
    assert told == "见到本人：入户见本人"
    office.verify()


def test_a_rerun_changes_nothing_twice_and_never_undoes_a_decision(office: Office) -> None:
    cremation(
        office, [["1", "王建国", OLD, "2017-02-03"], ["2", "李秀英", SICK, "2017-02-04"], ["3", "张伟", PAYER, ""]]
    )
    office.carry(
        "match.hold", {"list_number": "N1", "person": OLD, "from_month": 201704, "due": "2017-05-31"}, on=LATER
    )
    office.carry(
        "match.clear",
        {"list_number": "N1", "person": SICK, "evidence": "视频见面", "evidence_date": "2017-03-10"},
        on=LATER,
    )
    before, events = states(), CandidateEvent.objects.count()
    for _ in range(2):
        result = office.carry("match.rerun", {"list_number": "N1"}, on=LATER).result
        assert (result["candidates"], result["stale"], result["reopened"]) == (0, 0, 0)
    assert states() == before == {"1/王建国": "HELD", "2/李秀英": "CLEARED", "3/张伟": "OPEN"}
    assert CandidateEvent.objects.count() == events
    assert list(MatchRun.objects.order_by("seq").values_list("seq", "candidates")) == [(1, 3), (2, 0), (3, 0)]
    office.verify()


def test_a_rerun_finds_who_joined_since_and_sets_aside_who_left(office: Office) -> None:
    newcomer = number("19900505", 21)
    cremation(office, [["1", "张伟", PAYER, ""], ["2", "新来", newcomer, ""]])
    assert states() == {"1/张伟": "OPEN"}
    office.carry(
        "enrolment.end",
        {"person": PAYER, "reason": "6401", "event_date": "2017-03-10", "evidence": "死亡医学证明 1"},
        on=LATER,
    )
    enrol(office, newcomer, "新来")
    result = office.carry("match.rerun", {"list_number": "N1"}, on=LATER).result
    assert (result["candidates"], result["stale"]) == (1, 1)
    assert states() == {"1/张伟": "STALE", "2/新来": "OPEN"}
    with pytest.raises(Refused, match="没有待处理的疑点"):
        office.carry(
            "match.clear",
            {"list_number": "N1", "person": PAYER, "evidence": "x", "evidence_date": "2017-03-10"},
            on=LATER,
        )
    office.verify()


def enrol(office: Office, person: str, name: str, *, on: date = LATER) -> None:
    columns = {
        "name": [name],
        "resident_number": [person],
        "household_type": ["20"],
        "category": ["011"],
        "division": [VILLAGE],
        "address": ["甲街道乙社区"],
        "phone": [None],
        "tier": [100],
        "bank": ["农业银行"],
        "bank_account": [f"62284899{person[-4:-1]:0>11}"],
        "card_number": [None],
        "applied_date": [on],
    }
    office.carry("enrolment.enrol", {"file": office.file("登记.xlsx", "enrolment_batch", columns)}, on=on)


def test_a_successor_list_sets_aside_what_it_no_longer_carries(office: Office) -> None:
    mapping = map_register(office, "CREMATION")
    cremation(office, [["1", "王建国", OLD, "2017-02-03"], ["2", "李秀英", SICK, "2017-02-04"]], mapping=mapping)
    with pytest.raises(Refused, match="没有导入过"):
        cremation(office, [["1", "王建国", OLD, "2017-02-03"]], mapping=mapping, number="N2", replaces="无")
    result = cremation(
        office, [["9", "王建国", OLD, "2017-02-03"]], mapping=mapping, number="N2", on=LATER, replaces="N1"
    )
    assert result["stale"] == 1
    assert states("N1") == {"1/王建国": "OPEN", "2/李秀英": "STALE"}
    office.carry("match.rerun", {"list_number": "N1"}, on=LATER)
    assert states("N1")["2/李秀英"] == "STALE", (
        "a later list took it back; a run of the earlier one does not bring it back"
    )
    office.verify()


def test_custody_is_held_under_its_own_reason_and_pays_back_only_the_innocent(office: Office) -> None:
    header, columns = (
        ["姓名", "身份证号", "入监日期"],
        {"name": "姓名", "resident_number": "身份证号", "start_date": "入监日期"},
    )
    mapping = map_register(office, "PRISON", columns)
    rows = [["王建国", OLD, "2017-02-03"], ["李秀英", SICK, "2017-02-03"], ["张伟", PAYER, "2017-02-03"]]
    take(office, "PRISON", rows, mapping=mapping, header=header)
    assert states() == {"L3/王建国": "OPEN", "L4/李秀英": "OPEN"}, "who draws nothing is no suspicion"
    held = [{"list_number": "N1", "person": who, "from_month": 201704, "due": "2017-05-31"} for who in (OLD, SICK)]
    office.carry("match.hold", *held, on=ON)
    held_for = AwardEvent.objects.filter(kind="SUSPENDED").values_list("reason", "custody_date")
    assert set(held_for) == {("1202", date(2017, 2, 3))}, "the day the list gives is kept"
    with pytest.raises(Refused, match="不据以终止"):
        office.carry(
            "match.confirm",
            {"list_number": "N1", "person": OLD, "reason": "1499", "event_date": "2017-02-03"},
            on=LATER,
        )
    on = date(2017, 6, 12)
    for month in range(201701, 201705):
        office.pay(month, date(2017, 4, 6))
    office.pay(201705, date(2017, 5, 8))
    told = {"list_number": "N1", "evidence": "证明", "evidence_date": "2017-06-10"}
    office.carry(
        "match.clear",
        told | {"person": OLD, "evidence_kind": "RELEASED"},
        told | {"person": SICK, "evidence_kind": "WRONG_PERSON"},
        on=on,
    )
    owed = Arrears.objects.filter(kind=ArrearsKind.RESUMPTION)
    assert list(owed.values_list("award__person__name", "from_month", "to_month")) == [("李秀英", 201704, 201706)]
    office.verify()


def test_hint_lists_hold_and_end_nothing(office: Office) -> None:
    mapping = map_register(office, "STUDENTS", {"name": "姓名", "resident_number": "身份证号"})
    take(office, "STUDENTS", [["1", "张伟", PAYER, ""], ["2", "王建国", OLD, ""]], mapping=mapping)
    assert states() == {"L3/张伟": "OPEN"}, "students contribute; who draws a pension is none"
    with pytest.raises(Refused, match="只作提示"):
        office.carry(
            "match.hold", {"list_number": "N1", "person": PAYER, "from_month": 201704, "due": "2017-05-31"}, on=LATER
        )
    office.carry(
        "match.clear",
        {
            "list_number": "N1",
            "person": PAYER,
            "evidence": "已停止缴费",
            "evidence_date": "2017-03-10",
            "evidence_kind": "HANDLED",
        },
        on=LATER,
    )
    office.verify()


def test_a_hardship_list_suggests_a_category_only_where_it_differs(office: Office) -> None:
    columns = {"name": "姓名", "resident_number": "身份证号", "category": "类别"}
    mapping = map_register(office, "HARDSHIP", columns)
    rows = [["张伟", PAYER, "低保"], ["陈静", OTHER, "低保"]]
    take(office, "HARDSHIP", rows, mapping=mapping, header=["姓名", "身份证号", "类别"])
    one = MatchCandidate.objects.get()
    assert (one.person.name, one.kind, json.loads(one.details)["category"]) == ("张伟", "CATEGORY_CHANGE", "低保")
    office.verify()


def test_bank_accounts_of_another_name_and_of_many_are_shown(office: Office) -> None:
    shared, mine = f"62284800{1:011d}", f"62284800{2:011d}"
    columns = {"name": "户名", "resident_number": "证件号码", "bank_account": "账号"}
    mapping = map_register(office, "BANK_ACCOUNT", columns)
    rows = [["孙某", number("19700707", 31), shared], ["李秀英", SICK, mine], ["王建邦", OLD, "6228"]]
    take(office, "BANK_ACCOUNT", rows, mapping=mapping, header=["户名", "证件号码", "账号"])
    found = MatchCandidate.objects.order_by("id").values_list("person__name", "kind")
    assert sorted(found) == [("王建国", "ACCOUNT_NAME_MISMATCH"), ("王建国", "ACCOUNT_OF_ANOTHER")]
    office.verify()


def test_employees_lists_ask_the_question_of_the_provincial_comparison(office: Office) -> None:
    columns = {"name": "姓名", "resident_number": "身份证号", "start_date": "参保日期"}
    mapping = map_register(office, "EMPLOYEES", columns)
    rows = [["王建国", OLD, "2016-01-01"], ["张伟", PAYER, "2016-01-01"]]
    take(office, "EMPLOYEES", rows, mapping=mapping, header=["姓名", "身份证号", "参保日期"])
    assert dict(MatchCandidate.objects.order_by("id").values_list("person__name", "kind")) == {
        "王建国": "BENEFICIARY_IN_EMPLOYEES",
        "张伟": "PAYER_IN_EMPLOYEES",
    }


def test_implausible_totals_need_a_reason(office: Office) -> None:
    mapping = map_register(office, "CREMATION")
    strangers = [[str(n), "外人", number("19400101", n), ""] for n in range(100, 220)]
    with pytest.raises(Refused, match="不合常理") as refused:
        cremation(office, strangers, mapping=mapping)
    told = " ".join(refused.value.faults)
    assert "死亡名单 120 行" in told
    assert "没有一行是本地参保人" in told
    assert cremation(office, strangers, mapping=mapping, reason="全市火化名单，已与民政核对")["compared"] == 120
    office.verify()


def test_a_row_of_nobody_is_closed_with_its_reason(office: Office) -> None:
    cremation(office, [["1", "司空见", "", ""]])
    office.carry("match.dismiss", {"list_number": "N1", "row": 3, "reason": "派出所查无此人"}, on=LATER)
    assert RegisterRow.objects.get().state == "DISMISSED"
    with pytest.raises(Refused, match="不是待核号的行"):
        office.carry("match.dismiss", {"list_number": "N1", "row": 3, "reason": "再来"}, on=LATER)
    assert office.carry("match.rerun", {"list_number": "N1"}, on=LATER).result["candidates"] == 0
    office.verify()


def scored(office: Office, **more: Any) -> dict[str, Any]:
    """A list of people without a valid number but with name, birth date and address."""
    columns = COLUMNS | {"birth_date": "出生日期", "address": "住址"}
    mapping = more.pop("mapping", None) or map_register(office, "HEALTH_DEATH", columns)
    header = ["序号", "姓名", "身份证号", "死亡日期", "出生日期", "住址"]
    return take(office, "HEALTH_DEATH", more.pop("rows"), mapping=mapping, header=header, **more)


WRONG_DIGIT = OLD[:17] + ("1" if OLD[17] != "1" else "2")


def test_who_is_found_by_score_is_decided_only_with_proof_of_identity(office: Office) -> None:
    result = scored(office, rows=[["1", "王建国", WRONG_DIGIT, "2017-02-03", "1950-01-01", "甲街道乙社区"]])
    assert (result["waiting"], result["candidates"]) == (1, 1)
    one = MatchCandidate.objects.get()
    assert (one.person.name, one.origin) == ("王建国", "FUZZY")
    assert json.loads(one.explanation)["parts"]
    assert RegisterRow.objects.get().state == "PAIRED"
    case = {"list_number": "N1", "person": OLD, "reason": "1401", "event_date": "2017-02-03"}
    with pytest.raises(Refused, match="identity_evidence"):
        office.carry("match.confirm", case, on=LATER)
    office.carry("match.confirm", case | {"identity_evidence": "户口簿与死亡证明一致"}, on=LATER)
    assert states() == {"1/王建国": "TERMINATED"}
    office.verify()


def test_twins_are_both_shown_and_none_is_chosen(office: Office) -> None:
    enrol(office, number("19780808", 51), "周大双", on=ON)
    enrol(office, number("19780808", 53), "周小双", on=ON)
    scored(
        office,
        rows=[
            ["1", "周双", "", "2017-02-03", "1978-08-08", "甲街道乙社区"],
            ["2", "周大双", "", "2017-02-03", "1978-08-08", "甲街道乙社区"],
        ],
    )
    shown = MatchCandidate.objects.filter(record_number="2").order_by("id")
    assert {row.person.name for row in shown} == {"周大双", "周小双"}
    assert all(json.loads(row.explanation)["ambiguous"] for row in shown)
    assert {row.state for row in MatchCandidate.objects.all()} == {"OPEN"}
    office.verify()


def test_a_scored_suspicion_cleared_as_another_person_is_remembered(office: Office) -> None:
    columns = COLUMNS | {"birth_date": "出生日期", "address": "住址"}
    mapping = map_register(office, "HEALTH_DEATH", columns)
    rows = [["1", "王建国", WRONG_DIGIT, "2017-02-03", "1950-01-01", "甲街道乙社区"]]
    scored(office, rows=rows, mapping=mapping)
    office.carry(
        "match.clear",
        {
            "list_number": "N1",
            "person": OLD,
            "evidence": "派出所核实",
            "evidence_date": "2017-03-10",
            "evidence_kind": "WRONG_PERSON",
        },
        on=LATER,
    )
    again = scored(office, rows=rows, mapping=mapping, number="N2", on=LATER)
    assert (again["candidates"], again["remembered"]) == (0, 1)
    assert RegisterRow.objects.get(match_list__number="N2").state == "WAITING"
    assert office.carry("match.rerun", {"list_number": "N1"}, on=LATER).result["candidates"] == 0
    office.verify()


def run_from_empty(seed_rows: list[list[str]]) -> list[tuple[Any, ...]]:
    office = Office()
    office.open_fund()
    office.register({"name": "王建国", "resident_number": OLD, **PENSION}, {"name": "张伟", "resident_number": PAYER})
    scored(office, rows=seed_rows)
    rows = MatchCandidate.objects.order_by("id").values_list(
        "record_number",
        "person__resident_number",
        "kind",
        "origin",
        "score_ppm",
        "explanation",
        "source_key",
        "state",
        "due_date",
    )
    return list(rows)


def test_the_same_list_from_empty_twice_raises_the_same_suspicions(django_db_blocker: Any) -> None:
    from django.db import transaction

    rows = [["1", "王建国", WRONG_DIGIT, "2017-02-03", "1950-01-01", "甲街道乙社区"], ["2", "张伟", PAYER, "", "", ""]]
    answers = []
    for _ in range(2):
        with transaction.atomic():
            answers.append(run_from_empty(rows))
            transaction.set_rollback(True)
    assert answers[0] == answers[1]
    assert len(answers[0]) == 2


def test_the_figures_of_lists_are_their_rows(office: Office) -> None:
    from jubao.reports.catalogue.reading import Reading

    mapping = map_register(office, "HEALTH_DEATH", COLUMNS | {"birth_date": "出生日期", "address": "住址"})
    scored(
        office,
        mapping=mapping,
        rows=[
            ["1", "王建国", WRONG_DIGIT, "2017-02-03", "1950-01-01", "甲街道乙社区"],
            ["2", "李秀英", SICK, "2017-02-03", "", ""],
            ["3", "司空见", "", "", "", ""],
            ["4", "诸葛明", "", "", "", ""],
            ["5", "", "", "", "", ""],
        ],
    )
    rows = {row.record_number: row.row for row in RegisterRow.objects.order_by("id")}
    office.carry("match.dismiss", {"list_number": "N1", "row": rows["4"], "reason": "查无此人"}, on=LATER)
    wanted = {
        "rows_accepted": 1,
        "rows_rejected": 1,
        "rows_waiting": 3,
        "still_waiting": 1,
        "exact": 1,
        "scored": 1,
        "scored_share": 50,
    }
    now = Reading(2017, LATER)
    assert {name: now.value(f"registers.{name}").value for name in wanted} == wanted
    assert Reading(2017, ON).value("registers.still_waiting").value == 2, "the day before anybody looked"


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("UPDATE records_matchlist SET accepted = accepted + 1", "I-38"),
        ("DELETE FROM records_registerrowevent WHERE state = 'WAITING'", "H-11"),
        ("UPDATE records_registerrow SET state = 'DISMISSED' WHERE state = 'WAITING'", "H-11"),
        ("UPDATE records_matchrun SET candidates = candidates + 1", "I-38"),
        ("UPDATE records_registerrow SET state = 'WAITING' WHERE state = 'PAIRED'", "I-38"),
    ],
)
def test_rows_and_runs_changed_by_hand_are_found(office: Office, sql: str, number: str) -> None:
    from django.db import connection

    from jubao.reports.invariants.verification import verify
    from tests.test_reports_verify import drop_guards

    scored(
        office,
        rows=[
            ["1", "王建国", WRONG_DIGIT, "2017-02-03", "1950-01-01", "甲街道乙社区"],
            ["2", "司空见", "", "", "", ""],
        ],
    )
    assert not [f.code for f in verify(["I-38", "H-11"]) if f.broken]
    drop_guards()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert number in {f.code for f in verify(["I-38", "H-11"]) if f.broken}


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_work_on_lists_keeps_every_decision_and_every_invariant(office: Office, seed: int) -> None:
    """Lists, runs and decisions in a random order: a decision once taken stays, and a run right after a run adds nothing."""
    dice = random.Random(seed)
    mapping = map_register(office, "CREMATION")
    known = [
        ["王建国", OLD],
        ["李秀英", SICK],
        ["张伟", PAYER],
        ["陈静", OTHER],
        ["外人", number("19400101", 9)],
        ["无号", ""],
    ]
    decided: dict[int, str] = {}
    for step in range(12):
        lists = list(MatchList.objects.order_by("id").values_list("number", flat=True))
        what = dice.choice(["list", "run", "decide", "decide"]) if lists else "list"
        if what == "list":
            rows = [[str(n), *who, f"2017-02-0{dice.randint(1, 3)}"] for n, who in enumerate(dice.sample(known, 4))]
            more = {"replaces": lists[-1]} if lists and dice.random() < 0.4 else {}
            cremation(office, rows, mapping=mapping, number=f"M{step}", on=LATER, **more)
        elif what == "run":
            chosen = dice.choice(lists)
            office.carry("match.rerun", {"list_number": chosen}, on=LATER)
            again = office.carry("match.rerun", {"list_number": chosen}, on=LATER).result
            assert (again["candidates"], again["reopened"], again["stale"]) == (0, 0, 0)
        elif waiting := list(
            MatchCandidate.objects.filter(state="OPEN").select_related("match_list", "person").order_by("id")
        ):
            one = dice.choice(waiting)
            case = {"list_number": one.match_list.number, "person": one.person.resident_number}
            office.carry("match.clear", case | {"evidence": "见到本人", "evidence_date": "2017-03-09"}, on=LATER)
        for key, state in decided.items():
            assert MatchCandidate.objects.get(pk=key).state == state
        decided = {
            row.pk: str(row.state) for row in MatchCandidate.objects.exclude(state__in=["OPEN", "STALE"]).order_by("id")
        }
    office.verify()


def test_a_death_after_the_list_came_in_or_before_the_birth_is_given_back_with_its_reason(office: Office) -> None:
    result = cremation(
        office,
        [
            ["1", "王建国", OLD, "2017-03-10"],
            ["2", "李秀英", SICK, "1951-02-01"],
            ["3", "刘桂兰", number("19520202", 16), "2017-03-09"],
        ],
    )
    assert (result["accepted"], result["rejected"], result["candidates"]) == (1, 2, 1)
    rules = list(RegisterRow.objects.order_by("row").values_list("rule", flat=True))
    assert [word for word, rule in zip(["晚于名单收到", "早于出生"], rules, strict=True) if word not in rule] == []
    again = office.carry("match.rerun", {"list_number": "N1"}, on=LATER).result
    assert (again["accepted"], again["candidates"]) == (1, 0)
    office.verify()


def test_a_hint_stands_against_no_resumption_and_a_real_suspicion_does(office: Office) -> None:
    suspend = {"person": OLD, "reason": "1299", "from_month": 201704, "due": "2017-06-01", "memo": "村委会来函"}
    resume = {"person": OLD, "evidence": "见到本人", "evidence_date": "2017-04-20"}
    deaths = map_register(office, "CREMATION")
    mapping = map_register(office, "HARDSHIP", {"name": "姓名", "resident_number": "身份证号", "category": "类别"})
    take(office, "HARDSHIP", [["王建国", OLD, "特困"]], mapping=mapping, header=["姓名", "身份证号", "类别"])
    assert states() == {"L3/王建国": "OPEN"}
    office.carry("award.suspend", suspend, on=ON)
    assert office.carry("award.resume", resume, on=date(2017, 4, 21)).result["resumed"] == 1
    cremation(office, [["1", "王建国", OLD, "2017-02-03"]], mapping=deaths, number="N2", on=date(2017, 4, 21))
    office.carry("award.suspend", suspend | {"from_month": 201705}, on=date(2017, 4, 21))
    with pytest.raises(Refused, match="疑点尚未核实"):
        office.carry("award.resume", resume | {"evidence_date": "2017-05-02"}, on=date(2017, 5, 3))
    office.verify()


def test_clearing_one_list_pays_nobody_whom_another_list_still_calls_dead(office: Office) -> None:
    mapping = map_register(office, "CREMATION")
    cremation(office, [["1", "王建国", OLD, "2017-02-03"]], mapping=mapping)
    cremation(office, [["7", "王建国", OLD, "2017-02-04"]], mapping=mapping, number="N2")
    office.carry("match.hold", {"list_number": "N1", "person": OLD, "from_month": 201704, "due": "2017-06-01"}, on=ON)
    clear = {"person": OLD, "evidence": "见到本人", "evidence_date": "2017-04-10"}
    with pytest.raises(Refused, match="名单 N2 上还有未核实的疑点"):
        office.carry("match.clear", clear | {"list_number": "N1"}, on=date(2017, 4, 11))
    office.carry("match.clear", clear | {"list_number": "N2"}, on=date(2017, 4, 11))
    assert office.carry("match.clear", clear | {"list_number": "N1"}, on=date(2017, 4, 11)).result["resumed"] == 1
    office.verify()


@pytest.mark.parametrize(
    ("act", "case", "word"),
    [
        ("watch.run", {"month": 201713}, "没有 2017 年 13 月"),
        ("watch.run", {"month": 0}, "不应小于190001"),
        ("match.hold", {"list_number": "N1", "person": OLD, "from_month": -1, "due": "2017-06-01"}, "不应小于190001"),
        ("match.hold", {"list_number": "N1", "person": OLD, "from_month": 201704, "due": "1900-01-01"}, "已过"),
        (
            "match.hold",
            {"list_number": "N1", "person": OLD, "from_month": 201704, "due": "2999-01-01"},
            "日期不应|不应大于|过远",
        ),
        (
            "match.clear",
            {"list_number": "N1", "person": OLD, "evidence": " ", "evidence_date": "2017-03-01"},
            "不能为空",
        ),
        ("award.resume", {"person": OLD, "evidence": "长" * 201, "evidence_date": "2017-03-01"}, "最多200个字"),
        ("match.dismiss", {"list_number": "N1", "row": 3, "reason": "a\0b"}, "控制字符"),
        ("contribution.refund", {"person": PAYER, "years": [], "reason": "重复"}, "至少要有1项"),
        ("recovery.write_off", {"person": OLD, "amount_fen": 0, "basis": "纪要"}, r"不应小于0\.01 元"),
    ],
)
def test_arguments_no_book_can_keep_are_refused_in_chinese(
    office: Office, act: str, case: dict[str, Any], word: str
) -> None:
    with pytest.raises(Refused, match=word):
        office.carry(act, case, on=ON)

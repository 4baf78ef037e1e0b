"""The monthly watch: what rests moves up, what is unusual is raised once, and payrolls know what was not matched."""

import json
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.operations.watch import patterns as looking
from jubao.operations.watch.patterns import Month
from jubao.records.models import Alert, AlertEvent, CandidateEvent, MatchCandidate
from jubao.vocabulary.codes import AlertKind
from jubao.vocabulary.workdays import add_workdays
from tests.office import READER, Office, number

pytestmark = pytest.mark.django_db
PEOPLE = [number(f"195{k}0505", 11 + k) for k in range(6)]
WANG, LI = PEOPLE[:2]
LISTED, HELD = date(2017, 2, 6), date(2017, 2, 7)


def opened(year: int = 2016, **first: Any) -> Office:
    """An office whose register stands for the last day of a year."""
    office = Office(started=date(year + 1, 1, 3))
    office.open_fund()
    rows = [{"name": f"居民{k}", "resident_number": who, "pension_start": 201601} for k, who in enumerate(PEOPLE)]
    rows[0] |= first
    office.register(*rows, as_of=date(year, 12, 31))
    return office


@pytest.fixture
def office() -> Office:
    return opened()


def listed(
    office: Office, *people: str, on: date = LISTED, number_: str = "GA-1", died: date = date(2017, 1, 20)
) -> None:
    columns = {
        "record_number": [str(k) for k in range(len(people))],
        "name": [f"居民{PEOPLE.index(p)}" for p in people],
        "resident_number": list(people),
        "death_date": [died] * len(people),
        "origin": [f"户籍注销{number_}"] * len(people),
    }
    office.carry(
        "match.import",
        {
            "file": office.file("名单.xlsx", "death_list", columns),
            "list_kind": "POLICE_DEATH",
            "list_number": number_,
            "received_from": "公安",
        },
        on=on,
    )


def watch(office: Office, month: int, on: date) -> dict[str, Any]:
    result = office.carry("watch.run", {"month": month}, on=on).result
    office.verify()
    return result


def raised(kind: AlertKind) -> list[Alert]:
    return list(Alert.objects.filter(kind=kind).order_by("id"))


def test_a_payroll_names_the_lists_that_were_not_matched(office: Office) -> None:
    assert office.pay(201701, date(2017, 1, 5)).result["missing_lists"] == ["死亡名单"]
    listed(office, WANG)
    assert office.pay(201702, date(2017, 2, 8)).result["missing_lists"] == []
    office.verify()


def test_from_december_2023_a_payroll_without_a_match_needs_a_reason() -> None:
    office, on = opened(2023), date(2024, 1, 5)
    with pytest.raises(Refused, match="没有比对死亡名单"):
        office.carry("payroll.calculate", {"month": 202401}, on=on)
    told = office.carry("payroll.calculate", {"month": 202401, "reason": "公安接口停机，来函说明"}, on=on).result
    assert told["missing_lists"] == ["死亡名单"]


def test_a_month_without_a_list_is_an_alert_and_the_second_watch_adds_nothing(office: Office) -> None:
    on = date(2017, 1, 31)
    office.pay(201701, date(2017, 1, 5))
    assert watch(office, 201701, on)["raised"] == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.owner_post) == ("NO_LIST", "死亡名单", "AUDIT")
    assert alert.due_date == add_workdays(on, 10)  # watch.alert_workdays
    assert watch(office, 201701, on) == {"escalated_suspicions": 0, "escalated_alerts": 0, "raised": 0}


def test_an_overdue_suspicion_goes_to_the_deputy_and_after_a_year_to_the_director(office: Office) -> None:
    listed(office, WANG)
    candidate = MatchCandidate.objects.get()
    late = date(2017, 6, 1)
    assert candidate.due_date < late
    assert watch(office, 201705, late)["escalated_suspicions"] == 1
    candidate.refresh_from_db()
    assert (candidate.state, candidate.owner_post, candidate.due_date) == (
        "OPEN",
        "DEPUTY_BUSINESS",
        add_workdays(late, 10),
    )
    assert watch(office, 201705, late)["escalated_suspicions"] == 0
    watch(office, 201802, date(2018, 2, 6))
    candidate.refresh_from_db()
    assert candidate.owner_post == "DIRECTOR"
    assert CandidateEvent.objects.count() == 3


def test_an_escalated_suspicion_can_still_be_held_and_cleared(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    listed(office, WANG)
    watch(office, 201705, date(2017, 6, 1))
    office.carry(
        "match.hold",
        {"list_number": "GA-1", "person": WANG, "from_month": 201702, "due": "2017-06-05"},
        on=date(2017, 6, 2),
    )
    assert watch(office, 201706, date(2017, 6, 30))["escalated_suspicions"] == 1
    office.carry(
        "match.clear",
        {"list_number": "GA-1", "person": WANG, "evidence": "本人到场", "evidence_date": "2017-07-03"},
        on=date(2017, 7, 3),
    )
    office.verify()
    assert MatchCandidate.objects.get().state == "CLEARED"


def test_a_suspension_that_rests_is_raised_again_after_it_was_closed_without_change(office: Office) -> None:
    office.carry(
        "award.suspend", {"person": WANG, "reason": "1201", "from_month": 201702, "due": "2017-02-20"}, on=LISTED
    )
    watch(office, 201703, date(2017, 3, 31))
    (alert,) = raised(AlertKind.SUSPENSION_OVERDUE)
    assert alert.owner_post == "DEPUTY_BUSINESS"
    assert "2017-02-20" in alert.text
    case = {"kind": alert.kind, "subject": alert.subject, "month": alert.month, "note": "已约家属上门"}
    office.carry("watch.close", case, on=date(2017, 4, 5))
    watch(office, 201703, date(2017, 4, 6))
    assert len(raised(AlertKind.SUSPENSION_OVERDUE)) == 1
    watch(office, 201802, date(2018, 2, 28))
    assert [a.owner_post for a in raised(AlertKind.SUSPENSION_OVERDUE)] == ["", "DIRECTOR"]


def test_an_alert_left_alone_moves_up(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    watch(office, 201701, date(2017, 1, 31))
    assert watch(office, 201701, date(2017, 3, 1))["escalated_alerts"] == 1
    alert = Alert.objects.get(kind="NO_LIST", month=201701)
    assert (alert.state, alert.owner_post) == ("ESCALATED", "DEPUTY_AUDIT")
    watch(office, 201701, date(2018, 1, 31))
    alert.refresh_from_db()
    assert alert.owner_post == "DIRECTOR"


def test_closing_needs_an_alert_that_is_open_and_says_what_was_found(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    watch(office, 201701, date(2017, 1, 31))
    case = {"kind": "NO_LIST", "subject": "死亡名单", "month": 201701, "note": ""}
    with pytest.raises(Refused, match="写明核查情况"):
        office.carry("watch.close", case, on=date(2017, 2, 1))
    office.carry("watch.close", case | {"note": "公安本月无名单"}, on=date(2017, 2, 1))
    with pytest.raises(Refused, match="已经处理"):
        office.carry("watch.close", case | {"note": "再次"}, on=date(2017, 2, 2))
    with pytest.raises(Refused, match="没有这条预警"):
        office.carry("watch.close", case | {"month": 201702, "note": "无"}, on=date(2017, 2, 2))
    office.verify()
    assert list(AlertEvent.objects.order_by("id").values_list("state", flat=True)) == ["OPEN", "CLOSED"]


def test_one_account_for_two_pensioners_is_raised_and_once_explained_not_again() -> None:
    account = "62284800" + "2".zfill(11)  # what the second of the register has
    office = opened(bank_account=account)
    watch(office, 201701, date(2017, 1, 31))
    (alert,) = raised(AlertKind.SHARED_ACCOUNT)
    assert len(json.loads(alert.details)["people"]) == 2
    assert account not in alert.subject + alert.details + alert.text
    case = {"kind": alert.kind, "subject": alert.subject, "month": 201701, "note": "夫妻共用，已核对结婚证"}
    office.carry("watch.close", case, on=date(2017, 2, 1))
    watch(office, 201702, date(2017, 2, 28))
    assert len(raised(AlertKind.SHARED_ACCOUNT)) == 1


def test_somebody_certified_after_his_death_is_raised_with_who_certified(office: Office) -> None:
    listed(office, WANG)
    roll = {
        "resident_number": [WANG],
        "name": ["居民0"],
        "certified_date": [date(2017, 2, 1)],
        "method": ["01"],
        "checker": ["吴戊"],
    }
    office.carry("certification.record", {"file": office.file("认证.xlsx", "certification_roll", roll)}, on=HELD)
    watch(office, 201702, date(2017, 2, 28))
    (alert,) = raised(AlertKind.CERTIFIED_AFTER_DEATH)
    assert "2017-02-01 认证人 吴戊" in alert.text


def resume_five(office: Office) -> None:
    people = PEOPLE[:5]
    office.pay(201701, date(2017, 1, 5))
    office.carry(
        "award.suspend",
        *({"person": p, "reason": "1201", "from_month": 201702, "due": "2017-12-31"} for p in people),
        on=LISTED,
    )
    office.carry(
        "award.resume",
        *({"person": p, "evidence": "集中认证", "evidence_date": "2017-02-10"} for p in people),
        on=date(2017, 2, 10),
    )


def test_five_people_of_one_village_resumed_on_one_day_are_raised(office: Office) -> None:
    resume_five(office)  # watch.resumed_in_village of 2017 is five
    watch(office, 201702, date(2017, 2, 28))
    (alert,) = raised(AlertKind.RESUMED_IN_VILLAGE)
    assert alert.subject == "430602001001 2017-02-10"
    assert len(json.loads(alert.details)["people"]) == 5
    assert raised(AlertKind.RESUMED_BY_ONE) == []  # twenty is the limit for one maker


def test_limits_of_one_maker_are_policy(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    resume_five(office)
    listed(office, *PEOPLE[:2], on=date(2017, 2, 10))
    office.carry(
        "match.clear",
        *({"list_number": "GA-1", "person": p, "evidence": "在家", "evidence_date": "2017-02-20"} for p in PEOPLE[:2]),
        on=date(2017, 2, 20),
    )
    monkeypatch.setattr(Month, "limit", lambda *_: 2)
    watch(office, 201702, date(2017, 2, 28))
    (resumed,) = raised(AlertKind.RESUMED_BY_ONE)
    (cleared,) = raised(AlertKind.CLEARED_BY_ONE)
    assert resumed.subject == cleared.subject == "D1"
    assert len(json.loads(resumed.details)["people"]) == 5
    assert len(json.loads(cleared.details)["people"]) == 2


def test_an_account_changed_and_then_paid_is_raised_in_the_first_month_only(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.pay(201701, date(2017, 1, 5))
    case = {"person": WANG, "bank": "农业银行", "bank_account": "62284899000000000"}
    office.carry("account.rebind", case, on=date(2017, 1, 10))
    monkeypatch.setattr(Month, "limit", lambda *_: 1)
    for month in (201702, 201703):
        office.pay(month, date(2017, month % 100, 28))
    found = [looking.patterns(m, on=date(2017, 3, 31)) for m in (201701, 201702, 201703)]
    kinds = [[p.subject for p in some if p.kind == AlertKind.CHANGED_THEN_PAID] for some in found]
    assert kinds == [[], ["G1"], []]


def test_a_month_to_come_cannot_be_watched(office: Office) -> None:
    with pytest.raises(Refused, match="尚未到来"):
        office.carry("watch.run", {"month": 201702}, on=date(2017, 1, 31))


def figures(day: date) -> Any:
    from jubao.reports.catalogue.reading import Reading

    reading = Reading(2017, day)

    def value(name: str) -> Any:
        rows = list(reading.behind(f"watch.{name}", viewer=READER))
        assert reading.add_up(f"watch.{name}", rows) == reading.value(f"watch.{name}").value
        return reading.value(f"watch.{name}").value

    return value


def test_delays_false_alarms_and_cycles_are_counted_to_the_day(office: Office) -> None:
    """Dead on 5 and 15 January, listed on 6 February (32 and 22 days), stopped on 7 February and 10 March.

    The second was listed and not yet looked at when March was run: he was not paid any more; a third was a false alarm.
    """
    from jubao.vocabulary import month as months

    office.pay(201701, date(2017, 1, 5))
    office.pay(201702, date(2017, 2, 3))
    listed(office, *PEOPLE[:3])
    held, ended = date(2017, 2, 7), date(2017, 3, 10)
    office.carry(
        "match.hold", {"list_number": "GA-1", "person": WANG, "from_month": 201703, "due": "2017-04-28"}, on=held
    )
    office.pay(201703, date(2017, 3, 6))
    died = {WANG: date(2017, 1, 5), LI: date(2017, 1, 15)}
    office.carry(
        "match.confirm",
        *(
            {
                "list_number": "GA-1",
                "person": p,
                "reason": "1401",
                "event_date": d.isoformat(),
                "memo": "死亡医学证明，名单所载为注销日期",
            }
            for p, d in died.items()
        ),
        on=ended,
    )
    office.carry(
        "match.clear",
        {"list_number": "GA-1", "person": PEOPLE[2], "evidence": "在家", "evidence_date": "2017-03-10"},
        on=ended,
    )
    value = figures(months.last_day(201703))
    assert [value(f"delay_to_list.{rank}") for rank in ("median", "p90", "max")] == [22, 32, 32]
    assert [value(f"delay_to_stop.{rank}") for rank in ("median", "p90", "max")] == [33, 54, 54]
    assert value("cycles_to_stop") == 0
    assert (value("decided"), value("cleared")) == (3, 1)
    office.verify()


def test_what_rests_is_counted_by_its_age_and_never_without_an_owner(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    for person, month in ((WANG, 201702), (LI, 201711)):
        office.carry(
            "award.suspend",
            {"person": person, "reason": "1201", "from_month": month, "due": "2018-12-31"},
            on=date(2017, month % 100, 3),
        )
    value = figures(date(2017, 12, 31))
    buckets = [value(f"suspended_{age}") for age in ("to_3", "4_to_6", "7_to_12", "over_12")]
    assert buckets == [1, 0, 1, 0]  # one month, and ten
    assert value("unowned") == 0
    assert value("alerts_open") == value("alerts_raised") == 0


def rows_of(name: str, year: int = 2017) -> list[Any]:
    from jubao.reports.figures.window import Window
    from jubao.reports.lists.every_list import find_list
    from jubao.reports.lists.printing import sheet_of

    return list(sheet_of(find_list(name), Window(year, date(year, 12, 31)), viewer=READER).rows)


def test_the_lists_resting_and_alerts_show_who_must_act_by_when(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    office.carry(
        "award.suspend", {"person": WANG, "reason": "1201", "from_month": 201702, "due": "2017-03-31"}, on=LISTED
    )
    ((*_, number_, month, age, reason, _memo, due, late),) = rows_of("resting")
    assert (number_, month, age, due, late) == (WANG, 201702, 10, date(2017, 3, 31), "是")
    assert reason
    watch(office, 201706, date(2017, 6, 30))
    told = {row[0]: row for row in rows_of("alerts")}
    assert set(told) == {"缺少比对名单", "暂停逾期未处理", "待遇发放逾期"}  # June was not paid
    assert told["暂停逾期未处理"][5] == "待处理"

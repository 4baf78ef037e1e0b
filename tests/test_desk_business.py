"""What the pages of the business say about planted people: certification, turning sixty, lists, recoveries, money that comes in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from jubao.operations.envelope.acting import propose
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.home_checks.rounds_seen import rounds, seen_round
from jubao.operations.inbound import keep
from jubao.operations.pensions.recoveries_seen import RECOVERING, recoveries
from jubao.operations.pensions.recovery_case import recovery_case
from jubao.operations.pensions.turning_sixty import Readiness, TurningSixty, turning_in, turning_sixty
from jubao.operations.registers.lists_seen import percent, received_lists, seen_list
from jubao.operations.suspicions.record_seen import seen_record
from jubao.operations.suspicions.told import said_in_words
from jubao.records.keyed_numbers import keyed
from jubao.records.models import MatchCandidate, Person, RegisterRow
from jubao.reports.business.certification import certifications
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import MayNotLook, Recused, Viewer
from tests.desk import browse, text_of
from tests.office import MASKED, Office, number

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def on(day: date, *posts: Post) -> Viewer:
    """Who looks on a day, by default an auditor."""
    return replace(MASKED, day=day, posts=frozenset(posts) or MASKED.posts)


def recused_from(who: str, viewer: Viewer) -> Viewer:
    """The same, who stays away from somebody."""
    return replace(viewer, recused=Recused(frozenset({keyed(who)}), keyed))


# ── Certification ──

PENSIONERS = [number("19500315", place) for place in range(1, 6)]


@pytest.fixture
def certified() -> Office:
    """Five draw: certified in April and August 2016, never, in February 2017, and one held for want of it."""
    office = Office()
    office.open_fund()
    days = (201604, 201608, None, None, 201601)
    drawing = [
        {"name": f"老人{place}", "resident_number": who, "pension_start": 201201, "certified_month": month}
        for place, (who, month) in enumerate(zip(PENSIONERS, days, strict=True), start=1)
    ]
    office.register(*drawing)
    roll = {"resident_number": [PENSIONERS[3]], "name": ["老人4"], "certified_date": [date(2017, 2, 3)]}
    roll |= {"method": ["01"], "checker": ["吴戊"]}
    office.carry(
        "certification.record", {"file": office.file("认证.xlsx", "certification_roll", roll)}, on=date(2017, 2, 6)
    )
    held = {"person": PENSIONERS[4], "reason": "1201", "from_month": 201703, "due": "2017-12-31"}
    office.carry("award.suspend", held, on=date(2017, 2, 20))
    return office


def test_certifications_stand_under_the_month_in_which_they_run_out(certified: Office) -> None:
    """Twelve months are good: April 2016 runs out in April 2017, August in August, February 2017 a year later."""
    found = certifications(viewer=on(date(2017, 4, 10)))
    assert found.months == (201704, 201705, 201706)
    [line] = found.townships
    assert (line.name, line.people, line.never, line.overdue, line.by_month, line.later, line.held) == (
        "甲街道",
        4,
        1,
        0,
        (1, 0, 0),
        2,
        1,
    )
    later = certifications(viewer=on(date(2017, 5, 10)))
    assert (later.total.overdue, later.total.by_month) == (1, (0, 0, 0))
    assert [(one.who.name, one.since) for one in later.longest] == [("老人3", None), ("老人1", 201705)]


def test_the_named_figures_stand_beside_and_whoever_stays_away_sees_nobody(certified: Office) -> None:
    found = certifications(viewer=on(date(2017, 5, 10)))
    told = {one.figure.id: one.value for one in found.figures}
    assert (told["certification.due"], told["certification.certified"], told["certification.held"]) == (5, 1, 1)
    away = certifications(viewer=recused_from(PENSIONERS[0], on(date(2017, 5, 10))))
    assert [one.who.name for one in away.longest] == ["老人3"]
    assert away.left_out == 1
    elsewhere = replace(on(date(2017, 5, 10)), scope=frozenset({"430602999"}))
    assert certifications(viewer=elsewhere).total.people == 0
    with pytest.raises(MayNotLook, match="资格认证"):
        certifications(viewer=on(date(2017, 5, 10), Post.CASHIER))


def test_certification_asks_few_queries(certified: Office) -> None:
    with CaptureQueriesContext(connection) as asked:
        certifications(viewer=on(date(2017, 4, 10)))
    assert len(asked) <= MOST_QUERIES


# ── Turning sixty ──

READY, SHORT, DRAWING, YOUNGER = (
    number("19570305", 1),
    number("19570320", 2),
    number("19570308", 3),
    number("19570405", 4),
)


@pytest.fixture
def of_age() -> Office:
    """Three were born in March 1957 (six years due), one in April: all years paid, two missing, awarded at once."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": READY, "contributed_years": 6},
        {"name": "李乙", "resident_number": SHORT, "contributed_years": 4, "tier": 300},
        {"name": "孙丙", "resident_number": DRAWING, "contributed_years": 6},
        {"name": "钱丁", "resident_number": YOUNGER, "contributed_years": 0},
    )
    office.carry("award.grant", {"person": DRAWING, "applied_date": "2017-03-09"}, on=date(2017, 3, 9))
    return office


def standing(found: TurningSixty) -> dict[str, tuple[Readiness, int, int]]:
    """How far each is, the years missing, and what they cost."""
    return {one.who.name: (one.readiness, one.missing, one.to_pay_fen) for one in found.lines}


def test_who_turns_sixty_says_the_years_missing_and_what_they_cost(of_age: Office) -> None:
    """Born in 1957, with the scheme of July 2011: six years. Two missing at 300 yuan are 600."""
    found = turning_sixty(201703, viewer=on(date(2017, 3, 15)))
    assert standing(found) == {
        "王甲": (Readiness.READY, 0, 0),
        "李乙": (Readiness.YEARS_MISSING, 2, 60_000),
        "孙丙": (Readiness.AWARDED, 0, 0),
    }
    assert (found.people, found.missing_years, found.to_pay_fen, found.first_month) == (3, 2, 60_000, 201704)
    assert dict(found.counts)[Readiness.READY] == 1
    assert [(one.name, one.people, one.missing_years) for one in found.townships] == [("甲街道", 3, 2)]
    assert turning_in({"month": "201703", "township": "430602999"}, viewer=on(date(2017, 3, 15))).lines == ()
    only = turning_sixty(201703, viewer=on(date(2017, 3, 15)), only=Readiness.YEARS_MISSING)
    assert list(standing(only)) == ["李乙"]
    assert only.people == 3


def test_an_award_on_its_way_is_told_and_a_relative_is_nobody(of_age: Office) -> None:
    office, day = of_age, date(2017, 3, 20)
    case = {"person": READY, "applied_date": "2017-03-20", "form": "待遇领取申请表 2"}
    propose("award.grant", [case], key="desk-1", by="D1", on=day, at=office.staff._now(day))
    assert standing(turning_sixty(201703, viewer=on(day)))["王甲"][0] is Readiness.PROPOSED
    away = turning_sixty(201703, viewer=recused_from(READY, on(day)))
    assert "王甲" not in standing(away)
    assert away.left_out == 1
    with CaptureQueriesContext(connection) as asked:
        turning_sixty(201703, viewer=on(day))
    assert len(asked) <= MOST_QUERIES
    assert Person.objects.count() == 4


# ── Lists from outside ──

OLD, PAYER, TWIN = number("19500101", 11), number("19800303", 13), number("19500101", 15)
RECEIVED = date(2017, 3, 9)


@pytest.fixture
def suspected() -> Office:
    """A crematory names an old man by a number with a wrong last digit, who draws 85 yuan, and somebody nobody knows."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王建国", "resident_number": OLD, "pension_start": 201501, "certified_month": 201612},
        {"name": "张伟", "resident_number": PAYER},
    )
    office.pay(201701, date(2017, 1, 5))
    office.pay(201702, date(2017, 2, 6))
    office.pay(201703, date(2017, 3, 6))
    wrong = OLD[:17] + ("1" if OLD[17] != "1" else "2")
    rows = [
        "死者姓名,身份证号,火化日期,出生日期,家庭住址",
        f"王建国,{wrong},2017-01-23,1950-01-01,甲街道乙社区",
        "无名氏,,2017-02-04,,",
    ]
    path = office.folder / "火化名单.csv"
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode("gb18030"))
    columns = {"name": "死者姓名", "resident_number": "身份证号", "death_date": "火化日期"}
    columns |= {"birth_date": "出生日期", "address": "家庭住址"}
    office.carry("register.map", {"name": "火化", "list_kind": "CREMATION", "columns": columns}, on=RECEIVED)
    case = {"file": keep(path), "list_kind": "CREMATION", "list_number": "MZ-1", "received_from": "区民政局"}
    office.carry("match.import", case | {"mapping": "火化"}, on=RECEIVED)
    return office


def scored() -> MatchCandidate:
    return MatchCandidate.objects.get(origin="FUZZY")


def test_the_lists_say_how_far_they_are_worked_off(suspected: Office) -> None:
    found = received_lists(viewer=on(date(2017, 3, 19)))
    [line] = found.lists
    assert (line.number, line.kind, line.rows, line.rows_waiting, line.open, line.oldest_days) == (
        "MZ-1",
        "民政火化名单",
        2,
        1,
        1,
        10,
    )
    assert [(state.state, state.count) for state in line.states] == [("OPEN", 1)]


def test_one_list_shows_its_suspicions_and_rows_without_a_number(suspected: Office) -> None:
    found = seen_list("MZ-1", viewer=on(date(2017, 3, 19)))
    assert found is not None
    [line] = found.lines
    assert (line.who.name, line.who.tail, line.state, line.is_late) == ("王建国", OLD[-4:], "待核实", False)
    assert [row.name for row in found.unread] == ["无名氏", "王建国"]
    assert found.unread_count == 2
    assert seen_list("MZ-1", viewer=on(RECEIVED), state="CLEARED").lines == ()
    assert seen_list("MZ-1", viewer=on(RECEIVED), state="nonsense") is None
    assert seen_list("MZ-2", viewer=on(RECEIVED)) is None
    away = seen_list("MZ-1", viewer=recused_from(OLD, on(RECEIVED)))
    assert (away.lines, away.left_out) == ((), 1)


def test_reasons_of_a_score_add_up_and_show_no_number(suspected: Office) -> None:
    """The weights in bits, from the start to the sum, each within a rounding of a tenth."""
    found = seen_record("MZ-1", scored().record_number, viewer=on(RECEIVED))
    assert found is not None
    [one] = found.suspects
    told = [
        Decimal(text.replace("＋", "").replace("−", "-"))
        for text in (one.start, *(each.weight for each in one.reasons))
    ]
    total = Decimal(one.total.replace("＋", "").replace("−", "-"))
    assert abs(sum(told) - total) <= Decimal("0.05") * (len(told) + 1)
    ppm = scored().score_ppm
    assert one.score == f"{ppm // 10_000}.{ppm // 100 % 100:02d}"
    words = " ".join(f"{each.listed} {each.kept}" for each in one.reasons)
    assert "王建国" in words
    assert OLD not in words
    assert "1950-01-01" not in words


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("430602195108242326 / 1951-08-24", "430602********2326 / 1951年"),
        ("430602013006 / 湖路100号 / 19900000903", "湖路100号 / 199****0903"),
        ("19510824", "1951年"),
        ("2", "女"),
        ("43060219510824232", "4306"),
    ],
)
def test_what_a_comparison_says_is_veiled(written: str, seen: str) -> None:
    """Of numbers the ends, of birthdays the year; a number with a sign too few shows no more than a whole one."""
    found = said_in_words(written)
    assert found == seen or (seen == "4306" and "0824" not in found)
    assert (percent(973_456), percent(None)) == ("97.34", "")


def test_a_decision_says_what_it_would_cost(suspected: Office) -> None:
    """Dead on 23 January: January is due, February and March were paid, two times 85 yuan."""
    found = seen_record("MZ-1", scored().record_number, viewer=on(RECEIVED))
    [one] = found.suspects
    assert one.consequence is not None
    assert (one.consequence.stops_from, one.consequence.overpaid_months, one.consequence.overpaid_fen) == (
        201702,
        2,
        17_000,
    )
    assert one.consequence.monthly_fen == 8_500
    offered = {
        act.code
        for act in seen_record("MZ-1", scored().record_number, viewer=on(RECEIVED, Post.BENEFITS)).suspects[0].acts
    }
    assert {"match.hold", "match.clear", "match.confirm"} <= offered


def test_a_number_with_a_stroke_in_it_has_an_address() -> None:
    address = reverse("suspicions.record", args=["公安/2017%3", "12/3"])
    found = resolve(unquote(address))
    assert (found.view_name, found.kwargs) == ("suspicions.record", {"number": "公安/2017%3", "record": "12/3"})
    listed = resolve(unquote(reverse("suspicions.list_received", args=["公安/2017"])))
    assert (listed.view_name, listed.kwargs) == ("suspicions.list_received", {"number": "公安/2017"})


def test_a_row_that_is_nobody_and_a_relative(suspected: Office) -> None:
    nobody = RegisterRow.objects.get(name="无名氏").record_number
    found = seen_record("MZ-1", nobody, viewer=on(RECEIVED, Post.BENEFITS))
    assert (found.suspects, found.name) == ((), "无名氏")
    assert [act.code for act in found.acts if act.may] == ["match.dismiss"]
    with pytest.raises(MayNotLook, match="回避"):
        seen_record("MZ-1", scored().record_number, viewer=recused_from(OLD, on(RECEIVED)))
    elsewhere = replace(on(RECEIVED), scope=frozenset({"430602999"}))
    assert seen_record("MZ-1", scored().record_number, viewer=elsewhere) is None


def test_pages_of_suspicions_open_and_hide_numbers(suspected: Office) -> None:
    for address in ("/match", "/match/MZ-1", f"/match/MZ-1/{scored().record_number}"):
        page = browse("D1").get(address)
        assert page.status_code == 200, address
        assert "MZ-1" in text_of(page)


# ── Home checks ──


def test_a_round_tells_who_is_still_to_be_seen(suspected: Office) -> None:
    office = suspected
    office.carry("verification.issue", {"number": "HC-1", "due": "2017-04-10"}, on=date(2017, 3, 10))
    [line] = rounds(viewer=on(date(2017, 4, 11))).rounds
    assert (line.number, line.counted.people, line.counted.missing, line.open, line.is_late) == ("HC-1", 1, 1, 1, True)
    columns = {
        "list_number": ["MZ-1"],
        "resident_number": [OLD],
        "name": ["王建国"],
        "alive": ["1"],
        "death_date": [None],
        "abnormal": ["0"],
        "card_held": ["是"],
        "burial": [None],
        "heir_name": [None],
        "heir_account": [None],
        "method": ["上门"],
        "checker": ["吴戊"],
        "checker_phone": [None],
        "checked_date": [date(2017, 3, 20)],
        "remark": [None],
    }
    file = office.file("核查.xlsx", "verification_result", columns)
    office.carry("verification.receive", {"round": "HC-1", "file": file}, on=date(2017, 3, 21))
    found = seen_round("HC-1", viewer=on(date(2017, 4, 11)))
    assert found is not None
    [seen] = found.lines
    assert (seen.who.name, seen.seen.chinese, seen.checker, found.is_late) == ("王建国", "健在", "吴戊", False)
    assert found.villages == (("甲街道", "乙社区", found.counted),)
    away = seen_round("HC-1", viewer=recused_from(OLD, on(RECEIVED)))
    assert (away.lines, away.left_out) == ((), 1)
    assert seen_round("HC-2", viewer=on(RECEIVED)) is None
    for address in ("/home-checks", "/home-checks/HC-1"):
        assert "HC-1" in text_of(browse("D2").get(address))


# ── Recovery ──

DEAD = number("19500315", 1)


@pytest.fixture
def overpaid() -> Office:
    """A death of March found in August: 500 yuan too much in five months, 378.28 set off against the account."""
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": DEAD,
            "pension_start": 201108,
            "contributed_years": 0,
            "personal": 42_000,
            "pension_personal": 1_500,
        }
    )
    for month in range(201701, 201709):
        office.pay(month, date(2017, month % 100, 5))
    died = {"person": DEAD, "reason": "1401", "event_date": "2017-03-12", "reported_date": "2017-08-19"}
    office.carry("award.terminate", died | {"burial": "火化"}, on=date(2017, 8, 20))
    demand = {"person": DEAD, "number": "追〔2017〕1号", "receiver": "王甲的法定继承人"}
    office.carry("recovery.demand", demand, on=date(2017, 8, 25))
    parts = [{"due_date": "2017-10-31", "amount_fen": 4_000}, {"due_date": "2017-12-31", "amount_fen": 8_172}]
    agreed = {"person": DEAD, "debtor": "王小", "agreed_date": "2017-09-11", "parts": parts}
    office.carry("recovery.instalments", agreed, on=date(2017, 9, 11))
    office.receive("COLLECTION", 3_000, "TH1", date(2017, 10, 9))
    paid = {"person": DEAD, "amount_fen": 3_000, "reference": "TH1"}
    office.carry("recovery.receive", paid, on=date(2017, 10, 9))
    return office


def test_a_case_tells_its_months_and_what_came_back(overpaid: Office) -> None:
    """April to August at 70 + 15 from two levels and 15 from the account; 30 yuan of the first instalment came."""
    found = recoveries(viewer=on(date(2017, 11, 2)))
    assert found is not None
    [line] = found.lines
    assert (line.fen, line.open_fen, line.has_demand, line.has_plan) == (50_000, 12_172 - 3_000, True, True)
    assert (found.open_cases, found.open_fen, found.parts_late, found.parts_late_fen) == (1, 9_172, 1, 1_000)
    assert [(band.words, band.cases) for band in found.bands if band.cases] == [("31至90天", 1)]
    assert {one.figure.id: one.value for one in found.funnel}["audit.overpaid"] == 50_000
    case = recovery_case(line.key, viewer=on(date(2017, 11, 2), Post.BENEFITS))
    assert case is not None
    assert [one.month for one in case.months] == [201704, 201705, 201706, 201707, 201708]
    assert {one.fen for one in case.months} == {10_000}
    assert sum(case.level_sums) == case.fen == 50_000
    assert (case.back_fen, case.open_fen) == (50_000 - 9_172, 9_172)
    assert [(part.rest_fen, part.tag) for part in case.parts] == [(1_000, "stop"), (8_172, "")]
    assert {act.code for act in case.acts} >= {"recovery.receive", "recovery.demand", "recovery.write_off"}


def test_recovery_is_for_whom_it_concerns_and_never_of_ones_own(overpaid: Office) -> None:
    day = on(date(2017, 11, 2))
    [line] = recoveries(viewer=day).lines
    with pytest.raises(MayNotLook, match="回避"):
        recovery_case(line.key, viewer=recused_from(DEAD, day))
    away = recoveries(viewer=recused_from(DEAD, day))
    assert (away.lines, away.left_out) == ((), 1)
    assert recovery_case(line.key, viewer=replace(day, scope=frozenset({"430602999"}))) is None
    assert recoveries(viewer=day, after="gestern") is None
    assert recoveries(viewer=day, year="2009") is None
    assert recoveries(viewer=day, year="2016").year == 2016
    audience = {post for code in ACTS if code.startswith("recovery.") for post in ACTS[code].audience}
    assert audience <= RECOVERING
    for address in ("/recoveries", f"/recoveries/{line.key}"):
        assert "王甲" in text_of(browse("D1").get(address))
    assert browse("C2").get("/recoveries").status_code == 403


def test_pages_of_pensions_open(of_age: Office) -> None:
    page = browse("D1").get("/turning-60?month=201703")
    assert page.status_code == 200
    assert "李乙" in text_of(page)
    assert "王甲" not in text_of(browse("D1").get("/turning-60?month=201703&state=years-missing"))
    assert browse("D1").get("/turning-60?month=201713").status_code == 404
    assert browse("D1").get("/turning-60").status_code == 200
    assert browse("D1").get("/certification").status_code == 200
    assert browse("C2").get("/certification").status_code == 403

"""What the pages say of money that comes in: contributions by place, outlet and file, campaigns, moves, payments on behalf."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.operations.delegated.months_seen import on_behalf
from jubao.operations.envelope.acting import propose
from jubao.operations.membership.transfers_seen import moves
from jubao.operations.payments.batch_seen import seen_batch
from jubao.records.keyed_numbers import keyed
from jubao.records.models import Contribution, ContributionBatch, PaymentBatch
from jubao.reports.business.campaigns import campaigns
from jubao.reports.business.collection import collected
from jubao.reports.business.collection_file import seen_file
from jubao.reports.business.outlets import all_outlets
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import MayNotLook, Recused, Viewer
from tests.desk import browse, text_of
from tests.office import MASKED, VILLAGE, Office, number

pytestmark = pytest.mark.django_db

WANG, LI, SUN = number("19700101", 1), number("19700101", 2), number("19700101", 3)
MAY = date(2017, 5, 20)


def on(day: date, *posts: Post) -> Viewer:
    """Who looks on a day, by default an auditor."""
    return replace(MASKED, day=day, posts=frozenset(posts) or MASKED.posts)


@pytest.fixture
def office() -> Office:
    """Three contribute; one pays 100 in February by the bank, one 300 at the outlet in May; 1,200 are to be reached."""
    office = Office()
    office.open_fund()
    office.register(
        *({"name": name, "resident_number": who} for name, who in (("王甲", WANG), ("李乙", LI), ("孙丙", SUN)))
    )
    task = {"name": "collection.bureau", "year": 2017, "amount_fen": 120_000, "source": "区人社局〔2017〕3号"}
    office.carry("target.set", task, on=date(2017, 1, 10))
    office.contribute(WANG, "王甲", 10_000, date(2017, 2, 1))
    office.receive("COLLECTION", 30_000, "HD-W", MAY)
    row = {"outlet": "W001", "terminal": None, "receipt_number": "SJ-7", "paid_date": MAY, "name": "李乙"}
    row |= {"resident_number": LI, "contribution_year": 2017, "kind": "10", "amount": 30_000}
    row |= {"card_number": None, "paid_by": "刷卡"}
    header = {"batch_no": "W1", "date": MAY, "receipt_reference": "HD-W"}
    file = office.file("网点.csv", "outlet_batch", {name: [value] for name, value in row.items()}, header)
    office.carry("contribution.outlet", {"file": file}, on=MAY)
    return office


# ── Contributions ──


def test_places_add_up_to_the_figure_and_the_path_leads_to_the_target(office: Office) -> None:
    """With no last year the path rises by a twelfth: 500 of 1,200 at the end of May; 400 came."""
    found = collected(viewer=on(MAY))
    assert found is not None
    told = {one.figure.id: one.value for one in found.figures}
    assert found.total.fen == told["collection.received"] == 40_000
    assert (found.total.payers, found.total.contributors, found.total.share) == (2, 3, "66.6")
    assert found.target_fen == 120_000
    may = found.months[4]
    assert (may.fen, may.sum_fen, may.path_fen) == (30_000, 40_000, 50_000)
    assert (found.months[5].fen, found.months[11].path_fen) == (None, 120_000)
    [village] = collected(viewer=on(MAY), township=office.township).places
    assert (village.name, village.fen) == ("乙社区", 40_000)
    assert collected(viewer=on(MAY), township="999") is None
    assert collected(viewer=on(date(2018, 2, 1)), year="2017").total.fen == 40_000
    assert collected(viewer=on(MAY), year="2018") is None
    elsewhere = collected(viewer=replace(on(MAY), scope=frozenset({"430602999"})))
    assert (elsewhere.total.fen, elsewhere.figures, elsewhere.files) == (0, (), ())


def test_next_year_the_path_follows_the_months_of_this_one(office: Office) -> None:
    """A quarter of 2017 had come by the end of February, all of it by May."""
    task = {"name": "collection.bureau", "year": 2018, "amount_fen": 80_000, "source": "区人社局〔2018〕2号"}
    office.carry("target.set", task, on=date(2018, 1, 10))
    found = collected(viewer=on(date(2018, 2, 1)))
    assert [one.path_fen for one in found.months[:6]] == [0, 20_000, 20_000, 20_000, 80_000, 80_000]


def test_an_outlet_says_what_it_took_and_since_when_it_is_silent(office: Office) -> None:
    [today] = all_outlets(viewer=on(MAY)).outlets
    assert (today.today, today.today_fen, today.year_fen, today.tag) == (1, 30_000, 30_000, "ok")
    later = all_outlets(viewer=on(date(2017, 7, 1)))
    assert (later.outlets[0].days, later.outlets[0].tag, later.silent) == (42, "warn", 1)
    before = all_outlets(viewer=on(date(2017, 4, 1)))
    assert (before.outlets[0].last, before.outlets[0].tag) == (None, "stop")


def test_a_file_shows_its_rows_and_that_all_sums_agree(office: Office) -> None:
    found = seen_file("W1", viewer=on(MAY))
    assert found is not None
    assert (found.rows, found.rows_fen, found.receipt_fen, found.agrees, found.uncredited) == (
        1,
        30_000,
        30_000,
        True,
        1,
    )
    [line] = found.lines
    assert (line.who.name, line.who.tail, line.paid_by, line.credited) == ("李乙", LI[-4:], "刷卡", None)
    away = seen_file("W1", viewer=replace(on(MAY), recused=Recused(frozenset({keyed(LI)}), keyed)))
    assert (away.lines, away.left_out, away.rows) == ((), 1, 1)
    assert seen_file("W9", viewer=on(MAY)) is None
    assert seen_file("W1", viewer=on(MAY), after="x") is None
    office.carry("contribution.credit", {"through": MAY.isoformat()}, on=MAY)
    assert seen_file("W1", viewer=on(MAY)).lines[0].credited == MAY


def test_collection_asks_few_queries_and_is_not_for_the_cashier(office: Office) -> None:
    with CaptureQueriesContext(connection) as asked:
        collected(viewer=on(MAY))
    assert len(asked) <= 12, [one["sql"][:80] for one in asked]
    with pytest.raises(MayNotLook, match="征缴"):
        collected(viewer=on(MAY, Post.CASHIER))
    assert Contribution.objects.count() == ContributionBatch.objects.count() == 2


def test_a_campaign_tells_what_is_done_and_why_some_cannot(office: Office) -> None:
    people = [number("19850101", place) for place in range(1, 5)]
    roster = {
        "record_number": ["1", "2", "3"],
        "name": ["甲", "乙", "丙"],
        "resident_number": people[:3],
        "division": [VILLAGE] * 3,
        "batch": [None] * 3,
    }
    case = {"campaign": "登记2017", "title": "全民参保登记", "year": 2017, "city_target": 5, "earlier_target": 3}
    office.carry("campaign.open", case | {"file": office.file("清单.xlsx", "campaign_roster", roster)}, on=MAY)
    results = {
        "record_number": ["1", "2"],
        "name": ["甲", "乙"],
        "resident_number": people[:2],
        "division": [VILLAGE] * 2,
        "result": ["完成", "无法录入"],
        "code": ["0100", "0200"],
        "registered_date": [MAY] * 2,
        "reason": [None, "查无此人"],
    }
    file = office.file("结果.xlsx", "campaign_result", results)
    office.carry("campaign.results", {"campaign": "登记2017", "file": file}, on=MAY)
    [one] = campaigns(viewer=on(MAY))
    assert (one.progress.tasks, one.progress.completed, one.progress.impossible, one.progress.open) == (3, 1, 1, 1)
    assert (one.adjusted_target, one.reasons) == (2, (("已在省内参加职保", 1),))
    assert [(place.name, place.tasks) for place in one.townships] == [("甲街道", 3)]
    assert "全民参保登记" in text_of(browse("J1").get("/campaigns"))


# ── Moves ──


def moving(**said: object) -> dict[str, object]:
    return {
        "person": number("19750606", 61),
        "name": "吴己",
        "kind": "WITHIN_PROVINCE",
        "from_agency": "某县居保中心",
        "division": VILLAGE,
        "years": 5,
        "sheet": "（2017）转字第15号",
        "personal_fen": 50_000,
        "reference": "ZR1",
        "bank": "农业银行",
        "bank_account": "6228480012345679",
    } | said


def test_moves_tell_the_money_and_what_waits(office: Office) -> None:
    office.receive("COLLECTION", 50_000, "ZR1", MAY)
    office.receive("COLLECTION", 20_000, "ZR2", MAY)
    office.carry("transfer.receive", moving(), on=MAY)
    other = moving(person=number("19750606", 63), name="郑庚", reference="ZR2", personal_fen=20_000)
    other |= {"sheet": "（2017）转字第16号", "bank_account": "6228480012345680"}
    propose("transfer.receive", [other], key="desk-2", by="G1", on=MAY, at=office.staff._now(MAY))
    found = moves(viewer=on(MAY))
    assert found is not None
    [line] = found.lines
    assert (line.who.name, line.is_in, line.fen, line.years) == ("吴己", True, 50_000, 5)
    [waits] = found.waiting
    assert (waits.key, waits.title, waits.waits_for, waits.is_late) == ("desk-2", "关系转入", "征缴扩面岗", False)
    assert [(one.kind, one.count, one.fen) for one in found.kinds] == [("省内关系转移", 1, 50_000)]
    assert moves(viewer=on(MAY), direction="OUT").lines == ()
    assert moves(viewer=on(MAY), direction="UP") is None
    assert "吴己" in text_of(browse("G1").get("/transfers"))


# ── On behalf ──


def test_programmes_tell_what_came_was_paid_and_is_left(office: Office) -> None:
    """80 yuan a month for one; 300 came, May is on its way."""
    roster = {
        "programme": ["801"],
        "resident_number": [number("19500505", 9)],
        "name": ["赵六"],
        "division": [""],
        "bank": ["农业银行"],
        "bank_account": ["6222000011112222"],
        "monthly_amount": [8_000],
        "start_month": [201705],
    }
    office.carry("delegated.enrol", {"file": office.file("名册.xlsx", "delegated_roster", roster)}, on=MAY)
    office.receive("DELEGATED", 30_000, "DF1", MAY)
    office.carry("delegated.fund", {"programme": "801", "amount_fen": 30_000, "reference": "DF1"}, on=MAY)
    locked = office.carry("delegated.calculate", {"programme": "801", "month": 201705}, on=MAY)
    found = on_behalf(viewer=on(MAY))
    first = found.programmes[0]
    assert (first.name, first.payees, first.monthly_fen, first.came_fen) == ("独生子女父母", 1, 8_000, 30_000)
    assert (first.on_the_way_fen, first.paid_fen) == (8_000, 0)
    [batch] = found.batches
    assert (batch.month, batch.lines, batch.fen, batch.due) == (201705, 1, 8_000, 1)
    seen = seen_batch(PaymentBatch.objects.get().number, viewer=on(MAY))
    assert (seen.programme, seen.is_payroll, seen.total.waiting) == ("独生子女父母", False, 1)
    assert locked.result["batch"] == seen.number
    assert browse("D1").get(f"/batches/{seen.number}").status_code == 200
    assert seen_batch("X", viewer=on(MAY)) is None
    with pytest.raises(MayNotLook, match="代发"):
        on_behalf(viewer=on(MAY, Post.OFFICE))


def test_pages_of_money_that_comes_in_open(office: Office) -> None:
    for address in ("/contributions", "/outlets", "/contributions/W1", "/campaigns", "/transfers", "/delegated"):
        page = browse("L4").get(address)
        assert page.status_code == 200, address
        text_of(page)
    assert "svg" in text_of(browse("J1").get("/contributions"))
    assert browse("J1").get("/contributions?township=999").status_code == 404
    assert browse("C2").get("/outlets").status_code == 403

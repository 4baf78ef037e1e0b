"""What the office's own acts refuse: area, tasks, papers, duties, performance, campaign; each fault by name."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction

from jubao.operations.envelope.acting import propose
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.view import View
from jubao.records.models import (
    Asset,
    Campaign,
    Division,
    EvaluationAnswer,
    Indicator,
    ReportDuty,
    Spending,
    Submission,
)
from jubao.simulation.staff import LOCAL
from tests.office import STARTED, TOWNSHIP, VILLAGE, Office, number

pytestmark = pytest.mark.django_db
ON = date(2017, 3, 1)


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """One office for this file, rolled back after it; every test is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Office()
        transaction.set_rollback(True)


@pytest.fixture
def office(books: Office) -> Iterator[Office]:
    """The office as it was founded."""
    point = transaction.savepoint()
    yield books
    transaction.savepoint_rollback(point)


def refuse(office: Office, code: str, *cases: dict[str, Any], on: date = ON) -> str:
    """Everything the refusal of an act says."""
    with pytest.raises(Refused) as told:
        office.carry(code, *cases, on=on)
    return str(told.value)


# ── Area, tasks, submissions ──


def test_a_division_is_recorded_once_and_belongs_to_something_known(office: Office) -> None:
    orphan = {"code": "430602009001", "name": "丙社区", "level": "VILLAGE", "parent": "430602009"}
    text = refuse(
        office,
        "area.record",
        {
            "divisions": [
                {"code": VILLAGE, "name": "乙社区", "level": "VILLAGE", "parent": TOWNSHIP},
                orphan,
                orphan,
            ]
        },
    )
    assert text.count("区划代码已登记") == 2
    assert "上级区划 430602009 未登记" in text
    township = {"code": "430602009", "name": "丙街道", "level": "TOWNSHIP", "parent": "430602"}
    office.carry("area.record", {"divisions": [orphan, township]}, on=ON)
    assert Division.objects.filter(parent="430602009").count() == 1


def test_an_outlet_has_its_own_code_and_a_known_place(office: Office) -> None:
    outlet = {"code": "W001", "name": "网点", "division": "1", "terminal": "T", "started_date": "2037-01-01"}
    text = refuse(office, "area.record", {"outlets": [outlet]})
    assert all(word in text for word in ("网点编码已登记", "所在村社区 1 未登记", "三年以上"))
    assert "没有填写" in refuse(office, "area.record", {})


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"year": 2016}, "2016 年没有账"),
        ({"year": 2019}, "晚于办理日期"),
        ({"year": 0}, "年度"),
        ({"year": 99999}, "年度"),
        ({"amount_fen": None}, "任务金额和任务数都没有填写"),
        ({"amount_fen": -1}, "任务金额"),
        ({"source": ""}, "下达文件"),
    ],
)
def test_a_task_has_a_year_of_the_office_a_figure_and_a_paper(office: Office, said: dict[str, Any], word: str) -> None:
    task = {"name": "collection.bureau", "year": 2017, "amount_fen": 1, "source": "任务文件"}
    assert word in refuse(office, "target.set", task | said)
    office.carry("target.set", task | {"year": 2018}, on=ON)


def test_nothing_is_sent_out_twice_or_tomorrow(office: Office) -> None:
    case = {"title": "简报", "kind": "简报", "sent_date": "2017-03-01", "receiver": "主管局"}
    assert "晚于业务日期" in refuse(office, "submission.record", case | {"sent_date": "2017-03-02"})
    assert "已经登记" in refuse(office, "submission.record", case, case)
    office.carry("submission.record", case, on=ON)
    assert "已经登记" in refuse(office, "submission.record", case)
    assert Submission.objects.count() == 1


# ── Files of the office's own affairs ──


def budget(office: Office, *items: str, year: int = 2017) -> str:
    count = len(items)
    columns: dict[str, list[Any]] = {
        "year": [year] * count,
        "direction": ["支出"] * count,
        "item": list(items),
        "name": ["项目"] * count,
        "group": ["项目支出"] * count,
        "amount": [100_000] * count,
    }
    return office.file("预算.xlsx", "office_budget", columns)


def spending(office: Office, **said: Any) -> str:
    row = {
        "date": ON,
        "item": "P1",
        "group": "项目支出",
        "three_public": None,
        "amount": 100,
        "payee": None,
        "voucher": "支1",
        "memo": None,
    } | said
    return office.file("支出.xlsx", "office_spending", {name: [value] for name, value in row.items()})


def test_a_budget_line_is_recorded_once_and_for_no_distant_year(office: Office) -> None:
    office.carry("office.budget", {"file": budget(office, "P1", "P2")}, on=ON)
    assert "2017 年支出项目 P1 已经登记" in refuse(office, "office.budget", {"file": budget(office, "P1")})
    assert "晚于下一年度" in refuse(office, "office.budget", {"file": budget(office, "P1", year=2019)})
    assert "项目编码超过 40 个字符" in refuse(office, "office.budget", {"file": budget(office, "长" * 41)})


def test_a_file_of_the_office_is_taken_in_once(office: Office) -> None:
    name = budget(office, "P1")
    assert "出现两次" in refuse(office, "office.budget", {"file": name}, {"file": name})
    office.carry("office.budget", {"file": name}, on=ON)
    assert "已经导入过" in refuse(office, "office.budget", {"file": name})


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"item": "P9"}, "预算中没有支出项目 P9"),
        ({"date": date(2017, 3, 2)}, "晚于办理日期"),
        ({"date": date(2016, 3, 2)}, "2016年预算中没有"),
        ({"amount": -100}, "不能小于 0.01"),
        ({"amount": 0}, "不能小于 0.01"),
        ({"memo": "长" * 201}, "摘要超过 200 个字符"),
        ({"voucher": "支0", "memo": "再报"}, "凭证号 支0 已经登记"),
    ],
)
def test_spending_is_past_budgeted_positive_and_once(office: Office, said: dict[str, Any], word: str) -> None:
    office.carry("office.budget", {"file": budget(office, "P1")}, on=ON)
    office.carry("office.spending", {"file": spending(office, voucher="支0")}, on=ON)
    text = refuse(office, "office.spending", {"file": spending(office, **said)})
    assert "第2行" in text
    assert word in text
    assert Spending.objects.count() == 1


def test_an_asset_is_recorded_once_and_acquired_by_now(office: Office) -> None:
    columns: dict[str, list[Any]] = {
        "asset_number": ["1"],
        "name": ["计算机"],
        "use": ["在用"],
        "value": [1],
        "acquired": [None],
    }
    office.carry("office.assets", {"file": office.file("资产.xlsx", "office_assets", columns)}, on=ON)
    assert Asset.objects.get().acquired == ON
    again = columns | {"acquired": [date(2018, 1, 1)]}
    text = refuse(office, "office.assets", {"file": office.file("资产.xlsx", "office_assets", again)})
    assert "资产编号 1 已经登记" in text
    assert "购置日期 2018-01-01 晚于" in text


def test_a_survey_has_taken_place_and_nobody_agreed_without_answering(office: Office) -> None:
    columns: dict[str, list[Any]] = {
        "question": ["满意度"],
        "respondents": [5],
        "positive": [6],
        "surveyed_date": [date(2017, 4, 1)],
        "division": [None],
    }
    text = refuse(office, "survey.record", {"file": office.file("问卷.xlsx", "survey_result", columns)})
    assert "肯定答卷多于有效问卷" in text
    assert "调查日期 2017-04-01 晚于" in text


# ── Performance ──


@pytest.mark.parametrize(
    ("code", "what", "rest"),
    [
        ("performance.declare", "申报绩效目标", {"objectives": [{"text": "下乡"}], "indicators": []}),
        ("performance.answer", "登记评分依据", {"answers": [{"question": "x", "evidence": "台账"}]}),
        ("figure.explain", "说明指标", {"figure": "certification.rate", "reason": "底册未带认证日期"}),
        ("report.sign", "自评", {"as_of": "2017-02-28", "dated": "2017-02-28"}),
        ("fund.budget", "编制基金预算", {}),
    ],
)
def test_without_books_of_a_year_nothing_is_reported_about_it(office: Office, code: str, what: str, rest: Any) -> None:
    """A report for 2024 was once written and scored for an office that did not exist then."""
    assert f"2016 年不能{what}：本机构 {STARTED} 建账" in refuse(office, code, {"year": 2016} | rest)
    assert "晚于" in refuse(office, code, {"year": 2019} | rest)
    for impossible in (0, 99999):
        assert "年度" in refuse(office, code, {"year": impossible} | rest)


def test_objectives_are_declared_once_a_year_with_figures_there_are(office: Office) -> None:
    indicator = {"group": "产出目标", "kind": "数量指标", "content": "参保", "figure": "no.such"}
    case = {"year": 2018, "objectives": [{"text": "下乡经费"}], "indicators": [indicator]}
    assert "no.such" in refuse(office, "performance.declare", case)
    office.carry("performance.declare", case | {"indicators": [indicator | {"figure": ""}]}, on=ON)
    assert "2018 年的预期目标已经申报" in refuse(office, "performance.declare", case)
    assert Indicator.objects.count() == 1


def test_an_answer_fits_its_question_and_is_given_once(office: Office) -> None:
    rows = [
        {"question": "没有这个问题", "evidence": "台账"},
        {"question": "有厉行节约制度", "value": 3, "evidence": "台账"},
        {"question": "disclosures_missing", "evidence": "台账"},
    ]
    text = refuse(office, "performance.answer", {"year": 2017, "answers": rows})
    assert all(word in text for word in ("评分表中没有问题", "不填数值", "须填数值"))
    good = {"question": "有厉行节约制度", "evidence": "制度"}
    assert "请删去重复" in refuse(office, "performance.answer", {"year": 2017, "answers": [good, good]})
    office.carry("performance.answer", {"year": 2017, "answers": [good]}, on=ON)
    assert "已登记依据" in refuse(office, "performance.answer", {"year": 2017, "answers": [good]})
    assert EvaluationAnswer.objects.count() == 1


# ── Duties ──

DUTY = {"name": "月报", "title": "二月月报", "period": 201702, "due_date": "2017-03-10", "receiver": "市局"}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"due_date": "1900-01-01"}, "已过"),
        ({"due_date": "2199-01-01"}, "过远"),
        ({"due_date": "2999-01-01"}, "报送期限"),
        ({"period": -3}, "所属期"),
        ({"period": 0}, "所属期"),
        ({"period": 201713}, "月份应为 1 至 12"),
        ({"period": 99999}, "所属期"),
        ({"title": "长" * 161}, "标题"),
        ({"name": ""}, "报表"),
    ],
)
def test_a_duty_is_of_a_real_period_and_due_within_three_years(office: Office, said: dict[str, Any], word: str) -> None:
    assert word in refuse(office, "duty.record", DUTY | said)
    assert not ReportDuty.objects.exists()


def test_a_duty_may_be_of_a_year_and_is_recorded_once(office: Office) -> None:
    yearly = DUTY | {"name": "年报", "period": 2016}
    office.carry("duty.record", DUTY, yearly, on=ON)
    assert "月报 201702 报市局的任务已登记" in refuse(office, "duty.record", DUTY)
    assert refuse(office, "duty.record", DUTY | {"receiver": "省局"}, DUTY | {"receiver": "省局"}).count("已登记") == 1


def test_a_receipt_answers_one_duty_and_is_not_of_tomorrow(office: Office) -> None:
    office.carry("duty.record", DUTY, on=ON)
    sent = {"name": "月报", "period": 201702, "receiver": "市局", "sent_date": "2017-03-01", "receipt": "收1"}
    assert "晚于业务日期" in refuse(office, "duty.fulfil", sent | {"sent_date": "2017-03-02"})
    assert "没有这项报送任务" in refuse(office, "duty.fulfil", sent | {"receiver": "省局"})
    assert "已有回执" in refuse(office, "duty.fulfil", sent, sent)
    assert "六十四位" in refuse(office, "duty.fulfil", sent | {"file_sha256": "A" * 64})
    assert "回执" in refuse(office, "duty.fulfil", sent | {"receipt": ""})
    office.carry("duty.fulfil", sent | {"file_sha256": "a" * 64}, on=ON)


def test_a_figure_is_explained_by_name_and_with_a_reason(office: Office) -> None:
    text = refuse(office, "figure.explain", {"figure": "no.such", "year": 2017, "reason": ""})
    assert "no.such" in text
    assert "没有写明原因" in text


# ── Campaign ──


def campaign(office: Office, **said: Any) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        "record_number": ["1"],
        "name": ["甲"],
        "resident_number": [number("19850101")],
        "division": [VILLAGE],
        "batch": [None],
    }
    case = {"campaign": "登记2017", "title": "全民参保登记", "year": 2017, "city_target": 1, "earlier_target": 1}
    return case | {"file": office.file("清单.xlsx", "campaign_roster", columns)} | said


def results(office: Office, **said: Any) -> dict[str, Any]:
    row = {
        "record_number": "1",
        "name": "甲",
        "resident_number": number("19850101"),
        "division": VILLAGE,
        "result": "完成",
        "code": "1011",
        "registered_date": ON,
        "reason": None,
    } | said
    name = office.file("结果.xlsx", "campaign_result", {field: [value] for field, value in row.items()})
    return {"campaign": "登记2017", "file": name}


def test_a_campaign_is_opened_once_with_a_list_of_its_own(office: Office) -> None:
    case = campaign(office)
    assert "2016 年没有账" in refuse(office, "campaign.open", case | {"year": 2016})
    assert "任务数" in refuse(office, "campaign.open", case | {"city_target": -1})
    office.carry("campaign.open", case, on=ON)
    text = refuse(office, "campaign.open", case)
    assert "登记专项 登记2017 已经接收" in text
    assert "已经导入过" in text
    assert Campaign.objects.count() == 1


def test_several_campaigns_of_one_request_are_all_opened(office: Office) -> None:
    """Formerly the first was opened and the others vanished."""
    other = office.file(
        "清单.xlsx",
        "campaign_roster",
        {
            "record_number": ["9"],
            "name": ["乙"],
            "resident_number": [number("19850101", 2)],
            "division": [VILLAGE],
            "batch": [None],
        },
    )
    answer = office.carry("campaign.open", campaign(office), campaign(office, campaign="登记二", file=other), on=ON)
    assert (answer.result, Campaign.objects.count()) == ({"tasks": 2}, 2)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"record_number": "7"}, "记录号 7 不在任务清单中"),
        ({"result": "无法录入"}, "无法录入须写明原因"),
        ({"registered_date": date(2017, 3, 2)}, "登记日期 2017-03-02 晚于"),
        ({"division": "1" * 13}, "村社区超过 12 个字符"),
    ],
)
def test_a_result_belongs_to_the_list_has_its_reason_and_is_past(
    office: Office, said: dict[str, Any], word: str
) -> None:
    assert "没有登记专项" in refuse(office, "campaign.results", results(office))
    office.carry("campaign.open", campaign(office), on=ON)
    assert word in refuse(office, "campaign.results", results(office, **said))


def test_a_person_has_one_result_even_across_the_files_of_a_request(office: Office) -> None:
    office.carry("campaign.open", campaign(office), on=ON)
    text = refuse(office, "campaign.results", results(office), results(office, record_number=None))
    assert "第2项 第2行：此人已有登记结果" in text


# ── Every act of the office ──


def test_a_plan_made_twice_is_the_same_plan(office: Office) -> None:
    case = {"figure": "certification.rate", "year": 2017, "reason": "底册未带认证日期"}
    declared = ACTS["figure.explain"]
    arguments = [declared.arguments.model_validate(case)]
    plans = []
    for minute in (1, 2):
        view = View(ON, datetime(2017, 3, 1, 9, minute, tzinfo=LOCAL), "X")
        with view.open():
            assert declared.act.check(arguments, view) == Faults()
            plans.append(essence(declared.act.plan(arguments, view)))
    assert plans[0] == plans[1]


def test_a_request_of_an_act_without_a_chain_is_done_at_once_and_answers_alike(office: Office) -> None:
    case = {"title": "简报", "kind": "简报", "sent_date": "2017-03-01", "receiver": "主管局"}
    at = datetime(2017, 3, 1, 9, tzinfo=LOCAL)
    first, second = (propose("submission.record", [case], key="S1", by="L4", on=ON, at=at) for _ in range(2))
    assert first == second
    assert first.result == {"submissions": 1}

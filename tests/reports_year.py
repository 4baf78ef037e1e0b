"""A small office's first quarter of 2017, small enough to count by hand; the tests of figures say what it comes to."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import transaction

from tests.office import TOWNSHIP, VILLAGE, Office, number

EMPLOYEES = "岳阳市养老保险经办机构"
PAYERS = {"甲": 1, "乙": 2, "丙": 3, "比对终止": 4, "转出": 5}
PENSIONERS = {"平安": 11, "死亡": 12, "待核": 13, "误报": 14, "跨省": 15, "逾期": 16, "停发": 17}


def payer(name: str) -> str:
    """Number of one of the contributors, born 1970."""
    return number("19700101", PAYERS[name])


def pensioner(name: str) -> str:
    """Number of one of the pensioners, born 1950."""
    return number("19500101", PENSIONERS[name])


GONE, NEW = number("19480101", 21), number("19570115", 31)


def quarter(*, declared: bool = False) -> Office:
    """Found the office and work through January to March 2017, then the papers of December, in the order of the days.

    Args:
        declared: whether objectives and indicators are declared in January.
    """
    office = Office()
    office.open_fund()
    _register(office)
    _targets(office)
    _january(office)
    if declared:
        _declare(office)
    _february(office)
    _march(office)
    _other_duties(office)
    _december(office)
    return office


def _register(office: Office) -> None:
    people: list[dict[str, Any]] = [
        {"name": name, "resident_number": payer(name), "personal": 10_000} for name in PAYERS
    ]
    people += [
        {"name": name, "resident_number": pensioner(name), "pension_start": 201501, "enrolled_month": 201301}
        for name in PENSIONERS
    ]
    people[-2] |= {"enrolment_state": "2", "suspended_from": 201610, "suspension_reason": "1201"}
    people.append(
        {
            "name": "早年终止",
            "resident_number": GONE,
            "enrolment_state": "4",
            "pension_start": 201001,
            "ended_month": 201512,
            "end_reason": "1407",
        }
    )
    people.append({"name": "到龄", "resident_number": NEW, "contributed_years": 6})
    office.register(*people)


def _targets(office: Office) -> None:
    tasks = {"collection.province": 50_000, "collection.bureau": 100_000, "fiscal.upper": 100_000}
    cases = [{"name": name, "year": 2017, "amount_fen": fen, "source": "任务文件"} for name, fen in tasks.items()]
    office.carry("target.set", *cases, on=date(2017, 1, 4))


def _january(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    roster = {
        "programme": ["801", "801"],
        "resident_number": [number("19500101", 41), number("19500101", 42)],
        "name": ["代发一", "代发二"],
        "division": [VILLAGE] * 2,
        "bank": ["农业银行"] * 2,
        "bank_account": ["6228480099", "6228480098"],
        "monthly_amount": [8000] * 2,
        "start_month": [201701] * 2,
    }
    office.carry("delegated.enrol", {"file": office.file("名册.xlsx", "delegated_roster", roster)}, on=date(2017, 1, 9))
    _own_papers(office)
    answer = office.carry("delegated.calculate", {"programme": "801", "month": 201701}, on=date(2017, 1, 10))
    office.settle(answer, date(2017, 1, 10), failing={"6228480098": "211"})


def _february(office: Office) -> None:
    failing = {f"62284800{6:011d}": "211"}  # the first pensioner stands sixth in the register
    office.pay(201702, date(2017, 2, 6), failing=failing)
    _list(office, "BW-1", "MINISTRY_DEATH", ["死亡", "待核"])
    _list(office, "GA-1", "POLICE_DEATH", ["误报"])
    _list(office, "KS-1", "CROSS_PROVINCE", ["跨省"])
    held = [("BW-1", "死亡"), ("BW-1", "待核"), ("GA-1", "误报"), ("KS-1", "跨省")]
    cases = [
        {"list_number": one, "person": pensioner(name), "from_month": 201703, "due": "2017-05-31"} for one, name in held
    ]
    office.carry("match.hold", *cases, on=date(2017, 2, 10))
    office.carry(
        "award.suspend",
        {"person": pensioner("停发"), "reason": "1201", "from_month": 201703, "due": "2017-05-31"},
        on=date(2017, 2, 13),
    )
    office.carry(
        "award.resume",
        {"person": pensioner("逾期"), "evidence": "到村认证", "evidence_date": "2017-02-18"},
        on=date(2017, 2, 20),
    )
    office.carry("award.grant", {"person": NEW, "applied_date": "2017-02-21"}, on=date(2017, 2, 22))


def _list(office: Office, listed: str, kind: str, names: list[str]) -> None:
    columns: dict[str, list[Any]] = {
        "record_number": [f"{listed}-{n}" for n in range(len(names))],
        "name": names,
        "resident_number": [pensioner(name) for name in names],
    }
    if kind == "CROSS_PROVINCE":
        columns |= {
            "other_area": ["外省"],
            "other_agency": ["外省中心"],
            "other_scheme": ["170"],
            "other_start": [201612],
            "other_amount": [9000],
        }
    else:
        columns |= {"death_date": [None] * len(names), "origin": ["户籍注销"] * len(names)}
    layout = "duplicate_list" if kind == "CROSS_PROVINCE" else "death_list"
    case = {
        "file": office.file(f"{listed}.xlsx", layout, columns),
        "list_kind": kind,
        "list_number": listed,
        "received_from": "上级",
    }
    office.carry("match.import", case, on=date(2017, 2, 9))


def _march(office: Office) -> None:
    office.contribute(payer("甲"), "甲", 30_000, date(2017, 3, 2))
    _outlet_batch(office)
    office.pay(201703, date(2017, 3, 6))
    died = {
        "list_number": "BW-1",
        "person": pensioner("死亡"),
        "reason": "1401",
        "event_date": "2017-01-20",
        "reported_date": "2017-01-30",
        "burial": "火化",
        "heir_name": "家属",
        "heir_account": "6228480097",
    }
    moved = {
        "list_number": "KS-1",
        "person": pensioner("跨省"),
        "reason": "1499",
        "event_date": "2016-12-01",
        "reported_date": "2017-03-13",
    }
    office.carry("match.confirm", died, moved, on=date(2017, 3, 13))
    _compare(office)
    office.carry(
        "match.clear",
        {"list_number": "GA-1", "person": pensioner("误报"), "evidence": "入户见本人", "evidence_date": "2017-03-14"},
        on=date(2017, 3, 15),
    )
    _end_elsewhere(office)
    office.receive("COLLECTION", 17_000, "TH1", date(2017, 3, 20))
    office.carry(
        "recovery.receive",
        {"person": pensioner("跨省"), "amount_fen": 17_000, "reference": "TH1"},
        on=date(2017, 3, 20),
    )
    answer = office.carry("payout.collect", {"through": "2017-03-20"}, on=date(2017, 3, 20))
    office.settle(answer, date(2017, 3, 20))


def _outlet_batch(office: Office) -> None:
    on = date(2017, 3, 3)
    office.receive("COLLECTION", 30_000, "WD1", on)
    columns = {
        "outlet": ["W001"] * 2,
        "terminal": ["T001"] * 2,
        "receipt_number": ["1", "2"],
        "paid_date": [on] * 2,
        "resident_number": [payer("乙"), payer("丙")],
        "name": ["乙", "丙"],
        "contribution_year": [2017] * 2,
        "kind": ["10"] * 2,
        "amount": [10_000, 20_000],
        "card_number": [None] * 2,
        "paid_by": ["刷卡", "现金"],
    }
    header = {"batch_no": "WD1", "date": on, "receipt_reference": "WD1"}
    office.carry("contribution.outlet", {"file": office.file("网点.csv", "outlet_batch", columns, header)}, on=on)


def _compare(office: Office) -> None:
    stranger = number("19600101", 51)
    columns = {
        "record_number": ["1", "2", "3"],
        "resident_number": [payer("比对终止"), GONE, stranger],
        "name": ["比对终止", "早年终止", "外人"],
        "scheme": ["110"] * 3,
        "area": ["430600"] * 3,
        "agency": [EMPLOYEES] * 3,
        "state": ["1", "2", "1"],
        "since": [201605, 201512, 201001],
    }
    case = {
        "file": office.file("比对.csv", "provincial_comparison", columns),
        "list_kind": "PROVINCIAL",
        "list_number": "SB-1",
        "received_from": "省",
        "region": "湖南省",
    }
    office.carry("match.import", case, on=date(2017, 3, 14))


def _end_elsewhere(office: Office) -> None:
    end = {"list_number": "SB-1", "person": payer("比对终止"), "reason": "6407", "event_date": "2016-05-01"}
    office.carry("match.end_payer", end, on=date(2017, 3, 15))
    office.carry("match.request_other", {"list_number": "SB-1", "person": GONE}, on=date(2017, 3, 17))


def _other_duties(office: Office) -> None:
    on = date(2017, 3, 22)
    office.receive("COLLECTION", 10_000, "ZR1", on)
    received = {
        "person": number("19800101", 61),
        "name": "转入",
        "kind": "WITHIN_PROVINCE",
        "from_agency": "邻县中心",
        "division": VILLAGE,
        "years": 2,
        "sheet": "（2017）转字第15号",
        "personal_fen": 10_000,
        "reference": "ZR1",
    }
    office.carry("transfer.receive", received, on=on)
    sent = {
        "person": payer("转出"),
        "kind": "TO_EMPLOYEES",
        "to_agency": EMPLOYEES,
        "to_account": "6228480096",
        "applied_date": "2017-03-20",
    }
    office.carry("transfer.send", sent, on=on)
    _fiscal(office, on)
    _campaign(office, on)
    _submit(office, "简报一", on)


def _submit(office: Office, title: str, on: date) -> None:
    case = {"title": title, "kind": "简报", "sent_date": on.isoformat(), "receiver": "主管局"}
    office.carry("submission.record", case, on=on)


def _fiscal(office: Office, on: date) -> None:
    notices = (("中央", 80_000), ("市", 10_000), ("县", 5_000))
    for place, (_, fen) in enumerate(notices):
        office.receive("FISCAL", fen, f"CZ{place}", on)
    columns = {
        "notice_number": [f"文{place}" for place in range(3)],
        "level": [level for level, _ in notices],
        "purpose": ["基础养老金"] * 3,
        "amount": [fen for _, fen in notices],
        "arrived_date": [on] * 3,
        "reference": [f"CZ{place}" for place in range(3)],
        "memo": [None] * 3,
    }
    office.carry("fiscal.receive", {"file": office.file("拨款.xlsx", "fiscal_notice", columns)}, on=on)
    remitted = {"amount_fen": 30_000, "year_of_surplus": 2016, "reference": "SJ1"}
    office.carry("fund.remit", remitted, on=on)


def _campaign(office: Office, on: date) -> None:
    people = [number("19850101", 70 + place) for place in range(4)]
    names = ["登记一", "登记二", "登记三", "登记四"]
    roster = {
        "record_number": ["1", "2", "3"],
        "name": names[:3],
        "resident_number": people[:3],
        "division": [VILLAGE] * 3,
        "batch": ["第1批"] * 3,
    }
    case = {
        "campaign": "登记2017",
        "title": "全民参保登记",
        "year": 2017,
        "city_target": 2,
        "earlier_target": 3,
        "file": office.file("清单.xlsx", "campaign_roster", roster),
    }
    office.carry("campaign.open", case, on=on)
    results = {
        "record_number": ["1", "2", "3", None],
        "name": names,
        "resident_number": people,
        "division": [VILLAGE] * 4,
        "result": ["完成", "完成", "无法录入", "完成"],
        "code": ["0100", "0100", "0200", "0100"],
        "registered_date": [on] * 4,
        "reason": [None, None, "查无此人", None],
    }
    name = office.file("结果.xlsx", "campaign_result", results)
    office.carry("campaign.results", {"campaign": "登记2017", "file": name}, on=on)


def _own_papers(office: Office) -> None:
    """The office's budget and assets, recorded in January."""
    lines: list[tuple[int, str, str, str, str, int]] = [
        (2017, "收入", "收1", "公共财政拨款", "公共财政拨款", 100_000),
        (2017, "支出", "301", "人员经费", "人员支出", 60_000),
        (2017, "支出", "302", "公用经费", "公用支出", 30_000),
        (2017, "支出", "P1", "下乡经费", "项目支出", 10_000),
        (2017, "支出", "三公-1", "公务接待费", "三公经费", 5_000),
        (2016, "支出", "三公-1", "公务接待费", "三公经费", 6_000),
    ]
    fields = ("year", "direction", "item", "name", "group", "amount")
    columns = dict(zip(fields, map(list, zip(*lines, strict=True)), strict=True))
    office.carry("office.budget", {"file": office.file("预算.xlsx", "office_budget", columns)}, on=date(2017, 1, 9))
    assets = {
        "asset_number": ["1", "2"],
        "name": ["计算机", "门面"],
        "use": ["在用", "出租"],
        "value": [20_000, 5_000],
        "acquired": [date(2015, 1, 1)] * 2,
    }
    office.carry("office.assets", {"file": office.file("资产.xlsx", "office_assets", assets)}, on=date(2017, 1, 9))


def _december(office: Office) -> None:
    """A survey, a second report sent out, and the year's spending."""
    survey = {
        "question": ["知晓率", "满意度"],
        "respondents": [100, 50],
        "positive": [96, 45],
        "surveyed_date": [date(2017, 12, 8)] * 2,
        "division": [TOWNSHIP] * 2,
    }
    office.carry("survey.record", {"file": office.file("问卷.xlsx", "survey_result", survey)}, on=date(2017, 12, 8))
    _submit(office, "简报二", date(2017, 12, 20))
    spent = {
        "date": [date(2017, 12, 20)] * 4,
        "item": ["301", "302", "302", "P1"],
        "group": ["人员支出", "公用支出", "公用支出", "项目支出"],
        "three_public": [None, None, "公务接待费", None],
        "amount": [60_000, 25_000, 5_000, 10_000],
        "payee": ["本单位"] * 4,
        "memo": [None] * 4,
        "voucher": [f"支{place}" for place in range(4)],
    }
    office.carry("office.spending", {"file": office.file("支出.xlsx", "office_spending", spent)}, on=date(2017, 12, 29))


def _declare(office: Office) -> None:
    """Declare an objective and four indicators."""
    indicators = [
        {"group": "产出目标", "kind": "数量指标", "content": "保障参保", "text": "已到位"},
        {"group": "产出目标", "kind": "成本指标", "content": "无", "text": "已完成"},
        {
            "group": "效益目标",
            "kind": "社会效益",
            "content": "政策知晓率",
            "target": "95%",
            "figure": "survey.awareness",
        },
        {"group": "效益目标", "kind": "经济效益", "content": "无"},
    ]
    declared = {"year": 2017, "objectives": [{"text": "下乡经费", "item": "P1"}], "indicators": indicators}
    office.carry("performance.declare", declared, on=date(2017, 1, 12))


def answer_for_the_year(office: Office) -> None:
    """Answer the scoring table's questions, one of them with no."""
    yes = (
        "有预算资金管理办法和内部财务制度",
        "制度合法合规完整",
        "制度得到有效执行",
        "有社会效益的数据和实例",
        "有经济效益或不适用的说明",
        "有生态效益或不适用的说明",
        "效益与年度目标对应",
        "办理时限达标",
        "减少群众跑动的措施已落实",
        "内部管理有改进",
    )
    answers: list[dict[str, Any]] = [{"question": question, "evidence": "台账"} for question in yes]
    answers.append({"question": "有厉行节约制度", "met": False, "evidence": "制度未修订"})
    answers += [
        {"question": name, "value": value, "evidence": "检查记录"}
        for name, value in (("improper_use_findings", 0), ("disclosures_missing", 1))
    ]
    office.carry("performance.answer", {"year": 2017, "answers": answers}, on=date(2018, 1, 8))


def built_once(blocker: Any, *more: Callable[[Office], Any]) -> Iterator[Office]:
    """The quarter, declared, and what is done to it besides, for all tests of a file, rolled back after them."""
    with blocker.unblock(), transaction.atomic():
        office = quarter(declared=True)
        for step in more:
            step(office)
        yield office
        transaction.set_rollback(True)

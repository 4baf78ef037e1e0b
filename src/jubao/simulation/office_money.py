"""The office's own year: budget, spending, assets, surveys, reports sent, objectives declared."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from jubao.simulation.calendar_of_year import MONTHS
from jubao.simulation.chance import Chance
from jubao.simulation.district import villages
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.settings import section, sheet
from jubao.vocabulary.fen import allocate

_FEN = 100
_BUDGET_DAY, _ASSETS_DAY, _DECLARE_DAY, _SPEND_DAY = 9, 11, 12, 27
_SURVEY = (12, 8)
_QUESTIONS = ("知晓率", "满意度")
_PER_MILLE = 1000


def budget(plan: YearPlan, paper: Paper) -> None:
    """Hand in the department budget; three-public ceilings of two years stand in it as memo lines."""
    year, habits = plan.office.year, section("office")
    lines: list[tuple[int, str, str, str, str, int]] = [
        (year, "支出", item["item"], item["name"], item["group"], item["yuan"]) for item in habits["items"]
    ]
    total = sum(line[-1] for line in lines)
    lines.insert(0, (year, "收入", f"{year}-01", "公共财政拨款", "公共财政拨款", total))
    lines += [
        (year - memo["years_ago"], "支出", memo["item"], memo["name"], "三公经费", memo["yuan"])
        for memo in habits["three_public_budget"]
    ]
    fields = ("year", "direction", "item", "name", "group", "amount")
    columns: dict[str, list[Any]] = dict(zip(fields, map(list, zip(*lines, strict=True)), strict=True))
    columns["amount"] = [yuan * _FEN for yuan in columns["amount"]]
    name = paper.write("部门/部门预算.xlsx", "office_budget", columns)
    paper.note(plan.office.day(1, _BUDGET_DAY), "office.budget", [{"file": name}])


def spend(plan: YearPlan, paper: Paper) -> None:
    """Spend every budget line over the year, month by month, to the last fen."""
    amounts = [_by_month(plan.chance, item) for item in section("office")["items"]]
    for number in MONTHS:
        on = min(plan.office.day(number, _SPEND_DAY), plan.office.last(number))
        rows = [
            (item, int(months[number - 1]), place)
            for place, (item, months) in enumerate(zip(section("office")["items"], amounts, strict=True))
            if months[number - 1] > 0
        ]
        name = _spending_file(plan, paper, on, rows)
        paper.note(on, "office.spending", [{"file": name}])


def _by_month(chance: Chance, item: dict[str, Any]) -> Any:
    """Split a line over the months: pay evenly, projects in some months; shape (12,), fen."""
    stream = chance.stream(f"spending {item['item']}")
    even = item["group"] == "人员支出"
    weights = np.full(len(MONTHS), 100) if even else stream.integers(20, 100, len(MONTHS))
    if item["group"] == "项目支出":
        weights[stream.permutation(len(MONTHS))[:7]] = 0
    return allocate(item["yuan"] * _FEN, weights.astype(np.int64))


def _spending_file(plan: YearPlan, paper: Paper, on: date, rows: list[tuple[dict[str, Any], int, int]]) -> str:
    columns = {
        "date": [on - timedelta(days=place % 7) for _, _, place in rows],
        "item": [item["item"] for item, _, _ in rows],
        "group": [item["group"] for item, _, _ in rows],
        "three_public": [item.get("three_public") for item, _, _ in rows],
        "amount": [amount for _, amount, _ in rows],
        "payee": [item["payee"] for item, _, _ in rows],
        "voucher": [f"支{plan.office.year}{on.month:02}{place + 1:03}" for _, _, place in rows],
        "memo": [f"{on.month}月{item['name']}" for item, _, _ in rows],
    }
    return paper.write(f"部门/部门支出明细-{on:%Y%m}.xlsx", "office_spending", columns)


def assets(plan: YearPlan, paper: Paper) -> None:
    """Hand in the list of fixed assets, all of them in use."""
    listed = section("office")["assets"]
    columns = {
        "asset_number": [f"GZ{place:04}" for place in range(1, len(listed) + 1)],
        "name": [name for name, _ in listed],
        "use": ["在用"] * len(listed),
        "value": [yuan * _FEN for _, yuan in listed],
        "acquired": [date(plan.office.year - 2 - place % 4, 3 + place, 15) for place in range(len(listed))],
    }
    name = paper.write("部门/固定资产台账.xlsx", "office_assets", columns)
    paper.note(plan.office.day(1, _ASSETS_DAY), "office.assets", [{"file": name}])


def survey(plan: YearPlan, paper: Paper) -> None:
    """Ask in every township whether people know the rules and are satisfied."""
    habits, on = section("office")["survey"], plan.office.day(*_SURVEY)
    homes = sorted({village["parent"] for village in villages(plan.divisions)})
    each = habits["respondents_each"]
    columns: dict[str, list[Any]] = {"question": [], "respondents": [], "positive": [], "division": []}
    for question in _QUESTIONS:
        total = each * len(homes) * habits[question] // _PER_MILLE
        columns["question"] += [question] * len(homes)
        columns["respondents"] += [each] * len(homes)
        columns["positive"] += allocate(total, np.ones(len(homes), dtype=np.int64)).tolist()
        columns["division"] += homes
    columns["surveyed_date"] = [on] * len(columns["question"])
    name = paper.write("部门/满意度和知晓率调查.xlsx", "survey_result", columns)
    paper.note(on, "survey.record", [{"file": name}])


def declare(plan: YearPlan, paper: Paper) -> None:
    """Declare the year's objectives and indicators in January; answer for them after the year."""
    performance, year = sheet("figures-2017")["performance"], plan.office.year
    projects = [item["item"] for item in section("office")["items"] if item["group"] == "项目支出"]
    objectives = [{"text": text, "item": item} for text, item in zip(performance["objectives"], projects, strict=True)]
    case = {
        "year": year,
        "objectives": objectives,
        "indicators": [_indicator(i) for i in performance["indicators"]],
    }
    paper.note(plan.office.day(1, _DECLARE_DAY), "performance.declare", [case])
    paper.note(date(year + 1, 1, 8), "performance.answer", [{"year": year, "answers": sheet("settings")["answers"]}])


def _indicator(printed: dict[str, Any]) -> dict[str, Any]:
    """An indicator as declared; survey indicators are measured by a figure, the others state a result."""
    figure = {"社会效益": "survey.awareness", "社会公众或服务对象满意度": "survey.satisfaction"}.get(printed["kind"])
    return {
        "group": printed["group"],
        "kind": printed["kind"],
        "content": printed["content"],
        "target": printed["target"] or "",
        "figure": figure or "",
        "text": "" if figure else printed["actual"] or "",
    }

"""The office's own budget, spending, assets and surveys, its objectives, and the evidence of its answers."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.policy.store import Policy
from jubao.records.models import Asset, BudgetLine, EvaluationAnswer, Indicator, Objective, Office, Spending, Survey


class TakeFile(Arguments):
    """One file of the office's own affairs."""

    file: str


def _rows(case: TakeFile, layout: str, act: ActReference) -> list[dict[str, Any]]:
    table = read_inbound(case.file, layout)
    take_in(case.file, layout, rows=table.rows, act=act)
    return list(table.records())


@act("office.budget", title="部门预算录入", arguments=TakeFile, maker=Post.OFFICE, chain=[approve(Post.DIRECTOR)])
def take_budgets(cases: Sequence[TakeFile], *, on: date, act: ActReference) -> Result:
    """Record the year's budget lines by item. Source: 部门预算批复."""
    rows = [row for case in cases for row in _rows(case, "office_budget", act)]
    BudgetLine.objects.bulk_create(
        BudgetLine(act_id=act.id, amount_fen=row.pop("amount"), **row) for row in rows
    )
    return {"lines": len(rows)}


@act("office.spending", title="部门支出录入", arguments=TakeFile, maker=Post.OFFICE, chain=[check(Post.DEPUTY_FINANCE)])
def take_spendings(cases: Sequence[TakeFile], *, on: date, act: ActReference) -> Result:
    """Record payments of the office's own budget; every one under a budgeted item. Source: 部门预算批复."""
    rows = [row for case in cases for row in _rows(case, "office_spending", act)]
    budgeted = set(BudgetLine.objects.filter(direction="支出").values_list("year", "item"))
    faults = [
        f"第{i}行：{row['date'].year}年预算中没有支出项目 {row['item']}"
        for i, row in enumerate(rows, start=2)
        if (row["date"].year, row["item"]) not in budgeted
    ]
    faults += [f"第{i}行：支出日期 {r['date']} 晚于办理日期" for i, r in enumerate(rows, start=2) if r["date"] > on]
    if faults:
        raise Refused(f"部门支出未录入：共 {len(faults)} 处错误", faults=faults)
    Spending.objects.bulk_create(
        Spending(
            act_id=act.id, date=row["date"], item=row["item"], group=row["group"], amount_fen=row["amount"],
            three_public=row["three_public"] or "", payee=row["payee"] or "", voucher=row["voucher"],
            memo=row["memo"] or "",
        )
        for row in rows
    )  # fmt: skip
    return {"lines": len(rows), "amount_fen": sum(row["amount"] for row in rows)}


@act("office.assets", title="固定资产登记", arguments=TakeFile, maker=Post.OFFICE, chain=[check(Post.DEPUTY_FINANCE)])
def take_assets(cases: Sequence[TakeFile], *, on: date, act: ActReference) -> Result:
    """Record fixed assets and their use. Source: 行政事业单位国有资产管理办法."""
    rows = [row for case in cases for row in _rows(case, "office_assets", act)]
    Asset.objects.bulk_create(
        Asset(act_id=act.id, value_fen=row["value"], asset_number=row["asset_number"], name=row["name"],
              use=row["use"], acquired=row["acquired"] or on)
        for row in rows
    )  # fmt: skip
    return {"assets": len(rows)}


@act("survey.record", title="问卷调查录入", arguments=TakeFile, maker=Post.OFFICE, chain=[check(Post.DEPUTY_FINANCE)])
def take_surveys(cases: Sequence[TakeFile], *, on: date, act: ActReference) -> Result:
    """Record survey answers by division. Source: 财预〔2013〕53号（满意度）."""
    rows = [row for case in cases for row in _rows(case, "survey_result", act)]
    faults = [f"第{i}行：肯定答卷多于有效问卷" for i, r in enumerate(rows, start=2) if r["positive"] > r["respondents"]]
    if faults:
        raise Refused("问卷调查未录入", faults=faults)
    Survey.objects.bulk_create(
        Survey(act_id=act.id, question=r["question"], respondents=r["respondents"], positive=r["positive"],
               surveyed_date=r["surveyed_date"], division=r["division"] or "")
        for r in rows
    )  # fmt: skip
    return {"answers": len(rows)}


class ObjectiveRow(Arguments):
    """An objective and the project item it is paid from."""

    text: str
    item: str = ""


class IndicatorRow(Arguments):
    """An indicator: what is measured, its target, and the live figure or the stated result."""

    group: str
    kind: str
    content: str
    target: str | None = None
    figure: str | None = None
    text: str | None = None


class DeclarePerformance(Arguments):
    """The year's objectives and indicators."""

    year: int
    objectives: list[ObjectiveRow]
    indicators: list[IndicatorRow]


@act("performance.declare", title="绩效目标申报", arguments=DeclarePerformance, maker=Post.OFFICE,
     chain=[approve(Post.DIRECTOR)])  # fmt: skip
def declare_performances(cases: Sequence[DeclarePerformance], *, on: date, act: ActReference) -> Result:
    """Record objectives and indicators of a year. Source: 财预〔2013〕53号."""
    case = cases[0]
    Objective.objects.bulk_create(
        Objective(act_id=act.id, year=case.year, number=n, text=row.text, item=row.item)
        for n, row in enumerate(case.objectives, start=1)
    )
    Indicator.objects.bulk_create(
        Indicator(
            act_id=act.id, year=case.year, number=n, group=row.group, kind=row.kind, content=row.content,
            target=row.target or "", figure=row.figure or "", actual=row.text or "",
        )
        for n, row in enumerate(case.indicators, start=1)
    )  # fmt: skip
    return {"objectives": len(case.objectives), "indicators": len(case.indicators)}


class AnswerRow(Arguments):
    """Whether a question of the rubric is met, or the value of a name its formulas use, and on what evidence."""

    question: str
    met: bool = True
    value: int | None = None
    evidence: str


class AnswerPerformance(Arguments):
    """Answers to the questions of the year's rubric."""

    year: int
    answers: list[AnswerRow]


@act("performance.answer", title="绩效评分依据", arguments=AnswerPerformance, maker=Post.OFFICE,
     chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def answer_performances(cases: Sequence[AnswerPerformance], *, on: date, act: ActReference) -> Result:
    """Record the evidence behind the points no figure can decide. Source: 财预〔2013〕53号."""
    case = cases[0]
    rubric = Policy.load().rubric(date(case.year, 12, 31), Office.objects.get().district_code)
    known = {q for i in rubric.indicators for q in getattr(i.deduction, "questions", ())}
    known |= {name for i in rubric.indicators for name in re.findall(r"[a-z_]+", i.formula or "")}
    if unknown := sorted({row.question for row in case.answers} - known):
        raise Refused(f"评分表中没有问题 {'、'.join(unknown)}")
    EvaluationAnswer.objects.bulk_create(
        EvaluationAnswer(act_id=act.id, year=case.year, **row.model_dump())
        for row in case.answers
    )
    return {"answers": len(case.answers)}

"""The year's objectives and indicators, and the evidence of the answers to its scoring table."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    ONE,
    About,
    Arguments,
    Final,
    Form,
    Given,
    Paper,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Count, Domain, Evidence, Kind, Text, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.office.founding import check_year
from jubao.policy.in_force import NoLawForDay
from jubao.policy.tables import Rubric
from jubao.records.models import EvaluationAnswer, Indicator, Objective, Office
from jubao.reports.catalogue.figures import NoSuchFigure, find_figure
from jubao.reports.law import office_policy


class ObjectiveRow(Arguments):
    """An objective and the project item it is paid from."""

    text: Text = ask("目标内容", "Objective", column=(Objective, "text"), shortest=1)
    item: Text = ask("对应支出项目", "Item", hint="部门预算的项目编码，如 P1", default="", column=(Objective, "item"))


class IndicatorRow(Arguments):
    """An indicator: what is measured, its target, and the live figure or the stated result."""

    group: Text = ask("一级指标", "Group", hint="如 产出目标", column=(Indicator, "group"), shortest=1)
    kind: Text = ask("二级指标", "Kind", hint="如 数量指标", column=(Indicator, "kind"), shortest=1)
    content: Text = ask("指标内容", "Content", column=(Indicator, "content"), shortest=1)
    target: Text | None = ask("指标值", "Target", hint="如 95%", default=None, column=(Indicator, "target"))
    figure: Annotated[str, Domain(Kind.FIGURE)] | None = ask(
        "对应的活指标",
        "Figure",
        hint="如 survey.awareness，不填则以文字说明",
        default=None,
        column=(Indicator, "figure"),
    )
    text: Text | None = ask("实际完成", "Result", default=None, column=(Indicator, "actual"))


class DeclarePerformance(Arguments):
    """The year's objectives and indicators."""

    year: Year = ask("年度", "Year")
    objectives: tuple[ObjectiveRow, ...] = ask("预期目标", "Objectives", longest=200)
    indicators: tuple[IndicatorRow, ...] = ask("绩效指标", "Indicators", longest=200)


@act(
    "performance.declare",
    title="绩效目标申报",
    asks=DeclarePerformance,
    maker=Post.OFFICE,
    chain=[approve(Post.DIRECTOR)],
    about=About.REPORT,
    undone_by=Final("年度目标一经批准不改动，完成情况在自评中说明"),
    gives=[
        Given("objectives", "目标数", "objectives", Unit.ROWS),
        Given("indicators", "指标数", "indicators", Unit.ROWS),
    ],
    most_cases=ONE,
    papers=[Paper("年度绩效目标申报表", required=False)],
    days_back=31,
    prints=[Form("绩效评分表", "jubao evaluate --year 年度")],
)
class PerformanceDeclaration:
    """Record objectives and indicators of a year. Source: 财预〔2013〕53号."""

    def check(self, cases: Sequence[DeclarePerformance], view: View) -> Faults:
        """A year is declared once, from the office's first year to the coming one; figures must exist."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            check_year(number, case.year, view, faults, what="申报绩效目标", ahead=1)
            for model, name in ((Objective, "objectives"), (Indicator, "indicators")):
                if getattr(case, name) and model.objects.filter(year=case.year).exists():
                    rule = f"{case.year} 年的{model._meta.verbose_name}已经申报"
                    faults.add(number, name, rule, next_step="完成情况请在自评中说明")
            for place, row in enumerate(case.indicators, start=1):
                if row.figure and (rule := _unknown_figure(row.figure)):
                    faults.add(number, "indicators", rule, next_step="请核对指标编号", place=f"第{place}个指标")
        return faults

    def plan(self, cases: Sequence[DeclarePerformance], view: View) -> Changes:
        """Objectives and indicators, numbered in the order given."""
        [case] = cases
        changes = Changes(view)
        changes.add_all(
            Objective(year=case.year, number=number, text=row.text, item=row.item)
            for number, row in enumerate(case.objectives, start=1)
        )
        changes.add_all(
            Indicator(
                year=case.year,
                number=number,
                group=row.group,
                kind=row.kind,
                content=row.content,
                target=row.target or "",
                figure=row.figure or "",
                actual=row.text or "",
            )
            for number, row in enumerate(case.indicators, start=1)
        )
        return changes.giving(objectives=len(case.objectives), indicators=len(case.indicators))


def _unknown_figure(figure_id: str) -> str:
    """What to say of a figure nobody knows, or nothing."""
    try:
        find_figure(figure_id)
    except NoSuchFigure as unknown:
        return str(unknown.args[0])
    return ""


class AnswerRow(Arguments):
    """Whether a question of the rubric is met, or the value of a name its formulas use, and on what evidence."""

    question: Text = ask("评分问题", "Question", column=(EvaluationAnswer, "question"), shortest=1)
    met: bool = ask("达到", "Met", default=True)
    value: Count | None = ask("数值", "Value", hint="算式所用数据的值；回答问题时不填", default=None)
    evidence: Evidence = ask("依据", "Evidence", column=(EvaluationAnswer, "evidence"))


class AnswerPerformance(Arguments):
    """Answers to the questions of the year's rubric."""

    year: Year = ask("年度", "Year", not_after="today")
    answers: tuple[AnswerRow, ...] = ask("评分依据", "Answers", shortest=1, longest=500)


@act(
    "performance.answer",
    title="绩效评分依据",
    asks=AnswerPerformance,
    maker=Post.OFFICE,
    chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.REPORT,
    undone_by=Final("评分依据登记后不改动，自评结果以签定报告为准"),
    gives=[Given("answers", "登记依据数", "answers", Unit.ROWS)],
    most_cases=ONE,
    papers=[Paper("评分佐证材料")],
    days_back=31,
)
class PerformanceAnswer:
    """Record the evidence behind the points no figure can decide. Source: 财预〔2013〕53号."""

    def check(self, cases: Sequence[AnswerPerformance], view: View) -> Faults:
        """Every answer is to a question of the year's scoring table, once, by yes or no or by a value as it asks."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            check_year(number, case.year, view, faults, what="登记评分依据")
            if faults:
                continue
            try:
                rubric = _rubric(case.year)
            except NoLawForDay as missing:
                faults.add(number, "year", f"{case.year} 年没有评分表：{missing}")
                continue
            _check_answers(number, case, rubric, faults)
        return faults

    def plan(self, cases: Sequence[AnswerPerformance], view: View) -> Changes:
        """One row for each answer."""
        [case] = cases
        changes = Changes(view)
        changes.add_all(EvaluationAnswer(year=case.year, **row.model_dump()) for row in case.answers)
        return changes.giving(answers=len(case.answers))


def _rubric(year: int) -> Rubric:
    """The scoring table in force at the end of a year where the office is."""
    return office_policy().rubric(date(year, 12, 31), Office.objects.get().district_code)


def _check_answers(number: int, case: AnswerPerformance, rubric: Rubric, faults: Faults) -> None:
    questions = {one for indicator in rubric.indicators for one in getattr(indicator.deduction, "questions", ())}
    names = {name for indicator in rubric.indicators for name in re.findall(r"[a-z_]+", indicator.formula or "")}
    answered = EvaluationAnswer.objects.filter(year=case.year).order_by("pk")
    seen = set(answered.values_list("question", flat=True))
    for row in case.answers:
        place = f"“{row.question}”"
        if row.question not in questions | names:
            rule = f"评分表中没有问题 {row.question}"
            faults.add(number, "answers", rule, next_step=f"请对照 {case.year} 年评分表填写", place=place)
        elif row.question in names and row.value is None:
            faults.add(number, "answers", "是算式所用的数据，须填数值", place=place)
        elif row.question in questions and row.value is not None:
            faults.add(number, "answers", "是判断题，只答是否达到，不填数值", place=place)
        if row.question in seen:
            faults.add(number, "answers", f"{case.year} 年已登记依据", next_step="请删去重复的一项", place=place)
        seen.add(row.question)

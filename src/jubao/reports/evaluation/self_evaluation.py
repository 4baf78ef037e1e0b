"""The self-evaluation report (附件1 绩效自评报告), filled from figures and records alone."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Max

from jubao.documents.evaluation_form import (
    AssetRow,
    Chapter,
    Cover,
    Evaluator,
    ExpenditureRow,
    FigureLine,
    IncomeRow,
    Narrative,
    Profile,
    ScoreLine,
    Section,
    SelfEvaluationForm,
    Signatures,
    ThreePublicRow,
)
from jubao.documents.evaluation_form import Objective as ObjectiveLine
from jubao.records.models import AuditEvent, BudgetLine, Indicator, Objective, Office, Staff
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.indicator import indicator_rows
from jubao.reports.evaluation.monitoring_score import OpenedScore, open_score, points_text
from jubao.reports.evaluation.narrative import DUTIES, RESULTS, money_sections, problems, say, summary, work_sections
from jubao.reports.figures.figure import rounded
from jubao.reports.figures.measure import Figures
from jubao.reports.figures.window import Window
from jubao.reports.plausibility.relation import breaches
from jubao.reports.scoring.scored_year import OfficeNotFounded, Score

EVALUATING = ("主任", "副主任")
ACHIEVED = ("基金征缴", "待遇发放", "基金财务", "代发业务")
UNIT = "本单位"
MONEY_FIGURES = (
    tuple(
        f"budget.income.{key}"
        for key in ("total", "carried_over", "public_finance", "government_fund", "non_tax", "other")
    ),
    tuple(f"budget.expenditure.{key}" for key in ("total", "basic", "personnel", "public_use", "project", "balance")),
    tuple(
        f"three_public.{key}"
        for key in ("total", "reception", "vehicle_running", "vehicle_purchase", "abroad", "meetings")
    ),
    tuple(f"assets.{key}" for key in ("total", "in_use", "leased_out", "other")),
)
"""The figures of the four rows of part 二, in the order of the form."""


class ReportBeforeFigures(ValueError):
    """A report cannot bear a date before the day its figures run to."""


def build_self_evaluation(year: int, *, as_of: date, on: date) -> SelfEvaluationForm:
    """Fill the report.

    Args:
        year: the year evaluated.
        as_of: day the figures of the running business run to.
        on: date of the report; what was recorded about the year by then counts for budget and score.
    Raises:
        ReportBeforeFigures: ``on`` lies before ``as_of``.
        OfficeNotFounded: no office is set up by then.
        NoScoringTable: the law has no scoring table for the year.
        DayBeforeYear: ``as_of`` lies before the year.
    """
    if on < as_of:
        raise ReportBeforeFigures(f"报告日期 {on} 早于数据截止日 {as_of}，请改用不早于截止日的报告日期")
    return fill_self_evaluation(Reading(year, as_of, settled=on))


def fill_self_evaluation(reading: Reading) -> SelfEvaluationForm:
    """Fill the report from a reading whose settling day is the report's date. Raises OfficeNotFounded, NoScore."""
    on = reading.settled
    reading.ask(reading.every())
    office = Office.objects.filter(Window(reading.year, on).known()).order_by("pk").first()
    if office is None:
        raise OfficeNotFounded(f"{on} 尚未建账，不能出具自评报告，请先办理机构建账")
    opened = open_score(reading)
    score = opened.score
    form = SelfEvaluationForm(
        cover=Cover(reading.year, office.district, office.name, office.budget_code, on),
        profile=_profile(reading, office),
        **_money(reading),
        objectives=tuple(ObjectiveLine(objective.text) for objective in reading.once(_objectives)),
        achieved=_achieved(reading),
        indicators=indicator_rows(reading, _declared(reading)),
        score=rounded(score.points),
        grade=score.grade,
        evaluators=_evaluators(reading, office),
        signatures=Signatures(phone=office.phone),
        narrative=_narrative(reading, office, score),
        reference=_reference(reading),
        scoring=_scoring(opened),
        thresholds=opened.thresholds,
    )
    return replace(form, definitions=_definitions(reading, opened))


def _definitions(reading: Reading, opened: OpenedScore) -> tuple[FigureLine, ...]:
    """Every figure the report was made from, with its day, as 附表1 lists them."""
    reading.all(one.figure for indicator in opened.indicators for one in indicator.inputs if one.figure)
    return tuple(
        FigureLine(value.figure.name, value.with_unit, value.as_of, value.figure.definition)
        for value in reading.all(reading.measured())
    )


def _scoring(opened: OpenedScore) -> tuple[ScoreLine, ...]:
    """The scoring table with points, what they rest on, and why some were lost, as 附表2 lists them."""
    return tuple(
        ScoreLine(
            levels=(levels[0], levels[1], levels[2]),
            points=str(one.scored.indicator.points),
            earned=points_text(one.scored.points),
            lost=points_text(one.scored.lost) if one.scored.lost else "",
            basis=one.basis or one.scored.reason,
            reason=f"扣分原因：{one.scored.reason}" if one.scored.lost else one.scored.reason,
        )
        for one in opened.indicators
        for levels in (one.scored.indicator.levels,)
    )


def _profile(reading: Reading, office: Office) -> Profile:
    return Profile(
        contact=office.contact,
        phone=office.phone,
        authorised=reading.number("office.posts_authorised"),
        actual=reading.number("office.staff_actual"),
        duties=DUTIES.format(district=office.district),
        main_work=work_sections(reading),
        overall=summary(reading),
    )


def _money(reading: Reading) -> dict[str, tuple[Any, ...]]:
    """The rows of part 二: income, expenditure, three public expenses and assets, as ``MONEY_FIGURES`` names them."""
    rows = (IncomeRow, ExpenditureRow, ThreePublicRow, AssetRow)
    names = ("income", "expenditure", "three_public", "assets")
    return {
        name: (row(UNIT, *(reading.number(figure_id) for figure_id in ids)),)
        for name, row, ids in zip(names, rows, MONEY_FIGURES, strict=True)
    }


def _settled(reading: Figures) -> Window:
    return Window(reading.year, reading.settled)


def _objectives(reading: Figures) -> list[Objective]:
    return list(Objective.objects.filter(_settled(reading).known(), year=reading.year).order_by("number"))


def _declared(reading: Reading) -> list[Indicator]:
    return list(Indicator.objects.filter(_settled(reading).known(), year=reading.year).order_by("number"))


def _achieved(reading: Reading) -> tuple[Section, ...]:
    """What became of each objective, in its order, then the results its money was for."""
    spent = tuple(
        Section(objective.text, (_spent(reading, objective.item),)) for objective in reading.once(_objectives)
    )
    return (*spent, *(section for section in work_sections(reading) if section.title in ACHIEVED))


def _planned(reading: Figures) -> dict[str, int]:
    """The first budget line of each expenditure item of the year, fen."""
    lines = BudgetLine.objects.filter(_settled(reading).known(), year=reading.year, direction="支出").order_by("-pk")
    return dict(lines.values_list("item", "amount_fen"))


def _spent(reading: Reading, item: str) -> str:
    if not item:
        return "未对应支出项目。"
    planned = reading.once(_planned).get(item)
    actual = reading.number(f"budget.item.{item}")
    if not planned or actual is None:
        return say(reading, f"支出{{budget.item.{item}}}，预算未登记。") if actual else "尚无支出登记。"
    share = rounded(Fraction(actual * 100, planned))
    return say(reading, f"支出{{budget.item.{item}}}，为预算的{share}%。")


def _staff(reading: Figures) -> list[Staff]:
    """The office's own staff, in the order they were recorded."""
    return list(Staff.objects.filter(_settled(reading).known(), external=False).order_by("pk"))


def _evaluators(reading: Reading, office: Office) -> tuple[Evaluator, ...]:
    """The director and the deputies, in this order."""
    staff = [one for one in reading.once(_staff) if one.title in EVALUATING]
    ranked = sorted(staff, key=lambda one: (EVALUATING.index(one.title), one.code))
    return tuple(Evaluator(one.name, one.title, office.name) for one in ranked)


def _narrative(reading: Reading, office: Office, score: Score) -> Narrative:
    shown = problems(reading)
    return Narrative(
        overview=_overview(reading, office),
        spending=Chapter((summary(reading)[1],), money_sections(reading)),
        special_projects=_projects(reading),
        performance=_performance(reading, score),
        problems=_listed([problem for problem, _ in shown], "本年指标未显示突出问题。"),
        measures=_listed([measure for _, measure in shown], "保持现有做法，按月核对指标。"),
    )


def _overview(reading: Reading, office: Office) -> Chapter:
    named = dict.fromkeys(one.section for one in reading.once(_staff))
    people = "核定编制{office.posts_authorised}，在册{office.staff_actual}，其中主任{office.directors}、副主任"
    inside = f"设{'、'.join(named)}{{office.sections}}内设机构。"
    return Chapter(
        (f"{office.name}是{office.superior}所属单位。",),
        (
            Section("主要职责", (DUTIES.format(district=office.district),)),
            Section("机构和人员", (say(reading, people + "{office.deputy_directors}。" + inside),)),
        ),
    )


def _projects(reading: Reading) -> Chapter:
    sections = tuple(
        Section(objective.text, (_spent(reading, objective.item),)) for objective in reading.once(_objectives)
    )
    opening = f"本年申报预期目标{len(sections)}项，每项对应一个支出项目，支出逐笔登记凭证。"
    return Chapter((opening,) if sections else ("本年未申报项目目标。",), sections)


def _performance(reading: Reading, score: Score) -> Chapter:
    """Results against tasks, then how the score came about."""
    lost = [f"{one.name}扣{rounded(one.lost)}分：{one.reason}" for one in score.indicators if one.lost]
    scoring = f"按计分表自评{rounded(score.points)}分，等次为{score.grade}。"
    sections = [Section("任务完成情况", (say(reading, RESULTS),)), Section("自评得分", (scoring,))]
    if lost:
        sections.append(Section("失分情况", tuple(f"{text}。" for text in lost)))
    if wrong := breaches(reading):
        sections.append(Section("指标之间尚待核对的关系", tuple(f"{breach.text}。" for breach in wrong)))
    return Chapter((), tuple(sections))


def _listed(sentences: list[str], otherwise: str) -> Chapter:
    return Chapter(tuple(sentences) or (otherwise,))


def _reference(reading: Reading) -> str:
    """What the report was made from: the days, and the last act of the chain it knew."""
    last = AuditEvent.objects.filter(business_date__lte=reading.settled).aggregate(id=Max("id"))["id"]
    return f"业务数据截至{reading.as_of}，全年数据截至{reading.settled}，审计链第{last}号"


def left_blank(form: SelfEvaluationForm) -> list[str]:
    """What the books cannot answer and people must fill in by hand, named as on the form."""
    asked = {
        "联系人": form.profile.contact,
        "联络电话": form.profile.phone,
        "年度收入": form.income[0].total_fen,
        "年度支出": form.expenditure[0].total_fen,
        "三公经费": form.three_public[0].total_fen,
        "固定资产": form.assets[0].total_fen,
        "预期目标": form.objectives,
        "绩效指标": form.indicators,
        "评价人员": form.evaluators,
        "填报人": form.signatures.filled_by,
        "单位意见": form.signatures.unit_opinion,
    }
    return [name for name, answer in asked.items() if answer is None or answer in ("", ())]

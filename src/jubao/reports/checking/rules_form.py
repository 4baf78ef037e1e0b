"""Part 三 of the form: targets with results and results with targets, nothing where it says 无, grade by score."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from jubao.policy.in_force import NoLawForDay
from jubao.reports.checking.finding import Finding, Rule, number, quoted
from jubao.reports.checking.form import NOTHING, Form, IndicatorLine
from jubao.reports.law import office_policy
from jubao.reports.scoring.points import grade_of

FULL_MARKS = 100
MEASURED = re.compile(r"\d")


def check_indicators(form: Form) -> Iterator[Finding]:
    """Every line of the quantitative indicators."""
    for line in form.indicators:
        words = quoted(f"{line.kind}：{line.content or '（空）'}，目标{line.target or '空'}，完成{line.actual or '空'}")
        if reason := _wrong(line):
            yield Finding(Rule.TARGETS, line.place, words, reason)
        elif MEASURED.search(line.target) and not MEASURED.search(line.actual) and line.actual not in NOTHING:
            reason = "目标是一个数，完成情况却没有数，无法比较"
            yield Finding(Rule.TARGETS, line.place, words, reason, warning=True)


def _wrong(line: IndicatorLine) -> str:
    empty, target, actual = line.content in NOTHING, line.target not in NOTHING, line.actual not in NOTHING
    if empty and (target or actual):
        return "绩效内容写“无”，却填了" + ("目标值" if target else "完成情况")
    if not empty and actual and not target:
        return "有完成情况，没有目标值"
    if not empty and target and not actual:
        return "有目标值，没有完成情况"
    return ""


def check_grade(form: Form) -> Iterator[Finding]:
    """The grade is the one of the score; no score exceeds full marks."""
    if form.score is None:
        return
    score, place = form.score
    words = f"得分{number(score)}，等次{form.grade}"
    if score > FULL_MARKS:
        yield Finding(Rule.GRADE, place, words, f"得分超过{FULL_MARKS}分")
    elif form.grade and form.year and (grade := _grade(form)) != form.grade:
        yield Finding(Rule.GRADE, place, words, f"按等次标准，{number(score)}分是“{grade}”")


def _grade(form: Form) -> str:
    """The grade of the score by the table of the year; the one stated where the law knows none."""
    assert form.year
    assert form.score
    table = _grades(form.year)
    return grade_of(form.score[0], table) if table else form.grade


@cache
def _grades(year: int) -> Sequence[Mapping[str, object]]:
    """The grades in force at the end of a year; none where the law was not looked up."""
    try:
        return list(office_policy().table("evaluation.grades", on=date(year, 12, 31)))
    except NoLawForDay:
        return []

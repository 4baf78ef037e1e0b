"""The office's own money and its answer for the year: budget, spending, assets, surveys, objectives."""

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import MOST_WHOLE, Code, Count, Day, Fen, Text, Whole, Year
from jubao.records.facts import Fact


class BudgetLine(Fact):
    """A line of the department budget (部门预算)."""

    year = Year("年度")
    direction = Code("收支", choices=[("收入", "收入"), ("支出", "支出")])
    item = Text("项目编码", max_length=40)
    name = Text("项目名称", max_length=80)
    group = Text("类别", max_length=40)
    amount_fen = Fen("预算金额")

    class Meta:
        verbose_name = "部门预算"
        constraints = (models.UniqueConstraint(fields=["year", "direction", "item"], name="one_budget_line_per_item"),)


class Spending(Fact):
    """A payment of the office's own budget (部门支出)."""

    date = Day("日期")
    item = Text("项目编码", max_length=40)
    group = Text("类别", max_length=40)
    three_public = Text("三公类别", max_length=40, blank=True)
    amount_fen = Fen("金额", at_least=1)
    payee = Text("收款单位", max_length=120, blank=True)
    voucher = Text("凭证号", max_length=40, unique=True)
    memo = Text("摘要", max_length=200, blank=True)

    class Meta:
        verbose_name = "部门支出"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="spending_positive"),)


class Asset(Fact):
    """A fixed asset of the office (固定资产)."""

    asset_number = Text("资产编号", max_length=40, unique=True)
    name = Text("资产名称", max_length=120)
    use = Text("使用状况", max_length=10)
    value_fen = Fen("原值", at_least=0)
    acquired = Day("购置日期")

    class Meta:
        verbose_name = "固定资产"


class Survey(Fact):
    """A survey's answers by division (问卷调查)."""

    question = Text("调查指标", max_length=20)
    respondents = Count("有效问卷", at_least=1)
    positive = Count("肯定答卷")
    surveyed_date = Day("调查日期")
    division = Text("村社区", max_length=12, blank=True)

    class Meta:
        verbose_name = "问卷调查"
        constraints = (
            models.CheckConstraint(
                condition=Q(respondents__gt=0, positive__lte=models.F("respondents")), name="survey_counts"
            ),
        )


class Objective(Fact):
    """A yearly objective tied to a project item (预期目标)."""

    year = Year("年度")
    number = Count("序号", at_least=1)
    text = Text("目标内容", max_length=200)
    item = Text("项目编码", max_length=40, blank=True)

    class Meta:
        verbose_name = "预期目标"
        constraints = (models.UniqueConstraint(fields=["year", "number"], name="one_objective_per_number"),)


class Indicator(Fact):
    """A declared performance indicator (绩效指标); a live figure or a stated result."""

    year = Year("年度")
    number = Count("序号", at_least=1)
    group = Text("一级指标", max_length=20)
    kind = Text("二级指标", max_length=40)
    content = Text("指标内容", max_length=120)
    target = Text("指标值", max_length=40, blank=True)
    figure = Text("对应的活指标", max_length=80, blank=True)
    actual = Text("实际完成", max_length=80, blank=True)

    class Meta:
        verbose_name = "绩效指标"
        constraints = (models.UniqueConstraint(fields=["year", "number"], name="one_indicator_per_number"),)


class EvaluationAnswer(Fact):
    """An answer to a rubric question with its evidence (评分依据)."""

    year = Year("年度")
    question = Text("评分问题", max_length=80)
    met = models.BooleanField("达到", default=True)
    value = Whole("数值", at_least=-MOST_WHOLE, null=True)
    evidence = Text("依据", max_length=300)

    class Meta:
        verbose_name = "评分依据"
        constraints = (models.UniqueConstraint(fields=["year", "question"], name="one_answer_per_question"),)

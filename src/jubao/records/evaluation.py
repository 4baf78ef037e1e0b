"""The office's own money and its answer for the year: budget, spending, assets, surveys, objectives."""

from django.db import models
from django.db.models import Q

from jubao.records.facts import Fact


class BudgetLine(Fact):
    """A line of the department budget (部门预算)."""

    year = models.PositiveIntegerField()
    direction = models.CharField(max_length=2, choices=[("收入", "收入"), ("支出", "支出")])
    item = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    group = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()

    class Meta:
        verbose_name = "部门预算"
        constraints = (models.UniqueConstraint(fields=["year", "direction", "item"], name="one_budget_line_per_item"),)


class Spending(Fact):
    """A payment of the office's own budget (部门支出)."""

    date = models.DateField()
    item = models.CharField(max_length=40)
    group = models.CharField(max_length=40)
    three_public = models.CharField("三公类别", max_length=40, blank=True)
    amount_fen = models.BigIntegerField()
    payee = models.CharField(max_length=120)
    voucher = models.CharField("凭证号", max_length=40, unique=True)
    memo = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "部门支出"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="spending_positive"),)


class Asset(Fact):
    """A fixed asset of the office (固定资产)."""

    asset_number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    use = models.CharField("使用状况", max_length=10)
    value_fen = models.BigIntegerField()
    acquired = models.DateField()

    class Meta:
        verbose_name = "固定资产"


class Survey(Fact):
    """A survey's answers by division (问卷调查)."""

    question = models.CharField(max_length=20)
    respondents = models.PositiveIntegerField()
    positive = models.PositiveIntegerField()
    surveyed_date = models.DateField()
    division = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = "问卷调查"
        constraints = (
            models.CheckConstraint(
                condition=Q(respondents__gt=0, positive__lte=models.F("respondents")), name="survey_counts"
            ),
        )


class Objective(Fact):
    """A yearly objective tied to a project item (预期目标)."""

    year = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    item = models.CharField(max_length=40)

    class Meta:
        verbose_name = "预期目标"
        constraints = (models.UniqueConstraint(fields=["year", "number"], name="one_objective_per_number"),)


class Indicator(Fact):
    """A declared performance indicator (绩效指标); a live figure or a stated result."""

    year = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    content = models.CharField(max_length=120)
    target = models.CharField(max_length=40, blank=True)
    figure = models.CharField(max_length=80, blank=True)
    actual = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = "绩效指标"
        constraints = (models.UniqueConstraint(fields=["year", "number"], name="one_indicator_per_number"),)


class EvaluationAnswer(Fact):
    """An answer to a rubric question with its evidence (评分依据)."""

    year = models.PositiveIntegerField()
    question = models.CharField(max_length=80)
    met = models.BooleanField("达到", default=True)
    value = models.BigIntegerField("数值", null=True)
    evidence = models.CharField(max_length=300)

    class Meta:
        verbose_name = "评分依据"
        constraints = (models.UniqueConstraint(fields=["year", "question"], name="one_answer_per_question"),)

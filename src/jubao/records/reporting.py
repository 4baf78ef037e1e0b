"""Reports the office owes and signs: duties with due dates, signed reports, and the figures they froze."""

from django.db import models

from jubao.columns.bounded import Day, Period, Sha256, Text, Year
from jubao.records.facts import Fact


class ReportDuty(Fact):
    """A report the office owes by a day (报送任务)."""

    name = Text("报表", max_length=60)
    title = Text("标题", max_length=160)
    period = Period("所属期")
    due_date = Day("报送期限")
    receiver = Text("报送单位", max_length=80)

    class Meta:
        verbose_name = "报送任务"
        constraints = (models.UniqueConstraint(fields=["name", "period", "receiver"], name="one_duty_per_period"),)


class DutyReceipt(Fact):
    """A duty fulfilled: sent on a day, with the receiver's receipt (报送回执)."""

    duty = models.OneToOneField(ReportDuty, on_delete=models.PROTECT, related_name="receipt", verbose_name="报送任务")
    sent_date = Day("报送日期")
    receipt = Text("回执", max_length=120)
    file_sha256 = Sha256("报送文件的 SHA-256", blank=True)

    class Meta:
        verbose_name = "报送回执"


class SignedReport(Fact):
    """A report whose figures were frozen by its signers (已签报告)."""

    kind = Text("报告种类", max_length=40)
    year = Year("年度")
    title = Text("标题", max_length=160)
    as_of = Day("业务截止日")
    settled = Day("全年口径截止日")
    dated = Day("报告日期")
    sha256 = Sha256("文件哈希")

    class Meta:
        verbose_name = "已签报告"


class SignedFigure(Fact):
    """One figure as it was signed (签定指标); later changes show as differences, never silently."""

    signed_report = models.ForeignKey(
        SignedReport, on_delete=models.PROTECT, related_name="figures", verbose_name="已签报告"
    )
    figure = Text("指标编号", max_length=80)
    name = Text("指标名称", max_length=120)
    unit = Text("单位", max_length=10)
    exact = Text("精确值", max_length=80, blank=True)
    text = Text("印出值", max_length=80, blank=True)
    as_of = Day("数据截止日")

    class Meta:
        verbose_name = "签定指标"
        constraints = (models.UniqueConstraint(fields=["signed_report", "figure"], name="one_value_per_signed_figure"),)


class FigureReason(Fact):
    """Why a figure outside its plausible bounds is right all the same (异常说明)."""

    figure = Text("指标编号", max_length=80)
    year = Year("年度")
    reason = Text("说明", max_length=300)

    class Meta:
        verbose_name = "异常说明"

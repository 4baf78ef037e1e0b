"""Reports the office owes and signs: duties with due dates, signed reports, and the figures they froze."""

from django.db import models

from jubao.records.facts import Fact


class ReportDuty(Fact):
    """A report the office owes by a day (报送任务)."""

    name = models.CharField("报表", max_length=60)
    title = models.CharField(max_length=160)
    period = models.IntegerField("所属期")
    due_date = models.DateField("报送期限")
    receiver = models.CharField("报送单位", max_length=80)

    class Meta:
        verbose_name = "报送任务"
        constraints = (models.UniqueConstraint(fields=["name", "period", "receiver"], name="one_duty_per_period"),)


class DutyReceipt(Fact):
    """A duty fulfilled: sent on a day, with the receiver's receipt (报送回执)."""

    duty = models.OneToOneField(ReportDuty, on_delete=models.PROTECT, related_name="receipt")
    sent_date = models.DateField("报送日期")
    receipt = models.CharField("回执", max_length=120)
    file_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "报送回执"


class SignedReport(Fact):
    """A report whose figures were frozen by its signers (已签报告)."""

    kind = models.CharField(max_length=40)
    year = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    as_of = models.DateField("业务截止日")
    settled = models.DateField("全年口径截止日")
    dated = models.DateField("报告日期")
    sha256 = models.CharField("文件哈希", max_length=64)

    class Meta:
        verbose_name = "已签报告"


class SignedFigure(Fact):
    """One figure as it was signed (签定指标); later changes show as differences, never silently."""

    signed_report = models.ForeignKey(SignedReport, on_delete=models.PROTECT, related_name="figures")
    figure = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=10)
    exact = models.CharField("精确值", max_length=80, blank=True)
    text = models.CharField("印出值", max_length=80, blank=True)
    as_of = models.DateField()

    class Meta:
        verbose_name = "签定指标"
        constraints = (models.UniqueConstraint(fields=["signed_report", "figure"], name="one_value_per_signed_figure"),)


class FigureReason(Fact):
    """Why a figure outside its plausible bounds is right all the same (异常说明)."""

    figure = models.CharField(max_length=80)
    year = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)

    class Meta:
        verbose_name = "异常说明"

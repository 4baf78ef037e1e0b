"""The office itself: who works here in which post, its divisions, outlets, inbound files and targets."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.records.facts import Fact


class Office(Fact):
    """The service centre (服务中心)."""

    name = models.CharField(max_length=80)
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=40)
    district_code = models.CharField(max_length=12)
    budget_code = models.CharField(max_length=12)
    superior = models.CharField(max_length=80)
    posts_authorised = models.PositiveIntegerField("编制人数")
    contact = models.CharField("联系人", max_length=80, blank=True)
    phone = models.CharField("联络电话", max_length=30, blank=True)

    class Meta:
        verbose_name = "机构"


class Staff(Fact):
    """A person who works in the office (工作人员); persons are compared, never accounts."""

    code = models.CharField("工号", max_length=20, unique=True)
    name = models.CharField(max_length=80)
    title = models.CharField("职务", max_length=40)
    section = models.CharField("科室", max_length=40)
    external = models.BooleanField("上级人员", default=False)

    class Meta:
        verbose_name = "工作人员"


class PostHolding(Fact):
    """A post somebody holds (A岗) or covers (B岗) from a day on."""

    head_fields: ClassVar[tuple[str, ...]] = ("valid_to",)

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="holdings")
    post = models.CharField("岗位", max_length=20)
    capacity = models.CharField(max_length=1, choices=[("A", "A岗"), ("B", "B岗")])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "任岗"
        constraints = (models.UniqueConstraint(fields=["staff", "post", "valid_from"], name="one_holding_per_day"),)


class Absence(Fact):
    """Days somebody is away (缺勤), half-open; their B岗 stands in."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        verbose_name = "缺勤"
        constraints = (models.CheckConstraint(condition=Q(valid_to__gt=models.F("valid_from")), name="absence_period"),)


class Division(Fact):
    """A township, sub-district, village or community (行政区划)."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=8, choices=[("TOWNSHIP", "乡镇街道"), ("VILLAGE", "村社区")])
    parent = models.CharField(max_length=12)

    class Meta:
        verbose_name = "行政区划"


class Outlet(Fact):
    """A community outlet with a card terminal (服务网点)."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    division = models.CharField(max_length=12)
    terminal = models.CharField(max_length=20)
    started_date = models.DateField("启动日期")

    class Meta:
        verbose_name = "服务网点"


class InboundFile(Fact):
    """A file that came in through the inbound desk (来文), kept under its hash."""

    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=200)
    layout = models.CharField(max_length=40)
    size = models.BigIntegerField()
    rows = models.BigIntegerField("行数")

    class Meta:
        verbose_name = "来文"
        constraints = (models.UniqueConstraint(fields=["sha256", "layout"], name="one_file_is_taken_in_once"),)


class Target(Fact):
    """A task figure handed down (任务数)."""

    name = models.CharField(max_length=60)
    year = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField(null=True)
    count = models.BigIntegerField(null=True)
    source = models.CharField(max_length=120)

    class Meta:
        verbose_name = "任务"


class Submission(Fact):
    """A report or piece of information sent out (信息报送)."""

    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    sent_date = models.DateField()
    receiver = models.CharField(max_length=80)

    class Meta:
        verbose_name = "信息报送"
        constraints = (models.UniqueConstraint(fields=["title", "sent_date", "receiver"], name="one_submission_once"),)

"""The office itself: who works here in which post, its divisions, outlets, inbound files and targets."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Code, Count, Day, Fen, Sha256, Text, Whole, Year
from jubao.records.facts import Fact


class Office(Fact):
    """The service centre (服务中心)."""

    name = Text("机构名称", max_length=80)
    city = Text("市", max_length=40)
    district = Text("区县", max_length=40)
    district_code = Text("区划代码", max_length=12)
    budget_code = Text("预算编码", max_length=12)
    superior = Text("主管部门", max_length=80)
    posts_authorised = Count("编制人数")
    contact = Text("联系人", max_length=80, blank=True)
    phone = Text("联络电话", max_length=30, blank=True)

    class Meta:
        verbose_name = "机构"


class Staff(Fact):
    """A person who works in the office (工作人员); persons are compared, never accounts."""

    code = Text("工号", max_length=20, unique=True)
    name = Text("姓名", max_length=80)
    title = Text("职务", max_length=40)
    section = Text("科室", max_length=40)
    external = models.BooleanField("上级人员", default=False)

    class Meta:
        verbose_name = "工作人员"


class PostHolding(Fact):
    """A post somebody holds (A岗) or covers (B岗) from a day on."""

    derived_fields: ClassVar[tuple[str, ...]] = ("valid_to",)

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="holdings", verbose_name="工作人员")
    post = Text("岗位", max_length=20)
    capacity = Code("主代岗", choices=[("A", "A岗"), ("B", "B岗")])
    valid_from = Day("起始日")
    valid_to = Day("截止日（不含）", null=True)

    class Meta:
        verbose_name = "任岗"
        constraints = (models.UniqueConstraint(fields=["staff", "post", "valid_from"], name="one_holding_per_day"),)


class Absence(Fact):
    """Days somebody is away (缺勤), half-open; their B岗 stands in."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences", verbose_name="工作人员")
    valid_from = Day("起始日")
    valid_to = Day("截止日（不含）")

    class Meta:
        verbose_name = "缺勤"
        constraints = (models.CheckConstraint(condition=Q(valid_to__gt=models.F("valid_from")), name="absence_period"),)


class Division(Fact):
    """A township, sub-district, village or community (行政区划)."""

    code = Text("区划代码", max_length=12, unique=True)
    name = Text("区划名称", max_length=60)
    level = Code("级别", choices=[("TOWNSHIP", "乡镇街道"), ("VILLAGE", "村社区")])
    parent = Text("上级区划", max_length=12)

    class Meta:
        verbose_name = "行政区划"


class Outlet(Fact):
    """A community outlet with a card terminal (服务网点)."""

    code = Text("网点编码", max_length=20, unique=True)
    name = Text("网点名称", max_length=80)
    division = Text("村社区", max_length=12)
    terminal = Text("终端号", max_length=20)
    started_date = Day("启动日期")

    class Meta:
        verbose_name = "服务网点"


class InboundFile(Fact):
    """A file that came in through the inbound desk (来文), kept under its hash."""

    sha256 = Sha256("SHA-256 校验值")
    filename = Text("文件名", max_length=255)
    layout = Text("文件格式", max_length=40)
    size = Whole("字节数")
    rows = Whole("行数")

    class Meta:
        verbose_name = "来文"
        constraints = (models.UniqueConstraint(fields=["sha256", "layout"], name="one_file_is_taken_in_once"),)


class Target(Fact):
    """A task figure handed down (任务数)."""

    name = Text("任务名称", max_length=60)
    year = Year("年度")
    amount_fen = Fen("任务金额", at_least=0, null=True)
    count = Whole("任务数", null=True)
    source = Text("下达文件", max_length=120)

    class Meta:
        verbose_name = "任务"


class Submission(Fact):
    """A report or piece of information sent out (信息报送)."""

    title = Text("标题", max_length=160)
    kind = Text("种类", max_length=40)
    sent_date = Day("报送日期")
    receiver = Text("报送单位", max_length=80)

    class Meta:
        verbose_name = "信息报送"
        constraints = (models.UniqueConstraint(fields=["title", "sent_date", "receiver"], name="one_submission_once"),)

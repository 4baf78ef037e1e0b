"""The office itself: who works here in which post, its divisions, outlets, inbound files and targets."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

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


class Holdings(models.QuerySet["PostHolding"]):
    """Posts people hold or cover."""

    def between(self, first: date, last: date) -> "Holdings":
        """Those in force on some day of a span, both days included."""
        over = PostEnd.objects.filter(holding=OuterRef("pk"), valid_from__lte=first, granted_from__lte=first)
        begun = self.filter(valid_from__lte=last, granted_from__lte=last)
        return begun.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first)).filter(~Exists(over))

    def on(self, day: date) -> "Holdings":
        """Those in force on a day."""
        return self.between(day, day)


class PostHolding(Fact):
    """A post somebody holds (A岗) or covers (B岗), or fills for a time on behalf of the higher level (上级代办).

    It is in force from the later of ``valid_from``, which was stated, and ``granted_from``, which runs from the last
    signature; until ``valid_to``, when the right expires, or an earlier ``PostEnd``.
    """

    counted_from_execution: ClassVar[tuple[str, ...]] = ("granted_from",)

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="holdings", verbose_name="工作人员")
    post = Text("岗位", max_length=20)
    capacity = Code("主代岗", choices=[("A", "A岗"), ("B", "B岗"), ("S", "上级代办")])
    valid_from = Day("起始日")
    granted_from = Day("授权生效日")
    valid_to = Day("到期日（不含）", null=True)

    objects = Holdings.as_manager()

    class Meta:
        verbose_name = "任岗"
        constraints = (
            models.UniqueConstraint(fields=["act", "staff", "post"], name="an_act_gives_a_post_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")), name="holding_period"
            ),
        )


class PostEnd(Fact):
    """The end of a holding before it expires (免岗): from the later of both days on the post is not held any more."""

    counted_from_execution: ClassVar[tuple[str, ...]] = ("granted_from",)

    holding = models.ForeignKey(PostHolding, on_delete=models.PROTECT, related_name="ends", verbose_name="任岗")
    valid_from = Day("终止日")
    granted_from = Day("终止生效日")
    reason = Text("理由", max_length=160)

    class Meta:
        verbose_name = "免岗"
        constraints = (models.UniqueConstraint(fields=["act", "holding"], name="an_act_ends_a_holding_once"),)


class Absence(Fact):
    """Days somebody is away (缺勤), half-open; their B岗 stands in."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences", verbose_name="工作人员")
    valid_from = Day("起始日")
    valid_to = Day("截止日（不含）")

    class Meta:
        verbose_name = "缺勤"
        constraints = (models.CheckConstraint(condition=Q(valid_to__gt=models.F("valid_from")), name="absence_period"),)


class AbsenceEnd(Fact):
    """Somebody came back before the absence was over (销假); a day before its first means that it never began."""

    absence = models.OneToOneField(Absence, on_delete=models.PROTECT, related_name="end", verbose_name="缺勤")
    returned_on = Day("返岗日")
    reason = Text("理由", max_length=160)

    class Meta:
        verbose_name = "销假"


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

"""Who looked at whose whole numbers, which exports of many people were allowed, and from whose record somebody stays away."""

from django.db import models

from jubao.columns.bounded import Code, Count, Day, Sha256, Text
from jubao.records.facts import Fact
from jubao.records.office import Staff
from jubao.records.people import Person
from jubao.vocabulary.codes.privacy import LookReason, Relation


class Look(Fact):
    """One person whose whole numbers somebody was shown (查看记录), written before they were shown.

    Nobody is named where the register does not know whom yet (a registration still to be signed) or where all of it
    was shown; ``everybody`` tells which. Source: 个人信息保护法第五十一条、第五十四条.
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="looks", verbose_name="参保人")
    everybody = models.BooleanField("全部参保人", default=False)
    staff = Text("查看人工号", max_length=20, db_index=True)
    post = Text("岗位", max_length=20)
    reason = Code("查看理由", choices=LookReason.choices())
    words = Text("说明", max_length=200, blank=True)
    command = Text("查看方式", max_length=80)
    subject = Text("查看内容", max_length=200, blank=True)
    masks = Text("显示的内容", max_length=60)
    looked_at = models.DateTimeField("查看时间")

    class Meta:
        verbose_name = "查看记录"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(everybody=False) | models.Q(person__isnull=True), name="look_at_everybody_or_one"
            ),
        )


class ExportApproval(Fact):
    """Leave to write the whole numbers of more people than one person may take out alone (批量导出审批)."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name="导出人")
    subject = Text("名单", max_length=60)
    conditions = Text("条件", max_length=400, blank=True)
    most_people = Count("人数上限", at_least=1)
    purpose = Text("用途", max_length=200)
    until = Day("有效期至")

    class Meta:
        verbose_name = "批量导出审批"


class ExportUse(Fact):
    """An approved export was made (批量导出记录): each approval serves once."""

    approval = models.OneToOneField(
        ExportApproval, on_delete=models.PROTECT, related_name="use", verbose_name="批量导出审批"
    )
    people = Count("人数")

    class Meta:
        verbose_name = "批量导出记录"


class Recusal(Fact):
    """Whose record somebody stays away from (回避申报): the number itself is kept nowhere, only its keyed hash.

    Source: 社会保险经办条例第三十七条；controls e.3: nobody acts on own, spouse's, parents', children's or relatives' records.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="recusals", verbose_name="工作人员")
    keyed_number = Sha256("号码的密钥摘要")
    relation = Code("关系", choices=Relation.choices())

    class Meta:
        verbose_name = "回避申报"


class RecusalEnd(Fact):
    """A recusal that holds no longer (回避解除): declared in error, or the relation has ended."""

    recusal = models.OneToOneField(Recusal, on_delete=models.PROTECT, related_name="end", verbose_name="回避申报")
    reason = Text("解除理由", max_length=200)

    class Meta:
        verbose_name = "回避解除"

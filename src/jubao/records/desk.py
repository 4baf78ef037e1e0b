"""What the desk keeps beside the books: what somebody has typed and not yet submitted, and long work under way.

Neither is a record of the office: both pass, and nothing is computed from them.
"""

from django.db import models

from jubao.columns.bounded import Code, Count, Text


class Draft(models.Model):
    """What somebody has typed into a form and not yet submitted (草稿): raw text, their own alone, until it expires.

    ``key`` is the form's own: two open forms are two drafts, and the act submitted from one bears its key.
    """

    staff = Text("工号", max_length=20)
    key = Text("请求号", max_length=80)
    code = Text("业务", max_length=60)
    typed = models.JSONField("填写内容")
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "草稿"
        constraints = (models.UniqueConstraint(fields=["staff", "key"], name="draft_of_one_form"),)


class Work(models.Model):
    """Something long that somebody began at the desk (后台办理): how far it is, and what came of it.

    ``beat_at`` is renewed while it runs: work whose beat stopped was interrupted, and says so.
    """

    class State(models.TextChoices):
        """Where it stands."""

        RUNNING = "RUNNING", "办理中"
        DONE = "DONE", "已完成"
        REFUSED = "REFUSED", "未办理"
        CANCELLED = "CANCELLED", "已取消"

    staff = Text("工号", max_length=20)
    key = Text("请求号", max_length=160, unique=True)
    title = Text("事项", max_length=200)
    state = Code("状态", choices=State.choices, default=State.RUNNING)
    phase = Text("步骤", max_length=80, blank=True)
    done = Count("已完成", default=0)
    of = Count("共", default=0)
    is_cancellable = models.BooleanField("可以取消", default=True)
    is_cancelling = models.BooleanField("请求取消", default=False)
    begun_at = models.DateTimeField("开始时间")
    beat_at = models.DateTimeField("最近进展")
    answer = models.JSONField("结果", default=dict)

    class Meta:
        verbose_name = "后台办理"

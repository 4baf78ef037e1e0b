"""Who somebody is: the public half of each person's signing key, sessions, and what is known of attempts to log in."""

from django.db import models

from jubao.columns.bounded import Code, Count, Hex, Text, Whole
from jubao.records.facts import Fact
from jubao.records.office import Staff
from jubao.vocabulary.codes.office import KeyEndReason


class SigningKey(Fact):
    """The public half of a signing key (签名密钥) as it was registered; its secret half is the person's alone.

    ``algorithm`` names the scheme, so that another may follow. A key is in force from the event that registered it
    until the one that ended it.
    """

    class Algorithm(models.TextChoices):
        """Schemes of signature."""

        ED25519 = "ED25519", "Ed25519"

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="keys", verbose_name="工作人员")
    algorithm = Code("算法", choices=Algorithm.choices)
    public = Hex("公钥", max_length=128, unique=True)

    class Meta:
        verbose_name = "签名密钥"


class SigningKeyEnd(Fact):
    """The end of a signing key (密钥停用): lost, betrayed, replaced, or its owner has left."""

    key = models.OneToOneField(SigningKey, on_delete=models.PROTECT, related_name="end", verbose_name="签名密钥")
    reason = Code("原因", choices=[(one.value, one.label) for one in KeyEndReason])
    told = Text("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "密钥停用"


class Session(models.Model):
    """Somebody logged in (会话): one at a time for each person; what it opens lies here locked by the session's own secret.

    Neither the row alone nor the session file (or cookie) alone opens the signing key.
    """

    id = Hex("会话号", max_length=64, primary_key=True)
    staff = Text("工号", max_length=20, unique=True)
    address = Text("来处", max_length=80)
    started_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近使用")
    proved_at = models.DateTimeField("最近一次动态码")
    locked = models.BinaryField("锁住的密钥")

    class Meta:
        verbose_name = "会话"


class Attempts(models.Model):
    """What is known of attempts to log in (登录尝试), by account and by address; no record of the office."""

    class Of(models.TextChoices):
        """Whose attempts are counted."""

        STAFF = "STAFF", "账号"
        ADDRESS = "ADDRESS", "来处"

    of = Code("种类", choices=Of.choices)
    name = Text("账号或来处", max_length=80)
    failed = Count("连续失败次数", default=0)
    failed_at = models.DateTimeField("最近失败", null=True)
    last_step = Whole("用过的动态码时段", default=0)

    class Meta:
        verbose_name = "登录尝试"
        constraints = (models.UniqueConstraint(fields=["of", "name"], name="attempts_counted_once"),)

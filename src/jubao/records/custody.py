"""Custody of the books: keys that were changed, heads handed to others, and what was restored and reconciled."""

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import Code, Count, Day, Sha256, Text, Whole
from jubao.records.facts import Fact
from jubao.vocabulary.codes.custody import DepositWay, Missing, Outcome


class KeyRotation(Fact):
    """A new audit key (审计密钥更换): it seals its own event and all that follow; the old key vouches for it.

    Keys are told apart by marks, which do not tell the key.
    """

    number = Count("密钥号", unique=True)
    mark_before = Sha256("原密钥标记")
    mark_after = Sha256("新密钥标记")
    voucher = Sha256("原密钥的担保")
    reason = Text("更换原因", max_length=200)

    class Meta:
        verbose_name = "审计密钥更换"
        constraints = (models.CheckConstraint(condition=Q(number__gte=2), name="first_key_is_made_at_founding"),)


class AnchorDeposit(Fact):
    """A head of the chain that was handed to somebody outside (链头交存)."""

    event = Whole("事件号", at_least=1)
    mac = Sha256("链头密封值")
    receiver = Text("接收人", max_length=80)
    way = Code("交存方式", choices=DepositWay.choices())
    handed_date = Day("交存日期")
    receipt = Text("签收凭据", max_length=120)

    class Meta:
        verbose_name = "链头交存"


class RestoreApproval(Fact):
    """Leave to replace the books by a backup (恢复审批): which file, where its chain ends, how many acts are lost."""

    file_sha256 = Sha256("备份文件哈希")
    head = Whole("备份的链头", at_least=0)
    head_mac = Sha256("备份的链头密封值")
    lost_acts = Whole("将失去的业务数", at_least=0)
    reason = Text("恢复原因", max_length=200)

    class Meta:
        verbose_name = "恢复审批"


class Restoration(Fact):
    """Books that came from a backup (恢复): until this is closed, the office is being reconciled and no money leaves."""

    file_sha256 = Sha256("备份文件哈希")
    head = Whole("备份的链头", at_least=0)
    head_mac = Sha256("备份的链头密封值")
    known_outside = Whole("库外所知的最后事件", at_least=0)
    approval = Text("审批的请求号", max_length=160, blank=True)
    aside = Text("原账簿所在", max_length=40, blank=True)

    class Meta:
        verbose_name = "恢复"


class RestorationAnswer(Fact):
    """What became of one thing that was done after the backup (恢复后核对明细)."""

    restoration = models.ForeignKey(Restoration, on_delete=models.PROTECT, related_name="answers", verbose_name="恢复")
    kind = Code("缺失内容", choices=Missing.choices())
    first_event = Whole("首个事件号", null=True)
    last_event = Whole("最后事件号", null=True)
    name = Text("文件名", max_length=255, blank=True)
    outcome = Code("核对结果", choices=Outcome.choices())
    proposal = Text("补办的请求号", max_length=160, blank=True)
    reason = Text("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "恢复后核对明细"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="EVENTS", first_event__lte=models.F("last_event")) | ~Q(kind="EVENTS") & ~Q(name=""),
                name="answer_names_what_it_answers",
            ),
            models.CheckConstraint(
                condition=Q(outcome="REDONE") & ~Q(proposal="") | Q(outcome="NOT_DONE") & ~Q(reason=""),
                name="answer_says_where_or_why",
            ),
        )


class RestorationClosed(Fact):
    """A restored office that was reconciled (恢复后核对完毕): money may leave again."""

    restoration = models.OneToOneField(
        Restoration, on_delete=models.PROTECT, related_name="closed", verbose_name="恢复"
    )
    compared = Text("核对依据", max_length=200)

    class Meta:
        verbose_name = "恢复后核对完毕"


def open_restoration() -> Restoration | None:
    """The latest restoration that was not reconciled yet."""
    return Restoration.objects.filter(closed=None).order_by("-id").first()


def left_before_restore(name: str) -> bool:
    """Whether a file for the bank lay in the tray when a restored office was reconciled, and its books did not know it."""
    return RestorationAnswer.objects.filter(kind=Missing.OUTBOUND, name=name).exists()

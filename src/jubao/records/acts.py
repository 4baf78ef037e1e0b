"""Acts: proposals, signatures, the outbox, and the chain of audit events that seals every row."""

from typing import ClassVar

from django.db import models

from jubao.columns.bounded import Code, Count, Day, Hex, Sha256, Text, Whole
from jubao.records.facts import Fact
from jubao.vocabulary.posts import NOT_IN_ONE_MONTH


class AuditEvent(models.Model):
    """One link of the audit chain (审计事件): what happened, by whom, sealed with a keyed hash.

    ``payload`` is canonical JSON; for an executed act it holds count and digest of the rows the act added
    to each table, so that a row changed by hand no longer fits its event.
    """

    class Kind(models.TextChoices):
        """What an event tells."""

        PROPOSED = "PROPOSED", "提出"
        SIGNED = "SIGNED", "签署"
        EXECUTED = "EXECUTED", "执行"
        REJECTED = "REJECTED", "退回"
        VOIDED = "VOIDED", "作废"
        REFUSED = "REFUSED", "拒绝"
        ENTERED = "ENTERED", "登录"
        LOCKED = "LOCKED", "锁定"
        LOOKED = "LOOKED", "查看"
        RESTORED = "RESTORED", "恢复"

    LONGEST_STAFF = 20

    id = models.BigIntegerField(primary_key=True)
    kind = Code("种类", choices=Kind.choices)
    code = Text("业务", max_length=40)
    staff = Text("经办人", max_length=LONGEST_STAFF)
    business_date = Day("业务日期", db_index=True)
    at = models.DateTimeField("时间")
    payload = models.TextField("内容")
    algorithm = Text("算法", max_length=16)
    key_number = Count("密钥号", default=1)
    previous_mac = Sha256("前一密封值")
    mac = Sha256("密封值", unique=True)

    class Meta:
        verbose_name = "审计事件"


class Proposal(Fact):
    """What a maker proposes (申请): arguments, their hash, and the preview approvers sign.

    ``key`` is the maker's own key of the request and ``body_hash`` the hash of what was asked: the same key and body
    gets the same answer. ``marks`` says what the plan had read, as it stood then; ``concerns`` the keyed hashes of those
    it is about, so that nobody signs on a relative's record (a list where a rule chose them is not kept).
    """

    class State(models.TextChoices):
        """Where a proposal stands."""

        PENDING = "PENDING", "待审"
        EXECUTED = "EXECUTED", "已办结"
        REJECTED = "REJECTED", "已退回"
        VOID = "VOID", "已作废"

    derived_fields: ClassVar[tuple[str, ...]] = ("state", "next_step")

    key = Text("请求号", max_length=160, unique=True)
    body_hash = Sha256("请求内容的哈希")
    code = Text("业务", max_length=40, db_index=True)
    case_ref = Text("案件号", max_length=160, db_index=True)
    maker = Text("经办人", max_length=20)
    business_date = Day("业务日期")
    proposed_at = models.DateTimeField("提出时间")
    due_date = Day("办结期限", null=True)
    arguments = models.TextField("填报内容")
    preview = models.TextField("预览")
    marks = models.TextField("读取标记")
    concerns = models.TextField("所涉人员的密钥摘要", default="[]")
    hash = Sha256("所签哈希")
    state = Code("状态", choices=State.choices, default=State.PENDING, db_index=True)
    next_step = Count("下一环节", default=1)

    class Meta:
        verbose_name = "申请"


class Signature(Fact):
    """One step of a case by one person (签署); the maker's own step is number 0.

    A step is asked for with a key of its own kind: its proposal and the person; ``body_hash`` tells the same request
    from another, ``state_after`` and ``result`` are the answer it got. ``signed`` is what only the person's signing key
    can make of the step (``records.signing``).
    """

    class Proof(models.TextChoices):
        """How the person was proven when they signed."""

        PASSPHRASE = "PASSPHRASE", "口令"
        CODE = "CODE", "口令和动态码"
        TRIAL = "TRIAL", "试用"

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="signatures", verbose_name="申请")
    body_hash = Sha256("请求内容的哈希")
    case_ref = Text("案件号", max_length=160)
    step = Count("环节")
    role = Text("环节种类", max_length=12)
    post = Text("岗位", max_length=20)
    person = Text("签署人", max_length=20)
    decision = Code("决定", choices=[("AGREE", "同意"), ("REJECT", "退回")])
    reason = Text("理由", max_length=400, blank=True)
    shown_hash = Sha256("所见哈希")
    business_date = Day("业务日期")
    signed_at = models.DateTimeField("签署时间")
    proof = Code("身份确认", choices=Proof.choices)
    key = models.ForeignKey(
        "records.SigningKey", on_delete=models.PROTECT, related_name="signatures", verbose_name="签名密钥"
    )
    signed = Hex("签名", max_length=256)
    state_after = Code("签署后状态", choices=Proposal.State.choices)
    result = models.TextField("办理结果")

    class Meta:
        verbose_name = "签署"
        constraints = (
            models.UniqueConstraint(fields=["proposal", "step"], name="one_signature_per_step"),
            models.UniqueConstraint(fields=["case_ref", "person"], name="no_person_signs_a_case_twice"),
        )
        indexes = (
            models.Index(
                fields=["business_date", "post"],
                condition=models.Q(post__in=sorted(NOT_IN_ONE_MONTH)),
                name="who_kept_books_or_cash",
            ),
        )


class OutboxItem(Fact):
    """A file that leaves with an act (待发文件): a row of the act's own transaction, written to its tray afterwards.

    The content stays here (compressed), so that the same file can be offered again at any time.
    """

    class State(models.TextChoices):
        """Whether the file lies in its tray."""

        WAITING = "WAITING", "待写出"
        DELIVERED = "DELIVERED", "已写出"

    derived_fields: ClassVar[tuple[str, ...]] = ("state", "attempts", "failure")

    tray = Text("文件柜", max_length=20)
    name = Text("文件名", max_length=200)
    sha256 = Sha256("SHA-256")
    size = Whole("字节数")
    state = Code("状态", choices=State.choices, default=State.WAITING, db_index=True)
    attempts = Count("尝试次数", default=0)
    failure = Text("未写出的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "待发文件"
        constraints = (models.UniqueConstraint(fields=["tray", "name"], name="one_file_of_a_name"),)


class OutboxContent(models.Model):
    """The bytes of an outbox item, compressed; its item's hash vouches for them."""

    item = models.OneToOneField(
        OutboxItem, on_delete=models.PROTECT, related_name="content", primary_key=True, verbose_name="待发文件"
    )
    packed = models.BinaryField("内容（压缩）")

    class Meta:
        verbose_name = "待发文件内容"


class TableMark(models.Model):
    """The last event that added rows to a table or moved heads in it (读取标记): tells whether what was read has moved."""

    table = Text("表", max_length=64, primary_key=True)
    event = Whole("事件号")

    class Meta:
        verbose_name = "读取标记"

"""Registers from outside (外部名册): their layouts, their rows, the suspicions they raise, and home verification."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import AccountNumber, Code, Count, Day, Sha256, Text, Whole
from jubao.records.facts import Fact
from jubao.records.office import InboundFile
from jubao.records.people import BURIALS, Person

ABNORMAL = [("0", "无异常"), ("1", "类型1"), ("2", "类型2"), ("3", "类型3"), ("4", "其他")]
"""Why a home check met nobody, by the numbers of the ministry's sheet (异常类型)."""


class RegisterMapping(Fact):
    """Which column of a sender's file means what (名册格式): a name, and versions that never change."""

    name = Text("格式名称", max_length=60)
    version = Count("版本", at_least=1)
    kind = Text("名册种类", max_length=24)
    columns = models.TextField("列对应（JSON）")
    options = models.TextField("读取方式（JSON）")

    class Meta:
        verbose_name = "名册格式"
        constraints = (models.UniqueConstraint(fields=["name", "version"], name="one_mapping_per_version"),)


class MatchList(Fact):
    """A list from outside compared with the register (比对名单)."""

    number = Text("名单号", max_length=60, unique=True)
    kind = Text("名单种类", max_length=20)
    received_from = Text("来源", max_length=120)
    inbound_file = models.OneToOneField(InboundFile, on_delete=models.PROTECT, verbose_name="来文")
    mapping = models.ForeignKey(
        RegisterMapping, null=True, on_delete=models.PROTECT, related_name="match_lists", verbose_name="名册格式"
    )
    compared = Whole("比对行数")
    hits = Whole("命中")
    candidates = Whole("疑点")
    accepted = Whole("可比对行数", default=0)
    rejected = Whole("退回行数", default=0)
    waiting = Whole("待核号行数", default=0)

    class Meta:
        verbose_name = "比对名单"
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted__gte=0, rejected__gte=0, waiting__gte=0, compared__gte=0), name="list_rows_counted"
            ),
        )


class MatchRun(Fact):
    """One comparison of a list with the register (比对): the first at its import, later ones when either changed."""

    match_list = models.ForeignKey(MatchList, on_delete=models.PROTECT, related_name="runs", verbose_name="比对名单")
    seq = Count("次序", at_least=1)
    model_version = Text("打分模型版本", max_length=40, blank=True)
    hits = Whole("命中")
    candidates = Whole("新增疑点")
    remembered = Whole("已排除而不再提示")
    stale = Whole("失效疑点")

    class Meta:
        verbose_name = "比对运行"
        constraints = (models.UniqueConstraint(fields=["match_list", "seq"], name="one_run_per_seq"),)


class RegisterRow(Fact):
    """A row of a list that could not be compared by number (名册行): rejected with its reason, or waiting."""

    class State(models.TextChoices):
        """Where such a row stands."""

        REJECTED = "REJECTED", "退回"
        WAITING = "WAITING", "待核号"
        PAIRED = "PAIRED", "已有疑点"
        DISMISSED = "DISMISSED", "查无此人"

    derived_fields: ClassVar[tuple[str, ...]] = ("state",)

    match_list = models.ForeignKey(
        MatchList, on_delete=models.PROTECT, related_name="register_rows", verbose_name="比对名单"
    )
    row = Whole("文件行号", at_least=1)
    record_number = Text("记录号", max_length=60)
    rule = Text("未通过的规则", max_length=200)
    name = Text("姓名", max_length=120, blank=True)
    resident_number = Text("号码原文", max_length=60, blank=True)
    details = models.TextField("对方信息")
    state = Code("状态", choices=State.choices)

    class Meta:
        verbose_name = "名册未比对行"
        constraints = (models.UniqueConstraint(fields=["match_list", "row"], name="one_register_row_per_line"),)


class RegisterRowEvent(Fact):
    """What became of a waiting row (名册行处理)."""

    register_row = models.ForeignKey(
        RegisterRow, on_delete=models.PROTECT, related_name="events", verbose_name="名册行"
    )
    state = Code("状态", choices=RegisterRow.State.choices)
    reason = Text("原因", max_length=200)

    class Meta:
        verbose_name = "名册行处理"


class MatchCandidate(Fact):
    """A suspicion about one person (疑点): open, held, or decided; it never vanishes."""

    class State(models.TextChoices):
        """Where a suspicion stands."""

        OPEN = "OPEN", "待核实"
        HELD = "HELD", "已暂停"
        TERMINATED = "TERMINATED", "已终止"
        CLEARED = "CLEARED", "已排除"
        REQUESTED = "REQUESTED", "已函请对方暂停"
        STALE = "STALE", "已失效"

    derived_fields: ClassVar[tuple[str, ...]] = ("state", "owner_post", "due_date")

    match_list = models.ForeignKey(
        MatchList, on_delete=models.PROTECT, related_name="match_candidates", verbose_name="比对名单"
    )
    record_number = Text("记录号", max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="match_candidates", verbose_name="参保人")
    kind = Text("疑点类型", max_length=32)
    details = models.TextField("对方信息")
    origin = Code("比对方式", choices=[("EXACT", "号码一致"), ("FUZZY", "打分")], default="EXACT")
    score_ppm = Count("同一人的可能性（百万分比）", at_most=1_000_000, null=True)
    explanation = models.TextField("得分构成", blank=True)
    source_key = Sha256("来源记录指纹", blank=True, db_index=True)
    run = models.ForeignKey(
        MatchRun, null=True, on_delete=models.PROTECT, related_name="found", verbose_name="比对运行"
    )
    register_row = models.ForeignKey(
        RegisterRow, null=True, on_delete=models.PROTECT, related_name="found", verbose_name="名册行"
    )
    state = Code("状态", choices=State.choices, default=State.OPEN)
    owner_post = Text("责任岗位", max_length=20, blank=True)
    due_date = Day("处理期限", null=True)

    class Meta:
        verbose_name = "疑点"
        constraints = (
            models.UniqueConstraint(fields=["match_list", "record_number", "person"], name="one_candidate_per_record"),
            models.CheckConstraint(
                condition=Q(origin="EXACT", score_ppm__isnull=True)
                | Q(origin="FUZZY", score_ppm__gte=0, score_ppm__lte=1000000) & ~Q(explanation=""),
                name="scored_candidate_is_explained",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["OPEN", "HELD"]) | Q(due_date__isnull=False), name="open_candidate_has_deadline"
            ),
        )


class CandidateEvent(Fact):
    """A decision on a suspicion (疑点处理)."""

    candidate = models.ForeignKey(MatchCandidate, on_delete=models.PROTECT, related_name="events", verbose_name="疑点")
    state = Code("状态", choices=MatchCandidate.State.choices)
    evidence = Text("依据", max_length=300)
    owner_post = Text("责任岗位", max_length=20, blank=True)
    due_date = Day("处理期限", null=True)

    class Meta:
        verbose_name = "疑点处理"


class VerificationRound(Fact):
    """A round of home checks handed to the villages (核查轮次)."""

    number = Text("轮次编号", max_length=40, unique=True)
    issued_date = Day("下发日期")
    due_date = Day("核查期限")
    count = Count("人次", at_least=1)

    class Meta:
        verbose_name = "核查轮次"


class VerificationItem(Fact):
    """One suspicion on a village's sheet (核查项)."""

    round = models.ForeignKey(
        VerificationRound, on_delete=models.PROTECT, related_name="items", verbose_name="核查轮次"
    )
    candidate = models.ForeignKey(
        MatchCandidate, on_delete=models.PROTECT, related_name="verifications", verbose_name="疑点"
    )
    division = Text("村社区", max_length=12, blank=True)

    class Meta:
        verbose_name = "核查项"
        constraints = (models.UniqueConstraint(fields=["round", "candidate"], name="one_item_per_round"),)


class VerificationFinding(Fact):
    """What somebody saw at the door (核查结果); the latest of an item counts, earlier ones stay."""

    item = models.ForeignKey(VerificationItem, on_delete=models.PROTECT, related_name="findings", verbose_name="核查项")
    inbound_file = models.ForeignKey(InboundFile, null=True, on_delete=models.PROTECT, verbose_name="来文")
    alive = Code("是否健在", choices=[("1", "健在"), ("0", "已去世"), ("", "不明")], blank=True)
    death_date = Day("死亡日期", null=True)
    abnormal = Code("异常类型", choices=ABNORMAL, default="0")
    card_held = models.BooleanField("卡由本人保管", null=True)
    burial = Code("安葬方式", choices=BURIALS, blank=True)
    heir_name = Text("继承人姓名", max_length=100, blank=True)
    heir_account = AccountNumber("继承人账号", blank=True)
    method = Text("核查方式", max_length=20)
    checker = Text("核查人", max_length=60)
    checked_date = Day("核查日期")
    remark = Text("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "核查结果"
        constraints = (
            models.CheckConstraint(
                condition=Q(alive="1", death_date__isnull=True, abnormal="0")
                | Q(alive="0", death_date__isnull=False, abnormal="0")
                | Q(alive="", death_date__isnull=True) & ~Q(abnormal="0"),
                name="finding_is_consistent",
            ),
        )

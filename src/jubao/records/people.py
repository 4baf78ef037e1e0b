"""People of the register: identity, residence, category, bank account, and the two-code state."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.columns.bounded import AccountNumber, Code, Count, Day, Fen, Month, ResidentNumber, Text, Whole
from jubao.columns.ordered import CharacterOrder
from jubao.records.facts import Fact
from jubao.records.office import Office
from jubao.vocabulary.codes import (
    Category,
    CertificationMethod,
    ContributionState,
    ContributorEndReason,
    EnrolmentState,
    HouseholdType,
    RelationState,
    Sex,
    SuspensionReason,
    TerminationReason,
)

REASONS = [*SuspensionReason.choices(), *TerminationReason.choices(), *ContributorEndReason.choices()]
"""AAE160: why a pension rests or ends, or an enrolment ends before one; a register taken over mixes them."""
BURIALS = [("火化", "火化"), ("土葬", "土葬")]
"""How somebody was buried (安葬方式); the funeral grant depends on it."""


class Person(Fact):
    """An insured person (参保人).

    Name, number, birth and sex are heads of the latest identity, village and township of the latest residence, and the
    state is the relation's two codes. So the register is read, ordered and cut by village from this one table.
    """

    derived_fields: ClassVar[tuple[str, ...]] = (
        "name",
        "resident_number",
        "resident_key",
        "birth_date",
        "sex",
        "division",
        "township",
        "state",
        "merged_into",
    )

    numbered_by: ClassVar[tuple[str, tuple[str, ...]]] = ("personal_number", ())
    """New people get the next number when they are written."""

    @staticmethod
    def before_first() -> str:
        """The number before the first one: the district's code and seven zeros."""
        return f"{Office.objects.get().district_code}0000000"

    personal_number = Text("个人编号", max_length=20, unique=True)
    name = Text("姓名", max_length=100)
    resident_number = ResidentNumber("公民身份号码", unique=True)
    resident_key = Whole("号码检索键", at_least=10**16, at_most=10**17 - 1, unique=True)
    birth_date = Day("出生日期")
    sex = Code("性别", choices=Sex.choices())
    division = Text("村社区", max_length=12)
    township = Text("乡镇街道", max_length=12)
    state = Code("参保缴费状态", choices=RelationState.choices())
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged_records", verbose_name="并入的记录"
    )

    class Meta:
        verbose_name = "参保人"
        indexes = (
            models.Index(CharacterOrder("name"), "id", name="person_by_name"),
            models.Index("division", CharacterOrder("name"), "id", name="person_by_village"),
            models.Index("township", "division", "id", name="person_by_place"),
            models.Index("state", "township", "division", "id", name="person_by_state"),
        )


class PersonMerge(Fact):
    """Two records that turn out to be one person (档案合并): from now on the kept one stands for both.

    Nothing of the merged record moves or goes; its account is brought over by entries of their own kinds
    (``EntryKind.MERGED_OUT`` and ``MERGED_IN``), and whoever is asked for by its number is the kept one.
    """

    merged = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="merge", verbose_name="并入他档的记录")
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges", verbose_name="保留的记录")
    evidence = Text("合并依据", max_length=200)

    class Meta:
        verbose_name = "档案合并"
        constraints = (models.CheckConstraint(condition=~Q(merged=models.F("kept")), name="merge_of_two_records"),)


class Identity(Fact):
    """Name and resident number from a day on (身份信息); old values stay for ever."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identities", verbose_name="参保人")
    name = Text("姓名", max_length=100)
    resident_number = ResidentNumber("公民身份号码", db_index=True)
    valid_from = Day("起始日")

    class Meta:
        verbose_name = "身份信息"


class Residence(Fact):
    """Where a person is registered and can be reached, from a day on (户籍与联系)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences", verbose_name="参保人")
    division = Text("村社区", max_length=12)
    household_type = Code("户口性质", choices=HouseholdType.choices())
    address = Text("户籍地址", max_length=200, blank=True)
    phone = Text("联系电话", max_length=30, blank=True)
    valid_from = Day("起始日")

    class Meta:
        verbose_name = "户籍"


class CategoryPeriod(Fact):
    """A person's enrolment category from a day on (参保身份, AAC066)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="categories", verbose_name="参保人")
    category = Code("参保身份", choices=Category.choices())
    valid_from = Day("起始日")

    class Meta:
        verbose_name = "参保身份"


class BankAccount(Fact):
    """The account a person is paid to, usable after its cooling period (银行账户)."""

    counted_from_execution: ClassVar[tuple[str, ...]] = ("usable_from",)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bank_accounts", verbose_name="参保人")
    bank = Text("开户银行", max_length=40, blank=True)
    account = AccountNumber("账号")
    card_number = Text("社保卡号", max_length=30, blank=True)
    usable_from = Day("可用起始日")

    class Meta:
        verbose_name = "银行账户"


class Enrolment(Fact):
    """The insurance relation (参保关系) with its two-code state AAC008 and AAC031 as heads."""

    derived_fields: ClassVar[tuple[str, ...]] = ("enrolment_state", "contribution_state")

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="enrolment", verbose_name="参保人")
    enrolled_month = Month("参保时间")
    tier_fen = Fen("缴费档次", at_least=0, default=0)
    earlier_years = Count("接入前累计年限", default=0)
    enrolment_state = Code("参保状态", choices=EnrolmentState.choices())
    contribution_state = Code("缴费状态", choices=ContributionState.choices())

    class Meta:
        verbose_name = "参保关系"
        constraints = (
            models.CheckConstraint(
                condition=Q(enrolment_state="1", contribution_state="1")
                | Q(enrolment_state="2", contribution_state="2")
                | Q(enrolment_state__in=["1", "2", "4"], contribution_state="3"),
                name="enrolment_state_pair",
            ),
        )


class EnrolmentEvent(Fact):
    """A change of the two-code state (状态变动); the latest one is the state."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events", verbose_name="参保关系")
    enrolment_state = Code("变动后参保状态", choices=EnrolmentState.choices())
    contribution_state = Code("变动后缴费状态", choices=ContributionState.choices())
    reason = Code("原因", choices=REASONS, blank=True)
    effective_date = Day("生效日期")

    class Meta:
        verbose_name = "参保状态变动"


class Certification(Fact):
    """A survival certification (资格认证)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certifications", verbose_name="参保人")
    certified_date = Day("认证日期")
    method = Code("认证方式", choices=CertificationMethod.choices())
    checker = Text("认证人", max_length=80, blank=True)

    class Meta:
        verbose_name = "资格认证"
        constraints = (models.UniqueConstraint(fields=["person", "certified_date"], name="one_certification_a_day"),)

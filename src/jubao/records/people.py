"""People of the register: identity, residence, category, bank account, and the two-code state."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jubao.records.facts import Fact


class Person(Fact):
    """An insured person (参保人); name, number, birth and sex are heads of the latest identity."""

    head_fields: ClassVar[tuple[str, ...]] = ("name", "resident_number", "resident_key", "birth_date", "sex")

    personal_number = models.CharField("个人编号", max_length=20, unique=True)
    name = models.CharField("姓名", max_length=100)
    resident_number = models.CharField("公民身份号码", max_length=18, unique=True)
    resident_key = models.BigIntegerField(unique=True)
    birth_date = models.DateField("出生日期")
    sex = models.CharField("性别", max_length=1)

    class Meta:
        verbose_name = "参保人"


class Identity(Fact):
    """Name and resident number from a day on (身份信息); old values stay for ever."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identities")
    name = models.CharField(max_length=100)
    resident_number = models.CharField(max_length=18, db_index=True)
    valid_from = models.DateField()

    class Meta:
        verbose_name = "身份信息"


class Residence(Fact):
    """Where a person is registered and can be reached, from a day on (户籍与联系)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences")
    division = models.CharField("村社区", max_length=12)
    household_type = models.CharField("户口性质", max_length=2)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=30)
    valid_from = models.DateField()

    class Meta:
        verbose_name = "户籍"


class CategoryPeriod(Fact):
    """A person's enrolment category from a day on (参保身份, AAC066)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="categories")
    category = models.CharField(max_length=3)
    valid_from = models.DateField()

    class Meta:
        verbose_name = "参保身份"


class BankAccount(Fact):
    """The account a person is paid to, usable after its cooling period (银行账户)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bank_accounts")
    bank = models.CharField("开户银行", max_length=40)
    account = models.CharField("账号", max_length=30)
    card_number = models.CharField("社保卡号", max_length=30, blank=True)
    usable_from = models.DateField()

    class Meta:
        verbose_name = "银行账户"


class Enrolment(Fact):
    """The insurance relation (参保关系) with its two-code state AAC008 and AAC031 as heads."""

    head_fields: ClassVar[tuple[str, ...]] = ("enrolment_state", "contribution_state")

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="enrolment")
    enrolled_month = models.IntegerField("参保时间")
    tier_fen = models.BigIntegerField("缴费档次", default=0)
    earlier_years = models.PositiveSmallIntegerField("接入前累计年限", default=0)
    enrolment_state = models.CharField(max_length=1)
    contribution_state = models.CharField(max_length=1)

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

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events")
    enrolment_state = models.CharField(max_length=1)
    contribution_state = models.CharField(max_length=1)
    reason = models.CharField("原因", max_length=6, blank=True)
    effective_date = models.DateField()

    class Meta:
        verbose_name = "参保状态变动"


class Certification(Fact):
    """A survival certification (资格认证)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certifications")
    certified_date = models.DateField()
    method = models.CharField(max_length=2)
    checker = models.CharField(max_length=80)

    class Meta:
        verbose_name = "资格认证"
        constraints = (models.UniqueConstraint(fields=["person", "certified_date"], name="one_certification_a_day"),)

"""Dimensions of a breakdown as data: which tables have which, by what path, and what their codes are called."""

from collections.abc import Callable, Mapping
from typing import Any

from jubao.records.models import MatchCandidate
from jubao.vocabulary.codes import (
    ArrearsKind,
    BenefitItem,
    Category,
    CertificationMethod,
    Channel,
    ContributionKind,
    ContributorEndReason,
    DelegatedProgramme,
    EntryKind,
    HouseholdType,
    Labelled,
    Level,
    Sex,
    Source,
    SuspensionReason,
    TerminationReason,
)
from jubao.vocabulary.fen import yuan_plain

LABELS: Mapping[str, str] = {
    "township": "乡镇街道",
    "division": "村社区",
    "sex": "性别",
    "age_band": "年龄段",
    "sex_age": "性别和年龄",
    "category": "参保身份",
    "household": "户口性质",
    "tier": "缴费档次",
    "level": "支付级次",
    "item": "待遇项目",
    "source": "账户来源",
    "account": "会计科目",
    "channel": "缴费渠道",
    "outlet": "服务网点",
    "paid_by": "支付方式",
    "kind": "类型",
    "reason": "原因",
    "method": "认证方式",
    "years": "累计缴费年限",
    "month": "月份",
    "programme": "代发项目",
    "state": "处理结论",
}
PERSONAL = ("township", "division", "sex", "age_band", "sex_age", "category", "household")
ROWWISE: Mapping[str, Mapping[str, str]] = {
    "Contribution": {
        "tier": "amount_fen",
        "channel": "batch__channel",
        "outlet": "outlet__name",
        "paid_by": "paid_by",
        "kind": "kind",
        "month": "received_date",
    },
    "EnrolmentEvent": {"tier": "enrolment__tier_fen", "reason": "reason", "month": "effective_date"},
    "Enrolment": {"tier": "tier_fen", "month": "act__business_date"},
    "LineReturn": {"month": "bank_line__batch__month"},
    "BankLine": {"month": "batch__month"},
    "PayrollLine": {"month": "batch__month", "item": "item", "level": "item", "kind": "kind"},
    "Award": {"years": "contributed_years", "month": "act__business_date"},
    "AwardEvent": {"years": "award__contributed_years", "reason": "reason", "month": "month"},
    "AccountEntry": {"source": "source", "kind": "kind", "month": "value_month"},
    "Certification": {"method": "method", "month": "certified_date"},
    "CandidateEvent": {"state": "state", "month": "act__business_date"},
    "Settlement": {"reason": "reason", "month": "act__business_date"},
    "Overpayment": {"reason": "reason", "month": "act__business_date"},
    "RecoveryEvent": {"kind": "kind", "month": "act__business_date"},
    "RecoveryDemand": {"month": "sent_date"},
    "InstalmentPlan": {"month": "agreed_date"},
    "ContributionRefund": {"month": "act__business_date"},
    "Transfer": {"kind": "kind", "month": "act__business_date"},
    "FiscalReceipt": {"level": "level", "kind": "purpose", "month": "statement_line__date"},
    "FundMovement": {"month": "month"},
    "VoucherLine": {"account": "account__name", "month": "voucher__period"},
    "DelegatedLine": {"programme": "payee__programme", "month": "batch__month"},
    "MatchList": {"kind": "kind", "month": "act__business_date"},
    "CampaignResult": {"reason": "reason", "month": "registered_date"},
    "Submission": {"kind": "kind", "month": "sent_date"},
    "ReportDuty": {"kind": "name", "month": "due_date"},
    "Spending": {"item": "item", "kind": "group", "month": "date"},
}
WORDS = {
    "IN": "转入",
    "OUT": "转出",
    "WITHIN_PROVINCE": "省内关系转移",
    "FROM_EMPLOYEES": "职保转居保",
    "TO_EMPLOYEES": "居保转职保",
    "OFFSET": "抵扣",
    "RECEIPT": "退回",
    "WRITTEN_OFF": "核销",
    "WITHDRAWN": "撤销",
    "MINISTRY_DEATH": "部级疑似死亡预警",
    "POLICE_DEATH": "公安疑似死亡比对",
    "PROVINCIAL": "全省参保比对",
    "CROSS_PROVINCE": "跨省",
}
CODES: Mapping[str, tuple[type[Labelled], ...]] = {
    "sex": (Sex,),
    "category": (Category,),
    "household": (HouseholdType,),
    "item": (BenefitItem,),
    "source": (Source,),
    "channel": (Channel,),
    "method": (CertificationMethod,),
    "programme": (DelegatedProgramme,),
    "reason": (SuspensionReason, TerminationReason, ContributorEndReason),
    "kind": (ContributionKind, ArrearsKind, EntryKind),
    "level": (Level,),
}
LEVEL_OF = {"001001": Level.CENTRAL, "001002": Level.PROVINCE, "001003": Level.CITY, "001004": Level.COUNTY}
LEVEL_WORDS = {"中央": Level.CENTRAL, "省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY}
INCREMENT, ACCOUNT, REGULAR = "加发", "个人账户", "当月"
BANDS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "age_band": (
        (0, "16岁以下"),
        (16, "16至44岁"),
        (45, "45至59岁"),
        (60, "60至64岁"),
        (65, "65至69岁"),
        (70, "70至79岁"),
        (80, "80岁以上"),
    ),
    "years": (
        (0, "0年"),
        (1, "1至4年"),
        (5, "5至9年"),
        (10, "10至14年"),
        (15, "15年"),
        (16, "16至20年"),
        (21, "21年以上"),
    ),
}
FIVE_YEARS, YOUNGEST, OLDEST, SEXES = 5, 15, 95, 1000
AGES: Mapping[int, str] = {
    0: f"{YOUNGEST}岁以下",
    **{least: f"{least}至{least + FIVE_YEARS - 1}岁" for least in range(YOUNGEST, OLDEST, FIVE_YEARS)},
    OLDEST: f"{OLDEST}岁以上",
}
"""Ages that stand together in an age pyramid, by the least of them."""
SEX_AGES: Mapping[int, tuple[Sex, int]] = {
    int(sex) * SEXES + least: (sex, least)
    for least in AGES
    for sex in (Sex.MALE, Sex.FEMALE, Sex.UNKNOWN, Sex.NOT_STATED)
}
"""Sex and least age by the key people are grouped by."""


def label_of(by: str, value: Any) -> str:
    """What people call a value of a dimension; empty where the row does not say."""
    if value is None or (value == "" and by != "kind"):
        return ""
    return NAMED[by](value) if by in NAMED else _coded(by, str(value))


def band(by: str, number: int) -> str:
    """The band a number falls into."""
    return next((label for least, label in reversed(BANDS[by]) if number >= least), BANDS[by][0][1])


def in_order(by: str) -> list[str]:
    """Labels of a dimension in the order of its code list or its bands; empty where names decide."""
    if by in BANDS:
        return [label for _, label in BANDS[by]]
    if by == "sex_age":
        return [_sex_age(key) for key in SEX_AGES]
    listed = [member.label for codes in CODES.get(by, ()) for member in codes]
    return [*listed, INCREMENT, ACCOUNT] if by == "level" else listed


def _sex_age(key: int) -> str:
    sex, least = SEX_AGES[int(key)]
    return f"{sex.label}{AGES[least]}"


def _level(value: str) -> str:
    """Level of government from a benefit item or a notice; what the account pays stands by itself."""
    level = LEVEL_OF.get(value) or LEVEL_WORDS.get(value)
    if level is not None:
        return level.label
    return INCREMENT if value == BenefitItem.INCREMENT else ACCOUNT


def _coded(by: str, value: str) -> str:
    found = (member.label for codes in CODES.get(by, ()) for member in codes if member == value)
    return next(found, WORDS.get(value, value)) or REGULAR


NAMED: Mapping[str, Callable[[Any], str]] = {
    "month": lambda month: str(int(month)),
    "tier": lambda fen: f"{yuan_plain(fen).removesuffix('.00')}元",
    "years": lambda years: band("years", years),
    "age_band": lambda years: band("age_band", years),
    "sex_age": _sex_age,
    "level": lambda code: _level(str(code)),
    "state": lambda code: str(MatchCandidate.State(code).label),
}

"""Codes about pensions: from when they are paid, how somebody was buried, why months were paid without a right."""

from jubao.vocabulary.codes.labelled import Labelled


class Burial(Labelled):
    """How somebody was buried; the funeral grant may depend on it."""

    CREMATION = "火化", "火化"
    GROUND = "土葬", "土葬"


class OverpaymentReason(Labelled):
    """AAE160, why months were paid without a right: the reason of the suspension or of the end that shows it."""

    NO_PROOF_OF_LIFE = "1201", "未通过领取资格认证"
    IN_CUSTODY = "1202", "服刑收监"
    SUSPENDED = "1299", "其他原因暂停"
    DEATH = "1401", "死亡"
    SETTLED_ABROAD = "1406", "出国（境）定居"
    EMPLOYEES_SCHEME = "1407", "参加或领取职保待遇"
    OTHER = "1499", "其他原因终止"


class RecoveryMeans(Labelled):
    """How money paid without a right comes back (追回方式)."""

    OFFSET_IN_SETTLEMENT = "OFFSET_IN_SETTLEMENT", "在终止结算中抵扣"
    NOTICE = "NOTICE", "通知退还"
    INSTALMENTS = "INSTALMENTS", "分期还款"
    OFFSET_LATER_BENEFITS = "OFFSET_LATER_BENEFITS", "从以后待遇中抵扣"
    ENFORCEMENT = "ENFORCEMENT", "申请强制执行"


class LateAward(Labelled):
    """From when a pension is paid that somebody applied for late (迟办待遇的起始月)."""

    AFTER_CONDITIONS = "AFTER_CONDITIONS", "自符合条件的次月起，以前月份补发"
    AFTER_APPLICATION = "AFTER_APPLICATION", "自申请的次月起"


class ShortfallStart(Labelled):
    """From when a pension is paid whose missing years were paid after the pension age (补足缴费后的待遇起始月)."""

    AFTER_PAYMENT = "AFTER_PAYMENT", "自补足缴费的次月起"
    AFTER_AGE = "AFTER_AGE", "自到龄的次月起"


class Shortfall(Labelled):
    """How somebody past the pension age pays missing years (到龄缴费不足的处理)."""

    LUMP_SUM = "LUMP_SUM", "一次性补缴"
    CONTINUE_YEARLY = "CONTINUE_YEARLY", "逐年续缴"
    BOTH = "BOTH", "补缴或续缴"

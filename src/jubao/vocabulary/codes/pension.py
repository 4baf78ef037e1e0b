"""Codes about pensions that stop: how somebody was buried, and why months were paid without a right."""

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

"""Codes about relations that move: between offices of the scheme, and to and from the employees' scheme."""

from jubao.vocabulary.codes.labelled import Labelled


class TransferIn(Labelled):
    """How a relation comes in (关系转入类型)."""

    WITHIN_PROVINCE = "WITHIN_PROVINCE", "省内关系转移"
    CROSS_PROVINCE = "CROSS_PROVINCE", "跨省关系转移"
    FROM_EMPLOYEES = "FROM_EMPLOYEES", "职保转居保"


class TransferOut(Labelled):
    """How a relation goes out (关系转出类型)."""

    WITHIN_PROVINCE = "WITHIN_PROVINCE", "省内关系转移"
    CROSS_PROVINCE = "CROSS_PROVINCE", "跨省关系转移"
    TO_EMPLOYEES = "TO_EMPLOYEES", "居保转职保"


class WayIn(Labelled):
    """How somebody comes into the register; the rule of admission differs by it."""

    NEW = "NEW", "新参保"
    MOVED = "MOVED", "居保关系转入"
    LINKED = "LINKED", "职保转入"
    TAKEN_OVER = "TAKEN_OVER", "底册接入"


class AccountEnd(Labelled):
    """What becomes of an individual account when a relation ends (终止时的账户处理)."""

    PAID = "PAID", "全部余额支付"
    PAID_WITHOUT_SUBSIDY = "PAID_WITHOUT_SUBSIDY", "支付个人部分，政府补贴留存"
    MOVED = "MOVED", "随关系转移"
    KEPT = "KEPT", "保留，待制度衔接"

    @property
    def is_paid(self) -> bool:
        """Tell whether the account is cleared here and something of it is paid out."""
        return self in (AccountEnd.PAID, AccountEnd.PAID_WITHOUT_SUBSIDY)

"""Codes of what keeps the books safe: what a restored office may miss, what became of it, how a head was handed over."""

from typing import Final

from jubao.vocabulary.codes.labelled import Labelled


class Missing(Labelled):
    """What was done after the backup and is not in the restored books (缺失内容)."""

    EVENTS = "EVENTS", "审计事件"
    OUTBOUND = "OUTBOUND", "交出的文件"
    INBOUND = "INBOUND", "收到的文件"


class Outcome(Labelled):
    """What became of something missing (核对结果)."""

    REDONE = "REDONE", "已补办"
    NOT_DONE = "NOT_DONE", "不补办"


class DepositWay(Labelled):
    """How a head of the chain was handed over (交存方式)."""

    PAPER = "PAPER", "纸质打印件"
    MAIL = "MAIL", "邮件或公文系统"
    DEVICE = "DEVICE", "移动介质"


MONEY_LEAVES: Final = frozenset(
    {
        "delegated.return_fund",
        "fund.draw",
        "fund.remit",
        "fund.sweep",
        "payment.release",
        "payment.transmit",
        "receipt.identify",
    }
)
"""The acts that send money out or on its way; none of them is done while a restored office is not reconciled."""

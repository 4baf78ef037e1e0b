"""Codes of money that comes in on the bank accounts of the fund."""

from jubao.vocabulary.codes.labelled import Labelled


class FundAccount(Labelled):
    """A bank account of the fund, as the bank and the finance section name it (基金账户)."""

    COLLECTION = "收入户", "收入户"
    DISBURSEMENT = "支出户", "支出户"
    FISCAL = "财政专户", "财政专户"


class ReceiptOutcome(Labelled):
    """What a receipt that nobody could place turned out to be (待查收款结果)."""

    IDENTIFIED = "IDENTIFIED", "已查明，转相应业务入账"
    RETURNED = "RETURNED", "退回原付款人"

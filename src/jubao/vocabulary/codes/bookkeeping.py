"""Codes of the books: which set of accounts a voucher belongs to."""

from jubao.vocabulary.codes.labelled import Labelled


class Book(Labelled):
    """A set of accounts; money of one never stands in another."""

    FUND = "FUND", "基金"
    DELEGATED = "DELEGATED", "代发"
    ACCOUNTS = "ACCOUNTS", "个人账户"

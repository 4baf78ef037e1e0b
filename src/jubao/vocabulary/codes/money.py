"""Codes about money: contributions, account sources and entries, benefit items."""

from jubao.vocabulary.codes.labelled import Labelled


class Level(Labelled):
    """Level of government that pays."""

    CENTRAL = "CENTRAL", "中央"
    PROVINCE = "PROVINCE", "省级"
    CITY = "CITY", "市级"
    COUNTY = "COUNTY", "县级"


class Source(Labelled):
    """Source of the money in an individual account; balances are kept apart by it."""

    PERSONAL = "PERSONAL", "个人缴费"
    PROVINCE = "PROVINCE", "省级补贴"
    CITY = "CITY", "市级补贴"
    COUNTY = "COUNTY", "县级补贴"
    COLLECTIVE = "COLLECTIVE", "集体补助"
    GOVERNMENT_PAID = "GOVERNMENT_PAID", "政府代缴"
    TRANSFER = "TRANSFER", "关系转入"


class ContributionKind(Labelled):
    """AAA115, kind of contribution."""

    CURRENT = "10", "正常应缴"
    MAKE_UP = "31", "补缴"


class MakeUpKind(Labelled):
    """Why a year is made up; the subsidy may depend on it."""

    TRANSITIONAL = "TRANSITIONAL", "过渡人群参保前年度补缴"
    INTERRUPTION = "INTERRUPTION", "参保后中断年度补缴"
    LATE = "LATE", "其他补缴"


class ContributionItem(Labelled):
    """AAE341, item of a contribution by payer."""

    PERSONAL = "1", "个人缴费"
    PROVINCE = "3", "省级补贴"
    CITY = "4", "市级补贴"
    COUNTY = "5", "县级补贴"
    COLLECTIVE = "6", "集体补助"
    GOVERNMENT_PAID = "11", "政府代缴"

    @property
    def source(self) -> Source:
        """Give the account source the item is credited to; the names are the same."""
        return Source[self.name]


class EntryKind(Labelled):
    """Kind of an entry in an individual account."""

    OPENING = "OPENING", "期初余额"
    CONTRIBUTION = "CONTRIBUTION", "缴费"
    SUBSIDY = "SUBSIDY", "补贴"
    INTEREST = "INTEREST", "利息"
    SETTLED_INTEREST = "SETTLED_INTEREST", "结清利息"
    PENSION = "PENSION", "账户养老金支出"
    RETURNED = "RETURNED", "多发账户部分退回"
    SETTLEMENT = "SETTLEMENT", "终止结算支出"
    TRANSFER_IN = "TRANSFER_IN", "关系转入"
    TRANSFER_OUT = "TRANSFER_OUT", "关系转出"
    REVERSAL = "REVERSAL", "红冲"
    MERGED_OUT = "MERGED_OUT", "档案合并转出"
    MERGED_IN = "MERGED_IN", "档案合并转入"

    @classmethod
    def money_in(cls) -> tuple["EntryKind", ...]:
        """Kinds that bring money from outside into an account; interest grows inside it."""
        return cls.CONTRIBUTION, cls.SUBSIDY, cls.TRANSFER_IN, cls.OPENING


class BenefitItem(Labelled):
    """AAA036, item of a pension: basic parts by level, account parts by source."""

    BASIC_CENTRAL = "001001", "基础养老金（中央）"
    BASIC_PROVINCE = "001002", "基础养老金（省级）"
    BASIC_CITY = "001003", "基础养老金（市级）"
    BASIC_COUNTY = "001004", "基础养老金（县级）"
    INCREMENT = "001005", "加发补贴"
    ACCOUNT_PERSONAL = "002001", "账户养老金（个人缴费）"
    ACCOUNT_PROVINCE = "002002", "账户养老金（省级补贴）"
    ACCOUNT_CITY = "002003", "账户养老金（市级补贴）"
    ACCOUNT_COUNTY = "002004", "账户养老金（县级补贴）"
    ACCOUNT_COLLECTIVE = "002005", "账户养老金（集体补助）"
    ACCOUNT_TRANSFER = "002006", "账户养老金（关系转入）"
    ACCOUNT_GOVERNMENT_PAID = "002007", "账户养老金（政府代缴）"

    @property
    def is_account(self) -> bool:
        """Tell whether the item is paid out of the individual account."""
        return str(self.value).startswith("002")

    @property
    def source(self) -> Source | None:
        """Give the account source an account item draws on; None for basic items."""
        return Source[self.name.removeprefix("ACCOUNT_")] if self.is_account else None

    @property
    def level(self) -> Level | None:
        """Give the government that pays a basic item; None for what an account pays, and for the increment.

        The increment is the sum of what several governments may add; the law of the place says whose it is.
        """
        return Level[self.name.removeprefix("BASIC_")] if self.name.startswith("BASIC_") else None

    @classmethod
    def of(cls, source: Source) -> "BenefitItem":
        """Give the account item that is paid out of a source."""
        return cls[f"ACCOUNT_{source.name}"]


class ArrearsKind(Labelled):
    """AAA077, why months are paid afterwards."""

    AWARD = "11", "核定补发"
    RESUMPTION = "12", "待遇接续补发"
    ADJUSTMENT = "13", "调整补发"
    TERMINATION = "15", "终止补发"
    REISSUE = "16", "发放失败重发"


class PaymentState(Labelled):
    """AAE117, state of a payment."""

    TO_PAY = "0", "待发"
    PAID = "1", "已发"
    FAILED = "2", "发放失败"
    WRITTEN_OFF = "3", "已核销"

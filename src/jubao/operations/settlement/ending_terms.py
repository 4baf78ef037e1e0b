"""A pension that ends or stops: what was stated, the months paid too much, and those due and never paid."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jubao.operations.envelope.declaration import Arguments
from jubao.operations.envelope.fields import AccountNumber, Evidence, PastDay, PersonRef, Text, ask
from jubao.operations.settlement.stated_end import LONGEST_PAPER, LONGEST_REMARK, EndOfRelation
from jubao.records.models import Award, Payout, Person
from jubao.vocabulary.codes import BenefitItem, TerminationReason
from jubao.vocabulary.codes.pension import Burial


class TerminateAward(Arguments):
    """A pension that ends: why, when it happened, when it was reported, and who receives what is left."""

    person: PersonRef = ask("参保人", "Pensioner", hint="公民身份号码或个人编号")
    reason: TerminationReason = ask("终止原因", "Reason")
    event_date: PastDay = ask("死亡或终止日期", "Day of death or ending", hint="如 2017-03-12")
    reported_date: PastDay | None = ask("报告日期", "Day reported", default=None, hint="家属或本人来报的那天")
    burial: Burial | None = ask("安葬方式", "Burial", default=None)
    heir_name: Text | None = ask("领取人姓名", "Receiver", default=None, column=(Payout, "payee_name"))
    heir_account: AccountNumber | None = ask("领取人账号", "Receiver's account", default=None, hint="只写数字")
    heir_bank: Text = ask(
        "领取人开户银行", "Receiver's bank", default="", column=(Payout, "payee_bank"), hint="付给继承人的填写"
    )
    evidence: Evidence = ask(
        "证明材料", "Evidence", longest=LONGEST_PAPER, hint="如 死亡医学证明 2017-0312、职保待遇核定表"
    )
    heir_evidence: Evidence | None = ask(
        "继承关系证明",
        "Evidence of the heir",
        default=None,
        longest=LONGEST_PAPER,
        hint="付给继承人必填，如 亲属关系证明 2017-08",
    )
    memo: Text = ask("备注", "Memo", default="", longest=LONGEST_REMARK, hint="账上有死亡以后记载的，写明查证情况")

    @property
    def ending(self) -> EndOfRelation:
        """The same, as every way to end a relation states it."""
        return EndOfRelation(
            person=self.person,
            reason=str(self.reason),
            event_date=self.event_date,
            memo=self.memo,
            payee_name=self.heir_name or "",
            payee_account=self.heir_account or "",
            payee_bank=self.heir_bank,
            reported_date=self.reported_date,
            evidence=self.evidence,
            heir_evidence=self.heir_evidence or "",
        )


@dataclass(frozen=True)
class MonthAmount:
    """One benefit month and item: the amount in fen, and how much of it was drawn from the account.

    ``before_takeover`` marks months that were paid before this office kept the books.
    """

    month: int
    item: str
    amount_fen: int
    drawn_fen: int = 0
    before_takeover: bool = False


@dataclass
class Stop:
    """One pension that is due up to a month only, with the months that were paid beyond it."""

    person: Person
    award: Award
    reason: str
    last_month: int
    overpaid: list[MonthAmount] = field(default_factory=list)

    @property
    def claimed(self) -> list[MonthAmount]:
        """What must come back: of somebody who draws another pension the basic part only, else everything."""
        if self.reason not in LIVING_ELSEWHERE:
            return self.overpaid
        return [m for m in self.overpaid if not BenefitItem(m.item).is_account]


LIVING_ELSEWHERE = {str(reason) for reason in TerminationReason if reason != TerminationReason.DEATH}
"""Reasons after which the account still is the person's own: what it paid is not claimed back."""


@dataclass
class Ending(Stop):
    """One pension that ends, with the months due that nobody paid."""

    case: TerminateAward = field(kw_only=True)
    unpaid: list[MonthAmount] = field(default_factory=list)


def total_fen(listed: Iterable[MonthAmount]) -> int:
    """The sum of some months."""
    return sum(month.amount_fen for month in listed)


def added_up(listed: Iterable[MonthAmount]) -> list[MonthAmount]:
    """One amount for each month and item, in order."""
    sums: dict[tuple[int, str], int] = {}
    for one in listed:
        sums[one.month, one.item] = sums.get((one.month, one.item), 0) + one.amount_fen
    return [MonthAmount(month, item, fen) for (month, item), fen in sorted(sums.items())]

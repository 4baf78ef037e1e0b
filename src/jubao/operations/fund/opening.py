"""Opening the fund's books: what every bank account held at the takeover, once."""

from collections import Counter
from collections.abc import Sequence

from jubao.ledger.models import Voucher
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AmountOrZero, OfficeAccountRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import account_key

OPENING = {"COLLECTION_ACCOUNT": "collection", "DISBURSEMENT_ACCOUNT": "disbursement", "FISCAL_ACCOUNT": "fiscal"}
DELEGATED = "DELEGATED_BANK"


class OpeningBalance(Arguments):
    """What one of our bank accounts held at the takeover."""

    account: OfficeAccountRef = ask("账户", "Account", hint="收入户、支出户、财政专户或代发专户")
    amount_fen: AmountOrZero = ask("期初余额", "Balance")


class OpenFund(Arguments):
    """The balances the books open with."""

    balances: tuple[OpeningBalance, ...] = ask("各账户期初余额", "Balances", shortest=1, longest=20)


@act(
    "fund.open",
    title="基金期初建账",
    asks=OpenFund,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.BOOK,
    undone_by=Final("期初只建一次；银行存款和基金结余有误的不能更正，提出前请与对账单核对，其余科目以手工凭证更正"),
    gives=[Given("total_fen", "期初余额合计", "total", Unit.FEN)],
    most_cases=ONE,
    papers=[Paper("银行余额对账单和接收清册", required=False)],
)
class FundOpening:
    """Open the fund's and the delegated books with their bank balances, once. Source: 财会〔2011〕3号."""

    def check(self, cases: Sequence[OpenFund], view: View) -> Faults:
        """Books without a voucher; bank accounts only, each once."""
        faults = Faults()
        if Voucher.objects.filter(book__in=["FUND", "DELEGATED"]).exists():
            faults.add(0, "", "账簿已有凭证，不能再建期初余额")
        for number, case in enumerate(cases, start=1):
            keys = [account_key(row.account) for row in case.balances]
            for row, key in zip(case.balances, keys, strict=True):
                if key is None:
                    rule = f"期初余额只能建在银行账户上，没有账户 {row.account}"
                    faults.add(number, "balances", rule, next_step="请改用收入户、支出户、财政专户或代发专户")
            for key, times in Counter(keys).items():
                if key is not None and times > 1:
                    faults.add(number, "balances", f"账户 {key} 填了 {times} 次", next_step="请只保留一次")
        return faults

    def plan(self, cases: Sequence[OpenFund], view: View) -> Changes:
        """One opening voucher for each book."""
        [case] = cases
        changes = Changes(view)
        stated = {account_key(row.account): row.amount_fen for row in case.balances}
        post("fund_opened", {name: stated.get(key, 0) for key, name in OPENING.items()}, changes=changes)
        post("delegated_opened", {"amount": stated.get(DELEGATED, 0)}, changes=changes)
        return changes.giving(total_fen=sum(stated.values()))

"""Money between the fund's own accounts: the collection account is swept, payments are drawn for."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act, release
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Amount, Month, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.funds import check_covered, held_fen
from jubao.operations.office.founding import founded_on
from jubao.records.models import FundMovement
from jubao.vocabulary import month as months


def _check_month(number: int, month: int, view: View, faults: Faults) -> None:
    """A month in which the office had books; one to come is refused by its question."""
    founded = founded_on(view)
    if founded is not None and month < months.of(founded):
        rule = f"{month} 早于建账年月 {months.of(founded)}，那时没有账"
        faults.add(number, "month", rule, next_step="请核对年月")


def _moved(kind: str, month: int) -> int:
    """How many movements of a kind the books have for a month."""
    return FundMovement.objects.filter(kind=kind, month=month).count()


class MoveMonth(Arguments):
    """A month whose collection account is emptied."""

    month: Month = ask("归集年月", "Month", hint="如 201703", not_after="today")


@act(
    "fund.sweep",
    title="收入户归集",
    asks=MoveMonth,
    maker=Post.ACCOUNTANT,
    chain=[release(Post.DEPUTY_FINANCE)],
    about=About.BANK_ACCOUNT,
    undone_by=Final("收支两条线，归集到财政专户的资金只能按请款拨出"),
    gives=[
        Given("amount_fen", "归集金额", "amount", Unit.FEN),
        Given("reference", "凭据号", "reference", Unit.TEXT),
    ],
    most_cases=ONE,
)
class Sweep:
    """Move the whole collection account to the fiscal account at month end. Source: 财社〔2011〕16号（收支两条线）."""

    def check(self, cases: Sequence[MoveMonth], view: View) -> Faults:
        """A month with books, not to come."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            _check_month(number, case.month, view, faults)
        return faults

    def plan(self, cases: Sequence[MoveMonth], view: View) -> Changes:
        """One movement and its voucher; nothing where the account is empty."""
        [case] = cases
        changes = Changes(view)
        held = held_fen("COLLECTION_ACCOUNT", view)
        if held <= 0:
            changes.notice("收入户没有余额，本次不产生划转")
            return changes.giving(amount_fen=0, reference="")
        earlier = _moved("SWEEP", case.month)
        reference = f"GJ{case.month}{earlier + 1:02d}" if earlier else f"GJ{case.month}"
        changes.add(
            FundMovement(
                kind="SWEEP",
                month=case.month,
                amount_fen=held,
                purpose=f"{case.month}收入户归集",
                reference=reference,
            )
        )
        post("sweep", {"amount": held}, changes=changes, reference=reference)
        return changes.giving(amount_fen=held, reference=reference)


class DrawFund(Arguments):
    """Money asked from the fiscal account for a month's payments."""

    month: Month = ask("发放年月", "Month", hint="为哪个月发放请款，如 201703", not_after="today")
    amount_fen: Amount = ask("请款金额", "Amount")


@act(
    "fund.draw",
    title="请款拨入支出户",
    asks=DrawFund,
    maker=Post.ACCOUNTANT,
    chain=[release(Post.DEPUTY_FINANCE)],
    about=About.BANK_ACCOUNT,
    undone_by=Final("已拨入支出户的资金留作以后月份发放，下次请款相应减少"),
    gives=[
        Given("amount_fen", "请款金额", "amount", Unit.FEN),
        Given("references", "凭据号", "references", Unit.TEXT),
    ],
    papers=[Paper("用款计划", required=False)],
    second_factor=True,
)
class Draw:
    """Draw money into the disbursement account, never more than the fiscal account holds.

    Source: 财社〔2011〕16号（财政专户）.
    """

    def check(self, cases: Sequence[DrawFund], view: View) -> Faults:
        """Months with books, not to come; together no more than the fiscal account holds."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            _check_month(number, case.month, view, faults)
        check_covered([case.amount_fen for case in cases], held_fen("FISCAL_ACCOUNT", view), "请款", faults)
        return faults

    def plan(self, cases: Sequence[DrawFund], view: View) -> Changes:
        """One movement and its voucher for each case, numbered within the month."""
        changes = Changes(view)
        numbers = {month: _moved("DRAW", month) for month in sorted({case.month for case in cases})}
        references = []
        for case in cases:
            numbers[case.month] += 1
            reference = f"QK{case.month}{numbers[case.month]:02d}"
            changes.add(
                FundMovement(
                    kind="DRAW",
                    month=case.month,
                    amount_fen=case.amount_fen,
                    purpose=f"{case.month}发放请款",
                    reference=reference,
                )
            )
            post("draw", {"amount": case.amount_fen}, changes=changes, reference=reference)
            references.append(reference)
        return changes.giving(amount_fen=sum(case.amount_fen for case in cases), references=references)

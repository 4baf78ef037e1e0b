"""Vouchers taken back by their mirror (红冲): those entered by hand, and interest booked by mistake."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from jubao.ledger.closing import is_closed
from jubao.ledger.models import Voucher, VoucherLine
from jubao.ledger.vouchers import Leg
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Form, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import enter, open_day
from jubao.operations.fund.funds import missing
from jubao.operations.fund.manual import (
    ENTERED,
    FIND_IT,
    LONGEST_MEMO,
    OPEN_MONTH,
    NamedVoucher,
    Rule,
    name_of,
    voucher_named,
)
from jubao.operations.fund.receipts import INTEREST_EVENT, NAMES
from jubao.vocabulary import month as months

REVERSED = "voucher_reversed"
REVERSIBLE = (ENTERED, INTEREST_EVENT)
"""Vouchers that stand for themselves: entered by hand, or interest of a bank line; no other fact hangs on them."""


class ReverseVoucher(NamedVoucher):
    """A voucher that was wrong (红冲), by book, period and number."""

    reason: Text = ask("红冲理由", "Reason", longest=LONGEST_MEMO)


@act(
    "voucher.reverse",
    title="凭证红冲",
    asks=ReverseVoucher,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.VOUCHER,
    undone_by="voucher.enter",
    papers=[Paper("更正依据", required=False)],
    gives=[
        Given("vouchers", "红冲张数", "vouchers", Unit.ROWS),
        Given("debit_fen", "借方合计", "debits", Unit.FEN),
    ],
    prints=[Form("记账凭证", "jubao voucher 账套 期间-序号 --out F.pdf")],
)
class Reversal:
    """Take vouchers by hand, or interest booked by mistake, back by their mirror, once each, in the open month.

    What another business act posted is answered by a business act; a line taken for interest is free again.
    Source: 会计基础工作规范（更正错账）.
    """

    def check(self, cases: Sequence[ReverseVoucher], view: View) -> Faults:
        """Vouchers that may be reversed and stand, each once, with a reason, an open month, and the money still there."""
        faults = Faults()
        times = Counter(name_of(case) for case in cases)
        for number, case in enumerate(cases, start=1):
            for field, rule, then in _reversal_faults(case, voucher_named(case, view), view):
                faults.add(number, field, rule, next_step=then, place=name_of(case))
            if times[name_of(case)] > 1:
                faults.add(number, "number", "在同一申请中出现两次", next_step="请删去重复的一项", place=name_of(case))
        return faults

    def plan(self, cases: Sequence[ReverseVoucher], view: View) -> Changes:
        """The mirrors."""
        changes = Changes(view)
        total = 0
        for case in cases:
            voucher = voucher_named(case, view)
            assert voucher is not None, "a plan is made after its check"
            total += _reverse(case, voucher, changes).debit_fen
        return changes.giving(vouchers=len(cases), debit_fen=total)


INSTEAD: Mapping[str, str] = {
    "contribution": "退费 contribution.refund",
    "payment": "银行回盘、退票、多发认定",
    "delegated": "代发业务",
    "overpayment": "多发认定、追回、抵扣、核销",
    "recovery": "多发认定、追回、抵扣、核销",
    "account": "个人账户相应业务",
    "fiscal": "财政到账更正后另行到账",
    "transfer": "关系转移业务",
    "sweep": "归集、请款",
    "draw": "归集、请款",
    "year": "年结不能撤销，差错记入下年",
}


def _reversal_faults(case: ReverseVoucher, voucher: Voucher | None, view: View) -> Iterator[Rule]:
    """Field, rule and next step of everything that stands against a reversal."""
    if not 0 < len(case.reason) <= LONGEST_MEMO:
        yield "reason", f"须写明红冲理由，且不超过 {LONGEST_MEMO} 字", ""
    if voucher is None:
        yield "number", "没有这张凭证", FIND_IT
        return
    if voucher.event == REVERSED:
        yield "number", "是红冲凭证，不再红冲", "更正请另记手工凭证（voucher.enter）"
    elif voucher.event not in REVERSIBLE:
        rule = f"由业务“{voucher.act.code}”记账，背后有逐笔事实，不能手工红冲"
        yield "number", rule, f"请用相应业务更正（{instead_of(voucher.event)}）"
    elif Voucher.objects.filter(reversal_of=voucher).exists():
        yield "number", "已经红冲，不能再次红冲", ""
    else:
        yield from _no_longer_held(voucher, view)
    if is_closed(case.book, months.of(view.on)):
        yield "book", f"{months.of(view.on)} 已结账", OPEN_MONTH


def _no_longer_held(voucher: Voucher, view: View) -> Iterator[Rule]:
    """Money a voucher brought into a bank account of the office can only be taken back while it is there."""
    brought = VoucherLine.objects.filter(voucher=voucher, account__key__in=NAMES, debit_fen__gt=0).order_by("seq")
    for key, fen in brought.values_list("account__key", "debit_fen"):
        if short := missing(key, fen, view):
            yield "number", f"不能红冲：{short}", "款项已归集或付出的，请待账户有款后再办"


def instead_of(event: str) -> str:
    """The business that answers an error in a voucher it posted."""
    return INSTEAD.get(event.partition("_")[0], "原业务的撤销或补办")


def _reverse(case: ReverseVoucher, voucher: Voucher, changes: Changes) -> Voucher:
    """Plan the mirror of a voucher on the business date; late for the original's day where that month is closed."""
    rows = VoucherLine.objects.filter(voucher=voucher).order_by("seq")
    legs = [
        Leg(key, credit, debit) for key, debit, credit in rows.values_list("account__key", "debit_fen", "credit_fen")
    ]
    book = str(case.book)
    _, late_for = open_day(book, voucher.date, view=changes.view)
    return enter(
        changes,
        book,
        legs,
        on=changes.view.on,
        event=REVERSED,
        memo=f"红冲 {voucher.period}-{voucher.number}：{case.reason}",
        reference=changes.view.case_ref,
        late_for=late_for,
        reversal_of=voucher,
    )

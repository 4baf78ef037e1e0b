"""What the office's bank accounts hold by the books, and the rule that no more leaves them than they hold."""

from collections.abc import Sequence

from jubao.ledger.balances import balances
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.fund.receipts import NAMES
from jubao.vocabulary.codes.bookkeeping import Book
from jubao.vocabulary.fen import format_yuan

DISBURSEMENT, DELEGATED_BANK = "DISBURSEMENT_ACCOUNT", "DELEGATED_BANK"
FILL_UP = {
    DISBURSEMENT: "请先办理请款拨入支出户（fund.draw）",
    DELEGATED_BANK: "请先催拨资金，到账后办理代发资金到账（delegated.fund）",
    "COLLECTION_ACCOUNT": "已归集的款项不能从收入户付出，请待收入户有款后再办",
}


def held_fen(account: str, view: View) -> int:
    """What the books say a bank account holds, in fen."""
    book = str(Book.DELEGATED if account == DELEGATED_BANK else Book.FUND)
    return view.once(("bank balances", book), lambda: balances(book)).get(account, 0)


def missing(account: str, amount_fen: int, view: View) -> str:
    """The sentence that tells what an account lacks for an amount to leave it; empty when it holds enough."""
    held = held_fen(account, view)
    if amount_fen <= held:
        return ""
    short = format_yuan(amount_fen - held)
    return f"{NAMES[account]}账面余额 {format_yuan(held)} 元，应付 {format_yuan(amount_fen)} 元，缺 {short} 元"


def check_covered(amounts: Sequence[int], held: int, what: str, faults: Faults) -> None:
    """Each amount within what the account holds after the ones before it."""
    for number, amount_fen in enumerate(amounts, start=1):
        if amount_fen > held:
            told = f"{format_yuan(amount_fen)} 元须大于零且不超过账户余额 {format_yuan(held)} 元"
            faults.add(number, "amount_fen", f"{what}金额 {told}", next_step="请减少金额")
        held -= min(amount_fen, held)

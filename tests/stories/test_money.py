"""Stories about money: a payroll month to the bank and back, and the bank agreed with the books."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tests.desk_server import Desk
from tests.stories.desk import Clerk
from tests.stories.people import Books, answer_of_bank

Seat = Callable[..., AbstractContextManager[Clerk]]
MONTH = "201801"


def test_a_payroll_month_to_the_bank_and_back(clerk: Seat, desk: Desk, tmp_path: Path) -> None:
    """The month that waits half signed is locked, released by finance, handed over by the cashier, and answered."""
    books = Books(desk.home)
    with clerk("副主任（业务）") as deputy:
        deputy.opens(f"/payroll/{MONTH}").sees("与上月不同").finds_it_well_made()
        deputy.signs_what_waits("月度发放核算")
    [(batch, case)] = books.ask(
        "SELECT b.number, p.key FROM records_paymentbatch b JOIN records_signature s ON s.act_id = b.act_id "
        "JOIN records_proposal p ON p.id = s.proposal_id WHERE b.number LIKE 'Y2018%'"
    )
    with clerk("会计岗") as accountant, clerk("副主任（财务）") as finance:
        released = accountant.proposes("payment.release", {"支付批次": batch, "接续的案件号": case})
        finance.signs(released).opens(released).sees("已办结")
    with clerk("出纳岗") as cashier:
        cashier.fills_in("payment.transmit", {"支付批次": batch, "接续的案件号": case}).presses("提交")
        cashier.opens("/archive").sees(batch).finds_it_well_made()
    answer = answer_of_bank(desk.home, tmp_path, batch)
    with clerk("会计岗") as accountant:
        returned = accountant.proposes("payment.return", {"回盘文件": str(answer)})
    with clerk("待遇经办岗") as benefits:
        benefits.signs(returned).opens(f"/payroll/{MONTH}").sees("已回盘", "退回 0，扣留 4").finds_it_well_made()


def test_the_bank_is_agreed_with_the_books(clerk: Seat, desk: Desk) -> None:
    """Interest and a sum nobody announced are booked, what is equal is matched, and the month says what keeps it open."""
    with clerk("会计岗") as accountant, clerk("副主任（财务）") as finance:
        interest = accountant.proposes("receipt.interest", {"收入户": "", "流水号": "LX2018011101"})
        unknown = accountant.proposes("receipt.unidentified", {"流水号": "WZ2018011101", "原因": "来款用途不明"})
        for proposal in (interest, unknown):
            finance.signs(proposal).opens(proposal).sees("已办结")
    with clerk("会计岗") as accountant, clerk("稽核内控岗") as audit:
        matched = accountant.proposes("reconcile.match", {"银行账户": "收入户", "对账年月": MONTH})
        audit.signs(matched)
        audit.opens(f"/reconcile/COLLECTION_ACCOUNT/{MONTH}").sees("998.75", "没有未达账项")
        audit.finds_it_well_made()
        audit.opens(f"/closing/{MONTH}").finds_it_well_made()

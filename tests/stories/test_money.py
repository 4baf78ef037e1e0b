"""Stories about money: a payroll month to the bank and back, the bank agreed with the books, and the month closed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser

from tests.desk_server import Desk, desk_of
from tests.stories.desk import Clerk, seated
from tests.stories.people import TODAY, Books, answer_of_bank, statement_of_bank, word_of_bureau

Seat = Callable[..., AbstractContextManager[Clerk]]
MONTH = "201801"
FEBRUARY = date(2018, 2, 1)
FEE = "SF2018011101"
"""The bank's reference of a fee it took by mistake."""
NAMES = ("收入户", "支出户", "财政专户")


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


def test_the_bank_is_agreed_with_the_books_and_the_month_is_closed(
    clerk: Seat, chromium: Browser, desk: Desk, tmp_path: Path
) -> None:
    """In January money is booked, paid and swept; in February the bank's word comes, is matched and signed, and January sealed."""
    books = Books(desk.home)
    batch = the_month_ends(clerk, desk, tmp_path)
    with february(desk) as later:
        seat = partial(seated, chromium, later.address)
        the_bank_speaks(seat, books, tmp_path, batch)
        what_is_equal_is_matched(seat)
        every_account_is_signed(seat)
        the_month_is_closed(seat, books)
        nothing_enters_it_any_more(seat, books, tmp_path)


@contextmanager
def february(desk: Desk) -> Iterator[Desk]:
    """The desk of the same books on the first of February; the one of January is shut."""
    desk.end()
    with desk_of(desk.home, JUBAO_CLOCK=FEBRUARY.isoformat()) as later:
        yield later


def the_month_ends(clerk: Seat, desk: Desk, tmp_path: Path) -> str:
    """Interest and a sum nobody announced are booked, the batch that waits is paid, the collection account is swept."""
    with clerk("会计岗") as accountant, clerk("副主任（财务）") as finance:
        interest = accountant.proposes("receipt.interest", {"收入户": "", "流水号": "LX2018011101"})
        unknown = accountant.proposes("receipt.unidentified", {"流水号": "WZ2018011101", "原因": "来款用途不明"})
        for proposal in (interest, unknown):
            finance.signs(proposal).opens(proposal).sees("已办结")
        swept = accountant.proposes("fund.sweep", {"归集年月": MONTH})
        finance.signs(swept).opens(swept).sees("已办结", "998.75")
    [(batch, case)] = Books(desk.home).ask("SELECT number, case_ref FROM records_paymentbatch WHERE state = 'RELEASED'")
    with clerk("出纳岗") as cashier:
        cashier.fills_in("payment.transmit", {"支付批次": batch, "接续的案件号": case}).presses("提交")
        cashier.opens("/archive").sees(batch)
    answer = answer_of_bank(desk.home, tmp_path, batch)
    with clerk("会计岗") as accountant, clerk("待遇经办岗") as benefits:
        benefits.signs(accountant.proposes("payment.return", {"回盘文件": str(answer)}))
    return str(batch)


def the_bank_speaks(seat: Seat, books: Books, tmp_path: Path, batch: str) -> None:
    """January's statement of each account and the bureau's word are brought; the bank took a fee that it should not have."""
    [(paid,)] = books.ask("SELECT total_fen FROM records_paymentbatch WHERE number = ?", batch)
    [(sweep, swept)] = books.ask("SELECT reference, amount_fen FROM records_fundmovement WHERE month = ?", int(MONTH))
    said = {
        "COLLECTION_ACCOUNT": [(TODAY, sweep, "本单位账户划转", -swept)],
        "DISBURSEMENT_ACCOUNT": [(TODAY, f"ZF{batch}", "批量代发", -paid), (TODAY, FEE, "农业银行", -500)],
        "FISCAL_ACCOUNT": [(TODAY, sweep, "本单位账户划转", swept)],
    }
    with seat("会计岗") as accountant, seat("稽核内控岗") as audit:
        accountant.opens(f"/closing/{MONTH}").sees("还不能结", *(f"{name}当月没有经签署的银行对账" for name in NAMES))
        accountant.sees("还有 3 项没有办妥").finds_it_well_made()
        for account, lines in said.items():
            file = statement_of_bank(tmp_path, books, account, lines)
            audit.signs(accountant.proposes("bank.statement", {"对账单文件": str(file)}))
        bureau = word_of_bureau(tmp_path, books, int(MONTH), swept)
        audit.signs(accountant.proposes("fiscal.confirm", {"财政专户对账单文件": str(bureau)}))


def what_is_equal_is_matched(seat: Seat) -> None:
    """Two accounts by the rules; the batch that was paid by ticks on either side, which must come to the same."""
    with seat("会计岗") as accountant, seat("稽核内控岗") as audit:
        for name in ("收入户", "财政专户"):
            audit.signs(accountant.proposes("reconcile.match", {"银行账户": name, "对账年月": MONTH}))
        audit.opens(f"/reconcile/COLLECTION_ACCOUNT/{MONTH}").sees(
            "账上的都勾上了", "没有未达账项"
        ).finds_it_well_made()
        accountant.opens(f"/reconcile/DISBURSEMENT_ACCOUNT/{MONTH}").sees("账上有", "银行有")
        accountant.ticks("8,614.51").sees("两边不等", "选中 1 笔")
        accountant.ticks("8,614.51").sees("两边相等").finds_it_well_made()
        accountant.fill("理由", "批次报盘，金额一致").presses("勾对这 2 笔，送稽核").sees("已送稽核")
        audit.signs_what_waits("银行对账手工勾对")


def every_account_is_signed(seat: Seat) -> None:
    """The fee keeps its account open until somebody says why it stands there; then each month is signed by two."""
    with seat("会计岗") as accountant, seat("稽核内控岗") as audit:
        for account in ("COLLECTION_ACCOUNT", "FISCAL_ACCOUNT", "DISBURSEMENT_ACCOUNT"):
            accountant.opens(f"/reconcile/{account}/{MONTH}").presses("提出签定，送稽核")
            if account == "DISBURSEMENT_ACCOUNT":
                accountant.sees(f"银行已记、账面未记 {FEE}", "请勾对、入账或写明原因").finds_it_well_made()
                accountant.fill(f"{FEE} 的原因", "银行误收手续费，已函告退回").presses("提出签定，送稽核")
            accountant.sees("已提出签定")
            audit.signs_what_waits("银行存款余额调节表签定")
            audit.opens(f"/reconcile/{account}/{MONTH}").sees("已签定", "调节后相符").finds_it_well_made()


def the_month_is_closed(seat: Seat, books: Books) -> None:
    """Nothing stands against it; the accountant proposes, finance checks, the director approves, and it is sealed."""
    with seat("会计岗") as accountant:
        accountant.opens(f"/closing/{MONTH}").sees("没有未办事项，可以结账").sees_not("未签定").finds_it_well_made()
        accountant.follows("月结").presses("预览变化").presses("提交").sees("待审")
        closing = accountant.page.url
    with seat("副主任（财务）") as finance, seat("主任") as director:
        finance.signs(closing)
        director.signs(closing).opens(f"/closing/{MONTH}").sees("已月结", "2018-02-01", "封存", "清单 SHA-256")
        for role, post in (("经办", "ACCOUNTANT"), ("复核", "DEPUTY_FINANCE"), ("审批", "DIRECTOR")):
            director.sees(f"{role}{books.holder(post)}")
        director.finds_it_well_made()


def nothing_enters_it_any_more(seat: Seat, books: Books, tmp_path: Path) -> None:
    """Neither the voucher that waited since January, nor a paper, nor a line of the bank; nor is it closed twice."""
    before = books.ask("SELECT count(*) FROM ledger_voucher WHERE book = 'FUND' AND period = 201801")
    with seat("副主任（财务）") as finance:
        finance.opens("/inbox").follows("手工凭证").presses("同意").sees("已跨月")
    late = statement_of_bank(tmp_path, books, "COLLECTION_ACCOUNT", [(TODAY, "WZ2018011102", "长河机电公司", 100)])
    with seat("会计岗") as accountant:
        paper = {"基金": "", "会计期间": MONTH, "凭证号": "1", "附件": str(late)}
        accountant.fills_in("voucher.attach", paper).sees("201801 已结账，附件不能再补入")
        accountant.fills_in("bank.statement", {"对账单文件": str(late)}).sees("已签余额调节表，不能再补入流水")
        accountant.fills_in("fund.close_month", {"基金": "", "会计期间": MONTH}).sees("已经结账，不能再结")
    assert books.ask("SELECT count(*) FROM ledger_voucher WHERE book = 'FUND' AND period = 201801") == before

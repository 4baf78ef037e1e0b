"""Relations that move: in against the bank's receipt, out with the whole account."""

from collections.abc import Iterator, Sequence

import numpy as np

from jubao.operations.contributions.accounts import Postings, balance_matrix, post_to_accounts
from jubao.operations.contributions.open_interest import interest_owed, post_owed, settle_backdated
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    About,
    Arguments,
    Final,
    Given,
    Paper,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import (
    AccountNumber,
    Day,
    PersonRef,
    Text,
    ask,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import bank_receipt, unused_receipt
from jubao.operations.membership.admission import check_admission
from jubao.operations.membership.incoming import (
    ReceiveTransfer,
    add_years,
    check_papers,
    check_years,
    newcomers,
    notice_odd,
)
from jubao.operations.membership.registration import add_people
from jubao.operations.open_suspicions import DEATHS, check_not_suspected
from jubao.operations.people import change_state, find_people, people_table, shown
from jubao.operations.settlement.ends_of_accounts import kept_accounts
from jubao.operations.settlement.payees import Payee, check_agency_accounts, owe_payouts
from jubao.records.models import Payout, StatementLine, Transfer
from jubao.reports.paid_years import contributed_years, paid_years
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributionState, ContributorEndReason, EntryKind
from jubao.vocabulary.codes.membership import TransferOut

RECEIVED_AT = "COLLECTION_ACCOUNT"


@act(
    "transfer.receive",
    title="关系转入",
    asks=ReceiveTransfer,
    maker=Post.ACCOUNTS,
    chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by="transfer.send",
    gives=[
        Given("received", "转入人数", "relations received", Unit.PEOPLE),
        Given("amount_fen", "转入金额", "money received", Unit.FEN),
    ],
    deadline="procedure.transfer_step_workdays",
    papers=[Paper("关系转移接续申请表和转移接续信息表")],
)
class Receiving:
    """Register people who move in, and credit their money against the bank's receipt.

    Source: 国发〔2014〕8号第九条；人社部发〔2014〕17号.
    """

    def check(self, cases: Sequence[ReceiveTransfer], view: View) -> Faults:
        """Only who may be admitted moves in, with years a sheet proves, and with the money the bank received for them."""
        faults = Faults()
        check_admission(newcomers(cases), view, faults)
        used: set[str] = set()
        for number, case in enumerate(cases, start=1):
            check_papers(number, case, faults)
            check_years(number, case, view.on, faults)
            if case.reference and case.reference in used:
                faults.add(
                    number, "reference", f"流水号 {case.reference} 在本次申请中用了两次", next_step="一笔转移款对应一人"
                )
            elif case.reference and sum(case.amounts):
                unused_receipt(RECEIVED_AT, case.reference, sum(case.amounts), faults, case=number, field="reference")
            used.add(case.reference)
        return faults

    def plan(self, cases: Sequence[ReceiveTransfer], view: View) -> Changes:
        """People, their accounts by source from the month the bank had the money, transfers and vouchers."""
        changes = Changes(view)
        person = add_people(newcomers(cases).columns, len(cases), on=view.on, changes=changes)
        receipts = [_receipt(case) for case in cases]
        amounts = np.array([case.amounts for case in cases], dtype=np.int64)
        received = np.array([months.of(receipt.date) for receipt in receipts], dtype=np.int64)
        arrived = Postings(person, amounts, received)
        post_to_accounts(arrived, EntryKind.TRANSFER_IN, event="account_transferred_in", changes=changes)
        transfer = changes.insert(
            Transfer,
            {
                "person_id": person,
                "direction": "IN",
                "kind": [str(case.kind) for case in cases],
                "agency": [case.from_agency for case in cases],
                "amount_fen": [receipt.credit_fen for receipt in receipts],
                "years": [case.years for case in cases],
                "statement_line_id": [receipt.pk for receipt in receipts],
            },
            count=len(cases),
        )
        add_years(person, transfer, cases, changes)
        for case, receipt in zip(cases, receipts, strict=True):
            money = {"amount": receipt.credit_fen}
            post("transfer_in", money, changes=changes, on=receipt.date, reference=case.reference)
        settle_backdated(changes)
        notice_odd(cases, changes)
        return changes.giving(received=len(cases), amount_fen=int(amounts.sum()))


def _receipt(case: ReceiveTransfer) -> StatementLine:
    receipt = bank_receipt(RECEIVED_AT, case.reference)
    assert receipt is not None, "a plan is made after its check"
    return receipt


class SendTransfer(Arguments):
    """A relation that moves out, and the agency account its money goes to."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    kind: TransferOut = ask("转出类型", "Kind")
    to_agency: Text = ask(
        "转入地经办机构", "To agency", hint="如 邻县居保中心", column=(Transfer, "agency"), shortest=1
    )
    to_account: AccountNumber = ask("转入地收款账号", "Agency's account", hint="对方机构收入户，8 至 32 位数字")
    to_bank: Text = ask(
        "转入地开户银行", "Agency's bank", default="", hint="对方机构收入户的开户银行", column=(Payout, "payee_bank")
    )
    applied_date: Day = ask("申请日期", "Applied on", not_after="today")


@act(
    "transfer.send",
    title="关系转出",
    asks=SendTransfer,
    maker=Post.ACCOUNTS,
    chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by=Final("账户已清零，储存额转给对方机构；收款账户有误、款项未付的办理收款账户变更，本系统尚不能把关系转回"),
    gives=[
        Given("sent", "转出人数", "relations sent", Unit.PEOPLE),
        Given("amount_fen", "转出金额", "money to send", Unit.FEN),
    ],
    deadline="procedure.transfer_step_workdays",
    papers=[Paper("关系转移接续联系函", required=False)],
)
class Sending:
    """Settle and send whole accounts of contributors who moved away; nobody in payment moves.

    Source: 国发〔2014〕8号第九条；社会保险经办条例第十二条.
    """

    def check(self, cases: Sequence[SendTransfer], view: View) -> Faults:
        """Only a contributor moves, or an account kept for the linkage, with everything credited, and to an agency."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        table, kept = people_table([case.person for case in cases], view), kept_accounts(people, view)
        check_not_suspected(table, DEATHS, faults)
        for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
            place = shown(person.resident_number)
            linked = case.kind is TransferOut.TO_EMPLOYEES and person.pk in kept
            if table.contribution_state[number - 1] == ContributionState.ENDED.value and not linked:
                faults.add(number, "person", "已领取待遇或关系已终止，不能转出", place=place)
            if table.uncredited[number - 1]:
                then = "请先记账划拨"
                faults.add(number, "person", "有未记账的缴费，不能转出", next_step=then, place=place)
        check_agency_accounts([str(case.to_account) for case in cases], faults)
        return faults

    def plan(self, cases: Sequence[SendTransfer], view: View) -> Changes:
        """Interest settled, accounts cleared, money owed to the agencies, relations ended."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        table = people_table([case.person for case in cases], view)
        person = table.person
        owed = interest_owed(person, through_month=months.add(months.of(view.on), -1), view=view)
        post_owed(person, owed, changes=changes, memo="关系转出结清利息")
        balance = balance_matrix(person, changes)
        leaving = Postings(person, -balance, months.of(view.on))
        post_to_accounts(leaving, EntryKind.TRANSFER_OUT, event="account_transferred_out", changes=changes)
        total = balance.sum(axis=1)
        changes.insert(
            Transfer,
            {
                "person_id": person,
                "direction": "OUT",
                "kind": [str(case.kind) for case in cases],
                "agency": [case.to_agency for case in cases],
                "amount_fen": total,
                "years": contributed_years(person, paid_years(person)),
            },
            count=len(cases),
        )
        payees = [Payee(case.to_agency, str(case.to_account), case.to_bank) for case in cases]
        owe_payouts(people, total, Payout.Kind.TRANSFER, payees, changes=changes)
        running, reasons = np.flatnonzero(~table.ended), list(_reasons(cases))
        change_state(
            table.of(running), to=("4", "3"), reason=[reasons[row] for row in running.tolist()], changes=changes
        )
        return changes.giving(sent=len(cases), amount_fen=int(total.sum()))


def _reasons(cases: Sequence[SendTransfer]) -> Iterator[str]:
    """Why each relation ends here."""
    for case in cases:
        linked = case.kind is TransferOut.TO_EMPLOYEES
        yield str(ContributorEndReason.EMPLOYEES_SCHEME if linked else ContributorEndReason.TRANSFERRED_OUT)

"""Payments on behalf of other departments: their rosters, their money, their monthly batches."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from jubao.exchange.table import Table
from jubao.ledger.balances import balances
from jubao.operations.envelope.changes import Changes, Ids
from jubao.operations.envelope.declaration import (
    ONE,
    About,
    Arguments,
    Given,
    Paper,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Amount, Evidence, FileRef, Month, ReceiptRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seals import check_unaltered
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import bank_receipt, unused_receipt
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.payments.batch import OTHER_BANK, Payees, lock_batch
from jubao.operations.payments.rosters import (
    Roster,
    cap_of,
    dead_among,
    names,
    payee_number,
    programmes,
    roster_of,
)
from jubao.records.models import DelegatedFunding, DelegatedLine, DelegatedPayee
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import DelegatedProgramme
from jubao.vocabulary.fen import format_yuan

ROSTER, BANK = "delegated_roster", "DELEGATED_BANK"
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 8, 32


class TakeRoster(Arguments):
    """A roster from the department that owns the programme."""

    file: FileRef = ask("代发名册", "Roster", hint="主管部门交来的代发人员名册", layout=ROSTER)


@act(
    "delegated.enrol",
    title="代发名册登记",
    asks=TakeRoster,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS)],
    about=About.PROGRAMME,
    undone_by="delegated.end",
    papers=[Paper("主管部门盖章的代发人员名册")],
    gives=[Given("payees", "登记人数", "payees", Unit.PEOPLE)],
)
class RosterEnrolment:
    """Record who is paid on behalf of whom; the owning department decides. Source: 各代发项目主管部门名册."""

    def check(self, cases: Sequence[TakeRoster], view: View) -> Faults:
        """A file never taken in, every row with an account and a standard, nobody twice on a programme's roster."""
        faults = Faults()
        seen: set[tuple[str, str]] = set()
        for number, case in enumerate(cases, start=1):
            check_fresh(case.file, ROSTER, faults, case=number)
            table = read_inbound(case.file, ROSTER, view, faults, case=number)
            if table is not None:
                _check_rows(number, table, seen, faults)
        return faults

    def plan(self, cases: Sequence[TakeRoster], view: View) -> Changes:
        """Everybody on the rosters."""
        changes = Changes(view)
        enrolled = 0
        for case in cases:
            table = table_of(case.file, ROSTER, view)
            rows = table.columns
            changes.insert(
                DelegatedPayee,
                {
                    "programme": rows["programme"],
                    "resident_number": rows["resident_number"],
                    "name": rows["name"],
                    "division": [division or "" for division in rows["division"]],
                    "bank": [bank or "" for bank in rows["bank"]],
                    "bank_account": rows["bank_account"],
                    "monthly_fen": rows["monthly_amount"],
                    "start_month": rows["start_month"],
                },
                count=table.rows,
            )
            take_in(case.file, ROSTER, rows=table.rows, changes=changes)
            _tell_of_rows(table, changes)
            enrolled += table.rows
        return changes.giving(payees=enrolled)


def _check_rows(number: int, table: Table, seen: set[tuple[str, str]], faults: Faults) -> None:
    known = set(DelegatedPayee.objects.order_by("id").values_list("programme", "resident_number"))
    for row, line in zip(table.row_numbers, table.records(), strict=True):
        key = (line["programme"], line["resident_number"])
        account = line["bank_account"] or ""
        if not account:
            faults.add(number, "file", "没有银行账号", next_step="请主管部门补齐", place=f"第{row}行")
        elif not (account.isascii() and account.isdigit() and SHORTEST_ACCOUNT <= len(account) <= LONGEST_ACCOUNT):
            rule = f"银行账号应为 {SHORTEST_ACCOUNT} 至 {LONGEST_ACCOUNT} 位数字"
            faults.add(number, "file", rule, next_step="请主管部门核对", place=f"第{row}行")
        if line["monthly_amount"] <= 0:
            faults.add(number, "file", "月标准须大于零", next_step="请主管部门核对", place=f"第{row}行")
        if key in known or key in seen:
            step = "停发或终止过的请办理代发恢复（delegated.resume），重复的请删去"
            faults.add(number, "file", f"已在代发项目 {key[0]} 的名册中", next_step=step, place=f"第{row}行")
        seen.add(key)


def _tell_of_rows(table: Table, changes: Changes) -> None:
    """What an approver should know of a roster: other amounts than the standard, people said to be dead."""
    law = programmes(changes.view)
    rows = list(table.records())
    standards = {code: row["monthly_fen"] for code, row in law.items()}
    other = sum(standards.get(row["programme"]) not in {None, row["monthly_amount"]} for row in rows)
    if other:
        changes.notice(f"名册《{table.filename}》有 {other} 人的月标准与项目标准不同，请与主管部门核对")
    dead = dead_among([row["resident_number"] for row in rows])
    if dead:
        changes.notice(f"名册《{table.filename}》有 {len(dead)} 人已登记死亡或在死亡名单上，不予代发，请与主管部门核对")


class FundProgramme(Arguments):
    """Money the owning department sent."""

    programme: DelegatedProgramme = ask("代发项目", "Programme")
    amount_fen: Amount = ask("到账金额", "Amount")
    reference: ReceiptRef = ask("银行流水号", "Bank reference", hint="代发专户对账单上的流水号")
    notice: Evidence = ask("拨款通知", "Notice", longest=60, hint="主管部门拨款通知的文号")


@act(
    "delegated.fund",
    title="代发资金到账",
    asks=FundProgramme,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.PROGRAMME,
    undone_by="delegated.return_fund",
    papers=[Paper("主管部门拨款通知")],
    gives=[Given("amount_fen", "到账金额", "amount", Unit.FEN)],
    also_seen_by=[Post.BENEFITS],
)
class ProgrammeFunding:
    """Book money for a programme against its bank line, never in the fund's books. Source: 代发委托协议."""

    def check(self, cases: Sequence[FundProgramme], view: View) -> Faults:
        """Each sum stands on the bank's statement of the delegated account and was not used before."""
        faults = Faults()
        times = Counter(case.reference for case in cases)
        for number, case in enumerate(cases, start=1):
            unused_receipt(BANK, case.reference, case.amount_fen, faults, case=number, field="reference")
            if times[case.reference] > 1:
                rule = f"流水号 {case.reference} 在同一申请中出现 {times[case.reference]} 次"
                faults.add(number, "reference", rule, next_step="一笔进账只能入账一次")
        return faults

    def plan(self, cases: Sequence[FundProgramme], view: View) -> Changes:
        """The money of each programme, and its voucher on the day it arrived."""
        changes = Changes(view)
        for case in cases:
            receipt = bank_receipt(BANK, case.reference)
            assert receipt is not None, "a plan is made after its check"
            changes.add(
                DelegatedFunding(
                    programme=str(case.programme), amount_fen=case.amount_fen, statement_line_id=receipt.pk
                )
            )
            post(
                "delegated_funded",
                {"amount": case.amount_fen},
                changes=changes,
                on=receipt.date,
                reference=case.reference,
                memo=f"{case.programme}代发资金，{case.notice}",
            )
        return changes.giving(amount_fen=sum(case.amount_fen for case in cases))


class CalculateDelegated(Arguments):
    """A programme's month."""

    programme: DelegatedProgramme = ask("代发项目", "Programme")
    month: Month = ask("代发年月", "Month", hint="如 201702")


@act(
    "delegated.calculate",
    title="代发核算",
    asks=CalculateDelegated,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PROGRAMME,
    undone_by="payment.hold",
    gives=[
        Given("batch", "批次号", "batch", Unit.TEXT),
        Given("people", "代发人数", "people", Unit.PEOPLE),
        Given("total_fen", "合计", "total", Unit.FEN),
        Given("dead", "因死亡不予代发人数", "left out as dead", Unit.PEOPLE),
        Given("capped", "已发满总额人数", "paid in full", Unit.PEOPLE),
    ],
    most_cases=ONE,
    also_seen_by=[Post.ACCOUNTANT, Post.DEPUTY_FINANCE],
)
class DelegatedCalculation:
    """Lock a programme's month: every unpaid month of everybody on the roster, within the money received.

    Months of a stop or after an end are not paid, nothing is paid to people said to be dead, and a case with a
    one-off total is paid until the total is reached.
    Source: 各代发项目主管部门名册.
    """

    def check(self, cases: Sequence[CalculateDelegated], view: View) -> Faults:
        """A month that has come, somebody to pay, and the money for it."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            programme, month = str(case.programme), case.month
            if month > months.of(view.on):
                faults.add(number, "month", f"{month} 尚未到来，不能代发")
                continue
            roster, owed = _owed(case, view)
            paid = {roster.payees[place].act_id for place, _, _ in owed}
            check_unaltered(DelegatedPayee, paid, view, faults, case=number, field="programme")
            if not owed:
                faults.add(number, "month", f"{programme} 到 {month} 没有应代发的月份")
            total, held = sum(fen for _, _, fen in owed), balances("DELEGATED").get(BANK, 0)
            if total > held:
                rule = f"代发专户余额 {format_yuan(held)} 元不足以代发 {format_yuan(total)} 元"
                faults.add(number, "month", rule, next_step="请先催拨资金")
        return faults

    def plan(self, cases: Sequence[CalculateDelegated], view: View) -> Changes:
        """The locked batch with its months."""
        changes = Changes(view)
        [case] = cases
        roster, owed = _owed(case, view)
        place, month, amount = (np.array(column, dtype=np.int64) for column in zip(*owed, strict=True))
        chosen, position = np.unique(place, return_inverse=True)
        payees = _payees([roster.payees[one] for one in chosen.tolist()], position, amount)
        programme = str(case.programme)
        batch, bank_line = lock_batch("DELEGATED", case.month, payees, changes=changes, programme=programme)
        keys = np.array([payee.pk for payee in roster.payees], dtype=np.int64)
        changes.insert(
            DelegatedLine,
            {
                "payee_id": keys[place],
                "batch_id": batch.pk,
                "bank_line_id": bank_line,
                "month": month,
                "amount_fen": amount,
            },
            count=len(owed),
        )
        gone, capped = roster.gone(), roster.capped
        if gone:
            changes.notice(f"{len(gone)} 人已登记死亡或在死亡名单上，未予代发，请办理代发终止：{names(gone)}")
        if capped:
            changes.notice(f"{len(capped)} 人已发满一次性奖励总额，未再代发：{names(capped)}")
        return changes.giving(
            batch=batch.number,
            people=batch.count,
            total_fen=batch.total_fen,
            dead=len(gone),
            capped=len(capped),
        )


def _owed(case: CalculateDelegated, view: View) -> tuple[Roster, list[tuple[int, int, int]]]:
    """The roster and what is owed on it: position, month, fen."""
    programme = str(case.programme)
    roster = roster_of(programme, case.month, view)

    def read() -> list[tuple[int, int, int]]:
        return roster.owed(case.month, cap_of(programme, view))

    return roster, view.once(("owed on a roster", programme, case.month), read)


def _payees(chosen: Sequence[DelegatedPayee], position: Ids, amount: Ids) -> Payees:
    totals = np.zeros(len(chosen), dtype=np.int64)
    np.add.at(totals, position, amount)
    return Payees(
        place=position,
        person=[None] * len(chosen),
        number=[payee_number(payee) for payee in chosen],
        name=[payee.name for payee in chosen],
        bank=[payee.bank or OTHER_BANK for payee in chosen],
        account=[payee.bank_account for payee in chosen],
        amount=totals,
    )

"""A year at the counter: the agenda carried out day by day, the bank answering, everything repeatable."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.inbound import keep
from jubao.operations.payments.batch import outbound_file
from jubao.operations.suspicions.open_hits import suspects, unpaired_rows, unusual
from jubao.simulation import cremations, home_checks, lookups, mishaps
from jubao.simulation.agenda import Agenda
from jubao.simulation.bank import Bank
from jubao.simulation.staff import Staff
from jubao.vocabulary.workdays import add_workdays

ONE_BY_ONE = {
    "payroll.calculate",
    "delegated.calculate",
    "match.import",
    "match.rerun",
    "payout.collect",
    "campaign.open",
}
NEEDS_RECEIPTS = {
    "contribution.bank",
    "contribution.outlet",
    "fiscal.receive",
    "transfer.receive",
    "recovery.receive",
    "delegated.fund",
    "payment.returned_late",
    "reconcile.match",
    "receipt.interest",
    "receipt.unidentified",
}
MAKES_BATCH = {
    "payroll.calculate": "DISBURSEMENT",
    "payout.collect": "DISBURSEMENT",
    "delegated.calculate": "DELEGATED",
}
EXPLANATIONS = {
    "": "逐项核对台账和凭证，数据属实，系当年业务变动所致",
    "reports.overdue": "基金预算草案等待上级下发编报口径，已于下发后报送",
}
LOOKED_AT_AFTER = 2  # workdays until the audit post has looked at its alerts
VISITED_AFTER = 6  # workdays from a list to the villages' answer
RELEASE_AFTER, HAND_OVER_AFTER, ANSWER_AFTER = 1, 2, 3  # workdays from calculation


@dataclass(order=True)
class Task:
    """Something to do on a day, in the order it was planned."""

    on: date
    rank: int
    number: int
    act: str = field(compare=False)
    cases: list[dict[str, Any]] = field(compare=False)
    extra: dict[str, Any] = field(compare=False, default_factory=dict)


@dataclass(frozen=True)
class Done:
    """One finished task, for whoever shows progress."""

    on: date
    title: str
    cases: int
    number: int
    total: int


class Year:
    """Carries an agenda out; running it again after any interruption ends in the same books."""

    def __init__(self, agenda: Agenda, folder: Path) -> None:
        """Plan the agenda's events and the deposits of the year.

        Args:
            agenda: what the district asks for, and the money it sends.
            folder: where the agenda's files lie.
        """
        self.agenda, self.folder = agenda, folder
        self.staff = Staff(keys=f"{agenda.seed}-{agenda.scale}")
        self.bank = Bank(folder, district="")
        self.deposits = list(agenda.deposits)
        self.tasks: list[Task] = []
        self.planned = 0
        self.by_hand = ""
        for event in agenda.events:
            for cases in [[case] for case in event.cases] if event.act in ONE_BY_ONE else [event.cases]:
                self._plan(date.fromisoformat(event.on), event.act, cases)
        rebinds: dict[str, list[dict[str, Any]]] = {}
        for bound in agenda.rebinds:
            case = {name: bound[name] for name in ("person", "bank", "bank_account")}
            rebinds.setdefault(bound["on"], []).append(case)
        for on, cases in rebinds.items():
            self._plan(date.fromisoformat(on), "account.rebind", cases)

    def run(self, *, until: date | None = None) -> Iterator[Done]:
        """Do everything planned, day by day; yields each task when it is done."""
        done = 0
        while self.tasks and (until is None or self.tasks[0].on <= until):
            task = heapq.heappop(self.tasks)
            self._receive_deposits(task.on)
            self._do(task)
            done += 1
            yield Done(task.on, ACTS[task.act].title, len(task.cases), done, done + len(self.tasks))

    def _plan(self, on: date, act: str, cases: list[dict[str, Any]], rank: int = 1, **extra: Any) -> None:
        self.planned += 1
        heapq.heappush(self.tasks, Task(on, rank, self.planned, act, cases, extra))

    def _receive_deposits(self, on: date) -> None:
        while self.deposits and self.deposits[0].on <= on.isoformat():
            money = self.deposits.pop(0)
            self.bank.move(
                money.account,
                money.amount_fen,
                date.fromisoformat(money.on),
                reference=money.reference,
                counterparty=money.counterparty,
                memo=money.memo,
            )

    def _do(self, task: Task) -> None:
        if task.act in NEEDS_RECEIPTS:
            self._import_statement(task.on)
        answered = {
            "payment.return": self._return,
            "fiscal.confirm": self._confirm,
            "watch.close": self._look_at_alerts,
        }
        if "people" in task.extra:
            self._visited(task)
        elif task.act in answered:
            answered[task.act](task)
        else:
            self._carry(task)

    def _carry(self, task: Task) -> None:
        """Look up what the act asks for, carry it through its chain, and let the world answer."""
        look_up = {
            "reconcile.match_by_hand": lookups.match_by_hand,
            "voucher.attach": self._by_hand,
            "voucher.reverse": self._by_hand,
        }.get(task.act)
        if task.act == "report.sign":
            self._explain(task)
        cases = [self._with_file(look_up(case) if look_up else case) for case in task.cases]
        answer = self.staff.carry(task.act, cases, on=task.on, case_ref=task.extra.get("case_ref"))
        follow = {
            "office.found": self._founded,
            "fund.open": self._opened,
            "fund.sweep": self._swept,
            "fund.draw": self._drawn,
            "fund.remit": self._remitted,
            "delegated.return_fund": self._given_back,
            "receipt.identify": self._sent_back,
            "payment.transmit": self._handed_over,
            "match.import": self._visit,
            "watch.run": self._watched,
            "voucher.enter": self._entered,
        }
        if task.act in follow:
            follow[task.act](task, answer)
        if task.act in MAKES_BATCH and answer.result.get("batch"):
            self._send(task, answer)

    def _with_file(self, case: dict[str, Any]) -> dict[str, Any]:
        """A file named by the agenda, brought to the inbound desk."""
        return case | {"file": keep(self.folder / case["file"])} if "file" in case else case

    def _import_statement(self, on: date) -> None:
        path = self.bank.statement(on)
        if path is not None:
            self.staff.carry("bank.statement", [{"file": keep(path)}], on=on)

    def _send(self, task: Task, answer: Answer) -> None:
        """Plan release, hand-over and the bank's answer of a batch that was just approved."""
        batch, account = answer.result["batch"], MAKES_BATCH[task.act]
        follow = {"case_ref": answer.proposal, "account": account, "batch": batch}
        cases = [{"batch": batch}]
        self._plan(add_workdays(task.on, RELEASE_AFTER), "payment.release", cases, 0, **follow)
        self._plan(add_workdays(task.on, HAND_OVER_AFTER), "payment.transmit", cases, 0, **follow)
        self._plan(add_workdays(task.on, ANSWER_AFTER), "payment.return", cases, 0, **follow)

    def _handed_over(self, task: Task, answer: Answer) -> None:
        self.bank.pay(outbound_file(task.extra["batch"]), account=task.extra["account"], on=task.on)

    def _return(self, task: Task) -> None:
        payout = outbound_file(task.extra["batch"])
        failing = self._failing(task)
        path = self.bank.answer(payout, failing, account=task.extra["account"], on=task.on)
        self.staff.carry("payment.return", [{"file": keep(path)}], on=task.on)

    def _confirm(self, task: Task) -> None:
        """The finance bureau's statements of some months, as it writes them."""
        cases = [{"file": keep(self.bank.confirm(case["month"]))} for case in task.cases]
        self.staff.carry(task.act, cases, on=task.on)

    def _watched(self, task: Task, answer: Answer) -> None:
        self._plan(add_workdays(task.on, LOOKED_AT_AFTER), "watch.close", [], month=task.cases[0]["month"])

    def _look_at_alerts(self, task: Task) -> None:
        """The audit post looks at everything it was alerted of, and finds it in order."""
        note = "逐人核对申请、认证材料和银行回执，未见异常"
        cases = [found | {"note": note} for found in unusual(task.extra["month"])]
        if cases:
            self.staff.carry(task.act, cases, on=task.on)

    def _visit(self, task: Task, answer: Answer) -> None:
        """Let the villages look for everybody a ledger may mean; who opens the door is alive."""
        if task.cases[0]["list_kind"] != cremations.KIND:
            return
        listed = task.cases[0]["list_number"]
        people = suspects(listed)
        if nobody := unpaired_rows(listed):
            reason = "户籍系统查询，本区无此人"
            cases = [{"list_number": listed, "row": row, "reason": reason} for row in nobody]
            self._plan(add_workdays(task.on, VISITED_AFTER), "match.dismiss", cases)
        if not people:
            return
        number = f"HC-{listed}"
        self.staff.carry("verification.issue", [{"number": number, "lists": [listed]}], on=task.on)
        self._plan(add_workdays(task.on, VISITED_AFTER), "verification.receive", [], round=number, people=people)

    def _visited(self, task: Task) -> None:
        """Bring the sheet back, and clear whom somebody met."""
        number, people = task.extra["round"], task.extra["people"]
        path = home_checks.everybody_is_alive(self.folder, number, people, on=task.on)
        self.staff.carry("verification.receive", [{"round": number, "file": keep(path)}], on=task.on)
        self.staff.carry("match.clear", home_checks.met(number, people, on=task.on), on=task.on)

    def _failing(self, task: Task) -> dict[str, str]:
        """Bank account to failure code for a batch: only pensions fail here."""
        if not task.extra["batch"].startswith("Y"):
            return {}
        return self.agenda.bank_failures.get(task.extra["batch"][1:7], {})

    def _founded(self, task: Task, answer: Answer) -> None:
        self.bank.district = task.cases[0]["district"]

    def _opened(self, task: Task, answer: Answer) -> None:
        for row in task.cases[0]["balances"]:
            self.bank.open(row["account"].removesuffix("_ACCOUNT").removesuffix("_BANK"), row["amount_fen"])

    def _swept(self, task: Task, answer: Answer) -> None:
        fen = answer.result["amount_fen"]
        if fen:
            self._between("COLLECTION", "FISCAL", fen, task.on, answer.result["reference"])

    def _drawn(self, task: Task, answer: Answer) -> None:
        for case, reference in zip(task.cases, answer.result["references"], strict=True):
            self._between("FISCAL", "DISBURSEMENT", case["amount_fen"], task.on, reference)

    def _remitted(self, task: Task, answer: Answer) -> None:
        for case in task.cases:
            self.bank.move(
                "FISCAL", -case["amount_fen"], task.on, reference=case["reference"], counterparty="省级财政专户"
            )

    def _given_back(self, task: Task, answer: Answer) -> None:
        for case, reference in zip(task.cases, answer.result["references"], strict=True):
            self.bank.move("DELEGATED", -case["amount_fen"], task.on, reference=reference, counterparty="主管部门")

    def _sent_back(self, task: Task, answer: Answer) -> None:
        """Money that was not meant for us returns to its payer, under the bank's own number."""
        back = [case["reference"] for case in task.cases if case["outcome"] == "RETURNED"]
        for money in (line for line in self.bank.lines if line.reference in back and line.credit):
            number = mishaps.bank_number(money.reference)
            self.bank.move(money.account, -money.credit, task.on, reference=number, counterparty=money.counterparty)

    def _entered(self, task: Task, answer: Answer) -> None:
        self.by_hand = task.cases[0]["legs"][0]["account"]

    def _by_hand(self, case: dict[str, Any]) -> dict[str, Any]:
        return lookups.voucher_by_hand(case, self.by_hand)

    def _explain(self, task: Task) -> None:
        """Give a reason for every unusual figure before the report that states it is signed."""
        for case in task.cases:
            as_of, dated = date.fromisoformat(case["as_of"]), date.fromisoformat(case["dated"])
            cases = lookups.explanations(case["year"], as_of, dated, EXPLANATIONS)
            if cases:
                self.staff.carry("figure.explain", cases, on=task.on)

    def _between(self, source: str, target: str, fen: int, on: date, reference: str) -> None:
        self.bank.move(source, -fen, on, reference=reference, counterparty="本单位账户划转")
        self.bank.move(target, fen, on, reference=reference, counterparty="本单位账户划转")


def last_day(agenda: Agenda) -> date:
    """The last day the agenda speaks of, with time for the bank to answer."""
    return date.fromisoformat(agenda.events[-1].on) + timedelta(days=14)

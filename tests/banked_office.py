"""An office whose bank keeps the same accounts from the opening on, and its first month: for what faces the bank."""

from datetime import date
from typing import Any

from jubao.ledger.models import VoucherLine
from jubao.operations.envelope.acting import Answer
from jubao.operations.inbound import keep
from jubao.operations.payments.batch import outbound_file
from jubao.records.models import StatementLine
from jubao.simulation.bank import Bank
from tests.office import Office, number

WANG, LI, ZHAO = number("19700101"), number("19500202", 2), number("19500303", 3)
JANUARY, FEBRUARY = 201701, 201702
ACCOUNTS = ["收入户", "支出户", "财政专户", "代发专户"]


class BankedOffice(Office):
    """An office whose bank keeps the same accounts, from the opening on."""

    def __init__(self) -> None:
        """Open the bank beside the books."""
        super().__init__()
        self.bank = Bank(self.folder, "试验区")
        self.open_fund()
        for account, fen in {"FISCAL": 100_000_000, "DISBURSEMENT": 10_000_000, "DELEGATED": 10_000_000}.items():
            self.bank.open(account, fen)
        self.register(
            {"name": "王甲", "resident_number": WANG},
            {"name": "李乙", "resident_number": LI, "pension_start": 201003},
            {"name": "赵丙", "resident_number": ZHAO, "pension_start": 201004},
        )

    def receive(self, account: str, fen: int, reference: str, on: date) -> None:
        self.bank.move(account, fen, on, reference=reference, counterparty="对方")
        self.statement(on)

    def statement(self, on: date) -> None:
        path = self.bank.statement(on)
        if path:
            self.carry("bank.statement", {"file": keep(path)}, on=on)

    def between(self, source: str, target: str, fen: int, on: date, reference: str) -> None:
        self.bank.move(source, -fen, on, reference=reference, counterparty="本单位账户划转")
        self.bank.move(target, fen, on, reference=reference, counterparty="本单位账户划转")

    def sweep(self, month: int, on: date) -> None:
        told = self.carry("fund.sweep", {"month": month}, on=on).result
        self.between("COLLECTION", "FISCAL", told["amount_fen"], on, told["reference"])

    def draw(self, month: int, fen: int, on: date) -> None:
        told = self.carry("fund.draw", {"month": month, "amount_fen": fen}, on=on).result
        self.between("FISCAL", "DISBURSEMENT", fen, on, told["references"][0])

    def settle(self, answer: Answer, on: date, *, failing: dict[str, str] | None = None) -> Answer:
        batch, ref = answer.result["batch"], answer.proposal
        self.carry("payment.release", {"batch": batch}, on=on, case_ref=ref)
        self.carry("payment.transmit", {"batch": batch}, on=on, case_ref=ref)
        self.bank.pay(outbound_file(batch), account="DISBURSEMENT", on=on)
        path = self.bank.answer(outbound_file(batch), failing or {}, account="DISBURSEMENT", on=on)
        return self.carry("payment.return", {"file": keep(path)}, on=on)

    def confirm(self, month: int, opening: int, received: int, paid: int, on: date, closing: int | None = None) -> None:
        said = opening + received - paid if closing is None else closing
        columns = {"month": [month], "opening": [opening], "received": [received], "paid": [paid], "closing": [said]}
        self.carry("fiscal.confirm", {"file": self.file("专户.xlsx", "fiscal_confirmation", columns)}, on=on)

    def match(self, on: date, period: int = JANUARY) -> list[dict[str, Any]]:
        told = self.carry("reconcile.match", *[{"account": name, "period": period} for name in ACCOUNTS], on=on)
        return told.result["accounts"]

    def sign(self, account: str, on: date, period: int = JANUARY, **more: Any) -> dict[str, Any]:
        return self.carry("reconcile.sign", {"account": account, "period": period, **more}, on=on).result["accounts"][0]


def a_month(office: BankedOffice, *, unplaced: int = 0) -> None:
    """January: a contribution, its sweep, a draw, a payroll of two of whom one payment fails; all lines imported.

    ``unplaced`` fen arrive on the 27th, and nobody knows what for.
    """
    office.contribute(WANG, "王甲", 30_000, date(2017, 1, 9))
    office.draw(JANUARY, 1_000_000, date(2017, 1, 10))
    office.pay(JANUARY, date(2017, 1, 12), failing={"6228480000000000003": "211"})
    office.sweep(JANUARY, date(2017, 1, 25))
    if unplaced:
        office.receive("COLLECTION", unplaced, "HD555", date(2017, 1, 27))
        office.carry("receipt.unidentified", {"reference": "HD555", "reason": "无清单"}, on=date(2017, 1, 27))
    office.statement(date(2017, 1, 31))


def line_of(account: str, **legs: int) -> str:
    """The key of the leg of an account's voucher, by its amount."""
    return str(VoucherLine.objects.get(account__key=account, **legs).pk)


def bank_line(reference: str, account: str) -> str:
    """The key of a line of the bank, by its reference."""
    return str(StatementLine.objects.get(reference=reference, account=account).pk)

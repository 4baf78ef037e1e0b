"""The bank beyond the window: keeps our accounts, pays batches, returns what fails, writes statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jubao.exchange.payout import read_payout, return_file_name, write_return
from jubao.exchange.table import Table
from jubao.exchange.writing import write_table
from jubao.vocabulary import month as months

NAMES = {"COLLECTION": "收入户", "DISBURSEMENT": "支出户", "FISCAL": "财政专户", "DELEGATED": "代发专户"}


@dataclass
class Line:
    """One movement on one of our accounts, in fen; ``debit`` is money out."""

    account: str
    on: date
    reference: str
    counterparty: str
    debit: int
    credit: int
    balance: int
    memo: str


@dataclass(frozen=True)
class MonthOfAccount:
    """Opening, received, paid and closing of one account in one month, in fen."""

    opening: int
    received: int
    paid: int
    closing: int


@dataclass
class Bank:
    """Accounts with their balances in fen, and the movements no statement has shown yet."""

    folder: Path
    district: str
    balances: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    unseen: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    statements: int = 0
    taken_in: dict[Path, Table] = field(default_factory=dict)

    def open(self, account: str, fen: int) -> None:
        """Let an account start with what it held before our books."""
        self.balances[account] = fen

    def move(self, account: str, fen: int, on: date, *, reference: str, counterparty: str, memo: str = "") -> None:
        """Book money in (positive) or out (negative)."""
        self.balances[account] += fen
        line = Line(account, on, reference, counterparty, max(-fen, 0), max(fen, 0), self.balances[account], memo)
        self.unseen.append(line)
        self.lines.append(line)

    def month_of(self, account: str, month: int) -> MonthOfAccount:
        """What an account held and moved in a month (YYYYMM), as its keeper confirms it."""
        own = [line for line in self.lines if line.account == account]
        later = [line for line in own if months.of(line.on) >= month]
        inside = [line for line in later if months.of(line.on) == month]
        opening = self.balances[account] - sum(line.credit - line.debit for line in later)
        received, paid = sum(line.credit for line in inside), sum(line.debit for line in inside)
        return MonthOfAccount(opening, received, paid, opening + received - paid)

    def statement(self, on: date) -> Path | None:
        """Write down what no statement has shown yet; None when nothing moved."""
        if not self.unseen:
            return None
        self.statements += 1
        path = self.folder / f"银行对账单{on:%Y%m%d}-{self.statements:03d}.csv"
        lines, self.unseen = self.unseen, []
        write_table(
            path,
            "bank_statement",
            {
                "account": [NAMES[line.account] for line in lines],
                "date": [line.on for line in lines],
                "reference": [line.reference for line in lines],
                "memo": [line.memo for line in lines],
                "counterparty": [line.counterparty for line in lines],
                "debit": [line.debit or None for line in lines],
                "credit": [line.credit or None for line in lines],
                "balance": [line.balance for line in lines],
            },
        )
        return path

    def confirm(self, month: int) -> Path:
        """Write what the finance bureau says of its special account in a month."""
        held = self.month_of("FISCAL", month)
        path = self.folder / f"财政专户对账单{month}.xlsx"
        columns = {
            "month": [month],
            "opening": [held.opening],
            "received": [held.received],
            "paid": [held.paid],
            "closing": [held.closing],
        }
        write_table(path, "fiscal_confirmation", columns)
        return path

    def pay(self, payout: Path, *, account: str, on: date) -> None:
        """Take a batch in: the whole sum leaves the account."""
        header = self._batch(payout).header
        self.move(account, -header["total"], on, reference=f"ZF{header['batch_no']}", counterparty="批量代发")

    def answer(self, payout: Path, failures: Mapping[str, str], *, account: str, on: date) -> Path:
        """Return a batch: lines on accounts that fail come back with their code, and so does their money.

        Args:
            payout: the file the office handed over.
            failures: bank account to failure code.
        """
        table = self._batch(payout)
        del self.taken_in[payout]
        columns = dict(table.columns)
        codes = [failures.get(number) for number in columns["account"]]
        columns["flag"] = ["0" if code else "1" for code in codes]
        columns["code"] = codes
        month, batch = table.header["month"], table.header["batch_no"]
        path = self.folder / return_file_name(self.district, month, batch)
        header = {"bank": table.header["bank"], "batch_no": batch, "month": month}
        write_return(path, header, columns)
        back = sum(fen for fen, code in zip(columns["amount"], codes, strict=True) if code)
        if back:
            self.move(account, back, on, reference=f"TH{batch}", counterparty="批量代发退回")
        return path

    def _batch(self, payout: Path) -> Table:
        """A batch as the office handed it over, read once between taking it in and answering it."""
        if payout not in self.taken_in:
            self.taken_in[payout] = read_payout(payout)
        return self.taken_in[payout]

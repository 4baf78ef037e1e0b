"""What every bank statement says whatever its format: pages of movements between two balances, made into one table."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from jubao.exchange.fault import Fault, FileRefused, mask_value
from jubao.exchange.table import Table
from jubao.vocabulary.fen import NotAnAmount, format_yuan, parse_yuan

LAYOUT, OUR_CURRENCY = "bank_statement", "CNY"
_ASK_BANK = "请向银行索取完整、正确的对账单，不要手工改动"


@dataclass(frozen=True, slots=True)
class Movement:
    """One booked movement in fen; ``credit`` means money in; ``row`` is its line or its ordinal in the file."""

    row: int
    on: date
    reference: str
    counterparty: str
    fen: int
    credit: bool
    memo: str


@dataclass(slots=True)
class Page:
    """One statement of one account: balances in fen before and after its movements."""

    row: int
    account_number: str
    currency: str
    opening_fen: int
    closing_fen: int
    movements: list[Movement] = field(default_factory=list)


@dataclass(slots=True)
class StatementFile:
    """The file being read: its name, its format, how places in it are called, and the faults found so far."""

    filename: str
    form: str
    place: Callable[[int], tuple[int | None, str]]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, rule: str, value: str = "", step: str = _ASK_BANK) -> None:
        """Note a fault at a line or an entry of the file."""
        line, column = self.place(row)
        self.faults.append(Fault(self.filename, line, column, mask_value(value), rule, step))

    def amount(self, text: str, row: int, *, what: str = "金额") -> int:
        """Yuan as the file writes them in fen; anything but a plain amount with two decimals is a fault."""
        try:
            fen = parse_yuan(text)
        except NotAnAmount:
            self.fault(row, f"{what}不是金额：应为数字，单位元，至多两位小数", text)
            return 0
        if fen < 0:
            self.fault(row, f"{what}不能为负数", text)
        return fen


def table_of(pages: Sequence[Page], file: StatementFile, *, account: str | None, sha256: str) -> Table:
    """The pages as one ``bank_statement`` table with a balance after every movement.

    Args:
        pages: in the order of the file.
        account: which of our accounts this is, by its name in the layout; such files only bear the bank's number.
        sha256: fingerprint of the bytes received.
    Raises:
        FileRefused: with every fault: sums, gaps, currency, doubled references, no account named.
    """
    if account is None:
        file.faults.append(
            Fault(
                file.filename,
                None,
                "",
                "",
                f"{file.form} 对账单只写银行账号，没有写明是本单位哪个账户",
                "请在填报时指明账户（收入户、支出户、财政专户、代发专户）",
            )
        )
    _check_pages(pages, file)
    _check_references(pages, file)
    moves = [move for page in pages for move in page.movements]
    balances = list(_running(pages, file))
    if file.faults:
        raise FileRefused(sorted(file.faults, key=lambda fault: fault.row or 0))
    columns: dict[str, list[Any]] = {
        "account": [account] * len(moves),
        "date": [move.on for move in moves],
        "reference": [move.reference for move in moves],
        "counterparty": [move.counterparty or None for move in moves],
        "debit": [None if move.credit else move.fen for move in moves],
        "credit": [move.fen if move.credit else None for move in moves],
        "balance": balances,
        "memo": [move.memo or None for move in moves],
    }
    header = {
        "account_number": pages[0].account_number,
        "format": file.form,
        "account": account,
        "opening": pages[0].opening_fen,
        "closing": pages[-1].closing_fen,
    }
    return Table(LAYOUT, file.filename, columns, len(moves), [move.row for move in moves], header, (), sha256)


def _check_pages(pages: Sequence[Page], file: StatementFile) -> None:
    """One account in our currency; each page adds up and follows from the one before."""
    if not pages and not file.faults:
        file.faults.append(Fault(file.filename, None, "", "", "文件中没有对账单", _ASK_BANK))
    for page in pages:
        if page.currency != OUR_CURRENCY:
            file.fault(page.row, f"币种应为 {OUR_CURRENCY}", page.currency)
        if page.account_number != pages[0].account_number:
            file.fault(page.row, "文件含多个账户，须逐户导入", page.account_number, "请按账户分别导出后重新上传")
        moved = sum(move.fen if move.credit else -move.fen for move in page.movements)
        if page.opening_fen + moved != page.closing_fen:
            expected = format_yuan(page.opening_fen + moved)
            file.fault(page.row, f"期初余额加减明细应为{expected}元，与期末余额不符", format_yuan(page.closing_fen))
    for before, page in pairwise(pages):
        if before.closing_fen != page.opening_fen:
            file.fault(
                page.row,
                f"期初余额与上一页期末余额{format_yuan(before.closing_fen)}元不相接，缺页",
                format_yuan(page.opening_fen),
            )


def _check_references(pages: Sequence[Page], file: StatementFile) -> None:
    """Every movement has a reference of its own and money on it; days do not run backwards over the pages."""
    moves = [move for page in pages for move in page.movements]
    told = Counter(move.reference for move in moves if move.reference)
    for move in moves:
        if not move.reference:
            file.fault(move.row, "没有流水号")
        elif told[move.reference] > 1:
            file.fault(move.row, "流水号在文件中重复", move.reference)
        if move.fen == 0:
            file.fault(move.row, "金额为零")


def _running(pages: Sequence[Page], file: StatementFile) -> Iterator[int]:
    for page in pages:
        held = page.opening_fen
        for move in page.movements:
            held += move.fen if move.credit else -move.fen
            if held < 0:
                file.fault(move.row, "账户余额为负", format_yuan(held))
            yield held

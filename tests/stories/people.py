"""Whom a story is about, and the files somebody brings: read from the story's own books, never from the pages."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any

from jubao.exchange.payout import read_payout, return_file_name, write_return
from jubao.exchange.writing import write_table
from jubao.reports.reconciliation.lines import ACCOUNTS
from tests.office import number

DISTRICT = "岳阳楼区"
WHO = "SELECT p.personal_number, p.name, p.resident_number FROM records_person p"
TODAY = date(2018, 1, 11)
"""The day of the demonstration's books on the morning after its year."""


@dataclass(frozen=True)
class Someone:
    """A person of the register: personal number, name and resident number."""

    code: str
    name: str
    number: str


@dataclass(frozen=True)
class Books:
    """The books of a story's office, looked into from outside."""

    home: Path

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement."""
        with closing(sqlite3.connect(self.home / "jubao.sqlite3")) as books:
            return books.execute(sql, values).fetchall()

    def in_payment(self, place: int = 0) -> Someone:
        """Somebody in payment whom nothing of the morning concerns."""
        return self._someone("13", place)

    def contributor(self, place: int = 0) -> Someone:
        """Somebody who pays contributions and whom nothing of the morning concerns."""
        return self._someone("11", place)

    def suspect(self) -> Someone:
        """The first person of the morning's death list."""
        return self._first(
            "JOIN records_matchcandidate c ON c.person_id = p.id JOIN records_matchlist l ON l.id = c.match_list_id "
            "WHERE l.number = 'GA-201801' AND c.state = 'OPEN' ORDER BY c.id"
        )

    def of_age(self) -> Someone:
        """Whom the morning's award is for: the payer of the last contribution."""
        return self._first("JOIN records_contribution c ON c.person_id = p.id ORDER BY c.id DESC")

    def _someone(self, state: str, place: int) -> Someone:
        found = self._people(
            "WHERE p.state = ? AND p.id NOT IN (SELECT person_id FROM records_matchcandidate) "
            "AND NOT EXISTS (SELECT 1 FROM records_proposal q WHERE q.state = 'PENDING' AND q.arguments LIKE "
            "'%' || p.personal_number || '%') ORDER BY p.id",
            state,
        )
        return found[20 + place]

    def _first(self, joined: str) -> Someone:
        return self._people(joined)[0]

    def _people(self, joined: str, *values: Any) -> list[Someone]:
        rows = self.ask(f"{WHO} {joined}", *values)
        return [Someone(*row) for row in rows]

    def holder(self, post: str) -> str:
        """The name of whoever holds a post, not of who stands in."""
        staff = "SELECT s.name FROM records_staff s JOIN records_postholding h ON h.staff_id = s.id"
        return str(self.ask(f"{staff} WHERE h.post = ? AND h.capacity = 'A'", post)[0][0])

    def signers(self, act: str) -> list[str]:
        """Names of everybody who took a step of the latest proposal of an act, in order."""
        rows = self.ask(
            "SELECT t.name FROM records_signature s JOIN records_staff t ON t.code = s.person WHERE s.proposal_id = "
            "(SELECT max(id) FROM records_proposal WHERE code = ?) ORDER BY s.id",
            act,
        )
        return [str(name) for (name,) in rows]

    def from_above(self, day: str) -> int:
        """Fen of central, provincial and city money that had come by a day of the year."""
        [(fen,)] = self.ask(
            "SELECT sum(f.amount_fen) FROM records_fiscalreceipt f JOIN records_statementline l "
            "ON l.id = f.statement_line_id WHERE f.level IN ('中央', '省', '市') AND l.date <= ?",
            day,
        )
        return int(fen)

    def payers(self, day: str) -> int:
        """People of whom a contribution had come by a day of the year."""
        [(people,)] = self.ask(
            "SELECT count(DISTINCT person_id) FROM records_contribution WHERE received_date <= ?", day
        )
        return int(people)

    def village(self) -> str:
        """A village."""
        return str(self.ask("SELECT code FROM records_division WHERE level = 'VILLAGE' ORDER BY code")[0][0])


def registrations(path: Path, village: str, born: dict[str, str], *, wrong: bool = False) -> Path:
    """A workbook of people to enrol, name to birth day; with ``wrong`` the first number has a wrong check digit."""
    numbers = [number(day, 660 + place) for place, day in enumerate(born.values())]
    size = len(numbers)
    columns = {
        "name": list(born),
        "resident_number": numbers,
        "household_type": ["20"] * size,
        "category": ["011"] * size,
        "division": [village] * size,
        "address": ["春晖路1号"] * size,
        "phone": [None] * size,
        "tier": [300] * size,
        "bank": ["农业银行"] * size,
        "bank_account": [f"62284800000000{place:05}" for place in range(size)],
        "card_number": [None] * size,
        "applied_date": [TODAY] * size,
    }
    if wrong:
        columns["tier"] = [301, *columns["tier"][1:]]
    write_table(path, "enrolment_batch", columns)
    return path


def answer_of_bank(home: Path, folder: Path, batch: str) -> Path:
    """The bank's answer to a batch that was handed over: everybody is paid."""
    [payout] = [path for path in (home / "outbound").iterdir() if batch in path.name]
    table = read_payout(payout)
    columns = dict(table.columns)
    columns["flag"], columns["code"] = ["1"] * len(columns["account"]), [None] * len(columns["account"])
    month = table.header["month"]
    path = folder / return_file_name(DISTRICT, month, batch)
    write_return(path, {"bank": table.header["bank"], "batch_no": batch, "month": month}, columns)
    return path


def statement_of_bank(folder: Path, books: Books, account: str, lines: list[tuple[date, str, str, int]]) -> Path:
    """What the bank says of an account since its last line: day, reference, counterparty, and fen, money in positive."""
    last = "SELECT balance_fen FROM records_statementline WHERE account = ? ORDER BY line DESC LIMIT 1"
    [(held,)] = books.ask(last, account)
    name, fen = ACCOUNTS[account][0], [line[3] for line in lines]
    columns = {
        "account": [name] * len(lines),
        "date": [line[0] for line in lines],
        "reference": [line[1] for line in lines],
        "counterparty": [line[2] for line in lines],
        "debit": [-one if one < 0 else None for one in fen],
        "credit": [one if one > 0 else None for one in fen],
        "balance": [int(held) + moved for moved in accumulate(fen)],
        "memo": [None] * len(lines),
    }
    path = folder / f"银行对账单-{name}.csv"
    write_table(path, "bank_statement", columns)
    return path


def word_of_bureau(folder: Path, books: Books, month: int, received: int) -> Path:
    """What the finance bureau says of its special account in a month in which money only came in, in fen."""
    [(held,)] = books.ask("SELECT closing_fen FROM records_fiscalconfirmation ORDER BY month DESC LIMIT 1")
    columns = {"month": [month], "opening": [held], "received": [received], "paid": [0], "closing": [held + received]}
    path = folder / f"财政专户对账单{month}.xlsx"
    write_table(path, "fiscal_confirmation", columns)
    return path

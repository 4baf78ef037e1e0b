"""The agenda of a year: who asks for what on which day, and the money that arrives from outside."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

VERSION = 7
_RANK = {
    "office.found": 0,
    "area.record": 1,
    "fund.open": 2,
    "register.open": 3,
    "fund.draw": 10,
    "payroll.calculate": 11,
    "payment.hold": 12,
    "match.import": 20,
    "match.hold": 21,
    "verification.issue": 22,
    "verification.receive": 23,
    "match.confirm": 24,
    "certification.record": 30,
    "award.resume": 31,
    "enrolment.enrol": 32,
    "award.reinstate": 33,
    "receipt.identify": 35,
    "payout.collect": 40,
    "delegated.enrol": 41,
    "delegated.fund": 42,
    "delegated.calculate": 43,
    "contribution.credit": 90,
    "fund.sweep": 91,
    "watch.run": 92,
    "reconcile.match": 94,
    "reconcile.match_by_hand": 95,
    "fiscal.confirm": 96,
    "reconcile.sign": 97,
    "fund.close_month": 98,
    "fund.close_year": 98,
}
_ORDINARY = 50


@dataclass(frozen=True)
class Event:
    """One act on one day with all its cases; days are ISO texts, so that the agenda can be kept as JSON."""

    on: str
    act: str
    cases: list[dict[str, Any]]


@dataclass(frozen=True)
class Deposit:
    """Money from outside arriving on one of our bank accounts (amount in fen)."""

    on: str
    account: str
    reference: str
    counterparty: str
    amount_fen: int
    memo: str


@dataclass
class Agenda:
    """Everything that will happen in the year; ``bank_failures``: YYYYMM to bank account to failure code."""

    seed: int
    scale: float
    year: int
    events: list[Event] = field(default_factory=list)
    deposits: list[Deposit] = field(default_factory=list)
    bank_failures: dict[str, dict[str, str]] = field(default_factory=dict)
    rebinds: list[dict[str, Any]] = field(default_factory=list)
    version: int = VERSION

    def add(self, on: date, act: str, cases: list[dict[str, Any]]) -> None:
        """Put an act on a day; nothing when there is no case."""
        if cases:
            self.events.append(Event(on.isoformat(), act, cases))

    def expect(self, on: date, account: str, deposit: tuple[str, str, int, str]) -> None:
        """Announce money: (reference, counterparty, amount in fen, memo) arriving on an account."""
        reference, counterparty, amount_fen, memo = deposit
        self.deposits.append(Deposit(on.isoformat(), account, reference, counterparty, int(amount_fen), memo))

    def arrange(self) -> None:
        """Put everything in order of days and of a sensible office day; one event per act and day."""
        merged: dict[tuple[str, str], Event] = {}
        for event in self.events:
            merged.setdefault((event.on, event.act), Event(event.on, event.act, [])).cases.extend(event.cases)
        self.events = list(merged.values())
        self.events.sort(key=lambda event: (event.on, _RANK.get(event.act, _ORDINARY)))
        self.deposits.sort(key=lambda deposit: (deposit.on, deposit.account, deposit.reference))

    def save(self, path: Path) -> None:
        """Write the agenda as JSON, the same bytes for the same agenda."""
        text = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        path.write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Agenda":
        """Read an agenda that was saved."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        kept["events"] = [Event(**event) for event in kept["events"]]
        kept["deposits"] = [Deposit(**deposit) for deposit in kept["deposits"]]
        return cls(**kept)

    def fits(self, seed: int, scale: float, year: int) -> bool:
        """Tell whether a kept agenda is the one asked for."""
        return (self.seed, self.scale, self.year, self.version) == (seed, scale, year, VERSION)

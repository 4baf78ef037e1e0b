"""An oracle that walks through a generated year with dictionaries, reading only its files and agenda."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from jubao.exchange import read_table
from jubao.simulation.agenda import Agenda
from jubao.vocabulary import month
from jubao.vocabulary.resident_number import birth_date

LAYOUTS = {"contribution.bank": "bank_collection", "contribution.outlet": "outlet_batch"}
STOPS = ("match.hold", "award.suspend", "match.confirm", "award.terminate")
NEVER = 999912
SOURCES = ("personal", "province", "city", "county", "collective", "government_paid")


@dataclass
class Pension:
    """A pension as the oracle follows it: paid through a month, stopped or not."""

    amount: int
    paid_through: int
    certified: int | None
    stopped: bool = False
    reason: str = ""


@dataclass
class Payee:
    """Somebody on a roster: standard, months not paid yet from the first on, and the month from which nothing is due."""

    amount: int
    paid_through: int
    rests_from: int = NEVER


@dataclass
class Oracle:
    """Walks through a year event by event with dictionaries, a clerk's way, and keeps what it saw."""

    folder: Path
    agenda: Agenda
    pensions: dict[str, Pension] = field(default_factory=dict)
    register: dict[str, dict[str, Any]] = field(default_factory=dict)
    credits: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    received: list[tuple[str, str, int]] = field(default_factory=list)
    paid: dict[int, dict[str, int]] = field(default_factory=dict)
    lapsed: list[tuple[str, int]] = field(default_factory=list)
    rosters: dict[tuple[str, str], Payee] = field(default_factory=dict)
    delegated: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    said_dead: set[str] = field(default_factory=set)

    def walk(self) -> "Oracle":
        """Take every event in order."""
        for event in self.agenda.events:
            for case in event.cases:
                self.take(event.on, event.act, case)
        return self

    def take(self, on: str, act: str, case: dict[str, Any]) -> None:
        """What one case does to pensions and payments."""
        now = month.of(date.fromisoformat(on))
        if act == "register.open":
            self.open(read_table(self.folder / case["file"], "opening_register").records())
        elif act in LAYOUTS:
            self.collect(on, act, case["file"])
        elif act == "payroll.calculate":
            self.run(case["month"])
        elif act == "payment.hold":
            self.hold(now, case["person"])
        elif act == "certification.record":
            for row in read_table(self.folder / case["file"], "certification_roll").records():
                self.pensions[row["resident_number"]].certified = month.of(row["certified_date"])
        elif act.startswith("delegated.") and act != "delegated.fund":
            self.on_behalf(act, case)
        else:
            self.decide(now, act, case)

    def decide(self, now: int, act: str, case: dict[str, Any]) -> None:
        """What is decided about a pension."""
        if act == "award.grant":
            self.grant(case["person"])
        elif act in STOPS:
            self.said_dead |= {case["person"]} if act == "match.hold" else set()
            self.stop(case)
        elif act == "award.resume":
            self.resume(now, case["person"])
        elif act == "award.reinstate":
            self.pensions[case["person"]].stopped = False

    def open(self, rows: Any) -> None:
        """Read the register: who draws, how much, paid through which month."""
        for row in rows:
            self.register[row["resident_number"]] = row
            if row["pension_start"]:
                through = month.add(row["suspended_from"], -1) if row["suspended_from"] else 201612
                account = sum(row[f"pension_{source}"] for source in SOURCES)
                kept = Pension(8500 + account, through, row["certified_month"])
                kept.stopped, kept.reason = bool(row["suspended_from"]), row["suspension_reason"] or ""
                self.pensions[row["resident_number"]] = kept

    def collect(self, on: str, act: str, file: str) -> None:
        """Read contributions; each earns its subsidy (none for years made up)."""
        for row in read_table(self.folder / file, LAYOUTS[act]).records():
            self.received.append((on, row["resident_number"], row["amount"]))
            tier = row["amount"] // 100
            extra = {100: 3000, 200: 4000, 300: 5000, 400: 5000}.get(tier, 6000) if row["kind"] == "10" else 0
            credit = (month.of(date.fromisoformat(on)), row["amount"] + extra)
            self.credits[row["resident_number"]].append(credit)

    def grant(self, person: str) -> None:
        """Start a pension: opening balance, credits and exact interest over 139."""
        born = birth_date(person)
        sixty = month.make(born.year + 60, born.month)
        whole = Fraction(sum(self.register[person][source] for source in SOURCES))
        assert self.register[person]["contributed_years"] >= min(max(born.year - 1951, 0), 15)
        months = max(month.between(201701, sixty) + 1, 0)
        interest = whole * months / 800
        for credited, amount in self.credits[person]:
            assert credited < sixty, "the money reached the account before 60"
            interest += Fraction(amount * month.between(credited, sixty), 800)
            whole += amount
        account = half_up(Fraction(whole + half_up(interest)) / 139)
        self.pensions[person] = Pension(8500 + account, sixty, None)

    def stop(self, case: dict[str, Any]) -> None:
        """Hold, suspend or end: nothing more is paid."""
        pension = self.pensions[case["person"]]
        pension.stopped = True
        pension.reason = case.get("reason", "")

    def resume(self, in_month: int, person: str) -> None:
        """Pay again; months in custody are lost, all others are made up."""
        pension = self.pensions[person]
        assert pension.stopped, "only what is stopped is resumed"
        pension.stopped = False
        if pension.reason == "1202":
            pension.paid_through = in_month

    def on_behalf(self, act: str, case: dict[str, Any]) -> None:
        """What other departments' rosters come to, programme by programme; the dead of a list are not paid."""
        if act == "delegated.enrol":
            for row in read_table(self.folder / case["file"], "delegated_roster").records():
                payee = Payee(row["monthly_amount"], month.add(row["start_month"], -1))
                self.rosters[row["programme"], row["resident_number"]] = payee
        elif act == "delegated.calculate":
            for (programme, person), payee in self.rosters.items():
                through = min(case["month"], month.add(payee.rests_from, -1) if payee.rests_from != NEVER else NEVER)
                due = month.between(payee.paid_through, through)
                if programme == case["programme"] and person not in self.said_dead and due > 0:
                    self.delegated[programme] += due * payee.amount
                    payee.paid_through = through
        elif act in ("delegated.stop", "delegated.end"):
            payee = self.rosters[case["programme"], case["person"]]
            payee.rests_from = min(payee.rests_from, case["from_month"])
        elif act == "delegated.resume":
            self.rosters[case["programme"], case["person"]].rests_from = NEVER

    def hold(self, in_month: int, person: str) -> None:
        """A payment held before its release reaches nobody; the month stays open."""
        del self.paid[in_month][person]
        self.pensions[person].paid_through = month.add(in_month, -1)

    def lapsed_unseen(self) -> list[tuple[str, int]]:
        """Who is paid on a lapsed certification although nobody stops them for it from the next month on."""
        stopped = {
            (case["person"], month.add(case["from_month"], -1))
            for event in self.agenda.events
            if event.act == "award.suspend"
            for case in event.cases
            if case["reason"] == "1201"
        }
        return [one for one in self.lapsed if one not in stopped]

    def account(self, person: str) -> str | None:
        """The bank account the register names; people it does not know are never refused."""
        return self.register[person]["bank_account"] if person in self.register else None

    def run(self, now: int) -> None:
        """Pay every month still open to everybody drawing, unless the bank refuses."""
        refused = self.agenda.bank_failures.get(str(now), {})
        self.paid[now] = {}
        for person, pension in self.pensions.items():
            due = month.between(pension.paid_through, now)
            if pension.stopped or due <= 0:
                continue
            if pension.certified and month.between(pension.certified, now) >= 12:
                self.lapsed.append((person, now))
            if self.account(person) not in refused:
                self.paid[now][person] = due * pension.amount
                pension.paid_through = now


def half_up(exact: Fraction) -> int:
    """Round to a whole fen, halves up, by exact fractions."""
    return int((exact + Fraction(1, 2)) // 1)

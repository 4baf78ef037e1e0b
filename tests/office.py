"""A small office for tests: founded with ten people, a register of a few insured, and acts carried by their chains."""

import itertools
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from jubao.exchange.writing import write_table
from jubao.operations import declare_all
from jubao.operations.envelope.acting import Answer
from jubao.operations.inbound import keep
from jubao.operations.people import ids_of
from jubao.records.models import Person
from jubao.reports.paid_years import contributed_years, paid_years
from jubao.simulation.staff import Staff
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.posts import Post
from jubao.vocabulary.resident_number import check_digit
from jubao.vocabulary.viewer import NOBODY, Scope, Viewer
from tests.trial import on_trial

declare_all()

TOWNSHIP, VILLAGE = "430602001", "430602001001"
LAYOUT = [
    ("L1", "主任", ["DIRECTOR"], []),
    ("L2", "副主任", ["DEPUTY_BUSINESS"], []),
    ("L3", "副主任", ["DEPUTY_FINANCE"], ["ACCOUNTANT", "CASHIER"]),
    ("L4", "副主任", ["DEPUTY_AUDIT", "OFFICE"], ["AUDIT"]),
    ("J1", "科员", ["COLLECTION"], ["ACCOUNTS"]),
    ("G1", "科员", ["ACCOUNTS"], ["COLLECTION", "BENEFITS"]),
    ("D1", "科员", ["BENEFITS"], ["ACCOUNTS"]),
    ("D2", "科员", ["AUDIT"], []),
    ("C1", "科员", ["ACCOUNTANT"], []),
    ("C2", "科员", ["CASHIER"], []),
]
STARTED = date(2017, 1, 3)
BALANCES = ("personal", "province", "city", "county", "collective", "government_paid")
PENSIONS = tuple(f"pension_{name}" for name in BALANCES)
_counter = itertools.count(1)
DEATH_PAPER, HEIR_PAPER = "死亡医学证明 2017-1", "亲属关系证明 2017-1"
ORDINARY: dict[str, dict[str, Any]] = {
    "award.grant": {"form": "待遇领取申请表 1"},
    "award.terminate": {"evidence": DEATH_PAPER},
    "match.confirm": {"evidence": DEATH_PAPER},
    "match.end_payer": {"evidence": "对方参保证明 1"},
    "recovery.instalments": {"evidence": "分期还款协议 1"},
    "delegated.fund": {"notice": "拨款通知 1"},
}
"""Papers a case rests on where a test says nothing of them."""


class Unwritten:
    """A witness who writes nothing down, for tests of what is read; those of looks take the office's own."""

    told = ""

    def people(self, keys: Sequence[int | None], subject: str, *, conditions: str = "", approved: bool = False) -> None:
        """Nothing."""

    def everybody(self, subject: str, *, count: int) -> None:
        """Nothing."""


READER = Viewer(
    staff="D2",
    posts=frozenset({Post.AUDIT}),
    scope=Scope.EVERYWHERE,
    day=date(2018, 12, 31),
    lifted=frozenset(Mask),
    recused=NOBODY,
    witness=Unwritten(),
)
"""Who reads lists in tests: an auditor who sees the whole district and whole numbers."""
MASKED = replace(READER, lifted=frozenset(), witness=None)
"""The same auditor without a task that needs whole numbers."""


def number(birth: str, sequence: int = 1) -> str:
    """A valid synthetic resident number: birth YYYYMMDD and a sequence (odd male)."""
    body = f"430602{birth}{sequence:03d}"
    return body + check_digit(body)


class Office:
    """Ten people, one village, one outlet; ``carry`` takes an act through its chain."""

    def __init__(self, district: str = "430602", started: date = STARTED) -> None:
        """Found the office of a district on a day; acts of no stated day are of that day."""
        self.district, self.started = district, started
        self.township, self.village = f"{district}001", f"{district}001001"
        self.staff = Staff(keys=f"test{next(_counter)}")
        self.folder = Path(tempfile.mkdtemp(prefix="jubao-test-"))
        self.lines: dict[str, int] = {}
        for tray in ("outbound", "anchors"):  # a new office handed nothing over and noted no head
            shutil.rmtree(Path(settings.JUBAO_HOME) / tray, ignore_errors=True)
        on_trial(Path(settings.JUBAO_HOME))
        self.found()

    def found(self) -> None:
        """Staff, charts, divisions, one outlet, opening books."""
        members = [
            {
                "staff": code,
                "name": f"职工{code}",
                "title": title,
                "section": "综合办公室",
                "posts": posts,
                "cover": cover,
            }
            for code, title, posts, cover in LAYOUT
        ]
        members.append(
            {
                "staff": "P1",
                "name": "上级",
                "title": "上级系统管理员",
                "section": "市局",
                "posts": ["PERMISSION"],
                "external": True,
            }
        )
        self.carry(
            "office.found",
            {
                "office": "试验区居民养老保险中心",
                "city": "试验市",
                "district": "试验区",
                "district_code": self.district,
                "budget_code": "430609",
                "superior": "区人社局",
                "posts_authorised": 10,
                "staff": members,
            },
        )
        self.carry(
            "area.record",
            {
                "divisions": [
                    {"code": self.township, "name": "甲街道", "level": "TOWNSHIP", "parent": self.district},
                    {"code": self.village, "name": "乙社区", "level": "VILLAGE", "parent": self.township},
                ],
                "outlets": [
                    {
                        "code": "W001",
                        "name": "乙社区网点",
                        "division": self.village,
                        "terminal": "T001",
                        "started_date": "2016-05-01",
                    }
                ],
            },
        )

    def open_fund(self, fiscal: int = 100_000_000, disbursement: int = 10_000_000) -> None:
        """Open the books with money."""
        self.carry(
            "fund.open",
            {
                "balances": [
                    {"account": "FISCAL_ACCOUNT", "amount_fen": fiscal},
                    {"account": "DISBURSEMENT_ACCOUNT", "amount_fen": disbursement},
                    {"account": "DELEGATED_BANK", "amount_fen": 10_000_000},
                ]
            },
        )

    def carry(self, code: str, *cases: dict[str, Any], on: date | None = None, case_ref: str | None = None) -> Answer:
        """Take an act through its chain by different people; papers nobody speaks of are ordinary ones."""
        return self.staff.carry(
            code, [with_papers(code, case) for case in cases], on=on or self.started, case_ref=case_ref
        )

    def file(self, name: str, layout: str, columns: dict[str, list[Any]], header: dict[str, Any] | None = None) -> str:
        """Write a file by its layout and bring it to the inbound desk."""
        path = self.folder / f"{next(_counter):04d}-{name}"
        write_table(path, layout, columns, header=header)
        return keep(path)

    def register(self, *people: dict[str, Any], as_of: date = date(2016, 12, 31)) -> None:
        """Take over a register of a few people; what is not said is ordinary."""
        rows = [insured(place, **({"division": self.village} | person)) for place, person in enumerate(people, start=1)]
        columns = {field: [row[field] for row in rows] for field in rows[0]}
        name = self.file("底册.xlsx", "opening_register", columns)
        self.carry(
            "register.open",
            {"file": name, "as_of": as_of.isoformat(), "interest_through": as_of.year * 100 + as_of.month},
        )

    def receive(self, account: str, fen: int, reference: str, on: date) -> None:
        """Let money arrive, with its statement line imported."""
        names = {"COLLECTION": "收入户", "DISBURSEMENT": "支出户", "FISCAL": "财政专户", "DELEGATED": "代发专户"}
        self.lines[account] = self.lines.get(account, 0) + fen
        columns = {
            "account": [names[account]],
            "date": [on],
            "reference": [reference],
            "counterparty": ["对方"],
            "debit": [None],
            "credit": [fen],
            "balance": [self.lines[account]],
            "memo": ["进账"],
        }
        self.carry("bank.statement", {"file": self.file("对账单.csv", "bank_statement", columns)}, on=on)

    def contribute(self, person: str, name: str, fen: int, on: date, *, year: int | None = None) -> None:
        """One person pays through the bank; the money is matched and taken in, not yet credited."""
        reference = f"HD{next(_counter):06d}"
        self.receive("COLLECTION", fen, reference, on)
        kind = "10" if year in (None, on.year) else "31"
        columns = {
            "seq": [1],
            "resident_number": [person],
            "name": [name],
            "contribution_year": [year or on.year],
            "kind": [kind],
            "amount": [fen],
        }
        header = {"bank": "农业银行", "batch_no": f"P{reference}", "date": on, "receipt_reference": reference}
        self.carry("contribution.bank", {"file": self.file("代收.txt", "bank_collection", columns, header)}, on=on)

    def pay(self, month: int, on: date, *, failing: dict[str, str] | None = None) -> Answer:
        """Run a month's payroll to the bank's answer; ``failing`` maps bank accounts to failure codes."""
        answer = self.carry("payroll.calculate", {"month": month}, on=on)
        self.settle(answer, on, failing=failing or {})
        return answer

    def verify(self) -> None:
        """Every invariant must hold; the chain's head is anchored first, as a commit would have done."""
        from jubao.operations.envelope.anchor import write_anchor
        from jubao.reports.invariants import verification

        write_anchor()
        broken = [finding for finding in verification.verify() if finding.broken]
        assert not broken, [(f.code, f.title, [v.text for v in f.violations]) for f in broken]

    def settle(self, answer: Answer, on: date, *, failing: dict[str, str] | None = None) -> Answer:
        """Release a batch, hand it over and take in the bank's answer."""
        from jubao.operations.payments.batch import outbound_file
        from jubao.simulation.bank import Bank

        batch, ref = answer.result["batch"], answer.proposal
        self.carry("payment.release", {"batch": batch}, on=on, case_ref=ref)
        self.carry("payment.transmit", {"batch": batch}, on=on, case_ref=ref)
        bank = Bank(self.folder, "试验区")
        path = bank.answer(outbound_file(batch), failing or {}, account="DISBURSEMENT", on=on)
        return self.carry("payment.return", {"file": keep(path)}, on=on)


def with_papers(code: str, case: dict[str, Any]) -> dict[str, Any]:
    """A case with the papers an act asks for, those of the heir where somebody else is paid."""
    heir = {"heir_evidence": HEIR_PAPER} if case.get("heir_account") else {}
    return ORDINARY.get(code, {}) | heir | case


def insured(place: int, **said: Any) -> dict[str, Any]:
    """One row of a register: an ordinary contributor unless said otherwise."""
    row: dict[str, Any] = {
        "personal_number": f"4306020{place:06d}",
        "name": f"居民{place}",
        "resident_number": number("19700101", place),
        "household_type": "20",
        "category": "011",
        "division": VILLAGE,
        "address": "甲街道乙社区",
        "phone": "",
        "enrolled_month": 201201,
        "enrolment_state": "1",
        "contribution_state": "1",
        "tier": 100,
        "contributed_years": 5,
        "bank": "农业银行",
        "bank_account": f"62284800{place:011d}",
        "card_number": "",
        "pension_start": None,
        "suspended_from": None,
        "suspension_reason": None,
        "ended_month": None,
        "end_reason": None,
        "certified_month": None,
    }
    row |= dict.fromkeys(BALANCES, 0) | dict.fromkeys(PENSIONS)
    if said.get("pension_start"):
        row |= {"contribution_state": "3"} | dict.fromkeys(PENSIONS, 0)
    assert set(said) <= set(row), f"a register row has no {set(said) - set(row)}"
    return row | said


def years_of(person: Person) -> int:
    """Years that count for somebody, those before the takeover included."""
    key = ids_of([person])
    return int(contributed_years(key, paid_years(key))[0])

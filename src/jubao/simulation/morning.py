"""The morning after the year: what the staff leave on every desk for whoever sits down there, by acts like any other.

What is done, begun, sent back and left waiting is chosen once from the books and the district's own papers and kept
beside the agenda; carried out again, it repeats the same requests and changes nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import keep
from jubao.simulation.agenda import Agenda
from jubao.simulation.morning_papers import Papers
from jubao.simulation.staff import NobodyMayAct, Staff
from jubao.vocabulary import month as months
from jubao.vocabulary.workdays import add_workdays

_KEPT = "morning.json"
_EVERYBODY = 99  # more signatures than any chain has


@dataclass(frozen=True)
class Deed:
    """One act of the morning: how many of its signatures are given, or why the first signer returns it.

    ``by`` names who proposes where any post may; else it is the first who holds the act's post.
    """

    act: str
    cases: list[dict[str, Any]]
    signed: int = _EVERYBODY
    returned: str = ""
    by: str = ""


@dataclass
class Morning:
    """The morning's deeds, in order, on one business day."""

    on: str
    deeds: list[Deed] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The business day."""
        return date.fromisoformat(self.on)


def morning_of(agenda: Agenda, folder: Path, *, after: date) -> Morning:
    """The morning of a district, chosen once and kept in its folder.

    Args:
        agenda: the year that was worked.
        folder: where its files lie.
        after: the last business day of the books; the morning is the workday after it.
    """
    kept = folder / _KEPT
    if kept.exists():
        stored = json.loads(kept.read_text(encoding="utf-8"))
        return Morning(stored["on"], [Deed(**deed) for deed in stored["deeds"]])
    on = add_workdays(after, 1)
    morning = Morning(on.isoformat(), list(_deeds(Papers(folder, agenda.year, on), on)))
    kept.write_text(json.dumps(asdict(morning), ensure_ascii=False, indent=1), encoding="utf-8")
    return morning


@dataclass(frozen=True)
class Left:
    """What a deed of the morning came to: its title, and why it was refused, where this district's books did."""

    title: str
    refused: str = ""


def carry_out(morning: Morning, agenda: Agenda, folder: Path) -> Iterator[Left]:
    """Do the morning's deeds; yields each when it is done. What these books refuse is left out, and said."""
    staff = Staff(keys=f"{agenda.seed}-{agenda.scale}-morning")
    batch = _Batch()
    for deed in morning.deeds:
        cases, case_ref = [_with_file(case, folder) for case in deed.cases], None
        if any("batch" in case for case in cases):
            cases, case_ref = [case | {"batch": batch.number} for case in cases], batch.made_by
        try:
            answer = _do(staff, deed, cases, morning.day, case_ref)
        except (Refused, NobodyMayAct) as no:
            yield Left(ACTS[deed.act].title, str(no))
            continue
        if "batch" in answer.result:
            batch = _Batch(answer.result["batch"], answer.proposal)
        yield Left(ACTS[deed.act].title)


def _do(staff: Staff, deed: Deed, cases: list[dict[str, Any]], on: date, case_ref: str | None) -> Answer:
    if deed.returned:
        return staff.send_back(deed.act, cases, on=on, reason=deed.returned)
    signed = min(deed.signed, len(ACTS[deed.act].chain))
    return staff.begin(deed.act, cases, on=on, signed=signed, case_ref=case_ref, by=deed.by)


@dataclass(frozen=True)
class _Batch:
    """The last batch that was made, and the case in which it was: whoever releases it goes on with that one."""

    number: str = ""
    made_by: str = ""


def _with_file(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A case with its file at the inbound desk."""
    return case | {"file": keep(folder / case["file"])} if "file" in case else case


def _deeds(papers: Papers, on: date) -> Iterator[Deed]:
    yield from _done(papers, on)
    yield from _begun_for_people(papers, on)
    yield from _begun_for_the_office(papers, on)


def _done(papers: Papers, on: date) -> Iterator[Deed]:
    """What is finished this morning and leaves something to do: bank lines, hits, a batch to hand over, an account."""
    yield Deed("target.set", [papers.target()])
    yield Deed("bank.statement", [{"file": papers.statement()}])
    if paid := papers.back_payment():
        yield Deed("contribution.bank", paid)
        yield Deed("contribution.credit", [{"through": on.isoformat()}])
    yield Deed("transfer.send", [papers.leaver(0)])
    yield Deed("payout.collect", [{"through": on.isoformat()}])
    yield Deed("payment.release", [{"batch": ""}])
    yield Deed("match.import", [papers.death_list()])
    yield Deed("watch.run", [{"month": months.of(on)}])
    yield Deed("account.rebind", [papers.new_account(0)])


def _begun_for_people(papers: Papers, on: date) -> Iterator[Deed]:
    """What waits for a signature about somebody."""
    if application := papers.application():
        yield Deed("award.grant", application, signed=0)
    yield Deed("account.rebind", [papers.new_account(1)], signed=1)
    yield Deed("enrolment.enrol", [{"file": papers.enrolments()}], signed=0)
    yield Deed("transfer.send", [papers.leaver(1)], signed=1)
    if overdue := papers.overdue_certification():
        yield Deed("award.suspend", overdue, signed=0)
    for person in papers.suspended():
        seen = (on - timedelta(days=1)).isoformat()
        case = {"person": person, "evidence": "本人到村认证，照片及签名存档", "evidence_date": seen}
        yield Deed("award.resume", [case], signed=1)
    for place, claim in enumerate(papers.claims()):
        yield from _claimed(place, claim, on)
    yield Deed("payroll.calculate", [{"month": months.of(on), "reason": papers.NO_LISTS}], signed=1)


def _claimed(place: int, claim: dict[str, Any], on: date) -> Iterator[Deed]:
    """One claim is demanded, one given up, one demand came back because its address was missing."""
    due = (on + timedelta(days=30)).isoformat()
    demand = claim | {"number": f"追〔{on.year}〕{place + 1}号", "receiver": "本人家属", "due_date": due}
    if place == 0:
        yield Deed("recovery.demand", [demand], signed=0)
    elif place == 1:
        yield Deed("recovery.demand", [demand], returned="送达地址没有写明，请补充后重新提出")


def _begun_for_the_office(papers: Papers, on: date) -> Iterator[Deed]:
    """What waits for a signature about the office, and what will be void because something moved after it."""
    legs = [{"account": "400303", "debit_fen": 1_200_000}, {"account": "400302", "credit_fen": 1_200_000}]
    voucher = {"book": "FUND", "legs": legs, "memo": "市级缴费补贴改列省级", "reason": "拨款单未注明资金级次"}
    yield Deed("voucher.enter", [voucher], signed=0)
    approval = {"staff": "J1", "subject": "certification-due", "conditions": "无", "most_people": 200}
    approval |= {"purpose": "分发各乡镇街道上门认证", "until": (on + timedelta(days=7)).isoformat()}
    yield Deed("export.approve", [approval], signed=0)
    first, back = add_workdays(on, 2), add_workdays(on, 5)
    away = {"staff": "C1", "from_day": first.isoformat(), "to_day": back.isoformat()}
    yield Deed("staff.absent", [away], signed=0, by="C1")
    yield Deed("transfer.send", [papers.leaver(2)])
    yield Deed("payout.collect", [{"through": on.isoformat()}], signed=0)
    yield Deed("transfer.send", [papers.leaver(3)])  # one more to pay out than whoever checks the batch will have seen

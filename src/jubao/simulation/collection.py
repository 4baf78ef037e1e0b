"""Newcomers enrol, contributions come in: bank debits, outlet settlements, the money behind each file."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from jubao.simulation.calendar_of_year import MONTHS
from jubao.simulation.contributions import PaymentFile
from jubao.simulation.paper import Paper, YearPlan, blank_text
from jubao.simulation.people import Numbers
from jubao.simulation.settings import sheet

_ENROL_DAY = 16
_GOVERNMENT_DAY = (11, 21)  # a week after the last level has sent its share
_WINDOW = 6  # days before the settlement in which cards were swiped


def enrol(plan: YearPlan, paper: Paper) -> None:
    """Send one batch of newcomers a month."""
    people, joined = plan.people, plan.paid.joined
    for number in np.unique(joined[joined > 0]).tolist():
        rows = np.flatnonzero(joined == number)
        on = plan.office.day(number, _ENROL_DAY)
        columns = {
            "name": people.name[rows],
            "resident_number": people.number[rows],
            "household_type": people.household[rows],
            "category": people.category[rows],
            "division": people.division[rows],
            "address": people.address[rows],
            "phone": blank_text(people.phone[rows]),
            "tier": plan.past.tier[rows],
            "bank": people.bank[rows],
            "bank_account": people.account[rows],
            "card_number": people.card[rows],
            "applied_date": [on - timedelta(days=int(row) % 9) for row in rows],
        }
        name = paper.write(f"参保/新参保登记-{plan.office.month(number)}.xlsx", "enrolment_batch", columns)
        paper.note(on, "enrolment.enrol", [{"file": name}])


def collect(plan: YearPlan, paper: Paper) -> None:
    """Write every collection file, announce its money, and credit accounts at the end of each month."""
    serial, by_outlet = 0, _outlets_of(plan)
    for number, file in enumerate(plan.paid.files):
        rows = np.flatnonzero(plan.paid.file == number)
        if not rows.size:
            continue
        rows = rows[np.argsort(plan.paid.person[rows], kind="stable")]
        write = _bank_file if file.channel == "bank" else _outlet_file
        write(plan, paper, file, (number, rows, serial, by_outlet))
        serial += rows.size
    for number in MONTHS:
        on = plan.office.last(number)
        paper.note(on, "contribution.credit", [{"through": on.isoformat()}])


def _bank_file(plan: YearPlan, paper: Paper, file: PaymentFile, content: tuple[int, Numbers, int, Numbers]) -> None:
    number, rows, _, _ = content
    on = plan.office.day(file.month, file.day)
    bank = sheet("settings")["banks"][(0, 3, 4, 2)[number % 4]]["name"]
    reference = f"DK{on:%Y%m%d}{number:03}"
    header = {
        "bank": bank,
        "batch_no": f"PL{on:%Y%m%d}{number:02}",
        "date": on,
        "receipt_reference": reference,
    }
    columns = {"seq": list(range(1, rows.size + 1))} | _payments(plan, rows)
    name = paper.write(f"缴费/银行代收-{on:%Y%m%d}-{number:02}.txt", "bank_collection", columns, header)
    total = int(plan.paid.amount[rows].sum())
    paper.agenda.expect(on, "COLLECTION", (reference, f"{bank}代收户", total, "城乡居保代扣缴费"))
    paper.note(on, "contribution.bank", [{"file": name}])


def _outlet_file(plan: YearPlan, paper: Paper, file: PaymentFile, content: tuple[int, Numbers, int, Numbers]) -> None:
    number, rows, serial, by_outlet = content
    on = plan.office.day(file.month, file.day)
    reference = f"SK{on:%Y%m%d}{number:03}"
    header = {"batch_no": f"WD{on:%Y%m%d}{number:02}", "date": on, "receipt_reference": reference}
    person = plan.paid.person[rows]
    outlet = [plan.outlets[place] for place in by_outlet[person]]
    columns = {
        "outlet": [place["code"] for place in outlet],
        "terminal": [place["terminal"] for place in outlet],
        "receipt_number": [f"{plan.office.year}{serial + place:08}" for place in range(1, rows.size + 1)],
        "paid_date": [_swiped(on, int(row), file) for row in person],
        "card_number": plan.people.card[person],
        "paid_by": ["刷卡"] * rows.size,
    } | _payments(plan, rows)
    name = paper.write(f"缴费/网点刷卡-{on:%Y%m%d}-{number:02}.csv", "outlet_batch", columns, header)
    total = int(plan.paid.amount[rows].sum())
    paper.agenda.expect(on, "COLLECTION", (reference, "网点刷卡清算户", total, "网点刷卡缴费清算"))
    paper.note(on, "contribution.outlet", [{"file": name}])


def government_pays(plan: YearPlan, paper: Paper) -> None:
    """Let the governments' money for hardship groups reach the accounts of the year, once it has all come."""
    on = plan.office.day(*_GOVERNMENT_DAY)
    paper.note(on, "contribution.government_pay", [{"year": plan.office.year, "as_of": on.isoformat()}])


def _payments(plan: YearPlan, rows: Numbers) -> dict[str, Any]:
    person = plan.paid.person[rows]
    return {
        "resident_number": plan.people.number[person],
        "name": plan.people.name[person],
        "contribution_year": plan.paid.year[rows],
        "kind": plan.paid.kind[rows],
        "amount": plan.paid.amount[rows],
    }


def _swiped(on: date, row: int, file: PaymentFile) -> date:
    """The day of a card payment, up to some days before its settlement; after the cut-off, stay after it."""
    back = row % (3 if file.after_cut_off else _WINDOW)
    return max(on - timedelta(days=back), date(on.year, on.month, 1))


def _outlets_of(plan: YearPlan) -> Numbers:
    """The outlet each person pays at (position in the list): every outlet is used in the year."""
    dealt = np.zeros(plan.people.role.size, dtype=np.int64)
    outlet_files = [n for n, f in enumerate(plan.paid.files) if f.channel == "outlet" and not f.after_cut_off]
    payers = np.unique(plan.paid.person[np.isin(plan.paid.file, outlet_files)])
    stream = plan.chance.stream("outlet of payer")
    dealt[:] = stream.integers(0, len(plan.outlets), dealt.size)
    dealt[payers] = stream.permutation(np.resize(np.arange(len(plan.outlets)), payers.size))
    return dealt

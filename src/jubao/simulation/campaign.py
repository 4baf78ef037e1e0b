"""The universal registration campaign: the roll that comes down, and the results that go up."""

import numpy as np

from jubao.simulation.chance import weighted
from jubao.simulation.paper import Paper, YearPlan, blank_text
from jubao.simulation.people import Flags, Numbers, Text
from jubao.simulation.roles import Role, several
from jubao.simulation.settings import section
from jubao.vocabulary.codes import CampaignResult

_OPEN_DAY, _RESULT_DAY = 7, 7
_FIRST, _LAST = 4, 12
_OURS = 35  # percent of the roll who are insured with us already
_OUTSIDE_SHARE = 12  # at most every twelfth result is found outside the roll


def register_everybody(plan: YearPlan, paper: Paper) -> None:
    """Open the campaign with its roll and report results month by month."""
    roll, outside = _roll(plan)
    number = section("campaign")["month"]
    code, year = f"universal-{plan.office.year}", plan.office.year
    case = {
        "campaign": code,
        "title": f"{year}年全民参保登记",
        "year": year,
        "city_target": plan.targets.city_task,
        "earlier_target": plan.targets.earlier_task,
        "file": _roll_file(plan, paper, roll),
    }
    paper.note(plan.office.day(number, _OPEN_DAY), "campaign.open", [case])
    _report(plan, paper, (code, roll, outside))


def _roll(plan: YearPlan) -> tuple[Numbers, Numbers]:
    """People on the roll, in its order, and people found outside it."""
    stream = plan.chance.stream("campaign roll")
    ours = stream.permutation(plan.people.rows(Role.CONTRIBUTOR))
    strangers = stream.permutation(plan.people.rows(Role.STRANGER))
    size = plan.targets.earlier_task
    known = min(size * _OURS // 100, ours.size)
    roll = stream.permutation(np.concatenate([ours[:known], strangers[: size - known]]))
    return roll, strangers[size - known :]


def _roll_file(plan: YearPlan, paper: Paper, roll: Numbers) -> str:
    columns = {
        "record_number": [f"QM{place:07}" for place in range(1, roll.size + 1)],
        "name": plan.people.name[roll],
        "resident_number": plan.people.number[roll],
        "division": plan.people.division[roll],
        "batch": [f"第{place * 3 // roll.size + 1}批" for place in range(roll.size)],
    }
    return paper.write("全民参保/任务清单.xlsx", "campaign_roster", columns)


def _report(plan: YearPlan, paper: Paper, campaign: tuple[str, Numbers, Numbers]) -> None:
    """Report those who cannot be recorded, those completed on the roll, and those found outside it."""
    code, roll, found = campaign
    targets, stream = plan.targets, plan.chance.stream("campaign results")
    cannot = targets.cannot_be_recorded
    outside = min(several(section("campaign")["outside_the_list"], plan.scale), targets.completed // _OUTSIDE_SHARE)
    outside = max(outside, targets.completed - (roll.size - cannot))
    places = stream.permutation(roll.size)[: cannot + targets.completed - outside]
    person = np.concatenate([roll[places], found[:outside]])
    record = np.concatenate([places + 1, np.zeros(outside, dtype=np.int64)])
    failed = np.arange(person.size) < cannot
    months = stream.permutation(np.resize(np.arange(_FIRST, _LAST + 1), person.size))
    codes = _codes(plan, person, failed)
    for number in range(_FIRST, _LAST + 1):
        rows = np.flatnonzero(months == number)
        name = _result_file(plan, paper, number, (person[rows], record[rows], failed[rows], codes[rows]))
        on = plan.office.day(number, _RESULT_DAY)
        paper.note(on, "campaign.results", [{"campaign": code, "file": name}])


def _codes(plan: YearPlan, person: Numbers, failed: Flags) -> Text:
    stream = plan.chance.stream("campaign codes")
    reasons = weighted(stream, section("campaign")["reasons"], person.size)
    stranger = plan.people.role[person] == Role.STRANGER
    unwilling = stranger & (stream.integers(0, 10, person.size) < 3)  # noqa: PLR2004 (three in ten strangers)
    return np.where(failed, reasons, np.where(unwilling, CampaignResult.UNWILLING, CampaignResult.JOINED))


def _result_file(plan: YearPlan, paper: Paper, number: int, rows: tuple[Numbers, Numbers, Flags, Text]) -> str:
    person, record, failed, codes = rows
    if not person.size:
        return paper.write(f"全民参保/登记结果-{number:02}.xlsx", "campaign_result", _no_results())
    registered = plan.office.day(number, _RESULT_DAY).replace(day=1)
    columns = {
        "record_number": blank_text(np.array([f"QM{place:07}" if place else "" for place in record])),
        "name": plan.people.name[person],
        "resident_number": plan.people.number[person],
        "division": plan.people.division[person],
        "result": np.where(failed, "无法录入", "完成"),
        "code": codes,
        "registered_date": [registered.replace(day=1 + int(row) % 6) for row in person],
        "reason": [CampaignResult(str(code)).label if bad else None for code, bad in zip(codes, failed, strict=True)],
    }
    return paper.write(f"全民参保/登记结果-{plan.office.month(number)}.xlsx", "campaign_result", columns)


def _no_results() -> dict[str, list[str]]:
    fields = (
        "record_number",
        "name",
        "resident_number",
        "division",
        "result",
        "code",
        "registered_date",
        "reason",
    )
    return {field: [] for field in fields}

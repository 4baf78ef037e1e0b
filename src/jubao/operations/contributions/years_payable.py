"""How many years somebody may pay for: none beyond what can have been lived in the scheme, none beyond what is due at sixty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.operations.envelope.view import View
from jubao.operations.membership.joining_terms import most_years
from jubao.operations.people import in_slices
from jubao.records.models import Contribution, Transfer
from jubao.reports.paid_years import paid_years
from jubao.rules.eligibility import required_years
from jubao.vocabulary.codes.membership import TransferIn, WayIn


@dataclass(frozen=True)
class YearPaid:
    """A row that pays a year: its line, the payer with birth day and years before the takeover, and the year."""

    line: int
    person: int
    birth: str
    earlier_years: int
    year: int


def years_not_payable(rows: Sequence[YearPaid], received: date, view: View) -> dict[int, tuple[str, str]]:
    """Rows whose year cannot be paid any more: by line what stands against it, and what to do.

    Years count together: those before the takeover, those since, credited or waiting, and those of the file itself.
    Source: 国发〔2014〕8号第七部分（到龄人员只补所缺年限；过渡人群补缴后累计不超过15年）.
    """
    if not rows:
        return {}
    law = view.law_on(received)
    keys = sorted({row.person for row in rows})
    paid, linked = _paid_years(keys), _linked(keys)
    birth = np.array([row.birth for row in rows], dtype="datetime64[D]")
    ways = [WayIn.LINKED if row.person in linked else WayIn.MOVED for row in rows]
    most = most_years(birth, ways, received, law).tolist()
    age, launch, full = (law.value(f"scheme.{name}") for name in ("pension_age", "launch_date", "required_years"))
    due = required_years(birth, launch, int(age), int(full)).tolist()
    found: dict[int, tuple[str, str]] = {}
    for row, at_most, needed in zip(rows, most, due, strict=True):
        years = paid[row.person]
        if row.year in years:
            continue
        before = row.earlier_years + len(years)
        if before >= needed and int(row.birth[:4]) + int(age) < received.year:
            rule = f"已到龄且应缴年限已缴满，不再缴费（应缴 {needed} 年，已缴 {before} 年）"
            found[row.line] = (rule, "请退回本人，并办理待遇核定")
        elif before + 1 > at_most:
            rule = f"累计缴费年限将达 {before + 1} 年，按年龄和制度启动日至多 {at_most} 年"
            found[row.line] = (rule, "请与底册核对接入前已缴的年度，多缴的退回本人")
        else:
            years.add(row.year)
    return found


def _paid_years(people: Sequence[int]) -> dict[int, set[int]]:
    """Years paid since the takeover and kept, credited or not, by person."""
    credited = paid_years(np.array(people, dtype=np.int64))
    years: dict[int, set[int]] = {key: set() for key in people}
    for key, year in zip(credited.person.tolist(), credited.year.tolist(), strict=True):
        years[key].add(year)
    for part in in_slices(people):
        waiting = Contribution.objects.filter(person_id__in=part, crediting__isnull=True, refund__isnull=True)
        for key, year in waiting.order_by("id").values_list("person_id", "year"):
            years[key].add(year)
    return years


def _linked(people: Sequence[int]) -> set[int]:
    """Who came from the employees' scheme, which is older than this one."""
    came = Transfer.objects.filter(direction="IN", kind=str(TransferIn.FROM_EMPLOYEES)).order_by("id")
    return {
        key for part in in_slices(people) for key in came.filter(person__in=part).values_list("person_id", flat=True)
    }

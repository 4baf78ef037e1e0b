"""The province's comparison file: rows of all schemes, most of them of people who are not ours."""

import codecs
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.exchange.layout import layout
from jubao.simulation.founding import registered
from jubao.simulation.identity import first_digits, resident_numbers
from jubao.simulation.naming import names
from jubao.simulation.paper import YearPlan
from jubao.simulation.people import Numbers, Text
from jubao.simulation.roles import ENDED, Role
from jubao.simulation.settings import section, sheet

_ROWS_A_PART = 250_000
_SEQUENCE_FROM, _SEQUENCE_TO = 600, 1000  # our own people's numbers stay below
_OUR_AREA = "430602"
_DRAWING = (Role.REQUESTED, Role.ALERT_EMPLOYEES, Role.ENDED_EMPLOYEES)
_Columns = dict[str, NDArray[Any]]


def write_comparison(plan: YearPlan, path: Path) -> None:
    """Write the file part by part, in bounded memory."""
    declared = layout("provincial_comparison")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        writer = codecs.getwriter(declared.encoding)(target)
        writer.write(",".join(column.header for column in declared.columns) + "\r\n")
        for first, columns in _parts(plan):
            numbers = np.arange(first, first + columns["name"].size).astype("U9")
            columns["record_number"] = np.strings.add(f"SB{plan.office.year}", np.strings.zfill(numbers, 9))
            writer.write(_lines([columns[column.field] for column in declared.columns]))


def since_months(plan: YearPlan) -> Numbers:
    """Month in which each person's other scheme began, YYYYMM; 0 for those who are in no other."""
    people, stream = plan.people, plan.chance.stream("other schemes")
    since = np.zeros(people.role.size, dtype=np.int64)
    rows = people.rows(Role.ENDED_BY_MATCH, *_DRAWING)
    years = stream.integers(plan.office.year - 5, plan.office.year, rows.size)
    since[rows] = years * 100 + stream.integers(1, 13, rows.size)
    dated = rows[~np.isnat(plan.fates.event[rows])]
    months = plan.fates.event[dated].astype("datetime64[M]").astype(np.int64)
    since[dated] = (months // 12 + 1970) * 100 + months % 12 + 1
    return since


def _parts(plan: YearPlan) -> Iterator[tuple[int, _Columns]]:
    """Parts of the file with the number of their first row: our people's rows dealt out among strangers'."""
    ours = _our_rows(plan)
    total = max(plan.targets.compared, ours["name"].size)
    bounds = [*range(0, total, _ROWS_A_PART), total]
    cuts = [ours["name"].size * bound // total for bound in bounds]
    for place, (start, end) in enumerate(pairwise(bounds)):
        mine = {field: values[cuts[place] : cuts[place + 1]] for field, values in ours.items()}
        stream = plan.chance.stream(f"strangers {place}")
        others = _stranger_rows(plan, stream, end - start - mine["name"].size)
        order = stream.permutation(end - start)
        yield start + 1, {field: np.concatenate([mine[field], others[field]])[order] for field in mine}


def _our_rows(plan: YearPlan) -> _Columns:
    """Rows about our people: their own relation, and the other scheme of those who have one; shuffled."""
    people, since = plan.people, since_months(plan)
    ended = (people.role >= ENDED.start) & (people.role < ENDED.stop)
    gone = ended | np.isin(people.role, _DRAWING)
    own = registered(plan)
    own = own[~gone[own]]
    drawing = plan.past.pension_start[own] > 0
    elsewhere = np.flatnonzero(since > 0)
    person = np.concatenate([own, elsewhere])
    size = (own.size, elsewhere.size)
    columns: _Columns = {
        "resident_number": people.number[person],
        "name": people.name[person],
        "scheme": np.repeat(["170", "110"], size),
        "area": np.repeat([_OUR_AREA, "430600"], size),
        "agency": np.repeat(["岳阳楼区城乡居保中心", "岳阳市养老保险经办机构"], size),
        "state": np.concatenate([np.where(drawing, "2", "1"), _state_elsewhere(plan, elsewhere)]),
        "since": np.concatenate([plan.past.enrolled[own], since[elsewhere]]).astype("U6"),
    }
    order = plan.chance.stream("our rows").permutation(person.size)
    return {field: values[order] for field, values in columns.items()}


def _state_elsewhere(plan: YearPlan, rows: Numbers) -> Text:
    """Normal pension for those who draw elsewhere, normal enrolment for the others."""
    return np.where(np.isin(plan.people.role[rows], _DRAWING), "2", "1")


def _stranger_rows(plan: YearPlan, stream: np.random.Generator, size: int) -> _Columns:
    """Rows about residents of other places; their numbers can never be ours."""
    listed = sheet("divisions")["other_areas"]
    areas = np.array(listed)[stream.integers(0, len(listed), size)]
    january = np.datetime64(f"{plan.office.year - 80}-01-01")
    born = january + stream.integers(0, 62 * 365, size)
    sequence = stream.integers(_SEQUENCE_FROM, _SEQUENCE_TO, size)
    years = stream.integers(2009, plan.office.year, size) * 100 + stream.integers(1, 13, size)
    return {
        "resident_number": resident_numbers(first_digits(areas.astype(np.int64), born, sequence)),
        "name": names(stream, size),
        "scheme": np.array(["110", "120", "170"])[stream.integers(0, 20, size) // 9],
        "area": areas,
        "agency": np.full(size, "省内其他经办机构"),
        "state": np.array(["1", "2", "3", "4", "5"])[np.minimum(stream.integers(0, 40, size) // 12, 4)],
        "since": years.astype("U6"),
    }


def _lines(columns: list[NDArray[Any]]) -> str:
    """Rows of a comma separated file; no value here contains a comma or a quotation mark."""
    rows = zip(*(values.tolist() for values in columns), strict=True)
    return "".join(f"{','.join(row)}\r\n" for row in rows)


def request_months(plan: YearPlan) -> Numbers:
    """Month in which the other agency is asked to pause its pension, per person; 0 for nobody."""
    rows = plan.people.rows(*_DRAWING)
    months = np.zeros(plan.people.role.size, dtype=np.int64)
    habits = section("benefits")["request_months"]
    months[rows] = plan.chance.stream("requests").permutation(np.resize(habits, rows.size))
    return months

"""Years people had paid before the takeover, year by year, as the office before lists them."""

from collections.abc import Iterator, Sequence

import numpy as np
from django.db.models import Q

from jubao.exchange.table import Table
from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.membership.newcomers import FEN_IN_YUAN
from jubao.operations.membership.rows_of_people import RowsOfPeople
from jubao.operations.people import SLICE
from jubao.records.models import AccountEntry, Award, Contribution, EarlierYear, Enrolment, RegisterOpening
from jubao.records.takeover import TOLD_SOURCES
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen, yuan_plain

LAYOUT = "earlier_years"
COLUMNS = tuple(str(source).lower() for source in TOLD_SOURCES)
THEN = "请移交方按缴费档案更正后重新报送"


class TakeEarlierYears(Arguments):
    """Contribution years before the takeover, in one file."""

    file: FileRef = ask("接入前缴费明细", "Years before the takeover", hint="移交方按年列出的缴费明细", layout=LAYOUT)


@act(
    "register.years",
    title="接入前缴费明细补录",
    asks=TakeEarlierYears,
    maker=Post.ACCOUNTS,
    chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)],
    about=About.REGISTER,
    undone_by=Final(
        "逐人与底册的年限和余额核对一致后才能补录，年限和余额不因此改变；明细有误的由移交方出具更正函，随案存档"
    ),
    papers=[Paper("移交方盖章的缴费明细", required=False)],
    gives=[
        Given("people", "人数", "people", Unit.PEOPLE),
        Given("years", "年度数", "years", Unit.ROWS),
    ],
)
class EarlierYearsTaken:
    """Keep each year of the time before with its tier, money by source and interest; nobody pays such a year again.

    Source: 城乡居民基本养老保险经办规程，个人账户管理（分年度记录）.
    """

    def check(self, cases: Sequence[TakeEarlierYears], view: View) -> Faults:
        """Everybody came with the register, and his years and money come to what the register said."""
        faults = Faults()
        opening = RegisterOpening.objects.first()
        if opening is None:
            faults.add(0, "", "参保底册尚未接入", next_step="请先办理参保底册接入（register.open）")
            return faults
        for number, case in enumerate(cases, start=1):
            if not check_fresh(case.file, LAYOUT, faults, case=number):
                continue
            table = read_inbound(case.file, LAYOUT, view, faults, case=number)
            rows = None if table is None else RowsOfPeople.of(table, view, faults, case=number)
            if table is None or rows is None:
                continue
            for row, rule in _impossible_rows(table, rows, opening, view):
                rows.fault(row, rule, THEN, faults)
            for row, rule in _disagreeing_people(table, rows):
                rows.fault(row, rule, THEN, faults)
        return faults

    def plan(self, cases: Sequence[TakeEarlierYears], view: View) -> Changes:
        """A fact for each year."""
        changes = Changes(view)
        people, years = 0, 0
        for case in cases:
            table = table_of(case.file, LAYOUT, view)
            rows = RowsOfPeople.of(table, view)
            assert rows is not None, "a plan is made after its check"
            given = table.columns
            changes.insert(
                EarlierYear,
                {
                    "person_id": rows.person,
                    "year": given["year"],
                    "tier_fen": np.array([(tier or 0) * FEN_IN_YUAN for tier in given["tier"]], dtype=np.int64),
                    **{f"{name}_fen": _fen(given[name]) for name in (*COLUMNS, "interest")},
                },
                count=table.rows,
            )
            take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
            people, years = people + len(rows.people), years + table.rows
        return changes.giving(people=people, years=years)


def _fen(column: Sequence[int | None]) -> Fen:
    return np.array([value or 0 for value in column], dtype=np.int64)


def _impossible_rows(
    table: Table, rows: RowsOfPeople, opening: RegisterOpening, view: View
) -> Iterator[tuple[int, str]]:
    """Rows, from 0, whose year or money cannot be, or that are in these books already."""
    launch, last = view.law.value("scheme.launch_date").year, opening.as_of.year
    money = np.stack([_fen(table.columns[name]) for name in (*COLUMNS, "interest")])
    payers = np.stack([_fen(table.columns[name]) for name in ("personal", "collective", "government_paid")])
    known = _years_known(rows.person)
    for row, (person, year) in enumerate(zip(rows.person.tolist(), table.columns["year"], strict=True)):
        if not launch <= year <= last:
            yield row, f"缴费年度 {year} 不在制度启动的 {launch} 年至底册截止的 {last} 年之间"
        if (money[:, row] < 0).any():
            yield row, "金额不能为负"
        elif not payers[:, row].any():
            yield row, "没有个人缴费、集体补助或政府代缴，不计缴费年度"
        if (person, year) in known:
            yield row, f"{year} 年度已在账上"


def _years_known(person: Ids) -> set[tuple[int, int]]:
    """Person and year of what is in the books already: told before, or paid here and kept."""
    keys = np.unique(person).tolist()
    found: set[tuple[int, int]] = set()
    for part in (keys[start : start + SLICE] for start in range(0, len(keys), SLICE)):
        told = EarlierYear.objects.filter(person__in=part).order_by("id")
        paid = Contribution.objects.filter(person__in=part, refund__isnull=True).order_by("id")
        found.update(told.values_list("person_id", "year"), paid.values_list("person_id", "year"))
    return found


def _disagreeing_people(table: Table, rows: RowsOfPeople) -> Iterator[tuple[int, str]]:
    """The first row of whoever did not come with the register, or came with other years or other money.

    Who draws a pension has spent part of it; of everybody else the money of all years is what the register held.
    """
    people, first, place = np.unique(rows.person, return_index=True, return_inverse=True)
    years = np.bincount(place, minlength=people.size)
    told = np.zeros(people.size, dtype=np.int64)
    for name in (*COLUMNS, "interest"):
        np.add.at(told, place, _fen(table.columns[name]))
    listed, held, draws = _as_opened(people)
    for at, row in enumerate(first.tolist()):
        key, paid = int(people[at]), int(told[at])
        if key not in listed:
            yield row, "不是随参保底册接入的人员，接入前的年度以转移信息表为准"
            continue
        balance = held.get(key, 0)
        if listed[key] != years[at]:
            yield row, f"明细共 {years[at]} 个年度，底册累计缴费年限为 {listed[key]} 年"
        if paid != balance if key not in draws else paid < balance:
            sums = f"明细本息合计 {yuan_plain(paid)} 元，底册余额 {yuan_plain(balance)} 元"
            yield row, f"{sums}，不一致" if key not in draws else f"{sums}，已领待遇的余额不能多于本息"


def _as_opened(people: Ids) -> tuple[dict[int, int], dict[int, int], set[int]]:
    """By person of the register: years it stated, fen it held, and who drew a pension then."""
    listed: dict[int, int] = {}
    held: dict[int, int] = {}
    draws: set[int] = set()
    keys = people.tolist()
    for part in (keys[start : start + SLICE] for start in range(0, len(keys), SLICE)):
        came = Q(person__in=part)
        taken = Enrolment.objects.filter(came, act__code="register.open").order_by("id")
        listed |= dict(taken.values_list("person_id", "earlier_years"))
        for key, fen in (
            AccountEntry.objects.filter(came, kind=EntryKind.OPENING)
            .order_by("id")
            .values_list("person_id", "amount_fen")
        ):
            held[key] = held.get(key, 0) + fen
        draws.update(
            Award.objects.filter(came, opened_with_register=True).order_by("id").values_list("person_id", flat=True)
        )
    return listed, held, draws

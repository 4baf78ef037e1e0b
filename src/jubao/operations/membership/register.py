"""Taking over the register: people, relations, accounts and awards as they stood on a day."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from jubao.exchange.table import Table
from jubao.operations.contributions.accounts import Ids, Postings, post_control, post_rows
from jubao.operations.contributions.sources import by_source
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    ONE,
    About,
    Arguments,
    Final,
    Given,
    Paper,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, FileRef, Month, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.membership.admission import check_admission
from jubao.operations.membership.newcomers import Columns, Newcomers
from jubao.operations.membership.register_facts import OWN_SOURCES, contradictions, impossible, oddities, totals
from jubao.operations.membership.registration import add_people
from jubao.operations.pensions.components import add_components, basic_amounts
from jubao.records.models import Award, AwardEvent, Certification, Person, RegisterOpening
from jubao.vocabulary import month as months
from jubao.vocabulary import resident_number as numbers
from jubao.vocabulary.codes import (
    BenefitItem,
    CertificationMethod,
    EntryKind,
    SuspensionReason,
    TerminationReason,
)
from jubao.vocabulary.codes.membership import WayIn

LAYOUT = "opening_register"
MONTHS_TO_LOOK_AT_HELD = 6


class OpenRegister(Arguments):
    """The register handed over, and the day it stands for."""

    file: FileRef = ask("参保登记底册", "Register handed over", hint="按“参保登记底册”模板的工作簿", layout=LAYOUT)
    as_of: Day = ask("底册截止日", "Stands for", hint="账户余额和待遇截止的日子，如 2016-12-31", not_after="today")
    interest_through: Month = ask("余额已计息至", "Interest runs to", hint="移交方已记入利息的最后一个月，如 201612")


@act(
    "register.open",
    title="参保底册接入",
    asks=OpenRegister,
    maker=Post.ACCOUNTS,
    chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)],
    about=About.REGISTER,
    undone_by=Final(
        "底册是全部账目的起点，接入后的业务都建立在其上，不能撤回，提出前请逐项核对；收款账户有误的办理银行账户变更"
    ),
    gives=[
        Given("people", "接入人数", "people taken over", Unit.PEOPLE),
        Given("awards", "其中待遇人数", "pensions among them", Unit.PEOPLE),
    ],
    most_cases=ONE,
    papers=[Paper("移交清册和双方签认的余额表", required=False)],
)
class Opening:
    """Import people, relations, balances by source and running awards; once, before anybody is enrolled.

    Source: 城乡居民基本养老保险经办规程，个人账户管理.
    """

    def check(self, cases: Sequence[OpenRegister], view: View) -> Faults:
        """One register into empty books; nobody in it contradicts himself, his age or the register's day, or could not be kept."""
        [case] = cases
        faults = Faults()
        if Person.objects.exists():
            faults.add(1, "file", "参保登记中已有人员，不能再接入底册", next_step="请逐人办理参保登记或关系转入")
        if case.interest_through != months.of(case.as_of):
            rule = f"余额计息至 {case.interest_through}，底册截止 {months.of(case.as_of)}，相差月份的利息无人记账"
            step = "请移交方结清利息至底册截止月后重新出具余额"
            faults.add(1, "interest_through", rule, next_step=step)
        if not check_fresh(case.file, LAYOUT, faults):
            return faults
        table = read_inbound(case.file, LAYOUT, view, faults)
        if table is None:
            return faults
        if not table.rows:
            faults.add(1, "file", f"文件《{table.filename}》没有一行人员", next_step="请核对是否报错文件")
        for row, rule in contradictions(table.columns):
            _refute(table, row, rule, faults)
        check_admission(_people(table), view, faults)
        if not faults:  # what follows reckons with valid numbers and sums
            for row, rule in impossible(table.columns, case.as_of, view):
                _refute(table, row, rule, faults)
        return faults

    def plan(self, cases: Sequence[OpenRegister], view: View) -> Changes:
        """People, accounts by source, awards with their history, and the last certification of each."""
        [case] = cases
        table, changes = table_of(case.file, LAYOUT, view), Changes(view)
        columns = table.columns
        person = add_people(columns, table.rows, on=case.as_of, changes=changes)
        _open_accounts(columns, person, case.as_of, changes)
        _open_awards(columns, person, case.as_of, changes)
        _open_certifications(columns, person, changes)
        file = take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
        changes.add(RegisterOpening(as_of=case.as_of, interest_through=case.interest_through, inbound_file=file))
        changes.notice(totals(columns))
        for sentence in oddities(columns, table.row_numbers, case.as_of, view):
            changes.notice(sentence)
        return changes.giving(people=table.rows, awards=sum(start is not None for start in columns["pension_start"]))


def _refute(table: Table, row: int, rule: str, faults: Faults) -> None:
    faults.add(1, "file", rule, next_step="请移交方更正后重新报送", place=f"第{table.row_numbers[row]}行")


def _people(table: Table) -> Newcomers:
    """The rows of a register; they are taken over as they stood, whatever their age."""
    everybody = [1] * table.rows
    return Newcomers(table.columns, [WayIn.TAKEN_OVER] * table.rows, everybody, table.row_numbers)


def _open_accounts(columns: Columns, person: Ids, as_of: date, changes: Changes) -> None:
    held = {s: np.array([fen or 0 for fen in columns[s.lower()]], dtype=np.int64) for s in OWN_SOURCES}
    amount = by_source(held, person.size)
    post_rows(Postings(person, amount, months.of(as_of)), EntryKind.OPENING, changes=changes)
    for source in held:
        memo = f"期初{source.label}"
        post_control("account_opened", amount, changes=changes, memo=memo, sources=[source])


def _open_awards(columns: Columns, person: Ids, as_of: date, changes: Changes) -> None:
    rows = [i for i, start in enumerate(columns["pension_start"]) if start is not None]
    pick = {name: [columns[name][i] for i in rows] for name in columns}
    award = changes.insert(
        Award,
        {
            "person_id": person[rows],
            "start_month": pick["pension_start"],
            "contributed_years": [y or 0 for y in pick["contributed_years"]],
            "required_years": 0,
            "balance_fen": 0,
            "policy_fingerprint": "",
            "opened_with_register": True,
            "suspended_from": [
                held if ended is None else None
                for held, ended in zip(pick["suspended_from"], pick["ended_month"], strict=True)
            ],
            "ended_month": pick["ended_month"],
        },
        count=len(rows),
    )
    start = np.array(pick["pension_start"], dtype=np.int64)
    following = months.first_day(months.add(months.of(as_of), 1))
    years = np.array([y or 0 for y in pick["contributed_years"]], dtype=np.int64)
    born = np.array([numbers.birth_date(n) for n in pick["resident_number"]], dtype="datetime64[D]")
    basic = basic_amounts(changes.view.law_on(following), years, months.of_days(born))
    for item, fen in basic.items():
        add_components(award, item, fen, start, changes)
    for source in OWN_SOURCES:
        amount = np.array([fen or 0 for fen in pick[f"pension_{source.lower()}"]], dtype=np.int64)
        add_components(award, str(BenefitItem.of(source)), amount, start, changes)
    _add_history(award, pick, as_of, changes)


def _add_history(award: Ids, pick: Columns, as_of: date, changes: Changes) -> None:
    """Start, suspension and end of each pension, as the register tells them; who is held is looked at within half a year."""
    kinds = AwardEvent.Kind
    events: list[tuple[int, AwardEvent.Kind, int, str]] = []
    custody: dict[int, tuple[date | None, str]] = {}
    for k, key in enumerate(award.tolist()):
        events.append((key, kinds.STARTED, pick["pension_start"][k], ""))
        if pick["suspended_from"][k] is not None:
            reason = pick["suspension_reason"][k] or str(SuspensionReason.OTHER)
            custody[len(events)] = pick["custody_date"][k], pick["judgment"][k] or ""
            events.append((key, kinds.SUSPENDED, pick["suspended_from"][k], reason))
        if pick["ended_month"][k] is not None:
            reason = pick["end_reason"][k] or str(TerminationReason.OTHER)
            events.append((key, kinds.ENDED, pick["ended_month"][k], reason))
    due = months.last_day(months.add(months.of(as_of), MONTHS_TO_LOOK_AT_HELD))
    held = [kind == kinds.SUSPENDED for _, kind, _, _ in events]
    changes.insert(
        AwardEvent,
        {
            "award_id": [key for key, _, _, _ in events],
            "kind": [str(kind) for _, kind, _, _ in events],
            "month": [month for _, _, month, _ in events],
            "reason": [reason for _, _, _, reason in events],
            "memo": "期初接入",
            "next_step_post": [str(Post.BENEFITS) if one else "" for one in held],
            "due_date": [due if one else None for one in held],
            "custody_date": [custody[place][0] if one else None for place, one in enumerate(held)],
            "judgment": [custody[place][1] if one else "" for place, one in enumerate(held)],
        },
        count=len(events),
    )


def _open_certifications(columns: Columns, person: Ids, changes: Changes) -> None:
    rows = [i for i, month in enumerate(columns["certified_month"]) if month is not None]
    changes.insert(
        Certification,
        {
            "person_id": person[rows],
            "method": str(CertificationMethod.OTHER),
            "checker": "期初接入",
            "certified_date": [months.first_day(columns["certified_month"][i]) for i in rows],
        },
        count=len(rows),
    )

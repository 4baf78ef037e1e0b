"""Taking over the register: people, relations, accounts and awards as they stood on a day."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from jubao.exchange.table import Table
from jubao.operations.contributions.accounts import SOURCES, Ids, Postings, post_control, post_rows
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
from jubao.operations.envelope.fields import Day, FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.membership.admission import Columns, Newcomers, check_admission, odd_people
from jubao.operations.membership.registration import add_people
from jubao.operations.pensions.components import add_components, basic_amounts
from jubao.records.models import Award, AwardEvent, Certification, Person
from jubao.vocabulary import month as months
from jubao.vocabulary import resident_number as numbers
from jubao.vocabulary.codes import (
    BenefitItem,
    CertificationMethod,
    ContributionState,
    EnrolmentState,
    EntryKind,
    SuspensionReason,
    TerminationReason,
)
from jubao.vocabulary.codes.membership import WayIn

LAYOUT = "opening_register"
OWN_SOURCES = [source for source in SOURCES if source.lower() != "transfer"]
MONTHS_TO_LOOK_AT_HELD = 6
ENDED, PAUSED, ACTIVE = str(EnrolmentState.ENDED), str(EnrolmentState.PAUSED), str(EnrolmentState.ACTIVE)
DRAWS = str(ContributionState.ENDED)


class OpenRegister(Arguments):
    """The register handed over, and the day it stands for."""

    file: FileRef = ask("参保登记底册", "Register handed over", hint="按“参保登记底册”模板的工作簿", layout=LAYOUT)
    as_of: Day = ask("底册截止日", "Stands for", hint="账户余额和待遇截止的日子，如 2016-12-31", not_after="today")


@act(
    "register.open",
    title="参保底册接入",
    asks=OpenRegister,
    maker=Post.ACCOUNTS,
    chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)],
    about=About.REGISTER,
    undone_by=Final("底册是全部账目的起点，接入后的业务都建立在其上，不能撤回，提出前请逐项核对；收款账户有误的办理银行账户变更"),
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
        """One register into empty books; nobody in it contradicts himself, or could not be kept."""
        [case] = cases
        faults = Faults()
        if Person.objects.exists():
            faults.add(1, "file", "参保登记中已有人员，不能再接入底册", next_step="请逐人办理参保登记或关系转入")
        if not check_fresh(case.file, LAYOUT, faults):
            return faults
        table = read_inbound(case.file, LAYOUT, view, faults)
        if table is None:
            return faults
        if not table.rows:
            faults.add(1, "file", f"文件《{table.filename}》没有一行人员", next_step="请核对是否报错文件")
        for row, rule in _contradictions(table.columns):
            faults.add(1, "file", rule, next_step="请移交方更正后重新报送", place=f"第{table.row_numbers[row]}行")
        check_admission(_people(table), view, faults)
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
        take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
        _notice_oddities(table, case.as_of, changes)
        return changes.giving(people=table.rows, awards=sum(start is not None for start in columns["pension_start"]))


def _people(table: Table) -> Newcomers:
    """The rows of a register; they are taken over as they stood, whatever their age."""
    everybody = [1] * table.rows
    return Newcomers(table.columns, [WayIn.TAKEN_OVER] * table.rows, everybody, table.row_numbers)


def _contradictions(c: Columns) -> Iterator[tuple[int, str]]:
    """Rows that contradict themselves: a beneficiary has a start, an ended relation an end, and nobody both states."""
    rows = zip(
        c["enrolment_state"],
        c["contribution_state"],
        c["pension_start"],
        c["ended_month"],
        c["suspended_from"],
        strict=True,
    )
    for row, (state, paying, start, ended, held) in enumerate(rows):
        if paying == DRAWS and state in {ACTIVE, PAUSED} and start is None:
            yield row, "状态为待遇领取，但没有待遇开始年月"
        if paying != DRAWS and start is not None:
            yield row, "有待遇开始年月，但状态不是待遇领取或终止"
        if (state == ENDED) != (ended is not None):
            yield row, "状态为终止，但没有终止年月" if state == ENDED else "有终止年月，但状态不是终止"
        if (state == PAUSED and paying == DRAWS) != (held is not None and ended is None):
            yield row, "暂停年月与参保状态不一致"
        if (state, paying) in {("1", "2"), ("2", "1"), ("4", "1"), ("4", "2")}:
            yield row, f"参保状态{state}与缴费状态{paying}不能并存"
        for month, title in ((held, "暂停"), (ended, "终止")):
            if start is not None and month is not None and month < start:
                yield row, f"{title}年月 {month} 早于待遇开始年月 {start}"


def _notice_oddities(table: Table, as_of: date, changes: Changes) -> None:
    """Tell the approvers of people whose age or years the law does not know; the register is still taken as it stood."""
    young, many = odd_people(_people(table), changes.view, as_of)
    if young:
        changes.notice(f"底册中有 {young} 人在 {as_of} 未到参保年龄，照册接入，请逐人核对")
    if many:
        changes.notice(f"底册中有 {many} 人累计缴费年限超过按年龄和制度启动日可能的年限，照册接入，请逐人核对")


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
    for k, key in enumerate(award.tolist()):
        events.append((key, kinds.STARTED, pick["pension_start"][k], ""))
        if pick["suspended_from"][k] is not None:
            reason = pick["suspension_reason"][k] or str(SuspensionReason.OTHER)
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

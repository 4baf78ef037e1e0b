"""Taking over the register: people, relations, accounts and awards as they stood on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from jubao.exchange.table import Table
from jubao.operations.contributions.accounts import SOURCES, Entries, Ids, post_entries
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.law import law
from jubao.operations.membership.registration import add_people
from jubao.records import bulk
from jubao.records.models import Award, AwardComponent, AwardEvent, Certification, Person
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind

LAYOUT = "opening_register"
OWN_SOURCES = [source for source in SOURCES if source.lower() != "transfer"]


class OpenRegister(Arguments):
    """The register handed over, and the day it stands for."""

    file: str
    as_of: date


@act("register.open", title="参保底册接入", arguments=OpenRegister, maker=Post.ACCOUNTS,
     chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def open_register(cases: Sequence[OpenRegister], *, on: date, act: ActReference) -> Result:
    """Import people, relations, balances by source and running awards; once, before anybody is enrolled.

    Source: 城乡居民基本养老保险经办规程，个人账户管理.
    """
    case = cases[0]
    if Person.objects.exists():
        raise Refused("参保登记中已有人员，不能再接入底册")
    table = read_inbound(case.file, LAYOUT)
    _refuse_contradictions(table)
    columns = table.columns
    person = add_people(columns, table.rows, on=case.as_of, act=act)
    _open_accounts(columns, person, case.as_of, act)
    _open_awards(columns, person, case.as_of, act)
    _open_certifications(columns, person, act)
    take_in(case.file, LAYOUT, rows=table.rows, act=act)
    return {"people": table.rows, "awards": sum(start is not None for start in columns["pension_start"])}


def _refuse_contradictions(table: Table) -> None:
    """A beneficiary has a pension start, an ended relation an end month, and nobody both."""
    faults = []
    c = table.columns
    rows = zip(table.row_numbers, c["enrolment_state"], c["contribution_state"], c["pension_start"],
               c["ended_month"], c["suspended_from"], strict=True)  # fmt: skip
    for number, state, paying, start, ended, held in rows:
        if paying == "3" and state in {"1", "2"} and start is None:
            faults.append(f"第{number}行：状态为待遇领取，但没有待遇开始年月")
        if state == "4" and ended is None:
            faults.append(f"第{number}行：状态为终止，但没有终止年月")
        if (state == "2" and paying == "3") != (held is not None and ended is None):
            faults.append(f"第{number}行：暂停年月与参保状态不一致")
        if (state, paying) in {("1", "2"), ("2", "1"), ("4", "1"), ("4", "2")}:
            faults.append(f"第{number}行：参保状态{state}与缴费状态{paying}不能并存")
    if faults:
        raise Refused(f"文件《{table.filename}》未导入：共 {len(faults)} 处自相矛盾", faults=faults)


def _open_accounts(columns: dict[str, list[Any]], person: Ids, as_of: date, act: ActReference) -> None:
    value_month = months.of(as_of)
    for source in OWN_SOURCES:
        amount = np.array([fen or 0 for fen in columns[source.lower()]], dtype=np.int64)
        entries = Entries(person, np.full(person.size, str(source)), amount, np.full(person.size, value_month))
        post_entries(entries, EntryKind.OPENING, event="account_opened", act=act, memo=f"期初{source.label}")


def _open_awards(columns: dict[str, list[Any]], person: Ids, as_of: date, act: ActReference) -> None:
    rows = [i for i, start in enumerate(columns["pension_start"]) if start is not None]
    pick = {name: [columns[name][i] for i in rows] for name in columns}
    account = np.array(
        [[pick[f"pension_{s.lower()}"][k] or 0 for s in OWN_SOURCES] for k in range(len(rows))], dtype=np.int64
    ).reshape(len(rows), len(OWN_SOURCES))
    award = bulk.insert(
        Award,
        {
            "person_id": person[rows], "start_month": pick["pension_start"], "applied_date": None,
            "contributed_years": [y or 0 for y in pick["contributed_years"]], "required_years": 0, "balance_fen": 0,
            "policy_fingerprint": "", "opened_with_register": True, "suspended_from": [
                held if ended is None else None
                for held, ended in zip(pick["suspended_from"], pick["ended_month"], strict=True)
            ], "ended_month": pick["ended_month"], "act_id": act.id,
        },
        count=len(rows),
    )  # fmt: skip
    basic = law(months.first_day(months.add(months.of(as_of), 1))).basic_parts()
    parts = [(item, np.full(len(rows), fen, dtype=np.int64)) for item, fen in basic.items()]
    parts += [(BenefitItem.of(source), account[:, k]) for k, source in enumerate(OWN_SOURCES)]
    for item, amount in parts:
        _components(award, str(item), amount, pick["pension_start"], act)
    _award_history(award, pick, as_of, act)


def _components(award: Ids, item: str, amount: Ids, start: list[int], act: ActReference) -> None:
    kept = np.flatnonzero(amount)
    bulk.insert(
        AwardComponent,
        {"award_id": award[kept], "item": item, "amount_fen": amount[kept],
         "from_month": np.array(start, dtype=np.int64)[kept], "to_month": None, "act_id": act.id},
        count=kept.size,
    )  # fmt: skip


def _award_history(award: Ids, pick: dict[str, list[Any]], as_of: date, act: ActReference) -> None:
    events: list[tuple[int, str, int, str]] = []
    for k, award_id in enumerate(award.tolist()):
        events.append((award_id, AwardEvent.Kind.STARTED, pick["pension_start"][k], ""))
        if pick["suspended_from"][k] is not None:
            events.append(
                (award_id, AwardEvent.Kind.SUSPENDED, pick["suspended_from"][k], pick["suspension_reason"][k] or "1299")
            )
        if pick["ended_month"][k] is not None:
            events.append((award_id, AwardEvent.Kind.ENDED, pick["ended_month"][k], pick["end_reason"][k] or "1499"))
    due = months.last_day(months.add(months.of(as_of), 6))
    bulk.insert(
        AwardEvent,
        {
            "award_id": [e[0] for e in events], "kind": [str(e[1]) for e in events], "month": [e[2] for e in events],
            "reason": [e[3] for e in events], "evidence": "", "evidence_date": None, "memo": "期初接入",
            "next_step_post": [str(Post.BENEFITS) if e[1] == AwardEvent.Kind.SUSPENDED else "" for e in events],
            "due_date": [due if e[1] == AwardEvent.Kind.SUSPENDED else None for e in events], "act_id": act.id,
        },
        count=len(events),
    )  # fmt: skip


def _open_certifications(columns: dict[str, list[Any]], person: Ids, act: ActReference) -> None:
    rows = [i for i, month in enumerate(columns["certified_month"]) if month is not None]
    bulk.insert(
        Certification,
        {
            "person_id": person[rows], "method": "05", "checker": "期初接入", "act_id": act.id,
            "certified_date": [months.first_day(columns["certified_month"][i]) for i in rows],
        },
        count=len(rows),
    )  # fmt: skip

"""Lists from outside: taken in, compared with the register, and what they leave behind."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from jubao.exchange.fault import FileRefused
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Paper, act, check
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.fields import Domain, FileRef, Kind, MappingRef, Name, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, take_in
from jubao.operations.registers.candidate_store import (
    State,
    new_ones,
    store_candidates,
    store_rows,
)
from jubao.operations.registers.comparing import compare, note_file_faults
from jubao.operations.registers.comparison import Comparison, SenderList
from jubao.operations.registers.kinds import meaning_of
from jubao.operations.registers.mappings import find_mapping, stored_mapping
from jubao.operations.registers.plausibility import doubts
from jubao.operations.registers.runs import COUNTED, add_run, counts_of, hold_back, set_aside, tell
from jubao.records.models import MatchCandidate, MatchList, RegisterMapping
from jubao.vocabulary.codes.suspicion import ListKind

GONE = "后续名单"
ListOrNone = Annotated[str, StringConstraints(max_length=40), Domain(Kind.LIST)]
"""A list by its number, or the empty text."""


class ImportList(Arguments):
    """A list as it came in, with its number and sender.

    ``mapping`` names how it is read (else the kind's own layout), ``reason`` explains implausible totals,
    ``replaces`` names the earlier list of the same sender that this one continues.
    """

    file: FileRef = ask("名单文件", "File", hint="来文原件：xlsx、xls、csv 或 txt，格式随来源单位")
    list_kind: ListKind = ask("名单种类", "Kind of list")
    list_number: Name = ask("名单号", "Number of the list", hint="本中心编的号，如 GA-201703")
    received_from: Text = ask(
        "来源单位", "Sender", column=(MatchList, "received_from"), shortest=1, hint="如 区公安分局"
    )
    region: Text = ask("数据范围", "Region", default="", longest=200, hint="名单覆盖的地区，如 全省")
    mapping: MappingRef = ask("名册格式", "Mapping", default="", hint="已登记的格式名称；本系统自有格式的不填")
    reason: Text = ask("总数异常的说明", "Reason for the totals", default="", longest=200, hint="总数不合常理时填写")
    replaces: ListOrNone = ask("接续的名单", "List it continues", default="", hint="同一来源的上一份名单号")


@act(
    "match.import",
    title="比对名单导入",
    asks=ImportList,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT)],
    about=About.LIST,
    undone_by="match.clear",
    papers=[Paper("来文名单及来源单位的函件", required=False)],
    gives=COUNTED,
    most_cases=ONE,
)
class ImportOfList:
    """Compare a list with the register: by number, else by score; every hit that needs a decision is a suspicion.

    Every row is accepted, rejected with its reason, or waits for a number; what was cleared before for the
    same source record is not raised again. What is locked for somebody whom the list puts in doubt, and not
    released yet, is held until somebody has decided.
    Source: 社会保险经办条例第八、二十六条.
    """

    def check(self, cases: Sequence[ImportList], view: View) -> Faults:
        """A new number, a file that can be read and was never taken in, and totals a list can have."""
        faults, case = Faults(), cases[0]
        if MatchList.objects.filter(number=case.list_number).exists():
            faults.add(1, "list_number", f"名单 {case.list_number} 已经导入", next_step="请核对名单号")
        if case.replaces:
            _check_replaced(case, faults)
        sender = _sender_list(case, view, faults)
        if sender is not None and check_fresh(sender.file, sender.layout, faults):
            _check_content(sender, case, view, faults)
        return faults

    def plan(self, cases: Sequence[ImportList], view: View) -> Changes:
        """The list, its first run, its rows without a number, its suspicions, and what is held for them."""
        changes, case = Changes(view), cases[0]
        sender = _sender_list(case, view, Faults())
        assert sender is not None, "a plan is made after its check"
        found = _compared(sender, case.reason, view)
        fresh, remembered = new_ones([*found.exact, *found.fuzzy])
        listed = _listed(case, sender, found, len(fresh), changes)
        earlier = MatchList.objects.filter(number=case.replaces).first() if case.replaces else None
        stale = _drop_what_is_gone(earlier, found, case.list_number, changes) if earlier else 0
        run = add_run(listed, found, changes, fresh=len(fresh), remembered=remembered, stale=stale)
        paired = {one.row for one in fresh if one.row is not None}
        rows = store_rows(listed, found.unread, paired, changes)
        store_candidates(run, fresh, rows, changes)
        held = hold_back(listed, {one.person for one in fresh}, changes)
        tell(found, changes)
        for doubt in doubts(found, meaning_of(case.list_kind), view.law):
            changes.notice(f"名单总数不合常理：{doubt}；说明：{case.reason}")
        counted = {"candidates": len(fresh), "remembered": remembered, "stale": stale, "held": held}
        return changes.giving(**counts_of(found), **counted)


# ── Checking ──


def _check_replaced(case: ImportList, faults: Faults) -> None:
    earlier = MatchList.objects.filter(number=case.replaces).first()
    if earlier is None:
        faults.add(1, "replaces", f"被接续的名单 {case.replaces} 没有导入过", next_step="请核对名单号")
    elif (earlier.kind, earlier.received_from) != (str(case.list_kind), case.received_from):
        rule = f"名单 {case.replaces} 的种类或来源与本名单不同，不能接续"
        faults.add(1, "replaces", rule, next_step="请核对名单号、种类和来源单位")


def _sender_list(case: ImportList, view: View, faults: Faults) -> SenderList | None:
    """How the file of a case is read; None, with the fault, where nobody said how."""
    mapping = find_mapping(case.mapping, case.list_kind, faults) if case.mapping else None
    if case.mapping and mapping is None:
        return None
    if mapping is None and not meaning_of(case.list_kind).layout:
        rule = f"“{case.list_kind.label}”没有固定格式"
        faults.add(1, "mapping", rule, next_step="请先登记名册格式（register.map）并在此写明")
        return None
    return sender_list(case.file, case.list_kind, mapping, received=view.on)


def sender_list(file: str, kind: ListKind, mapping: RegisterMapping | None, *, received: date) -> SenderList:
    """How a kept file is read that came in on a day."""
    stored = stored_mapping(mapping) if mapping else None
    return SenderList(file, kind, stored, f"{mapping.name}-{mapping.version}" if mapping else "", received)


def _check_content(sender: SenderList, case: ImportList, view: View, faults: Faults) -> None:
    """The file must be readable, and its totals such as a list can have, or explained."""
    try:
        found = _compared(sender, case.reason, view)
    except FileRefused as refused:
        note_file_faults(refused.faults, faults, case=1, field="file")
    except Refused as refused:
        faults.add(1, "file", refused.message)
    else:
        for doubt in [] if case.reason else doubts(found, meaning_of(sender.kind), view.law):
            step = "请核对后写明说明（reason）再提出，或退回来源单位"
            faults.add(1, "reason", f"名单的总数不合常理：{doubt}", next_step=step)


def _compared(sender: SenderList, reason: str, view: View) -> Comparison:
    """The list beside the register, once for check and plan; impossible totals without a reason are not scored."""
    meaning = meaning_of(sender.kind)

    def worth_scoring(found: Comparison) -> bool:
        return bool(reason) or not doubts(found, meaning, view.law)

    return view.once(("comparison", *sender.key), lambda: compare(sender, worth_scoring=worth_scoring))


# ── Planning ──


def _listed(case: ImportList, sender: SenderList, found: Comparison, fresh: int, changes: Changes) -> MatchList:
    mapping = find_mapping(case.mapping, case.list_kind, Faults()) if case.mapping else None
    return changes.add(
        MatchList(
            number=case.list_number,
            kind=str(case.list_kind),
            received_from=case.received_from,
            mapping=mapping,
            inbound_file=take_in(case.file, sender.layout, rows=found.rows, changes=changes),
            compared=found.rows,
            hits=found.hits,
            candidates=fresh,
            accepted=found.accepted,
            rejected=found.rejected,
            waiting=found.waiting,
        )
    )


def _drop_what_is_gone(earlier: MatchList, found: Comparison, number: str, changes: Changes) -> int:
    """Open suspicions of an earlier list whose record its successor no longer carries; decisions stay."""
    waiting = MatchCandidate.objects.filter(match_list=earlier, state=State.OPEN).order_by("id")
    gone = [row for row in waiting if row.source_key and row.source_key not in found.carried]
    set_aside(gone, f"{GONE}{number}不再列入", changes)
    return len(gone)

"""Home checks (核查): rounds of suspicions handed to the villages."""

from collections.abc import Sequence

import numpy as np

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Form, Given, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Deadline, ListRef, Name, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.registers.candidate_store import verification_due
from jubao.records.models import (
    MatchCandidate,
    MatchList,
    VerificationItem,
    VerificationRound,
)

WAITING = ("OPEN", "HELD")


class IssueRound(Arguments):
    """A round's number, the lists it is about (none means all), and its deadline if the list set one."""

    number: Name = ask("轮次编号", "Number of the round", hint="如 HC-201703")
    lists: tuple[ListRef, ...] = ask("名单号", "Lists", default=(), longest=200, hint="不填即全部名单的待核实疑点")
    due: Deadline | None = ask("核查期限", "Due", default=None, hint="不填即按规定的工作日计算")


@act(
    "verification.issue",
    title="核查轮次下发",
    asks=IssueRound,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT)],
    about=About.ROUND,
    undone_by=Final("核查表已下发到村社区；未见到人的列入下一轮"),
    gives=[
        Given("rounds", "下发轮次", "rounds", Unit.ROWS),
        Given("items", "核查人次", "people to be seen", Unit.PEOPLE),
    ],
    prints=[Form("逐村核查表", "jubao verification 轮次 --by 工号 --out F.zip")],
)
class IssueOfRound:
    """Hand every open or held suspicion of some lists to the villages, with a day by which somebody must have looked.

    Source: 社会保险经办条例第二十六条（疑点应当核实）.
    """

    def check(self, cases: Sequence[IssueRound], view: View) -> Faults:
        """A new number, known lists, a day to come, and somebody to look for."""
        faults, numbers = Faults(), set[str]()
        known = set(MatchList.objects.order_by("id").values_list("number", flat=True))
        for number, case in enumerate(cases, start=1):
            place = f"核查轮次 {case.number}"
            if case.number in numbers or VerificationRound.objects.filter(number=case.number).exists():
                faults.add(number, "number", "此轮次编号已经用过", next_step="请换用新的编号", place=place)
            numbers.add(case.number)
            missing = [listed for listed in case.lists if listed not in known]
            for listed in missing:
                rule = f"没有编号为 {listed} 的比对名单"
                faults.add(number, "lists", rule, next_step="请核对名单号", place=place)
            if case.due is not None and case.due <= view.on:
                faults.add(number, "due", f"核查期限 {case.due} 应在下发日期 {view.on} 之后", place=place)
            if not missing and not _waiting(case, view):
                faults.add(number, "lists", "没有待核实或已暂停的疑点，不必下发", place=place)
        return faults

    def plan(self, cases: Sequence[IssueRound], view: View) -> Changes:
        """The rounds, and the village of everybody in them."""
        changes = Changes(view)
        items = sum(_issue(case, changes) for case in cases)
        return changes.giving(rounds=len(cases), items=items)


def _waiting(case: IssueRound, view: View) -> list[MatchCandidate]:
    """The suspicions a round is about, list by list."""

    def read() -> list[MatchCandidate]:
        rows = (
            MatchCandidate.objects.filter(state__in=WAITING)
            .select_related("person")
            .order_by("match_list__number", "id")
        )
        return list(rows.filter(match_list__number__in=case.lists) if case.lists else rows)

    return view.once(("to be seen", case.lists), read)


def _issue(case: IssueRound, changes: Changes) -> int:
    view, rows = changes.view, _waiting(case, changes.view)
    issued = changes.add(
        VerificationRound(
            number=case.number, issued_date=view.on, due_date=case.due or verification_due(changes), count=len(rows)
        )
    )
    changes.insert(
        VerificationItem,
        {
            "round_id": issued.pk,
            "candidate_id": np.array([row.pk for row in rows], dtype=np.int64),
            "division": [row.person.division for row in rows],
        },
        count=len(rows),
    )
    return len(rows)

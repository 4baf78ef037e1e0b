"""Proposals by who made them and where they stand, page by page, as far as a viewer may see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from jubao.operations.envelope.declaration import ACTS, declaration_of
from jubao.operations.envelope.seen.description import ROLES
from jubao.operations.envelope.seen.endings import End, Ending, endings_of
from jubao.operations.envelope.seen.gist import Gist, gist_of
from jubao.operations.envelope.seen.inbox import Queue, with_previews
from jubao.records.models import Proposal
from jubao.reports.recusals import concerned_in
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.viewer import Viewer

LOCAL = ZoneInfo("Asia/Shanghai")
State = Proposal.State
PAGE = 50
HEADS = ("id", "key", "concerns")


@dataclass(frozen=True)
class Stands:
    """Where a proposal stands: its state, in words with who and when, why it ended, and the tone of its tag."""

    state: str
    words: Both
    reason: str
    tone: str


@dataclass(frozen=True)
class Listed:
    """One proposal of a list.

    Attributes:
        key: of the proposal; code, title: of its act; gist: about whom, and what it comes to.
        maker, maker_name: who proposed it; business_date: of the act; proposed_at: when.
        due: until when, while it waits; stands: where it stands.
    """

    key: str
    code: str
    title: str
    gist: Gist
    maker: str
    maker_name: str
    business_date: date
    proposed_at: datetime
    due: Due | None
    stands: Stands


@dataclass(frozen=True)
class Wanted:
    """Which proposals are asked for: only his own, only of a state, only of an act; empty is all."""

    mine: bool = False
    state: str = ""
    code: str = ""


@dataclass(frozen=True)
class Proposals:
    """A page of proposals, the latest first: what was asked, what of it is not understood, the next page, who is left out."""

    wanted: Wanted
    rows: tuple[Listed, ...]
    after: str | None
    left_out: int
    misread: Both | None = None


def proposals(
    queue: Queue, *, viewer: Viewer, staff: str, wanted: Wanted, after: str | None, limit: int = PAGE
) -> Proposals:
    """One page of proposals that the viewer's posts may see, the latest first.

    Args:
        queue: what waits, and who may sign it.
        viewer: who looks; staff: whose are his own.
        wanted: which ones; a state or act that nobody knows shows nobody.
        after: key of the last row of the page before.
    """
    if (misread := _misread(wanted)) is not None:
        return Proposals(wanted, (), None, 0, misread)
    rows = _seen(viewer, wanted, staff)
    if after is not None:
        last = Proposal.objects.filter(key=after).values_list("id", flat=True).first()
        rows = rows.filter(pk__lt=last or 0)
    found = list(rows.order_by("-id").only(*HEADS)[: limit + 1])
    some = [row for row in found[:limit] if _may_see(row, viewer)]
    more = len(found) > limit
    left_out = len(found[:limit]) - len(some)
    return Proposals(wanted, tuple(listed(some, queue)), found[limit - 1].key if more else None, left_out)


def own(queue: Queue, *, viewer: Viewer, staff: str, since: date, limit: int) -> tuple[Listed, ...]:
    """What somebody proposed that still needs them: what came back or became void since a day first, then what waits."""
    ended = Proposal.objects.filter(
        maker=staff, state__in=[State.REJECTED, State.VOID], business_date__gte=since
    ).order_by("-id")
    waits = [row for row in queue.pending if row.maker == staff]
    some = [*ended.only(*HEADS)[:limit], *waits][:limit]
    return tuple(listed([row for row in some if _may_see(row, viewer)], queue))


def listed(rows: Sequence[Proposal], queue: Queue) -> Iterator[Listed]:
    """Some proposals as a list shows them."""
    whole = with_previews(rows)
    endings = endings_of(whole)
    for row in whole:
        waits = row.state == State.PENDING
        yield Listed(
            key=row.key,
            code=row.code,
            title=declaration_of(row.code).title,
            gist=gist_of(row),
            maker=row.maker,
            maker_name=queue.names.get(row.maker, ""),
            business_date=row.business_date,
            proposed_at=row.proposed_at.astimezone(LOCAL),
            due=due(row.due_date, on=queue.day) if waits else None,
            stands=_waits(row, queue) if waits else _ended(row, endings, queue.names),
        )


def _waits(row: Proposal, queue: Queue) -> Stands:
    step = declaration_of(row.code).chain[row.next_step - 1]
    free = "、".join(queue.names.get(code, code) for code in queue.signers.may_sign(row))
    post, role = step.post.label, ROLES[step.role]
    if not free:
        return Stands(
            row.state, both(f"待{post}{role}，当前无人可签", f"waits for {post}: nobody can sign"), "", "stop"
        )
    return Stands(row.state, both(f"待{post}{role}（{free}）", f"waits for {post} ({free})"), "", "work")


def _ended(row: Proposal, endings: Mapping[str, Ending], names: Mapping[str, str]) -> Stands:
    ending = endings.get(row.key)
    if ending is None:
        label = str(State(row.state).label)
        english = "done" if row.state == State.EXECUTED else "void"
        return Stands(row.state, both(label, english), "", "ok" if row.state == State.EXECUTED else "hold")
    who, when = names.get(ending.by, ending.by), f"{ending.at:%m-%d %H:%M}"
    match ending.end:
        case End.RETURNED:
            return Stands(row.state, both(f"{who} {when} 退回", f"sent back by {who} {when}"), ending.reason, "stop")
        case End.WITHDRAWN:
            return Stands(row.state, both(f"{when} 已撤回", f"withdrawn {when}"), ending.reason, "hold")
    return Stands(row.state, both(f"{when} 已作废", f"void since {when}"), ending.reason, "stop")


# ── What may be seen, and what is not understood ──


def _seen(viewer: Viewer, wanted: Wanted, staff: str) -> QuerySet[Proposal]:
    codes = [code for code, one in ACTS.items() if viewer.posts & set(one.audience)]
    rows = Proposal.objects.filter(code__in=[wanted.code] if wanted.code in codes else [] if wanted.code else codes)
    if wanted.mine:
        rows = rows.filter(maker=staff)
    return rows.filter(state=wanted.state) if wanted.state else rows


def _may_see(row: Proposal, viewer: Viewer) -> bool:
    return concerned_in(row.concerns).isdisjoint(viewer.recused.keyed_numbers)


def _misread(wanted: Wanted) -> Both | None:
    if wanted.state and wanted.state not in State.values:
        return both(f"不认识的状态 {wanted.state}", f"no such state: {wanted.state}")
    if wanted.code and wanted.code not in ACTS:
        return both(f"没有名为 {wanted.code} 的业务", f"no such act: {wanted.code}")
    return None

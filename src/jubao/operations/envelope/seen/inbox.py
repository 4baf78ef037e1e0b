"""What waits for somebody's own signature, and where stands what they proposed themselves.

What waits is what this person may sign now, by the envelope's one rule: the right post or as its stand-in, no other step
of the case taken, and nobody concerned from whom they stay away. The number of statements does not grow with what waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jubao.operations.envelope.declaration import declaration_of
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.description import ROLES
from jubao.operations.envelope.seen.gist import Gist, gist_of
from jubao.operations.envelope.seen.signers import Signers, signers_of_pending
from jubao.records.models import Proposal, Staff
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.viewer import Viewer

LOCAL = ZoneInfo("Asia/Shanghai")
PENDING = str(Proposal.State.PENDING)
HEADS = ("id", "key", "code", "case_ref", "maker", "business_date", "proposed_at", "due_date", "next_step", "concerns")
PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """One proposal that waits for the viewer's signature.

    Attributes:
        key: of the proposal; code, title: of its act; gist: about whom, what it comes to, how much of it is unusual.
        maker, maker_name: who proposed it; proposed_at: when.
        due: until when, where a law sets a day.
        post: in which the viewer would sign; role: what the step is; step, of: its place in the chain, the maker's is 1.
    """

    key: str
    code: str
    title: str
    gist: Gist
    maker: str
    maker_name: str
    proposed_at: datetime
    due: Due | None
    post: Post
    role: str
    step: int
    of: int


@dataclass(frozen=True)
class Inbox:
    """What waits for one person: the rows shown, how many there are, how many are due today or late, the next page's key."""

    rows: tuple[Waiting, ...]
    count: int
    due_today: int
    late: int
    after: str | None


@dataclass(frozen=True)
class Queue:
    """Every proposal that waits for anybody, who may sign it, and everybody's name; asked once for a page."""

    pending: tuple[Proposal, ...]
    signers: Signers
    names: dict[str, str]
    day: date

    def of(self, staff: str) -> tuple[Proposal, ...]:
        """What waits for somebody's signature, the earliest due first."""
        return tuple(row for row in self.pending if staff in self.signers.may_sign(row))


def queue(viewer: Viewer) -> Queue:
    """What waits on the viewer's day; some seven short statements, however much it is."""
    rows = Proposal.objects.filter(state=PENDING).only(*HEADS)
    ordered = sorted(rows.order_by("id"), key=lambda row: (row.due_date or date.max, row.pk))
    names = dict(Staff.objects.order_by("id").values_list("code", "name"))
    return Queue(tuple(ordered), signers_of_pending(viewer.day), names, viewer.day)


def inbox(*, viewer: Viewer, staff: str, after: str | None = None, limit: int = PAGE) -> Inbox:
    """One page of what waits for a person's signature, the earliest due first.

    Args:
        viewer: on whose day; staff: whose signature.
        after: key of the last row of the page before; one that waits no more begins anew.
        limit: rows of a page.
    """
    return inbox_in(queue(viewer), staff=staff, after=after, limit=limit)


def inbox_in(queue: Queue, *, staff: str, after: str | None = None, limit: int = PAGE) -> Inbox:
    """As ``inbox``, from what was asked already."""
    mine = queue.of(staff)
    places = {row.key: place for place, row in enumerate(mine, start=1)}
    first = places.get(after or "", 0)
    some = mine[first : first + limit]
    days = [one for row in mine if (one := due(row.due_date, on=queue.day)) is not None]
    return Inbox(
        rows=tuple(_waiting(row, queue, staff) for row in with_previews(some)),
        count=len(mine),
        due_today=sum(one.is_today for one in days),
        late=sum(one.is_late for one in days),
        after=some[-1].key if some and len(mine) > first + limit else None,
    )


def with_previews(rows: Sequence[Proposal]) -> list[Proposal]:
    """Some proposals with what they show and state, in the order given; one statement."""
    found = Proposal.objects.in_bulk([row.pk for row in rows]) if rows else {}
    return [found[row.pk] for row in rows]


def _waiting(row: Proposal, queue: Queue, staff: str) -> Waiting:
    declaration = declaration_of(row.code)
    return Waiting(
        key=row.key,
        code=row.code,
        title=declaration.title,
        gist=gist_of(row),
        maker=row.maker,
        maker_name=queue.names.get(row.maker, ""),
        proposed_at=row.proposed_at.astimezone(LOCAL),
        due=due(row.due_date, on=queue.day),
        post=queue.signers.post_of(row, staff),
        role=ROLES[declaration.chain[row.next_step - 1].role],
        step=row.next_step + 1,
        of=len(declaration.chain) + 1,
    )


# ── One of them, and its neighbours ──


@dataclass(frozen=True)
class Place:
    """Where a proposal stands among those that wait for the viewer: its number, how many, and the keys beside it."""

    number: int
    of: int
    before: str | None
    after: str | None


def place_in(mine: Sequence[Proposal], key: str) -> Place:
    """The place of a proposal; number 0 where it does not wait for him, and then the first one is the next."""
    keys = [row.key for row in mine]
    if key not in keys:
        return Place(0, len(keys), None, keys[0] if keys else None)
    at = keys.index(key)
    beside = (keys[at - 1] if at else None), (keys[at + 1] if at + 1 < len(keys) else None)
    return Place(at + 1, len(keys), *beside)

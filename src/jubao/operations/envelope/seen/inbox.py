"""What waits for somebody's own signature, and where stands what they proposed themselves.

What waits is what this person may sign now, by the envelope's one rule: the right post or as its stand-in, no other step
of the case taken, and nobody concerned from whom they stay away. The number of statements does not grow with what waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jubao.operations.envelope.declaration import declaration_of
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.description import ROLES
from jubao.operations.envelope.seen.gist import Gist, gist_of
from jubao.operations.envelope.seen.signers import Signers, signers_of_pending
from jubao.records.models import Proposal
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.viewer import Viewer

LOCAL = ZoneInfo("Asia/Shanghai")
PENDING = str(Proposal.State.PENDING)
HEADS = ("id", "key", "code", "case_ref", "maker", "business_date", "proposed_at", "due_date", "next_step", "concerns")
PAGE = 50
LONGEST_REST = 14
"""Days without a working day among them are fewer; so only what is due so soon can be due today."""


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

    @property
    def pressing(self) -> int:
        """How many are due today or late."""
        return self.due_today + self.late


@dataclass(frozen=True)
class Queue:
    """Every proposal that waits for anybody, who may sign it, and whose eyes look on which day; asked once for a page."""

    pending: tuple[Proposal, ...]
    signers: Signers
    day: date
    staff: str

    @property
    def names(self) -> Mapping[str, str]:
        """Everybody's name by staff code."""
        return self.signers.names

    @property
    def mine(self) -> tuple[Proposal, ...]:
        """What waits for the viewer's own signature, the earliest due first."""
        return tuple(row for row in self.pending if self.staff in self.signers.may_sign(row))

    @property
    def own(self) -> tuple[Proposal, ...]:
        """What the viewer proposed himself and waits for others, the earliest due first."""
        return tuple(row for row in self.pending if row.maker == self.staff)

    def read(self, rows: Sequence[Proposal]) -> "Queue":
        """The same with the previews of some of its proposals, so that they need not be asked for again."""
        whole = {row.pk: row for row in with_previews(rows)}
        return replace(self, pending=tuple(whole.get(row.pk, row) for row in self.pending))


def queue_of(viewer: Viewer) -> Queue:
    """What waits on the viewer's day; three statements, however much it is."""
    rows = Proposal.objects.filter(state=PENDING).only(*HEADS)
    ordered = sorted(rows.order_by("id"), key=lambda row: (row.due_date or date.max, row.pk))
    return Queue(tuple(ordered), signers_of_pending(viewer.day), viewer.day, viewer.staff)


def inbox(*, viewer: Viewer, after: str | None = None, limit: int = PAGE) -> Inbox:
    """One page of what waits for the viewer's own signature on his day, the earliest due first.

    Args:
        viewer: whose signature, and on which day.
        after: key of the last row of the page before; one that waits no more begins anew.
        limit: rows of a page.
    """
    return inbox_in(queue_of(viewer), after=after, limit=limit)


def inbox_in(queue: Queue, *, after: str | None = None, limit: int = PAGE) -> Inbox:
    """As ``inbox``, from what was asked already."""
    mine = queue.mine
    places = {row.key: place for place, row in enumerate(mine, start=1)}
    first = places.get(after or "", 0)
    some = mine[first : first + limit]
    soon = [row.due_date for row in mine if row.due_date and 0 <= (row.due_date - queue.day).days <= LONGEST_REST]
    return Inbox(
        rows=tuple(_waiting(row, queue) for row in with_previews(some)),
        count=len(mine),
        due_today=sum(one.is_today for day in soon if (one := due(day, on=queue.day)) is not None),
        late=sum(row.due_date is not None and row.due_date < queue.day for row in mine),
        after=some[-1].key if some and len(mine) > first + limit else None,
    )


def with_previews(rows: Sequence[Proposal]) -> list[Proposal]:
    """Some proposals with what they show and state, in the order given; one statement for those that lack it."""
    lacking = [row.pk for row in rows if row.get_deferred_fields()]
    found = Proposal.objects.in_bulk(lacking) if lacking else {}
    return [found.get(row.pk, row) for row in rows]


def _waiting(row: Proposal, queue: Queue) -> Waiting:
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
        post=queue.signers.post_of(row, queue.staff),
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

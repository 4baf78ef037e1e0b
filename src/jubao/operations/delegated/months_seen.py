"""Programmes paid on behalf of other departments (代发) as a page shows them: money that came, was paid, came back, is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from jubao.operations.delegated.money import Moved, left_of_each, moved_by_programme
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.records.models import DelegatedPayee, PaymentBatch
from jubao.vocabulary.codes import DelegatedProgramme
from jubao.vocabulary.viewer import SEARCHING, Viewer

BEHALF = SEARCHING - {Post.OFFICE, Post.COLLECTION}
"""Posts with a part in payments on behalf, or a look at them (controls e.2, rows 19 to 24 and 36)."""
MOST_BATCHES = 36


@dataclass(frozen=True)
class Programme:
    """A programme.

    Attributes:
        code, name: of it; payees: on its roster now, of whom stopped for a time, and ended for good.
        monthly_fen: what those who are paid get a month.
        came_fen, paid_fen, on_the_way_fen, returned_fen: since the office keeps the books; free_fen: what nobody needs.
    """

    code: str
    name: str
    payees: int
    stopped: int
    ended: int
    monthly_fen: int
    came_fen: int
    paid_fen: int
    on_the_way_fen: int
    returned_fen: int
    free_fen: int


@dataclass(frozen=True)
class BatchLine:
    """A month of a programme: its batch and where it stands; lines and fen in all, paid, failed, held, on their way."""

    month: int
    programme: str
    batch: str
    state: str
    tag: str
    lines: int
    fen: int
    paid: int
    paid_fen: int
    failed: int
    held: int
    due: int


@dataclass(frozen=True)
class Behalf:
    """All programmes, their latest months, and what may be done."""

    programmes: tuple[Programme, ...]
    batches: tuple[BatchLine, ...]
    acts: tuple[OfferedAct, ...]


def on_behalf(*, viewer: Viewer) -> Behalf:
    """Every programme and its latest months.

    Raises:
        MayNotLook: none of his posts has to do with them, or he answers for some divisions only.
    """
    viewer.require(BEHALF, "代发项目")
    viewer.require_everywhere("代发项目")
    ended, stopped = Q(ended_from__isnull=False), Q(ended_from__isnull=True, stopped_from__isnull=False)
    running = Q(ended_from__isnull=True, stopped_from__isnull=True)
    payees = {
        code: told
        for code, *told in DelegatedPayee.objects.order_by()
        .values_list("programme")
        .annotate(
            n=Count("pk", filter=~ended),
            stopped=Count("pk", filter=stopped),
            ended=Count("pk", filter=ended),
            monthly=Coalesce(Sum("monthly_fen", filter=running), 0),
        )
    }
    moved = moved_by_programme()
    left = left_of_each(moved)
    programmes = tuple(
        _programme(code, payees.get(str(code), [0] * 4), moved[str(code)], left[str(code)])
        for code in DelegatedProgramme
    )
    return Behalf(programmes, _batches(), offered(viewer, about=About.PROGRAMME, answers={}))


def _programme(code: DelegatedProgramme, payees: Sequence[int], moved: Moved, left: int) -> Programme:
    return Programme(
        code=str(code),
        name=code.label,
        payees=payees[0],
        stopped=payees[1],
        ended=payees[2],
        monthly_fen=int(payees[3]),
        came_fen=moved.came,
        paid_fen=moved.paid,
        on_the_way_fen=moved.due,
        returned_fen=moved.returned,
        free_fen=max(left, 0),
    )


def _batches() -> tuple[BatchLine, ...]:
    """The latest months of all programmes, the latest first."""
    rows = PaymentBatch.objects.filter(kind="DELEGATED").order_by("-month", "programme", "-pk")
    state = "delegated_lines__state"
    counted = rows.annotate(
        paid=Count("delegated_lines", filter=Q(**{state: "PAID"})),
        paid_fen=Coalesce(Sum("delegated_lines__amount_fen", filter=Q(**{state: "PAID"})), 0),
        failed=Count("delegated_lines", filter=Q(**{state: "FAILED"})),
        held=Count("delegated_lines", filter=Q(**{state: "HELD"})),
        due=Count("delegated_lines", filter=Q(**{state: "DUE"})),
    )[:MOST_BATCHES]
    found = []
    for row in counted:
        told = vars(row)
        found.append(
            BatchLine(
                month=row.month,
                programme=DelegatedProgramme(row.programme).label,
                batch=row.number,
                state=PaymentBatch.State(row.state).label,
                tag="ok" if row.state == PaymentBatch.State.RETURNED else "work",
                lines=row.count,
                fen=row.total_fen,
                paid=told["paid"],
                paid_fen=int(told["paid_fen"]),
                failed=told["failed"],
                held=told["held"],
                due=told["due"],
            )
        )
    return tuple(found)

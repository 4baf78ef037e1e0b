"""Awards as they were known when an act happened: components, and whether the award ran, rested or had ended."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jubao.reports.streaming import rows_of


@dataclass(frozen=True)
class Component:
    """A paid part of a pension, half-open in benefit months."""

    id: int
    act: int
    item: str
    fen: int
    from_month: int
    to_month: int | None


@dataclass
class AwardState:
    """An award and what has happened to it so far; ``suspended`` and ``ended`` are months or None.

    ``resumed`` is the first month it runs again after a stop, 0 where it never rested.
    """

    id: int
    person: int
    act: int
    start: int
    components: list[Component] = field(default_factory=list)
    suspended: int | None = None
    ended: int | None = None
    resumed: int = 0

    @property
    def runs(self) -> bool:
        """Neither held nor ended."""
        return self.suspended is None and self.ended is None

    def payable(self, month: int) -> bool:
        """Whether a run pays a month in the regular way: of an award that ended it pays nothing."""
        begun = max(self.start, self.resumed) <= month
        return begun and self.ended is None and (self.suspended is None or self.suspended > month)

    def known(self, month: int, act: int) -> Iterator[Component]:
        """Parts of a benefit month as they were known before an act: a later rise had not yet closed them."""
        for part in self.components:
            closers = [later for later in self.components if later.item == part.item and later.act > part.act]
            unheard_of = part.to_month is not None and part.to_month in {c.from_month for c in closers if c.act >= act}
            ends = None if unheard_of else part.to_month
            if part.act < act and part.from_month <= month and (ends is None or month < ends):
                yield part

    def take(self, kind: str, month: int) -> None:
        """Apply one event of the award's history."""
        if kind == "SUSPENDED":
            self.suspended = month
        elif kind == "RESUMED":
            self.suspended, self.ended, self.resumed = None, None, month
        elif kind == "ENDED":
            self.suspended, self.ended = None, month


class AwardHistory:
    """All awards, moved forward act by act; it never goes back."""

    def __init__(self) -> None:
        """Read awards, components and events; nothing has happened yet."""
        sql = "SELECT id, person_id, act_id, start_month FROM records_award ORDER BY id"
        self.awards = {row[0]: AwardState(*row) for row in rows_of(sql)}
        sql = "SELECT award_id, id, act_id, item, amount_fen, from_month, to_month FROM records_awardcomponent ORDER BY id"
        for award, *rest in rows_of(sql):
            self.awards[award].components.append(Component(*rest))
        self._events = rows_of("SELECT act_id, award_id, kind, month FROM records_awardevent ORDER BY act_id, id")
        self._next = next(self._events, None)

    def before(self, act: int) -> Iterator[AwardState]:
        """Awards granted before an act, each as it stood then; acts must be asked for in ascending order."""
        while self._next is not None and self._next[0] < act:
            _, award, kind, month = self._next
            self.awards[award].take(kind, month)
            self._next = next(self._events, None)
        return (award for award in self.awards.values() if award.act < act)

    def all(self) -> Iterator[AwardState]:
        """Every award as it stands after all events."""
        return self.before(2**62)

"""The office's people over time, from the facts of joining, leaving, absence and return; also as the books once knew it."""

from datetime import date
from typing import NamedTuple

from jubao.records.models import Absence, AbsenceEnd, PostEnd, PostHolding, SigningKey, SigningKeyEnd
from jubao.vocabulary.posts import Post
from jubao.vocabulary.roster import Away, Holding, Roster


class _Held(NamedTuple):
    """A holding with the event that told of it."""

    event: int
    key: int
    code: str
    post: str
    capacity: str
    start: date
    granted: date
    end: date | None


class _Gone(NamedTuple):
    """An absence with the event that told of it."""

    event: int
    key: int
    code: str
    start: date
    end: date


class StaffFacts:
    """Every fact about posts, absences and keys, each with its event; read once."""

    def __init__(self) -> None:
        """Read the books."""
        held = ("act_id", "id", "staff__code", "post", "capacity", "valid_from", "granted_from", "valid_to")
        gone = ("act_id", "id", "staff__code", "valid_from", "valid_to")
        ends = PostEnd.objects.order_by("id").values_list("act_id", "holding_id", "valid_from", "granted_from")
        back = AbsenceEnd.objects.order_by("id").values_list("act_id", "absence_id", "returned_on")
        self.held = [_Held(*row) for row in PostHolding.objects.order_by("id").values_list(*held)]
        self.gone = [_Gone(*row) for row in Absence.objects.order_by("id").values_list(*gone)]
        self.ends = [(event, holding, max(stated, granted)) for event, holding, stated, granted in ends]
        self.back = list(back)
        keys = SigningKey.objects.order_by("id").values_list("act_id", "staff__code")
        gone_keys = SigningKeyEnd.objects.order_by("id").values_list("act_id", "key__staff__code")
        self.keys = sorted(
            [(event, code, True) for event, code in keys] + [(event, code, False) for event, code in gone_keys]
        )
        told_of = [one.event for one in self.held] + [one.event for one in self.gone]
        self.events = sorted({*told_of, *(event for event, _, _ in (*self.ends, *self.back, *self.keys))})

    def roster(self, *, before: int | None = None) -> Roster:
        """Posts and absences as these facts tell them.

        Args:
            before: only what events before this one told; default everything.
        """

        def known(event: int) -> bool:
            return before is None or event < before

        keys = {code: is_in_force for event, code, is_in_force in self.keys if known(event)}
        ends, back = dict[int, date](), {absence: day for event, absence, day in self.back if known(event)}
        for event, holding, day in self.ends:
            if known(event):
                ends[holding] = min(day, ends.get(holding, day))
        return Roster(
            tuple(
                Holding(
                    one.code,
                    Post(one.post),
                    one.capacity,
                    max(one.start, one.granted),
                    min((day for day in (one.end, ends.get(one.key)) if day), default=None),
                )
                for one in self.held
                if known(one.event)
            ),
            tuple(
                Away(one.code, one.start, min(one.end, back.get(one.key, one.end)))
                for one in self.gone
                if known(one.event)
            ),
            frozenset(code for code, is_in_force in keys.items() if not is_in_force),
        )


def roster() -> Roster:
    """The office's people as the books tell now."""
    return StaffFacts().roster()

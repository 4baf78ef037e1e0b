"""Where somebody is paid: bank accounts and social security cards, with what was used before."""

from dataclasses import dataclass
from datetime import date

from jubao.records.models import BankAccount, Person
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Binding:
    """One account or card as it was bound.

    Attributes:
        bank: its name; account, card: whole or masked, the card empty where none is known.
        usable_from: the day its cooling period is over; is_used: whether payments go there on the viewer's day.
        is_cooling: whether it may not be used yet; on: business date of the act; event: its number.
    """

    bank: str
    account: str
    card: str
    usable_from: date
    is_used: bool
    is_cooling: bool
    on: date
    event: int


def bindings_of(person: Person, *, viewer: Viewer) -> tuple[Binding, ...]:
    """Every account and card, the latest first, from one statement."""
    rows = list(BankAccount.objects.filter(person=person).select_related("act").order_by("-usable_from", "-pk"))
    used = next((row.pk for row in rows if row.usable_from <= viewer.day), None)
    return tuple(
        Binding(
            bank=row.bank,
            account=str(viewer.told(Mask.ACCOUNT, row.account)),
            card=str(viewer.told(Mask.ACCOUNT, row.card_number)) if row.card_number else "",
            usable_from=row.usable_from,
            is_used=row.pk == used,
            is_cooling=row.usable_from > viewer.day,
            on=row.act.business_date,
            event=row.act_id,
        )
        for row in rows
    )

"""Identity and its history: names and numbers, residence, category, and how the relation moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jubao.records.models import CategoryPeriod, EnrolmentEvent, Identity, Person, PersonMerge, Residence
from jubao.reports.explanation.unpaid import REASONS
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import Category, HouseholdType, RelationState
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Change:
    """One thing that was so from a day on.

    Attributes:
        what: which kind of thing; told: what was so, masked as the viewer may see it; more: beside it, or empty.
        since: from which day; on: business date of the act that recorded it; event: its number.
    """

    what: Both
    told: str
    more: str
    since: date
    on: date
    event: int


IDENTITY, RESIDENCE = both("姓名与号码", "Name and number"), both("户籍与联系", "Residence")
CATEGORY, RELATION, MERGE = (
    both("参保身份", "Category"),
    both("参保状态", "Relation"),
    both("档案合并", "Merged record"),
)


def changes_of(person: Person, *, viewer: Viewer) -> tuple[Change, ...]:
    """Everything that was ever so of somebody, the latest first, from five statements."""
    found = [*_identities(person, viewer), *_residences(person, viewer), *_categories(person), *_states(person)]
    return tuple(sorted([*found, *_merges(person, viewer)], key=lambda one: (one.since, one.event), reverse=True))


def _identities(person: Person, viewer: Viewer) -> Iterator[Change]:
    for row in Identity.objects.filter(person=person).select_related("act").order_by("pk"):
        number = str(viewer.told(Mask.NUMBER, row.resident_number))
        yield Change(IDENTITY, row.name, number, row.valid_from, row.act.business_date, row.act_id)


def _residences(person: Person, viewer: Viewer) -> Iterator[Change]:
    labels = {str(one): one.label for one in HouseholdType}
    for row in Residence.objects.filter(person=person).select_related("act").order_by("pk"):
        phone = str(viewer.told(Mask.PHONE, row.phone)) if row.phone else ""
        told = " ".join(part for part in (row.address or row.division, labels.get(row.household_type, "")) if part)
        yield Change(RESIDENCE, told, phone, row.valid_from, row.act.business_date, row.act_id)


def _categories(person: Person) -> Iterator[Change]:
    labels = {str(one): one.label for one in Category}
    for row in CategoryPeriod.objects.filter(person=person).select_related("act").order_by("pk"):
        told = labels.get(row.category, row.category)
        yield Change(CATEGORY, told, "", row.valid_from, row.act.business_date, row.act_id)


def _states(person: Person) -> Iterator[Change]:
    rows = EnrolmentEvent.objects.filter(enrolment__person=person).select_related("act").order_by("pk")
    for row in rows:
        state = RelationState.of(row.enrolment_state, row.contribution_state)
        reason = REASONS.get(row.reason, row.reason)
        yield Change(RELATION, state.label, reason, row.effective_date, row.act.business_date, row.act_id)


def _merges(person: Person, viewer: Viewer) -> Iterator[Change]:
    rows = PersonMerge.objects.filter(kept=person).select_related("act", "merged").order_by("pk")
    for row in rows:
        number = str(viewer.told(Mask.NUMBER, row.merged.resident_number))
        on = row.act.business_date
        yield Change(MERGE, f"{row.merged.personal_number} {row.merged.name}", number, on, on, row.act_id)

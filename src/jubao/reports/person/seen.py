"""Who a page may be about: somebody of the viewer's divisions from whom he need not stay away, with what stands beside him."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL

from jubao.records.models import (
    CategoryPeriod,
    Person,
    Residence,
    Settlement,
)
from jubao.reports.figures.window import Window
from jubao.reports.lists.known import latest_known
from jubao.reports.viewers import people_seen
from jubao.vocabulary.codes import Category, HouseholdType, RelationState, Sex
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer

SUBJECT = "参保人页面"
"""What a look says was looked at."""


def seen_person(key: int, *, viewer: Viewer) -> Person | None:
    """The person of a page, and what his head tells read beside him; None who is absent or out of scope.

    Where masks are lifted, the look is written down first.

    Raises:
        MayNotLook: none of the viewer's posts may look at people, or he stays away from this one; then nothing but the
            number was read.
    """
    people = people_seen(viewer).filter(pk=key)
    if viewer.recused:
        for number in people.order_by("pk").values_list("resident_number", flat=True):
            viewer.require_distance(number)
    person = _beside(people, viewer.day).first()
    if person is not None:
        viewer.looks_at([person.pk], SUBJECT)
    return person


def _beside(people: QuerySet[Person], day: date) -> QuerySet[Person]:
    """People with relation, account, place and the latest of what has a history; and how much each tab holds."""
    window = Window(day.year, day)
    counted: dict[str, Any] = {name: RawSQL(sql, ()) for name, sql in BESIDE.items()}  # noqa: S611  without values
    return (
        people.order_by("pk")
        .select_related("enrolment", "account", "merged_into")
        .prefetch_related(Prefetch("settlements", queryset=Settlement.objects.select_related("act").order_by("-pk")))
        .annotate(
            phone=latest_known(Residence, "phone", window),
            address=latest_known(Residence, "address", window),
            household=latest_known(Residence, "household_type", window),
            category=latest_known(CategoryPeriod, "category", window),
            **counted,
        )
    )


# Written out: Django takes longer to put such a question together than the books take to answer it.
BESIDE = {
    "village_name": "SELECT coalesce(max(name), '') FROM records_division WHERE code = records_person.division",
    "township_name": "SELECT coalesce(max(name), '') FROM records_division WHERE code = records_person.township",
    "entries": "SELECT count(*) FROM records_accountentry WHERE person_id = records_person.id",
    "months_paid": (
        "SELECT count(DISTINCT month) FROM records_pensionmonth WHERE person_id = records_person.id AND state = 'PAID'"
    ),
    "suspected": (
        "SELECT count(*) FROM records_matchcandidate WHERE person_id = records_person.id AND state IN ('OPEN', 'HELD')"
    ),
    "claims": "SELECT count(*) FROM records_overpayment WHERE person_id = records_person.id AND open_fen > 0",
    "claimed_fen": (
        "SELECT CAST(coalesce(sum(open_fen), 0) AS BIGINT) FROM records_overpayment WHERE person_id = records_person.id"
    ),
    "payable_fen": (
        "SELECT CAST(coalesce(sum(amount_fen), 0) AS BIGINT) FROM records_payout"
        " WHERE person_id = records_person.id AND state IN ('DUE', 'ORDERED', 'FAILED')"
    ),
}
"""What is read beside a person: names of places, how much each tab holds, what is claimed and payable, fen."""


@dataclass(frozen=True)
class Who:
    """Who somebody is, as the viewer may see it.

    Attributes:
        key: internal; personal_number: of the register; name: in full.
        resident_number, born: whole or masked; age: on the viewer's day; sex, household, category: labels.
        village, township: names; address; phone: whole or masked, empty where none is known.
        enrolled_month: YYYYMM; tier_fen: what he chose to pay a year; state: label of the relation's two codes.
        codes: the two codes themselves, AAC008 and AAC031; is_drawing: whether a pension runs or rests.
        has_ended: whether the relation has ended; kept: key of the record that stands for this one now.
        kept_number: its personal number.
    """

    key: int
    personal_number: str
    name: str
    resident_number: str
    born: str
    age: int
    sex: str
    household: str
    category: str
    village: str
    township: str
    address: str
    phone: str
    enrolled_month: int
    tier_fen: int
    state: str
    codes: tuple[str, str]
    is_drawing: bool
    has_ended: bool
    kept: int | None
    kept_number: str


def who(person: Person, *, viewer: Viewer) -> Who:
    """Who somebody is, from the person that ``seen_person`` let through."""
    state, beside = RelationState(person.state), vars(person)
    return Who(
        key=person.pk,
        personal_number=person.personal_number,
        name=person.name,
        resident_number=str(viewer.told(Mask.NUMBER, person.resident_number)),
        born=str(viewer.told(Mask.NUMBER, person.birth_date)),
        age=age_on(person.birth_date, viewer.day),
        sex=Sex(person.sex).label,
        household=label_of(HouseholdType, beside["household"]),
        category=label_of(Category, beside["category"]),
        village=beside["village_name"],
        township=beside["township_name"],
        address=beside["address"],
        phone=str(viewer.told(Mask.PHONE, beside["phone"])) if beside["phone"] else "",
        enrolled_month=person.enrolment.enrolled_month,
        tier_fen=person.enrolment.tier_fen,
        state=state.label,
        codes=(person.enrolment.enrolment_state, person.enrolment.contribution_state),
        is_drawing=state in (RelationState.DRAWING, RelationState.DRAWING_PAUSED),
        has_ended=state is RelationState.ENDED,
        kept=person.merged_into.pk if person.merged_into else None,
        kept_number=person.merged_into.personal_number if person.merged_into else "",
    )


def age_on(born: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def label_of(codes: "type[Category | HouseholdType]", code: str) -> str:
    """The label of a code; nothing where none is known, and the code itself where it is no code of ours."""
    known = {str(one): one.label for one in codes}
    return known.get(code, code)

"""Lists of the insured: the register, who reached the age with years missing, certification, contributions."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from jubao.documents.sheet import IDENTIFIER, MONEY, MONTH, TEXT
from jubao.records.models import (
    AwardEvent,
    CategoryPeriod,
    Contribution,
    EnrolmentEvent,
    Person,
    Residence,
)
from jubao.reports.catalogue.people import of_age
from jubao.reports.figures.state_on_day import Kind, awards, lawful
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import AMOUNT, BIRTH, NAME, PLACE, WHO, Column, Told, day, years
from jubao.reports.lists.known import balance_known, certified_known, latest_known, state_known
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.reports.paid_years import contributed_years, paid_years
from jubao.rules.eligibility import arrears_years, required_years
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import (
    Category,
    Channel,
    ContributionKind,
    HouseholdType,
    RelationState,
    Sex,
    SuspensionReason,
)
from jubao.vocabulary.resident_number import mask

CATEGORIES = {str(code): code.label for code in Category}
HOUSEHOLDS = {str(code): code.label for code in HouseholdType}
SEXES = {str(code): code.label for code in Sex}
STATES = {str(code): code.label for code in RelationState}
CHANNELS = {str(code): code.label for code in Channel}
KINDS = {str(code): code.label for code in ContributionKind}
STANDING = [str(state) for state in RelationState if state is not RelationState.ENDED]


def _register(_: Window) -> QuerySet[Person]:
    """Everybody as the register stands now."""
    return Person.objects.all()


def _insured(window: Window) -> QuerySet[Person]:
    """Everybody whose relation stood on the day, with state, category and household as known then."""
    known = Person.objects.filter(window.known()).annotate(
        state_then=state_known(window),
        category=latest_known(CategoryPeriod, "category", window),
        household=latest_known(Residence, "household_type", window),
        balance_fen=balance_known(window),
    )
    return known.filter(state_then__in=STANDING).select_related("enrolment")


def _beside_insured(people: Sequence[Person], window: Window) -> Iterator[Told]:
    """The years that counted on the day."""
    return ({"years": counted} for counted in _years_known([who.pk for who in people], window).tolist())


def _years_known(people: Sequence[int], window: Window) -> NDArray[np.int64]:
    """Years that count for some people as the books knew them on the day, shape (n,)."""
    person = np.array(people, dtype=np.int64)
    return contributed_years(person, paid_years(person, window.as_of))


def _of_age(window: Window) -> QuerySet[EnrolmentEvent] | None:
    rows = of_age(window)
    return None if rows is None else rows.select_related("enrolment__person")


def _owing_at_age(events: Sequence[EnrolmentEvent], window: Window) -> Iterator[Told | None]:
    """Of age, not yet drawing: the years missing under the law of the day; nobody who has them all."""
    law = [lawful(f"scheme.{name}", window.as_of) for name in ("launch_date", "pension_age", "required_years")]
    if None in law:
        yield from [None] * len(events)
        return
    birth = np.array([event.enrolment.person.birth_date for event in events], dtype="datetime64[D]")
    paid = _years_known([event.enrolment.person_id for event in events], window)
    required = required_years(birth, law[0], int(law[1]), int(law[2]))
    missing = arrears_years(required, paid).tolist()
    for needed, have, short in zip(required.tolist(), paid.tolist(), missing, strict=True):
        yield {"required": needed, "paid": have, "missing": short} if short else None


def _cycle(window: Window) -> int | None:
    """Months a certification is good for; None where nobody verified the law."""
    cycle = lawful("certification.cycle_months", window.as_of)
    return None if cycle is None else int(cycle)


def _expiring(window: Window) -> QuerySet[AwardEvent] | None:
    """Awards running whose certification runs out by the end of the month after the day, or has run out already."""
    cycle = _cycle(window)
    if cycle is None:
        return None
    running = awards(window).filter(kind__in=(Kind.STARTED, Kind.RESUMED))
    good_from = months.first_day(months.add(months.of(window.as_of), 2 - cycle))
    certified = running.annotate(certified=certified_known(window, person="award__person"))
    due = certified.filter(Q(certified__isnull=True) | Q(certified__lt=good_from))
    return due.select_related("award__person")


def _beside_expiring(events: Sequence[Any], window: Window) -> Iterator[Told]:
    """The month in which each certification runs out."""
    cycle = _cycle(window)
    assert cycle is not None, "without the law there are no rows"
    for event in events:
        yield {"due_month": months.add(months.of(event.certified), cycle) if event.certified else None}


def _unproved(window: Window) -> QuerySet[AwardEvent]:
    rows = awards(window).filter(kind=Kind.SUSPENDED, reason=SuspensionReason.NO_PROOF_OF_LIFE)
    return rows.annotate(certified=certified_known(window, person="award__person")).select_related("award__person")


def _contributions(window: Window) -> QuerySet[Contribution]:
    return Contribution.objects.filter(window.known(), window.dated("received_date")).select_related("person", "batch")


def _beside_contributions(rows: Sequence[Contribution], _: Window) -> Iterator[Told]:
    """What hangs in the village: the number is masked for everybody."""
    return ({"public_number": mask(row.person.resident_number)} for row in rows)


CERTIFIED = day("最近认证日期", "certified")
PUBLIC_NUMBER = Column("公民身份号码", "public_number", IDENTIFIER)
REGISTER = Listing(
    "register",
    "参保登记名册",
    (
        *WHO,
        Column("性别", "sex", TEXT, width=6, words=SEXES, is_filtered=True),
        BIRTH,
        Column("状态", "state", words=STATES, is_filtered=True),
    ),
    (Part(_register, person=""),),
)
PEOPLE_LISTS = (
    REGISTER,
    Listing(
        "insured",
        "参保人员明细表",
        (
            *WHO,
            Column("性别", "sex", TEXT, width=6, of_person=True, words=SEXES, is_filtered=True),
            BIRTH,
            Column("户口性质", "household", words=HOUSEHOLDS, is_filtered=True),
            Column("参保身份", "category", words=CATEGORIES, is_filtered=True),
            Column("参保年月", "enrolment__enrolled_month", MONTH, of_person=True),
            Column("状态", "state_then", words=STATES, is_filtered=True),
            Column("缴费档次", "enrolment__tier_fen", MONEY, of_person=True),
            years("累计缴费年限", "years"),
            Column("账户余额", "balance_fen", MONEY, is_totalled=True),
        ),
        (Part(_insured, _beside_insured, person=""),),
    ),
    Listing(
        "of-age-unpaid",
        "到龄欠费名单",
        (*WHO, BIRTH, years("应缴年限", "required"), years("已缴年限", "paid"), years("欠费年限", "missing")),
        (Part(_of_age, _owing_at_age, person="enrolment__person", is_exact=False),),
    ),
    Listing(
        "certification-due",
        "认证到期名单",
        (*WHO, CERTIFIED, Column("到期年月", "due_month", MONTH)),
        (Part(_expiring, _beside_expiring, person="award__person"),),
    ),
    Listing(
        "uncertified",
        "未认证停发名单",
        (
            *WHO,
            CERTIFIED,
            Column("暂停年月", "month", MONTH, is_filtered=True),
            day("处理期限", "due_date", is_filtered=True),
        ),
        (Part(_unproved, person="award__person"),),
    ),
    Listing(
        "contributions-public",
        "缴费公示花名册",
        (
            *PLACE,
            NAME,
            PUBLIC_NUMBER,
            years("缴费年度", "year", is_filtered=True),
            Column("缴费类型", "kind", words=KINDS, is_filtered=True),
            day("到账日期", "received_date", is_filtered=True, is_sorted=True),
            Column("缴费渠道", "batch__channel", words=CHANNELS, is_filtered=True),
            AMOUNT,
        ),
        (Part(_contributions, _beside_contributions, order=("received_date",)),),
    ),
)

"""What is drawn of people: insured people by age, pensions by payer, suspended pensioners by age, payment by village."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Min
from django.db.models.functions import ExtractMonth

from jubao.records.models import Division
from jubao.reports.analysis.days import Days, days_asked
from jubao.reports.catalogue.reading import Reading
from jubao.reports.catalogue.register import received
from jubao.reports.figures.dimension import AGES, SEXES, label_of
from jubao.reports.figures.evidence import Part
from jubao.reports.figures.figure import Figure
from jubao.reports.figures.grouping import Key, grouping_of
from jubao.reports.figures.measure import People
from jubao.reports.figures.place import place_names
from jubao.reports.streaming import rows_of
from jubao.vocabulary.codes import Sex
from jubao.vocabulary.viewer import Viewer

INSURED, CONTRIBUTORS, HELD = "register.insured", "register.contributors", "benefits.held"
PAID = ("benefits.basic_paid", "benefits.account_paid")


@dataclass(frozen=True)
class Share:
    """One label of a figure's breakdown and its value."""

    figure: str
    label: str
    value: int


@dataclass(frozen=True)
class AgeBand:
    """People of some ages: men and women."""

    words: str
    men: Share
    women: Share


@dataclass(frozen=True)
class VillageMonth:
    """How many contributors of a village had paid by the end of a month, of how many."""

    paid: int
    of: int


@dataclass(frozen=True)
class Village:
    """A village by its name (as breakdowns call it) and township, with one month after the other; None for months to come."""

    code: str
    name: str
    township: str
    township_name: str
    months: tuple[VillageMonth | None, ...]


@dataclass(frozen=True)
class Charts:
    """The drawings of a year.

    Attributes:
        days: year and day; ages: insured people, the youngest first.
        payers: pensions paid in the year by who pays, fen; suspended: suspended pensioners by age.
        villages: payment of the year's contributions by village; township: the one that is shown alone, else empty.
    """

    days: Days
    ages: tuple[AgeBand, ...]
    payers: tuple[Share, ...]
    suspended: tuple[Share, ...]
    villages: tuple[Village, ...]
    township: str


def charts_of_year(*, viewer: Viewer, year: str = "", as_of: str = "", township: str = "") -> Charts:
    """What is drawn of a year.

    Args:
        year, as_of: as an address states them; township: the code of one township, whose villages are wanted alone.
    Raises:
        CannotFilter: the year or the day is not understood.
        MayNotLook: the viewer does not answer for the whole office.
    """
    viewer.require_everywhere("指标图")
    days = days_asked(viewer, year=year, as_of=as_of)
    reading = Reading(days.year, days.as_of, settled=days.settled)
    return Charts(
        days,
        _ages(reading),
        _payers(reading),
        tuple(Share(HELD, label, value) for label, value in reading.broken_down(HELD, "age_band")),
        _villages(reading, township),
        township,
    )


def _part(reading: Reading, figure_id: str) -> Part:
    measure = reading.measure(figure_id)
    assert isinstance(measure, People), "people are drawn"
    return measure.part


def _ages(reading: Reading) -> tuple[AgeBand, ...]:
    """Insured people by five years of age and sex; whose sex is not stated stands on neither side."""
    found = dict(reading.broken_down(INSURED, "sex_age"))

    def side(sex: Sex, least: int) -> Share:
        label = label_of("sex_age", int(sex) * SEXES + least)
        return Share(INSURED, label, found.get(label, 0))

    each = [AgeBand(words, side(Sex.MALE, least), side(Sex.FEMALE, least)) for least, words in AGES.items()]
    return tuple(each[0 if each[0].men.value or each[0].women.value else 1 :])


def _payers(reading: Reading) -> tuple[Share, ...]:
    """Pensions paid in the year by who pays them: each level of government for its part, the account for its own."""
    return tuple(
        Share(figure_id, label, value) for figure_id in PAID for label, value in reading.broken_down(figure_id, "level")
    )


def _villages(reading: Reading, township: str) -> tuple[Village, ...]:
    """Every village with contributors, in the order of the codes; what lies after the day is not told."""
    divisions = {
        code: (name, parent)
        for code, name, parent in Division.objects.order_by("code").values_list("code", "name", "parent")
    }
    named, of, first = place_names(), _contributors(reading), _first_paid(reading)
    last = reading.as_of.month if reading.as_of.year == reading.year else 12
    found = []
    for code in sorted({*of, *(village for village, _ in first)}):
        parent = divisions.get(code, (code, ""))[1]
        if township and parent != township:
            continue
        paid, months = 0, []
        for month in range(1, 13):
            paid += first.get((code, month), 0)
            months.append(VillageMonth(paid, max(of.get(code, 0), paid)) if month <= last else None)
        name = named.get(code, (code, code))[1]
        found.append(Village(code, name, parent, divisions.get(parent, (parent, ""))[0], tuple(months)))
    return tuple(found)


def _contributors(reading: Reading) -> Mapping[str, int]:
    """Contributors by the village where they live: those who pay this year, and those who paid and draw by now."""
    figure = reading.find(CONTRIBUTORS)
    part = _part(reading, CONTRIBUTORS)
    grouping = _by_village(figure, reading, part.named.reference.rpartition("__")[0])
    rows = part.rows.order_by().annotate(village=grouping).values("village")
    counted = rows.annotate(people=Count(part.named.reference, distinct=True)).values_list("village", "people")
    return {village or "": people for village, people in counted}


def _first_paid(reading: Reading) -> Mapping[tuple[str, int], int]:
    """People by village and the month in which they first paid this year."""
    figure = reading.find("collection.payers")
    rows = received(reading.window(figure)).order_by().annotate(village=_by_village(figure, reading, "person"))
    each = rows.values("person", "village").annotate(first=ExtractMonth(Min("received_date")))
    sql, parameters = each.values_list("village", "first").query.sql_with_params()
    grouped = f"SELECT village, first, COUNT(*) FROM ({sql}) AS people GROUP BY village, first"  # noqa: S608
    return {(village or "", int(month)): int(people) for village, month, people in rows_of(grouped, parameters)}


def _by_village(figure: Figure, reading: Reading, person: str) -> Key:
    return grouping_of("division", reading.window(figure), column="", person=person).key

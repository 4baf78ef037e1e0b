"""Drawings of a year: insured people by age, pensions by payer, suspended pensioners by age, payment by village (指标图)."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from jubao.desk.drawings.bars import Bars, bars
from jubao.desk.drawings.heat import Cell, Group, Heat, Row, heat
from jubao.desk.drawings.numbers import table
from jubao.desk.drawings.point import Point
from jubao.desk.drawings.pyramid import Band, Pyramid, pyramid
from jubao.desk.drawings.unit import PEOPLE
from jubao.desk.figures.addresses import figure_address, with_days
from jubao.desk.figures.words import drawn_unit
from jubao.desk.frame.page import page
from jubao.reports.analysis.days import Days
from jubao.reports.analysis.people import Charts, Share, Village, charts_of_year
from jubao.reports.figures.figure import Unit
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

PAYERS = "collection.payers"


@dataclass(frozen=True)
class Drawing:
    """A drawing and the table of the same numbers."""

    drawn: SafeString
    numbers: SafeString


@dataclass(frozen=True)
class ShownCharts:
    """The drawings of a year; ``township`` is the name of the one shown alone, ``all_townships`` leads back."""

    days: Days
    ages: Drawing
    payers: Drawing
    suspended: Drawing
    villages: Drawing
    township: str
    all_townships: str
    is_grouped: bool


@page("figures/charts", title=both("指标图", "Charts"), audience=FIGURES, queries=14)
def charts(viewer: Viewer, asked: QueryDict) -> ShownCharts:
    """Who the insured are, who pays pensions, who is suspended, and how far each village has paid."""
    return _shown(
        charts_of_year(
            viewer=viewer,
            year=asked.get("year", ""),
            as_of=asked.get("as-of", ""),
            township=asked.get("township", ""),
        )
    )


def _shown(it: Charts) -> ShownCharts:
    days = it.days
    ages = Pyramid(
        both("参保人按年龄和性别", "Insured people by age and sex"),
        both("年龄", "Age"),
        both("男", "Men"),
        both("女", "Women"),
        tuple(Band(one.words, _point(one.men, days, "sex_age"), _point(one.women, days, "sex_age")) for one in it.ages),
    )
    payers = Bars(
        both("年内养老金按支付方", "Pensions paid in the year by payer"),
        drawn_unit(Unit.MONEY, max((one.value for one in it.payers), default=0)),
        both("支付方", "Payer"),
        tuple(_point(one, days, "level") for one in it.payers),
    )
    suspended = Bars(
        both("待遇暂停人员按年龄", "Suspended pensioners by age"),
        PEOPLE,
        both("年龄", "Age"),
        tuple(_point(one, days, "age_band") for one in it.suspended),
    )
    villages = _heat(it)
    return ShownCharts(
        days,
        Drawing(pyramid(ages), table(ages.numbers())),
        Drawing(bars(payers), table(payers.numbers())),
        Drawing(bars(suspended), table(suspended.numbers())),
        Drawing(heat(villages), table(villages.numbers())),
        next((one.township_name for one in it.villages), "") if it.township else "",
        with_days(reverse("figures.charts"), days),
        villages.is_grouped,
    )


def _point(one: Share, days: Days, by: str) -> Point:
    return Point(one.label, one.value, figure_address(one.figure, days, by=by, under=one.label))


def _heat(it: Charts) -> Heat:
    months = tuple(both(f"{month}月", f"{month:02}") for month in range(1, 13))
    return Heat(
        both("各村已缴费人数占缴费人数", "Paid of contributors, by village"),
        both("村、社区", "Village"),
        both("乡镇街道", "Township"),
        months,
        PEOPLE,
        tuple(_village(one, it.days, it.township) for one in it.villages),
    )


def _village(one: Village, days: Days, township: str) -> Row:
    address = figure_address(PAYERS, days, by="division", under=one.name)
    label: Both | str = one.name if township else f"{one.township_name} {one.name}"
    group = Group(one.township_name or one.name, with_days(reverse("figures.charts"), days, township=one.township))
    cells = tuple(None if month is None else Cell(month.paid, month.of, address) for month in one.months)
    return Row(label, group, cells, address)

"""Dates: the report follows its figures and its year; cut-off days lie in the year; every date exists."""

import re
from collections.abc import Iterator
from datetime import date

from jubao.reports.checking.finding import Finding, Rule, quoted
from jubao.reports.checking.form import Form
from jubao.reports.checking.items import Item

DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
CUT_OFF = re.compile(r"(?:截至|截止|截止到|截至到|至)(?:目前|到)?$")


def check_dates(form: Form, items: list[Item]) -> Iterator[Finding]:
    """Report date against cut-off days and year's end, each named once."""
    cut_offs: dict[date, tuple[Item, str]] = {}
    for item in items:
        for found in DAY.finditer(item.text):
            day = _day(found, form.year)
            words = quoted(item.text[max(found.start() - 6, 0) : found.end() + 12])
            if day is None and (found[1] or form.year):
                yield Finding(Rule.DATES, item.place, words, f"日历上没有{found[0]}")
            elif day is not None and CUT_OFF.search(item.text[: found.start()]):
                cut_offs.setdefault(day, (item, words))
    yield from _cut_offs(form, cut_offs)
    yield from _report_date(form, cut_offs)


def _cut_offs(form: Form, cut_offs: dict[date, tuple[Item, str]]) -> Iterator[Finding]:
    for day, (item, words) in cut_offs.items():
        if form.year and day.year < form.year:
            yield Finding(Rule.DATES, item.place, words, f"数据截止日{day}不在评价年度{form.year}年之内")


def _report_date(form: Form, cut_offs: dict[date, tuple[Item, str]]) -> Iterator[Finding]:
    if form.report_date is None:
        return
    dated, item = form.report_date
    words = f"报告日期{dated.year}年{dated.month}月{dated.day}日"
    later = sorted(day for day in cut_offs if day > dated)
    if later:
        where = cut_offs[later[-1]][0].place
        reason = f"报告日期{dated}早于业务数据截止日{later[-1]}（{where}）"
        yield Finding(Rule.DATES, item.place, words, reason)
    if form.year and dated.year <= form.year:
        reason = f"报告日期{dated}早于评价年度{form.year}年结束，全年的数当时还没有"
        yield Finding(Rule.DATES, item.place, words, reason)


def _day(found: "re.Match[str]", year: int | None) -> date | None:
    try:
        return date(int(found[1] or year or 0), int(found[2]), int(found[3]))
    except ValueError:
        return None

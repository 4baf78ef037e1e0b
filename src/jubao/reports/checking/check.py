"""Checking a report: read it, find its figures, list every contradiction once, in reading order."""

from dataclasses import dataclass
from datetime import date
from itertools import chain

from jubao.documents.reading import Paper
from jubao.reports.checking.concepts import concept_name, name_all
from jubao.reports.checking.finding import Finding, number
from jubao.reports.checking.form import Form, read_form
from jubao.reports.checking.items import Item, read_items
from jubao.reports.checking.rules_budget import check_budget
from jubao.reports.checking.rules_dates import CUT_OFF, DAY, check_dates
from jubao.reports.checking.rules_figures import (
    check_claims,
    check_lists,
    check_order,
    check_repeated_figures,
    check_tasks,
)
from jubao.reports.checking.rules_form import check_grade, check_indicators
from jubao.reports.checking.rules_numbering import check_numbering
from jubao.reports.checking.rules_people import check_listed, check_staff
from jubao.reports.checking.rules_rates import check_rates
from jubao.reports.checking.rules_repeats import check_copies
from jubao.reports.checking.rules_sums import check_tables, check_wholes
from jubao.reports.checking.rules_units import check_units
from jubao.reports.checking.statements import Statement, read_statements


@dataclass(frozen=True)
class Checked:
    """What was read and what was found."""

    form: Form
    items: list[Item]
    statements: list[Statement]
    findings: list[Finding]

    @property
    def contradictions(self) -> list[Finding]:
        """Findings that are wrong now."""
        return [finding for finding in self.findings if not finding.warning]

    @property
    def warnings(self) -> list[Finding]:
        """Findings that invite an error."""
        return [finding for finding in self.findings if finding.warning]

    @property
    def cut_off(self) -> date | None:
        """The latest day up to which the report states its figures."""
        days = [day for item in self.items for day in _cut_offs(item, self.form.year)]
        return max(days, default=None)


def check_paper(paper: Paper) -> Checked:
    """Read a report and apply every rule that needs nothing but the report itself."""
    items = read_items(paper)
    form = read_form(paper, items)
    statements = name_all(read_statements(items), form.year)
    found = chain(
        check_dates(form, items),
        check_tables(form),
        check_budget(form, statements),
        check_wholes(items),
        check_lists(statements),
        check_order(statements),
        check_repeated_figures(statements),
        check_claims(statements),
        check_tasks(statements),
        check_rates(statements),
        check_indicators(form),
        check_grade(form),
        check_staff(form, statements),
        check_listed(items),
        check_units(items, statements),
        check_numbering(items),
        check_copies(items),
    )
    return Checked(form, items, statements, list(dict.fromkeys(found)))


def figures_as_json(checked: Checked) -> list[dict[str, object]]:
    """Every number with its meaning, as plain data; money in yuan, exact as text."""
    return [
        {
            "place": one.place,
            "printed": one.printed,
            "value": number(one.value),
            "unit": one.kind,
            "label": one.label,
            "figure": one.concept or None,
            "name": concept_name(one.concept) if one.concept else None,
        }
        for one in checked.statements
    ]


def _cut_offs(item: Item, year: int | None) -> list[date]:
    days = []
    for found in DAY.finditer(item.text):
        if CUT_OFF.search(item.text[: found.start()]) and (found[1] or year):
            try:
                days.append(date(int(found[1] or year or 0), int(found[2]), int(found[3])))
            except ValueError:
                continue
    return days

"""The report against the books of the house: every figure whose meaning the wording tells."""

from collections.abc import Iterator
from fractions import Fraction

from jubao.reports.catalogue.reading import Reading
from jubao.reports.checking.concepts import concept_name
from jubao.reports.checking.finding import Finding, Rule, quoted
from jubao.reports.checking.statements import MONEY, Statement
from jubao.reports.figures.figure import wan_or_yuan

FEN_A_YUAN = 100


def check_books(statements: list[Statement], reading: Reading) -> Iterator[Finding]:
    """Each stated figure that the books answer otherwise, once."""
    seen: set[tuple[str, Fraction]] = set()
    for one in statements:
        if not one.concept or (one.concept, one.value) in seen:
            continue
        seen.add((one.concept, one.value))
        value = reading.value(one.concept).value
        if value is None or isinstance(value, str):
            continue
        derived = Fraction(value) / FEN_A_YUAN if one.kind == MONEY else Fraction(value)
        if not _agrees(one, derived):
            told = reading.value(one.concept)
            shown = wan_or_yuan(int(value)) if one.kind == MONEY else told.with_unit
            reason = f"账簿中{concept_name(one.concept)}（{one.concept}，截至{told.as_of}）是{shown}"
            yield Finding(Rule.BOOKS, one.place, quoted(f"{one.label[-20:]}{one.printed}"), reason)


def _agrees(one: Statement, derived: Fraction) -> bool:
    if one.bound:
        return derived >= one.value
    rounded = one.ulp < 1 or "." in one.printed or "万" in one.printed or "亿" in one.printed
    return abs(one.value - derived) * 2 <= one.ulp if rounded else one.value == derived

"""What must hold between figures, checked whenever they are shown; every breach is named."""

from dataclasses import dataclass

from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import show
from jubao.reports.figures.formula import FigureMissing, evaluate, names

EQUAL, AT_MOST = "=", "≤"


@dataclass(frozen=True)
class Relation:
    """Left side, sign (= or ≤) and right side as formulas whose names stand for figures."""

    left: str
    sign: str
    right: str
    figures: dict[str, str]


@dataclass(frozen=True)
class Breach:
    """A relation that does not hold, as a sentence."""

    relation: Relation
    text: str


@dataclass(frozen=True)
class Told:
    """A relation with its values in words, and whether it holds."""

    text: str
    holds: bool


def _alerts(key: str) -> Relation:
    parts = {name: f"alerts.{key}.{name}" for name in ("total", "terminated", "suspended", "cleared")}
    return Relation("total", EQUAL, "terminated + suspended + cleared", parts)


def _shared_out(whole: str, key: str, *parts: str) -> Relation:
    """A sum equals the figures it is shared out to."""
    figures = {"whole": whole} | {f"p{place}": f"{key}_{part}" for place, part in enumerate(parts)}
    return Relation("whole", EQUAL, " + ".join(name for name in figures if name != "whole"), figures)


LEVELS = ("central", "province", "city", "county", "increment", "account")
RELATIONS = (
    _shared_out("audit.recovered", "recovery.returned", *LEVELS),
    _shared_out("cross_province.recovered", "cross_province.recovered", *LEVELS),
    _shared_out("audit.open", "recovery.open", "30", "90", "365", "older"),
    _alerts("ministry"),
    _alerts("police"),
    Relation(
        "died",
        AT_MOST,
        "terminated",
        {"died": "matching.beneficiaries_died", "terminated": "matching.beneficiaries_terminated"},
    ),
    Relation("granted", AT_MOST, "died", {"granted": "funeral.people", "died": "matching.beneficiaries_died"}),
    Relation(
        "total",
        EQUAL,
        "people * each",
        {"total": "funeral.total", "people": "funeral.people", "each": "funeral.each"},
    ),
    Relation("paid", AT_MOST, "sent", {"paid": "payment.beneficiaries", "sent": "payment.sent"}),
    Relation(
        "adjusted",
        EQUAL,
        "earlier - cannot",
        {
            "adjusted": "universal.adjusted_target",
            "earlier": "universal.earlier_target",
            "cannot": "universal.cannot_record",
        },
    ),
    Relation("started", AT_MOST, "platforms", {"started": "outlets.started", "platforms": "outlets.platforms"}),
    Relation("card", AT_MOST, "payments", {"card": "outlets.card_payments", "payments": "outlets.payments"}),
    Relation(
        "basic",
        EQUAL,
        "personnel + public_use",
        {
            "basic": "budget.expenditure.basic",
            "personnel": "budget.expenditure.personnel",
            "public_use": "budget.expenditure.public_use",
        },
    ),
    Relation(
        "total",
        EQUAL,
        "basic + project",
        {
            "total": "budget.expenditure.total",
            "basic": "budget.expenditure.basic",
            "project": "budget.expenditure.project",
        },
    ),
    Relation("total", AT_MOST, "income", {"total": "budget.expenditure.total", "income": "budget.income.total"}),
    Relation(
        "three_public",
        AT_MOST,
        "public_use",
        {"three_public": "three_public.total", "public_use": "budget.expenditure.public_use"},
    ),
    Relation("in_use", AT_MOST, "total", {"in_use": "assets.in_use", "total": "assets.total"}),
    Relation(
        "directors + deputies",
        AT_MOST,
        "staff",
        {
            "directors": "office.directors",
            "deputies": "office.deputy_directors",
            "staff": "office.staff_actual",
        },
    ),
    Relation("reached", AT_MOST, "assigned", {"reached": "tasks.reached", "assigned": "tasks.assigned"}),
)


def breaches(reading: Reading) -> list[Breach]:
    """Every relation that does not hold; a relation with a figure not recorded is not judged."""
    reading.ask(figure_id for relation in RELATIONS for figure_id in relation.figures.values())
    return [breach for relation in RELATIONS if (breach := _breach(relation, reading)) is not None]


def told(relation: Relation, reading: Reading) -> Told | None:
    """A relation in words, and whether it holds; None where a figure is not recorded."""
    holds = _holds(relation, reading)
    if holds is None:
        return None
    left, right = (_in_words(side, relation, reading) for side in (relation.left, relation.right))
    return Told(f"{left} {relation.sign} {right}", holds)


def _breach(relation: Relation, reading: Reading) -> Breach | None:
    if _holds(relation, reading) is not False:
        return None
    sides = [_in_words(side, relation, reading) for side in (relation.left, relation.right)]
    return Breach(relation, f"{sides[0]} 应{relation.sign} {sides[1]}，请核对这些指标背后的记录")


def _holds(relation: Relation, reading: Reading) -> bool | None:
    found = {name: reading.value(figure_id) for name, figure_id in relation.figures.items()}
    numbers = {name: value.value for name, value in found.items() if not isinstance(value.value, str | None)}
    try:
        left, right = (evaluate(side, numbers) for side in (relation.left, relation.right))
    except FigureMissing:
        return None
    return left == right or (relation.sign == AT_MOST and left < right)


def _in_words(side: str, relation: Relation, reading: Reading) -> str:
    """A side with every name followed by its value: 基本支出 895,600.00."""
    words = side
    for name in sorted(names(side), key=len, reverse=True):
        value = reading.value(relation.figures[name])
        words = words.replace(name, f"{value.figure.name}{show(value.value, value.figure.unit)}")
    return words

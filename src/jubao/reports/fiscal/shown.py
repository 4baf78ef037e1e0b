"""Fiscal money, fund budget, projection and remittance as pages show them: who may read, what an address asks, the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jubao.reports.figures.figure import share_text
from jubao.reports.fiscal.draft import DraftLine, draft_budget
from jubao.reports.fiscal.fund_budget import (
    NATURES,
    BudgetRow,
    FundExecution,
    NoFundBudget,
    by_month,
    execute_fund_budget,
    versions,
)
from jubao.reports.fiscal.money import FiscalLine, FiscalStatement, fiscal_statement
from jubao.reports.fiscal.people import NothingToReckonWith
from jubao.reports.fiscal.projection import (
    BASE,
    LEAST_YEARS,
    MOST_YEARS,
    NoSuchScenario,
    Projection,
    project_fund,
    scenarios,
)
from jubao.reports.fiscal.projection_sheets import assumptions_told, odd_note, people_of, spent_fen
from jubao.reports.fiscal.remittance import RemittedYear, remitted_years
from jubao.reports.statements.reader import month_asked, year_asked
from jubao.reports.statements.reading import TermNotBegun
from jubao.rules.projection import ProjectedYear
from jubao.vocabulary import month as months
from jubao.vocabulary.audience import BOOKS, FIGURES
from jubao.vocabulary.viewer import Viewer


def require_figures(viewer: Viewer, what: str) -> None:
    """Refuse what the whole fund adds up to whom it does not concern, the cashier among them. Raises MayNotLook."""
    viewer.require(FIGURES.posts, what)
    viewer.require_everywhere(what)


def opens_books(viewer: Viewer) -> bool:
    """Whether an amount may lead this viewer on to accounts and vouchers."""
    return bool(viewer.posts & BOOKS.posts)


# ── Fiscal money ──


@dataclass(frozen=True)
class ShownFiscal:
    """A year's fiscal money up to a month (None: the whole year), and whether its amounts lead to the books."""

    year: int
    month: int | None
    statement: FiscalStatement
    total: FiscalLine
    opens_books: bool

    @property
    def as_of(self) -> date:
        """The day as of which the figures behind the amounts open."""
        return self.statement.period.last


def shown_fiscal(year: str, month: str, *, viewer: Viewer) -> ShownFiscal | None:
    """Due and received of a year, or of one month of it; None where the address names none.

    Raises:
        MayNotLook: the viewer's posts do not see what the fund adds up to.
    """
    require_figures(viewer, "财政补助情况")
    of = month_asked(month, default=0)
    whole = year_asked(year, default=months.year(of) if of else viewer.day.year)
    if whole is None or of is None or (of and months.year(of) != whole):
        return None
    number = months.number(of) if of else None
    told = fiscal_statement(whole, month=number, with_months=False)
    return ShownFiscal(whole, of or None, told, told.total, opens_books(viewer))


# ── Budget ──


@dataclass(frozen=True)
class BudgetPart:
    """Income or expenditure: its lines and their total."""

    nature: str
    title: str
    rows: Sequence[BudgetRow]
    total: BudgetRow


@dataclass(frozen=True)
class BudgetMonth:
    """A month's income and expenditure in fen."""

    month: int
    income_fen: int
    expenditure_fen: int


@dataclass(frozen=True)
class BudgetVersion:
    """A version of the year's budget: its day, how many lines, and what they come to."""

    version: int
    on: date
    lines: int
    total_fen: int


@dataclass(frozen=True)
class ShownBudget:
    """The year's budget beside the books up to a month; ``why_none`` says why there is none."""

    year: int
    month: int
    execution: FundExecution | None
    parts: Sequence[BudgetPart]
    months: Sequence[BudgetMonth]
    versions: Sequence[BudgetVersion]
    why_none: str
    opens_books: bool

    @property
    def path(self) -> str:
        """The share of the year that has passed, as it is written."""
        return share_text(Fraction(months.number(self.month) * 100, 12))

    @property
    def income_fen(self) -> int:
        """The income of all months shown."""
        return sum(one.income_fen for one in self.months)

    @property
    def expenditure_fen(self) -> int:
        """The expenditure of all months shown."""
        return sum(one.expenditure_fen for one in self.months)


@dataclass(frozen=True)
class ShownDraft:
    """A draft of a year's budget as it would be reckoned today; ``why_none`` says why it cannot be."""

    year: int
    as_of: date
    lines: Sequence[DraftLine]
    why_none: str


def shown_budget(month: str, *, viewer: Viewer) -> ShownBudget | None:
    """Execution of the budget up to a month, by default that of the viewer's day. Refusals as ``shown_fiscal``."""
    require_figures(viewer, "基金预算")
    of = month_asked(month, default=months.of(viewer.day))
    if of is None:
        return None
    year, execution, why = months.year(of), None, ""
    try:
        execution = execute_fund_budget(year, month=of, as_of=max(viewer.day, months.last_day(of)))
    except (NoFundBudget, TermNotBegun) as missing:
        why = str(missing.args[0])
    parts = [
        BudgetPart(nature, title, execution.of(nature), execution.total(nature))
        for nature, title in NATURES.items()
        if execution
    ]
    return ShownBudget(
        year,
        of,
        execution,
        parts,
        [BudgetMonth(*row) for row in by_month(execution)] if execution else (),
        [BudgetVersion(*row) for row in versions(year)] if execution else (),
        why,
        opens_books(viewer),
    )


def shown_draft(year: str, *, viewer: Viewer) -> ShownDraft | None:
    """A draft of the year after the viewer's by default, from the register of today. Refusals as ``shown_fiscal``."""
    require_figures(viewer, "基金预算草案")
    whole = year_asked(year, default=viewer.day.year + 1)
    if whole is None:
        return None
    try:
        return ShownDraft(whole, viewer.day, draft_budget(whole, as_of=viewer.day), "")
    except NothingToReckonWith as missing:
        return ShownDraft(whole, viewer.day, (), str(missing.args[0]))


# ── Projection ──


@dataclass(frozen=True)
class ProjectedRow:
    """A year ahead: people, and fen paid in, paid out, in the accounts, and in the fund."""

    year: int
    payers: int
    drawing: int
    personal_fen: int
    basic_fen: int
    account_pension_fen: int
    spent_fen: int
    account_balance_fen: int
    fund_balance_fen: int


@dataclass(frozen=True)
class Compared:
    """The first year beside the actual one before it, in fen, and what is odd about it."""

    name: str
    projected_fen: int
    actual_fen: int
    note: str


@dataclass(frozen=True)
class Assumption:
    """One thing assumed, in words."""

    name: str
    value: str


@dataclass(frozen=True)
class ShownProjection:
    """A scenario's years; ``scenarios`` gives name and title of each, ``why_none`` says why there is nothing to show."""

    first: int
    span: int
    scenario: str
    title: str
    as_of: date | None
    scenarios: Sequence[tuple[str, str]]
    spans: Sequence[int]
    rows: Sequence[ProjectedRow]
    compared: Sequence[Compared]
    assumed: Sequence[Assumption]
    why_none: str

    @property
    def last(self) -> int:
        """The last year projected."""
        return self.first + self.span - 1


def shown_projection(first: str, years: str, scenario: str, *, viewer: Viewer) -> ShownProjection | None:
    """The years ahead under a scenario; None where the address names none.

    Args:
        first: first year projected, by default the one after the last whole year before the viewer's day.
        years: how many; scenario: its name.
        viewer: who reads.
    Raises:
        MayNotLook: his posts do not see what the fund adds up to.
    """
    require_figures(viewer, "基金精算预测")
    begin = year_asked(first, default=viewer.day.year)
    span = int(years) if years.isascii() and years.isdigit() else (MOST_YEARS if not years else 0)
    name = scenario or BASE
    if begin is None or not LEAST_YEARS <= span <= MOST_YEARS:
        return None
    made, why, known = None, "", [(name, name)]
    try:
        said = scenarios(date(begin, 1, 1), known=date(begin - 1, 12, 31))
        known = [(one, str(body["title"])) for one, body in said.items()]
        made = project_fund(begin, years=span, scenario=name)
    except NoSuchScenario:
        return None
    except NothingToReckonWith as missing:
        why = str(missing.args[0])
    return ShownProjection(
        begin,
        span,
        name,
        made.title if made else dict(known).get(name, name),
        made.as_of if made else None,
        known,
        (LEAST_YEARS, 15, 20, MOST_YEARS),
        [_row(one) for one in made.years] if made else (),
        _compared(made) if made else (),
        [Assumption(*one) for one in assumptions_told(made)] if made else (),
        why,
    )


def _row(year: ProjectedYear) -> ProjectedRow:
    payers, _, drawing, _, _ = people_of(year)
    return ProjectedRow(
        year.year,
        payers,
        drawing,
        year.personal_fen,
        sum(year.basic_fen.values()),
        year.account_pension_fen,
        spent_fen(year),
        year.account_balance_fen,
        year.fund_balance_fen,
    )


def _compared(made: Projection) -> list[Compared]:
    return [Compared(one.name, one.projected_fen, one.actual_fen, odd_note(one)) for one in made.beside]


# ── Remittance ──


@dataclass(frozen=True)
class ShownRemittances:
    """Account money that goes up, by year, with its sums in fen."""

    as_of: date
    years: Sequence[RemittedYear]
    credited_fen: int
    kept_fen: int
    due_fen: int
    sent_fen: int
    left_fen: int
    opens_books: bool


def shown_remittances(*, viewer: Viewer) -> ShownRemittances:
    """Every year with account money as known on the viewer's day. Raises MayNotLook as ``shown_fiscal``."""
    require_figures(viewer, "个人账户结余上解")
    rows = remitted_years(as_of=viewer.day)
    return ShownRemittances(
        viewer.day,
        rows,
        sum(row.credited_fen for row in rows),
        sum(row.kept_fen for row in rows),
        sum(row.due_fen for row in rows),
        sum(row.sent_fen for row in rows),
        sum(row.left_fen for row in rows),
        opens_books(viewer),
    )

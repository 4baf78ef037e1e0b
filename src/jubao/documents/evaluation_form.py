"""What stands on the statutory self-evaluation form (附件1): plain data, amounts in fen, empty is None."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Amount = int | None


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading with its text; several paragraphs are numbered （1）（2） in turn."""

    title: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover: whose year, evaluated how, by whom, printed by which bureau."""

    year: int
    district: str
    unit: str
    budget_code: str
    report_date: date
    method: str = "部门（单位）绩效自评"
    body: str = "部门（单位）评价组"
    printed_by: str = ""

    @property
    def title_lines(self) -> tuple[str, str]:
        """The two lines of the title."""
        return f"{self.district}{self.year}年度部门（单位）整体支出", "绩效评价自评报告"

    @property
    def printer(self) -> str:
        """The bureau that prints the form; the district's finance bureau unless another is named."""
        return self.printed_by or f"{self.district}财政局"


@dataclass(frozen=True, slots=True)
class Profile:
    """Part 一: contact, posts, duties, the year's work and its overall result."""

    contact: str = ""
    phone: str = ""
    authorised: int | None = None
    actual: int | None = None
    duties: str = ""
    main_work: tuple[Section, ...] = ()
    overall: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomeRow:
    """Income of the year (年度收入情况) of one unit, fen."""

    unit: str
    total_fen: Amount = None
    carried_over_fen: Amount = None
    public_finance_fen: Amount = None
    government_fund_fen: Amount = None
    non_tax_fen: Amount = None
    other_fen: Amount = None


@dataclass(frozen=True, slots=True)
class ExpenditureRow:
    """Expenditure and balance of the year (年度支出和结余情况) of one unit, fen."""

    unit: str
    total_fen: Amount = None
    basic_fen: Amount = None
    personnel_fen: Amount = None
    public_use_fen: Amount = None
    project_fen: Amount = None
    balance_fen: Amount = None


@dataclass(frozen=True, slots=True)
class ThreePublicRow:
    """The three public expenses (三公经费) of one unit, fen; the form counts meetings beside them."""

    unit: str
    total_fen: Amount = None
    reception_fen: Amount = None
    vehicle_running_fen: Amount = None
    vehicle_purchase_fen: Amount = None
    abroad_fen: Amount = None
    meetings_fen: Amount = None


@dataclass(frozen=True, slots=True)
class AssetRow:
    """Fixed assets (固定资产) of one unit, fen."""

    unit: str
    total_fen: Amount = None
    in_use_fen: Amount = None
    leased_out_fen: Amount = None
    other_fen: Amount = None


@dataclass(frozen=True, slots=True)
class Objective:
    """An expected objective (预期目标); the form numbers it."""

    text: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A quantitative indicator: group and kind as the form prints them, target and what was reached."""

    group: str
    kind: str
    content: str = ""
    target: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """A member of the evaluation group; signs by hand."""

    name: str
    post: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What is printed at the places for signatures; empty places are signed by hand."""

    unit_opinion: str = ""
    filled_by: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the text part: opening paragraphs, then numbered sections."""

    paragraphs: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrative:
    """The text part (评价报告综述): always six chapters, so the numbers （一） to （六） cannot jump."""

    overview: Chapter = Chapter()
    spending: Chapter = Chapter()
    special_projects: Chapter = Chapter()
    performance: Chapter = Chapter()
    problems: Chapter = Chapter()
    measures: Chapter = Chapter()


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A line of 附表1: a figure, its value with unit, the day it runs to, and its definition."""

    name: str
    value: str
    as_of: date
    definition: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A line of 附表2: an indicator's three level names, points, and what they rest on or were lost for."""

    levels: tuple[str, str, str]
    points: str
    earned: str
    lost: str
    basis: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SelfEvaluationForm:
    """The whole report: cover, parts 一 to 四, text part, appendices; ``reference`` stands in every footer."""

    cover: Cover
    profile: Profile = Profile()
    income: tuple[IncomeRow, ...] = ()
    expenditure: tuple[ExpenditureRow, ...] = ()
    three_public: tuple[ThreePublicRow, ...] = ()
    assets: tuple[AssetRow, ...] = ()
    objectives: tuple[Objective, ...] = ()
    achieved: tuple[Section, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    score: Decimal | None = None
    grade: str = ""
    evaluators: tuple[Evaluator, ...] = ()
    signatures: Signatures = field(default_factory=Signatures)
    narrative: Narrative = field(default_factory=Narrative)
    reference: str = ""
    definitions: tuple[FigureLine, ...] = ()
    scoring: tuple[ScoreLine, ...] = ()
    thresholds: str = ""

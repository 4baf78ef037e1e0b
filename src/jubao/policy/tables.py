"""The shapes of the larger tables: collection rules, chart of accounts, postings, scoring table."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from jubao.policy.amounts import AMOUNT_SHAPES
from jubao.policy.schema import Sentence, Strict
from jubao.vocabulary.codes import LateAward, RecoveryMeans, Shortfall, ShortfallStart

AccountKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]*$", max_length=40)]
AmountName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
EventName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$", max_length=40)]
Book = Literal["FUND", "DELEGATED", "ACCOUNTS"]
Kind = Literal["asset", "liability", "net", "income", "expenditure", "memo"]
Item = Literal["1", "3", "4", "5", "6", "11"]
Number = Annotated[Decimal, Field(strict=False, ge=0)]


class CollectionLine(Strict):
    """Who pays how much: an item, an amount in fen or the tier itself, and whether it is a subsidy."""

    item: Item
    amount: Annotated[int, Field(ge=0)] | Literal["tier"]
    subsidy: bool


class CollectionRule(Strict):
    """One rule of collection (征缴规则) for categories, a household type and tiers in fen; ``*`` is all."""

    name: Sentence
    categories: list[str] = Field(min_length=1)
    household: Literal["*", "10", "20"]
    tiers: list[Annotated[int, Field(gt=0)]] = Field(min_length=1)
    lines: list[CollectionLine] = Field(min_length=1)
    valid_from: date | None = Field(default=None, alias="from")
    valid_to: date | None = Field(default=None, alias="to")


class Account(Strict):
    """An account (会计科目): a stable key, and the code and name the rules of the day give it."""

    id: AccountKey
    code: Sentence
    name: Sentence
    kind: Kind
    book: Book
    uncertain: Sentence | None = None


class Changeover(Strict):
    """Where an account of the chart before goes when a new chart begins (新旧科目对照)."""

    old: AccountKey
    new: AccountKey
    uncertain: Sentence | None = None


class Leg(Strict):
    """Two accounts and the name of the amount booked to both, so that every leg balances by itself."""

    debit: AccountKey
    credit: AccountKey
    amount: AmountName


class Posting(Strict):
    """How one business event is booked (记账模板)."""

    event: EventName
    book: Book
    title: Sentence
    legs: list[Leg] = Field(min_length=1)
    uncertain: Sentence | None = None


class Band(Strict):
    """Points lost as long as the value stays at or below ``up_to``."""

    up_to: Number
    lose: Number


class Steps(Strict):
    """Points lost for each step over, under or away from the value that earns all points."""

    kind: Literal["over", "under", "deviation"]
    full: Number
    step: Annotated[Number, Field(gt=0)]
    lose: Number


class Bands(Strict):
    """Points lost by the first band that holds the value, ``beyond`` above the last."""

    kind: Literal["bands"]
    bands: list[Band] = Field(min_length=1)
    beyond: Number


class Questions(Strict):
    """Points shared equally by the questions answered with yes."""

    kind: Literal["questions"]
    questions: list[Sentence] = Field(min_length=1)


class Ratio(Strict):
    """Points times the value of the formula, never more than all."""

    kind: Literal["ratio"]


class Count(Strict):
    """Points lost for each finding."""

    kind: Literal["count"]
    lose: Number


class ScoredIndicator(Strict):
    """An indicator of a scoring table: three level names, points, formula over named figures, deduction."""

    id: AmountName
    levels: list[Sentence] = Field(min_length=3, max_length=3)
    points: Annotated[int, Field(gt=0)]
    formula: Sentence | None
    without_figures: Literal["NONE", "FULL"] = "NONE"
    deduction: Steps | Bands | Questions | Ratio | Count = Field(discriminator="kind")


class Rubric(Strict):
    """A scoring table (计分表) whose points add up to the total."""

    total: Annotated[int, Field(gt=0)]
    partial_step: Literal["STARTED", "COMPLETED"]
    indicators: list[ScoredIndicator] = Field(min_length=1)

    @model_validator(mode="after")
    def _points_add_up(self) -> Self:
        if (points := sum(indicator.points for indicator in self.indicators)) != self.total:
            raise ValueError(f"计分表各项合计 {points} 分，应为 {self.total} 分")
        return self


SHAPES: dict[str, TypeAdapter[Any]] = {
    **AMOUNT_SHAPES,
    "contribution.collection_rules": TypeAdapter(list[CollectionRule]),
    "chart_of_accounts.accounts": TypeAdapter(list[Account]),
    "chart_of_accounts.changeover": TypeAdapter(list[Changeover]),
    "posting.templates": TypeAdapter(list[Posting]),
    "evaluation.rubric": TypeAdapter(Rubric),
    "procedure.late_award_rule": TypeAdapter(LateAward),
    "procedure.recovery_order": TypeAdapter(list[RecoveryMeans]),
    "procedure.shortfall_policy": TypeAdapter(Shortfall),
    "procedure.shortfall_start_rule": TypeAdapter(ShortfallStart),
}


OPEN_MONTH = 999912  # stands for "no end" where a column of whole months is wanted


def month_number(day: date) -> int:
    """The month of a day as YYYYMM."""
    return day.year * 100 + day.month


def flatten(rule: CollectionRule, valid_from: date, valid_to: date | None) -> Iterator[dict[str, Any]]:
    """One plain row for each category, tier and line of a rule; months YYYYMM half-open, amounts in fen."""
    start, end = rule.valid_from or valid_from, rule.valid_to or valid_to
    for category in rule.categories:
        for tier in rule.tiers:
            for line in rule.lines:
                yield {
                    "name": rule.name,
                    "category": category,
                    "household": rule.household,
                    "tier_fen": tier,
                    "item": line.item,
                    "amount_fen": tier if line.amount == "tier" else line.amount,
                    "is_subsidy": line.subsidy,
                    "valid_from": month_number(start),
                    "valid_to": month_number(end) if end else OPEN_MONTH,
                }

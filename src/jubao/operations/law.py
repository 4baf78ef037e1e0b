"""The law on one day in the office's own area, in the shapes the rules want."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jubao.policy.in_force import InForce
from jubao.records.models import Office
from jubao.reports.law import office_policy
from jubao.rules.benefit import (
    AgeBand,
    YearsBand,
    age_addition,
    national_base_by_level,
    years_increment,
)
from jubao.rules.contribution import Cohort, CollectionRules
from jubao.rules.funeral import FuneralRule, GrantBase, GrantStandard, grant_amount
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, Level
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.month import Months

MONTHS_OF_YEAR = 12


@dataclass(frozen=True)
class Law:
    """Values in force on ``on`` in ``area``; every value is a dated row of the policy room.

    Only rows announced by ``as_known`` speak: who decides on a day knows nothing of a later notice, even where it
    reaches back.
    """

    on: date
    area: str
    as_known: date

    def value(self, name: str) -> Any:
        """The value of a parameter, e.g. ``benefit.annuity_divisor``."""
        return office_policy().value(name, on=self.on, area=self.area, as_known=self.as_known)

    def row(self, name: str) -> InForce:
        """The row a value stands in, with its source."""
        return office_policy().row(name, on=self.on, area=self.area, as_known=self.as_known)

    def rate_ppm(self) -> int:
        """Crediting rate of the year of ``on``."""
        return int(self.value("interest.account_rate"))

    def interest_terms(self) -> dict[str, Any]:
        """Keywords of interest posting: rate and whether the month of a credit counts."""
        return {"rate_ppm": self.rate_ppm(), "credit_month_counts": bool(self.value("interest.credit_month_counts"))}

    def basic_parts(self) -> dict[str, int]:
        """Basic pension a month by benefit item, in fen, positive parts only."""
        parts = {
            Level.CENTRAL: 0,
            Level.PROVINCE: int(self.value("benefit.base_province")),
            Level.CITY: int(self.value("benefit.base_city")),
            Level.COUNTY: int(self.value("benefit.base_county")),
        }
        shares = {row["level"]: row["ppm"] for row in self.value("benefit.national_base_shares")}
        for level, fen in national_base_by_level(int(self.value("benefit.base_national")), shares).items():
            parts[Level(level)] += fen
        return {str(BenefitItem[f"BASIC_{level}"]): fen for level, fen in parts.items() if fen}

    def increments(self, years: NDArray[np.int64], birth_month: Months) -> Fen:
        """What long contribution and high age add a month, shape (n,), fen.

        Args:
            years: shape (n,), contribution years.
            birth_month: shape (n,), YYYYMM.
        """
        by_years = [YearsBand(**row) for row in self.value("benefit.years_increment")]
        more = years_increment(years, by_years, base_fen=sum(self.basic_parts().values()) if by_years else 0)
        if by_age := [AgeBand(**row) for row in self.value("benefit.age_addon")]:
            counted = months.between(birth_month, months.of(self.on)) - int(
                self.value("benefit.age_addon_month_offset")
            )
            more = more + age_addition(counted // MONTHS_OF_YEAR, by_age)
        return more

    def subsidy_floor(self) -> list[tuple[int, int]]:
        """The nation's least yearly subsidy: first tier and amount, fen, by ascending tier."""
        return [(int(row["tier_fen"]), int(row["subsidy_fen"])) for row in self.value("contribution.subsidy_floor")]

    def cohort(self) -> Cohort:
        """What tells the transitional cohort."""
        ages = (int(self.value(f"scheme.{name}")) for name in ("transitional_age", "pension_age"))
        return Cohort(self.value("scheme.launch_date"), *ages)

    def funeral_rule(self) -> FuneralRule:
        """The funeral grant of the locality for a death on ``on``."""
        standard = GrantStandard(**self.value("funeral.standard"))
        return FuneralRule(
            amount_fen=grant_amount(standard, base_fen=self._grant_base(standard) if standard.months else 0),
            valid_from=self.value("funeral.rule_start"),
            report_within_days=self.value("funeral.report_within_days"),
            requires_cremation=bool(self.value("funeral.requires_cremation")),
            requires_award_in_payment=bool(self.value("funeral.requires_in_payment")),
            requires_contributions=bool(self.value("funeral.requires_contributions")),
        )

    def _grant_base(self, standard: GrantStandard) -> int:
        day = replace(self, on=standard.day(self.on))
        if standard.base == GrantBase.PAID:
            return sum(day.basic_parts().values())
        return int(day.value("benefit.base_national")) + int(day.value("benefit.base_province"))

    def collection_rules(self) -> CollectionRules:
        """The collection rules as columns."""
        rows = office_policy().collection_rules(self.on, self.area, as_known=self.as_known)
        return CollectionRules(
            category=np.array([r["category"] for r in rows]),
            household=np.array([r["household"] for r in rows]),
            tier_fen=np.array([r["tier_fen"] for r in rows], dtype=np.int64),
            item=np.array([r["item"] for r in rows]),
            amount_fen=np.array([r["amount_fen"] for r in rows], dtype=np.int64),
            is_subsidy=np.array([r["is_subsidy"] for r in rows], dtype=np.bool_),
            valid_from=np.array([r["valid_from"] for r in rows], dtype=np.int64),
            valid_to=np.array([r["valid_to"] for r in rows], dtype=np.int64),
        )


AREA = f"SELECT district_code FROM {Office._meta.db_table}"
"""Where the office is; asked by nearly every act, so in plain SQL."""


def law(on: date) -> Law:
    """The law of a day where this office is, as it was known on that day.

    Raises:
        Office.DoesNotExist: no office is founded yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(AREA)
        found = cursor.fetchone()
    if found is None:
        raise Office.DoesNotExist
    return Law(on, found[0], as_known=on)

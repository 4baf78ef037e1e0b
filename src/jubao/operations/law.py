"""The law on one day in the office's own area, in the shapes the rules want."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from jubao.records.models import Office
from jubao.reports.law import office_policy
from jubao.rules.contribution import CollectionRules
from jubao.rules.funeral import FuneralRule


@dataclass(frozen=True)
class Law:
    """Values in force on ``on`` in ``area``; every value is a dated row of the policy room.

    With ``as_known`` only rows announced by that day speak: who decides today knows nothing of a later notice, even
    where it reaches back.
    """

    on: date
    area: str
    as_known: date | None = None

    def known_on(self, day: date) -> "Law":
        """The same law as somebody knew it who decided on a day."""
        return replace(self, as_known=day)

    def value(self, name: str) -> Any:
        """The value of a parameter, e.g. ``benefit.annuity_divisor``."""
        return office_policy().value(name, on=self.on, area=self.area, as_known=self.as_known)

    def rate_ppm(self) -> int:
        """Crediting rate of the year of ``on``."""
        return int(self.value("interest.account_rate"))

    def interest_terms(self) -> dict[str, Any]:
        """Keywords of interest posting: rate and whether the month of a credit counts."""
        return {"rate_ppm": self.rate_ppm(), "credit_month_counts": bool(self.value("interest.credit_month_counts"))}

    def basic_parts(self) -> dict[str, int]:
        """Basic pension a month by benefit item, in fen, positive parts only."""
        parts = {
            "001001": self.value("benefit.base_national"), "001002": self.value("benefit.base_province"),
            "001003": self.value("benefit.base_city"), "001004": self.value("benefit.base_county"),
        }  # fmt: skip
        return {item: int(fen) for item, fen in parts.items() if fen}

    def funeral_rule(self) -> FuneralRule:
        """The funeral grant of the locality."""
        return FuneralRule(
            amount_fen=int(self.value("funeral.amount")),
            valid_from=self.value("funeral.rule_start"),
            report_within_days=self.value("funeral.report_within_days"),
            requires_cremation=bool(self.value("funeral.requires_cremation")),
            requires_award_in_payment=bool(self.value("funeral.requires_in_payment")),
        )

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


def law(on: date) -> Law:
    """The law on a day where this office is."""
    return Law(on, Office.objects.get().district_code)

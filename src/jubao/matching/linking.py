"""The model as settings of Splink, for training, for its own predict and for Spark."""

from typing import Any, Final

from jubao.matching.blocking import PREFIX
from jubao.matching.model import Comparison, Level, Model

LIST, REGISTER, ROW = "a_list", "b_register", "row_id"  # Splink puts the lower name left
LEVEL_PREFIX: Final = "gamma_"


def settings(model: Model) -> dict[str, Any]:
    """Splink's settings of a model; link only, candidates from the model's blocks."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": ROW,
        "probability_two_random_records_match": model.prior,
        "comparisons": [_comparison(each) for each in model.comparisons],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{PREFIX}{each.name} = r.{PREFIX}{each.name}"} for each in model.blocks
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "additional_columns_to_retain": [],
    }


def condition(comparison: Comparison) -> str:
    """SQL that gives the number of the level two rows reach."""
    cases = [
        f"WHEN {level.when} THEN {number}" if level.when != "ELSE" else f"ELSE {number}"
        for number, level in comparison.numbered().items()
    ]
    return f"CASE {' '.join(cases)} END"


def _comparison(each: Comparison) -> dict[str, Any]:
    return {
        "output_column_name": each.name,
        "comparison_description": each.title,
        "comparison_levels": [_level(level) for level in each.levels],
    }


def _level(level: Level) -> dict[str, Any]:
    told = {"sql_condition": level.when, "label_for_charts": level.label}
    if level.missing:
        return {**told, "is_null_level": True}
    return {**told, "m_probability": level.m, "u_probability": level.u}

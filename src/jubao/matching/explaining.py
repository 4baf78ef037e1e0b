"""Why a pair has its score: each comparison with both values, the level reached, its factor and weight, and a sentence."""

from typing import Any, Final

import pyarrow as pa

from jubao.matching.choosing import REASONS
from jubao.matching.linking import LEVEL_PREFIX
from jubao.matching.model import Model

PRIOR, TOTAL, DOUBT = "起点", "合计", "提示"
_PLACES: Final = 4


def explain(pairs: pa.Table, rows: pa.Table, register: pa.Table, *, model: Model) -> list[list[dict[str, Any]]]:
    """A table of reasons for each pair.

    Args:
        pairs: scored pairs, with ``doubts`` if they were chosen.
        rows, register: the original lists, to show what was written.
        model: the one that scored them.

    Returns:
        For each pair entries with ``comparison``, ``left`` and ``right`` (what both sides say), ``level`` (what that
        amounts to), ``factor`` (how much likelier for one person than for two) and ``weight`` (the factor in bits, four
        decimals), all texts. The first entry is the starting point, the last but doubts the sum: the weights add up to it.
    """
    return [_reasons(pair, rows, register, model) for pair in pairs.to_pylist()]


def as_text(reasons: list[dict[str, Any]]) -> str:
    """The same in one sentence a line."""
    return "\n".join(
        f"{each['comparison']}：{each['level']}（{each['weight']}）" if each["weight"] else each["level"]
        for each in reasons
    )


def _reasons(pair: dict[str, Any], rows: pa.Table, register: pa.Table, model: Model) -> list[dict[str, Any]]:
    entries = [_entry(PRIOR, "", "", "比对前任取两人为同一人的可能", 2.0**model.prior_weight, model.prior_weight)]
    for each in model.comparisons:
        level = each.numbered()[pair[LEVEL_PREFIX + each.name]]
        ours, theirs = (
            _shown(table, each.shows, pair[side]) for table, side in ((rows, "left_row"), (register, "right_row"))
        )
        entries.append(_entry(each.title, ours, theirs, level.label, level.factor, level.weight))
    entries.append(_entry(TOTAL, "", "", _sentence(pair, model), 2.0 ** pair["weight"], pair["weight"]))
    return entries + [
        {"comparison": DOUBT, "left": "", "right": "", "level": REASONS[doubt], "factor": "", "weight": ""}
        for doubt in pair.get("doubts") or []
    ]


def _sentence(pair: dict[str, Any], model: Model) -> str:
    strongest = max(model.comparisons, key=lambda each: each.numbered()[pair[LEVEL_PREFIX + each.name]].weight)
    weakest = min(model.comparisons, key=lambda each: each.numbered()[pair[LEVEL_PREFIX + each.name]].weight)
    ppm = pair["score_ppm"]
    told = f"得分{ppm // 10_000}.{ppm // 100 % 100:02d}%；最有力的依据：{strongest.title}（{_label(pair, strongest)}）"
    against = weakest.numbered()[pair[LEVEL_PREFIX + weakest.name]]
    return (
        told
        + (f"；不利的依据：{weakest.title}（{against.label}）" if against.weight < 0 else "")
        + "。是否为同一人须由经办人员核实决定"
    )


def _label(pair: dict[str, Any], comparison: Any) -> str:
    label: str = comparison.numbered()[pair[LEVEL_PREFIX + comparison.name]].label
    return label


def _shown(table: pa.Table, columns: tuple[str, ...], row: int) -> str:
    values = [table[name][row].as_py() if name in table.column_names else None for name in columns]
    return " / ".join(str(value) for value in values if value)


def _entry(comparison: str, left: str, right: str, level: str, factor: float, weight: float) -> dict[str, Any]:
    return {
        "comparison": comparison,
        "left": left,
        "right": right,
        "level": level,
        "factor": f"{factor:.{_PLACES}g}",
        "weight": f"{weight:+.{_PLACES}f}",
    }

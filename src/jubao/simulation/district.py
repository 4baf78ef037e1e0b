"""The district on the map: townships, villages and communities, and their outlets."""

from typing import Any

import numpy as np

from jubao.simulation.chance import Chance
from jubao.simulation.settings import sheet


def divisions(chance: Chance, district_code: str) -> list[dict[str, Any]]:
    """All townships (nine-digit codes) and villages (twelve digits), villages with invented names."""
    plan = sheet("divisions")
    names = [head + tail for head in plan["village_heads"] for tail in plan["village_tails"]]
    order = iter(chance.stream("villages").permutation(len(names)))
    listed = []
    for township in plan["townships"]:
        code = district_code + township["code"]
        listed.append({"code": code, "name": township["name"], "level": "TOWNSHIP", "parent": district_code})
        listed += [
            _village(code, place, township["kind"], names[next(order)]) for place in range(1, township["villages"] + 1)
        ]
    return listed


def _village(township: str, place: int, kind: str, name: str) -> dict[str, Any]:
    """One village or community; communities are numbered from 001, villages from 201."""
    number = place if kind == "社区" else 200 + place
    return {"code": f"{township}{number:03}", "name": name + kind, "level": "VILLAGE", "parent": township}


def villages(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The divisions of the lowest level."""
    return [division for division in listed if division["level"] == "VILLAGE"]


def outlets(chance: Chance, listed: list[dict[str, Any]], count: int, year: int) -> list[dict[str, Any]]:
    """Outlets with a card terminal, one in each of ``count`` villages."""
    homes = villages(listed)
    chosen = np.sort(chance.stream("outlets").choice(len(homes), size=count, replace=False))
    return [_outlet(place, homes[home], year) for place, home in enumerate(chosen, start=1)]


def _outlet(place: int, home: dict[str, Any], year: int) -> dict[str, Any]:
    started = f"{year - 1}-{place % 12 + 1:02}-{place % 27 + 1:02}"
    return {
        "code": f"WD{place:04}",
        "name": f"{home['name']}服务网点",
        "division": home["code"],
        "terminal": f"POS{place:06}",
        "started_date": started,
    }

"""Everybody who holds a post on a day, as a list people read: posts with their terms, and until when somebody is away."""

from datetime import date
from typing import Any

from jubao.records.models import Staff
from jubao.vocabulary.roster import COVERED, HELD, SENT, Roster

CAPACITIES = {HELD: "A岗", COVERED: "B岗", SENT: "上级代办"}


def listed(people: Roster, on: date) -> list[dict[str, Any]]:
    """Who holds, covers or fills a post on a day, by staff code."""
    named = {one.code: one for one in Staff.objects.order_by("code")}
    running = [one for one in people.holdings if one.runs(on)]
    back = {one.code: one.end.isoformat() for one in people.absences if one.start <= on < one.end}
    return [
        {
            "staff": code,
            "name": named[code].name,
            "title": named[code].title,
            "back": back.get(code),
            "posts": [
                {
                    "post": one.post.label,
                    "capacity": CAPACITIES[one.capacity],
                    "since": one.start.isoformat(),
                    "until": one.end.isoformat() if one.end else None,
                }
                for one in sorted(running, key=lambda one: (one.capacity, one.post))
                if one.code == code
            ],
        }
        for code in sorted({one.code for one in running})
    ]

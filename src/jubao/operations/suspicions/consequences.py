"""What it would cost to find a suspicion true on the day its list states; the act's own preview reckons it exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Sum

from jubao.operations.envelope.view import View
from jubao.operations.registers.kinds import Concern, Meaning
from jubao.operations.settlement.ending_terms import Stop, total_fen
from jubao.operations.settlement.months_overpaid import overpaid_after
from jubao.records.models import AccountBalance, Award, Person
from jubao.rules.eligibility import last_month_due
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import TerminationReason
from jubao.vocabulary.viewer import Viewer

LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Consequence:
    """What a decision would cost, as far as the list's own day tells; the act's preview reckons it exactly.

    Attributes:
        stops_from: the first month no longer due, YYYYMM; overpaid_months, overpaid_fen: paid beyond it, to be claimed.
        monthly_fen: what the pension pays now; balance_fen: what the account holds.
    """

    stops_from: int
    overpaid_months: int
    overpaid_fen: int
    monthly_fen: int
    balance_fen: int


def consequences(
    people: Sequence[Person],
    awards: Mapping[int, Award],
    monthly: Mapping[int, int],
    told: Mapping[str, Any],
    meaning: Meaning,
    viewer: Viewer,
) -> dict[int, Consequence]:
    """By person, what it would cost to find the list true on the day it states; nobody where nothing is paid, or none is."""
    happened = _happened(told, meaning)
    drawing = [one for one in people if one.pk in awards]
    if happened is None or not drawing:
        return {}
    view = View(viewer.day, datetime.combine(viewer.day, time(), LOCAL), "")
    died = np.array([meaning.death])
    offset = int(view.law.value("scheme.stop_month_offset"))
    last = int(last_month_due(np.array([happened]), died, offset=offset)[0])
    reason = str(TerminationReason.DEATH if meaning.death else TerminationReason.EMPLOYEES_SCHEME)
    stops = [Stop(one, awards[one.pk], reason, last) for one in drawing]
    overpaid_after(stops, view)
    held = AccountBalance.objects.filter(person__in=[one.pk for one in drawing]).order_by()
    balances = {key: int(fen) for key, fen in held.values_list("person_id").annotate(fen=Sum("balance_fen"))}
    return {
        stop.person.pk: Consequence(
            stops_from=months.add(last, 1),
            overpaid_months=len({one.month for one in stop.claimed}),
            overpaid_fen=total_fen(stop.claimed),
            monthly_fen=monthly.get(stop.award.pk, 0),
            balance_fen=balances.get(stop.person.pk, 0),
        )
        for stop in stops
    }


def _happened(told: Mapping[str, Any], meaning: Meaning) -> int | None:
    """The month in which the list says it happened: of the death, or in which the other pension begins."""
    if not meaning.ends or meaning.concern not in (Concern.DEATH, Concern.ELSEWHERE):
        return None
    names = ("death_date",) if meaning.death else ("other_start", "start_date", "since")
    text = next((str(told[name]) for name in names if told.get(name)), "")
    digits = text.replace("-", "")[:6]
    try:
        return months.parse(digits)
    except months.NotAMonth:
        return None

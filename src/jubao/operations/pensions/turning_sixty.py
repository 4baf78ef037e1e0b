"""Who reaches the pension age in a month (到龄): the years missing, what they would cost, and how far each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.operations.law import law
from jubao.operations.open_suspicions import Waiting, suspected
from jubao.records.keyed_numbers import keyed
from jubao.records.models import Award, BankAccount, Contribution, Person, Proposal
from jubao.reports.business.named import TAIL, Named
from jubao.reports.figures.place import place_names
from jubao.reports.paid_years import contributed_years, paid_years
from jubao.reports.recusals import concerned_in
from jubao.reports.viewers import people_seen
from jubao.rules.eligibility import arrears_years, required_years, start_month
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.viewer import SEARCHING, Viewer

AWARDING = SEARCHING - {Post.CASHIER}
"""Posts that see who reaches the age (controls e.2, rows 1, 11 and 36)."""
GRANT = "award.grant"
ON_A_PAGE = 100


class Readiness(StrEnum):
    """How far somebody is on the way to a pension; the first that holds."""

    AWARDED = "awarded"
    PROPOSED = "proposed"
    SUSPECTED = "suspected"
    YEARS_MISSING = "years-missing"
    UNCREDITED = "uncredited"
    NO_ACCOUNT = "no-account"
    READY = "ready"

    @property
    def words(self) -> Both:
        """What a clerk calls it."""
        return WORDS[self]


TAGS = {
    Readiness.AWARDED: "ok",
    Readiness.PROPOSED: "work",
    Readiness.SUSPECTED: "stop",
    Readiness.YEARS_MISSING: "warn",
    Readiness.UNCREDITED: "hold",
    Readiness.NO_ACCOUNT: "hold",
    Readiness.READY: "ok",
}
WORDS = {
    Readiness.AWARDED: both("已核定", "Awarded"),
    Readiness.PROPOSED: both("核定在办", "Proposed"),
    Readiness.SUSPECTED: both("有疑点", "Suspected"),
    Readiness.YEARS_MISSING: both("年限不足", "Years missing"),
    Readiness.UNCREDITED: both("待记账", "Not credited"),
    Readiness.NO_ACCOUNT: both("无账户", "No account"),
    Readiness.READY: both("可核定", "Ready"),
}


@dataclass(frozen=True)
class Turning:
    """Somebody who reaches the age.

    Attributes:
        who: to open; township: code of where he lives; birth_year: the year alone, since the rest is the number.
        required, paid, missing: contribution years.
        tier_fen: the yearly tier last chosen, 0 where none is; to_pay_fen: the missing years at that tier, or at the
            lowest one in force where none was chosen.
        readiness: how far he is; why: what stands in the way, in words, where a list says something.
        first_month: YYYYMM, from which a pension would be paid if nothing is missing.
    """

    who: Named
    township: str
    birth_year: int
    required: int
    paid: int
    missing: int
    tier_fen: int
    to_pay_fen: int
    readiness: Readiness
    why: str
    first_month: int

    @property
    def tag(self) -> str:
        """The ground of the tag."""
        return TAGS[self.readiness]


@dataclass(frozen=True)
class TownshipTotal:
    """Who of a township reaches the age: its code and name, how many, and the years they still owe together."""

    code: str
    name: str
    people: int
    missing_years: int


@dataclass(frozen=True)
class TurningSixty:
    """Who reaches the pension age in a month.

    Attributes:
        month: YYYYMM; only: of whom only; age: years, by the law known on the viewer's day.
        first_month: from which they draw if nothing is missing.
        counts: how many stand where, in the order of ``Readiness``; people: all of them.
        missing_years, to_pay_fen: what all of them still owe.
        townships: where they live; township: code of the one asked for, empty for all.
        acts: to award pensions.
        lines: those of this page, by village; after: key of the last one where more follow, else None.
        left_out: whom the viewer does not get because he stays away from them.
    """

    month: int
    only: Readiness | None
    age: int
    first_month: int
    counts: tuple[tuple[Readiness, int], ...]
    people: int
    missing_years: int
    to_pay_fen: int
    townships: tuple[TownshipTotal, ...]
    township: str
    acts: tuple[OfferedAct, ...]
    lines: tuple[Turning, ...]
    after: int | None
    left_out: int

    @property
    def month_before(self) -> int:
        """The month before."""
        return months.add(self.month, -1)

    @property
    def month_after(self) -> int:
        """The month after."""
        return months.add(self.month, 1)


def turning_in(asked: Mapping[str, str], *, viewer: Viewer) -> TurningSixty | None:
    """What is asked by ``month`` (this month without one), ``state``, ``township`` and ``after``; None where it is not understood.

    Raises:
        MayNotLook, NoLawForDay: as ``turning_sixty``.
    """
    stated, state, township, after = (asked.get(name, "") for name in ("month", "state", "township", "after"))
    try:
        month = months.parse(stated) if stated else months.of(viewer.day)
        only = Readiness(state) if state else None
        last = int(after) if after else None
    except ValueError:
        return None
    return turning_sixty(month, viewer=viewer, only=only, township=township, after=last)


def turning_sixty(
    month: int, *, viewer: Viewer, only: Readiness | None = None, township: str = "", after: int | None = None
) -> TurningSixty:
    """Who of the viewer's divisions reaches the pension age in a month, by the law known on his day.

    Args:
        month: YYYYMM; only: of these; township: code of one, for those who live there; after: key of the last person of the page before.
    Raises:
        MayNotLook: none of his posts may look at people.
        NoLawForDay: nobody verified the law of that day.
    """
    viewer.require(AWARDING, "到龄人员")
    today = law(viewer.day)
    age, offset = int(today.value("scheme.pension_age")), int(today.value("scheme.start_month_offset"))
    rows = list(_people(months.add(month, -12 * age), viewer))
    near = [row for row in rows if row.resident_number not in viewer.recused]
    everybody = _told(near, month, viewer)
    wanted = [one for one in everybody if only in (None, one.readiness) and township in ("", one.township)]
    keys = [one.who.key for one in wanted]
    start = keys.index(after) + 1 if after in keys else 0
    return TurningSixty(
        month=month,
        only=only,
        age=age,
        first_month=months.add(month, offset),
        counts=tuple((one, sum(line.readiness is one for line in everybody)) for one in Readiness),
        people=len(everybody),
        missing_years=sum(line.missing for line in everybody),
        to_pay_fen=sum(line.to_pay_fen for line in everybody),
        townships=_townships(everybody),
        township=township,
        acts=tuple(act for act in offered(viewer, about=About.AWARD, answers={}) if act.code == GRANT),
        lines=tuple(wanted[start : start + ON_A_PAGE]),
        after=keys[start + ON_A_PAGE - 1] if len(keys) > start + ON_A_PAGE else None,
        left_out=len(rows) - len(near),
    )


def _people(born: int, viewer: Viewer) -> "QuerySet[Person]":
    """Everybody born in a month whose relation stands, by village, with what else stands in the way."""
    same = {"person": OuterRef("pk")}
    usable = BankAccount.objects.filter(**same, usable_from__lte=viewer.day)
    waiting = Contribution.objects.filter(**same, crediting__isnull=True, refund__isnull=True)
    born_then = {"birth_date__gte": months.first_day(born), "birth_date__lte": months.last_day(born)}
    rows = people_seen(viewer).filter(**born_then, merged_into__isnull=True).exclude(state=str(RelationState.ENDED))
    return (
        rows.select_related("enrolment")
        .annotate(
            draws=Exists(Award.objects.filter(**same, ended_month__isnull=True)),
            has_account=Exists(usable),
            waits=Exists(waiting),
        )
        .order_by("township", "division", "pk")
    )


def _told(rows: Sequence[Person], month: int, viewer: Viewer) -> list[Turning]:
    if not rows:
        return []
    today = law(viewer.day)
    person = np.array([row.pk for row in rows], dtype=np.int64)
    birth = np.array([row.birth_date for row in rows], dtype="datetime64[D]")
    age, full = int(today.value("scheme.pension_age")), int(today.value("scheme.required_years"))
    required = required_years(birth, today.value("scheme.launch_date"), age, full)
    paid = contributed_years(person, paid_years(person))
    missing = arrears_years(required, paid)
    reached = np.full(person.size, month, dtype=np.int64)
    first = start_month(reached, reached, offset=int(today.value("scheme.start_month_offset")))
    lists, proposed, places = suspected(person.tolist()), _proposed(), place_names()
    lowest = min((int(tier) for tier in today.value("contribution.tier_list")), default=0)
    found = []
    for place, row in enumerate(rows):
        short, tier = int(missing[place]), int(row.enrolment.tier_fen)
        readiness = _readiness(row, short, proposed, lists.get(row.pk, []))
        township, village = places.get(row.division, (row.division, row.division))
        found.append(
            Turning(
                who=Named(row.pk, row.name, row.resident_number[-TAIL:], township, village),
                township=row.township,
                birth_year=row.birth_date.year,
                required=int(required[place]),
                paid=int(paid[place]),
                missing=short,
                tier_fen=tier,
                to_pay_fen=short * (tier or lowest),
                readiness=readiness,
                why="、".join(map(str, lists.get(row.pk, []))),
                first_month=int(first[place]),
            )
        )
    return found


def _townships(everybody: Sequence[Turning]) -> tuple[TownshipTotal, ...]:
    found: dict[str, list[Turning]] = {}
    for one in everybody:
        found.setdefault(one.township, []).append(one)
    return tuple(
        TownshipTotal(code, found[code][0].who.township, len(found[code]), sum(one.missing for one in found[code]))
        for code in sorted(found)
    )


def _proposed() -> frozenset[str]:
    """The keyed numbers of everybody for whom an award waits for signatures."""
    waiting = Proposal.objects.filter(state=Proposal.State.PENDING, code=GRANT).order_by("pk")
    return frozenset().union(*map(concerned_in, waiting.values_list("concerns", flat=True)))


def _readiness(row: Person, missing: int, proposed: frozenset[str], lists: Sequence[Waiting]) -> Readiness:
    told = vars(row)
    stands = (
        (told["draws"], Readiness.AWARDED),
        (bool(proposed) and keyed(row.resident_number) in proposed, Readiness.PROPOSED),
        (bool(lists), Readiness.SUSPECTED),
        (missing > 0, Readiness.YEARS_MISSING),
        (told["waits"], Readiness.UNCREDITED),
        (not told["has_account"], Readiness.NO_ACCOUNT),
    )
    return next((one for holds, one in stands if holds), Readiness.READY)

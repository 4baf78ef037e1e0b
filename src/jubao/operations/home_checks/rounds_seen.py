"""Rounds of home checks as pages show them: what came back of each, by village, and who is still to be seen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.operations.registers.kinds import title_of
from jubao.records.models import MatchCandidate, VerificationFinding, VerificationItem, VerificationRound
from jubao.records.registers import ABNORMAL
from jubao.reports.business.named import TAIL, Named
from jubao.reports.figures.place import place_names
from jubao.reports.viewers import people_seen
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import SEARCHING, Viewer

CHECKS = SEARCHING - {Post.CASHIER}
"""Posts that see rounds and findings (controls e.2, rows 17 and 18)."""
ON_A_PAGE = 50
ALIVE, DEAD, UNKNOWN = "1", "0", ""
SEEN = {
    ALIVE: (both("健在", "Alive"), "ok"),
    DEAD: (both("已去世", "Dead"), "stop"),
    UNKNOWN: (both("没有见到", "Not met"), "warn"),
    None: (both("未报回", "Not reported"), "hold"),
}
WHY_NOT = dict(ABNORMAL)


@dataclass(frozen=True)
class Counted:
    """People of a round or a village: to be seen, and found alive, dead, not met; the rest is not reported."""

    people: int = 0
    alive: int = 0
    dead: int = 0
    unknown: int = 0

    @property
    def missing(self) -> int:
        """Nothing was reported yet."""
        return self.people - self.alive - self.dead - self.unknown


@dataclass(frozen=True)
class RoundLine:
    """A round: its number, when issued and due, what came back, how many suspicions are still open, and whether it is late."""

    number: str
    issued: date
    due: date
    counted: Counted
    open: int
    is_late: bool


@dataclass(frozen=True)
class Rounds:
    """Every round, the latest first, and the acts on them."""

    rounds: tuple[RoundLine, ...]
    acts: tuple[OfferedAct, ...]


@dataclass(frozen=True)
class CheckLine:
    """Somebody to be seen: who, on which list and for what, what was seen, on which day and by whom, and how it stands."""

    who: Named
    list_number: str
    record: str
    kind: str
    seen: Both
    tag: str
    why_not: str
    died: date | None
    on: date | None
    checker: str
    state: str


@dataclass(frozen=True)
class SeenRound:
    """A round, village by village.

    Attributes:
        number, issued, due: of the round; is_late: whether somebody is still to be seen after its day.
        villages: township, village and what was counted there; counted: all of them.
        lines: a page of people; after: key of the last item where more follow, else None; left_out: recused.
        acts: what may be done with the round.
    """

    number: str
    issued: date
    due: date
    is_late: bool
    villages: tuple[tuple[str, str, Counted], ...]
    counted: Counted
    lines: tuple[CheckLine, ...]
    after: int | None
    left_out: int
    acts: tuple[OfferedAct, ...]

    @property
    def late(self) -> Both:
        """What is said of a round whose day is over."""
        return both("{n} 人逾期未报回", "{n} not reported in time").with_(n=self.counted.missing)


def rounds(*, viewer: Viewer) -> Rounds:
    """Every round of home checks, as far as it is about people of the viewer's divisions.

    Raises:
        MayNotLook: none of his posts sees home checks.
    """
    viewer.require(CHECKS, "上门核查")
    counted: dict[int, dict[str | None, int]] = {}
    waiting: dict[int, int] = {}
    still = Q(candidate__state__in=["OPEN", "HELD"])
    rows = _items(viewer).order_by().values_list("round_id", "alive")
    for key, alive, people, unsettled in rows.annotate(people=Count("pk"), open=Count("pk", filter=still)):
        counted.setdefault(key, {})[alive] = people
        waiting[key] = waiting.get(key, 0) + unsettled
    found = []
    for one in VerificationRound.objects.filter(pk__in=counted).order_by("-issued_date", "-pk"):
        told = _counted(counted[one.pk].items())
        late = bool(told.missing) and one.due_date < viewer.day
        found.append(RoundLine(one.number, one.issued_date, one.due_date, told, waiting[one.pk], late))
    acts = offered(viewer, about=About.ROUND, answers={})
    return Rounds(tuple(found), acts)


def seen_round(number: str, *, viewer: Viewer, after: str = "") -> SeenRound | None:
    """A round and a page of its people; None where no round has the number, or is about nobody of the viewer's.

    Args:
        number: of the round; after: key of the last item of the page before.
    Raises:
        MayNotLook: none of his posts sees home checks.
    """
    viewer.require(CHECKS, "上门核查")
    issued = VerificationRound.objects.filter(number=number).first()
    if issued is None or (after and not after.isdecimal()):
        return None
    items = _items(viewer).filter(round=issued)
    places = place_names()
    by_village: dict[str, dict[str | None, int]] = {}
    for code, alive, people in items.order_by().values_list("division", "alive").annotate(people=Count("pk")):
        by_village.setdefault(code, {})[alive] = people
    if not by_village:
        return None
    villages = tuple(
        (*places.get(code, (code, code)), _counted(by_village[code].items())) for code in sorted(by_village)
    )
    rows = items.filter(pk__gt=int(after)) if after else items
    page = list(rows.select_related("candidate__person", "candidate__match_list").order_by("pk")[: ON_A_PAGE + 1])
    shown = page[:ON_A_PAGE]
    near = [row for row in shown if row.candidate.person.resident_number not in viewer.recused]
    counted = _together(told for _, _, told in villages)
    return SeenRound(
        number=number,
        issued=issued.issued_date,
        due=issued.due_date,
        is_late=bool(counted.missing) and issued.due_date < viewer.day,
        villages=villages,
        counted=counted,
        lines=tuple(_lines(near, places)),
        after=shown[-1].pk if len(page) > ON_A_PAGE else None,
        left_out=len(shown) - len(near),
        acts=offered(viewer, about=About.ROUND, answers={"round": number}, only_fitting=True),
    )


def _items(viewer: Viewer) -> "QuerySet[Any]":
    """Everybody of the viewer's divisions on a round, with what was seen last; None where nothing was reported."""
    last = VerificationFinding.objects.filter(item=OuterRef("pk")).order_by("-pk")
    items = VerificationItem.objects.annotate(
        finding=Subquery(last.values("pk")[:1]), alive=Subquery(last.values("alive")[:1])
    )
    return items if viewer.is_everywhere else items.filter(candidate__person__in=people_seen(viewer))


def _counted(told: Iterable[tuple[str | None, int]]) -> Counted:
    by_answer = dict(told)
    alive, dead, unknown = (by_answer.get(one, 0) for one in (ALIVE, DEAD, UNKNOWN))
    return Counted(sum(by_answer.values()), alive, dead, unknown)


def _together(parts: Iterable[Counted]) -> Counted:
    listed = list(parts)
    return Counted(*(sum(getattr(one, name) for one in listed) for name in ("people", "alive", "dead", "unknown")))


def _lines(rows: Sequence[VerificationItem], places: dict[str, tuple[str, str]]) -> Iterator[CheckLine]:
    keys = [vars(row)["finding"] for row in rows]
    findings = VerificationFinding.objects.in_bulk([key for key in keys if key is not None])
    for row, key in zip(rows, keys, strict=True):
        candidate, finding = row.candidate, findings.get(key)
        who = candidate.person
        words, tag = SEEN[finding.alive if finding else None]
        yield CheckLine(
            who=Named(who.pk, who.name, who.resident_number[-TAIL:], *places.get(row.division, (row.division, ""))),
            list_number=candidate.match_list.number,
            record=candidate.record_number,
            kind=title_of(candidate.kind),
            seen=words,
            tag=tag,
            why_not=WHY_NOT.get(finding.abnormal, "") if finding and finding.alive == UNKNOWN else "",
            died=finding.death_date if finding else None,
            on=finding.checked_date if finding else None,
            checker=finding.checker if finding else "",
            state=str(MatchCandidate.State(candidate.state).label),
        )

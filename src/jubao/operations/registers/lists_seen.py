"""Lists from outside as pages show them: how far each is worked off, its runs, its suspicions, its rows without a number."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.operations.registers.kinds import title_of
from jubao.records.models import MatchCandidate, MatchList, MatchRun, RegisterRow
from jubao.reports.business.named import TAIL, Named
from jubao.reports.explanation.suspicions import all_lists
from jubao.reports.figures.place import place_names
from jubao.reports.viewers import people_seen
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.viewer import SEARCHING, Viewer

LISTS = SEARCHING - {Post.CASHIER}
"""Posts that see lists from outside and what was found in them (controls e.2, rows 17 and 18)."""
ON_A_PAGE = 50
State = MatchCandidate.State
RowState = RegisterRow.State
OPEN_STATES = (State.OPEN, State.HELD)
TAGS = {
    State.OPEN: "warn",
    State.HELD: "hold",
    State.TERMINATED: "stop",
    State.CLEARED: "ok",
    State.REQUESTED: "work",
    State.STALE: "",
}


@dataclass(frozen=True)
class StateCount:
    """How many suspicions stand so: the state's code, its name, and the ground of its tag."""

    state: str
    words: str
    tag: str
    count: int


@dataclass(frozen=True)
class ReceivedList:
    """A list: what it is, from whom, when it came; its rows by fate; its suspicions by state, and how old the oldest open is.

    ``open`` counts suspicions nobody decided, ``overdue`` those of them past their day, ``rows_waiting`` rows without a
    usable number that nobody answered.
    """

    number: str
    kind: str
    received_from: str
    on: date
    rows: int
    rejected: int
    hits: int
    rows_waiting: int
    states: tuple[StateCount, ...]
    open: int
    overdue: int
    oldest_days: int | None


@dataclass(frozen=True)
class ReceivedLists:
    """Every list, the latest first, those with something open before the others; sums of what is open; acts on lists."""

    lists: tuple[ReceivedList, ...]
    open: int
    overdue: int
    rows_waiting: int
    acts: tuple[OfferedAct, ...]


def received_lists(*, viewer: Viewer) -> ReceivedLists:
    """Every list from outside and how far it is worked off.

    Raises:
        MayNotLook: none of his posts sees lists, or he answers for some divisions only.
    """
    viewer.require(LISTS, "外来名单")
    told = [
        ReceivedList(
            number=one["number"],
            kind=title_of(one["kind"]),
            received_from=one["received_from"],
            on=date.fromisoformat(one["on"]),
            rows=one["rows"],
            rejected=one["rejected"],
            hits=one["hits"],
            rows_waiting=one["still_waiting"],
            states=_states(one["states"]),
            open=sum(one["states"].get(str(state), 0) for state in OPEN_STATES),
            overdue=one["overdue"],
            oldest_days=one["oldest_days"],
        )
        for one in all_lists(viewer.day, viewer=viewer)
    ]
    told.sort(key=lambda one: (not (one.open or one.rows_waiting), -one.on.toordinal(), one.number))
    return ReceivedLists(
        lists=tuple(told),
        open=sum(one.open for one in told),
        overdue=sum(one.overdue for one in told),
        rows_waiting=sum(one.rows_waiting for one in told),
        acts=tuple(act for act in offered(viewer, about=About.LIST, answers={}) if act.code == "match.import"),
    )


def _states(counted: dict[str, int]) -> tuple[StateCount, ...]:
    return tuple(
        StateCount(str(state), str(state.label), TAGS[state], counted[str(state)])
        for state in State
        if counted.get(str(state))
    )


# ── One list ──


@dataclass(frozen=True)
class SuspicionLine:
    """A suspicion in its list.

    Attributes:
        key: its own; record: the sender's number of the row, which opens it; who: whom it concerns.
        kind: of what; score: the likelihood of one person in percent, empty where the number is the same.
        state: in words, with the ground of its tag; due: by when somebody must decide; is_late: whether that is over.
        owner: the post whose turn it is.
    """

    key: int
    record: str
    who: Named
    kind: str
    score: str
    state: str
    tag: str
    due: date | None
    is_late: bool
    owner: str


@dataclass(frozen=True)
class UnreadLine:
    """A row that could not be compared by number: its place in the file, what is wrong with it, whom it names, and its state."""

    row: int
    record: str
    rule: str
    name: str
    number: str
    state: str
    tag: str


@dataclass(frozen=True)
class Run:
    """One comparison: its place, when, with which model, how many rows hit, what was new, remembered as cleared, and stale."""

    seq: int
    on: date
    model: str
    hits: int
    candidates: int
    remembered: int
    stale: int


@dataclass(frozen=True)
class SeenList:
    """A list with its runs, its suspicions of one state or all, and its rows without a number.

    Attributes:
        number, kind, received_from, on, rows, accepted, rejected, hits: as received; filename: of the letter.
        states: how many suspicions of people this viewer sees stand how; state: the one asked for, empty for all.
        runs: every comparison.
        lines: a page of suspicions; after: key of the last one where more follow, else None; left_out: recused.
        unread: rows without a usable number that nobody answered first, at most a page of them; unread_count: of all.
        acts: what may be done with the list.
    """

    number: str
    kind: str
    received_from: str
    on: date
    rows: int
    accepted: int
    rejected: int
    hits: int
    filename: str
    states: tuple[StateCount, ...]
    state: str
    runs: tuple[Run, ...]
    lines: tuple[SuspicionLine, ...]
    after: int | None
    left_out: int
    unread: tuple[UnreadLine, ...]
    unread_count: int
    acts: tuple[OfferedAct, ...]


def seen_list(number: str, *, viewer: Viewer, state: str = "", after: str = "") -> SeenList | None:
    """A list and a page of its suspicions; None where no list has the number, or what is asked is not understood.

    Args:
        number: of the list; state: only suspicions that stand so; after: key of the last one of the page before.
    Raises:
        MayNotLook: none of his posts sees lists.
    """
    viewer.require(LISTS, "外来名单")
    found = MatchList.objects.select_related("act", "inbound_file").filter(number=number).first()
    understood = state in {"", *map(str, State)} and (not after or after.isdecimal())
    if found is None or not understood:
        return None
    of_list = MatchCandidate.objects.filter(match_list=found)
    if not viewer.is_everywhere:
        of_list = of_list.filter(person__in=people_seen(viewer))
    counted = Counter(dict(of_list.order_by().values_list("state").annotate(n=Count("pk"))))
    rows = of_list.filter(state=state) if state else of_list
    rows = rows.filter(pk__gt=int(after)) if after else rows
    page = list(rows.select_related("person").order_by("pk")[: ON_A_PAGE + 1])
    shown = page[:ON_A_PAGE]
    near = [row for row in shown if row.person.resident_number not in viewer.recused]
    unread, unread_count = _unread(found, viewer)
    runs = MatchRun.objects.filter(match_list=found).select_related("act").order_by("seq")
    acts = offered(viewer, about=(About.LIST, About.ROUND), answers={"list": number}, only_fitting=True)
    return SeenList(
        number=number,
        kind=title_of(found.kind),
        received_from=found.received_from,
        on=found.act.business_date,
        rows=found.compared,
        accepted=found.accepted,
        rejected=found.rejected,
        hits=found.hits,
        filename=found.inbound_file.filename,
        states=_states(counted),
        state=state,
        runs=tuple(
            Run(one.seq, one.act.business_date, one.model_version, one.hits, one.candidates, one.remembered, one.stale)
            for one in runs
        ),
        lines=_lines(near, viewer),
        after=shown[-1].pk if len(page) > ON_A_PAGE else None,
        left_out=len(shown) - len(near),
        unread=unread,
        unread_count=unread_count,
        acts=acts,
    )


def _lines(rows: list[MatchCandidate], viewer: Viewer) -> tuple[SuspicionLine, ...]:
    places = place_names() if rows else {}
    found = []
    for row in rows:
        who = row.person
        township, village = places.get(who.division, (who.division, who.division))
        state = State(row.state)
        found.append(
            SuspicionLine(
                key=row.pk,
                record=row.record_number,
                who=Named(who.pk, who.name, who.resident_number[-TAIL:], township, village),
                kind=title_of(row.kind),
                score=percent(row.score_ppm),
                state=str(state.label),
                tag=TAGS[state],
                due=row.due_date,
                is_late=state in OPEN_STATES and row.due_date is not None and row.due_date < viewer.day,
                owner=Post(row.owner_post).label if row.owner_post else "",
            )
        )
    return tuple(found)


def percent(score_ppm: int | None) -> str:
    """A likelihood in percent with two decimals, never rounded up to certainty; empty where there is none.

    >>> percent(973_456), percent(None)
    ('97.34', '')
    """
    return "" if score_ppm is None else f"{score_ppm // 10_000}.{score_ppm // 100 % 100:02d}"


ROW_TAGS = {RowState.WAITING: "warn", RowState.PAIRED: "work", RowState.DISMISSED: "", RowState.REJECTED: "stop"}


def _unread(found: MatchList, viewer: Viewer) -> tuple[tuple[UnreadLine, ...], int]:
    """Rows without a usable number, those that wait first; a row is nobody's yet, so of no division either."""
    if not viewer.is_everywhere:
        return (), 0
    rows = RegisterRow.objects.filter(match_list=found)
    waiting_last = list(rows.order_by("-state", "row")[:ON_A_PAGE])
    waiting_last.sort(key=lambda row: (row.state != RowState.WAITING, row.row))
    lines = tuple(
        UnreadLine(
            row=row.row,
            record=row.record_number,
            rule=row.rule,
            name=row.name,
            number=mask(row.resident_number) if row.resident_number else "",
            state=str(RowState(row.state).label),
            tag=ROW_TAGS[RowState(row.state)],
        )
        for row in waiting_last
        if row.resident_number not in viewer.recused
    )
    return lines, rows.count()

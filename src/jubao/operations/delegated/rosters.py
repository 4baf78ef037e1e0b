"""People on the rosters of other departments: who they are, which of their months are paid, and up to which total."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.open_suspicions import DEATHS as DEATH_LISTS
from jubao.operations.people import SLICE, shown
from jubao.operations.settlement.stated_end import DEATHS
from jubao.policy.in_force import NoRowInForce
from jubao.records.models import DelegatedLine, DelegatedPayee, MatchCandidate, Settlement
from jubao.records.programmes import DelegatedPayeeEvent
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EnrolmentState

LIVE = ("DUE", "PAID")
Kind = DelegatedPayeeEvent.Kind
ON_A_LIST = (
    MatchCandidate.State.OPEN,
    MatchCandidate.State.HELD,
    MatchCandidate.State.REQUESTED,
    MatchCandidate.State.TERMINATED,
)


def payee_number(payee: DelegatedPayee | int) -> str:
    """The number a payee bears in batches and on screens."""
    return f"D{payee if isinstance(payee, int) else payee.pk:08d}"


# ── Finding somebody on a roster ──


def find_payee(
    programme: str, person: str, view: View, faults: Faults | None = None, *, case: int = 1
) -> DelegatedPayee | None:
    """Somebody on a programme's roster by resident number or payee number; nobody is a fault."""

    def read() -> DelegatedPayee | None:
        rows = DelegatedPayee.objects.filter(programme=programme)
        if person[:1] in {"D", "d"} and person[1:].isdigit():
            return rows.filter(pk=int(person[1:])).first()
        return rows.filter(resident_number=person.upper()).first()

    found = view.once(("payee", programme, person), read)
    if found is None and faults is not None:
        faults.add(
            case,
            "person",
            f"代发项目 {programme} 的名册中没有此人",
            next_step="请核对项目和公民身份号码",
            place=shown(person),
        )
    return found


# ── What a payee is paid ──


@dataclass
class Roster:
    """Everybody on a programme's roster who starts by a month, with what bears on paying them.

    Attributes:
        payees: in the order they were enrolled.
        rests: by payee, months not paid, half-open; None for no end.
        live: payee and month of everything paid or on its way.
        paid_fen: by payee, what that comes to.
        dead: resident numbers of people who died, as the register or a list says.
        first: the first month anybody is paid by this office.
    """

    payees: list[DelegatedPayee]
    rests: dict[int, list[tuple[int, int | None]]]
    live: set[tuple[int, int]]
    paid_fen: dict[int, int]
    dead: set[str]
    first: int
    capped: list[DelegatedPayee] = field(default_factory=list)

    def gone(self) -> list[DelegatedPayee]:
        """Payees who are said to be dead and whom nobody has ended."""
        return [p for p in self.payees if p.resident_number in self.dead and p.ended_from is None]

    def owed(self, month: int, cap: "Cap | None") -> list[tuple[int, int, int]]:
        """Position of the payee, month and fen of everything to be paid up to a month; nothing for the dead."""
        rows: list[tuple[int, int, int]] = []
        self.capped = []
        for place, payee in enumerate(self.payees):
            if payee.resident_number in self.dead:
                continue
            left = cap.left(payee, self.paid_fen.get(payee.pk, 0)) if cap else None
            for one in months.span(max(payee.start_month, self.first), months.add(month, 1)):
                if (payee.pk, one) in self.live or self._rests(payee.pk, one):
                    continue
                fen = payee.monthly_fen if left is None else min(payee.monthly_fen, left)
                if fen == 0:
                    self.capped.append(payee)
                    break
                rows.append((place, one, fen))
                left = None if left is None else left - fen
        return rows

    def _rests(self, payee: int, month: int) -> bool:
        return any(first <= month and (end is None or month < end) for first, end in self.rests.get(payee, ()))


def roster_of(programme: str, month: int, view: View) -> Roster:
    """The roster of a programme for a month."""
    return view.once(("roster", programme, month), lambda: _read_roster(programme, month, view))


def _read_roster(programme: str, month: int, view: View) -> Roster:
    rows = DelegatedPayee.objects.filter(programme=programme, start_month__lte=month)
    payees = list(rows.select_related("act").order_by("id"))
    lines = DelegatedLine.objects.filter(payee__programme=programme, state__in=LIVE).order_by("id")
    live, paid = set[tuple[int, int]](), dict[int, int]()
    for payee, one, fen in lines.values_list("payee_id", "month", "amount_fen"):
        live.add((payee, one))
        paid[payee] = paid.get(payee, 0) + fen
    return Roster(
        payees=payees,
        rests=rests_of(programme),
        live=live,
        paid_fen=paid,
        dead=dead_among([payee.resident_number for payee in payees]),
        first=months.of(min((payee.act.business_date for payee in payees), default=view.on)),
    )


def rests_of(programme: str) -> dict[int, list[tuple[int, int | None]]]:
    """By payee, the months that are not paid: from a stop or an end to the resumption, if there is one."""
    events = DelegatedPayeeEvent.objects.filter(payee__programme=programme).order_by("id")
    found: dict[int, list[tuple[int, int | None]]] = {}
    since: dict[int, int] = {}
    for payee, kind, month in events.values_list("payee_id", "kind", "month"):
        if kind == Kind.RESUMED:
            found.setdefault(payee, []).append((since.pop(payee), month))
        else:
            since[payee] = min(month, since.get(payee, month))
    for payee, first in since.items():
        found.setdefault(payee, []).append((first, None))
    return found


def dead_among(numbers: Iterable[str]) -> set[str]:
    """Resident numbers of people whose death the register knows or a list from outside tells, unless it was cleared."""
    found: set[str] = set()
    wanted = sorted(set(numbers))
    for part in (wanted[start : start + SLICE] for start in range(0, len(wanted), SLICE)):
        known = Settlement.objects.filter(
            person__resident_number__in=part,
            reason__in=sorted(DEATHS),
            person__enrolment__enrolment_state=EnrolmentState.ENDED,
        )
        told = MatchCandidate.objects.filter(
            person__resident_number__in=part, match_list__kind__in=DEATH_LISTS, state__in=ON_A_LIST
        )
        for rows in (known, told):
            found |= set(rows.order_by("id").values_list("person__resident_number", flat=True))
    return found


# ── The total after which a case is finished ──


@dataclass(frozen=True)
class Cap:
    """The one-off total of a programme: whoever is paid another amount than its monthly standard is paid up to it."""

    total_fen: int
    standard_fen: int | None

    def left(self, payee: DelegatedPayee, paid_fen: int) -> int | None:
        """What a payee may still get, fen; None for whom no total is set."""
        if payee.monthly_fen == self.standard_fen:
            return None
        return max(self.total_fen - paid_fen, 0)


def programmes(view: View) -> dict[str, dict[str, object]]:
    """The programmes of the law by code; none where the area has none."""
    try:
        rows = view.law.value("delegated.programmes")
    except NoRowInForce:
        return {}
    return {row["code"]: row for row in rows}


def cap_of(programme: str, view: View) -> Cap | None:
    """The one-off total of a programme, where the law sets one."""
    row = programmes(view).get(programme)
    if row is None or row["one_off_total_fen"] is None:
        return None
    total = min(int(str(row["one_off_total_fen"])), int(view.law.value("delegated.one_off_cap")))
    standard = row["monthly_fen"]
    return Cap(total, None if standard is None else int(str(standard)))


def overpaid(payee: DelegatedPayee, from_month: int) -> list[tuple[int, int]]:
    """Months from one on that were paid already, with their fen."""
    lines = DelegatedLine.objects.filter(payee=payee, state="PAID", month__gte=from_month).order_by("month")
    return list(lines.values_list("month", "amount_fen"))


def names(payees: Sequence[DelegatedPayee], most: int = 10) -> str:
    """The first of some payees by their numbers."""
    listed = "、".join(payee_number(payee) for payee in payees[:most])
    return listed + ("等" if len(payees) > most else "")

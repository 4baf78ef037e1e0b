"""An answer for each tab of a person's page; None who is absent or out of the viewer's scope."""

from dataclasses import dataclass
from datetime import date

from jubao.operations.envelope.fault import Refused
from jubao.operations.person.head import Head, declared, seen
from jubao.operations.person.papers import PaperOfCase, papers_of
from jubao.reports.person.account import Account, Entry, account_of
from jubao.reports.person.behind import Case, cases_behind
from jubao.reports.person.cards import Binding, bindings_of
from jubao.reports.person.cases import Cases, cases_of_person
from jubao.reports.person.certification import Proofs, proofs_of
from jubao.reports.person.contributions import Contributions, Year, contributions_of, years_of
from jubao.reports.person.history import Change, changes_of
from jubao.reports.person.payments import Paid, Payments, latest_months, owed_to, payments_of
from jubao.reports.person.pension import Branch, Pension, branches_of, month_told, pension_of
from jubao.reports.person.trail import Trail, latest_cases, trail_of
from jubao.reports.viewers import people_seen
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import Source
from jubao.vocabulary.viewer import Viewer

A_YEAR, FEW, A_FEW_YEARS = 12, 4, 6


@dataclass(frozen=True)
class Held:
    """What the account holds of one source today: code, label, fen."""

    source: str
    title: str
    fen: int


@dataclass(frozen=True)
class Overview:
    """The first tab.

    Attributes:
        head: above every tab; pension_fen: a month's pension, None where there is none; pension_month: of which month.
        branches: its parts; months: the last twelve benefit months; arrived: benefit months that ever arrived.
        owed_fen, owed_months: put down to be paid afterwards.
        held: the account by source; held_fen: in all; day: on which.
        years: the last years paid, where there is no pension; cases: what was done last.
    """

    head: Head
    pension_fen: int | None
    pension_month: int
    branches: tuple[Branch, ...]
    months: tuple[Paid, ...]
    arrived: int
    owed_fen: int
    owed_months: int
    held: tuple[Held, ...]
    held_fen: int
    day: date
    years: tuple[Year, ...]
    cases: tuple[Case, ...]


def overview(key: int, *, viewer: Viewer) -> Overview | None:
    """Who he is, paid or not and why, and the latest of everything."""
    found = seen(key, "overview", viewer=viewer, with_parts=True)
    if found is None:
        return None
    person, drawing, award = found.person, found.drawing, found.drawing.award
    month = month_told(award, found.head.standing.month) if award else found.head.standing.month
    branches, owed = branches_of(award, month) if award else (), owed_to(award)
    account = getattr(person, "account", None)
    held = tuple(
        Held(str(source), source.label, fen)
        for source in Source
        if account is not None and (fen := getattr(account, f"{source.name.lower()}_fen"))
    )
    return Overview(
        head=found.head,
        pension_fen=sum(one.fen for one in branches) if award else None,
        pension_month=month,
        branches=branches,
        months=latest_months(drawing, owed, viewer=viewer, most=A_YEAR),
        arrived=vars(person)["months_paid"],
        owed_fen=owed.fen,
        owed_months=len(owed.months),
        held=held,
        held_fen=sum(one.fen for one in held),
        day=viewer.day,
        years=() if award else years_of(person)[:A_FEW_YEARS],
        cases=latest_cases(person, declared, viewer=viewer, most=FEW),
    )


@dataclass(frozen=True)
class ContributionsTab:
    """Years paid, by payer."""

    head: Head
    paid: Contributions


def contributions(key: int, *, viewer: Viewer) -> ContributionsTab | None:
    """The years paid for him, by payer, with how the money came."""
    found = seen(key, "contributions", viewer=viewer)
    return None if found is None else ContributionsTab(found.head, contributions_of(found.person))


@dataclass(frozen=True)
class EntryOfCase:
    """One entry, and the case that made it; None where no proposal did."""

    entry: Entry
    case: Case | None


@dataclass(frozen=True)
class AccountTab:
    """The account on a day: ``asked`` is what the address says, ``misread`` whether that is no day up to today."""

    head: Head
    account: Account
    rows: tuple[EntryOfCase, ...]
    asked: str
    misread: bool


def account(key: int, *, viewer: Viewer, as_of: str) -> AccountTab | None:
    """The account by source and down to each entry, as the books knew it on a day."""
    found = seen(key, "account", viewer=viewer)
    if found is None:
        return None
    day = _day(as_of) if as_of else viewer.day
    is_misread = day is None or day > viewer.day
    shown = account_of(found.person, viewer.day if day is None or is_misread else day)
    behind = cases_behind({entry.event for entry in shown.entries}, declared, viewer=viewer)
    rows = tuple(EntryOfCase(entry, behind.get(entry.event)) for entry in shown.entries)
    return AccountTab(found.head, shown, rows, as_of, is_misread)


def _day(text: str) -> date | None:
    """A day as people write it: 2017-12-31, 2017.12.31, 20171231; None where it is none."""
    try:
        return date.fromisoformat(text.strip().replace(".", "-").replace("/", "-"))
    except ValueError:
        return None


@dataclass(frozen=True)
class AwardTab:
    """The pension with its calculation sheet; None where he has none. ``case`` is the one that awarded it."""

    head: Head
    pension: Pension | None
    month: int
    case: Case | None


def award(key: int, *, viewer: Viewer, month: str) -> AwardTab | None:
    """The pension, its calculation sheet as a tree, and everything that happened to it."""
    found = seen(key, "award", viewer=viewer, with_parts=True)
    if found is None:
        return None
    award_of, asked = found.drawing.award, _month(month) or found.head.standing.month
    if award_of is None:
        return AwardTab(found.head, None, asked, None)
    pension = pension_of(award_of, asked)
    behind = cases_behind([pension.event], declared, viewer=viewer)
    return AwardTab(found.head, pension, pension.sheet.month, behind.get(pension.event))


def _month(text: str) -> int | None:
    try:
        return months.parse(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class PaymentsTab:
    """What was paid month by month."""

    head: Head
    paid: Payments


def payments(key: int, *, viewer: Viewer) -> PaymentsTab | None:
    """Every benefit month with what became of it, and single sums."""
    found = seen(key, "payments", viewer=viewer, with_parts=True)
    return None if found is None else PaymentsTab(found.head, payments_of(found.person, found.drawing, viewer=viewer))


@dataclass(frozen=True)
class CertificationTab:
    """Proofs of life."""

    head: Head
    proofs: Proofs


def certification(key: int, *, viewer: Viewer) -> CertificationTab | None:
    """When he proved that he lives, how, and when he must again."""
    found = seen(key, "certification", viewer=viewer)
    if found is None:
        return None
    is_drawing = found.head.who.is_drawing
    return CertificationTab(found.head, proofs_of(found.person, is_drawing=is_drawing, viewer=viewer))


@dataclass(frozen=True)
class CardsTab:
    """Accounts and cards."""

    head: Head
    bindings: tuple[Binding, ...]


def cards(key: int, *, viewer: Viewer) -> CardsTab | None:
    """Where he is paid, and where he was paid before."""
    found = seen(key, "cards", viewer=viewer)
    return None if found is None else CardsTab(found.head, bindings_of(found.person, viewer=viewer))


@dataclass(frozen=True)
class CasesTab:
    """Settlements, claims, transfers, suspicions."""

    head: Head
    cases: Cases


def cases(key: int, *, viewer: Viewer) -> CasesTab | None:
    """What his relation came to, and what is still open of it."""
    found = seen(key, "cases", viewer=viewer)
    return None if found is None else CasesTab(found.head, cases_of_person(found.person, viewer=viewer))


@dataclass(frozen=True)
class PapersTab:
    """Papers that acts about him rest on."""

    head: Head
    papers: tuple[PaperOfCase, ...]


def papers(key: int, *, viewer: Viewer) -> PapersTab | None:
    """Evidence and files behind what was done about him."""
    found = seen(key, "papers", viewer=viewer)
    return None if found is None else PapersTab(found.head, papers_of(found.person, viewer=viewer))


@dataclass(frozen=True)
class TrailTab:
    """Acts and looks."""

    head: Head
    trail: Trail


def trail(key: int, *, viewer: Viewer) -> TrailTab | None:
    """Who did what about him, and who looked at his whole numbers."""
    found = seen(key, "trail", viewer=viewer)
    return None if found is None else TrailTab(found.head, trail_of(found.person, declared, viewer=viewer))


@dataclass(frozen=True)
class HistoryPage:
    """What was ever so of him."""

    head: Head
    changes: tuple[Change, ...]


def history(key: int, *, viewer: Viewer) -> HistoryPage | None:
    """Name and number, residence, category and relation, with every change of them."""
    found = seen(key, "overview", viewer=viewer)
    return None if found is None else HistoryPage(found.head, changes_of(found.person, viewer=viewer))


def require_seen(key: int, *, viewer: Viewer) -> None:
    """Refuse a person who is absent, out of scope, or from whom the viewer stays away.

    Raises:
        Refused: nobody is there; MayNotLook: he must not look.
    """
    people = people_seen(viewer).filter(pk=key).order_by("pk")
    number = people.values_list("resident_number", flat=True).first()
    if number is None:
        raise Refused("没有这个人，或不在您的范围内")
    viewer.require_distance(number)

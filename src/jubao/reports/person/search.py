"""What a clerk may have meant by what he typed: a person by name, village or any of his numbers, a voucher, a proposal.

An address of a page never holds a number: a number found once leads to a person by key, one found often or not at all is
answered on the spot.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from jubao.ledger.models import BOOKS, Voucher
from jubao.records.models import BankAccount, Division, Person, Proposal, Residence
from jubao.reports.lists.lookup import find_people
from jubao.reports.person.seen import age_on
from jubao.reports.viewers import people_seen
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import RelationState, Sex
from jubao.vocabulary.resident_number import InvalidResidentNumber, masked, normalise
from jubao.vocabulary.viewer import BOOKKEEPING, Viewer

MOST, ENDS = 50, 4
TAIL = re.compile(r"\d{3}[\dX]")
DIGITS = re.compile(r"[\d-]{3,}X?")
VOUCHER = re.compile(r"(?:(?P<book>[A-Z]+|\w+账|\w+)[ :-]*)?(?P<period>[12]\d{3}(?:0[1-9]|1[0-2]))-(?P<number>\d{1,9})")


class Kind(StrEnum):
    """What was searched for."""

    NOTHING = "NOTHING"
    NAME = "NAME"
    NUMBER = "NUMBER"
    TAIL = "TAIL"


WHAT: Mapping[Kind, Both] = {
    Kind.NOTHING: both("全部", "everybody"),
    Kind.NAME: both("姓名或村社区", "name or village"),
    Kind.NUMBER: both(
        "身份证号、个人编号、电话、账号和卡号", "resident number, personal number, phone, account and card"
    ),
    Kind.TAIL: both("身份证号后四位", "the last four signs of a resident number"),
}


@dataclass(frozen=True)
class Hit:
    """Somebody who may be meant: key, name, age, sex, where, tail of the number, and how the relation stands."""

    key: int
    name: str
    age: int
    sex: str
    village: str
    township: str
    tail: str
    state: str


@dataclass(frozen=True)
class Found:
    """Who may be meant.

    Attributes:
        hits: people; text: what was searched, whole numbers hidden; kind: as what; what: that in words.
        name, division: what stands in the address, empty where the search was for a number.
        more: whether there are more than are shown; after: where the next page begins, None where there is none.
        left_out: how many are not shown because the viewer stays away from them.
        places: townships and villages to choose from, by code.
    """

    hits: tuple[Hit, ...]
    text: str
    kind: Kind
    what: Both
    name: str
    division: str
    more: bool
    after: str | None
    left_out: int
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Meant:
    """Where a search leads: one person, a voucher, a proposal, names to list, or people found here.

    Exactly one is given: ``person`` a key, ``voucher`` book, period and number, ``proposal`` a key, ``listed`` name and
    division, ``found`` people.
    """

    person: int | None = None
    voucher: tuple[str, int, int] | None = None
    proposal: str = ""
    listed: tuple[str, str] | None = None
    found: Found | None = None


def meant_by(typed: str, *, viewer: Viewer) -> Meant:
    """What was typed into the one search field means.

    Raises:
        MayNotLook: none of the viewer's posts may look at people.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed).split())
    proposal = Proposal.objects.filter(key=text).values_list("key", flat=True).first()
    if proposal is not None:
        return Meant(proposal=proposal)
    if (voucher := _voucher(text, viewer)) is not None:
        return Meant(voucher=voucher)
    words, tails, digits = _parts(text)
    if digits or tails:
        return _by_numbers(text, words, tails, digits, viewer)
    name, division = _name_and_division(words)
    listed = people_listed(name=name, division=division, viewer=viewer)
    if len(listed.hits) == 1 and not listed.after and name:
        return Meant(person=listed.hits[0].key)
    return Meant(listed=(name, division))


def people_listed(*, name: str, division: str, viewer: Viewer, after: str | None = None) -> Found:
    """A page of people by the beginning of a name and by village, in the order of names.

    Raises:
        MayNotLook, CannotFilter, NoSuchPlace: as ``find_people``.
    """
    places = _places()
    if not name and not division:
        return _found((), "", Kind.NOTHING, places)
    page = find_people(name, viewer=viewer, limit=MOST, division=division, after=after)
    keys = [line.person for line in page.lines if line.person is not None]
    known = {one.pk: one for one in Person.objects.filter(pk__in=keys).order_by("pk")}
    hits = _hits([known[key] for key in keys], viewer, places)
    said = " ".join(part for part in (masked(name), places.get(division, ("", division))[1]) if part)
    return _found(hits, said, Kind.NAME, places, name=name, division=division, after=page.after, left_out=page.left_out)


def _found(  # noqa: PLR0913  what was asked and what came of it
    hits: tuple[Hit, ...],
    text: str,
    kind: Kind,
    places: "Places",
    *,
    name: str = "",
    division: str = "",
    more: bool = False,
    after: str | None = None,
    left_out: int = 0,
) -> Found:
    choices = tuple(
        (code, f"{township} {village}" if village != township else township)
        for code, (township, village) in places.items()
    )
    return Found(hits, text, kind, WHAT[kind], name, division, more or after is not None, after, left_out, choices)


# ── What the parts of a text are ──


def _parts(text: str) -> tuple[list[str], list[str], list[str]]:
    """Words, tails and whole numbers of a text."""
    words: list[str] = []
    tails: list[str] = []
    digits: list[str] = []
    for part in text.upper().split():
        if TAIL.fullmatch(part):
            tails.append(part)
        elif DIGITS.fullmatch(part):
            digits.append(part)
        else:
            words.append(part)
    return words, tails, digits


def _name_and_division(words: Sequence[str]) -> tuple[str, str]:
    """A name and a village from words: a word that is the name of one division is that, any other is a name."""
    rows = Division.objects.filter(name__in=words).order_by("-level", "code").values_list("name", "code")
    known: dict[str, list[str]] = {}
    for name, code in rows:
        known.setdefault(name, []).append(code)
    places = [word for word in words if len(known.get(word, ())) == 1]
    names = [word for word in words if word not in places[:1]]
    return "".join(names), known[places[0]][0] if places else ""


def _voucher(text: str, viewer: Viewer) -> tuple[str, int, int] | None:
    """Book, period and number of a voucher, where such a one exists and his post sees books."""
    told = VOUCHER.fullmatch(text.upper())
    if told is None or not viewer.posts & BOOKKEEPING or not viewer.is_everywhere:
        return None
    rows = Voucher.objects.filter(period=int(told["period"]), number=int(told["number"])).order_by("pk")
    named = [code for code, label in BOOKS if told["book"] in (code, str(label), str(label).removesuffix("账"))]
    if told["book"]:
        rows = rows.filter(book__in=named)
    found = rows.values_list("book", "period", "number").first()
    return None if found is None else (str(found[0]), int(found[1]), int(found[2]))


def _by_numbers(text: str, words: Sequence[str], tails: Sequence[str], digits: Sequence[str], viewer: Viewer) -> Meant:
    """Whoever bears all the numbers typed, and the name beside them."""
    people, places = people_seen(viewer), _places()
    for number in digits:
        people = people.filter(_bears(number))
    for tail in tails:
        people = people.filter(resident_number__endswith=tail)
    name, division = _name_and_division(words) if words else ("", "")
    people = people.filter(name__startswith=name) if name else people
    people = people.filter(Q(division=division) | Q(township=division)) if division else people
    rows = list(people.order_by("pk")[: MOST + 1])
    if len(rows) == 1:
        return Meant(person=rows[0].pk)
    near = [row for row in rows if row.resident_number in viewer.recused]
    hits = _hits([row for row in rows[:MOST] if row not in near], viewer, places)
    kind = Kind.NUMBER if digits else Kind.TAIL
    found = _found(hits, _hidden(text), kind, places, more=len(rows) > MOST, left_out=len(near))
    return Meant(found=found)


def _hidden(text: str) -> str:
    """What was typed, with nothing of a long number but its last four signs."""
    return " ".join(
        f"…{part[-ENDS:]}" if DIGITS.fullmatch(part.upper()) and len(part) > ENDS else part for part in text.split()
    )


def _bears(number: str) -> Q:
    """Who bears a whole number of some kind: resident, personal, phone, account or card."""
    found = Q(personal_number=number)
    with suppress(InvalidResidentNumber):
        found |= Q(resident_number=normalise(number))
    phones: QuerySet[Residence] = Residence.objects.filter(phone=number)
    accounts: QuerySet[BankAccount] = BankAccount.objects.filter(Q(account=number) | Q(card_number=number))
    return found | Q(pk__in=phones.order_by().values("person")) | Q(pk__in=accounts.order_by().values("person"))


# ── How they are told ──


Places = dict[str, tuple[str, str]]


def _places() -> Places:
    """Township and own name of every division by code, townships before their villages."""
    rows = list(Division.objects.order_by("code").values_list("code", "name", "parent"))
    names = {code: name for code, name, _ in rows}
    return {code: (names.get(parent, name), name) for code, name, parent in rows}


def _hits(people: Sequence[Person], viewer: Viewer, places: Places) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            key=one.pk,
            name=one.name,
            age=age_on(one.birth_date, viewer.day),
            sex=Sex(one.sex).label,
            village=places.get(one.division, (one.township, one.division))[1],
            township=places.get(one.division, (one.township, one.division))[0],
            tail=one.resident_number[-4:],
            state=RelationState(one.state).label,
        )
        for one in people
    )

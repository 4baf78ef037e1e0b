"""What an act may refer to: for each kind of reference the candidates a form offers, and the value a program takes.

Every kind that an argument may have resolves here, so that forms, commands and programs pick from the same shelves.
Who answers for some divisions is offered their people, divisions and outlets, and nothing that belongs to the whole office.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from jubao.ledger.models import Account, Voucher
from jubao.operations.delegated.rosters import payee_number
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fields import Kind
from jubao.records.models import (
    Award,
    Campaign,
    DelegatedPayee,
    Division,
    InboundFile,
    MatchList,
    Outlet,
    PaymentBatch,
    Proposal,
    RegisterMapping,
    Staff,
    StatementLine,
    VerificationRound,
)
from jubao.reports.catalogue.figures import catalogue
from jubao.reports.lists.column import PERSONAL_NUMBER
from jubao.reports.lists.filters import begins
from jubao.reports.lists.lookup import find_people
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.vocabulary.fen import format_yuan
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.viewer import SEARCHING, Viewer

FEW, SOME = 5, 25


@dataclass(frozen=True)
class Choice:
    """Something that may be referred to: the value an act takes, what it is called, and what tells it from others."""

    value: str
    label: str
    note: str = ""


class NoSuchReference(LookupError):
    """Nothing, or more than one thing, of this kind is meant by a text; the message says what there is."""


class Reference(Protocol):
    """One kind of reference."""

    @property
    def title(self) -> str:
        """What a clerk calls it."""

    def offer(self, text: str, viewer: Viewer, /) -> Iterable[Choice]:
        """What may be meant by a text, the nearest first, as far as the viewer may see it."""

    def exact(self, text: str, viewer: Viewer, /) -> Sequence[Choice]:
        """What a text names exactly: by value, else by name."""


def candidates(kind: Kind, text: str, *, viewer: Viewer, limit: int) -> list[Choice]:
    """What a form offers for some first letters of a number or name.

    Raises:
        MayNotLook: none of the viewer's posts may look at the office's records.
    """
    viewer.require(SEARCHING, "登记资料")
    return list(islice(REFERENCES[kind].offer(text.strip(), viewer), limit))


def resolve(kind: Kind, text: str, *, viewer: Viewer) -> str:
    """The value an act takes for what somebody wrote.

    Raises:
        MayNotLook: as ``candidates``.
        NoSuchReference: nothing is called so, or more than one thing is.
    """
    viewer.require(SEARCHING, "登记资料")
    reference, asked = REFERENCES[kind], text.strip()
    found = list({choice.value: choice for choice in reference.exact(asked, viewer)}.values())
    if len(found) == 1:
        return found[0].value
    near = found or list(islice(reference.offer(asked, viewer), FEW))
    listed = "、".join(f"{one.value}（{one.label}）" for one in near)
    why = "指的不止一个" if found else "没有找到，或不在您的范围内"
    raise NoSuchReference(f"{reference.title}“{_shown(asked)}”{why}{f'：{listed}' if listed else ''}")


def _shown(text: str) -> str:
    """What was written, without telling a whole number."""
    longest = 15
    return f"{text[:4]}…{text[-4:]}" if len(text) >= longest and text[:-1].isdigit() else text


# ── Kinds ──


@dataclass(frozen=True)
class Stored:
    """A kind kept in a table.

    Attributes:
        title: what a clerk calls it.
        rows: those a viewer may see, the most likely first.
        value: the column an act takes; name: the column of what it is called; note: what else tells it.
        is_counted: whether the value is a whole number.
    """

    title: str
    rows: Callable[[Viewer], "QuerySet[Any]"]
    value: str
    name: str
    note: Callable[[Any], str]
    is_counted: bool = False

    def offer(self, text: str, viewer: Viewer) -> Iterable[Choice]:
        """Rows whose value or name begins so; all of them for no text."""
        rows = self.rows(viewer)
        if text:
            named = Q(pk__in=begins(rows, self.name, text).order_by().values("pk"))
            rows = rows.filter(named | self._valued(text, rows))
        return (self._choice(row) for row in rows.iterator(SOME))

    def _valued(self, text: str, rows: "QuerySet[Any]") -> Q:
        """Rows whose value begins so; a counted number is stated whole."""
        if self.is_counted:
            return Q(**{self.value: int(text)}) if text.isascii() and text.isdigit() else Q(pk__in=[])
        return Q(pk__in=begins(rows, self.value, text).order_by().values("pk"))

    def exact(self, text: str, viewer: Viewer) -> Sequence[Choice]:
        """The row of this value, else those of this name."""
        rows = self.rows(viewer)
        valued = self._valued(text, rows) if self.is_counted else Q(**{self.value: text})
        found = rows.filter(valued)[:FEW] or rows.filter(**{self.name: text})[:FEW]
        return [self._choice(row) for row in found]

    def _choice(self, row: Any) -> Choice:
        return Choice(str(getattr(row, self.value)), str(getattr(row, self.name)), self.note(row))


@dataclass(frozen=True)
class Fixed:
    """A kind that stands in the program itself."""

    title: str
    choices: Callable[[], Iterable[Choice]]

    def offer(self, text: str, _: Viewer) -> Iterable[Choice]:
        """Those whose value begins so or whose name contains it."""
        return (one for one in self.choices() if one.value.startswith(text) or text in one.label)

    def exact(self, text: str, _: Viewer) -> Sequence[Choice]:
        """The one of this value or name."""
        return [one for one in self.choices() if text in {one.value, one.label}]


@dataclass(frozen=True)
class People:
    """A person of the register by number or name, and where pensions are not asked for, somebody paid on behalf."""

    title: str
    drawing: bool = False

    def offer(self, text: str, viewer: Viewer) -> Iterable[Choice]:
        """Who bears the number or whose name begins so; the number stays masked."""
        after: str | None = ""
        while after is not None:
            page = find_people(text, viewer=viewer, limit=SOME, after=after or None)
            found = [_person(line.cells, line.opens[PERSONAL_NUMBER.name]) for line in page.lines]
            drawing = _drawing([one.value for one in found]) if self.drawing else {one.value for one in found}
            yield from (one for one in found if one.value in drawing)
            after = page.after
        if not self.drawing:
            yield from _payees(text, viewer)

    def exact(self, text: str, viewer: Viewer) -> Sequence[Choice]:
        """Who bears this number, else this name."""
        found = list(islice(self.offer(text, viewer), SOME))
        is_resident_number = len(text) >= OLD_NUMBER and text[:OLD_NUMBER].isdigit()
        numbered = found if is_resident_number else [one for one in found if one.value == text.upper()]
        return numbered or [one for one in found if one.label == text]


OLD_NUMBER = 15
"""Digits of a resident number of the old form, the shortest."""


def _payees(text: str, viewer: Viewer) -> Iterable[Choice]:
    """Who is on a roster of payments on behalf, by the roster's number, resident number, or the beginning of a name."""
    if not text or not viewer.is_everywhere:
        return
    rows = DelegatedPayee.objects.order_by("pk")
    known = (
        {"pk": int(text[1:])} if text[:1] in {"D", "d"} and text[1:].isdigit() else {"resident_number": text.upper()}
    )
    for row in rows.filter(**known)[:SOME] or begins(rows, "name", text)[:SOME]:
        yield Choice(payee_number(row.pk), row.name, f"{mask(row.resident_number)} {row.get_programme_display()}")


def _person(cells: Sequence[Any], number: str) -> Choice:
    township, village, _, name, resident, *_ = cells
    return Choice(number, str(name), f"{resident} {township}{village}")


def _drawing(numbers: Sequence[str]) -> set[str]:
    """Which of some people have a pension that has not ended."""
    running = Award.objects.filter(ended_month__isnull=True, person__personal_number__in=numbers).order_by("pk")
    return set(running.values_list("person__personal_number", flat=True))


def _office_wide(rows: "QuerySet[Any]") -> Callable[[Viewer], "QuerySet[Any]"]:
    """Rows that belong to the whole office: nobody who answers for some divisions only sees them."""
    return lambda viewer: rows.all() if viewer.is_everywhere else rows.none()


def _divisions(viewer: Viewer) -> QuerySet[Division]:
    rows = Division.objects.order_by("code")
    if isinstance(viewer.scope, frozenset):
        return rows.filter(Q(code__in=viewer.scope) | Q(parent__in=viewer.scope))
    return rows


def _outlets(viewer: Viewer) -> QuerySet[Outlet]:
    return Outlet.objects.filter(division__in=_divisions(viewer).order_by().values("code")).order_by("code")


def _proposals(viewer: Viewer) -> QuerySet[Proposal]:
    """Those of acts that one of his posts may see."""
    seen = [code for code, declared in ACTS.items() if viewer.posts & set(declared.audience)]
    return Proposal.objects.filter(code__in=seen if viewer.is_everywhere else []).order_by("-pk")


def _figures() -> Iterable[Choice]:
    return (Choice(one.id, one.name, one.definition) for one in catalogue().values())


def _office_accounts() -> Iterable[Choice]:
    return (Choice(key, name) for key, (name, _) in ACCOUNTS.items())


def _batch_note(row: PaymentBatch) -> str:
    return f"{row.month} {row.get_state_display()}"


REFERENCES: Mapping[Kind, Reference] = {
    Kind.PERSON: People("人员"),
    Kind.AWARD: People("待遇领取人", drawing=True),
    Kind.STAFF: Stored("工号", lambda _: Staff.objects.order_by("code"), "code", "name", lambda row: row.title),
    Kind.LIST: Stored(
        "名单号",
        _office_wide(MatchList.objects.order_by("-pk")),
        "number",
        "received_from",
        lambda row: f"命中 {row.hits}",
    ),
    Kind.ROUND: Stored(
        "核查轮次",
        _office_wide(VerificationRound.objects.order_by("-pk")),
        "number",
        "number",
        lambda row: f"{row.due_date} 前报回",
    ),
    Kind.BATCH: Stored("支付批次", _office_wide(PaymentBatch.objects.order_by("-pk")), "number", "number", _batch_note),
    Kind.PROPOSAL: Stored(
        "申请", _proposals, "key", "case_ref", lambda row: f"{ACTS[row.code].title} {row.get_state_display()}"
    ),
    Kind.VOUCHER: Stored(
        "凭证号",
        _office_wide(Voucher.objects.order_by("-period", "-number")),
        "number",
        "memo",
        lambda row: f"{row.book} {row.period} {format_yuan(row.debit_fen)} 元",
        is_counted=True,
    ),
    Kind.DIVISION: Stored("区划", _divisions, "code", "name", lambda row: row.get_level_display()),
    Kind.OUTLET: Stored("服务网点", _outlets, "code", "name", lambda row: row.division),
    Kind.OFFICE_ACCOUNT: Fixed("本单位账户", _office_accounts),
    Kind.LEDGER_ACCOUNT: Stored(
        "会计科目", _office_wide(Account.objects.order_by("code", "pk")), "key", "name", lambda row: row.code
    ),
    Kind.RECEIPT: Stored(
        "银行流水",
        _office_wide(StatementLine.objects.order_by("-pk")),
        "reference",
        "counterparty",
        lambda row: f"{row.date} {format_yuan(row.credit_fen or -row.debit_fen)} 元",
    ),
    Kind.FIGURE: Fixed("指标", _figures),
    Kind.CAMPAIGN: Stored(
        "登记专项", _office_wide(Campaign.objects.order_by("-pk")), "code", "title", lambda row: str(row.year)
    ),
    Kind.MAPPING: Stored(
        "名册格式",
        _office_wide(RegisterMapping.objects.order_by("name", "-version")),
        "name",
        "name",
        lambda row: f"第 {row.version} 版",
    ),
    Kind.FILE: Stored(
        "来文", _office_wide(InboundFile.objects.order_by("-pk")), "sha256", "filename", lambda row: f"{row.rows} 行"
    ),
}
"""Every kind of reference an argument may have."""

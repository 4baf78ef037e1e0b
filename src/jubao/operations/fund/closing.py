"""Closing the books: months one after the other, the year with its December, and the change of charts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from jubao.ledger import closing
from jubao.ledger.ageing import resting
from jubao.ledger.balances import balances
from jubao.ledger.closing import Drafted
from jubao.ledger.models import Account, PeriodClose, Reconciliation, Voucher, VoucherLine
from jubao.ledger.vouchers import Leg, draft_voucher
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Form, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Month, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import legs_of
from jubao.reports.law import office_policy
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.reports.statements.changeover import Changeover, NoChangeover, changeover
from jubao.vocabulary import month as months
from jubao.vocabulary.codes.bookkeeping import Book
from jubao.vocabulary.fen import format_yuan

CLOSED_EVENT, COLLECTION, DECEMBER = "year_closed", "COLLECTION_ACCOUNT", 12
SEALED = Final("结账后期间封存，清单写入审计链；差错在以后期间以红冲和更正凭证记账")
GIVES = [
    Given("closed", "结账清单", "closes", Unit.TEXT),
    Given("clearing", "超期挂账的过渡科目", "overdue clearing accounts", Unit.TEXT),
]


class CloseMonth(Arguments):
    """A month of a book (月结)."""

    book: Book = ask("账套", "Book")
    month: Month = ask("会计期间", "Month", hint="如 201701")


class CloseYear(Arguments):
    """A year of a book with its December (年结)."""

    book: Book = ask("账套", "Book")
    year: Year = ask("年度", "Year", hint="如 2017")


@dataclass
class Turn:
    """Which month of each book is to be closed next, as the cases of one request close them one after the other."""

    months: dict[str, int | None] = field(default_factory=dict)

    def of(self, book: str) -> int | None:
        """The month to be closed next; None for an empty book."""
        if book not in self.months:
            self.months[book] = closing.next_month(book)
        return self.months[book]

    def closed(self, book: str, month: int) -> None:
        """A case closes this month."""
        self.months[book] = months.add(month, 1)


@act(
    "fund.close_month",
    title="月结",
    asks=CloseMonth,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.BOOK,
    undone_by=SEALED,
    papers=[Paper("当月经签署的银行存款余额调节表", required=False)],
    gives=GIVES,
    prints=[Form("科目余额表", "jubao books --book FUND --statement trial --period 年月 --out F.pdf")],
)
class MonthClosing:
    """Close months of books in their order: nothing enters them any more, and a manifest seals what is there.

    December is closed with its year. Source: 财社〔2011〕16号（收入户月末无余额）；社会保险经办条例第四十一条（账务核对）.
    """

    def check(self, cases: Sequence[CloseMonth], view: View) -> Faults:
        """Each month in its turn and over, with nothing left that keeps it open."""
        faults, turn = Faults(), Turn()
        for number, case in enumerate(cases, start=1):
            found = list(_month_faults(str(case.book), case.month, turn, on=view.on))
            if not found and months.number(case.month) == DECEMBER:
                found = ["十二月随年度一并结账，请办理年结（fund.close_year）"]
            for rule in found:
                faults.add(number, "month", rule, place=f"{case.book.label}账套 {case.month}")
            if not found:
                turn.closed(str(case.book), case.month)
        return faults

    def plan(self, cases: Sequence[CloseMonth], view: View) -> Changes:
        """The closes, each chained to the one before."""
        changes = Changes(view)
        closed, waiting = [], []
        for case in cases:
            book = str(case.book)
            closed.append(_told(_seal_month(book, case.month, changes)))
            waiting += _over_limit(book, case.month)
        return changes.giving(closed=closed, clearing=waiting)


@act(
    "fund.close_year",
    title="年结",
    asks=CloseYear,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.BOOK,
    undone_by=SEALED,
    papers=[Paper("当年各月经签署的银行存款余额调节表", required=False)],
    gives=[*GIVES, Given("changeover", "新旧科目转换", "changeover of charts", Unit.TEXT)],
    prints=[Form("资产负债表", "jubao books --book FUND --statement balance --year 年度 --out F.pdf")],
)
class YearClosing:
    """Close the year of books: income and expenditure go to the balance, December and the year are sealed.

    The closing voucher is dated on the last day of the year. Where a new chart begins with the next year, the
    changeover of every account is part of the result. Source: 财会〔2011〕3号（年终结转）；财会〔2017〕28号（新旧衔接）.
    """

    def check(self, cases: Sequence[CloseYear], view: View) -> Faults:
        """December in its turn, the year over, nothing that keeps it open, and a changeover that foots."""
        faults, turn = Faults(), Turn()
        for number, case in enumerate(cases, start=1):
            book, december = str(case.book), months.make(case.year, DECEMBER)
            place = f"{case.book.label}账套 {case.year}年"
            found = list(_month_faults(book, december, turn, on=view.on))
            if not found:
                turn.closed(book, december)
                made = _changeover(book, case.year + 1, _result_legs(book, case.year), view)
                checks = made.checks if made else ()
                found = [f"新旧科目转换不平：{one.text}" for one in checks if not one.holds]
            for rule in found:
                faults.add(number, "year", rule, place=place)
        return faults

    def plan(self, cases: Sequence[CloseYear], view: View) -> Changes:
        """The closing vouchers, December and the year of each book."""
        changes = Changes(view)
        closed, waiting, changed = [], [], {}
        for case in cases:
            book, december = str(case.book), months.make(case.year, DECEMBER)
            legs = _result_legs(book, case.year)
            month = _seal_month(book, december, changes, drafted=_carry_result(book, case.year, legs, changes))
            year = changes.add(closing.draft_year_close(book, case.year, december=month))
            closed += [_told(month), _told(year)]
            waiting += _over_limit(book, december)
            made = _changeover(book, case.year + 1, legs, view)
            if made:
                changed[book] = [row.told() for row in made.rows]
        return changes.giving(closed=closed, clearing=waiting, changeover=changed)


def _seal_month(book: str, month: int, changes: Changes, *, drafted: Sequence[Drafted] = ()) -> PeriodClose:
    """Plan the close of a month, after those of the same book that the plan has already."""
    manifests = changes.added(PeriodClose, "book", "manifest")
    before = [manifest for of, manifest in manifests if of == book]
    previous = before[-1] if before else closing.last_manifest(book)
    return changes.add(closing.draft_month_close(book, month, previous=previous, drafted=drafted))


def _month_faults(book: str, month: int, turn: Turn, *, on: date) -> Iterator[str]:
    """Everything that keeps a month open."""
    expected = turn.of(book)
    if expected is None:
        yield "账套还没有凭证，无账可结"
        return
    if month != expected:
        yield f"已经结账，不能再结（现应结 {expected}）" if month < expected else f"应按月顺序结账，现应结 {expected}"
        return
    end = months.last_day(month)
    if on <= end:
        yield f"当月尚未结束，须在 {end} 之后结账"
        return
    yield from _pending(book, end)
    yield from _collection_left(book, end, on=on)
    yield from _rested_too_long(book, month)
    yield from _unreconciled(book, month)


def _pending(book: str, end: date) -> Iterator[str]:
    """Vouchers that should long have been posted or voided."""
    limit = int(office_policy().value("books.pending_days", on=end))
    old = Voucher.objects.filter(book=book, state=Voucher.State.PENDING, date__lt=end - timedelta(days=limit))
    for voucher in old.order_by("date", "number"):
        number = f"{voucher.period}-{voucher.number}"
        yield f"凭证 {number}（{voucher.memo}）待记账已超过 {limit} 天，请先导入银行回盘，或查明后处理"


def _collection_left(book: str, end: date, *, on: date) -> Iterator[str]:
    """What the collection account held at the end of the month must have left within the days the rule gives."""
    held = balances(book, through=end).get(COLLECTION, 0)
    if not held:
        return
    grace = int(office_policy().value("books.collection_zero_days", on=end))
    lines = VoucherLine.objects.filter(
        voucher__book=book,
        account__key=COLLECTION,
        voucher__date__gt=end,
        voucher__date__lte=min(on, end + timedelta(days=grace)),
    )
    left = lines.exclude(voucher__state=Voucher.State.VOIDED).aggregate(fen=Sum("credit_fen"))["fen"] or 0
    if held < 0 or left < held:
        yield (
            f"收入户月末余额 {format_yuan(held)} 元，其后 {grace} 日内划转财政专户 {format_yuan(left)} 元，"
            "月末应无余额，请先办理收入户归集（fund.sweep）"
        )


def _rested_too_long(book: str, month: int) -> Iterator[str]:
    """Clearing accounts whose rule keeps the month open."""
    for row in _over_limit(book, month):
        if row["blocks"]:
            rested = f"{row['account']} 自 {row['since']} 起挂账 {format_yuan(row['amount_fen'])} 元"
            yield f"{rested}，超过 {row['limit']} 天，请先清理"


def _over_limit(book: str, month: int) -> list[dict[str, Any]]:
    """Clearing accounts of a book on which money rested longer than its limit at the end of a month."""
    end = months.last_day(month)
    limits: Mapping[str, Mapping[str, Any]] = office_policy().table("books.clearing_limits", on=end)
    found = resting(book, limits, through=end)
    return [
        {
            "book": book,
            "account": one.account,
            "amount_fen": one.amount_fen,
            "since": one.since.isoformat(),
            "days": one.days(end),
            "limit": rule["days"],
            "blocks": rule["blocks"],
        }
        for key, rule in limits.items()
        if (one := found.get(key)) is not None and one.days(end) > rule["days"]
    ]


def _unreconciled(book: str, month: int) -> Iterator[str]:
    """Bank accounts that moved or hold money without a signed reconciliation, where the rule asks for it."""
    end = months.last_day(month)
    if not office_policy().value("books.reconciliation_required", on=end):
        return
    held = balances(book, through=end)
    moved = set(
        VoucherLine.objects.filter(voucher__book=book, voucher__period=month).values_list("account__key", flat=True)
    )
    signed = set(Reconciliation.objects.filter(period=month).values_list("account", flat=True))
    for account, (name, kept_in) in ACCOUNTS.items():
        if kept_in == book and (held.get(account) or account in moved) and account not in signed:
            yield f"{name}当月没有经签署的银行对账，请先办理银行对账（reconcile.sign）"


def _result_legs(book: str, year: int) -> list[Leg]:
    """The legs that bring a year's income and expenditure to the balance; none where there was neither."""
    last_day = months.last_day(months.make(year, DECEMBER))
    natures = dict(
        Account.objects.filter(book=book, nature__in=("income", "expenditure"))
        .order_by("id")
        .values_list("key", "nature")
    )
    held = {key: fen for key, fen in balances(book, through=last_day).items() if key in natures and fen}
    amounts = {key.lower(): -fen if natures[key] == "income" else fen for key, fen in held.items()}
    template = office_policy().posting(CLOSED_EVENT, last_day) if amounts else None
    return legs_of(template, amounts, signed=True) if template else []


def _carry_result(book: str, year: int, legs: Sequence[Leg], changes: Changes) -> list[Drafted]:
    """Plan the closing voucher of a year, where there is a result to carry."""
    if not legs:
        return []
    last_day = months.last_day(months.make(year, DECEMBER))
    title = office_policy().posting(CLOSED_EVENT, last_day)["title"]
    voucher, lines = draft_voucher(
        book,
        legs,
        on=last_day,
        event=CLOSED_EVENT,
        memo=f"{year}年{title}",
        reference=changes.view.case_ref,
    )
    changes.add(voucher)
    changes.add_all(lines)
    return [Drafted(voucher, lines)]


def _changeover(book: str, year: int, legs: Sequence[Leg], view: View) -> Changeover | None:
    """Where every account of the book goes when a new chart begins with a year; None where none does."""
    evening = months.last_day(months.make(year - 1, DECEMBER))
    held = balances(book, through=evening)
    for leg in legs:
        held[leg.account] = held.get(leg.account, 0) + leg.debit_fen - leg.credit_fen
    try:
        return changeover(book, evening + timedelta(days=1), as_of=view.on, balances=held)
    except NoChangeover:
        return None


def _told(close: PeriodClose) -> dict[str, Any]:
    return {
        "book": close.book,
        "kind": close.kind,
        "period": close.period,
        "vouchers": close.vouchers,
        "debit_fen": close.debit_fen,
        "balances": json.loads(close.balances),
        "manifest": close.manifest,
    }

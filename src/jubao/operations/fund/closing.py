"""Closing the books: months one after the other, the year with its December, and the change of charts."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from jubao.ledger import closing
from jubao.ledger.balances import balances
from jubao.ledger.closing import Drafted
from jubao.ledger.models import Account, PeriodClose
from jubao.ledger.vouchers import Leg, draft_voucher
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Form, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Month, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import legs_of
from jubao.operations.fund.obstacles import DECEMBER, Turn, obstacles, over_limit
from jubao.reports.law import office_policy
from jubao.reports.statements.changeover import Changeover, NoChangeover, changeover
from jubao.vocabulary import month as months
from jubao.vocabulary.codes.bookkeeping import Book

CLOSED_EVENT = "year_closed"
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
            found = list(obstacles(str(case.book), case.month, turn, on=view.on))
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
            waiting += over_limit(book, case.month)
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
            found = list(obstacles(book, december, turn, on=view.on))
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
            waiting += over_limit(book, december)
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

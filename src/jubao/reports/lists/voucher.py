"""Lists of the books: the vouchers of a period, and the lines of the bank beside what they were found the same as."""

from collections.abc import Iterator, Sequence

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When

from jubao.documents.sheet import IDENTIFIER, MONTH, TEXT
from jubao.ledger.models import ReconciledLine, Voucher
from jubao.records.models import StatementLine
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import Column, Opens, Told, day, money
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.reports.statements.reader import BOOK_NAMES, event_titles
from jubao.reports.statements.vouchers_behind import address_of, memo_of
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import BOOKKEEPING

BOOKS = {code: name.chinese for code, name in BOOK_NAMES.items()}
STATES = {str(state.value): str(state.label) for state in Voucher.State}
BANKS = {key: name for key, (name, _) in ACCOUNTS.items()}
MATCHED, OPEN = "MATCHED", "OPEN"


def _vouchers(window: Window) -> "QuerySet[Voucher]":
    """Vouchers dated within the span and written by the day, each with where it stood then."""
    stepped = When(step__act__business_date__lte=window.as_of, then=F("step__state"))
    waited = When(step__isnull=False, then=Value(str(Voucher.State.PENDING)))
    told = Case(stepped, waited, default=F("state"), output_field=CharField())
    return Voucher.objects.filter(window.known(), window.dated("date")).annotate(known_state=told)


def _beside_vouchers(rows: Sequence[Voucher], window: Window) -> Iterator[Told]:
    """What each is called, whole numbers hidden."""
    titles = event_titles(window.last)
    for row in rows:
        yield {
            "address": address_of(row),
            "title": titles.get(row.event, row.event),
            "memo": masked(memo_of(row)),
            "reference": masked(row.reference),
        }


def _bank_lines(window: Window) -> "QuerySet[StatementLine]":
    """Lines of the bank dated within the span, each with whether it was found the same as something by the day."""
    matched = ReconciledLine.objects.filter(window.known(), statement_line=OuterRef("pk"))
    told = Case(When(Exists(matched), then=Value(MATCHED)), default=Value(OPEN), output_field=CharField())
    return StatementLine.objects.filter(window.known(), window.dated("date")).annotate(matched=told)


def _beside_bank_lines(rows: Sequence[StatementLine], _: Window) -> Iterator[Told]:
    """Money in and out, the other side empty; whole numbers hidden."""
    for row in rows:
        yield {
            "credit_fen": row.credit_fen or None,
            "debit_fen": row.debit_fen or None,
            "counterparty": masked(row.counterparty),
            "memo": masked(row.memo),
        }


BOOK_LISTS: tuple[Listing, ...] = (
    Listing(
        "vouchers",
        "记账凭证清单",
        (
            day("日期", "date", is_filtered=True, is_sorted=True),
            Column("凭证号", "address", IDENTIFIER, width=20, opens=Opens.VOUCHER),
            Column("账套", "book", words=BOOKS, is_filtered=True),
            Column("会计期间", "period", MONTH, is_filtered=True),
            Column("业务", "title", TEXT, width=24),
            Column("摘要", "memo", TEXT, width=36, is_filtered=True),
            Column("依据", "reference", TEXT, width=28, is_filtered=True),
            money("金额", "debit_fen", is_filtered=True, is_sorted=True),
            Column("状态", "known_state", words=STATES, is_filtered=True),
        ),
        (Part(_vouchers, _beside_vouchers, person=None, order=("date", "book", "number")),),
        audience=BOOKKEEPING,
    ),
    Listing(
        "bank-lines",
        "银行流水清单",
        (
            day("日期", "date", is_filtered=True, is_sorted=True),
            Column("银行账户", "account", words=BANKS, is_filtered=True),
            Column("流水号", "reference", IDENTIFIER, width=24, is_filtered=True),
            Column("对方户名", "counterparty", TEXT, width=24, is_filtered=True),
            Column("摘要", "memo", TEXT, width=28),
            money("收入", "credit_fen", is_filtered=True),
            money("支出", "debit_fen", is_filtered=True),
            Column("勾对", "matched", words={MATCHED: "已勾对", OPEN: "未勾对"}, is_filtered=True),
        ),
        (Part(_bank_lines, _beside_bank_lines, person=None, order=("date", "account", "line")),),
        audience=BOOKKEEPING,
    ),
)

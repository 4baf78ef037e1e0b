"""What the fund's pages read: vouchers written by hand, and every balance, page and open line counted on paper."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.ledger.models import ReconciledGroup, ReconciledLine, Voucher, VoucherLine
from jubao.ledger.vouchers import Leg
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.fund.voucher_page import voucher_page
from jubao.records.models import AuditEvent, StatementLine
from jubao.reports.figures.window import Window
from jubao.reports.fiscal.shown import shown_budget, shown_fiscal, shown_projection, shown_remittances
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.listing import Asked
from jubao.reports.reconciliation import receipts as unplaced
from jubao.reports.reconciliation.facing import Written, facing
from jubao.reports.reconciliation.overview import AccountMonth, reconciliation_year, three_way_year
from jubao.reports.reconciliation.receipts import receipts
from jubao.reports.statements import ledger, shown
from jubao.reports.statements.ledger import account_ledger
from jubao.reports.statements.reader import month_asked, sided, year_asked
from jubao.reports.statements.shape import StatementDoesNotFoot
from jubao.reports.statements.shelf import by_level, level_of, parents_of, shelf
from jubao.reports.statements.shown import shown_statement
from jubao.reports.statements.voucher import opened_voucher
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import NOBODY, MayNotLook, Scope, Viewer
from tests.ledger_rows import close_month, finish_voucher, write_voucher
from tests.office import Office

pytestmark = pytest.mark.django_db

ACCOUNTANT = Viewer(
    staff="C1",
    posts=frozenset({Post.ACCOUNTANT}),
    scope=Scope.EVERYWHERE,
    day=date(2017, 3, 3),
    lifted=frozenset(),
    recused=NOBODY,
    witness=None,
)
FEBRUARY, MARCH = 201702, 201703
COLLECTION, DISBURSEMENT, FISCAL = "COLLECTION_ACCOUNT", "DISBURSEMENT_ACCOUNT", "FISCAL_ACCOUNT"


def posted(book: str, on: date, event: str, reference: str, *legs: Leg, **more: Any) -> Voucher:
    """A voucher in February's books by the latest act."""
    act = AuditEvent.objects.filter(kind="EXECUTED").latest("id")
    return write_voucher(
        book, legs, act_id=act.pk, on=on, event=event, memo=more.pop("memo", "手记"), reference=reference, **more
    )


@pytest.fixture
def office() -> Office:
    """Opened with 1,000,000.00 on the fiscal, 100,000.00 on the disbursement account; then February by hand.

    300.00 contributed on the 3rd and swept on the 20th; a pension of 85.00 (70.00 centre, 15.00 province) on the 10th;
    a voucher of 5.00 that was voided; and in March interest of 1.25.
    """
    office = Office()
    office.open_fund()
    posted(
        "FUND",
        date(2017, 2, 3),
        "contribution_received",
        "HD1",
        Leg(COLLECTION, debit_fen=30_000),
        Leg("PERSONAL_CONTRIBUTION_INCOME", credit_fen=30_000),
    )
    posted(
        "FUND",
        date(2017, 2, 10),
        "payment_succeeded",
        "Y1",
        Leg("BASIC_PENSION_CENTRAL", debit_fen=7_000),
        Leg("BASIC_PENSION_PROVINCE", debit_fen=1_500),
        Leg(DISBURSEMENT, credit_fen=8_500),
    )
    void = posted(
        "FUND",
        date(2017, 2, 12),
        "payment_released",
        "Y2",
        Leg("PAYMENTS_IN_TRANSIT", debit_fen=500),
        Leg(DISBURSEMENT, credit_fen=500),
        pending=True,
    )
    finish_voucher(void, state="VOIDED", act_id=void.act_id)
    posted("FUND", date(2017, 2, 20), "sweep", "GJ1", Leg(FISCAL, debit_fen=30_000), Leg(COLLECTION, credit_fen=30_000))
    posted(
        "FUND",
        date(2017, 3, 2),
        "bank_interest_received",
        "JX1",
        Leg(FISCAL, debit_fen=125),
        Leg("INTEREST_INCOME", credit_fen=125),
    )
    return office


def bank(account: str, on: date, reference: str, fen: int, line: int, balance: int) -> StatementLine:
    """A line of the bank, written past every act."""
    act = AuditEvent.objects.filter(kind="EXECUTED").latest("id")
    return StatementLine.objects.create(
        act=act,
        account=account,
        date=on,
        line=line,
        reference=reference,
        counterparty="对方",
        debit_fen=max(-fen, 0),
        credit_fen=max(fen, 0),
        balance_fen=balance,
        memo="",
    )


def counted(ask: Callable[[], Any]) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as asked:
        found = ask()
    return found, len(asked)


# ── What an address says ──


def test_months_and_years_of_an_address_are_read_or_nothing() -> None:
    assert month_asked("201702", default=1) == month_asked("2017-02", default=1) == FEBRUARY
    assert month_asked("", default=FEBRUARY) == FEBRUARY
    assert [month_asked(text, default=1) for text in ("201713", "2017", "x", "000001")] == [None] * 4
    assert year_asked("2017", default=1) == 2017
    assert [year_asked(text, default=1) for text in ("17", "20170", "x", "1999", "२०१७")] == [None] * 5


def test_a_balance_stands_on_its_side() -> None:
    assert [(sided(fen).side.chinese, sided(fen).fen) for fen in (5, -5, 0)] == [("借", 5), ("贷", 5), ("平", 0)]


def test_levels_of_an_account_follow_its_code() -> None:
    assert [level_of(code) for code in ("1002", "110101", "50010101", "A100")] == [1, 2, 3, 1]
    assert parents_of("50010101") == ["5001", "500101"]
    assert parents_of("1002") == []


# ── Books ──


def test_the_shelf_shows_february_as_it_was_written_by_hand(office: Office) -> None:
    told = shelf("", "201702", viewer=ACCOUNTANT)
    assert told is not None
    rows = {row.code: row for row in told.accounts}
    held = {row.key: (row.opening_fen, row.debit_fen, row.credit_fen, row.closing_fen) for row in told.accounts}
    assert held[COLLECTION] == (0, 30_000, 30_000, 0)
    assert held[DISBURSEMENT] == (10_000_000, 0, 8_500, 9_991_500)
    assert held[FISCAL] == (100_000_000, 30_000, 0, 100_030_000)
    assert held["PERSONAL_CONTRIBUTION_INCOME"] == (0, 0, 30_000, -30_000)
    # 5001 holds 500101, which holds the centre's 70.00 and the province's 15.00.
    assert [rows[code].closing_fen for code in ("5001", "500101", "50010101", "50010102")] == [
        8_500,
        8_500,
        7_000,
        1_500,
    ]
    assert [rows[code].name for code in ("5001", "500101", "50010101")] == ["养老金待遇支出", "基础养老金", "中央"]
    assert [rows[code].key for code in ("5001", "500101")] == ["", ""]
    assert (told.debit_fen, told.credit_fen) == (68_500, 68_500)  # 300.00 + 85.00 + 300.00; the void one is none
    assert told.opening_fen == told.closing_fen == 0
    assert "PAYMENTS_IN_TRANSIT" not in held


def test_the_shelf_knows_how_far_each_book_is_kept_and_who_closed_a_month(office: Office) -> None:
    act = AuditEvent.objects.filter(kind="EXECUTED", code="fund.open").get()
    for month in (201701, FEBRUARY):
        close_month("FUND", month, act_id=act.pk)
    told = shelf("FUND", "", viewer=ACCOUNTANT)
    assert told is not None
    assert (told.month, told.state.closed_through, told.state.next_month) == (MARCH, FEBRUARY, MARCH)
    assert (told.state.first_month, told.state.last_month, told.state.waiting) == (201701, MARCH, 0)
    months = {one.month: (one.vouchers, one.closed_on) for one in told.months}
    assert months[FEBRUARY] == (4, act.business_date)
    assert months[MARCH] == (1, None)
    closed = next(one for one in told.months if one.month == FEBRUARY)
    assert [str(one) for one in closed.signers] == ["经办 C1", "复核 L3", "审批 L1"]
    assert [one.name for one in closed.signers] == ["职工C1", "职工L3", "职工L1"]
    empty = shelf("ACCOUNTS", "", viewer=ACCOUNTANT)
    assert empty is not None
    assert (empty.state.vouchers, empty.state.next_month, empty.accounts) == (0, None, ())


@pytest.mark.parametrize(("book", "month"), [("OTHER", ""), ("FUND", "201713"), ("FUND", "x")])
def test_what_is_no_book_and_no_month_is_no_page(office: Office, book: str, month: str) -> None:
    assert shelf(book, month, viewer=ACCOUNTANT) is None


def test_a_group_is_told_once_above_its_details() -> None:
    from jubao.reports.statements.reading import Named
    from jubao.reports.statements.shape import Line

    def detail(code: str, name: str, side: int, fen: int) -> tuple[Named, Line]:
        return Named(code, code, name, "asset"), Line(code, name, side, 0, max(fen, 0), max(-fen, 0), (code,))

    rows = list(by_level([detail("110102", "暂付款——应收", 1, 7), detail("110101", "暂付款——在途", 1, -2)]))
    assert [(row.code, row.level, row.closing_fen) for row in rows] == [
        ("1101", 1, 5),
        ("110101", 2, -2),
        ("110102", 2, 7),
    ]
    assert [row.is_odd for row in rows] == [False, True, False]


# ── One account ──


def test_a_ledger_carries_the_balance_from_leg_to_leg(office: Office) -> None:
    told = account_ledger("FUND", COLLECTION, month="201702", viewer=ACCOUNTANT)
    assert told is not None
    assert [(line.on.day, line.debit_fen, line.credit_fen, line.balance_fen) for line in told.lines] == [
        (3, 30_000, 0, 30_000),
        (20, 0, 30_000, 0),
    ]
    assert (told.opening_fen, told.debit_fen, told.credit_fen, told.closing_fen, told.count) == (
        0,
        30_000,
        30_000,
        0,
        2,
    )
    assert [line.voucher for line in told.lines] == ["FUND-201702-1", "FUND-201702-4"]
    paid = account_ledger("FUND", DISBURSEMENT, month="201702", viewer=ACCOUNTANT)
    assert paid is not None
    assert [(line.number, line.balance_fen) for line in paid.lines] == [("201702-2", 9_991_500)]  # the void one is none


def test_pages_of_a_ledger_are_together_the_whole_and_carry_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 8):  # seven transfers of 1.00 to 7.00 out of the fiscal account, two on one day
        on = date(2017, 3, min(day, 6))
        posted(
            "FUND", on, "draw", f"QK{day}", Leg(DISBURSEMENT, debit_fen=day * 100), Leg(FISCAL, credit_fen=day * 100)
        )
    whole = account_ledger("FUND", FISCAL, year="2017", viewer=ACCOUNTANT)
    assert whole is not None
    assert whole.count == len(whole.lines) == 10  # opening, sweep, interest, seven
    monkeypatch.setattr(ledger, "PAGE", 3)
    seen: list[Any] = []
    after, pages = "", 0
    while True:
        page = account_ledger("FUND", FISCAL, year="2017", after=after, viewer=ACCOUNTANT)
        assert page is not None
        assert page.brought_fen == (seen[-1].balance_fen if seen else 0)
        assert (page.debit_fen, page.credit_fen) == (whole.debit_fen, whole.credit_fen)
        seen, pages = [*seen, *page.lines], pages + 1
        if page.after is None:
            break
        after = str(page.after)
    assert pages == 4
    assert seen == list(whole.lines)
    assert seen[-1].balance_fen == 100_000_000 + 30_000 + 125 - 2_800


def test_a_ledger_of_one_event_shows_its_legs_alone(office: Office) -> None:
    told = account_ledger("FUND", FISCAL, year="2017", event="sweep", viewer=ACCOUNTANT)
    assert told is not None
    assert [(line.number, line.debit_fen) for line in told.lines] == [("201702-4", 30_000)]
    assert told.event_title == "收入户划转财政专户"


@pytest.mark.parametrize(
    "asked",
    [
        {"account": "NO_SUCH_ACCOUNT"},
        {"account": FISCAL, "month": "201799"},
        {"account": FISCAL, "year": "x"},
        {"account": FISCAL, "after": "999999"},
        {"account": FISCAL, "after": "1 OR 1"},
    ],
)
def test_no_such_account_term_or_place_is_no_page(office: Office, asked: dict[str, str]) -> None:
    assert account_ledger("FUND", viewer=ACCOUNTANT, **asked) is None


def test_a_leg_of_another_account_is_no_place_to_go_on_from(office: Office) -> None:
    other = VoucherLine.objects.filter(account__key=DISBURSEMENT).latest("id")
    assert account_ledger("FUND", FISCAL, year="2017", after=str(other.pk), viewer=ACCOUNTANT) is None


# ── Statements and vouchers ──


def test_every_line_of_a_statement_opens_and_its_ledger_says_the_same(office: Office) -> None:
    for kind in ("balance", "income", "cash", "trial", "levels"):
        told = shown_statement(kind, "FUND", month="201702", viewer=ACCOUNTANT)
        assert told is not None
        assert not told.fault
        lines = [row for row in told.rows if not row.is_heading and not row.is_total]
        assert lines
        assert all(row.account for row in lines if row.name != "收支差额（未结转）")
        for row in lines:
            if kind in {"income", "levels"} and row.account:
                behind = account_ledger("FUND", row.account, month="201702", viewer=ACCOUNTANT)
                assert behind is not None
                assert list(row.amounts[1:3]) == [behind.debit_fen, behind.credit_fen]
            if row.event:
                behind = account_ledger("FUND", row.account, month="201702", event=row.event, viewer=ACCOUNTANT)
                assert behind is not None
                assert [fen or 0 for fen in row.amounts[1:3]] == [behind.debit_fen, behind.credit_fen]


def test_the_balance_sheet_is_what_the_vouchers_come_to(office: Office) -> None:
    told = shown_statement("", "", month="201702", viewer=ACCOUNTANT)
    assert told is not None
    closing = {row.name: row.amounts[3] for row in told.rows if not row.is_heading}
    assert closing["资产合计"] == 100_030_000 + 9_991_500
    assert closing["收支差额（未结转）"] == 30_000 - 8_500
    assert (told.earlier, told.later) == (201701, MARCH)


@pytest.mark.parametrize(("kind", "book", "month"), [("other", "FUND", ""), ("", "OTHER", ""), ("", "", "201700")])
def test_what_is_no_statement_is_no_page(office: Office, kind: str, book: str, month: str) -> None:
    assert shown_statement(kind, book, month=month, viewer=ACCOUNTANT) is None


def test_a_book_without_a_statement_of_this_kind_shows_its_balance_sheet(office: Office) -> None:
    told = shown_statement("income", "DELEGATED", month="201701", viewer=ACCOUNTANT)
    assert told is not None
    assert told.kind == "balance"
    assert set(told.kinds) == {"balance", "cash", "trial"}


def test_a_statement_that_contradicts_the_books_is_not_shown_but_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contradicted(*_: Any) -> None:
        raise StatementDoesNotFoot("试算平衡表不平，未出表")

    monkeypatch.setattr(shown, "statement", contradicted)
    told = shown_statement("trial", "FUND", month="201702", viewer=ACCOUNTANT)
    assert told is not None
    assert (told.fault, told.rows) == ("试算平衡表不平，未出表", ())


def test_a_voucher_opens_with_its_legs_signers_and_reversal(office: Office) -> None:
    told = opened_voucher("FUND-201702-2", viewer=ACCOUNTANT)
    assert told is not None
    assert [(leg.account, leg.debit_fen, leg.credit_fen) for leg in told.legs] == [
        ("BASIC_PENSION_CENTRAL", 7_000, 0),
        ("BASIC_PENSION_PROVINCE", 1_500, 0),
        (DISBURSEMENT, 0, 8_500),
    ]
    assert (told.total_fen, told.stands, told.state_label.chinese, told.is_period_closed) == (
        8_500,
        True,
        "已记账",
        False,
    )
    assert [one.person for one in told.signers] == ["C1", "L3", "L1"]
    row = Voucher.objects.get(book="FUND", period=FEBRUARY, number=1)
    mirror = posted(
        "FUND",
        date(2017, 3, 3),
        "voucher_reversed",
        "HD1",
        Leg("PERSONAL_CONTRIBUTION_INCOME", debit_fen=30_000),
        Leg(COLLECTION, credit_fen=30_000),
        reversal_of=row,
    )
    taken = opened_voucher("FUND-201702-1", viewer=ACCOUNTANT)
    assert taken is not None
    assert taken.reversed_by is not None
    assert taken.reversed_by.number == f"201703-{mirror.number}"
    assert not taken.stands


def test_a_number_in_a_memo_is_hidden(office: Office) -> None:
    posted(
        "FUND",
        date(2017, 2, 26),
        "draw",
        "11010519491231002X",
        Leg(DISBURSEMENT, debit_fen=1),
        Leg(FISCAL, credit_fen=1),
        memo="退11010519491231002X",
    )
    told = opened_voucher("FUND-201702-5", viewer=ACCOUNTANT)
    line = account_ledger("FUND", FISCAL, month="201702", viewer=ACCOUNTANT)
    assert told is not None
    assert line is not None
    listed = find_list("vouchers").rows(Asked(), window=Window(2017, date(2017, 12, 31)), viewer=ACCOUNTANT)
    for text in (told.memo, told.reference, line.lines[-1].memo, str(list(listed))):
        assert "19491231" not in text


def test_a_voucher_leads_to_no_proposal_that_does_not_open_for_the_viewer(office: Office) -> None:
    """An act of the benefits section wrote it: the accountant takes no step of such acts, the auditor sees all."""
    act = AuditEvent.objects.get(kind="EXECUTED", code="fund.open")
    code = "award.suspend"
    assert Post.ACCOUNTANT not in ACTS[code].audience
    other = AuditEvent.objects.create(
        id=act.pk + 10_000,
        kind="EXECUTED",
        code=code,
        staff="D1",
        business_date=act.business_date,
        at=act.at,
        payload=act.payload,
        algorithm=act.algorithm,
        previous_mac=act.mac,
        mac="f" * 64,
    )
    legs = [Leg(DISBURSEMENT, debit_fen=1), Leg(FISCAL, credit_fen=1)]
    row = write_voucher("FUND", legs, act_id=other.pk, on=date(2017, 2, 27), event="draw", memo="", reference="")
    address = f"FUND-201702-{row.number}"
    mine = voucher_page(address, viewer=ACCOUNTANT)
    theirs = voucher_page(address, viewer=replace(ACCOUNTANT, posts=frozenset({Post.AUDIT})))
    assert mine is not None
    assert theirs is not None
    assert mine.proposal == ""
    assert theirs.proposal == mine.voucher.proposal != ""


@pytest.mark.parametrize("address", ["FUND-201702-99", "FUND-2017-1", "x", "OTHER-201702-1", ""])
def test_no_such_voucher_is_no_page(office: Office, address: str) -> None:
    assert opened_voucher(address, viewer=ACCOUNTANT) is None


def test_the_list_of_vouchers_tells_each_with_its_state_on_the_day(office: Office) -> None:
    whole = Window(2017, date(2017, 12, 31))
    rows = list(find_list("vouchers").rows(Asked(), window=whole, viewer=ACCOUNTANT))
    told = {str(row[1]): row for row in rows}
    assert told["FUND-201702-3"][-1] == "已作废"
    assert told["FUND-201702-2"][-2] == 8_500
    assert told["FUND-201702-4"][4] == "收入户划转财政专户"
    void = find_list("vouchers").rows(Asked({"known_state": "已作废"}), window=whole, viewer=ACCOUNTANT)
    assert [row[1] for row in void] == ["FUND-201702-3"]


# ── The bank beside the books ──


def test_a_year_of_accounts_counts_open_lines_and_balances_of_both_sides(office: Office) -> None:
    bank(COLLECTION, date(2017, 2, 3), "HD1", 30_000, 1, 30_000)
    bank(COLLECTION, date(2017, 2, 28), "HD2", 777, 2, 30_777)
    told = reconciliation_year("2017", viewer=ACCOUNTANT)
    assert told is not None
    assert told.months == [201701, FEBRUARY, MARCH]
    cells = {(one.account, one.month): one for one in told.every}
    collection = cells[COLLECTION, FEBRUARY]
    assert (collection.book_fen, collection.bank_fen, collection.gap_fen) == (0, 30_777, -30_777)
    assert (collection.open_book, collection.open_bank, collection.state.chinese) == (2, 2, "未勾 4 笔")
    disbursement = cells[DISBURSEMENT, FEBRUARY]
    # No statement yet: the bank is taken to have begun where the books did; the void voucher is no line.
    assert (disbursement.book_fen, disbursement.bank_fen, disbursement.open_book) == (9_991_500, 10_000_000, 1)
    assert cells[FISCAL, MARCH].state.chinese == "未到月末"
    assert cells[COLLECTION, 201701].state.chinese == "无发生"
    assert told.open_lines == 4 + 1 + 2  # two of the fiscal account: sweep in February, interest in March


def test_lines_found_the_same_are_not_open(office: Office) -> None:
    theirs = bank(COLLECTION, date(2017, 2, 3), "HD1", 30_000, 1, 30_000)
    ours = VoucherLine.objects.get(account__key=COLLECTION, debit_fen=30_000)
    act = AuditEvent.objects.filter(kind="EXECUTED").latest("id")
    group = ReconciledGroup.objects.create(act=act, account=COLLECTION, method="RULE", rule="REFERENCE")
    ReconciledLine.objects.create(act=act, group=group, statement_line=theirs)
    ReconciledLine.objects.create(act=act, group=group, voucher_line=ours)
    told = reconciliation_year("2017", viewer=ACCOUNTANT)
    assert told is not None
    cell = next(one for one in told.every if (one.account, one.month) == (COLLECTION, FEBRUARY))
    assert (cell.open_book, cell.open_bank) == (1, 0)
    seen = facing(COLLECTION, FEBRUARY, viewer=ACCOUNTANT)
    assert seen is not None
    assert seen.groups == 1
    assert [line.fen for line in seen.book] == [-30_000]
    assert seen.bank == ()


def test_ticks_add_up_on_both_sides(office: Office) -> None:
    first = bank(COLLECTION, date(2017, 2, 3), "HD1", 30_000, 1, 30_000)
    second = bank(COLLECTION, date(2017, 3, 1), "HD2", 777, 2, 30_777)
    ours = VoucherLine.objects.get(account__key=COLLECTION, debit_fen=30_000)
    equal = facing(COLLECTION, FEBRUARY, Written(book=[str(ours.pk)], bank=[str(first.pk)]), viewer=ACCOUNTANT)
    assert equal is not None
    assert (equal.book_ticked_fen, equal.bank_ticked_fen, equal.ticked, equal.may_pair) == (30_000, 30_000, 2, True)
    assert [line.name for line in equal.bank] == ["HD1"]  # the other is March's
    apart = facing(
        COLLECTION, FEBRUARY, Written(book=[str(ours.pk)], bank=[str(second.pk)], later=True), viewer=ACCOUNTANT
    )
    assert apart is not None
    assert (apart.apart_fen, apart.may_pair) == (30_000 - 777, False)
    assert [line.is_later for line in apart.bank] == [False, True]
    alone = facing(COLLECTION, FEBRUARY, Written(book=["nothing", "999999"]), viewer=ACCOUNTANT)
    assert alone is not None
    assert (alone.ticked, alone.may_pair) == (0, False)
    assert facing("NO_ACCOUNT", FEBRUARY, viewer=ACCOUNTANT) is None


def test_the_agreement_names_what_stands_between(office: Office) -> None:
    bank(DISBURSEMENT, date(2017, 2, 28), "XX1", -2_000, 1, 9_998_000)
    told = facing(DISBURSEMENT, FEBRUARY, viewer=ACCOUNTANT)
    assert told is not None
    assert (told.agreed.book_fen, told.agreed.bank_fen, told.gap_fen) == (9_991_500, 9_998_000, -6_500)
    assert [(one.side.chinese, one.fen, one.days) for one in told.items] == [
        ("单位已付、银行未付", 8_500, 18),
        ("银行已付、单位未付", 2_000, 0),
    ]
    last = told.adjustment[-1]
    assert last.ours_fen == last.theirs_fen == 9_989_500  # 99,915.00 − 20.00, 99,980.00 − 85.00
    # Only the bank's line of the last day is recent enough to need no word (reconciliation.transit_days).
    assert (told.unexplained, told.explained_fen) == (1, 2_000)


def test_the_fiscal_account_differs_three_ways_from_the_month_on_in_which_it_began(office: Office) -> None:
    told = three_way_year("2017", viewer=ACCOUNTANT)
    assert told is not None
    assert [(one.month, one.confirmed_fen, one.agrees) for one in told.months] == [
        (201701, None, False),
        (FEBRUARY, None, False),
    ]  # March is not over
    assert told.open_months == 2


def test_how_long_bank_and_bureau_differ_counts_from_the_first_month() -> None:
    cell = AccountMonth(
        FISCAL, MARCH, 10, 10, 0, 0, 0, None, (), is_over=True, moved=True, confirmed_fen=7, differs_since=FEBRUARY
    )
    assert (cell.to_bureau_fen, cell.agrees, cell.differing_days) == (3, False, 31)
    assert replace(cell, confirmed_fen=10, differs_since=None).agrees


# ── Receipts ──


def test_a_receipt_is_unplaced_until_something_is_made_of_it(office: Office) -> None:
    bank(COLLECTION, date(2017, 2, 3), "HD1", 30_000, 1, 30_000)  # the voucher bears its reference
    bank(COLLECTION, date(2017, 2, 5), "HD9", 777, 2, 30_777)
    bank(COLLECTION, date(2017, 2, 6), "OUT", -10, 3, 30_767)
    bank(FISCAL, date(2017, 2, 20), "GJ1", 30_000, 1, 100_030_000)
    told = receipts(viewer=ACCOUNTANT)
    assert told is not None
    assert [(one.reference, one.fen, one.days) for one in told.unplaced] == [("HD9", 777, 26)]
    assert (told.count, told.total_fen, told.after) == (1, 777, None)
    assert [(one.account, one.lines, one.unmatched) for one in told.accounts] == [(COLLECTION, 3, 3), (FISCAL, 1, 1)]


def test_the_banks_prefix_before_our_reference_is_no_difference(office: Office) -> None:
    bank(DISBURSEMENT, date(2017, 2, 10), "THY1", 8_500, 1, 10_008_500)  # 退汇, and our voucher bears Y1
    bank(DISBURSEMENT, date(2017, 2, 11), "THY9", 8_500, 2, 10_017_000)
    told = receipts(viewer=ACCOUNTANT)
    assert told is not None
    assert [one.reference for one in told.unplaced] == ["THY9"]


def test_pages_of_receipts_go_on_behind_the_last(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(1, 6):
        bank(COLLECTION, date(2017, 2, 1 + place // 2), f"N{place}", place, place, sum(range(place + 1)))
    monkeypatch.setattr(unplaced, "MOST", 2)
    seen: list[str] = []
    after = ""
    while True:
        page = receipts(after=after, viewer=ACCOUNTANT)
        assert page is not None
        assert (page.count, page.total_fen) == (5, 15)
        seen += [one.reference for one in page.unplaced]
        if page.after is None:
            break
        after = str(page.after)
    assert seen == ["N1", "N2", "N3", "N4", "N5"]
    assert receipts(after="0", viewer=ACCOUNTANT) is None


# ── Who may read, and at what cost ──


READERS: dict[str, Callable[[Viewer], Any]] = {
    "shelf": lambda viewer: shelf("", "", viewer=viewer),
    "ledger": lambda viewer: account_ledger("FUND", FISCAL, viewer=viewer),
    "statement": lambda viewer: shown_statement("", "", viewer=viewer),
    "voucher": lambda viewer: opened_voucher("FUND-201702-1", viewer=viewer),
    "accounts": lambda viewer: reconciliation_year("", viewer=viewer),
    "three ways": lambda viewer: three_way_year("", viewer=viewer),
    "facing": lambda viewer: facing(FISCAL, FEBRUARY, viewer=viewer),
    "receipts": lambda viewer: receipts(viewer=viewer),
    "fiscal": lambda viewer: shown_fiscal("", "", viewer=viewer),
    "budget": lambda viewer: shown_budget("", viewer=viewer),
    "projection": lambda viewer: shown_projection("", "", "", viewer=viewer),
    "remittances": lambda viewer: shown_remittances(viewer=viewer),
}


@pytest.mark.parametrize("name", READERS)
def test_the_cashier_reads_nothing_of_the_books_and_nobody_of_one_township_does(office: Office, name: str) -> None:
    for other in (
        replace(ACCOUNTANT, posts=frozenset({Post.CASHIER})),
        replace(ACCOUNTANT, scope=frozenset({"430602001"})),
        replace(ACCOUNTANT, posts=frozenset({Post.PERMISSION})),
    ):
        with pytest.raises(MayNotLook):
            READERS[name](other)


@pytest.mark.parametrize("name", ["shelf", "ledger", "statement", "voucher", "accounts", "facing"])
def test_who_pays_pensions_does_not_read_the_books(office: Office, name: str) -> None:
    with pytest.raises(MayNotLook, match="会计岗"):
        READERS[name](replace(ACCOUNTANT, posts=frozenset({Post.BENEFITS})))


@pytest.mark.parametrize(
    "name", ["shelf", "ledger", "statement", "voucher", "accounts", "three ways", "facing", "receipts"]
)
def test_a_page_of_the_books_costs_the_same_however_much_stands_in_them(office: Office, name: str) -> None:
    _, few = counted(lambda: READERS[name](ACCOUNTANT))
    for place in range(1, 31):
        on = date(2017, 3, 3)
        posted("FUND", on, "draw", f"Q{place}", Leg(DISBURSEMENT, debit_fen=place), Leg(FISCAL, credit_fen=place))
        bank(COLLECTION, on, f"B{place}", place, place, sum(range(place + 1)))
    found, many = counted(lambda: READERS[name](ACCOUNTANT))
    assert found is not None
    assert many <= max(few, 1) + 1
    assert many <= 12

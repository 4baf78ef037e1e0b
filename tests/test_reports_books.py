"""The books outward: statements foot and open, journals say the same to other programs, vouchers can be printed."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from django.db import transaction
from django.test import override_settings
from typer.testing import CliRunner

from jubao.cli import app
from jubao.documents.sheet_pdf import outline, sheets_pdf
from jubao.documents.typesetting import SANS, SERIF, NoChineseFont, installed_fonts
from jubao.ledger.balances import balances
from jubao.ledger.models import Voucher, VoucherLine
from jubao.ledger.vouchers import Leg
from jubao.records.models import AuditEvent
from jubao.reports.statements import statement as statements
from jubao.reports.statements.journal_files import write_journals
from jubao.reports.statements.reading import TermNotBegun, term_of
from jubao.reports.statements.shape import Line, Statement, StatementDoesNotFoot
from jubao.reports.statements.sheet import statement_sheets
from jubao.reports.statements.statement import KINDS, NoSuchStatement, statement
from jubao.reports.statements.vouchers_behind import NoSuchAccountInBook, find_account, opened
from tests.journal_reader import read_journal
from tests.ledger_rows import finish_voucher, write_voucher
from tests.office import READER, Office
from tests.reports_year import quarter

pytestmark = pytest.mark.django_db
EVERY = [(book, kind) for book, kinds in KINDS.items() for kind in kinds]
PATH = re.compile(r"(Assets|Liabilities|Equity|Income|Expenses):[A-Z0-9][^\W_]*(-[^\W_]+)*")


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A quarter and the rest of its year, contributions credited and interest settled in the following January."""
    home = tmp_path_factory.mktemp("books")
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home), transaction.atomic():
        office = quarter()
        for month in range(201704, 201713):
            office.pay(month, date(2017, 12, 29))
        office.carry("contribution.credit", {"through": "2017-12-29"}, on=date(2017, 12, 29))
        office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 4))
        yield office
        transaction.set_rollback(True)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


def by_key(made: Statement) -> dict[str, Line]:
    return {line.keys[0]: line for line in made.lines if len(line.keys) == 1}


def recomputed(book: str, first: date, last: date) -> dict[str, list[int]]:
    """Opening, debit and credit of every account, leg by leg."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for leg in VoucherLine.objects.filter(voucher__book=book).select_related("voucher", "account").order_by("id"):
        row, day = sums[leg.account.key], leg.voucher.date
        if day < first:
            row[0] += leg.debit_fen - leg.credit_fen
        elif day <= last:
            row[1] += leg.debit_fen
            row[2] += leg.credit_fen
    return {key: row for key, row in sums.items() if any(row)}


# ── Statements ──


def test_three_people_paid_six_hundred_yuan_in_march(books: Office) -> None:
    line = by_key(statement("income", "FUND", term_of(year=2017, month=201703)))["PERSONAL_CONTRIBUTION_INCOME"]
    assert line.amounts == (0, 0, 30_000 + 10_000 + 20_000, 60_000)
    later = by_key(statement("income", "FUND", term_of(year=2017, month=201704)))["PERSONAL_CONTRIBUTION_INCOME"]
    assert later.amounts == (60_000, 0, 0, 60_000)


@pytest.mark.parametrize("book", KINDS)
@pytest.mark.parametrize("month", [None, 201701, 201703, 201712, 201801])
def test_a_trial_balance_is_every_leg_added_up(books: Office, book: str, month: int | None) -> None:
    term = term_of(year=2017 if month is None else month // 100, month=month)
    shown = by_key(statement("trial", book, term))
    by_hand = recomputed(book, term.first, term.last)
    assert {key: [line.opening_fen, line.debit_fen, line.credit_fen] for key, line in shown.items()} == by_hand
    assert by_hand


@pytest.mark.parametrize(("book", "kind"), EVERY)
def test_each_month_opens_where_the_one_before_closed_and_all_make_the_year(
    books: Office, book: str, kind: str
) -> None:
    year = statement(kind, book, term_of(year=2017))
    months = [statement(kind, book, term_of(year=2017, month=201700 + n)) for n in range(1, 13)]
    totals = [month.result for month in months]
    assert year.result
    assert all(totals)
    assert [total.opening_fen for total in totals[1:]] == [total.closing_fen for total in totals[:-1]]
    assert totals[0].opening_fen == year.result.opening_fen
    assert totals[-1].closing_fen == year.result.closing_fen
    assert sum(total.debit_fen for total in totals) == year.result.debit_fen


@pytest.mark.parametrize(("book", "kind"), EVERY)
def test_every_line_opens_down_to_vouchers_that_add_up_to_it(books: Office, book: str, kind: str) -> None:
    term = term_of(year=2017)
    made = statement(kind, book, term)
    lines = [part.total for part in made.sections] if kind == "cash" else made.lines
    single = [line for line in lines if len(line.keys) == 1]
    assert single
    for line in single:
        rows = opened(book, find_account(book, line.keys[0], on=term.last), term)
        assert (sum(row.debit_fen for row in rows), sum(row.credit_fen for row in rows)) == (
            line.debit_fen,
            line.credit_fen,
        )
        assert all(row.signed and row.code and row.voucher for row in rows)


def test_net_assets_are_what_the_banks_and_open_claims_hold(books: Office) -> None:
    made = statement("balance", "FUND", term_of(year=2017))
    assets = {line.keys[0]: line.closing_fen for line in made.sections[0].lines}
    assert assets == {key: fen for key, fen in balances("FUND", through=date(2017, 12, 31)).items() if key in assets}
    assert made.result
    assert made.result.closing_fen == sum(assets.values()) > 0


def test_levels_hold_every_account_of_income_and_expenditure_once(books: Office) -> None:
    term = term_of(year=2017)
    split, whole = statement("levels", "FUND", term), statement("income", "FUND", term)
    assert sorted(line.code for line in split.lines) == sorted(line.code for line in whole.lines)
    central = next(part for part in split.sections if part.title == "中央")
    assert {line.keys[0] for line in central.lines} <= {"FISCAL_SUBSIDY_INCOME_CENTRAL", "BASIC_PENSION_CENTRAL"}


def test_a_year_end_close_empties_the_result_but_is_no_expenditure(books: Office) -> None:
    term = term_of(year=2017)
    before = statement("income", "FUND", term)
    with transaction.atomic():
        legs = [
            Leg(line.keys[0], *((line.closing_fen, 0) if line.side < 0 else (0, line.closing_fen)))
            for line in before.lines
        ]
        assert before.result
        surplus = before.result.closing_fen
        legs.append(Leg("FUND_BALANCE", *((0, surplus) if surplus > 0 else (-surplus, 0))))
        write_voucher("FUND", legs, on=date(2017, 12, 31), act_id=last_act(), event="year_closed", memo="年终结转")
        after, balance = statement("income", "FUND", term), statement("balance", "FUND", term)
        transaction.set_rollback(True)
    assert [line.amounts for line in after.lines] == [line.amounts for line in before.lines]
    assert not [line.name for line in balance.lines if line.name.startswith("收支差额")]
    assert balance.result
    assert balance.result.closing_fen == 110_000_000 + surplus


def test_a_new_chart_renames_the_account_and_keeps_its_balance(books: Office) -> None:
    old = by_key(statement("trial", "FUND", term_of(year=2017)))["FUND_BALANCE"]
    new = by_key(statement("trial", "FUND", term_of(year=2018)))["FUND_BALANCE"]
    assert old.name != new.name
    assert new.opening_fen == old.closing_fen == -110_000_000


def test_what_was_recorded_later_was_not_known(books: Office) -> None:
    known = statement("trial", "FUND", term_of(year=2017, as_of=date(2017, 1, 31)))
    assert known.result
    expected = sum(
        Voucher.objects.filter(book="FUND", act__business_date__lte=date(2017, 1, 31)).values_list(
            "debit_fen", flat=True
        )
    )
    assert known.result.debit_fen == expected
    assert "PERSONAL_CONTRIBUTION_INCOME" not in by_key(known)


def test_a_void_voucher_counts_nowhere_from_the_day_it_was_voided(books: Office, tmp_path: Path) -> None:
    term = term_of(year=2018)
    before = statement("trial", "FUND", term).result
    with transaction.atomic():
        legs = [Leg("PAYMENTS_IN_TRANSIT", 500, 0), Leg("DISBURSEMENT_ACCOUNT", 0, 500)]
        mad = 'a "quoted" \\ memo; with | everything,\nand more'
        voucher = write_voucher(
            "FUND", legs, on=date(2018, 1, 3), act_id=last_act(), event="payment_released", memo=mad, pending=True
        )
        pending = statement("trial", "FUND", term).result
        write_journals(tmp_path / "pending", viewer=READER)
        finish_voucher(voucher, state=Voucher.State.VOIDED, act_id=last_act())
        void = statement("trial", "FUND", term).result
        write_journals(tmp_path / "void", viewer=READER)
        transaction.set_rollback(True)
    assert before
    assert pending
    assert pending.debit_fen == before.debit_fen + 500
    assert void == before
    entry = [one for one in read_journal(tmp_path / "pending" / "fund.beancount").entries if one.flag == "!"]
    assert [sum(fen for _, fen in one.legs if fen > 0) for one in entry] == [500]
    assert not [one for one in read_journal(tmp_path / "void" / "fund.beancount").entries if one.flag == "!"]


def test_a_statement_that_contradicts_the_ledger_is_not_shown(books: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = statements.held
    monkeypatch.setattr(statements, "held", lambda *a, **k: real(*a, **k) | {"COLLECTION_ACCOUNT": 1})
    with pytest.raises(StatementDoesNotFoot, match="收入户存款"):
        statement("trial", "FUND", term_of(year=2017))


def test_what_cannot_be_asked_is_refused_in_words(books: Office) -> None:
    with pytest.raises(NoSuchStatement, match="可出"):
        statement("income", "DELEGATED", term_of(year=2017))
    with pytest.raises(NoSuchStatement, match="账套"):
        statement("trial", "OTHER", term_of(year=2017))
    with pytest.raises(TermNotBegun):
        term_of(year=2017, month=201706, as_of=date(2017, 5, 31))
    with pytest.raises(NoSuchAccountInBook, match="1002"):
        find_account("FUND", "1999", on=date(2017, 12, 31))


def last_act() -> int:
    """The latest event; these tests write to the ledger directly, in a transaction that is undone."""
    return AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]


# ── Journals ──


@pytest.fixture(scope="module")
def journals(books: Office, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journals")
    with django_db_blocker.unblock():
        write_journals(folder, viewer=READER)
    return folder


@pytest.mark.parametrize("form", ["beancount", "journal"])
@pytest.mark.parametrize("book", KINDS)
def test_a_strangers_reading_gives_our_balances_account_by_account(journals: Path, book: str, form: str) -> None:
    read = read_journal(journals / f"{book.lower()}.{form}")
    with (journals / "balances.csv").open(encoding="utf-8", newline="") as file:
        names = {row["key"]: row["account"] for row in csv.DictReader(file) if row["book"] == book}
    sums: dict[str, int] = defaultdict(int)
    for entry in read.entries:
        assert sum(fen for _, fen in entry.legs) == 0
        for account, fen_moved in entry.legs:
            sums[account] += fen_moved
    ours = {names[key]: fen for key, fen in balances(book).items() if fen}
    assert {account: fen for account, fen in sums.items() if fen} == ours
    assert set(read.accounts) == set(names.values())
    assert all(PATH.fullmatch(account) for account in read.accounts)
    vouchers = [entry for entry in read.entries if entry.legs]
    assert len(vouchers) == Voucher.objects.filter(book=book).count() > 0


@pytest.mark.parametrize("form", ["beancount", "journal"])
@pytest.mark.parametrize("book", KINDS)
def test_every_account_is_asserted_at_the_end_of_the_year(journals: Path, book: str, form: str) -> None:
    read = read_journal(journals / f"{book.lower()}.{form}")
    year_end = date(2017, 12, 31)
    asserted = {account: amount for on, account, amount in read.asserted if on == year_end}
    sums = dict.fromkeys(asserted, 0)
    for account, moved in (leg for entry in read.entries if entry.on <= year_end for leg in entry.legs):
        sums[account] += moved
    assert asserted == sums
    assert len(asserted) >= sum(opened <= year_end for opened in read.accounts.values()) > 0


def test_the_same_books_give_the_same_bytes(journals: Path, tmp_path: Path) -> None:
    again = write_journals(tmp_path, viewer=READER)
    assert {file.path.name for file in again} == {path.name for path in journals.iterdir()}
    assert all(file.path.read_bytes() == (journals / file.path.name).read_bytes() for file in again)


def test_no_resident_number_travels_with_the_journals(journals: Path) -> None:
    assert not [path.name for path in journals.iterdir() if re.search(r"\d{17}[\dX]", path.read_text("utf-8"))]


def test_beancount_itself_agrees(journals: Path) -> None:
    pytest.importorskip("beancount", reason="beancount (GPL) is no dependency; .ci/run checks with it in its own venv")
    from tests.bean_compare import main

    assert main(journals) == 0


# ── Commands and paper ──


def test_the_command_books_prints_a_line_with_its_account(books: Office) -> None:
    done = run("books", "--statement", "income", "--period", "201703", "--json")
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)
    assert ["600.00" for line in made["lines"] if line["code"] == "4001" and line["credit_fen"] == 60_000] == ["600.00"]
    assert all(check["left_fen"] == check["right_fen"] for check in made["checks"])
    assert "个人缴费收入" in run("books", "--statement", "trial", "--year", "2017").output


def test_the_command_books_opens_an_account_down_to_who_signed(books: Office) -> None:
    done = run("books", "--open", "4001", "--period", "201703", "--json")
    rows = json.loads(done.stdout)
    assert sorted(row["credit_fen"] for row in rows) == [30_000, 30_000]  # 甲 through the bank, 乙 and 丙 at the outlet
    assert all(len(set(re.findall(r" (\w+)", row["signed"]))) >= 2 for row in rows)
    assert "共 2 张凭证" in run("books", "--open", "个人缴费收入", "--period", "201703").output


def test_the_command_books_refuses_in_words_and_by_exit_code(books: Office) -> None:
    assert run("books", "--statement", "trial").exit_code == 2
    assert run("books", "--period", "201713").exit_code == 2
    assert run("books", "--book", "ACCOUNTS", "--statement", "cash", "--year", "2017").exit_code == 1
    assert run("books", "--open", "1999", "--year", "2017").exit_code == 1
    assert run("books", "--year", "2017", "--as-of", "2016-12-31").exit_code == 1


def test_the_excel_file_holds_the_statement_and_every_voucher_behind_it(books: Office, tmp_path: Path) -> None:
    out = tmp_path / "收支表.xlsx"
    assert run("books", "--statement", "income", "--year", "2017", "--out", str(out)).exit_code == 0
    workbook = openpyxl.load_workbook(out)
    rows = {row[1]: row for row in workbook["报表"].iter_rows(values_only=True) if row[0] == "4001"}
    assert rows["个人缴费收入"][-1] == 600
    behind = [row for row in workbook["凭证明细"].iter_rows(values_only=True) if row[0] == "4001"]
    assert sum(row[6] or 0 for row in behind) == 600


def test_the_pdf_says_what_the_excel_file_says(books: Office, tmp_path: Path) -> None:
    sheets = statement_sheets(statement("income", "FUND", term_of(year=2017)))
    said = [outline(sheet) for sheet in sheets]
    assert ["4001", "个人缴费收入", "0.00", "0.00", "600.00", "600.00"] in said[0]["rows"]
    credits_shown = [int(row[6].replace(",", "").replace(".", "")) for row in said[1]["rows"] if row[0] == "4001"]
    assert sum(credits_shown) == 60_000
    assert said[1]["totals"][0] == "合计"
    if not set(installed_fonts()) & {*SERIF, *SANS}:
        with pytest.raises(NoChineseFont):
            sheets_pdf(sheets)
        pytest.skip("no Chinese font on this machine")
    once = sheets_pdf(sheets)
    assert once.startswith(b"%PDF")
    assert once == sheets_pdf(sheets)
    out = tmp_path / "收支表.pdf"
    assert run("books", "--statement", "income", "--year", "2017", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == once


def test_the_command_journal_writes_every_book_in_both_forms(books: Office, tmp_path: Path) -> None:
    done = run("journal", str(tmp_path / "books"))
    assert done.exit_code == 0, done.output
    expected = {f"{book.lower()}.{form}" for book in KINDS for form in ("beancount", "journal")} | {"balances.csv"}
    assert {path.name for path in (tmp_path / "books").iterdir()} == expected
    assert run("journal", str(tmp_path / "early"), "--as-of", "2016-01-01").exit_code == 1


def test_the_command_voucher_prints_legs_words_and_signers(books: Office, tmp_path: Path) -> None:
    voucher = Voucher.objects.filter(event="contribution_received", debit_fen=30_000).order_by("id")[0]
    out = tmp_path / "凭证.docx"
    done = run("voucher", "FUND", f"{voucher.period}-{voucher.number}", "--out", str(out))
    assert done.exit_code == 0, done.output
    page = docx.Document(str(out))
    cells = [cell.text for row in page.tables[0].rows for cell in row.cells]
    assert "合计：人民币叁佰元整" in cells
    assert "1002 收入户存款" in cells
    assert cells.count("300.00") == 4  # two legs, two sums
    text = "\n".join(paragraph.text for paragraph in page.paragraphs)
    assert "经办：" in text
    assert "复核：" in text


@pytest.mark.parametrize("asked", [("FUND", "201703-9999"), ("FUND", "3"), ("NONE", "201703-1")])
def test_a_voucher_that_does_not_exist_is_refused(books: Office, tmp_path: Path, asked: tuple[str, str]) -> None:
    done = run("voucher", *asked, "--out", str(tmp_path / "none.docx"))
    assert done.exit_code == 1
    assert "没有凭证" in done.output + done.stderr
    assert not (tmp_path / "none.docx").exists()

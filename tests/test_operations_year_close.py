"""A year of work closed in January: results carried over, charts changed, statements and journals still right."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from typer.testing import CliRunner

from jubao.cli import app
from jubao.ledger.balances import balances
from jubao.ledger.models import PeriodClose, Voucher, VoucherLine
from jubao.reports.statements.journal_files import write_journals
from jubao.reports.statements.reading import term_of
from jubao.reports.statements.statement import statement
from tests.journal_reader import read_journal
from tests.office import READER, Office
from tests.reports_year import quarter

pytestmark = pytest.mark.django_db
BOOKS = ("FUND", "DELEGATED", "ACCOUNTS")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


@pytest.fixture(scope="module")
def year(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """A quarter's work, its year's money swept, every month and the year 2017 closed in January 2018."""
    home = tmp_path_factory.mktemp("closing")
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home), transaction.atomic():
        office = quarter()
        office.carry("contribution.credit", {"through": "2017-12-29"}, on=date(2017, 12, 29))
        before = {"balance": balances("FUND"), "income": statement("income", "FUND", term_of(year=2017))}
        made = {"office": office, "before": before, "answer": closed_year(office)}
        yield made
        transaction.set_rollback(True)


def closed_year(office: Office) -> Any:
    """Close everything; the quarter sweeps nothing and imports no statements, so these two rules are left aside."""
    first = min(Voucher.objects.filter(book="FUND").values_list("period", flat=True))
    cases = [{"book": book, "month": month} for book in BOOKS for month in range(first, 201712)]
    with pytest.MonkeyPatch.context() as patch:
        for rule in ("_collection_left", "_unreconciled"):
            patch.setattr(f"jubao.operations.fund.obstacles.{rule}", lambda *_, **__: iter(()))
        office.carry("fund.close_month", *cases, on=date(2018, 1, 8))
        return office.carry("fund.close_year", *({"book": book, "year": 2017} for book in BOOKS), on=date(2018, 1, 8))


def test_a_year_end_moves_every_result_to_the_balance(year: dict[str, Any]) -> None:
    before = year["before"]["balance"]
    natures = dict(VoucherLine.objects.order_by("id").values_list("account__key", "account__nature"))
    results = {key: fen for key, fen in before.items() if natures[key] in {"income", "expenditure"} and fen}
    assert results
    held = balances("FUND", through=date(2017, 12, 31))
    assert all(held[key] == 0 for key in results)
    assert held["FUND_BALANCE"] == before["FUND_BALANCE"] + sum(results.values())
    closing = Voucher.objects.get(event="year_closed")
    assert (closing.date, closing.period, closing.act.business_date) == (date(2017, 12, 31), 201712, date(2018, 1, 8))


def test_the_next_year_opens_with_what_the_year_closed_with(year: dict[str, Any]) -> None:
    for book in BOOKS:
        seal = PeriodClose.objects.get(book=book, kind="YEAR")
        opening = {line.keys[0]: line.opening_fen for line in statement("trial", book, term_of(year=2018)).lines}
        assert {key: fen for key, fen in opening.items() if fen} == json.loads(seal.balances)


def test_income_of_the_year_leaves_the_closing_voucher_out_and_the_balance_sheet_has_no_open_result(
    year: dict[str, Any],
) -> None:
    term = term_of(year=2017)
    assert statement("income", "FUND", term).result == year["before"]["income"].result
    balance = statement("balance", "FUND", term)
    assert not [line.name for line in balance.lines if "未结转" in line.name]
    for kind in ("trial", "balance", "income", "cash", "levels"):
        for month in (None, 201701, 201712, 201801):
            statement(kind, "FUND", term_of(year=2017 if month is None else month // 100, month=month))


def test_a_new_chart_takes_over_every_balance_under_its_new_name(year: dict[str, Any]) -> None:
    rows = {row["old"]: row for row in year["answer"].result["changeover"]["FUND"]}
    assert sum(row["balance_fen"] for row in rows.values()) == 0
    held = balances("FUND", through=date(2017, 12, 31))
    assert {key: row["balance_fen"] for key, row in rows.items() if row["balance_fen"]} == {
        k: v for k, v in held.items() if v
    }
    fund = rows["FUND_BALANCE"]
    assert (fund["old_name"], fund["new_name"]) == ("新型农村社会养老保险基金", "城乡居民基本养老保险基金结余")
    assert rows["FISCAL_SUBSIDY_INCOME_PROVINCE"]["new_name"] == "财政补贴收入——省"
    assert not Voucher.objects.filter(date=date(2018, 1, 1)).exists()


def test_the_command_books_shows_closes_and_the_changeover(year: dict[str, Any], tmp_path: Path) -> None:
    shown = json.loads(run("books", "--statement", "closes", "--json").stdout)["rows"]
    assert [row["会计期间"] for row in shown] == [str(m) for m in [*range(201701, 201713), 2017]]
    assert {row["状态"] for row in shown} == {"月结", "年结"}
    assert all(len(row["清单 SHA-256"]) == 64 and "审批" in row["签署"] for row in shown)
    assert "2017" in run("books", "--statement", "closes", "--book", "ACCOUNTS").output
    made = json.loads(run("books", "--statement", "changeover", "--year", "2018", "--json").stdout)["rows"]
    assert sum(row["借方余额"] or 0 for row in made) == sum(row["转入贷方"] or 0 for row in made) > 0
    assert run("books", "--statement", "changeover").exit_code == 2
    assert run("books", "--statement", "changeover", "--year", "2017").exit_code == 1
    assert (
        run("books", "--statement", "changeover", "--year", "2018", "--out", str(tmp_path / "转换.xlsx")).exit_code == 0
    )


def test_journals_after_the_close_agree_account_by_account(year: dict[str, Any], tmp_path: Path) -> None:
    write_journals(tmp_path, viewer=READER)
    with (tmp_path / "balances.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["book"] == "FUND"]
    read = read_journal(tmp_path / "fund.beancount")
    sums: dict[str, int] = {}
    for account, fen in (leg for entry in read.entries for leg in entry.legs):
        sums[account] = sums.get(account, 0) + fen
    assert {row["account"]: int(row["balance_fen"]) for row in rows if int(row["balance_fen"])} == {
        account: fen for account, fen in sums.items() if fen
    }
    assert not [row["key"] for row in rows if row["code"][0] in "45" and int(row["balance_fen"])]


def test_january_goes_on_and_interest_of_the_closed_year_is_posted_in_it(year: dict[str, Any]) -> None:
    with transaction.atomic():
        for month in range(201704, 201713):  # interest waits until every month of the year is paid
            year["office"].pay(month, date(2018, 1, 9))
        year["office"].carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 9))
        assert set(
            Voucher.objects.filter(event="account_interest", act__code="account.settle_year").values_list(
                "period", flat=True
            )
        ) <= {201801}
        transaction.set_rollback(True)

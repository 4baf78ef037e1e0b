"""Changing a row of the law changes the books: which accounts there are, where an event is booked, where balances go."""

from datetime import date

import pytest

from jubao.ledger.models import Account, VoucherLine
from jubao.policy import Policy
from jubao.reports.statements.changeover import changeover
from tests.office import Office
from tests.test_law_decides import LI, Ruled, payer

pytestmark = pytest.mark.django_db

SPRING, NEW_CHART = date(2017, 3, 1), date(2018, 1, 1)


def test_an_account_is_called_what_its_row_calls_it(ruled: Ruled) -> None:
    accounts = Policy.load().table("chart_of_accounts.accounts", on=SPRING)
    renamed = [one | {"name": "收入户（区）"} if one["id"] == "COLLECTION_ACCOUNT" else one for one in accounts]
    ruled("chart_of_accounts.accounts", renamed)
    Office()
    assert list(Account.objects.filter(key="COLLECTION_ACCOUNT").values_list("name", flat=True)) == ["收入户（区）"]


def test_an_event_is_booked_by_its_template(ruled: Ruled) -> None:
    """A contribution is income from persons; here it is other income."""
    legs = [{"debit": "COLLECTION_ACCOUNT", "credit": "OTHER_INCOME", "amount": "personal"}]
    templates = Policy.load().table("posting.templates", on=SPRING)
    ruled(
        "posting.templates",
        [one | {"legs": legs} if one["event"] == "contribution_received" else one for one in templates],
    )
    office = Office()
    office.open_fund()
    office.register(payer())
    office.contribute(LI, "李乙", 10_000, SPRING)
    booked = VoucherLine.objects.filter(voucher__event="contribution_received").order_by("account__key")
    assert list(booked.values_list("account__key", "debit_fen", "credit_fen")) == [
        ("COLLECTION_ACCOUNT", 10_000, 0),
        ("OTHER_INCOME", 0, 10_000),
    ]


def test_a_balance_goes_where_the_changeover_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fiscal account keeps its name in 2018; here the disbursement account takes its balance over."""
    pairs = Policy.load().table("chart_of_accounts.changeover", on=NEW_CHART)
    other = [one | {"new": "DISBURSEMENT_ACCOUNT"} if one["old"] == "FISCAL_ACCOUNT" else one for one in pairs]
    row = {"from": NEW_CHART, "value": other, "source": "house-defaults"}
    changed = Policy.load().with_rows("chart_of_accounts.changeover", [row])
    monkeypatch.setattr(Policy, "load", lambda: changed)
    office = Office()
    office.open_fund(fiscal=1_000_000)
    rows = {row.old_key: row for row in changeover("FUND", NEW_CHART).rows}
    assert (rows["FISCAL_ACCOUNT"].new_key, rows["FISCAL_ACCOUNT"].balance_fen) == ("DISBURSEMENT_ACCOUNT", 1_000_000)

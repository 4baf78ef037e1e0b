"""The guard rails themselves: each would stop what it is there to stop."""

from datetime import date

import numpy as np
import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, models, transaction

from tests.conftest import assert_ledger_balances, has_float

HEAD = "id, act_id, book, period, number, date, event, memo, reference, debit_fen, credit_fen, state"
GUARDS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.mark.parametrize("value", [1.0, 1.5, np.float64(1)])
def test_float_does_not_pass_a_fen_field(value):
    with pytest.raises(AssertionError, match=r"float .* reached paid_fen"):
        models.BigIntegerField(name="paid_fen").get_prep_value(value)


def test_whole_fen_pass():
    assert models.BigIntegerField(name="paid_fen").get_prep_value(150) == 150
    assert not has_float([1, "2", None])


@pytest.mark.django_db
def test_float_does_not_pass_sql_by_hand():
    with connection.cursor() as cursor, pytest.raises(AssertionError, match="float in"):
        cursor.execute("SELECT %s AS paid_fen", [1.5])


@pytest.mark.django_db
def test_unordered_rows_come_in_changing_order():
    orders = {tuple(ContentType.objects.values_list("pk", flat=True)) for _ in range(20)}
    assert len(orders) > 1


@pytest.mark.django_db
def test_ordered_rows_and_groups_stay_as_asked():
    keys = list(ContentType.objects.order_by("pk").values_list("pk", flat=True))
    assert keys == sorted(keys)
    groups = ContentType.objects.values("app_label").annotate(n=models.Count("pk"))
    assert sum(group["n"] for group in groups) == len(keys)
    assert len({group["app_label"] for group in groups}) == len(groups)


@pytest.mark.django_db
def test_voucher_without_legs_is_noticed():
    row = [1, 1, "FUND", 201701, 1, date(2017, 1, 1), "test", "test", "", 500, 500, "POSTED"]
    table = apps.get_model("ledger", "Voucher")._meta.db_table
    places = ", ".join(["%s"] * len(row))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({HEAD}) VALUES ({places})", row)  # noqa: S608
        with pytest.raises(AssertionError, match=r"vouchers do not balance: \[1\]"):
            assert_ledger_balances()
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_books_are_emptied_after_a_committing_test_and_guarded_again():
    before = count_guards()
    ContentType.objects.create(app_label="nowhere", model="left_behind")
    call_command("flush", interactive=False, verbosity=0)  # what happens after such a test
    assert not ContentType.objects.filter(app_label="nowhere").exists()
    assert count_guards() == before > 0


def count_guards() -> int:
    """How many triggers refuse changes to facts."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS[connection.vendor])
        return int(cursor.fetchone()[0])

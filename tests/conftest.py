"""Guard rails: what no test may do unnoticed (floats in money, unordered rows, a ledger out of balance)."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}
ASKING = DATABASE_FIXTURES | {"django_db_setup", "live_server"}

# The first runs in Beancount's own environment, never in this one; the second holds a key that asks the database.
collect_ignore = ["bean_compare.py", "settings.py"]


def pytest_report_header() -> str:
    """Say on which engine this run keeps its books."""
    return f"engine: {settings.TEST_ENGINE}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, visibly, what only means something on the other engine, and on PostgreSQL what asks no books at all."""
    for item in items:
        if settings.TEST_ENGINE == "postgres" and not asks_books(item) and not item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skip(reason="asks no books; tried on sqlite"))
        for engine in ("sqlite", "postgres"):
            if item.get_closest_marker(engine) and engine != settings.TEST_ENGINE:
                item.add_marker(pytest.mark.skip(reason=f"only on {engine}"))


def asks_books(item: pytest.Item) -> bool:
    """Whether a test meets the database, by a marker or by what it takes, or says that it is about PostgreSQL."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return marked or bool(ASKING & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """After each test that met the database, and before it is rolled back: every voucher balances."""
    result = yield
    if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
        assert_ledger_balances()
    return result


def assert_ledger_balances() -> None:
    """The legs of every voucher add up to its head; an aborted transaction has nothing to check."""
    if "jubao.ledger" not in settings.INSTALLED_APPS or connections["default"].needs_rollback:
        return
    vouchers = apps.get_model("ledger", "Voucher").objects.order_by("pk")
    legs = vouchers.annotate(debits=models.Sum("lines__debit_fen"), credits=models.Sum("lines__credit_fen"))
    unbalanced = [
        head["pk"]
        for head in legs.values("pk", "debits", "credits", "debit_fen", "credit_fen")
        if not head["debits"] == head["credits"] == head["debit_fen"] == head["credit_fen"]
    ]
    assert not unbalanced, f"vouchers do not balance: {unbalanced}"


@pytest.fixture(autouse=True, scope="session")
def unordered_queries_are_shuffled() -> Iterator[None]:
    """A query without an order may answer in any; here it does, so that nobody relies on luck."""
    ordered = SQLCompiler._order_by_pairs

    def shuffled(self: SQLCompiler) -> Iterator[tuple[Any, bool]]:
        pairs = list(ordered(self))
        query = self.query
        free = query.group_by is None and not query.distinct and not query.combinator and not query.subquery
        yield from pairs or ([(OrderBy(Random()), False)] if free else [])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "_order_by_pairs", shuffled)
        yield


@pytest.fixture(autouse=True, scope="session")
def floats_never_reach_money() -> Iterator[None]:
    """Django would cut 1.9 fen to 1 without a word; here a float in a ``_fen`` column fails."""
    prepared = models.IntegerField.get_prep_value

    def whole(self: models.IntegerField, value: Any) -> Any:
        if self.name and self.name.endswith("_fen"):
            assert not isinstance(value, float | np.floating), f"float {value!r} reached {self.name}"
        return prepared(self, value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.IntegerField, "get_prep_value", whole)
        yield


@pytest.fixture(autouse=True, scope="session")
def floats_never_reach_money_in_sql() -> Iterator[None]:
    """The same for statements written by hand."""

    def guard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if "_fen" in sql and params:
            row = params[0] if many and isinstance(params, list) else params
            assert not has_float(row), f"float in: {sql}"
        return execute(sql, params, many, context)

    wrappers = connections["default"].execute_wrappers
    wrappers.append(guard)
    yield
    wrappers.remove(guard)


def has_float(params: Any) -> bool:
    """Whether one row of parameters holds a float, numpy's included."""
    values = params.values() if isinstance(params, dict) else params
    return any(isinstance(value, float | np.floating) for value in values)


@pytest.fixture(autouse=True, scope="session")
def books_may_be_emptied_between_tests() -> Iterator[None]:
    """The database refuses to empty its facts; only the cleaning up after a committing test may.

    Django announces a migration after such a cleaning, and that puts the guards back.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def unguarded(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                flush(self, sql_list)
                cursor.execute("SET session_replication_role = origin")
                return
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", unguarded)
        yield


@pytest.fixture
def ruled(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """Let a parameter of the law have one value for everywhere and always, for the rest of a test."""
    from jubao.policy.store import Policy

    def rule(key: str, value: Any) -> None:
        row = {"from": date(2009, 9, 1), "value": value, "source": "house-defaults"}
        changed = Policy.load().with_rows(key, [row, row | {"area": "430602"}])
        monkeypatch.setattr(Policy, "load", classmethod(lambda cls: changed))

    return rule

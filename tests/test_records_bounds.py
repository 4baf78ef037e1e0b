"""The database itself refuses what a column cannot mean: lengths, codes, accounts, months, years, days, money."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from django.utils.module_loading import import_string

from jubao.columns.bounded import (
    MOST_FEN,
    AccountNumber,
    Bounded,
    Code,
    Count,
    Day,
    Fen,
    Month,
    Period,
    ResidentNumber,
    RowKey,
    Sha256,
    Text,
    Whole,
    Year,
)
from jubao.reports.tables.columns import PASSING
from jubao.vocabulary.codes import Category

ELSEWHERE = "jubao.records.acts"  # proposals, signatures and the chain keep Django's own fields; so do sessions
LOOSE = (models.CharField, models.IntegerField, models.DateField)
FULL_WIDTH = chr(0xFF10)  # a digit to Python and to people, none to a bank
HAN = re.compile("[\u4e00-\u9fff]")

OURS = [
    model
    for room in ("records", "ledger")
    for model in apps.get_app_config(room).get_models()
    if model.__module__ != ELSEWHERE and model not in PASSING
]
each_table = pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)


def bounded(model: type[models.Model]) -> list[Any]:
    """The columns of a table that bring their own rule."""
    return [field for field in model._meta.concrete_fields if isinstance(field, Bounded)]


# ── Every column ──


@each_table
def test_every_text_number_and_day_has_bounds_of_its_own(model: type[models.Model]) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    fields = [field for field in fields if not isinstance(field, models.DateTimeField)]  # instants are the clock's
    assert [field.name for field in fields if isinstance(field, LOOSE) and not isinstance(field, Bounded)] == []


@each_table
def test_every_column_has_a_short_chinese_title(model: type[models.Model]) -> None:
    titles = {f.name: str(f.verbose_name) for f in model._meta.concrete_fields if f.name not in {"id", "act"}}
    assert {name: title for name, title in titles.items() if not HAN.search(title) or len(title) > 24} == {}


@each_table
def test_a_migration_makes_the_same_columns_again(model: type[models.Model]) -> None:
    for field in bounded(model):
        name, path, args, options = field.deconstruct()
        again = import_string(path)(*args, **options)
        again.set_attributes_from_name(name)
        assert path.startswith("jubao.columns.bounded.")
        assert again.deconstruct() == (name, path, args, options)
        assert again.db_parameters(connection) == field.db_parameters(connection)


@each_table
def test_a_rule_begins_with_its_column_and_holds_no_percent_sign(model: type[models.Model]) -> None:
    """SQLite calls a rule by the column it begins with; Django takes a percent sign for the place of a value."""
    rules = {field.column: field.db_check(connection) for field in bounded(model)}
    assert [name for name, rule in rules.items() if not rule.startswith(f'"{name}" ') or "%" in rule] == []


@each_table
def test_a_default_is_one_of_the_codes(model: type[models.Model]) -> None:
    coded = [field for field in bounded(model) if field.choices and field.has_default()]
    assert [field.name for field in coded if field.default not in {code for code, _ in field.flatchoices}] == []


@pytest.mark.django_db
@each_table
def test_the_tables_of_the_office_carry_the_rules(model: type[models.Model]) -> None:
    """What the migrations made is what the columns say; a view has no rules of its own."""
    if not model._meta.managed:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rules = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
            cursor.execute(rules, [f'"{table}"'])
            there = {name for (name,) in cursor.fetchall()}
            missing = [field.name for field in bounded(model) if f"{table}_{field.column}_check" not in there]
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
            (sql,) = cursor.fetchone()
            missing = [field.name for field in bounded(model) if f"CHECK ({field.db_check(connection)})" not in sql]
    assert missing == []


# ── Every kind of column ──

TEXT = (["甲", "x" * 40, "字" * 40, "=1+1", "换\n行"], ["", "x" * 41, "字" * 41, "x" * 40 + " "])
ACCOUNT = (
    ["12345678", "9" * 32, "6228480012345678901"],
    [
        "1234567",
        "9" * 33,
        "=1+1",
        "=1+12345678",
        "6222-00001111",
        FULL_WIDTH * 12,
        "12345678\n",
        " 12345678",
        "1234567x",
    ],
)
SHA = (["0123456789abcdef" * 4], ["0123456789ABCDEF" * 4, "a" * 63, "a" * 65, "g" * 64, "a" * 63 + "\n"])
NUMBER = (
    ["11010519491231002X", "430602197001010019"],
    ["", "11010519491231002x", "1101051949123100X2", "1101051949123100", "110105194912310020X", "11010519491231002 "],
)
MONTH = ([190001, 201712, 219912], [201713, 201700, 0, 2017, 190000, 189912, 220001, -201701, 20171])
YEAR = ([1900, 2017, 2199], [0, 99999, 1899, 2200, 201701, -2017])
PERIOD = ([1900, 2017, 2199, 201701, 201712, 190001], [0, 1899, 2200, 20171, 201700, 201713, 190000, 220001])
DAY = (
    [date(1850, 1, 1), date(2016, 2, 29), date(2199, 12, 31)],
    [date(1849, 12, 31), date(1800, 1, 1), date(2200, 1, 1), date(2999, 1, 1)],
)
GROUP = (["011", "090"], ["", "012", "11", "011 "])
QUOTED = (["A", "B'C"], ["", "a", "B", "C", "A\n"])
FEN = ([-MOST_FEN, -1, 0, MOST_FEN], [-MOST_FEN - 1, MOST_FEN + 1, 2**62])

KINDS: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "text": (Text(max_length=40), *TEXT),
    "text or nothing": (Text(max_length=40, blank=True), ["", *TEXT[0]], TEXT[1][1:]),
    "code": (Code(choices=[("A", "甲"), ("B'C", "乙")]), *QUOTED),
    "code or nothing": (Code(choices=[("A", "甲"), ("B'C", "乙")], blank=True), ["", *QUOTED[0]], QUOTED[1][1:]),
    "code of the vocabulary": (Code(choices=Category.choices()), *GROUP),
    "account": (AccountNumber(), ACCOUNT[0], ["", *ACCOUNT[1]]),
    "account or nothing": (AccountNumber(blank=True), ["", *ACCOUNT[0]], ACCOUNT[1]),
    "hash": (Sha256(), SHA[0], ["", *SHA[1]]),
    "hash or nothing": (Sha256(blank=True), ["", *SHA[0]], SHA[1]),
    "resident number": (ResidentNumber(), *NUMBER),
    "money": (Fen(), *FEN),
    "money never negative": (Fen(at_least=0), [0, 1, MOST_FEN], [-1, *FEN[1]]),
    "money that moves": (Fen(at_least=1), [1, MOST_FEN], [0, -1, *FEN[1]]),
    "count": (Count(), [0, 1, 10**9], [-1, 10**9 + 1]),
    "count within bounds": (Count(at_least=1, at_most=12), [1, 12], [0, 13]),
    "whole number": (Whole(at_least=-5), [-5, 0, 10**15], [-6, 10**15 + 1]),
    "key": (RowKey(), [1, 2**63 - 1], [0, -1]),
    "key or nought": (RowKey(at_least=0), [0, 1], [-1]),
    "month": (Month(), *MONTH),
    "month or nothing": (Month(null=True), [None, *MONTH[0]], MONTH[1]),
    "year": (Year(), *YEAR),
    "period": (Period(), *PERIOD),
    "day": (Day(), *DAY),
    "day or nothing": (Day(null=True), [None, *DAY[0]], DAY[1]),
}


@contextmanager
def column(field: Any) -> Iterator[Any]:
    """A throw-away table with this one column, as Django writes it; gives a function that puts a value in."""
    with isolate_apps():
        meta = type("Meta", (), {"app_label": "bounds", "db_table": "bounds_probe"})
        probe = type("Probe", (models.Model,), {"__module__": __name__, "Meta": meta, "value": field.clone()})
        sql, params = connection.schema_editor().table_sql(probe)
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)

        def put(value: Any) -> None:
            with transaction.atomic():
                cursor.execute("INSERT INTO bounds_probe (value) VALUES (%s)", [value])

        yield put
        cursor.execute("DROP TABLE bounds_probe")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_the_database_takes_what_fits_and_refuses_what_does_not(kind: str) -> None:
    field, good, bad = KINDS[kind]
    accepted = []
    with column(field) as put:
        for value in good:
            put(value)
        for value in [*bad, *([] if field.null else [None])]:
            try:
                put(value)
                accepted.append(value)
            except IntegrityError:
                continue
    assert accepted == []


@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("money", 1.5),
        ("money", "=1+1"),
        ("count", 0.5),
        ("count", "一"),
        ("year", "MMXVII"),
        ("month", "2017-01"),
        ("key", b"1"),
        ("day", "2017-02-30"),
        ("day", "2017-1-1"),
        ("day", "2017-01-01 00:00:00"),
        ("day", 20170101),
        ("text", "x\0" + "x" * 100),
        ("text or nothing", "\0"),
        ("account", "12345678\0=1+1"),
        ("hash", "a" * 64 + "\0"),
        ("resident number", "11010519491231002X\0"),
        ("code", "A\0"),
    ],
)
def test_an_engine_that_keeps_anything_keeps_no_other_kind_of_value(kind: str, value: Any) -> None:
    """PostgreSQL knows types; SQLite would keep a fraction as money, and counts a text up to a NUL."""
    with column(KINDS[kind][0]) as put, pytest.raises(IntegrityError):
        put(value)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_names_the_column_and_not_the_value(kind: str) -> None:
    """On PostgreSQL the value stands in the detail, which is not the message."""
    named = {"sqlite": "CHECK constraint failed: value", "postgresql": '"bounds_probe_value_check"'}[connection.vendor]
    field, _, bad = KINDS[kind]
    with column(field) as put, pytest.raises(IntegrityError) as refusal:
        put(bad[-1])
    assert str(refusal.value).splitlines()[0].endswith(named)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Code(choices=[("A", "甲")], max_length=1), Code(choices=[("A", "甲"), ("B", "乙")], max_length=1)),
        (Text(max_length=40), Text(max_length=40, blank=True)),
        (Fen(at_least=0), Fen(at_least=1)),
        (Count(), Count(at_most=12)),
    ],
)
def test_a_new_bound_is_a_change_of_the_column(before: Any, after: Any) -> None:
    """Django takes choices and blank for a form's matter; here they are the database's."""
    for field in (before, after):
        field.set_attributes_from_name("value")
    assert connection.schema_editor()._field_should_be_altered(before, after)
    assert before.db_check(connection) != after.db_check(connection)

"""What the database says becomes a sentence of the house: which rule, what to do; never a value of anybody's row."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import Error, connection, transaction

from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.refusals import Busy, Conflict, Unavailable, meaning, sentence_of
from jubao.records.facts import fact_models
from jubao.records.models import AuditEvent, Staff, Target
from tests.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def said(sql: str, parameters: Any = None) -> Refused:
    """What a statement's error becomes."""

    def execute() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            connection.check_constraints()

    with pytest.raises(Error) as met:
        execute()
    return sentence_of(met.value)


TARGET = "INSERT INTO records_target (id, act_id, name, year, source, amount_fen) VALUES (9001, {act}, {name}, {year}, 's', 1)"
SECRET = "430602195001010011"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"act": 1, "name": "'x'", "year": 99999}, "年度"),
        ({"act": 999_999, "name": "'x'", "year": 2017}, "引用的记录不存在"),
        ({"act": 1, "name": "NULL", "year": 2017}, "任务的任务名称不能为空"),
    ],
)
def test_a_broken_rule_is_named_by_what_it_means(office: Office, values: dict[str, Any], word: str) -> None:
    refusal = said(TARGET.format(**values))
    assert isinstance(refusal, Conflict)
    assert word in refusal.message
    assert "请核对后重新提出" in refusal.message


def test_no_value_of_a_row_reaches_the_sentence(office: Office) -> None:
    """Faults 3.1: the engine's own text names the whole row."""
    staff = Staff.objects.order_by("id").first()
    columns = "INSERT INTO records_staff (id, act_id, code, name, title, section, external) VALUES "
    external = "FALSE" if connection.vendor == "postgresql" else "0"
    refusal = said(f"{columns} (9001, 1, %s, %s, 't', 's', {external})", [staff.code, SECRET])
    assert "工作人员的工号不能重复" in refusal.message
    for value in (SECRET, staff.code, "Key (", "DETAIL", "Failing row"):
        assert value not in refusal.message


def test_every_rule_of_the_house_has_a_meaning_in_words() -> None:
    names = [rule.name for model in fact_models() for rule in model._meta.constraints]
    assert len(names) > 30
    assert [name for name in names if meaning(name) == "数据库约束"] == []


def test_a_fact_that_is_changed_by_hand_is_refused_with_what_to_do_instead(office: Office) -> None:
    refusal = said("UPDATE records_staff SET name = 'x' WHERE id = 1")
    assert refusal.message == "账簿中的事实只增不改不删，数据库拒绝了改动：请以另一项业务更正"


@pytest.mark.sqlite
def test_a_fact_put_in_anothers_place_is_refused_as_well(office: Office) -> None:
    """INSERT OR REPLACE removes the row that is there; on the connections of the house the guards see that."""
    columns = ", ".join(f'"{field.column}"' for field in Staff._meta.concrete_fields)
    refusal = said(f"INSERT OR REPLACE INTO records_staff ({columns}) SELECT {columns} FROM records_staff WHERE id = 1")  # noqa: S608
    assert "只增不改不删" in refusal.message


def test_books_that_may_only_be_read_say_so(office: Office) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only=ON")
        try:
            refusal = said("DELETE FROM records_tablemark")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only=OFF")
    else:
        with undone(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            refusal = said("DELETE FROM records_tablemark")
    assert isinstance(refusal, Unavailable)
    assert "账簿当前只读" in refusal.message


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("before", "sql", "word", "kind"),
    [
        ("SET LOCAL statement_timeout = 10", "SELECT pg_sleep(1)", "未在规定时间内完成", Unavailable),
        ("SELECT 1", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$", "请再试一次", Busy),
        ("SELECT 1", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$", "请再试一次", Busy),
        ("SELECT 1", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$", "磁盘空间不足", Unavailable),
        ("SELECT 1", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '55P03'; END $$", "等候超时", Busy),
        ("SELECT 1", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '57P01'; END $$", "连接中断", Unavailable),
        ("SELECT 1", "SELECT * FROM records_nowhere", "jubao upgrade", Unavailable),
    ],
)
def test_whatever_the_server_says_is_a_sentence(office: Office, before: str, sql: str, word: str, kind: type) -> None:
    with undone(), connection.cursor() as cursor:
        cursor.execute(before)
        refusal = said(sql)
    assert isinstance(refusal, kind)
    assert word in refusal.message
    assert not re.search("[a-z]{12,}", refusal.message), "no word of the engine's own"


@pytest.mark.sqlite
def test_a_table_that_is_not_there_is_a_sentence(office: Office) -> None:
    assert "账簿的结构与本程序不符" in said("SELECT * FROM records_nowhere").message


def test_nothing_of_a_refused_statement_stays(office: Office) -> None:
    before = Target.objects.count(), AuditEvent.objects.count()
    said(TARGET.format(act=1, name="'x'", year=99999))
    assert (Target.objects.count(), AuditEvent.objects.count()) == before

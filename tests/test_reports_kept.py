"""Answers that take seconds are kept while the books stand still, and no longer."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from jubao.operations.envelope.looking import viewer_for
from jubao.records.models import Person
from jubao.reports.analysis.kept import KEPT, while_books_stand
from jubao.vocabulary.both import Language, speaking
from jubao.vocabulary.masks import Mask
from tests.office import Office

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2017, 2, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def counting():
    """A reader that counts how often it is really asked."""
    asked: list[int] = []

    @while_books_stand
    def read(year: int) -> int:
        asked.append(year)
        return len(asked)

    return read, asked


def test_an_answer_is_kept_until_an_act_changes_a_table_and_a_look_changes_none() -> None:
    office = Office()
    office.register({"name": "王甲"})
    read, asked = counting()
    assert (read(2017), read(2017), read(2018), read(2017)) == (1, 1, 2, 1)
    viewer = viewer_for("D1", at=AT, lifted=Mask, reason="核对原件", command="test")
    viewer.looks_at([Person.objects.get().pk], "甲")
    assert read(2017) == 1
    target = {"name": "collection.bureau", "year": 2017, "amount_fen": 900, "source": "局发任务"}
    office.carry("target.set", target, on=AT.date())
    assert read(2017) == 3
    assert asked == [2017, 2018, 2017]


def test_each_language_has_its_own_and_few_are_kept() -> None:
    Office()
    read, asked = counting()
    read(2017)
    with speaking(Language.ENGLISH):
        read(2017)
    assert asked == [2017, 2017]
    for year in range(2000, 2000 + KEPT):
        read(year)
    read(2017)
    assert asked[-1] == 2017


def test_within_a_transaction_nothing_is_kept() -> None:
    Office()
    read, asked = counting()
    with transaction.atomic():
        read(2017)
        read(2017)
    assert asked == [2017, 2017]

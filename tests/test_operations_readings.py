"""What a plan read is asked again when a table has moved: another person's act costs no second planning, one's own does."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from jubao.operations.envelope import planning
from jubao.operations.envelope.acting import Answer, propose, sign
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.posts import holders
from jubao.operations.envelope.readings import QUESTIONS_KEPT, ROWS_KEPT
from jubao.operations.envelope.view import View
from jubao.records.models import Award, AwardEvent, Person
from tests.office import Office, number

pytestmark = pytest.mark.django_db

ON = date(2017, 4, 5)
AT = datetime(2017, 4, 5, 6, tzinfo=UTC)
CODE = "award.suspend"
FIRST, SECOND = number("19500315"), number("19490101", 7)
COUNTED = (
    "WITH RECURSIVE upto(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM upto WHERE n < %s) "
    "SELECT n, (SELECT count(*) FROM records_person) FROM upto ORDER BY n"
)


@pytest.fixture
def office() -> Office:
    """Two people who draw a pension."""
    office = Office()
    office.open_fund()
    drawing = {"pension_start": 201108, "contributed_years": 0}
    office.register(
        {"name": "王甲", "resident_number": FIRST} | drawing, {"name": "孙乙", "resident_number": SECOND} | drawing
    )
    return office


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of the acts that are planned from now on."""
    codes: list[str] = []
    plan = planning.make
    monkeypatch.setattr(planning, "make", lambda *a, **k: codes.append(a[0].code) or plan(*a, **k))
    return codes


def suspend(person: str, key: str) -> Answer:
    """Ask for somebody's pension to rest."""
    case = {"person": person, "reason": "1202", "from_month": 201704, "memo": "判决书〔2017〕3号", "due": "2017-12-29"}
    return propose(CODE, [case], key=key, by=_free(0, set()), on=ON, at=AT)


def agree(answer: Answer) -> Answer:
    """Every signature the act asks for."""
    taken, signed = {_free(0, set())}, answer
    for step in range(1, len(ACTS[CODE].chain) + 1):
        by = _free(step, taken)
        taken.add(by)
        signed = sign(answer.proposal, by=by, on=ON, at=AT, shown_hash=answer.hash)
    return signed


def _free(step: int, taken: set[str]) -> str:
    act = ACTS[CODE]
    return holders(act.chain[step - 1].post if step else act.maker, on=ON, besides=taken)[0]


def test_another_persons_act_costs_no_second_planning(office: Office, planned: list[str]) -> None:
    waiting, quicker = suspend(FIRST, "w1"), suspend(SECOND, "q1")
    planned.clear()
    assert agree(quicker).state == agree(waiting).state == "EXECUTED"
    assert planned == []
    assert Award.objects.filter(suspended_from=201704).count() == 2
    office.verify()


def test_what_happened_to_the_person_meanwhile_is_seen(office: Office, planned: list[str]) -> None:
    waiting, quicker = suspend(FIRST, "w1"), suspend(FIRST, "q1")
    planned.clear()
    agree(quicker)
    with pytest.raises(Refused, match="不符"):
        agree(waiting)
    assert planned == [CODE]
    assert AwardEvent.objects.filter(kind="SUSPENDED").count() == 1


@pytest.mark.parametrize("count", [ROWS_KEPT - 1, ROWS_KEPT, ROWS_KEPT + 1, 3 * ROWS_KEPT + 7])
def test_reading_ahead_loses_no_row(office: Office, count: int) -> None:
    view = View(ON, AT, "")
    with view.open(), connection.cursor() as cursor:
        cursor.execute(COUNTED, [count])
        read = [cursor.fetchone(), *cursor.fetchmany(3), *cursor.fetchmany(ROWS_KEPT), *cursor.fetchall()]
        cursor.execute(COUNTED, [2])  # what was left of another question is never an answer to this
        again = list(cursor)
    people = Person.objects.count()
    assert read == [(n, people) for n in range(1, count + 1)]
    assert again == [(1, people), (2, people)]


@pytest.mark.parametrize("count", [ROWS_KEPT, ROWS_KEPT + 1])
def test_a_long_reading_stands_only_while_its_table_has_not_moved(office: Office, count: int) -> None:
    view = View(ON, AT, "")
    with view.open(), connection.cursor() as cursor:
        cursor.execute(COUNTED, [count])
        cursor.fetchall()
    assert view.readings.stand(["records_person"]) is (count <= ROWS_KEPT)
    assert view.readings.stand(["records_award"])


def test_a_reading_that_answers_otherwise_does_not_stand(office: Office) -> None:
    mine, theirs = View(ON, AT, ""), View(ON, AT, "")
    for view, person in ((mine, FIRST), (theirs, SECOND)):
        with view.open():
            assert list(
                Award.objects.filter(person__resident_number=person).values_list("suspended_from", flat=True)
            ) == [None]
    agree(suspend(FIRST, "w1"))
    assert not mine.readings.stand(["records_award"])
    assert theirs.readings.stand(["records_award"])


def test_more_questions_than_are_kept_stand_by_table(office: Office) -> None:
    view = View(ON, AT, "")
    with view.open():
        for _ in range(QUESTIONS_KEPT + 1):
            assert Person.objects.filter(pk=0).count() == 0
    assert not view.readings.stand(["records_person"])

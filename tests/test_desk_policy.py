"""The law at the desk: every row with its source, and a draft value that moves the money the rules say, and nothing else."""

from datetime import date

import pytest

from jubao.desk.frame import clock
from jubao.operations.control.supposing import supposed
from jubao.policy import Policy
from jubao.records.models import AuditEvent
from jubao.reports.viewers import viewer_of
from jubao.vocabulary.viewer import Viewer
from tests.desk import browse, text_of
from tests.office import Office, number

pytestmark = pytest.mark.django_db
DAY = date(2017, 3, 1)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """Two pensions in payment, one that rests, and three contributors, one of whom turns sixty in November."""
    monkeypatch.setenv(clock.STATED, DAY.isoformat())
    office = Office()
    office.register(
        *(
            {"name": f"老{place}", "resident_number": number("19500101", place), "pension_start": 201501}
            for place in (1, 2)
        ),
        {
            "name": "停发",
            "resident_number": number("19500101", 3),
            "pension_start": 201501,
            "enrolment_state": "2",
            "suspended_from": 201610,
            "suspension_reason": "1201",
        },
        {"name": "将到龄", "resident_number": number("19571115", 4), "personal": 1_390_000, "contributed_years": 15},
        {"name": "年轻", "resident_number": number("19800101", 5), "personal": 1_000_000},
        {"name": "没有钱", "resident_number": number("19810101", 6)},
    )
    return office


@pytest.fixture
def director(office: Office) -> Viewer:
    return viewer_of("L1", on=DAY, lifted=(), witness=None)


def test_a_higher_base_gives_every_running_pension_the_difference(director: Viewer) -> None:
    """70.00 to 83.00 yuan: two people, 13.00 yuan each a month; who is suspended is not paid."""
    found = supposed("benefit.base_national", "83", viewer=director)
    assert found is not None
    [effect] = found.effects
    assert (found.before, found.after) == ("70.00", "83.00")
    assert (effect.people, effect.affected, effect.more_fen) == (2, 2, 2 * 1_300)
    [place] = effect.places
    assert (place.name, place.people, place.more_fen) == ("甲街道", 2, 2_600)


def test_another_divisor_concerns_who_comes_of_age_within_a_year(director: Viewer) -> None:
    """13,900.00 yuan over 139 months are 100.00, over 100 months 139.00 (国发〔2014〕8号, part 6)."""
    found = supposed("benefit.annuity_divisor", "100", viewer=director)
    assert found is not None
    [effect] = found.effects
    assert (effect.people, effect.before_fen, effect.after_fen) == (1, 10_000, 13_900)


def test_another_rate_gives_a_years_interest_on_every_balance(director: Viewer) -> None:
    """13,900 and 10,000 yuan at two percent: 278 and 200 yuan."""
    found = supposed("interest.account_rate", "2", viewer=director)
    assert found is not None
    [effect] = found.effects
    assert effect.after_fen == 27_800 + 20_000
    assert effect.affected == 2


def test_the_law_is_the_same_afterwards_and_nothing_is_written(office: Office, director: Viewer) -> None:
    events, before = AuditEvent.objects.count(), Policy.load().fingerprint
    supposed("benefit.base_national", "83", viewer=director)
    again = supposed("benefit.base_national", "70", viewer=director)
    assert again is not None
    assert [effect.affected for effect in again.effects] == [0]
    assert (AuditEvent.objects.count(), Policy.load().fingerprint) == (events, before)


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("benefit.base_national", "八十三", "不是数"),
        ("benefit.base_national", "83.005", "小数位太多"),
        ("benefit.base_national", "-1", "不能"),
        ("interest.account_rate", "NaN", "小数位太多"),
        ("interest.credit_month_counts", "也许", "不能是"),
    ],
)
def test_what_is_no_value_is_told(director: Viewer, key: str, typed: str, sentence: str) -> None:
    found = supposed(key, typed, viewer=director)
    assert found is not None
    assert sentence in found.misread
    assert not found.effects


def test_a_parameter_no_rule_here_reads_says_so(office: Office) -> None:
    told = text_of(browse("L1").get("/policy/procedure.bulk_export_limit/what-if?value=60"))
    assert "都不用这项参数" in told


def test_sums_of_the_office_are_not_the_cashiers(office: Office) -> None:
    assert browse("C2").get("/policy/benefit.base_national/what-if?value=83").status_code == 403
    assert browse("C2").get("/policy").status_code == 200, "the law itself is everybody's"


def test_every_parameter_stands_in_the_book_and_opens(office: Office) -> None:
    told = text_of(browse("D1").get("/policy"))
    for key, parameter in Policy.load().parameters.items():
        assert f'/policy/{key}"' in told, key
        assert parameter.term in told


def test_a_parameter_shows_each_row_with_its_source_and_who_read_it(office: Office) -> None:
    told = text_of(browse("D1").get("/policy/benefit.base_national"))
    assert "人社部发〔2015〕5号" in told
    assert "现行" in told
    assert "70.00" in told
    assert "参保底册接入" in told, "the register was opened by it"
    assert browse("D1").get("/policy/benefit.nothing").status_code == 404

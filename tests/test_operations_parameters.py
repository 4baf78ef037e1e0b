"""Every parameter of procedure decides: another row, another outcome, worked out by hand."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.policy import CannotReadPolicy
from jubao.policy.store import Policy
from jubao.records.models import Award, Contribution
from tests.office import Office, number

pytestmark = pytest.mark.django_db

Setting = Callable[[str, Any], None]
QIAN = number("19571205", 5)
FROM = date(2009, 9, 1)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    return office


@pytest.fixture
def law(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """Let a parameter have another value from the beginning, everywhere."""

    def setting(key: str, value: Any) -> None:
        row = {"from": FROM, "value": value, "source": "house-defaults", "uncertain": "试验"}
        changed = Policy.load().with_rows(key, [row])
        monkeypatch.setattr(Policy, "load", classmethod(lambda cls: changed))

    yield setting


def shortfall_paid_in_february(office: Office) -> int:
    """Born 1957-12, sixty in 2017-12, six years due, four paid; the two missing ones in 2018-02, asked for in 2018-04."""
    office.register({"name": "钱丙", "resident_number": QIAN, "contributed_years": 4, "personal": 40_000})
    for year in (2016, 2017):
        office.contribute(QIAN, "钱丙", 10_000, date(2018, 2, 10), year=year)
    office.carry("contribution.credit", {"through": "2018-02-28"}, on=date(2018, 2, 28))
    office.carry("award.grant", {"person": QIAN, "applied_date": "2018-04-10"}, on=date(2018, 4, 11))
    return Award.objects.get().start_month


# ── From when a pension is paid ──


@pytest.mark.parametrize(
    ("shortfall", "late", "start"),
    [
        ("AFTER_PAYMENT", "AFTER_CONDITIONS", 201803),       # the month after the last missing year was paid
        ("AFTER_AGE", "AFTER_CONDITIONS", 201801),           # the month after the sixtieth birthday
        ("AFTER_PAYMENT", "AFTER_APPLICATION", 201805),      # the month after the application
        ("AFTER_AGE", "AFTER_APPLICATION", 201805),
    ],
)
def test_a_pension_starts_by_the_rules_of_the_place(office, law, shortfall, late, start):
    law("procedure.shortfall_start_rule", shortfall)
    law("procedure.late_award_rule", late)
    assert shortfall_paid_in_february(office) == start
    office.verify()


def test_a_rule_nobody_knows_stops_the_program():
    with pytest.raises(CannotReadPolicy, match="late_award_rule 不合规则"):
        Policy.load().with_rows("procedure.late_award_rule", [{"from": FROM, "value": "NEVER", "source": "house-defaults"}])


@pytest.mark.parametrize("birth", ["19490315", "19400101"])
def test_who_was_past_sixty_before_the_scheme_draws_from_its_first_month(birth):
    """国发〔2014〕8号, part 7: no years asked, from the month in which the scheme began there (2011-07), however old."""
    office = Office(started=date(2026, 3, 2))
    old = number(birth)
    office.register({"name": "孙丁", "resident_number": old, "contributed_years": 0}, as_of=date(2025, 12, 31))
    office.carry("award.grant", {"person": old, "applied_date": "2026-03-02"}, on=date(2026, 3, 3))
    award = Award.objects.get()
    assert (award.start_month, award.required_years) == (201107, 0)
    office.verify()


# ── How missing years are paid past the pension age ──


@pytest.mark.parametrize(
    ("policy", "make_up", "current"),
    [("BOTH", True, True), ("LUMP_SUM", True, False), ("CONTINUE_YEARLY", False, True)],
)
def test_missing_years_are_paid_as_the_place_allows(office, law, policy, make_up, current):
    """Sixty in 2017, paying in 2018: an earlier year is made up in a sum, the running year is going on yearly."""
    law("procedure.shortfall_policy", policy)
    office.register({"name": "钱丙", "resident_number": QIAN, "contributed_years": 4, "personal": 40_000})
    for year, allowed in ((2016, make_up), (2018, current)):
        if allowed:
            office.contribute(QIAN, "钱丙", 10_000, date(2018, 2, 10), year=year)
        else:
            with pytest.raises(Refused, match="本人已过到龄年度，当地规定到龄缴费不足的只能"):
                office.contribute(QIAN, "钱丙", 10_000, date(2018, 2, 10), year=year)
    assert Contribution.objects.count() == make_up + current


def test_the_year_of_the_pension_age_is_paid_like_any_other(office, law):
    law("procedure.shortfall_policy", "LUMP_SUM")
    office.register({"name": "钱丙", "resident_number": QIAN, "contributed_years": 4, "personal": 40_000})
    office.contribute(QIAN, "钱丙", 10_000, date(2017, 12, 20))
    assert Contribution.objects.get().kind == "10"

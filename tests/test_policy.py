"""The law as data: complete, sourced, checked up to a day, and right for 2017."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from jubao.policy import NoRowInForce, Policy, PolicyNotVerified, PolicyUnknown, Unit
from jubao.policy.loading import HERE

CENTRE = "430602"
YEAR_2017 = [date(2017, 1, 1) + timedelta(days=n) for n in range(365)]


FAR = date(2090, 1, 1)


@pytest.fixture(scope="module")
def policy():
    return Policy.load()


# ── every row ────────────────────────────────────────────────────────────────────────────────────


def test_every_parameter_has_a_unit_a_limit_and_a_reason_for_doubt(policy):
    assert len(policy.parameters) > 50
    for key, parameter in policy.parameters.items():
        assert isinstance(parameter.unit, Unit), key
        assert parameter.house_rule or parameter.verified_until or (parameter.assumed_until and parameter.uncertain), (
            key
        )
        assert parameter.limit is None or parameter.limit <= date(2026, 12, 31), key


def test_every_source_is_a_listed_instrument(policy):
    for key, parameter in policy.parameters.items():
        assert {row.instrument_id for row in parameter.rows} <= policy.instruments.keys(), key


def test_what_rests_on_a_document_that_could_not_be_opened_is_marked_uncertain(policy):
    unseen = {"hunan-2014-23", "house-defaults", "hunan-rubric"}
    for key, parameter in policy.parameters.items():
        for row in parameter.rows:
            if row.instrument_id in unseen and not parameter.house_rule:
                assert row.uncertain or parameter.uncertain, key


def test_every_row_speaks_from_its_first_day_to_the_day_before_the_next(policy):
    for key, parameter in policy.parameters.items():
        for area in {row.area for row in parameter.rows}:
            rows = [row for row in parameter.rows if row.area == area]
            ends = [row.valid_to or following.valid_from for row, following in pairwise(rows)]
            for row, end in zip(rows, [*ends, rows[-1].valid_to or parameter.limit or FAR], strict=True):
                assert row.valid_from < end, key
                last = end - timedelta(days=1)
                assert policy.value(key, on=row.valid_from, area=area) == row.value, key
                assert policy.row(key, on=last, area=area).valid_from == row.valid_from, key


# ── 2017 and other years ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("benefit.base_national", 7000),  # domain 1.5: 70 yuan in the whole of 2017
        ("benefit.base_province", 1500),  # 85 in all
        ("benefit.base_city", 0),
        ("benefit.base_county", 0),
        ("benefit.annuity_divisor", 139),
        ("interest.account_rate", 15000),  # 1.50 %
        ("interest.pbc_one_year_deposit", 15000),
        ("scheme.pension_age", 60),
        ("scheme.min_age", 16),
        ("scheme.required_years", 15),
        ("scheme.launch_date", date(2011, 7, 1)),
        ("delegated.one_off_cap", 500000),
        ("contribution.collector", "AGENCY"),
    ],
)
def test_any_day_of_2017_has_the_values_of_2017(policy, key, expected):
    assert {policy.value(key, on=day, area=CENTRE) for day in YEAR_2017} == {expected}


def test_the_funeral_grant_of_2017_is_that_of_the_centres_report(policy):
    grants = [policy.value("funeral.standard", on=day, area=CENTRE) for day in YEAR_2017]
    assert all(grant == {"fixed_fen": 100_000} for grant in grants)  # 1000 yuan


def test_tiers_of_2017_are_fourteen_in_hunan_and_twelve_nationally(policy):
    twelve = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1500, 2000]
    day = date(2017, 6, 1)
    assert policy.table("contribution.tier_list", on=day) == [yuan * 100 for yuan in twelve]
    assert policy.table("contribution.tier_list", on=day, area=CENTRE) == [yuan * 100 for yuan in [*twelve, 2500, 3000]]


@pytest.mark.parametrize(
    ("day", "yuan"),
    [
        (date(2009, 9, 1), 55),
        (date(2014, 6, 30), 55),
        (date(2014, 7, 1), 70),
        (date(2017, 12, 31), 70),
        (date(2018, 1, 1), 88),
        (date(2020, 6, 30), 88),
        (date(2020, 7, 1), 93),
        (date(2022, 12, 31), 98),
        (date(2023, 1, 1), 103),
        (date(2024, 1, 1), 123),
        (date(2025, 1, 1), 143),
        (date(2026, 1, 1), 163),
    ],
)
def test_national_minimum_by_its_notices(policy, day, yuan):
    assert policy.value("benefit.base_national", on=day) == yuan * 100


@pytest.mark.parametrize(
    ("day", "yuan"),
    [
        (date(2017, 12, 1), 85),
        (date(2018, 1, 1), 103),
        (date(2023, 6, 1), 136),
        (date(2024, 6, 1), 156),
        (date(2025, 1, 1), 176),
        (date(2026, 4, 1), 196),
    ],
)
def test_base_pension_in_hunan_adds_up_to_the_totals_known(policy, day, yuan):
    parts = ("national", "province", "city", "county")
    assert sum(policy.value(f"benefit.base_{part}", on=day, area=CENTRE) for part in parts) == yuan * 100


@pytest.mark.parametrize("year", range(2009, 2018))
def test_account_rate_is_the_benchmark_of_new_years_day(policy, year):
    day = date(year, 1, 1)
    benchmark = policy.value("interest.pbc_one_year_deposit", on=day)
    assert policy.value("interest.account_rate", on=date(year, 12, 31)) == benchmark


def test_of_law_nothing_answers_for_2030(policy):
    for key in (key for key, parameter in policy.parameters.items() if not parameter.house_rule):
        with pytest.raises(
            PolicyNotVerified, match=rf"{key}.*{policy.parameter(key).limit}，不能用于 2030-01-01.*law\.accept"
        ):
            policy.value(key, on=date(2030, 1, 1), area=CENTRE)


def test_rules_of_the_house_do_not_expire(policy):
    ours = [key for key, parameter in policy.parameters.items() if parameter.house_rule]
    assert {"watch.list_fresh_days", "procedure.bank_account_cooling_days", "books.pending_days"} <= set(ours)
    for key in ours:
        assert policy.value(key, on=FAR, area=CENTRE) == policy.value(key, on=date(2026, 12, 31), area=CENTRE)
        assert {row.instrument_id for row in policy.parameter(key).rows} == {"house-defaults"}


def test_last_checked_day_answers_and_the_next_does_not(policy):
    limit = policy.parameter("benefit.annuity_divisor").limit
    assert policy.value("benefit.annuity_divisor", on=limit) == 139
    with pytest.raises(PolicyNotVerified):
        policy.value("benefit.annuity_divisor", on=limit + timedelta(days=1))


def test_before_the_scheme_nothing_is_in_force(policy):
    with pytest.raises(NoRowInForce, match="2009-08-31"):
        policy.value("benefit.base_national", on=date(2009, 8, 31))


def test_unknown_names_are_refused(policy):
    with pytest.raises(PolicyUnknown, match=r"benefit\.nothing"):
        policy.value("benefit.nothing", on=date(2017, 1, 1))
    with pytest.raises(PolicyUnknown):
        policy.table("benefit.annuity_divisor", on=date(2017, 1, 1))
    with pytest.raises(PolicyUnknown, match="no_event"):
        policy.posting("no_event", date(2017, 1, 1))


# ── areas and what was known ─────────────────────────────────────────────────────────────────────


def test_the_most_specific_area_wins(policy):
    rows = [
        {"from": date(2011, 1, 1), "value": 1, "source": "house-defaults"},
        {"from": date(2015, 1, 1), "value": 2, "source": "house-defaults", "area": "43"},
        {
            "from": date(2012, 1, 1),
            "to": date(2016, 1, 1),
            "value": 3,
            "source": "house-defaults",
            "area": "430602",
        },
        {"from": date(2016, 6, 1), "value": 4, "source": "house-defaults"},
    ]
    changed = policy.with_rows("benefit.base_county", rows)

    def ask(year, area):
        return changed.value("benefit.base_county", on=date(year, 3, 1), area=area)

    assert [ask(2013, "430602"), ask(2013, "430602001001"), ask(2013, "4306"), ask(2013, "CN")] == [
        3,
        3,
        1,
        1,
    ]
    assert [ask(2015, "430602"), ask(2015, "430603"), ask(2015, "44")] == [3, 2, 1]
    assert [ask(2017, "430602"), ask(2017, "44")] == [2, 4]
    history = changed.history("benefit.base_county", area="430602")
    assert [one.valid_from.year for one in history] == [2011, 2012, 2015, 2016, 2016]
    assert [one.value for one in history] == [1, 3, 3, 2, 2]


def test_a_late_notice_is_unknown_before_it_was_announced(policy):
    """The rise to 88 from 2018-01-01 came in May 2018; the one to 70 from 2014-07-01 on 2015-01-10."""

    def ask(on, known):
        return policy.value("benefit.base_national", on=on, as_known=known)

    assert ask(date(2018, 3, 1), date(2018, 4, 30)) == 7000
    assert ask(date(2018, 3, 1), date(2018, 6, 1)) == 8800
    assert ask(date(2014, 8, 1), date(2015, 1, 9)) == 5500
    assert ask(date(2014, 8, 1), date(2015, 1, 10)) == 7000


def test_the_rise_of_2026_is_unknown_before_it_was_said_in_march(policy):
    day = date(2026, 2, 1)
    assert policy.value("benefit.base_national", on=day, as_known=date(2026, 3, 4)) == 14_300
    assert policy.value("benefit.base_national", on=day, as_known=date(2026, 3, 5)) == 16_300


def test_a_row_explains_itself(policy):
    row = policy.row("benefit.base_province", on=date(2017, 6, 1), area=CENTRE)
    assert (row.value, row.area, row.source, row.verified) == (1500, "43", "湘政发〔2014〕23号", False)
    assert (row.valid_from, row.valid_to) == (date(2014, 7, 1), date(2018, 1, 1))
    assert row.uncertain
    divisor = policy.row("benefit.annuity_divisor", on=date(2017, 6, 1))
    assert (divisor.source, divisor.verified, divisor.uncertain) == ("国发〔2014〕8号第六部分", True, None)


def test_tables_are_handed_out_as_copies(policy):
    day = date(2017, 6, 1)
    policy.value("contribution.tier_list", on=day).clear()
    assert policy.value("contribution.tier_list", on=day)


def test_fingerprint_follows_content_only(policy):
    again = Policy.read(HERE)
    assert again.fingerprint == policy.fingerprint
    rows = [{"from": date(2014, 2, 21), "value": 140, "source": "state-council-2014-8"}]
    changed = policy.with_rows("benefit.annuity_divisor", rows)
    assert changed.fingerprint != policy.fingerprint
    assert policy.value("benefit.annuity_divisor", on=date(2017, 1, 1)) == 139

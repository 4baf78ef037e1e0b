"""The generated year, counted and paid again by independent code that reads only its files and agenda."""

import hashlib
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from jubao.exchange import read_large, read_table
from jubao.simulation.agenda import Agenda
from jubao.simulation.generation import generate, plan_year
from jubao.simulation.settings import section
from jubao.simulation.targets import Targets
from jubao.vocabulary import month
from jubao.vocabulary.workdays import add_workdays, is_workday
from tests.simulation_oracle import LAYOUTS, SOURCES, Oracle

CUT_OFF = "2017-12-15"
FIGURES = Path(__file__).parents[1] / "src/jubao/simulation/data/figures-2017.yaml"


@cache
def year_of(seed: int, scale: float, base: Path) -> Oracle:
    """A generated and walked year, made once per seed and scale."""
    folder = base / f"{seed}-{scale}"
    return Oracle(folder, generate(seed, scale, folder)).walk()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("districts")


@pytest.fixture(scope="module", params=[1, 2, 3])
def small(request: pytest.FixtureRequest, base: Path) -> Oracle:
    return year_of(request.param, 0.05, base)


def cases(agenda: Agenda, *acts: str, until: str = "9999") -> list[dict[str, Any]]:
    return [case for event in agenda.events if event.act in acts and event.on <= until for case in event.cases]


def people_of(agenda: Agenda, *acts: str, until: str = "9999") -> set[str]:
    return {case["person"] for case in cases(agenda, *acts, until=until)}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_gives_the_same_bytes_and_another_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        generate(seed, 0.01, tmp_path / name)
    first, again, other = (digests(tmp_path / name) for name in "abc")
    assert first == again
    assert len(first) > 80
    register = next(name for name in first if "底册" in name)
    assert other[register] != first[register]


def test_a_kept_agenda_is_reused_only_for_the_same_question(tmp_path: Path) -> None:
    first = generate(7, 0.01, tmp_path)
    stamp = (tmp_path / "agenda.json").stat().st_mtime_ns
    assert generate(7, 0.01, tmp_path) == first
    assert (tmp_path / "agenda.json").stat().st_mtime_ns == stamp
    assert generate(8, 0.01, tmp_path).seed == 8


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_other_seeds_are_other_people_with_the_same_sum_of_pensions(seed: int) -> None:
    plan, stated = plan_year(seed, 1.0), Targets.scaled(1.0)
    assert plan.pensions_fen == stated.pensions_fen == 1_012_280_000
    assert not (plan.people.number[:500] == plan_year(seed + 10, 0.1).people.number[:500]).any()


def test_every_reference_has_its_deposit_of_the_same_amount(small: Oracle) -> None:
    deposits = {deposit.reference: deposit for deposit in small.agenda.deposits}
    assert len(deposits) == len(small.agenda.deposits)
    expected: dict[str, tuple[str, int, str]] = {}
    for event in small.agenda.events:
        for case in event.cases:
            for reference, account, amount in _money_of(small, event.act, case):
                expected[reference] = (account, deposits[reference].amount_fen if amount is None else amount, event.on)
    assert set(expected) == set(deposits)
    for reference, (account, amount, on) in expected.items():
        deposit = deposits[reference]
        assert (deposit.account, deposit.amount_fen) == (account, amount)
        assert deposit.on <= on


def _money_of(small: Oracle, act: str, case: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    """Reference, account and fen of the money a case is about; no fen where only the bank knows them."""
    if act in LAYOUTS:
        header = read_table(small.folder / case["file"], LAYOUTS[act]).header
        return [(header["receipt_reference"], "COLLECTION", header["total"])]
    if act == "fiscal.receive":
        rows = read_table(small.folder / case["file"], "fiscal_notice").records()
        return [(row["reference"], "FISCAL", row["amount"]) for row in rows]
    known: dict[str, tuple[str, int | None]] = {
        "transfer.receive": ("COLLECTION", sum(case.get(f"{source}_fen", 0) for source in SOURCES)),
        "receipt.interest": ("FISCAL", round(section("fund")["bank_interest"]["yuan"] * 100 * small.agenda.scale)),
        "receipt.unidentified": ("COLLECTION", None),
        "payment.returned_late": ("DISBURSEMENT", small.paid[201712].get(case.get("person", ""))),
        "recovery.receive": ("COLLECTION", case.get("amount_fen")),
        "delegated.fund": ("DELEGATED", case.get("amount_fen")),
    }
    return [(case["reference"], *known[act])] if act in known else []


def test_everybody_who_is_named_is_known_by_then(small: Oracle) -> None:
    known, rosters = set(small.register), {person for _, person in small.rosters}
    for event in small.agenda.events:
        for case in event.cases:
            if event.act == "enrolment.enrol":
                table = read_table(small.folder / case["file"], "enrolment_batch")
                assert not known & set(table.columns["resident_number"])
                known |= set(table.columns["resident_number"])
            elif event.act == "transfer.receive":
                assert case["person"] not in known
                known.add(case["person"])
            elif event.act.startswith("delegated.") and "person" in case:
                assert case["person"] in rosters
            elif "person" in case:
                assert case["person"] in known, event.act
    assert {person for _, person, _ in small.received} <= known


def test_nobody_plays_two_parts(small: Oracle) -> None:
    agenda = small.agenda
    held, ended = people_of(agenda, "match.hold"), people_of(agenda, "match.confirm", "award.terminate")
    resumed, suspended = people_of(agenda, "award.resume"), people_of(agenda, "award.suspend", "award.suspend_many")
    left = people_of(agenda, "match.end_payer", "enrolment.end", "transfer.send")
    granted = people_of(agenda, "award.grant")
    refused = {bound["person"] for bound in agenda.rebinds}
    accounts = {account for refusals in agenda.bank_failures.values() for account in refusals}
    assert accounts == {small.register[person]["bank_account"] for person in refused}
    for one, other in (
        (held, resumed),
        (held, suspended),
        (ended, resumed),
        (left, held),
        (left, granted),
        (granted, held),
        (refused, held | suspended | resumed | granted),
    ):
        assert not one & other
    assert people_of(agenda, "match.confirm") <= held
    assert Counter(case["person"] for case in cases(agenda, "match.hold", "award.grant")).most_common(1)[0][1] == 1


def test_the_small_year_comes_to_its_own_scaled_plan(small: Oracle) -> None:
    plan = Targets.scaled(0.05)
    assert sum(sum(run.values()) for run in small.paid.values()) == plan.pensions_fen
    assert len(small.paid[201712]) == plan.paid
    in_time = [entry for entry in small.received if entry[0] <= CUT_OFF]
    assert sum(amount for _, _, amount in in_time) == plan.collected_fen
    assert len({person for _, person, _ in in_time}) == plan.payers


def test_a_lapsed_certification_stops_the_pension_and_every_draw_covers_its_payroll(small: Oracle) -> None:
    assert small.lapsed_unseen() == []
    draws = {case["month"]: case["amount_fen"] for case in cases(small.agenda, "fund.draw")}
    for number, run in small.paid.items():
        assert draws[number] > sum(run.values())


def test_acts_fall_on_working_days_in_order(small: Oracle) -> None:
    days = [event.on for event in small.agenda.events]
    assert days == sorted(days)
    assert all(is_workday(date.fromisoformat(day)) for day in set(days))


def test_no_list_comes_in_between_the_lock_of_a_payment_and_its_release(small: Oracle) -> None:
    lists = {date.fromisoformat(event.on) for event in small.agenda.events if event.act == "match.import"}
    for event in small.agenda.events:
        if event.act in ("payroll.calculate", "delegated.calculate"):
            locked = date.fromisoformat(event.on)
            assert not [day for day in lists if locked <= day < add_workdays(locked, 1)]


def test_what_departments_sent_for_others_is_paid_or_given_back(small: Oracle) -> None:
    agenda = small.agenda
    sent, back = Counter[str](), Counter[str]()
    for case in cases(agenda, "delegated.fund"):
        sent[case["programme"]] += case["amount_fen"]
    for case in cases(agenda, "delegated.return_fund"):
        back[case["programme"]] += case["amount_fen"]
    assert sent - back == Counter(small.delegated)


def test_the_one_taken_for_dead_is_reinstated_on_later_evidence(small: Oracle) -> None:
    [case] = cases(small.agenda, "award.reinstate")
    ended = {one["person"]: one for one in cases(small.agenda, "match.confirm")}[case["person"]]
    assert ended["reason"] == "1401"
    assert ended["event_date"] < case["evidence_date"]
    assert not small.pensions[case["person"]].stopped


def test_deaths_lie_before_the_hold_and_repayments_never_pass_the_claim(small: Oracle) -> None:
    held_from = {case["person"]: case["from_month"] for case in cases(small.agenda, "match.hold")}
    confirmed = {case["person"]: case for case in cases(small.agenda, "match.confirm")}
    for person, case in confirmed.items():
        if case["reason"] == "1401":
            died = month.of(date.fromisoformat(case["event_date"]))
            assert 2 <= month.between(died, held_from[person]) <= 7
            assert (small.register[person]["certified_month"] or 0) <= died
    repaid: Counter[str] = Counter()
    for case in cases(small.agenda, "recovery.receive"):
        repaid[case["person"]] += case["amount_fen"]
    for person, amount in repaid.items():
        start = month.of(date.fromisoformat(confirmed[person]["event_date"]))
        assert start >= max(201501, small.register[person]["pension_start"])
        assert amount <= 8500 * month.between(start, held_from[person])


@pytest.fixture(scope="module")
def full(base: Path) -> Oracle:
    return year_of(2017, 1.0, base)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    stated: dict[str, Any] = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))["operations"]
    return stated


@pytest.mark.slow
def test_the_full_year_collects_what_the_document_states(full: Oracle, figures: dict[str, Any]) -> None:
    in_time = [entry for entry in full.received if entry[0] <= CUT_OFF]
    assert sum(amount for _, _, amount in in_time) == figures["collection"]["collected_yuan"] * 100
    assert len({person for _, person, _ in in_time}) == figures["collection"]["payers"]
    assert len(full.received) > len(in_time), "the year goes on after the cut-off"
    used, paid_by = set(), set()
    for case in cases(full.agenda, "contribution.outlet", until=CUT_OFF):
        table = read_table(full.folder / case["file"], "outlet_batch")
        used |= set(table.columns["outlet"])
        paid_by |= set(table.columns["paid_by"])
    assert (len(used), paid_by) == (figures["outlets"]["platforms"], {"刷卡"})


@pytest.mark.slow
def test_the_full_year_matches_what_the_document_states(full: Oracle, figures: dict[str, Any]) -> None:
    figures = figures["accounts_and_matching"]
    agenda = full.agenda
    assert len(people_of(agenda, "match.end_payer", "enrolment.end", until=CUT_OFF)) == figures["payers_terminated"]
    ended = cases(agenda, "match.confirm", "award.terminate", until=CUT_OFF)
    assert len(ended) == figures["beneficiaries_terminated"]
    died = [case for case in ended if case["reason"] == "1401"]
    assert len(died) == figures["of_which_died"]
    assert sum(_earns_grant(case) for case in died) == figures["funeral_grants_people"]
    kinds = {case["list_number"]: case["list_kind"] for case in cases(agenda, "match.import")}
    confirmed = {case["person"] for case in cases(agenda, "match.confirm", until=CUT_OFF)}
    held: dict[str, set[str]] = defaultdict(set)
    for case in cases(agenda, "match.hold", until=CUT_OFF):
        held[kinds[case["list_number"]]].add(case["person"])
    for kind, name in (
        ("MINISTRY_DEATH", "ministry_suspected_death_alerts"),
        ("POLICE_DEATH", "police_suspected_death_matches"),
    ):
        stated = figures[name]
        assert len(held[kind]) == stated["total"]
        assert len(held[kind] & confirmed) == stated["terminated"]
        assert len(held[kind] - confirmed) == stated["suspended"]
    assert len(held["CROSS_PROVINCE"] & confirmed) == figures["cross_province_duplicates_verified"]
    repaid = sum(case["amount_fen"] for case in cases(agenda, "recovery.receive", until=CUT_OFF))
    assert Fraction(repaid, 100) == Fraction(str(figures["recovered_yuan"]))
    asked = people_of(agenda, "match.request_other", until=CUT_OFF)
    assert len(asked) == figures["in_province_duplicates_terminated"]
    compared = next(case["file"] for case in cases(agenda, "match.import") if case["list_kind"] == "PROVINCIAL")
    reading = read_large(full.folder / compared, "provincial_comparison")
    assert sum(batch.rows for batch in reading) == figures["duplicate_enrolment_records_matched"]
    assert not reading.fault_counts


def _earns_grant(case: dict[str, Any]) -> bool:
    delay = date.fromisoformat(case["reported_date"]) - date.fromisoformat(case["event_date"])
    return case["burial"] == "火化" and delay.days <= 30


@pytest.mark.slow
def test_the_full_year_pays_what_the_document_states(full: Oracle, figures: dict[str, Any]) -> None:
    figures = figures["payment"]
    december = full.paid[201712]
    assert len(december) == figures["beneficiaries_paid"]
    granted = people_of(full.agenda, "award.grant", until="2017-12-05")
    assert len(granted & set(december)) == figures["newly_eligible"]
    assert granted == people_of(full.agenda, "award.grant", until=CUT_OFF)
    stopped = people_of(full.agenda, "match.hold", "award.suspend", "award.suspend_many", until=CUT_OFF)
    stopped -= people_of(full.agenda, "award.resume", "match.confirm", "award.terminate", until=CUT_OFF)
    assert len(stopped) == figures["suspended"]
    assert len(cases(full.agenda, "award.resume", until=CUT_OFF)) == figures["resumed"]
    assert sum(sum(run.values()) for run in full.paid.values()) == figures["pensions_paid_yuan"] * 100
    assert full.lapsed_unseen() == []


@pytest.mark.slow
def test_the_full_year_moves_what_the_document_states(full: Oracle, figures: dict[str, Any]) -> None:
    figures = figures["transfers"]
    received = Counter(case["kind"] for case in cases(full.agenda, "transfer.receive", until=CUT_OFF))
    sent = Counter(case["kind"] for case in cases(full.agenda, "transfer.send", until=CUT_OFF))
    assert received["WITHIN_PROVINCE"] == figures["within_province_in"]
    assert received["CROSS_PROVINCE"] == figures["cross_province_in"]
    assert received["FROM_EMPLOYEES"] == figures["scheme_bridging_in"]
    assert sent == {
        "WITHIN_PROVINCE": figures["within_province_out"],
        "TO_EMPLOYEES": figures["scheme_bridging_out"],
    }


@pytest.mark.slow
def test_the_full_year_does_the_other_duties_the_document_states(full: Oracle, figures: dict[str, Any]) -> None:
    fiscal: Counter[str] = Counter()
    for case in cases(full.agenda, "fiscal.receive", until=CUT_OFF):
        for row in read_table(full.folder / case["file"], "fiscal_notice").records():
            fiscal["county" if row["level"] == "县" else "upper"] += row["amount"]
    assert fiscal["upper"] == figures["fund"]["upper_transfers_received_yuan"] * 100
    remitted = sum(case["amount_fen"] for case in cases(full.agenda, "fund.remit", until=CUT_OFF))
    assert remitted == figures["fund"]["account_surplus_remitted_to_province_yuan"] * 100
    file = cases(full.agenda, "delegated.enrol")[0]["file"]
    roster = Counter(read_table(full.folder / file, "delegated_roster").columns["programme"])
    assert [roster[code] for code in ("801", "802", "803")] == list(figures["delegated_payments"].values())
    results: Counter[str] = Counter()
    for case in cases(full.agenda, "campaign.results", until=CUT_OFF):
        results.update(read_table(full.folder / case["file"], "campaign_result").columns["result"])
    universal = figures["universal_enrolment"]
    assert results == {"完成": universal["completed"], "无法录入": universal["cannot_be_recorded"]}
    assert len(cases(full.agenda, "submission.record", until=CUT_OFF)) >= figures["information_reports_at_least"]

"""From a seed to a year: plan everything first, then write the files and the agenda."""

from pathlib import Path

from jubao.simulation import (
    alerts,
    campaign,
    collection,
    cremations,
    delegated,
    district,
    founding,
    leaving,
    mishaps,
    month_end,
    moving,
    office_money,
    pensions,
    recoveries,
    reporting,
    treasury,
    watching,
)
from jubao.simulation.agenda import Agenda
from jubao.simulation.awards import plan_awards
from jubao.simulation.calendar_of_year import OfficeYear
from jubao.simulation.calibration import calibrate, expect_payroll, fill_pension_accounts
from jubao.simulation.chance import Chance
from jubao.simulation.contributions import plan_contributions
from jubao.simulation.fates import decide_fates
from jubao.simulation.histories import remember
from jubao.simulation.paper import Paper, YearPlan
from jubao.simulation.people import populate
from jubao.simulation.roles import head_counts
from jubao.simulation.targets import Targets

_KEPT = "agenda.json"
_DISTRICT_CODE = "430602"
_FIGURES_YEAR = 2017


def generate(seed: int, scale: float, folder: Path, year: int = _FIGURES_YEAR) -> Agenda:
    """Write the input files of a year under a folder and give its agenda.

    The agenda is kept as ``agenda.json`` beside the files, written last; asked again for the same seed,
    scale and year, the kept one is given and nothing is written. The same arguments give the same bytes.

    Args:
        seed: any whole number; another seed is another district with the same figures.
        scale: size against the district of 2017, 0.01 to 20.
        folder: where the files shall stand; created if missing.
        year: the calendar year to play; figures are calibrated for 2017.
    """
    kept = folder / _KEPT
    if kept.exists() and (agenda := Agenda.load(kept)).fits(seed, scale, year):
        return agenda
    folder.mkdir(parents=True, exist_ok=True)
    agenda = Agenda(seed=seed, scale=scale, year=year)
    write_down(plan_year(seed, scale, year), Paper(folder, agenda))
    agenda.arrange()
    agenda.save(kept)
    return agenda


def plan_year(seed: int, scale: float, year: int = _FIGURES_YEAR) -> YearPlan:
    """Choose people, pasts, fates and money of a year; nothing is written."""
    chance, office, targets = Chance(seed, year), OfficeYear(year), Targets.scaled(scale)
    divisions = district.divisions(chance, _DISTRICT_CODE)
    people = populate(chance, head_counts(targets, scale), year, district.villages(divisions))
    fates = decide_fates(chance, people, targets, scale, year)
    past = remember(chance, people, fates, year)
    paid = plan_contributions(chance, people, past, targets, scale, office)
    awards = plan_awards(chance, people, past, paid)
    payroll = expect_payroll(people, fates, awards, year)
    pensions_fen = calibrate(chance, people, past, payroll, awards, targets.pensions_fen)
    fill_pension_accounts(chance, people, past, year)
    outlets = district.outlets(chance, divisions, targets.outlets, year)
    return YearPlan(
        scale,
        office,
        targets,
        chance,
        divisions,
        outlets,
        people,
        fates,
        past,
        paid,
        awards,
        payroll,
        pensions_fen,
    )


def write_down(plan: YearPlan, paper: Paper) -> None:
    """Write every file and note every act; draws come last, once all refunds are known."""
    duplicates = recoveries.plan_duplicates(
        plan.chance, plan.people, plan.fates, plan.targets.recovered_fen, plan.office
    )
    founding.found(plan, paper)
    _work_on_people(plan, paper, duplicates)
    campaign.register_everybody(plan, paper)
    delegated.pay_on_behalf(plan, paper)
    for step in (
        office_money.budget,
        office_money.spend,
        office_money.assets,
        office_money.survey,
        reporting.send_reports,
        reporting.owe_returns,
        reporting.sign_report,
        office_money.declare,
        treasury.receive_fiscal_money,
        treasury.remit,
        treasury.earn_interest,
        treasury.run,
        treasury.close,
        month_end.run,
        month_end.budget,
        watching.run,
        cremations.send_ledgers,
    ):
        step(plan, paper)


def _work_on_people(plan: YearPlan, paper: Paper, duplicates: recoveries.Duplicates) -> None:
    alerts.send_lists(plan, paper, duplicates)
    recoveries.claim_back(plan, paper, duplicates)
    leaving.compare(plan, paper)
    leaving.end_at_home(plan, paper)
    collection.enrol(plan, paper)
    collection.collect(plan, paper)
    collection.government_pays(plan, paper)
    moving.receive(plan, paper)
    moving.send(plan, paper)
    for step in (
        pensions.grant,
        pensions.suspend,
        pensions.resume,
        pensions.end_on_request,
        pensions.certify,
        pensions.refuse_payments,
        mishaps.hold_before_release,
        mishaps.take_back_a_returned_payment,
        mishaps.give_a_contribution_back,
        mishaps.send_mispaid_money_back,
        mishaps.correct_by_hand,
        mishaps.reinstate_the_living,
    ):
        step(plan, paper)

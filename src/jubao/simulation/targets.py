"""The year's figures as a plan for the generator: how many of everything, at any scale.

The figures come from the data sheet of the source document. Only the generator reads them; the system
that is later fed with the files never does.
"""

from dataclasses import dataclass, replace
from typing import Any

from jubao.simulation.settings import section, sheet

_FEN = 100


@dataclass(frozen=True)
class Targets:
    """Counts of people and sums of money (fen) the year shall come to by the cut-off."""

    collected_fen: int
    payers: int
    payers_terminated: int
    died: int
    funeral_grants: int
    ministry_terminated: int
    ministry_suspended: int
    police_terminated: int
    police_suspended: int
    other_ended_employees: int
    ended_abroad: int
    cross_province: int
    recovered_fen: int
    in_province: int
    compared: int
    sent_within: int
    received_within: int
    received_bridging: int
    sent_bridging: int
    received_cross: int
    paid: int
    newly_eligible: int
    other_suspended: int
    resumed: int
    resumed_in_year: int
    pensions_fen: int
    upper_fen: int
    remitted_fen: int
    only_child_parents: int
    rural_teachers: int
    rural_doctors: int
    city_task: int
    earlier_task: int
    cannot_be_recorded: int
    completed: int
    outlets: int
    insured: int

    @property
    def alerts_terminated(self) -> int:
        """People of the death alerts whose pension ended."""
        return self.ministry_terminated + self.police_terminated

    @property
    def alerts_suspended(self) -> int:
        """People of the death alerts who stay suspended."""
        return self.ministry_suspended + self.police_suspended

    @property
    def alerts_employees(self) -> int:
        """People of the death alerts who prove to draw the employees' pension."""
        return self.alerts_terminated - self.died

    @property
    def beneficiaries_terminated(self) -> int:
        """All beneficiaries whose pension ended."""
        others = self.cross_province + self.other_ended_employees + self.ended_abroad
        return self.alerts_terminated + others

    @property
    def ended_this_year_requested(self) -> int:
        """People ended this year because of the employees' pension; the other agency is asked, too."""
        return self.alerts_employees + self.other_ended_employees

    @property
    def suspended(self) -> int:
        """People standing suspended at the cut-off."""
        return self.alerts_suspended + self.other_suspended

    @classmethod
    def scaled(cls, scale: float) -> "Targets":
        """The figures of the year multiplied by a scale: whole people, at least one of each kind."""
        full = _full()
        many = {name: max(1, round(value * scale)) for name, value in vars(full).items()}
        many["collected_fen"] = max(1, round(full.collected_fen * scale / 10_000)) * 10_000
        many["died"] = min(many["died"], many["ministry_terminated"] + many["police_terminated"] - 1)
        many["funeral_grants"] = min(many["funeral_grants"], many["died"])
        many["resumed_in_year"] = min(many["resumed_in_year"], many["resumed"] - 1)
        many["outlets"] = min(many["outlets"], sum(t["villages"] for t in sheet("divisions")["townships"]))
        plan = cls(**many)
        in_province = max(plan.in_province, plan.ended_this_year_requested + 1)
        return replace(plan, in_province=in_province) if scale != 1 else plan


def _full() -> Targets:
    """The figures at scale 1, exactly as the document states them."""
    operations, benefits = sheet("figures-2017")["operations"], section("benefits")
    matching, payment = operations["accounts_and_matching"], operations["payment"]
    return Targets(
        **_collection(operations),
        **_matching(matching),
        **_transfers(operations["transfers"]),
        paid=payment["beneficiaries_paid"],
        newly_eligible=payment["newly_eligible"],
        resumed=payment["resumed"],
        resumed_in_year=benefits["suspended_and_resumed"],
        other_suspended=benefits["other_suspended"],
        other_ended_employees=benefits["other_ended_employees"],
        ended_abroad=benefits["ended_abroad"],
        pensions_fen=payment["pensions_paid_yuan"] * _FEN,
        **_duties(operations),
        insured=section("register")["insured"],
    )


def _collection(operations: dict[str, Any]) -> dict[str, int]:
    collection, fund = operations["collection"], operations["fund"]
    return {
        "collected_fen": collection["collected_yuan"] * _FEN,
        "payers": collection["payers"],
        "upper_fen": fund["upper_transfers_received_yuan"] * _FEN,
        "remitted_fen": fund["account_surplus_remitted_to_province_yuan"] * _FEN,
    }


def _matching(matching: dict[str, Any]) -> dict[str, int]:
    ministry, police = matching["ministry_suspected_death_alerts"], matching["police_suspected_death_matches"]
    return {
        "payers_terminated": matching["payers_terminated"],
        "died": matching["of_which_died"],
        "funeral_grants": matching["funeral_grants_people"],
        "ministry_terminated": ministry["terminated"],
        "ministry_suspended": ministry["suspended"],
        "police_terminated": police["terminated"],
        "police_suspended": police["suspended"],
        "cross_province": matching["cross_province_duplicates_verified"],
        "recovered_fen": round(matching["recovered_yuan"] * _FEN),
        "in_province": matching["in_province_duplicates_terminated"],
        "compared": matching["duplicate_enrolment_records_matched"],
    }


def _transfers(transfers: dict[str, int]) -> dict[str, int]:
    return {
        "sent_within": transfers["within_province_out"],
        "received_within": transfers["within_province_in"],
        "received_bridging": transfers["scheme_bridging_in"],
        "sent_bridging": transfers["scheme_bridging_out"],
        "received_cross": transfers["cross_province_in"],
    }


def _duties(operations: dict[str, Any]) -> dict[str, int]:
    delegated, universal = operations["delegated_payments"], operations["universal_enrolment"]
    return {
        "only_child_parents": delegated["only_child_families"],
        "rural_teachers": delegated["rural_teachers"],
        "rural_doctors": delegated["village_doctors"],
        "city_task": universal["target_from_city"],
        "earlier_task": universal["earlier_target"],
        "cannot_be_recorded": universal["cannot_be_recorded"],
        "completed": universal["completed"],
        "outlets": operations["outlets"]["platforms"],
    }

"""What an act says of its own undoing is true: every way back is an act, and a test walks it."""

import re
from pathlib import Path

import pytest

from jubao.operations.envelope.declaration import ACTS, Final

TESTS = Path(__file__).parent
WALKED = {
    "account.rebind": "redirect::test_the_last_word_on_an_account_counts",
    "award.grant": "pension::test_an_ended_relation_is_paid_out_once_and_everything_returns_to_zero",
    "award.reinstate": "reinstatement::test_a_pension_that_was_reinstated_can_end_again",
    "award.suspend": "suspension::test_a_resumption_on_evidence_of_life_counts_as_a_confirmation",
    "award.terminate": "reinstatement::test_everything_is_as_if_the_pension_had_never_ended",
    "contribution.bank": "refund::test_a_year_given_back_can_be_paid_again_with_its_subsidy_and_counts_once",
    "contribution.credit": "refund::test_a_refund_takes_out_what_the_contribution_brought_and_owes_the_personal_part",
    "contribution.outlet": "taking::test_outlet_lines_keep_receipt_outlet_and_way_of_payment",
    "delegated.calculate": "holding::test_a_held_delegated_month_is_paid_with_the_next",
    "enrolment.end": "restoration::test_an_ending_for_a_death_that_was_none_is_taken_back_whole",
    "enrolment.restore": "restoration::test_who_was_restored_pays_earns_and_ends_like_anybody_else",
    "match.end_payer": "restoration::test_an_ending_for_a_double_payer_is_taken_back_too",
    "payout.collect": "holding::test_a_held_single_sum_waits_for_the_next_collection",
    "payout.redirect": "redirect::test_the_last_word_on_an_account_counts",
    "payroll.calculate": "holding::test_a_held_line_is_not_sent_and_the_rest_is_paid",
    "receipt.interest": "funds::test_a_line_taken_for_interest_by_mistake_is_free_again_once_that_is_reversed",
    "receipt.unidentified": "funds::test_a_receipt_that_was_identified_is_free_and_used_once",
    "recovery.instalments": "recovery::test_a_later_agreement_replaces_the_earlier",
    "voucher.enter": "vouchers::test_a_voucher_by_hand_reclassifies_and_its_reversal_mirrors_it",
}
"""By act, the test in which its way back is walked; of the others one file of tests names both acts."""


def test_every_way_back_is_an_act_that_a_test_walks() -> None:
    ways = {code: str(one.undone_by) for code, one in ACTS.items() if not isinstance(one.undone_by, Final)}
    assert {back for back in ways.values() if back not in ACTS} == set()
    assert set(ways) >= set(WALKED)
    assert {code for code, back in ways.items() if code not in WALKED and not _walked_somewhere(code, back)} == set()


def _walked_somewhere(code: str, back: str) -> bool:
    """Whether several tests of one file walk a way back: it names both acts, or the one twice that takes itself back."""
    texts = (path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py") if path != Path(__file__))
    return any(f'"{back}"' in text and text.count(f'"{code}"') > (code == back) for text in texts)


@pytest.mark.parametrize(("code", "test"), sorted(WALKED.items()))
def test_the_test_that_walks_a_way_back_is_there(code: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert f"\ndef {name}(" in (TESTS / f"test_operations_{file}.py").read_text(encoding="utf-8"), code


def test_what_cannot_be_undone_promises_no_act_that_refuses() -> None:
    """A reason why nothing takes an act back names other acts by their titles; none of them may be invented."""
    named = re.compile(r"[a-z]+\.[a-z_]+")
    finals = {code: one.undone_by.why for code, one in ACTS.items() if isinstance(one.undone_by, Final)}
    assert {code: why for code, why in finals.items() if any(word not in ACTS for word in named.findall(why))} == {}
    promises = ("重新缴费", "恢复参保", "转入接收", "逐人红冲", "另办参保登记")
    kept = {"contribution.refund": "重新缴费"}  # a year given back can be paid again: test_operations_refund
    told = {code: word for code, why in finals.items() for word in promises if word in why}
    assert told == kept

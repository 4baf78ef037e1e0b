"""Nobody of the staff alone, and no two of them together, can move money to themselves unseen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.golden import assert_page
from tests.office import Office
from tests.theft.crew import EVERYBODY
from tests.theft.outcome import End, Outcome
from tests.theft.reckoning import reckonings
from tests.theft.table import Crew, written
from tests.theft.theft import Theft
from tests.theft.theft_office import theft_office
from tests.theft.trial import attempt
from tests.theft.ways import SUBJECTS, THEFTS

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Tried:
    """Every way tried in the offices: how it ends when everybody colludes, and for whom of the staff how."""

    office: Office
    together: dict[str, Outcome]
    by_crew: dict[str, dict[Crew, Outcome]]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def tried(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """Every way tried once by everybody together; for singles and pairs it is reckoned who begins and who looks on."""
    together: dict[str, Outcome] = {}
    by_crew: dict[str, dict[Crew, Outcome]] = {}

    def try_all(office: Office, *, unregistered: bool) -> Office:
        for theft in THEFTS:
            if theft.unregistered == unregistered:
                others = reckonings()
                end = attempt(office, theft.way, frozenset(EVERYBODY), others)
                together[theft.name] = end
                by_crew[theft.name] = {one.crew: one.outcome or end for one in others}
        return office

    home = tmp_path_factory.mktemp("theft")
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home):
        with undone():
            office = Office()
            office.open_fund()
            try_all(office, unregistered=True)
        with undone():
            yield Tried(try_all(theft_office(), unregistered=False), together, by_crew)


@pytest.mark.parametrize("theft", THEFTS, ids=lambda one: one.way.__name__)
def test_nobody_alone_and_no_two_move_money_to_themselves_unseen(tried: Tried, theft: Theft) -> None:
    won = {
        "、".join(sorted(crew)): str(one) for crew, one in tried.by_crew[theft.name].items() if one.end is End.SUCCEEDS
    }
    assert won == {}


@pytest.mark.parametrize("theft", [one for one in THEFTS if not one.unregistered], ids=lambda one: one.way.__name__)
def test_what_is_reckoned_is_what_happens(tried: Tried, theft: Theft) -> None:
    """One crew of each end really tries, and meets that end; where everybody else is out, the ends are the same."""
    first: dict[tuple[End, str], Crew] = {}
    for crew, outcome in tried.by_crew[theft.name].items():
        first.setdefault((outcome.end, outcome.where), crew)
    for (end, where), crew in first.items():
        met = attempt(tried.office, theft.way, crew)
        assert (met.end, met.where) == (end, where), (sorted(crew), met)


@pytest.mark.slow
@pytest.mark.parametrize("theft", [one for one in THEFTS if not one.unregistered], ids=lambda one: one.way.__name__)
def test_every_single_and_every_pair_really_tries(tried: Tried, theft: Theft) -> None:
    for crew, outcome in tried.by_crew[theft.name].items():
        met = attempt(tried.office, theft.way, crew)
        assert (met.end, met.where) == (outcome.end, outcome.where), (sorted(crew), met)


@pytest.mark.golden
def test_the_page_of_thefts_is_what_the_trials_give(tried: Tried) -> None:
    assert_page("theft.md", lambda _: written(SUBJECTS, tried.together, tried.by_crew))

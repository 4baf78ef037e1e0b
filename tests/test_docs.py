"""What the map, the picture of the data and the glossary say is in the house."""

import pytest

from tests.golden import assert_page, filled
from tests.walks import WALKS, told


@pytest.mark.django_db
@pytest.mark.golden
@pytest.mark.parametrize("name", WALKS)
def test_a_walk_of_the_map_passes_the_files_that_its_acts_pass(name: str) -> None:
    assert_page("architecture.md", lambda page: filled(page, name, told(name)))

"""What stories are played on: a copy of small demonstration books, their desk as a process of its own, and Chromium."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.desk_server import NOT_OURS, ROOT, Desk, desk_of
from tests.stories.chromium import where_chromium_is
from tests.stories.desk import Clerk, seated

MADE = """
from jubao.cli.setup import open_office
open_office(writes=True)
from jubao.cli import desk
desk.DEMONSTRATED = (5, 0.01, 2017)
desk.prepared(demo=True)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories need a browser; where there is none they are skipped, and say so."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.stories)
            if where_chromium_is() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small demonstration books: an invented year, and the morning after it."""
    home = tmp_path_factory.mktemp("stories") / "office"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    environment |= {"JUBAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", MADE], env=environment, check=True, timeout=240, capture_output=True)
    return home


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=where_chromium_is(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shared_desk(books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on a copy of the books, for stories of one file that only look."""
    copy = tmp_path_factory.mktemp("desk") / "office"
    shutil.copytree(books, copy)
    with desk_of(copy) as running:
        yield running


@pytest.fixture
def desk(books: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk on a copy of the books, for one story."""
    copy = tmp_path / "office"
    shutil.copytree(books, copy)
    with desk_of(copy) as running:
        yield running


@pytest.fixture
def clerk(chromium: Browser, desk: Desk) -> Callable[..., AbstractContextManager[Clerk]]:
    """Seat somebody of a post at this story's desk: a window that is closed when the block ends."""
    return partial(seated, chromium, desk.address)

"""Every page as it stands in a browser: nothing in the console, nothing too wide, nothing that axe minds, light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.desk_server import Desk
from tests.stories.chromium import faults_of
from tests.stories.desk import Clerk, seated

POSTS = (
    "主任",
    "副主任（业务）",
    "副主任（财务）",
    "副主任（稽核）",
    "征缴扩面岗",
    "待遇经办岗",
    "稽核内控岗",
    "个人账户岗",
    "会计岗",
    "出纳岗",
    "权限管理",
)


@pytest.fixture(scope="module", params=POSTS)
def someone(request: pytest.FixtureRequest, chromium: Browser, shared_desk: Desk) -> Iterator[Clerk]:
    """Somebody of each post in turn."""
    with seated(chromium, shared_desk.address, request.param) as clerk:
        yield clerk


def test_every_page_of_the_menu_is_well_made(someone: Clerk) -> None:
    """Each post opens what its menu offers; a page two posts see is examined once for each kind of eyes, at the first."""
    someone.opens("/")
    links = someone.page.get_by_role("navigation").first.get_by_role("link").all()
    addresses = list(dict.fromkeys(one.get_attribute("href") or "" for one in links))
    wrong = {}
    for address in addresses:
        someone.opens(address)
        if found := faults_of(someone.page, axe=address not in SEEN):
            wrong[address] = found
        SEEN.add(address)
    assert not wrong


SEEN: set[str] = set()

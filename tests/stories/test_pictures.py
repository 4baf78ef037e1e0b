"""Pictures of the desk for docs: the main pages at a desk's and a phone's width, some of them dark; `make pictures` renews them."""

import os

import pytest
from playwright.sync_api import Browser

from tests.desk_server import ROOT, Desk
from tests.stories.desk import seated

FOLDER = ROOT / "docs" / "desk"
MOST, LARGEST = 40, 150 * 1024
HEIGHTS = {1280: 600, 390: 780}
PAGES = {
    "workbench": ("个人账户岗", "/"),
    "inbox": ("副主任（业务）", "/inbox"),
    "person": ("个人账户岗", "/people/20"),
    "form": ("个人账户岗", "/acts/account.rebind?person=20"),
    "list": ("稽核内控岗", "/lists/register"),
    "payroll": ("副主任（业务）", "/payroll/201801"),
    "match": ("稽核内控岗", "/match/GA-201801"),
    "reconcile": ("会计岗", "/reconcile/COLLECTION_ACCOUNT/201712"),
    "figures": ("主任", "/figures"),
    "report": ("主任", "/reports/2017"),
    "what-if": ("主任", "/policy/benefit.base_national/what-if?value=83"),
    "audit": ("稽核内控岗", "/audit"),
    "posts": ("主任", "/posts"),
}
DARK = ("workbench", "payroll", "figures")
LOOKS = [(name, width, "light") for name in PAGES for width in (1280, 390)] + [(name, 1280, "dark") for name in DARK]


@pytest.mark.skipif(os.environ.get("JUBAO_PICTURES") != "renew", reason="pictures are renewed by `make pictures`")
@pytest.mark.parametrize(("name", "width", "scheme"), LOOKS)
def test_a_picture_is_taken(chromium: Browser, shared_desk: Desk, name: str, width: int, scheme: str) -> None:
    post, address = PAGES[name]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with seated(chromium, shared_desk.address, post, width=width, color_scheme=scheme) as clerk:
        clerk.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        clerk.opens(address)
        path = FOLDER / f"{name}-{width}{'-dark' if scheme == 'dark' else ''}.png"
        clerk.page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size <= LARGEST


def test_pictures_are_few_and_small() -> None:
    kept = sorted(FOLDER.glob("*.png")) if FOLDER.exists() else []
    assert len(kept) <= MOST
    assert not [path.name for path in kept if path.stat().st_size > LARGEST]
    assert {path.name for path in kept} <= {
        f"{name}-{width}{'-dark' if scheme == 'dark' else ''}.png" for name, width, scheme in LOOKS
    }

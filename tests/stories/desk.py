"""What people do at the desk, as they would say it: sign in, open a person, propose, sign. Roles and labels, nothing else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.stories.chromium import faults_of, window


@dataclass
class Clerk:
    """Somebody at the desk, in a window of their own."""

    page: Page
    post: str

    # ── Where one is ──

    def opens(self, address: str) -> "Clerk":
        """Open an address."""
        self.page.goto(address)
        return self

    def follows(self, words: str) -> "Clerk":
        """Follow a link."""
        self.main.get_by_role("link", name=words).first.click()
        return self

    def presses(self, words: str) -> "Clerk":
        """Press a button."""
        self.main.get_by_role("button", name=words).first.click()
        return self

    @property
    def main(self) -> Locator:
        """What is on the page, without what surrounds every page."""
        return self.page.get_by_role("main")

    def panel(self, heading: str) -> Locator:
        """The first part of the page under a heading."""
        return self.main.locator("section").filter(has=self.page.get_by_role("heading", name=heading)).first

    def sees(self, *words: str) -> "Clerk":
        """See each of some words on the page."""
        for one in words:
            expect(self.main).to_contain_text(one)
        return self

    def sees_not(self, *words: str) -> "Clerk":
        """See none of some words on the page."""
        for one in words:
            expect(self.main).not_to_contain_text(one)
        return self

    def is_at(self, heading: str) -> "Clerk":
        """Be on the page of a heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        return self

    def finds_it_well_made(self) -> "Clerk":
        """Find nothing too wide and nothing that axe minds, at every width, light and dark."""
        found = faults_of(self.page)
        assert not found, f"{self.page.url}: {found}"
        return self

    # ── What one does ──

    def fills(self, **answers: Any) -> "Clerk":
        """Fill a form, field by the label it bears; a pair of words chooses among radios."""
        for label, answer in answers.items():
            self.fill(label, answer)
        return self

    def fill(self, label: str, answer: str) -> "Clerk":
        """Fill one field, whatever control it is."""
        control = self.main.get_by_label(label).first
        kind = control.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
        if kind == "select":
            control.select_option(label=answer)
        elif kind == "file":
            control.set_input_files(answer)
        elif kind in {"radio", "checkbox"}:
            control.check()
        else:
            control.fill(answer)
        return self

    def ticks(self, words: str) -> "Clerk":
        """Tick the first box of some words that is not ticked yet."""
        self.main.get_by_role("checkbox", name=words, checked=False).first.click()
        return self

    def finds_person(self, words: str) -> "Clerk":
        """Search at the head of the page; one hit opens the person's page."""
        search = self.page.get_by_role("searchbox").first
        search.fill(words)
        search.press("Enter")
        return self

    def fills_in(self, act: str, answers: dict[str, str]) -> "Clerk":
        """Open an act's form, fill it, and ask for what would change."""
        self.opens(act if act.startswith("/") else f"/acts/{act}")
        for label, answer in answers.items():
            self.fill(label, answer)
        return self.presses("预览变化")

    def proposes(self, act: str, answers: dict[str, str]) -> str:
        """Fill an act's form, look at what would change, submit it; gives the address of the proposal."""
        return self.fills_in(act, answers).submits().page.url

    def submits(self) -> "Clerk":
        """Submit what was previewed, and come to the proposal, at once or when longer work is done."""
        return self.presses("提交")._comes_to("/proposals/")

    def _comes_to(self, address: str) -> "Clerk":
        expect(self.page).to_have_url(re.compile(f"{address}|/long-work/"))
        if "/long-work/" in self.page.url:
            self.follows("看结果")
            expect(self.page).to_have_url(re.compile(address))
        return self

    def signs(self, proposal: str) -> "Clerk":
        """Open a proposal, look at each exception, and agree."""
        return self.opens(proposal).agrees()

    def signs_what_waits(self, words: str) -> "Clerk":
        """Open what waits for one's signature by its words, look at each exception, and agree."""
        return self.opens("/inbox").follows(words).agrees()

    def agrees(self) -> "Clerk":
        """Look at each exception of the proposal on the page, and agree."""
        expect(self.main.get_by_role("button", name="同意")).to_be_visible()
        for box in self.main.get_by_role("checkbox").all():
            box.check()
        with self.page.expect_navigation():
            self.presses("同意")
        if "/long-work/" in self.page.url:
            return self.follows("看结果")
        expect(self.page.get_by_role("status").first).not_to_be_empty()  # what was done; the next one may follow below
        return self

    def returns(self, proposal: str, reason: str) -> "Clerk":
        """Open a proposal and return it with a reason."""
        return self.opens(proposal).fill("意见", reason).presses("退回")


@contextmanager
def seated(
    browser: Browser, address: str, post: str, *, width: int = 1280, scripts: bool = True, **more: Any
) -> Iterator[Clerk]:
    """Sign in as whoever holds a post; the window closes when the story leaves it, and nothing wrong was heard in it."""
    with window(browser, address, width=width, scripts=scripts, **more) as (_, page, _heard):
        page.goto("/sign-in")
        page.get_by_role("button", name=post).first.click()
        expect(page.get_by_role("banner")).to_contain_text(post)
        yield Clerk(page, post)

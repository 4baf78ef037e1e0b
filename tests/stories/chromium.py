"""Chromium as stories use it: where it is, what it may not say, and how a page must look in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

PATIENCE = 45_000  # milliseconds for something to appear: shared machines can be slow
WIDTHS = (1280, 390, 320)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
expect.set_options(timeout=PATIENCE)
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
ANSWERED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium writes for each refusal a story provokes; nothing else may stand in the console."""

TOO_WIDE = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > window.innerWidth) found.push(`page ${document.documentElement.scrollWidth}`);
  const scrolls = (one) => { for (let up = one; up; up = up.parentElement) {
    const how = getComputedStyle(up).overflowX; if (how === 'auto' || how === 'scroll' || how === 'hidden') return up; } return null; };
  for (const panel of document.querySelectorAll('.panel, main, .note')) {
    const edge = panel.getBoundingClientRect();
    if (!edge.width) continue;
    for (const one of panel.querySelectorAll('*')) {
      const box = one.getBoundingClientRect();
      if (!box.width || box.right <= edge.right + 1 || one.closest('.hide')) continue;
      const within = scrolls(one);
      if (within && panel.contains(within)) continue;
      found.push(`${one.tagName.toLowerCase()}.${one.className} ${Math.round(box.right)} > ${Math.round(edge.right)}`);
    }
  }
  return found.slice(0, 8);
}"""
AXE_RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  (one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`)"""
WATCH = (
    "addEventListener('securitypolicyviolation', (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`));"
)


def where_chromium_is() -> str | None:
    """The machine's Chromium; None where there is none."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@dataclass
class Heard:
    """What a browser said that a sound page never makes it say."""

    said: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Hear a page's console and its mistakes."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(ANSWERED):
            self.said.append(f"{message.type}: {message.text}")


@contextmanager
def window(
    browser: Browser, address: str, *, width: int = 1280, scripts: bool = True, **more: Any
) -> Iterator[tuple[BrowserContext, Page, Heard]]:
    """A window of its own, with its own cookies; when it closes, nothing wrong was heard in it."""
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="zh-CN", **more
    )
    context.set_default_timeout(PATIENCE)
    heard = Heard()
    if scripts:
        context.add_init_script(WATCH)
    context.on("page", heard.listen)
    try:
        yield context, context.new_page(), heard
    finally:
        context.close()
    assert not heard.said, heard.said


def faults_of(page: Page, *, axe: bool = True) -> list[str]:
    """What is wrong with how a page looks: boxes wider than their panel at each width, and what axe says, light and dark."""
    found = []
    before = page.viewport_size
    if axe:
        page.evaluate(AXE.read_text("utf-8"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}px: {one}" for one in page.evaluate(TOO_WIDE)]
        if axe and width != WIDTHS[-1]:
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                found += [f"{width}px {scheme}: {one}" for one in page.evaluate(AXE_RUN)]
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    return found

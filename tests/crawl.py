"""Every address of the desk, read from Django's own resolver, and what a page that is shown must be like."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, resolve, reverse

from jubao.desk.frame.route import Asks, Route

MOST_BYTES = 100 * 1024
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
DRAWN_VOID = frozenset(["circle", "ellipse", "line", "path", "polygon", "polyline", "rect", "stop", "use", "image"])
LABELLED = frozenset({"input", "select", "textarea"})
NEEDS_NO_LABEL = frozenset({"hidden", "submit", "button", "image"})
WHOLE_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
HTMX = frozenset(
    [
        "hx-get",
        "hx-post",
        "hx-target",
        "hx-swap",
        "hx-trigger",
        "hx-push-url",
        "hx-indicator",
        "hx-sync",
        "hx-disabled-elt",
        "hx-headers",
        "hx-select",
        "hx-include",
    ]
)
"""What a template may say to htmx; nothing of it is code."""


@dataclass(frozen=True)
class Own:
    """An example that is each person's own, by staff code; nobody asks for anybody's."""

    by_code: Mapping[str, Any]

    def of(self, who: str | None) -> Any:
        """Somebody's, or the first one's."""
        return self.by_code[who] if who in self.by_code else next(iter(self.by_code.values()))


@dataclass(frozen=True)
class Address:
    """One address of the resolver: its pattern, and the route it must carry."""

    pattern: URLPattern

    def __str__(self) -> str:
        """As Django writes it."""
        return str(self.pattern.pattern) or "/"

    @property
    def route(self) -> Route | None:
        """The route its answering function declares; None where somebody put a stray address there."""
        found: Route | None = getattr(self.pattern.callback, "route", None)
        return found

    @property
    def takes(self) -> Mapping[str, str]:
        """Its parameters by name, with the name of the converter's class."""
        return {name: type(one).__name__ for name, one in self.pattern.pattern.converters.items()}

    def filled(self, examples: Mapping[str, Any], who: str | None = None) -> str:
        """With an example for each parameter, the route's own before the common one. Raises AssertionError: there is none.

        What is somebody's own (``Own``) is that of ``who``.
        """
        route = self.route
        assert route is not None, f"{self} declares no route"
        given = {}
        for name, converter in self.takes.items():
            room = route.name.partition(".")[0]
            named = (f"{route.name}:{name}", f"{room}:{name}", name)
            key = next((one for one in named if one in examples), None)
            assert key is not None, f"{self} takes {name} ({converter}), of which the crawl has no example"
            found = examples[key]
            given[name] = found.of(who) if isinstance(found, Own) else found
        return reverse(route.name, kwargs=given)


def every_address(resolver: URLResolver) -> Iterator[Address]:
    """Everything that answers, however it was put there."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from every_address(one)
        else:
            yield Address(one)


def pages(resolver: URLResolver) -> list[Address]:
    """The addresses that are looked at."""
    return [one for one in every_address(resolver) if one.route and one.route.asks is Asks.PAGE]


def submissions(resolver: URLResolver) -> list[Address]:
    """The addresses to which something is sent."""
    return [one for one in every_address(resolver) if one.route and one.route.asks is Asks.SUBMISSION]


# ── A page that is shown ──


@dataclass
class Read(HTMLParser):
    """A page as it is read: what stands where, and what is wrong with it."""

    faults: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    actions: list[tuple[str, str]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _ids: list[str] = field(default_factory=list)
    _labels: set[str] = field(default_factory=set)
    _inputs: list[dict[str, str]] = field(default_factory=list)
    _heads: int = 0
    _title: str = ""
    _lang: str = ""

    def __post_init__(self) -> None:
        """Begin."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element begins."""
        said = {name: value or "" for name, value in attrs}
        if len(said) < len(attrs):
            self.faults.append(f"<{tag}> says an attribute twice")
        self._code(tag, said)
        self._names(tag, said)
        if tag == "html":
            self._lang = said.get("lang", "")
        self._heads += tag == "h1"
        if tag in LABELLED and said.get("type", "") not in NEEDS_NO_LABEL:
            self._inputs.append(said | {"inside": "label" if "label" in self._open else ""})
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element that ends where it begins; only drawings have such."""
        if tag not in VOID and "svg" not in self._open:
            self.faults.append(f"<{tag}/> outside a drawing")
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """One element ends, and it must be the last that began."""
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> ends <{self._open[-1] if self._open else 'nothing'}>")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self._title += data
        if "{{" in data or "{%" in data:
            self.faults.append(f"a template shows: {data.strip()[:40]}")

    def _code(self, tag: str, said: dict[str, str]) -> None:
        for name in said:
            if name.startswith(("on", "hx-on")) or name == "style":
                self.faults.append(f"<{tag}> has {name}")
            if name.startswith("hx-") and name not in HTMX:
                self.faults.append(f"<{tag}> has {name}, which is not among ours")
        if tag == "style" or (tag == "script" and not said.get("src", "").startswith("/static/")):
            self.faults.append(f"<{tag}> inline or from elsewhere")

    def _names(self, tag: str, said: dict[str, str]) -> None:
        if "id" in said:
            self._ids.append(said["id"])
        if tag == "label" and "for" in said:
            self._labels.add(said["for"])
        for name in ("href", "src", "action", "formaction"):
            value = said.get(name, "")
            if value and not value.startswith(("/", "#", "?")):
                self.faults.append(f"<{tag}> leads elsewhere: {value[:60]}")
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if tag == "form":
            self.actions.append((said.get("method", "get").upper(), said.get("action", "")))
        polls = said.get("hx-trigger", "").startswith("every")  # long work: a link beside it asks the same
        if "hx-get" in said and not polls and said["hx-get"] not in {said.get("href"), said.get("action")}:
            self.faults.append(f"hx-get {said['hx-get']} without a link or form to the same address")

    def told(self) -> list[str]:
        """What is wrong with the page as a whole."""
        found = list(self.faults)
        if self._open:
            found.append(f"never ended: {self._open}")
        if self._heads != 1:
            found.append(f"{self._heads} h1")
        if self._lang not in {"zh-Hans", "en"}:
            found.append(f"lang {self._lang!r}")
        if not self._title.strip(" ·"):
            found.append("no title")
        found += [f"id {one} stands twice" for one in sorted({one for one in self._ids if self._ids.count(one) > 1})]
        for said in self._inputs:
            named = said.get("id", "") in self._labels or said.get("aria-label") or said.get("aria-labelledby")
            if not named and not said["inside"]:
                found.append(f"no label: {said.get('name', '?')}")
        return found


def read(page: str) -> Read:
    """A page, read to its end."""
    found = Read()
    found.feed(page)
    found.close()
    return found


def faults_of(response: HttpResponse) -> list[str]:
    """What a shown page lacks: valid HTML, headers, size, numbers that are no whole ones."""
    page = response.content.decode()
    found = read(page).told()
    if WHOLE_NUMBER.search(page):
        found.append("a whole resident number stands in the page")
    if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
        found.append("no policy of content")
    if "unsafe" in response.headers.get("Content-Security-Policy", ""):
        found.append("unsafe content is allowed")
    if response.headers.get("Cache-Control") != "no-store":
        found.append(f"Cache-Control {response.headers.get('Cache-Control')}")
    if len(response.content) > MOST_BYTES:
        found.append(f"{len(response.content)} bytes")
    return found


def route_of(link: str, here: str) -> Route | None:
    """The route a link leads to; None for what is no page of ours (an asset). Raises Resolver404: it leads nowhere."""
    path = urlsplit(link).path or here
    if path.startswith("/static/"):
        return None
    found: Route | None = getattr(resolve(path).func, "route", None)
    return found

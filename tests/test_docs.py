"""What the map, the pages about the house and the glossary say is in the house."""

import re
from functools import cache
from pathlib import Path

import pytest

import jubao.desk.routes  # declares every page
from jubao.desk.frame.route import ROUTES, Asks, Route
from jubao.operations.envelope.declaration import ACTS
from jubao.policy import Policy
from jubao.reports.catalogue.figures import catalogue
from jubao.vocabulary.both import Language, both, speaking
from jubao.vocabulary.posts import Post
from tests.data_picture import PICTURES, drawn
from tests.golden import DOCS, assert_page, filled
from tests.house import ROOMS, ROOT
from tests.walks import WALKS, stays, told

assert jubao.desk.routes.urlpatterns
MOST_STAYS = 15
PAGES = (ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted(DOCS.glob("*.md")))
SETTING = re.compile(r"\bJUBAO_[A-Z_]+\b")
CODE = re.compile(r"`([^`]+)`")
FILE = re.compile(r"(?:[\w.-]+/)+[\w.-]+\.(?:py|yaml|md|typ|toml)|tests/[\w/.-]+")


@pytest.mark.golden
@pytest.mark.parametrize(("page", "language"), [("desk.md", Language.ENGLISH), ("desk.zh-CN.md", Language.CHINESE)])
def test_the_pages_of_the_desk_are_listed_as_they_are_declared(page: str, language: Language) -> None:
    with speaking(language):
        rows = [
            _row_of(route) for route in sorted(ROUTES.values(), key=lambda one: one.path) if route.asks is Asks.PAGE
        ]
        heads = both("| 地址 | 页面 | 供谁看 |", "| address | page | for whom |")
        table = "\n".join([str(heads), "|---|---|---|", *rows])
    assert_page(page, lambda standing: filled(standing, "pages", table))


def _row_of(route: Route) -> str:
    posts = [post.label for post in Post if post in route.audience.posts]
    whom = both("各岗位", "every post") if len(posts) == len(Post) else "、".join(posts)
    return f"| `/{route.path}` | {route.title} | {whom} |"


@pytest.mark.django_db
@pytest.mark.golden
@pytest.mark.parametrize("name", WALKS)
def test_a_walk_of_the_map_passes_the_files_that_its_acts_pass(name: str) -> None:
    assert_page("architecture.md", lambda page: filled(page, name, told(name)))


@pytest.mark.django_db
def test_an_award_passes_no_more_than_fifteen_files() -> None:
    """Who follows how a pension comes about reads fifteen files at most; a sixteenth asks for one to give way."""
    files = stays("pension")["award.grant"]
    assert files[0].name == "award.py"
    assert len(files) <= MOST_STAYS, [path.as_posix() for path in files]


@pytest.mark.golden
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_data_is_drawn_from_the_models(name: str) -> None:
    assert_page("data.md", lambda page: filled(page, name, drawn(name)))


def test_the_map_names_the_rooms_there_are() -> None:
    page = (DOCS / "architecture.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    first = rows[: next(place for place, cell in enumerate(rows) if "vocabulary" in cell) + 1]
    assert {name for cell in first for name in CODE.findall(cell)} == {
        one.name for one in ROOMS.iterdir() if one.is_dir()
    } - {"__pycache__"}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_settings_are_told_and_nothing_is_told_that_nobody_reads(page: str) -> None:
    told_of, read = _settings(ROOT / page), _settings(*ROOMS.rglob("*.py"))
    assert read <= told_of <= read | _settings(ROOT / "tests" / "settings.py")


def _settings(*paths: Path) -> set[str]:
    return {name for path in paths for name in SETTING.findall(path.read_text("utf-8"))}


def test_every_file_a_page_names_is_there() -> None:
    named = {
        (page.name, name)
        for page in PAGES
        for code in CODE.findall(page.read_text("utf-8"))
        for name in FILE.findall(code)
    }
    assert len(named) > 50
    roots = (ROOT, ROOMS, ROOMS / "operations", DOCS)
    assert not [each for each in sorted(named) if not any((root / each[1]).exists() for root in roots)]


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    """An act, a figure, a parameter, a file, or a word the code is written with; a star stands for what may follow."""
    rows = [line.split("|") for line in (DOCS / "glossary.md").read_text("utf-8").splitlines() if line.count("|") > 3]
    names = {name for row in rows for name in CODE.findall(row[3])}
    assert len(names) > 90
    assert not sorted(name for name in names if not _is_known(name))


def _is_known(name: str) -> bool:
    known = (*ACTS, *catalogue(), *Policy.load().parameters)
    if name.endswith("*"):
        return any(one.startswith(name[:-1]) for one in (*known, *_words()))
    return name in known or name in _words() or (ROOMS / name).exists() or set(name.split(".")) <= _words()


@cache
def _words() -> frozenset[str]:
    texts = (path.read_text("utf-8") for path in ROOMS.rglob("*") if path.suffix in {".py", ".yaml"} and _is_ours(path))
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def _is_ours(path: Path) -> bool:
    return "migrations" not in path.parts

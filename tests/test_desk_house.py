"""The room of the desk as it is written: pages of one call with a template beside, words in both languages, nothing inline."""

import ast
import dataclasses
import re
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.template import Node, NodeList, Template
from django.template.base import FilterExpression, Variable, VariableNode
from django.template.defaulttags import ForNode, IfNode, WithNode
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode

import jubao.desk
from jubao.desk.frame.route import ROUTES, Asks, Route
from jubao.desk.routes import urlpatterns

pytestmark = pytest.mark.sqlite  # it reads the source; once is enough

DESK = Path(jubao.desk.__file__).parent
TEMPLATES = sorted(DESK.rglob("*.html"))
PAGES = [route for route in ROUTES.values() if route.asks is Asks.PAGE]
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
        "hx-include",
    ]
)
SHARED = {"frame", "parts"}
HAN = re.compile(r"[\u4e00-\u9fff]")
TAG = re.compile(r"<[a-zA-Z!/][^<>]*>")


def names(routes: Sequence[Route]) -> list[str]:
    return [route.name for route in routes]


def test_everything_that_answers_is_declared() -> None:
    assert urlpatterns
    assert all(hasattr(pattern.callback, "route") for pattern in urlpatterns)


@pytest.mark.parametrize("route", PAGES, ids=names(PAGES))
def test_every_page_has_its_template_beside_it(route: Route) -> None:
    beside = Path(str(route.function.__code__.co_filename)).parent / f"{route.function.__name__}.html"
    assert beside == DESK / route.template
    assert beside.exists()


def test_every_template_belongs_to_a_page_or_is_shared() -> None:
    pages = {route.template for route in PAGES}
    drawn = {path.relative_to(DESK).as_posix() for path in TEMPLATES} - pages
    texts = "\n".join(path.read_text("utf-8") for path in [*TEMPLATES, *DESK.rglob("*.py")])
    alone = [name for name in drawn if name.split("/")[0] not in SHARED and f'"{name}"' not in texts]
    assert not alone


# ── A page makes one call ──


@pytest.mark.parametrize("route", PAGES, ids=names(PAGES))
def test_a_page_function_says_what_it_shows_and_is_short(route: Route) -> None:
    source = Path(str(route.function.__code__.co_filename)).read_text("utf-8")
    function = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == route.function.__name__
    )
    assert ast.get_docstring(function), "what does it show?"
    assert (function.end_lineno or 0) - function.lineno <= 25, "a page function reads, it computes nothing"


# ── What a template names exists ──


def reached(kind: Any, path: Sequence[str]) -> Any:
    """The type at the end of a path of names; None where nobody can say. Raises AssertionError: no such name."""
    for name in path:
        kind = plain(kind)
        if kind is None or kind is Any:
            return None
        origin = typing.get_origin(kind)
        if origin in (tuple, list, Sequence) or (isinstance(origin, type) and issubclass(origin, Sequence)):
            if name.isdigit():
                arguments = [one for one in typing.get_args(kind) if one is not Ellipsis]
                kind = arguments[0] if arguments else None
                continue
            return None
        if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
            kind = typing.get_args(kind)[1] if name not in {"items", "values", "keys"} else None
            continue
        if not dataclasses.is_dataclass(kind):
            return None
        kind = of_member(kind, name)
    return kind


def plain(kind: Any) -> Any:
    """A type without None and without what cannot be told."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kept = [one for one in typing.get_args(kind) if one is not type(None)]
        return kept[0] if len(kept) == 1 else None
    return kind


def of_member(kind: Any, name: str) -> Any:
    hints = typing.get_type_hints(kind)
    if name in hints:
        return hints[name]
    member = getattr(kind, name, None)
    assert member is not None, f"{kind.__name__} has no {name}"
    if isinstance(member, property):
        return typing.get_type_hints(member.fget).get("return")
    return typing.get_type_hints(member).get("return") if callable(member) else None


def element(kind: Any) -> Any:
    """What one goes through in something."""
    kind = plain(kind)
    arguments = [one for one in typing.get_args(kind) if one is not Ellipsis]
    origin = typing.get_origin(kind)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return arguments[0]
    return arguments[0] if len(arguments) == 1 else None


class Walk:
    """A template gone through with the types of its names."""

    def __init__(self, answer: Any) -> None:
        """Begin with what a page answers."""
        self.known: dict[str, Any] = {"it": answer}
        self.wrong: list[str] = []

    def of(self, expression: Any) -> Any:
        """The type of what stands there; None where a filter changes it or nobody can say."""
        variable = expression.var if isinstance(expression, FilterExpression) else expression
        if not isinstance(variable, Variable) or variable.lookups is None:
            return None
        first, *rest = variable.lookups
        if first not in self.known:
            return None
        try:
            found = reached(self.known[first], rest)
        except AssertionError as no:
            self.wrong.append(f"{'.'.join(variable.lookups)}: {no}")
            return None
        return None if isinstance(expression, FilterExpression) and expression.filters else found

    def go(self, nodes: NodeList | Sequence[Node]) -> None:
        for node in nodes:
            self.one(node)

    def one(self, node: Node) -> None:
        if isinstance(node, VariableNode):
            self.of(node.filter_expression)
        elif isinstance(node, ForNode):
            kind = element(self.of(node.sequence))
            held = dict(self.known)
            single = len(node.loopvars) == 1
            self.known |= dict.fromkeys(node.loopvars, kind if single else None)
            self.go(node.nodelist_loop)
            self.known = held
            self.go(node.nodelist_empty)
        elif isinstance(node, IfNode):
            for condition, nodes in node.conditions_nodelists:
                self.condition(condition)
                self.go(nodes)
        elif isinstance(node, WithNode):
            held = dict(self.known)
            self.known |= {name: self.of(value) for name, value in node.extra_context.items()}
            self.go(node.nodelist)
            self.known = held
        elif isinstance(node, IncludeNode):
            return
        else:
            for argument in [*getattr(node, "args", ()), *getattr(node, "kwargs", {}).values()]:
                self.of(argument)
            for name in (*getattr(node, "child_nodelists", ()), "nodelist"):
                inside = getattr(node, name, None)
                if isinstance(inside, NodeList):
                    self.go(inside)

    def condition(self, condition: Any) -> None:
        if condition is None:
            return
        if hasattr(condition, "value") and isinstance(condition.value, FilterExpression):
            self.of(condition.value)
        for side in ("first", "second"):
            if getattr(condition, side, None) is not None:
                self.condition(getattr(condition, side))


@pytest.mark.parametrize("route", PAGES, ids=names(PAGES))
def test_a_template_names_only_what_its_answer_has(route: Route) -> None:
    answer = typing.get_type_hints(route.function).get("return")
    template: Template = get_template(route.template).template  # type: ignore[attr-defined]
    walk = Walk(answer)
    walk.go(template.nodelist)
    assert not walk.wrong


def test_the_walk_finds_a_wrong_name_where_django_passes_it_over() -> None:
    from jubao.desk.listings.table import Shown

    walk = Walk(Shown | None)
    walk.go(
        Template("{% if it.rows %}{% for c in it.chips %}{{ c.wrods }}{% endfor %}{% endif %}{{ it.titel }}").nodelist
    )
    assert [one.split(":")[0] for one in walk.wrong] == ["c.wrods", "it.titel"]


# ── Nothing inline, every word in both languages ──


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = re.sub(r"{%.*?%}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "javascript:" not in text
    assert "hx-on" not in text
    assert "hx-vals" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<style", text)
    used = {name for tag in TAG.findall(text) for name in re.findall(r"\s(hx-[a-z-]+)=", tag)}
    assert used - HTMX <= {"hx-headers"}
    assert "hx-headers" not in used or path.name == "page.html"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_every_chinese_word_of_a_template_has_its_english(path: Path) -> None:
    text = path.read_text("utf-8")
    for said in re.findall(r"{% say (.*?) %}", text, re.DOTALL):
        words = re.findall(r'"((?:[^"\\]|\\.)*)"', said)
        assert len(words) >= 2, said
        assert not HAN.search(words[1]), said
    bare = re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}", "", text, flags=re.DOTALL)
    left = [line.strip() for line in bare.splitlines() if HAN.search(line)]
    assert not left


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_every_attribute_is_quoted(path: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}", "x", path.read_text("utf-8"), flags=re.DOTALL)
    unquoted = [
        tag for tag in TAG.findall(text) if re.search(r"\s[a-z-]+=[^\"'\s]", re.sub(r"\"[^\"]*\"|'[^']*'", '""', tag))
    ]
    assert not unquoted


def test_extending_means_the_frame() -> None:
    for route in PAGES:
        template: Template = get_template(route.template).template  # type: ignore[attr-defined]
        extended = [node for node in template.nodelist if isinstance(node, ExtendsNode)]
        assert extended, route.template

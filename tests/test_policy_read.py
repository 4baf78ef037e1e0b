"""A parameter of the law decides something, or it does not exist; who reads it is found in the syntax trees."""

import ast
from pathlib import Path

import pytest

from jubao.policy import Policy
from tests import house, law_reads
from tests.golden import assert_page
from tests.law_moves import moves, page
from tests.law_reads import reads

KEYS = frozenset(Policy.load().parameters)


def test_every_parameter_decides_something():
    """A row that nothing reads is a promise nobody keeps: let code decide by it, or let it go."""
    deciding = {read.key for read in reads(KEYS) if read.decides}
    assert sorted(KEYS - deciding) == []


def test_every_parameter_is_moved_by_a_test():
    """Who adds a parameter adds the test in which another row gives another outcome."""
    assert sorted(KEYS - {key for key, _ in moves(KEYS)}) == []


@pytest.mark.golden
def test_the_page_of_parameters_is_true():
    assert_page("parameters.md", lambda _: page())


def test_every_key_that_is_asked_for_is_a_parameter():
    """A key nobody wrote down would be found out only when somebody asks for it."""
    files = {key.partition(".")[0] for key in KEYS}
    asked = {
        node.args[0].value: house.place(path, node)
        for path in house.modules()
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Call) and house.name_of(node.func) in law_reads.ASKED and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
        if node.args[0].value.partition(".")[0] in files and "." in node.args[0].value
    }
    assert len(asked) > 50
    assert not {key: where for key, where in asked.items() if key not in KEYS}


def test_what_an_office_decides_by_is_read_in_one_place():
    """Whoever loads the law as it ships does not see what two people of the office took responsibility for."""
    loading = {
        house.place(path, node)
        for path in house.modules()
        if house.room(path) in {"operations", "reports"} and path != house.ROOMS / "reports" / "law.py"
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "load" and house.name_of(node.value) == "Policy"
    }
    assert not loading


# ── The finder itself ──


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of one module whose text a test gives; answers the keys it reads."""

    def read(text: str, name: str = "operations/one.py") -> set[str]:
        path: Path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(law_reads, "modules", lambda: (path,))
        monkeypatch.setattr(law_reads, "ROOMS", tmp_path)
        law_reads._calls.cache_clear()
        return {one.key for one in reads.__wrapped__(KEYS) if one.decides}

    yield read
    law_reads._calls.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        '"""Reads procedure.payday."""',
        'KEY = "procedure.payday"',
        'def f(law):\n    """``law.value("procedure.payday")``"""',
        'print("procedure.payday")',
        'notice(law.title("procedure.payday"))',
    ],
)
def test_a_mention_is_no_reading(package, text):
    assert package(text) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('law.value("procedure.payday")', {"procedure.payday"}),
        ('KEY = "procedure.payday"\nPolicy.load().row(KEY, on=day)', {"procedure.payday"}),
        (
            'def ages(law):\n    return [law.value(f"scheme.{age}") for age in ("min_age", "pension_age")]',
            {"scheme.min_age", "scheme.pension_age"},
        ),
        (
            'def limit(name, law):\n    return law.value(f"watch.{name}")\n\nlimit("alert_workdays", law)',
            {"watch.alert_workdays"},
        ),
        (
            'BASES = {"1": "benefit.base_city"}\ndef f(law):\n    return [law.value(key) for part, key in BASES.items()]',
            {"benefit.base_city"},
        ),
        ('@act("a.b", deadline="procedure.statutory_workdays:change")\nclass A: ...', {"procedure.statutory_workdays"}),
        ("policy.postings(day)", {"posting.templates"}),
    ],
)
def test_a_key_is_followed_to_where_it_is_put_together(package, text, found):
    assert package(text) == found


def test_what_only_shows_a_value_decides_nothing(package):
    assert package('law.value("procedure.payday")', "reports/explanation/one.py") == set()

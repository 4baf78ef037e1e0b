"""A policy file that does not say what it must stops the program, and the printed lists stay true."""

from datetime import date

import pytest
import yaml

from jubao.policy import CannotReadPolicy, Policy
from jubao.policy.catalogue import AFTER, fill
from tests.golden import DOCS, assert_page


@pytest.fixture
def directory(tmp_path):
    """A small policy of its own, to be spoiled by a test."""
    instruments = {
        "instruments": [{"id": "a", "number": "甲1号", "title": "甲", "date": date(2010, 1, 1), "issuer": "甲"}]
    }
    rate = {
        "term": "利率",
        "description": "Rate.",
        "unit": "ppm",
        "rows": [{"from": date(2010, 1, 1), "value": 5, "source": "a"}],
        "verified_until": date(2020, 1, 1),
    }
    (tmp_path / "instruments.yaml").write_text(yaml.safe_dump(instruments, allow_unicode=True), encoding="utf-8")
    write(tmp_path, rate)
    return tmp_path, rate


def write(directory, rate):
    (directory / "x.yaml").write_text(yaml.safe_dump({"rate": rate}, allow_unicode=True), encoding="utf-8")


# ── bad policy files ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": "yuan"}, "unit"),
        ({"verified_until": None}, "verified_until"),
        ({"verified_until": None, "assumed_until": date(2020, 1, 1)}, "uncertain"),
        ({"house_rule": True}, "只须写一个"),
        ({"verified_until": None, "house_rule": True}, "不是内部约定"),
        ({"extra": 1}, "extra"),
        ({"rows": []}, "rows"),
        ({"rows": [{"from": date(2010, 1, 1), "value": 1.5, "source": "a"}]}, "ppm"),
        ({"rows": [{"from": date(2010, 1, 1), "value": -1, "source": "a"}]}, "负"),
        ({"rows": [{"from": date(2010, 1, 1), "value": True, "source": "a"}]}, "True"),
        (
            {"unit": "table", "rows": [{"from": date(2010, 1, 1), "value": [{"x": [0.5]}], "source": "a"}]},
            "小数",
        ),
        ({"rows": [{"from": date(2010, 1, 1), "value": 1, "source": "b"}]}, "未登记"),
        ({"rows": [{"from": date(2010, 1, 1), "to": date(2010, 1, 1), "value": 1, "source": "a"}]}, "为空"),
        ({"rows": [{"from": date(2010, 1, 1), "value": n, "source": "a"} for n in (1, 2)]}, "重叠"),
        (
            {
                "rows": [
                    {"from": date(2010, 1, 1), "to": date(2013, 1, 1), "value": 1, "source": "a"},
                    {"from": date(2012, 1, 1), "value": 2, "source": "a"},
                ]
            },
            "重叠",
        ),
        ({"rows": [{"from": date(2021, 1, 1), "value": 1, "source": "a"}]}, "核对日"),
        ({"rows": [{"from": "2010-01-01", "value": 1, "source": "a"}]}, "from"),
    ],
)
def test_a_malformed_parameter_stops_loading(directory, change, message):
    path, rate = directory
    assert Policy.read(path).value("x.rate", on=date(2012, 1, 1)) == 5
    write(path, {key: value for key, value in (rate | change).items() if value is not None})
    with pytest.raises(CannotReadPolicy, match=message):
        Policy.read(path)


def test_a_doubled_key_stops_loading(directory):
    path, _ = directory
    text = (path / "x.yaml").read_text(encoding="utf-8")
    (path / "x.yaml").write_text(text + "\n" + text, encoding="utf-8")
    with pytest.raises(CannotReadPolicy, match="重复"):
        Policy.read(path)


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.golden
def test_the_policy_page_lists_what_is_in_force():
    policy = Policy.load()
    assert_page("policy.md", lambda page: fill(page, policy))
    page = (DOCS / "policy.md").read_text(encoding="utf-8")
    assert all(f"`{one}`" in page for one in [*policy.instruments, *policy.parameters])


def test_account_keys_and_policy_keys_in_the_glossary_exist():
    policy = Policy.load()
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    words = {
        cell.strip("`, ") for line in page.splitlines() for cell in line.split("|")[3:4] for cell in cell.split(",")
    }
    keys = {word for word in words if word.isupper() and "*" not in word}
    assert keys
    assert keys <= {one["id"] for one in policy.chart(AFTER)["accounts"]}
    assert {"evaluation.grades"} <= words & set(policy.parameters)

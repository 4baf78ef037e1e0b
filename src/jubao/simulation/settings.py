"""What is written down about the invented district: its customs, names, divisions and the year's figures."""

from functools import cache
from importlib.resources import files
from typing import Any

from jubao.vocabulary.yaml_files import read_yaml


@cache
def sheet(name: str) -> dict[str, Any]:
    """The YAML sheet of that name (``settings``, ``names``, ``divisions``, ``figures-2017``)."""
    text = files("jubao.simulation").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = read_yaml(text)
    return content


def section(name: str) -> dict[str, Any]:
    """One section of the settings sheet."""
    part: dict[str, Any] = sheet("settings")[name]
    return part


def custom(name: str) -> Any:
    """One thing people here know about the scheme (amounts in fen)."""
    return section("customs")[name]

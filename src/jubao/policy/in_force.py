"""A value of the law in force with its source, who asked for it, and how the law says that it has none."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.policy.schema import Instrument, Parameter, Row, Unit
from jubao.vocabulary.canonical import canonical_json

NATION = "CN"
_NOTED: ContextVar[dict[str, str] | None] = ContextVar("parameters asked for", default=None)


@contextmanager
def noting(asked: dict[str, str]) -> Iterator[None]:
    """Note in ``asked`` every parameter that is asked for meanwhile, with what is uncertain about the row used.

    So a plan can name the law it read, and tell its approvers what of it nobody could verify.
    """
    token = _NOTED.set(asked)
    try:
        yield
    finally:
        _NOTED.reset(token)


def note(key: str, uncertain: str | None = None) -> None:
    """Note that a parameter is asked for, and what is uncertain about the row that answers."""
    asked = _NOTED.get()
    if asked is not None:
        asked[key] = uncertain or asked.get(key, "")


class PolicyUnknown(Exception):
    """No parameter has this key."""


class NoLawForDay(Exception):
    """The law does not tell a value for a day; the text names the parameter, the day and what to do."""


class PolicyNotVerified(NoLawForDay):
    """The day lies after the day up to which someone checked or assumed the parameter."""


class NoRowInForce(NoLawForDay):
    """The parameter has no value for this day and area."""


@dataclass(frozen=True)
class InForce:
    """A value with everything an explanation needs; the period is half-open, ``valid_to`` None means open.

    ``uncertain`` says why the value is not sure, or is None.
    """

    key: str
    term: str
    unit: Unit
    value: Any
    valid_from: date
    valid_to: date | None
    area: str
    announced: date | None
    instrument: Instrument
    part: str
    uncertain: str | None
    verified: bool

    @property
    def source(self) -> str:
        """The document as a person cites it: number or title, and the part of it."""
        name = self.instrument.number or f"《{self.instrument.title}》"
        return f"{name}{self.part}"


def stands_in(parameter: Parameter, row: Row | None, area: str) -> bool:
    """Whether a row of the nation answers where the law asks for one of the place."""
    return row is not None and parameter.local and row.area == NATION and area != NATION


def stand_in(key: str, area: str) -> str:
    """Say that a row of the nation is used where the law asks for one of the place."""
    return f"参数 {key} 没有区划 {area} 的当地规定，暂按全国通行的一行办理，请核对当地文件后增加一行"


def fingerprint_of_row(row: Row) -> str:
    """SHA-256 over one row in canonical form."""
    return hashlib.sha256(canonical_json(row.model_dump(mode="python")).encode()).hexdigest()


def silence(key: str, parameter: Parameter, on: date, area: str) -> NoLawForDay:
    """Why there is no value for a day, and what to do."""
    if not parameter.reaches(on):
        return PolicyNotVerified(
            f"政策参数 {key}（{parameter.term}）只核对到 {parameter.limit}，不能用于 {on}。"
            "请核对新文件，增加一行并推后核对日；尚无新文件的，可办理政策沿用（law.accept），由两人承担责任沿用到某日。"
        )
    return NoRowInForce(
        f"政策参数 {key}（{parameter.term}）在 {on}、区划 {area} 没有生效的规定。"
        "请核对当地文件后增加一行，或办理政策沿用（law.accept）写明当地的规定。"
    )

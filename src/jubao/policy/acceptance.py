"""What an office takes responsibility for where the law was not checked: a row that goes on, or a value of its own."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from jubao.policy.schema import Instrument, Parameter, Unit, check_value
from jubao.policy.tables import SHAPES

OFFICE_DECISION = "office-decision"


class CannotAccept(Exception):
    """The value an office states does not fit its parameter; the text says why."""


@dataclass(frozen=True)
class Acceptance:
    """A decision of two people of the office that the law of some days is taken to be so (承担责任沿用).

    It speaks only where the checked law is silent. ``continues`` is the fingerprint of the row that goes on; without
    it ``value`` is the office's own. ``valid_from`` and ``until`` are both included, as a day up to which law was
    checked is. A withdrawal ends it for the days of the law from the day of the withdrawal on: what was done for earlier days
    was done with it, and stays explained by it.
    """

    key: str
    valid_from: date
    until: date
    made: date
    withdrawn: date | None
    continues: str
    value: Any
    told: str

    def speaks(self, on: date, as_known: date | None) -> bool:
        """Whether it covers a day of the law, for somebody who knew what was known on a day."""
        if not self.valid_from <= on <= self.until or (as_known is not None and self.made > as_known):
            return False
        if self.withdrawn is None or (as_known is not None and self.withdrawn > as_known):
            return True
        return on < self.withdrawn

    @property
    def document(self) -> Instrument:
        """The decision as the document an explanation cites."""
        return Instrument(
            id=OFFICE_DECISION,
            number=None,
            title="本机构承担责任的规定",
            date=self.made,
            issuer="本机构",
            note=self.told,
        )


def value_of(text: str, key: str, parameter: Parameter) -> Any:
    """The value somebody wrote for a parameter: a whole number, 是 or 否, a day, a code, or a table as JSON.

    Raises:
        CannotAccept: with what does not fit.
    """
    try:
        value = _value_of(text.strip(), parameter.unit)
        check_value(value, parameter.unit, parameter.term)
        if key in SHAPES:
            SHAPES[key].validate_python(value)
    except ValidationError as fault:
        raise CannotAccept(f"{parameter.term}的表不合格式（{fault.errors()[0]['msg']}）") from None
    except (ValueError, KeyError, RecursionError):
        raise CannotAccept(f"{parameter.term}（单位 {parameter.unit}）不能是“{text[:40]}”") from None
    return value


def _value_of(text: str, unit: Unit) -> Any:
    if unit is Unit.CODE:
        return text
    if unit is Unit.DATE:
        return date.fromisoformat(text)
    if unit is Unit.FLAG:
        return {"是": True, "否": False}[text]
    return json.loads(text)

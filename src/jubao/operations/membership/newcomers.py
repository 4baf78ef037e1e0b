"""People about to be brought into the register, as columns, each with the case or the row it was said in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jubao.operations.envelope.fault import Faults
from jubao.operations.people import shown
from jubao.vocabulary.codes.membership import WayIn

FEN_IN_YUAN = 100
Columns = dict[str, list[Any]]
"""What is said of people, one list for each field, named as in the opening register."""


@dataclass(frozen=True)
class Newcomers:
    """People about to be brought in.

    Args:
        columns: lists of one length; fields as the opening register names them.
        way: how each of them comes in.
        case: the case, from 1, that each of them belongs to.
        row: where each stands in its file; None where they were typed in, one a case.
    """

    columns: Columns
    way: Sequence[WayIn]
    case: Sequence[int]
    row: Sequence[int] | None = None
    names: dict[str, str] = field(default_factory=lambda: {"resident_number": "person", "contributed_years": "years"})

    def fault(self, faults: Faults, place: int, column: str, rule: str, *, next_step: str, source: str = "") -> None:
        """Note what stands against one of them, under the argument or the row it was said in."""
        who = shown(self.columns["resident_number"][place])
        where = who if self.row is None else f"第{self.row[place]}行 {who}"
        name = self.names.get(column, column) if self.row is None else "file"
        faults.add(self.case[place], name, rule, next_step=next_step, source=source, place=where)

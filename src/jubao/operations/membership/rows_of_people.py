"""Rows of a file about people of the register, several a person: whose each is, and where a fault of it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jubao.exchange.table import Table
from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.people import find_people, shown
from jubao.records.models import Person
from jubao.vocabulary.name import same_name


@dataclass(frozen=True)
class RowsOfPeople:
    """The rows of a file that name people by ``resident_number`` and ``name``.

    Attributes:
        case: the case the file belongs to; person: shape (rows,), keys; people: each of them once.
    """

    table: Table
    case: int
    person: Ids
    people: Sequence[Person]

    @classmethod
    def of(cls, table: Table, view: View, faults: Faults | None = None, *, case: int = 1) -> "RowsOfPeople | None":
        """Find everybody; None where somebody is unknown or bears another name, which ``faults`` then says."""
        first: dict[str, int] = {}
        for row, number in enumerate(table.columns["resident_number"]):
            first.setdefault(number, row)
        found = Faults()
        rows = [table.row_numbers[row] for row in first.values()]
        people = find_people(list(first), view, None if faults is None else found, field="file", rows=rows)
        if not found:
            for who, (number, row) in zip(people, first.items(), strict=True):
                if not same_name(who.name, table.columns["name"][row]):
                    place = f"第{table.row_numbers[row]}行 {shown(number)}"
                    found.add(case, "file", "姓名与参保登记不一致", next_step="请核对后重报", place=place)
        if found:
            assert faults is not None, "a plan is made after its check"
            faults.extend(found)
            return None
        key = {number: who.pk for number, who in zip(first, people, strict=True)}
        person = np.array([key[number] for number in table.columns["resident_number"]], dtype=np.int64)
        return cls(table, case, person, people)

    def fault(self, row: int, rule: str, then: str, faults: Faults) -> None:
        """Note what stands against a row, from 0."""
        place = f"第{self.table.row_numbers[row]}行 {shown(self.table.columns['resident_number'][row])}"
        faults.add(self.case, "file", rule, next_step=then, place=place)

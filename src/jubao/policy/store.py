"""Which value of the law is in force: on a day, in an area, as known on a day; never later than checked."""

import hashlib
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any, Self

from jubao.policy.acceptance import OFFICE_DECISION, Acceptance
from jubao.policy.in_force import (
    InForce,
    PolicyUnknown,
    fingerprint_of_row,
    note,
    silence,
    stand_in,
    stands_in,
)
from jubao.policy.loading import HERE, read_documents, read_instruments, read_parameter, read_parameters
from jubao.policy.schema import Instrument, Parameter, Row, Unit
from jubao.policy.selection import end_of, find, rows_for
from jubao.policy.tables import SHAPES, Rubric, flatten, month_number
from jubao.vocabulary.canonical import canonical_json

CHART = "chart_of_accounts.accounts"


class Policy:
    """All parameters of the law; read once, never changed; ``with_rows`` gives a changed copy.

    Where the checked law is silent it asks for what the office accepted (``accepting``); as it ships, nothing is.
    """

    def __init__(
        self,
        parameters: dict[str, Parameter],
        instruments: dict[str, Instrument],
        accepted: Callable[[str], Iterable[Acceptance]] = lambda _: (),
    ) -> None:
        """Keep what was read; use ``load`` or ``read``, and ``accepting`` where there is an office."""
        self.parameters = parameters
        self.instruments = instruments
        self._accepted = accepted
        self._shaped: dict[tuple[str, str, date, str], Any] = {}
        self._prints: dict[str, str] = {}

    @classmethod
    @cache
    def load(cls) -> Self:
        """The policy that ships with the program, read once per process.

        Raises:
            CannotReadPolicy: a file does not say what it must.
        """
        return cls.read(HERE)

    @classmethod
    def read(cls, directory: Path) -> Self:
        """The policy of another directory of YAML files.

        Raises:
            CannotReadPolicy: a file does not say what it must.
        """
        documents = read_documents(directory)
        instruments = read_instruments(documents)
        return cls(read_parameters(documents, instruments), instruments)

    def with_rows(self, key: str, rows: list[dict[str, Any]], *, until: date | None = None) -> Self:
        """A copy in which one parameter has other rows (fields as in YAML), for what-if runs.

        ``until`` moves the last day the parameter may be asked for.

        Raises:
            PolicyUnknown: no such parameter.
            CannotReadPolicy: the rows are not in order.
        """
        body = self.parameter(key).model_dump(by_alias=True) | {"rows": rows}
        body["unit"] = str(body["unit"])
        if until is not None:
            body["assumed_until" if body["verified_until"] is None else "verified_until"] = until
        changed = read_parameter(key, body, self.instruments)
        return type(self)(self.parameters | {key: changed}, self.instruments, self._accepted)

    def accepting(self, accepted: Callable[[str], Iterable[Acceptance]]) -> Self:
        """A copy that speaks, where the checked law is silent, by what an office accepted for a parameter.

        ``accepted`` is asked for a key only then.
        """
        return type(self)(self.parameters, self.instruments, accepted)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all parameters and instruments in canonical form; stored with every run."""
        digest = hashlib.sha256()
        for name, record in sorted({**self.instruments, **self.parameters}.items()):
            digest.update(f"{name}\0{canonical_json(record.model_dump(mode='python'))}\0".encode())
        return digest.hexdigest()

    def fingerprint_of(self, key: str) -> str:
        """SHA-256 over one parameter in canonical form; a parameter that is gone has that of nothing."""
        if key not in self._prints:
            record = self.parameters.get(key)
            text = canonical_json(record.model_dump(mode="python")) if record else ""
            self._prints[key] = hashlib.sha256(text.encode()).hexdigest()
        return self._prints[key]

    def parameter(self, key: str) -> Parameter:
        """The parameter of this key, for example ``benefit.annuity_divisor``.

        Raises:
            PolicyUnknown: no parameter has this key.
        """
        note(key)
        try:
            return self.parameters[key]
        except KeyError:
            raise PolicyUnknown(f"没有政策参数 {key}。请对照政策目录检查名称。") from None

    def value(self, key: str, *, on: date, area: str = "CN", as_known: date | None = None) -> Any:
        """The value in force on a day; its unit is the parameter's (fen, ppm, months…); tables are copies.

        Args:
            key: ``file.name``.
            on: the day the law is asked for.
            area: division code; the most specific row wins (430602 before 43 before CN).
            as_known: only rows announced by this day; without it all that is known now.
        Raises:
            PolicyUnknown, PolicyNotVerified, NoRowInForce.
        """
        return deepcopy(self.row(key, on=on, area=area, as_known=as_known).value)

    def row(self, key: str, *, on: date, area: str = "CN", as_known: date | None = None) -> InForce:
        """The row in force on a day with its source, for explanations. Arguments and errors as ``value``."""
        parameter, found = self.parameter(key), self.going_on(key, on=on, area=area, as_known=as_known)
        checked = found is not None and parameter.reaches(on)
        asked = not checked or stands_in(parameter, found, area)
        if asked and (accepted := self._accepted_row(key, parameter, found, on, as_known, area)) is not None:
            return accepted
        if found is not None and checked:
            rows = rows_for(parameter, area, as_known)
            return self._in_force(key, parameter, found, end_of(rows, found), area)
        raise silence(key, parameter, on, area)

    def going_on(self, key: str, *, on: date, area: str = "CN", as_known: date | None = None) -> Row | None:
        """The row that would speak on a day had somebody checked that far; None where there is none."""
        return find(rows_for(self.parameter(key), area, as_known), on)

    def _accepted_row(
        self, key: str, parameter: Parameter, found: Row | None, on: date, as_known: date | None, area: str
    ) -> InForce | None:
        """What the office accepted for a day the checked law does not reach; the latest decision counts."""
        speaking = [one for one in self._accepted(key) if one.speaks(on, as_known)]
        for one in sorted(speaking, key=lambda one: one.made, reverse=True):
            if not one.continues:
                stated = Row.model_construct(
                    valid_from=one.valid_from, area=area, value=one.value, source=OFFICE_DECISION, uncertain=one.told
                )
                return self._in_force(key, parameter, stated, None, area, document=one.document)
            if found is not None and fingerprint_of_row(found) == one.continues:
                return self._in_force(key, parameter, found.model_copy(update={"uncertain": one.told}), None, area)
        return None

    def history(self, key: str, *, area: str = "CN", as_known: date | None = None) -> list[InForce]:
        """Every value an area has had, oldest first, as adjoining half-open periods; gaps are left out.

        Raises:
            PolicyUnknown: no parameter has this key.
        """
        parameter = self.parameter(key)
        rows = rows_for(parameter, area, as_known)
        days = sorted({day for row in rows for day in (row.valid_from, row.valid_to) if day is not None})
        periods = []
        for day, following in zip_longest(days, days[1:]):
            if (found := find(rows, day)) is not None:
                periods.append(replace(self._in_force(key, parameter, found, following, area), valid_from=day))
        return periods

    def table(self, key: str, *, on: date, area: str = "CN", as_known: date | None = None) -> Any:
        """As ``value``, for a parameter that is a table (a list or a mapping).

        Raises:
            PolicyUnknown: also when the parameter is no table.
        """
        if self.parameter(key).unit is not Unit.TABLE:
            raise PolicyUnknown(f"政策参数 {key} 不是表。请用 value 取值。")
        return self.value(key, on=on, area=area, as_known=as_known)

    def collection_rules(self, on: date, area: str = "CN", *, as_known: date | None = None) -> list[dict[str, Any]]:
        """The collection rules in force on a day as plain rows, one for each category, tier and item.

        Each row has name, category and household (``*`` is all), tier_fen, item, amount_fen, is_subsidy, and
        valid_from and valid_to (months YYYYMM, half-open, 999912 open). Rows that match a person add up.

        Raises:
            PolicyNotVerified, NoRowInForce.
        """
        row = self.row("contribution.collection_rules", on=on, area=area, as_known=as_known)
        lines = [line for rule in self._shape(row) for line in flatten(rule, row.valid_from, row.valid_to)]
        asked = month_number(on)
        return [line for line in lines if line["valid_from"] <= asked < line["valid_to"]]

    def charts(self) -> list[dict[str, Any]]:
        """Every chart of accounts, oldest first: chart (its id), from, to, source, accounts (plain rows).

        An account has id, code, name, book, kind (asset, liability, net, income, expenditure, memo).
        """
        return [self._chart(row) for row in self.history(CHART)]

    def chart(self, on: date) -> dict[str, Any]:
        """The chart of accounts in force on a day, in the shape of ``charts``.

        Raises:
            PolicyNotVerified, NoRowInForce.
        """
        return self._chart(self.row(CHART, on=on))

    def postings(self, on: date) -> dict[str, dict[str, Any]]:
        """All posting templates in force on a day by event: event, book, title, uncertain, legs, source.

        A leg has debit and credit (account ids) and amount (the name of the amount).

        Raises:
            PolicyNotVerified, NoRowInForce.
        """
        row = self.row("posting.templates", on=on)
        return {one.event: one.model_dump() | {"source": row.source} for one in self._shape(row)}

    def posting(self, event: str, on: date) -> dict[str, Any]:
        """How an event is booked on a day, in the shape of ``postings``.

        Raises:
            PolicyUnknown: no template for this event.
            PolicyNotVerified, NoRowInForce.
        """
        row = self.row("posting.templates", on=on)
        found = next((one for one in self._shape(row) if one.event == event), None)
        if found is None:
            raise PolicyUnknown(f"没有业务 {event} 的记账模板。请对照记账模板目录检查名称。")
        template: dict[str, Any] = found.model_dump() | {"source": row.source}
        return template

    def rubric(self, on: date, area: str) -> Rubric:
        """The scoring table of an area on a day.

        Raises:
            PolicyNotVerified, NoRowInForce.
        """
        row = self.row("evaluation.rubric", on=on, area=area)
        rubric: Rubric = self._shape(row)
        return rubric

    def _chart(self, row: InForce) -> dict[str, Any]:
        return {
            "chart": row.valid_from.isoformat(),
            "from": row.valid_from,
            "to": row.valid_to,
            "source": row.source,
            "accounts": [account.model_dump() for account in self._shape(row)],
        }

    def _shape(self, row: InForce) -> Any:
        """The table of a row in its shape, built once."""
        known = (row.key, row.area, row.valid_from, row.source)
        if known not in self._shaped:
            self._shaped[known] = SHAPES[row.key].validate_python(row.value)
        return self._shaped[known]

    def _in_force(
        self,
        key: str,
        parameter: Parameter,
        row: Row,
        valid_to: date | None,
        area: str,
        *,
        document: Instrument | None = None,
    ) -> InForce:
        uncertain = row.uncertain or parameter.uncertain
        if stands_in(parameter, row, area):
            uncertain = f"{stand_in(key, area)}{f'（{uncertain}）' if uncertain else ''}"
        note(key, f"{parameter.term}：{uncertain}" if uncertain else None)
        return InForce(
            key=key,
            term=parameter.term,
            unit=parameter.unit,
            value=row.value,
            valid_from=row.valid_from,
            valid_to=valid_to,
            area=row.area,
            announced=row.announced,
            instrument=document or self.instruments[row.instrument_id],
            part="" if document else row.part,
            uncertain=uncertain,
            verified=parameter.verified_until is not None and uncertain is None,
        )

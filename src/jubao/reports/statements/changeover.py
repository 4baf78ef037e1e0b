"""The changeover of charts (新旧科目转换表): each account's old code, name and balance beside the new."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from jubao.documents.sheet import IDENTIFIER, MONEY, TEXT, Column, Row, Sheet
from jubao.policy.in_force import NoLawForDay
from jubao.records.models import AuditEvent
from jubao.reports.law import office_policy
from jubao.reports.statements.reading import BOOKS, day_before, held
from jubao.reports.statements.shape import Check
from jubao.reports.statements.sheet import office_name

MAPPING = "chart_of_accounts.changeover"
COLUMNS = (
    Column("原科目编码", IDENTIFIER, 12),
    Column("原科目名称", TEXT, 34),
    Column("借方余额", MONEY, is_totalled=True),
    Column("贷方余额", MONEY, is_totalled=True),
    Column("新科目编码", IDENTIFIER, 12),
    Column("新科目名称", TEXT, 34),
    Column("转入借方", MONEY, is_totalled=True),
    Column("转入贷方", MONEY, is_totalled=True),
    Column("说明", TEXT, 16),
)


class NoChangeover(LookupError):
    """No new chart of accounts begins on the day."""


@dataclass(frozen=True)
class ChangedAccount:
    """An account of the old chart and where it goes; ``balance_fen`` is debit minus credit, and moves as it is."""

    old_key: str
    old_code: str
    old_name: str
    new_key: str
    new_code: str
    new_name: str
    balance_fen: int

    @property
    def renamed(self) -> bool:
        """Whether code or name are others than before."""
        return (self.old_code, self.old_name) != (self.new_code, self.new_name)

    def told(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "old": self.old_key,
            "old_code": self.old_code,
            "old_name": self.old_name,
            "new": self.new_key,
            "new_code": self.new_code,
            "new_name": self.new_name,
            "balance_fen": self.balance_fen,
        }


@dataclass(frozen=True)
class Changeover:
    """A book's accounts on the day a chart begins; ``source`` is what the mapping rests on."""

    book: str
    first_day: date
    as_of: date
    source: str
    rows: tuple[ChangedAccount, ...]
    checks: tuple[Check, ...]

    @property
    def title(self) -> str:
        """As it is headed."""
        return f"{BOOKS[self.book]}新旧会计科目转换表"


def changeover(
    book: str, first_day: date, *, as_of: date | None = None, balances: Mapping[str, int] | None = None
) -> Changeover:
    """Where the balances of the evening before go when a chart begins.

    Args:
        book: FUND, DELEGATED or ACCOUNTS.
        first_day: the new chart's first day.
        as_of: only facts recorded by this day count; default the latest act's.
        balances: debit minus credit by account the evening before, where an act under way knows them better.
    Raises:
        NoChangeover: the day begins no new chart, or the mapping is not laid down.
    """
    policy = office_policy()
    try:
        old, new, mapping = (
            policy.chart(day_before(first_day)),
            policy.chart(first_day),
            policy.row(MAPPING, on=first_day),
        )
    except NoLawForDay as missing:
        raise NoChangeover(f"{first_day} 没有可以转换的新旧会计科目表（{missing}）") from missing
    if new["from"] != first_day or mapping.valid_from != first_day:
        raise NoChangeover(f"{first_day} 没有启用新的会计科目表")
    known = as_of or AuditEvent.objects.aggregate(day=Max("business_date"))["day"] or first_day
    moved = held(book, through=day_before(first_day), as_of=known) if balances is None else balances
    rows = _rows(book, old["accounts"], new["accounts"], mapping.value, moved)
    return Changeover(book, first_day, known, mapping.source, rows, _checks(rows, moved))


def changeover_sheet(made: Changeover) -> Sheet:
    """The table as a sheet to be written."""
    note = f"{made.first_day} 起执行新科目；依据{made.source}；按 {made.as_of} 已入账的事实"
    return Sheet(
        "科目转换", made.title, office_name(), made.first_day, COLUMNS, [_row(row) for row in made.rows], note=note
    )


def _rows(
    book: str,
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
    mapping: list[dict[str, Any]],
    balances: Mapping[str, int],
) -> tuple[ChangedAccount, ...]:
    before, after = ({one["id"]: one for one in chart if one["book"] == book} for chart in (old, new))
    pairs = [(before[one["old"]], after[one["new"]]) for one in mapping if one["old"] in before and one["new"] in after]
    rows = [
        ChangedAccount(a["id"], a["code"], a["name"], b["id"], b["code"], b["name"], balances.get(a["id"], 0))
        for a, b in pairs
    ]
    return tuple(sorted((row for row in rows if row.balance_fen or row.renamed), key=lambda row: row.old_code))


def _checks(rows: tuple[ChangedAccount, ...], balances: Mapping[str, int]) -> tuple[Check, ...]:
    """The table foots: nothing is left behind, both sides balance, and no account's balance is split or merged."""
    carried: dict[str, int] = {}
    for row in rows:
        carried[row.new_key] = carried.get(row.new_key, 0) + row.balance_fen
    return (
        Check("原科目借方余额合计等于贷方余额合计", sum(row.balance_fen for row in rows), 0),
        Check(
            "每个有余额的原科目都有去向", sum(abs(row.balance_fen) for row in rows), sum(map(abs, balances.values()))
        ),
        Check(
            "新科目转入余额等于账上该科目余额", sum(abs(fen - balances.get(key, 0)) for key, fen in carried.items()), 0
        ),
    )


def _row(row: ChangedAccount) -> Row:
    sides = (row.balance_fen if row.balance_fen > 0 else None, -row.balance_fen if row.balance_fen < 0 else None)
    return (row.old_code, row.old_name, *sides, row.new_code, row.new_name, *sides, "更名" if row.renamed else "")

"""The line form of wide facts: views of the database that give one line for each amount of a row.

A wide row keeps money apart in a column for each code; a line says the code in a column. Whoever counts, lists or
explains reads lines; whoever writes, seals or adds up by person uses the wide row. The views are made from the lists of
codes, so nothing states them a second time. A line's number is its row's number times ``PLACES`` plus the place of its
code in the list: the same line has the same number for ever, as long as codes are only added at the end of their list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from jubao.columns.by_code import amount_column, amount_columns
from jubao.records.accounts import AccountBalance, AccountEntry, AccountPosting, IndividualAccount
from jubao.records.payments import PayrollLine, PensionMonth
from jubao.vocabulary.codes import BenefitItem, EntryKind, Labelled, Source

PLACES = 16
PLACE, CODE = "line.column1", "line.column2"


@dataclass(frozen=True)
class LineView:
    """A view that tells a wide table line by line.

    Args:
        lines: the model of the lines; wide: the table they come from.
        codes: the list of codes, each with its amount in a column of the wide table.
        code: the lines' column for the code; amount: the one for its fen.
        derived: the lines' columns that are neither these nor a column of the wide row, as SQL.
    """

    lines: type[models.Model]
    wide: type[models.Model]
    codes: type[Labelled]
    code: str
    amount: str
    derived: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The view's name."""
        return str(self.lines._meta.db_table)

    @property
    def base(self) -> str:
        """The wide table's name."""
        return str(self.wide._meta.db_table)

    @property
    def body(self) -> str:
        """The view as a query, alike on both engines.

        A join with the places, not a union over the codes: one pass over the rows, and a condition on a person or a
        batch reaches the index of the wide table.
        """
        assert len(self.codes) <= PLACES, "a line's number has no room for so many codes"
        fen = " ".join(f"WHEN {place} THEN base.{amount_column(code)}" for place, code in enumerate(self.codes))
        amount = f"CASE {PLACE} {fen} END"
        told = {"id": f"base.id * {PLACES} + {PLACE}", self.code: CODE, self.amount: amount, **self.derived}
        columns = (str(one.column) for one in self.lines._meta.concrete_fields)
        listed = ", ".join(f"{told.get(column, f'base.{column}')} AS {column}" for column in columns)
        places = ", ".join(f"({place}, '{code}')" for place, code in enumerate(self.codes))
        return f"SELECT {listed} FROM {self.base} base CROSS JOIN (VALUES {places}) line WHERE {amount} <> 0"

    @property
    def statement(self) -> str:
        """The statement that makes the view."""
        return f"CREATE VIEW {self.name} AS {self.body}"


# A contribution's row holds its subsidies, too: what neither the payer gave nor a government in his place.
OWN = ", ".join(f"'{source}'" for source in (Source.PERSONAL, Source.GOVERNMENT_PAID))
ENTRY_KIND = (
    f"CASE WHEN base.kind = '{EntryKind.CONTRIBUTION}' AND {CODE} NOT IN ({OWN}) THEN '{EntryKind.SUBSIDY}' "
    "ELSE base.kind END"
)
VIEWS = (
    LineView(PayrollLine, PensionMonth, BenefitItem, code="item", amount="amount_fen"),
    LineView(
        AccountEntry,
        AccountPosting,
        Source,
        code="source",
        amount="amount_fen",
        derived={"kind": ENTRY_KIND, "reversal_of_id": f"base.reversal_of_id * {PLACES} + {PLACE}"},
    ),
    LineView(AccountBalance, IndividualAccount, Source, code="source", amount="balance_fen"),
)
WIDE_TABLES: Mapping[str, str] = {view.name: view.base for view in VIEWS}
"""By view, the table whose rows it tells."""
AMOUNTS: Mapping[type[models.Model], tuple[str, ...]] = {view.wide: amount_columns(view.codes) for view in VIEWS}
"""By wide table, the columns that together say what a row moves."""


def remove_views(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Take the views away before a migration: neither engine changes a table that a view stands on."""
    if sender.label == "records":
        with connections[using].cursor() as cursor:
            for view in VIEWS:
                cursor.execute(f"DROP VIEW IF EXISTS {view.name}")


def install_views(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Make the views anew for every wide table that exists; called after each migration, beside the guards."""
    if sender.label != "records":
        return
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for view in VIEWS:
            cursor.execute(f"DROP VIEW IF EXISTS {view.name}")
            if view.base in existing:
                cursor.execute(view.statement)

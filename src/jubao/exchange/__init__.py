"""Exchange: files of banks, outlets, registers and offices, from bytes to tables and back.

- ``layout``, ``layouts.yaml``: every file layout, declared once;
- ``reading``: ``read_table``; ``streamed_csv``: ``read_large``, streamed; ``payout``: the bank's payout and return;
- ``register_file``: a sender's list of any layout, by its mapping (``register_mapping``, ``register_preview``,
  ``register_source``, ``register_text``, ``register_cells``, ``binary_sheet`` for old xls), row by row;
- ``writing``: ``write_table``; ``atomic``: whole files or none; ``whole``: read only when small enough;
  ``protection``: no formula leaves the house;
- ``text``, ``transcoding``: strict decoding; ``delimited``, ``sheet``: raw rows;
- ``filled_form``: a workbook that was filled in, sheet by sheet;
- ``xlsx_package``, ``xlsx_parts``: bombs, macros and formulas are found before a workbook is parsed;
- ``cells``, ``totals``, ``cell_warnings``: the rules of a cell, of a file, and what only a person can decide;
- ``columns``: the rules of a cell on a whole column of texts at once;
- ``statement_file``: a bank statement as delimited text, MT940 (``statement_mt940``) or camt.053
  (``statement_camt053``); ``statement_pages`` is what the last two have in common;
- ``fault``, ``table``: what comes out, a refusal with every fault or a table.

A name of the list below is fetched from its module when it is first asked for: most commands need none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from jubao.exchange.layout import Column, ColumnType, Layout, LayoutUnknown, layout, layouts  # its own name, so at once

if TYPE_CHECKING:
    from jubao.exchange.atomic import write_atomically
    from jubao.exchange.fault import Fault, FileRefused
    from jubao.exchange.payout import (
        payout_file_name,
        payout_hash,
        read_payout,
        read_return,
        return_file_name,
        write_payout,
        write_return,
    )
    from jubao.exchange.reading import read_table
    from jubao.exchange.statement_file import read_statement
    from jubao.exchange.streamed_csv import Batch, LargeReading, read_large
    from jubao.exchange.table import Table
    from jubao.exchange.writing import CannotWriteTable, table_bytes, write_table

__all__ = [
    "Batch",
    "CannotWriteTable",
    "Column",
    "ColumnType",
    "Fault",
    "FileRefused",
    "LargeReading",
    "Layout",
    "LayoutUnknown",
    "Table",
    "layout",
    "layouts",
    "payout_file_name",
    "payout_hash",
    "read_large",
    "read_payout",
    "read_return",
    "read_statement",
    "read_table",
    "return_file_name",
    "table_bytes",
    "write_atomically",
    "write_payout",
    "write_return",
    "write_table",
]

_HOMES = {
    "atomic": ("write_atomically",),
    "fault": (
        "Fault",
        "FileRefused",
    ),
    "streamed_csv": (
        "Batch",
        "LargeReading",
        "read_large",
    ),
    "payout": (
        "payout_file_name",
        "payout_hash",
        "read_payout",
        "read_return",
        "return_file_name",
        "write_payout",
        "write_return",
    ),
    "reading": ("read_table",),
    "statement_file": ("read_statement",),
    "table": ("Table",),
    "writing": (
        "CannotWriteTable",
        "table_bytes",
        "write_table",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """A name of the room, from the module it lives in."""
    if name not in _HOME_OF:
        raise AttributeError(name)
    globals()[name] = found = getattr(import_module(f"jubao.exchange.{_HOME_OF[name]}"), name)
    return found

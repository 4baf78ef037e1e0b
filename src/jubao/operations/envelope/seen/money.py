"""The money of a plan: by month, by payer, and by account of the books."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import connection

from jubao.columns.bounded import Fen
from jubao.ledger.models import BOOKS, Account, Voucher, VoucherLine
from jubao.operations.envelope.seen.causes import money_columns
from jubao.operations.envelope.seen.columns import Ids, Model, Table, combined, sums
from jubao.operations.envelope.seen.people import lead_of
from jubao.operations.envelope.seen.words import column, in_words, month, titled, yuan

MONTHS = ("month", "value_month", "year")
PAYERS = ("item", "source", "level", "purpose", "programme")
MOST_MONTHS = 24
MOST_PAYERS = 24


def money_of(tables: Mapping[Model, Table]) -> dict[str, list[Any]]:
    """What moves by month, by payer, and by account, in fen; batches and runs only repeat the lines of people in them."""
    moving = [table for model, table in tables.items() if model._meta.app_label != "ledger" and _moves_money(table)]
    moving = [table for table in moving if lead_of(table.model)] or moving
    return {
        "months": [row for table in moving for row in _months(table)],
        "payers": [row for table in moving for row in _payers(table)],
        "accounts": accounts_of(tables),
    }


def _moves_money(table: Table) -> bool:
    return bool(_money_columns(table)) and any(table.has(name) for name in (*MONTHS, *PAYERS))


def _money_columns(table: Table) -> list[str]:
    """One column that says what a row moves, or the columns of a row that keeps each payer apart."""
    if moved := money_columns(table.model):
        return list(moved)
    by_month = any(table.has(name) for name in MONTHS)
    return [field.attname for field in table.fields() if isinstance(field, Fen)] if by_month else []


def _total(table: Table) -> Ids:
    columns = [table.whole(name) for name in _money_columns(table)]
    total: Ids = np.sum(columns, axis=0, dtype=np.int64)
    return total


def _months(table: Table) -> list[dict[str, Any]]:
    name = next((one for one in MONTHS if table.has(one)), "")
    if not name:
        return []
    group, values = table.groups(name)
    amounts, rows = sums(group, _total(table), len(values)), sums(group, group * 0 + 1, len(values))
    found = sorted((value or 0, int(rows[one]), int(amounts[one])) for one, value in enumerate(values))
    listed = [
        {"title": table.title, "month": month(value) if value else "不分月", "rows": count, "fen": fen}
        for value, count, fen in found[-MOST_MONTHS:]
    ]
    if earlier := found[:-MOST_MONTHS]:
        count, fen = sum(one[1] for one in earlier), sum(one[2] for one in earlier)
        listed.insert(0, {"title": table.title, "month": f"此前 {len(earlier)} 个期间", "rows": count, "fen": fen})
    return listed


def _payers(table: Table) -> list[dict[str, Any]]:
    columns = _money_columns(table)
    if len(columns) > 1:
        pairs = [(titled(table.model, name), table.whole(name)) for name in columns]
        return [
            {"title": table.title, "payer": title, "rows": int(np.count_nonzero(fen)), "fen": int(fen.sum())}
            for title, fen in pairs
            if fen.any()
        ]
    fields = [field for field in table.fields() if field.attname in PAYERS]
    if not fields:
        return []
    group, values = combined([table.groups(field.attname) for field in fields])
    amounts, rows = sums(group, table.whole(columns[0]), len(values)), sums(group, group * 0 + 1, len(values))
    order = sorted(range(len(values)), key=lambda one: (-abs(int(amounts[one])), one))[:MOST_PAYERS]
    return [
        {
            "title": table.title,
            "payer": " ".join(
                in_words(field, value) for field, value in zip(fields, values[one], strict=True) if value
            ),
            "rows": int(rows[one]),
            "fen": int(amounts[one]),
        }
        for one in order
        if any(values[one])
    ]


def accounts_of(tables: Mapping[Model, Table]) -> list[dict[str, Any]]:
    """The legs of the plan's vouchers by book and account: what is debited, what is credited."""
    if VoucherLine not in tables:
        return []
    legs = tables[VoucherLine]
    group, accounts = legs.groups("account_id")
    debits = sums(group, legs.whole("debit_fen"), len(accounts)).tolist()
    credit = sums(group, legs.whole("credit_fen"), len(accounts)).tolist()
    known = _accounts(accounts, tables)
    found = [(*known[key], debits[one], credit[one]) for one, key in enumerate(accounts)]
    return [
        {"book": book, "account": f"{code} {name}", "debit_fen": debit, "credit_fen": credit}
        for book, code, name, debit, credit in sorted(found)
    ]


def _accounts(keys: list[int], tables: Mapping[Model, Table]) -> dict[int, tuple[str, str, str]]:
    """Book, code and name of accounts, those included that the plan itself adds."""
    books = dict(BOOKS)
    stored = ", ".join(str(int(key)) for key in keys if key > 0)
    found = {}
    if stored:
        with connection.cursor() as cursor:  # asked with every voucher, so in plain SQL
            cursor.execute(
                f"SELECT id, book, code, name FROM {Account._meta.db_table} WHERE id IN ({stored}) ORDER BY id"
            )
            found = {key: (books[book], code, name) for key, book, code, name in cursor.fetchall()}
    for key in (key for key in keys if key < 0):
        book, code, name = (tables[Account].cell(column, -key - 1) for column in ("book", "code", "name"))
        found[key] = (books[book], code, name)
    return found


def late_vouchers(tables: Mapping[Model, Table]) -> list[str]:
    """Vouchers that belong to a month already settled, one sentence each."""
    if Voucher not in tables:
        return []
    table = tables[Voucher]
    fields = {name: column(Voucher, name) for name in ("late_for", "date")}
    told = []
    for place in range(table.count):
        if (late_for := table.cell("late_for", place)) is None:
            continue
        belongs, entered = in_words(fields["late_for"], late_for), in_words(fields["date"], table.cell("date", place))
        what = f"{table.cell('memo', place)} {yuan(table.cell('debit_fen', place))}"
        told.append(f"凭证“{what}”应记 {belongs}，该月已经结账或对账，记入 {entered}")
    return told

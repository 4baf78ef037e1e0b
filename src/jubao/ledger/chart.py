"""The accounts of the dated charts: drafted once from the law, looked up by key and day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection

from jubao.ledger.models import Account

IN_FORCE = """
SELECT key, id FROM ledger_account
WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s) AND key IN ({marks})
"""


class NoSuchAccount(LookupError):
    """No chart in force that day has the account."""


def draft_chart(
    chart: str, accounts: Iterable[Mapping[str, Any]], *, valid_from: date, valid_to: date | None
) -> list[Account]:
    """A chart's accounts, not yet written; ``accounts`` give key, code, name, nature and book."""
    return [Account(chart=chart, valid_from=valid_from, valid_to=valid_to, **account) for account in accounts]


def account_ids(keys: Iterable[str], *, on: date) -> dict[str, int]:
    """Primary key of each account in the chart in force on a day."""
    wanted = sorted(set(keys))
    marks = ", ".join(["%s"] * len(wanted)) or "NULL"
    with connection.cursor() as cursor:  # asked for every voucher, so in plain SQL
        cursor.execute(IN_FORCE.format(marks=marks), [on.isoformat(), on.isoformat(), *wanted])
        found = dict(cursor.fetchall())
    if missing := set(wanted) - set(found):
        raise NoSuchAccount(f"{on} 执行的会计科目表中没有科目 {'、'.join(sorted(missing))}")
    return found

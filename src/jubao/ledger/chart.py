"""The accounts of the dated charts: drafted once from the law, looked up by key and day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from jubao.ledger.models import Account


class NoSuchAccount(LookupError):
    """No chart in force that day has the account."""


def draft_chart(
    chart: str, accounts: Iterable[Mapping[str, Any]], *, valid_from: date, valid_to: date | None
) -> list[Account]:
    """A chart's accounts, not yet written; ``accounts`` give key, code, name, nature and book."""
    return [Account(chart=chart, valid_from=valid_from, valid_to=valid_to, **account) for account in accounts]


def account_ids(keys: Iterable[str], *, on: date) -> dict[str, int]:
    """Primary key of each account in the chart in force on a day."""
    wanted = set(keys)
    in_force = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    found = dict(Account.objects.filter(in_force, key__in=wanted).values_list("key", "id"))
    if missing := wanted - set(found):
        raise NoSuchAccount(f"{on} 执行的会计科目表中没有科目 {'、'.join(sorted(missing))}")
    return found

"""Lists that must have been compared before a payroll is locked, and which of them were not (月度比对必备名单)."""

from datetime import date, timedelta

from jubao.operations.law import law
from jubao.records.models import MatchList


def missing_lists(on: date) -> list[str]:
    """Names of the required lists none of whose kinds was matched in the days before; policy ``watch.required_lists``."""
    values = law(on)
    since = on - timedelta(days=int(values.value("watch.list_fresh_days")))
    rows = MatchList.objects.filter(act__business_date__gt=since, act__business_date__lte=on).order_by("id")
    known = set(rows.values_list("kind", flat=True))
    return [name for name, kinds in values.value("watch.required_lists").items() if not known & set(kinds)]

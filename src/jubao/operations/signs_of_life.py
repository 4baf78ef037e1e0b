"""What in the books shows somebody alive on a day: certifications, contributions. A stated death is held against it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Max

from jubao.operations.people import in_slices
from jubao.records.models import Certification, Contribution, Person

Seen = Mapping[str, date]


def last_seen(people: Sequence[Person]) -> dict[int, dict[str, date]]:
    """By person, the last day the books show somebody alive, and by what; a contribution given back shows nothing."""
    seen: dict[int, dict[str, date]] = {}
    kept = Contribution.objects.filter(refund__isnull=True)
    for part in in_slices([p.pk for p in people]):
        for what, rows, day in (
            ("领取资格认证", Certification.objects.all(), "certified_date"),
            ("缴费到账", kept, "received_date"),
        ):
            latest = rows.filter(person_id__in=part).values_list("person_id").annotate(last=Max(day))
            for key, last in latest.order_by("person_id"):
                seen.setdefault(key, {})[what] = last
    return seen


def alive_after(seen: Seen, died: date) -> Iterator[str]:
    """What the books show after a stated day of death, as sentences."""
    for what, day in seen.items():
        if day > died:
            yield f"所报死亡日期 {died} 之后还有{what}（{day}），与账上记载矛盾"

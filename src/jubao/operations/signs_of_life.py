"""What in the books shows somebody alive on a day: certifications, contributions, applications, resumptions.

A stated death is held against it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Max

from jubao.operations.people import in_slices
from jubao.records.models import Award, AwardEvent, Certification, Contribution, Person
from jubao.vocabulary import month as months

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
        for key, applied, start in _awarded(part):
            seen.setdefault(key, {})["待遇申请" if applied else "待遇起领"] = applied or months.first_day(start)
        for key, shown_on in _resumed(part):
            seen.setdefault(key, {})["待遇续发依据"] = shown_on
    return seen


def _awarded(people: Sequence[int]) -> Iterator[tuple[int, date | None, int]]:
    """By person, the day the latest pension was applied for, or the month it began where that was before the takeover."""
    rows = Award.objects.filter(person_id__in=people).order_by("id")
    yield from rows.values_list("person_id", "applied_date", "start_month")


def _resumed(people: Sequence[int]) -> Iterator[tuple[int, date]]:
    """By person, the day of the latest evidence a stopped pension was resumed on: somebody had seen them."""
    resumed = AwardEvent.objects.filter(award__person_id__in=people, kind=AwardEvent.Kind.RESUMED)
    latest = resumed.values_list("award__person_id").annotate(last=Max("evidence_date")).order_by("award__person_id")
    yield from ((key, day) for key, day in latest if day is not None)


def alive_after(seen: Seen, died: date) -> Iterator[str]:
    """What the books show after a stated day of death, as sentences."""
    for what, day in seen.items():
        if day > died:
            yield f"所报死亡日期 {died} 之后还有{what}（{day}），与账上记载矛盾"

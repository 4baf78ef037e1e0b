"""Who looked at whole numbers: each look, and each member of staff's looks of a week, for the audit posts to go through."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet

from jubao.documents.sheet import IDENTIFIER, INTEGER, TEXT
from jubao.records.keyed_numbers import keyed
from jubao.records.models import Look, Person, Signature, Staff
from jubao.reports.figures.window import Window
from jubao.reports.lists.column import WHO, Column, Told
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.reports.recusals import concerned_in
from jubao.vocabulary.codes.privacy import LookReason
from jubao.vocabulary.posts import LABELS
from jubao.vocabulary.viewer import AUDITING

NEAR = timedelta(days=30)
"""A look belongs to a case when whoever looked took a step of one about that person within so many days, before or after."""
REASONS = dict(LookReason.choices())
POSTS = {str(post): label for post, label in LABELS.items()}


def _looks(window: Window) -> "QuerySet[Look]":
    """What was looked at in the span."""
    return Look.objects.filter(window.acted()).select_related("person", "act")


def _beside_looks(rows: Sequence[Look], _: Window) -> Iterator[Told]:
    """When it was, and what of it somebody should ask about."""
    names = dict(Staff.objects.order_by("pk").values_list("code", "name"))
    cases = _cases({row.staff for row in rows}, rows)
    for row in rows:
        yield {
            "staff_name": names.get(row.staff, ""),
            "at": f"{row.looked_at.astimezone():%Y-%m-%d %H:%M}",
            "whom": "全部参保人" if row.everybody else "" if row.person else "尚未参保",
            "out_of_case": "案外" if _is_out_of_case(row, cases) else "",
            "same_surname": "同姓" if _shares_surname(row, names) else "",
        }


def _staff(_: Window) -> "QuerySet[Staff]":
    return Staff.objects.all()


def _beside_staff(rows: Sequence[Staff], window: Window) -> Iterator[Told | None]:
    """What each looked at in the span; who looked at nothing is left out."""
    looks = list(_looks(window).filter(staff__in=[row.code for row in rows]).order_by("pk"))
    cases = _cases({row.code for row in rows}, looks)
    names = {row.code: row.name for row in rows}
    for row in rows:
        own = [look for look in looks if look.staff == row.code]
        yield _summed(own, names, cases) if own else None


def _summed(own: Sequence[Look], names: dict[str, str], cases: dict[str, list[tuple[date, frozenset[str]]]]) -> Told:
    people = {look.person_id: look.person for look in own if look.person is not None}
    villages = Counter(person.division for person in people.values())
    surnames = Counter(person.name[:1] for person in people.values())
    return {
        "people": len(people) or (1 if any(look.person is None for look in own) else 0),
        "times": len({look.act_id for look in own}),
        "everybody": sum(1 for look in own if look.everybody),
        "out_of_case": len({look.person_id for look in own if _is_out_of_case(look, cases)}),
        "same_surname": len({look.person_id for look in own if _shares_surname(look, names)}),
        "most_in_village": max(villages.values(), default=0),
        "most_of_surname": max(surnames.values(), default=0),
    }


def _cases(staff: set[str], looks: Sequence[Look]) -> dict[str, list[tuple[date, frozenset[str]]]]:
    """By staff code, the days on which each took a step of a case around these looks, and whom it concerned."""
    if not looks:
        return {}
    days = [look.act.business_date for look in looks]
    taken = Signature.objects.filter(
        person__in=staff, business_date__gte=min(days) - NEAR, business_date__lte=max(days) + NEAR
    )
    found: dict[str, list[tuple[date, frozenset[str]]]] = {}
    for code, day, concerns in taken.order_by("pk").values_list("person", "business_date", "proposal__concerns"):
        found.setdefault(code, []).append((day, concerned_in(concerns)))
    return found


def _is_out_of_case(look: Look, cases: dict[str, list[tuple[date, frozenset[str]]]]) -> bool:
    """Whether whoever looked took no step of a case about that person near that day."""
    if look.person is None:
        return False
    number, day = keyed(look.person.resident_number), look.act.business_date
    return not any(abs(day - taken) <= NEAR and number in concerned for taken, concerned in cases.get(look.staff, ()))


def _shares_surname(look: Look, names: dict[str, str]) -> bool:
    person: Person | None = look.person
    return person is not None and person.name[:1] == names.get(look.staff, "")[:1]


STAFF_CODE = Column("工号", "staff", IDENTIFIER, width=8, is_filtered=True)
LOOK_LISTS: tuple[Listing, ...] = (
    Listing(
        "looks",
        "完整号码查看周报",
        (
            Column("工号", "code", IDENTIFIER, width=8, is_filtered=True),
            Column("姓名", "name", TEXT, width=10),
            Column("查看人数", "people", INTEGER, is_totalled=True),
            Column("查看次数", "times", INTEGER, is_totalled=True),
            Column("全量导出", "everybody", INTEGER, is_totalled=True),
            Column("案外人数", "out_of_case", INTEGER, is_totalled=True),
            Column("与本人同姓", "same_surname", INTEGER, is_totalled=True),
            Column("同村最多", "most_in_village", INTEGER),
            Column("同姓最多", "most_of_surname", INTEGER),
        ),
        (Part(_staff, _beside_staff, person=None, order=("code",), is_exact=False),),
        audience=AUDITING,
    ),
    Listing(
        "look-records",
        "完整号码查看明细",
        (
            STAFF_CODE,
            Column("查看人", "staff_name", TEXT, width=10),
            Column("岗位", "post", words=POSTS),
            Column("时间", "at", TEXT, width=16),
            *WHO,
            Column("对象", "whom", TEXT, width=10),
            Column("理由", "reason", words=REASONS, is_filtered=True),
            Column("说明", "words", TEXT, width=20),
            Column("方式", "command", TEXT, width=18),
            Column("内容", "subject", TEXT, width=24),
            Column("案外", "out_of_case"),
            Column("同姓", "same_surname"),
        ),
        (Part(_looks, _beside_looks, may_lack_person=True),),
        audience=AUDITING,
    ),
)

"""Lists of the insured: the whole register, who reached the age with years missing, certification, contributions."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np
from django.db.models import Max, Sum

from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONEY, MONTH, TEXT, Column, Row
from jubao.records.models import (
    AccountEntry,
    AwardEvent,
    CategoryPeriod,
    Certification,
    Contribution,
    Crediting,
    EnrolmentEvent,
    Residence,
)
from jubao.reports.catalogue.people import PAID_FOR, of_age
from jubao.reports.figures.place import latest_of, places_of
from jubao.reports.figures.standing import ENDED, Kind, awards, lawful, relations
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import AMOUNT, PLACE, WHO, PrintedList
from jubao.rules.eligibility import arrears_years, required_years
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import (
    Category,
    Channel,
    ContributionKind,
    HouseholdType,
    RelationState,
    Sex,
    SuspensionReason,
)
from jubao.vocabulary.resident_number import mask

NOWHERE = ("", "")
CATEGORIES = {str(code): code.label for code in Category}
HOUSEHOLDS = {str(code): code.label for code in HouseholdType}
SEXES = {str(code): code.label for code in Sex}
CHANNELS = {str(code): code.label for code in Channel}
KINDS = {str(code): code.label for code in ContributionKind}


def _insured(window: Window) -> Iterator[Row]:
    places, category = places_of(window), latest_of(CategoryPeriod, "category", window)
    household = latest_of(Residence, "household_type", window)
    sums = AccountEntry.objects.filter(window.known()).order_by().values_list("person_id")
    balance = dict(sums.annotate(fen=Sum("amount_fen")))
    years = _credited_years(window)
    for event in _standing(window):
        relation = event.enrolment
        who = relation.person
        state = RelationState.of(event.enrolment_state, event.contribution_state)
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, SEXES.get(who.sex, ""),
               who.birth_date, HOUSEHOLDS.get(household.get(who.pk, ""), ""), CATEGORIES.get(category.get(who.pk, ""), ""),
               relation.enrolled_month, state.label, relation.tier_fen,
               relation.earlier_years + years.get(who.pk, 0), balance.get(who.pk, 0))  # fmt: skip


def _standing(window: Window) -> Iterator[EnrolmentEvent]:
    rows = relations(window).exclude(enrolment_state=ENDED).select_related("enrolment__person")
    return rows.order_by("enrolment__person__personal_number").iterator()


def _credited_years(window: Window) -> dict[int, int]:
    """Years credited since the takeover, each once, by person: paid and not refunded, or paid for by governments."""
    rows = Crediting.objects.filter(window.known()).exclude(
        contribution__refund__act__business_date__lte=window.as_of
    )
    paid_for = AccountEntry.objects.filter(window.known(), PAID_FOR).order_by()
    years = set(rows.order_by().values_list("contribution__person_id", "contribution__year"))
    return Counter(who for who, _ in years | set(paid_for.values_list("person_id", "year")))


def _owing_at_age(window: Window) -> Iterator[Row]:
    """Of age, not yet drawing, with years missing under the law of the day."""
    rows = of_age(window)
    law = [lawful(f"scheme.{name}", window.as_of) for name in ("launch_date", "pension_age", "required_years")]
    if rows is None or None in law:
        return
    events = list(rows.select_related("enrolment__person").order_by("enrolment__person__personal_number"))
    places, credited = places_of(window), _credited_years(window)
    birth = np.array([event.enrolment.person.birth_date for event in events], dtype="datetime64[D]")
    paid = [e.enrolment.earlier_years + credited.get(e.enrolment.person_id, 0) for e in events]
    required = required_years(birth, law[0], int(law[1]), int(law[2]))
    missing = arrears_years(required, np.array(paid, dtype=np.int64)).tolist()
    for event, needed, have, short in zip(events, required.tolist(), paid, missing, strict=True):
        who = event.enrolment.person
        if short:
            yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, who.birth_date,
                   needed, have, short)  # fmt: skip


def _expiring(window: Window) -> Iterator[Row]:
    """Awards running whose certification runs out by the end of the month after the day, or has run out already."""
    cycle = lawful("certification.cycle_months", window.as_of)
    if cycle is None:
        return
    limit = months.add(months.of(window.as_of), 1)
    places, last = places_of(window), _last_certified(window)
    for event in _drawing(window, Kind.STARTED, Kind.RESUMED):
        who = event.award.person
        certified = last.get(who.pk)
        due = months.add(months.of(certified), int(cycle)) if certified else None
        if due is None or due <= limit:
            yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, certified, due)


def _uncertified(window: Window) -> Iterator[Row]:
    places, last = places_of(window), _last_certified(window)
    for event in _drawing(window, Kind.SUSPENDED):
        who = event.award.person
        if event.reason == SuspensionReason.NO_PROOF_OF_LIFE:
            yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number,
                   last.get(who.pk), event.month, event.due_date)  # fmt: skip


def _last_certified(window: Window) -> dict[int, date]:
    rows = Certification.objects.filter(window.known()).order_by().values_list("person_id")
    return dict(rows.annotate(last=Max("certified_date")))


def _drawing(window: Window, *kinds: str) -> Iterator[AwardEvent]:
    rows = awards(window).filter(kind__in=kinds).select_related("award__person")
    return rows.order_by("award__person__personal_number").iterator()


def _contributions(window: Window) -> Iterator[Row]:
    """What hangs in the village: who paid for which year, the number masked."""
    places = places_of(window)
    rows = Contribution.objects.filter(window.known(), window.dated("received_date"))
    for one in rows.select_related("person", "batch").order_by("received_date", "pk").iterator():
        yield (*places.get(one.person_id, NOWHERE), one.person.name, mask(one.person.resident_number), one.year,
               KINDS[one.kind], one.received_date, CHANNELS[one.batch.channel], one.amount_fen)  # fmt: skip


def _years(title: str) -> Column:
    return Column(title, INTEGER, width=8)


PEOPLE_LISTS = (
    PrintedList("insured", "参保人员明细表",
                (*WHO, Column("性别", TEXT, width=6), Column("出生日期", DATE), Column("户口性质"), Column("参保身份"),
                 Column("参保年月", MONTH), Column("状态"), Column("缴费档次", MONEY), _years("累计缴费年限"),
                 Column("账户余额", MONEY, is_totalled=True)), _insured),
    PrintedList("of-age-unpaid", "到龄欠费名单",
                (*WHO, Column("出生日期", DATE), _years("应缴年限"), _years("已缴年限"), _years("欠费年限")), _owing_at_age),
    PrintedList("certification-due", "认证到期名单", (*WHO, Column("最近认证日期", DATE), Column("到期年月", MONTH)), _expiring),
    PrintedList("uncertified", "未认证停发名单",
                (*WHO, Column("最近认证日期", DATE), Column("暂停年月", MONTH), Column("处理期限", DATE)), _uncertified),
    PrintedList("contributions-public", "缴费公示花名册",
                (*PLACE, Column("姓名"), Column("公民身份号码", IDENTIFIER), _years("缴费年度"), Column("缴费类型"),
                 Column("到账日期", DATE), Column("缴费渠道"), AMOUNT), _contributions),
)  # fmt: skip

"""How an award came about: who signed, the years, the account entry by entry, the divisor and the law behind it."""

from datetime import date
from typing import Any

from django.db.models import Prefetch

from jubao.policy.in_force import InForce
from jubao.records.models import AccountEntry, Award, AwardComponent, AwardEvent, Office
from jubao.reports.invariants.award import BASES, INCREMENT
from jubao.reports.law import office_policy
from jubao.reports.signatures import signatures_of
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind, Source

Tree = dict[str, Any]


BESIDE_AWARD = (
    Prefetch("events", queryset=AwardEvent.objects.select_related("act").order_by("pk")),
    Prefetch("components", queryset=AwardComponent.objects.select_related("act").order_by("pk")),
)
"""What is read beside an award to tell how it came about."""


def award_tree(award: Award, month: int) -> Tree:
    """An award as it stands in a benefit month: decision, years, account at the award, and parts in force.

    Args:
        award: with ``BESIDE_AWARD`` read beside it; month: YYYYMM.
    """
    events = sorted(award.events.all(), key=lambda one: one.pk)
    return {
        "start_month": award.start_month,
        "taken_over": award.opened_with_register,
        "decided": award.act.business_date.isoformat(),
        "applied_date": award.applied_date.isoformat() if award.applied_date else None,
        "act": award.act_id,
        "act_code": award.act.code,
        "signed": signed(award.act_id),
        "years": {"required": award.required_years, "paid": award.contributed_years},
        **sheet_tree(award, month),
        "history": [_event(event) for event in events],
    }


def sheet_tree(award: Award, month: int) -> Tree:
    """The account at the award, None where it was taken over, and the parts in force in a month, each with its law."""
    area = Office.objects.get().district_code
    return {
        "account": None if award.opened_with_register else _account(award, area),
        "parts": [_part(award, part, area) for part in _parts(award, month)],
    }


def signed(act: int) -> list[Tree]:
    """Who took which step of the case an event belongs to."""
    return [
        {"step": s.step, "role": s.role, "post": s.post, "person": s.person, "on": s.business_date.isoformat()}
        for s in signatures_of(act)
    ]


def _account(award: Award, area: str) -> Tree:
    """The balance the pension was spread from, by source, with every entry in it, and the divisor."""
    entries = AccountEntry.objects.filter(person=award.person_id, act_id__lte=award.act_id).order_by("id")
    by_source: dict[str, list[AccountEntry]] = {}
    for entry in entries:
        by_source.setdefault(entry.source, []).append(entry)
    return {
        "balance_fen": award.balance_fen,
        "divisor": law_row(
            "benefit.annuity_divisor", months.first_day(award.start_month), award.act.business_date, area
        ),
        "sources": [
            {
                "source": source,
                "title": Source(source).label,
                "fen": sum(e.amount_fen for e in rows),
                "entries": [
                    {
                        "kind": EntryKind(e.kind).label,
                        "value_month": e.value_month,
                        "fen": e.amount_fen,
                        "act": e.act_id,
                    }
                    for e in rows
                ],
            }
            for source, rows in sorted(by_source.items(), key=lambda pair: list(Source).index(Source(pair[0])))
        ],
    }


def _parts(award: Award, month: int) -> list[AwardComponent]:
    rows = [row for row in award.components.all() if row.from_month <= month and not _is_over(row, month)]
    return sorted(rows, key=lambda row: (row.item, row.from_month))


def _is_over(row: AwardComponent, month: int) -> bool:
    return row.to_month is not None and row.to_month <= month


def _part(award: Award, part: AwardComponent, area: str) -> Tree:
    """A part with where its amount comes from: the law in force, or the account over the divisor."""
    tree: Tree = {
        "item": part.item,
        "title": BenefitItem(part.item).label,
        "fen": part.amount_fen,
        "from_month": part.from_month,
        "law": None,
        "from": "",
    }
    known, first = part.act.business_date, months.first_day(part.from_month)
    day = max(award.act.business_date, first) if award.opened_with_register else first
    if part.item in BASES:
        tree["law"] = law_row(BASES[part.item], day, known, area)
    elif part.item == INCREMENT:
        by_age, born = law_row("benefit.age_addon", day, known, area), months.of(award.person.birth_date)
        tree["law"] = law_row("benefit.years_increment", day, known, area)
        tree["from"] = (
            f"按缴费 {award.contributed_years} 年、{born} 出生；高龄加发 {by_age['value'] or '无'}：{by_age['source']}"
        )
    elif award.opened_with_register:
        tree["from"] = "接入底册时已核定"
    else:
        tree["from"] = f"{Source(BenefitItem(part.item).source or '').label}储存额 ÷ 计发系数"
    return tree


def _event(event: AwardEvent) -> Tree:
    return {
        "kind": AwardEvent.Kind(event.kind).label,
        "month": event.month,
        "reason": event.reason,
        "evidence": event.evidence,
        "custody_date": event.custody_date.isoformat() if event.custody_date else None,
        "judgment": event.judgment,
        "on": event.act.business_date.isoformat(),
        "act": event.act_id,
    }


def law_row(key: str, on: date, known: date, area: str | None = None) -> Tree:
    """The row of the law in force where the office is, as known on a day, with the document it stands in.

    ``area`` is where the office is, where that was asked already.
    """
    area = Office.objects.get().district_code if area is None else area
    row: InForce = office_policy().row(key, on=on, area=area, as_known=known)
    document = row.instrument
    return {
        "key": row.key,
        "term": row.term,
        "value": row.value,
        "unit": str(row.unit),
        "source": row.source,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "area": row.area,
        "uncertain": row.uncertain,
    }

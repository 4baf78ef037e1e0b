"""A draft of the fund's yearly budget (基金预算草案): every line from the register by a formula, with its basis in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.documents.sheet import MONEY, TEXT, Column, Row, Sheet
from jubao.ledger.balances import balances
from jubao.records.models import AccountEntry
from jubao.reports.fiscal.actual import actual_year
from jubao.reports.fiscal.people import (
    Payers,
    Standing,
    basic_parts,
    by_level,
    death_ppm,
    funeral_fen,
    increments_month_fen,
    law,
    made_up_fen,
    payers,
    standing,
    subsidies_of,
)
from jubao.reports.fiscal.remittance import account_money, year_of_money
from jubao.reports.statements.reading import accounts_named
from jubao.reports.statements.sheet import office_name
from jubao.rules.projection import MICRO
from jubao.vocabulary.codes import EntryKind, Level, Source
from jubao.vocabulary.fen import divide_half_up, format_yuan, multiply_divide, multiply_ppm

INCOME_LEVELS = {level: f"FISCAL_SUBSIDY_INCOME_{level}" for level in Level}
BASIC_LEVELS = {level: f"BASIC_PENSION_{level}" for level in Level}
LINES = (
    "PERSONAL_CONTRIBUTION_INCOME",
    "COLLECTIVE_INCOME",
    *INCOME_LEVELS.values(),
    "INTEREST_INCOME",
    "TRANSFER_INCOME",
    *BASIC_LEVELS.values(),
    "BASIC_PENSION_INCREMENT",
    "ACCOUNT_PENSION",
    "ACCOUNT_REFUND",
    "FUNERAL_GRANT",
    "TRANSFER_EXPENDITURE",
    "REMITTANCE_UP",
)
BANKS = ("COLLECTION_ACCOUNT", "DISBURSEMENT_ACCOUNT", "FISCAL_ACCOUNT", "TREASURY_ACCOUNT")
_YEAR, _HALF = 12, 6


@dataclass(frozen=True)
class DraftLine:
    """A line of the draft: account key and name, amount in fen, and how it was reckoned."""

    line: str
    name: str
    amount_fen: int
    basis: str


@dataclass(frozen=True)
class Heads:
    """Expected pension months of a year, deaths in millionths, and the monthly account pension of those who begin."""

    running: int
    beginning: int
    months: int
    deaths_micro: int
    deaths_account_fen: int
    begun_account_fen: int
    refund_fen: int


def draft_budget(year: int, *, as_of: date) -> list[DraftLine]:
    """The draft of a year with what was known on a day, in the order of ``LINES``; amounts are whole fen.

    Raises:
        NothingToReckonWith: no register, or the law of the year is not known.
    """
    return _draft(year, date(year, 1, 1), standing(as_of))


def _draft(year: int, first: date, people: Standing) -> list[DraftLine]:
    paying, heads, before = (
        payers(people, year=year),
        expected_heads(people, year),
        actual_year(year - 1, as_of=people.as_of),
    )
    amounts = {
        line: (fen, basis)
        for line, fen, basis in (
            *_income(first, people, paying, heads, before),
            *_expenditure(first, people, heads, before),
        )
    }
    names = accounts_named("FUND", on=date(year, 12, 31))
    return [DraftLine(line, names[line].name, *amounts[line]) for line in LINES]


def expected_heads(people: Standing, year: int) -> Heads:
    """Who draws in the year: those drawing now, less half a year of those who die, plus those who reach the age.

    Whoever reaches the pension age draws from the month after the birthday's; every insured person is taken to qualify.
    """
    on = date(year, 1, 1)
    age, death = int(law("scheme.pension_age", on, known=people.as_of)), death_ppm(on, known=people.as_of)
    ages = np.clip(people.age(at_end_of=year - 1), 0, death.shape[1] - 1)
    ppm = death[people.row, ages]
    begins = people.insured & (people.age(at_end_of=year) == age)
    left = np.where(begins, _YEAR - people.birth % 100, 0)
    deaths = int(ppm[people.drawing].sum())
    dead_pension = sum(
        multiply_ppm(p * _HALF, q) for p, q in zip(people.pension.tolist(), ppm.tolist(), strict=True) if p
    )
    begun = divide_half_up(people.balance, int(law("benefit.annuity_divisor", on, known=people.as_of)))
    refund = sum(multiply_ppm(b, q) for b, q in zip(people.balance.tolist(), ppm.tolist(), strict=True) if b)
    running = int(people.drawing.sum())
    return Heads(
        running,
        int(begins.sum()),
        running * _YEAR * MICRO - deaths * _HALF + int(left.sum()) * MICRO,
        deaths,
        dead_pension,
        int((begun * left).sum()),
        refund,
    )


def _income(
    on: date, people: Standing, paying: Payers, heads: Heads, before: Mapping[str, int]
) -> Iterator[tuple[str, int, str]]:
    tiers = "，".join(f"{tier // 100}元×{count}人" for tier, count in sorted(paying.by_tier.items()))
    made_up = made_up_fen(on.year - 1, as_of=people.as_of)
    told = f"上年补缴{format_yuan(made_up)}元；{paying.origin}，扣除当年到龄人员：{tiers or '无'}"
    yield "PERSONAL_CONTRIBUTION_INCOME", paying.personal_fen + made_up, _short(told)
    yield "COLLECTIVE_INCOME", before.get("COLLECTIVE_INCOME", 0), "按上年实际"
    for level, fen, basis in _fiscal(on, people, paying, heads):
        yield INCOME_LEVELS[level], fen, basis
    held, rate = (
        balances("FUND", through=people.as_of),
        int(law("interest.pbc_one_year_deposit", on, known=people.as_of)),
    )
    deposit = sum(max(held.get(key, 0), 0) for key in BANKS)
    interest = multiply_ppm(deposit, rate)
    yield "INTEREST_INCOME", interest, f"{people.as_of}各账户存款{format_yuan(deposit)}元×一年期基准利率百万分之{rate}"
    yield "TRANSFER_INCOME", before.get("TRANSFER_INCOME", 0), "按上年实际"


def _fiscal(on: date, people: Standing, paying: Payers, heads: Heads) -> Iterator[tuple[Level, int, str]]:
    """Each level's money: its basic pension, its subsidies, and what it pays of the rest."""
    known = people.as_of
    basic, subsidy = basic_parts(on, known=known), subsidies_of(paying.by_tier, on, known=known)
    others = {
        "政府代缴": by_level(_government_paid(on.year - 1, known), "fiscal.government_paid_shares", on, known=known),
        "丧葬补助": by_level(_funeral(on, heads, known), "fiscal.funeral_shares", on, known=known),
        "加发": by_level(_YEAR * increments_month_fen(known), "fiscal.increment_shares", on, known=known),
    }
    for level in Level:
        parts = {"基础养老金": multiply_divide(heads.months, basic[level], MICRO), "缴费补贴": subsidy.get(level, 0)}
        parts |= {name: shares.get(level, 0) for name, shares in others.items()}
        told = "，".join(f"{name}{format_yuan(fen)}元" for name, fen in parts.items() if fen)
        yield level, sum(parts.values()), told or "无"


def _expenditure(on: date, people: Standing, heads: Heads, before: Mapping[str, int]) -> Iterator[tuple[str, int, str]]:
    told = (
        f"在发{heads.running}人，当年到龄{heads.beginning}人，预计死亡{_people(heads.deaths_micro)}人，"
        f"合计{_people(heads.months)}人月"
    )
    for level, fen in basic_parts(on, known=people.as_of).items():
        yield BASIC_LEVELS[level], multiply_divide(heads.months, fen, MICRO), f"{told}×{format_yuan(fen)}元"
    increments = increments_month_fen(people.as_of)
    yield "BASIC_PENSION_INCREMENT", _YEAR * increments, f"在发人员月加发{format_yuan(increments)}元×12个月"
    month = int(people.pension.sum())
    account = _YEAR * month - heads.deaths_account_fen + heads.begun_account_fen
    yield (
        "ACCOUNT_PENSION",
        account,
        (
            f"在发人员月账户养老金{format_yuan(month)}元×12个月，减死亡{format_yuan(heads.deaths_account_fen)}元，"
            f"加到龄人员{format_yuan(heads.begun_account_fen)}元"
        ),
    )
    yield "ACCOUNT_REFUND", heads.refund_fen, "各人储存额×死亡率之和"
    yield (
        "FUNERAL_GRANT",
        _funeral(on, heads, people.as_of),
        f"预计领取待遇人员死亡{_people(heads.deaths_micro)}人×当地标准",
    )
    yield "TRANSFER_EXPENDITURE", before.get("TRANSFER_EXPENDITURE", 0), "按上年实际"
    surplus = account_money(year_of_money(on.year - 1), as_of=people.as_of)
    yield "REMITTANCE_UP", int(surplus.left.sum()), f"{surplus.year}年度账户资金尚可上解部分"


def _funeral(on: date, heads: Heads, known: date) -> int:
    return multiply_divide(heads.deaths_micro, funeral_fen(on, known=known), MICRO)


def _government_paid(year: int, as_of: date) -> int:
    """What governments paid for hard-up people in a year, in fen."""
    kinds = (EntryKind.SUBSIDY, EntryKind.CONTRIBUTION)
    rows = AccountEntry.objects.filter(
        source=Source.GOVERNMENT_PAID, year=year, kind__in=kinds, act__business_date__lte=as_of
    )
    return sum(rows.values_list("amount_fen", flat=True))


def _people(micro: int) -> int:
    return divide_half_up(micro, MICRO)


def _short(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def draft_sheets(year: int, *, as_of: date) -> list[Sheet]:
    """The draft as a table. Raises NothingToReckonWith."""
    columns = (
        Column("项目代号", TEXT, 34),
        Column("项目", TEXT, 36),
        Column("测算数", MONEY, 18),
        Column("测算依据", TEXT, 80),
    )
    rows: list[Row] = [(one.line, one.name, one.amount_fen, one.basis) for one in draft_budget(year, as_of=as_of)]
    title = f"{year}年城乡居民基本养老保险基金预算草案"
    return [
        Sheet(
            "预算草案",
            title,
            office_name(),
            as_of,
            columns,
            rows,
            note="按当日底册测算，未保存；保存须办理基金预算编制",
        )
    ]

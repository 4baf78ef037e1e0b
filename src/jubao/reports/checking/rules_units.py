"""Units: 员 for 元, people in fractions, and amounts a head that only a mistaken 万 explains."""

import re
from collections.abc import Iterator
from fractions import Fraction

from jubao.reports.checking.finding import Finding, Rule, number, quoted
from jubao.reports.checking.items import Item
from jubao.reports.checking.rules_figures import by_concept
from jubao.reports.checking.statements import MONEY, PEOPLE, Statement

SLIP = re.compile(r"\d(?:员|圆|园)(?![工区林])(?=[，。；、）]|$)")
MONTHS = 12
# Yuan a head: far wider than any pension or contribution can lie, far narrower than the 10,000 of a mistaken 万.
HEADS = (
    ("payment.pensions", "payment.beneficiaries", MONTHS, (5, 5_000), "人均每月养老金"),
    ("collection.received", "collection.payers", 1, (20, 50_000), "人均缴费"),
)


def check_units(items: list[Item], statements: list[Statement]) -> Iterator[Finding]:
    """Slips in the unit, then amounts a head."""
    for item in items:
        for found in SLIP.finditer(item.text):
            words = quoted(item.text[max(found.start() - 12, 0) : found.end()])
            yield Finding(Rule.UNITS, item.place, words, f"“{found[0][-1]}”不是金额单位，应为“元”")
    for one in statements:
        if one.kind == PEOPLE and one.value.denominator != 1:
            yield Finding(Rule.UNITS, one.place, quoted(f"{one.label}{one.printed}"), "人数不能有小数")
        elif one.kind == PEOPLE and re.search(r"(金额|资金|补贴资金|养老金|经费)(共|合计|总额)?$", one.label):
            yield Finding(Rule.UNITS, one.place, quoted(f"{one.label}{one.printed}"), "金额的单位不应是人")
        elif one.kind == MONEY and re.search(r"人[数次]$", one.label):
            yield Finding(Rule.UNITS, one.place, quoted(f"{one.label}{one.printed}"), "人数的单位不应是元")
    yield from _heads(statements)


def _heads(statements: list[Statement]) -> Iterator[Finding]:
    told = by_concept(statements)
    for money, people, times, (least, most), name in HEADS:
        for amount in told[money][:1]:
            heads = [one for one in told[people] if one.value]
            each = amount.value / heads[0].value / times if heads else Fraction(least)
            if not least <= each <= most:
                reason = f"按{heads[0].printed}计算，{name}是{number(each)}元，元与万元可能写错"
                yield Finding(Rule.UNITS, amount.place, quoted(f"{amount.label}{amount.printed}"), reason)

"""Sums: the tables of money foot, and what a sentence says of which (其中) does not exceed or miss its whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from jubao.reports.checking.finding import Finding, Rule, number, quoted, wan
from jubao.reports.checking.form import Amount, Form, MoneyRow
from jubao.reports.checking.items import Item
from jubao.reports.checking.statements import DATE, KINDS, NUMBER, SCALES

TOTALS = {"income": "收入合计", "expenditure": "支出合计", "three_public": "合计", "assets": "合计"}
ASIDE = re.compile(r"人均|每人|上年|去年|较|同比|减少|增加|预算|控制数|标准|每月|单价|实际|已(支|拨|使用|完成)")
COMPLETE = (  # wholes whose parts are named in full: all of these words among the parts
    ("人员", "公用"),
    ("接待", "车"),
)
LISTED = 3
LEAST_LISTED = 2


@dataclass(frozen=True)
class Part:
    """A number of a sentence with its own clause and how deep in brackets it stands."""

    value: Fraction
    kind: str
    printed: str
    clause: str
    depth: int
    start: int


def check_tables(form: Form) -> Iterator[Finding]:
    """Every line of the money tables. Source: 附件1 二、部门（单位）收支情况."""
    for row in form.money:
        total = row.of(TOTALS[row.table])
        parts = {label: one for label, one in row.amounts.items() if one is not total}
        if row.table == "expenditure":
            yield from _foot(row, row.of("基本支出"), {k: v for k, v in parts.items() if re.search("人员|公用", k)})
            parts = {label: one for label, one in parts.items() if re.search("基本|项目", label)}
        yield from _foot(row, total, parts)
    yield from _balance(form)


def _foot(row: MoneyRow, total: Amount | None, parts: dict[str, Amount]) -> Iterator[Finding]:
    if not parts:
        return
    words = "＋".join(f"{label}{one.printed}" for label, one in parts.items())
    if total is None:
        if any(one.value for one in parts.values()):
            yield Finding(Rule.EMPTY_TOTAL, row.place, quoted(words), "填了分项，合计却是空的")
        return
    beside = [one.value for label, one in parts.items() if re.search("会议费|^其他$", label)]
    found = sum((one.value for one in parts.values()), Fraction(0))
    if total.value in {found, found - sum(beside)}:
        return
    rounding = abs(found - total.value) * 2 <= max(one.ulp for one in parts.values()) * len(parts) and len(parts) > 1
    reason = f"分项之和与合计{total.printed}相差{wan(found - total.value)}万元"
    note = "，可能出自四舍五入，请核对" if rounding else ""
    yield Finding(Rule.SUM, row.place, quoted(words), f"{reason}{note}", warning=rounding)


def _balance(form: Form) -> Iterator[Finding]:
    """结余 = 收入合计 − 支出合计, where all three are filled and one unit is told."""
    incomes = [row for row in form.money if row.table == "income"]
    spending = [row for row in form.money if row.table == "expenditure"]
    if len(incomes) != 1 or len(spending) != 1:
        return
    income, spent, left = incomes[0].of("收入合计"), spending[0].of("支出合计"), spending[0].of("结余")
    if income and spent and left and income.value - spent.value != left.value:
        words = f"收入{income.printed}，支出{spent.printed}，结余{left.printed}"
        yield Finding(Rule.SUM, spending[0].place, words, "收入合计减支出合计不等于结余")


def check_wholes(items: list[Item]) -> Iterator[Finding]:
    """Wholes and their parts in running text."""
    for item in items:
        parts = _parts(item.text)
        for found in re.finditer("其中", item.text):
            yield from _of_which(item, parts, found.start(), found.end())
        yield from _adding_up(item, parts)


def _of_which(item: Item, parts: list[Part], start: int, end: int) -> Iterator[Finding]:
    depth = _depth(item.text, start)
    inside = item.text[start - 1 : start] == "（"
    before = [part for part in parts if part.start < start and part.depth == depth - inside]
    if not before or "。" in item.text[before[-1].start : start]:
        return
    whole, stop = before[-1], _stop(item.text, end, depth)
    named = [p for p in parts if end <= p.start < stop and p.depth == depth and p.kind == whole.kind]
    named = [part for part in named if not ASIDE.search(part.clause)]
    words = f"{whole.clause[-8:]}{whole.printed}，其中{'、'.join(p.clause[-8:] + p.printed for p in named)}"
    if too_much := [part for part in named if part.value > whole.value]:
        reason = f"{too_much[0].clause[-10:]}{too_much[0].printed}大于总数{whole.printed}"
        yield Finding(Rule.SUM, item.place, quoted(words), reason)
    elif whole.kind == "元" and len(named) > 1:
        total = sum((part.value for part in named), Fraction(0))
        if whole.value in list(accumulate(part.value for part in named))[1:]:
            return  # the list made the whole; what follows speaks of something else
        if total > whole.value or (total < whole.value and _complete(item, named, item.text[end:stop])):
            reason = f"各项之和{wan(total)}万元，与总数{wan(whole.value)}万元相差{wan(total - whole.value)}万元"
            yield Finding(Rule.SUM, item.place, quoted(words), reason)


def _complete(item: Item, named: list[Part], text: str) -> bool:
    """Whether the parts claim to be all."""
    labels = "".join(part.clause for part in named)
    listed = len(named) >= LISTED and "项目" in f"{item.heading}{item.text[:20]}"
    return any(all(word in labels for word in words) for words in COMPLETE) or (listed and "其余" not in text)


def _adding_up(item: Item, parts: list[Part]) -> Iterator[Finding]:
    """A、B、C，合计N."""
    for index, part in enumerate(parts):
        if not re.search(r"(合计|共计|总计)$", part.clause):
            continue
        first = max(item.text.rfind(mark, 0, part.start) for mark in "。；") + 1
        before = [one for one in parts[:index] if one.start >= first and one.depth == part.depth]
        listed = [one for one in before if one.kind == part.kind and not ASIDE.search(one.clause)]
        joined = item.text[listed[0].start : part.start] if listed else ""
        if len(listed) < LEAST_LISTED or "其中" in joined:
            continue
        totals = [sum((one.value for one in listed[start:]), Fraction(0)) for start in range(len(listed) - 1)]
        if part.value not in totals:  # what stands further before may belong to something else
            words = quoted(item.text[first : part.start] + part.printed)
            told = f"{wan(totals[0])}万元" if part.kind == "元" else number(totals[0])
            yield Finding(Rule.SUM, item.place, words, f"前列各数之和是{told}，不是{part.printed}")


def _parts(text: str) -> list[Part]:
    hidden = DATE.sub(lambda found: "日" * len(found[0]), text)
    return [
        Part(
            Fraction(found[1]) * SCALES[found[3] or ""],
            KINDS.get(found[4], found[4]),
            found[0],
            re.split(r"[，；：。、（）]|其中", text[: found.start()])[-1],
            _depth(text, found.start()),
            found.start(),
        )
        for found in NUMBER.finditer(hidden)
    ]


def _depth(text: str, position: int) -> int:
    return text.count("（", 0, position) - text.count("）", 0, position)


def _stop(text: str, start: int, depth: int) -> int:
    """Where a list of parts ends: at the full stop, the closing bracket, or the semicolon of a list not opened by ：."""
    ends = "。" if text[start : start + 1] == "：" else "。；"
    for position in range(start, len(text)):
        if text[position] in ends or _depth(text, position + 1) < depth:
            return position
    return len(text)

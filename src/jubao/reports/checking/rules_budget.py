"""Money of the text part: basic and project expenditure make up the whole, and agree with the tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from jubao.reports.checking.finding import Finding, Rule, quoted, wan
from jubao.reports.checking.form import Amount, Form
from jubao.reports.checking.statements import MONEY, Statement

SUBJECTS = (  # what a clause speaks of; the first that matches
    ("three_public", "合计", re.compile(r"三公.{0,2}经费(?!.*(接待|公务用车))")),
    ("three_public", "接待", re.compile(r"公务接待费|招待费")),
    ("three_public", "运(维|行)", re.compile(r"公务用车运(行|维)")),
    ("expenditure", "人员支出", re.compile(r"人员(支出|经费)")),
    ("expenditure", "公用支出", re.compile(r"公用(支出|经费)")),
    ("expenditure", "基本支出", re.compile(r"基本支出")),
    ("expenditure", "项目支出", re.compile(r"项目支出")),
    ("income", "收入合计", re.compile(r"拨款收入|收入合计|总收入|收入总额|本年收入")),
    ("expenditure", "支出合计", re.compile(r"(全年|本年|年度|总)支出|支出(合计|总额|预算)|预算总?支出|预算总额")),
)
PLANNED, ACTUAL = re.compile(r"预算|控制数|安排"), re.compile(r"实际|决算|执行")
BARE = re.compile(r"^(20\d\d年)?(年初|全年|本年|当年)?(预算|控制|实际|决算|支出)*(支出|数)?(为|是|共|计)?$")
OTHER_YEAR = re.compile(r"上年|去年|同期|较|比|减少|增加|下降|人均|不超")


@dataclass(frozen=True)
class Told:
    """Money that the text part states for a column of the form."""

    table: str
    column: str
    planned: bool
    statement: Statement


def told_money(statements: list[Statement]) -> list[Told]:
    """What the running text says about income and expenditure of the office."""
    return [told for statement in statements if statement.kind == MONEY and (told := _told(statement))]


def check_budget(form: Form, statements: list[Statement]) -> Iterator[Finding]:
    """Text sums, then text against tables; a plan need not be what was spent, unless its own sum is broken."""
    told = told_money(statements)
    for planned in (True, False):
        yield from _text_sum(told, form, planned=planned)
    for one in told:
        if not one.planned:
            yield from _beside_table(form, one)


def _text_sum(told: list[Told], form: Form, *, planned: bool) -> Iterator[Finding]:
    """基本支出 + 项目支出 = the whole, when the text states all three on one footing."""
    whole = _first(told, "支出合计", planned=planned) or (_first(told, "收入合计", planned=True) if planned else None)
    basic, project = (_first(told, column, planned=planned) for column in ("基本支出", "项目支出"))
    if not (whole and basic and project):
        return
    found, total = basic.statement.value + project.statement.value, whole.statement.value
    if found == total:
        return
    words = "，".join(f"{one.column}{one.statement.printed}" for one in (basic, project, whole))
    reason = f"基本支出加项目支出是{wan(found)}万元，不是{whole.statement.printed}"
    yield Finding(Rule.SUM, basic.statement.place, quoted(words), reason)
    for one in (basic, project) if planned else ():
        if one.statement.value == total or _repairs(form, one, total - (found - one.statement.value)):
            yield from _beside_table(form, one)


def _repairs(form: Form, told: Told, wanted: Fraction) -> bool:
    """Whether the table holds the very amount that would make the text's sum right."""
    amounts = [row.of(told.column) for row in form.money if row.table == told.table]
    return any(amount is not None and amount.value == wanted for amount in amounts)


def _beside_table(form: Form, told: Told) -> Iterator[Finding]:
    rows = [row for row in form.money if row.table == told.table]
    if len(rows) != 1:
        return
    stated = rows[0].of(told.column)
    allowed = [stated, rows[0].of("公共财政拨款")] if told.table == "income" else [stated]
    known = [one for one in allowed if one is not None]
    if not known or any(_same(told.statement, one) for one in known):
        return
    label = "收入" if told.table == "income" else told.column
    label = f"三公经费{label}" if told.table == "three_public" else label
    words = f"{told.statement.label[-14:]}{told.statement.printed}"
    yield Finding(
        Rule.TEXT_AND_TABLE,
        told.statement.place,
        quoted(words),
        f"文字写{told.statement.printed}，{rows[0].place}“{label}”是{known[0].printed}",
    )


def _told(statement: Statement) -> Told | None:
    clause = re.split(r"[，；：（）、]", statement.lead)[-1]
    own = re.split("#", clause)[-1]
    if OTHER_YEAR.search(own) or re.search(r"征缴|养老金|转移支付|上解", statement.lead):
        return None
    subject = _subject(own) or (_subject(statement.item.heading) if BARE.match(own) else None)
    if subject is None:
        return None
    listed = "其中" in statement.lead and not ACTUAL.search(statement.lead)
    planned = bool(PLANNED.search(statement.lead if listed else own)) and not ACTUAL.search(own)
    return Told(*subject, planned, statement)


def _subject(text: str) -> tuple[str, str] | None:
    return next(((table, column) for table, column, pattern in SUBJECTS if pattern.search(text)), None)


def _first(told: list[Told], column: str, *, planned: bool) -> Told | None:
    return next((one for one in told if one.column == column and one.planned == planned), None)


def _same(statement: Statement, amount: Amount) -> bool:
    if statement.ulp == amount.ulp:
        return statement.value == amount.value
    return abs(statement.value - amount.value) * 2 <= max(statement.ulp, amount.ulp)

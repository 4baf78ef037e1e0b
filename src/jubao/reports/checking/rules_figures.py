"""Figures against figures: one stated twice, parts of lists, parts of wholes, claims of having surpassed a task."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from jubao.reports.checking.concepts import concept_name
from jubao.reports.checking.finding import Finding, Rule, quoted
from jubao.reports.checking.statements import Statement, agree

HANDLED = re.compile(r"(^|[，、：（]|其中)(终止|暂停|续发|恢复|排除|误报|健在|待核实?|待查|核实中)(待遇)?$")
LISTS = re.compile(r"疑似|预警|疑点|比对.{0,8}死亡")
NOT_MORE = (
    ("matching.beneficiaries_died", "matching.beneficiaries_terminated"),
    ("funeral.people", "matching.beneficiaries_died"),
    ("alerts.ministry.terminated", "matching.beneficiaries_terminated"),
    ("alerts.police.terminated", "matching.beneficiaries_terminated"),
    ("outlets.started", "outlets.platforms"),
)
SURPASSED = (
    ("collection.received", ("collection.target.province", "collection.target.bureau")),
    ("fund.upper_received", ("fiscal.target",)),
    ("universal.completed", ("universal.adjusted_target",)),
)


def by_concept(statements: list[Statement]) -> dict[str, list[Statement]]:
    """Statements of each figure, in reading order."""
    found: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.concept:
            found[statement.concept].append(statement)
    return found


def check_repeated_figures(statements: list[Statement]) -> Iterator[Finding]:
    """One figure, one value; a bound (60余) or a rounded value does not contradict."""
    for concept, told in by_concept(statements).items():
        exact = [one for one in told if not one.bound]
        for other in exact[1:]:
            if not agree(exact[0], other):
                reason = f"{concept_name(concept)}在{exact[0].place}写{exact[0].printed}，这里写{other.printed}"
                scale = exact[0].kind == "元" and _ten_thousandfold(exact[0], other)
                rule = Rule.UNITS if scale else Rule.REPEATED_FIGURE
                note = "，相差一万倍，应是元与万元混用" if scale else ""
                yield Finding(rule, other.place, quoted(_words(other)), reason + note)


def _ten_thousandfold(one: Statement, other: Statement) -> bool:
    return other.value * 10_000 == one.value or one.value * 10_000 == other.value


def check_lists(statements: list[Statement]) -> Iterator[Finding]:
    """A list of alerts is its terminated, suspended and cleared people together."""
    sentences: dict[tuple[str, str, int], list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.kind == "人":
            sentences[statement.place, statement.item.text, statement.sentence].append(statement)
    for told in sentences.values():
        whole = next((one for one in told if LISTS.search(one.lead) and not HANDLED.search(one.lead)), None)
        if whole is None or re.search("其余|其他|余下|尚有", whole.words):
            continue
        handled = [one for one in told if HANDLED.search(one.lead)]
        total = sum(one.value for one in handled)
        if len(handled) > 1 and total != whole.value:
            words = f"{whole.printed}，" + "、".join(f"{one.label}{one.printed}" for one in handled)
            yield Finding(Rule.SUM, whole.place, quoted(words), f"处理结果之和是{total}人，不是{whole.printed}")


def check_order(statements: list[Statement]) -> Iterator[Finding]:
    """What is part of another figure cannot exceed it; grants are people times the standard."""
    told = by_concept(statements)
    for part, whole in NOT_MORE:
        if told[part] and told[whole] and told[part][0].value > told[whole][0].value:
            few, many = told[part][0], told[whole][0]
            reason = f"{concept_name(part)}{few.printed}大于{concept_name(whole)}{many.printed}"
            yield Finding(Rule.SUM, few.place, quoted(_words(few)), reason)
    each, people, total = (told[f"funeral.{name}"] for name in ("each", "people", "total"))
    if each and people and total and each[0].value * people[0].value != total[0].value:
        reason = f"{people[0].printed}乘每人{each[0].printed}不等于{total[0].printed}"
        yield Finding(Rule.SUM, total[0].place, quoted(_words(total[0])), reason)


def check_claims(statements: list[Statement]) -> Iterator[Finding]:
    """Who writes 超额完成 must have more than the task (of every level named)."""
    told = by_concept(statements)
    for done, tasks in SURPASSED:
        for statement in told[done]:
            claim = re.search(r"超额完成|全面完成|圆满完成", f"{statement.words}{statement.item.text}")
            task = next((t for name in tasks for t in told[name] if t.value > statement.value), None)
            same = task is not None and task.item.heading == statement.item.heading
            if claim and task is not None and same:
                reason = f"写“{claim[0]}”，但{concept_name(done)}{statement.printed}少于任务{task.printed}"
                yield Finding(Rule.TARGETS, statement.place, quoted(_words(statement)), reason)
                break


def check_tasks(statements: list[Statement]) -> Iterator[Finding]:
    """核减后任务 = the task − those who cannot be recorded; one campaign has one task."""
    told = by_concept(statements)
    for adjusted in told["universal.adjusted_target"]:
        here = [one for one in statements if one.item == adjusted.item and one.kind == adjusted.kind]
        names = {"universal.city_target", "universal.earlier_target"}
        bases = [one for one in here if one.concept in names]
        cannot = [one for one in here if one.concept == "universal.cannot_record"]
        if not bases:
            continue
        less = cannot[0].value if cannot else None
        fitting = [one for one in bases if less is not None and one.value - less == adjusted.value]
        if less is not None and not fitting:
            words = f"任务{'、'.join(one.printed for one in bases)}，无法录入{cannot[0].printed}"
            reason = f"任务数减无法录入人数不等于核减后任务{adjusted.printed}"
            yield Finding(Rule.TASKS, adjusted.place, quoted(words), reason)
        yield from _two_tasks(adjusted, [one for one in bases if "任务" in one.label], fitting, less)


def _two_tasks(
    adjusted: Statement, tasks: list[Statement], fitting: list[Statement], less: object
) -> Iterator[Finding]:
    for one, other in pairwise(tasks):
        if one.value == other.value:
            continue
        words = f"{one.label}{one.printed}，{other.label}{other.printed}"
        reason = f"同一项登记写了两个任务数{one.printed}和{other.printed}"
        odd = next((task for task in (one, other) if task not in fitting), None)
        if fitting and odd is not None:
            reason += f"，核减后任务{adjusted.printed}只合{fitting[0].printed}减{less}人，与{odd.printed}不合"
        yield Finding(Rule.TASKS, adjusted.place, quoted(words), reason)


def _words(statement: Statement) -> str:
    return f"{statement.label[-20:]}{statement.printed}"

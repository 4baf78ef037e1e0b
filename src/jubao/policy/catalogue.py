"""The lists that ``docs/policy.md`` prints, as Markdown: instruments, parameters, accounts, postings."""

from collections.abc import Callable
from datetime import date

from jubao.policy.schema import Parameter, Unit
from jubao.policy.store import Policy


def instrument_table(policy: Policy) -> str:
    """One line for each instrument: id, number, title, date, note."""
    lines = ["| id | 文号 | 标题 | 日期 | 说明 |", "|---|---|---|---|---|"]
    lines += [
        f"| `{one.id}` | {one.number or '未知'} | {one.title} | {one.date or '未知'} | {one.note or ''} |"
        for one in policy.instruments.values()
    ]
    return "\n".join(lines)


def parameter_table(policy: Policy) -> str:
    """One line for each parameter: key, term, unit, latest value, last day, why uncertain."""
    lines = [
        "| 参数 | 名称 | 单位 | 行数 | 最新值（区划） | 核对到 | 推定说明 |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [parameter_line(key, parameter) for key, parameter in sorted(policy.parameters.items())]
    return "\n".join(lines)


def parameter_line(key: str, parameter: Parameter) -> str:
    """One parameter as a line of the table."""
    latest = max(parameter.rows, key=lambda row: row.valid_from)
    value = "表" if parameter.unit is Unit.TABLE else latest.value
    limit = "内部约定，不过期" if parameter.house_rule else f"{parameter.limit}"
    limit += "（推定）" if parameter.assumed_until else ""
    why = parameter.uncertain or ""
    return (
        f"| `{key}` | {parameter.term} | {parameter.unit} | {len(parameter.rows)} | {value}（{latest.area}） "
        f"| {limit} | {why} |"
    )


def account_table(policy: Policy, before: date, after: date) -> str:
    """One line for each account: key, code and name in the charts of two days, nature, book."""
    old = {one["id"]: one["name"] for one in policy.chart(before)["accounts"]}
    lines = ["| 科目 | 账套 | 性质 | 编码 | 2017年名称 | 2018年名称 |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{one['id']}` | {one['book']} | {one['kind']} | {one['code']} | {old[one['id']]} | {one['name']} |"
        for one in policy.chart(after)["accounts"]
    ]
    return "\n".join(lines)


def posting_table(policy: Policy, on: date) -> str:
    """One line for each event: book, title, pairs of debit and credit with the amount's name."""
    lines = ["| 业务 | 账套 | 名称 | 借 ← 贷（金额名） |", "|---|---|---|---|"]
    for one in policy.postings(on).values():
        legs = "；".join(f"{leg['debit']} ← {leg['credit']}（{leg['amount']}）" for leg in one["legs"])
        lines.append(f"| `{one['event']}` | {one['book']} | {one['title']} | {legs} |")
    return "\n".join(lines)


BEFORE, AFTER = date(2017, 12, 31), date(2018, 1, 1)
SECTIONS: dict[str, Callable[[Policy], str]] = {
    "instruments": instrument_table,
    "parameters": parameter_table,
    "accounts": lambda policy: account_table(policy, BEFORE, AFTER),
    "postings": lambda policy: posting_table(policy, AFTER),
}


def fill(page: str, policy: Policy) -> str:
    """A page with the lists between its ``<!-- begin: name -->`` and ``<!-- end: name -->`` marks made new.

    Raises:
        ValueError: a mark is missing from the page.
    """
    for name, render in SECTIONS.items():
        head, tail = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        start, end = page.index(head) + len(head), page.index(tail)
        page = f"{page[:start]}\n{render(policy)}\n{page[end:]}"
    return page

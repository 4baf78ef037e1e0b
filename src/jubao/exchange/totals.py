"""Checks of a whole file: repeated keys, counts and totals that disagree, balances that do not follow on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from jubao.exchange.fault import Fault, column_name, mask_value
from jubao.exchange.layout import Layout
from jubao.exchange.table import Grid, Table
from jubao.vocabulary.fen import NotAnAmount, format_yuan, parse_yuan

_ASK_AGAIN = "请与报送单位核对后索取正确的文件，不要手工改动合计"


def check_unique(table: Table, declared: Layout) -> list[Fault]:
    """A fault for every row whose key stood before; rows without the key's first field have none."""
    return [fault for group in declared.unique for fault in _repeats(table, declared, group)]


def _repeats(table: Table, declared: Layout, group: Sequence[str]) -> list[Fault]:
    if _all_differ(table, group):
        return []
    first: dict[tuple[Any, ...], int] = {}
    faults = []
    keys = zip(*(table.columns[field] for field in group), strict=True)
    for row, key in zip(table.row_numbers, keys, strict=True):
        if key[0] is None:
            continue
        earlier = first.setdefault(key, row)
        if earlier != row:
            faults.append(_repeat(table, declared, group, key, (earlier, row)))
    return faults


def _all_differ(table: Table, group: Sequence[str]) -> bool:
    """Whether no two keys can be equal, told by their hashes; False leaves it to a closer look."""
    keys = zip(*(table.columns[field] for field in group), strict=True)
    hashes = np.sort(np.fromiter(map(hash, keys), np.int64, table.rows))
    return not bool((hashes[1:] == hashes[:-1]).any())


def _repeat(table: Table, declared: Layout, group: Sequence[str], key: tuple[Any, ...], rows: tuple[int, int]) -> Fault:
    column = declared.column(group[0])
    headers = "、".join(declared.column(field).header for field in group)
    rule = f"与第{rows[0]}行重复（{headers}相同）"
    place = column_name(declared.position(column), column.header)
    step = "请删除重复行或更正后重新上传"
    return Fault(table.filename, rows[1], place, mask_value(key[0], column), rule, step)


def check_totals(table: Table, declared: Layout, grid: Grid) -> list[Fault]:
    """Faults where the preamble's or the trailer's count and total differ from the rows."""
    if declared.summed is None:
        return []
    total = sum(value for value in table.columns[declared.summed] if value is not None)
    claims = [("首行", grid.preamble_row, table.header.get("count"), table.header.get("total"))]
    if grid.trailer is not None:
        claims.append(("末行", grid.trailer_row or 0, *_trailer_claims(grid.trailer)))
    faults = []
    for place, row, count, amount in claims:
        if count != table.rows:
            faults.append(_claim(table, row, f"{place}笔数与明细不符，明细为{table.rows}笔", str(count)))
        if amount != total:
            said = "无法读取" if amount is None else format_yuan(amount)
            faults.append(_claim(table, row, f"{place}合计与明细不符，明细为{format_yuan(total)}元", said))
    return faults


def _trailer_claims(trailer: Sequence[str]) -> tuple[int | None, int | None]:
    if len(trailer) != 2:  # noqa: PLR2004 (count, total)
        return None, None
    count, total = (cell.strip() for cell in trailer)
    try:
        return (int(count) if count.isascii() and count.isdigit() else None), parse_yuan(total)
    except NotAnAmount:
        return None, None


def _claim(table: Table, row: int, rule: str, value: str) -> Fault:
    return Fault(table.filename, row, "", value, rule, _ASK_AGAIN)


def check_balance_chain(table: Table) -> list[Fault]:
    """A warning where a statement's balance does not follow from the one before (controls F041)."""
    last: dict[str, int] = {}
    warnings = []
    for row, line in zip(table.row_numbers, table.records(), strict=True):
        account, balance = line["account"], line["balance"]
        if account is None or balance is None:
            continue
        moved = (line["credit"] or 0) - (line["debit"] or 0)
        expected = last.get(account, balance - moved) + moved
        if expected != balance:
            rule = f"余额不连续，按上笔余额应为{format_yuan(expected)}元"
            step = "可能缺少流水，请向银行补调该时段对账单"
            warnings.append(Fault(table.filename, row, account, format_yuan(balance), rule, step))
        last[account] = balance
    return warnings

"""``jubao explain PERSON MONTH``: the tree of one pension, down to law, entries, signatures and vouchers."""

import json
import re
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.tree import Tree

from jubao.cli.setup import command
from jubao.cli.viewing import NUMBERS, REASON, viewer_by
from jubao.vocabulary.audience import PEOPLE

PERSON = typer.Argument(help="个人编号或公民身份号码 / personal or resident number")
MONTH = typer.Argument(help="待遇所属月，如 201706 / benefit month, YYYYMM")
JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")
ROLES = {"MAKE": "经办", "CHECK": "复核", "APPROVE": "审批", "AUDIT": "稽核", "RELEASE": "放行"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help="说明一笔养老金的来龙去脉 / explain one pension of one month.")(explain)


@command(PEOPLE)
def explain(
    person: Annotated[str, PERSON],
    month: Annotated[str, MONTH],
    by: str,
    numbers: Annotated[bool, NUMBERS] = False,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show how a pension came about, or why nothing was paid; numbers are masked unless the task needs them."""
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.explanation import pension as explanation
    from jubao.vocabulary.masks import Mask

    if not re.fullmatch(r"\d{4}(0[1-9]|1[0-2])", month):
        raise typer.BadParameter("月份应写作 YYYYMM，如 201706", param_hint="MONTH")
    try:
        viewer = viewer_by(by, "explain", lifted={Mask.NUMBER} if numbers else (), reason=reason)
        tree = explanation.explain(person, int(month), viewer=viewer)
    except explanation.NobodyByThisNumber as nobody:
        raise Refused(str(nobody)) from nobody
    if viewer.witness is not None:
        tree["looked"] = viewer.witness.told
    if as_json:
        sys.stdout.write(json.dumps(tree, ensure_ascii=False, indent=1, default=str) + "\n")
        return
    Console(highlight=False, markup=False).print(_drawn(tree))


def _yuan(fen: int) -> str:
    from jubao.vocabulary.fen import format_yuan

    return f"{format_yuan(fen)} 元"


def _drawn(tree: dict[str, Any]) -> Tree:
    who = tree["person"]
    paid = f"已发 {_yuan(tree['paid_fen'])}" if tree["paid_fen"] else "未发"
    root = Tree(
        f"{who['name']} {who['resident_number']}（个人编号 {who['personal_number']}）{tree['month']} 待遇：{paid}"
    )
    root.add(f"身份：{who['born']} 出生，{who['state']}，最近认证 {who['certified_date'] or '无'}")
    if tree["award"]:
        _draw_award(root, tree["award"])
    if tree["lines"]:
        branch = root.add("发放明细")
        for line in tree["lines"]:
            what = f"{line['item']} {line['title']} {_yuan(line['fen'])}（{line['kind']}）"
            branch.add(f"{what} 批次 {line['batch']} 第 {line['bank_seq']} 笔，银行：{line['bank']}")
    for batch in tree["batches"]:
        branch = root.add(f"批次 {batch['number']} {batch['count']} 笔 {_yuan(batch['total_fen'])} {batch['state']}")
        for voucher in batch["vouchers"]:
            branch.add(f"凭证 {voucher['number']} {voucher['memo']} {_yuan(voucher['fen'])} {voucher['state']}")
    if "looked" in tree:
        root.add(tree["looked"])
    if "why_not" in tree:
        branch = root.add("为什么没有发放")
        for answer in tree["why_not"]:
            branch.add(answer)
    return root


def _draw_award(root: Tree, award: dict[str, Any]) -> None:
    from jubao.operations.envelope.posts import LABELS, Post

    start = f"待遇核定：自 {award['start_month']} 起，{award['decided']} 由事件 {award['act']} 记入"
    branch = root.add(start + ("（接入底册）" if award["taken_over"] else f"，申请日期 {award['applied_date']}"))
    for step in award["signed"]:
        branch.add(
            f"{ROLES.get(step['role'], step['role'])}：{step['person']}（{LABELS[Post(step['post'])]}）{step['on']}"
        )
    if award["account"]:
        branch.add(f"缴费年限：应缴 {award['years']['required']} 年，实缴 {award['years']['paid']} 年")
        _draw_account(branch, award["account"])
    parts = branch.add("待遇项目")
    for part in award["parts"]:
        row = parts.add(f"{part['item']} {part['title']} {_yuan(part['fen'])}，自 {part['from_month']} {part['from']}")
        if part["law"]:
            _draw_law(row, part["law"])
    history = branch.add("历史")
    for event in award["history"]:
        told = [event["reason"], event["evidence"], event["judgment"]]
        told += [f"{event['custody_date']} 收监"] if event["custody_date"] else []
        history.add(" ".join([f"{event['on']} {event['kind']}，自 {event['month']}", *filter(None, told)]))


def _draw_account(branch: Tree, account: dict[str, Any]) -> None:
    node = branch.add(f"核定时储存额 {_yuan(account['balance_fen'])}")
    for source in account["sources"]:
        row = node.add(f"{source['title']} {_yuan(source['fen'])}")
        for entry in source["entries"]:
            row.add(f"{entry['value_month']} {entry['kind']} {_yuan(entry['fen'])}（事件 {entry['act']}）")
    _draw_law(node, account["divisor"])


def _draw_law(node: Tree, law: dict[str, Any]) -> None:
    value = _yuan(law["value"]) if law["unit"] == "fen" else law["value"]
    until = f"至 {law['valid_to']}" if law["valid_to"] else "起"
    row = node.add(
        f"{law['term']} {value}：{law['source']}《{law['title']}》{law['date'] or ''}，{law['valid_from']} {until}"
    )
    if law["uncertain"]:
        row.add(f"未核实：{law['uncertain']}")

"""``jubao match``: look at a sender's list, try it against the register, and see what the lists have come to."""

import json
import resource
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from jubao.cli.setup import command
from jubao.cli.viewing import viewer_by
from jubao.vocabulary.audience import ANYBODY, PEOPLE

LOCAL = ZoneInfo("Asia/Shanghai")
FILE = typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="来文：xlsx、xls、csv、txt / the sender's file")
NUMBER = typer.Argument(metavar="LIST", help="名单号 / number of a list")
KIND = typer.Option("--kind", help="名单种类，写错时列出全部 / kind of list; a wrong one shows them all")
MAPPING = typer.Option("--mapping", help="已登记的名册格式，或列对应 JSON / a registered mapping, or columns as JSON")
RECORD = typer.Option("--record", help="只看一条来源记录 / one record of the sender")
ON = typer.Option("--on", formats=["%Y-%m-%d"], help="按哪一天计，默认今天 / as of which day, default today")
JSON = typer.Option("--json", help="输出 JSON / print JSON")
WIDE = 220
MB = 1024 if sys.platform != "darwin" else 1024 * 1024
TITLES = {
    "rows": "行数",
    "accepted": "可比对",
    "rejected": "退回",
    "waiting": "待核号",
    "hits": "命中",
    "exact": "号码一致的疑点",
    "fuzzy": "打分的疑点",
    "asked": "须向来源核实的行",
    "outside": "期间与本地无关的行",
    "candidates": "新疑点",
    "remembered": "已排除不再提示",
}
STATES = {
    "OPEN": "待核实",
    "HELD": "已暂停",
    "TERMINATED": "已终止",
    "CLEARED": "已排除",
    "REQUESTED": "已函请",
    "STALE": "已失效",
}


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    group = typer.Typer(no_args_is_help=True, help="外部名单：预览、试比对、进度、疑点 / lists from outside.")
    group.command("preview", help="看一份来文的列和前几行（已遮盖），并建议列对应 / how a file looks, masked.")(preview)
    group.command("run", help="试比对，只读不写，给出去向、疑点和用时 / compare without writing anything.")(run)
    group.command("lists", help="各名单的去向、处理进度和最长等待 / every list, worked off how far.")(lists)
    group.command("show", help="一份名单的疑点及得分构成 / the suspicions of a list, with their scores.")(show)
    app.add_typer(group, name="match")


@command(ANYBODY)
def preview(file: Annotated[Path, FILE], as_json: Annotated[bool, JSON] = False) -> None:
    """Show header, proposed mapping and first rows of a file; nothing is taken in."""
    from jubao.operations.registers.trial_run import look

    seen = look(file)
    columns = seen.proposed.columns if seen.proposed else {}
    if as_json:
        told = {
            "header_row": seen.header_row,
            "header": seen.header,
            "columns": columns,
            "unknown": seen.unknown,
            "rows": seen.rows,
        }
        _print_json(told)
        return
    table = Table(
        *(seen.header or [f"第{n}列" for n in range(1, len(seen.rows[0]) + 1)] if seen.rows else ["（没有数据行）"])
    )
    for row in seen.rows:
        table.add_row(*row[: len(table.columns)])
    print(f"《{seen.filename}》表头在第 {seen.header_row} 行" if seen.header_row else f"《{seen.filename}》没有表头行")
    _console().print(table)
    print(
        f"建议的列对应：{json.dumps(columns, ensure_ascii=False)}"
        if columns
        else "没有认出姓名或号码列，请自行写明列对应"
    )
    if seen.unknown:
        print(f"未对应的列：{'、'.join(seen.unknown)}")


@command(ANYBODY)
def run(
    file: Annotated[Path, FILE],
    kind: Annotated[str, KIND],
    mapping: Annotated[str, MAPPING] = "",
    on: Annotated[datetime | None, ON] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Compare a file with the register and say what it would bring; nothing is written."""
    from jubao.operations.registers.kinds import title_of
    from jubao.operations.registers.trial_run import try_list

    day = (on or datetime.now(LOCAL)).date()
    trial = try_list(file, kind, mapping=mapping, on=day, clock=time.perf_counter)
    took = sum(trial.seconds.values())
    speed = {
        "seconds": round(took, 3),
        "rows_per_second": int(trial.counts["rows"] / took) if took else 0,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MB,
    }
    if as_json:
        _print_json(asdict(trial) | speed)
        return
    table = Table("项目", "数量")
    for name, count in trial.counts.items():
        table.add_row(TITLES[name], f"{count:,}")
    for name, count in trial.suspicions.items():
        table.add_row(f"　{title_of(name)}", f"{count:,}")
    _console().print(table)
    for rule, count in trial.rules.items():
        print(f"未按号码比对：{rule}　{count} 行")
    for question, count in trial.asked.items():
        print(f"照常比对，须核实：{question}　{count} 行")
    for doubt in trial.doubts:
        print(f"须说明原因：{doubt}")
    stages = f"号码 {trial.seconds['numbers']:.2f} 秒，打分 {trial.seconds['scores']:.2f} 秒"
    print(f"用时 {took:.2f} 秒（{stages}），每秒 {speed['rows_per_second']:,} 行，内存峰值 {speed['peak_mb']} MB")


@command(PEOPLE)
def lists(by: str, on: Annotated[datetime | None, ON] = None, as_json: Annotated[bool, JSON] = False) -> None:
    """List every imported list with its rows by fate, its suspicions by state and their age."""
    from jubao.operations.registers.kinds import title_of
    from jubao.reports.explanation.suspicions import all_lists

    found = all_lists((on or datetime.now(LOCAL)).date(), viewer=viewer_by(by, "match lists"))
    if as_json:
        _print_json(found)
        return
    table = Table("名单", "种类", "来源", "日期", "行数", "可比对/退回/待核号", "命中", "疑点", "逾期", "最长等待")
    for one in found:
        states = "　".join(f"{STATES.get(state, state)}{count}" for state, count in sorted(one["states"].items()))
        fates = f"{one['accepted']}/{one['rejected']}/{one['waiting']}（尚待{one['still_waiting']}）"
        age = "" if one["oldest_days"] is None else f"{one['oldest_days']}天"
        table.add_row(
            one["number"],
            title_of(one["kind"]),
            one["received_from"],
            one["on"],
            f"{one['rows']:,}",
            fates,
            f"{one['hits']:,}",
            states,
            str(one["overdue"]),
            age,
        )
    _console().print(table if table.row_count else "没有导入过名单。")


@command(PEOPLE)
def show(
    number: Annotated[str, NUMBER],
    by: str,
    record: Annotated[str, RECORD] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show the suspicions of a list, each with what it rests on; people are masked."""
    from jubao.operations.envelope.fault import Refused
    from jubao.operations.registers.kinds import title_of
    from jubao.reports.explanation.suspicions import NoSuchList, one_list

    try:
        found = one_list(number, viewer=viewer_by(by, "match show"), record=record)
    except NoSuchList as missing:
        raise Refused(str(missing.args[0])) from missing
    if as_json:
        _print_json(found)
        return
    console = _console()
    console.print(f"名单 {number}　{title_of(found['kind'])}　{found['received_from']}　比对 {len(found['runs'])} 次")
    for one in found["candidates"]:
        console.print(_candidate(one | {"kind": title_of(one["kind"])}))
        if one["parts"]:
            console.print(_score(one["parts"]))
    if found["left_out"]:
        console.print(f"另有 {found['left_out']} 人因回避未列出")
    for row in found["rows"]:
        console.print(
            f"第{row['row']}行 {row['record']} {row['name']} {row['resident_number']}　{row['state']}：{row['rule']}"
        )


def _candidate(one: dict[str, Any]) -> str:
    score = (
        "号码一致"
        if one["score_ppm"] is None
        else f"得分 {one['score_ppm'] // 10000}.{one['score_ppm'] // 100 % 100:02d}%"
    )
    doubt = "，另有相似的人" if one["ambiguous"] else ""
    due = f"，期限 {one['due']}" if one["due"] else ""
    state = STATES.get(one["state"], one["state"])
    return f"{one['record']} {one['name']} {one['resident_number']}　{one['kind']}　{state}{due}　{score}{doubt}"


def _score(parts: list[dict[str, Any]]) -> Table:
    table = Table("比较项", "结果", "倍数", "分量")
    for part in parts:
        table.add_row(*(str(part.get(name, "")) for name in ("comparison", "level", "factor", "weight")))
    return table


def _console() -> Console:
    """Beyond a terminal nothing is cut to its width."""
    return Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)


def _print_json(told: Any) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n")

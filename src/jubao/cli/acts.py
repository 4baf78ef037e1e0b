"""``jubao acts``, ``propose``, ``sign``, ``pending``: any act of the office from the command line, through its chain."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from jubao.cli.setup import command

LOCAL = ZoneInfo("Asia/Shanghai")

AS_MARKDOWN = typer.Option("--markdown", help="输出为文档页 / print the page of docs/acts.md")
BY = typer.Option("--by", help="办理人工号 / staff code of the person acting")
ON = typer.Option("--on", formats=["%Y-%m-%d"], help="业务日期，默认今天 / business date, default today")
KEY = typer.Option("--key", help="请求号；重复提交同一请求号不会重复办理 / request key, repeats change nothing")
CASE_REF = typer.Option("--case", help="接续的案件号 / the case this act continues")
FILE = typer.Option("--file", help="随附文件，先登记收文 / a file for the act, kept at the inbound desk")
HASH = typer.Option("--hash", help="所见内容的哈希 / the hash of what was shown")
REJECT = typer.Option("--reject", help="退回并写明理由 / reject, with the reason")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("acts", help="列出全部业务及其审批链 / list every act and its chain.")(acts)
    app.command("propose", help="提出一项业务 / propose an act.")(propose)
    app.command("sign", help="签署或退回一项申请 / sign or reject a proposal.")(sign)
    app.command("pending", help="列出待签署的申请 / list proposals that wait for a signature.")(pending)


@command
def acts(as_markdown: Annotated[bool, AS_MARKDOWN] = False) -> None:
    """Print code, title, maker, chain and source of every act."""
    rows = act_rows()
    if as_markdown:
        print(acts_page(rows), end="")
        return
    table = Table("业务", "名称", "经办", "审批链", "时限", "依据")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def act_rows() -> list[tuple[str, ...]]:
    """Code, title, maker, chain, working days and source of every act, by code."""
    from jubao.operations.envelope.declaration import ACTS

    return [
        (d.code, d.title, d.maker.label, " → ".join(step.post.label for step in d.chain) or "—",
         f"{d.workdays}个工作日", d.source.rstrip("."))
        for d in sorted(ACTS.values(), key=lambda declared: declared.code)
    ]  # fmt: skip


def acts_page(rows: list[tuple[str, ...]]) -> str:
    """The documentation page of all acts."""
    intro = (
        "Every change goes through one of these acts; the chain names who must sign after the maker. "
        "`jubao acts --markdown` prints this page."
    )
    lines = ["# 业务清单 · Acts of the office", "", intro, "",
             "| 业务 | 名称 | 经办 | 审批链 | 时限 | 依据 |", "|---|---|---|---|---|---|"]  # fmt: skip
    lines += ["| `" + "` | ".join([row[0], " | ".join(row[1:])]) + " |" for row in rows]
    return "\n".join(lines) + "\n"


@command
def propose(
    code: Annotated[str, typer.Argument(help="业务代码 / code of the act")],
    cases: Annotated[str, typer.Argument(help="事项 JSON（一项或一个列表）/ arguments as JSON, one or a list")],
    by: Annotated[str, BY],
    key: Annotated[str, KEY],
    on: Annotated[datetime | None, ON] = None,
    case_ref: Annotated[str | None, CASE_REF] = None,
    file: Annotated[Path | None, FILE] = None,
) -> None:
    """Propose an act and print what it would change, with the hash approvers sign."""
    from jubao.operations.envelope import acting as envelope
    from jubao.operations.inbound import keep

    try:
        stated: Any = json.loads(cases)
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"事项不是合法的 JSON：{error}") from error
    listed = stated if isinstance(stated, list) else [stated]
    if file is not None:
        listed = [case | {"file": keep(file)} for case in listed]
    answer = envelope.propose(code, listed, key=key, by=by, on=_day(on), at=_now(), case_ref=case_ref)
    _print_answer(answer)


@command
def sign(
    proposal: Annotated[str, typer.Argument(help="申请的请求号 / key of the proposal")],
    by: Annotated[str, BY],
    shown_hash: Annotated[str, HASH],
    on: Annotated[datetime | None, ON] = None,
    reject: Annotated[str, REJECT] = "",
) -> None:
    """Take the next step of a proposal; the last signature executes it."""
    from jubao.operations.envelope import acting as envelope

    answer = envelope.sign(
        proposal, by=by, on=_day(on), at=_now(), shown_hash=shown_hash, agree=not reject, reason=reject
    )
    _print_answer(answer)


@command
def pending() -> None:
    """List what waits, for whom, and until when."""
    from jubao.operations.envelope.acting import declaration_of, next_step
    from jubao.records.models import Proposal

    table = Table("申请", "业务", "经办人", "业务日期", "待办岗位", "期限", "哈希")
    waiting = Proposal.objects.filter(state=Proposal.State.PENDING).order_by("due_date", "id")
    for row in waiting:
        table.add_row(
            row.key, declaration_of(row.code).title, row.maker, str(row.business_date), next_step(row).post.label,
            str(row.due_date or ""), row.hash,
        )  # fmt: skip
    Console().print(table if table.row_count else "没有待签署的申请。")


def _print_answer(answer: Any) -> None:
    json.dump(answer.__dict__, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def _day(on: datetime | None) -> date:
    return on.date() if on else _now().date()


def _now() -> datetime:
    return datetime.now(LOCAL)

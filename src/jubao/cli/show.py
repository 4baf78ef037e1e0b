"""``jubao show`` and ``pending``: one proposal for whoever must sign it, and the proposals that wait."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jubao.cli.setup import command
from jubao.cli.viewing import NUMBERS, REASON, viewer_by
from jubao.vocabulary.audience import SIGNERS

if TYPE_CHECKING:
    from jubao.operations.envelope.seen.given import Sum
    from jubao.operations.envelope.seen.proposal import ShownProposal, ShownStep
    from jubao.operations.envelope.seen.stated import Stated
    from jubao.operations.envelope.seen.told import Everybody, Money, OtherRows, Somebody, Told

KEY = typer.Argument(help="申请的请求号 / key of the proposal")
PEOPLE = typer.Option("--people", help="列出全部人员 / list everybody, not only the first 200")
AS_JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")
FEW_PEOPLE, FEW_CASES, FEW_AT_ONCE = 200, 20, 5
MINUTE = "%Y-%m-%d %H:%M"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show", help="显示一项申请的全部内容，供签署人查看 / show one proposal to whoever signs it.")(show)
    app.command("pending", help="列出待签署的申请 / list proposals that wait for a signature.")(pending)


@command(SIGNERS)
def show(
    key: Annotated[str, KEY],
    by: str,
    everybody: Annotated[bool, PEOPLE] = False,
    numbers: Annotated[bool, NUMBERS] = False,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Print a proposal: what is out of the ordinary first, then whom it touches, money, totals, law, hash."""
    from jubao.operations.envelope.seen.proposal import shown
    from jubao.vocabulary.masks import Mask

    viewer = viewer_by(by, "show", lifted=Mask if numbers else (), reason=reason)
    told, looked = shown(key, viewer=viewer, everybody=everybody), viewer.witness.told if viewer.witness else ""
    if as_json:
        as_told: dict[str, Any] = asdict(told) | ({"looked": looked} if looked else {})
        json.dump(as_told, sys.stdout, ensure_ascii=False, indent=1, default=str)
        sys.stdout.write("\n")
        return
    for line in _lines(told, looked, everybody=everybody):
        print(line)


@command(SIGNERS)
def pending(by: str, as_json: Annotated[bool, AS_JSON] = False) -> None:
    """List what waits, for whom, and until when, of acts that whoever asks may see; each hash on a line of its own."""
    from jubao.operations.envelope.seen.pending import waiting

    listed, left_out = waiting(viewer_by(by, "pending"))
    if as_json:
        json.dump(listed, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    for one in listed:
        due = one["due_date"] or "无法定时限"
        print(f"{one['key']}  {one['title']}（{one['code']}）经办 {one['maker']} {one['business_date']}")
        print(f"  待 {one['waits_for']}，期限 {due}")
        print(f"  {one['hash']}")
    print(f"共 {len(listed)} 项待签署。" if listed else "没有待签署的申请。")
    if left_out:
        print(f"另有 {left_out} 项因回避未列出。")


# ── One proposal in lines ──


def _lines(told: "ShownProposal", looked: str, *, everybody: bool) -> Iterator[str]:
    yield f"{told.title}（{told.code}）申请 {told.key}：{told.state_words}"
    yield f"案件 {told.case_ref}，业务日期 {told.business_date}，提出 {told.proposed_at:{MINUTE}}"
    if told.days_back:
        yield f"！业务日期早于提出日 {told.days_back} 天"
    yield f"办结期限：{told.due_words}"
    yield f"可否撤销：{told.undone_by}"
    yield from _section("环节", _steps(told.steps))
    yield from _section("须先注意", out_of_the_ordinary(told))
    yield from _section("填报内容", _stated(told.cases))
    papers = [f"{paper.title}（{'必备' if paper.required else '可附'}）" for paper in told.papers]
    yield from _section("应有材料", iter(papers))
    yield from _section("涉及人员", _people(told.people, everybody=everybody))
    yield from adding_up(told)
    others = (f"{one.title}：{row}" if row != one.title else row for one in told.others for row in _rest(one))
    yield from _section("其他新增", others)
    files = (f"{one.name}（{one.tray}，{one.size} 字节，{one.sha256[:12]}）" for one in told.files)
    yield from _section("文件", files)
    yield from _section("用到的未核实政策", iter(told.uncertain))
    yield from _section("查看记录", iter([looked] if looked else []))
    yield ""
    yield "签署用的哈希："
    yield told.hash


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    """A heading and its lines; nothing where there are none."""
    first = next(lines, None)
    if first is None:
        return
    yield ""
    yield f"【{title}】"
    yield f"  {first}"
    for line in lines:
        yield f"  {line}"


def _steps(steps: "Sequence[ShownStep]") -> Iterator[str]:
    for step in steps:
        what = f"{step.role} {step.post}"
        if step.at is not None:
            reason = f"，理由：{step.reason}" if step.reason else ""
            yield f"{what}：{step.by} {step.name} {step.at:{MINUTE}} {step.decision}{reason}"
        elif step.next is not None:
            people = "、".join(f"{one.by} {one.name}" for one in step.next) or "当前无人可签"
            yield f"{what}：待签（{people}）"
        else:
            yield f"{what}：—"


def out_of_the_ordinary(told: "Told") -> Iterator[str]:
    """Exceptions with whom they concern, and what the plan itself says must be seen."""
    for one in told.exceptions:
        yield f"！{one.text}"
        for who in one.people:
            yield f"    {_who(who)}" + (f"  {who.detail}" if who.detail else "")
    for notice in told.notices:
        yield f"！{notice}"


def _who(who: "Somebody") -> str:
    return " ".join(part for part in (who.name, who.number, who.personal_number) if part)


def _stated(cases: "Sequence[Sequence[Stated]]") -> Iterator[str]:
    for number, case in enumerate(cases[:FEW_CASES], start=1):
        if len(cases) > 1:
            yield f"第 {number} 项"
        yield from _answers(case, "  " if len(cases) > 1 else "")
    if len(cases) > FEW_CASES:
        yield f"另有 {len(cases) - FEW_CASES} 项（--json 可见全部）"


def _answers(answers: "Sequence[Stated]", indent: str) -> Iterator[str]:
    for one in answers:
        if not (groups := one.groups):
            yield f"{indent}{one.label}：{one.words}"
            continue
        yield f"{indent}{one.label}："
        if len(groups) == 1 and one.answer is groups[0]:
            yield from _answers(groups[0], f"{indent}  ")
            continue
        for number, group in enumerate(groups, start=1):
            yield f"{indent}  {number}. " + "，".join(part.strip() for part in _answers(group, ""))


def _people(people: "Everybody", *, everybody: bool) -> Iterator[str]:
    if not people.count:
        return
    yield f"共 {people.count} 人"
    for who in people.shown if everybody else people.shown[:FEW_PEOPLE]:
        yield _who(who)
        for sentence in (*who.moves, *who.rows):
            yield f"    {sentence}"
    if people.beyond:
        yield people.note or f"另有 {people.beyond} 人，按变动分类见下（--people 列出全部）"


def _rest(one: "OtherRows") -> Iterator[str]:
    yield from one.sentences
    if one.count > len(one.rows):
        yield f"另有 {one.count - len(one.rows)} 条"


def adding_up(told: "ShownProposal") -> Iterator[str]:
    """What a proposal adds up to: exceptions counted, causes, money, rows, result."""
    yield from _section("变动分类", _causes(told))
    yield from _section("资金", _money(told.money))
    yield from _section("合计", _sums(told.sums))
    yield from results(told)


def results(told: "ShownProposal") -> Iterator[str]:
    """What an act gives, or would give."""
    yield from _section("办理结果", (f"{one.label}：{one.words}" for one in told.result))


def brief(told: "ShownProposal") -> Iterator[str]:
    """What a maker or signer sees at once: exceptions, the first few people, and what it adds up to."""
    yield from _section("须先注意", out_of_the_ordinary(told))
    people = told.people
    few = replace(people, shown=people.shown[:FEW_AT_ONCE], beyond=max(people.count - FEW_AT_ONCE, 0))
    yield from _section("涉及人员", _people(few, everybody=False))
    yield from adding_up(told)
    yield ""


def _causes(told: "Told") -> Iterator[str]:
    for one in told.causes:
        cause = f"（{one.cause}）" if one.cause else ""
        people = f"，{one.people} 人" if one.people else ""
        fen = f"，{_yuan(one.fen)}" if one.fen else ""
        yield f"{one.title}{cause}：{one.rows} 条{people}{fen}"
    for move in told.moves:
        yield f"{move.move}（{move.rows} 条）"


def _money(money: "Money") -> Iterator[str]:
    for month in money.months:
        yield f"{month.title} {month.month}：{month.rows} 条，{_yuan(month.fen)}"
    for payer in money.payers:
        yield f"{payer.title} {payer.payer}：{payer.rows} 条，{_yuan(payer.fen)}"
    for one in money.accounts:
        sides = (("借", one.debit_fen), ("贷", one.credit_fen))
        yield f"{one.book}账 {one.account}：" + "，".join(f"{side} {_yuan(fen)}" for side, fen in sides if fen)


def _sums(sums: "Sequence[Sum]") -> Iterator[str]:
    for one in sums:
        amounts = "".join(f"，{amount.label} {_yuan(amount.fen)}" for amount in one.amounts)
        yield f"{one.title}：{one.rows} 条{amounts}"


def _yuan(fen: int) -> str:
    from jubao.vocabulary.fen import format_yuan

    return f"{format_yuan(fen)} 元"

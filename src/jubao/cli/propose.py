"""``jubao propose``, ``sign`` and ``check``: any act of the office from the command line, through its chain."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from jubao.cli.acting import proven_again
from jubao.cli.setup import REFUSED, command
from jubao.cli.viewing import viewer_by
from jubao.vocabulary.audience import SIGNERS

if TYPE_CHECKING:
    from jubao.operations.envelope.fault import Fault
    from jubao.operations.envelope.seen.filled import Filled
    from jubao.operations.envelope.seen.proposal import ShownProposal

LOCAL = ZoneInfo("Asia/Shanghai")
MOST_BYTES = 50 * 1024 * 1024
"""More than a template of as many cases as one request may hold can be."""

CODE = typer.Argument(help="业务代码 / code of the act")
STATED = typer.Argument(metavar="[JSON]", help="事项 JSON（一项或一个列表）/ arguments as JSON, one case or a list")
CASES = typer.Option("--cases", help="填好的 Excel 模板 / a filled template", exists=True, dir_okay=False)
FRESH = typer.Option("--code", help="动态码，业务要求时输入 / a one-time code, where the act asks for it")
ON = typer.Option("--on", formats=["%Y-%m-%d"], help="业务日期，默认今天 / business date, default today")
KEY = typer.Option("--key", help="请求号；重复提交同一请求号不会重复办理 / request key, repeats change nothing")
CASE_REF = typer.Option("--case", help="接续的案件号 / the case this act continues")
FILE = typer.Option("--file", help="随附文件，先登记收文 / a file for the act", exists=True, dir_okay=False)
HASH = typer.Option("--hash", help="所见内容的哈希 / the hash of what was shown")
REJECT = typer.Option("--reject", help="退回并写明理由 / reject, with the reason")
AS_JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("propose", help="提出一项业务 / propose an act.")(propose)
    app.command("sign", help="签署或退回一项申请 / sign or reject a proposal.")(sign)
    app.command("check", help="查出办理一项业务的全部问题，不作任何改动 / everything that stands against an act.")(
        check
    )


@command(SIGNERS, writes=True)
def propose(  # noqa: PLR0913, PLR0917  a command has that many options
    code: Annotated[str, CODE],
    key: Annotated[str, KEY],
    by: str,
    stated: Annotated[str | None, STATED] = None,
    cases: Annotated[Path | None, CASES] = None,
    on: Annotated[datetime | None, ON] = None,
    case_ref: Annotated[str | None, CASE_REF] = None,
    file: Annotated[Path | None, FILE] = None,
    fresh: Annotated[str | None, FRESH] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Propose an act and print what it would change, with the hash approvers sign."""
    from jubao.operations.envelope import acting as envelope

    with _refusals_as_data(as_json):
        listed, filled = _cases(code, stated, cases, file)
        with proven_again(fresh, at=_now()), _set_aside_if_refused(listed, file), _placed(filled):
            answer = envelope.propose(code, listed, key=key, by=by, on=_day(on), at=_now(), case_ref=case_ref)
    _print_answer(answer, by, as_json=as_json)


@command(SIGNERS, writes=True)
def sign(
    proposal: Annotated[str, typer.Argument(help="申请的请求号 / key of the proposal")],
    shown_hash: Annotated[str, HASH],
    by: str,
    on: Annotated[datetime | None, ON] = None,
    reject: Annotated[str, REJECT] = "",
    fresh: Annotated[str | None, FRESH] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Take the next step of a proposal; the last signature executes it."""
    from jubao.operations.envelope import acting as envelope

    with _refusals_as_data(as_json), proven_again(fresh, at=_now()):
        answer = envelope.sign(
            proposal, by=by, on=_day(on), at=_now(), shown_hash=shown_hash, agree=not reject, reason=reject
        )
    _print_answer(answer, by, as_json=as_json, seen=True)


@command(SIGNERS)
def check(
    code: Annotated[str, CODE],
    by: str,
    stated: Annotated[str | None, STATED] = None,
    cases: Annotated[Path | None, CASES] = None,
    on: Annotated[datetime | None, ON] = None,
    case_ref: Annotated[str | None, CASE_REF] = None,
    file: Annotated[Path | None, FILE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Name every fault of what somebody would propose; nothing is written, nobody waits."""
    from jubao.operations.envelope import acting as envelope

    with _refusals_as_data(as_json):
        listed, filled = _cases(code, stated, cases, file)
        faults = envelope.check(code, listed, by=by, on=_day(on), at=_now(), case_ref=case_ref)
        if faults:
            _set_aside(listed, file)
    found = list(filled.placed(faults) if filled else faults)
    if as_json:
        _print_json([_told(fault) for fault in found])
    elif found:
        print(f"共 {len(found)} 处不符：")
        for fault in found:
            print(f"  {fault}")
    else:
        print(f"没有发现问题，可以提出（{len(listed)} 项）。")
    if found:
        raise typer.Exit(REFUSED)


# ── What somebody states ──


def _cases(
    code: str, stated: str | None, cases: Path | None, file: Path | None
) -> tuple[list[dict[str, Any]], "Filled | None"]:
    """The cases as JSON has them, from the command line or from a filled template.

    Raises:
        BadParameter: neither or both were given, or no JSON; Refused: the template cannot be read.
    """
    if (stated is None) == (cases is None):
        raise typer.BadParameter("请写事项 JSON，或用 --cases 给出填好的模板，二者择一", param_hint="JSON")
    filled = _filled(code, cases) if cases is not None else None
    listed = filled.cases if filled else _parsed(stated or "")
    if file is not None:
        from jubao.operations.inbound import keep

        listed = [case | {"file": keep(file)} for case in listed]
    return listed, filled


def _parsed(stated: str) -> list[dict[str, Any]]:
    try:
        parsed = json.loads(stated)
    except ValueError as error:
        raise typer.BadParameter(f"事项不是合法的 JSON：{error}", param_hint="JSON") from error
    listed = parsed if isinstance(parsed, list) else [parsed]
    if not all(isinstance(case, dict) for case in listed):
        raise typer.BadParameter('每一项应为一组填报项，如 {"person": "…"}', param_hint="JSON")
    return listed


def _filled(code: str, path: Path) -> "Filled":
    from jubao.exchange.fault import FileRefused
    from jubao.exchange.whole import read_whole
    from jubao.operations.envelope.acting import declaration_of
    from jubao.operations.envelope.fault import Refused
    from jubao.operations.envelope.seen.filled import read_filled

    declaration = declaration_of(code)
    try:
        content = read_whole(path, filename=path.name, most=MOST_BYTES)
    except FileRefused as large:
        raise Refused(f"《{path.name}》超过 {MOST_BYTES >> 20} MB，不是填好的模板，请核对文件或分次提出") from large
    filled = read_filled(declaration, content, filename=path.name)
    if filled.faults:
        message = f"{declaration.title}：《{path.name}》有 {len(filled.faults)} 处读不出"
        raise Refused(message, faults=list(filled.faults))
    return filled


@contextmanager
def _set_aside_if_refused(listed: list[dict[str, Any]], file: Path | None) -> Iterator[None]:
    """A file that came with a refused request does not stay among those that count."""
    from jubao.operations.envelope.fault import Refused

    try:
        yield
    except Refused:
        _set_aside(listed, file)
        raise


def _set_aside(listed: list[dict[str, Any]], file: Path | None) -> None:
    from jubao.operations.quarantine import set_aside

    if file is not None and listed:
        set_aside(listed[0]["file"], at=_now())


@contextmanager
def _placed(filled: "Filled | None") -> Iterator[None]:
    """Let a refusal name sheet, row and column of what came from a template."""
    from jubao.operations.envelope.fault import Faults, Refused

    try:
        yield
    except Refused as refused:
        if filled is None or not refused.found:
            raise
        raise Refused(refused.message, faults=list(filled.placed(Faults(refused.found)))) from refused


# ── What is answered ──


@contextmanager
def _refusals_as_data(as_json: bool) -> Iterator[None]:
    """For programs: a refusal as JSON with every fault, and exit code 1."""
    from jubao.operations.envelope.fault import Refused

    try:
        yield
    except Refused as refused:
        if not as_json:
            raise
        _print_json({"refused": refused.message, "faults": [_told(fault) for fault in refused.found] or refused.faults})
        raise typer.Exit(REFUSED) from None


def _told(fault: "Fault") -> dict[str, Any]:
    return vars(fault) | {"sentence": str(fault)}


def _print_answer(answer: Any, by: str, *, as_json: bool, seen: bool = False) -> None:
    """Where a request stands; its content in brief, or its result alone for whoever has seen the content and signed."""
    if as_json:
        _print_json(answer.__dict__)
        return
    from jubao.cli.show import brief, results
    from jubao.operations.envelope.seen.proposal import shown

    told = shown(answer.proposal, viewer=viewer_by(by, "propose"))
    print(f"申请 {told.key}（{told.title}）{_standing(told)}")
    if seen:
        if answer.state == "EXECUTED":
            _print_lines(results(told))
        return
    print("哈希：")
    print(answer.hash)
    _print_lines(brief(told))
    print(f"全部内容：jubao show {told.key}")


def _standing(told: "ShownProposal") -> str:
    """Where a proposal stands, and who may go on."""
    step = told.waits_for
    if step is None:
        return told.state_words
    people = "、".join(f"{one.by} {one.name}" for one in step.next or ()) or "当前无人可签"
    return f"{told.state_words}，待 {step.post} {step.role}（{people}）"


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def _day(on: datetime | None) -> date:
    return on.date() if on else _now().date()


def _now() -> datetime:
    return datetime.now(LOCAL)

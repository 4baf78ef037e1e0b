"""``jubao acts``: every act of the office, or one of them explained: what it asks, a schema, a template to fill in."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

LOCAL = ZoneInfo("Asia/Shanghai")
CODE = typer.Argument(metavar="[CODE]", help="业务代码，不写则列出全部 / code of an act; without it all are listed")
AS_MARKDOWN = typer.Option("--markdown", help="输出为文档页 / print the page of docs/acts.md")
AS_SCHEMA = typer.Option("--schema", help="输出一项的 JSON Schema（2020-12） / print the JSON Schema of one case")
AS_JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")
TEMPLATE = typer.Option(
    "--template", help="写出填报用的 Excel 模板 / write an Excel template to fill in", dir_okay=False
)
HEADINGS = ("业务", "名称", "经办", "审批链", "时限", "依据", "撤销")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("acts", help="列出全部业务，或说明一项业务 / list every act, or explain one.")(acts)


@command(ANYBODY, books=False)
def acts(
    code: Annotated[str | None, CODE] = None,
    as_markdown: Annotated[bool, AS_MARKDOWN] = False,
    as_schema: Annotated[bool, AS_SCHEMA] = False,
    template: Annotated[Path | None, TEMPLATE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Print every act with its chain, deadline and undoing; or everything one act says of itself."""
    if code is not None:
        _explain(code, as_schema=as_schema, template=template, as_json=as_json)
        return
    if as_schema or template is not None:
        raise typer.BadParameter("请写明业务代码，如 award.suspend", param_hint="CODE")
    rows = act_rows()
    if as_markdown:
        print(acts_page(rows), end="")
        return
    if as_json:
        _print_json(
            [
                dict(zip(("code", "title", "maker", "chain", "deadline", "source", "undone_by"), row, strict=True))
                for row in rows
            ]
        )
        return
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(Column(HEADINGS[0], no_wrap=True, min_width=max(len(row[0]) for row in rows)), *HEADINGS[1:])
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def act_rows() -> list[tuple[str, ...]]:
    """Code, title, maker, chain, deadline, source and undoing of every act, by code."""
    from jubao.operations.envelope.declaration import ACTS
    from jubao.operations.envelope.seen.description import deadline, undone_by

    return [
        (
            declared.code,
            declared.title,
            declared.maker.label,
            " → ".join(step.post.label for step in declared.chain) or "—",
            deadline(declared),
            declared.source,
            undone_by(declared),
        )
        for declared in sorted(ACTS.values(), key=lambda declared: declared.code)
    ]


def acts_page(rows: list[tuple[str, ...]]) -> str:
    """The documentation page of all acts."""
    lines = [
        "# 业务清单 · Acts of the office",
        "",
        "Every change goes through one of these acts; the chain names who must sign after the maker.",
        "`jubao acts --markdown` prints this page. For any act, from its declaration alone:",
        "",
        "- `jubao acts CODE` explains it: what it asks, codes, papers, deadline, result, and an example;",
        "- `jubao acts CODE --schema` prints the JSON Schema of one case, `--json` everything as data;",
        "- `jubao acts CODE --template F.xlsx` writes a template to fill in, `jubao propose CODE --cases F.xlsx` reads it;",
        "- `jubao check CODE JSON` names everything that stands against it, and changes nothing;",
        "- `jubao show KEY` shows one proposal to whoever must sign it, `jubao outbox` the files that left.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|" + "---|" * len(HEADINGS),
    ]
    lines += [f"| `{row[0]}` | {' | '.join(row[1:])} |" for row in rows]
    return "\n".join(lines) + "\n"


def _explain(code: str, *, as_schema: bool, template: Path | None, as_json: bool) -> None:
    from jubao.operations.envelope.acting import declaration_of
    from jubao.operations.envelope.schema import schema_of
    from jubao.operations.envelope.seen.description import describe

    declaration = declaration_of(code)
    if template is not None:
        _write_template(declaration, template)
    elif as_schema:
        _print_json(schema_of(declaration))
    else:
        told = describe(declaration, on=datetime.now(LOCAL).date())
        if as_json:
            _print_json(told)
        else:
            _print_act(told)


def _write_template(declaration: Any, path: Path) -> None:
    from jubao.documents.reproducible_zip import put_in_place
    from jubao.operations.envelope.template import template_bytes

    if path.suffix.lower() != ".xlsx":
        raise typer.BadParameter("文件名须以 .xlsx 结尾", param_hint="--template")
    put_in_place(path, template_bytes(declaration))
    print(f"已写出 {path}：填好后用 jubao propose {declaration.code} --cases {path} 提出")


def _print_act(told: dict[str, Any]) -> None:
    print(f"{told['code']} {told['title']}（对象：{told['about']}）")
    print(f"  {' '.join(told['purpose'].split())}")
    print(f"依据：{told['source']}")
    print(f"环节：{' → '.join(step['role'] + ' ' + step['post'] for step in told['steps'])}")
    print(f"时限：{told['deadline']}")
    print(f"业务日期：{'最多可倒填 ' + str(told['days_back']) + ' 天' if told['days_back'] else '不能倒填'}")
    print(f"一次最多：{told['most_cases']} 项；每一环节须动态码：{'是' if told['second_factor'] else '否'}")
    papers = (f"{paper['title']}（{'必备' if paper['required'] else '可附'}）" for paper in told["papers"])
    print(f"材料：{'、'.join(papers) or '无'}")
    forms = (f"{form['title']}（{form['command']}）" for form in told["prints"])
    print(f"打印：{'；'.join(forms) or '无'}")
    print(f"可否撤销：{told['undone_by']}")
    if told["continues"]:
        print(f"可接续的案件：{'、'.join(told['continues'])}")
    print(f"可查看的岗位：{'、'.join(told['audience'])}")
    print("\n填报项（* 为必填）：")
    for field in told["asks"]:
        _print_field(field)
    print("\n办理结果：")
    for given in told["gives"]:
        print(f"  {given['name']}  {given['label']} / {given['english']}（{given['unit']}）")
    print("\n示例：")
    print(f"  jubao propose {told['code']} '{json.dumps(told['example'], ensure_ascii=False)}' --by 工号 --key 请求号")


def _print_field(field: dict[str, Any]) -> None:
    mark = "*" if field["required"] else " "
    indent = "  " * (field["name"].count(".") + 1)
    bounds = f"，{field['bounds']}" if field["bounds"] else ""
    print(f"{indent}{mark} {field['name']}  {field['label']} / {field['english']}：{field['kind']}{bounds}")
    if field["default"]:
        print(f"{indent}    不填即为 {field['default']}")
    if field["hint"]:
        print(f"{indent}    {field['hint']}")
    for code, label in field["choices"]:
        print(f"{indent}    {code}  {label}" if label != code else f"{indent}    {code}")


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")

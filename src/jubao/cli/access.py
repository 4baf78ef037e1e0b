"""``jubao access PERSON``: who looked at somebody's whole numbers, when, in which post, why and how."""

import json
import sys
from typing import Annotated

import typer

from jubao.cli.papers import print_sheet
from jubao.cli.setup import command
from jubao.cli.viewing import viewer_by
from jubao.vocabulary.audience import ACCESSES

PERSON = typer.Argument(help="个人编号或公民身份号码 / personal or resident number")
STAFF = typer.Option("--staff", help="列出查看人和说明，限稽核岗位 / name who looked, for the audit posts")
AS_JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("access", help="答复本人：谁查看过其完整号码 / who looked at somebody's whole numbers.")(access)


@command(ACCESSES)
def access(
    person: Annotated[str, PERSON],
    by: str,
    staff: Annotated[bool, STAFF] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Print every look at one person, for himself without names; the audit posts may ask for them.

    Source: 个人信息保护法第四十四条、第四十五条.
    """
    from jubao.documents.sheet import IDENTIFIER, Column, Sheet
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.explanation.access import accesses
    from jubao.reports.explanation.pension import NobodyByThisNumber

    viewer = viewer_by(by, "access")
    try:
        told = accesses(person, viewer=viewer, with_staff=staff)
    except NobodyByThisNumber as nobody:
        raise Refused(str(nobody)) from nobody
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    columns = (Column("时间", IDENTIFIER), Column("岗位"), Column("理由"), Column("方式"), Column("显示的内容"))
    named = (Column("工号", IDENTIFIER), Column("说明"), Column("内容")) if staff else ()
    rows = [tuple(one.values()) for one in told["looks"]]
    title = f"{told['name']} {told['resident_number']} 完整号码查看记录"
    print_sheet(Sheet("查看记录", title, "", viewer.day, (*columns, *named), rows, f"共 {len(rows)} 次"))

"""``jubao anchor``: the head of the audit chain as a line, a QR code and a page, to be handed to somebody outside."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import ANYBODY

LOCAL = ZoneInfo("Asia/Shanghai")
OUT = typer.Option("--out", help="写成可签收的 Word 文件 / a Word page to be signed for", dir_okay=False)
MAIL = typer.Option("--mail", help="印出可直接寄出的文字 / print a text ready to be mailed")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("anchor", help="印出审计链头，供库外留存 / print the head of the audit chain.")(anchor)


@command(ANYBODY)
def anchor(out: Annotated[Path | None, OUT] = None, mail: Annotated[bool, MAIL] = False) -> None:
    """Print the head: whoever keeps the line can prove later that the chain was not shortened or rewritten."""
    from jubao.documents.key_sheet import HeadSheet, code_as_text, write_head_sheet
    from jubao.operations.envelope.fault import Refused
    from jubao.records.anchors import line_of
    from jubao.records.models import AuditEvent, Office

    head, office = AuditEvent.objects.order_by("-id").first(), Office.objects.order_by("pk").first()
    if head is None or office is None:
        raise Refused("这里还没有办过任何业务，没有链头可印")
    line, today = line_of(head.pk, head.mac, head.key_number), datetime.now(LOCAL).date()
    if out is not None:
        write_head_sheet(HeadSheet(office.name, head.pk, line, today), out)
        print(f"已写成 {out}；签收后请办理“链头交存登记”（anchor.deposit）。")
    elif mail:
        print(f"主题：{office.name}审计链头（第 {head.pk} 号）\n")
        print(f"{office.name}截至 {today} 的审计链头如下，请原样保存，不必打开或回复：\n\n{line}\n")
        print("日后核对：jubao verify --anchor 后接上行全文。")
    else:
        print(line)
        print(code_as_text(line))

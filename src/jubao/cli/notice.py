"""``jubao notice NUMBER``: a repayment notice as a page to print, sign and deliver."""

from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.setup import command
from jubao.cli.viewing import viewer_by
from jubao.vocabulary.audience import PEOPLE

NUMBER = typer.Argument(help="追回通知的文书编号 / number of the repayment notice")
OUT = typer.Option("--out", help="写到这个文件，.docx 或 .pdf / a Word or PDF file", dir_okay=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("notice", help="打印一份追回通知书 / print one repayment notice.")(notice)


@command(PEOPLE)
def notice(number: Annotated[str, NUMBER], by: str, out: Annotated[Path, OUT]) -> None:
    """Write a notice with the months by item and payer, the amount in words, and what to do."""
    from jubao.documents.amount_words import AmountNotWritable
    from jubao.documents.notice import write_notice
    from jubao.documents.notice_pdf import write_notice_pdf
    from jubao.documents.typesetting import NoChineseFont
    from jubao.documents.word import TextNotPrintable
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.statements.recovery_notice import NoSuchNotice, recovery_notice

    write = write_notice_pdf if out.suffix.lower() == ".pdf" else write_notice
    try:
        digest = write(recovery_notice(number, viewer=viewer_by(by, "notice")), out)
    except (NoSuchNotice, AmountNotWritable, TextNotPrintable, NoChineseFont) as refused:
        raise Refused(str(refused)) from refused
    print(f"已写出 {out}，SHA-256 {digest}")

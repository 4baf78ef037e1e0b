"""``jubao voucher BOOK NUMBER``: one voucher as a page to print and sign."""

from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.setup import command
from jubao.vocabulary.audience import BOOKS

BOOK = typer.Argument(help="账套 FUND、DELEGATED 或 ACCOUNTS / the book")
NUMBER = typer.Argument(help="期间-序号，如 201706-12 / period and number")
OUT = typer.Option("--out", help="写到这个文件，.docx 或 .pdf / a Word or PDF file", dir_okay=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("voucher", help="打印一张记账凭证 / print one voucher.")(voucher)


@command(BOOKS)
def voucher(book: Annotated[str, BOOK], number: Annotated[str, NUMBER], out: Annotated[Path, OUT]) -> None:
    """Write a voucher with its legs, amount in words, papers and signers."""
    from jubao.documents.amount_words import AmountNotWritable
    from jubao.documents.typesetting import NoChineseFont
    from jubao.documents.voucher import write_voucher_paper
    from jubao.documents.voucher_pdf import write_voucher_pdf
    from jubao.operations.envelope.fault import Refused
    from jubao.reports.statements.voucher_print import NoSuchVoucher, voucher_paper

    write = write_voucher_pdf if out.suffix.lower() == ".pdf" else write_voucher_paper
    try:
        digest = write(voucher_paper(book.upper(), number), out)
    except (NoSuchVoucher, AmountNotWritable, NoChineseFont) as refused:
        raise Refused(str(refused)) from refused
    print(f"已写出 {out}，SHA-256 {digest}")

"""A voucher (记账凭证) as PDF, A5 across: legs, amount in words, number of attachments, and the chain that signed."""

from pathlib import Path
from typing import Any

from jubao.documents.amount_words import amount_in_words
from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.typesetting import printable, typeset
from jubao.documents.voucher import HEADINGS, VoucherPaper
from jubao.vocabulary.fen import format_yuan

TEMPLATE = Path(__file__).parent / "voucher.typ"


def write_voucher_pdf(paper: VoucherPaper, path: Path) -> str:
    """Write the voucher; return the SHA-256 of the file (hex), the same for the same voucher, fonts and typst.

    Raises:
        AmountNotWritable: the sum is beyond what words can carry.
        TextNotPrintable: a text holds control characters.
        NoChineseFont: no known Chinese font is installed.
    """
    return put_in_place(path, voucher_pdf(paper))


def voucher_pdf(paper: VoucherPaper) -> bytes:
    """The PDF of a voucher. Raises as ``write_voucher_pdf``."""
    return typeset(TEMPLATE, voucher_outline(paper), dated=paper.dated)


def voucher_outline(paper: VoucherPaper) -> dict[str, Any]:
    """What the page says, as JSON-able data. Raises AmountNotWritable, TextNotPrintable."""
    debit, credit = sum(leg.debit_fen for leg in paper.legs), sum(leg.credit_fen for leg in paper.legs)
    return {
        "title": printable(f"记账凭证 {paper.number}"),
        "office": printable(paper.office),
        "book": printable(paper.book),
        "number": printable(paper.number),
        "dated": f"{paper.dated.year}年{paper.dated.month}月{paper.dated.day}日",
        "mark": printable(paper.mark),
        "source": printable(paper.source),
        "headings": list(HEADINGS),
        "legs": [
            [
                printable(paper.memo if place == 0 else ""),
                printable(leg.account),
                _amount(leg.debit_fen),
                _amount(leg.credit_fen),
            ]
            for place, leg in enumerate(paper.legs)
        ],
        "words": f"合计：{amount_in_words(debit)}",
        "debit": format_yuan(debit),
        "credit": format_yuan(credit),
        "papers": [printable(text) for text in paper.papers],
        "attachments": paper.attachments,
        "signed": [printable(f"{role}：{person}") for role, person in paper.signed],
    }


def _amount(fen: int) -> str:
    """An amount; nothing on the side that is not concerned."""
    return format_yuan(fen) if fen else ""

"""A voucher (记账凭证) as a Word page: legs, amount in words, papers, and who signed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jubao.documents.amount_words import amount_in_words
from jubao.documents.grid import Cell, Rows, draw_table
from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.word import SONG, SONG_BOLD, Face, add_paragraph, document_bytes, new_document, number_pages
from jubao.vocabulary.fen import format_yuan

TITLE = Face("黑体", 20)
MARK = Face("黑体", 12)
WIDTHS_CM = (4.6, 5.6, 3.0, 3.0)
HEADINGS = ("摘要", "会计科目", "借方金额（元）", "贷方金额（元）")


@dataclass(frozen=True, slots=True)
class VoucherLeg:
    """One leg: account code and name, fen on one side."""

    account: str
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class VoucherPaper:
    """A voucher as it is printed; ``signed`` gives role and person of everybody who signed, in order.

    ``mark`` is printed large when the voucher is not simply posted (待记账, 已作废); ``papers`` are what it rests on,
    ``attachments`` the number of pages put to it.
    """

    office: str
    book: str
    number: str
    dated: date
    memo: str
    legs: tuple[VoucherLeg, ...]
    papers: tuple[str, ...]
    signed: tuple[tuple[str, str], ...]
    source: str
    mark: str = ""
    attachments: int = 0


def write_voucher_paper(paper: VoucherPaper, path: Path) -> str:
    """Write the voucher; return the SHA-256 of the file (hex), the same for the same voucher.

    Raises:
        AmountNotWritable: the sum is beyond what words can carry.
        TextNotPrintable: a text holds control characters.
    """
    return put_in_place(path, voucher_bytes(paper))


def voucher_bytes(paper: VoucherPaper) -> bytes:
    """The Word file of a voucher. Raises as ``write_voucher_paper``."""
    document = new_document(title=f"记账凭证 {paper.number}", author=paper.office, dated=paper.dated)
    number_pages(document, reference=f"{paper.book} {paper.number}")
    add_paragraph(document, "记 账 凭 证", TITLE, align="center", after_pt=6)
    if paper.mark:
        add_paragraph(document, paper.mark, MARK, align="center", after_pt=4)
    dated = f"{paper.dated.year}年{paper.dated.month}月{paper.dated.day}日"
    add_paragraph(document, f"编制单位：{paper.office}　　账套：{paper.book}", SONG)
    add_paragraph(document, f"日期：{dated}　　凭证号：{paper.number}", SONG, after_pt=4)
    draw_table(document, WIDTHS_CM, _rows(paper), header_rows=1)
    for place, text in enumerate(paper.papers):
        add_paragraph(document, f"{'附件及依据：' if place == 0 else '　　　　　　'}{text}", SONG, before_pt=4)
    add_paragraph(document, f"附件：{paper.attachments} 张", SONG, before_pt=4)
    add_paragraph(document, f"来源：{paper.source}", SONG, before_pt=4)
    for role, person in paper.signed:
        add_paragraph(document, f"{role}：{person}", SONG, before_pt=4)
    return document_bytes(document)


def _rows(paper: VoucherPaper) -> Rows:
    """Headings, legs, and the sum in figures and in words."""
    heading = [Cell(text, face=SONG_BOLD) for text in HEADINGS]
    legs = [_leg(paper.memo if place == 0 else "", leg) for place, leg in enumerate(paper.legs)]
    debit, credit = sum(leg.debit_fen for leg in paper.legs), sum(leg.credit_fen for leg in paper.legs)
    total = [
        Cell(f"合计：{amount_in_words(debit)}", across=2, align="left", face=SONG_BOLD),
        _amount(debit),
        _amount(credit),
    ]
    return [heading, *legs, total]


def _leg(memo: str, leg: VoucherLeg) -> list[Cell]:
    return [Cell(memo, align="left"), Cell(leg.account, align="left"), _amount(leg.debit_fen), _amount(leg.credit_fen)]


def _amount(fen: int) -> Cell:
    """An amount to the right; nothing on the side that is not concerned."""
    return Cell(format_yuan(fen) if fen else "", align="right")

"""Vouchers by hand: entered where no business act speaks, taken back by their mirror, and given their papers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from jubao.ledger.closing import is_closed
from jubao.ledger.models import Account, Attachment, Voucher, VoucherLine
from jubao.ledger.vouchers import FEWEST_LEGS, Leg, write_voucher
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import BOOKS, open_day
from jubao.operations.inbound import inbound_path, original_name
from jubao.policy.store import Policy
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import MAX_FEN, format_yuan

ENTERED, REVERSED = "manual_voucher", "voucher_reversed"
MOST_PAGES, LONGEST_MEMO = 999, 170


class CannotEnterVoucher(Refused):
    """A voucher by hand does not stand; every fault is named."""


class CannotReverse(Refused):
    """A voucher cannot be taken back by hand."""


class CannotAttach(Refused):
    """A paper cannot be put to a voucher."""


class Paper(Arguments):
    """A file of the inbound store (its SHA-256) and how many pages it has."""

    file: str
    pages: int = 1


class StatedLeg(Arguments):
    """One leg: the account's key or code, and fen on one side."""

    account: str
    debit_fen: int = 0
    credit_fen: int = 0


class EnterVoucher(Arguments):
    """A voucher by hand (手工凭证)."""

    book: Literal["FUND", "DELEGATED", "ACCOUNTS"]
    legs: list[StatedLeg]
    memo: str
    reason: str
    attachments: tuple[Paper, ...] = ()


@act("voucher.enter", title="手工凭证", arguments=EnterVoucher, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def enter_vouchers(cases: Sequence[EnterVoucher], *, on: date, act: ActReference) -> Result:
    """Enter vouchers on the business date, only on accounts that no business act moves.

    Banks, clearing accounts, claims and people's accounts follow their own acts. Source: 会计基础工作规范（记账凭证）.
    """
    accounts = {case.book: _accounts(case.book, on) for case in cases}
    faults = [f"第{place}项：{fault}" for place, case in enumerate(cases, start=1)
              for fault in _entry_faults(case, accounts[case.book], on=on)]  # fmt: skip
    if faults:
        raise CannotEnterVoucher(f"手工凭证未记账：共 {len(faults)} 处错误", faults=faults)
    return {"vouchers": [_number(_enter(case, accounts[case.book], on=on, act=act)) for case in cases]}


class ReverseVoucher(Arguments):
    """A voucher that was wrong (红冲), by book, period and number."""

    book: Literal["FUND", "DELEGATED", "ACCOUNTS"]
    period: int
    number: int
    reason: str


@act("voucher.reverse", title="凭证红冲", arguments=ReverseVoucher, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def reverse_vouchers(cases: Sequence[ReverseVoucher], *, on: date, act: ActReference) -> Result:
    """Take vouchers by hand back by their mirror, once each, in the open month.

    What a business act posted is answered by a business act. Source: 会计基础工作规范（更正错账）.
    """
    found = [Voucher.objects.filter(book=case.book, period=case.period, number=case.number).first() for case in cases]
    faults = [f"凭证 {case.book} {case.period}-{case.number}：{fault}" for case, voucher in zip(cases, found, strict=True)
              for fault in _reversal_faults(case, voucher, on=on)]  # fmt: skip
    asked = [(case.book, case.period, case.number) for case in cases]
    faults += [f"凭证 {' '.join(map(str, one))} 在同一申请中出现两次" for one in sorted(set(asked)) if asked.count(one) > 1]
    if faults:
        raise CannotReverse(f"红冲未办理：共 {len(faults)} 处不能办理", faults=faults)
    return {"vouchers": [_number(_reverse(case, voucher, on=on, act=act))
                         for case, voucher in zip(cases, found, strict=True) if voucher]}  # fmt: skip


class AttachPaper(Arguments):
    """A paper put to a voucher (附件)."""

    book: Literal["FUND", "DELEGATED", "ACCOUNTS"]
    period: int
    number: int
    file: str
    pages: int = 1


@act("voucher.attach", title="凭证附件", arguments=AttachPaper, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def attach_papers(cases: Sequence[AttachPaper], *, on: date, act: ActReference) -> Result:
    """Put papers of the inbound store to vouchers of an open month, each once.

    Source: 会计基础工作规范（原始凭证）.
    """
    found = [Voucher.objects.filter(book=case.book, period=case.period, number=case.number).first() for case in cases]
    faults = [f"凭证 {case.book} {case.period}-{case.number}：{fault}" for case, voucher in zip(cases, found, strict=True)
              for fault in _paper_faults(case, voucher)]  # fmt: skip
    asked = [(case.book, case.period, case.number, case.file) for case in cases]
    if len(set(asked)) < len(asked):
        faults.append("同一附件在同一申请中附于同一凭证两次")
    if faults:
        raise CannotAttach(f"附件未附：共 {len(faults)} 处错误", faults=faults)
    for case, voucher in zip(cases, found, strict=True):
        assert voucher is not None, "checked above"
        _attach(voucher, [Paper(file=case.file, pages=case.pages)], act)
    return {"attached": len(cases), "pages": sum(case.pages for case in cases)}


def _accounts(book: str, on: date) -> dict[str, str]:
    """Key of every account of a book's chart on a day, by key and by code."""
    rows = Account.objects.filter(book=book, valid_from__lte=on).exclude(valid_to__lte=on)
    pairs = list(rows.order_by("code").values_list("key", "code"))
    return {name: key for key, code in pairs for name in (key, code)}


def _entry_faults(case: EnterVoucher, accounts: Mapping[str, str], *, on: date) -> Iterator[str]:
    excluded: Mapping[str, Mapping[str, str]] = Policy.load().table("books.manual_voucher_excluded", on=on)
    if case.book in excluded["books"]:
        yield f"{BOOKS[case.book]}账套不用手工凭证：{excluded['books'][case.book]}"
        return
    if not case.memo or not case.reason:
        yield "摘要和理由均须填写"
    if len(case.memo) + len(case.reason) > LONGEST_MEMO:
        yield f"摘要和理由合计不得超过 {LONGEST_MEMO} 字，请写简要，详情作为附件"
    for place, leg in enumerate(case.legs, start=1):
        for fault in _leg_faults(leg, accounts, excluded["accounts"]):
            yield f"第{place}条分录：{fault}"
    debit, credit = sum(leg.debit_fen for leg in case.legs), sum(leg.credit_fen for leg in case.legs)
    if debit != credit or len(case.legs) < FEWEST_LEGS:
        yield f"借方 {format_yuan(debit)} 元，贷方 {format_yuan(credit)} 元，{len(case.legs)} 条分录，不成凭证"
    if is_closed(case.book, months.of(on)):
        yield f"{months.of(on)} 已结账，请以开放期间的业务日期重新提出"
    for paper in case.attachments:
        yield from _file_faults(paper.file, paper.pages)
    if len({paper.file for paper in case.attachments}) < len(case.attachments):
        yield "同一附件填了两次"


def _leg_faults(leg: StatedLeg, accounts: Mapping[str, str], excluded: Mapping[str, str]) -> Iterator[str]:
    key = accounts.get(leg.account)
    if key is None:
        yield f"当日执行的科目表中没有科目 {leg.account}，请核对编码或代号"
    elif key in excluded:
        yield f"科目 {leg.account} 不能手工记账：{excluded[key]}"
    if min(leg.debit_fen, leg.credit_fen) != 0 or not 0 < leg.debit_fen + leg.credit_fen <= MAX_FEN:
        yield "须只记借方或贷方，且大于零"


def _enter(case: EnterVoucher, accounts: Mapping[str, str], *, on: date, act: ActReference) -> Voucher:
    legs = [Leg(accounts[leg.account], leg.debit_fen, leg.credit_fen) for leg in case.legs]
    voucher = write_voucher(case.book, legs, on=on, act_id=act.id, event=ENTERED, memo=f"{case.memo}（{case.reason}）",
                            reference=act.case_ref)  # fmt: skip
    _attach(voucher, case.attachments, act)
    return voucher


def _reversal_faults(case: ReverseVoucher, voucher: Voucher | None, *, on: date) -> Iterator[str]:
    if not 0 < len(case.reason) <= LONGEST_MEMO:
        yield f"须写明红冲理由，且不超过 {LONGEST_MEMO} 字"
    if voucher is None:
        yield "没有这张凭证，请用 jubao books --open 查找凭证号"
        return
    if voucher.event == REVERSED:
        yield "是红冲凭证，不再红冲；更正请另记手工凭证（voucher.enter）"
    elif voucher.event != ENTERED:
        yield (f"由业务“{voucher.act.code}”记账，背后有逐笔事实，不能手工红冲；"
               f"请用相应业务更正（{_instead(voucher.event)}）")  # fmt: skip
    elif Voucher.objects.filter(reversal_of=voucher).exists():
        yield "已经红冲，不能再次红冲"
    if is_closed(case.book, months.of(on)):
        yield f"{months.of(on)} 已结账，请以开放期间的业务日期重新提出"


INSTEAD: Mapping[str, str] = {
    "contribution": "退费 contribution.refund", "payment": "银行回盘、退票、多发认定", "delegated": "代发业务",
    "overpayment": "多发认定、追回、抵扣、核销", "recovery": "多发认定、追回、抵扣、核销", "account": "个人账户相应业务",
    "fiscal": "财政到账更正后另行到账", "transfer": "关系转移业务", "sweep": "归集、请款", "draw": "归集、请款",
    "year": "年结不能撤销，差错记入下年",
}  # fmt: skip


def _instead(event: str) -> str:
    return INSTEAD.get(event.partition("_")[0], "原业务的撤销或补办")


def _reverse(case: ReverseVoucher, voucher: Voucher, *, on: date, act: ActReference) -> Voucher:
    """The mirror of a voucher on the business date; late for the original's day where that month is closed."""
    rows = VoucherLine.objects.filter(voucher=voucher).order_by("seq").values_list("account__key", "debit_fen", "credit_fen")
    _, late_for = open_day(case.book, voucher.date, act=act)
    return write_voucher(
        case.book, [Leg(key, credit, debit) for key, debit, credit in rows], on=on, act_id=act.id, event=REVERSED,
        memo=f"红冲 {voucher.period}-{voucher.number}：{case.reason}", reference=act.case_ref, late_for=late_for,
        reversal_of=voucher,
    )  # fmt: skip


def _paper_faults(case: AttachPaper, voucher: Voucher | None) -> Iterator[str]:
    if voucher is None:
        yield "没有这张凭证，请用 jubao books --open 查找凭证号"
        return
    if is_closed(case.book, case.period):
        yield f"{case.period} 已结账，附件不能再补入，请附于开放期间的更正凭证"
    if Attachment.objects.filter(voucher=voucher, sha256=case.file).exists():
        yield f"附件《{original_name(case.file)}》已经附上"
    yield from _file_faults(case.file, case.pages)


def _file_faults(file: str, pages: int) -> Iterator[str]:
    if not inbound_path(file).exists():
        yield f"来文 {file[:12]} 不在收文库中，请先登记收文"
    if not 0 < pages <= MOST_PAGES:
        yield f"附件张数 {pages} 不合理，应为 1 至 {MOST_PAGES}"


def _attach(voucher: Voucher, papers: Sequence[Paper], act: ActReference) -> None:
    Attachment.objects.bulk_create(
        Attachment(act_id=act.id, voucher=voucher, sha256=paper.file, filename=original_name(paper.file)[:200],
                   pages=paper.pages) for paper in papers
    )  # fmt: skip


def _number(voucher: Voucher) -> str:
    return f"{voucher.book} {voucher.period}-{voucher.number}"

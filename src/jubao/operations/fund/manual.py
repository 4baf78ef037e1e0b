"""Vouchers by hand: entered where no business act speaks, and given their papers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from jubao.ledger.closing import is_closed
from jubao.ledger.models import Account, Attachment, Voucher
from jubao.ledger.vouchers import FEWEST_LEGS, Leg
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Form, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.fields import (
    AmountOrZero,
    Count,
    FileRef,
    LedgerAccountRef,
    Month,
    Text,
    VoucherNumber,
    ask,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import BOOKS, enter
from jubao.operations.inbound import open_inbound, original_name
from jubao.reports.law import office_policy
from jubao.vocabulary import month as months
from jubao.vocabulary.codes.bookkeeping import Book
from jubao.vocabulary.fen import MAX_FEN, format_yuan

ENTERED = "manual_voucher"
MOST_PAGES, LONGEST_MEMO, LONGEST_NAME = 999, 170, 200
MOST_LEGS, MOST_PAPERS = 500, 100
FIND_IT = "请用 jubao books --open 查找凭证号"
OPEN_MONTH = "请以开放期间的业务日期重新提出"


class StatedPaper(Arguments):
    """A file of the inbound store (its SHA-256) and how many pages it has."""

    file: FileRef = ask("附件", "File", hint="先登记收文，再附于凭证")
    pages: Count = ask("张数", "Pages", default=1, least=1, most=MOST_PAGES)


class StatedLeg(Arguments):
    """One leg: the account's key or code, and fen on one side."""

    account: LedgerAccountRef = ask("科目", "Account", hint="科目编码或代号，如 400304")
    debit_fen: AmountOrZero = ask("借方", "Debit", default=0)
    credit_fen: AmountOrZero = ask("贷方", "Credit", default=0)


class EnterVoucher(Arguments):
    """A voucher by hand (手工凭证)."""

    book: Book = ask("账套", "Book")
    legs: tuple[StatedLeg, ...] = ask("分录", "Legs", longest=MOST_LEGS)
    memo: Text = ask("摘要", "Memo", column=(Voucher, "memo"))
    reason: Text = ask("理由", "Reason", hint="为什么没有相应业务可办", longest=LONGEST_MEMO)
    attachments: tuple[StatedPaper, ...] = ask("附件", "Attachments", default=(), longest=MOST_PAPERS)


@act(
    "voucher.enter",
    title="手工凭证",
    asks=EnterVoucher,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.VOUCHER,
    undone_by="voucher.reverse",
    papers=[Paper("原始凭证", required=False)],
    gives=[
        Given("vouchers", "凭证张数", "vouchers", Unit.ROWS),
        Given("debit_fen", "借方合计", "debits", Unit.FEN),
    ],
    prints=[Form("记账凭证", "jubao voucher 账套 期间-序号 --out F.pdf")],
)
class ManualVoucher:
    """Enter vouchers on the business date, only on accounts that no business act moves.

    Banks, clearing accounts, claims and people's accounts follow their own acts. Source: 会计基础工作规范（记账凭证）.
    """

    def check(self, cases: Sequence[EnterVoucher], view: View) -> Faults:
        """Vouchers that balance, on open accounts of the book, in an open month, with words and papers."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            for field, rule, place in _entry_faults(case, _accounts(str(case.book), view), on=view.on):
                faults.add(number, field, rule, place=place)
        return faults

    def plan(self, cases: Sequence[EnterVoucher], view: View) -> Changes:
        """The vouchers with their papers."""
        changes = Changes(view)
        total = 0
        for case in cases:
            accounts = _accounts(str(case.book), view)
            legs = [Leg(accounts[leg.account], leg.debit_fen, leg.credit_fen) for leg in case.legs]
            voucher = enter(
                changes,
                str(case.book),
                legs,
                on=view.on,
                event=ENTERED,
                memo=f"{case.memo}（{case.reason}）",
                reference=view.case_ref,
            )
            _attach(voucher, case.attachments, changes)
            total += voucher.debit_fen
        return changes.giving(vouchers=len(cases), debit_fen=total)


class NamedVoucher(Arguments):
    """A voucher by book, period and number."""

    book: Book = ask("账套", "Book")
    period: Month = ask("会计期间", "Period", hint="如 201701")
    number: VoucherNumber = ask("凭证号", "Number")


class AttachPaper(NamedVoucher):
    """A paper put to a voucher (附件)."""

    file: FileRef = ask("附件", "File", hint="先登记收文，再附于凭证")
    pages: Count = ask("张数", "Pages", default=1, least=1, most=MOST_PAGES)


@act(
    "voucher.attach",
    title="凭证附件",
    asks=AttachPaper,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.VOUCHER,
    undone_by=Final("原始凭证一经附上不得抽去；附错的另附说明，凭证有误的办理凭证红冲"),
    papers=[Paper("原始凭证")],
    gives=[
        Given("attached", "附件份数", "papers", Unit.ROWS),
        Given("pages", "张数", "pages", Unit.ROWS),
    ],
)
class Attaching:
    """Put papers of the inbound store to vouchers of an open month, each once.

    Source: 会计基础工作规范（原始凭证）.
    """

    def check(self, cases: Sequence[AttachPaper], view: View) -> Faults:
        """Papers that came in, for vouchers of an open month, each put to a voucher once."""
        faults = Faults()
        times = Counter((name_of(case), case.file) for case in cases)
        for number, case in enumerate(cases, start=1):
            for field, rule, then in _paper_faults(case, voucher_named(case, view)):
                faults.add(number, field, rule, next_step=then, place=name_of(case))
            if times[name_of(case), case.file] > 1:
                rule = "同一附件在同一申请中附于同一凭证两次"
                faults.add(number, "file", rule, next_step="请删去重复的一项", place=name_of(case))
        return faults

    def plan(self, cases: Sequence[AttachPaper], view: View) -> Changes:
        """The papers."""
        changes = Changes(view)
        for case in cases:
            voucher = voucher_named(case, view)
            assert voucher is not None, "a plan is made after its check"
            _attach(voucher, [StatedPaper(file=case.file, pages=case.pages)], changes)
        return changes.giving(attached=len(cases), pages=sum(case.pages for case in cases))


# ── What was meant ──


def _accounts(book: str, view: View) -> dict[str, str]:
    """Key of every account of a book's chart on the business date, by key and by code."""

    def read() -> dict[str, str]:
        rows = Account.objects.filter(book=book, valid_from__lte=view.on).exclude(valid_to__lte=view.on)
        pairs = list(rows.order_by("code").values_list("key", "code"))
        return {name: key for key, code in pairs for name in (key, code)}

    return view.once(("chart", book), read)


def voucher_named(case: NamedVoucher, view: View) -> Voucher | None:
    """The voucher a case names, read once for check and plan."""
    named = {"book": str(case.book), "period": case.period, "number": case.number}
    rows = Voucher.objects.filter(**named).select_related("act")
    return view.once(("voucher", *named.values()), rows.first)


def name_of(case: NamedVoucher) -> str:
    """How a named voucher is shown."""
    return f"凭证 {case.book} {case.period}-{case.number}"


# ── Entering ──

Rule = tuple[str, str, str]


def _entry_faults(case: EnterVoucher, accounts: Mapping[str, str], *, on: date) -> Iterator[Rule]:
    """Field, rule and place of everything that is wrong with a voucher by hand."""
    excluded: Mapping[str, Mapping[str, str]] = office_policy().table("books.manual_voucher_excluded", on=on)
    if case.book in excluded["books"]:
        yield "book", f"{BOOKS[case.book]}账套不用手工凭证：{excluded['books'][case.book]}", ""
        return
    if not case.memo or not case.reason:
        yield "reason", "摘要和理由均须填写", ""
    if len(case.memo) + len(case.reason) > LONGEST_MEMO:
        yield "memo", f"摘要和理由合计不得超过 {LONGEST_MEMO} 字，请写简要，详情作为附件", ""
    for place, leg in enumerate(case.legs, start=1):
        for rule in _leg_faults(leg, accounts, excluded["accounts"]):
            yield "legs", rule, f"第{place}条分录"
    debit, credit = sum(leg.debit_fen for leg in case.legs), sum(leg.credit_fen for leg in case.legs)
    if debit != credit or len(case.legs) < FEWEST_LEGS:
        sums = f"借方 {format_yuan(debit)} 元，贷方 {format_yuan(credit)} 元，{len(case.legs)} 条分录"
        yield "legs", f"{sums}，不成凭证", ""
    if is_closed(case.book, months.of(on)):
        yield "book", f"{months.of(on)} 已结账，{OPEN_MONTH}", ""
    for paper in case.attachments:
        yield from (("attachments", rule, "") for rule in _file_faults(paper.file, paper.pages))
    if len({paper.file for paper in case.attachments}) < len(case.attachments):
        yield "attachments", "同一附件填了两次", ""


def _leg_faults(leg: StatedLeg, accounts: Mapping[str, str], excluded: Mapping[str, str]) -> Iterator[str]:
    key = accounts.get(leg.account)
    if key is None:
        yield f"当日执行的科目表中没有科目 {leg.account}，请核对编码或代号"
    elif key in excluded:
        yield f"科目 {leg.account} 不能手工记账：{excluded[key]}"
    if min(leg.debit_fen, leg.credit_fen) != 0 or not 0 < leg.debit_fen + leg.credit_fen <= MAX_FEN:
        yield "须只记借方或贷方，且大于零"


# ── Papers ──


def _paper_faults(case: AttachPaper, voucher: Voucher | None) -> Iterator[Rule]:
    """Field, rule and next step of everything that stands against a paper."""
    if voucher is None:
        yield "number", "没有这张凭证", FIND_IT
        return
    if is_closed(case.book, case.period):
        yield "period", f"{case.period} 已结账，附件不能再补入", "请附于开放期间的更正凭证"
    if Attachment.objects.filter(voucher=voucher, sha256=case.file).exists():
        yield "file", f"附件《{original_name(case.file)}》已经附上", ""
    yield from (("file", rule, "") for rule in _file_faults(case.file, case.pages))


def _file_faults(file: str, pages: int) -> Iterator[str]:
    try:
        open_inbound(file)
    except Refused as refused:
        yield refused.message
    if not 0 < pages <= MOST_PAGES:
        yield f"附件张数 {pages} 不合理，应为 1 至 {MOST_PAGES}"


def _attach(voucher: Voucher, papers: Sequence[StatedPaper], changes: Changes) -> None:
    changes.insert(
        Attachment,
        {
            "voucher_id": voucher.pk,
            "sha256": [paper.file for paper in papers],
            "filename": [original_name(paper.file)[:LONGEST_NAME] for paper in papers],
            "pages": [paper.pages for paper in papers],
        },
        count=len(papers),
    )

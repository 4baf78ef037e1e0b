"""Contributions: batches from banks and outlets against the bank's receipt, then crediting with subsidies."""

from collections.abc import Sequence

from jubao.operations.contributions.accounts import Postings, post_control, post_rows
from jubao.operations.contributions.collection_file import LAYOUT_OF, check_files, take_files
from jubao.operations.contributions.crediting import check_floor, newly_earned, uncredited
from jubao.operations.contributions.open_interest import settle_backdated
from jubao.operations.contributions.sources import by_source
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import Crediting
from jubao.vocabulary.codes import Channel, EntryKind, Source
from jubao.vocabulary.fen import format_yuan

CHAIN = [check(Post.ACCOUNTS), check(Post.ACCOUNTANT)]
TAKEN = [
    Given("contributions", "缴费笔数", "contributions", Unit.ROWS),
    Given("amount_fen", "缴费金额", "money taken in", Unit.FEN),
]


class TakeBankBatch(Arguments):
    """One contribution file; its receipt number must stand on the bank statement."""

    file: FileRef = ask("代扣缴费批次", "Collection file", hint="银行代扣缴费批次文件", layout=LAYOUT_OF[Channel.BANK])


class TakeOutletBatch(Arguments):
    """One settlement file of card terminals; its receipt number must stand on the bank statement."""

    file: FileRef = ask("刷卡缴费批次", "Card file", hint="网点刷卡缴费批次文件", layout=LAYOUT_OF[Channel.OUTLET])


@act(
    "contribution.bank",
    title="银行代收缴费入账",
    asks=TakeBankBatch,
    maker=Post.COLLECTION,
    chain=CHAIN,
    about=About.RECEIPT,
    undone_by="contribution.refund",
    gives=TAKEN,
    papers=[Paper("银行代扣清单和进账回单", required=False)],
)
class TakingBankBatches:
    """Take in bank collection files. Source: 城乡居民基本养老保险经办规程，保费收缴."""

    def check(self, cases: Sequence[TakeBankBatch], view: View) -> Faults:
        """Each file comes once, its money is at the bank, and every row agrees with the register."""
        return check_files([case.file for case in cases], Channel.BANK, view)

    def plan(self, cases: Sequence[TakeBankBatch], view: View) -> Changes:
        """Batches, contributions in the order of the files, and the fund's vouchers."""
        return take_files([case.file for case in cases], Channel.BANK, view)


@act(
    "contribution.outlet",
    title="网点刷卡缴费入账",
    asks=TakeOutletBatch,
    maker=Post.COLLECTION,
    chain=CHAIN,
    about=About.RECEIPT,
    undone_by="contribution.refund",
    gives=TAKEN,
    papers=[Paper("网点结算清单和进账回单", required=False)],
)
class TakingOutletBatches:
    """Take in outlet card settlement files. Source: 城乡居民基本养老保险经办规程，保费收缴."""

    def check(self, cases: Sequence[TakeOutletBatch], view: View) -> Faults:
        """Each file comes once, its money is at the bank, and every row agrees with the register."""
        return check_files([case.file for case in cases], Channel.OUTLET, view)

    def plan(self, cases: Sequence[TakeOutletBatch], view: View) -> Changes:
        """Batches, contributions in the order of the files, and the fund's vouchers."""
        return take_files([case.file for case in cases], Channel.OUTLET, view)


class CreditContributions(Arguments):
    """Everything received up to a day is credited."""

    through: Day = ask("到账截止日", "Received through", hint="这一天及以前到账的缴费全部记账，如 2017-03-31")


@act(
    "contribution.credit",
    title="缴费记账划拨",
    asks=CreditContributions,
    maker=Post.ACCOUNTS,
    chain=[check(Post.COLLECTION)],
    about=About.ACCOUNT,
    undone_by="contribution.refund",
    gives=[
        Given("credited", "记账笔数", "contributions credited", Unit.ROWS),
        Given("amount_fen", "个人缴费", "personal money credited", Unit.FEN),
        Given("subsidy_fen", "政府补贴", "subsidies credited", Unit.FEN),
    ],
    most_cases=ONE,
)
class CreditingOfContributions:
    """Credit received contributions to the accounts, with the subsidies of the collection rules.

    The money earns interest from the month it was received, made-up years as well; nothing is dated back.
    Source: 国发〔2014〕8号第四、五条；城乡居民基本养老保险经办规程，个人账户管理.
    """

    def check(self, cases: Sequence[CreditContributions], view: View) -> Faults:
        """What the bank confirmed and a file named may be credited, but never with less subsidy than the nation asks."""
        faults = Faults()
        check_floor(cases[0].through, view, faults)
        return faults

    def plan(self, cases: Sequence[CreditContributions], view: View) -> Changes:
        """A posting for each crediting with its subsidies, and interest of years settled before the money was booked."""
        [case] = cases
        changes, waiting = Changes(view), uncredited(case.through, view)
        count = waiting.id.size
        changes.insert(Crediting, {"contribution_id": waiting.id, "credited_date": view.on}, count=count)
        subsidies = newly_earned(case.through, view)
        amount = by_source({Source.PERSONAL: waiting.amount, **subsidies}, count)
        credited = Postings(waiting.person, amount, waiting.received, waiting.id)
        post_rows(credited, EntryKind.CONTRIBUTION, changes=changes)
        for source in (Source.PERSONAL, *subsidies):
            memo = f"{source.label}记账"
            post_control("account_credited", amount, changes=changes, memo=memo, sources=[source])
        if late := settle_backdated(changes):
            changes.notice(f"有缴费到账年度已经结息，一并补计利息 {format_yuan(late)} 元")
        paid = int(waiting.amount.sum())
        return changes.giving(credited=count, amount_fen=paid, subsidy_fen=int(amount.sum()) - paid)

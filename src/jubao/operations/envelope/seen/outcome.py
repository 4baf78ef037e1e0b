"""What came of an executed proposal: the vouchers and files it made, and the act that takes it back."""

from dataclasses import dataclass

from jubao.ledger.models import Voucher
from jubao.operations.envelope.declaration import ACTS, Declaration, Final
from jubao.operations.envelope.seen.makers import makes
from jubao.records.models import OutboxItem
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import BOOKKEEPING, Viewer

MOST = 20


@dataclass(frozen=True)
class MadeVoucher:
    """A voucher the act made: its key, book, period YYYYMM and number, what it says, its sum in fen."""

    key: int
    book: str
    book_words: str
    period: int
    number: int
    memo: str
    fen: int

    @property
    def address(self) -> str:
        """How its page is addressed: book, period, number."""
        return f"{self.book}-{self.period}-{self.number}"


@dataclass(frozen=True)
class MadeFile:
    """A file that left with the act: its tray, name, hash and bytes; whether it lies in its tray."""

    tray: str
    name: str
    sha256: str
    size: int
    is_delivered: bool


@dataclass(frozen=True)
class Undoing:
    """The act that takes it back, offered: its title and the address of its form; whether the viewer makes it, and why not."""

    title: str
    code: str
    address: str
    may: bool
    why: Both | None


@dataclass(frozen=True)
class Outcome:
    """What came of it: vouchers (for who may see the books, the first ones), how many, files, and what undoes it.

    ``final`` says why nothing does, where nothing does.
    """

    vouchers: tuple[MadeVoucher, ...]
    voucher_count: int
    files: tuple[MadeFile, ...]
    undoing: Undoing | None
    final: str


def outcome_of(event: int, declaration: Declaration, viewer: Viewer) -> Outcome:
    """What came of the act that an event executed; books are shown to who may see them."""
    vouchers = list(Voucher.objects.filter(act_id=event).order_by("id")) if viewer.posts & BOOKKEEPING else []
    files = OutboxItem.objects.filter(act_id=event).order_by("id")[:MOST]
    undone = declaration.undone_by
    return Outcome(
        vouchers=tuple(map(_voucher, vouchers[:MOST])),
        voucher_count=len(vouchers),
        files=tuple(
            MadeFile(one.tray, one.name, one.sha256, one.size, one.state == OutboxItem.State.DELIVERED) for one in files
        ),
        undoing=None if isinstance(undone, Final) else _undoing(undone, viewer),
        final=undone.why if isinstance(undone, Final) else "",
    )


def _voucher(row: Voucher) -> MadeVoucher:
    label = str(row.get_book_display())
    return MadeVoucher(row.pk, row.book, label, row.period, row.number, row.memo, row.debit_fen)


def _undoing(code: str, viewer: Viewer) -> Undoing | None:
    other = ACTS.get(code)
    if other is None:
        return None
    may = makes(other, viewer)
    why = None if may else both(f"由{other.maker.label}办理", f"Made by {other.maker.label}")
    return Undoing(other.title, code, f"/acts/{code}", may, why)

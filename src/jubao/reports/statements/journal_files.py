"""The journals as files of a folder, with the balances of every account beside them."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jubao.exchange.atomic import write_atomically
from jubao.reports.statements.journal import Journal, entries, journals
from jubao.reports.statements.journal_text import beancount_text, hledger_text
from jubao.reports.streaming import steady_view
from jubao.vocabulary.viewer import BOOKKEEPING, Viewer

FORMS = {"beancount": beancount_text, "journal": hledger_text}
BALANCES = "balances.csv"
HEADINGS = ("book", "key", "code", "name", "account", "balance_fen")


@dataclass(frozen=True)
class JournalFile:
    """A file that was written: its path and the SHA-256 of its bytes (hex)."""

    path: Path
    sha256: str


def write_journals(folder: Path, *, viewer: Viewer, as_of: date | None = None) -> list[JournalFile]:
    """Write each book as Beancount and as hledger text, and all balances as CSV; files of that name are replaced.

    Args:
        folder: where they shall stand; made if missing.
        viewer: who takes them out; the books add up the whole office and are nobody's who holds its cash.
        as_of: only facts recorded by this day; by default all.
    Raises:
        NothingToWrite: the books are empty; no file was written.
        MayNotLook: the viewer may not see the books (controls e.2, rows 27 to 29).
    """
    viewer.require(BOOKKEEPING, "账簿")
    viewer.require_everywhere("账簿")
    with steady_view():
        books = journals(as_of=as_of)
        texts = [
            (f"{journal.book.lower()}.{form}", "".join(text(journal, entries(journal))))
            for journal in books
            for form, text in FORMS.items()
        ]
    texts.append((BALANCES, _balances(books)))
    folder.mkdir(parents=True, exist_ok=True)
    return [JournalFile(folder / name, write_atomically(folder / name, text.encode())) for name, text in texts]


def _balances(books: list[Journal]) -> str:
    """The closing balance of every account, fen, debit positive."""
    paper = io.StringIO()
    writer = csv.writer(paper, lineterminator="\n")
    writer.writerow(HEADINGS)
    for journal in books:
        closing = journal.balances[max(journal.balances)]
        for key, account in journal.accounts.items():
            writer.writerow((journal.book, key, account.code, account.name, account.path, closing[key]))
    return paper.getvalue()

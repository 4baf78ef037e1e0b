"""Holding a SQLite file alone, while it is replaced by another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from jubao.operations.envelope.fault import Refused


class InUse(Refused):
    """Somebody else has the books open."""


@contextmanager
def alone(books: Path) -> Iterator[sqlite3.Connection]:
    """Hold the file so that nobody else reads or writes it; its journal is worked in first.

    While it is held, this process must not open and close the file otherwise: that would let the lock go.

    Raises:
        InUse: somebody has it open.
    """
    with closing(sqlite3.connect(books, timeout=0, isolation_level=None)) as held:
        try:
            [(mode,)] = held.execute("PRAGMA journal_mode=DELETE")
            held.execute("PRAGMA locking_mode=EXCLUSIVE")  # kept between transactions, so that it can be copied from
            held.execute("BEGIN EXCLUSIVE")
            held.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise InUse("另有程序正打开账簿：请先停止其他命令和服务，再办") from error
        assert mode == "delete", "no journal beside the file while it is replaced"
        yield held

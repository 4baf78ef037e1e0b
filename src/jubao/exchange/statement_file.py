"""A bank statement in whatever format the bank delivers it, recognised by its content."""

from dataclasses import replace
from pathlib import Path

from jubao.exchange.fault import Fault, FileRefused, display_name
from jubao.exchange.reading import read_table
from jubao.exchange.statement_camt053 import looks_like_camt053, read_camt053
from jubao.exchange.statement_mt940 import looks_like_mt940, read_mt940
from jubao.exchange.statement_pages import LAYOUT
from jubao.exchange.table import Table
from jubao.exchange.whole import read_whole


def read_statement(source: Path | str | bytes, *, filename: str | None = None, account: str | None = None) -> Table:
    """Read a bank statement: delimited text by its layout, MT940, or camt.053.

    Args:
        source: path, or the bytes received.
        filename: shown in messages; taken from the path when left out.
        account: which of our accounts it is (收入户…); needed where the file bears the bank's number only.
    Returns:
        a ``bank_statement`` table; MT940 and camt.053 fill ``header`` with opening and closing balance (fen).
    Raises:
        FileRefused: with all faults of the file; then nothing of it may be used.
    """
    name = display_name(filename or ("上传文件" if isinstance(source, bytes) else Path(source).name))
    data = source if isinstance(source, bytes) else read_whole(source, filename=name)
    if looks_like_camt053(data):
        return read_camt053(data, filename=name, account=account)
    if looks_like_mt940(data):
        return read_mt940(data, filename=name, account=account)
    return _delimited(data, name, account)


def _delimited(data: bytes, name: str, account: str | None) -> Table:
    """A delimited file names the account on every line; it must be the one that was said."""
    table = read_table(data, LAYOUT, filename=name)
    if account is None:
        return table
    rows = zip(table.row_numbers, table.columns["account"], strict=True)
    faults = [
        Fault(name, row, "", said, f"账户不是所指明的{account}", "请核对是否选错了文件或账户")
        for row, said in rows
        if said != account
    ]
    if faults:
        raise FileRefused(faults)
    return replace(table, header=table.header | {"account": account})

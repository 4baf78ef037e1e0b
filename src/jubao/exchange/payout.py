"""The bank's payout file (报盘), written by us, and its return (回盘), checked line by line."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jubao.exchange.fault import Fault, FileRefused, column_name, display_name
from jubao.exchange.layout import layout
from jubao.exchange.reading import read_table
from jubao.exchange.table import Table
from jubao.exchange.writing import table_bytes, write_table
from jubao.vocabulary.codes import BankFailure

_SUCCEEDED, _FAILED = "1", "0"
_FAILURES = frozenset(str(code.value) for code in BankFailure)
_RETURN_NAME = re.compile(r".*城居保险发放回盘(?P<month>[0-9]{6})-(?P<batch>[^.]+)\.txt", re.ASCII)
_ASK_BANK = "整份回盘不入账，请与银行核对后索取正确的回盘"

Lines = Mapping[str, Sequence[Any]]


def payout_file_name(area: str, month: int, batch_no: str) -> str:
    """Name of a payout file: ``<area>城居保险发放报盘<yyyyMM>-<batch>.txt``."""
    return f"{area}城居保险发放报盘{month:06d}-{batch_no}.txt"


def return_file_name(area: str, month: int, batch_no: str) -> str:
    """Name of a return file: ``<area>城居保险发放回盘<yyyyMM>-<batch>.txt``."""
    return f"{area}城居保险发放回盘{month:06d}-{batch_no}.txt"


def write_payout(path: Path | str, header: Mapping[str, Any], rows: Lines) -> str:
    """Write a payout file; equal content gives equal bytes.

    Args:
        path: where it shall stand.
        header: bank, batch_no, month (YYYYMM); count and total are computed.
        rows: columns seq, personal_number, bank, name, account, amount (fen).

    Returns:
        The SHA-256 of the file, in hex.

    Raises:
        CannotWriteTable: see ``write_table``.
    """
    return write_table(path, "bank_payout", rows, header=header)


def payout_bytes(header: Mapping[str, Any], rows: Lines) -> tuple[bytes, str]:
    """The file ``write_payout`` would write, and its SHA-256 (hex); nothing is written. Raises CannotWriteTable."""
    content = table_bytes("bank_payout", rows, header=header)
    return content, hashlib.sha256(content).hexdigest()


def payout_hash(header: Mapping[str, Any], rows: Lines) -> str:
    """SHA-256 (hex) of the file ``write_payout`` would write; nothing is written. Raises CannotWriteTable."""
    return payout_bytes(header, rows)[1]


def read_payout(source: Path | str | bytes, *, filename: str | None = None) -> Table:
    """Read a payout file back (before handing it over, or in a simulated bank). Raises FileRefused."""
    return read_table(source, "bank_payout", filename=filename)


def write_return(path: Path | str, header: Mapping[str, Any], rows: Lines) -> str:
    """Write a return file, as a bank does; columns as the payout's plus flag and code; gives the SHA-256."""
    return write_table(path, "bank_return", rows, header=header)


def read_return(source: Path | str | bytes, *, filename: str | None = None) -> Table:
    """Read a bank's return file.

    A partial return is accepted: lines that are not in it stay on their way, silence is never success.

    Args:
        source: path, or the bytes received.
        filename: shown in messages; where it follows the return name pattern, month and batch must agree.

    Returns:
        The table with header bank, batch_no, month, count, total and columns as the payout's plus flag, code.

    Raises:
        FileRefused: unknown flag or code, sums, repeated or contradictory lines, a name of another batch.
    """
    table = read_table(source, "bank_return", filename=filename)
    given = filename or ("" if isinstance(source, bytes) else Path(source).name)
    faults = [*_name_faults(table, display_name(given)), *_sequence_faults(table), *_code_faults(table)]
    if faults:
        raise FileRefused(sorted(faults, key=lambda fault: fault.row or 0))
    return table


def _name_faults(table: Table, name: str) -> list[Fault]:
    """A file named for one month or batch may not speak of another (controls F098)."""
    if (match := _RETURN_NAME.fullmatch(name)) is None:
        return []
    if (match["month"], match["batch"]) == (str(table.header["month"]), table.header["batch_no"]):
        return []
    rule = f"文件名与首行的年月或批次不符（首行为{table.header['month']}-{table.header['batch_no']}）"
    return [Fault(table.filename, 1, "", "", rule, _ASK_BANK)]


def _sequence_faults(table: Table) -> list[Fault]:
    """Each line answers one sent line once."""
    first: dict[int, tuple[int, str]] = {}
    faults = []
    answers = zip(table.row_numbers, table.columns["seq"], table.columns["flag"], strict=True)
    for row, seq, flag in answers:
        earlier, said = first.setdefault(seq, (row, flag))
        if earlier != row:
            problem = "重复" if said == flag else "矛盾（同一序号既成功又失败）"
            faults.append(_fault(table, row, "seq", str(seq), f"与第{earlier}行{problem}"))
    return faults


def _code_faults(table: Table) -> list[Fault]:
    """A success has no code; a failure has a code of the bank's list."""
    faults = []
    answers = zip(table.row_numbers, table.columns["flag"], table.columns["code"], strict=True)
    for row, flag, code in answers:
        if flag == _SUCCEEDED and code is not None:
            faults.append(_fault(table, row, "code", code, "处理成功却带失败代码"))
        if flag == _FAILED and code not in _FAILURES:
            faults.append(_fault(table, row, "code", code or "", "失败代码不在代码表内"))
    return faults


def _fault(table: Table, row: int, field: str, value: str, rule: str) -> Fault:
    declared = layout(table.layout_id)
    column = declared.column(field)
    return Fault(table.filename, row, column_name(declared.position(column), column.header), value, rule, _ASK_BANK)

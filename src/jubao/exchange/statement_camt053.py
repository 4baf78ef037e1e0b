"""ISO 20022 statements (camt.053.001.02 and .08): booked entries between opening and closing balance."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from jubao.exchange.fault import Fault, FileRefused
from jubao.exchange.statement_pages import Movement, Page, StatementFile, table_of
from jubao.exchange.table import Table
from jubao.exchange.text import MAX_TEXT_BYTES

FORM = "camt.053"
VERSIONS = ("urn:iso:std:iso:20022:tech:xsd:camt.053.001.02", "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08")
_OPENINGS, _CLOSINGS = ("OPBD", "PRCD"), ("CLBD",)
_MARKS = {"CRDT": True, "DBIT": False}
_TRAILING_NOUGHTS = re.compile(r"(\.[0-9]{2})0+")
_NO_REFERENCE = {"NOTPROVIDED", "NONREF", ""}
_ASK_BANK = "请向银行索取完整、正确的对账单，不要手工改动"


def looks_like_camt053(data: bytes) -> bool:
    """Whether the bytes are XML at all; what kind is found out when they are read."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def read_camt053(data: bytes, *, filename: str, account: str | None) -> Table:
    """Read a camt.053 file into a ``bank_statement`` table.

    Args:
        data: the file; one or more statements of one account.
        filename: shown in messages.
        account: which of our accounts it is.
    Raises:
        FileRefused: with every fault and its entry; document types and entities are refused before anything is read.
    """
    file = StatementFile(filename, FORM, lambda number: (None, f"第{number}笔" if number else ""))
    root = _root(data, filename)
    namespace = root.tag.partition("}")[0].lstrip("{")
    if namespace not in VERSIONS:
        said = namespace.rpartition(":")[2]
        raise FileRefused(
            [Fault(filename, None, "", said, "不是 camt.053.001.02 或 .08 对账单", "请向银行索取这两种版本之一")]
        )
    ordinal = iter(range(1, 1 + sum(1 for _ in root.iter(f"{{{namespace}}}Ntry"))))
    read = (_page(_Node(one, namespace), file, ordinal) for one in root.iter(f"{{{namespace}}}Stmt"))
    pages = [page for page in read if page is not None]
    return table_of(pages, file, account=account, sha256=hashlib.sha256(data).hexdigest())


def _root(data: bytes, filename: str) -> Element:
    if len(data) > MAX_TEXT_BYTES:
        raise FileRefused([Fault(filename, None, "", "", f"文件超过{MAX_TEXT_BYTES >> 20}MB", "请分段导出后分批上传")])
    try:
        root: Element = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise FileRefused(
            [Fault(filename, None, "", "", "含有文档类型或实体定义，可能是恶意文件", _ASK_BANK)]
        ) from None
    except (ParseError, ValueError, LookupError):
        raise FileRefused([Fault(filename, None, "", "", "不是完整的 XML 文件，或编码声明不符", _ASK_BANK)]) from None
    return root


class _Node:
    """An element with its namespace, asked by path without prefixes; what is not there reads as empty."""

    def __init__(self, element: Element, namespace: str) -> None:
        self.element, self.namespace = element, namespace

    def _qualified(self, path: str) -> str:
        return "/".join(f"{{{self.namespace}}}{part}" for part in path.split("/"))

    def all(self, path: str) -> "Iterator[_Node]":
        for found in self.element.findall(self._qualified(path)):
            yield _Node(found, self.namespace)

    def first(self, *paths: str) -> str:
        """The first text that stands under one of the paths."""
        for path in paths:
            found = self.element.findtext(self._qualified(path))
            if found and found.strip():
                return found.strip()
        return ""

    def currency(self) -> str:
        found = self.element.find(self._qualified("Amt"))
        return "" if found is None else str(found.get("Ccy") or "")


def _page(statement: _Node, file: StatementFile, ordinal: Iterator[int]) -> Page | None:
    entries = [(number, entry) for entry, number in zip(statement.all("Ntry"), ordinal, strict=False)]
    first = entries[0][0] if entries else 0
    currencies = {node.currency() for node in (*statement.all("Bal"), *(entry for _, entry in entries))}
    opening, closing = (_balance(statement, codes, file, first) for codes in (_OPENINGS, _CLOSINGS))
    moves = [_movement(number, entry, file) for number, entry in entries]
    if opening is None or closing is None or None in moves:
        return None
    movements = [move for move in moves if move is not None]
    _check_summary(statement, movements, file, first)
    currency = currencies.pop() if len(currencies) == 1 else "、".join(sorted(currencies))
    number = statement.first("Acct/Id/IBAN", "Acct/Id/Othr/Id")
    return Page(first, number, currency, opening, closing, movements)


def _balance(statement: _Node, codes: tuple[str, ...], file: StatementFile, row: int) -> int | None:
    """Fen of the balance of a kind; a debit balance is below zero."""
    found = [one for one in statement.all("Bal") if one.first("Tp/CdOrPrtry/Cd") in codes]
    if len(found) != 1 or found[0].first("CdtDbtInd") not in _MARKS:
        file.fault(row, f"每份对账单应有一个{codes[0]}余额并写明借贷方向，文件可能被截断")
        return None
    fen = _fen(found[0], row, file)
    return fen if _MARKS[found[0].first("CdtDbtInd")] else -fen


def _movement(row: int, entry: _Node, file: StatementFile) -> Movement | None:
    mark, state = entry.first("CdtDbtInd"), entry.first("Sts/Cd", "Sts")
    on = _day(entry.first("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"))
    if mark not in _MARKS:
        file.fault(row, "没有写明借贷方向（CdtDbtInd）", mark)
    if state != "BOOK":
        file.fault(row, "不是已记账的流水（Sts）", state)
    if on is None:
        file.fault(row, "记账日期缺失或不存在")
    if mark not in _MARKS or on is None:
        return None
    side = "NtryDtls/TxDtls/RltdPties/" + ("Dbtr" if _MARKS[mark] else "Cdtr")
    bank = entry.first("AcctSvcrRef", "NtryDtls/TxDtls/Refs/AcctSvcrRef")
    ours = entry.first("NtryDtls/TxDtls/Refs/EndToEndId", "NtryDtls/Btch/PmtInfId", "NtryRef")
    ours = "" if ours in _NO_REFERENCE else ours
    text = entry.first("NtryDtls/TxDtls/RmtInf/Ustrd", "AddtlNtryInf")
    memo = " ".join(one for one in (ours if bank else "", text) if one)
    return Movement(
        row, on, bank or ours, entry.first(f"{side}/Nm", f"{side}/Pty/Nm"), _fen(entry, row, file), _MARKS[mark], memo
    )


def _check_summary(statement: _Node, movements: list[Movement], file: StatementFile, row: int) -> None:
    """Where the bank states how many entries there are and their sum, the entries must agree."""
    for name, credit in (("TtlCdtNtries", True), ("TtlDbtNtries", False)):
        some = [move.fen for move in movements if move.credit == credit]
        for told in statement.all(f"TxsSummry/{name}"):
            count, total = told.first("NbOfNtries"), told.first("Sum")
            if (count and count != str(len(some))) or (total and file.amount(_plain(total), row) != sum(some)):
                file.fault(row, f"{'贷方' if credit else '借方'}笔数或合计与明细不符", f"{count} {total}")


def _fen(node: _Node, row: int, file: StatementFile) -> int:
    return file.amount(_plain(node.first("Amt")), row)


def _plain(text: str) -> str:
    """Amounts may carry up to five decimals; noughts beyond the second say nothing."""
    return _TRAILING_NOUGHTS.sub(r"\1", text)


def _day(text: str) -> date | None:
    """The local day of an ISO date or instant, or None."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None

"""SWIFT MT940 statements as Chinese banks deliver them: GBK or UTF-8 text, Chinese in the details of a movement."""

import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from jubao.exchange.fault import Fault
from jubao.exchange.statement_pages import Movement, Page, StatementFile, table_of
from jubao.exchange.table import Table
from jubao.exchange.text import decode, split_lines

FORM = "MT940"
_TAG = re.compile(r":(?P<tag>[0-9]{2}[A-Z]?):", re.ASCII)
_STATEMENT_LINE = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>R?[DC])[A-Z]?(?P<amount>[0-9]{1,12},[0-9]{0,2})[A-Z][A-Z0-9]{3}.*",
    re.ASCII | re.DOTALL,
)
_BALANCE = re.compile(
    r"(?P<mark>[DC])(?P<day>[0-9]{6})(?P<currency>[A-Z]{3})(?P<amount>[0-9]{1,13},[0-9]{0,2})", re.ASCII
)
_LEADING_NOUGHTS = re.compile("^0+(?=[0-9])")
_OPENING, _CLOSING, _FIRST_TAG = ("60F", "60M"), ("62F", "62M"), "20"
_NO_REFERENCE = {"NONREF", ""}
_ASK_BANK = "请向银行索取完整、正确的对账单，不要手工改动"
Field = tuple[int, str, str]  # line number, tag, what stands in it

logging.getLogger("mt940").setLevel(logging.CRITICAL)  # its complaints quote the line; ours mask it


def looks_like_mt940(data: bytes) -> bool:
    """Whether the bytes are an MT940 file, by what stands in them."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b":20:", b"{1:"))


def read_mt940(data: bytes, *, filename: str, account: str | None) -> Table:
    """Read an MT940 file into a ``bank_statement`` table.

    Args:
        data: the file; one or more statements of one account.
        filename: shown in messages.
        account: which of our accounts it is.
    Raises:
        FileRefused: with every fault and its line; nothing of the file is used.
    """
    text = decode(data, filename=filename, landmarks=[":60F:", ":60M:"])
    file = StatementFile(filename, FORM, lambda row: (row, ""))
    pages = [page for fields in _statements(text, file) if (page := _page(fields, file)) is not None]
    return table_of(pages, file, account=account, sha256=hashlib.sha256(data).hexdigest())


def _statements(text: str, file: StatementFile) -> Iterator[list[Field]]:
    """The fields of one statement after another; the envelope around them is left out."""
    fields: list[Field] = []
    for number, line in enumerate(split_lines(text), 1):
        if line.startswith("{") or line.strip() in {"", "-", "-}"}:
            continue
        found = _TAG.match(line)
        if found is None and not fields:
            file.fault(number, "不是 MT940 的字段")
        elif found is None:
            row, tag, said = fields[-1]
            fields[-1] = (row, tag, f"{said}\n{line}")
        else:
            if found["tag"] == _FIRST_TAG and fields:
                yield fields
                fields = []
            fields.append((number, found["tag"], line[found.end() :]))
    if fields:
        yield fields


def _page(fields: list[Field], file: StatementFile) -> Page | None:
    """One statement; its shape is checked first, since the library leaves out what it cannot read."""
    opening, closing = _only(fields, _OPENING, "期初余额", file), _only(fields, _CLOSING, "期末余额", file)
    accounts = [said.strip() for _, tag, said in fields if tag == "25"]
    sound = [_sound(one, file) for one in fields if one[1] == "61"]
    if opening is None or closing is None or len(accounts) != 1 or not all(sound):
        if len(accounts) != 1:
            file.fault(fields[0][0], "每份对账单应有一个账号（:25:）")
        return None
    before, after = _balance(opening, file), _balance(closing, file)
    movements = _movements(fields, file)
    if before is None or after is None or movements is None:
        return None
    if before[0] != after[0]:
        file.fault(closing[0], "期初与期末余额币种不同", after[0])
    return Page(fields[0][0], accounts[0], before[0], before[1], after[1], movements)


def _only(fields: list[Field], tags: tuple[str, ...], name: str, file: StatementFile) -> Field | None:
    found = [one for one in fields if one[1] in tags]
    if len(found) != 1:
        file.fault(fields[0][0], f"每份对账单应有一个{name}（:{tags[0]}:），文件可能被截断")
        return None
    return found[0]


def _balance(told: Field, file: StatementFile) -> tuple[str, int] | None:
    """Currency and fen of a balance field; a debit balance is below zero."""
    row, _, said = told
    found = _BALANCE.fullmatch(said.strip())
    if found is None or _day(found["day"]) is None:
        file.fault(row, "余额字段不合 MT940 格式", said)
        return None
    fen = _fen(found["amount"], row, file)
    return found["currency"], -fen if found["mark"] == "D" else fen


def _sound(told: Field, file: StatementFile) -> bool:
    """Whether a movement has the form of the standard and a day that exists."""
    row, _, said = told
    found = _STATEMENT_LINE.fullmatch(said.strip())
    if found is None:
        file.fault(row, "流水字段（:61:）不合 MT940 格式", said)
    elif _day(found["value"]) is None or (found["entry"] and _day(found["value"][:2] + found["entry"]) is None):
        file.fault(row, "日期不存在", found["value"])
    else:
        return True
    return False


def _movements(fields: list[Field], file: StatementFile) -> list[Movement] | None:
    import mt940  # only a statement of this form needs it

    rows = [row for row, tag, _ in fields if tag == "61"]
    text = "\n".join(f":{tag}:{said}" for _, tag, said in fields)
    try:
        read = mt940.models.Transactions().parse(text) if rows else []
    except (RuntimeError, ValueError, KeyError, AttributeError, ArithmeticError):
        file.faults.append(Fault(file.filename, fields[0][0], "", "", "对账单不合 MT940 格式，无法读取", _ASK_BANK))
        return None
    if len(read) != len(rows):
        file.fault(fields[0][0], f"应有{len(rows)}笔流水，只能读出{len(read)}笔")
        return None
    return [_movement(row, one.data, file) for row, one in zip(rows, read, strict=True)]


def _movement(row: int, said: dict[str, Any], file: StatementFile) -> Movement:
    """The bank's own reference names a movement; the customer's, such as a batch number, goes into the memo."""
    bank, ours = (str(said.get(name) or "").strip() for name in ("bank_reference", "customer_reference"))
    ours = "" if ours in _NO_REFERENCE else ours
    details = str(said.get("transaction_details") or "").replace("\n", "")
    counterparty = str(said.get("applicant_name") or said.get("recipient_name") or "")
    fen = _fen(f"{abs(said['amount'].amount):f}".replace(".", ","), row, file)
    booked = said.get("entry_date") or said["date"]
    memo = " ".join(one for one in (ours if bank else "", details) if one)
    return Movement(
        row,
        date(booked.year, booked.month, booked.day),
        bank or ours,
        counterparty,
        fen,
        said["status"] in {"C", "RD"},
        memo,
    )


def _fen(text: str, row: int, file: StatementFile) -> int:
    """Amounts have a comma before the decimals, may end with it, and may begin with noughts."""
    return file.amount(_LEADING_NOUGHTS.sub("", text.rstrip(",")).replace(",", "."), row)


def _day(text: str) -> date | None:
    """A day written YYMMDD of this century, or None."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None

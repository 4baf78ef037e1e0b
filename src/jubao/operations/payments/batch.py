"""Batches for the bank: locked with their file's hash, released, handed over, answered line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from django.db.models import Q

from jubao.exchange.payout import payout_bytes, payout_file_name, payout_hash
from jubao.operations.contributions.accounts import WHOLE_TABLE_FROM, Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.outbox import deliver_again
from jubao.operations.envelope.seals import check_unaltered
from jubao.operations.envelope.view import View
from jubao.operations.fund.funds import DELEGATED_BANK, DISBURSEMENT, FILL_UP, missing
from jubao.operations.people import in_slices
from jubao.records.models import BankAccount, BankLine, BatchStep, Office, PaymentBatch, Person
from jubao.records.outbox import OUTBOUND

CLEARING_BANK = "代发银行"
OTHER_BANK = "跨行"
"""What stands in the file where the bank of an account is not known."""
LETTERS = {"PENSION": "Y", "SETTLEMENT": "T", "DELEGATED": "D"}
HELD = "HELD"
PAID_FROM = {"PENSION": DISBURSEMENT, "SETTLEMENT": DISBURSEMENT, "DELEGATED": DELEGATED_BANK}
"""The office's bank account that pays a kind of batch."""


@dataclass(frozen=True)
class Payees:
    """Who gets how much: one row per money row, with the payee each belongs to.

    Args:
        place: shape (rows,), for every money row the position of its payee below.
        person: one per payee, the insured person's id or None; number, name, bank, account likewise.
        amount: shape (payees,), fen.
    """

    place: Ids
    person: list[int | None]
    number: list[str]
    name: list[str]
    bank: list[str]
    account: list[str]
    amount: Ids

    @classmethod
    def of_people(cls, person: Ids, amount: Ids, view: View) -> Self:
        """Payees of money rows that belong to insured persons, one bank line per person; everybody has an account."""
        keys, place = np.unique(person, return_inverse=True)
        known, accounts = _people(keys, view), _usable_accounts(view)
        totals = np.zeros(keys.size, dtype=np.int64)
        np.add.at(totals, place, amount)
        listed = keys.tolist()
        return cls(
            place=place,
            person=listed,
            number=[known[key][0] for key in listed],
            name=[known[key][1] for key in listed],
            bank=[accounts[key][0] for key in listed],
            account=[accounts[key][1] for key in listed],
            amount=totals,
        )


def check_accounts(person_ids: Ids, view: View, faults: Faults, *, case: int = 1, field: str = "month") -> None:
    """Everybody who is to be paid has a bank account whose cooling period is over, as it was bound; others are named."""
    keys = np.unique(person_ids).tolist()
    accounts = _usable_accounts(view)
    without = np.array([key for key in keys if key not in accounts], dtype=np.int64)
    for number, _ in sorted(_people(without, view).values()):
        faults.add(case, field, "没有可用的银行账户", next_step="请先登记账户或暂停待遇", place=f"个人编号 {number}")
    bound = {accounts[key][2] for key in keys if key in accounts}
    check_unaltered(BankAccount, bound, view, faults, case=case, field=field)


def _people(keys: Ids, view: View) -> dict[int, tuple[str, str]]:
    """Personal number and name by person; one pass over the table where they are many."""
    return view.once(("payees", keys.tobytes()), lambda: _read_people(keys.tolist()))


def _read_people(keys: list[int]) -> dict[int, tuple[str, str]]:
    rows = Person.objects.order_by("id").values_list("id", "personal_number", "name")
    if len(keys) > WHOLE_TABLE_FROM:
        wanted = set(keys)
        return {key: (number, name) for key, number, name in rows.iterator(20_000) if key in wanted}
    return {key: (number, name) for part in in_slices(keys) for key, number, name in rows.filter(pk__in=part)}


def _usable_accounts(view: View) -> dict[int, tuple[str, str, int]]:
    """Bank and account of everybody, and the act that bound it: the latest whose cooling period is over."""

    def read() -> dict[int, tuple[str, str, int]]:
        rows = BankAccount.objects.filter(usable_from__lte=view.on).order_by("usable_from", "id")
        return {
            person: (bank or OTHER_BANK, account, act)
            for person, bank, account, act in rows.values_list("person_id", "bank", "account", "act_id").iterator(
                20_000
            )
        }

    return view.once("usable accounts", read)


def lock_batch(
    kind: str, month: int, payees: Payees, *, changes: Changes, programme: str = "", held: Sequence[bool] = ()
) -> tuple[PaymentBatch, Ids]:
    """Fix a batch: number, lines, total and the hash of the file the bank would get for all of them.

    Args:
        kind: PENSION, SETTLEMENT or DELEGATED; programme: of a delegated batch.
        payees: everybody in it.
        held: one per payee, whether the line is held from the start; nobody when left out.
    Returns:
        the batch, and for every money row the placeholder of its bank line.
    """
    count = len(payees.number)
    number = _next_number(kind, month, programme, changes)
    digest = payout_hash(_header(number, month), _lines(range(1, count + 1), payees))
    batch = changes.add(
        PaymentBatch(
            number=number,
            kind=kind,
            month=month,
            programme=programme,
            count=count,
            total_fen=int(payees.amount.sum()),
            case_ref=changes.view.case_ref,
            file_sha256=digest,
        )
    )
    lines = changes.insert(
        BankLine,
        {
            "batch_id": batch.pk,
            "seq": np.arange(1, count + 1),
            "person_id": payees.person,
            "payee_number": payees.number,
            "payee_name": payees.name,
            "bank": payees.bank,
            "account": payees.account,
            "amount_fen": payees.amount,
            "result": [HELD if one else "" for one in held] if any(held) else "",
        },
        count=count,
    )
    if short := missing(PAID_FROM[kind], batch.total_fen, changes.view):
        changes.notice(f"批次 {number} 尚不能放行：{short}，{FILL_UP[PAID_FROM[kind]]}")
    return batch, lines[payees.place]


def _next_number(kind: str, month: int, programme: str, changes: Changes) -> str:
    stem = f"{LETTERS[kind]}{programme}{month}"
    kept = PaymentBatch.objects.filter(number__startswith=stem).count()
    planned = sum(number.startswith(stem) for (number,) in changes.added(PaymentBatch, "number"))
    return f"{stem}{kept + planned + 1:02d}"


def _header(number: str, month: int) -> dict[str, object]:
    return {"bank": CLEARING_BANK, "batch_no": number, "month": month}


def _lines(seq: Sequence[int], payees: Payees) -> dict[str, list[object]]:
    return {
        "seq": list(seq),
        "personal_number": list(payees.number),
        "bank": list(payees.bank),
        "name": list(payees.name),
        "account": list(payees.account),
        "amount": payees.amount.tolist(),
    }


@dataclass(frozen=True)
class Sendable:
    """What of a batch may leave: line numbers, payees, the file for the bank and its hash."""

    seq: list[int]
    payees: Payees
    content: bytes
    sha256: str

    @property
    def total_fen(self) -> int:
        """What the bank is to pay."""
        return int(self.payees.amount.sum())


def sendable(batch: PaymentBatch, view: View) -> Sendable | None:
    """The lines of a batch that are not held, under the numbers they keep, and their file; None when all are held."""
    return view.once(("sendable", batch.pk), lambda: _sendable(batch))


UNHELD = ("seq", "person_id", "payee_number", "payee_name", "bank", "account", "amount_fen")


def _sendable(batch: PaymentBatch) -> Sendable | None:
    rows = batch.lines.exclude(result=HELD).order_by("seq").values_list(*UNHELD)
    if not rows:
        return None
    seq, person, number, name, bank, account, amount = map(list, zip(*rows, strict=True))
    sums = np.array(amount, dtype=np.int64)
    payees = Payees(np.arange(len(seq)), person, number, name, bank, account, sums)
    content, digest = payout_bytes(_header(batch.number, batch.month), _lines(seq, payees))
    return Sendable(seq, payees, content, digest)


def check_lines(batch: PaymentBatch, view: View, faults: Faults, *, case: int) -> None:
    """What is about to leave is what was locked: batch, lines and steps as sealed, and held whatever was held."""
    lines = view.once(
        ("acts of lines", batch.pk), lambda: list(batch.lines.order_by().values_list("act_id").distinct())
    )
    steps = BatchStep.objects.filter(batch=batch).order_by("id").values_list("act_id", flat=True)
    for model, events in (
        (PaymentBatch, [batch.act_id]),
        (BankLine, [act for (act,) in lines]),
        (BatchStep, list(steps)),
    ):
        check_unaltered(model, events, view, faults, case=case, field="batch")
    held = Q(result=HELD) & Q(hold__isnull=True) | ~Q(result=HELD) & Q(hold__isnull=False)
    astray = batch.lines.filter(held).order_by("seq").values_list("seq", flat=True)
    for seq in astray:
        rule, then = f"第 {seq} 笔的扣留状态与扣留记录不一致，不得报盘", "请运行 jubao verify 核对，查明后再办"
        faults.add(case, "batch", rule, next_step=then)


def released(batch: PaymentBatch) -> BatchStep:
    """The release of a batch: count, total and file hash of what may really leave."""
    return BatchStep.objects.get(batch=batch, state=PaymentBatch.State.RELEASED)


def move_on(batch: PaymentBatch, state: str, changes: Changes, **fixed: Any) -> None:
    """Plan that a batch goes one step on, with what the step fixes."""
    changes.add(BatchStep(batch=batch, state=state, **fixed))
    changes.set(batch, state=state)


def outbound_name(batch: PaymentBatch) -> str:
    """Name of the file for the bank."""
    return payout_file_name(Office.objects.get().district, batch.month, batch.number)


def outbound_file(number: str) -> Path:
    """The file of a batch that was handed over; offered again if it is not there or not the one released.

    Raises:
        Refused: the batch was not handed over, or its file is lost.
    """
    batch = PaymentBatch.objects.filter(number=number, state__in=["TRANSMITTED", "RETURNED"]).first()
    if batch is None:
        raise Refused(f"批次 {number} 尚未交行")
    return deliver_again(OUTBOUND, outbound_name(batch))

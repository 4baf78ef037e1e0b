"""Batches for the bank: locked with their file's hash, released, handed over, answered line by line."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np
from django.conf import settings

from jubao.exchange.payout import payout_file_name, payout_hash, write_payout
from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.declaration import ActReference, Refused
from jubao.operations.people import in_slices
from jubao.records import bulk
from jubao.records.models import BankAccount, BankLine, BatchStep, Office, PaymentBatch, Person

CLEARING_BANK = "代发银行"


@dataclass(frozen=True)
class Payees:
    """Who gets how much: one row per money row, with the payee each belongs to."""

    place: Ids
    person: list[int | None]
    number: list[str]
    name: list[str]
    bank: list[str]
    account: list[str]
    amount: Ids

    @classmethod
    def of_people(cls, person: Ids, amount: Ids, *, on: date) -> Self:
        """Payees of money rows that belong to insured persons, one bank line per person.

        Raises:
            Refused: naming everybody without a usable account.
        """
        keys, place = np.unique(person, return_inverse=True)
        people = {
            row[0]: row[1:]
            for part in in_slices(keys.tolist())
            for row in Person.objects.filter(pk__in=part).values_list("id", "personal_number", "name")
        }
        accounts = _usable_accounts(on)
        missing = [people[key][0] for key in keys.tolist() if key not in accounts]
        if missing:
            raise Refused(
                f"有 {len(missing)} 人没有可用的银行账户，请先登记或暂停", faults=[f"个人编号 {number}" for number in missing]
            )
        totals = np.zeros(keys.size, dtype=np.int64)
        np.add.at(totals, place, amount)
        listed = keys.tolist()
        return cls(
            place, listed, [people[k][0] for k in listed], [people[k][1] for k in listed],
            [accounts[k][0] for k in listed], [accounts[k][1] for k in listed], totals,
        )  # fmt: skip


def _usable_accounts(on: date) -> dict[int, tuple[str, str]]:
    """Bank and account of everybody: the latest whose cooling period is over."""
    rows = BankAccount.objects.filter(usable_from__lte=on).order_by("usable_from", "id")
    return {row[0]: (row[1], row[2]) for row in rows.values_list("person_id", "bank", "account").iterator(20000)}


def lock_batch(
    kind: str, month: int, payees: Payees, *, act: ActReference, programme: str = ""
) -> tuple[PaymentBatch, Ids]:
    """Fix a batch: number, lines, total and the hash of the file the bank will get.

    Returns:
        the batch, and for every money row the id of its bank line.
    """
    count = len(payees.number)
    number = _next_number(kind, month, programme)
    batch = PaymentBatch(
        act_id=act.id, number=number, kind=kind, month=month, programme=programme, count=count,
        total_fen=int(payees.amount.sum()), case_ref=act.case_ref, file_sha256="",
    )  # fmt: skip
    batch.file_sha256 = file_hash(batch, range(1, count + 1), payees)
    batch.save(force_insert=True)
    ids = bulk.insert(
        BankLine,
        {
            "batch_id": batch.pk, "seq": np.arange(1, count + 1), "person_id": payees.person,
            "payee_number": payees.number, "payee_name": payees.name, "bank": payees.bank, "account": payees.account,
            "amount_fen": payees.amount, "act_id": act.id,
        },
        count=count,
    )  # fmt: skip
    return batch, ids[payees.place]


def _next_number(kind: str, month: int, programme: str) -> str:
    letter = {"PENSION": "Y", "SETTLEMENT": "T", "DELEGATED": "D"}[kind]
    stem = f"{letter}{programme}{month}"
    return f"{stem}{PaymentBatch.objects.filter(number__startswith=stem).count() + 1:02d}"


def _header(batch: PaymentBatch) -> dict[str, object]:
    return {"bank": CLEARING_BANK, "batch_no": batch.number, "month": batch.month}


def _lines(seq: Sequence[int], payees: Payees) -> dict[str, list[object]]:
    return {
        "seq": list(seq), "personal_number": list(payees.number),
        "bank": list(payees.bank), "name": list(payees.name), "account": list(payees.account),
        "amount": payees.amount.tolist(),
    }  # fmt: skip


def outbound_path(batch: PaymentBatch) -> Path:
    """Where the file for the bank lies after it was handed over."""
    area = Office.objects.get().district
    return Path(settings.JUBAO_HOME) / "outbound" / payout_file_name(area, batch.month, batch.number)


def outbound_file(number: str) -> Path:
    """The file of a batch that was handed over; written again if it is not there or not the one released."""
    batch = PaymentBatch.objects.filter(number=number, state__in=["TRANSMITTED", "RETURNED"]).first()
    if batch is None:
        raise Refused(f"批次 {number} 尚未交行")
    path = outbound_path(batch)
    whole = path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == released(batch).file_sha256
    return path if whole else offer_file(batch)


def released(batch: PaymentBatch) -> BatchStep:
    """The release of a batch: count, total and file hash of what may really leave."""
    return BatchStep.objects.get(batch=batch, state=PaymentBatch.State.RELEASED)


def unheld(batch: PaymentBatch) -> tuple[list[int], Payees]:
    """Who of a batch is to be paid, without the held lines, and the numbers their lines keep.

    Raises:
        Refused: every line is held.
    """
    rows = batch.lines.exclude(result="HELD").order_by("seq").values_list(
        "seq", "person_id", "payee_number", "payee_name", "bank", "account", "amount_fen"
    )
    if not rows:
        raise Refused(f"批次 {batch.number} 的明细全部扣留，没有可放行的款项，请逐人查清后另行发放")
    seq, person, number, name, bank, account, amount = map(list, zip(*rows, strict=True))
    sums = np.array(amount, dtype=np.int64)
    return seq, Payees(np.arange(len(seq)), person, number, name, bank, account, sums)


def file_hash(batch: PaymentBatch, seq: Sequence[int], payees: Payees) -> str:
    """SHA-256 of the file the bank gets when these payees of a batch are released."""
    return payout_hash(_header(batch), _lines(seq, payees))


def offer_file(batch: PaymentBatch) -> Path:
    """Write the file for the bank from the released lines; the same lines always give the same file.

    Raises:
        Refused: the lines no longer give the file that was released.
    """
    path = outbound_path(batch)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    if write_payout(draft, _header(batch), _lines(*unheld(batch))) != released(batch).file_sha256:
        draft.unlink()
        raise Refused(f"批次 {batch.number} 的明细与放行时的文件不一致，不能交行")
    draft.replace(path)
    return path

"""Journals of an office at work: money on its way is flagged as it was known that day, empty books write nothing."""

from datetime import date
from pathlib import Path

import pytest

from jubao.ledger.models import Voucher
from jubao.reports.statements.journal import NothingToWrite
from jubao.reports.statements.journal_files import write_journals
from jubao.reports.statements.reading import term_of
from jubao.reports.statements.statement import statement
from jubao.reports.statements.voucher_print import voucher_paper
from jubao.reports.statements.vouchers_behind import find_account, number_of, opened
from tests.journal_reader import Transaction, read_journal
from tests.office import READER, Office, number

pytestmark = pytest.mark.django_db
RELEASED, ANSWERED = date(2017, 2, 6), date(2017, 2, 8)
PENSIONER = {
    "name": "甲",
    "resident_number": number("19500101", 1),
    "pension_start": 201501,
    "enrolled_month": 201301,
    "pension_personal": 1_000,
    "personal": 500_000,
}


def waiting(folder: Path, as_of: date | None = None) -> list[Transaction]:
    """Transactions still flagged as pending."""
    write_journals(folder, as_of=as_of, viewer=READER)
    return [one for one in read_journal(folder / "fund.beancount").entries if one.flag == "!"]


def test_money_on_its_way_is_flagged_until_the_bank_has_answered(tmp_path: Path) -> None:
    office = Office()
    office.open_fund()
    office.register(PENSIONER)
    office.pay(201701, date(2017, 1, 5))
    answer = office.carry("payroll.calculate", {"month": 201702}, on=RELEASED)
    office.carry("payment.release", {"batch": answer.result["batch"]}, on=RELEASED, case_ref=answer.proposal)
    assert [set(dict(one.legs)) for one in waiting(tmp_path / "before")] == [
        {"Assets:110101暂付款-发放在途", "Assets:1003支出户存款"}
    ]
    released = Voucher.objects.filter(event="payment_released").order_by("-id")[0]
    assert voucher_paper("FUND", number_of(released)).mark == "待记账"
    office_answers(office, answer.result["batch"], answer.proposal)
    assert voucher_paper("FUND", number_of(released)).mark == ""
    assert waiting(tmp_path / "after") == []
    assert len(waiting(tmp_path / "as known then", as_of=RELEASED)) == 1
    assert shown_states(RELEASED)[-1] == "PENDING"
    assert set(shown_states(ANSWERED)) == {"POSTED"}
    for file in (tmp_path / "before").iterdir():
        assert (tmp_path / "as known then" / file.name).read_bytes() == file.read_bytes()


def office_answers(office: Office, batch: str, ref: str) -> None:
    """The file goes out the same day, the bank answers two days later."""
    from jubao.operations.inbound import keep
    from jubao.operations.payments.batch import outbound_file
    from jubao.simulation.bank import Bank

    office.carry("payment.transmit", {"batch": batch}, on=RELEASED, case_ref=ref)
    path = Bank(office.folder, "试验区").answer(outbound_file(batch), {}, account="DISBURSEMENT", on=ANSWERED)
    office.carry("payment.return", {"file": keep(path)}, on=ANSWERED)


def shown_states(as_of: date) -> list[str]:
    """States of the vouchers on the disbursement account in February, as known on a day."""
    term = term_of(year=2017, month=201702, as_of=as_of)
    assert statement("cash", "FUND", term).lines
    return [row.state for row in opened("FUND", find_account("FUND", "1003", on=term.last), term)]


def test_vouchers_are_written_once_each_in_the_order_of_days(tmp_path: Path) -> None:
    office = Office()
    office.open_fund()
    office.register(PENSIONER)
    office.pay(201701, date(2017, 1, 5))
    write_journals(tmp_path, viewer=READER)
    text = (tmp_path / "fund.beancount").read_text("utf-8")
    numbers = [
        f"{v.book} {v.period}-{v.number}" for v in Voucher.objects.filter(book="FUND").order_by("date", "number")
    ]
    assert [line.split('"')[1] for line in text.splitlines() if line.startswith("  voucher:")] == numbers


def test_empty_books_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingToWrite):
        write_journals(tmp_path / "none", viewer=READER)
    assert not (tmp_path / "none").exists()

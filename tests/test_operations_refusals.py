"""Files and requests that must be refused whole: every fault named, nothing imported, nothing lost."""

from datetime import date
from pathlib import Path

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import keep
from jubao.records.models import (
    AccountEntry,
    AuditEvent,
    BankLine,
    Contribution,
    ContributionBatch,
    DelegatedLine,
    Enrolment,
    FiscalReceipt,
    InboundFile,
    Person,
    StatementLine,
    Transfer,
)
from tests.office import VILLAGE, Office, insured, number

pytestmark = pytest.mark.django_db

WANG, LI = number("19700101"), number("19710202", 2)
ON = date(2017, 3, 1)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register({"name": "王甲", "resident_number": WANG}, {"name": "李乙", "resident_number": LI})
    return office


def collection(
    office: Office, rows: list[tuple[str, str, int, str, int]], *, reference: str = "HD1", batch: str = "P1"
) -> str:
    columns = {
        "seq": list(range(1, len(rows) + 1)),
        "resident_number": [r[0] for r in rows],
        "name": [r[1] for r in rows],
        "contribution_year": [r[2] for r in rows],
        "kind": [r[3] for r in rows],
        "amount": [r[4] for r in rows],
    }
    header = {"bank": "农业银行", "batch_no": batch, "date": ON, "receipt_reference": reference}
    return office.file("代收.txt", "bank_collection", columns, header)


def refuse(office: Office, code: str, case: dict, on: date = ON) -> Refused:
    """The refusal of an act; only the refusal itself may be left in the office's records."""
    before = (Contribution.objects.count(), InboundFile.objects.count(), AccountEntry.objects.count())
    with pytest.raises(Refused) as refused:
        office.carry(code, case, on=on)
    assert (Contribution.objects.count(), InboundFile.objects.count(), AccountEntry.objects.count()) == before
    assert AuditEvent.objects.order_by("-id").first().kind == AuditEvent.Kind.REFUSED
    return refused.value


def test_every_fault_of_a_contribution_file_is_named_by_row(office: Office) -> None:
    office.receive("COLLECTION", 50_500, "HD1", ON)
    stranger = number("19990909", 9)
    rows = [
        (WANG, "王甲", 2017, "10", 10_000),
        (LI, "李丙", 2017, "10", 10_000),
        (stranger, "赵丁", 2017, "10", 10_000),
        (WANG, "王甲", 2016, "10", 10_000),
        (LI, "李乙", 2015, "31", 10_500),
    ]
    refusal = refuse(office, "contribution.bank", {"file": collection(office, rows)})
    text = "\n".join(refusal.faults)
    assert len(refusal.faults) == 4
    assert "第3行" in text
    assert "姓名与参保登记不一致" in text
    assert "不在参保登记中" in text
    assert "当年为正常应缴" in text
    assert "不是现行缴费档次" in text
    assert stranger not in text


def test_no_contribution_without_its_money_at_the_bank(office: Office) -> None:
    file = collection(office, [(WANG, "王甲", 2017, "10", 10_000)])
    assert "款未到账" in str(refuse(office, "contribution.bank", {"file": file}))
    office.receive("COLLECTION", 20_000, "HD1", ON)
    assert "不符" in str(refuse(office, "contribution.bank", {"file": file}))


def test_a_bank_receipt_is_used_once(office: Office) -> None:
    office.receive("COLLECTION", 10_000, "HD1", ON)
    office.carry("contribution.bank", {"file": collection(office, [(WANG, "王甲", 2017, "10", 10_000)])}, on=ON)
    again = collection(office, [(LI, "李乙", 2017, "10", 10_000)], batch="P2")
    assert "不能重复使用" in str(refuse(office, "contribution.bank", {"file": again}))


def test_the_same_file_is_not_imported_twice(office: Office) -> None:
    office.receive("COLLECTION", 10_000, "HD1", ON)
    file = collection(office, [(WANG, "王甲", 2017, "10", 10_000)])
    office.carry("contribution.bank", {"file": file}, on=ON)
    refuse(office, "contribution.bank", {"file": file})
    assert ContributionBatch.objects.count() == 1


def test_a_year_is_paid_once(office: Office) -> None:
    office.contribute(WANG, "王甲", 10_000, ON)
    office.receive("COLLECTION", 20_000, "HD9", ON)
    again = collection(office, [(WANG, "王甲", 2017, "10", 20_000)], reference="HD9", batch="P9")
    assert "2017年度已缴费" in refuse(office, "contribution.bank", {"file": again}).faults[0]


def test_a_garbled_file_is_refused_with_its_place(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "代收.txt"
    path.write_bytes("H|农业银行|P1|20170301|1|100.00|HD1\n1|".encode("gb18030") + b"\x81\xff\xff\n")
    refusal = refuse(office, "contribution.bank", {"file": keep(path)})
    assert refusal.faults
    assert "代收.txt" in refusal.faults[0]


def test_a_register_that_contradicts_itself_is_refused_whole() -> None:
    fresh = Office()
    rows = [insured(1), insured(2, enrolment_state="4", contribution_state="3"), insured(3, division="999999999999")]
    columns = {field: [row[field] for row in rows] for field in rows[0]}
    file = fresh.file("底册.xlsx", "opening_register", columns)
    with pytest.raises(Refused) as refused:
        fresh.carry("register.open", {"file": file, "as_of": "2016-12-31", "interest_through": 201612})
    assert any("没有终止年月" in fault for fault in refused.value.faults)
    assert not Person.objects.exists()


def test_an_unknown_village_is_refused() -> None:
    fresh = Office()
    columns = {field: [value] for field, value in insured(1, division="430602999999").items()}
    with pytest.raises(Refused, match="430602999999 不在区划登记中"):
        fresh.carry(
            "register.open",
            {
                "file": fresh.file("底册.xlsx", "opening_register", columns),
                "as_of": "2016-12-31",
                "interest_through": 201612,
            },
        )
    assert not Enrolment.objects.exists()


def enrolment(office: Office, person: str, **said: object) -> str:
    row = {
        "name": "周戊",
        "resident_number": person,
        "household_type": "20",
        "category": "011",
        "division": VILLAGE,
        "address": "",
        "phone": "",
        "tier": 100,
        "bank": "农业银行",
        "bank_account": "6228480012345678",
        "card_number": "",
        "applied_date": ON,
    } | said
    return office.file("登记.xlsx", "enrolment_batch", {field: [value] for field, value in row.items()})


@pytest.mark.parametrize(("birth", "word"), [("20010302", "15 周岁"), ("19570301", "60 周岁")])
def test_nobody_joins_before_16_or_from_60_on(office: Office, birth: str, word: str) -> None:
    assert word in refuse(office, "enrolment.enrol", {"file": enrolment(office, number(birth, 3))}).faults[0]


def test_sixteen_today_may_join(office: Office) -> None:
    office.carry("enrolment.enrol", {"file": enrolment(office, number("20010301", 3))}, on=ON)
    assert Person.objects.count() == 3


def test_somebody_enrolled_already_is_refused_masked(office: Office) -> None:
    refusal = refuse(office, "enrolment.enrol", {"file": enrolment(office, WANG)})
    assert "已在参保登记中" in refusal.faults[0]
    assert WANG not in refusal.faults[0]


def test_a_statement_with_a_gap_is_refused(office: Office) -> None:
    office.receive("COLLECTION", 10_000, "A1", ON)
    columns = {
        "account": ["收入户"],
        "date": [ON],
        "reference": ["A2"],
        "counterparty": [""],
        "debit": [None],
        "credit": [500],
        "balance": [99_999],
        "memo": [""],
    }
    file = office.file("对账单.csv", "bank_statement", columns)
    assert "不连续" in refuse(office, "bank.statement", {"file": file}).faults[0]
    assert StatementLine.objects.count() == 1


def test_a_transfer_in_without_its_money_is_refused(office: Office) -> None:
    case = {
        "person": number("19800808", 8),
        "name": "吴己",
        "kind": "WITHIN_PROVINCE",
        "from_agency": "某县居保中心",
        "division": VILLAGE,
        "years": 5,
        "sheet": "（2017）转字第15号",
        "personal_fen": 50_000,
        "reference": "ZR1",
        "bank": "农业银行",
        "bank_account": "6228480012345679",
    }
    assert "款未到账" in str(refuse(office, "transfer.receive", case))
    office.receive("COLLECTION", 50_000, "ZR1", ON)
    office.carry("transfer.receive", case, on=ON)
    assert Transfer.objects.get().amount_fen == 50_000


def test_the_fund_cannot_draw_or_remit_more_than_it_has(office: Office) -> None:
    assert "不超过账户余额" in str(refuse(office, "fund.draw", {"month": 201703, "amount_fen": 10**11}))
    case = {"amount_fen": 10**11, "year_of_surplus": 2016, "reference": "SJ1"}
    assert "不超过账户余额" in str(refuse(office, "fund.remit", case))


def test_fiscal_money_needs_its_bank_line(office: Office) -> None:
    columns = {
        "notice_number": ["财社〔2017〕1号"],
        "level": ["中央"],
        "purpose": ["基础养老金"],
        "amount": [100],
        "arrived_date": [ON],
        "reference": ["CZ1"],
        "memo": [""],
    }
    file = office.file("拨款.xlsx", "fiscal_notice", columns)
    assert "款未到账" in str(refuse(office, "fiscal.receive", {"file": file}))
    office.receive("FISCAL", 100, "CZ1", ON)
    office.carry("fiscal.receive", {"file": file}, on=ON)
    assert FiscalReceipt.objects.get().amount_fen == 100


def test_a_return_with_another_amount_is_refused_whole(office: Office) -> None:
    from jubao.exchange.payout import read_payout, write_return
    from jubao.operations.payments.batch import outbound_file

    columns = {
        "programme": ["801"],
        "resident_number": [number("19500505", 5)],
        "name": ["郑庚"],
        "division": [VILLAGE],
        "bank": ["农业银行"],
        "bank_account": ["6228480012345670"],
        "monthly_amount": [8_000],
        "start_month": [201703],
    }
    office.carry("delegated.enrol", {"file": office.file("代发.xlsx", "delegated_roster", columns)}, on=ON)
    answer = office.carry("delegated.calculate", {"programme": "801", "month": 201703}, on=ON)
    case = {"batch": answer.result["batch"]}
    office.carry("payment.release", case, on=ON, case_ref=answer.proposal)
    office.carry("payment.transmit", case, on=ON, case_ref=answer.proposal)
    sent = read_payout(outbound_file(case["batch"]))
    changed = dict(sent.columns) | {"amount": [8_001], "flag": ["1"], "code": [None]}
    path = office.folder / "改动回盘.txt"
    write_return(path, {"bank": sent.header["bank"], "batch_no": case["batch"], "month": 201703}, changed)
    assert "不得采用回盘金额" in refuse(office, "payment.return", {"file": keep(path)}).faults[0]
    assert DelegatedLine.objects.get().state == "DUE"


def test_silence_of_the_bank_is_never_success(office: Office) -> None:
    from jubao.exchange.payout import read_payout, write_return
    from jubao.operations.payments.batch import outbound_file

    people = [number("19500505", 5), number("19500606", 6)]
    columns = {
        "programme": ["801"] * 2,
        "resident_number": people,
        "name": ["郑庚", "冯辛"],
        "division": [VILLAGE] * 2,
        "bank": ["农业银行"] * 2,
        "bank_account": ["6228480012345670", "6228480012345671"],
        "monthly_amount": [8_000] * 2,
        "start_month": [201703] * 2,
    }
    office.carry("delegated.enrol", {"file": office.file("代发.xlsx", "delegated_roster", columns)}, on=ON)
    answer = office.carry("delegated.calculate", {"programme": "801", "month": 201703}, on=ON)
    case = {"batch": answer.result["batch"]}
    office.carry("payment.release", case, on=ON, case_ref=answer.proposal)
    office.carry("payment.transmit", case, on=ON, case_ref=answer.proposal)
    sent = read_payout(outbound_file(case["batch"]))
    header = {"bank": sent.header["bank"], "batch_no": case["batch"], "month": 201703}
    for place in (1, 0):
        part = {field: [values[place]] for field, values in sent.columns.items()} | {"flag": ["1"], "code": [None]}
        path = office.folder / f"部分回盘{place}.txt"
        write_return(path, header, part)
        office.carry("payment.return", {"file": keep(path)}, on=ON)
        waiting = BankLine.objects.filter(result="", batch__state__in=["RELEASED", "TRANSMITTED", "RETURNED"])
        assert sum(line.amount_fen for line in waiting.order_by("id")) == 8_000 * place
    refuse(office, "payment.return", {"file": keep(path)})

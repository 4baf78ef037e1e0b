"""Files that came in: what an act reads is what came, byte for byte, however often the store is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from jubao.ledger.models import Attachment
from jubao.operations import inbound
from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import inbound_path
from jubao.records.models import Certification, Contribution, DelegatedPayee, MatchList
from jubao.vocabulary.codes import CertificationMethod
from tests.hand_over import DAY, now
from tests.office import STARTED, Office, number

pytestmark = pytest.mark.django_db
WANG, LI, ZHANG = number("19500310", 1), number("19800310", 2), number("19800411", 4)
SWAPPED = "内容已被改动"


@pytest.fixture
def office() -> Office:
    """A pensioner and two contributors of the same tier."""
    inbound._READ.clear()  # each test reads its files itself
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201301},
        {"name": "李乙", "resident_number": LI},
        {"name": "张丙", "resident_number": ZHANG},
    )
    return office


@contextmanager
def holding(file: str, other: str) -> Iterator[None]:
    """The store holds the bytes of another file under a file's name for a while, then the right ones again."""
    path = inbound_path(file)
    kept = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(inbound_path(other).read_bytes())
    try:
        yield
    finally:
        path.write_bytes(kept)


def roster(office: Office, account: str, fen: int) -> str:
    columns = {
        "programme": ["801"],
        "resident_number": [number("19500310", 9)],
        "name": ["赵六"],
        "division": [office.village],
        "bank": ["农业银行"],
        "bank_account": [account],
        "monthly_amount": [fen],
        "start_month": [201701],
    }
    return office.file("名册.xlsx", "delegated_roster", columns)


def collected(office: Office, person: str, name: str, tray: str = "代收.txt") -> str:
    columns = {
        "seq": [1],
        "resident_number": [person],
        "name": [name],
        "contribution_year": [2017],
        "kind": ["10"],
        "amount": [10_000],
    }
    header = {"bank": "农业银行", "batch_no": "P1", "date": date(2017, 3, 2), "receipt_reference": "HD1"}
    return office.file(tray, "bank_collection", columns, header)


def certified(office: Office, day: date) -> str:
    columns = {
        "resident_number": [WANG],
        "name": ["王甲"],
        "certified_date": [day],
        "method": [str(CertificationMethod.OTHER)],
        "checker": ["某甲"],
    }
    return office.file("认证.xlsx", "certification_roll", columns)


def test_a_roster_swapped_in_the_store_enrols_nobody(office: Office) -> None:
    good, bad = roster(office, "6222000011112222", 10_000), roster(office, "6222000000009999", 500_000)
    with holding(good, bad), pytest.raises(Refused, match="未办理") as refused:
        office.carry("delegated.enrol", {"file": good}, on=STARTED)
    assert SWAPPED in str(refused.value.faults[0])
    assert "报告上级" in str(refused.value.faults[0])
    assert not DelegatedPayee.objects.exists()
    office.carry("delegated.enrol", {"file": good}, on=STARTED)
    assert DelegatedPayee.objects.get().bank_account == "6222000011112222"
    office.verify()


def test_a_collection_swapped_in_the_store_credits_nobody_else(office: Office) -> None:
    good, bad = collected(office, LI, "李乙"), collected(office, ZHANG, "张丙")
    office.receive("COLLECTION", 10_000, "HD1", date(2017, 3, 2))
    with holding(good, bad), pytest.raises(Refused):
        office.carry("contribution.bank", {"file": good}, on=date(2017, 3, 3))
    assert not Contribution.objects.exists()


def test_a_file_swapped_between_proposal_and_last_signature_is_refused_where_it_is_read_again(office: Office) -> None:
    good, bad = certified(office, date(2016, 12, 1)), certified(office, date(2017, 1, 2))
    with holding(good, bad), pytest.raises(Refused):
        office.carry("certification.record", {"file": good}, on=STARTED)
    assert not Certification.objects.exists()
    good, bad = roster(office, "6222000011112222", 10_000), roster(office, "6222000000009999", 500_000)
    proposal = propose("delegated.enrol", [{"file": good}], key="名册一", by="D1", on=DAY, at=now())
    with another_process(), holding(good, bad), pytest.raises(Refused, match="未办理"):
        sign("名册一", by="G1", on=DAY, at=now(), shown_hash=proposal.hash)
    assert not DelegatedPayee.objects.exists()


@contextmanager
def another_process() -> Iterator[None]:
    """Forget what this process remembers of files and plans, as another one never knew it."""
    from jubao.operations.envelope import planning

    planning._PLANS.clear()
    inbound._READ.clear()
    yield


def test_a_list_swapped_in_the_store_is_not_compared(office: Office) -> None:
    def dead(person: str, name: str) -> str:
        columns = {
            "record_number": ["1"],
            "name": [name],
            "resident_number": [person],
            "death_date": [date(2017, 1, 2)],
            "origin": ["省厅"],
        }
        return office.file("死亡名单.xlsx", "death_list", columns)

    good, bad = dead(WANG, "王甲"), dead(LI, "李乙")
    said = {"file": good, "list_kind": "MINISTRY_DEATH", "list_number": "SW-1", "received_from": "省厅"}
    with holding(good, bad), pytest.raises(Refused):
        office.carry("match.import", said, on=STARTED)
    assert not MatchList.objects.exists()


def test_a_paper_swapped_in_the_store_is_put_to_no_voucher(office: Office) -> None:
    good, bad = roster(office, "6222000011112222", 10_000), roster(office, "6222000000009999", 500_000)
    said = {"book": "FUND", "period": 201701, "number": 1, "file": good}
    with holding(good, bad), pytest.raises(Refused) as refused:
        office.carry("voucher.attach", said, on=STARTED)
    assert any(SWAPPED in str(fault) for fault in refused.value.faults)
    assert not Attachment.objects.exists()

"""Suspensions that the books must bear out, what they claim, and how and when a pension runs again."""

from datetime import UTC, date, datetime

import pytest

from jubao.ledger.balances import balances
from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    AccountBalance,
    Arrears,
    AuditEvent,
    Award,
    AwardEvent,
    OverpaidMonth,
    Overpayment,
    PayrollLine,
    Person,
    RecoveryEvent,
    Settlement,
)
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, SUN = number("19500315", 1), number("19490101", 7)
BASIC, ACCOUNT = 8_500, 1_500
DUE = "2018-12-31"


@pytest.fixture
def office() -> Office:
    """Wang draws 85.00 and 15.00 out of his account, Sun 85.00."""
    return taken_over(2016)


def taken_over(year: int) -> Office:
    """An office whose register stands for the last day of a year."""
    office = Office(started=date(year + 1, 1, 3))
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "personal": 42_000,
            "pension_personal": ACCOUNT,
        },
        {"name": "孙丁", "resident_number": SUN, "pension_start": 201108, "contributed_years": 0},
        as_of=date(year, 12, 31),
    )
    return office


def pay(office: Office, first: int, last: int, year: int = 2017) -> None:
    for month in range(first, last + 1):
        office.pay(year * 100 + month, date(year, month, 5))


def suspend(office: Office, on: date, reason: str = "1202", person: str = WANG, **said: object) -> object:
    case = {"person": person, "reason": reason, "from_month": 201704, "memo": "法院判决书〔2017〕12号", "due": DUE}
    return office.carry("award.suspend", case | said, on=on)


def resume(office: Office, on: date, evidence_date: str, **said: object) -> object:
    case = {"person": WANG, "evidence": "释放证明", "evidence_date": evidence_date}
    return office.carry("award.resume", case | said, on=on)


def certify(office: Office, person: str, day: date) -> None:
    name = Person.objects.get(resident_number=person).name
    roll = {"resident_number": [person], "name": [name], "certified_date": [day], "method": ["01"], "checker": ["吴戊"]}
    office.carry("certification.record", {"file": office.file("认证.xlsx", "certification_roll", roll)}, on=day)


def months_paid(person: str = WANG) -> list[int]:
    lines = PayrollLine.objects.filter(person__resident_number=person, state="PAID", item="001001", adjustment=0)
    return sorted(lines.values_list("month", flat=True))


def balance() -> int:
    return AccountBalance.objects.get(person__resident_number=WANG, source="PERSONAL").balance_fen


# ── The stated reason ──


def test_nobody_certified_within_the_period_is_suspended_as_overdue(office: Office) -> None:
    """人社部发〔2014〕23号: certified in November 2016, due again in November 2017, and held from December on only."""
    certify(office, WANG, date(2017, 11, 20))
    with pytest.raises(Refused, match="资格认证未逾期：最近一次为 201711，应于 201811 再次认证"):
        suspend(office, date(2018, 1, 10), "1201", from_month=201802)
    with pytest.raises(Refused, match="资格认证未逾期"):
        suspend(office, date(2018, 11, 10), "1201", from_month=201811, due="2019-03-01")
    suspend(office, date(2018, 11, 10), "1201", from_month=201812, due="2019-03-01")
    office.verify()


def test_somebody_never_certified_is_overdue_a_year_after_the_award(office: Office) -> None:
    suspend(office, date(2017, 3, 10), "1201", memo="")
    assert Award.objects.get(person__resident_number=WANG).suspended_from == 201704


def test_a_resumption_on_evidence_of_life_counts_as_a_confirmation(office: Office) -> None:
    pay(office, 1, 3)
    suspend(office, date(2017, 3, 10), "1201")
    resume(office, date(2017, 4, 20), "2017-04-18", evidence="上门核实")
    with pytest.raises(Refused, match="最近一次为 201704"):
        suspend(office, date(2017, 5, 10), "1201", from_month=201706)


@pytest.mark.parametrize("reason", ["1202", "1299"])
def test_a_reason_without_a_hit_or_a_named_paper_is_refused(office: Office, reason: str) -> None:
    with pytest.raises(Refused, match="也没有写明依据（社会保险经办条例第二十六条），请在备注中写明文书或线索"):
        suspend(office, date(2017, 3, 10), reason, memo=" ")
    assert not AwardEvent.objects.filter(kind="SUSPENDED").exists()


def test_a_hit_on_a_list_bears_a_suspension_out(office: Office) -> None:
    columns = {
        "record_number": ["1"],
        "name": ["王甲"],
        "resident_number": [WANG],
        "death_date": [date(2017, 2, 1)],
        "origin": ["户籍注销"],
    }
    office.carry(
        "match.import",
        {
            "file": office.file("名单.xlsx", "death_list", columns),
            "list_kind": "POLICE_DEATH",
            "list_number": "GA-1",
            "received_from": "公安",
        },
        on=date(2017, 3, 9),
    )
    suspend(office, date(2017, 3, 10), "1299", memo="")
    with pytest.raises(Refused, match="没有“服刑收监”的名单疑点"):
        suspend(office, date(2017, 3, 10), "1202", memo="", person=SUN)


def test_custody_stops_the_pension_from_its_next_month(office: Office) -> None:
    for month in (201702, 201704):
        with pytest.raises(Refused, match="2017-02-03 收监，应自 201703 起停发"):
            suspend(office, date(2017, 3, 10), custody_date="2017-02-03", from_month=month)
    suspend(office, date(2017, 3, 10), custody_date="2017-02-03", from_month=201703)


def test_a_month_on_its_way_to_the_bank_is_not_suspended_before_the_answer(office: Office) -> None:
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    office.carry("payment.release", {"batch": answer.result["batch"]}, on=date(2017, 1, 5), case_ref=answer.proposal)
    with pytest.raises(Refused, match="201701 的发放款项在途"):
        suspend(office, date(2017, 1, 6), from_month=201701)
    suspend(office, date(2017, 1, 6), from_month=201702)


# ── What was paid for held months ──


def test_custody_found_late_claims_every_month_paid_and_the_account_gets_its_part_back(office: Office) -> None:
    """In custody since February, found in July: March to June were paid 100.00 each, 15.00 out of the account."""
    pay(office, 1, 6)
    before = balance()
    answer = suspend(office, date(2017, 7, 3), custody_date="2017-02-03", from_month=201703)
    assert answer.result["overpaid_fen"] == 4 * (BASIC + ACCOUNT)
    claim = Overpayment.objects.get()
    assert (claim.reason, claim.from_month, claim.to_month) == ("1202", 201703, 201707)
    assert (claim.amount_fen, claim.open_fen) == (40_000, 40_000)
    assert OverpaidMonth.objects.count() == 4 * 3
    assert balance() == before + 4 * ACCOUNT
    assert balances("FUND")["RECOVERABLE_OVERPAYMENTS"] == 40_000
    office.verify()
    pay(office, 7, 7)
    assert months_paid() == list(range(201701, 201707))
    office.verify()


def test_a_claim_of_a_suspension_is_demanded_and_paid_back_like_any_other(office: Office) -> None:
    pay(office, 1, 6)
    suspend(office, date(2017, 7, 3), from_month=201703)
    office.carry("recovery.demand", {"person": WANG, "number": "追〔2017〕1号", "reason": "1202"}, on=date(2017, 7, 4))
    office.receive("COLLECTION", 40_000, "TH1", date(2017, 8, 1))
    office.carry("recovery.receive", {"person": WANG, "amount_fen": 40_000, "reference": "TH1"}, on=date(2017, 8, 1))
    assert Overpayment.objects.get().open_fen == 0
    office.verify()


# ── Running again ──


def test_after_custody_the_pension_runs_from_the_month_after_release_and_never_before(office: Office) -> None:
    """Released on 10 May, asked for on 12 May before May was paid: the first month is June."""
    pay(office, 1, 3)
    suspend(office, date(2017, 3, 20))
    pay(office, 4, 4)
    resume(office, date(2017, 5, 12), "2017-05-10")
    assert AwardEvent.objects.get(kind="RESUMED").month == 201706
    office.pay(201705, date(2017, 5, 15))
    pay(office, 6, 7)
    assert months_paid() == [201701, 201702, 201703, 201706, 201707]
    assert not Arrears.objects.exists()
    office.verify()


def test_a_release_known_late_owes_the_months_since_and_not_those_in_custody(office: Office) -> None:
    """In custody from March to May: June on is due, although the request comes in September."""
    pay(office, 1, 3)
    suspend(office, date(2017, 3, 20))
    pay(office, 4, 8)
    answer = resume(office, date(2017, 9, 1), "2017-05-31")
    assert answer.result == {"resumed": 1, "with_back_pay": 1}
    pay(office, 9, 9)
    assert months_paid() == [201701, 201702, 201703, 201706, 201707, 201708, 201709]
    office.verify()


def test_months_claimed_for_custody_that_were_after_the_release_are_claimed_no_longer(office: Office) -> None:
    """Custody of February to April, found in July; March to June were claimed, May and June were due all the same."""
    pay(office, 1, 6)
    suspend(office, date(2017, 7, 3), from_month=201703)
    resume(office, date(2017, 7, 10), "2017-04-20")
    claim = Overpayment.objects.get()
    assert (claim.amount_fen, claim.open_fen) == (40_000, 20_000)
    assert RecoveryEvent.objects.get().kind == "WITHDRAWN"
    assert balances("FUND")["RECOVERABLE_OVERPAYMENTS"] == 20_000
    office.verify()
    office.pay(201707, date(2017, 7, 11))
    assert months_paid() == list(range(201701, 201708))
    office.verify()


def test_what_was_paid_back_for_a_month_that_was_due_is_paid_again(office: Office) -> None:
    """Suspended from March on a suspicion that was wrong; the family had paid 150.00 back by then."""
    pay(office, 1, 4)
    suspend(office, date(2017, 5, 2), "1299", from_month=201703, memo="来信举报")
    office.receive("COLLECTION", 15_000, "TH1", date(2017, 5, 20))
    office.carry("recovery.receive", {"person": WANG, "amount_fen": 15_000, "reference": "TH1"}, on=date(2017, 5, 20))
    resume(office, date(2017, 5, 25), "2017-05-24", evidence="入户见本人")
    assert Overpayment.objects.get().open_fen == 0
    assert balances("FUND").get("RECOVERABLE_OVERPAYMENTS", 0) == 0
    office.verify()
    office.pay(201705, date(2017, 5, 26))
    lines = PayrollLine.objects.filter(person__resident_number=WANG, batch__month=201705, kind="12")
    assert sum(line.amount_fen for line in lines) == 15_000
    assert {line.month for line in lines} == {201703, 201704}
    spent = sum(
        PayrollLine.objects.filter(person__resident_number=WANG, state="PAID").values_list("amount_fen", flat=True)
    )
    assert spent - 15_000 == 5 * (BASIC + ACCOUNT)
    assert balance() == 42_000 - 5 * ACCOUNT
    office.verify()


def test_no_month_in_custody_is_paid_for_an_older_debt() -> None:
    """Custody from March, found in May; a rise from January is made up for the months before custody only."""
    office = taken_over(2017)
    pay(office, 1, 4, year=2018)
    suspend(office, date(2018, 5, 2), custody_date="2018-02-20", from_month=201803, due="2019-01-31")
    pay(office, 5, 5, year=2018)
    office.carry("award.adjust", {"month": 201801, "notice": "人社部规〔2018〕3号"}, on=date(2018, 6, 1))
    resume(office, date(2018, 6, 4), "2018-05-20")
    pay(office, 6, 6, year=2018)
    made_up = PayrollLine.objects.filter(person__resident_number=WANG, kind="13").values_list("month", "amount_fen")
    assert sorted(made_up) == [(201801, 1_800), (201802, 1_800)]
    assert months_paid() == [201801, 201802, 201803, 201804, 201806]  # March and April are claimed
    office.verify()


def test_a_death_while_suspended_without_back_pay_is_claimed_once(office: Office) -> None:
    """Custody from March, found in June (March to May claimed), died in April: nothing is claimed a second time."""
    pay(office, 1, 5)
    suspend(office, date(2017, 6, 2), from_month=201703)
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-04-12", "reported_date": "2017-06-10", "burial": "土葬"},
        on=date(2017, 6, 12),
    )
    assert Overpayment.objects.get().amount_fen == 30_000
    office.verify()


def test_a_death_while_wrongly_suspended_withdraws_the_claim_on_the_months_alive(office: Office) -> None:
    """Overdue from January, found in April: three months claimed; died on 5 April: they were due after all."""
    pay(office, 1, 3)
    suspend(office, date(2017, 4, 3), "1201", from_month=201701)
    assert Overpayment.objects.get().open_fen == 30_000
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-04-05", "reported_date": "2017-04-10", "burial": "土葬"},
        on=date(2017, 4, 20),
    )
    assert Overpayment.objects.get().open_fen == 0
    office.verify()


def test_a_month_the_settlement_pays_is_paid_by_no_run(office: Office) -> None:
    """Held from April, died on 2 June, ended on 3 June before June was run: April to June go to the heirs, once."""
    pay(office, 1, 3)
    suspend(office, date(2017, 3, 20), "1201")
    pay(office, 4, 5)
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-06-02", "reported_date": "2017-06-03", "burial": "土葬"},
        on=date(2017, 6, 3),
    )
    assert Settlement.objects.get().backpay_fen == 3 * (BASIC + ACCOUNT)
    pay(office, 6, 6)
    assert months_paid() == [201701, 201702, 201703]
    office.verify()


def test_a_death_in_custody_pays_no_month_of_it(office: Office) -> None:
    pay(office, 1, 3)
    suspend(office, date(2017, 3, 20))
    pay(office, 4, 5)
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-06-02", "reported_date": "2017-06-03", "burial": "土葬"},
        on=date(2017, 6, 3),
    )
    settlement = Settlement.objects.get()
    assert (settlement.backpay_fen, settlement.overpaid_fen) == (0, 0)
    pay(office, 6, 6)
    assert months_paid() == [201701, 201702, 201703]
    office.verify()


def test_what_is_typed_again_is_checked_against_the_books_without_a_trace(office: Office) -> None:
    """A form asks while somebody types: every fault of every case, nothing chained, nothing written."""
    from jubao.operations.envelope.acting import check

    events = AuditEvent.objects.count()
    cases = [
        {"person": WANG, "reason": "1202", "from_month": 201107, "due": DUE},
        {"person": number("19600101", 9), "reason": "1201", "from_month": 201704, "due": DUE},
    ]
    at = datetime(2017, 3, 10, 9, tzinfo=UTC)
    found = check("award.suspend", cases, by="D1", on=date(2017, 3, 10), at=at)
    assert [(fault.case, fault.field) for fault in found] == [(2, "person")]
    found = check("award.suspend", cases[:1], by="D1", on=date(2017, 3, 10), at=at)
    assert [(fault.case, fault.field) for fault in found] == [(1, "from_month"), (1, "memo")]
    assert AuditEvent.objects.count() == events


def test_the_day_of_custody_and_the_judgment_are_kept(office: Office) -> None:
    suspend(
        office, date(2017, 3, 10), memo="", custody_date="2017-02-03", judgment="（2017）刑初12号", from_month=201703
    )
    event = AwardEvent.objects.get(kind="SUSPENDED")
    assert (event.custody_date, event.judgment) == (date(2017, 2, 3), "（2017）刑初12号")


@pytest.mark.parametrize("told", [{"custody_date": "2017-02-03"}, {"judgment": "（2017）刑初12号"}])
def test_nobody_is_in_custody_who_rests_for_another_reason(office: Office, told: dict[str, str]) -> None:
    with pytest.raises(Refused, match="不填收监日期和判决文书"):
        suspend(office, date(2017, 3, 10), reason="1299", **told)

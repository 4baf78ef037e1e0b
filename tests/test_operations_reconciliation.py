"""Books and bank agreed: matching by rules and by hand, signed months, unidentified money, the finance bureau's word."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jubao.cli import app
from jubao.ledger.models import ReconciledGroup, Reconciliation, Voucher
from jubao.ledger.vouchers import Leg
from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import keep
from jubao.records.models import AuditEvent, FiscalConfirmation, InboundFile, StatementLine
from jubao.reports.catalogue.reading import Reading
from jubao.reports.invariants import verification
from jubao.reports.reconciliation.agreement import agree
from jubao.reports.reconciliation.clearing import open_items
from jubao.reports.reconciliation.sheets import three_way_sheets
from jubao.reports.reconciliation.three_way import three_way
from tests.banked_office import ACCOUNTS, FEBRUARY, JANUARY, WANG, BankedOffice, a_month
from tests.fonts import needs_chinese_font
from tests.ledger_rows import write_voucher
from tests.office import READER
from tests.statement_samples import camt053, mt940

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> BankedOffice:
    return BankedOffice()


def refusal(office: BankedOffice, code: str, *cases: dict[str, Any], on: date) -> str:
    with pytest.raises(Refused) as refused:
        office.carry(code, *cases, on=on)
    return str(refused.value)


FIRST = date(2017, 2, 1)


def test_a_month_of_every_account_is_matched_by_rules_and_signed(office: BankedOffice) -> None:
    a_month(office)
    told = office.match(FIRST)
    assert [one["by_rule"] for one in told] == [{"REFERENCE": 2}, {"REFERENCE": 3}, {"REFERENCE": 2}, {}]
    assert [(one["open_bank"], one["open_book"]) for one in told] == [(0, 0)] * 4
    office.confirm(JANUARY, 100_000_000, 30_000, 1_000_000, FIRST)
    signed = [office.sign(name, FIRST) for name in ACCOUNTS]
    assert [one["book_fen"] for one in signed] == [0, 10_991_500, 99_030_000, 10_000_000]  # a pension is 85.00
    assert [one["bank_fen"] for one in signed] == [one["book_fen"] for one in signed]
    office.verify()


def test_a_month_is_closed_only_after_every_bank_account_of_its_book_is_signed(office: BankedOffice) -> None:
    a_month(office)
    office.match(FIRST)
    office.confirm(JANUARY, 100_000_000, 30_000, 1_000_000, FIRST)
    for name in ("收入户", "支出户"):
        office.sign(name, FIRST)
    case, on = {"book": "FUND", "month": JANUARY}, date(2017, 2, 6)
    text = refusal(office, "fund.close_month", case, on=on)
    assert "财政专户当月没有经签署的银行对账" in text
    assert "支出户" not in text
    assert "代发专户" not in text
    office.sign("财政专户", on)
    assert office.carry("fund.close_month", case, on=on).result["closed"][0]["period"] == JANUARY
    office.verify()


def test_signing_begins_with_the_first_month_of_the_account(office: BankedOffice) -> None:
    text = refusal(office, "reconcile.sign", {"account": "支出户", "period": FEBRUARY}, on=date(2017, 3, 1))
    assert "应从 201701 起逐月签定" in text


def test_matching_twice_finds_nothing_new(office: BankedOffice) -> None:
    a_month(office)
    office.match(FIRST)
    groups = ReconciledGroup.objects.count()
    assert [one["by_rule"] for one in office.match(FIRST)] == [{}] * 4
    assert ReconciledGroup.objects.count() == groups


def test_money_on_its_way_over_the_months_end_is_an_item_and_clears_itself(office: BankedOffice) -> None:
    a_month(office)
    told = office.carry("fund.draw", {"month": JANUARY, "amount_fen": 200_000}, on=date(2017, 1, 31)).result
    office.between("FISCAL", "DISBURSEMENT", 200_000, date(2017, 2, 2), told["references"][0])
    office.match(FIRST)
    agreed = agree("DISBURSEMENT_ACCOUNT", JANUARY)
    assert [(one.entry.side, one.entry.fen, one.days) for one in agreed.items] == [("BOOK", 200_000, 0)]
    assert agreed.book_fen - agreed.bank_fen == 200_000
    assert agreed.adjusted_book_fen == agreed.adjusted_bank_fen == agreed.book_fen
    assert office.sign("支出户", FIRST)["items"] == 1
    office.statement(date(2017, 2, 3))
    office.match(date(2017, 3, 1), FEBRUARY)
    assert [one.why for one in agree("DISBURSEMENT_ACCOUNT", JANUARY).items] == ["期后已达账"]
    assert office.sign("支出户", date(2017, 3, 1), FEBRUARY)["items"] == 0
    office.verify()


@pytest.mark.parametrize(("days", "why"), [(26, "未达账项，未超期"), (25, "")])
def test_how_long_a_difference_may_stand_without_a_word_is_a_rule(
    office: BankedOffice, ruled: Any, days: int, why: str
) -> None:
    """Received on the fifth: 26 days at the end of January."""
    ruled("reconciliation.transit_days", days)
    office.receive("COLLECTION", 7_000, "HD777", date(2017, 1, 5))
    assert [(one.days, one.why) for one in agree("COLLECTION_ACCOUNT", JANUARY).items] == [(26, why)]


def test_an_old_difference_needs_its_reason(office: BankedOffice) -> None:
    office.receive("COLLECTION", 7_000, "HD777", date(2017, 1, 5))
    text = refusal(office, "reconcile.sign", {"account": "收入户", "period": JANUARY}, on=FIRST)
    assert "银行已记、账面未记 HD777" in text
    assert "写明原因" in text
    reasons = [{"item": "HD777", "reason": "付款单位未附清单，已去函"}]
    assert office.sign("收入户", FIRST, reasons=reasons)["items"] == 1
    assert json.loads(Reconciliation.objects.get().items)[0]["why"] == "付款单位未附清单，已去函"
    office.verify()


def test_money_of_a_signed_month_is_booked_in_the_open_one(office: BankedOffice) -> None:
    office.receive("COLLECTION", 7_000, "HD777", date(2017, 1, 5))
    office.sign("收入户", FIRST, reasons=[{"item": "HD777", "reason": "付款单位未附清单，已去函"}])
    office.carry("receipt.unidentified", {"reference": "HD777", "reason": "来款单位尚未查明"}, on=date(2017, 2, 3))
    voucher = Voucher.objects.order_by("-id")[0]
    assert (voucher.date, voucher.late_for) == (date(2017, 2, 3), date(2017, 1, 5))
    office.verify()


def test_a_difference_nothing_explains_is_refused(office: BankedOffice) -> None:
    office.bank.open("DISBURSEMENT", 9_000_000)
    office.bank.move("DISBURSEMENT", 5_000, date(2017, 1, 20), reference="LX1", counterparty="利息")
    office.statement(date(2017, 1, 31))
    reasons = [{"item": "LX1", "reason": "利息"}]
    text = refusal(office, "reconcile.sign", {"account": "支出户", "period": JANUARY, "reasons": reasons}, on=FIRST)
    assert "差额 10,000.00 元无任何账项可以说明" in text


def test_the_banks_own_paper_must_agree_with_the_lines_imported(office: BankedOffice) -> None:
    a_month(office)
    office.match(FIRST)
    text = refusal(office, "reconcile.sign", {"account": "支出户", "period": JANUARY, "bank_fen": 1}, on=FIRST)
    assert "缺流水" in text
    assert office.sign("支出户", FIRST, bank_fen=10_991_500)["bank_fen"] == 10_991_500


def test_months_are_signed_in_their_turn_after_they_ended_and_once(office: BankedOffice) -> None:
    a_month(office)
    case = {"account": "支出户", "period": JANUARY}
    assert "尚未结束" in refusal(office, "reconcile.sign", case, on=date(2017, 1, 31))
    office.match(FIRST)
    office.sign("支出户", FIRST)
    assert "下一个应签 201702" in refusal(office, "reconcile.sign", case, on=FIRST)
    assert "下一个应签 201702" in refusal(office, "reconcile.sign", case | {"period": 201703}, on=date(2017, 5, 2))


def test_no_line_slips_into_a_signed_month(office: BankedOffice) -> None:
    a_month(office)
    office.match(FIRST)
    office.sign("支出户", FIRST)
    office.bank.move("DISBURSEMENT", 5_000, date(2017, 1, 31), reference="LX1", counterparty="利息")
    path = office.bank.statement(FIRST)
    assert path
    assert "已签余额调节表" in refusal(office, "bank.statement", {"file": keep(path)}, on=FIRST)


def test_a_cashier_cannot_reconcile(office: BankedOffice) -> None:
    a_month(office)
    with pytest.raises(Refused, match="C2"):
        propose(
            "reconcile.match",
            [{"account": "支出户", "period": JANUARY}],
            key="k1",
            by="C2",
            on=FIRST,
            at=office.staff._now(FIRST),
        )


def test_whoever_released_a_payment_cannot_reconcile_its_account_in_that_month(office: BankedOffice) -> None:
    a_month(office)
    at = office.staff._now(FIRST)
    with pytest.raises(Refused, match="L3 在 201701 放行或交行过"):  # L3 covers the accountant's post
        propose("reconcile.match", [{"account": "支出户", "period": JANUARY}], key="k1", by="L3", on=FIRST, at=at)
    answer = propose(
        "reconcile.match", [{"account": "代发专户", "period": JANUARY}], key="k2", by="L3", on=FIRST, at=at
    )
    assert answer.state == "PENDING"  # nobody paid out of that account


def test_maker_and_checker_of_a_reconciliation_are_two(office: BankedOffice) -> None:
    at = office.staff._now(FIRST)
    answer = propose("reconcile.sign", [{"account": "代发专户", "period": JANUARY}], key="k1", by="C1", on=FIRST, at=at)
    with pytest.raises(Refused):
        sign("k1", by="C1", on=FIRST, at=at, shown_hash=answer.hash)
    assert sign("k1", by="D2", on=FIRST, at=at, shown_hash=answer.hash).state == "EXECUTED"


def test_what_no_rule_finds_is_matched_by_hand_with_a_reason(office: BankedOffice) -> None:
    a_month(office)
    told = office.carry("fund.draw", {"month": JANUARY, "amount_fen": 300_000}, on=date(2017, 1, 31)).result
    for fen, reference in ((100_000, "A1"), (200_000, "A2")):
        office.between("FISCAL", "DISBURSEMENT", fen, date(2017, 1, 31), reference)
    office.statement(date(2017, 1, 31))
    assert [one["open_bank"] for one in office.match(FIRST)] == [0, 2, 2, 0]
    voucher = Voucher.objects.get(reference=told["references"][0])
    case = {
        "account": "支出户",
        "bank": ["A1", "A2"],
        "vouchers": [f"{voucher.period}-{voucher.number}"],
        "reason": "银行分两笔拨付，附回单",
    }
    assert "不等" in refusal(office, "reconcile.match_by_hand", case | {"bank": ["A1"]}, on=FIRST)
    assert "没有这一笔" in refusal(office, "reconcile.match_by_hand", case | {"bank": ["A1", "A9"]}, on=FIRST)
    assert "写明理由" in refusal(office, "reconcile.match_by_hand", case | {"reason": " "}, on=FIRST)
    office.carry("reconcile.match_by_hand", case, on=FIRST)
    assert ReconciledGroup.objects.get(method="HAND").note == "银行分两笔拨付，附回单"
    assert "已经勾对" in refusal(office, "reconcile.match_by_hand", case, on=FIRST)
    assert agree("DISBURSEMENT_ACCOUNT", JANUARY).items == ()
    office.verify()


def test_several_lines_of_the_bank_under_one_reference_are_one_voucher(office: BankedOffice) -> None:
    told = office.carry("fund.draw", {"month": JANUARY, "amount_fen": 300_000}, on=date(2017, 1, 13)).result
    reference = told["references"][0]
    for place, fen in enumerate((100_000, 200_000), start=1):
        office.between("FISCAL", "DISBURSEMENT", fen, date(2017, 1, 16), f"{reference}-{place}")
    office.statement(date(2017, 1, 31))
    assert [one["by_rule"] for one in office.match(FIRST)][1:3] == [{"REFERENCE_SUM": 1}] * 2


def test_equal_amounts_are_only_matched_where_there_is_no_other_candidate(office: BankedOffice) -> None:
    office.carry("fund.draw", {"month": JANUARY, "amount_fen": 300_000}, on=date(2017, 1, 13))
    office.between("FISCAL", "DISBURSEMENT", 300_000, date(2017, 1, 16), "X1")
    office.between("FISCAL", "DISBURSEMENT", 300_000, date(2017, 1, 17), "X2")
    office.statement(date(2017, 1, 31))
    told = office.match(FIRST)[1]
    assert (told["by_rule"], told["open_bank"], told["open_book"]) == ({}, 2, 1)


def test_money_nobody_can_place_is_held_then_identified_and_booked_by_its_own_act(office: BankedOffice) -> None:
    office.receive("COLLECTION", 10_000, "HD555", date(2017, 1, 5))
    office.carry("receipt.unidentified", {"reference": "HD555", "reason": "无清单"}, on=date(2017, 1, 6))
    assert [(one.reference, one.fen) for one in open_items("UNIDENTIFIED_RECEIPTS", date(2017, 1, 31))] == [
        ("HD555", 10_000)
    ]
    columns = {
        "seq": [1],
        "resident_number": [WANG],
        "name": ["王甲"],
        "contribution_year": [2017],
        "kind": ["10"],
        "amount": [10_000],
    }
    header = {"bank": "农业银行", "batch_no": "P555", "date": date(2017, 1, 5), "receipt_reference": "HD555"}
    batch = {"file": office.file("代收.txt", "bank_collection", columns, header)}
    assert "待查收款" in refusal(office, "contribution.bank", batch, on=date(2017, 1, 9))
    office.match(FIRST)  # the bank's line is the held receipt
    case = {"reference": "HD555", "outcome": "IDENTIFIED", "finding": "王甲2017年缴费"}
    office.carry("receipt.identify", case, on=date(2017, 2, 6))
    assert "没有挂在" in refusal(office, "receipt.identify", case, on=date(2017, 2, 6))
    office.carry("contribution.bank", batch, on=date(2017, 2, 7))
    assert open_items("UNIDENTIFIED_RECEIPTS", date(2017, 2, 28)) == []
    told = office.match(date(2017, 3, 1), FEBRUARY)[0]
    assert (told["by_rule"], told["open_bank"], told["open_book"]) == ({"CONTRA": 1}, 0, 0)
    office.verify()


def test_a_held_receipt_that_is_not_ours_goes_back(office: BankedOffice) -> None:
    office.receive("COLLECTION", 10_000, "HD555", date(2017, 1, 5))
    office.carry("receipt.unidentified", {"reference": "HD555", "reason": "无清单"}, on=date(2017, 1, 6))
    case = {"reference": "HD555", "outcome": "RETURNED", "finding": "误汇"}
    office.carry("receipt.identify", case, on=date(2017, 1, 20))
    office.bank.move("COLLECTION", -10_000, date(2017, 1, 20), reference="TK1", counterparty="误汇单位")
    office.statement(date(2017, 1, 31))
    told = office.match(FIRST)[0]
    assert told["by_rule"] == {"AMOUNT_NEAR": 1, "REFERENCE": 1}
    office.verify()


def test_a_receipt_is_held_once_and_only_with_a_bank_line(office: BankedOffice) -> None:
    office.contribute(WANG, "王甲", 10_000, date(2017, 1, 9))
    used = StatementLine.objects.get().reference
    text = refusal(
        office, "receipt.unidentified", {"reference": used, "reason": "x"}, {"reference": "无", "reason": "x"}, on=FIRST
    )
    assert "已经入账" in text
    assert "款未到账" in text


def test_bank_interest_is_booked_once_against_its_line(office: BankedOffice) -> None:
    office.receive("FISCAL", 1_234, "JX1", date(2017, 1, 20))
    case = {"account": "财政专户", "reference": "JX1"}
    assert "款未到账" in refusal(office, "receipt.interest", {"account": "收入户", "reference": "JX1"}, on=FIRST)
    assert "重复填报" in refusal(office, "receipt.interest", case, case, on=FIRST)
    office.carry("receipt.interest", case, on=FIRST)
    assert "已作存款利息入账" in refusal(office, "receipt.interest", case, on=FIRST)
    voucher = Voucher.objects.get(event="bank_interest_received")
    assert (voucher.date, voucher.debit_fen) == (date(2017, 1, 20), 1_234)
    assert office.match(FIRST)[2]["by_rule"] == {"REFERENCE": 1}
    office.verify()


def test_what_rests_too_long_on_a_clearing_account_needs_a_reason_to_sign(office: BankedOffice) -> None:
    office.receive("COLLECTION", 10_000, "HD555", date(2017, 1, 5))
    office.carry("receipt.unidentified", {"reference": "HD555", "reason": "无清单"}, on=date(2017, 1, 6))
    office.match(FIRST)
    office.sign("收入户", FIRST)
    case = {"account": "收入户", "period": FEBRUARY}
    assert "待查收款 HD555 已挂 54 天" in refusal(office, "reconcile.sign", case, on=date(2017, 3, 1))  # 5 January on
    office.sign("收入户", date(2017, 3, 1), FEBRUARY, reasons=[{"item": "HD555", "reason": "正在登报查找"}])
    office.verify()


def test_the_finance_bureaus_months_follow_each_other_and_add_up(office: BankedOffice) -> None:
    columns = {"month": [JANUARY], "opening": [100], "received": [5], "paid": [1], "closing": [105]}
    case = {"file": office.file("专户.xlsx", "fiscal_confirmation", columns)}
    assert "应为 1.04 元" in refusal(office, "fiscal.confirm", case, on=FIRST)
    office.confirm(JANUARY, 100, 5, 1, FIRST)
    columns = {"month": [201703], "opening": [104], "received": [0], "paid": [0], "closing": [104]}
    case = {"file": office.file("专户.xlsx", "fiscal_confirmation", columns)}
    assert "缺 201702" in refusal(office, "fiscal.confirm", case, on=date(2017, 4, 1))
    columns = {"month": [FEBRUARY], "opening": [103], "received": [0], "paid": [0], "closing": [103]}
    case = {"file": office.file("专户.xlsx", "fiscal_confirmation", columns)}
    assert "与上月期末" in refusal(office, "fiscal.confirm", case, on=date(2017, 4, 1))


def test_the_fiscal_account_is_signed_only_beside_the_bureaus_word(office: BankedOffice) -> None:
    a_month(office)
    office.match(FIRST)
    case = {"account": "财政专户", "period": JANUARY}
    assert "尚未登记 201701 财政专户对账单" in refusal(office, "reconcile.sign", case, on=FIRST)
    office.confirm(JANUARY, 100_000_000, 0, 1_000_000, FIRST)
    assert "不符" in refusal(office, "reconcile.sign", case, on=FIRST)
    office.sign("财政专户", FIRST, reasons=[{"item": "财政专户对账单", "reason": "财政次月补记归集款"}])
    office.verify()


def test_a_difference_to_the_bureau_grows_older_until_it_is_gone(office: BankedOffice) -> None:
    a_month(office)
    office.match(FIRST)
    office.confirm(JANUARY, 100_000_000, 0, 1_000_000, FIRST)  # the sweep of 300.00 is missing
    office.confirm(FEBRUARY, 99_000_000, 0, 0, date(2017, 3, 1))
    office.confirm(201703, 99_000_000, 30_000, 0, date(2017, 4, 5))
    told = three_way(2017)
    assert [(one.to_bank_fen, one.to_bureau_fen, one.since, one.days) for one in told] == [
        (0, 30_000, JANUARY, 0),
        (0, 30_000, JANUARY, 28),
        (0, 0, None, 0),
    ]
    assert [row[1:2] + row[6:8] for row in three_way_sheets(2017, told)[1].rows] == [
        ("银行减财政", 0, ""),
        ("银行减财政", 28, ""),
    ]
    columns = {"month": [JANUARY], "opening": [0], "received": [0], "paid": [0], "closing": [0]}
    case = {"file": office.file("专户.xlsx", "fiscal_confirmation", columns)}
    assert "已登记到 201703" in refusal(office, "fiscal.confirm", case, on=date(2017, 4, 5))


def test_a_forged_group_and_a_forged_signature_are_found(office: BankedOffice) -> None:
    a_month(office)
    office.match(FIRST)
    event, later = AuditEvent.objects.order_by("-id")[1], AuditEvent.objects.order_by("-id")[0]
    Reconciliation.objects.create(
        act=event, account="DISBURSEMENT_ACCOUNT", period=JANUARY, book_fen=1, bank_fen=1, items="[]"
    )
    ReconciledGroup.objects.create(act=event, account="DISBURSEMENT_ACCOUNT", method="RULE", rule="REFERENCE")
    FiscalConfirmation.objects.create(
        act=event,
        month=JANUARY,
        opening_fen=1,
        received_fen=0,
        paid_fen=0,
        closing_fen=1,
        inbound_file=InboundFile.objects.order_by("id").first(),
    )
    FiscalConfirmation.objects.create(
        act=event,
        month=FEBRUARY,
        opening_fen=2,
        received_fen=0,
        paid_fen=0,
        closing_fen=2,
        inbound_file=InboundFile.objects.order_by("-id").first(),
    )
    line = StatementLine.objects.filter(account="DISBURSEMENT_ACCOUNT").order_by("-line").first()
    assert line
    StatementLine.objects.create(
        act=later,
        account=line.account,
        date=date(2017, 1, 31),
        line=line.line + 1,
        reference="X",
        counterparty="",
        debit_fen=0,
        credit_fen=1,
        balance_fen=line.balance_fen + 1,
    )
    found = {
        (one.code, one.title): one.broken for one in verification.verify(["I-07", "I-08", "I-09", "I-12"]) if one.broken
    }
    assert {code for code, _ in found} == {"I-08", "I-09", "I-12"}
    assert ("I-09", "余额调节表逐月相接；签定后不再补入当月流水") in found


def test_a_receipt_in_the_books_without_the_banks_line_is_found(office: BankedOffice) -> None:
    event = AuditEvent.objects.order_by("-id").first()
    for name, credit in (
        ("contribution_received", "PERSONAL_CONTRIBUTION_INCOME"),
        ("bank_interest_received", "INTEREST_INCOME"),
    ):
        legs = [Leg("COLLECTION_ACCOUNT", 100, 0), Leg(credit, 0, 100)]
        write_voucher("FUND", legs, on=FIRST, act_id=event.pk, event=name, memo="无据", reference="无")
    assert sum(one.broken for one in verification.verify(["I-07"])) == 2


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["reconcile", *arguments])


@needs_chinese_font
def test_the_command_prints_and_writes_the_agreement_and_says_whether_all_is_explained(
    office: BankedOffice, tmp_path: Path
) -> None:
    a_month(office)
    office.receive("COLLECTION", 7_000, "HD777", date(2017, 1, 31))
    office.match(FIRST)
    shown = run("支出户", "--month", "201701")
    assert shown.exit_code == 0
    assert "109,915.00" in shown.output
    told = json.loads(run("收入户", "--month", "201701", "--json").output)
    assert (told["book_fen"], told["bank_fen"], told["difference_fen"]) == (0, 7_000, 0)
    assert [(one["side"], one["number"], one["fen"]) for one in told["items"]] == [
        ("银行已收、单位未收", "HD777", 7_000)
    ]
    assert run("收入户", "--month", "201702", "--json").exit_code == 1  # a month later it wants a reason
    for name, head in (("a.xlsx", b"PK"), ("a.pdf", b"%PDF")):
        assert run("COLLECTION_ACCOUNT", "--month", "201701", "--out", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(head)
    assert run("现金", "--month", "201701").exit_code == 1
    assert run("支出户").exit_code == 2
    assert run("支出户", "--month", "201713").exit_code == 2


def test_a_signed_month_is_shown_as_it_was_signed_with_its_reasons(office: BankedOffice) -> None:
    office.receive("COLLECTION", 7_000, "HD777", date(2017, 1, 5))
    assert run("收入户", "--month", "201701").exit_code == 1
    office.sign("收入户", FIRST, reasons=[{"item": "HD777", "reason": "已去函查询"}])
    office.carry("receipt.unidentified", {"reference": "HD777", "reason": "查无来历"}, on=FIRST)  # dated in January
    told = run("收入户", "--month", "201701", "--json")
    assert told.exit_code == 0
    said = json.loads(told.output)
    assert (said["book_fen"], said["bank_fen"], said["signed_on"]) == (0, 7_000, "2017-02-01")
    assert [one["why"] for one in said["items"]] == ["已去函查询"]
    office.verify()


def test_the_command_lists_clearing_accounts_and_the_three_ways(office: BankedOffice, tmp_path: Path) -> None:
    a_month(office, unplaced=10_000)
    office.match(FIRST)
    assert run("three-way", "--year", "2017").exit_code == 1
    office.confirm(JANUARY, 100_000_000, 30_000, 1_000_000, FIRST)
    told = run("three-way", "--year", "2017", "--json")
    assert told.exit_code == 0
    assert json.loads(told.output)["months"] == [
        {
            "month": JANUARY,
            "book_fen": 99_030_000,
            "bank_fen": 99_030_000,
            "bureau_fen": 99_030_000,
            "items": 0,
            "differs_days": 0,
            "signed": False,
            "agrees": True,
        }
    ]
    assert run("three-way", "--year", "2017", "--out", str(tmp_path / "t.xlsx")).exit_code == 0
    assert run("three-way").exit_code == 2
    listed = run("clearing", "--as-of", "2017-01-31", "--json")
    assert [
        (one["reference"], one["fen"], one["days"], one["overdue"]) for one in json.loads(listed.output)["items"]
    ] == [("HD555", 10_000, 4, False)]
    assert listed.exit_code == 0
    assert run("clearing", "--as-of", "2017-06-30").exit_code == 1


def test_figures_of_matching_and_clearing_count_days_and_open_down(office: BankedOffice) -> None:
    a_month(office, unplaced=10_000)
    before = Reading(2017, date(2017, 1, 31))
    assert before.value("reconciliation.unmatched_lines").value == 8  # every line of the bank in January
    assert before.value("reconciliation.oldest_days").value == 22  # since the ninth
    office.match(FIRST)
    office.sign("支出户", date(2017, 2, 6))
    after = Reading(2017, date(2017, 2, 6))
    values = {
        key: after.value(key).value
        for key in ("unmatched_lines", "oldest_days", "signed_months", "days")
        for key in [f"reconciliation.{key}"]
    }
    assert values == {
        "reconciliation.unmatched_lines": 0,
        "reconciliation.oldest_days": 0,
        "reconciliation.signed_months": 1,
        "reconciliation.days": 6,
    }
    assert after.value("clearing.unidentified_receipts").value == 10_000
    assert [row.reference for row in after.behind("clearing.unidentified_receipts", viewer=READER)] == ["HD555"]
    assert after.value("clearing.payments_in_transit").value == 0
    assert (after.value("clearing.oldest_days").value, after.value("clearing.overdue").value) == (10, 0)
    assert before.value("clearing.unidentified_receipts").value == 10_000


def test_statements_in_all_three_formats_follow_each_other_on_one_account(office: BankedOffice, tmp_path: Path) -> None:
    office.receive("COLLECTION", 7_000, "HD777", date(2017, 1, 5))

    def taken(text: str, name: str, on: date, **more: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        office.carry("bank.statement", {"file": keep(tmp_path / name), **more}, on=on)

    lines = [(date(2017, 1, 9), "HD888", "", 3_000, "memo")]
    with pytest.raises(Refused, match="指明账户"):
        taken(mt940(lines, 7_000), "a.sta", FIRST)
    with pytest.raises(Refused, match="不相接"):
        taken(mt940(lines, 7_001), "b.sta", FIRST, account="收入户")
    taken(mt940(lines, 7_000), "a.sta", FIRST, account="收入户")
    with pytest.raises(Refused, match="已经导入过"):
        taken(mt940(lines, 10_000), "c.sta", FIRST, account="收入户")
    taken(camt053([(date(2017, 1, 12), "HD999", "某单位", -500, "手续费")], 10_000), "d.xml", FIRST, account="收入户")
    taken(camt053([], 9_500), "e.xml", FIRST, account="收入户")
    assert list(StatementLine.objects.order_by("line").values_list("reference", "balance_fen")) == [
        ("HD777", 7_000),
        ("HD888", 10_000),
        ("HD999", 9_500),
    ]
    with pytest.raises(Refused, match="没有账户"):
        taken(camt053([], 9_500), "e.xml", FIRST, account="现金")
    office.verify()

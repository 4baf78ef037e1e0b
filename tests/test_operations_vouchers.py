"""Closing acts, late events, vouchers by hand, reversals and attachments: what is done, and what is refused and why."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from typer.testing import CliRunner

from jubao.cli import app
from jubao.documents.typesetting import SANS, SERIF, installed_fonts
from jubao.documents.voucher_pdf import voucher_outline, voucher_pdf
from jubao.ledger.balances import balances
from jubao.ledger.models import Attachment, PeriodClose, Voucher
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import open_day, post
from jubao.operations.inbound import inbound_path, keep
from jubao.policy.store import Policy
from jubao.records.models import Staff
from jubao.reports.catalogue.reading import behind, compute
from jubao.reports.invariants import verification
from jubao.reports.statements.voucher_print import voucher_paper
from jubao.vocabulary import month as months
from tests.office import READER, Office, number

pytestmark = pytest.mark.django_db
BOOKS = ("FUND", "DELEGATED", "ACCOUNTS")


@pytest.fixture(autouse=True)
def unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Months may be closed without bank statements here; what the rule asks for is tested where the bank is kept."""
    law_of_closing(monkeypatch, signed=False)


def law_of_closing(monkeypatch: pytest.MonkeyPatch, *, signed: bool) -> None:
    row = {"from": date(2009, 9, 1), "value": signed, "source": "house-defaults"}
    changed = Policy.load().with_rows("books.reconciliation_required", [row])
    monkeypatch.setattr(Policy, "load", classmethod(lambda cls: changed))


@pytest.fixture
def office() -> Office:
    """An office whose fund opened in January 2017."""
    made = Office()
    made.open_fund()
    return made


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


def close(office: Office, month: int, *books: str, on: date | None = None) -> Any:
    """Close a month of some books (FUND and DELEGATED) on the tenth of the next."""
    cases = [{"book": book, "month": month} for book in books or ("FUND", "DELEGATED")]
    return office.carry("fund.close_month", *cases, on=on or months.first_day(months.add(month, 1)).replace(day=10))


def reclassify(fen: int = 700, **said: Any) -> dict[str, Any]:
    return {
        "book": "FUND",
        "memo": "财政补贴级次更正",
        "reason": "到账通知写错级次",
        "legs": [{"account": "FISCAL_SUBSIDY_INCOME_CITY", "debit_fen": fen}, {"account": "400304", "credit_fen": fen}],
    } | said


def deposit(office: Office, fen: int, on: date) -> None:
    """Money on the collection account, by a contribution of somebody registered."""
    office.contribute(number("19700101"), "居民1", fen, on)


def notice(office: Office, reference: str, *, arrived: date, on: date) -> None:
    """Fiscal money that arrived on one day and is booked on another."""
    office.lines["FISCAL"] = held = office.lines.get("FISCAL", 0) + 5_000
    columns: dict[str, list[Any]] = {
        "account": ["财政专户"],
        "date": [arrived],
        "reference": [reference],
        "counterparty": ["对方"],
        "debit": [None],
        "credit": [5_000],
        "balance": [held],
        "memo": ["进账"],
    }
    office.carry("bank.statement", {"file": office.file("对账单.csv", "bank_statement", columns)}, on=on)
    columns = {
        "notice_number": [reference],
        "level": ["省"],
        "purpose": ["基础养老金"],
        "amount": [5_000],
        "arrived_date": [arrived],
        "reference": [reference],
        "memo": [None],
    }
    office.carry("fiscal.receive", {"file": office.file("通知.xlsx", "fiscal_notice", columns)}, on=on)


# ── Closing a month ──


def test_a_month_is_closed_by_accountant_deputy_and_director(office: Office) -> None:
    answer = close(office, 201701)
    told = {one["book"]: one for one in answer.result["closed"]}
    assert told["FUND"]["balances"] == {
        "FISCAL_ACCOUNT": 100_000_000,
        "DISBURSEMENT_ACCOUNT": 10_000_000,
        "FUND_BALANCE": -110_000_000,
    }
    assert told["DELEGATED"]["vouchers"] == 1
    office.verify()


@pytest.mark.parametrize(
    ("month", "on", "reason"),
    [
        (201702, date(2017, 3, 8), "应按月顺序结账，现应结 201701"),
        (201701, date(2017, 1, 31), "当月尚未结束"),
        (201713, date(2018, 3, 1), "月份应为 1 至 12"),
    ],
)
def test_a_month_out_of_order_or_not_over_is_refused(office: Office, month: int, on: date, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        close(office, month, "FUND", on=on)


def test_a_closed_month_is_not_closed_again_and_an_empty_book_not_at_all(office: Office) -> None:
    close(office, 201701)
    with pytest.raises(Refused, match="已经结账") as refused:
        close(office, 201701, "FUND", "ACCOUNTS")
    assert any("还没有凭证" in fault for fault in refused.value.faults)
    assert PeriodClose.objects.count() == 2


def test_december_is_closed_with_its_year(office: Office) -> None:
    for n in range(1, 12):
        close(office, 201700 + n, "FUND")
    with pytest.raises(Refused, match=r"fund\.close_year"):
        close(office, 201712, "FUND")


def test_money_left_on_the_collection_account_keeps_the_month_open_until_it_is_swept_in_time(office: Office) -> None:
    office.register({})
    deposit(office, 10_000, date(2017, 1, 30))
    with pytest.raises(Refused, match=r"100\.00 元.*fund\.sweep"):
        close(office, 201701, "FUND", on=date(2017, 2, 3))
    office.carry("fund.sweep", {"month": 201701}, on=date(2017, 2, 4))
    close(office, 201701, "FUND", on=date(2017, 2, 6))
    office.verify()


def test_a_sweep_after_the_days_of_grace_comes_too_late(office: Office) -> None:
    office.register({})
    deposit(office, 10_000, date(2017, 1, 30))
    office.carry("fund.sweep", {"month": 201701}, on=date(2017, 2, 6))  # the fifth day was the last
    with pytest.raises(Refused, match="末应无余额"):
        close(office, 201701, "FUND")


def test_an_old_waiting_voucher_keeps_the_month_open_and_a_recent_one_does_not(office: Office) -> None:
    office.register({"resident_number": number("19500101"), "pension_start": 201501, "enrolled_month": 201301})
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    office.carry("payment.release", {"batch": answer.result["batch"]}, on=date(2017, 1, 6), case_ref=answer.proposal)
    with pytest.raises(Refused, match="待记账已超过 15 天") as refused:
        close(office, 201701, "FUND")
    assert any("PAYMENTS_IN_TRANSIT" in fault for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("pending", "transit", "told"), [(30, 15, "超过 15 天，请先清理"), (15, 30, "待记账已超过 15 天")]
)
def test_how_long_money_and_vouchers_may_wait_is_a_rule(
    office: Office, ruled: Any, pending: int, transit: int, told: str
) -> None:
    """Released on the sixth: at the end of January it has waited 25 days; with 30 days for both the month is closed."""
    office.register({"resident_number": number("19500101"), "pension_start": 201501, "enrolled_month": 201301})
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    office.carry("payment.release", {"batch": answer.result["batch"]}, on=date(2017, 1, 6), case_ref=answer.proposal)
    ruled("books.pending_days", pending)
    ruled("books.clearing_limits", {"PAYMENTS_IN_TRANSIT": {"days": transit, "blocks": True}})
    with pytest.raises(Refused, match=told) as refused:
        close(office, 201701, "FUND")
    assert len(refused.value.faults) == 1
    ruled("books.pending_days", 30)
    ruled("books.clearing_limits", {"PAYMENTS_IN_TRANSIT": {"days": 15, "blocks": False}})
    assert close(office, 201701, "FUND").result["clearing"][0]["limit"] == 15


def test_what_no_voucher_by_hand_may_touch_is_a_rule(office: Office, ruled: Any) -> None:
    ruled(
        "books.manual_voucher_excluded", {"books": {}, "accounts": {"FISCAL_SUBSIDY_INCOME_CITY": "只随财政到账记账"}}
    )
    with pytest.raises(Refused, match="只随财政到账记账"):
        office.carry("voucher.enter", reclassify(), on=date(2017, 1, 9))


def test_money_in_transit_may_stand_over_the_end_of_a_month(office: Office) -> None:
    office.register({"resident_number": number("19500101"), "pension_start": 201501, "enrolled_month": 201301})
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 25))
    office.carry("payment.release", {"batch": answer.result["batch"]}, on=date(2017, 1, 26), case_ref=answer.proposal)
    told = close(office, 201701, "FUND", on=date(2017, 2, 7)).result
    assert told["closed"][0]["balances"]["PAYMENTS_IN_TRANSIT"] > 0
    assert told["clearing"] == []
    office.verify()


def test_where_the_rule_asks_for_it_every_bank_account_needs_its_reconciliation(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    law_of_closing(monkeypatch, signed=True)
    with pytest.raises(Refused, match="没有经签署的银行对账") as refused:
        close(office, 201701, "FUND")
    assert [fault.split("：")[1].split("当月")[0] for fault in refused.value.faults] == ["支出户", "财政专户"]


# ── Late events ──


def test_money_of_a_closed_month_is_posted_on_the_acts_day_with_the_day_it_is_late_for(office: Office) -> None:
    office.register({})
    close(office, 201701, on=date(2017, 2, 6))
    notice(office, "CZ1", arrived=date(2017, 1, 25), on=date(2017, 2, 8))
    voucher = Voucher.objects.get(event="fiscal_received")
    assert (voucher.date, voucher.late_for, voucher.period) == (date(2017, 2, 8), date(2017, 1, 25), 201702)
    assert any("补记 2017-01-25" in text for text in voucher_paper("FUND", f"201702-{voucher.number}").papers)
    assert "补记 2017-01-25" in run("books", "--open", "400302", "--period", "201702", "--json").output
    office.verify()


def test_an_act_whose_own_month_is_closed_is_refused_with_the_way_out(office: Office) -> None:
    close(office, 201701, on=date(2017, 2, 6))
    view = View(date(2017, 1, 31), office.staff._now(date(2017, 2, 6)), "x")
    with pytest.raises(Refused, match=r"已结账至 201701.*之后的业务日期重新提出"):
        open_day("FUND", date(2017, 1, 31), view=view)


def test_what_is_not_late_bears_its_own_day(office: Office) -> None:
    office.register({})
    deposit(office, 10_000, date(2017, 1, 20))
    voucher = Voucher.objects.get(event="contribution_received")
    assert (voucher.date, voucher.late_for) == (date(2017, 1, 20), None)


def test_nothing_is_asked_of_a_book_when_there_is_nothing_to_post(office: Office) -> None:
    close(office, 201701)
    event = Voucher.objects.order_by("-id")[0].act
    changes = Changes(View(date(2017, 1, 5), event.at, "x"))
    assert post("draw", {"amount": 0}, changes=changes) is None
    assert not changes.rows


# ── Vouchers by hand ──


def test_a_voucher_by_hand_reclassifies_and_its_reversal_mirrors_it(office: Office) -> None:
    before = balances("FUND")
    entered = office.carry("voucher.enter", reclassify(), on=date(2017, 1, 9))
    assert entered.result == {"vouchers": 1, "debit_fen": 700}
    assert Voucher.objects.get(event="manual_voucher").number == 2
    assert balances("FUND") == before | {"FISCAL_SUBSIDY_INCOME_CITY": 700, "FISCAL_SUBSIDY_INCOME_COUNTY": -700}
    office.verify()
    office.carry(
        "voucher.reverse", {"book": "FUND", "period": 201701, "number": 2, "reason": "通知更正"}, on=date(2017, 1, 10)
    )
    assert {key: fen for key, fen in balances("FUND").items() if fen} == before
    mirror = Voucher.objects.get(event="voucher_reversed")
    assert mirror.reversal_of == Voucher.objects.get(event="manual_voucher")
    assert mirror.late_for is None
    office.verify()


def test_a_reversal_of_a_closed_month_posts_in_the_open_month(office: Office) -> None:
    office.carry("voucher.enter", reclassify(), on=date(2017, 1, 9))
    close(office, 201701)
    office.carry(
        "voucher.reverse", {"book": "FUND", "period": 201701, "number": 2, "reason": "更正"}, on=date(2017, 2, 13)
    )
    mirror = Voucher.objects.get(event="voucher_reversed")
    assert (mirror.period, mirror.late_for) == (201702, date(2017, 1, 9))
    office.verify()


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (
            {
                "book": "ACCOUNTS",
                "legs": [{"account": "ACCOUNT_CONTROL", "debit_fen": 1}, {"account": "ACCOUNT_CITY", "credit_fen": 1}],
            },
            "个人账户须逐人有据",
        ),
        (
            {"legs": [{"account": "1004", "debit_fen": 5}, {"account": "OTHER_INCOME", "credit_fen": 5}]},
            "银行存款只随银行流水记账",
        ),
        (
            {"legs": [{"account": "110101", "debit_fen": 5}, {"account": "OTHER_INCOME", "credit_fen": 5}]},
            "在途款项随支付批次",
        ),
        (
            {"legs": [{"account": "9999", "debit_fen": 5}, {"account": "OTHER_INCOME", "credit_fen": 5}]},
            "没有科目 9999",
        ),
        (
            {"legs": [{"account": "ACCOUNT_CONTROL", "debit_fen": 5}, {"account": "OTHER_INCOME", "credit_fen": 5}]},
            "没有科目",
        ),
        (
            {"legs": [{"account": "OTHER_INCOME", "debit_fen": 5}, {"account": "INTEREST_INCOME", "credit_fen": 6}]},
            "不成凭证",
        ),
        (
            {"legs": [{"account": "OTHER_INCOME", "debit_fen": -5}, {"account": "INTEREST_INCOME", "debit_fen": 5}]},
            "不应小于0.00 元",
        ),
        (
            {"legs": [{"account": "OTHER_INCOME", "debit_fen": 5, "credit_fen": 5}, {"account": "INTEREST_INCOME"}]},
            "须只记借方或贷方",
        ),
        ({"legs": []}, "不成凭证"),
        ({"reason": ""}, "理由均须填写"),
        ({"memo": "长" * 200}, "请写简要"),
        ({"attachments": [{"file": "ab" * 32}]}, "不在收文库"),
    ],
)
def test_a_voucher_that_does_not_stand_is_refused_with_its_fault(
    office: Office, said: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Refused) as refused:
        office.carry("voucher.enter", reclassify(**said))
    assert any(fault in one for one in refused.value.faults), refused.value.faults
    assert not Voucher.objects.filter(event="manual_voucher").exists()


def test_every_fault_of_every_voucher_is_named(office: Office) -> None:
    bad = reclassify(reason="", legs=[{"account": "1002", "debit_fen": 5}, {"account": "9999", "credit_fen": 6}])
    with pytest.raises(Refused) as refused:
        office.carry("voucher.enter", reclassify(), bad)
    assert len(refused.value.faults) == 4
    assert all(fault.startswith("第2项") for fault in refused.value.faults)
    assert [fault.field for fault in refused.value.found] == ["reason", "legs", "legs", "legs"]


def test_what_a_business_act_posted_is_not_reversed_by_hand(office: Office) -> None:
    office.carry("fund.draw", {"month": 201701, "amount_fen": 100}, on=date(2017, 1, 5))
    with pytest.raises(Refused) as refused:
        office.carry(
            "voucher.reverse", {"book": "FUND", "period": 201701, "number": 2, "reason": "错"}, on=date(2017, 1, 5)
        )
    assert "由业务“fund.draw”记账" in refused.value.faults[0]
    assert "归集、请款" in refused.value.faults[0]


def test_a_voucher_is_reversed_once_and_a_reversal_never(office: Office) -> None:
    office.carry("voucher.enter", reclassify())
    case = {"book": "FUND", "period": 201701, "number": 2, "reason": "错"}
    with pytest.raises(Refused, match="同一申请中出现两次"):
        office.carry("voucher.reverse", case, case)
    office.carry("voucher.reverse", case)
    with pytest.raises(Refused, match="不能再次红冲"):
        office.carry("voucher.reverse", case)
    with pytest.raises(Refused, match="不再红冲"):
        office.carry("voucher.reverse", case | {"number": 3})
    with pytest.raises(Refused, match="没有这张凭证"):
        office.carry("voucher.reverse", case | {"number": 99})


def test_nothing_is_entered_or_reversed_in_a_closed_month(office: Office) -> None:
    office.carry("voucher.enter", reclassify(), on=date(2017, 1, 9))
    close(office, 201701)
    reversal = {"book": "FUND", "period": 201701, "number": 2, "reason": "错"}
    for code, case in (("voucher.enter", reclassify()), ("voucher.reverse", reversal)):
        view = View(date(2017, 1, 10), office.staff._now(date(2017, 2, 10)), "x")
        (fault,) = ACTS[code].act.check([ACTS[code].arguments.model_validate(case)], view)
        assert "201701 已结账" in str(fault)


def test_figures_count_closes_hand_vouchers_reversals_and_late_postings(office: Office) -> None:
    office.register({})
    for fen in (700, 800, 900, 1000):
        office.carry("voucher.enter", reclassify(fen), on=date(2017, 1, 9))
    close(office, 201701)
    notice(office, "CZ1", arrived=date(2017, 1, 25), on=date(2017, 2, 10))
    office.carry(
        "voucher.reverse", {"book": "FUND", "period": 201701, "number": 3, "reason": "更正"}, on=date(2017, 2, 13)
    )
    ids = ("months", "manual", "reversed", "reversal_rate", "late")
    shown = [compute(f"closing.{name}", year=2017, as_of=date(2017, 12, 31)).value for name in ids]
    assert shown == [2, 4, 1, 25, 2]  # two books; the notice and the reversal came late
    for name in ids[:3]:
        assert (
            len(list(behind(f"closing.{name}", year=2017, as_of=date(2017, 12, 31), viewer=READER)))
            == shown[ids.index(name)]
        )
    assert compute("closing.reversed", year=2017, as_of=date(2017, 1, 31)).value == 0


# ── Attachments and paper ──


@pytest.fixture
def slip(tmp_path: Path) -> str:
    path = tmp_path / "银行回单.pdf"
    path.write_bytes(f"%PDF slip {tmp_path}".encode())
    return keep(path)


def test_papers_come_with_a_voucher_or_later_each_once(office: Office, slip: str, tmp_path: Path) -> None:
    office.carry("voucher.enter", reclassify(attachments=[{"file": slip, "pages": 2}]))
    case = {"book": "FUND", "period": 201701, "number": 2, "file": slip}
    with pytest.raises(Refused, match="已经附上"):
        office.carry("voucher.attach", case)
    other = tmp_path / "说明.docx"
    other.write_bytes(b"why")
    office.carry("voucher.attach", case | {"file": keep(other), "pages": 3}, case | {"number": 1})
    assert Attachment.objects.aggregate(pages=Sum("pages"))["pages"] == 6
    paper = voucher_paper("FUND", "201701-2")
    assert paper.attachments == 5
    assert any("银行回单.pdf" in text for text in paper.papers)
    office.verify()
    inbound_path(slip).write_bytes(b"another slip")
    assert [v.table for f in verification.verify(["I-38"]) for v in f.violations] == ["ledger_attachment"] * 2


def test_papers_are_refused_for_closed_months_unknown_files_and_senseless_numbers(office: Office, slip: str) -> None:
    case = {"book": "FUND", "period": 201701, "number": 1, "file": slip}
    for said, reason in (
        ({"file": "0" * 64}, "不在收文库"),
        ({"pages": 0}, "不合理|不应小于1"),
        ({"number": 9}, "没有这张凭证"),
    ):
        with pytest.raises(Refused, match=reason):
            office.carry("voucher.attach", case | said)
    close(office, 201701)
    with pytest.raises(Refused, match="附件不能再补入"):
        office.carry("voucher.attach", case, on=date(2017, 2, 10))


def test_the_printed_voucher_says_words_pages_and_everybody_who_signed(
    office: Office, slip: str, tmp_path: Path
) -> None:
    office.carry("voucher.enter", reclassify(140_950, attachments=[{"file": slip, "pages": 2}]))
    said = voucher_outline(voucher_paper("FUND", "201701-2"))
    assert said["words"] == "合计：人民币壹仟肆佰零玖元伍角"  # the example of the payment rules of 银发〔1997〕393号
    assert (said["attachments"], said["debit"], said["credit"]) == (2, "1,409.50", "1,409.50")
    signed = dict(text.split("：", 1) for text in said["signed"])
    assert list(signed) == ["经办", "复核"]
    assert Staff.objects.get(code="C1").name in signed["经办"]
    if not set(installed_fonts()) & {*SERIF, *SANS}:
        pytest.skip("no Chinese font on this machine")
    out = tmp_path / "凭证.pdf"
    assert run("voucher", "FUND", "201701-2", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == voucher_pdf(voucher_paper("FUND", "201701-2"))
    assert out.read_bytes().startswith(b"%PDF")


# ── Closing a year ──


def test_a_year_is_refused_while_a_month_of_it_is_open_and_before_it_is_over(office: Office) -> None:
    with pytest.raises(Refused, match="现应结 201701"):
        office.carry("fund.close_year", {"book": "FUND", "year": 2017}, on=date(2017, 1, 9))
    for n in range(1, 12):
        close(office, 201700 + n, "FUND")
    with pytest.raises(Refused, match="尚未结束"):
        office.carry("fund.close_year", {"book": "FUND", "year": 2017}, on=date(2017, 12, 31))
    office.carry("fund.close_year", {"book": "FUND", "year": 2017}, on=date(2018, 1, 8))
    office.verify()


def test_income_below_zero_is_closed_on_its_other_side(office: Office) -> None:
    office.carry("voucher.enter", reclassify(), on=date(2017, 1, 9))  # city below zero, county above, together nothing
    for n in range(1, 12):
        close(office, 201700 + n, "FUND")
    office.carry("fund.close_year", {"book": "FUND", "year": 2017}, on=date(2018, 1, 8))
    held = balances("FUND")
    assert held["FISCAL_SUBSIDY_INCOME_CITY"] == held["FISCAL_SUBSIDY_INCOME_COUNTY"] == 0
    assert held["FUND_BALANCE"] == -110_000_000
    office.verify()


# ── Whatever happens ──


@pytest.mark.parametrize("seed", range(3))
def test_random_bookkeeping_keeps_every_invariant(office: Office, seed: int) -> None:
    dice, today, done = random.Random(seed), date(2017, 1, 9), 0
    office.register({})
    for _ in range(22):
        today = date.fromordinal(today.toordinal() + dice.randint(0, 18))
        act = dice.choice([enter, reverse, reverse, sweep, pay_in, draw, shut, shut, shut])
        try:
            act(office, dice, today)
            done += 1
        except Refused:
            pass
        office.verify()
    assert done > 5


def enter(office: Office, dice: random.Random, on: date) -> None:
    office.carry("voucher.enter", reclassify(dice.randint(1, 10**6)), on=on)


def reverse(office: Office, dice: random.Random, on: date) -> None:
    some = dice.choice(list(Voucher.objects.filter(book="FUND").order_by("id")))
    case = {"book": "FUND", "period": some.period, "number": some.number, "reason": "更正"}
    office.carry("voucher.reverse", case, on=on)


def sweep(office: Office, dice: random.Random, on: date) -> None:
    office.carry("fund.sweep", {"month": months.of(on)}, on=on)


def pay_in(office: Office, dice: random.Random, on: date) -> None:
    if dice.random() < 0.5:
        deposit(office, 10_000, on)
    else:
        arrived = max(date(2017, 1, 9), date.fromordinal(on.toordinal() - dice.choice([0, 20, 40])))
        notice(office, f"CZ{on}{dice.random()}"[:20], arrived=arrived, on=on)


def draw(office: Office, dice: random.Random, on: date) -> None:
    office.carry("fund.draw", {"month": months.of(on), "amount_fen": dice.randint(1, 1000)}, on=on)


def shut(office: Office, dice: random.Random, on: date) -> None:
    last = (
        PeriodClose.objects.filter(book="FUND", kind="MONTH")
        .order_by("-period")
        .values_list("period", flat=True)
        .first()
    )
    close(office, months.add(last, 1) if last else 201701, "FUND", on=on)

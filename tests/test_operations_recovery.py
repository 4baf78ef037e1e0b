"""Recovery after the settlement: notices, instalments, receipts by paying level, what is given up, what stays open."""

from datetime import date

import docx
import pytest
import typer
from django.db import transaction
from typer.testing import CliRunner

from jubao.documents.notice import notice_bytes
from jubao.documents.notice_pdf import notice_outline
from jubao.ledger.balances import balances
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.posts import Post
from jubao.records.models import (
    AuditEvent,
    Instalment,
    InstalmentPlan,
    OverpaidMonth,
    Overpayment,
    RecoveryDemand,
    RecoveryEvent,
)
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.window import Window
from jubao.reports.invariants.verification import verify
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.printing import sheet_of
from jubao.reports.plausibility.relation import breaches
from jubao.reports.statements.recovery_notice import NoSuchNotice, recovery_notice
from tests.fonts import needs_chinese_font
from tests.office import READER, Office, number
from tests.reports_year import quarter

pytestmark = pytest.mark.django_db

WANG = number("19500315", 1)
OPEN = 12_172  # of 500.00 overpaid, 378.28 were set off (test_operations_pension)
PLAN = (("2017-10-31", 4_000), ("2017-11-30", 4_000), ("2017-12-31", 4_172))


@pytest.fixture
def office() -> Office:
    """A death of March reported in August: five months at 70 + 15 + 15 (account) too many, no grant."""
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "personal": 42_000,
            "pension_personal": 1_500,
        }
    )
    for month in range(201701, 201709):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-03-12", "reported_date": "2017-08-19", "burial": "火化"},
        on=date(2017, 8, 20),
    )
    return office


def demand(office: Office, text: str = "追〔2017〕1号", on: date = date(2017, 8, 25)) -> object:
    return office.carry("recovery.demand", {"person": WANG, "number": text, "receiver": "王甲的法定继承人"}, on=on)


def agree(office: Office, parts: tuple[tuple[str, int], ...] = PLAN, on: date = date(2017, 9, 11)) -> object:
    rows = [{"due_date": day, "amount_fen": fen} for day, fen in parts]
    case = {"person": WANG, "debtor": "王小", "agreed_date": on.isoformat(), "parts": rows}
    return office.carry("recovery.instalments", case, on=on)


def repay(office: Office, fen: int, on: date) -> None:
    reference = f"TH{on:%Y%m%d}"
    office.receive("COLLECTION", fen, reference, on)
    office.carry("recovery.receive", {"person": WANG, "amount_fen": fen, "reference": reference}, on=on)


def figures(as_of: date, *ids: str) -> list[object]:
    reading = Reading(2017, as_of)
    return [reading.value(one).value for one in ids]


def column(name: str, title: str, as_of: date) -> list[object]:
    sheet = sheet_of(find_list(name), Window(2017, as_of), viewer=READER)
    place = [one.title for one in sheet.columns].index(title)
    return [row[place] for row in sheet.rows]


def test_the_chains_are_those_of_the_controls() -> None:
    """Controls e.2 rows 30, 31 and e.3: a write-off takes four people, 待 → 会 → 稽 → 主."""

    def posts(code: str) -> list[Post]:
        return [ACTS[code].maker, *(step.post for step in ACTS[code].chain)]

    assert posts("recovery.write_off") == [Post.BENEFITS, Post.ACCOUNTANT, Post.AUDIT, Post.DIRECTOR]
    assert posts("recovery.demand") == [Post.BENEFITS, Post.AUDIT, Post.DEPUTY_BUSINESS]
    assert posts("contribution.refund") == [Post.COLLECTION, Post.ACCOUNTS, Post.DEPUTY_BUSINESS]


def test_a_notice_asks_for_what_is_open_within_the_days_of_the_law(office: Office) -> None:
    demand(office)
    sent = RecoveryDemand.objects.get()
    assert (sent.amount_fen, sent.sent_date, sent.due_date) == (OPEN, date(2017, 8, 25), date(2017, 9, 24))
    with pytest.raises(Refused, match="追〔2017〕1号 已用过"):
        demand(office, on=date(2017, 9, 25))
    demand(office, "追〔2017〕2号", on=date(2017, 9, 25))
    office.verify()


def test_the_printed_notice_names_months_payers_and_the_amount_in_words(office: Office, tmp_path) -> None:
    demand(office)
    notice = recovery_notice("追〔2017〕1号", viewer=READER)
    assert notice.table is not None
    assert notice.table.rows == (
        ("基础养老金（中央）", "中央", "201704—201708", "5", "70.00", "350.00"),
        ("基础养老金（省级）", "省级", "201704—201708", "5", "15.00", "75.00"),
        ("账户养老金（个人缴费）", "个人账户", "201704—201708", "5", "15.00", "75.00"),
        ("合计", "", "", "5", "", "500.00"),
    )
    assert "尚应退还121.72元（人民币壹佰贰拾壹元柒角贰分）" in notice.paragraphs[1]
    assert "已在终止结算中抵扣378.28元" in notice.paragraphs[1]
    assert WANG not in notice.paragraphs[0]
    path = tmp_path / "a.docx"
    path.write_bytes(notice_bytes(notice))
    assert "王甲的法定继承人：" in [p.text for p in docx.Document(str(path)).paragraphs]
    with pytest.raises(NoSuchNotice, match="最近一份为 追〔2017〕1号"):
        recovery_notice("追〔2017〕9号", viewer=READER)


@needs_chinese_font
def test_the_command_notice_writes_word_and_pdf(office: Office, tmp_path, monkeypatch) -> None:
    from jubao.cli import notice as door
    from jubao.cli import setup

    demand(office)
    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    app = typer.Typer()
    app.callback()(lambda: None)
    door.register(app)
    out = tmp_path / "a.docx"
    assert CliRunner().invoke(app, ["notice", "追〔2017〕1号", "--by", "D2", "--out", str(out)]).exit_code == 0
    assert docx.Document(str(out)).tables[0].rows[1].cells[0].text == "基础养老金（中央）"
    assert (
        CliRunner().invoke(app, ["notice", "追〔2017〕1号", "--by", "D2", "--out", str(tmp_path / "a.pdf")]).exit_code
        == 0
    )
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    said = notice_outline(recovery_notice("追〔2017〕1号", viewer=READER))
    assert "人民币壹佰贰拾壹元柒角贰分" in said["paragraphs"][1]
    assert said["rows"][-1][-1] == "500.00"
    assert CliRunner().invoke(app, ["notice", "追〔2017〕9号", "--by", "D2", "--out", str(out)]).exit_code == 1


def test_instalments_come_to_what_is_open_to_the_fen(office: Office) -> None:
    demand(office)
    with pytest.raises(Refused) as refused:
        agree(office, (("2017-11-30", 6_000), ("2017-10-31", 6_173)))
    assert [fault.partition("：")[2] for fault in refused.value.faults] == [
        "各期合计 121.73 元，未追回 121.72 元，请改到一致",
        "第2期应还日期 2017-10-31 不晚于上一期，请按日期先后填写",
    ]
    assert not InstalmentPlan.objects.exists()
    agree(office)
    assert list(Instalment.objects.order_by("seq").values_list("seq", "amount_fen")) == [
        (1, 4000),
        (2, 4000),
        (3, 4172),
    ]
    office.verify()


def test_receipts_fill_the_instalments_in_their_order(office: Office) -> None:
    """50.00 on 5 November: the first 40.00 and 10.00 of the second; in December 30.00 are overdue."""
    demand(office)
    agree(office)
    repay(office, 5_000, date(2017, 11, 5))
    wanted = ("recovery.overdue_instalments", "recovery.overdue_amount")
    assert figures(date(2017, 11, 4), *wanted) == [1, 4_000]
    assert figures(date(2017, 11, 30), *wanted) == [0, 0]
    assert figures(date(2017, 12, 1), *wanted) == [1, 3_000]
    assert column("instalments", "已还金额", date(2017, 12, 1)) == [4_000, 1_000, 0]
    assert column("instalments", "状态", date(2017, 12, 1)) == ["已还清", "逾期", "未到期"]
    repay(office, 7_172, date(2017, 12, 5))
    assert column("instalments", "未还金额", date(2017, 12, 31)) == [0, 0, 0]
    assert Overpayment.objects.get().open_fen == 0
    assert balances("FUND").get("RECOVERABLE_OVERPAYMENTS", 0) == 0
    office.verify()


def test_a_later_agreement_replaces_the_earlier(office: Office) -> None:
    demand(office)
    agree(office)
    repay(office, 5_000, date(2017, 11, 5))
    agree(office, (("2018-01-31", 7_172),), on=date(2017, 12, 4))
    assert figures(date(2017, 12, 5), "recovery.overdue_instalments", "recovery.plans") == [0, 2]
    assert column("instalments", "应还金额", date(2017, 12, 5)) == [7_172]
    office.verify()


def test_money_that_comes_back_covers_the_oldest_months_and_their_payers(office: Office) -> None:
    """Every month is 70 centre, 15 province, 15 account.

    378.28 set off cover April to June and of July 70.00 and 8.28; the receipt of 121.72 covers the other 6.72 of the
    province and 15.00 of the account of July, and all of August.
    """
    levels = ("central", "province", "account", "county")
    wanted = [f"recovery.returned_{level}" for level in levels]
    assert figures(date(2017, 8, 31), *wanted) == [28_000, 4_500 + 828, 4_500, 0]
    repay(office, OPEN, date(2017, 9, 1))
    assert figures(date(2017, 9, 30), *wanted) == [35_000, 7_500, 7_500, 0]
    assert column("returned-by-level", "省级财政", date(2017, 9, 30)) == [5_328, 672 + 1_500]
    assert column("returned-by-level", "追回金额", date(2017, 9, 30)) == [37_828, OPEN]
    september = Reading(2017, date(2017, 9, 30), since=date(2017, 9, 1))
    assert september.value("recovery.returned_central").value == 7_000
    rows = list(september.behind("recovery.returned_province", viewer=READER))
    assert [(row.quantity, row.note[:6]) for row in rows] == [(672, "201707"), (1_500, "201708")]
    office.verify()


def test_what_is_open_grows_older(office: Office) -> None:
    """Found on 20 August: 30 days on 19 September, 31 the day after, 90 on 18 November, 365 a year later."""
    bands = [f"recovery.open_{band}" for band in ("30", "90", "365", "older")]
    assert figures(date(2017, 9, 19), *bands) == [OPEN, 0, 0, 0]
    assert figures(date(2017, 9, 20), *bands) == [0, OPEN, 0, 0]
    assert figures(date(2017, 11, 18), *bands) == [0, OPEN, 0, 0]
    assert figures(date(2018, 8, 20), *bands) == [0, 0, OPEN, 0]
    assert figures(date(2018, 8, 21), *bands) == [0, 0, 0, OPEN]
    assert column("recovery-ageing", "账龄段", date(2017, 9, 20)) == ["31至90天"]


def test_what_is_given_up_needs_a_notice_and_a_decision_and_leaves_the_books(office: Office) -> None:
    case = {"person": WANG, "basis": "2017年第12次主任办公会纪要"}
    with pytest.raises(Refused, match="请先通知还款"):
        office.carry("recovery.write_off", case, on=date(2017, 8, 21))
    demand(office)
    repay(office, 5_000, date(2017, 11, 5))
    with pytest.raises(Refused, match=r"核销 71\.73 元多于未追回 71\.72 元"):
        office.carry("recovery.write_off", case | {"amount_fen": 7_173}, on=date(2017, 12, 20))
    office.carry("recovery.write_off", case, on=date(2017, 12, 21))
    assert Overpayment.objects.get().open_fen == 0
    booked = balances("FUND")
    assert (booked.get("RECOVERABLE_OVERPAYMENTS", 0), booked["OTHER_EXPENDITURE"]) == (0, 7_172)
    wanted = ("audit.recovered", "recovery.written_off", "audit.open")
    assert figures(date(2017, 12, 31), *wanted) == [42_828, 7_172, 0]
    assert (column("audit", "已追回", date(2017, 12, 31)), column("audit", "已核销", date(2017, 12, 31))) == (
        [42_828],
        [7_172],
    )
    assert not breaches(Reading(2017, date(2017, 12, 31)))
    office.verify()


def test_what_is_written_past_the_program_is_found(office: Office) -> None:
    """A write-off without notice or voucher, a plan that is not its parts, a demand for more than is open."""
    claim, act = Overpayment.objects.get(), AuditEvent.objects.latest("id")
    RecoveryEvent.objects.create(act=act, overpayment=claim, kind="WRITTEN_OFF", amount_fen=100, basis="纪要")
    plan = InstalmentPlan.objects.create(
        act=act, overpayment=claim, agreed_date=date(2017, 9, 1), amount_fen=OPEN, debtor="王小", evidence="协议"
    )
    Instalment.objects.create(act=act, plan=plan, seq=1, due_date=date(2017, 10, 1), amount_fen=OPEN - 1)
    RecoveryDemand.objects.create(
        act=act,
        overpayment=claim,
        number="x",
        amount_fen=50_001,
        sent_date=date(2017, 9, 1),
        due_date=date(2017, 10, 1),
        receiver="王小",
    )
    told = " ".join(v.text for finding in verify(["I-23"]) for v in finding.violations)
    for fault in (
        "核销没有依据，或核销前没有发出追回通知",
        "核销与凭证相差 1.00 元",
        "分期合计与协议总额不符",
        "金额为 500.01 元",
        "多发金额与明细",
    ):
        assert fault in told


def test_a_claim_that_is_settled_is_neither_demanded_nor_given_up(office: Office) -> None:
    repay(office, OPEN, date(2017, 9, 1))
    for code, case in (
        ("recovery.demand", {"number": "追〔2017〕1号"}),
        ("recovery.write_off", {"basis": "纪要"}),
        (
            "recovery.instalments",
            {"debtor": "王小", "agreed_date": "2017-09-02", "parts": [{"due_date": "2017-10-01", "amount_fen": 1}]},
        ),
    ):
        with pytest.raises(Refused, match="没有未追回的多发待遇案件"):
            office.carry(code, {"person": WANG} | case, on=date(2017, 9, 5))


def test_a_repayment_above_what_is_open_says_what_is_open(office: Office) -> None:
    office.receive("COLLECTION", OPEN + 1, "TH1", date(2017, 9, 1))
    with pytest.raises(Refused, match=r"未追回：121\.72 元"):
        office.carry(
            "recovery.receive", {"person": WANG, "amount_fen": OPEN + 1, "reference": "TH1"}, on=date(2017, 9, 1)
        )


def test_of_a_living_person_only_the_basic_part_is_claimed() -> None:
    """Another pension since April: 85.00 a month comes back; what the account paid was the person's own."""
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "personal": 42_000,
            "pension_personal": 1_500,
        }
    )
    for month in range(201701, 201709):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.terminate", {"person": WANG, "reason": "1407", "event_date": "2017-04-01"}, on=date(2017, 8, 20)
    )
    assert set(OverpaidMonth.objects.values_list("item", flat=True)) == {"001001", "001002"}
    assert Overpayment.objects.get().amount_fen == 5 * 8_500
    assert figures(date(2017, 12, 31), "recovery.returned_account") == [0]
    office.verify()


def test_months_drawn_in_two_provinces_open_the_money_that_came_back() -> None:
    """The quarter of tests/reports_year.py: its cross-province case, month by month, comes to the figure."""
    with transaction.atomic():
        quarter()
        day = date(2017, 3, 31)
        [whole] = figures(day, "cross_province.recovered")
        back, owed, rest = (column("overlap", title, day) for title in ("年内追回", "多发金额", "未追回"))
        assert whole == sum(back) > 0
        case = Overpayment.objects.get(pk=RecoveryEvent.objects.filter(kind="RECEIPT").earliest("pk").overpayment_id)
        assert sum(owed) == case.amount_fen
        assert sum(rest) == case.open_fen
        assert len(owed) == len(set(OverpaidMonth.objects.filter(overpayment=case).values_list("month", flat=True)))
        levels = [f"cross_province.recovered_{level}" for level in ("central", "province", "city", "county")]
        assert sum(figures(day, *levels)) == whole
        transaction.set_rollback(True)


def test_one_bank_receipt_pays_one_claim_of_a_request(office: Office) -> None:
    office.receive("COLLECTION", 5_000, "TH1", date(2017, 9, 1))
    case = {"person": WANG, "amount_fen": 5_000, "reference": "TH1"}
    with pytest.raises(Refused, match="流水号 TH1 在申请中出现两次"):
        office.carry("recovery.receive", case, case, on=date(2017, 9, 1))


def test_repayments_of_one_request_add_up_on_their_claim(office: Office) -> None:
    for reference, fen in (("TH1", 5_000), ("TH2", OPEN - 5_000), ("TH3", 1)):
        office.receive("COLLECTION", fen, reference, date(2017, 9, 1))
    cases = [
        {"person": WANG, "amount_fen": 5_000, "reference": "TH1"},
        {"person": WANG, "amount_fen": OPEN - 5_000, "reference": "TH2"},
    ]
    with pytest.raises(Refused, match="未追回：无"):
        office.carry(
            "recovery.receive", *cases, {"person": WANG, "amount_fen": 1, "reference": "TH3"}, on=date(2017, 9, 1)
        )
    office.carry("recovery.receive", *cases, on=date(2017, 9, 1))
    assert Overpayment.objects.get().open_fen == 0
    office.verify()


def test_a_day_that_differs_from_the_statement_is_refused(office: Office) -> None:
    office.receive("COLLECTION", 5_000, "TH1", date(2017, 9, 1))
    case = {"person": WANG, "amount_fen": 5_000, "reference": "TH1", "received_date": "2017-08-30"}
    with pytest.raises(Refused, match="与对账单的 2017-09-01 不符"):
        office.carry("recovery.receive", case, on=date(2017, 9, 2))

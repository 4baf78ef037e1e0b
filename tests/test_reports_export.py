"""The export holds the whole book of record, says what every column means, and lets a stranger recompute it."""

import csv
import hashlib
import importlib.util
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings
from typer.testing import CliRunner

from jubao.records.models import AccountEntry, AuditEvent, BankLine
from jubao.reports.export.book_of_record import CannotExport, _text, export_tables
from jubao.reports.export.catalogue import fill
from jubao.reports.tables.columns import book_of_record, every_table, schema_of
from tests.golden import assert_page
from tests.office import READER, Office, number
from tests.reports_year import payer, pensioner, quarter

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
CHECK = ROOT / "tests" / "independent_check.py"
MOVED_IN = number("19800101", 61)


@pytest.fixture(scope="module")
def exported(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A quarter and the rest of its year, with what was taken back or taken in too late, exported as CSV."""
    home = tmp_path_factory.mktemp("exported")
    with django_db_blocker.unblock(), override_settings(JUBAO_HOME=home), transaction.atomic():
        office = quarter()
        _time_before(office)
        office.carry("contribution.credit", {"through": "2017-12-29"}, on=date(2017, 12, 29))
        for month in range(201704, 201712):
            office.pay(month, date(2017, 12, 29))
        _come_back(office)
        office.pay(201712, date(2017, 12, 30))
        _too_late(office)
        export_tables(home / "csv", "csv", viewer=READER)
        yield home / "csv"
        transaction.set_rollback(True)


def _time_before(office: Office) -> None:
    """Five years of 甲, 20.00 each, as the office before lists them, and what 平安 was paid for December."""
    on, count = date(2017, 12, 29), 5
    told = {
        "resident_number": [payer("甲")] * count,
        "name": ["甲"] * count,
        "year": list(range(2012, 2017)),
        "tier": [100] * count,
        "personal": [1_900] * count,
        "interest": [100] * count,
    }
    office.carry("register.years", {"file": office.file("年度.xlsx", "earlier_years", told)}, on=on)
    told = {
        "resident_number": [pensioner("平安")],
        "name": ["平安"],
        "month": [201612],
        "item": ["001001"],
        "amount": [7_000],
    }
    office.carry("register.payments", {"file": office.file("已发.xlsx", "earlier_payments", told)}, on=on)


def _come_back(office: Office) -> None:
    """A pension that comes back after the bank had confirmed it, and a death that was none, reported in March."""
    year_end = date(2017, 12, 29)
    lost = BankLine.objects.get(batch__month=201711, batch__kind="PENSION", person__resident_number=pensioner("平安"))
    heirs = BankLine.objects.filter(batch__kind="SETTLEMENT", payout_order__payout__person__name="死亡").order_by("seq")
    for place, line in enumerate([lost, *heirs]):
        office.receive("DISBURSEMENT", line.amount_fen, f"TP{place}", year_end)
        case = {
            "person": line.payee_number,
            "batch": line.batch.number,
            "reference": f"TP{place}",
            "reason": "账户已销户",
        }
        office.carry("payment.returned_late", case, on=year_end)
    alive = {"person": pensioner("死亡"), "evidence": "本人到场", "evidence_date": "2017-12-20"}
    office.carry("award.reinstate", alive, on=year_end)


def _too_late(office: Office) -> None:
    """The year's interest, then money the bank had had in June."""
    there = date(2017, 6, 15)
    line = {
        "account": ["收入户"],
        "date": [there],
        "reference": ["HD9"],
        "counterparty": ["对方"],
        "debit": [None],
        "credit": [20_000],
        "balance": [office.lines["COLLECTION"] + 20_000],
        "memo": ["进账"],
    }
    office.carry("bank.statement", {"file": office.file("对账单.csv", "bank_statement", line)}, on=date(2017, 12, 30))
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 4))
    columns = {
        "seq": [1],
        "resident_number": [MOVED_IN],
        "name": ["转入"],
        "contribution_year": [2017],
        "kind": ["10"],
        "amount": [20_000],
    }
    header = {"bank": "农业银行", "batch_no": "P9", "date": there, "receipt_reference": "HD9"}
    file = office.file("代收.txt", "bank_collection", columns, header)
    office.carry("contribution.bank", {"file": file}, on=date(2018, 1, 5))
    office.carry("contribution.credit", {"through": "2018-01-05"}, on=date(2018, 1, 5))


def stranger() -> Any:
    """The independent script, loaded as a program of its own."""
    spec = importlib.util.spec_from_file_location("stranger", CHECK)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.golden
def test_the_page_says_what_every_exported_column_means() -> None:
    assert_page("export.md", fill)


def test_every_table_of_records_and_ledger_is_exported(exported: Path) -> None:
    models = [m for m in apps.get_models() if m._meta.app_label in {"records", "ledger"}]
    ours = {m._meta.db_table for m in models if m._meta.managed}
    # Bytes and marks that follow from facts stay; wide tables are told line by line, by the views made of them.
    lines = {m._meta.db_table for m in models if not m._meta.managed}
    assert lines == {"records_payrollline", "records_accountentry", "records_accountbalance"}
    wide = {"records_pensionmonth", "records_accountposting", "records_individualaccount"}
    # Who is logged in, what he typed and what runs beside the page is nobody's record, and travels in no backup.
    passing = {"records_session", "records_attempts", "records_draft", "records_work"}
    kept = ours - wide - passing - {"records_outboxcontent", "records_tablemark"} | lines
    assert {m._meta.db_table for m in book_of_record()} == kept
    assert {path.stem for path in exported.glob("*.csv")} == kept | {"law", "benefit_item"}
    assert ours - passing <= {m._meta.db_table for m in every_table()}
    assert not passing & {m._meta.db_table for m in every_table()}


def test_the_stranger_uses_nothing_of_the_program() -> None:
    text = CHECK.read_text(encoding="utf-8")
    assert "jubao" not in text
    assert "django" not in text


def test_a_stranger_recomputes_every_pension_and_balance(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stranger().main(exported) == 0
    assert capsys.readouterr().out == "0 differences\n"
    paid = [line for line in rows(exported, "records_payrollline") if line["state"] == "PAID"]
    interest = [entry for entry in rows(exported, "records_accountentry") if "INTEREST" in entry["kind"]]
    late = [entry for entry in interest if entry["kind"] == "SETTLED_INTEREST" and entry["value_month"] == "201712"]
    assert len(paid) > 70
    assert len(interest) > 10
    assert len(late) > 1  # on money taken in after the year was settled, and on its subsidy
    for table in ("records_latereturn", "records_settlementreversal", "records_withdrawnmonth"):
        assert rows(exported, table)


@pytest.mark.parametrize(
    ("table", "column", "wanted"),
    [
        ("records_payrollline", "amount_fen", {"state": "PAID", "item": "001001"}),
        ("records_accountbalance", "balance_fen", {}),
        ("records_accountentry", "amount_fen", {"kind": "INTEREST"}),
        ("records_accountentry", "amount_fen", {"kind": "SETTLED_INTEREST"}),
        ("records_accountentry", "amount_fen", {"kind": "SETTLED_INTEREST", "value_month": "201712"}),
        ("records_withdrawnmonth", "amount_fen", {}),
        ("records_earlieryear", "interest_fen", {}),
        ("records_earlieryear", "year", {"year": "2015"}),
        ("records_registeropening", "interest_through", {}),
        ("records_enrolment", "earlier_years", {"earlier_years": "5"}),
    ],
)
def test_a_fen_of_difference_does_not_escape_the_stranger(
    exported: Path, tmp_path: Path, table: str, column: str, wanted: dict[str, str]
) -> None:
    for path in exported.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = rows(tmp_path, table)
    victim = next(row for row in changed if wanted.items() <= row.items())
    victim[column] = str(int(victim[column]) + 1)
    with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, victim.keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
    assert stranger().main(tmp_path) == 1


def test_every_item_paid_says_whose_it_is(exported: Path) -> None:
    """国发〔2014〕8号: basic parts by government, account parts by source; what a place adds is the place's."""
    whose = {row["item"]: (row["payer"], row["source"], row["law"]) for row in rows(exported, "benefit_item")}
    assert {line["item"] for line in rows(exported, "records_payrollline")} <= set(whose)
    assert whose["001001"] == ("CENTRAL", "\\N", "benefit.base_national")
    assert whose["001005"] == ("\\N", "\\N", "benefit.years_increment benefit.age_addon")
    assert whose["002007"] == ("ACCOUNT", "GOVERNMENT_PAID", "benefit.annuity_divisor")
    known = {row["key"] for row in rows(exported, "law")}
    assert {key for _, _, law in whose.values() for key in law.split()} <= known


def test_csv_and_parquet_hold_the_same(exported: Path, tmp_path: Path) -> None:
    manifest = export_tables(tmp_path / "parquet", "parquet", viewer=READER)
    for name, table in manifest["tables"].items():
        columns = pq.read_table(tmp_path / "parquet" / table["file"]).to_pydict()
        texts = rows(exported, name)
        assert [[_text(v) for v in values] for values in columns.values()] == [
            [row[c] for row in texts] for c in columns
        ]


def test_no_float_stands_in_any_exported_table() -> None:
    floats = [
        f"{model._meta.db_table}.{field.name}"
        for model in every_table()
        for field in schema_of(model)
        if pa.types.is_floating(field.type) or (field.name.endswith("_fen") and field.type != pa.int64())
    ]
    assert floats == []


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_books_give_the_same_files(exported: Path, tmp_path: Path, form: Any) -> None:
    once, twice = (
        export_tables(tmp_path / "once", form, viewer=READER),
        export_tables(tmp_path / "twice", form, viewer=READER),
    )
    assert once == twice
    head = AuditEvent.objects.order_by("-id").first()
    assert head is not None
    assert once["head"] == {"id": head.id, "mac": head.mac}


def test_the_manifest_vouches_for_every_file(exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))
    for name, table in manifest["tables"].items():
        assert hashlib.sha256((exported / table["file"]).read_bytes()).hexdigest() == table["sha256"]
        assert len(rows(exported, name)) == table["rows"]
    assert manifest["tables"]["records_accountentry"]["rows"] == AccountEntry.objects.count()


def test_an_export_never_mixes_with_what_is_there(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("old")
    with pytest.raises(CannotExport, match="不是空的"):
        export_tables(tmp_path, "csv", viewer=READER)
    with pytest.raises(CannotExport, match="没有 xls"):
        export_tables(tmp_path / "new", "xls", viewer=READER)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]


def test_a_text_that_a_spreadsheet_would_run_is_quoted() -> None:
    """Controls F091."""
    assert _text("=1+1") == "'=1+1"
    assert _text("-3") == "'-3"
    assert (_text(-3), _text(None), _text(value=True), _text("430602")) == ("-3", "\\N", "1", "430602")
    assert _text(datetime(2017, 1, 3, 0, 30, tzinfo=UTC)) == "2017-01-03 00:30:00"


def test_the_command_export_writes_a_folder(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jubao.cli import app, setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    asked = ["export", "--by", "D2", "--reason", "HANDOVER"]
    assert CliRunner().invoke(app, ["export", str(tmp_path / "none"), "--by", "D2"]).exit_code == 1  # no reason
    done = CliRunner().invoke(app, [*asked, str(tmp_path / "out"), "--format", "csv"])
    assert done.exit_code == 0
    assert stranger().main(tmp_path / "out") == 0
    assert CliRunner().invoke(app, [*asked, str(tmp_path / "out")]).exit_code == 1
    assert CliRunner().invoke(app, [*asked, str(tmp_path / "two"), "--format", "xls"]).exit_code == 2

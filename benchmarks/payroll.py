"""A month's payroll from awards to locked lines, against INSERT..SELECT of the same lines."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from benchmarks import district, ours, pensioners
from benchmarks.books import Books, statements
from benchmarks.measure import Contender, Run
from benchmarks.pensioners import FIRST_MONTH as MONTH
from benchmarks.pensioners import ITEMS
from jubao.columns.by_code import amount_column
from jubao.records.models import Award, AwardComponent, BankAccount, BankLine, PensionMonth
from jubao.vocabulary.codes import BenefitItem

DAY = date(2017, 1, 10)
PEER_SHARE, PEER_AT_LEAST = 20, 1_000
BATCH = 1_000
ASKED = ours.Asked("payroll.calculate", {"month": MONTH}, DAY)


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure ``rows`` lines: a quarter as many pensioners with four items each, a twentieth of them not payable."""
    lines = pensioners.prepare(books, rows // len(ITEMS))
    books.fresh()
    ASKED.envelope()
    notes = [
        "rows are lines, an item each; ours and the peers' keep the four of a month in one row",
        "bare: INSERT..SELECT of bank lines and payroll lines, an item a line, into tables without any key",
        "keyed: into tables with every key, index, reference and check of that form",
        *ours.NOTES,
        f"orm: Django objects collected person by person, bulk_create by {BATCH:,}; prefetch: read ahead as well; a sample",
    ]
    result = Run("payroll", books.engine, rows, pensioners.check(MONTH), notes)
    result.measure(_contenders(books, lines), rounds=rounds, count=statements)
    result.expect_at_most("envelope", "bare", 3)
    result.expect_at_most("envelope", "keyed", 0.6)
    result.expect_faster("envelope", "orm", 20)
    result.expect_small("envelope", books.peak_mib(ASKED.envelope))
    return result


def _contenders(books: Books, lines: int) -> list[Contender]:
    people = lines // len(ITEMS)
    sample = min(people, max(people // PEER_SHARE, PEER_AT_LEAST))
    return [
        Contender("bare", "limit", pensioners.write_bare, lines, prepare=books.fresh),
        Contender("keyed", "limit", pensioners.write_keyed, lines, "bare", books.fresh),
        *ours.contenders(ASKED, lines, "bare", books.fresh),
        Contender("orm", "peer", partial(_orm, sample), sample * len(ITEMS), "bare", books.fresh),
        Contender("prefetch", "peer", partial(_prefetch, sample), sample * len(ITEMS), "bare", books.fresh),
    ]


# ── Peers: a plain Django program without preview, signatures or seal ──


def _orm(sample: int) -> None:
    """Ask for everybody's items and account one after the other."""

    def account_of(award: Award) -> BankAccount | None:
        return award.person.bank_accounts.filter(usable_from__lte=DAY).order_by("-usable_from", "-id").first()

    def items_of(award: Award) -> list[Any]:
        return list(award.components.filter(from_month__lte=MONTH, to_month=None).order_by("item"))

    awards = _running().select_related("person")[:sample].iterator(BATCH)
    _pay((award, items_of(award), account_of(award)) for award in awards)


def _prefetch(sample: int) -> None:
    """Read ahead, as somebody does who knows Django well."""
    items = AwardComponent.objects.filter(from_month__lte=MONTH, to_month=None).order_by("item")
    accounts = BankAccount.objects.filter(usable_from__lte=DAY).order_by("usable_from", "id")
    ahead = [Prefetch("components", items, "items"), Prefetch("person__bank_accounts", accounts, "usable")]
    awards = _running().select_related("person").prefetch_related(*ahead)[:sample].iterator(BATCH)
    _pay((award, award.items, award.person.usable[-1]) for award in awards)


def _running() -> QuerySet[Award]:
    return Award.objects.filter(start_month__lte=MONTH, ended_month=None, suspended_from=None).order_by("id")


def _pay(awards: Iterator[tuple[Any, list[Any], Any]]) -> None:
    """Collect the months of awards with their items and account, and create them in bulk."""
    act = district.last_event()
    with transaction.atomic():
        batch = pensioners.add_batch(MONTH)
        bank: list[BankLine] = []
        paid: list[PensionMonth] = []
        for seq, (award, items, account) in enumerate(awards, start=1):
            payee = BankLine(
                act_id=act,
                batch_id=batch,
                seq=seq,
                person_id=award.person_id,
                payee_number=award.person.personal_number,
                payee_name=award.person.name,
                bank=account.bank,
                account=account.account,
                amount_fen=sum(item.amount_fen for item in items),
            )
            bank.append(payee)
            month = PensionMonth(
                act_id=act,
                batch_id=batch,
                bank_line=payee,
                person_id=award.person_id,
                award_id=award.pk,
                month=MONTH,
                **{amount_column(BenefitItem(item.item)): item.amount_fen for item in items},
            )
            paid.append(month)
        BankLine.objects.bulk_create(bank, batch_size=BATCH)
        for month in paid:
            month.bank_line_id = month.bank_line.pk
        PensionMonth.objects.bulk_create(paid, batch_size=BATCH)

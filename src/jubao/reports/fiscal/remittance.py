"""Account money that goes up to the province (个人账户结余上解): whose, of which year, how much is left to send."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from django.db.models import Min
from numpy.typing import NDArray

from jubao.columns.by_code import amount_columns
from jubao.documents.sheet import IDENTIFIER, INTEGER, MONEY, TEXT, Column, Row, Sheet
from jubao.records.models import AccountPosting, RemittanceShare
from jubao.reports.figures.state_on_day import ENDED, relations
from jubao.reports.figures.window import Window
from jubao.reports.statements.sheet import office_name
from jubao.reports.streaming import rows_of
from jubao.vocabulary.codes import EntryKind, Source
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.resident_number import mask

Ids = NDArray[np.int64]
DRAWING = "3"  # AAC031: a pension began, or the relation ended
MOVED = " + ".join(f"e.{column}" for column in amount_columns(Source))  # what a posting moves, of all sources


@dataclass(frozen=True)
class AccountMoney:
    """A year's account money by person, each array of shape (n,): what was credited, sent up, and may still go.

    ``left`` is nothing for whoever draws a pension or left the scheme: their money is needed here.
    """

    year: int
    person: Ids
    credited: Fen
    sent: Fen
    left: Fen

    @property
    def kept(self) -> Fen:
        """Shape (n,), fen: what stays here, needed for pensions, refunds and transfers.

        Below zero where a credit was taken back after it had gone up: that much is to come back from the province.
        """
        return self.credited - self.sent - self.left


def year_of_money(year_of_surplus: int) -> int:
    """The year under which a surplus is accounted for by person.

    Years before the register was taken over are one sum, the opening balance; it bears the year of the takeover.
    """
    opened = AccountPosting.objects.filter(kind=EntryKind.OPENING).aggregate(year=Min("year"))["year"]
    return year_of_surplus if opened is None else max(year_of_surplus, opened)


def account_money(year: int, *, as_of: date) -> AccountMoney:
    """Credits of a year (contributions, subsidies, money transferred in, opening balances) by person.

    Interest is bookkeeping and never goes up; what an account no longer holds cannot go up either.

    Args:
        year: the year credited, as ``year_of_money`` gives it.
        as_of: last business date that counts.
    """
    return _money(year, _known(as_of, year=year))


@dataclass(frozen=True)
class _Known:
    """What was known on a day, in fen: credited and sent by year and person, held by person, and who accumulates."""

    credited: dict[int, dict[int, int]]
    sent: dict[int, dict[int, int]]
    held: dict[int, int]
    staying: Ids

    @property
    def gone(self) -> dict[int, int]:
        """What went up by person, of all years."""
        found: dict[int, int] = defaultdict(int)
        for of_year in self.sent.values():
            for person, fen in of_year.items():
                found[person] += fen
        return found


def _known(as_of: date, *, year: int | None = None) -> _Known:
    """Read with a statement each, however many years; ``year`` leaves out what was credited of others."""
    kinds = ", ".join(f"'{kind}'" for kind in EntryKind.money_in())
    of_year = "" if year is None else "AND coalesce(r.year, e.year) = %s"
    credited = _sums(
        f"""
        SELECT coalesce(r.year, e.year), e.person_id, sum({MOVED}) FROM records_accountposting e
        JOIN records_auditevent a ON a.id = e.act_id
        LEFT JOIN records_accountposting r ON r.id = e.reversal_of_id
        WHERE coalesce(r.kind, e.kind) IN ({kinds}) AND a.business_date <= %s {of_year}
        GROUP BY coalesce(r.year, e.year), e.person_id""",  # noqa: S608
        as_of,
        *(() if year is None else (year,)),
    )
    held = _sums(
        f"""SELECT 0, e.person_id, sum({MOVED}) FROM records_accountposting e
        JOIN records_auditevent a ON a.id = e.act_id WHERE a.business_date <= %s GROUP BY e.person_id""",  # noqa: S608
        as_of,
    )
    return _Known(credited, _sums(SENT, as_of), held.get(0, {}), _accumulating(as_of))


def _money(year: int, known: _Known) -> AccountMoney:
    credited = known.credited.get(year, {})
    person = np.array(sorted(credited), dtype=np.int64)
    fen, gone = _column(person, credited), _column(person, known.sent.get(year, {}))
    free = np.minimum(fen - gone, _column(person, known.held) - _column(person, known.gone))
    return AccountMoney(
        year, person, fen, gone, np.where(np.isin(person, known.staying), np.maximum(free, 0), 0).astype(np.int64)
    )


SENT = """SELECT s.year, s.person_id, sum(s.amount_fen) FROM records_remittanceshare s
    JOIN records_auditevent a ON a.id = s.act_id WHERE a.business_date <= %s GROUP BY s.year, s.person_id"""


def _sums(sql: str, *parameters: object) -> dict[int, dict[int, int]]:
    """Fen by year and person."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for year, person, fen in rows_of(sql, [_bound(one) for one in parameters]):
        found[int(year)][int(person)] = int(fen)
    return found


def _bound(value: object) -> object:
    return value.isoformat() if isinstance(value, date) and connection.vendor == "sqlite" else value


def _column(person: Ids, sums: dict[int, int]) -> Fen:
    return np.array([sums.get(one, 0) for one in person.tolist()], dtype=np.int64)


def _accumulating(as_of: date) -> Ids:
    """People whose relation stands and who draw no pension."""
    rows = relations(Window(as_of.year, as_of)).exclude(enrolment_state=ENDED).exclude(contribution_state=DRAWING)
    return np.array(sorted(rows.values_list("enrolment__person_id", flat=True)), dtype=np.int64)


@dataclass(frozen=True)
class RemittedYear:
    """One year of the statement: people, and fen credited, staying here, due upward, sent, left."""

    year: int
    people: int
    credited_fen: int
    kept_fen: int
    sent_fen: int
    left_fen: int

    @property
    def due_fen(self) -> int:
        """What is to go up: what went, and what is left."""
        return self.sent_fen + self.left_fen


def remitted_years(*, as_of: date) -> list[RemittedYear]:
    """Every year with account money, oldest first, as known on a day."""
    known = _known(as_of)
    return [_of(_money(year, known)) for year in sorted({*known.credited, *known.sent})]


def _of(money: AccountMoney) -> RemittedYear:
    sums = (int(part.sum()) for part in (money.credited, money.kept, money.sent, money.left))
    return RemittedYear(money.year, int(np.count_nonzero(money.credited)), *sums)


HEADINGS = ("当年账户资金", "留存当地", "应上解", "已上解", "未上解")


def remittance_sheets(*, as_of: date) -> list[Sheet]:
    """The statement by year, and every share by movement, person and year."""
    rows: list[Row] = [
        (f"{one.year}", one.people, one.credited_fen, one.kept_fen, one.due_fen, one.sent_fen, one.left_fen)
        for one in remitted_years(as_of=as_of)
    ]
    columns = (
        Column("年度", IDENTIFIER, 10),
        Column("人数", INTEGER),
        *(Column(h, MONEY, 18, is_totalled=True) for h in HEADINGS),
    )
    shares = RemittanceShare.objects.filter(act__business_date__lte=as_of).order_by("movement", "year", "person")
    fields = (
        "movement__reference",
        "year",
        "person__personal_number",
        "person__name",
        "person__resident_number",
        "amount_fen",
    )
    behind: list[Row] = [
        (reference, f"{year}", number, name, mask(resident), fen)
        for reference, year, number, name, resident, fen in shares.values_list(*fields)
    ]
    listed = (
        Column("上解凭据", TEXT, 20),
        Column("年度", IDENTIFIER, 10),
        Column("个人编号", IDENTIFIER),
        Column("姓名"),
        Column("公民身份号码", IDENTIFIER),
        Column("金额", MONEY, is_totalled=True),
    )
    note = "期初接入以前各年合计列在接入年度；利息不上解；已领取待遇和已终止人员的账户资金留存当地"
    return [
        Sheet("上解情况", "个人账户结余资金上解情况表", office_name(), as_of, columns, rows, note=note),
        Sheet("上解明细", "个人账户结余资金上解明细", office_name(), as_of, listed, behind),
    ]

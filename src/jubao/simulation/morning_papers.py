"""What lies on the counter the morning after the year: who comes, what the banks and the police send."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from jubao.exchange.reading import read_table
from jubao.exchange.writing import write_table
from jubao.reports.figures.window import Window
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.listing import Asked
from jubao.reports.viewers import viewer_of
from jubao.simulation.chance import Chance
from jubao.simulation.identity import first_digits, resident_numbers
from jubao.simulation.paper import Others
from jubao.vocabulary import month as months

Case = dict[str, Any]
Listed = dict[str, Any]
_READER = "D2"
_LOOKED_THROUGH = 400  # lines of a list, more than enough to find the few who are needed
_AREA = 430602
_PLACES = 4
_BANK, _BACK_PAYMENT, _BACK_PAID_FEN = "农业银行", "31", 30_000


class Papers:
    """The district's people as its own lists show them, and the files that arrive."""

    NO_LISTS: Final = "元月名单尚未全部送达，已电话核对无新增"

    def __init__(self, folder: Path, year: int, on: date) -> None:
        """Look at the district on a day.

        Args:
            folder: where its files lie; year: the year it worked.
            on: the morning.
        """
        self.folder, self.year, self.on = folder, year, on
        self.chance = Chance(on.toordinal(), on.year)
        self.viewer = viewer_of(_READER, on=on, lifted=(), witness=None)

    # ── Who is there ──

    def listed(self, name: str) -> list[Listed]:
        """The first lines of a list, by column."""
        listing = find_list(name)
        window = Window(self.on.year, self.on)
        page = listing.page(Asked(), window=window, viewer=self.viewer, limit=_LOOKED_THROUGH)
        names = [column.name for column in listing.columns]
        return [dict(zip(names, line.cells, strict=True)) for line in page.lines]

    @cached_property
    def register(self) -> dict[str, Listed]:
        """People of the opening register by personal number, as the file states them."""
        found: dict[str, Listed] = {}
        for path in sorted((self.folder / "期初").glob("参保登记底册-*.xlsx")):
            columns = read_table(path, "opening_register").columns
            wanted = ("name", "resident_number", "division", "bank")
            rows = zip(columns["personal_number"], *(columns[name] for name in wanted), strict=True)
            found |= {number: dict(zip(wanted, row, strict=True)) for number, *row in rows}
        return found

    @cached_property
    def drawing(self) -> list[str]:
        """Personal numbers of people in payment whose certification is not near its end."""
        near = {row["personal_number"] for row in self.listed("certification-due")}
        return [number for number in self._in_state("正常待遇") if number not in near]

    @cached_property
    def paying(self) -> list[str]:
        """Personal numbers of people who pay contributions and have something in their account."""
        return self._in_state("正常缴费")

    def _in_state(self, state: str) -> list[str]:
        rows = self.listed("insured")
        return [row["personal_number"] for row in rows if row["state_then"] == state and self._is_known(row)]

    def _is_known(self, row: Listed) -> bool:
        return row["personal_number"] in self.register

    # ── What they ask for ──

    def target(self) -> Case:
        """What the bureau asks to be collected this year."""
        return {
            "name": "collection.bureau",
            "amount_fen": 60_000_000,
            "year": self.on.year,
            "source": "区人力资源和社会保障局",
        }

    def of_age(self) -> Listed | None:
        """Somebody of pension age who lacks some years and comes to pay them; None where the district has nobody."""
        rows = [row for row in self.listed("of-age-unpaid") if self._is_known(row)]
        return min(rows, key=lambda row: (row["missing"], row["personal_number"]), default=None)

    def application(self) -> list[Case]:
        """Whoever has paid the years that were missing asks for the pension."""
        someone = self.of_age()
        if someone is None:
            return []
        form = f"待遇领取申请表 {months.of(self.on)}-01"
        return [{"person": someone["personal_number"], "form": form, "applied_date": self.on.isoformat()}]

    def leaver(self, place: int) -> Case:
        """Somebody who pays and moves to another district."""
        agency = Others.invent(self.chance, "agencies", _PLACES)
        return {
            "person": self.paying[place],
            "kind": "WITHIN_PROVINCE",
            "to_agency": "云溪区城乡居民养老保险中心",
            "to_account": agency.accounts[place],
            "applied_date": (self.on - timedelta(days=1)).isoformat(),
        }

    def new_account(self, place: int) -> Case:
        """Somebody in payment who brings another account."""
        account = Others.invent(self.chance, "new accounts", _PLACES).accounts[place]
        return {"person": self.drawing[place], "bank": "农业银行", "bank_account": account}

    def overdue_certification(self) -> list[Case]:
        """Somebody whose certification runs out this month; nobody where none does."""
        month = months.of(self.on)
        due = sorted(row["personal_number"] for row in self.listed("certification-due") if row["due_month"] == month)
        told = {
            "reason": "1201",
            "from_month": months.add(month, 1),
            "memo": "超期未通过领取资格认证",
            "next_step_post": "BENEFITS",
            "due": (self.on + timedelta(days=90)).isoformat(),
        }
        return [{"person": number} | told for number in due[:1]]

    def suspended(self) -> list[str]:
        """At most one person who was suspended for want of a certification."""
        return [row["personal_number"] for row in self.listed("uncertified")][:1]

    def claims(self) -> list[Case]:
        """What is owed back and was never asked for in writing: at most two, the oldest first."""
        rows = [row for row in self.listed("recovery-ageing") if not row["demand"]]
        oldest = sorted(rows, key=lambda row: (-row["days"], row["personal_number"]))
        return [{"person": row["personal_number"]} for row in oldest[:2]]

    # ── What arrives ──

    def statement(self) -> str:
        """What the bank says of the collection account since New Year; some of it nobody announced."""
        lines = [
            (self._reference("WZ", 1), "长河机电公司", 38_600, "社保费"),
            (self._reference("LX", 1), "农业银行", 1_275, "结息"),
        ]
        if self.missing_years:
            paid = _BACK_PAID_FEN * len(self.missing_years)
            lines.insert(0, (self._reference("DK", 1), f"{_BANK}代收户", paid, "城乡居保代扣缴费"))
        amounts = [fen for _, _, fen, _ in lines]
        columns = {
            "account": ["收入户"] * len(lines),
            "date": [self.on] * len(lines),
            "reference": [reference for reference, _, _, _ in lines],
            "counterparty": [who for _, who, _, _ in lines],
            "debit": [None] * len(lines),
            "credit": amounts,
            "balance": np.cumsum(amounts).tolist(),  # the account was swept at the end of the year
            "memo": [memo for _, _, _, memo in lines],
        }
        return self._write(f"银行对账单{self.on:%Y%m%d}.csv", "bank_statement", columns)

    @cached_property
    def missing_years(self) -> list[int]:
        """The years that whoever is of age still pays for: the latest ones before the takeover."""
        someone = self.of_age()
        return [self.year - 1 - back for back in range(someone["missing"])] if someone else []

    def back_payment(self) -> list[Case]:
        """The bank's file of those years."""
        someone, years = self.of_age(), self.missing_years
        if someone is None:
            return []
        person, on = self.register[someone["personal_number"]], self.on
        columns = {
            "seq": list(range(1, len(years) + 1)),
            "resident_number": [person["resident_number"]] * len(years),
            "name": [person["name"]] * len(years),
            "contribution_year": years,
            "kind": [_BACK_PAYMENT] * len(years),
            "amount": [_BACK_PAID_FEN] * len(years),
        }
        batch = f"PL{on:%Y%m%d}91"
        header = {"bank": _BANK, "batch_no": batch, "date": on, "receipt_reference": self._reference("DK", 1)}
        return [{"file": self._write(f"银行代收-{on:%Y%m%d}.txt", "bank_collection", columns, header)}]

    def death_list(self) -> Case:
        """The police's list of the month: some of ours, and somebody nobody knows."""
        stranger = self._numbers([date(1941, 5, 6)], first=631)[0]
        some = [self.register[number] for number in self.drawing[2:6]]
        people = [(one["name"], one["resident_number"]) for one in some] + [("许远桥", stranger)]
        days = [self.on - timedelta(days=20 + 3 * place) for place in range(len(people))]
        listed = f"GA-{months.of(self.on)}"
        columns = {
            "record_number": [f"{listed}-{place:04}" for place in range(1, len(people) + 1)],
            "name": [name for name, _ in people],
            "resident_number": [number for _, number in people],
            "death_date": [*days[:-2], None, days[-1]],
            "origin": ["户籍注销"] * len(people),
        }
        return {
            "file": self._write(f"疑似死亡名单-{listed}.xlsx", "death_list", columns),
            "list_kind": "POLICE_DEATH",
            "list_number": listed,
            "received_from": "区公安分局",
            "region": "岳阳楼区",
        }

    def enrolments(self) -> str:
        """Three people who come to enrol."""
        born = [date(1969, 3, 12), date(1985, 11, 2), date(2000, 7, 30)]
        others = Others.invent(self.chance, "enrolments", len(born))
        place = self.register[self.paying[0]]["division"]
        same: dict[str, Sequence[Any]] = {
            "household_type": ["20"] * len(born),
            "category": ["011"] * len(born),
            "division": [place] * len(born),
            "address": [f"春晖路{number}号" for number in (6, 18, 27)],
            "phone": [None] * len(born),
            "tier": [200, 500, 1000],
            "bank": ["农业银行"] * len(born),
            "card_number": [None] * len(born),
            "applied_date": [self.on] * len(born),
        }
        columns = {
            "name": others.names,
            "resident_number": self._numbers(born, first=641),
            "bank_account": others.accounts,
        }
        return self._write(f"新参保登记-{self.on:%Y%m%d}.xlsx", "enrolment_batch", columns | same)

    # ── How it is written ──

    def _numbers(self, born: Sequence[date], *, first: int) -> list[str]:
        """Resident numbers of people the district never had: their sequence numbers begin where its own end."""
        days = np.array(born, dtype="datetime64[D]")
        areas = np.full(days.size, _AREA, dtype=np.int64)
        sequence = first + np.arange(days.size, dtype=np.int64)
        return [str(number) for number in resident_numbers(first_digits(areas, days, sequence))]

    def _reference(self, kind: str, place: int) -> str:
        return f"{kind}{self.on:%Y%m%d}{place:02}"

    def _write(self, name: str, layout: str, columns: dict[str, Any], header: dict[str, Any] | None = None) -> str:
        path = self.folder / f"{self.on:%Y-%m-%d}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(path, layout, columns, header=header)
        return str(path.relative_to(self.folder))

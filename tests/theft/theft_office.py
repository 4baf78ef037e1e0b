"""The office in which thefts are tried: a month of 2017 is paid, people of every kind are in the register, all of it honest."""

from datetime import date

from jubao.records.models import BankAccount
from tests.office import Office, number

WANG, SUN, ZHOU = number("19500315", 1), number("19490101", 7), number("19480808", 3)
LI, ZHAO, WU = number("19700101", 2), number("19570310", 4), number("19750606", 5)
HE, ZHENG = number("19470707", 6), number("19570220", 8)
RESTING = [number("19460101", 21 + place) for place in range(20)]
"""Twenty pensioners whose pensions rest since January."""
NAMES = {WANG: "王甲", SUN: "孙丁", ZHOU: "周戊", LI: "李乙", ZHAO: "赵己", WU: "吴辛", HE: "何庚", ZHENG: "郑壬"}
JANUARY, LISTED, FEBRUARY, MARCH, APRIL = (
    date(2017, 1, 5),
    date(2017, 1, 20),
    date(2017, 2, 6),
    date(2017, 3, 6),
    date(2017, 4, 6),
)
FRIEND, COUSIN = "6228489999999999901", "6228489999999999902"
"""Bank accounts of the crew that no book knows."""


def theft_office() -> Office:
    """Wang and Sun draw pensions, Zhou's and twenty others' rest, He died and is settled, the others contribute."""
    office = Office()
    office.open_fund()
    drawing = {"pension_start": 201201, "contributed_years": 0, "personal": 60_000, "pension_personal": 1_500}
    office.register(
        {"name": "王甲", "resident_number": WANG} | drawing,
        {"name": "孙丁", "resident_number": SUN} | drawing,
        {"name": "周戊", "resident_number": ZHOU} | drawing,
        {"name": "李乙", "resident_number": LI, "personal": 100_000, "county": 5_000},
        {"name": "赵己", "resident_number": ZHAO, "category": "021"},
        {"name": "吴辛", "resident_number": WU, "personal": 50_000},
        {"name": "何庚", "resident_number": HE} | drawing,
        {"name": "郑壬", "resident_number": ZHENG, "contributed_years": 15, "personal": 150_000},
        *({"name": f"旧户{place}", "resident_number": who} | drawing for place, who in enumerate(RESTING)),
    )
    office.pay(201701, JANUARY)
    office.carry(
        "award.suspend",
        *({"person": who, "reason": "1201", "from_month": 201702, "due": "2017-06-30"} for who in (ZHOU, *RESTING)),
        on=date(2017, 1, 9),
    )
    office.contribute(WU, "吴辛", 30_000, date(2017, 1, 10))
    office.carry("contribution.credit", {"through": "2017-01-11"}, on=date(2017, 1, 11))
    office.carry("award.terminate", {"person": HE, "reason": "1401", "event_date": "2016-12-20"}, on=date(2017, 1, 12))
    return office


def card(person: str) -> str:
    """The bank account somebody's pension went to when the register was opened."""
    return str(BankAccount.objects.filter(person__resident_number=person).earliest("id").account)

"""Random office life: whatever sequence of acts is asked for, every invariant holds after each of them."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import AuditEvent, Contribution, MatchCandidate, Overpayment, Person, Settlement
from jubao.vocabulary import month as months
from tests.office import VILLAGE, Office, number

pytestmark = pytest.mark.django_db

PENSIONERS = [number(f"19{50 + k:02d}0{k + 1}15", 11 + k) for k in range(6)]
PAYERS = [number(f"19{57 + 4 * k:02d}0{k + 1}20", 31 + k) for k in range(6)]
EVERYBODY = PENSIONERS + PAYERS


class Life:
    """An office where anything may be asked for; refusals are ordinary, broken books are not."""

    def __init__(self, seed: int) -> None:
        """Found it, open its books and its register of twelve people."""
        self.dice = random.Random(seed)
        self.office = Office()
        self.office.open_fund()
        self.office.register(
            *(
                {
                    "name": "甲" + "子丑寅卯辰巳"[k],
                    "resident_number": n,
                    "pension_start": 201507 + k,
                    "personal": 9_000 * k,
                    "province": 500 * k,
                    "pension_personal": 150 * k,
                    "pension_province": 20 * k,
                }
                for k, n in enumerate(PENSIONERS)
            ),
            *(
                {
                    "name": "乙" + "子丑寅卯辰巳"[k],
                    "resident_number": n,
                    "contributed_years": 6 + 3 * k,
                    "personal": 60_000 + 7_777 * k,
                    "county": 3_000,
                }
                for k, n in enumerate(PAYERS)
            ),
        )
        self.month = 201701
        self.day = 6
        self.done = 0
        self.asked = 0

    @property
    def on(self) -> date:
        return date(self.month // 100, self.month % 100, self.day)

    def step(self) -> None:
        act = self.dice.choice(ACTS)
        self.asked += 1
        self.day = min(self.day + self.dice.randint(0, 2), 27)
        before = AuditEvent.objects.count()
        try:
            act(self)
            self.done += 1
        except Refused:
            assert AuditEvent.objects.count() > before, "a refusal is chained as well"
        self.office.verify()

    def anybody(self) -> str:
        return self.dice.choice(EVERYBODY)


def pay_month(life: Life) -> None:
    failing = {f"62284800{place:011d}": "211" for place in range(1, 13) if life.dice.random() < 0.2}
    life.office.pay(life.month, life.on, failing=failing)
    life.month, life.day = months.add(life.month, 1), 3


def suspend(life: Life) -> None:
    reason = life.dice.choice(["1201", "1202", "1299"])
    from_month = months.add(life.month, -life.dice.choice([0, 0, 0, 1, 3]))
    memo = life.dice.choice(["线索", "线索", ""])
    life.office.carry(
        "award.suspend",
        {"person": life.anybody(), "reason": reason, "from_month": from_month, "memo": memo, "due": "2019-12-31"},
        on=life.on,
    )


def resume(life: Life) -> None:
    shown = max(life.on - timedelta(days=life.dice.choice([0, 0, 20, 70])), date(2017, 1, 1))
    life.office.carry(
        "award.resume",
        {
            "person": life.anybody(),
            "evidence": "上门核实",
            "pay_back": life.dice.random() < 0.5,
            "evidence_date": shown.isoformat(),
        },
        on=life.on,
    )


def contribute(life: Life) -> None:
    person = life.anybody()
    year = life.dice.choice([life.on.year, life.on.year, 2015])
    fen = life.dice.choice([10_000, 50_000, 300_000, 10_500])
    life.office.contribute(person, Person.objects.get(resident_number=person).name, fen, life.on, year=year)


def credit(life: Life) -> None:
    life.office.carry("contribution.credit", {"through": life.on.isoformat()}, on=life.on)


def grant(life: Life) -> None:
    life.office.carry("award.grant", {"person": life.anybody(), "applied_date": life.on.isoformat()}, on=life.on)


def terminate(life: Life) -> None:
    back = life.dice.randint(0, 4)
    happened = months.first_day(months.add(life.month, -back))
    reason = life.dice.choice(["1401", "1401", "1407", "1406", "1499"])
    life.office.carry(
        "award.terminate",
        {
            "person": life.anybody(),
            "reason": reason,
            "event_date": happened.isoformat(),
            "reported_date": life.on.isoformat(),
            "burial": life.dice.choice(["火化", "土葬"]),
        },
        on=life.on,
    )


def reinstate(life: Life) -> None:
    ended = list(Settlement.objects.filter(award__isnull=False).select_related("person").order_by("id"))
    if ended:
        person = life.dice.choice(ended).person.resident_number
        life.office.carry(
            "award.reinstate",
            {"person": person, "evidence": "本人到场", "evidence_date": life.on.isoformat()},
            on=life.on,
        )


def end(life: Life) -> None:
    reason = life.dice.choice(["6401", "6406", "6407", "6499"])
    life.office.carry(
        "enrolment.end",
        {"person": life.anybody(), "reason": reason, "event_date": life.on.isoformat(), "evidence": "死亡医学证明"},
        on=life.on,
    )


def send(life: Life) -> None:
    life.office.carry(
        "transfer.send",
        {
            "person": life.anybody(),
            "kind": "WITHIN_PROVINCE",
            "to_agency": "某县",
            "to_account": "6228480099001",
            "applied_date": life.on.isoformat(),
        },
        on=life.on,
    )


def receive(life: Life) -> None:
    person = number("19750505", life.dice.randint(100, 999))
    reference = f"ZR{life.asked}"
    life.office.receive("COLLECTION", 70_000, reference, life.on)
    life.office.carry(
        "transfer.receive",
        {
            "person": person,
            "name": "丙",
            "kind": "WITHIN_PROVINCE",
            "from_agency": "某县",
            "division": VILLAGE,
            "years": 3,
            "sheet": "（2017）转字第3号",
            "personal_fen": 60_000,
            "province_fen": 10_000,
            "reference": reference,
            "bank": "农业银行",
            "bank_account": f"62284899{life.asked:011d}",
        },
        on=life.on,
    )


def pay_out(life: Life) -> None:
    answer = life.office.carry("payout.collect", {"through": life.on.isoformat()}, on=life.on)
    if answer.result["batch"]:
        life.office.settle(answer, life.on)


def suspect(life: Life) -> None:
    people = life.dice.sample(EVERYBODY, 3)
    columns = {
        "record_number": [str(k) for k in range(3)],
        "name": ["某"] * 3,
        "resident_number": people,
        "death_date": [life.on] * 3,
        "origin": [f"某地{life.asked}"] * 3,
    }
    life.office.carry(
        "match.import",
        {
            "file": life.office.file("名单.xlsx", "death_list", columns),
            "list_kind": "POLICE_DEATH",
            "list_number": f"M{life.asked}",
            "received_from": "公安",
        },
        on=life.on,
    )


def decide(life: Life) -> None:
    open_ones = list(
        MatchCandidate.objects.filter(state__in=["OPEN", "HELD"]).select_related("match_list", "person").order_by("id")
    )
    if not open_ones:
        return
    one = life.dice.choice(open_ones)
    case = {"list_number": one.match_list.number, "person": one.person.resident_number}
    if one.state == "OPEN" and life.dice.random() < 0.6:
        life.office.carry("match.hold", case | {"from_month": life.month, "due": "2019-12-31"}, on=life.on)
    elif life.dice.random() < 0.5:
        life.office.carry(
            "match.clear", case | {"evidence": "本人到场", "evidence_date": life.on.isoformat()}, on=life.on
        )
    else:
        happened = months.first_day(months.add(life.month, -2))
        life.office.carry("match.confirm", case | {"reason": "1401", "event_date": happened.isoformat()}, on=life.on)


def sweep(life: Life) -> None:
    life.office.carry("fund.sweep", {"month": life.month}, on=life.on)


def settle_year(life: Life) -> None:
    life.office.carry("account.settle_year", {"year": life.on.year - 1}, on=life.on)


def adjust(life: Life) -> None:
    life.office.carry("award.adjust", {"month": life.month, "notice": "调整通知"}, on=life.on)


def refund(life: Life) -> None:
    paid = list(Contribution.objects.select_related("person").order_by("id"))
    if paid:
        one = life.dice.choice(paid)
        case = {"person": one.person.resident_number, "years": [one.year], "reason": "重复缴费"}
        life.office.carry("contribution.refund", case, on=life.on)


def recover(life: Life) -> None:
    """A notice, an agreement, a repayment or a write-off of some claim, settled ones included."""
    claims = list(Overpayment.objects.select_related("person").order_by("id"))
    if not claims:
        return
    claim = life.dice.choice(claims)
    case: dict[str, object] = {"person": claim.person.resident_number, "reason": claim.reason}
    part = max(claim.open_fen // life.dice.randint(1, 3), 1)
    act = life.dice.choice(["demand", "demand", "instalments", "receive", "receive", "write_off"])
    match act:
        case "demand":
            case["number"] = f"追{life.asked}"
        case "instalments":
            dues = [months.first_day(months.add(life.month, 1 + k)).isoformat() for k in range(2)]
            sums = [part, max(claim.open_fen - part, 1)]
            parts = [{"due_date": day, "amount_fen": fen} for day, fen in zip(dues, sums, strict=True)]
            case |= {"debtor": "家属", "agreed_date": life.on.isoformat(), "parts": parts}
        case "receive":
            reference = f"TH{life.asked}"
            life.office.receive("COLLECTION", part, reference, life.on)
            case |= {"amount_fen": part, "reference": reference}
        case "write_off":
            case |= {"amount_fen": part, "basis": "办公会纪要"}
    life.office.carry(f"recovery.{act}", case, on=life.on)


ACTS: list[Callable[[Life], None]] = [
    pay_month,
    pay_month,
    pay_month,
    suspend,
    resume,
    contribute,
    contribute,
    credit,
    grant,
    grant,
    terminate,
    reinstate,
    end,
    send,
    receive,
    pay_out,
    suspect,
    decide,
    decide,
    sweep,
    settle_year,
    adjust,
    refund,
    recover,
    recover,
]


@pytest.mark.parametrize("seed", range(3))
def test_every_invariant_holds_after_every_act_of_a_short_life(seed: int) -> None:
    life = Life(seed)
    for _ in range(25):
        life.step()
    assert life.done >= 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 112))
def test_every_invariant_holds_after_every_act_of_a_long_life(seed: int) -> None:
    life = Life(seed)
    for _ in range(120):
        life.step()
    assert life.month > 201801 or life.done > 30

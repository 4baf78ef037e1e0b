"""Single small acts through the envelope: one after the other, four clients at once, and beside the server's own transactions."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from benchmarks import district, ledgers, pensioners
from benchmarks.books import Books, Crew
from benchmarks.books import statements as count_statements
from benchmarks.measure import Contender, Goal, Run
from benchmarks.pensioners import FIRST_MONTH as MONTH
from benchmarks.server import make_pgbench, run_pgbench
from jubao.operations.envelope import acting
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.posts import Post
from jubao.records.models import Award, AwardEvent, Enrolment, EnrolmentEvent, Person
from jubao.simulation.staff import Staff

CODE, DAY, DUE = "award.suspend", date(2017, 1, 10), "2017-03-31"
FROM_MONTH, REASON, MEMO = 201702, "1299", "区民政局协查函〔2017〕3号"
PEOPLE_AT_MOST = 100_000
CLIENTS = 4
ACTS_AT_MOST, SHARE = 150, 40
PGBENCH_SCALE, TRANSACTIONS = 10, 3_000
A_SECOND, MOST_STATEMENTS, GAIN = 60, 20, 2.5
TAIL = 0.99
EVENTS = "FROM records_awardevent e JOIN records_award a ON a.id = e.award_id"
STATES = "FROM records_enrolmentevent e JOIN records_enrolment n ON n.id = e.enrolment_id"


def run(books: Books, rows: int, rounds: int) -> Run:
    """Measure suspensions of different people, each proposed and signed, in a register of ``rows`` pensioners."""
    people = min(rows, PEOPLE_AT_MOST)
    pensioners.prepare(books, people)
    books.fresh()
    payable = _payable()
    shares = _shares(payable, min(ACTS_AT_MOST, people // SHARE))
    _suspend(shares[0], "bench")
    notes = [
        f"rows are acts: {CODE} of one person each, proposed and signed, in a register of {people:,} pensioners",
        "orm: the same rows by a plain Django program, one transaction an act, without preview, signatures or seal",
        "django-hordak, a ledger for Django, is no peer here: it would have to be installed for this alone",
    ]
    result = Run("acts", books.engine, people, _check(shares[0]), notes)
    crew = _Crew(books, shares)
    result.measure(_contenders(books, shares[0], crew, result.notes), rounds=rounds)
    _count(books, payable[0], result)
    _set_goals(result)
    result.notes += crew.notes()
    return result


def _payable() -> list[str]:
    """Resident numbers of those whose pension runs, in the order of the register."""
    running = Award.objects.filter(start_month__lte=MONTH, ended_month=None, suspended_from=None)
    return list(running.order_by("id").values_list("person__resident_number", flat=True))


def _shares(payable: list[str], each: int) -> list[list[str]]:
    """People of its own for each client."""
    assert len(payable) >= CLIENTS * each > 0, "too small a register"
    return [payable[number * each : (number + 1) * each] for number in range(CLIENTS)]


def case_of(number: str) -> dict[str, Any]:
    """What a clerk states."""
    return {"person": number, "reason": REASON, "from_month": FROM_MONTH, "memo": MEMO, "due": DUE}


def _suspend(numbers: Sequence[str], keys: str) -> list[float]:
    """Suspend people one after the other; the seconds each act took."""
    staff, taken = Staff(keys=keys), []
    for number in numbers:
        begin = time.perf_counter()
        staff.carry(CODE, [case_of(number)], on=DAY)
        taken.append(time.perf_counter() - begin)
    return taken


def _suspend_and_count(numbers: Sequence[str], keys: str) -> tuple[list[float], int]:
    """The same with the number of statements."""
    taken: list[float] = []
    return taken, count_statements(lambda: taken.extend(_suspend(numbers, keys)))


def _check(numbers: Sequence[str]) -> str:
    """Those who were suspended rest, with their event and state; nobody else does."""
    listed = ", ".join(f"'{number}'" for number in numbers)
    wanted = f"SELECT id FROM records_person WHERE resident_number IN ({listed})"  # noqa: S608  our own numbers
    resting = (
        f"SELECT person_id FROM records_award WHERE suspended_from = {FROM_MONTH}",  # noqa: S608
        f"SELECT a.person_id {EVENTS} WHERE e.kind = 'SUSPENDED' AND e.month = {FROM_MONTH}",
        "SELECT person_id FROM records_enrolment WHERE enrolment_state = '2' AND contribution_state = '3'",
        f"SELECT n.person_id {STATES} WHERE e.enrolment_state = '2'",
    )
    for found in resting:
        count = ledgers.assert_same(found, wanted, "suspensions")
    return f"{count} 人暂停逐人核对无误"


def _contenders(books: Books, first: list[str], crew: "_Crew", notes: list[str]) -> list[Contender]:
    found = [
        Contender("1 client", "ours", partial(_suspend, first, "bench"), len(first), "orm", books.fresh),
        Contender("orm", "peer", partial(_orm, first), len(first), prepare=books.fresh),
    ]
    if books.server is None:
        return found
    found.append(
        Contender(f"{CLIENTS} clients", "ours", crew.work, CLIENTS * len(first), "1 client", crew.start),
    )
    if not make_pgbench(books.server, PGBENCH_SCALE):
        notes.append("pgbench is not installed here: LEFT OUT")
        return found
    for clients in (1, CLIENTS):
        bench = partial(run_pgbench, books.server, clients=clients, transactions=TRANSACTIONS)
        found.append(Contender(f"pgbench -N -c {clients}", "limit", bench, clients * TRANSACTIONS, "1 client"))
    return found


class _Crew:
    """Four clients, each suspending people of its own; and how long their acts took."""

    def __init__(self, books: Books, shares: list[list[str]]) -> None:
        self._books = books
        self._jobs = [partial(_suspend_and_count, share, f"bench{number}") for number, share in enumerate(shares)]
        self._ready: Crew | None = None
        self._seconds: list[float] = []
        self._statements: list[int] = []

    def start(self) -> None:
        """Fresh books, and the clients waiting for the word."""
        self._books.fresh()
        self._ready = Crew(self._books, self._jobs)

    def work(self) -> None:
        """Let them work."""
        assert self._ready is not None
        for done in self._ready.work():
            seconds, statements = done.value
            self._seconds += seconds
            self._statements.append(statements)

    def notes(self) -> list[str]:
        """How long one act took while four clients worked, and what it asked of the database."""
        if not self._seconds:
            return []
        ordered = sorted(1000 * taken for taken in self._seconds)
        tail = ordered[int(TAIL * len(ordered))]
        told = f"half of the acts within {statistics.median(ordered):.0f} ms, 99 % within {tail:.0f}, all {ordered[-1]:.0f}"
        asked = sum(self._statements) / len(ordered)
        return [f"{CLIENTS} clients: {told}; {asked:.0f} statements an act (one planned again counts again)"]


def _count(books: Books, number: str, result: Run) -> None:
    """The statements of an act, and of each of its two requests; a first act warms what a process keeps."""
    books.fresh()
    staff = Staff(keys="count")
    staff.carry(CODE, [case_of(_payable()[1])], on=DAY)
    moments = iter([staff._now(DAY), staff._now(DAY)])  # noqa: SLF001  the office's own clock
    answers: list[acting.Answer] = []

    def propose() -> None:
        at = next(moments)
        answers.append(acting.propose(CODE, [case_of(number)], key="count", by="D1", on=DAY, at=at))

    def sign() -> None:
        at = next(moments)
        answers.append(acting.sign("count", by="G1", on=DAY, at=at, shown_hash=answers[0].hash))

    assert ACTS[CODE].maker is Post.BENEFITS, "D1 holds the maker's post"
    asked: list[Callable[[], None]] = [propose, sign]
    proposing, signing = (count_statements(step) for step in asked)
    assert answers[-1].state == "EXECUTED"
    result.taken["1 client"].statements = proposing + signing
    result.notes.append(f"{proposing} statements to propose, {signing} to sign and apply")


def _set_goals(result: Run) -> None:
    one = result.taken["1 client"]
    if result.engine == "postgres":
        speed = Goal("acts a second, one client", A_SECOND, 1 / one.per_row(), 1 / one.cpu_per_row(), at_least=True)
        result.goals.append(speed)
        gain = result.times("1 client", f"{CLIENTS} clients")
        result.goals.append(Goal(f"{CLIENTS} clients / one", GAIN, gain, at_least=True))
    result.goals.append(Goal("statements an act", MOST_STATEMENTS, one.statements))


def _orm(numbers: Sequence[str]) -> None:
    """What a plain Django program does: find, check, write two events, move two heads."""
    act = district.last_event()
    for number in numbers:
        with transaction.atomic():
            person = Person.objects.get(resident_number=number)
            award = Award.objects.select_for_update().get(person=person, ended_month=None)
            enrolment = Enrolment.objects.select_for_update().get(person=person)
            assert award.suspended_from is None
            assert award.start_month <= FROM_MONTH
            AwardEvent.objects.create(
                act_id=act,
                award=award,
                kind="SUSPENDED",
                month=FROM_MONTH,
                reason=REASON,
                memo=MEMO,
                next_step_post="BENEFITS",
                due_date=DUE,
            )
            EnrolmentEvent.objects.create(
                act_id=act,
                enrolment=enrolment,
                enrolment_state="2",
                contribution_state="3",
                reason=REASON,
                effective_date=DAY,
            )
            award.suspended_from = FROM_MONTH
            award.save(update_fields=["suspended_from"])
            enrolment.enrolment_state, enrolment.contribution_state = "2", "3"
            enrolment.save(update_fields=["enrolment_state", "contribution_state"])

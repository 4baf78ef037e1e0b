"""An act of the tests that plans whatever a test wants, and people written into the books by it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jubao.operations.envelope.acting import Answer, propose
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ACTS, About, Arguments, Final, Given, Unit, act
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import Award, BankAccount, Enrolment, Person
from jubao.vocabulary.codes import RelationState
from jubao.vocabulary.resident_number import encode
from tests.office import TOWNSHIP, VILLAGE, number

CODE = "test.write"
ON = date(2017, 3, 1)
AT = datetime(2017, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PLANS: list[Callable[[Changes], None]] = []


class Anything(Arguments):
    """What a test wants."""

    memo: Text = ask("备注", "Memo", default="", longest=20)


@contextmanager
def any_act(*, chain: Sequence[Any] = (), second_factor: bool = False) -> Iterator[None]:
    """Declare the act of the tests, and take it back."""

    @act(
        CODE,
        title="测试业务",
        asks=Anything,
        maker=Post.OFFICE,
        chain=chain,
        about=About.OFFICE,
        undone_by=Final("只用于测试"),
        gives=[Given("rows", "行数", "rows", Unit.ROWS)],
        days_back=31,
        second_factor=second_factor,
    )
    class Write:
        """Write what a test wants. Source: 测试."""

        def check(self, cases: Sequence[Anything], view: View) -> Faults:
            """Nothing stands against it."""
            return Faults()

        def plan(self, cases: Sequence[Anything], view: View) -> Changes:
            """What the test says."""
            changes = Changes(view)
            PLANS[-1](changes)
            return changes.giving(rows=sum(map(changes.count, changes.rows)))

    try:
        yield
    finally:
        del ACTS[CODE]
        PLANS.clear()


def write(plan: Callable[[Changes], None], key: str, *, on: date = ON, at: datetime = AT) -> Answer:
    """Propose a plan by the act of the tests; without a chain it is executed."""
    PLANS.append(plan)
    return propose(CODE, [{}], key=key, by="L4", on=on, at=at)


def insured(place: int, name: str = "", state: RelationState = RelationState.CONTRIBUTING) -> Person:
    """Somebody for the register, not yet in it."""
    resident = number("19500101", place)
    return Person(
        personal_number=f"4306020{place:06d}",
        name=name or f"居民{place}",
        resident_number=resident,
        resident_key=encode(resident),
        birth_date=date(1950, 1, 1),
        sex="1",
        division=VILLAGE,
        township=TOWNSHIP,
        state=str(state),
    )


def pensioners(count: int, changes: Changes, *, first: int = 1, account: str = "") -> list[Person]:
    """People who draw a pension, with their accounts: a plan's own rows refer to each other."""
    people = changes.add_all([insured(place, state=RelationState.DRAWING) for place in range(first, first + count)])
    changes.add_all(
        Enrolment(person=person, enrolled_month=201001, enrolment_state="1", contribution_state="3")
        for person in people
    )
    changes.add_all(
        Award(person=person, start_month=201202, contributed_years=5, required_years=15, balance_fen=0)
        for person in people
    )
    changes.add_all(
        BankAccount(person=person, account=account or f"62284800{place:011d}", usable_from=ON)
        for place, person in enumerate(people, start=first)
    )
    return people

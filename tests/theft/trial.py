"""One attempt: a crew tries a way through the office's acts, the others do their work, and somebody looks where money went."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from jubao.operations.envelope.acting import Answer, case_persons, declaration_of, propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.posts import holders
from jubao.operations.inbound import keep
from jubao.operations.payments.batch import outbound_file
from jubao.records.models import BankLine, LineHold
from jubao.simulation.bank import Bank
from tests.office import Office, with_papers
from tests.theft.crew import EVERYBODY, Shift, names_it, shift
from tests.theft.outcome import End, Outcome, Stopped


@dataclass(frozen=True)
class Move:
    """One act of an attempt.

    Args:
        code: the act; on: its day; case_ref: its case.
        honest_maker: whether somebody outside the crew would ask for it.
        seen: what whoever looks before signing sees of the fraud; empty when nothing.
        refusal: the rule that refuses it, whoever signs; empty when none.
        discovers: what the refusal brings to light; empty when it only hinders.
        taken: who took a step of its case before the attempt began.
    """

    code: str
    on: date
    case_ref: str
    honest_maker: bool
    seen: str = ""
    refusal: str = ""
    discovers: str = ""
    taken: frozenset[str] = frozenset()

    @property
    def outcome(self) -> Outcome:
        """What a refused act means."""
        end = End.SHOWN if self.discovers else End.IMPOSSIBLE
        return Outcome(end, declaration_of(self.code).title, self.discovers + self.refusal)


@dataclass
class Trial:
    """A crew at work in the office.

    Args:
        office: the office, as it stands before anybody did wrong.
        crew: who colludes.
        accounts: bank accounts the crew controls.
        faces: names and personal numbers of the people the fraud is about.
        words: of notices that concern it.
        moves: what was done so far; won: what the crew gained without any payment.
        before: the last line for the bank that stood in the books before.
    """

    office: Office
    crew: frozenset[str]
    accounts: set[str] = field(default_factory=set)
    faces: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    won: str = ""
    before: int = 0

    # ── Acts ──

    def fraud(self, code: str, *cases: dict[str, Any], on: date, case_ref: str = "", clock: date | None = None) -> Answer:
        """An act that somebody of the crew begins on false papers; others sign for it unless it gives itself away."""
        return self._carry(_Asked(code, cases, on, case_ref, honest_maker=False, clock=clock))

    def work(self, code: str, *cases: dict[str, Any], on: date, case_ref: str = "", discovers: str = "") -> Answer:
        """An act that is done every month, or that somebody honest asks for; its refusal may bring something to light."""
        return self._carry(_Asked(code, cases, on, case_ref, honest_maker=True, discovers=discovers))

    def _carry(self, asked: "_Asked") -> Answer:
        key = f"{self.office.staff.keys}:theft:{len(self.moves) + 1}"
        ref = asked.case_ref or key
        taken = case_persons(ref)
        people = shift(asked.code, self.crew, on=asked.on, taken=taken, honest_maker=asked.honest_maker)
        earlier = frozenset() if any(move.case_ref == ref for move in self.moves) else frozenset(taken)
        move = Move(asked.code, asked.on, ref, asked.honest_maker, taken=earlier)
        try:
            answer = propose(
                asked.code, asked.stated, key=key, by=people.people[0], on=asked.on, at=self._now(asked),
                case_ref=asked.case_ref or None,
            )  # fmt: skip
            seen = plain(names_it(answer.preview, self.faces, self.words))
            self.moves.append(replace(move, seen=seen))
            self._look(asked, people, seen)
            for person in people.people[1:]:
                answer = sign(key, by=person, on=asked.on, at=self._now(asked), shown_hash=answer.hash)
        except Refused as refused:
            rule = told(refused)
            self.moves.append(replace(move, refusal=rule, discovers=asked.discovers))
            raise Stopped(self.moves[-1].outcome) from refused
        return answer

    def _look(self, asked: "_Asked", people: Shift, seen: str) -> None:
        """Whoever is not of the crew looks at what is out of the ordinary before signing."""
        if seen and not people.unseen:
            raise Stopped(Outcome(End.SHOWN, declaration_of(asked.code).title, seen))

    def _now(self, asked: "_Asked") -> datetime:
        return self.now(asked.clock or asked.on)

    def now(self, on: date) -> datetime:
        """The next instant of the office's clock."""
        return self.office.staff._now(on)

    # ── Past the acts ──

    def begin(self, code: str, case: dict[str, Any], *, on: date) -> "Begun":
        """A proposal that somebody of the crew makes and nobody has signed yet."""
        key = f"{self.office.staff.keys}:theft:{len(self.moves) + 1}"
        maker = shift(code, self.crew, on=on, taken=set(), honest_maker=False).people[0]
        answer = propose(code, [case], key=key, by=maker, on=on, at=self.now(on))
        self.moves.append(Move(code, on, key, honest_maker=False))
        return Begun(code, key, answer.hash, maker)

    def next_signers(self, begun: "Begun", on: date) -> list[str]:
        """Who may take the next step of a proposal in their own right."""
        post = declaration_of(begun.code).chain[0].post
        return holders(post, on=on, besides=[begun.maker])

    def tried(self, what: Callable[[], Any]) -> str:
        """The rule by which something is refused; empty when it is not."""
        try:
            what()
        except Refused as refused:
            return told(refused)
        return ""

    @contextmanager
    def refusing(self, code: str) -> Iterator[None]:
        """What happens inside must be refused, and ends the attempt."""
        rule = ""
        try:
            yield
        except Refused as refused:
            rule = told(refused)
        assert rule, f"{code} was not refused"
        self.refuse(code, rule)

    def refuse(self, code: str, rule: str) -> None:
        """The attempt ends here, by whomever it is made."""
        raise Stopped(Outcome(End.IMPOSSIBLE, declaration_of(code).title, rule))

    # ── What happens every month ──

    def payroll(self, month: int, on: date) -> Answer:
        """The month's pensions, from the calculation to the bank's answer."""
        return self.settle(self.work("payroll.calculate", {"month": month}, on=on), on)

    def payouts(self, on: date) -> Answer:
        """The sums owed once, collected and paid."""
        return self.settle(self.work("payout.collect", {"through": on.isoformat()}, on=on), on)

    def settle(self, locked: Answer, on: date, *, account: str = "DISBURSEMENT") -> Answer:
        """A batch released, handed over and answered."""
        return self.work("payment.return", {"file": self.answered(locked, on, account=account)}, on=on)

    def answered(
        self, locked: Answer, on: date, *, failing: dict[str, str] | None = None, instead: dict[str, str] | None = None,
        account: str = "DISBURSEMENT",
    ) -> str:  # fmt: skip
        """The bank's answer to a batch that is released and handed over, as a file at the inbound desk.

        Args:
            locked: the answer to the act that locked it.
            on: the day.
            failing: failure codes by account; instead: accounts somebody put in the place of others on the way.
            account: the office's account that pays.
        """
        batch, ref = locked.result["batch"], locked.proposal
        self.work("payment.release", {"batch": batch}, on=on, case_ref=ref)
        self.work("payment.transmit", {"batch": batch}, on=on, case_ref=ref)
        file = outbound_file(batch)
        if instead:
            text = file.read_bytes()
            for right, wrong in instead.items():
                text = text.replace(right.encode(), wrong.encode())
            file = self.office.folder / file.name
            file.write_bytes(text)
        return keep(Bank(self.office.folder, "试验区").answer(file, failing or {}, account=account, on=on))

    def reached(self) -> int:
        """Fen that stand in a file handed to the bank for an account of the crew."""
        sent = BankLine.objects.filter(batch__state__in=["TRANSMITTED", "RETURNED"], account__in=sorted(self.accounts), id__gt=self.before)
        return sum(sent.exclude(result__in=["HELD", "FAILED"]).order_by("id").values_list("amount_fen", flat=True))


@dataclass(frozen=True)
class Begun:
    """A proposal nobody has signed yet: its act, its key, its hash, and who made it."""

    code: str
    proposal: str
    hash: str
    maker: str


@dataclass(frozen=True)
class _Asked:
    """What somebody asks for: the act, its cases, day, case, who would ask, and the day the clock shows if another."""

    code: str
    cases: Sequence[dict[str, Any]]
    on: date
    case_ref: str
    honest_maker: bool
    clock: date | None = None
    discovers: str = ""

    @property
    def stated(self) -> list[dict[str, Any]]:
        return [with_papers(self.code, case) for case in self.cases]


def told(refused: Refused) -> str:
    """What a refusal says first."""
    return plain(refused.found[0].rule if refused.found else (refused.faults or [refused.message])[0])


CHANCE = (
    (r"test\d+:[\w:.-]+", "某案"), (r"HD\d+", "某号"), (r"《\d{4}-", "《"), (r"事件第 \d+ 号", "事件第某号"),
    (r"\b[A-Z]\d\b", "某人"),
)  # fmt: skip
"""What a sentence owes to the order of the tests or to who of several took a step, and what stands in its place."""


def plain(sentence: str) -> str:
    """A sentence without what chance put into it."""
    for chance, word in CHANCE:
        sentence = re.sub(chance, word, sentence)
    return sentence


Way = Callable[[Trial], None]


def attempt(office: Office, way: Way, crew: frozenset[str]) -> tuple[Outcome, list[Move]]:
    """Let a crew try a way in the office, say how it ended and by which moves, and take everything back."""
    trial = Trial(office, crew)
    trial.before = BankLine.objects.aggregate(last=Max("id"))["last"] or 0
    point, lines = transaction.savepoint(), dict(office.lines)
    try:
        way(trial)
        return _money(trial, way), trial.moves
    except Stopped as stopped:
        return stopped.outcome, trial.moves
    finally:
        office.lines = lines
        transaction.savepoint_rollback(point)
        _clear_tray()


def _money(trial: Trial, way: Way) -> Outcome:
    if trial.won:
        return Outcome(End.SUCCEEDS, declaration_of(trial.moves[-1].code).title, trial.won)
    if trial.reached():
        return Outcome(End.SUCCEEDS, "支付批次", f"{trial.reached()} 分报给了同伙的账户")
    held = LineHold.objects.order_by("-id").first()
    assert held is not None, f"{way.__name__} ended, and neither did money move nor was any held"
    return Outcome(End.HELD, "月度发放核算", held.reason)


def _clear_tray() -> None:
    """What was handed over in a trial never was."""
    for path in (Path(settings.JUBAO_HOME) / "outbound").glob("*"):
        with suppress(FileNotFoundError):
            path.unlink()


def crews() -> Iterator[frozenset[str]]:
    """Each of the staff alone, then every two of them."""
    for place, one in enumerate(EVERYBODY):
        yield frozenset({one})
        yield from (frozenset({one, other}) for other in EVERYBODY[place + 1 :])


def foretold(moves: Sequence[Move], end: Outcome, crew: frozenset[str]) -> Outcome:
    """How a way ends for a crew, by the moves it takes where everybody colludes.

    The books stay the same whoever signs; what differs is who may begin an act, and who looks before it happens.

    Args:
        moves: of the attempt in which everybody colludes; end: how that ended.
        crew: who colludes in truth.
    """
    taken: dict[str, set[str]] = {}
    for move in moves:
        title = declaration_of(move.code).title
        known = taken.setdefault(move.case_ref, set(move.taken))
        try:
            people = shift(move.code, crew, on=move.on, taken=known, honest_maker=move.honest_maker)
        except Stopped as stopped:
            return stopped.outcome
        if move.refusal:
            return move.outcome
        if move.seen and not people.unseen:
            return Outcome(End.SHOWN, title, move.seen)
        known |= set(people.people)
    return end

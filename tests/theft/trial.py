"""One attempt: a crew tries a way through the office's acts, the others do their work, and somebody looks where money went."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from jubao.operations.envelope.acting import Answer, declaration_of, propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.posts import holders
from jubao.operations.inbound import keep
from jubao.operations.payments.batch import outbound_file
from jubao.records.models import BankLine, LineHold
from jubao.simulation.bank import Bank
from tests.office import Office, with_papers
from tests.theft.crew import names_it
from tests.theft.outcome import End, Outcome, Stopped
from tests.theft.reckoning import Move, Reckoning


@dataclass
class Trial:
    """A crew at work in the office.

    Args:
        office: the office, as it stands before anybody did wrong.
        crew: who colludes.
        accounts: bank accounts the crew controls.
        faces: names and personal numbers of the people the fraud is about.
        words: of notices that concern it.
        helpers: who is of the crew by now and was not on the staff before.
        others: every crew whose end is reckoned beside the attempt.
        begun: cases the attempt began; won: what the crew gained without any payment.
        before: the last line for the bank that stood in the books before.
    """

    office: Office
    crew: frozenset[str]
    accounts: set[str] = field(default_factory=set)
    faces: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    helpers: frozenset[str] = frozenset()
    others: list[Reckoning] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    won: str = ""
    before: int = 0

    # ── Acts ──

    def fraud(
        self,
        code: str,
        *cases: dict[str, Any],
        on: date,
        case_ref: str = "",
        clock: date | None = None,
        barred: str = "",
    ) -> Answer:
        """An act that somebody of the crew begins on false papers; others sign for it unless it gives itself away.

        Args:
            code: the act, its cases, its day and its case.
            clock: the day the clock shows, where it is another.
            barred: whom the act keeps from beginning it, because it concerns them.
        """
        out = frozenset({barred} - {""})
        return self._carry(_Asked(code, cases, on, case_ref, honest_maker=False, clock=clock, barred=out))

    def work(self, code: str, *cases: dict[str, Any], on: date, case_ref: str = "", discovers: str = "") -> Answer:
        """An act that is done every month, or that somebody honest asks for; its refusal may bring something to light."""
        return self._carry(_Asked(code, cases, on, case_ref, honest_maker=True, discovers=discovers))

    def _carry(self, asked: "_Asked") -> Answer:
        key = self._new_key()
        move = self._move(asked, asked.case_ref or key)
        people = move.shift(self.crew)
        try:
            answer = propose(
                asked.code,
                asked.stated,
                key=key,
                by=people.people[0],
                on=asked.on,
                at=self._now(asked),
                case_ref=asked.case_ref or None,
            )
            move.seen = plain(names_it(answer.preview, self.faces, self.words))
            if move.seen and not people.unseen:
                raise Stopped(Outcome(End.SHOWN, declaration_of(asked.code).title, move.seen))
            for person in people.people[1:]:
                answer = sign(key, by=person, on=asked.on, at=self._now(asked), shown_hash=answer.hash)
        except Refused as refused:
            move.refusal = told(refused)
            raise Stopped(move.refused) from refused
        finally:
            self._reckon(move)
        return answer

    def _new_key(self) -> str:
        self.begun.append(f"{self.office.staff.keys}:theft:{len(self.begun) + 1}")
        return self.begun[-1]

    def _move(self, asked: "_Asked", ref: str) -> Move:
        """One act about to be done, with everybody of every crew who would take its steps as the books stand."""
        begins = ref not in self.begun or ref == self.begun[-1]
        move = Move(asked.code, asked.on, ref, asked.honest_maker, asked.discovers, self.helpers, asked.barred, begins)
        for one in self.others:
            one.look(move)
        return move

    def _reckon(self, move: Move) -> None:
        for one in self.others:
            one.meet(move)

    def _now(self, asked: "_Asked") -> datetime:
        return self.now(asked.clock or asked.on)

    def now(self, on: date) -> datetime:
        """The next instant of the office's clock."""
        return self.office.staff._now(on)

    # ── Past the acts ──

    def begin(self, code: str, case: dict[str, Any], *, on: date) -> "Begun":
        """A proposal that somebody of the crew makes and nobody has signed yet."""
        key = self._new_key()
        move = self._move(_Asked(code, [case], on, "", honest_maker=False), key)
        maker = move.shift(self.crew).people[0]
        answer = propose(code, [case], key=key, by=maker, on=on, at=self.now(on))
        self._reckon(move)
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
        self,
        locked: Answer,
        on: date,
        *,
        failing: dict[str, str] | None = None,
        instead: dict[str, str] | None = None,
        account: str = "DISBURSEMENT",
    ) -> str:
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
        sent = BankLine.objects.filter(
            batch__state__in=["TRANSMITTED", "RETURNED"], account__in=sorted(self.accounts), id__gt=self.before
        )
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
    barred: frozenset[str] = frozenset()

    @property
    def stated(self) -> list[dict[str, Any]]:
        return [with_papers(self.code, case) for case in self.cases]


def told(refused: Refused) -> str:
    """What a refusal says first."""
    return plain(refused.found[0].rule if refused.found else (refused.faults or [refused.message])[0])


CHANCE = (
    (r"test\d+:[\w:.-]+", "某案"),
    (r"HD\d+", "某号"),
    (r"《\d{4}-", "《"),
    (r"事件第 \d+ 号", "事件第某号"),
    (r"\b[A-Z]\d\b", "某人"),
)
"""What a sentence owes to the order of the tests or to who of several took a step, and what stands in its place."""


def plain(sentence: str) -> str:
    """A sentence without what chance put into it."""
    for chance, word in CHANCE:
        sentence = re.sub(chance, word, sentence)
    return sentence


Way = Callable[[Trial], None]


def attempt(office: Office, way: Way, crew: frozenset[str], others: Sequence[Reckoning] = ()) -> Outcome:
    """Let a crew try a way in the office, say how it ended, and take everything back.

    Args:
        office: where; way: how; crew: who.
        others: crews whose end is reckoned beside it.
    """
    trial = Trial(office, crew, others=list(others))
    trial.before = latest_line()
    point, lines = transaction.savepoint(), dict(office.lines)
    try:
        way(trial)
        return _money(trial, way)
    except Stopped as stopped:
        return stopped.outcome
    finally:
        office.lines = lines
        transaction.savepoint_rollback(point)
        _clear_tray()


def latest_line() -> int:
    """The last line for the bank that stands in the books; 0 before there is one."""
    return int(BankLine.objects.aggregate(last=Max("id"))["last"] or 0)


def _money(trial: Trial, way: Way) -> Outcome:
    if trial.won:
        return Outcome(End.SUCCEEDS, "账簿", trial.won)
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

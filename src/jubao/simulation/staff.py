"""Ten people at work: every act goes through its real chain, each step by a person who may take it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jubao.operations.envelope import audit
from jubao.operations.envelope.acting import Answer, propose, sign
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.posts import Post, Taker, holders

LOCAL = ZoneInfo("Asia/Shanghai")
OPENING_TIME = time(8, 30)
STEP = timedelta(seconds=20)
FOUNDER = "P1"


class NobodyMayAct(Exception):
    """A post of the chain has no free person that day; the office asks the higher level for a stand-in."""


@dataclass
class Staff:
    """The office's people with a working clock that never goes back; repeating a day's work repeats the same requests."""

    keys: str
    people: Callable[..., list[str]] = holders
    _cases: dict[str, list[str]] = field(default_factory=dict)
    _numbers: dict[tuple[date, str], int] = field(default_factory=dict)

    def carry(self, code: str, cases: list[dict[str, Any]], *, on: date, case_ref: str | None = None) -> Answer:
        """Propose an act and have it signed to the end by different people.

        Args:
            code: the act; its declaration names the posts.
            cases: arguments of every case.
            on: the business date.
            case_ref: the case it continues, if any.
        Raises:
            NobodyMayAct: a step finds nobody; Refused: the business says no.
        """
        return self.begin(code, cases, on=on, signed=len(ACTS[code].chain), case_ref=case_ref)

    def begin(
        self,
        code: str,
        cases: list[dict[str, Any]],
        *,
        on: date,
        signed: int,
        case_ref: str | None = None,
        by: str = "",
    ) -> Answer:
        """Propose an act, as ``by`` or whoever may, and have its first ``signed`` steps signed. Otherwise as ``carry``."""
        key = self._key(code, on)
        ref = case_ref or key
        declaration = ACTS[code]
        maker = by or self._person(declaration.maker, on, ref)
        if by:
            self._cases.setdefault(ref, []).append(by)
        answer = propose(code, cases, key=key, by=maker, on=on, at=self._now(on), case_ref=ref)
        for step in declaration.chain[:signed]:
            signer = self._person(step.post, on, ref)
            answer = sign(key, by=signer, on=on, at=self._now(on), shown_hash=answer.hash)
        return answer

    def send_back(self, code: str, cases: list[dict[str, Any]], *, on: date, reason: str) -> Answer:
        """Propose an act whose first signer returns it. Arguments and refusals as ``carry``."""
        answer = self.begin(code, cases, on=on, signed=0)
        signer = self._person(ACTS[code].chain[0].post, on, answer.proposal)
        return sign(
            answer.proposal, by=signer, on=on, at=self._now(on), shown_hash=answer.hash, agree=False, reason=reason
        )

    def _key(self, code: str, on: date) -> str:
        self._numbers[on, code] = number = self._numbers.get((on, code), 0) + 1
        return f"{self.keys}:{on}:{code}:{number}"

    def _person(self, taker: Taker, on: date, ref: str) -> str:
        taken = self._cases.setdefault(ref, [])
        free = self.people(taker, on=on, besides=taken)
        if not free and taker == Post.PERMISSION and not taken:  # who founds the office holds no post in it yet
            free = [FOUNDER]
        if not free:
            raise NobodyMayAct(f"{on} 无人可在{taker.label}办理案件 {ref}，请上级派人代办")
        taken.append(free[0])
        return free[0]

    def _now(self, on: date) -> datetime:
        """The instant of the next step: on the business date, or after the last event where that was later."""
        opening = datetime.combine(on, OPENING_TIME, LOCAL)
        last = audit.head()
        return max(opening, last.at if last else opening) + STEP

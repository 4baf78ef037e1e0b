"""An act for tests that does little and leaves a trace of every kind: a row, a head of its own proposal, and a file."""

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jubao.operations.envelope.acting import Answer, propose, sign
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ACTS, About, Arguments, Final, Given, Step, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import Submission

CHINA = ZoneInfo("Asia/Shanghai")
CODE, CHECKED, AT_ONCE = "test.hand_over", "test.hand_over_checked", "test.hand_over_at_once"
DAY = date(2017, 3, 1)


_names = itertools.count(1)


class Clock:
    """A clock that goes 20 seconds a reading; in a forked process it stands, so that no process overtakes another."""

    def __init__(self) -> None:
        """Start at nine."""
        self.read, self.stands = 0, False

    def now(self) -> datetime:
        """The instant."""
        self.read += 0 if self.stands else 1
        return datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=CHINA) + timedelta(seconds=20 * self.read)


CLOCK = Clock()


def now() -> datetime:
    """The next instant of the day the tests work on: those of the chain never go back."""
    return CLOCK.now()


def new_key() -> str:
    """A key, and so a file name, that nobody used before."""
    return f"h{next(_names)}"


class HandOver(Arguments):
    """A file to be handed over."""

    name: Text = ask("文件名", "Name", longest=80)
    text: Text = ask("内容", "Text", longest=400)


class Handing:
    """Hand one file over and record it. Source: 测试."""

    def check(self, cases: Sequence[HandOver], view: View) -> Faults:
        """Nothing stands against it."""
        return Faults()

    def plan(self, cases: Sequence[HandOver], view: View) -> Changes:
        """One row and one file for each case."""
        changes = Changes(view)
        for case in cases:
            changes.add(Submission(title=case.name, kind="文件", sent_date=view.on, receiver="上级"))
            changes.hand_over("outbound", case.name, case.text.encode())
        return changes.giving(files=len(cases))


CHAINS: dict[str, tuple[Post, list[Step]]] = {
    CODE: (Post.OFFICE, [approve(Post.DIRECTOR)]),
    CHECKED: (Post.COLLECTION, [check(Post.ACCOUNTS)]),  # J1 asks; G1 holds the post and D1 covers it
    AT_ONCE: (Post.OFFICE, []),
}


def declare() -> None:
    """Let the office know the acts, until ``forget``."""
    for code, (maker, chain) in CHAINS.items():
        if code not in ACTS:
            act(
                code,
                title="文件交出",
                asks=HandOver,
                maker=maker,
                chain=chain,
                about=About.OFFICE,
                undone_by=Final("测试"),
                gives=[Given("files", "文件数", "files", Unit.ROWS)],
            )(Handing)


def forget() -> None:
    """The house's own acts only."""
    for code in CHAINS:
        ACTS.pop(code, None)


def ask_for(key: str, *names: str, code: str = CODE) -> Answer:
    """Propose to hand files over."""
    cases: list[dict[str, Any]] = [{"name": name, "text": f"内容 {name}"} for name in names]
    return propose(code, cases, key=key, by="J1" if code == CHECKED else "L4", on=DAY, at=now())


def sign_for(key: str, shown: str, by: str = "L1", *, agree: bool = True) -> Answer:
    """Take the next step of what was asked."""
    return sign(key, by=by, on=DAY, at=now(), shown_hash=shown, agree=agree, reason="" if agree else "材料不全")


def hand_over(key: str, *names: str) -> Answer:
    """Hand files over, through the chain."""
    return sign_for(key, ask_for(key, *names).hash)

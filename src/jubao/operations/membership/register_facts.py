"""What a register taken over says against itself: facts that cannot be, and facts somebody should look at.

What cannot be is refused: a pension before the pension age, a month to come, somebody not born yet.
What is only odd is taken over as it stands, and named with its rows to the people who approve the register.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.accounts import Ids
from jubao.operations.contributions.sources import SOURCES
from jubao.operations.envelope.view import View
from jubao.operations.membership.joining_terms import most_years
from jubao.operations.membership.newcomers import Columns
from jubao.rules.eligibility import Days, age_month, age_on
from jubao.vocabulary import month as months
from jubao.vocabulary import resident_number as numbers
from jubao.vocabulary.codes import ContributionState, EnrolmentState, SuspensionReason
from jubao.vocabulary.codes.membership import WayIn
from jubao.vocabulary.fen import Fen, format_yuan

OWN_SOURCES = [source for source in SOURCES if source.lower() != "transfer"]
"""The sources a register tells balances of."""
ENDED, PAUSED, ACTIVE = str(EnrolmentState.ENDED), str(EnrolmentState.PAUSED), str(EnrolmentState.ACTIVE)
DRAWS = str(ContributionState.ENDED)
IN_CUSTODY = str(SuspensionReason.IN_CUSTODY)
ROWS_NAMED = 20
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class RegisterFacts:
    """The dates, months and sums of a register by column, shape (n,); a month or sum nobody stated is 0."""

    born: Days
    birth_month: Ids
    enrolled: Ids
    start: Ids
    held: Ids
    ended: Ids
    certified: Ids
    balance: Fen
    pension: Fen

    @classmethod
    def of(cls, columns: Columns) -> "RegisterFacts":
        """Read the columns of an opening register whose resident numbers are valid."""
        born = np.array([numbers.birth_date(one) for one in columns["resident_number"]], dtype="datetime64[D]")
        held = [_whole(columns[source.lower()]) for source in OWN_SOURCES]
        monthly = [_whole(columns[f"pension_{source.lower()}"]) for source in OWN_SOURCES]
        return cls(
            born=born,
            birth_month=months.of_days(born),
            enrolled=_whole(columns["enrolled_month"]),
            start=_whole(columns["pension_start"]),
            held=_whole(columns["suspended_from"]),
            ended=_whole(columns["ended_month"]),
            certified=_whole(columns["certified_month"]),
            balance=_sum_of(held),
            pension=_sum_of(monthly),
        )


def _sum_of(columns: Sequence[Fen]) -> Fen:
    """Several columns of fen added up, shape (n,)."""
    return np.asarray(np.sum(np.stack(columns), axis=0), dtype=np.int64)


def _whole(column: Sequence[int | None]) -> NDArray[np.int64]:
    return np.array([value or 0 for value in column], dtype=np.int64)


# ── What cannot be ──


def impossible(columns: Columns, as_of: date, view: View) -> Iterator[tuple[int, str]]:
    """Rows, from 0, that say what cannot be, each with the rule it breaks; resident numbers must be valid.

    Source: 国发〔2014〕8号第七部分（年满60周岁领取）.
    """
    facts, last = RegisterFacts.of(columns), months.of(as_of)
    following = months.add(last, 1)
    age = int(view.law.value("scheme.pension_age"))
    sixty, drawn, unborn = age_month(facts.born, age), facts.start > 0, facts.born > np.datetime64(as_of)
    rules: list[tuple[Flags, str]] = [
        (unborn, f"出生日期晚于底册截止日 {as_of}"),
        (drawn & (facts.start < sixty), f"待遇开始年月早于年满 {age} 周岁的月份"),
        (drawn & (facts.start > following), f"待遇开始年月晚于底册截止日的次月 {following}"),
        (facts.held > following, f"暂停年月晚于底册截止日的次月 {following}"),
        (facts.ended > following, f"终止年月晚于底册截止日的次月 {following}"),
        (facts.enrolled > last, f"参保时间晚于底册截止日 {as_of}"),
        (~unborn & (facts.enrolled < facts.birth_month), "参保时间早于出生"),
        (facts.certified > last, f"最近认证年月晚于底册截止日 {as_of}"),
        ((facts.certified > 0) & (facts.certified < facts.birth_month), "最近认证年月早于出生"),
        ((facts.ended > 0) & ~drawn & (facts.ended < facts.enrolled), "终止年月早于参保时间"),
        ((facts.pension > 0) & ~drawn, "有账户养老金，但没有待遇开始年月"),
    ]
    for flags, rule in rules:
        yield from ((row, rule) for row in np.flatnonzero(flags).tolist())


def contradictions(c: Columns) -> Iterator[tuple[int, str]]:
    """Rows that contradict themselves: a beneficiary has a start, an ended relation an end, and nobody both states."""
    rows = zip(
        c["enrolment_state"],
        c["contribution_state"],
        c["pension_start"],
        c["ended_month"],
        c["suspended_from"],
        c["suspension_reason"],
        c["custody_date"],
        c["judgment"],
        strict=True,
    )
    for row, (state, paying, start, ended, held, reason, custody, judgment) in enumerate(rows):
        if paying == DRAWS and state in {ACTIVE, PAUSED} and start is None:
            yield row, "状态为待遇领取，但没有待遇开始年月"
        if paying != DRAWS and start is not None:
            yield row, "有待遇开始年月，但状态不是待遇领取或终止"
        if (state == ENDED) != (ended is not None):
            yield row, "状态为终止，但没有终止年月" if state == ENDED else "有终止年月，但状态不是终止"
        if (state == PAUSED and paying == DRAWS) != (held is not None and ended is None):
            yield row, "暂停年月与参保状态不一致"
        if (state, paying) in {("1", "2"), ("2", "1"), ("4", "1"), ("4", "2")}:
            yield row, f"参保状态{state}与缴费状态{paying}不能并存"
        if (custody or judgment) and reason != IN_CUSTODY:
            yield row, "有收监日期或判决文书，但暂停原因不是服刑收监"
        for month, title in ((held, "暂停"), (ended, "终止")):
            if start is not None and month is not None and month < start:
                yield row, f"{title}年月 {month} 早于待遇开始年月 {start}"


# ── What to compare it with ──


def totals(columns: Columns) -> str:
    """What a register adds up to, for whoever signs to compare with the list both offices signed: a row too many shows there."""
    facts = RegisterFacts.of(columns)
    drawing = int(np.count_nonzero((facts.start > 0) & (facts.ended == 0)))
    account, monthly = format_yuan(int(facts.balance.sum())), format_yuan(int(facts.pension.sum()))
    return (
        f"底册 {facts.start.size} 人，其中领取待遇 {drawing} 人，个人账户余额 {account} 元，月账户养老金 {monthly} 元，"
        f"请与双方签认的移交清册和余额表核对后签署"
    )


# ── What is odd ──


def oddities(columns: Columns, row_numbers: Sequence[int], as_of: date, view: View) -> Iterator[str]:
    """Sentences about rows the law does not expect, each with the rows as the clerk sees them."""
    facts, law = RegisterFacts.of(columns), view.law
    running = (facts.start > 0) & (facts.ended == 0)
    years = _whole(columns["contributed_years"])
    most = most_years(facts.born, [WayIn.TAKEN_OVER] * years.size, as_of, law)
    age, offset, divisor = (
        int(law.value(name)) for name in ("scheme.pension_age", "scheme.start_month_offset", "benefit.annuity_divisor")
    )
    first, launch = months.add(age_month(facts.born, age), offset), months.of(law.value("scheme.launch_date"))
    paid = months.between(np.maximum(facts.start, launch), months.add(months.of(as_of), 1))
    left = np.maximum(divisor - np.where(running, paid, divisor), 0) * np.maximum(facts.pension - 1, 0)
    told: list[tuple[Flags, str]] = [
        (age_on(facts.born, as_of) < int(law.value("scheme.min_age")), f"在 {as_of} 未到参保年龄"),
        (years > most, "累计缴费年限超过按年龄和制度启动日可能的年限"),
        (
            (facts.start >= age_month(facts.born, age)) & (facts.start < first),
            f"待遇自年满 {age} 周岁的当月开始，早于规定的起领月",
        ),
        ((facts.start > 0) & (facts.start < launch), f"待遇开始年月早于制度启动的 {launch}"),
        (running & (facts.balance < left), f"个人账户余额不够按计发月数 {divisor} 付完余下月份的账户养老金"),
    ]
    for flags, what in told:
        rows = [row_numbers[place] for place in np.flatnonzero(flags).tolist()]
        if rows:
            more = "等" if len(rows) > ROWS_NAMED else ""
            where = "、".join(map(str, rows[:ROWS_NAMED]))
            yield f"底册中有 {len(rows)} 人{what}，照册接入，请逐人核对：第{where}{more}行"

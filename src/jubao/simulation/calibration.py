"""The year's payroll as the generator expects it, and account pensions that make its sum exact."""

from dataclasses import dataclass

import numpy as np

from jubao.simulation.awards import Awards
from jubao.simulation.calendar_of_year import MONTHS
from jubao.simulation.chance import Chance
from jubao.simulation.fates import Fates
from jubao.simulation.histories import Histories
from jubao.simulation.people import Numbers, People, pensioner_rows
from jubao.simulation.roles import Role
from jubao.simulation.settings import custom, section
from jubao.vocabulary import month
from jubao.vocabulary.fen import allocate

_FULL_YEAR = 12
_SHARES = (82, 9, 0, 9, 0, 0)
_POOR_SHARES = (0, 9, 0, 9, 0, 82)
_DIVISOR_LEFT = 20
_LAUNCH_COHORT = np.datetime64("1951-07-01")


@dataclass
class Payroll:
    """Pension months paid per run: ``months`` (12, n) for pensioners, ``new_months`` (12, k) for awards."""

    person: Numbers
    months: Numbers
    new_months: Numbers


def expect_payroll(people: People, fates: Fates, awards: Awards, year: int) -> Payroll:
    """Count, run by run, the months each pension is successfully paid for.

    A run pays its month, months held back by a suspension that makes up, months of a late award, and the
    month the bank refused the time before.
    """
    rows = pensioner_rows(people)
    runs = [_months_of_run(run, rows, fates, year) for run in MONTHS]
    new = [_new_months_of_run(run, awards) for run in MONTHS]
    return Payroll(rows, np.array(runs), np.array(new))


def _months_of_run(run: int, rows: Numbers, fates: Fates, year: int) -> Numbers:
    stop, back, failed = fates.stop[rows], fates.back[rows], fates.failed[rows]
    drawing = (run < stop) | ((back > 0) & (run >= back))
    held = np.where(fates.suspended_from[rows] > 0, _held_before(fates, rows, year), 0) + back - stop
    arrears = np.where((back == run) & fates.makes_up[rows], held, 0)
    refused = (failed == run).astype(np.int64)
    again = (failed == run - 1) & (failed > 0)
    return drawing * 1 + arrears - refused + again


def _held_before(fates: Fates, rows: Numbers, year: int) -> Numbers:
    """Months suspended before the year began."""
    since = fates.suspended_from[rows]
    january = month.make(year, 1)
    return (january // 100 - since // 100) * 12 + january % 100 - since % 100


def _new_months_of_run(run: int, awards: Awards) -> Numbers:
    first = awards.granted + 1
    return np.where(run == first, run - awards.start + 1, (run > first) * 1)


def calibrate(
    chance: Chance, people: People, past: Histories, payroll: Payroll, awards: Awards, pensions_fen: int
) -> int:
    """Give existing pensioners account pensions so that the year's payroll comes to a sum; returns it.

    The sum is met exactly; at a scale where no pensions could meet it, the nearest possible sum is.
    """
    weights = payroll.months.sum(axis=0)
    base = custom("base_month_fen") * int(weights.sum() + payroll.new_months.sum())
    new = int((payroll.new_months.sum(axis=0) * awards.account_pension).sum())
    drawn = _first_guess(chance.stream("pensions"), people, payroll)
    most = int((weights * np.where(drawn > 0, custom("top_pension_fen"), 0)).sum())
    least = 2 * int(weights[drawn > 0].sum())
    rest = min(max(pensions_fen - base - new, least), most * 9 // 10)
    solved = solve(drawn, weights, rest)
    poor = people.category[payroll.person] != "011"
    shares = np.where(poor[:, None], _POOR_SHARES, _SHARES)
    past.pension[payroll.person] = allocate(solved, shares)
    return base + new + int((solved * weights).sum())


def _first_guess(stream: np.random.Generator, people: People, payroll: Payroll) -> Numbers:
    """Draw account pensions; the oldest mostly have none, people who draw twice never."""
    rows = payroll.person
    chance_of_account = np.where(people.born[rows] >= _LAUNCH_COHORT, 850, 1000 - _without_account())
    guess = (stream.beta(1.2, 4.0, rows.size) * custom("top_pension_fen")).astype(np.int64) + 1
    guess[stream.integers(0, 1000, rows.size) >= chance_of_account] = 0
    guess[people.role[rows] == Role.CROSS_PROVINCE] = 0
    odd = np.flatnonzero((people.role[rows] == Role.PENSIONER) & (payroll.months.sum(axis=0) != _FULL_YEAR))
    whole = np.flatnonzero((people.role[rows] == Role.PENSIONER) & (payroll.months.sum(axis=0) == _FULL_YEAR))
    needed = np.concatenate([odd, whole[:30]])
    guess[needed] = np.maximum(guess[needed], 100)
    return guess


def _without_account() -> int:
    """Share (per mille) of the oldest cohorts without account pension, so that the stated share has none."""
    share: int = section("register")["pensioners_without_account"]
    return share + (1000 - share) // 3


def solve(guess: Numbers, weights: Numbers, total: int) -> Numbers:
    """Scale and nudge amounts until amounts x weights is a total, exactly.

    Args:
        guess: shape (n,), fen; zero stays zero.
        weights: shape (n,), months paid; some must be 12 and some 11.
        total: fen to reach.
    Returns:
        shape (n,), fen, not negative and not above the top amount.
    """
    top = custom("top_pension_fen")
    amounts = guess
    for _ in range(60):
        amounts = np.minimum(amounts * max(total, 1) // max(int((amounts * weights).sum()), 1), top)
        amounts = np.where(guess > 0, np.maximum(amounts, 1), 0)
        if abs(total - int((amounts * weights).sum())) < int(weights[guess > 0].sum()):
            break
    gap = total - int((amounts * weights).sum())
    eleven, twelve = (np.flatnonzero((weights == w) & (guess > 0)) for w in (_FULL_YEAR - 1, _FULL_YEAR))
    odd = -gap % _FULL_YEAR
    amounts = _nudge(amounts, eleven, odd, top)
    return _nudge(amounts, twelve, (gap - odd * (_FULL_YEAR - 1)) // _FULL_YEAR, top)


def _nudge(amounts: Numbers, rows: Numbers, fen: int, top: int) -> Numbers:
    """Hand out (or take back) fen one by one among rows, wherever there is room."""
    nudged = amounts.copy()
    while fen:
        step = 1 if fen > 0 else -1
        room = rows[(nudged[rows] < top) if step > 0 else (nudged[rows] > 1)]
        assert room.size, "no pension has room left for the last fen"
        chosen = room[: abs(fen)]
        nudged[chosen] += step
        fen -= step * chosen.size
    return nudged


def fill_pension_accounts(chance: Chance, people: People, past: Histories, year: int) -> None:
    """Give pensioners the balances their pensions are drawn from; a few accounts will run out in the year."""
    rows = np.flatnonzero(past.pension.sum(axis=1) > 0)
    stream = chance.stream("pension accounts")
    start = past.pension_start[rows]
    drawn = (year - start // 100) * 12 + 1 - start % 100
    left = np.maximum(custom("divisor") - drawn, _DIVISOR_LEFT) + stream.integers(0, 10, rows.size)
    short = (stream.integers(0, 1000, rows.size) < 5) & (people.role[rows] == Role.PENSIONER)  # noqa: PLR2004
    left[short] = 6
    past.balance[rows] = past.pension[rows] * left[:, None]
    past.balance[rows, 0] += np.where(past.balance[rows, 0] > 0, stream.integers(0, 100, rows.size), 0)

"""Pensions paid, worked out a second time: who was due what in every run, and how every award came about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jubao.reports.invariants.award import day_of
from jubao.reports.invariants.award_history import AwardHistory, AwardState
from jubao.reports.invariants.settlement import claimed_by_month
from jubao.reports.invariants.verification import Tally, Violation, invariant, yuan
from jubao.reports.streaming import one, rows_of
from jubao.vocabulary import month as months

LINES, ARREARS, AWARDS = "records_payrollline", "records_arrears", "records_award"
RESUMPTION, REISSUE = "12", "16"
FAR_MONTH = 219912
Key = tuple[int, int, str, str, int]  # award, benefit month, item, kind, adjustment


@dataclass(frozen=True)
class Run:
    """One month's payroll."""

    id: int
    act: int
    month: int
    batch: int


@dataclass(frozen=True)
class Owed:
    """Months still owed for an award when some run came."""

    id: int
    act: int
    award: int
    kind: str
    from_month: int
    to_month: int
    item: str
    fen: int | None
    taken_run: int | None


@dataclass(frozen=True)
class Sent:
    """A line that has at least once been refused by the bank or held before release, or replaces one that was."""

    id: int
    act: int
    award: int
    key: tuple[int, int, str, int]  # person, month, item, adjustment
    fen: int
    failed_by: int | None


@dataclass(frozen=True)
class Rest:
    """A stop that was lifted: months half-open, the act that lifted it, and the first month that act pays back."""

    first: int
    last: int
    lifted_by: int
    paid_from: int

    def decided(self, month: int, act: int, run: int) -> bool:
        """Whether it was lifted between an act and a run, and covers a month."""
        return self.first <= month < self.last and act < self.lifted_by < run


@invariant("I-18", "每次发放的每一行等于按当时已知事实的独立重算")
def lines_are_due(seen: Tally) -> Iterator[Violation]:
    """Every run paid exactly the regular months, arrears and reissues that were due, to the fen."""
    history, owed, sent, rests, known = AwardHistory(), _owed(), _sent(), lifted_stops(), _paid_for_owed()
    for run in _runs():
        awards = {award.id: award for award in history.before(run.act)}
        parts = (_regular(awards, run), _arrears(awards, owed, run, known, rests), _reissues(awards, sent, run, rests))
        due = _once(parts)
        sql = f"""SELECT id, person_id, award_id, month, item, kind, adjustment, amount_fen FROM {LINES}
            WHERE batch_id = %s ORDER BY id"""  # noqa: S608
        for key, person, award, *what, fen in seen.each(rows_of(sql, [run.batch])):
            expected = due.pop((award, *what), None)
            if award not in awards or awards[award].person != person:
                yield Violation(LINES, key, f"{run.month} 发放：待遇 {award} 不属于人员 {person}")
            elif expected != fen:
                yield Violation(
                    LINES, key, f"{run.month} 发放 {what[0]} 月 {what[1]}：已列 {yuan(fen)}，应为 {yuan(expected or 0)}"
                )
        for (award, month, item, _, _), fen in due.items():
            yield Violation(LINES, None, f"{run.month} 发放：待遇 {award} 的 {month} 月 {item} 应发 {yuan(fen)}，未列")


@invariant("I-18", "待遇逐月发放：自接入底册的次月起，应发的月份不跳过、不提前")
def months_are_paid_in_turn(seen: Tally) -> Iterator[Violation]:
    """The first run is that of the first month paid here, and no month in which somebody was due is passed over."""
    history, following = AwardHistory(), _first_month()
    for run in seen.each(_runs()):
        if run.month < following:
            yield Violation("records_payrollrun", run.id, f"发放了 {run.month}，本机构应自 {following} 起发放")
        skipped = months.span(following, max(following, run.month))
        awards = {award.id: award for award in history.before(run.act)} if skipped else {}
        for month in skipped:
            if _regular(awards, replace(run, month=month)):
                yield Violation("records_payrollrun", run.id, f"发放 {run.month} 之前，{month} 应发的待遇没有发放")
        following = months.add(run.month, 1)


def _first_month() -> int:
    """The month after the register's day; without pensions in the register, that of the first award."""
    sql = f"""SELECT min(i.valid_from) FROM {AWARDS} a JOIN records_identity i ON i.person_id = a.person_id
        WHERE a.opened_with_register"""  # noqa: S608
    if (day := one(sql)) is not None:
        return months.add(months.of(day_of(day)), 1)
    day = one(f"SELECT min(e.business_date) FROM {AWARDS} a JOIN records_auditevent e ON e.id = a.act_id")  # noqa: S608
    return FAR_MONTH if day is None else months.of(day_of(day))


def _once(parts: Iterable[dict[Key, int]]) -> dict[Key, int]:
    """Lines due, every month of an award once: what is due for several reasons bears the first."""
    first: dict[tuple[int, int, int], tuple[int, str]] = {}

    def bears(key: Key, reason: int) -> bool:
        award, month, _, kind, adjustment = key
        return first.setdefault((award, month, adjustment), (reason, kind)) == (reason, kind)

    return {key: fen for reason, part in enumerate(parts) for key, fen in part.items() if bears(key, reason)}


def _runs() -> list[Run]:
    sql = "SELECT id, act_id, month, batch_id FROM records_payrollrun ORDER BY act_id"
    return [Run(*row) for row in rows_of(sql)]


def _regular(awards: dict[int, AwardState], run: Run) -> dict[Key, int]:
    """The run's own month of every award that runs; what is due of one that ended, its settlement pays."""
    return {
        (award.id, run.month, part.item, "", 0): part.fen
        for award in awards.values()
        if award.payable(run.month)
        for part in award.known(run.month, run.act)
    }


def _owed() -> list[Owed]:
    sql = f"""SELECT id, act_id, award_id, kind, from_month, to_month, item, amount_fen, taken_run FROM {ARREARS}
        ORDER BY id"""  # noqa: S608
    return [Owed(*row) for row in rows_of(sql)]


def _paid_for_owed() -> dict[tuple[int, int], list[tuple[int, int | None]]]:
    """Months paid to awards that are owed something, by award and month: act, and the act that undid it if any."""
    sql = f"""
        SELECT DISTINCT l.award_id, l.month, l.act_id, coalesce(r.act_id, h.act_id, t.act_id)
        FROM {LINES} l
        LEFT JOIN records_linereturn r ON r.bank_line_id = l.bank_line_id AND r.result = 'FAILED'
        LEFT JOIN records_linehold h ON h.bank_line_id = l.bank_line_id
        LEFT JOIN records_latereturn t ON t.bank_line_id = l.bank_line_id
        WHERE l.adjustment = 0 AND l.award_id IN (SELECT award_id FROM {ARREARS} WHERE item = '')"""  # noqa: S608
    found: dict[tuple[int, int], list[tuple[int, int | None]]] = {}
    for award, month, act, undone in rows_of(sql):
        found.setdefault((award, month), []).append((act, undone))
    return found


def _arrears(
    awards: dict[int, AwardState],
    owed: list[Owed],
    run: Run,
    known: dict[tuple[int, int], list[tuple[int, int | None]]],
    rests: dict[int, list[Rest]],
) -> dict[Key, int]:
    due: dict[Key, int] = {}
    for row in owed:
        if row.taken_run != run.id or row.award not in awards:
            continue
        for month in months.span(row.from_month, max(row.from_month, min(row.to_month, run.month))):
            over = [rest for rest in rests.get(row.award, []) if rest.decided(month, row.act, run.act)]
            if any(not row.item or month < rest.paid_from for rest in over):
                continue
            if row.item:
                due[row.award, month, row.item, row.kind, row.id] = row.fen or 0
                continue
            paid = known.get((row.award, month), [])
            if any(act < run.act and (undone is None or undone > run.act) for act, undone in paid):
                continue  # paid whole, and what it lacks is a difference of its own
            for part in awards[row.award].known(month, run.act):
                due[row.award, month, part.item, row.kind, 0] = part.fen
    return due


def _sent() -> dict[tuple[int, int, str, int], list[Sent]]:
    """Lines by person, month, item and adjustment, of everything ever refused by the bank or held; as written."""
    sql = f"""
        WITH undone AS (SELECT bank_line_id, act_id FROM records_linereturn WHERE result = 'FAILED'
            UNION ALL SELECT bank_line_id, act_id FROM records_linehold
            UNION ALL SELECT bank_line_id, act_id FROM records_latereturn)
        SELECT l.id, l.act_id, l.award_id, l.person_id, l.month, l.item, l.adjustment, l.amount_fen, u.act_id
        FROM {LINES} l LEFT JOIN undone u ON u.bank_line_id = l.bank_line_id
        WHERE EXISTS (SELECT 1 FROM {LINES} f JOIN undone q ON q.bank_line_id = f.bank_line_id
            WHERE f.person_id = l.person_id AND f.month = l.month AND f.item = l.item
            AND f.adjustment = l.adjustment) ORDER BY l.id"""  # noqa: S608
    found: dict[tuple[int, int, str, int], list[Sent]] = {}
    for key, act, award, person, month, item, adjustment, fen, failed_by in rows_of(sql):
        line = Sent(key, act, award, (person, month, item, adjustment), fen, failed_by)
        found.setdefault(line.key, []).append(line)
    return found


def lifted_stops() -> dict[int, list[Rest]]:
    """Suspensions and endings that were lifted, by award."""
    found: dict[int, list[Rest]] = {}
    first: dict[int, int] = {}
    sql = f"""SELECT award_id, act_id, min(from_month) FROM {ARREARS} WHERE kind = '{RESUMPTION}' AND item = ''
        GROUP BY award_id, act_id"""  # noqa: S608
    paid_back: dict[tuple[int, int], int] = {(award, act): month for award, act, month in rows_of(sql)}
    sql = """SELECT award_id, kind, month, act_id FROM records_awardevent
        WHERE kind IN ('SUSPENDED', 'ENDED', 'RESUMED') ORDER BY award_id, id"""
    for award, kind, month, act in rows_of(sql):
        if kind != "RESUMED":
            first.setdefault(award, month)
        elif award in first:
            found.setdefault(award, []).append(Rest(first.pop(award), month, act, paid_back.get((award, act)) or month))
    return found


def _reissues(
    awards: dict[int, AwardState],
    sent: dict[tuple[int, int, str, int], list[Sent]],
    run: Run,
    rests: dict[int, list[Rest]],
) -> dict[Key, int]:
    """What failed or was held and still stands open; a suspension that came later has settled its own months."""
    due: dict[Key, int] = {}
    for (_, month, item, adjustment), lines in sent.items():
        earlier = [line for line in lines if line.act < run.act]
        if not earlier or month >= run.month or not awards[earlier[-1].award].runs:
            continue
        failed = all(line.failed_by is not None and line.failed_by < run.act for line in earlier)
        award, last = earlier[-1].award, earlier[-1].act
        settled = any(rest.decided(month, last, run.act) for rest in rests.get(award, []))
        if failed and not settled:
            due[award, month, item, REISSUE, adjustment] = max(line.fen for line in earlier)
    return due


@invariant("I-19", "暂停期间不补发的月份，已发的都有追回案件逐月覆盖")
def nothing_is_paid_while_suspended_unclaimed(seen: Tally) -> Iterator[Violation]:
    """What was paid for months a pension rests in, and is not owed for them after all, is claimed, line by line."""
    held = {award.id: [(award.suspended, FAR_MONTH)] for award in AwardHistory().all() if award.suspended}
    for award, rests in lifted_stops().items():
        held.setdefault(award, []).extend((rest.first, rest.paid_from) for rest in rests)
    claimed = claimed_by_month()
    sql = f"""SELECT max(id), award_id, person_id, month, item, sum(amount_fen) FROM {LINES} WHERE state = 'PAID'
        AND award_id IN (SELECT award_id FROM records_awardevent WHERE kind IN ('SUSPENDED', 'RESUMED'))
        GROUP BY award_id, person_id, month, item ORDER BY 1"""  # noqa: S608
    for key, award, person, month, item, fen in seen.each(rows_of(sql)):
        known = claimed.get((person, month, item), 0)
        if known < int(fen) and any(first <= month < end for first, end in held.get(award, [])):
            yield Violation(LINES, key, f"暂停期间 {month} 月 {item} 已发 {yuan(fen)}，追回 {yuan(known)}")


@invariant("H-01", "待补发列入的批次与待遇历史一致")
def arrears_are_taken_by_the_first_run(seen: Tally) -> Iterator[Violation]:
    """Months owed are taken by the first run that finds the award neither held nor ended."""
    history, owed = AwardHistory(), _owed()
    expected: dict[int, int | None] = dict.fromkeys((row.id for row in owed), None)
    for run in _runs():
        running = {award.id for award in history.before(run.act) if award.runs}
        for row in owed:
            if expected[row.id] is None and row.act < run.act and row.award in running:
                expected[row.id] = run.id
    for row in seen.each(owed):
        if row.taken_run != expected[row.id]:
            text = f"待补发记为列入批次 {row.taken_run or '无'}，按历史应为 {expected[row.id] or '无'}"
            yield Violation(ARREARS, row.id, text)

"""Pensions paid, worked out a second time: who was due what in every run, and how every award came about."""

from collections.abc import Iterator
from dataclasses import dataclass

from jubao.reports.explanation.award_history import AwardHistory, AwardState
from jubao.reports.invariants.verification import Tally, Violation, invariant
from jubao.reports.streaming import rows_of
from jubao.vocabulary import month as months

LINES, ARREARS = "records_payrollline", "records_arrears"
REISSUE = "16"
Key = tuple[int, int, str, str, int]        # award, benefit month, item, kind, adjustment


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
    key: tuple[int, int, str, int]          # person, month, item, adjustment
    fen: int
    failed_by: int | None


@dataclass(frozen=True)
class Rest:
    """A suspension that was lifted: months half-open, and the act that lifted it."""

    first: int
    last: int
    lifted_by: int


@invariant("I-18", "每次发放的每一行等于按当时已知事实的独立重算")
def lines_are_due(seen: Tally) -> Iterator[Violation]:
    """Every run paid exactly the regular months, arrears and reissues that were due, to the fen."""
    history, owed, sent, rests, known = AwardHistory(), _owed(), _sent(), _rests(), _paid_for_owed()
    for run in _runs():
        awards = {award.id: award for award in history.before(run.act)}
        due = _regular(awards, run) | _arrears(awards, owed, run, known) | _reissues(awards, sent, run, rests)
        sql = f"""SELECT id, person_id, award_id, month, item, kind, adjustment, amount_fen FROM {LINES}
            WHERE batch_id = %s ORDER BY id"""  # noqa: S608
        for key, person, award, *what, fen in seen.each(rows_of(sql, [run.batch])):
            expected = due.pop((award, *what), None)
            if award not in awards or awards[award].person != person:
                yield Violation(LINES, key, f"{run.month} 发放：待遇 {award} 不属于人员 {person}")
            elif expected != fen:
                yield Violation(LINES, key, f"{run.month} 发放 {what[0]} 月 {what[1]}：已列 {fen} 分，应为 {expected or 0} 分")
        for (award, month, item, _, _), fen in due.items():
            yield Violation(LINES, None, f"{run.month} 发放：待遇 {award} 的 {month} 月 {item} 应发 {fen} 分，未列")


def _runs() -> list[Run]:
    sql = "SELECT id, act_id, month, batch_id FROM records_payrollrun ORDER BY act_id"
    return [Run(*row) for row in rows_of(sql)]


def _regular(awards: dict[int, AwardState], run: Run) -> dict[Key, int]:
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


def _paid_for_owed() -> dict[tuple[int, int, str], list[tuple[int, int | None]]]:
    """Lines of awards that are owed something, by award, month and item: act, and the act that undid them if any."""
    sql = f"""
        SELECT l.award_id, l.month, l.item, l.act_id, coalesce(r.act_id, h.act_id) FROM {LINES} l
        LEFT JOIN records_linereturn r ON r.bank_line_id = l.bank_line_id AND r.result = 'FAILED'
        LEFT JOIN records_linehold h ON h.bank_line_id = l.bank_line_id
        WHERE l.adjustment = 0 AND l.award_id IN (SELECT award_id FROM {ARREARS} WHERE item = '')"""  # noqa: S608
    found: dict[tuple[int, int, str], list[tuple[int, int | None]]] = {}
    for award, month, item, act, undone in rows_of(sql):
        found.setdefault((award, month, item), []).append((act, undone))
    return found


def _arrears(
    awards: dict[int, AwardState], owed: list[Owed], run: Run,
    known: dict[tuple[int, int, str], list[tuple[int, int | None]]],
) -> dict[Key, int]:  # fmt: skip
    due: dict[Key, int] = {}
    for row in owed:
        if row.taken_run != run.id or row.award not in awards:
            continue
        for month in months.span(row.from_month, max(row.from_month, min(row.to_month, run.month))):
            if row.item:
                due[row.award, month, row.item, row.kind, row.id] = row.fen or 0
                continue
            for part in awards[row.award].known(month, run.act):
                lines = known.get((row.award, month, part.item), [])
                if any(act < run.act and (undone is None or undone > run.act) for act, undone in lines):
                    continue
                due[row.award, month, part.item, row.kind, 0] = part.fen
    return due


def _sent() -> dict[tuple[int, int, str, int], list[Sent]]:
    """Lines by person, month, item and adjustment, of everything ever refused by the bank or held; as written."""
    sql = f"""
        WITH undone AS (SELECT bank_line_id, act_id FROM records_linereturn WHERE result = 'FAILED'
            UNION ALL SELECT bank_line_id, act_id FROM records_linehold)
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


def _rests() -> dict[int, list[Rest]]:
    """Suspensions that were lifted, by award."""
    found: dict[int, list[Rest]] = {}
    first: dict[int, int] = {}
    sql = """SELECT award_id, kind, month, act_id FROM records_awardevent WHERE kind IN ('SUSPENDED', 'RESUMED')
        ORDER BY award_id, id"""
    for award, kind, month, act in rows_of(sql):
        if kind == "SUSPENDED":
            first[award] = month
        elif award in first:
            found.setdefault(award, []).append(Rest(first.pop(award), month, act))
    return found


def _reissues(
    awards: dict[int, AwardState], sent: dict[tuple[int, int, str, int], list[Sent]], run: Run,
    rests: dict[int, list[Rest]],
) -> dict[Key, int]:  # fmt: skip
    """What failed or was held and still stands open; a suspension that came later has settled its own months."""
    due: dict[Key, int] = {}
    for (_, month, item, adjustment), lines in sent.items():
        earlier = [line for line in lines if line.act < run.act]
        if not earlier or month >= run.month or not awards[earlier[-1].award].runs:
            continue
        failed = all(line.failed_by is not None and line.failed_by < run.act for line in earlier)
        award, last = earlier[-1].award, earlier[-1].act
        settled = any(r.first <= month < r.last and last < r.lifted_by < run.act for r in rests.get(award, []))
        if failed and not settled:
            due[award, month, item, REISSUE, adjustment] = max(line.fen for line in earlier)
    return due


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

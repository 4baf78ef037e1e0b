"""Registers from outside: every row of a list has one fate, every suspicion one ground, and none vanishes."""

from collections.abc import Iterator

from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import grouped, rows_of

LISTS, ROWS, CANDIDATES, RUNS = (
    "records_matchlist",
    "records_registerrow",
    "records_matchcandidate",
    "records_matchrun",
)
ROW_PATHS = {"WAITING": {"PAIRED", "DISMISSED"}, "PAIRED": {"WAITING"}, "DISMISSED": set()}


@invariant("I-38", "名单每一行只有一个去向：可比对、退回、待核号")
def rows_have_one_fate(seen: Tally) -> Iterator[Violation]:
    """Rows read are accepted, rejected or waiting, and the latter two are kept one by one."""
    seen.whole(LISTS, ROWS)
    sql = f"""SELECT id, number, compared, accepted, rejected, waiting FROM {LISTS}
        WHERE compared <> accepted + rejected + waiting ORDER BY id"""  # noqa: S608
    yield from broken_rows(LISTS, sql, "名单 {0} 共 {1} 行，可比对 {2}、退回 {3}、待核号 {4}，合计不符")
    sql = f"""
        SELECT l.id, l.number, l.rejected, l.waiting FROM {LISTS} l LEFT JOIN (SELECT match_list_id AS owner,
            sum(CASE WHEN state = 'REJECTED' THEN 1 ELSE 0 END) AS back, count(*) AS kept FROM {ROWS}
            GROUP BY match_list_id) r ON r.owner = l.id
        WHERE coalesce(r.back, 0) <> l.rejected OR coalesce(r.kept, 0) <> l.rejected + l.waiting ORDER BY l.id"""  # noqa: S608
    yield from broken_rows(LISTS, sql, "名单 {0} 退回 {1} 行、待核号 {2} 行，与留存的行不符")


@invariant("I-38", "比对名单的疑点一个不少")
def candidates_never_vanish(seen: Tally) -> Iterator[Violation]:
    """Each run still has as many suspicions as it raised, and the list as many as its first run."""
    seen.whole(LISTS, RUNS)
    sql = f"""
        SELECT r.id, l.number, r.seq, r.candidates, coalesce(c.found, 0) FROM {RUNS} r JOIN {LISTS} l
        ON l.id = r.match_list_id LEFT JOIN (SELECT run_id AS owner, count(*) AS found FROM {CANDIDATES} GROUP BY run_id) c
        ON c.owner = r.id WHERE coalesce(c.found, 0) <> r.candidates ORDER BY r.id"""  # noqa: S608
    yield from broken_rows(RUNS, sql, "名单 {0} 第 {1} 次比对新增疑点 {2} 个，现有 {3} 个")
    sql = f"""
        SELECT l.id, l.number FROM {LISTS} l LEFT JOIN {RUNS} r ON r.match_list_id = l.id AND r.seq = 1
        WHERE r.id IS NULL OR r.candidates <> l.candidates OR r.hits <> l.hits OR l.hits > l.accepted
            OR EXISTS (SELECT 1 FROM {CANDIDATES} c WHERE c.match_list_id = l.id AND c.run_id IS NULL) ORDER BY l.id"""  # noqa: S608
    yield from broken_rows(LISTS, sql, "名单 {0} 与其首次比对的命中或疑点数不符")


@invariant("I-38", "打分得出的疑点都出自待核号的行，并说明得分")
def scores_stand_for_rows_without_number(seen: Tally) -> Iterator[Violation]:
    """A score is only taken where no number could be compared; such a row stays paired while a candidate stands."""
    seen.whole(CANDIDATES)
    sql = f"""
        SELECT c.id, c.origin FROM {CANDIDATES} c LEFT JOIN {ROWS} r ON r.id = c.register_row_id
        WHERE (c.origin = 'FUZZY') <> (r.id IS NOT NULL) OR (r.id IS NOT NULL AND (r.match_list_id <> c.match_list_id
            OR r.state = 'REJECTED' OR (c.state <> 'STALE' AND r.state <> 'PAIRED'))) ORDER BY c.id"""  # noqa: S608
    yield from broken_rows(CANDIDATES, sql, "疑点（{0}）没有对应的待核号行，或该行状态不符")
    sql = f"""SELECT r.id, r.row FROM {ROWS} r WHERE r.state = 'PAIRED' AND NOT EXISTS (SELECT 1 FROM {CANDIDATES} c
        WHERE c.register_row_id = r.id AND c.state <> 'STALE') ORDER BY r.id"""  # noqa: S608
    yield from broken_rows(ROWS, sql, "第 {0} 行记为已有疑点，却没有疑点")


@invariant("I-21", "排除过的同一来源记录不再成为疑点")
def what_was_cleared_stays_cleared(seen: Tally) -> Iterator[Violation]:
    """A false alarm is remembered by source record and person: nothing later is raised on it."""
    seen.whole(CANDIDATES)
    sql = f"""
        SELECT c.id, l.number FROM {CANDIDATES} c JOIN {LISTS} l ON l.id = c.match_list_id
        JOIN {CANDIDATES} b ON b.source_key = c.source_key AND b.person_id = c.person_id AND b.id < c.id AND b.source_key <> ''
        JOIN records_candidateevent e ON e.candidate_id = b.id AND e.state = 'CLEARED' AND e.act_id < c.act_id
        ORDER BY c.id"""  # noqa: S608
    yield from broken_rows(CANDIDATES, sql, "名单 {0} 又提出了已经排除的疑点")


@invariant("I-25", "名册行的状态只沿规定路径变动")
def rows_follow_their_paths(seen: Tally) -> Iterator[Violation]:
    """A waiting row finds its person or is closed as nobody's; a rejected one never moves."""
    sql = "SELECT register_row_id, id, state FROM records_registerrowevent ORDER BY register_row_id, id"
    for _, steps in grouped(seen.each(rows_of(sql))):
        allowed: set[str] = {"WAITING", "PAIRED"}
        for key, state in steps:
            if state not in allowed:
                yield Violation("records_registerrowevent", key, f"不能进入“{state}”")
            allowed = ROW_PATHS.get(state, set())


@invariant("H-11", "名册行的状态等于最后一次处理，没有处理的是退回")
def row_states(seen: Tally) -> Iterator[Violation]:
    """A row stands where its latest event put it."""
    seen.whole(ROWS)
    sql = f"""
        SELECT r.id, r.state, coalesce(e.state, 'REJECTED') FROM {ROWS} r LEFT JOIN (SELECT register_row_id AS owner,
            max(id) AS id FROM records_registerrowevent GROUP BY register_row_id) x ON x.owner = r.id
        LEFT JOIN records_registerrowevent e ON e.id = x.id WHERE r.state <> coalesce(e.state, 'REJECTED')
        ORDER BY r.id"""  # noqa: S608
    yield from broken_rows(ROWS, sql, "状态存为 {0}，最后处理为 {1}")

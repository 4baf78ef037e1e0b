"""Suspicions, state paths and refusals: nothing vanishes, nothing rests without an owner, no step is skipped."""

from collections.abc import Iterator

from jubao.reports.invariants.award import day_of
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import grouped, rows_of
from jubao.vocabulary import month as months

CANDIDATES = "records_matchcandidate"
IN_CUSTODY = "1202"  # pays nothing back, domain 1.7

# (enrolment state, contribution state) to what may follow it, domain 3.15
RELATION_PATHS = {
    ("1", "1"): {("2", "2"), ("1", "3"), ("4", "3")},
    ("2", "2"): {("1", "1"), ("4", "3")},
    ("1", "3"): {("2", "3"), ("4", "3")},
    ("2", "3"): {("1", "3"), ("4", "3")},
    ("4", "3"): {("1", "1"), ("2", "2"), ("1", "3"), ("2", "3")},  # only an ending that was none is taken back
}
AWARD_PATHS = {
    "STARTED": {"SUSPENDED", "ENDED"},
    "SUSPENDED": {"RESUMED", "ENDED"},
    "RESUMED": {"SUSPENDED", "ENDED"},
    "ENDED": {"RESUMED"},
}
CANDIDATE_PATHS = {  # a step from OPEN or HELD to itself moves owner and deadline only
    "OPEN": {"OPEN", "HELD", "TERMINATED", "CLEARED", "REQUESTED", "STALE"},
    "HELD": {"HELD", "TERMINATED", "CLEARED"},
    "TERMINATED": {"REQUESTED"},
    "CLEARED": set(),
    "REQUESTED": set(),
    "STALE": {"OPEN"},
}
BATCH_PATHS = {"RELEASED": {"TRANSMITTED"}, "TRANSMITTED": {"RETURNED"}, "RETURNED": set()}


@invariant("I-21", "未了结的疑点都有责任岗位和期限，暂停都有下一步")
def open_suspicions_have_owners(seen: Tally) -> Iterator[Violation]:
    """Nothing open or held rests without somebody who must act by a day."""
    seen.whole(CANDIDATES, "records_awardevent", "records_overpayment")
    sql = f"""SELECT id, state FROM {CANDIDATES} WHERE state IN ('OPEN', 'HELD')
        AND (owner_post = '' OR due_date IS NULL) ORDER BY id"""  # noqa: S608
    yield from broken_rows(CANDIDATES, sql, "疑点（{0}）没有责任岗位或期限")
    sql = """SELECT id FROM records_awardevent WHERE kind = 'SUSPENDED' AND (next_step_post = '' OR due_date IS NULL)
        ORDER BY id"""
    yield from broken_rows("records_awardevent", sql, "暂停没有下一步岗位或期限")
    sql = """SELECT a.id, a.month, e.business_date FROM records_awardevent a JOIN records_auditevent e ON e.id = a.act_id
        WHERE a.kind = 'SUSPENDED' ORDER BY a.id"""
    for key, month, day in rows_of(sql):
        if month > months.add(months.of(day_of(day)), 1):
            yield Violation("records_awardevent", key, f"{day} 办理的暂停自 {month} 起，到那时之前照常发放，并未暂停")
    sql = "SELECT id FROM records_overpayment WHERE open_fen > 0 AND owner_post = '' ORDER BY id"
    yield from broken_rows("records_overpayment", sql, "追回案件没有责任岗位")


@invariant("I-22", "排除的疑点已续发并补发暂停期间的待遇")
def refuted_suspicions_are_made_good(seen: Tally) -> Iterator[Violation]:
    """Whoever was held and cleared is resumed in the same act, with the held months owed, save after true custody."""
    seen.add(sum(1 for _ in rows_of("SELECT id FROM records_candidateevent WHERE state = 'CLEARED'")))
    sql = f"""
        SELECT c.id, s.month, r.month FROM records_candidateevent e JOIN {CANDIDATES} c ON c.id = e.candidate_id
        JOIN records_candidateevent h ON h.candidate_id = c.id AND h.state = 'HELD'
        JOIN records_awardevent s ON s.act_id = h.act_id AND s.kind = 'SUSPENDED'
        JOIN records_award a ON a.id = s.award_id AND a.person_id = c.person_id
        LEFT JOIN records_awardevent r ON r.award_id = a.id AND r.act_id = e.act_id AND r.kind = 'RESUMED'
        LEFT JOIN records_arrears o ON o.award_id = a.id AND o.act_id = e.act_id AND o.from_month = s.month
            AND o.to_month = r.month
        WHERE e.state = 'CLEARED' AND (r.id IS NULL OR (s.month < r.month AND o.id IS NULL
            AND NOT (s.reason = '{IN_CUSTODY}' AND e.evidence LIKE '刑满释放：%'))) ORDER BY c.id"""  # noqa: S608
    yield from broken_rows(CANDIDATES, sql, "疑点已排除，{0} 起暂停的待遇未续发或未列补发（续发 {1}）")


@invariant("I-25", "参保、待遇、疑点、批次的状态只沿规定路径变动")
def states_follow_their_paths(seen: Tally) -> Iterator[Violation]:
    """Every history walks along the allowed graph, from an allowed beginning."""
    sql = "SELECT award_id, id, kind FROM records_awardevent ORDER BY award_id, id"
    yield from _walk(seen, "records_awardevent", sql, AWARD_PATHS, {"STARTED"})
    sql = "SELECT candidate_id, id, state FROM records_candidateevent ORDER BY candidate_id, id"
    yield from _walk(seen, "records_candidateevent", sql, CANDIDATE_PATHS, {"OPEN"})
    sql = "SELECT batch_id, id, state FROM records_batchstep ORDER BY batch_id, id"
    yield from _walk(seen, "records_batchstep", sql, BATCH_PATHS, {"RELEASED"})


def _walk(seen: Tally, table: str, sql: str, paths: dict[str, set[str]], first: set[str]) -> Iterator[Violation]:
    for _, steps in grouped(seen.each(rows_of(sql))):
        allowed = first
        for key, state in steps:
            if state not in allowed:
                yield Violation(table, key, f"不能进入“{state}”")
            allowed = paths.get(state, set())


@invariant("I-25", "参保关系的状态只沿规定路径变动")
def relations_follow_their_paths(seen: Tally) -> Iterator[Violation]:
    """The two-code state moves along the graph; only the takeover may begin elsewhere than with contributing."""
    sql = """
        SELECT v.enrolment_id, v.id, v.enrolment_state, v.contribution_state, e.code, v.act_id, n.act_id
        FROM records_enrolmentevent v JOIN records_auditevent e ON e.id = v.act_id
        JOIN records_enrolment n ON n.id = v.enrolment_id ORDER BY v.enrolment_id, v.id"""
    for _, steps in grouped(seen.each(rows_of(sql))):
        before: tuple[str, str] | None = None
        for key, state, paying, code, act, opened in steps:
            now = (state, paying)
            begins = before is None and act == opened and (now == ("1", "1") or code == "register.open")
            if now not in RELATION_PATHS or not (begins or (before and now in RELATION_PATHS[before])):
                shown = "".join(before) if before else "未参保"
                yield Violation("records_enrolmentevent", key, f"状态由 {shown} 变为 {state}{paying}，不合规定")
            before = now if now in RELATION_PATHS else before


@invariant("I-25", "待遇状态与参保状态同步变动")
def awards_and_relations_agree(seen: Tally) -> Iterator[Violation]:
    """A running award is state 1/3, a held one 2/3, and without a running award nobody is in either."""
    seen.whole("records_enrolment")
    sql = """
        SELECT n.id, n.enrolment_state, n.contribution_state FROM records_enrolment n
        LEFT JOIN records_award a ON a.person_id = n.person_id AND a.ended_month IS NULL
        WHERE (a.id IS NULL AND n.contribution_state = '3' AND n.enrolment_state <> '4')
            OR (a.id IS NOT NULL AND a.suspended_from IS NULL AND (n.enrolment_state <> '1' OR n.contribution_state <> '3'))
            OR (a.suspended_from IS NOT NULL AND (n.enrolment_state <> '2' OR n.contribution_state <> '3')) ORDER BY n.id"""
    yield from broken_rows("records_enrolment", sql, "参保状态 {0}/{1} 与待遇状态不一致")


@invariant("I-28", "一人一号，一号一人")
def one_number_one_person(seen: Tally) -> Iterator[Violation]:
    """No resident number belongs to two people, now or by their latest identity."""
    seen.whole("records_person", "records_identity")
    sql = """SELECT max(id) FROM records_person GROUP BY resident_number HAVING count(*) > 1
        UNION SELECT max(id) FROM records_person GROUP BY resident_key HAVING count(*) > 1 ORDER BY 1"""
    yield from broken_rows("records_person", sql, "公民身份号码与另一人相同")
    sql = """SELECT p.id FROM records_person p LEFT JOIN records_enrolment n ON n.person_id = p.id
        LEFT JOIN records_identity i ON i.person_id = p.id GROUP BY p.id
        HAVING count(DISTINCT n.id) <> 1 OR count(i.id) = 0 ORDER BY p.id"""
    yield from broken_rows("records_person", sql, "没有参保关系或身份信息")

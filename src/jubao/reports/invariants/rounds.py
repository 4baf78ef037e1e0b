"""Home checks and alerts: rounds are whole, findings fit their rounds, alerts stand where their last step put them."""

from collections.abc import Iterator

from jubao.reports.invariants.heads import LATEST
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant

ROUNDS, ITEMS, FINDINGS = "records_verificationround", "records_verificationitem", "records_verificationfinding"
ALERTS = "records_alert"


@invariant("I-21", "核查轮次人次等于核查项，下发时疑点尚未了结")
def rounds_are_whole(seen: Tally) -> Iterator[Violation]:
    """A round counts its items, and every item was open or held when it was handed out."""
    seen.whole(ROUNDS, ITEMS)
    sql = f"""
        SELECT r.id, r.number FROM {ROUNDS} r LEFT JOIN {ITEMS} i ON i.round_id = r.id
        GROUP BY r.id, r.number, r.count, r.issued_date, r.due_date
        HAVING count(i.id) <> r.count OR r.due_date <= r.issued_date ORDER BY r.id"""  # noqa: S608
    yield from broken_rows(ROUNDS, sql, "核查轮次 {0} 的人次与核查项不符，或期限不在下发之后")
    sql = f"""
        SELECT i.id, e.state FROM {ITEMS} i JOIN records_candidateevent e ON e.id = (SELECT max(v.id)
            FROM records_candidateevent v WHERE v.candidate_id = i.candidate_id AND v.act_id < i.act_id)
        WHERE e.state NOT IN ('OPEN', 'HELD') ORDER BY i.id"""  # noqa: S608
    yield from broken_rows(ITEMS, sql, "下发核查时疑点已是 {0}")


@invariant("I-21", "核查结果合乎填表规则和轮次日期")
def findings_fit_their_rounds(seen: Tally) -> Iterator[Violation]:
    """Alive, dead or unknown with a reason; seen after the issue, a death before it was seen."""
    seen.whole(FINDINGS)
    sql = f"""
        SELECT f.id, f.alive, f.abnormal FROM {FINDINGS} f JOIN {ITEMS} i ON i.id = f.item_id
        JOIN {ROUNDS} r ON r.id = i.round_id JOIN records_auditevent e ON e.id = f.act_id
        WHERE f.checked_date < r.issued_date OR f.checked_date > e.business_date OR f.death_date > f.checked_date
            OR (f.alive = '0') <> (f.death_date IS NOT NULL) OR (f.alive = '') <> (f.abnormal <> '0')
            OR (f.abnormal = '4' AND f.remark = '') ORDER BY f.id"""  # noqa: S608
    yield from broken_rows(FINDINGS, sql, "核查结果（健在“{0}”、异常类型 {1}）不合填表规则或日期")


@invariant("I-41", "预警的状态、责任岗位和期限等于最后一步，未处理的都有人和期限")
def alerts_stand_where_they_were_put(seen: Tally) -> Iterator[Violation]:
    """An alert's head is its latest step, its first step opened it, and nothing follows its closing."""
    seen.whole(ALERTS, "records_alertevent")
    latest = LATEST.format(key="alert_id", table="records_alertevent")
    sql = f"""
        SELECT a.id, a.state, e.state FROM {ALERTS} a LEFT JOIN ({latest}) x ON x.owner = a.id
        LEFT JOIN records_alertevent e ON e.id = x.id WHERE e.id IS NULL OR e.state <> a.state
            OR e.owner_post <> a.owner_post OR (e.due_date IS NULL) <> (a.due_date IS NULL) OR e.due_date <> a.due_date
            OR (a.state <> 'CLOSED' AND (a.owner_post = '' OR a.due_date IS NULL)) ORDER BY a.id"""  # noqa: S608
    yield from broken_rows(ALERTS, sql, "预警存为 {0}，最后一步为 {1}，或责任岗位、期限不一致")
    sql = """
        SELECT e.id, e.state FROM records_alertevent e WHERE EXISTS (SELECT 1 FROM records_alertevent c
            WHERE c.alert_id = e.alert_id AND c.state = 'CLOSED' AND c.id < e.id)
            OR (e.state = 'OPEN') <> (NOT EXISTS (SELECT 1 FROM records_alertevent c
                WHERE c.alert_id = e.alert_id AND c.id < e.id)) ORDER BY e.id"""
    yield from broken_rows("records_alertevent", sql, "预警的步骤“{0}”次序不对")

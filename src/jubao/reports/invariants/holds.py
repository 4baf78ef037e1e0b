"""Lines held with the lock or before release, and stop facts known at a release: nothing leaves that should not."""

from collections.abc import Iterator

from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant

HOLDS = "records_linehold"


@invariant("I-20", "扣留不早于锁定、在放行之前；扣留的明细银行从不答复")
def holds_lie_between_lock_and_release(seen: Tally) -> Iterator[Violation]:
    """A hold comes with its batch or after it and before its release, and the bank never saw the line."""
    seen.whole(HOLDS)
    sql = f"""
        SELECT h.id, b.number, l.seq FROM {HOLDS} h JOIN records_bankline l ON l.id = h.bank_line_id
        JOIN records_paymentbatch b ON b.id = l.batch_id
        LEFT JOIN records_batchstep s ON s.batch_id = b.id AND s.state = 'RELEASED'
        LEFT JOIN records_linereturn r ON r.bank_line_id = l.id
        WHERE h.act_id < l.act_id OR h.act_id >= s.act_id OR r.id IS NOT NULL ORDER BY h.id"""  # noqa: S608
    yield from broken_rows(HOLDS, sql, "批次 {0} 第 {1} 笔扣留不在锁定与放行之间，或银行已有答复")
    sql = f"""
        SELECT h.id FROM {HOLDS} h JOIN records_bankline l ON l.id = h.bank_line_id
        JOIN records_matchcandidate c ON c.id = h.candidate_id WHERE l.person_id IS NULL OR c.person_id <> l.person_id
        ORDER BY h.id"""  # noqa: S608
    yield from broken_rows(HOLDS, sql, "扣留所依据的疑点不是此人的")


@invariant("I-20", "放行时已知停发的月份没有放行")
def nothing_stopped_is_released(seen: Tally) -> Iterator[Violation]:
    """At each release, no line that was not held covers a month already suspended or ended."""
    seen.whole("records_payrollline")
    sql = f"""
        SELECT p.id, b.number, p.month, v.month FROM records_awardevent v
        JOIN records_payrollline p ON p.award_id = v.award_id AND p.month >= v.month
        JOIN records_paymentbatch b ON b.id = p.batch_id
        JOIN records_batchstep s ON s.batch_id = b.id AND s.state = 'RELEASED' AND s.act_id > v.act_id
        WHERE v.kind IN ('SUSPENDED', 'ENDED')
            AND NOT EXISTS (SELECT 1 FROM {HOLDS} h WHERE h.bank_line_id = p.bank_line_id)
            AND NOT EXISTS (SELECT 1 FROM records_awardevent w WHERE w.award_id = v.award_id AND w.kind = 'RESUMED'
                AND w.id > v.id AND w.act_id < s.act_id) ORDER BY p.id"""  # noqa: S608
    yield from broken_rows("records_payrollline", sql, "批次 {0} 放行了 {1} 月，其待遇自 {2} 起已停")

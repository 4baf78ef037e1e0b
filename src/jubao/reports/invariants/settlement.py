"""Ends of relations and recoveries: every money item settled once, every overpaid month claimed, to the fen."""

from collections.abc import Iterator

from jubao.records.models import Office
from jubao.reports.invariants.award import day_of
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant, yuan
from jubao.reports.law import office_policy
from jubao.reports.streaming import rows_of
from jubao.vocabulary import month as months

SETTLEMENTS, OVERPAYMENTS = "records_settlement", "records_overpayment"
DEATHS = ("1401", "6401")
WITHDRAWN = """coalesce((SELECT sum(w.amount_fen) FROM records_withdrawnmonth w WHERE w.overpaid_month_id = m.id), 0)"""


@invariant("I-19", "死亡以后各月的发放都有追回案件逐月覆盖")
def nothing_is_paid_after_death_unclaimed(seen: Tally) -> Iterator[Violation]:
    """Whatever was paid for a month after a death is claimed, line by line."""
    sql = f"SELECT person_id, event_date FROM {SETTLEMENTS} WHERE reason IN {DEATHS} AND NOT reversed"  # noqa: S608
    died = {person: months.of(day_of(day)) for person, day in seen.each(rows_of(sql))}
    claimed = claimed_by_month()
    sql = f"""
        SELECT max(l.id), l.person_id, l.month, l.item, sum(l.amount_fen) FROM records_payrollline l
        JOIN {SETTLEMENTS} s ON s.person_id = l.person_id AND NOT s.reversed
        WHERE s.reason IN {DEATHS} AND l.state = 'PAID'
        GROUP BY l.person_id, l.month, l.item ORDER BY 1"""  # noqa: S608
    for key, person, month, item, fen in seen.each(rows_of(sql)):
        if month > died[person] and claimed.get((person, month, item), 0) != int(fen):
            yield Violation(
                "records_payrollline", key, f"{died[person]} 死亡，{month} 月 {item} 已发 {yuan(fen)}而未如数追回"
            )


def claimed_by_month() -> dict[tuple[int, int, str], int]:
    """What is claimed back by person, month and item, fen; what was withdrawn is claimed no longer."""
    sql = f"""SELECT o.person_id, m.month, m.item, sum(m.amount_fen - {WITHDRAWN}) FROM records_overpaidmonth m
        JOIN {OVERPAYMENTS} o ON o.id = m.overpayment_id GROUP BY o.person_id, m.month, m.item"""  # noqa: S608
    return {(person, month, item): int(fen) for person, month, item, fen in rows_of(sql)}


@invariant("I-23", "追回案件：明细之和等于多发，已追回与未追回之和等于多发")
def recoveries_add_up(seen: Tally) -> Iterator[Violation]:
    """Months make the claim; what came back and what is open make it, too."""
    seen.whole(OVERPAYMENTS, "records_overpaidmonth", "records_recoveryevent")
    sql = f"""
        SELECT o.id FROM {OVERPAYMENTS} o
        LEFT JOIN (SELECT overpayment_id, sum(amount_fen) AS fen, min(month) AS first, max(month) AS last
            FROM records_overpaidmonth GROUP BY overpayment_id) m ON m.overpayment_id = o.id
        LEFT JOIN (SELECT overpayment_id, sum(amount_fen) AS fen FROM records_recoveryevent GROUP BY overpayment_id) r
            ON r.overpayment_id = o.id
        WHERE coalesce(m.fen, 0) <> o.amount_fen OR coalesce(r.fen, 0) + o.open_fen <> o.amount_fen OR o.open_fen < 0
            OR m.first <> o.from_month OR m.last >= o.to_month ORDER BY o.id"""  # noqa: S608
    yield from broken_rows(OVERPAYMENTS, sql, "多发金额与明细，或与已追回加未追回之和不符")
    sql = f"""
        SELECT o.id FROM {OVERPAYMENTS} o
        LEFT JOIN (SELECT m.overpayment_id, sum(w.amount_fen) AS fen FROM records_withdrawnmonth w
            JOIN records_overpaidmonth m ON m.id = w.overpaid_month_id GROUP BY m.overpayment_id) w
            ON w.overpayment_id = o.id
        LEFT JOIN (SELECT overpayment_id, sum(CASE WHEN kind = 'WITHDRAWN' THEN amount_fen ELSE 0 END) AS fen,
            sum(CASE WHEN kind = 'OFFSET' THEN amount_fen ELSE 0 END) AS off FROM records_recoveryevent
            GROUP BY overpayment_id) r ON r.overpayment_id = o.id
        LEFT JOIN {SETTLEMENTS} s ON s.person_id = o.person_id AND s.act_id = o.act_id AND s.reversed
        WHERE coalesce(w.fen, 0) <> coalesce(r.fen, 0) + CASE WHEN s.id IS NULL THEN 0 ELSE coalesce(r.off, 0) END
        ORDER BY o.id"""  # noqa: S608
    yield from broken_rows(OVERPAYMENTS, sql, "撤销的明细与撤销的追回金额不符")
    sql = f"""
        SELECT o.id FROM {OVERPAYMENTS} o JOIN {SETTLEMENTS} s ON s.person_id = o.person_id AND s.act_id = o.act_id
        LEFT JOIN (SELECT overpayment_id, sum(amount_fen) AS fen FROM records_recoveryevent WHERE kind = 'OFFSET'
            GROUP BY overpayment_id) r ON r.overpayment_id = o.id
        WHERE s.overpaid_fen <> o.amount_fen OR s.offset_fen <> coalesce(r.fen, 0) ORDER BY o.id"""  # noqa: S608
    yield from broken_rows(OVERPAYMENTS, sql, "与终止结算的多发或抵扣不符")


@invariant("I-24", "终止结算四项各结一次：补发、多发、账户、丧葬")
def settlements_close_everything(seen: Tally) -> Iterator[Violation]:
    """A settlement adds up, is listed month by month, owes what it says, and leaves nothing in the account."""
    seen.whole(SETTLEMENTS, "records_payout", "records_backpaymonth")
    sql = f"""
        SELECT s.id FROM {SETTLEMENTS} s
        LEFT JOIN (SELECT settlement_id, sum(amount_fen) AS fen FROM records_backpaymonth GROUP BY settlement_id) b
            ON b.settlement_id = s.id
        LEFT JOIN (SELECT person_id, act_id, sum(amount_fen) AS fen FROM records_payout WHERE kind <> 'TRANSFER'
            GROUP BY person_id, act_id) p ON p.person_id = s.person_id AND p.act_id = s.act_id
        WHERE s.refund_fen <> s.refundable_fen + s.backpay_fen + s.funeral_fen - s.offset_fen
            OR s.to_recover_fen <> s.overpaid_fen - s.offset_fen OR coalesce(b.fen, 0) <> s.backpay_fen
            OR coalesce(p.fen, 0) <> s.refund_fen OR s.personal_fen > s.refundable_fen
            OR s.offset_fen <> (CASE WHEN s.overpaid_fen < s.refundable_fen + s.backpay_fen + s.funeral_fen
                THEN s.overpaid_fen ELSE s.refundable_fen + s.backpay_fen + s.funeral_fen END)
            OR (s.overpaid_fen > 0 AND NOT EXISTS (SELECT 1 FROM {OVERPAYMENTS} o
                WHERE o.person_id = s.person_id AND o.act_id = s.act_id)) ORDER BY s.id"""  # noqa: S608
    yield from broken_rows(SETTLEMENTS, sql, "结算各项与明细、应付款或追回案件不符")
    sql = f"""
        SELECT s.id FROM {SETTLEMENTS} s LEFT JOIN (SELECT person_id, act_id, -sum(amount_fen) AS fen
            FROM records_accountentry WHERE kind = 'SETTLEMENT' GROUP BY person_id, act_id) e
        ON e.person_id = s.person_id AND e.act_id = s.act_id
        WHERE coalesce(e.fen, 0) < s.refundable_fen + s.drawn_fen
            OR (s.account <> 'PAID_WITHOUT_SUBSIDY' AND coalesce(e.fen, 0) <> s.refundable_fen + s.drawn_fen)
            ORDER BY s.id"""  # noqa: S608
    yield from broken_rows(SETTLEMENTS, sql, "可退账户金额与账户清算支出不符")
    yield from _ends_as_the_law_says()


def _ends_as_the_law_says() -> Iterator[Violation]:
    """Each account ended as the law of the day of the event has it for the reason, as known when it was decided."""
    sql = f"""SELECT s.id, s.reason, s.event_date, s.account, a.business_date FROM {SETTLEMENTS} s
        JOIN records_auditevent a ON a.id = s.act_id ORDER BY s.id"""  # noqa: S608
    area, policy = str(Office.objects.values_list("district_code", flat=True).first()), office_policy()
    for key, reason, happened, account, decided in rows_of(sql):
        known = day_of(decided)
        launch = policy.value("scheme.launch_date", on=known, area=area, as_known=known)
        day = max(day_of(happened), launch)
        table = policy.table("scheme.settlement_by_reason", on=day, area=area, as_known=known)
        if (lawful := next(row["account"] for row in table if row["reason"] == reason)) != account:
            yield Violation(SETTLEMENTS, key, f"账户按 {account} 处理，{day} 的政策对 {reason} 规定为 {lawful}")


@invariant("I-24", "终止或转出之后账户余额为零，终止的待遇都有结算")
def ended_relations_hold_nothing(seen: Tally) -> Iterator[Violation]:
    """Nobody settled or gone keeps a balance; nobody's pension ends here without a settlement."""
    seen.whole("records_individualaccount")
    sql = f"""
        SELECT b.id FROM records_accountbalance b WHERE b.balance_fen <> 0 AND (b.person_id IN
            (SELECT person_id FROM {SETTLEMENTS} WHERE NOT reversed AND account <> 'KEPT') OR b.person_id IN
            (SELECT person_id FROM records_transfer WHERE direction = 'OUT')) ORDER BY b.id"""  # noqa: S608
    yield from broken_rows("records_accountbalance", sql, "关系已终止或转出，账户仍有余额")
    sql = f"""
        SELECT v.id FROM records_awardevent v JOIN records_award a ON a.id = v.award_id
        WHERE v.kind = 'ENDED' AND v.act_id <> a.act_id AND NOT EXISTS (SELECT 1 FROM {SETTLEMENTS} s
            WHERE s.award_id = a.id AND s.act_id = v.act_id) ORDER BY v.id"""  # noqa: S608
    yield from broken_rows("records_awardevent", sql, "待遇终止而没有结算")
    sql = f"""
        SELECT v.id FROM records_enrolmentevent v JOIN records_enrolment n ON n.id = v.enrolment_id
        WHERE v.enrolment_state = '4' AND v.act_id <> n.act_id
            AND NOT EXISTS (SELECT 1 FROM {SETTLEMENTS} s WHERE s.person_id = n.person_id AND s.act_id = v.act_id)
            AND NOT EXISTS (SELECT 1 FROM records_transfer t WHERE t.person_id = n.person_id AND t.act_id = v.act_id
                AND t.direction = 'OUT') ORDER BY v.id"""  # noqa: S608
    yield from broken_rows("records_enrolmentevent", sql, "参保关系终止而没有结算或转出")

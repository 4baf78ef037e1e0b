"""What an ended pension still was due, worked out a second time: every month nobody paid stands in its settlement."""

from collections import Counter
from collections.abc import Iterator

from jubao.reports.invariants.award_history import AwardHistory
from jubao.reports.invariants.pension import lifted_stops
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import one, rows_of
from jubao.vocabulary import month as months

SETTLEMENTS, MONTHS = "records_settlement", "records_backpaymonth"


@invariant("I-24", "终止时应发而未发的各月各项都列入结算，不多不少")
def nothing_due_is_left_out(seen: Tally) -> Iterator[Violation]:
    """Of every month since the first payroll, what the components gave and no line paid is what the settlement lists.

    More is listed only where somebody had paid months back that turned out to be due; never more than the month gave.
    """
    history, rests, lines, listed = AwardHistory(), lifted_stops(), _lines(), _listed()
    first_run = one("SELECT coalesce(min(month), 999912) FROM records_payrollrun")
    sql = f"""
        SELECT s.id, s.act_id, s.award_id, v.month FROM {SETTLEMENTS} s JOIN records_awardevent v
        ON v.award_id = s.award_id AND v.act_id = s.act_id AND v.kind = 'ENDED' ORDER BY s.act_id, s.id"""  # noqa: S608
    for settlement, act, key, ended in seen.each(rows_of(sql)):
        award = next(award for award in history.before(act) if award.id == key)
        lifted = [rest for rest in rests.get(key, []) if rest.lifted_by < act]
        for month in months.span(max(award.start, int(first_run)), ended):
            if any(rest.first <= month < rest.paid_from for rest in lifted):
                continue
            for part in award.known(month, act):
                known = lines.get((key, month, part.item), [])
                paid = sum(fen for by, undone, fen in known if by < act and (undone is None or undone > act))
                owed = listed[settlement, month, part.item]
                if not part.fen - paid <= owed <= part.fen:
                    text = f"{month} 月 {part.item} 应发 {part.fen} 分，已发 {paid} 分，结算列补发 {owed} 分"
                    yield Violation(SETTLEMENTS, settlement, text)


@invariant("I-24", "结算以后退回的待遇，补付等于退回的支付，付给结算的一方")
def what_came_back_is_owed_on(seen: Tally) -> Iterator[Violation]:
    """What came back after a settlement is owed once, to the fen; nothing else is owed in its name."""
    seen.whole("records_latereturn")
    sql = """
        SELECT t.id FROM records_latereturn t JOIN records_bankline l ON l.id = t.bank_line_id
        JOIN records_paymentbatch b ON b.id = l.batch_id LEFT JOIN records_payout p ON p.id = t.payout_id
        WHERE (p.id IS NOT NULL AND (p.kind <> 'RETURNED' OR p.amount_fen <> l.amount_fen OR p.person_id <> l.person_id
            OR p.act_id <> t.act_id)) OR (p.id IS NULL AND b.kind = 'PENSION' AND EXISTS (SELECT 1
            FROM records_settlement s LEFT JOIN records_settlementreversal r ON r.settlement_id = s.id
            WHERE s.person_id = l.person_id AND s.award_id IS NOT NULL AND s.act_id < t.act_id
                AND (r.id IS NULL OR r.act_id > t.act_id))) ORDER BY t.id"""
    yield from broken_rows("records_latereturn", sql, "结算以后退回的待遇没有如数补付")
    sql = """
        SELECT p.id FROM records_payout p WHERE p.kind = 'RETURNED' AND NOT EXISTS (SELECT 1 FROM records_latereturn t
            WHERE t.payout_id = p.id) ORDER BY p.id"""
    yield from broken_rows("records_payout", sql, "退汇补付没有对应的退回款项")


def _listed() -> Counter[tuple[int, int, str]]:
    """What settlements pay, fen by settlement, month and item."""
    sql = f"SELECT settlement_id, month, item, amount_fen FROM {MONTHS} ORDER BY id"  # noqa: S608
    listed: Counter[tuple[int, int, str]] = Counter()
    for settlement, month, item, fen in rows_of(sql):
        listed[settlement, month, item] += int(fen)
    return listed


def _lines() -> dict[tuple[int, int, str], list[tuple[int, int | None, int]]]:
    """Lines of awards that ended: by award, month and item the act, the act that undid it if any, and fen."""
    sql = """
        SELECT l.award_id, l.month, l.item, l.act_id, coalesce(r.act_id, h.act_id, t.act_id), l.amount_fen
        FROM records_payrollline l
        LEFT JOIN records_linereturn r ON r.bank_line_id = l.bank_line_id AND r.result = 'FAILED'
        LEFT JOIN records_linehold h ON h.bank_line_id = l.bank_line_id
        LEFT JOIN records_latereturn t ON t.bank_line_id = l.bank_line_id
        WHERE l.award_id IN (SELECT award_id FROM records_settlement WHERE award_id IS NOT NULL)"""
    found: dict[tuple[int, int, str], list[tuple[int, int | None, int]]] = {}
    for award, month, item, act, undone, fen in rows_of(sql):
        found.setdefault((award, month, item), []).append((act, undone, int(fen)))
    return found

"""Heads: every stored state is what the facts say, worked out again from the facts alone."""

import json
from collections.abc import Iterator

from jubao.records.models import Person
from jubao.reports.invariants.award import day_of
from jubao.reports.invariants.award_history import AwardHistory
from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.streaming import rows_of
from jubao.vocabulary.resident_number import birth_date, encode, mask, sex

LATEST = """SELECT {key} AS owner, max(id) AS id FROM {table} GROUP BY {key}"""
# of a bank line: hold h, late return t, return r
ANSWERED = "CASE WHEN h.id IS NOT NULL THEN 'HELD' WHEN t.id IS NOT NULL THEN 'FAILED' ELSE coalesce(r.result, '') END"


@invariant("H-02", "参保状态等于最后一次状态变动")
def relation_states(seen: Tally) -> Iterator[Violation]:
    """The two-code state of a relation is that of its latest event."""
    seen.whole("records_enrolment")
    latest = LATEST.format(key="enrolment_id", table="records_enrolmentevent")
    sql = f"""
        SELECT n.id, n.enrolment_state, n.contribution_state, v.enrolment_state, v.contribution_state
        FROM records_enrolment n LEFT JOIN ({latest}) x ON x.owner = n.id LEFT JOIN records_enrolmentevent v ON v.id = x.id
        WHERE v.id IS NULL OR v.enrolment_state <> n.enrolment_state OR v.contribution_state <> n.contribution_state
        ORDER BY n.id"""  # noqa: S608
    yield from broken_rows("records_enrolment", sql, "状态存为 {0}/{1}，最后变动为 {2}/{3}")


@invariant("H-03", "待遇的暂停与终止年月等于其历史")
def award_states(seen: Tally) -> Iterator[Violation]:
    """Held and ended months are those of the award's events."""
    stored = {row[0]: row[1:] for row in rows_of("SELECT id, suspended_from, ended_month FROM records_award")}
    for award in seen.each(AwardHistory().all()):
        if stored[award.id] != (award.suspended, award.ended):
            text = f"暂停、终止存为 {stored[award.id]}，按历史应为 {(award.suspended, award.ended)}"
            yield Violation("records_award", award.id, text)


@invariant("H-04", "支付批次、支付明细、发放明细、一次性支付、代发明细的状态等于银行的答复")
def payment_states(seen: Tally) -> Iterator[Violation]:
    """States of money on its way follow from the batch's steps and the bank's answers."""
    seen.whole(
        "records_paymentbatch", "records_bankline", "records_pensionmonth", "records_payout", "records_delegatedline"
    )
    latest = LATEST.format(key="batch_id", table="records_batchstep")
    sql = f"""
        SELECT b.id, b.state, coalesce(s.state, 'LOCKED') FROM records_paymentbatch b LEFT JOIN ({latest}) x
        ON x.owner = b.id LEFT JOIN records_batchstep s ON s.id = x.id WHERE b.state <> coalesce(s.state, 'LOCKED')
        ORDER BY b.id"""  # noqa: S608
    yield from broken_rows("records_paymentbatch", sql, "状态存为 {0}，按流转应为 {1}")
    sql = f"""
        SELECT l.id, l.result, {ANSWERED} FROM records_bankline l LEFT JOIN records_linereturn r ON r.bank_line_id = l.id
        LEFT JOIN records_linehold h ON h.bank_line_id = l.id LEFT JOIN records_latereturn t ON t.bank_line_id = l.id
        WHERE l.result <> {ANSWERED} ORDER BY l.id"""  # noqa: S608
    yield from broken_rows("records_bankline", sql, "结果存为“{0}”，按银行答复和扣留应为“{1}”")
    for table in ("records_pensionmonth", "records_delegatedline"):
        state = f"CASE WHEN {ANSWERED} = '' THEN 'DUE' ELSE {ANSWERED} END"
        sql = f"""
            SELECT p.id, p.state, {state} FROM {table} p LEFT JOIN records_linereturn r
            ON r.bank_line_id = p.bank_line_id LEFT JOIN records_linehold h ON h.bank_line_id = p.bank_line_id
            LEFT JOIN records_latereturn t ON t.bank_line_id = p.bank_line_id
            WHERE p.state <> {state} ORDER BY p.id"""  # noqa: S608
        yield from broken_rows(table, sql, "状态存为 {0}，按银行答复和扣留应为 {1}")
    latest = LATEST.format(key="payout_id", table="records_payoutorder")
    sql = f"""
        SELECT p.id, p.state FROM records_payout p LEFT JOIN ({latest}) x ON x.owner = p.id
        LEFT JOIN records_payoutorder o ON o.id = x.id LEFT JOIN records_linereturn r ON r.bank_line_id = o.bank_line_id
        LEFT JOIN records_linehold h ON h.bank_line_id = o.bank_line_id
        LEFT JOIN records_latereturn t ON t.bank_line_id = o.bank_line_id
        WHERE p.state <> CASE WHEN EXISTS (SELECT 1 FROM records_settlement s WHERE s.person_id = p.person_id
                AND s.act_id = p.act_id AND s.reversed) THEN 'VOID'
            WHEN p.kind = 'RETURNED' AND EXISTS (SELECT 1 FROM records_settlement s JOIN records_settlementreversal v
                ON v.settlement_id = s.id WHERE s.person_id = p.person_id AND s.act_id < p.act_id AND v.act_id > p.act_id)
                THEN 'VOID'
            WHEN t.id IS NOT NULL THEN 'FAILED'
            ELSE coalesce(r.result, CASE WHEN o.id IS NULL OR h.id IS NOT NULL THEN 'DUE' ELSE 'ORDERED' END) END
        ORDER BY p.id"""  # noqa: S608
    yield from broken_rows("records_payout", sql, "状态存为 {0}，与支付单和银行答复不符")
    sql = """
        SELECT b.id, b.number FROM records_paymentbatch b WHERE b.state <> 'LOCKED' AND (b.state = 'RETURNED') <> (NOT
            EXISTS (SELECT 1 FROM records_bankline l LEFT JOIN records_linereturn r ON r.bank_line_id = l.id
            LEFT JOIN records_linehold h ON h.bank_line_id = l.id
            WHERE l.batch_id = b.id AND r.id IS NULL AND h.id IS NULL)) ORDER BY b.id"""
    yield from broken_rows("records_paymentbatch", sql, "批次 {0} 是否回盘完毕与明细不符")


@invariant("H-05", "疑点的状态、责任岗位和期限等于最后一次处理")
def candidate_states(seen: Tally) -> Iterator[Violation]:
    """A suspicion stands where its latest decision put it."""
    seen.whole("records_matchcandidate")
    latest = LATEST.format(key="candidate_id", table="records_candidateevent")
    sql = f"""
        SELECT c.id, c.state, e.state FROM records_matchcandidate c LEFT JOIN ({latest}) x ON x.owner = c.id
        LEFT JOIN records_candidateevent e ON e.id = x.id WHERE e.id IS NULL OR e.state <> c.state
            OR e.owner_post <> c.owner_post OR (e.due_date IS NULL) <> (c.due_date IS NULL) OR e.due_date <> c.due_date
        ORDER BY c.id"""  # noqa: S608
    yield from broken_rows("records_matchcandidate", sql, "状态存为 {0}，最后处理为 {1}，或责任岗位、期限不一致")


@invariant("H-06", "未追回金额等于多发减去已追回")
def open_recoveries(seen: Tally) -> Iterator[Violation]:
    """What is open of a recovery is what did not come back."""
    seen.whole("records_overpayment")
    sql = """
        SELECT o.id, o.open_fen, o.amount_fen - coalesce(sum(r.amount_fen), 0) FROM records_overpayment o
        LEFT JOIN records_recoveryevent r ON r.overpayment_id = o.id GROUP BY o.id, o.open_fen, o.amount_fen
        HAVING o.open_fen <> o.amount_fen - coalesce(sum(r.amount_fen), 0) ORDER BY o.id"""
    yield from broken_rows("records_overpayment", sql, "未追回存为 {0:yuan}，应为 {1:yuan}")


@invariant("H-06", "终止结算是否撤销与撤销记录一致")
def reversed_settlements(seen: Tally) -> Iterator[Violation]:
    """A settlement does not stand any more exactly where an act reversed it."""
    seen.whole("records_settlement")
    sql = """
        SELECT s.id FROM records_settlement s LEFT JOIN records_settlementreversal r ON r.settlement_id = s.id
        WHERE s.reversed <> (r.id IS NOT NULL) ORDER BY s.id"""
    yield from broken_rows("records_settlement", sql, "结算的撤销标记与撤销记录不符")


@invariant("H-07", "凭证状态等于其流转；放行凭证在首次回盘时记账")
def voucher_states(seen: Tally) -> Iterator[Violation]:
    """Only release vouchers wait; the bank's first answer posts them."""
    seen.whole("ledger_voucher")
    sql = """
        SELECT v.id, v.state FROM ledger_voucher v LEFT JOIN ledger_voucherstep s ON s.voucher_id = v.id
        WHERE v.state <> coalesce(s.state, CASE WHEN v.event IN ('payment_released', 'delegated_released')
            THEN 'PENDING' ELSE 'POSTED' END) OR (s.id IS NOT NULL AND s.state NOT IN ('POSTED', 'VOIDED'))
            OR (v.event IN ('payment_released', 'delegated_released') AND (s.id IS NOT NULL) <> (EXISTS (SELECT 1
                FROM records_paymentbatch b JOIN records_bankline l ON l.batch_id = b.id JOIN records_linereturn r
                ON r.bank_line_id = l.id WHERE b.number = v.reference))) ORDER BY v.id"""
    yield from broken_rows("ledger_voucher", sql, "凭证状态 {0} 与其流转不符")


@invariant("H-08", "申请状态和下一环节等于其签署与事件")
def proposal_states(seen: Tally) -> Iterator[Violation]:
    """A proposal stands where its signatures and events put it."""
    told: dict[str, str] = {}
    sql = "SELECT kind, payload FROM records_auditevent WHERE kind IN ('EXECUTED', 'REJECTED', 'VOIDED') ORDER BY id"
    for kind, payload in rows_of(sql):
        told[_proposal_in(payload)] = "VOID" if kind == "VOIDED" else str(kind)
    sql = """SELECT p.id, p.key, p.state, p.next_step, count(s.id) FROM records_proposal p LEFT JOIN records_signature s
        ON s.proposal_id = p.id GROUP BY p.id, p.key, p.state, p.next_step ORDER BY p.id"""
    for key, name, state, step, signed in seen.each(rows_of(sql)):
        if (state, step) != (told.get(name, "PENDING"), signed):
            text = f"申请 {name} 状态 {state}、下一环节 {step}，应为 {told.get(name, 'PENDING')}、{signed}"
            yield Violation("records_proposal", key, text)


def _proposal_in(payload: str) -> str:
    try:
        return str(json.loads(payload).get("proposal"))
    except (ValueError, AttributeError):
        return ""


@invariant("H-09", "参保人的姓名、号码、出生日期、性别等于最近的身份信息")
def person_heads(seen: Tally) -> Iterator[Violation]:
    """What a person is called now is the latest identity, and the number tells birth and sex."""
    sql = "SELECT person_id, name, resident_number FROM records_identity ORDER BY person_id, valid_from, id"
    latest = {person: (name, number) for person, name, number in rows_of(sql)}
    columns = ("id", "name", "resident_number", "resident_key", "birth_date", "sex")
    for key, name, number, code, birth, kind in seen.each(
        Person.objects.order_by("id").values_list(*columns).iterator(5000)
    ):
        if latest.get(key) != (name, number):
            yield Violation("records_person", key, f"{mask(number)}：姓名或号码与最近的身份信息不一致")
        elif not _fits(number, code, birth, kind):
            yield Violation("records_person", key, f"{mask(number)}：检索号、出生日期或性别与号码不符")


@invariant("H-12", "参保人的村社区、乡镇、状态等于最近的户籍和参保关系")
def person_places(seen: Tally) -> Iterator[Violation]:
    """Where a person belongs is the latest residence and its township; how the person stands, the relation's two codes."""
    seen.whole("records_person")
    sql = """
        SELECT p.id, p.division, p.township, p.state, r.division, n.enrolment_state || n.contribution_state
        FROM records_person p LEFT JOIN records_enrolment n ON n.person_id = p.id LEFT JOIN (
            SELECT person_id, division, row_number() OVER (PARTITION BY person_id ORDER BY valid_from DESC, id DESC) AS place
            FROM records_residence) r ON r.person_id = p.id AND r.place = 1
        LEFT JOIN records_division d ON d.code = r.division
        WHERE d.id IS NULL OR n.id IS NULL OR p.division <> r.division
            OR p.township <> CASE WHEN d.level = 'VILLAGE' THEN d.parent ELSE d.code END
            OR p.state <> n.enrolment_state || n.contribution_state
        ORDER BY p.id"""
    yield from broken_rows("records_person", sql, "村社区、乡镇、状态存为 {0}、{1}、{2}，按户籍和参保关系应为 {3}、{4}")


@invariant("H-13", "并入他档的参保人都有对应的档案合并，只并一次")
def merged_people(seen: Tally) -> Iterator[Violation]:
    """A record points to the one it was merged into, which stands for itself; and no other points anywhere."""
    seen.whole("records_person")
    sql = """
        SELECT p.id, p.personal_number FROM records_person p LEFT JOIN records_personmerge m ON m.merged_id = p.id
        LEFT JOIN records_person k ON k.id = p.merged_into_id
        WHERE coalesce(p.merged_into_id, 0) <> coalesce(m.kept_id, 0) OR k.merged_into_id IS NOT NULL ORDER BY p.id"""
    yield from broken_rows("records_person", sql, "{0} 的并入记录与档案合并不符")


def _fits(number: str, code: int, birth: object, kind: str) -> bool:
    try:
        return (encode(number), birth_date(number), sex(number)) == (code, day_of(birth), kind)
    except ValueError:
        return False


@invariant("H-11", "代发人员的停发、终止年月等于其状态变动")
def delegated_payees(seen: Tally) -> Iterator[Violation]:
    """Somebody on a roster is stopped and ended from the months their events say, until they are resumed."""
    heads: dict[int, tuple[int | None, int | None]] = {}
    sql = "SELECT payee_id, kind, month FROM records_delegatedpayeeevent ORDER BY id"
    for payee, kind, month in rows_of(sql):
        stopped, ended = heads.get(payee, (None, None))
        steps = {"STOPPED": (month, ended), "ENDED": (stopped, month), "RESUMED": (None, None)}
        heads[payee] = steps[kind]
    sql = "SELECT id, stopped_from, ended_from FROM records_delegatedpayee ORDER BY id"
    for payee, *stored in seen.each(rows_of(sql)):
        if tuple(stored) != heads.get(payee, (None, None)):
            text = f"停发、终止存为 {tuple(stored)}，按状态变动应为 {heads.get(payee, (None, None))}"
            yield Violation("records_delegatedpayee", payee, text)

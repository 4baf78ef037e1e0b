"""Privacy: nobody signed on a record he stays away from, and every look at whole numbers was written by an event of its own."""

from collections.abc import Iterator

from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.recusals import concerned_in
from jubao.reports.streaming import rows_of

EVENTS, LOOKS, SIGNATURES = "records_auditevent", "records_look", "records_signature"


class Recusals:
    """Who stayed away from whom, as the books knew it when an event was written."""

    def __init__(self) -> None:
        """Read every declaration with the event that ended it."""
        self._declared: dict[str, list[tuple[str, int, int | None]]] = {}
        sql = """SELECT r.keyed_number, s.code, r.act_id, e.act_id FROM records_recusal r
            JOIN records_staff s ON s.id = r.staff_id LEFT JOIN records_recusalend e ON e.recusal_id = r.id ORDER BY r.id"""
        for number, code, since, until in rows_of(sql):
            self._declared.setdefault(number, []).append((code, since, until))

    def at(self, event: int, stored: str) -> set[str]:
        """The staff codes that stayed away, before an event, from those a proposal keeps."""
        if not self._declared:
            return set()
        return {
            code
            for number in concerned_in(stored)
            for code, since, until in self._declared.get(number, ())
            if since < event and (until is None or until >= event)
        }


@invariant("I-34", "回避：申报期间，无人办理或签署本人及所申报亲属的业务")
def nobody_signed_on_a_relative(seen: Tally) -> Iterator[Violation]:
    """No step of a proposal was taken by somebody who stayed away, at that event, from one of those it concerns.

    Source: 社会保险经办条例第三十七条; controls e.3.
    """
    recused = Recusals()
    sql = f"""SELECT s.id, s.act_id, s.person, p.key, p.concerns FROM {SIGNATURES} s
        JOIN records_proposal p ON p.id = s.proposal_id ORDER BY s.id"""  # noqa: S608
    for key, event, person, proposal, concerns in seen.each(rows_of(sql)):
        if person in recused.at(event, concerns):
            yield Violation(SIGNATURES, key, f"{person} 在申报回避期间办理了申请 {proposal} 的一个环节")


@invariant("I-36", "查看完整号码：每条查看记录由当次查看事件写入，人员一致，每次查看都有记录")
def every_look_has_its_event(seen: Tally) -> Iterator[Violation]:
    """Looks stand under an event of looking by the same person, and no such event stands alone.

    Source: 个人信息保护法第五十一条.
    """
    seen.whole(LOOKS)
    sql = f"""SELECT l.id FROM {LOOKS} l LEFT JOIN {EVENTS} e ON e.id = l.act_id
        WHERE e.id IS NULL OR e.kind <> 'LOOKED' OR e.staff <> l.staff OR e.at <> l.looked_at ORDER BY l.id"""  # noqa: S608
    yield from broken_rows(LOOKS, sql, "查看记录（{0}）不属于本人的查看事件")
    sql = f"""SELECT u.id FROM records_exportuse u JOIN records_exportapproval a ON a.id = u.approval_id
        JOIN records_staff s ON s.id = a.staff_id LEFT JOIN {EVENTS} e ON e.id = u.act_id
        WHERE e.id IS NULL OR e.kind <> 'LOOKED' OR e.staff <> s.code OR u.people > a.most_people
            OR e.business_date > a.until ORDER BY u.id"""  # noqa: S608
    yield from broken_rows("records_exportuse", sql, "批量导出（{0}）超出其审批")
    sql = f"""SELECT e.id FROM {EVENTS} e WHERE e.kind = 'LOOKED'
        AND NOT EXISTS (SELECT 1 FROM {LOOKS} l WHERE l.act_id = e.id) ORDER BY e.id"""  # noqa: S608
    yield from broken_rows(EVENTS, sql, "查看事件（{0}）没有查看记录")

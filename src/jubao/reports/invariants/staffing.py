"""Staff over time: nobody's posts exclude each other on any day, and no right began before the night after it was granted."""

from collections.abc import Iterator

from jubao.reports.invariants.verification import Tally, Violation, broken_rows, invariant
from jubao.reports.roster import roster
from jubao.vocabulary.roster import conflicts_over_time


@invariant("H-10", "任何人在任何一天的岗位都相容")
def posts_go_together(seen: Tally) -> Iterator[Violation]:
    """Business, finance, audit and system rights never meet in one person, not even for a day or as B岗."""
    seen.whole("records_postholding", "records_postend")
    people = roster()
    for code in sorted({one.code for one in people.holdings}):
        for day, rule in conflicts_over_time(people.of(code)):
            yield Violation("records_postholding", None, f"{code} 自 {day} 起{rule}")


@invariant("H-10", "授予的岗位自最后一签的次日起生效，收回和销假不早于办理当天")
def rights_begin_the_next_day(seen: Tally) -> Iterator[Violation]:
    """A right that was granted holds from the day after the last signature; what is taken back is not so for days gone by."""
    seen.whole("records_postholding", "records_postend", "records_absenceend")
    sql = """SELECT h.id, h.granted_from, s.business_date FROM records_postholding h
        JOIN records_signature s ON s.act_id = h.act_id JOIN records_proposal p ON p.id = s.proposal_id
        WHERE p.code IN ('staff.join', 'staff.move', 'staff.renew') AND h.granted_from <= s.business_date ORDER BY h.id"""
    yield from broken_rows("records_postholding", sql, "岗位自 {0} 生效，最后一签在 {1}")
    sql = """SELECT e.id, e.granted_from, s.business_date FROM records_postend e
        JOIN records_signature s ON s.act_id = e.act_id WHERE e.granted_from < s.business_date ORDER BY e.id"""
    yield from broken_rows("records_postend", sql, "岗位自 {0} 收回，办理在 {1}")
    sql = """SELECT b.id, b.returned_on, p.business_date FROM records_absenceend b
        JOIN records_signature s ON s.act_id = b.act_id JOIN records_proposal p ON p.id = s.proposal_id
        WHERE b.returned_on < p.business_date ORDER BY b.id"""
    yield from broken_rows("records_absenceend", sql, "返岗记为 {0}，提出在 {1}")

"""Totals that a list can hardly have: they stop it until somebody writes down why they are right."""

from jubao.operations.law import Law
from jubao.operations.registers.comparison import Comparison
from jubao.operations.registers.kinds import Meaning
from jubao.records.models import Enrolment

MILLION = 1_000_000


def doubts(found: Comparison, meaning: Meaning, law: Law) -> list[str]:
    """Every total of a list outside its bounds, beside the insured population; small lists are not measured."""
    bounds: dict[str, int] = law.value("registers.list_bounds")
    if found.rows < bounds["small_list_rows"]:
        return []
    insured = Enrolment.objects.count()
    raised = len(found.exact) + len({one.row for one in found.fuzzy})
    faults = []
    if meaning.death and found.rows * MILLION > bounds["death_rows_ppm"] * insured:
        faults.append(f"死亡名单 {found.rows} 行，参保 {insured} 人，超过每百万人 {bounds['death_rows_ppm']} 行")
    if raised * MILLION > bounds["suspicions_ppm"] * insured:
        faults.append(f"疑点 {raised} 个，参保 {insured} 人，超过每百万人 {bounds['suspicions_ppm']} 个")
    unread = found.rejected + found.waiting
    if unread * MILLION > bounds["unread_ppm"] * found.rows:
        faults.append(f"{found.rows} 行中有 {unread} 行无法按号码比对，超过百万分之 {bounds['unread_ppm']}")
    if not found.hits:
        faults.append(f"{found.rows} 行中没有一行是本地参保人，可能不是本地的名单")
    return faults

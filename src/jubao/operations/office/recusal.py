"""Recusals (回避申报): from whose records a member of staff stays away, declared by himself and confirmed by the audit posts."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Given, Paper, Unit, act, audit
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import KeyedNumber, StaffRef, Text, ask
from jubao.operations.envelope.posts import AnyPost, Post
from jubao.operations.envelope.view import View
from jubao.records.models import Recusal, RecusalEnd, Staff
from jubao.vocabulary.codes.privacy import Relation

ANYBODY = AnyPost(tuple(post for post in Post if post != Post.PERMISSION))
OWN_NUMBER, NOT_KEPT = "本人公民身份号码", "用于回避本人业务，号码不留存"
HIDDEN = "18 位号码；只留密钥摘要，号码本身不留存、不显示"


class DeclareRecusal(Arguments):
    """One person from whose record a member of staff will stay away."""

    staff: StaffRef = ask("申报人", "Staff", hint="本人工号")
    person: KeyedNumber = ask("应回避人的公民身份号码", "Resident number", hint=HIDDEN)
    relation: Relation = ask("关系", "Relation")


@act(
    "recusal.declare",
    title="回避申报",
    asks=DeclareRecusal,
    maker=ANYBODY,
    chain=[audit(Post.DEPUTY_AUDIT)],
    about=About.OFFICE,
    undone_by="recusal.end",
    gives=[Given("declared", "申报人数", "people declared", Unit.PEOPLE)],
    most_cases=50,
    papers=[Paper("亲属关系说明", required=False)],
)
class RecusalDeclaration:
    """Stay away from somebody's record: neither propose, sign nor see what concerns him, from the confirmation on.

    Source: 社会保险经办条例第三十七条；干部任职回避通行规定.
    """

    def check(self, cases: Sequence[DeclareRecusal], view: View) -> Faults:
        """Everybody declares for himself, and each number once."""
        faults = Faults()
        standing = _standing()
        for number, case in enumerate(cases, start=1):
            _require_own(case.staff, number, view, faults)
            if (case.staff, case.person) in standing:
                faults.add(number, "person", "该人已经申报回避", next_step="无需再报")
            standing[case.staff, case.person] = Recusal()
        return faults

    def plan(self, cases: Sequence[DeclareRecusal], view: View) -> Changes:
        """One row for each."""
        changes = Changes(view)
        staff = {one.code: one for one in Staff.objects.filter(code__in={case.staff for case in cases}).order_by("pk")}
        changes.add_all(
            Recusal(staff=staff[case.staff], keyed_number=case.person, relation=str(case.relation)) for case in cases
        )
        return changes.giving(declared=len(cases))


class EndRecusal(Arguments):
    """A recusal that holds no longer."""

    staff: StaffRef = ask("申报人", "Staff", hint="本人工号")
    person: KeyedNumber = ask("应回避人的公民身份号码", "Resident number", hint=HIDDEN)
    reason: Text = ask("解除理由", "Reason", hint="如 申报时号码填错", column=(RecusalEnd, "reason"), shortest=1)


@act(
    "recusal.end",
    title="回避解除",
    asks=EndRecusal,
    maker=ANYBODY,
    chain=[audit(Post.DEPUTY_AUDIT)],
    about=About.OFFICE,
    undone_by="recusal.declare",
    gives=[Given("ended", "解除人数", "recusals ended", Unit.PEOPLE)],
    most_cases=ONE,
    papers=[Paper("说明材料", required=False)],
)
class RecusalEnding:
    """End a recusal declared in error, or after the relation ended; nobody ever ends the one from his own record.

    Source: 社会保险经办条例第三十七条.
    """

    def check(self, cases: Sequence[EndRecusal], view: View) -> Faults:
        """It stands, it is one's own, and it is not about oneself."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            _require_own(case.staff, number, view, faults)
            known = _standing().get((case.staff, case.person))
            if known is None:
                faults.add(number, "person", f"{case.staff} 没有对该人的回避申报", next_step="请核对号码")
            elif known.relation == Relation.SELF:
                faults.add(number, "person", "本人业务始终回避，不能解除", next_step="请勿办理")
        return faults

    def plan(self, cases: Sequence[EndRecusal], view: View) -> Changes:
        """One row that ends it."""
        changes = Changes(view)
        standing = _standing()
        changes.add_all(RecusalEnd(recusal=standing[case.staff, case.person], reason=case.reason) for case in cases)
        return changes.giving(ended=len(cases))


def own_record(person: Staff, keyed_number: str) -> Recusal:
    """Somebody who works here stays away from his own record from the first day."""
    return Recusal(staff=person, keyed_number=keyed_number, relation=str(Relation.SELF))


def _standing() -> dict[tuple[str, str], Recusal]:
    """Every recusal that holds, by staff code and keyed number."""
    rows = Recusal.objects.filter(end__isnull=True).select_related("staff").order_by("pk")
    return {(row.staff.code, row.keyed_number): row for row in rows}


def _require_own(staff: str, number: int, view: View, faults: Faults) -> None:
    """Only the one who declares is named."""
    if staff not in view.persons:
        faults.add(number, "staff", f"回避由本人申报和解除，{staff} 不是经办人", next_step="请由本人提出")

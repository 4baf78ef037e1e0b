"""Keys lost and renewed, by others than their owner: ended by any one person at once, registered by four."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, PublicKey, StaffRef, Text, ask
from jubao.operations.envelope.posts import AnyPost
from jubao.operations.envelope.view import View
from jubao.operations.identity.registering import check_key, end_key, keys_in_force, plan_key
from jubao.operations.office.posts_held import GRANTED_BY, check_nobody_decides_own_rights, find_staff, staff_of
from jubao.records.models import SigningKeyEnd
from jubao.vocabulary.codes.office import KeyEndReason


class RevokeKey(Arguments):
    """A key that must not sign any more."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    reason: KeyEndReason = ask("原因", "Reason")
    told: Text = ask("说明", "What happened", column=(SigningKeyEnd, "told"), shortest=1)


@act(
    "key.revoke",
    title="签名密钥停用",
    asks=RevokeKey,
    maker=AnyPost(),
    about=About.STAFF,
    undone_by="key.renew",
    gives=[Given("revoked", "停用密钥数", "keys ended", Unit.ROWS)],
    most_cases=50,
)
class Revoking:
    """End somebody's key at once, their session with it; what was signed before stays valid.

    Source: 社会保险经办条例第三十六条（内部控制）；GB/T 39786-2021（密钥管理）.
    """

    def check(self, cases: Sequence[RevokeKey], view: View) -> Faults:
        """Known people who have a key in force."""
        faults = Faults()
        known, keys = find_staff([case.staff for case in cases], view, faults), keys_in_force(view)
        for number, case in enumerate(cases, start=1):
            if case.staff in known and case.staff not in keys:
                rule = f"{case.staff} 没有在用的签名密钥"
                faults.add(number, "staff", rule, next_step="无须停用", place=case.staff)
        return faults

    def plan(self, cases: Sequence[RevokeKey], view: View) -> Changes:
        """The key's end; until another is registered its owner counts as away."""
        changes = Changes(view)
        for case in cases:
            end_key(case.staff, case.reason, case.told, changes)
        return changes.giving(revoked=len(cases))


class RenewKey(Arguments):
    """The key somebody signs with from now on."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    key: PublicKey = ask(
        "签名公钥", "Public signing key", default="", hint="本人用 jubao key new 建立；已在本机建立的可不填"
    )
    evidence: Evidence = ask("依据", "Evidence", hint="本人申请书编号、核对公钥前十六位的记录", longest=160)


@act(
    "key.renew",
    title="签名密钥登记",
    asks=RenewKey,
    maker=AnyPost(),
    chain=GRANTED_BY,
    about=About.STAFF,
    undone_by="key.revoke",
    gives=[Given("registered", "登记密钥数", "keys registered", Unit.ROWS)],
    most_cases=50,
    papers=[Paper("本人申请书")],
    second_factor=True,
)
class Renewing:
    """Register the key of somebody whose earlier one has ended; they take no step themselves, for they have no key.

    Source: 人社厅发〔2021〕64号（权限变更逐级审批，上级配置）；GB/T 39786-2021（密钥管理）.
    """

    def check(self, cases: Sequence[RenewKey], view: View) -> Faults:
        """Known people without a key in force, a key nobody had, and nobody who decides about their own."""
        faults = Faults()
        codes = [case.staff for case in cases]
        known, keys = find_staff(codes, view, faults), keys_in_force(view)
        check_nobody_decides_own_rights(codes, view, faults)
        for number, case in enumerate(cases, start=1):
            if case.staff in keys:
                rule = f"{case.staff} 的签名密钥还在用"
                then = "要更换的，请先办理密钥停用（key.revoke）"
                faults.add(number, "staff", rule, next_step=then, place=case.staff)
            elif case.staff in known:
                check_key(case.staff, case.key, faults, case=number, field="key")
        return faults

    def plan(self, cases: Sequence[RenewKey], view: View) -> Changes:
        """The key; the approver compares its first signs with the person."""
        changes, people = Changes(view), staff_of([case.staff for case in cases], view)
        for case in cases:
            plan_key(people[case.staff], case.key, changes)
        return changes.giving(registered=len(cases))

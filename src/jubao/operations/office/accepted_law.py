"""Law that nobody has checked for a day: two people take responsibility for it until a date, or no longer."""

from collections.abc import Sequence
from datetime import timedelta

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Evidence, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.policy.acceptance import CannotAccept, value_of
from jubao.policy.in_force import PolicyUnknown, fingerprint_of_row, stands_in
from jubao.policy.schema import Row
from jubao.policy.store import Policy
from jubao.records.models import LawAcceptance, LawWithdrawal
from jubao.reports.law import office_policy


class AcceptLaw(Arguments):
    """A parameter of the law that the office goes by although nobody has checked it for these days."""

    parameter: Text = ask(
        "政策参数", "Parameter", hint="如 benefit.base_national", column=(LawAcceptance, "parameter"), shortest=1
    )
    valid_from: Day = ask("沿用起始日", "From", hint="核对日的次日，如 2027-01-01")
    until: Day = ask("沿用到", "Until", hint="含当日，如 2027-06-30", not_before="valid_from")
    value: Text = ask(
        "写明的值",
        "Value",
        default="",
        longest=20_000,
        hint="不填即沿用现有规定；填写时按参数的单位：整数（金额为分）、是或否、日期、代码，表用 JSON",
    )
    evidence: Evidence = ask("依据材料", "Evidence", column=(LawAcceptance, "evidence"))
    reason: Text = ask("理由", "Reason", column=(LawAcceptance, "reason"), shortest=1)


@act(
    "law.accept",
    title="政策沿用",
    asks=AcceptLaw,
    maker=Post.OFFICE,
    chain=[approve(Post.DIRECTOR)],
    about=About.OFFICE,
    undone_by="law.withdraw",
    gives=[Given("accepted", "沿用参数数", "parameters accepted", Unit.ROWS)],
    papers=[Paper("请示、上级答复或当地文件")],
)
class LawAccepting:
    """Take responsibility for law nobody has checked: it speaks where the checked law is silent, and every use says so.

    Source: 社会保险经办条例第三十六、三十七条（内部控制，重要事项多级审核）.
    """

    def check(self, cases: Sequence[AcceptLaw], view: View) -> Faults:
        """The parameter exists, the checked law is silent, there is a value, it ends in time, and nobody decided already."""
        faults, policy = Faults(), office_policy()
        latest = view.on + timedelta(days=int(view.law.value("procedure.acceptance_longest_days")))
        taken = [(one.parameter, one.valid_from, one.accepted_until) for one in standing(view)]
        for number, case in enumerate(cases, start=1):
            if case.until > latest:
                rule = f"沿用到 {case.until} 过久，最迟 {latest}"
                faults.add(number, "until", rule, next_step="请缩短，到期后再议")
            if any(
                key == case.parameter and case.valid_from <= last and first <= case.until for key, first, last in taken
            ):
                rule = f"{case.parameter} 在这段日期已有沿用决定"
                faults.add(number, "parameter", rule, next_step="请先撤回（law.withdraw）或另选日期")
            taken.append((case.parameter, case.valid_from, case.until))
            try:
                _check_value(number, case, policy, view, faults)
            except (PolicyUnknown, CannotAccept) as unfit:
                faults.add(number, "value" if case.value else "parameter", str(unfit), next_step="请对照政策目录填写")
        return faults

    def plan(self, cases: Sequence[AcceptLaw], view: View) -> Changes:
        """One decision a parameter; the approver reads the row that goes on, or the value that was written."""
        changes, policy = Changes(view), office_policy()
        for case in cases:
            row = _going_on(case, policy, view)
            goes_on = row if row is not None and not case.value else None
            changes.add(
                LawAcceptance(
                    parameter=case.parameter,
                    valid_from=case.valid_from,
                    accepted_until=case.until,
                    stated=case.value,
                    continues=fingerprint_of_row(goes_on) if goes_on else "",
                    row_from=goes_on.valid_from if goes_on else None,
                    evidence=case.evidence,
                    reason=case.reason,
                )
            )
            changes.notice(_told(case, goes_on, policy))
        return changes.giving(accepted=len(cases))


class WithdrawLaw(Arguments):
    """A parameter the office no longer takes responsibility for."""

    parameter: Text = ask(
        "政策参数", "Parameter", hint="如 benefit.base_national", column=(LawAcceptance, "parameter"), shortest=1
    )
    reason: Text = ask("理由", "Reason", column=(LawWithdrawal, "reason"), shortest=1)


@act(
    "law.withdraw",
    title="政策沿用撤回",
    asks=WithdrawLaw,
    maker=Post.OFFICE,
    chain=[approve(Post.DIRECTOR)],
    about=About.OFFICE,
    undone_by="law.accept",
    gives=[Given("withdrawn", "撤回数", "decisions withdrawn", Unit.ROWS)],
    papers=[Paper("新文件或上级答复", required=False)],
)
class LawWithdrawing:
    """End an acceptance for the days of the law from today on; what was done for earlier days stays explained by it.

    Source: 社会保险经办条例第三十六、三十七条（内部控制，重要事项多级审核）.
    """

    def check(self, cases: Sequence[WithdrawLaw], view: View) -> Faults:
        """There is something to withdraw, and it is named once."""
        faults, left = Faults(), {one.parameter for one in standing(view)}
        for number, case in enumerate(cases, start=1):
            if case.parameter not in left:
                rule = f"{case.parameter} 没有仍在沿用的决定"
                faults.add(number, "parameter", rule, next_step="请核对参数名称")
            left.discard(case.parameter)
        return faults

    def plan(self, cases: Sequence[WithdrawLaw], view: View) -> Changes:
        """Every decision of the parameter that still runs, ended."""
        changes, reasons = Changes(view), {case.parameter: case.reason for case in cases}
        ended = [one for one in standing(view) if one.parameter in reasons]
        changes.add_all(LawWithdrawal(acceptance=one, reason=reasons[one.parameter]) for one in ended)
        return changes.giving(withdrawn=len(ended))


def standing(view: View) -> list[LawAcceptance]:
    """Decisions that still run, or are yet to begin, and that nobody has withdrawn."""
    rows = LawAcceptance.objects.filter(withdrawal__isnull=True, accepted_until__gte=view.on)
    return list(rows.order_by("pk"))


def _going_on(case: AcceptLaw, policy: Policy, view: View) -> Row | None:
    return policy.going_on(case.parameter, on=case.valid_from, area=view.law.area, as_known=view.on)


def _check_value(number: int, case: AcceptLaw, policy: Policy, view: View, faults: Faults) -> None:
    """A value where none goes on; one that fits; none at all where the law has been checked.

    Raises:
        PolicyUnknown: no such parameter.
        CannotAccept: the value does not fit it.
    """
    parameter, row = policy.parameter(case.parameter), _going_on(case, policy, view)
    only_the_nations = stands_in(parameter, row, view.law.area)
    if row is not None and parameter.reaches(case.valid_from) and not only_the_nations:
        rule = (
            f"{parameter.term}在 {case.valid_from} 已有规定{f'，核对到 {parameter.limit}' if parameter.limit else ''}"
        )
        faults.add(number, "valid_from", rule, next_step="不需沿用；规定有误的请更正政策文件")
    elif case.value:
        value_of(case.value, case.parameter, parameter)
    elif only_the_nations:
        rule = f"{parameter.term}只有全国通行的一行，沿用须写明当地规定的值"
        faults.add(number, "value", rule, next_step="请写明当地规定的值及其文件")
    elif row is None:
        rule = f"{parameter.term}在 {case.valid_from} 没有可以沿用的规定"
        faults.add(number, "value", rule, next_step="请写明当地规定的值")


def _told(case: AcceptLaw, row: Row | None, policy: Policy) -> str:
    """The decision as the approver reads it."""
    parameter = policy.parameter(case.parameter)
    what = f"{row.valid_from} 起的规定（{_short(row.value)}）" if row else f"本机构写明的 {_short(case.value)}"
    return f"{parameter.term}：{case.valid_from} 至 {case.until} 按{what}办理；法规只核对到 {parameter.limit or '—'}"


SHORT = 60


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"

"""A batch at the bank: what each bank was asked for and answered, and the lines that were not paid, with the next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from jubao.records.models import Award, BankAccount, BankLine, PaymentBatch, PensionMonth
from jubao.reports.business.named import Named
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import ArrearsKind, BankFailure

PAID, FAILED, HELD = "PAID", "FAILED", "HELD"
MOST_LINES = 50
FAILURES = {str(code): code.label for code in BankFailure}


@dataclass(frozen=True)
class BankTotal:
    """What one bank was asked for in a batch, and what it answered; fen and lines.

    Attributes:
        bank: its name.
        lines, fen: all of it, held lines included.
        paid, paid_fen: what it paid and did not give back since.
        failed, failed_fen: what it refused, or gave back after it had confirmed it.
        held, held_fen: what never went to it.
        waiting, waiting_fen: what it has not answered yet.
    """

    bank: str
    lines: int = 0
    fen: int = 0
    paid: int = 0
    paid_fen: int = 0
    failed: int = 0
    failed_fen: int = 0
    held: int = 0
    held_fen: int = 0

    @property
    def waiting(self) -> int:
        """Lines without an answer."""
        return self.lines - self.paid - self.failed - self.held

    @property
    def waiting_fen(self) -> int:
        """Fen without an answer."""
        return self.fen - self.paid_fen - self.failed_fen - self.held_fen


def all_banks(totals: Sequence[BankTotal]) -> BankTotal:
    """Some banks together."""
    names = [one.name for one in fields(BankTotal) if one.name != "bank"]
    return BankTotal("", **{name: sum(getattr(one, name) for one in totals) for name in names})


def bank_totals(batch: PaymentBatch) -> tuple[BankTotal, ...]:
    """What each bank was asked for and answered, by name."""
    back = Q(late_return__isnull=False)
    rows = BankLine.objects.filter(batch=batch).order_by().values_list("bank", "result")
    counted = rows.annotate(
        n=Count("pk"), fen=Sum("amount_fen"), back=Count("pk", filter=back), back_fen=Sum("amount_fen", filter=back)
    )
    sums: dict[str, dict[str, int]] = {}
    for bank, result, lines, fen, late, late_fen in counted:
        of = sums.setdefault(bank, {})
        _add(of, lines=lines, fen=fen)
        if result == PAID:
            back_now = int(late_fen or 0)
            _add(of, paid=lines - late, paid_fen=fen - back_now, failed=late, failed_fen=back_now)
        elif result == FAILED:
            _add(of, failed=lines, failed_fen=fen)
        elif result == HELD:
            _add(of, held=lines, held_fen=fen)
    return tuple(BankTotal(bank, **sums[bank]) for bank in sorted(sums))


def _add(sums: dict[str, int], **more: int) -> None:
    for name, number in more.items():
        sums[name] = sums.get(name, 0) + int(number)


# ── Lines that were not paid ──


@dataclass(frozen=True)
class Trouble:
    """A line that was not paid.

    Attributes:
        who: whom it should have paid; None where it was nobody of the register.
        payee: the name on the line; bank: which bank; fen: how much.
        what: returned by the bank, given back later, or held; kind: the ground of its tag.
        why: in the bank's or the office's words.
        next_step: what there is to do, or what was done since; is_settled: whether nothing is left to do.
        list_number, record: the suspicion behind a hold, where there is one.
    """

    who: Named | None
    payee: str
    bank: str
    fen: int
    what: Both
    kind: str
    why: str
    next_step: Both
    is_settled: bool
    list_number: str
    record: str


WHAT = {
    FAILED: both("银行退回", "Returned by the bank"),
    PAID: both("成功后退回", "Given back later"),
    HELD: both("已扣留", "Held"),
}


def troubled(batch: PaymentBatch) -> "QuerySet[BankLine]":
    """The lines of a batch that were refused, given back or held, with what happened to their payees since."""
    later = PensionMonth.objects.filter(
        person=OuterRef("person"), kind=str(ArrearsKind.REISSUE), act__gt=OuterRef("act"), state__in=["DUE", PAID]
    ).order_by("-pk")
    accounts = BankAccount.objects.filter(person=OuterRef("person"), act__gt=OuterRef("act"))
    awards = Award.objects.filter(person=OuterRef("person")).order_by("-pk")
    rows = BankLine.objects.filter(Q(result__in=[FAILED, HELD]) | Q(late_return__isnull=False), batch=batch)
    related = ("person", "batch", "payout_order__payout", "returned", "late_return", "hold__candidate__match_list")
    return (
        rows.select_related(*related)
        .annotate(
            again_in=Subquery(later.values("batch__month")[:1]),
            again_state=Subquery(later.values("state")[:1]),
            usable_from=Subquery(accounts.order_by("-usable_from", "-pk").values("usable_from")[:1]),
            ended=Subquery(awards.values("ended_month")[:1]),
            rests=Subquery(awards.values("suspended_from")[:1]),
        )
        .order_by("seq")
    )


def troubles_of(rows: Sequence[BankLine], people: Mapping[int, Named]) -> tuple[Trouble, ...]:
    """Lines that were not paid, in words; those of people the viewer does not see are left out.

    Args:
        rows: of ``troubled``; people: those he sees, by key.
    """
    return tuple(
        _trouble(row, people.get(row.person_id or 0))
        for row in rows
        if row.person_id is None or row.person_id in people
    )


def _trouble(row: BankLine, who: Named | None) -> Trouble:
    hold = getattr(row, "hold", None)
    candidate = hold.candidate if hold else None
    step, settled = _next_step(row)
    return Trouble(
        who=who,
        payee=row.payee_name,
        bank=row.bank,
        fen=row.amount_fen,
        what=WHAT[row.result],
        kind="hold" if row.result == HELD else "stop",
        why=_why(row),
        next_step=step,
        is_settled=settled,
        list_number=candidate.match_list.number if candidate else "",
        record=candidate.record_number if candidate else "",
    )


def _why(row: BankLine) -> str:
    if row.result == HELD:
        return str(row.hold.reason)
    if row.result == PAID:
        return str(row.late_return.reason)
    code = row.returned.code
    return FAILURES.get(code, code) or str(both("银行没有写原因", "The bank gave no reason"))


def _next_step(row: BankLine) -> tuple[Both, bool]:
    """What there is to do about a line, and whether it is done: what the next payroll does by itself is told, too."""
    done = _done_since(row)
    return (_to_do(row), False) if done is None else (done, True)


def _done_since(row: BankLine) -> Both | None:
    """What was done since, where nothing is left to do."""
    told = vars(row)
    if row.batch.kind != PENSION:
        order = getattr(row, "payout_order", None)
        return SETTLED.get(order.payout.state) if order else None
    if told["again_in"] is not None:
        if told["again_state"] == PAID:
            return both("已随 {month} 发放重发成功", "Paid again with {month}").with_(month=told["again_in"])
        return both("已列入 {month} 发放，等银行回盘", "In the payroll of {month}").with_(month=told["again_in"])
    if told["ended"] is not None:
        return both("待遇已终止，由终止结算处理", "The pension ended: its settlement pays")
    return None


PENSION = "PENSION"
SETTLED = {
    "PAID": both("已再次支付成功", "Paid since"),
    "ORDERED": both("已再次列入批次，等银行回盘", "In another batch"),
    "VOID": both("已作废，不再支付", "Void: no longer owed"),
}
"""A single sum whose line failed, by where the sum stands now."""
OTHERS = {
    "SETTLEMENT": both("请先变更收款账户，再办一次性支付汇总", "Redirect the sum, then collect it again"),
    "DELEGATED": both("请与主管部门核对账号，下月代发核算重列", "Check the account with the department"),
}


def _to_do(row: BankLine) -> Both:
    """What is left to do."""
    told = vars(row)
    if row.batch.kind != PENSION:
        return OTHERS[row.batch.kind]
    if told["rests"] is not None:
        return both("待遇已暂停，续发时决定是否补发", "Suspended: the resumption decides")
    if row.result == HELD:
        return both("查清疑点后，由下一次发放补发", "Settle the suspicion; the next payroll pays it")
    if told["usable_from"] is not None:
        day = f"{told['usable_from']:%Y-%m-%d}"
        words = both("账户已变更，{day} 起可用，由下一次发放重发", "New account usable from {day}; paid again next")
        return words.with_(day=day)
    return both("请先变更收款账户，下一次发放自动重发", "Bind another account; the next payroll pays it again")

"""Lists of recovery: claims by age, instalments, months drawn twice by paying level, and contributions given back."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet, Sum

from jubao.documents.sheet import IDENTIFIER, INTEGER, MONTH, TEXT
from jubao.records.models import (
    AccountEntry,
    ContributionRefund,
    Instalment,
    InstalmentPlan,
    OverpaidMonth,
    Overpayment,
    RecoveryDemand,
    RecoveryEvent,
)
from jubao.reports.catalogue.recovery import AGES, LEVELS, across, returned
from jubao.reports.figures.recovered import InstalmentState, claimed_months, instalments, pieces_of
from jubao.reports.figures.window import Window
from jubao.reports.lists.audit import FOUND_ON, LESSENED, WHY
from jubao.reports.lists.column import WHO, Column, Told, day, money
from jubao.reports.lists.known import lessened, rest_known
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.part import Part
from jubao.reports.lists.payment import REASONS, results_of_payouts
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.masks import Mask

LEVEL_OF = {str(item): level for level, (_, _, items) in LEVELS.items() for item in items}
KINDS = {str(code): str(label) for code, label in RecoveryEvent._meta.get_field("kind").choices or ()}


def _claims(window: Window) -> QuerySet[Overpayment]:
    """Claims with money open on the day."""
    known = Overpayment.objects.filter(window.known()).annotate(rest_fen=rest_known(window))
    return known.filter(rest_fen__gt=0).select_related("person", "act")


def _ageing(rows: Sequence[Overpayment], window: Window) -> Iterator[Told]:
    """What came back of each, was given up or is claimed no longer, and how old it is."""
    keys = [row.pk for row in rows]
    less = lessened(window, keys)
    demanded = RecoveryDemand.objects.filter(window.known(), overpayment__in=keys).order_by("pk")
    demands = {demand.overpayment_id: demand for demand in demanded}
    agreed = InstalmentPlan.objects.filter(window.known(), overpayment__in=keys).order_by("pk")
    debtors = dict(agreed.values_list("overpayment_id", "debtor"))
    for row in rows:
        demand, days = demands.get(row.pk), (window.as_of - row.act.business_date).days
        yield {
            **less[row.pk],
            "days": days,
            "band": next(words for _, least, most, words in AGES if least <= days <= most),
            "demand": demand.number if demand else "",
            "demanded_by": demand.due_date if demand else None,
            "debtor": debtors.get(row.pk, ""),
        }


def _instalments(window: Window) -> QuerySet[Instalment]:
    """Every instalment of the agreements in force."""
    later = InstalmentPlan.objects.filter(
        window.known(), overpayment=OuterRef("plan__overpayment"), pk__gt=OuterRef("plan")
    )
    rows = Instalment.objects.filter(window.known("plan__act")).filter(~Exists(later))
    return rows.select_related("plan__overpayment__person")


def _beside_instalments(rows: Sequence[Instalment], window: Window) -> Iterator[Told]:
    """What filled each, and whether it is late."""
    parts = {part.instalment.pk: part for part in instalments(window)}
    for row in rows:
        part = parts[row.pk]
        yield {"repaid_fen": part.repaid_fen, "rest_fen": part.rest_fen, "state": _state(part, window)}


def _state(one: InstalmentState, window: Window) -> str:
    if one.rest_fen == 0:
        return "已还清"
    if one.overdue(window.as_of):
        return "逾期"
    return "部分已还" if one.repaid_fen else "未到期"


def _months_twice(window: Window) -> QuerySet[OverpaidMonth]:
    """Months drawn in two provinces: of each claim and month the first row stands for all items."""
    cases = Overpayment.objects.filter(window.known(), person__in=across(window).values("person"))
    rows = OverpaidMonth.objects.filter(overpayment__in=cases)
    same = {"overpayment": OuterRef("overpayment"), "month": OuterRef("month")}
    earlier = OverpaidMonth.objects.filter(**same, pk__lt=OuterRef("pk"))
    return rows.filter(~Exists(earlier)).select_related("overpayment__person")


def _overlap(rows: Sequence[OverpaidMonth], window: Window) -> Iterator[Told | None]:
    """What is still claimed of a month by paying level, and what of it came back in the span; nothing where none is."""
    claims = sorted({row.overpayment_id for row in rows})
    sums: dict[tuple[int, int], dict[str, int]] = {}
    for owed, fen in claimed_months(claims, window):
        _add(sums.setdefault((owed.overpayment_id, owed.month), {}), LEVEL_OF[owed.item], fen)
    in_span = set(returned(window).filter(overpayment__in=claims).values_list("pk", flat=True))
    gone: dict[tuple[int, int], dict[str, int]] = {}
    for piece in pieces_of(claims, window):
        of = gone.setdefault((piece.month.overpayment_id, piece.month.month), {})
        _add(of, "all", piece.fen)
        _add(of, "back", piece.fen if piece.event.pk in in_span else 0)
    for row in rows:
        key = (row.overpayment_id, row.month)
        by_level, less = sums.get(key), gone.get(key, {})
        if by_level is None:
            yield None
            continue
        total = sum(by_level.values())
        rest = {"total_fen": total, "back_fen": less.get("back", 0), "rest_fen": total - less.get("all", 0)}
        yield _by_level(by_level) | rest


def _add(sums: dict[str, int], name: str, fen: int) -> None:
    sums[name] = sums.get(name, 0) + fen


def _by_level(sums: dict[str, int]) -> dict[str, int]:
    return {level: sums.get(level, 0) for level in LEVELS}


def _returned(window: Window) -> QuerySet[RecoveryEvent]:
    """Every recovery of the span (追回资金还原)."""
    return returned(window).select_related("overpayment__person", "act", "statement_line")


def _beside_returned(rows: Sequence[RecoveryEvent], window: Window) -> Iterator[Told]:
    """Shared out to the levels whose money it is."""
    sums: dict[int, dict[str, int]] = {row.pk: {} for row in rows}
    for piece in pieces_of([row.overpayment_id for row in rows], window):
        if (of := sums.get(piece.event.pk)) is not None:
            _add(of, LEVEL_OF[piece.month.item], piece.fen)
    for row in rows:
        line = row.statement_line
        yield {
            "day": line.date if line else row.act.business_date,
            "reference": line.reference if line else "",
            **_by_level(sums[row.pk]),
        }


def _refunds(window: Window) -> QuerySet[ContributionRefund]:
    """Contributions given back in the span."""
    rows = ContributionRefund.objects.filter(window.acted())
    return rows.select_related("contribution__person", "payout", "act")


def _beside_refunds(rows: Sequence[ContributionRefund], window: Window) -> Iterator[Told]:
    """The subsidies that left the account with each, and the bank's answer."""
    results = results_of_payouts(window, [row.payout_id for row in rows])
    taken = _taken_back(row.contribution_id for row in rows)
    for row in rows:
        subsidy = taken.get(row.contribution_id, 0) - row.amount_fen
        yield {"subsidy_fen": subsidy, "result": results.get(row.payout_id, "待支付")}


def _taken_back(contributions: Iterable[int]) -> dict[int, int]:
    """What left the accounts when contributions were given back, fen."""
    mirrored = AccountEntry.objects.filter(kind=EntryKind.REVERSAL, contribution__in=list(contributions)).order_by()
    sums = mirrored.values_list("contribution_id").annotate(fen=Sum("amount_fen"))
    return {contribution: -int(fen) for contribution, fen in sums}


BY_LEVEL = tuple(money(name, level) for level, (name, _, _) in LEVELS.items())
RECOVERY_LISTS: tuple[Listing, ...] = (
    Listing(
        "recovery-ageing",
        "未追回待遇账龄表",
        (
            *WHO,
            FOUND_ON,
            WHY,
            money("多发金额", "amount_fen", is_filtered=True, is_sorted=True),
            *LESSENED,
            money("未追回", "rest_fen"),
            Column("账龄天数", "days", INTEGER),
            Column("账龄段", "band"),
            Column("追回通知", "demand", IDENTIFIER),
            day("还款期限", "demanded_by"),
            Column("分期还款人", "debtor", TEXT, width=10),
        ),
        (Part(_claims, _ageing),),
    ),
    Listing(
        "instalments",
        "分期还款明细表",
        (
            *WHO,
            Column("还款人", "plan__debtor", TEXT, width=10, is_filtered=True),
            day("协议日期", "plan__agreed_date", is_filtered=True, is_sorted=True),
            Column("期次", "seq", INTEGER, width=6),
            day("应还日期", "due_date", is_filtered=True, is_sorted=True),
            money("应还金额", "amount_fen"),
            money("已还金额", "repaid_fen"),
            money("未还金额", "rest_fen"),
            Column("状态", "state"),
        ),
        (
            Part(
                _instalments,
                _beside_instalments,
                person="plan__overpayment__person",
                order=("plan__overpayment_id", "seq"),
            ),
        ),
    ),
    Listing(
        "overlap",
        "跨省重复领取月份明细表",
        (
            *WHO,
            Column("原因", "overpayment__reason", words=REASONS, is_filtered=True),
            Column("重复领取月", "month", MONTH, is_filtered=True, is_sorted=True),
            *BY_LEVEL,
            money("多发金额", "total_fen"),
            money("年内追回", "back_fen"),
            money("未追回", "rest_fen"),
        ),
        (
            Part(
                _months_twice,
                _overlap,
                person="overpayment__person",
                order=("overpayment_id", "month"),
                is_exact=False,
            ),
        ),
    ),
    Listing(
        "returned-by-level",
        "追回资金分级次明细表",
        (
            *WHO,
            day("日期", "day"),
            Column("方式", "kind", words=KINDS, is_filtered=True),
            Column("银行流水号", "reference", IDENTIFIER),
            *BY_LEVEL,
            money("追回金额", "amount_fen", is_filtered=True, is_sorted=True),
        ),
        (Part(_returned, _beside_returned, person="overpayment__person"),),
    ),
    Listing(
        "contribution-refunds",
        "重复缴费退款名单",
        (
            *WHO,
            Column("缴费年度", "contribution__year", INTEGER, is_filtered=True),
            money("退还个人缴费", "amount_fen"),
            money("冲回补贴", "subsidy_fen"),
            Column("原因", "reason", TEXT, width=24),
            Column("收款账号", "payout__payee_account", IDENTIFIER, mask=Mask.ACCOUNT),
            day("办理日期", "act__business_date", is_filtered=True, is_sorted=True),
            Column("支付结果", "result"),
        ),
        (Part(_refunds, _beside_refunds, person="contribution__person"),),
    ),
)

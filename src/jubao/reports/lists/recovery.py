"""Lists of recovery: claims by age, instalments, months drawn twice by paying level, and contributions given back."""

from collections.abc import Iterator

from django.db.models import Sum

from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONTH, TEXT, Column, Row
from jubao.records.models import (
    AccountEntry,
    ContributionRefund,
    InstalmentPlan,
    Overpayment,
    RecoveryDemand,
)
from jubao.reports.catalogue.recovery import AGES, LEVELS, RETURNED, across, returned
from jubao.reports.figures.place import places_of
from jubao.reports.figures.recovered import (
    InstalmentState,
    claimed_months,
    instalments,
    open_claims,
    pieces_of,
    recoveries,
    withdrawn_fen,
)
from jubao.reports.figures.window import Window
from jubao.reports.lists.listing import WHO, PrintedList, money
from jubao.reports.lists.payment import NOWHERE, REASONS, results_of_payouts
from jubao.vocabulary.codes import EntryKind

LEVEL_OF = {str(item): level for level, (_, _, items) in LEVELS.items() for item in items}


def _ageing(window: Window) -> Iterator[Row]:
    """Claims with money open on the day: what came back, was given up or is claimed no longer, and how old they are."""
    places = places_of(window)
    back, given_up, withdrawn = lessened(window)
    demands = {d.overpayment_id: d for d in RecoveryDemand.objects.filter(window.known()).order_by("pk")}
    agreed = InstalmentPlan.objects.filter(window.known()).order_by("pk")
    plans = dict(agreed.values_list("overpayment_id", "debtor"))
    for one in open_claims(window):
        claim, who, demand = one.claim, one.claim.person, demands.get(one.claim.pk)
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number,
               claim.act.business_date, REASONS.get(claim.reason, claim.reason), claim.amount_fen,
               back.get(claim.pk, 0), given_up.get(claim.pk, 0), withdrawn.get(claim.pk, 0), one.open_fen, one.days,
               _band(one.days), demand.number if demand else "", demand.due_date if demand else None,
               plans.get(claim.pk, ""))  # fmt: skip


def lessened(window: Window) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """By claim what had come back by the day, what was given up, and what was claimed no longer; the rest is open."""
    known = recoveries(window).order_by()
    back, given_up = (
        dict(known.filter(kind__in=kinds).values_list("overpayment_id").annotate(fen=Sum("amount_fen")))
        for kinds in (RETURNED, ("WRITTEN_OFF",))
    )
    return back, given_up, withdrawn_fen(window)


def _band(days: int) -> str:
    return next(words for _, least, most, words in AGES if least <= days <= most)


def _instalments(window: Window) -> Iterator[Row]:
    """Every instalment of the agreements in force, with what filled it."""
    places = places_of(window)
    for one in instalments(window):
        part, plan = one.instalment, one.instalment.plan
        who = plan.overpayment.person
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, plan.debtor,
               plan.agreed_date, part.seq, part.due_date, part.amount_fen, one.repaid_fen, one.rest_fen,
               _state(one, window))  # fmt: skip


def _state(one: InstalmentState, window: Window) -> str:
    if one.rest_fen == 0:
        return "已还清"
    if one.overdue(window.as_of):
        return "逾期"
    return "部分已还" if one.repaid_fen else "未到期"


def _overlap(window: Window) -> Iterator[Row]:
    """Months drawn in two provinces, month by month and by paying level, with what of each came back in the span."""
    places = places_of(window)
    cases = Overpayment.objects.filter(window.known(), person__in=across(window).values("person"))
    claims = {claim.pk: claim for claim in cases.select_related("person").order_by("pk")}
    back: dict[tuple[int, int], int] = {}
    rest: dict[tuple[int, int], int] = {}
    in_span = set(returned(window).values_list("pk", flat=True))
    for piece in pieces_of(claims, window):
        key = piece.month.overpayment_id, piece.month.month
        rest[key] = rest.get(key, 0) - piece.fen
        back[key] = back.get(key, 0) + (piece.fen if piece.event.pk in in_span else 0)
    for (claim, month), by_level in _by_month(claims, window).items():
        who, total, key = claims[claim].person, sum(by_level.values()), (claim, month)
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number,
               REASONS.get(claims[claim].reason, claims[claim].reason), month,
               *(by_level.get(level, 0) for level in LEVELS), total, back.get(key, 0), total + rest.get(key, 0))  # fmt: skip


def _by_month(claims: dict[int, Overpayment], window: Window) -> dict[tuple[int, int], dict[str, int]]:
    """By claim and month still claimed, fen by paying level."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for row, fen in claimed_months(list(claims), window):
        sums = found.setdefault((row.overpayment_id, row.month), {})
        sums[LEVEL_OF[row.item]] = sums.get(LEVEL_OF[row.item], 0) + fen
    return found


def _returned(window: Window) -> Iterator[Row]:
    """Every recovery of the span, shared out to the levels whose money it is (追回资金还原)."""
    places = places_of(window)
    events = returned(window).select_related("overpayment__person", "act", "statement_line")
    sums: dict[int, dict[str, int]] = {}
    for piece in pieces_of(events.values_list("overpayment_id", flat=True), window):
        of = sums.setdefault(piece.event.pk, {})
        of[LEVEL_OF[piece.month.item]] = of.get(LEVEL_OF[piece.month.item], 0) + piece.fen
    for one in events.order_by("pk"):
        who, line = one.overpayment.person, one.statement_line
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number,
               line.date if line else one.act.business_date, one.get_kind_display(), line.reference if line else "",
               *(sums[one.pk].get(level, 0) for level in LEVELS), one.amount_fen)  # fmt: skip


def _refunded(window: Window) -> Iterator[Row]:
    """Contributions given back in the span, with the subsidies that left the account and the bank's answer."""
    places = places_of(window)
    results = results_of_payouts(window)
    rows = ContributionRefund.objects.filter(window.acted()).select_related("contribution__person", "payout", "act")
    mirrored = AccountEntry.objects.filter(kind=EntryKind.REVERSAL, contribution__refund__in=rows.values("pk"))
    out = dict(mirrored.order_by().values_list("contribution_id").annotate(fen=Sum("amount_fen")))
    for one in rows.order_by("pk"):
        who, taken = one.contribution.person, -int(out.get(one.contribution_id, 0))
        yield (*places.get(who.pk, NOWHERE), who.personal_number, who.name, who.resident_number, one.contribution.year,
               one.amount_fen, taken - one.amount_fen, one.reason, one.payout.payee_account, one.act.business_date,
               results.get(one.payout_id, "待支付"))  # fmt: skip


BY_LEVEL = tuple(money(name) for name, _, _ in LEVELS.values())
RECOVERY_LISTS = (
    PrintedList("recovery-ageing", "未追回待遇账龄表",
                (*WHO, Column("立案日期", DATE), Column("原因"), money("多发金额"), money("已追回"), money("已核销"),
                 money("已撤销"), money("未追回"), Column("账龄天数", INTEGER), Column("账龄段"), Column("追回通知", IDENTIFIER),
                 Column("还款期限", DATE), Column("分期还款人", TEXT, width=10)), _ageing),
    PrintedList("instalments", "分期还款明细表",
                (*WHO, Column("还款人", TEXT, width=10), Column("协议日期", DATE), Column("期次", INTEGER, width=6),
                 Column("应还日期", DATE), money("应还金额"), money("已还金额"), money("未还金额"), Column("状态")), _instalments),
    PrintedList("overlap", "跨省重复领取月份明细表",
                (*WHO, Column("原因"), Column("重复领取月", MONTH), *BY_LEVEL, money("多发金额"), money("年内追回"),
                 money("未追回")), _overlap),
    PrintedList("returned-by-level", "追回资金分级次明细表",
                (*WHO, Column("日期", DATE), Column("方式"), Column("银行流水号", IDENTIFIER), *BY_LEVEL, money("追回金额")),
                _returned),
    PrintedList("contribution-refunds", "重复缴费退款名单",
                (*WHO, Column("缴费年度", INTEGER), money("退还个人缴费"), money("冲回补贴"), Column("原因", TEXT, width=24),
                 Column("收款账号", IDENTIFIER), Column("办理日期", DATE), Column("支付结果")), _refunded),
)  # fmt: skip

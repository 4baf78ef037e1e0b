"""Custody: what a restored office says of its origin, and that no money left before it was reconciled."""

from collections.abc import Iterator

from django.db.models import F

from jubao.records.custody import open_restoration
from jubao.records.models import AnchorDeposit, AuditEvent, Restoration, RestorationAnswer
from jubao.reports.invariants.verification import Notice, Tally, Violation, invariant
from jubao.vocabulary.codes.custody import MONEY_LEAVES, Missing

RESTORATIONS = Restoration._meta.db_table
EXECUTED, RESTORED = AuditEvent.Kind.EXECUTED, AuditEvent.Kind.RESTORED


@invariant("I-42", "恢复由恢复命令写下，接在备份的链头之后")
def a_restoration_follows_the_head_it_names(seen: Tally) -> Iterator[Violation | Notice]:
    """Each has the event of a restore, which follows the head of the backup; an event of a restore has one such row."""
    for one in seen.each(Restoration.objects.select_related("act").order_by("id").iterator(500)):
        if one.act.kind != RESTORED:
            yield Violation(RESTORATIONS, one.pk, "不是恢复命令写下的")
        if (one.head, one.head_mac) != (one.act_id - 1, one.act.previous_mac):
            yield Violation(RESTORATIONS, one.pk, f"所记链头第 {one.head} 号与审计链不符")
    told = set(Restoration.objects.order_by("id").values_list("act_id", flat=True))
    for event in AuditEvent.objects.filter(kind=RESTORED).exclude(pk__in=told).order_by("id"):
        yield Violation("records_auditevent", event.pk, "恢复事件没有恢复记录")
    if (waiting := open_restoration()) is not None:
        yield Notice(f"第 {waiting.act_id} 号事件恢复的账簿尚未核对办结，不办理付款：请运行 jubao restored")


@invariant("I-42", "恢复之后、核对办结以前没有付款")
def no_money_left_before_it_was_reconciled(seen: Tally) -> Iterator[Violation]:
    """Between a restore and the end of its reconciliation no act was done that sends money out."""
    done = AuditEvent.objects.filter(kind=EXECUTED, code__in=sorted(MONEY_LEAVES)).order_by("id")
    for one in seen.each(Restoration.objects.order_by("id").iterator(500)):
        until = getattr(one, "closed", None)
        inside = done.filter(pk__gt=one.act_id)
        for event in inside.filter(pk__lt=until.act_id) if until else inside:
            yield Violation("records_auditevent", event.pk, f"{event.code} 在恢复后核对办结以前办理")


@invariant("I-42", "恢复后缺失的事件都已核对")
def every_event_that_was_lost_is_answered(seen: Tally) -> Iterator[Violation]:
    """A reconciliation that ended has answered every event known outside, one after the other."""
    for one in seen.each(Restoration.objects.exclude(closed=None).order_by("id").iterator(500)):
        next_event = one.head + 1
        for answer in RestorationAnswer.objects.filter(restoration=one, kind=Missing.EVENTS).order_by("first_event"):
            if answer.first_event == next_event and answer.last_event is not None:
                next_event = answer.last_event + 1
        if next_event <= one.known_outside:
            yield Violation(RESTORATIONS, one.pk, f"第 {next_event} 至 {one.known_outside} 号事件没有核对结果")


@invariant("I-42", "交存的链头都在审计链中")
def every_head_handed_over_is_there(seen: Tally) -> Iterator[Violation]:
    """What was handed to somebody outside is what the chain says; restored books answer for what the backup held."""
    macs = dict(
        AuditEvent.objects.filter(pk__in=AnchorDeposit.objects.values("event")).order_by("id").values_list("id", "mac")
    )
    for one in seen.each(AnchorDeposit.objects.filter(act__gt=F("event")).order_by("id").iterator(500)):
        if macs.get(one.event) != one.mac:
            yield Violation(
                AnchorDeposit._meta.db_table, one.pk, f"交存的第 {one.event} 号链头与审计链不符：审计链被重写"
            )

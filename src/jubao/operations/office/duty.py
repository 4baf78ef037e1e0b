"""Reports the office owes: recording a duty with its due date, fulfilling it, explaining an unusual figure."""

from collections.abc import Sequence
from datetime import date

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.records.models import DutyReceipt, FigureReason, ReportDuty
from jubao.reports.catalogue.figures import NoSuchFigure, find_figure


class RecordDuty(Arguments):
    """A report the office owes a receiver for a period by a day."""

    name: str
    title: str
    period: int
    due_date: date
    receiver: str


@act("duty.record", title="报送任务登记", arguments=RecordDuty, maker=Post.OFFICE, chain=[approve(Post.DIRECTOR)])
def record_duties(cases: Sequence[RecordDuty], *, on: date, act: ActReference) -> Result:
    """Record reports that are owed; one duty a report, period and receiver. Source: 统计法；上级报表制度."""
    known = set(ReportDuty.objects.values_list("name", "period", "receiver"))
    faults = []
    for place, case in enumerate(cases, start=1):
        if (case.name, case.period, case.receiver) in known:
            faults.append(f"第{place}项：{case.name} {case.period} 报{case.receiver}的任务已登记")
        known.add((case.name, case.period, case.receiver))
    if faults:
        raise Refused("报送任务未登记", faults=faults)
    ReportDuty.objects.bulk_create(ReportDuty(act_id=act.id, **case.model_dump()) for case in cases)
    return {"duties": len(cases)}


class FulfilDuty(Arguments):
    """A duty fulfilled: sent on a day, with the receiver's receipt and the hash of the file that was sent."""

    name: str
    period: int
    receiver: str
    sent_date: date
    receipt: str
    file_sha256: str = ""


@act("duty.fulfil", title="报送回执登记", arguments=FulfilDuty, maker=Post.OFFICE)
def fulfil_duties(cases: Sequence[FulfilDuty], *, on: date, act: ActReference) -> Result:
    """Record receipts of reports that were sent; every duty is fulfilled once. Source: 统计法；上级报表制度."""
    duties = {(d.name, d.period, d.receiver): d.pk for d in ReportDuty.objects.order_by("pk")}
    done = set(DutyReceipt.objects.values_list("duty_id", flat=True))
    faults, chosen = [], []
    for place, case in enumerate(cases, start=1):
        duty = duties.get((case.name, case.period, case.receiver))
        where = f"第{place}项 {case.name} {case.period} 报{case.receiver}"
        if duty is None:
            faults.append(f"{where}：没有这项报送任务，请先登记任务")
        elif duty in done:
            faults.append(f"{where}：已有回执，不能重复登记")
        if case.sent_date > on:
            faults.append(f"{where}：报送日期 {case.sent_date} 晚于办理日期 {on}")
        if duty is not None:
            done.add(duty)
            chosen.append((duty, case))
    if faults:
        raise Refused("报送回执未登记", faults=faults)
    DutyReceipt.objects.bulk_create(
        DutyReceipt(act_id=act.id, duty_id=duty, **case.model_dump(include={"sent_date", "receipt", "file_sha256"}))
        for duty, case in chosen
    )
    return {"receipts": len(cases)}


class ExplainFigure(Arguments):
    """Why a figure of a year outside its plausible bounds is right all the same."""

    figure: str
    year: int
    reason: str


@act("figure.explain", title="指标异常说明", arguments=ExplainFigure, maker=Post.OFFICE,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def explain_figures(cases: Sequence[ExplainFigure], *, on: date, act: ActReference) -> Result:
    """Record the reason of an unusual figure; the latest one of a year counts. Source: 统计法（数据质量）."""
    faults = []
    for place, case in enumerate(cases, start=1):
        try:
            find_figure(case.figure)
        except NoSuchFigure as unknown:
            faults.append(f"第{place}项：{unknown.args[0]}")
        if not case.reason:
            faults.append(f"第{place}项：{case.figure} 没有写明原因，请说明数据来源和变化原因")
    if faults:
        raise Refused("异常说明未登记", faults=faults)
    FigureReason.objects.bulk_create(FigureReason(act_id=act.id, **case.model_dump()) for case in cases)
    return {"reasons": len(cases)}

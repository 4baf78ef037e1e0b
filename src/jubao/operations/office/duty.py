"""Reports the office owes: recording a duty with its due date, fulfilling it, explaining an unusual figure."""

import re
from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import (
    Day,
    Deadline,
    Evidence,
    FigureRef,
    Period,
    Text,
    Year,
    ask,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.office.founding import check_year
from jubao.records.models import DutyReceipt, FigureReason, ReportDuty
from jubao.reports.catalogue.figures import NoSuchFigure, find_figure

SHA256 = re.compile("[0-9a-f]{64}", re.ASCII)


class RecordDuty(Arguments):
    """A report the office owes a receiver for a period by a day."""

    name: Text = ask("报表", "Report", hint="如 月报", column=(ReportDuty, "name"), shortest=1)
    title: Text = ask("标题", "Title", hint="如 2017年2月统计月报", column=(ReportDuty, "title"), shortest=1)
    period: Period = ask("所属期", "Period", hint="月报填年月，如 201702；年报填年度，如 2017")
    due_date: Deadline = ask("报送期限", "Due by")
    receiver: Text = ask("报送单位", "Receiver", hint="如 市局", column=(ReportDuty, "receiver"), shortest=1)


@act(
    "duty.record",
    title="报送任务登记",
    asks=RecordDuty,
    maker=Post.OFFICE,
    chain=[approve(Post.DIRECTOR)],
    about=About.REPORT,
    undone_by=Final("报送任务由上级下达，登记后以回执办结"),
    gives=[Given("duties", "登记任务数", "duties", Unit.ROWS)],
    papers=[Paper("报送通知或报表制度", required=False)],
    days_back=31,
)
class DutyRecord:
    """Record reports that are owed; one duty a report, period and receiver. Source: 统计法；上级报表制度."""

    def check(self, cases: Sequence[RecordDuty], view: View) -> Faults:
        """Each duty once."""
        faults = Faults()
        known = set(ReportDuty.objects.order_by("pk").values_list("name", "period", "receiver"))
        for number, case in enumerate(cases, start=1):
            key = (case.name, case.period, case.receiver)
            if key in known:
                rule = f"{case.name} {case.period} 报{case.receiver}的任务已登记"
                faults.add(number, "name", rule, next_step="请删去重复的一项")
            known.add(key)
        return faults

    def plan(self, cases: Sequence[RecordDuty], view: View) -> Changes:
        """One row for each duty."""
        changes = Changes(view)
        changes.add_all(ReportDuty(**case.model_dump()) for case in cases)
        return changes.giving(duties=len(cases))


class FulfilDuty(Arguments):
    """A duty fulfilled: sent on a day, with the receiver's receipt and the hash of the file that was sent."""

    name: Text = ask("报表", "Report", hint="已登记的报送任务，如 月报", column=(ReportDuty, "name"), shortest=1)
    period: Period = ask("所属期", "Period", hint="年月或年度，如 201702")
    receiver: Text = ask("报送单位", "Receiver", column=(ReportDuty, "receiver"), shortest=1)
    sent_date: Day = ask("报送日期", "Sent on", not_after="today")
    receipt: Evidence = ask("回执", "Receipt", hint="回执编号或签收人", column=(DutyReceipt, "receipt"))
    file_sha256: Text = ask(
        "报送文件的 SHA-256",
        "SHA-256 of the file",
        hint="六十四位小写十六进制，可不填",
        default="",
        column=(DutyReceipt, "file_sha256"),
    )


@act(
    "duty.fulfil",
    title="报送回执登记",
    asks=FulfilDuty,
    maker=Post.OFFICE,
    about=About.REPORT,
    undone_by=Final("报出的报表已经发生，只能另行报送更正"),
    gives=[Given("receipts", "登记回执数", "receipts", Unit.ROWS)],
    papers=[Paper("接收单位回执")],
    days_back=31,
)
class DutyFulfilment:
    """Record receipts of reports that were sent; every duty is fulfilled once. Source: 统计法；上级报表制度."""

    def check(self, cases: Sequence[FulfilDuty], view: View) -> Faults:
        """A receipt answers a duty that is recorded and has none yet."""
        faults = Faults()
        duties = _duties(view)
        done = set(DutyReceipt.objects.order_by("pk").values_list("duty_id", flat=True))
        for number, case in enumerate(cases, start=1):
            duty = duties.get((case.name, case.period, case.receiver))
            place = f"{case.name} {case.period} 报{case.receiver}"
            if duty is None:
                faults.add(number, "name", "没有这项报送任务", next_step="请先登记任务", place=place)
            elif duty in done:
                faults.add(number, "name", "已有回执，不能重复登记", place=place)
            else:
                done.add(duty)
            if case.file_sha256 and not SHA256.fullmatch(case.file_sha256):
                rule = "文件的 SHA-256 应为六十四位小写十六进制"
                faults.add(number, "file_sha256", rule, next_step="请核对或留空", place=place)
        return faults

    def plan(self, cases: Sequence[FulfilDuty], view: View) -> Changes:
        """One row for each receipt."""
        changes = Changes(view)
        duties = _duties(view)
        changes.add_all(
            DutyReceipt(
                duty_id=duties[case.name, case.period, case.receiver],
                sent_date=case.sent_date,
                receipt=case.receipt,
                file_sha256=case.file_sha256,
            )
            for case in cases
        )
        return changes.giving(receipts=len(cases))


def _duties(view: View) -> dict[tuple[str, int, str], int]:
    """Key of every duty by report, period and receiver."""
    duties = ReportDuty.objects.order_by("pk")
    return view.once("duties", lambda: {(one.name, one.period, one.receiver): one.pk for one in duties})


class ExplainFigure(Arguments):
    """Why a figure of a year outside its plausible bounds is right all the same."""

    figure: FigureRef = ask("指标编号", "Figure", hint="如 certification.rate")
    year: Year = ask("年度", "Year", not_after="today")
    reason: Text = ask("原因", "Reason", hint="数据来源和变化原因", column=(FigureReason, "reason"))


@act(
    "figure.explain",
    title="指标异常说明",
    asks=ExplainFigure,
    maker=Post.OFFICE,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.REPORT,
    undone_by="figure.explain",
    gives=[Given("reasons", "登记说明数", "reasons", Unit.ROWS)],
)
class FigureExplanation:
    """Record the reason of an unusual figure; the latest one of a year counts. Source: 统计法（数据质量）."""

    def check(self, cases: Sequence[ExplainFigure], view: View) -> Faults:
        """A figure of the catalogue, of a year with books, with a reason."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            check_year(number, case.year, view, faults, what="说明指标")
            try:
                find_figure(case.figure)
            except NoSuchFigure as unknown:
                faults.add(number, "figure", str(unknown.args[0]))
            if not case.reason:
                rule = f"{case.figure} 没有写明原因"
                faults.add(number, "reason", rule, next_step="请说明数据来源和变化原因")
        return faults

    def plan(self, cases: Sequence[ExplainFigure], view: View) -> Changes:
        """One row for each reason."""
        changes = Changes(view)
        changes.add_all(FigureReason(**case.model_dump()) for case in cases)
        return changes.giving(reasons=len(cases))

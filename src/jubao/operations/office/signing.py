"""Signing a report: its figures are frozen with their day, the hash of its file and the people who signed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import transaction

from jubao.documents.sealing import put_in_place
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.records.models import SignedFigure, SignedReport
from jubao.reports.evaluation.scored_year import NoScore
from jubao.reports.evaluation.self_evaluation import ReportBeforeFigures
from jubao.reports.evaluation.signed import draft_self_evaluation, exact_text, kept_path
from jubao.reports.figures.bounds import unusual
from jubao.reports.figures.figure import FigureValue
from jubao.reports.figures.reading import DayBeforeYear
from jubao.reports.figures.relation import breaches


class CannotSignReport(Refused):
    """The report cannot be signed as it stands."""


class SignReport(Arguments):
    """Which report is signed: its year, the day its figures run to, and the date it bears."""

    kind: Literal["self-evaluation"] = "self-evaluation"
    year: int
    as_of: date
    dated: date


@act("report.sign", title="报告签定", arguments=SignReport, maker=Post.OFFICE,
     chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def sign_reports(cases: Sequence[SignReport], *, on: date, act: ActReference) -> Result:
    """Freeze a report's figures and the hash of its file; what changes later shows as a difference.

    Raises CannotSignReport. Source: 财预〔2013〕53号（自评结果真实性由单位负责）.
    """
    return {"reports": [_sign(case, on, act) for case in cases]}


def _sign(case: SignReport, on: date, act: ActReference) -> dict[str, object]:
    if case.dated > on:
        raise CannotSignReport(f"报告日期 {case.dated} 晚于签定日期 {on}，请改用不晚于签定日的报告日期")
    try:
        reading, content, sha256 = draft_self_evaluation(case.year, as_of=case.as_of, dated=case.dated)
    except (ReportBeforeFigures, DayBeforeYear, NoScore) as missing:
        raise CannotSignReport(f"报告未签定：{missing}") from missing
    if wrong := breaches(reading):
        raise CannotSignReport("报告未签定：指标之间的关系不符", faults=[breach.text for breach in wrong])
    if strange := [one.text for one in unusual(reading) if not one.reason]:
        raise CannotSignReport("报告未签定：有指标超出合理范围而无说明，请先办理异常说明", faults=strange)
    if SignedReport.objects.filter(kind=case.kind, year=case.year, sha256=sha256).exists():
        raise CannotSignReport(f"{case.year} 年同一内容的自评报告已经签定，不再重复签定")
    figures = reading.all()
    _freeze(case, sha256, figures, act)
    path = kept_path(Path(settings.JUBAO_HOME), sha256)
    transaction.on_commit(lambda: _keep(path, content))
    return {"sha256": sha256, "figures": len(figures)}


def _freeze(case: SignReport, sha256: str, figures: Sequence[FigureValue], act: ActReference) -> None:
    """The signed report and one row for every figure: exact value, printed value, day."""
    report = SignedReport.objects.create(
        act_id=act.id, kind=case.kind, year=case.year, title=f"{case.year}年度部门整体支出绩效自评报告",
        as_of=case.as_of, settled=case.dated, dated=case.dated, sha256=sha256,
    )  # fmt: skip
    SignedFigure.objects.bulk_create(
        SignedFigure(
            act_id=act.id, signed_report=report, figure=value.figure.id, name=value.figure.name,
            unit=str(value.figure.unit), exact=exact_text(value.value), text=value.text, as_of=value.as_of,
        )
        for value in figures
    )  # fmt: skip


def _keep(path: Path, content: bytes) -> None:
    """Keep the very file that was signed, once the transaction is safe."""
    put_in_place(path, content)

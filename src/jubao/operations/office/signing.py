"""Signing a report: its figures are frozen with their day, the hash of its file and the people who signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Form, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.office.founding import check_year, founded_on
from jubao.records.models import SignedFigure, SignedReport
from jubao.reports.catalogue.reading import DayBeforeYear
from jubao.reports.evaluation.self_evaluation import ReportBeforeFigures
from jubao.reports.evaluation.signed import draft_self_evaluation, exact_text, kept_path
from jubao.reports.figures.figure import FigureValue
from jubao.reports.plausibility.bounds import unusual
from jubao.reports.plausibility.relation import breaches
from jubao.reports.scoring.scored_year import NoScore
from jubao.vocabulary.codes.office import SignedReportKind

HOME = Path()


class SignReport(Arguments):
    """Which report is signed: its year, the day its figures run to, and the date it bears."""

    kind: SignedReportKind = ask("报告种类", "Report", default=SignedReportKind.SELF_EVALUATION)
    year: Year = ask("年度", "Year", not_after="today")
    as_of: Day = ask("数据截止日", "Figures as of", hint="业务数据算到哪一天，如 2017-12-15", not_after="today")
    dated: Day = ask("报告日期", "Dated", hint="不早于数据截止日", not_before="as_of", not_after="today")


@dataclass(frozen=True)
class Draft:
    """A report as it would be signed: every figure, the file, and the file's SHA-256; or what stands against it."""

    figures: Sequence[FigureValue] = ()
    content: bytes = b""
    sha256: str = ""
    rules: Sequence[str] = ()


@act(
    "report.sign",
    title="报告签定",
    asks=SignReport,
    maker=Post.OFFICE,
    chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.REPORT,
    undone_by=Final("已签报告不改动，内容更正后另签一份"),
    gives=[
        Given("reports", "签定报告数", "reports", Unit.ROWS),
        Given("figures", "冻结指标数", "figures", Unit.ROWS),
        Given("sha256", "报告文件的 SHA-256", "SHA-256 of the files", Unit.TEXT),
    ],
    papers=[Paper("绩效评价佐证材料", required=False)],
    prints=[Form("绩效自评报告", "jubao report self-evaluation --year 年度 --out F.docx")],
)
class ReportSigning:
    """Freeze a report's figures and the hash of its file; what changes later shows as a difference.

    Source: 财预〔2013〕53号（自评结果真实性由单位负责）.
    """

    def check(self, cases: Sequence[SignReport], view: View) -> Faults:
        """Of a year with books, dated between its figures and today, consistent, explained, and new."""
        faults = Faults()
        seen: set[tuple[int, str]] = set()
        for number, case in enumerate(cases, start=1):
            before = len(faults)
            _check_days(number, case, view, faults)
            if len(faults) > before:
                continue
            draft = _draft(case, view)
            for rule in draft.rules:
                faults.add(number, "as_of", rule, place=f"{case.year} 年{case.kind.label}")
            signed = SignedReport.objects.filter(kind=case.kind, year=case.year, sha256=draft.sha256).exists()
            if signed or (case.year, draft.sha256) in seen:
                faults.add(number, "year", f"{case.year} 年同一内容的自评报告已经签定", next_step="不再重复签定")
            if draft.sha256:
                seen.add((case.year, draft.sha256))
        return faults

    def plan(self, cases: Sequence[SignReport], view: View) -> Changes:
        """The signed reports, one row for every figure, and the very files that are signed."""
        changes = Changes(view)
        hashes = []
        for case in cases:
            draft = _draft(case, view)
            _freeze(case, draft, changes)
            place = kept_path(HOME, draft.sha256)
            changes.hand_over(place.parent.as_posix(), place.name, draft.content)
            hashes.append(draft.sha256)
        return changes.giving(reports=len(cases), figures=changes.count(SignedFigure), sha256=hashes)


def _check_days(number: int, case: SignReport, view: View, faults: Faults) -> None:
    """A report is about a year with books, and its figures about days with books."""
    check_year(number, case.year, view, faults, what="自评")
    founded = founded_on(view)
    if founded is not None and case.as_of < founded:
        rule = f"数据截止日 {case.as_of} 早于建账日 {founded}，那时没有账"
        faults.add(number, "as_of", rule, next_step="请改用建账以后的截止日")


def _draft(case: SignReport, view: View) -> Draft:
    """The report, made once for check and plan."""
    return view.once(("draft", case.year, case.as_of, case.dated), lambda: _drafted(case))


def _drafted(case: SignReport) -> Draft:
    try:
        reading, content, sha256 = draft_self_evaluation(case.year, as_of=case.as_of, dated=case.dated)
    except (ReportBeforeFigures, DayBeforeYear, NoScore) as missing:
        return Draft(rules=[str(missing)])
    rules = [f"指标之间的关系不符：{breach.text}" for breach in breaches(reading)]
    rules += [f"有指标超出合理范围而无说明：{one.text}（figure.explain）" for one in unusual(reading) if not one.reason]
    return Draft(reading.all(), content, sha256, rules)


def _freeze(case: SignReport, draft: Draft, changes: Changes) -> None:
    """The signed report and one row for every figure: exact value, printed value, day."""
    report = changes.add(
        SignedReport(
            kind=str(case.kind),
            year=case.year,
            title=f"{case.year}年度{case.kind.label}",
            as_of=case.as_of,
            settled=case.dated,
            dated=case.dated,
            sha256=draft.sha256,
        )
    )
    changes.add_all(
        SignedFigure(
            signed_report=report,
            figure=value.figure.id,
            name=value.figure.name,
            unit=str(value.figure.unit),
            exact=exact_text(value.value),
            text=value.text,
            as_of=value.as_of,
        )
        for value in draft.figures
    )

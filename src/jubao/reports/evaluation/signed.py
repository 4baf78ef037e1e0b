"""Signed reports: what was frozen, what the books say today for the same days, and whether the file is still the same."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from jubao.records.models import Proposal, Signature, SignedFigure, SignedReport, Staff
from jubao.reports.catalogue.figures import NoSuchFigure
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.self_evaluation import ReportBeforeFigures, fill_self_evaluation
from jubao.reports.figures.figure import Unit, show
from jubao.reports.figures.measure import Value

SELF_EVALUATION = "self-evaluation"


@dataclass(frozen=True)
class Frozen:
    """A signed figure beside what the books say today for the same days; ``now`` is None if it left the catalogue."""

    figure: str
    name: str
    unit: str
    as_of: date
    signed: str
    now: str | None
    agrees: bool

    @property
    def difference(self) -> str:
        """Today's value less the signed one, where both are whole; otherwise 有变动."""
        if self.agrees:
            return ""
        try:
            return _difference(self.signed, self.now or "", self.unit)
        except ValueError:
            return "有变动"

    @property
    def signed_text(self) -> str:
        """The signed value as people read it."""
        return _shown(self.signed, self.unit)

    @property
    def now_text(self) -> str:
        """Today's value as people read it."""
        return "目录已无此指标" if self.now is None else _shown(self.now, self.unit)


@dataclass(frozen=True)
class SignedState:
    """A signed report today: signers, figures, and whether kept and rebuilt file bear the signed hash."""

    report: SignedReport
    case: str
    signers: tuple[tuple[str, str, str, date], ...]
    figures: tuple[Frozen, ...]
    rebuilt: bool
    kept: bool | None

    @property
    def changed(self) -> list[Frozen]:
        """Figures that say something else today."""
        return [one for one in self.figures if not one.agrees]

    @property
    def stands(self) -> bool:
        """Nothing changed, and the file comes out as it was signed."""
        return not self.changed and self.rebuilt and self.kept is not False


def draft_self_evaluation(year: int, *, as_of: date, dated: date) -> tuple[Reading, bytes, str]:
    """The self-evaluation as it is signed: its reading, the Word file and the file's SHA-256 (hex).

    The footer names the days only, never the audit chain, so that acts about other days leave the file alone.
    Raises ReportBeforeFigures, DayBeforeYear, NoScore.
    """
    if dated < as_of:
        raise ReportBeforeFigures(f"报告日期 {dated} 早于数据截止日 {as_of}，请改用不早于截止日的报告日期")
    from jubao.documents.self_evaluation import self_evaluation_bytes  # Word's library is heavy

    reading = Reading(year, as_of, settled=dated)
    form = replace(fill_self_evaluation(reading), reference=f"业务数据截至{as_of}，全年数据截至{dated}")
    content = self_evaluation_bytes(form)
    return reading, content, hashlib.sha256(content).hexdigest()


def signed_reports(year: int, home: Path) -> Iterator[SignedState]:
    """Every signed report of a year, oldest first, compared with the books of today."""
    for report in SignedReport.objects.filter(kind=SELF_EVALUATION, year=year).order_by("pk"):
        reading, _, sha256 = draft_self_evaluation(report.year, as_of=report.as_of, dated=report.dated)
        proposal = _proposal_of(report)
        rows = SignedFigure.objects.filter(signed_report=report).order_by("pk")
        yield SignedState(
            report=report,
            case=proposal.key if proposal else "",
            signers=_signers(proposal) if proposal else (),
            figures=tuple(_beside(row, reading) for row in rows),
            rebuilt=sha256 == report.sha256,
            kept=_kept(kept_path(home, report.sha256), report.sha256),
        )


def kept_path(home: Path, sha256: str) -> Path:
    """Where the very file that was signed is kept."""
    return home / "reports" / "signed" / f"{sha256}.docx"


def exact_text(value: Value) -> str:
    """A value as it is frozen: whole fen or counts, fractions as n/d, words as they are, nothing for None."""
    return "" if value is None else str(value)


def _kept(path: Path, sha256: str) -> bool | None:
    """Whether the kept file is the signed one; None when it is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() == sha256 if path.exists() else None


def _beside(row: SignedFigure, reading: Reading) -> Frozen:
    try:
        now = exact_text(reading.value(row.figure).value)
    except NoSuchFigure:
        return Frozen(row.figure, row.name, row.unit, row.as_of, row.exact, None, agrees=False)
    return Frozen(row.figure, row.name, row.unit, row.as_of, row.exact, now, agrees=now == row.exact)


def _proposal_of(report: SignedReport) -> Proposal | None:
    """The proposal the report's act executed: the one whose last signature was written by that act."""
    last = Signature.objects.filter(act_id=report.act_id, proposal__code="report.sign").order_by("pk").first()
    return last.proposal if last else None


def _signers(proposal: Proposal) -> tuple[tuple[str, str, str, date], ...]:
    """Role, name, post and day of everybody who signed, in the order of their steps."""
    names = dict(Staff.objects.order_by("pk").values_list("code", "name"))
    rows = Signature.objects.filter(proposal=proposal, decision="AGREE").order_by("step")
    return tuple((row.role, names.get(row.person, row.person), row.post, row.business_date) for row in rows)


def _shown(exact: str, unit: str) -> str:
    try:
        return show(_number(exact), Unit(unit))
    except ValueError:
        return exact


def _difference(before: str, now: str, unit: str) -> str:
    change = _number(now) - _number(before)
    sign = "+" if change > 0 else ""
    return sign + show(int(change) if change.denominator == 1 else change, Unit(unit))


def _number(exact: str) -> int | Fraction:
    number = Fraction(exact)
    return int(number) if number.denominator == 1 else number

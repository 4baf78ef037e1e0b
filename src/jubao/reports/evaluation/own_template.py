"""What an office's own report template may name: every figure by its id, and the words of the cover."""

from collections.abc import Iterator, Mapping

from jubao.documents.evaluation_form import SelfEvaluationForm
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.narrative import day_in_words


class FigureTexts(Mapping[str, str]):
    """Values with their units by figure id, measured when a template asks; unknown ids raise NoSuchFigure."""

    def __init__(self, reading: Reading) -> None:
        """Keep the reading."""
        self.reading = reading

    def __getitem__(self, figure_id: str) -> str:
        """The value with its unit."""
        return self.reading.value(figure_id).with_unit

    def __iter__(self) -> Iterator[str]:
        """The ids measured so far."""
        return iter(self.reading.measured())

    def __len__(self) -> int:
        """How many were measured so far."""
        return len(self.reading.measured())


def cover_words(form: SelfEvaluationForm, reading: Reading) -> dict[str, str]:
    """Year, days, unit and result as words of the template."""
    dated = form.cover.report_date
    return {
        "year": str(form.cover.year),
        "day": day_in_words(reading),
        "report_date": f"{dated.year}年{dated.month}月{dated.day}日",
        "district": form.cover.district,
        "unit": form.cover.unit,
        "score": "" if form.score is None else f"{form.score.normalize():f}",
        "grade": form.grade,
    }

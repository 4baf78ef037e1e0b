"""Figures of the office itself: staff, fixed assets, surveys; its budget stands in ``budget``."""

from collections.abc import Callable

from django.db.models import Q

from jubao.records.models import Asset, Office, Staff, Survey
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Cases, LatestStated, Measure, People, Total
from jubao.reports.figures.window import Window

ASSET_USES = {"in_use": ("在用", "in use"), "leased_out": ("出租", "leased out"), "other": ("其他", "other")}
SURVEYS = {
    "awareness": ("知晓率", "政策知晓率", "Awareness"),
    "satisfaction": ("满意度", "群众满意度", "Satisfaction"),
}


def _staff(window: Window, **wanted: str) -> Part:
    return Part(Staff.objects.filter(window.known(), external=False), Named("code", "name"), where=Q(**wanted))


def _posts(window: Window) -> Measure:
    return LatestStated(Part(Office.objects.filter(window.known()), Named("budget_code", "name"), "posts_authorised"))


def _assets(wanted: Q) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        rows = Asset.objects.filter(window.known(), acquired__lte=window.last)
        return Total(Part(rows, Named("asset_number", "name"), "value_fen", wanted), blank=True)

    return measure


def _survey(question: str, field: str) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        rows = Survey.objects.filter(window.known(), window.dated("surveyed_date"))
        return Total(Part(rows, Named("division"), field, Q(question=question)), blank=True)

    return measure


def _people(key: str, name: str, english: str, definition: str, measure: Callable[[Window], Measure]) -> Figure:
    return Figure(f"office.{key}", name, english, Unit.PEOPLE, definition, measure, whole_year=True)


STAFF = (
    _people("posts_authorised", "编制人数", "Posts authorised", "机构核定的编制数", _posts),
    _people(
        "staff_actual",
        "实有人数",
        "Staff",
        "在册工作人员数，不含上级人员",
        lambda window: Cases(_staff(window)),
    ),
    _people(
        "directors",
        "主任人数",
        "Directors",
        "在册工作人员中职务为主任的人数",
        lambda window: Cases(_staff(window, title="主任")),
    ),
    _people(
        "deputy_directors",
        "副主任人数",
        "Deputy directors",
        "在册工作人员中职务为副主任的人数",
        lambda window: Cases(_staff(window, title="副主任")),
    ),
    Figure(
        "office.sections",
        "内设机构数",
        "Sections",
        Unit.PIECES,
        "在册工作人员所在的内设机构数",
        lambda window: People(Part(_staff(window).source, Named("section"))),
        whole_year=True,
    ),
)


def _asset(key: str, name: str, english: str, wanted: Q) -> Figure:
    definition = f"年末{name}原值合计"
    return Figure(f"assets.{key}", name, english, Unit.MONEY, definition, _assets(wanted), whole_year=True)


ASSETS = (
    _asset("total", "固定资产合计", "Fixed assets", Q()),
    *(_asset(key, f"{use}固定资产", f"Assets {english}", Q(use=use)) for key, (use, english) in ASSET_USES.items()),
)


def _survey_figures(key: str, question: str, name: str, english: str) -> tuple[Figure, ...]:
    positive, answers = f"survey.{key}_positive", f"survey.{key}_answers"
    rate = derived("positive / answers * 100", positive=positive, answers=answers)
    sheets = {
        positive: (f"{question}肯定答卷", f"{english}: positive answers", "positive"),
        answers: (f"{question}有效答卷", f"{english}: answers", "respondents"),
    }
    counted = [
        Figure(
            figure_id,
            words,
            english_words,
            Unit.SHEETS,
            f"年内{words}数",
            _survey(question, field),
            whole_year=True,
        )
        for figure_id, (words, english_words, field) in sheets.items()
    ]
    definition = f"年内{question}调查的肯定答卷除以有效答卷"
    return (Figure(f"survey.{key}", name, english, Unit.PERCENT, definition, rate, whole_year=True), *counted)


OFFICE = (
    *STAFF,
    *ASSETS,
    *(
        figure
        for key, (question, name, english) in SURVEYS.items()
        for figure in _survey_figures(key, question, name, english)
    ),
)

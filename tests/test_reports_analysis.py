"""Figures, statistics and reports as they are looked at: days, parts, pages of rows, months, the marked report."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from jubao.documents.evaluation_paper import paper_of
from jubao.documents.reading import Line, read_paper
from jubao.documents.self_evaluation import self_evaluation_bytes
from jubao.ledger.models import Voucher
from jubao.records.keyed_numbers import keyed
from jubao.records.models import Contribution
from jubao.reports.analysis.budget import department_budget
from jubao.reports.analysis.days import days_asked
from jubao.reports.analysis.groups import GROUPS, group_of
from jubao.reports.analysis.marked import MarkedReading, marked, pieces, plain_paper, unmarked
from jubao.reports.analysis.opened import AskedOfFigure, opened_figure
from jubao.reports.analysis.people import charts_of_year
from jubao.reports.analysis.year import same_day_last_year, year_of_figures
from jubao.reports.catalogue.figures import catalogue
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.narrative import figures_named
from jubao.reports.evaluation.self_evaluation import fill_self_evaluation
from jubao.reports.figures.cut import cut
from jubao.reports.figures.paged import Leads, behind_page
from jubao.reports.lists.filters import CannotFilter
from jubao.vocabulary.viewer import MayNotLook, Recused
from tests.office import MASKED, VILLAGE
from tests.reports_year import answer_for_the_year, built_once, payer

SPRING = date(2017, 3, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker, answer_for_the_year)


# ── the days ─────────────────────────────────────────────────────────────────────────────────────


def test_without_being_asked_the_year_is_where_the_books_stand(books):
    days = days_asked(MASKED)  # the last act is of 8 January 2018, he looks at the end of 2018
    assert (days.year, days.as_of) == (2018, date(2018, 1, 8))
    assert days_asked(replace(MASKED, day=date(2017, 6, 1))).as_of == date(2017, 3, 22)


def test_a_year_that_is_over_counts_to_its_end_and_knows_what_came_later(books):
    days = days_asked(MASKED, year="2017")
    assert (days.as_of, days.settled) == (date(2017, 12, 31), date(2018, 1, 8))
    assert days.years[0] == 2018


@pytest.mark.parametrize(
    ("year", "day"), [("17", ""), ("二〇一七", ""), ("", "2017-13-01"), ("", "昨天"), ("2018", "2017-12-31")]
)
def test_a_day_that_is_none_is_refused_with_the_value(books, year, day):
    with pytest.raises(CannotFilter) as no:
        days_asked(MASKED, year=year, as_of=day)
    assert (year or day) in str(no.value)


@pytest.mark.parametrize("text", ["2017-12-15", "2017.12.15", "2017/12/15", "20171215"])
def test_a_day_is_read_as_people_write_it(books, text):
    assert days_asked(MASKED, as_of=text).as_of == date(2017, 12, 15)


def test_the_day_before_stands_for_the_leap_day():
    assert same_day_last_year(date(2016, 2, 29)) == date(2015, 2, 28)
    assert same_day_last_year(date(2017, 12, 31)) == date(2016, 12, 31)


# ── groups ───────────────────────────────────────────────────────────────────────────────────────


def test_every_figure_stands_in_one_group():
    areas = [area for group in GROUPS for area in group.areas]
    assert len(areas) == len(set(areas))
    assert {group_of(figure_id) for figure_id in catalogue()} == set(GROUPS)


def test_the_report_names_figures_of_the_catalogue_once():
    named = figures_named()
    assert len(named) == len(set(named)) == 77
    assert set(named) <= set(catalogue())


# ── a year ───────────────────────────────────────────────────────────────────────────────────────


def test_a_year_of_figures_has_targets_and_takes_at_most_sixty_statements(books, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        it = year_of_figures(viewer=MASKED, year="2017", as_of="2017-03-31")
    rows = {row.value.figure.id: row for row in it.rows}
    assert list(rows) == list(figures_named())
    received = rows["collection.received"]
    assert received.value.value == 60_000
    assert [(one.value.value, one.share) for one in received.targets] == [(50_000, 120), (100_000, 60)]
    assert received.last_year is None  # there were no books on 31 March 2016
    assert rows["office.staff_actual"].targets == ()


@pytest.mark.parametrize("group", [group.key for group in GROUPS])
def test_every_group_is_shown_whole(books, group, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        it = year_of_figures(viewer=MASKED, year="2017", group=group)
    counts = {one.key: count for one, count in it.groups}
    assert len(it.rows) == counts[group] > 0


def test_last_year_is_the_same_day_of_the_year_before(books):
    it = year_of_figures(viewer=MASKED, year="2018", as_of="2018-03-31", group="collection")
    received = {row.value.figure.id: row for row in it.rows}["collection.received"]
    assert received.value.value == 0
    assert received.last_year.value == 60_000
    assert received.last_year.as_of == date(2017, 3, 31)


def test_a_group_nobody_knows_is_refused_and_who_has_one_village_sees_no_sum(books):
    with pytest.raises(CannotFilter, match="闲话"):
        year_of_figures(viewer=MASKED, group="闲话")
    with pytest.raises(MayNotLook, match="全区"):
        year_of_figures(viewer=replace(MASKED, scope=frozenset({VILLAGE})))


# ── one figure ───────────────────────────────────────────────────────────────────────────────────


def test_what_stands_under_a_label_adds_up_to_its_part(books):
    reading = Reading(2017, SPRING)
    tried = 0
    for figure_id in reading.every():
        figure = reading.find(figure_id)
        for by in reading.breakdowns(figure_id):
            for label, value in reading.broken_down(figure_id, by):
                part = cut(figure, reading.window(figure), by=by, label=label)
                assert part.add_up(part.rows(reading)) == value, (figure_id, by, label)
                tried += 1
    assert tried > 500


def test_who_has_rows_under_several_labels_stands_under_none_of_them(books):
    first = Contribution.objects.get(person__name="甲")
    point = transaction.savepoint()
    outlet = Contribution.objects.filter(person__name="乙").values_list("outlet", flat=True).get()
    own = {"person": first.person, "batch": first.batch, "act": first.act, "received_date": first.received_date}
    Contribution.objects.create(
        **own, line=99, year=2016, kind=first.kind, amount_fen=100, outlet_id=outlet, paid_by="现金"
    )
    reading = Reading(2017, SPRING)
    figure = reading.find("collection.payers")

    def under(by, label):
        part = cut(figure, reading.window(figure), by=by, label=label)
        return sorted(row.name for row in part.rows(reading))

    found = [dict(reading.broken_down("collection.payers", by)) for by in ("outlet", "paid_by")]
    named = [
        under("outlet", "乙社区网点"),
        under("outlet", "多项"),
        under("outlet", "未登记"),
        under("paid_by", "多项"),
    ]
    transaction.savepoint_rollback(point)
    assert found == [{"乙社区网点": 2, "多项": 1}, {"刷卡": 1, "现金": 1, "多项": 1}]
    assert named == [["丙", "乙"], ["甲"], [], ["甲"]]


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_pages_of_rows_show_every_row_once(books, limit):
    reading = Reading(2017, SPRING)
    for figure_id in (
        "collection.received",
        "register.insured",
        "accounts.balance",
        "payment.pensions",
        "fund.surplus",
    ):
        found, after = [], ""
        while after is not None:
            page = behind_page(reading, figure_id, viewer=MASKED, after=after, limit=limit)
            found += [one.row for one in page.rows]
            after = page.after
        behind = list(reading.behind(figure_id, viewer=MASKED))
        assert sorted(map(str, found)) == sorted(map(str, behind)), figure_id
        assert reading.add_up(figure_id, found) == reading.value(figure_id).value


def test_rows_lead_to_people_vouchers_and_figures(books):
    reading = Reading(2017, SPRING)

    def leads(figure_id):
        return {one.leads for one in behind_page(reading, figure_id, viewer=MASKED).rows}

    assert leads("collection.received") == {Leads.PERSON}
    assert leads("fund.income.personal") == {Leads.VOUCHER}
    vouchers = {one.key for one in behind_page(reading, "fund.income.personal", viewer=MASKED).rows}
    assert all(key.startswith("FUND-2017") for key in vouchers)
    received = behind_page(reading, "fund.upper_received", viewer=MASKED).rows
    assert received
    assert {one.leads for one in received} == {Leads.VOUCHER}
    booked = {f"{one.book}-{one.period}-{one.number}": one.reference for one in Voucher.objects.all()}
    assert [booked[one.key] for one in received] == [one.row.reference for one in received]
    assert leads("collection.completion.bureau") == {Leads.FIGURE}
    assert leads("office.sections") == {Leads.NOTHING}


def test_rows_about_people_one_stays_away_from_are_left_out_and_counted(books):
    near = replace(MASKED, recused=Recused(frozenset({keyed(payer("甲"))}), keyed))
    page = behind_page(Reading(2017, SPRING), "collection.received", viewer=near)
    assert [one.row.name for one in page.rows] == ["乙", "丙"]
    assert page.left_out == 1


@pytest.mark.parametrize("after", ["x", "1.x", "\uff11", "-1", "1.2.3"])
def test_a_place_that_is_none_is_refused(books, after):
    with pytest.raises(CannotFilter, match="位置"):
        opened_figure("collection.received", AskedOfFigure(year="2017", after=after), viewer=MASKED)


def test_a_figure_opens_to_its_parts_months_and_relations(books):
    it = opened_figure(
        "collection.received", AskedOfFigure(year="2017", as_of="2017-03-31", by="outlet"), viewer=MASKED
    )
    assert [(one.label, one.value) for one in it.parts] == [("乙社区网点", 30_000), ("未登记", 30_000)]
    assert [step.value for step in it.path[:4]] == [0, 0, 60_000, None]
    assert it.path[2].on == SPRING
    assert [step.goal for step in it.path][-1] == 100_000  # the greater of two tasks
    assert it.path[0].goal == 8_493  # 31 of 365 days of 1,000.00 yuan
    assert it.count == 3
    assert it.sources == ("缴费",)
    paid = opened_figure(
        "collection.received", AskedOfFigure(year="2017", as_of="2017-03-31", by="paid_by"), viewer=MASKED
    )
    assert {one.label: one.value for one in paid.parts} == {"刷卡": 10_000, "现金": 20_000, "代扣": 30_000}


def test_a_figure_made_from_others_shows_its_formula_and_agreement(books):
    it = opened_figure("budget.expenditure.basic", AskedOfFigure(year="2017"), viewer=MASKED)
    assert [one.figure.id for one in it.made_from] == ["budget.expenditure.personnel", "budget.expenditure.public_use"]
    assert it.formula == "《人员支出》 + 《公用支出》"
    assert all(one.holds for one in it.relations)
    assert len(it.relations) == 2
    assert it.path == ()


def test_a_path_waits_to_be_asked_for_where_people_are_many(books, monkeypatch):
    monkeypatch.setattr("jubao.reports.analysis.path.FEW_PEOPLE", 3)
    waiting = opened_figure("register.insured", AskedOfFigure(year="2017"), viewer=MASKED)
    assert (waiting.path, waiting.has_path) == ((), False)
    assert opened_figure("register.insured", AskedOfFigure(year="2017", path="all"), viewer=MASKED).path


def test_a_figure_nobody_knows_is_none_and_a_wrong_breakdown_is_said(books):
    assert opened_figure("collection.nothing", AskedOfFigure(), viewer=MASKED) is None
    with pytest.raises(CannotFilter, match="分组"):
        opened_figure("collection.received", AskedOfFigure(year="2017", by="colour"), viewer=MASKED)


# ── drawings of people ───────────────────────────────────────────────────────────────────────────


def test_drawings_of_people_count_everybody_once(books):
    it = charts_of_year(viewer=MASKED, year="2017", as_of="2017-03-31")
    reading = Reading(2017, SPRING)
    assert sum(band.men.value + band.women.value for band in it.ages) == reading.value("register.insured").value == 10
    assert sum(one.value for one in it.payers) == sum(
        reading.value(one).value for one in ("benefits.basic_paid", "benefits.account_paid")
    )
    [village] = it.villages
    assert village.name == "乙社区"
    assert [month and month.paid for month in village.months[:4]] == [0, 0, 3, None]


# ── the report ───────────────────────────────────────────────────────────────────────────────────


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cn")), min_size=1), st.sampled_from(["a.b", "c"]))
def test_a_marked_number_reads_as_it_is_printed(text, figure_id):
    sentence = f"前{marked(figure_id, text)}后"
    assert unmarked(sentence) == f"前{text}后"
    [before, number, after] = pieces(sentence, {figure_id: "r1"})
    assert (before.text, number.text, number.figure, number.why, after.text) == ("前", text, figure_id, "r1", "后")


def test_the_marked_report_is_the_printed_one(books, tmp_path: Path):
    form = fill_self_evaluation(Reading(2017, SPRING, settled=date(2018, 1, 8)))
    path = tmp_path / "report.docx"
    path.write_bytes(self_evaluation_bytes(form))
    written = [part for part in read_paper(path).parts if not (isinstance(part, Line) and not part.text)]
    assert list(paper_of(form, "report.docx").parts) == written
    with_marks = fill_self_evaluation(MarkedReading(2017, SPRING, settled=date(2018, 1, 8)))
    assert list(plain_paper(with_marks, "report.docx").parts) == written


# ── the department budget ────────────────────────────────────────────────────────────────────────


def test_the_budget_shows_lines_objectives_targets_and_score(books, django_assert_max_num_queries):
    with django_assert_max_num_queries(50):
        it = department_budget(viewer=MASKED, year="2017")
    assert [(one.executed.item, one.executed.budget_fen, one.executed.spent_fen) for one in it.items] == [
        ("301", 60_000, 60_000),
        ("302", 30_000, 30_000),
        ("P1", 10_000, 10_000),
    ]
    assert it.total.executed.budget_fen == 100_000
    assert [(one.group, one.amount_fen) for one in it.income] == [("公共财政拨款", 100_000)]
    assert [one.item.executed.item for one in it.objectives] == ["P1"]
    assert [one.result for one in it.indicators] == ["已到位", "已完成", "96%", ""]
    assert it.scored.points == "93"
    assert it.scored.lost == 3


def test_a_year_without_a_budget_says_so(books):
    it = department_budget(viewer=MASKED, year="2018")
    assert "没有 2018 年的支出预算" in it.missing
    assert it.items == ()

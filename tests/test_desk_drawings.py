"""Drawings: inside their frame, in proportion, never broken by nothing, minus or hostile names."""

from dataclasses import replace
from itertools import pairwise

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from jubao.desk.drawings.bars import Bars, bar, bars
from jubao.desk.drawings.element import element, tenths
from jubao.desk.drawings.heat import ROWS_AT_MOST, Cell, Group, Heat, Row, heat
from jubao.desk.drawings.lines import Lines, Series, lines
from jubao.desk.drawings.numbers import table
from jubao.desk.drawings.point import Point, shortened
from jubao.desk.drawings.pyramid import Band, Pyramid, pyramid
from jubao.desk.drawings.scale import scale_over
from jubao.desk.drawings.unit import PEOPLE, PERCENT, WAN, YUAN
from jubao.vocabulary.both import Language, both, speaking

pytestmark = pytest.mark.sqlite  # it asks no books; once is enough

FUND = 10**13
AMOUNTS = st.integers(-FUND, FUND)
COUNTS = st.integers(0, 10**6)
LABELS = st.text(max_size=30)
HOSTILE = "</title><script>alert(1)</script>\"' onload=x &amp; \x00\x08"


def drawn(svg):
    """The drawing as a tree: it must be well-formed."""
    return fromstring(str(svg))


def number(node, name):
    return float(node.get(name))


def frame(tree):
    _, _, width, height = (float(part) for part in tree.get("viewBox").split())
    return width, height


def points_of(tree):
    return [
        [tuple(float(part) for part in pair.split(",")) for pair in line.get("points").split()]
        for line in tree.iter("polyline")
    ]


# ── the axis ─────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(AMOUNTS))
def test_an_axis_is_round_holds_zero_and_all_values_and_has_at_most_five_lines(values):
    scale = scale_over(values)
    assert scale.low <= min([0, *values]) <= max([0, *values]) <= scale.high
    assert 0 in scale.lines
    assert len(scale.lines) <= 5
    assert str(scale.step).rstrip("0") in {"1", "2", "5"}


@given(st.lists(AMOUNTS, min_size=2), st.integers(1, 10_000))
def test_places_on_the_axis_keep_order_and_stay_between_its_ends(values, width):
    scale = scale_over(values)
    places = [scale.at(value, 0, width) for value in sorted(values)]
    assert places == sorted(places)
    assert all(0 <= place <= width for place in places)


def test_an_axis_is_the_shortest_round_one():
    assert scale_over([1280]).lines == (0, 500, 1000, 1500)
    assert scale_over([7]).lines == (0, 2, 4, 6, 8)
    assert scale_over([-3, 8]).lines == (-5, 0, 5, 10)
    assert scale_over([-30, -1]).lines == (-30, -20, -10, 0)
    assert scale_over([0, 0]).lines == (0,)


# ── how numbers are written ──────────────────────────────────────────────────────────────────────


def test_numbers_are_written_as_people_write_them():
    assert WAN.show(1_176_270_000) == "1,176.27"
    assert WAN.show(-1) == "0.00"
    assert YUAN.show(-12_345) == "−123.45"
    assert PERCENT.show(1_009_900) == "100.99"
    assert PEOPLE.show(11_471) == "11,471"
    assert PEOPLE.show(None) == "—"
    assert WAN.mark(500_000) == "0.5"
    assert WAN.mark(4_000_000_000) == "4,000"


def test_coordinates_are_whole_tenths():
    assert [tenths(place) for place in (0, 5, 1874, -12)] == ["0", "0.5", "187.4", "-1.2"]


@pytest.mark.parametrize(("label", "kept"), [("柳塘镇", "柳塘镇"), ("洞庭湖大道社区居委会", "洞庭湖大…"), ("", "")])
def test_a_label_is_cut_where_it_does_not_fit(label, kept):
    assert shortened(label, 10) == kept


# ── bars ─────────────────────────────────────────────────────────────────────────────────────────


def breakdown(values, label="柳塘镇"):
    points = tuple(Point(label, value, f"/lists/paid?division={place}") for place, value in enumerate(values))
    return Bars(both("各乡镇实收", "Received by township"), WAN, both("乡镇街道", "Township"), points)


@given(st.lists(AMOUNTS, min_size=1, max_size=40))
def test_bars_lie_inside_the_drawing_and_are_as_long_as_their_values(values):
    tree = drawn(bars(breakdown(values)))
    width, height = frame(tree)
    shapes = list(tree.iter("rect"))
    assert len(shapes) == len(values)
    for shape in shapes:
        assert 0 <= number(shape, "x") <= number(shape, "x") + number(shape, "width") <= width
        assert 0 <= number(shape, "y") <= number(shape, "y") + number(shape, "height") <= height
    longest = max((abs(value) for value in values), default=0)
    full = max((number(shape, "width") for shape in shapes), default=0)
    for value, shape in zip(values, shapes, strict=True):
        if longest:
            assert number(shape, "width") == pytest.approx(full * abs(value) / longest, abs=0.3)


def test_every_bar_opens_its_list_and_is_spoken_with_its_unit_and_goal():
    point = Point("柳塘镇", 213_400_000, "/lists/paid?division=7", goal=198_000_000)
    tree = drawn(bars(replace(breakdown([]), points=(point,))))
    (link,) = tree.iter("a")
    assert link.get("href") == "/lists/paid?division=7"
    assert link.get("aria-label") == "柳塘镇 213.40 万元，目标 198.00 万元，打开名单"
    assert link.find("title").text == "柳塘镇 213.40 万元，目标 198.00 万元"
    assert [line.get("class") for line in link.iter("line")] == ["goal"]


def test_a_drawing_speaks_the_readers_language():
    with speaking(Language.ENGLISH):
        tree = drawn(bars(breakdown([100_000_000], label="Liutang")))
    assert tree.find("title").text == "Received by township"
    assert next(tree.iter("a")).get("aria-label") == "Liutang 100.00 10,000 yuan, open the list"


def test_a_small_bar_marks_its_goal_and_never_passes_its_cell():
    scale = scale_over([1000, 500])
    tree = drawn(bar(500, scale=scale, goal=1000, behind=True))
    value, goal = tree.iter("rect")
    assert (value.get("class"), value.get("width"), value.get("x")) == ("f2", "55", "0")
    assert number(goal, "x") + number(goal, "width") <= 110
    assert tree.get("aria-hidden") == "true"
    assert drawn(bar(-3, scale=scale_over([-3, 8]))).find("rect").get("class") == "stop"
    assert drawn(bar(0, scale=scale_over([0]))).find("rect").get("width") == "0"


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


def path(*series):
    months = tuple(f"{month}月" for month in range(1, len(series[0]) + 1)) if series else ()
    named = tuple(
        Series(
            name, tuple(None if v is None else Point(m, v, f"/l?m={m}") for m, v in zip(months, values, strict=True))
        )
        for name, values in zip(("实收累计", "目标进度"), series, strict=False)
    )
    return Lines(both("收缴进度", "Collection"), WAN, both("月份", "Month"), months, named)


@given(st.lists(COUNTS, min_size=2, max_size=30))
def test_a_line_rises_wherever_its_numbers_rise(steps):
    values = [sum(steps[: place + 1]) for place in range(len(steps))]
    (line,) = points_of(drawn(lines(path(values))))
    assert len(line) == len(values)
    for (x, y), (next_x, next_y) in pairwise(line):
        assert next_x > x
        assert next_y <= y


@given(st.lists(st.none() | AMOUNTS, max_size=30), st.data())
def test_lines_stay_inside_and_break_where_a_value_is_missing(values, chosen):
    second = chosen.draw(st.lists(st.none() | AMOUNTS, min_size=len(values), max_size=len(values)))
    tree = drawn(lines(path(values, second)))
    width, height = frame(tree)
    for line in points_of(tree):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in line)
    assert len(list(tree.iter("a"))) == sum(value is not None for value in values + second)
    for name in tree.iter("text"):
        assert 0 <= number(name, "x") <= width
        assert 0 <= number(name, "y") <= height


def test_a_line_breaks_where_a_value_is_missing():
    [line] = points_of(drawn(lines(path([1, None, 3, 4]))))
    assert len(line) == 2
    assert len(list(drawn(lines(path([1, None, 3, 4]))).iter("circle"))) == 3


def test_the_second_line_is_dashed_and_both_are_named_at_their_ends_apart():
    tree = drawn(lines(path([100, 200, 300], [100, 200, 300])))
    assert sorted(line.get("class") for line in tree.iter("polyline")) == ["l1", "l2"]
    ends = {text.text: number(text, "y") for text in tree.iter("text") if text.text in {"实收累计", "目标进度"}}
    assert abs(ends["实收累计"] - ends["目标进度"]) >= 14


def test_a_third_line_is_our_own_mistake():
    with pytest.raises(AssertionError, match="two lines"):
        replace(path([1, 2]), series=(Series("a", (None, None)),) * 3)


# ── pyramid ──────────────────────────────────────────────────────────────────────────────────────


def ages(pairs):
    bands = tuple(
        Band(
            f"{place * 5}–{place * 5 + 4}",
            Point(f"男 {place * 5} 岁起", men, f"/lists/people?sex=m&band={place}"),
            Point(f"女 {place * 5} 岁起", women, f"/lists/people?sex=f&band={place}"),
        )
        for place, (men, women) in enumerate(pairs)
    )
    return Pyramid(both("年龄", "Ages"), both("年龄段", "Ages"), both("男", "Men"), both("女", "Women"), bands)


@given(st.lists(st.tuples(st.integers(-5, 10**6), st.integers(-5, 10**6)), max_size=25))
def test_a_pyramid_grows_outwards_on_both_sides_by_one_measure(pairs):
    tree = drawn(pyramid(ages(pairs)))
    width, height = frame(tree)
    shapes = list(tree.iter("rect"))
    lengths = {}
    for (men, women), (left, right) in zip(pairs, zip(shapes[::2], shapes[1::2], strict=True), strict=True):
        assert 0 <= number(left, "x") <= number(left, "x") + number(left, "width") <= width / 2
        assert width / 2 <= number(right, "x") <= number(right, "x") + number(right, "width") <= width
        assert number(left, "y") + number(left, "height") <= height
        for value, shape in ((men, left), (women, right)):
            lengths.setdefault(max(value, 0), number(shape, "width"))
            assert lengths[max(value, 0)] == pytest.approx(number(shape, "width"), abs=0.15)
    assert [lengths[value] for value in sorted(lengths)] == sorted(lengths.values())


def test_the_oldest_stand_on_top():
    tree = drawn(pyramid(ages([(10, 10), (5, 6), (1, 2)])))
    tops = [number(shape, "y") for shape in list(tree.iter("rect"))[::2]]
    assert tops == sorted(tops, reverse=True)


# ── heat ─────────────────────────────────────────────────────────────────────────────────────────


def villages(count, *, townships=20, of=50):
    months = tuple(f"{month}月" for month in range(1, 13))
    rows = tuple(
        Row(
            f"第{place}村",
            Group(f"第{place % townships}镇", f"?township={place % townships}"),
            tuple(Cell(month, of, f"/lists/paid?village={place}&month={month}") for month in range(12)),
            f"/lists/paid?village={place}",
        )
        for place in range(count)
    )
    title = both("各村缴费进度", "Collection by village")
    return Heat(title, both("村、社区", "Village"), both("乡镇街道", "Township"), months, PEOPLE, rows)


@pytest.mark.parametrize(("count", "rows"), [(0, 0), (1, 1), (ROWS_AT_MOST, ROWS_AT_MOST), (2000, 20)])
def test_too_many_villages_are_drawn_as_their_townships(count, rows):
    grid = villages(count)
    tree = drawn(heat(grid))
    assert len(list(tree.iter("rect"))) == rows * 12
    width, height = frame(tree)
    for cell in tree.iter("rect"):
        assert number(cell, "x") + number(cell, "width") <= width
        assert number(cell, "y") + number(cell, "height") <= height
    assert len(grid.numbers().rows) == rows


def test_a_townships_rate_is_that_of_its_people_not_a_mean_of_rates():
    small = Row("小村", Group("柳塘镇", "?t=1"), (Cell(1, 1),))
    large = Row("大村", Group("柳塘镇", "?t=1"), (Cell(0, 99),))
    grid = replace(villages(0), months=("1月",), rows=(small, large) + (small, large) * ROWS_AT_MOST)
    (row,) = grid.drawn
    assert row.cells[0] == Cell(61, 6100, "?t=1")
    (link, *_) = [node for node in drawn(heat(grid)).iter("a") if node.find("rect") is not None]
    assert link.get("aria-label") == "柳塘镇 1月 1.00 %，61／6,100 人，打开名单"


def test_more_townships_than_can_be_drawn_end_in_all_others():
    grid = villages(2000, townships=200)
    drawn_rows = grid.drawn
    assert len(drawn_rows) == ROWS_AT_MOST
    assert str(drawn_rows[-1].label) == "其余 141 个"
    total = sum(cell.of for row in drawn_rows for cell in row.cells)
    assert total == 2000 * 12 * 50


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=60))
def test_a_fuller_cell_is_never_paler(cells):
    row = Row("枫桥村", Group("柳塘镇"), tuple(Cell(value, of) for value, of in cells))
    tree = drawn(heat(replace(villages(0), months=tuple(map(str, range(len(cells)))), rows=(row,))))
    shades = [float(cell.get("fill-opacity")) for cell in tree.iter("rect")]
    for (cell, shade), (other, other_shade) in pairwise(sorted(zip(row.cells, shades, strict=True), key=_degree)):
        assert cell.degree <= other.degree
        assert shade <= other_shade


def _degree(pair):
    return (pair[0].degree, pair[1])


# ── all of them ──────────────────────────────────────────────────────────────────────────────────


def every_drawing(label):
    point = Point(label, 3, "/lists/paid", goal=5)
    yield bars(Bars(label, PEOPLE, label, (point,)))
    yield table(Bars(label, PEOPLE, label, (point,)).numbers())
    yield lines(Lines(label, PEOPLE, label, (label,), (Series(label, (point,)),)))
    yield table(Lines(label, PEOPLE, label, (label,), (Series(label, (point,)),)).numbers())
    yield pyramid(Pyramid(label, label, label, label, (Band(label, point, point),)))
    grid = Heat(label, label, label, (label,), PEOPLE, (Row(label, Group(label), (Cell(3, 5, "/l"),), "/l"),))
    yield heat(grid)
    yield table(grid.numbers())


@given(LABELS)
def test_no_name_breaks_a_drawing(label):
    for svg in every_drawing(label):
        assert drawn(svg).tag in {"svg", "div"}


def test_a_hostile_name_stays_a_name():
    for svg in every_drawing(HOSTILE):
        tree = drawn(svg)
        assert "<script" not in str(svg)
        assert "style=" not in str(svg)
        assert not list(tree.iter("script"))
        assert all(name in {"href", "class", "aria-label"} for link in tree.iter("a") for name in link.attrib)


def test_a_breakdown_of_nothing_says_so_in_words():
    told = drawn(bars(breakdown([])))
    assert (told.tag, told.get("class"), told.text) == ("div", "empty", "到这一天还没有数。")
    with speaking(Language.ENGLISH):
        assert drawn(bars(breakdown([]))).text == "Nothing yet on this day."


def test_drawings_of_nothing_are_drawings():
    empty = [
        bars(breakdown([0, 0])),
        lines(path([])),
        lines(path()),
        lines(path([0, 0])),
        lines(path([None, None])),
        lines(path([7])),
        pyramid(ages([])),
        pyramid(ages([(0, 0)])),
        heat(villages(0)),
    ]
    for svg in empty:
        tree = drawn(svg)
        assert tree.get("role") == "group"
        assert tree[0].tag == "title"
        assert all(float(part) >= 0 for part in tree.get("viewBox").split())


def test_all_texts_say_what_they_say_in_the_sheets_twelve_pixels():
    for svg in (bars(breakdown([1])), lines(path([1, 2])), pyramid(ages([(1, 1)])), heat(villages(3))):
        tree = drawn(svg)
        assert tree.get("class") == "chart"
        assert not [text for text in tree.iter("text") if text.get("font-size")]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://elsewhere", "//elsewhere", "/\\elsewhere"])
def test_a_drawing_links_to_the_desk_only(address):
    with pytest.raises(AssertionError, match="pages of the desk"):
        Point("柳塘镇", 1, address)


def test_the_table_beside_holds_the_same_numbers_and_links():
    tree = drawn(table(breakdown([100_000_000, 250_000_000]).numbers()))
    assert [cell.text for cell in tree.iter("td")] == ["100.00", "250.00"]
    assert [link.get("href") for link in tree.iter("a")] == ["/lists/paid?division=0", "/lists/paid?division=1"]
    assert [head.text for head in tree.iter("th") if head.get("scope") == "col"] == ["乡镇街道", "万元"]


def test_an_element_escapes_what_it_is_given():
    assert element("text", "<&>", x='"') == '<text x="&quot;">&lt;&amp;&gt;</text>'
    assert element("g", element("b")) == "<g><b></b></g>"

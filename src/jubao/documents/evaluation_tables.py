"""Parts 一, 三 and 四 of the self-evaluation form as rows of cells, merged as the form is printed."""

from collections.abc import Sequence

from jubao.documents.evaluation_form import (
    Evaluator,
    IndicatorRow,
    Objective,
    Profile,
    Section,
    SelfEvaluationForm,
    Signatures,
)
from jubao.documents.evaluation_money import Row, label
from jubao.documents.grid import Cell, Line
from jubao.documents.word import SONG_BOLD

PROFILE_WIDTHS_CM = (3.0, 5.1, 3.0, 5.1)
PERFORMANCE_WIDTHS_CM = (2.2, 2.6, 2.5, 4.3, 2.2, 2.4)
EVALUATOR_WIDTHS_CM = (3.2, 3.6, 5.8, 3.6)

OUTPUT, EFFECT = "产出目标", "效益目标"
KINDS = {
    OUTPUT: ("质量指标", "数量指标", "时效指标", "成本指标"),
    EFFECT: ("社会效益", "经济效益", "生态效益", "社会公众或服务对象满意度"),
}
GROUP_NOTES = {
    OUTPUT: "（部门工作实绩，即绩效办制定的单位年度考核计分办法中考核的部门工作实绩内容）",
    EFFECT: "（预期实现的效益）",
}
EMPTY_EVALUATORS = 4  # the form leaves room for four signatures
SIGN_HERE = ""
UNIT_SIGNS = Line("部门（单位）负责人（签字）：", "right", inset_cm=4.4)
DATE_LINE = Line("年\u3000\u3000月\u3000\u3000日", "right", inset_cm=1.2)


class IndicatorNotOnForm(ValueError):
    """An indicator names a group or kind for which the form has no place."""


def profile_rows(profile: Profile) -> list[Row]:
    """Part 一: four columns; long texts run beside their label."""
    return [
        [label("联系人"), Cell(profile.contact), label("联络电话"), Cell(profile.phone)],
        [label("人员编制"), _count(profile.authorised), label("实有人数"), _count(profile.actual)],
        [label("职能职责概述"), _text([profile.duties])],
        [label("年度主要\n工作内容"), _text(section_lines(profile.main_work))],
        [label("年度部门（单位）总体运行情况及取得的成绩"), _text(profile.overall)],
    ]


def section_lines(sections: Sequence[Section]) -> list[str]:
    """Sections as numbered lines: 1、… with one paragraph beside the heading, or （1）（2）… under it."""
    lines: list[str] = []
    for number, section in enumerate(sections, start=1):
        heading = f"{number}、{section.title}"
        if len(section.paragraphs) == 1:
            lines.append(f"{heading}：{section.paragraphs[0]}")
            continue
        lines.append(f"{heading}：" if section.paragraphs else heading)
        lines += [f"（{item}）{text}" for item, text in enumerate(section.paragraphs, start=1)]
    return lines


def performance_rows(form: SelfEvaluationForm) -> list[Row]:
    """Part 三: objectives against what was done, indicators by group and kind, score and grade."""
    score = "" if form.score is None else f"{form.score.normalize():f}分"
    return [
        *_objective_rows(form.objectives, form.achieved),
        *_indicator_rows(form.indicators),
        [label("绩效自评综合得分", across=3), Cell(score, across=3, face=SONG_BOLD)],
        [label("评价等次", across=3), Cell(form.grade, across=3, face=SONG_BOLD)],
    ]


def evaluator_rows(evaluators: Sequence[Evaluator], signatures: Signatures) -> list[Row]:
    """Part 四: who evaluated, then the places where the group leader and the unit sign."""
    spare = [Evaluator("")] * max(EMPTY_EVALUATORS - len(evaluators), 0)
    people = [[Cell(e.name), Cell(e.post), Cell(e.unit), Cell()] for e in (*evaluators, *spare)]
    return [
        [label(title) for title in ("姓  名", "职务/职称", "单  位", "签  字")],
        *people,
        _signing_row("评价组组长（签字）：", SIGN_HERE, DATE_LINE),
        _signing_row(f"部门（单位）意见：{signatures.unit_opinion}", UNIT_SIGNS, SIGN_HERE, DATE_LINE),
    ]


def _objective_rows(objectives: Sequence[Objective], achieved: Sequence[Section]) -> list[Row]:
    """定性目标: expected on the left, done on the right."""
    expected = [f"目标{number}：{objective.text}" for number, objective in enumerate(objectives, start=1)]
    return [
        [
            label("整体支出绩效定性目标及实施计划完成情况", down=2),
            label("预期目标", across=2),
            label("实际完成", across=3),
        ],
        [Cell(expected, across=2, align="left"), Cell(section_lines(achieved), across=3, align="left")],
    ]


def _indicator_rows(indicators: Sequence[IndicatorRow]) -> list[Row]:
    """定量目标: every kind of the form has a place, filled or empty.

    Raises IndicatorNotOnForm.
    """
    for row in indicators:
        if row.kind not in KINDS.get(row.group, ()):
            known = "；".join(f"{group}：{'、'.join(kinds)}" for group, kinds in KINDS.items())
            message = f"指标“{row.content}”的类别“{row.group} / {row.kind}”不在附件1表内"
            raise IndicatorNotOnForm(f"{message}，请改用表内类别（{known}）")
    blocks = [_group_rows(group, indicators) for group in KINDS]
    depth = 1 + sum(len(block) for block in blocks)
    heading = [
        label("整体支出绩效定量目标及实施计划完成情况", down=depth),
        label("评价内容", across=2),
        label("绩效内容"),
        label("绩效\n目标值"),
        label("完成情况"),
    ]
    return [heading, *(row for block in blocks for row in block)]


def _group_rows(group: str, indicators: Sequence[IndicatorRow]) -> list[Row]:
    """The rows of one group; its label covers them all, each kind's label its own."""
    rows: list[Row] = []
    for kind in KINDS[group]:
        found = [row for row in indicators if (row.group, row.kind) == (group, kind)]
        found = found or [IndicatorRow(group, kind)]
        for number, row in enumerate(found):
            first = [label(kind, down=len(found))] if number == 0 else []
            rows.append([*first, Cell(row.content), Cell(row.target), Cell(row.actual)])
    rows[0].insert(0, label((group, GROUP_NOTES[group]), down=len(rows)))
    return rows


def _text(lines: Sequence[str]) -> Cell:
    """Running text over the three columns beside its label."""
    return Cell(tuple(lines), across=3, align="left")


def _count(number: int | None) -> Cell:
    """A number of people; nothing when it is not stated."""
    return Cell("" if number is None else str(number))


def _signing_row(title: str, *right: str | Line) -> Row:
    """A full row with room to sign: its title on the left, the lines for hand and date on the right."""
    return [Cell((title, SIGN_HERE, SIGN_HERE, *right), across=4, align="left")]

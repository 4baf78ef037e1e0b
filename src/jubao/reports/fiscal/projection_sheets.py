"""A projection as tables: the years ahead, what was assumed, and the first year beside the actual one."""

from jubao.documents.chart import Chart
from jubao.documents.sheet import IDENTIFIER, INTEGER, MONEY, TEXT, Column, Row, Sheet
from jubao.reports.fiscal.projection import Beside, Projection, spent_fen, whole_people
from jubao.reports.statements.sheet import office_name
from jubao.rules.projection import ProjectedYear
from jubao.vocabulary.codes import Level
from jubao.vocabulary.fen import format_yuan

PEOPLE = ("缴费人数", "未领取人数", "领取人数", "新参保", "死亡")
MONEY_HEADINGS = (
    "个人缴费",
    "缴费补贴",
    "基础养老金",
    "其中中央",
    "其中省级",
    "其中市级",
    "其中县级",
    "个人账户养老金",
    "返还",
    "丧葬补助",
    "记账利息",
    "个人账户余额",
    "基金利息",
    "基金支出",
    "基金结余",
)


def people_of(year: ProjectedYear) -> tuple[int, ...]:
    """Whole people in the order of ``PEOPLE``."""
    return tuple(map(whole_people, (year.payers, year.insured, year.drawing, year.entrants, year.deaths)))


def money_of(year: ProjectedYear) -> tuple[int, ...]:
    """Fen in the order of ``MONEY_HEADINGS``."""
    by_level = [year.basic_fen.get(str(level), 0) for level in Level]
    return (
        year.personal_fen,
        sum(year.subsidy_fen.values()),
        sum(by_level),
        *by_level,
        year.account_pension_fen,
        year.refund_fen,
        year.funeral_fen,
        year.credited_interest_fen,
        year.account_balance_fen,
        year.fund_interest_fen,
        spent_fen(year),
        year.fund_balance_fen,
    )


def odd_note(beside: Beside) -> str:
    """What a first year far from the actual one means; empty where it is near."""
    if beside.change is None:
        return "上年无实际数，无法比较"
    percent = f"{'高' if beside.change > 0 else '低'}{abs(round(beside.change))}%"
    return f"比上年实际{percent}，请核对情景参数和上年是否为完整年度" if beside.is_odd else ""


def assumptions_told(made: Projection) -> list[tuple[str, str]]:
    """Everything assumed, in words."""
    said = made.assumed
    rows = [
        ("底册日期", f"{made.as_of}"),
        ("未领取人数", f"{made.insured}"),
        ("正常领取人数（不含暂停）", f"{made.drawing}"),
        ("期初个人账户余额", f"{format_yuan(made.account_balance_fen)}元"),
        ("期初基金存款", f"{format_yuan(made.fund_fen)}元"),
        ("缴费人数占应缴年龄参保人数", _percent(said.participation_ppm)),
        ("人均年缴费", f"{format_yuan(said.personal_fen)}元"),
        ("首年月基础养老金", f"{format_yuan(sum(said.basic_fen.values()))}元"),
        ("基础养老金年增长", _percent(said.basic_growth_ppm)),
        ("记账利率", _percent(said.crediting_ppm)),
        ("基金收益率", _percent(said.fund_interest_ppm)),
        ("年新参保占应缴年龄参保人数", _percent(said.entrants_ppm)),
        ("新参保年龄", f"{said.entry_age}岁"),
        ("到龄核定比例", _percent(said.award_ppm)),
        ("计发系数", f"{said.divisor}"),
        ("丧葬补助标准", f"{format_yuan(said.funeral_fen)}元"),
        ("死亡率", "policy/mortality.yaml（按普查预期寿命拟合，推定）"),
    ]
    return [
        *rows,
        *((f"每人年补贴（{Level[level].label}）", f"{format_yuan(fen)}元") for level, fen in said.subsidy_fen.items()),
    ]


def _percent(ppm: int) -> str:
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def projection_sheets(made: Projection) -> list[Sheet]:
    """Years, assumptions and the look for sense, ready to be written."""
    unit, first, last = office_name(), made.years[0].year, made.years[-1].year
    columns = (
        Column("年度", IDENTIFIER, 8),
        *(Column(heading, INTEGER, 10) for heading in PEOPLE),
        *(Column(heading, MONEY, 17) for heading in MONEY_HEADINGS),
    )
    rows: list[Row] = [(f"{one.year}", *people_of(one), *money_of(one)) for one in made.years]
    told = (Column("项目", TEXT, 34), Column("取值", TEXT, 44))
    beside: list[Row] = [(one.name, one.projected_fen, one.actual_fen, odd_note(one)) for one in made.beside]
    beside_columns = (
        Column("项目", TEXT, 18),
        Column(f"{first}年预测", MONEY, 18),
        Column(f"{first - 1}年实际", MONEY, 18),
        Column("提示", TEXT, 50),
    )
    note = "测算结果，不是承诺；假设见“假设”表"
    return [
        Sheet("预测", f"{first}至{last}年基金精算预测（{made.title}情景）", unit, made.as_of, columns, rows, note=note),
        Sheet("假设", f"{made.title}情景的假设", unit, made.as_of, told, assumptions_told(made)),
        Sheet("与上年对照", "首年预测与上年实际对照", unit, made.as_of, beside_columns, beside),
    ]


PAPERS = (
    ("人数与缴费", (*PEOPLE, "个人缴费", "缴费补贴")),
    ("待遇支出", ("基础养老金", "其中中央", "其中省级", "其中市级", "其中县级", "个人账户养老金", "返还", "丧葬补助")),
    ("余额", ("记账利息", "个人账户余额", "基金利息", "基金支出", "基金结余")),
)


def paper_sheets(made: Projection) -> list[Sheet]:
    """The same for paper, where the years stand on three sheets that fit."""
    whole, *others = projection_sheets(made)
    place = {column.title: number for number, column in enumerate(whole.columns)}

    def part(name: str, headings: tuple[str, ...]) -> Sheet:
        kept = [0, *(place[heading] for heading in headings)]
        rows: list[Row] = [tuple(row[number] for number in kept) for row in whole.rows]
        columns = tuple(whole.columns[number] for number in kept)
        return Sheet(name, f"{whole.title}·{name}", whole.unit, whole.as_of, columns, rows, note=whole.note)

    return [*(part(name, headings) for name, headings in PAPERS), *others]


def charts() -> list[Chart]:
    """Charts over the years: contributions beside pensions, what accounts and the fund hold, people."""
    place = {heading: number for number, heading in enumerate(("年度", *PEOPLE, *MONEY_HEADINGS))}

    def chart(title: str, unit: str, *headings: str) -> Chart:
        return Chart(title, unit, tuple(place[heading] for heading in headings))

    return [
        chart("缴费与待遇", "元", "个人缴费", "基础养老金", "个人账户养老金"),
        chart("账户余额与基金结余", "元", "个人账户余额", "基金结余"),
        chart("人数", "人", "缴费人数", "领取人数"),
    ]

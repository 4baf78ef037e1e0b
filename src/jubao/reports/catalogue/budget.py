"""Figures of the office's own money: income, expenditure, the year's plan, three public expenses."""

from collections.abc import Callable, Mapping

from django.db.models import Min, OuterRef, Q, Subquery

from jubao.records.models import BudgetLine, Spending
from jubao.reports.figures.derived import derived
from jubao.reports.figures.evidence import Named, Part
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Measure, Total
from jubao.reports.figures.window import Window

MEMO_GROUP = "三公经费"  # ceilings that lie inside 公用支出 already
INCOME_GROUPS = {
    "carried_over": ("上年结转", "Carried over"),
    "public_finance": ("公共财政拨款", "Public finance"),
    "government_fund": ("政府基金拨款", "Government fund"),
    "non_tax": ("纳入专户管理的非税收入拨款", "Non-tax"),
    "other": ("其他收入", "Other"),
}
EXPENDITURE_GROUPS = {
    "personnel": ("人员支出", "Personnel"),
    "public_use": ("公用支出", "Public use"),
    "project": ("项目支出", "Projects"),
}
THREE_PUBLIC = {
    "reception": (("公务接待费",), "Reception"),
    "vehicle_running": (("公务用车运维费", "公务用车运行费", "公务用车运行维护费"), "Vehicle running"),
    "vehicle_purchase": (("公务用车购置费",), "Vehicle purchase"),
    "abroad": (("因公出国费", "因公出国（境）费"), "Going abroad"),
    "meetings": (("会议费",), "Meetings"),
}
CONTROLLED = (
    "reception",
    "vehicle_running",
    "vehicle_purchase",
    "abroad",
)  # meetings are counted beside them
CONTROLLED_NAMES = tuple(name for key in CONTROLLED for name in THREE_PUBLIC[key][0])


def _money(key: str, name: str, english: str, definition: str, measure: Callable[[Window], Measure]) -> Figure:
    return Figure(key, name, english, Unit.MONEY, definition, measure, whole_year=True)


def _lines(window: Window, where: Q) -> Part:
    """Lines of the budgets of all years known by the day that meet a condition."""
    return Part(BudgetLine.objects.filter(window.known()), Named("item", "name"), "amount_fen", where)


def _budget(wanted: Q, *, years_ago: int = 0) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        return Total(_lines(window, wanted & Q(year=window.year - years_ago)), blank=True)

    return measure


def _spent(wanted: Q) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        rows = Spending.objects.filter(window.known(), window.dated("date"))
        return Total(Part(rows, Named("voucher", "payee"), "amount_fen", wanted), blank=True)

    return measure


def _planned(*, first: bool) -> Callable[[Window], Measure]:
    """The expenditure budget of the act that first stated it, or what later acts added."""

    def measure(window: Window) -> Measure:
        stated = BudgetLine.objects.filter(year=window.year, direction="支出")
        opening = stated.filter(year=OuterRef("year")).values("year").annotate(act=Min("act_id")).values("act")
        is_opening = Q(act_id=Subquery(opening))
        where = Q(year=window.year, direction="支出") & ~Q(group=MEMO_GROUP) & (is_opening if first else ~is_opening)
        return Total(_lines(window, where), blank=first)

    return measure


ITEM_PREFIX = "budget.item."


def budget_item(code: str) -> Figure:
    """What was spent on one budget item."""
    return _item(code, _names(Q(item=code)))


def project_items(year: int) -> list[Figure]:
    """What was spent on each of a year's project items, in the order of their codes."""
    projects = BudgetLine.objects.filter(year=year, direction="支出", group="项目支出")
    names = _names(Q(item__in=projects.values("item")))
    return [_item(code, names) for code in sorted(names)]


def _names(which: Q) -> Mapping[str, str]:
    """Names of expenditure items by code, as the latest year's budget calls them."""
    stated = BudgetLine.objects.filter(which, direction="支出").order_by("year", "pk")
    return dict(stated.values_list("item", "name"))


def _item(code: str, names: Mapping[str, str]) -> Figure:
    name = names.get(code) or f"支出项目{code}"
    definition = f"年内支出项目 {code}（{name}）的实际支出合计"
    return _money(f"{ITEM_PREFIX}{code}", name, f"Spent on item {code}", definition, _spent(Q(item=code)))


INCOME = (
    _money("budget.income.total", "收入合计", "Income", "年度部门预算收入各项合计", _budget(Q(direction="收入"))),
    *(
        _money(
            f"budget.income.{key}",
            name,
            f"{english} income",
            f"年度部门预算收入中的{name}",
            _budget(Q(direction="收入", group=name)),
        )
        for key, (name, english) in INCOME_GROUPS.items()
    ),
)
EXPENDITURE = (
    _money("budget.expenditure.total", "支出合计", "Expenditure", "年内实际支出合计", _spent(Q())),
    _money(
        "budget.expenditure.basic",
        "基本支出",
        "Basic expenditure",
        "人员支出与公用支出之和",
        derived(
            "personnel + public_use",
            personnel="budget.expenditure.personnel",
            public_use="budget.expenditure.public_use",
        ),
    ),
    *(
        _money(
            f"budget.expenditure.{key}",
            name,
            f"{english} expenditure",
            f"年内实际支出中的{name}合计",
            _spent(Q(group=name)),
        )
        for key, (name, english) in EXPENDITURE_GROUPS.items()
    ),
    _money(
        "budget.expenditure.balance",
        "结余",
        "Balance",
        "收入合计减去支出合计",
        derived("income - spent", income="budget.income.total", spent="budget.expenditure.total"),
    ),
)
PLAN = (
    _money(
        "budget.plan.initial",
        "年初预算",
        "Initial budget",
        "首次录入的年度支出预算合计，不重复计算三公经费控制数",
        _planned(first=True),
    ),
    _money(
        "budget.plan.added",
        "追加预算",
        "Budget added",
        "首次录入之后追加的年度支出预算合计",
        _planned(first=False),
    ),
    _money(
        "budget.plan.total",
        "支出预算数",
        "Budget",
        "年初预算与追加预算之和",
        derived("initial + added", initial="budget.plan.initial", added="budget.plan.added"),
    ),
    *(
        _money(
            f"budget.plan.{key}",
            f"{EXPENDITURE_GROUPS[key][0]}预算",
            f"{EXPENDITURE_GROUPS[key][1]} budget",
            f"年度支出预算中的{EXPENDITURE_GROUPS[key][0]}合计",
            _budget(Q(direction="支出", group=EXPENDITURE_GROUPS[key][0])),
        )
        for key in ("public_use", "project")
    ),
)
CEILING = (
    _money(
        "three_public_budget.total",
        "三公经费预算",
        "Three public ceiling",
        "年度三公经费控制数合计",
        _budget(Q(group=MEMO_GROUP, name__in=CONTROLLED_NAMES)),
    ),
    *(
        _money(
            f"three_public_budget.{key}",
            f"{THREE_PUBLIC[key][0][0]}预算",
            f"{THREE_PUBLIC[key][1]} ceiling",
            f"年度三公经费控制数中的{THREE_PUBLIC[key][0][0]}",
            _budget(Q(group=MEMO_GROUP, name__in=THREE_PUBLIC[key][0])),
        )
        for key in CONTROLLED
    ),
    _money(
        "three_public_budget.last_year",
        "上年三公经费预算",
        "Ceiling of the year before",
        "上一年度三公经费控制数合计",
        _budget(Q(group=MEMO_GROUP, name__in=CONTROLLED_NAMES), years_ago=1),
    ),
    _money(
        "three_public_budget.decrease",
        "三公经费预算比上年减少",
        "Ceiling lowered by",
        "上年三公经费预算减去本年",
        derived("before - now", before="three_public_budget.last_year", now="three_public_budget.total"),
    ),
)
THREE_PUBLIC_SPENT = (
    _money(
        "three_public.total",
        "三公经费合计",
        "Three public expenses",
        "公务接待、公务用车和因公出国支出之和，会议费另列",
        _spent(Q(three_public__in=CONTROLLED_NAMES)),
    ),
    *(
        _money(
            f"three_public.{key}",
            words[0],
            english,
            f"年内实际支出中的{words[0]}",
            _spent(Q(three_public__in=words)),
        )
        for key, (words, english) in THREE_PUBLIC.items()
    ),
)
BUDGET = (*INCOME, *EXPENDITURE, *PLAN, *THREE_PUBLIC_SPENT, *CEILING)

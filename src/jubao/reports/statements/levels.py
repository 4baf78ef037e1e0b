"""Detail by paying level (分级次收支明细): what each level of government gave, and what was paid for its account."""

from jubao.reports.statements.lines import AccountLine, account_lines
from jubao.reports.statements.reading import BOOKS, Term
from jubao.reports.statements.shape import CREDIT, YEARLY, Check, Line, Statement, add_up, section

LEVELS = {"CENTRAL": "中央", "PROVINCE": "省级", "CITY": "市级", "COUNTY": "县级"}
ACCOUNT = frozenset(
    {
        "PERSONAL_CONTRIBUTION_INCOME",
        "COLLECTIVE_INCOME",
        "TRANSFER_INCOME",
        "ACCOUNT_PENSION",
        "ACCOUNT_REFUND",
        "TRANSFER_EXPENDITURE",
    }
)
INCREMENT, OTHER = "基础养老金加发", "其他"
OWN = "个人账户"


def levels(book: str, term: Term) -> Statement:
    """Income and expenditure of the year so far, split by who bears it; every account stands exactly once."""
    lines = [
        (account, line)
        for account, line in account_lines(book, term, yearly=True)
        if account.nature in {"income", "expenditure"}
    ]
    titles = [*LEVELS.values(), INCREMENT, OWN, OTHER]
    sections = tuple(section(title, _of(title, lines), side=CREDIT, total="收支差额") for title in titles)
    kept = tuple(one for one in sections if one.lines)
    whole = add_up("收支结余", (one.total for one in kept), side=CREDIT)
    checks = (
        Check(
            "各级次收支结余之和等于全部收支科目",
            whole.closing_fen,
            add_up("", (line for _, line in lines), side=CREDIT).closing_fen,
        ),
        Check("本期借方等于全部收支科目", whole.debit_fen, sum(line.debit_fen for _, line in lines)),
        Check("本期贷方等于全部收支科目", whole.credit_fen, sum(line.credit_fen for _, line in lines)),
    )
    return Statement("levels", f"{BOOKS[book]}分级次收支明细表", book, term, YEARLY, kept, whole, checks)


def level_of(key: str) -> str:
    """Who bears an account of income or expenditure."""
    if key in ACCOUNT:
        return OWN
    if key == "BASIC_PENSION_INCREMENT":
        return INCREMENT
    return next((title for level, title in LEVELS.items() if key.endswith(f"_{level}")), OTHER)


def _of(title: str, lines: list[AccountLine]) -> list[Line]:
    return [line for account, line in lines if level_of(account.key) == title]

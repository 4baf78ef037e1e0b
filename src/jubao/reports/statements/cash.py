"""Cash by account (货币资金收支表): each bank account from opening to closing, by business event."""

from jubao.reports.law import office_policy
from jubao.reports.statements.reading import BOOKS, Flow, Named, Term, accounts_named, flows, held
from jubao.reports.statements.shape import DEBIT, Check, Line, Section, Statement, add_up

BANKS = ("COLLECTION_ACCOUNT", "DISBURSEMENT_ACCOUNT", "FISCAL_ACCOUNT", "TREASURY_ACCOUNT", "DELEGATED_BANK")
HEADINGS = ("期初余额", "本期收入", "本期付出", "期末余额")


def cash(book: str, term: Term) -> Statement:
    """What came into and left every bank account of a book; moves between them count in both."""
    moved = flows(book, term)
    titles = {event: one["title"] for event, one in office_policy().postings(term.last).items()}
    accounts = [account for key, account in accounts_named(book, on=term.last).items() if key in BANKS]
    sections = [_account(account, [flow for flow in moved if flow.key == account.key], titles) for account in accounts]
    kept = tuple(one for one in sections if any(one.total.amounts))
    whole = add_up("货币资金合计", (one.total for one in kept), side=DEBIT)
    closing = held(book, through=term.last, as_of=term.as_of)
    checks = (
        *(
            Check(f"{one.title}期末余额等于全部分录之和", one.total.closing_fen, closing.get(one.total.keys[0], 0))
            for one in sections
        ),
        Check("货币资金合计等于各账户分录之和", whole.closing_fen, sum(closing.get(key, 0) for key in BANKS)),
    )
    return Statement("cash", f"{BOOKS[book]}货币资金收支表", book, term, HEADINGS, kept, whole, checks)


def _account(account: Named, moved: list[Flow], titles: dict[str, str]) -> Section:
    """One bank account: what it held, then what each event brought and took."""
    opening = sum(flow.opening_fen for flow in moved)
    first = Line(account.code, "期初余额", DEBIT, opening, 0, 0, (account.key,))
    events = [
        Line(
            "",
            titles.get(flow.event, flow.event),
            DEBIT,
            0,
            flow.debit_fen,
            flow.credit_fen,
            (account.key,),
            flow.event,
        )
        for flow in moved
        if flow.debit_fen or flow.credit_fen
    ]
    lines = (first, *events)
    return Section(account.name, lines, add_up(f"{account.name}合计", lines, side=DEBIT))

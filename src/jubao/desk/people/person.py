"""One person (一人一页): paid or not and why, and ten tabs, each a page of its own."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.person import pages
from jubao.vocabulary.audience import PEOPLE
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("people/<int:key>", title=both("概况", "Overview"), audience=PEOPLE, about_person="key")
def overview(viewer: Viewer, asked: QueryDict, key: int) -> pages.Overview | None:
    """Who he is, paid or not and why, and the latest of everything."""
    return pages.overview(key, viewer=viewer)


@page("people/<int:key>/contributions", title=both("缴费", "Contributions"), audience=PEOPLE, about_person="key")
def contributions(viewer: Viewer, asked: QueryDict, key: int) -> pages.ContributionsTab | None:
    """The years paid for him, by payer."""
    return pages.contributions(key, viewer=viewer)


@page("people/<int:key>/account", title=both("个人账户", "Account"), audience=PEOPLE, about_person="key")
def account(viewer: Viewer, asked: QueryDict, key: int) -> pages.AccountTab | None:
    """The account by source and down to each entry, on any day."""
    return pages.account(key, viewer=viewer, as_of=asked.get("as-of", ""))


@page("people/<int:key>/award", title=both("待遇与计算表", "Pension"), audience=PEOPLE, about_person="key")
def award(viewer: Viewer, asked: QueryDict, key: int) -> pages.AwardTab | None:
    """The pension, its calculation sheet as a tree, and everything that happened to it."""
    return pages.award(key, viewer=viewer, month=asked.get("month", ""))


@page("people/<int:key>/payments", title=both("发放", "Payments"), audience=PEOPLE, about_person="key")
def payments(viewer: Viewer, asked: QueryDict, key: int) -> pages.PaymentsTab | None:
    """Every benefit month with what became of it, and single sums."""
    return pages.payments(key, viewer=viewer)


@page("people/<int:key>/certification", title=both("认证", "Proof of life"), audience=PEOPLE, about_person="key")
def certification(viewer: Viewer, asked: QueryDict, key: int) -> pages.CertificationTab | None:
    """When he proved that he lives, how, and when he must again."""
    return pages.certification(key, viewer=viewer)


@page("people/<int:key>/cards", title=both("银行卡与社保卡", "Bank and card"), audience=PEOPLE, about_person="key")
def cards(viewer: Viewer, asked: QueryDict, key: int) -> pages.CardsTab | None:
    """Where he is paid, and where he was paid before."""
    return pages.cards(key, viewer=viewer)


@page("people/<int:key>/cases", title=both("事项", "Cases"), audience=PEOPLE, about_person="key")
def cases(viewer: Viewer, asked: QueryDict, key: int) -> pages.CasesTab | None:
    """Settlements, claims, transfers and suspicions."""
    return pages.cases(key, viewer=viewer)


@page("people/<int:key>/papers", title=both("档案", "Papers"), audience=PEOPLE, about_person="key")
def papers(viewer: Viewer, asked: QueryDict, key: int) -> pages.PapersTab | None:
    """Evidence and files behind what was done about him."""
    return pages.papers(key, viewer=viewer)


@page("people/<int:key>/trail", title=both("留痕", "Trail"), audience=PEOPLE, about_person="key")
def trail(viewer: Viewer, asked: QueryDict, key: int) -> pages.TrailTab | None:
    """Who did what about him, and who looked at his whole numbers."""
    return pages.trail(key, viewer=viewer)


@page("people/<int:key>/history", title=both("变更历史", "What changed"), audience=PEOPLE, about_person="key")
def history(viewer: Viewer, asked: QueryDict, key: int) -> pages.HistoryPage | None:
    """Name and number, residence, category and relation, with every change of them."""
    return pages.history(key, viewer=viewer)

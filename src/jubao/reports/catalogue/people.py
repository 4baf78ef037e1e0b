"""Figures of people (参保人员): relations by state, who paid how much, who still owes, who has reached the age."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from jubao.records.models import AccountEntry, Contribution, Enrolment, EnrolmentEvent
from jubao.reports.catalogue.register import received
from jubao.reports.figures.derived import Unknown, derived, per_head
from jubao.reports.figures.evidence import Part, person
from jubao.reports.figures.figure import Figure, Unit, money, people
from jubao.reports.figures.measure import Measure, People, Total
from jubao.reports.figures.state_on_day import ENDED, OPENING, lawful, relations, taken_back
from jubao.reports.figures.window import Window
from jubao.rules.eligibility import born_by
from jubao.vocabulary.codes import ContributionKind, EntryKind, Source

HOLDER = person("enrolment__person")
SUBSIDY = Q(kind=EntryKind.SUBSIDY)
PAID_FOR = Q(kind=EntryKind.CONTRIBUTION, source=Source.GOVERNMENT_PAID)


def _in_state(enrolment: str, contribution: str) -> Callable[[Window], Measure]:
    def measure(window: Window) -> Measure:
        where = Q(enrolment_state=enrolment, contribution_state=contribution)
        return People(Part(relations(window), HOLDER, where=where))

    return measure


def _beneficiaries(window: Window) -> Measure:
    return People(Part(relations(window), HOLDER, where=Q(contribution_state="3") & ~Q(enrolment_state=ENDED)))


def _enrolled(window: Window) -> Measure:
    rows = Enrolment.objects.filter(window.acted()).exclude(act__code=OPENING)
    return People(Part(rows, person()))


def _ended(window: Window) -> Measure:
    standing = window.acted() & ~taken_back(window, "enrolment__person")
    rows = EnrolmentEvent.objects.filter(standing, enrolment_state=ENDED).exclude(act__code=OPENING)
    return People(Part(rows, HOLDER))


def _contributions(window: Window) -> QuerySet[Contribution]:
    """Contributions of all years known by the day."""
    return Contribution.objects.filter(window.known())


def _kept(window: Window) -> Q:
    """Contributions that were not given back by the day."""
    return ~window.known("refund__act")


def _unpaid(window: Window) -> Measure:
    paid = _contributions(window).filter(_kept(window), year=window.year, person=OuterRef("enrolment__person"))
    known = AccountEntry.objects.filter(window.known(), PAID_FOR, year=window.year)
    paid_for = known.filter(person=OuterRef("enrolment__person"))
    where = Q(enrolment_state="1", contribution_state="1") & ~Q(Exists(paid)) & ~Q(Exists(paid_for))
    return People(Part(relations(window), HOLDER, where=where))


def _last_payers(window: Window) -> Part:
    where = _kept(window) & Q(year=window.year - 1, kind=ContributionKind.CURRENT)
    return Part(_contributions(window), person(), where=where)


def _renewed(window: Window) -> Measure:
    again = _contributions(window).filter(_kept(window), year=window.year, person=OuterRef("person"))
    return People(_last_payers(window).only(Q(Exists(again))))


def of_age(window: Window) -> QuerySet[EnrolmentEvent] | None:
    """Relations of people of pension age who do not draw yet; None where nobody verified the law."""
    part = _of_age_part(window)
    return None if part is None else part.rows


def _of_age_part(window: Window) -> Part | None:
    age = lawful("scheme.pension_age", window.as_of, window.area)
    if age is None:
        return None
    of_age = Q(enrolment__person__birth_date__lte=born_by(window.as_of, int(age)))
    where = ~Q(contribution_state="3") & of_age
    return Part(relations(window), HOLDER, where=where)


def _of_age(window: Window) -> Measure:
    part = _of_age_part(window)
    return Unknown() if part is None else People(part)


def _received(window: Window, kind: str) -> Part:
    return Part(received(window), person(), "amount_fen", Q(kind=kind))


def _uncredited(window: Window) -> Part:
    return Part(_contributions(window), person(), "amount_fen", ~window.known("crediting__act"))


def entries(window: Window) -> QuerySet[AccountEntry]:
    """Entries of all individual accounts known by the day."""
    return AccountEntry.objects.filter(window.known())


def _credited(window: Window, *sources: Source) -> Part:
    where = window.acted() & (SUBSIDY | PAID_FOR) & Q(source__in=sources)
    return Part(entries(window), person(), "amount_fen", where)


def _kept_credits(window: Window, *sources: Source) -> Part:
    """Subsidies and what governments paid, less what went out again with a refunded contribution."""
    kinds = SUBSIDY | PAID_FOR | Q(reversal_of__kind=EntryKind.SUBSIDY)
    where = window.acted() & kinds & Q(source__in=sources)
    return Part(entries(window), person(), "amount_fen", where)


SUBSIDIES = (Source.PROVINCE, Source.CITY, Source.COUNTY)


STATES = (
    people(
        "register.contributors", "正常缴费人数", "Contributors", "截止日参保正常、缴费正常的人数", _in_state("1", "1")
    ),
    people("register.paused", "暂停缴费人数", "Contributors paused", "截止日暂停参保缴费的人数", _in_state("2", "2")),
    people(
        "register.beneficiaries",
        "领取待遇人数",
        "Beneficiaries",
        "截止日待遇已核定、参保关系未终止的人数，含待遇暂停的人",
        _beneficiaries,
    ),
    people(
        "register.enrolled",
        "新增参保人数",
        "Newly enrolled",
        "年内至截止日登记参保的人数，含关系转入，不含期初接入",
        _enrolled,
    ),
    people(
        "register.ended",
        "终止参保人数",
        "Relations ended",
        "年内至截止日办结参保关系终止的人数，含死亡、转出和转职保，不含期初接入和截止日已撤销的终止",
        _ended,
    ),
    people(
        "register.unpaid",
        "当年未缴费人数",
        "Not paid this year",
        "截止日正常缴费状态、没有当年度缴费到账、也没有当年政府代缴的人数，已退款的不算缴费",
        _unpaid,
    ),
    people(
        "register.of_age",
        "到龄未领取人数",
        "Of age without a pension",
        "截止日已满待遇领取年龄、尚未核定待遇且参保关系未终止的人数",
        _of_age,
    ),
    Figure(
        "register.paid_rate",
        "缴费率",
        "Contributors who paid",
        Unit.PERCENT,
        "正常缴费人数中当年已缴费或已由政府代缴的人所占比例",
        derived("(payers - unpaid) / payers * 100", payers="register.contributors", unpaid="register.unpaid"),
    ),
    people(
        "register.last_payers",
        "上年缴费人数",
        "Payers of the year before",
        "上年度有正常应缴到账、没有退款的人数；账簿接管以前的年度没有记录",
        lambda w: People(_last_payers(w)),
    ),
    people(
        "register.renewed",
        "续保人数",
        "Payers who paid again",
        "上年度正常缴费的人中，截止日已为当年度缴费的人数",
        _renewed,
    ),
    Figure(
        "register.renewal_rate",
        "续保率",
        "Payers who paid again, share",
        Unit.PERCENT,
        "上年缴费人数中当年续保的比例",
        derived("again / before * 100", again="register.renewed", before="register.last_payers"),
    ),
)
CONTRIBUTIONS = (
    money(
        "collection.current",
        "正常应缴金额",
        "Current contributions",
        "征缴金额中缴费类型为正常应缴的合计",
        lambda w: Total(_received(w, ContributionKind.CURRENT)),
    ),
    people(
        "collection.current_payers",
        "正常应缴人数",
        "People who paid currently",
        "年内至截止日有正常应缴到账的人数",
        lambda w: People(_received(w, ContributionKind.CURRENT)),
    ),
    money(
        "collection.makeup",
        "补缴金额",
        "Make-up contributions",
        "征缴金额中缴费类型为补缴的合计",
        lambda w: Total(_received(w, ContributionKind.MAKE_UP)),
    ),
    people(
        "collection.makeup_payers",
        "补缴人数",
        "People who made up",
        "年内至截止日有补缴到账的人数，一人补缴多年计一人",
        lambda w: People(_received(w, ContributionKind.MAKE_UP)),
    ),
    money(
        "collection.per_head",
        "人均缴费",
        "Contribution a head",
        "征缴金额除以缴费人数，四舍五入到分",
        per_head("money / people", money="collection.received", people="collection.payers"),
    ),
    money(
        "collection.uncredited",
        "待记账缴费",
        "Contributions not yet credited",
        "截止日已到账、尚未划拨记账的个人缴费合计",
        lambda w: Total(_uncredited(w)),
    ),
    money(
        "collection.subsidies",
        "缴费补贴金额",
        "Contribution subsidies",
        "年内至截止日记入个人账户的省、市、县缴费补贴合计，扣除退款冲回，不含政府代缴",
        lambda w: Total(_kept_credits(w, *SUBSIDIES)),
    ),
    people(
        "collection.subsidised",
        "享受缴费补贴人数",
        "People subsidised",
        "年内至截止日有缴费补贴记入个人账户的人数",
        lambda w: People(_credited(w, *SUBSIDIES)),
    ),
    money(
        "collection.government_paid",
        "政府代缴金额",
        "Paid by government",
        "年内至截止日记入个人账户的政府代缴合计，扣除退款冲回",
        lambda w: Total(_kept_credits(w, Source.GOVERNMENT_PAID)),
    ),
    people(
        "collection.government_paid_people",
        "政府代缴人数",
        "People paid for by government",
        "年内至截止日有政府代缴记入个人账户的人数",
        lambda w: People(_credited(w, Source.GOVERNMENT_PAID)),
    ),
)
PEOPLE = (*STATES, *CONTRIBUTIONS)

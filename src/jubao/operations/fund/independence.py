"""Nobody who pays may reconcile (不相容岗位): who released or handed over money of an account in a month is out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import PaymentBatch, PostHolding, Signature
from jubao.vocabulary import month as months

LETS_GO = ("RELEASE", "APPROVE")
RELEASES, HANDS_OVER = "payment.release", "payment.transmit"
# Which acts move money out of an account by themselves; batches are looked up by their kind.
MOVES: Mapping[str, tuple[str, ...]] = {
    "COLLECTION_ACCOUNT": ("fund.sweep", "receipt.identify"),
    "FISCAL_ACCOUNT": ("fund.draw", "fund.remit"),
    "DELEGATED_BANK": ("delegated.return_fund",),
}
SOURCE = "不相容岗位相互分离"


def check_independent(
    account: str, period: int, view: View, faults: Faults, *, case: int, field: str = "account"
) -> None:
    """Compare everybody of this case, the one who acts included, with everybody who let money go from the account.

    The envelope asks again at every signature, so each signer is bound by what was paid until then.

    Args:
        account: key of the bank account; period: the month, YYYYMM.
        faults: takes each person who is out, with the reason.
        case: the case that names the account; field: the argument a form marks.
    """
    then = "请由其他人办理，或请上级派人代办"
    cashiers = view.once(("cashiers", period), lambda: _cashiers(period))
    for person in sorted(view.persons & cashiers):
        rule = f"付款的人不得对账：{person} 是出纳，出纳不得参与对账"
        faults.add(case, field, rule, next_step=then, source=SOURCE)
    signed = view.once(("let money go", period), lambda: _signed(period))
    for person in sorted(view.persons & set(_payers(account, signed))):
        rule = f"付款的人不得对账：{person} 在 {period} 放行或交行过该账户的款项"
        faults.add(case, field, rule, next_step=then, source=SOURCE)


def _cashiers(period: int) -> set[str]:
    """Who held the cashier's post on some day of the month."""
    held = PostHolding.objects.between(months.first_day(period), months.last_day(period))
    return set(
        held.filter(post=Post.CASHIER).exclude(capacity="B").order_by("id").values_list("staff__code", flat=True)
    )


@dataclass(frozen=True)
class Agreed:
    """Somebody who agreed to money leaving: in which case, by which act, in which role; the kind of the case's batch, if any."""

    person: str
    case_ref: str
    code: str
    role: str
    batch_kinds: frozenset[str]


def _signed(period: int) -> list[Agreed]:
    """Who agreed in a month to anything that may move money out of an account."""
    days = (months.first_day(period), months.last_day(period))
    codes = {code for some in MOVES.values() for code in some} | {RELEASES, HANDS_OVER}
    signed = Signature.objects.filter(business_date__range=days, decision="AGREE", proposal__code__in=codes).order_by(
        "id"
    )
    rows = list(signed.values_list("person", "case_ref", "proposal__code", "role"))
    kinds: dict[str, set[str]] = {}
    batches = PaymentBatch.objects.filter(case_ref__in={row[1] for row in rows}).order_by("id")
    for case, kind in batches.values_list("case_ref", "kind"):
        kinds.setdefault(case, set()).add(kind)
    return [Agreed(*row, frozenset(kinds.get(row[1], ()))) for row in rows]


def _payers(account: str, signed: Iterable[Agreed]) -> Iterator[str]:
    """Who of those agreed to money leaving this account."""
    for one in signed:
        if one.code in MOVES.get(account, ()) and one.role in LETS_GO:
            yield one.person
        lets_go = one.code == HANDS_OVER or (one.code == RELEASES and one.role == "RELEASE")
        if lets_go and account in {_paid_from(kind) for kind in one.batch_kinds}:
            yield one.person


def _paid_from(kind: str) -> str:
    """The account batches of a kind are paid from."""
    return "DELEGATED_BANK" if kind == "DELEGATED" else "DISBURSEMENT_ACCOUNT"

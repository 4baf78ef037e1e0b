"""Nobody who pays may reconcile (不相容岗位): who released or handed over money of an account in a month is out."""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q

from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import PaymentBatch, PostHolding, Signature
from jubao.vocabulary import month as months

LETS_GO = ("RELEASE", "APPROVE")
HANDS_OVER = "payment.transmit"
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
    for person in sorted(view.persons & _cashiers(period)):
        rule = f"付款的人不得对账：{person} 是出纳，出纳不得参与对账"
        faults.add(case, field, rule, next_step=then, source=SOURCE)
    for person in sorted(view.persons & set(_payers(account, period))):
        rule = f"付款的人不得对账：{person} 在 {period} 放行或交行过该账户的款项"
        faults.add(case, field, rule, next_step=then, source=SOURCE)


def _cashiers(period: int) -> set[str]:
    """Who held the cashier's post on some day of the month."""
    held = PostHolding.objects.between(months.first_day(period), months.last_day(period))
    return set(held.filter(post=Post.CASHIER).exclude(capacity="B").order_by("id").values_list("staff__code", flat=True))


def _payers(account: str, period: int) -> Iterator[str]:
    """Who agreed to money leaving the account in the month."""
    days = (months.first_day(period), months.last_day(period))
    signed = Signature.objects.filter(business_date__range=days, decision="AGREE").order_by("id")
    moved = signed.filter(proposal__code__in=MOVES.get(account, ()), role__in=LETS_GO)
    yield from moved.values_list("person", flat=True)
    released = Q(proposal__code="payment.release", role="RELEASE") | Q(proposal__code=HANDS_OVER)
    yield from _of_batches(account, list(signed.filter(released).values_list("case_ref", "person")))


def _of_batches(account: str, signed: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Who of those signed for a batch that was paid from the account."""
    if account not in {"DISBURSEMENT_ACCOUNT", "DELEGATED_BANK"}:
        return
    batches = PaymentBatch.objects.filter(case_ref__in={case for case, _ in signed}).order_by("id")
    delegated = account == "DELEGATED_BANK"
    cases = {case for case, kind in batches.values_list("case_ref", "kind") if (kind == "DELEGATED") == delegated}
    yield from (person for case, person in signed if case in cases)

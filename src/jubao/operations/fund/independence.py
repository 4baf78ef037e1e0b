"""Nobody who pays may reconcile (不相容岗位): who released or handed over money of an account in a month is out."""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q

from jubao.operations.envelope.declaration import ActReference, Refused
from jubao.operations.envelope.posts import Post
from jubao.records.models import PaymentBatch, PostHolding, Signature
from jubao.vocabulary import month as months

LETS_GO = ("RELEASE", "APPROVE")
HANDS_OVER = "payment.transmit"
# Which acts move money out of an account by themselves; batches are looked up by their kind.
MOVES: Mapping[str, tuple[str, ...]] = {
    "COLLECTION_ACCOUNT": ("fund.sweep", "receipt.identify"), "FISCAL_ACCOUNT": ("fund.draw", "fund.remit"),
}  # fmt: skip


class PayerMayNotReconcile(Refused):
    """Somebody who paid out of an account wants to reconcile it, or a cashier wants to."""


def require_independent(account: str, period: int, act: ActReference) -> None:
    """Compare everybody of this case with everybody who let money go from the account in the month.

    Raises:
        PayerMayNotReconcile: naming each of them.
    """
    cashiers = set(
        PostHolding.objects.filter(post=Post.CASHIER, capacity="A", valid_from__lte=months.last_day(period))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=months.first_day(period)))
        .values_list("staff__code", flat=True)
    )
    paid = set(_payers(account, period))
    faults = [f"{person} 是出纳，出纳不得参与对账" for person in sorted(act.persons & cashiers)]
    faults += [f"{person} 在 {period} 放行或交行过该账户的款项" for person in sorted(act.persons & paid)]
    if faults:
        raise PayerMayNotReconcile("付款的人不得对账，请由其他人办理，或请上级派人代办", faults=faults)


def _payers(account: str, period: int) -> Iterator[str]:
    """Who agreed to money leaving the account in the month."""
    during = Q(business_date__gte=months.first_day(period), business_date__lte=months.last_day(period), decision="AGREE")
    signed = Signature.objects.filter(during).order_by("id")
    moved = signed.filter(proposal__code__in=MOVES.get(account, ()), role__in=LETS_GO)
    yield from moved.values_list("person", flat=True)
    refs = _batch_cases(account, signed.filter(Q(proposal__code="payment.release", role="RELEASE")
                                               | Q(proposal__code=HANDS_OVER)).values_list("case_ref", "person"))  # fmt: skip
    yield from refs


def _batch_cases(account: str, signed: Iterable[tuple[str, str]]) -> Iterator[str]:
    if account not in {"DISBURSEMENT_ACCOUNT", "DELEGATED_BANK"}:
        return
    batches = PaymentBatch.objects.filter(case_ref__in={case for case, _ in signed}).order_by("id")
    delegated = account == "DELEGATED_BANK"
    cases = {case for case, kind in batches.values_list("case_ref", "kind") if (kind == "DELEGATED") == delegated}
    yield from (person for case, person in signed if case in cases)

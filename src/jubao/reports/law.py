"""The law where the office is: what ships with the program, and what two people of the office took responsibility for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from jubao.policy.acceptance import Acceptance, value_of
from jubao.policy.store import Policy
from jubao.records.models import LawAcceptance

_SUPPOSED: ContextVar[Policy | None] = ContextVar("supposed", default=None)


def office_policy() -> Policy:
    """The policy, which asks the books for the office's own decisions where the checked law is silent.

    Within ``supposing`` it is another one: nothing is done by it, it is only reckoned with.
    """
    return _SUPPOSED.get() or _with_acceptances(Policy.load())


@contextmanager
def supposing(policy: Policy) -> Iterator[None]:
    """Let the law of the office be another until the block ends, to see what it would come to."""
    token = _SUPPOSED.set(policy)
    try:
        yield
    finally:
        _SUPPOSED.reset(token)


@cache
def _with_acceptances(policy: Policy) -> Policy:
    return policy.accepting(acceptances_of)


def acceptances_of(key: str) -> list[Acceptance]:
    """Everything the office has accepted for a parameter, in the order it was decided, withdrawn decisions included."""
    rows = LawAcceptance.objects.filter(parameter=key).select_related("act", "withdrawal__act").order_by("pk")
    return [_acceptance(row) for row in rows]


def _acceptance(row: LawAcceptance) -> Acceptance:
    made, withdrawal = row.act.business_date, getattr(row, "withdrawal", None)
    return Acceptance(
        key=row.parameter,
        valid_from=row.valid_from,
        until=row.accepted_until,
        made=made,
        withdrawn=withdrawal.act.business_date if withdrawal else None,
        continues=row.continues,
        value=value_of(row.stated, row.parameter, Policy.load().parameter(row.parameter)) if row.stated else None,
        told=f"{made} 经两人审批承担责任，自 {row.valid_from} 沿用到 {row.accepted_until}（{row.evidence}；{row.reason}）",
    )

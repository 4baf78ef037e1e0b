"""The office the crawl walks through: each post is one person's, a quarter is worked, and something waits on every desk."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.desk.frame.clock import real_now
from jubao.operations.beside.drafts import Kept, keep
from jubao.operations.beside.long_work import begin as begin_work
from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.declaration import ACTS
from jubao.records.models import (
    AuditEvent,
    ContributionBatch,
    InboundFile,
    MatchCandidate,
    Overpayment,
    PaymentBatch,
    Person,
    Proposal,
    VerificationRound,
)
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import AUDITING
from tests.crawl import Own
from tests.office import Office
from tests.reports_year import payer, pensioner

ALONE: Mapping[str, Post] = {
    "L1": Post.DIRECTOR,
    "L2": Post.DEPUTY_BUSINESS,
    "L3": Post.DEPUTY_FINANCE,
    "L4": Post.DEPUTY_AUDIT,
    "O1": Post.OFFICE,
    "J1": Post.COLLECTION,
    "D1": Post.BENEFITS,
    "D2": Post.AUDIT,
    "G1": Post.ACCOUNTS,
    "C1": Post.ACCOUNTANT,
    "C2": Post.CASHIER,
    "P1": Post.PERMISSION,
}
"""Whose post each person of the crawl's office holds, and no other."""
WAITS = date(2017, 12, 29)


def worked(office: Office) -> None:
    """Leave a proposal waiting for each of several posts, and a round of home checks out in the villages."""
    columns: dict[str, list[Any]] = {
        "record_number": ["GA-201712-0001"],
        "name": ["平安"],
        "resident_number": [pensioner("平安")],
        "death_date": [date(2017, 12, 1)],
        "origin": ["户籍注销"],
    }
    listed = {
        "file": office.file("疑似死亡名单.xlsx", "death_list", columns),
        "list_kind": "POLICE_DEATH",
        "list_number": "GA-201712",
        "received_from": "区公安分局",
        "region": "试验区",
    }
    office.carry("match.import", listed, on=WAITS)
    begin(office, "verification.issue", {"number": "HC-1", "lists": ["GA-201712"]}, by="D1")
    asked = Proposal.objects.get(key="crawl:verification.issue")
    sign(asked.key, by="D2", on=WAITS, at=office.staff._now(WAITS), shown_hash=asked.hash)
    begin(office, "account.rebind", {"person": payer("甲"), "bank": "农业银行", "bank_account": "6228480000000000011"})
    begin(office, "recusal.declare", {"staff": "J1", "person": pensioner("平安"), "relation": "SPOUSE"}, by="J1")


def begin(office: Office, code: str, case: dict[str, Any], *, by: str = "G1") -> None:
    """Propose an act that then waits for its first signature."""
    propose(code, [case], key=f"crawl:{code}", by=by, on=WAITS, at=office.staff._now(WAITS))


def examples_of(office: Office) -> Mapping[str, Any]:
    """An example for each parameter of an address by its name; ``room:name`` or ``room.function:name`` where it is another's.

    ``sent`` is a form that a stranger may send; ``fewer`` names the posts to which the example of a route is open where
    they are fewer than its audience.
    """
    proposal = Proposal.objects.get(key="crawl:account.rebind")
    return {
        **_of_people(),
        **_of_money(),
        **_of_lists(),
        "name": "register",
        "act": "account.rebind",
        "code": "account.rebind",
        "kind": "division",
        "year": 2017,
        "statistics:name": "participation",
        "figures:key": "collection.received",
        "policy:key": "benefit.base_national",
        "signing:key": proposal.key,
        "control.event:number": AuditEvent.objects.order_by("-id").values_list("id", flat=True)[1],
        "working:number": Own({code: _begun(code) for code in ALONE}),
        "acts.form:code": "staff.absent",
        "acts.batch:code": "staff.absent",
        "acts.preview:code": "staff.absent",
        "acts.preview:key": Own({code: _drafted(office, code) for code in ALONE}),
        "forms.pick:kind": "batch",
        "sha256": InboundFile.objects.order_by("id").values_list("sha256", flat=True).first(),
        "fewer": {
            "control.received": frozenset(ACTS["register.open"].audience) | AUDITING,
            "signing.review": frozenset(ACTS["account.rebind"].audience),
        },
        "sent": {"next": "/", "agree": "1", "reason": "同意", "hash": proposal.hash, "shown_hash": proposal.hash},
    }


def _of_people() -> dict[str, Any]:
    person = Person.objects.get(resident_number=payer("甲"))
    return {"person": person.pk, "people:key": person.pk}


def _of_money() -> dict[str, Any]:
    """A month that was paid and agreed with the bank, and what stands in it."""
    return {
        "month": 201702,
        "cause": "new",
        "payments.batch:number": PaymentBatch.objects.order_by("id").values_list("number", flat=True).first(),
        "contributions.batch:number": ContributionBatch.objects.order_by("id").values_list("number", flat=True).first(),
        "recoveries.case:key": Overpayment.objects.order_by("id").values_list("id", flat=True).first(),
        "book": "FUND",
        "fund.account:account": "COLLECTION_ACCOUNT",
        "account": "COLLECTION_ACCOUNT",
        "address": "FUND-201701-1",
    }


def _of_lists() -> dict[str, Any]:
    """A list from outside, a record of it that raised a suspicion, and a round of home checks."""
    found = MatchCandidate.objects.select_related("match_list").order_by("id").first()
    assert found is not None, "the quarter has a suspicion"
    return {
        "suspicions:number": found.match_list.number,
        "record": found.record_number,
        "suspicions.round:number": VerificationRound.objects.order_by("id").values_list("number", flat=True).first(),
    }


def _drafted(office: Office, code: str) -> str:
    """A draft of somebody's own, ready to be previewed: an absence, which anybody may report."""
    fields = {"staff": ["J1"], "from_day": ["2018-01-08"], "to_day": ["2018-01-10"]}
    keep(Kept(f"CRAWL-{code}", "staff.absent", fields), staff=code, at=office.staff._now(WAITS))
    return f"CRAWL-{code}"


def _begun(code: str) -> int:
    """Some long work of somebody."""
    return begin_work(code, f"crawl:{code}", "核对账簿", at=real_now())[0]

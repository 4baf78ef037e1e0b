"""The business: one function per act, carried through its chain of people by one envelope.

Map: ``envelope`` (what an act is, who may, rehearse, propose, sign, execute, chain), ``inbound`` (files),
``law`` and ``people`` (what acts share), ``keeping`` (backup), then one small room for each area:

- ``office``: founding, evaluation, signing, campaigns, duties owed;
- ``membership``: register, registration, enrolment, bank accounts, endings, transfers;
- ``contributions``: files credited, refunds, interest, individual accounts;
- ``pensions``: award, adjustment, suspension, termination, overpayment and its recovery;
- ``payments``: payroll, payouts, delegated programmes, batches and their outcome;
- ``fund``: vouchers, bank statements, money between the fund's accounts, closing of months and years;
- ``suspicions``: registers from outside, decisions on what was found.

``declare_all`` imports every area, so that all acts are declared.
"""

from importlib import import_module

AREAS = (
    "office.founding", "membership.register", "membership.enrolment", "membership.binding", "fund.receipts",
    "contributions.contribution", "contributions.government_paid", "contributions.refund", "contributions.interest",
    "pensions.award", "pensions.adjustment", "pensions.suspension", "pensions.termination", "pensions.overpayment", "pensions.recovery",
    "payments.payroll", "payments.holding", "payments.payment", "payments.payout", "fund.movements", "fund.budgeting",
    "fund.clearing", "fund.confirmation", "fund.reconciliation", "fund.closing", "fund.manual", "payments.delegated",
    "suspicions.mappings", "suspicions.lists", "suspicions.decisions", "membership.transfer",
    "suspicions.verification", "suspicions.watch",
    "office.campaign", "office.evaluation", "office.signing", "office.duty",
)  # fmt: skip


def declare_all() -> None:
    """Import every business module, so that all acts are declared."""
    for area in AREAS:
        import_module(f"jubao.operations.{area}")

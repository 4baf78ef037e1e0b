"""The business: one function per act, carried through its chain of people by one envelope.

Map: ``envelope`` (what an act is, who may, rehearse, propose, sign, execute, chain), ``inbound`` (files),
``law`` and ``people`` (what acts share), ``keeping`` (backup), then one small room for each area:

- ``office``: founding, its area, tasks and papers, performance, signing, campaigns, duties owed;
- ``membership``: register, registration, enrolment, bank accounts, endings, transfers;
- ``contributions``: files credited, refunds, interest, individual accounts;
- ``pensions``: award, adjustment, suspension, termination, overpayment and its recovery;
- ``payments``: payroll, payouts, delegated programmes, batches and their outcome;
- ``fund``: vouchers, bank statements, money between the fund's accounts, closing of months and years;
- ``suspicions``: registers from outside, decisions on what was found.

``declare_all`` imports every area, so that all acts are declared.
"""

import os
from importlib import import_module

AREAS = (
    "office.founding", "office.area", "membership.register", "membership.enrolment", "membership.binding",
    "fund.opening", "fund.bank_statements",
    "contributions.contribution", "contributions.government_paid", "contributions.refund", "contributions.interest",
    "pensions.award", "pensions.adjustment", "pensions.suspension", "pensions.resumption", "pensions.certification",
    "pensions.termination", "pensions.reinstatement", "pensions.repayment", "pensions.recovery", "pensions.instalments",
    "payments.payroll", "payments.holding", "payments.payment", "payments.payout", "fund.movements", "fund.remittance",
    "fund.fiscal_receipts", "fund.budgeting", "fund.clearing", "fund.confirmation", "fund.reconciliation", "fund.agreement",
    "fund.closing", "fund.manual", "payments.delegated", "payments.delegated_changes", "payments.late_return",
    "suspicions.mappings", "suspicions.lists", "suspicions.rerun", "suspicions.dismissal", "suspicions.hold_hits",
    "suspicions.end_hits", "suspicions.clear_hits", "membership.transfer",
    "suspicions.verification", "suspicions.findings", "suspicions.watch",
    "office.campaign", "office.tasks", "office.own_papers", "office.performance", "office.signing", "office.duty",
)  # fmt: skip


def declare_all() -> None:
    """Import every business module, so that all acts are declared."""
    for area in AREAS:
        try:
            import_module(f"jubao.operations.{area}")
        except ImportError:
            if not os.environ.get("JUBAO_PARTIAL"):
                raise

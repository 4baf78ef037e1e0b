"""The business: one declared act per class, checked and planned there, carried through its chain by one envelope.

Map: ``envelope`` (what an act is, who may, plan, propose, sign, apply, chain), ``inbound`` and ``fresh_files``,
``law``, ``people`` and ``signs_of_life`` (what acts share), ``keeping`` (backup, upgrade), then one small room for each area:

- ``office``: founding, its area, tasks and papers, accepted law, performance, signing, campaigns, duties owed,
  recusals, approved exports;
- ``identity``: who somebody is: signing keys behind passphrases, one-time codes, sessions;
- ``membership``: register, registration, enrolment, bank accounts, transfers;
- ``contributions``: files credited, refunds, interest, individual accounts;
- ``pensions``: award, adjustment, suspension, and the recovery of what was paid too much;
- ``settlement``: relations and pensions that end, with every sum they are owed and owe, and the way back;
- ``payments``: payroll, payouts, batches and their outcome;
- ``delegated``: programmes that other departments pay by way of this office;
- ``fund``: vouchers, bank statements, money between the fund's accounts, closing of months and years;
- ``suspicions``: registers from outside, decisions on what was found.

``ACTS`` (``envelope.declaration``) reads an area when one of its acts is first asked for (``declare``), and all of them
when they are counted or listed (``declare_all``): a short command does not spend half a second on the other areas.
"""

from collections.abc import Mapping
from importlib import import_module

AREAS: Mapping[str, tuple[str, ...]] = {
    "office": ("office.founding", "office.own_papers", "keeping.leave"),
    "staff": ("office.joining", "office.leaving", "office.absences", "office.standing_in"),
    "key": ("identity.keys", "keeping.rotating"),
    "area": ("office.area",),
    "target": ("office.tasks",),
    "submission": ("office.tasks",),
    "survey": ("office.own_papers",),
    "campaign": ("office.campaign",),
    "performance": ("office.performance",),
    "report": ("office.signing",),
    "duty": ("office.duty",),
    "law": ("office.accepted_law",),
    "figure": ("office.duty",),
    "recusal": ("office.recusal",),
    "export": ("office.exporting",),
    "register": (
        "membership.register",
        "membership.earlier_years",
        "membership.earlier_payments",
        "registers.mappings",
    ),
    "enrolment": ("membership.enrolment", "settlement.contributors", "settlement.restoration"),
    "account": ("membership.binding", "contributions.interest"),
    "card": ("membership.card",),
    "transfer": ("membership.transfer",),
    "contribution": ("contributions.contribution", "contributions.government_paid", "contributions.refund"),
    "award": (
        "pensions.award",
        "pensions.adjustment",
        "pensions.suspension",
        "pensions.resumption",
        "settlement.termination",
        "settlement.reinstatement",
    ),
    "certification": ("pensions.certification",),
    "recovery": ("pensions.repayment", "pensions.recovery", "pensions.instalments"),
    "payroll": ("payments.payroll",),
    "payment": ("payments.holding", "payments.payment", "payments.bank_answer", "payments.late_return"),
    "payout": ("payments.payout", "payments.redirect"),
    "delegated": ("delegated.enrolment", "delegated.stops", "delegated.money", "delegated.months"),
    "fund": ("fund.opening", "fund.movements", "fund.remittance", "fund.budgeting", "fund.closing"),
    "bank": ("fund.bank_statements",),
    "fiscal": ("fund.fiscal_receipts", "fund.confirmation"),
    "receipt": ("fund.clearing",),
    "reconcile": ("fund.reconciliation", "fund.agreement"),
    "voucher": ("fund.manual", "fund.voucher_reversal"),
    "match": (
        "registers.lists",
        "registers.rerun",
        "suspicions.dismissal",
        "suspicions.hold_hits",
        "suspicions.end_hits",
        "suspicions.clear_hits",
    ),
    "verification": ("home_checks.verification", "home_checks.findings"),
    "watch": ("watch.alerts",),
    "restore": ("keeping.reconciling",),
    "anchor": ("keeping.depositing",),
}
"""By the first word of an act's code, the modules that declare its acts."""


def declare(code: str) -> None:
    """Import what declares an act, by the first word of its code; nothing for a word that no act begins with."""
    for area in AREAS.get(code.partition(".")[0], ()):
        import_module(f"jubao.operations.{area}")


def declare_all() -> None:
    """Import every business module, so that all acts are declared."""
    for areas in AREAS.values():
        for area in areas:
            import_module(f"jubao.operations.{area}")

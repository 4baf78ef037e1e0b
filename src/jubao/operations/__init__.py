"""The business: one function per act, carried through its chain of people by one envelope.

Map: ``posts`` (who may), ``declaration`` (what an act is), ``audit`` (the chain), ``envelope`` (propose,
sign, execute), ``inbound`` (files), ``books`` and ``accounts`` (posting), then one module per business:
``office``, ``register``, ``enrolment``, ``binding``, ``contribution``, ``interest``, ``award``, ``suspension``,
``termination`` (with ``closing``, ``unpaid``, ``overpayment``), ``payroll``, ``payment``, ``fund``, ``fiscal``, ``delegated``, ``match``, ``recovery``,
``transfer``, ``campaign``, ``evaluation``. Importing the package declares every act.
"""

from importlib import import_module

AREAS = (
    "office", "register", "enrolment", "binding", "receipts", "contribution", "interest", "award", "suspension", "termination",
    "overpayment", "payroll", "payment", "payout", "fund", "delegated", "match", "transfer", "campaign", "evaluation",
)  # fmt: skip


def declare_all() -> None:
    """Import every business module, so that all acts are declared."""
    for area in AREAS:
        import_module(f"jubao.operations.{area}")

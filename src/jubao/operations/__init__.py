"""The business: one function per act, carried through its chain of people by one envelope.

Map: ``posts`` (who may), ``declaration`` (what an act is), ``audit`` and ``anchor`` (the chain), ``preview``
and ``envelope`` (rehearse, propose, sign, execute), ``inbound`` (files), ``law``, ``people``, ``books`` and
``accounts`` (what acts share), ``keeping`` and ``restoring`` (backup), then the business by area:

- the office: ``office``, ``evaluation``, ``signing``, ``campaign``, ``duty`` (reports owed, unusual figures);
- people: ``register``, ``registration``, ``enrolment``, ``binding``, ``ending``, ``transfer``;
- contributions and accounts: ``receipts``, ``contribution``, ``interest``;
- pensions: ``award``, ``adjustment``, ``suspension``, ``termination`` (with ``closing``, ``unpaid``, ``overpayment``);
- money out: ``payroll``, ``payout``, ``delegated``, ``batch``, ``payment``, ``outcome``;
- the fund: ``fund``; lists from outside: ``match``.

``declare_all`` imports every area, so that all acts are declared.
"""

from importlib import import_module

AREAS = (
    "office", "register", "enrolment", "binding", "receipts", "contribution", "interest", "award", "adjustment",
    "suspension", "termination",
    "overpayment", "payroll", "payment", "payout", "fund", "delegated", "match", "transfer", "campaign",
    "evaluation", "signing",
    "duty",
)  # fmt: skip


def declare_all() -> None:
    """Import every business module, so that all acts are declared."""
    for area in AREAS:
        import_module(f"jubao.operations.{area}")

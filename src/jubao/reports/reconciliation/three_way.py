"""The fiscal account three ways: our books, the bank, and the finance bureau's own statement, month by month."""

from dataclasses import dataclass, replace

from jubao.ledger.models import Reconciliation
from jubao.records.models import FiscalConfirmation
from jubao.reports.reconciliation.agreement import Agreement, as_signed_or_now
from jubao.reports.reconciliation.lines import sides
from jubao.vocabulary import month as months

ACCOUNT, MONTHS_IN_YEAR = "FISCAL_ACCOUNT", 12


@dataclass(frozen=True)
class ThreeWay:
    """A month's end: books and bank with the items between them, and what the bureau says (None: not told yet).

    ``since`` is the first of the months in a row in which bank and bureau differ; None where they agree.
    """

    agreed: Agreement
    confirmed_fen: int | None
    signed: bool
    since: int | None = None

    @property
    def to_bank_fen(self) -> int:
        """Books less bank: the sum of the items in between, and of what nothing explains."""
        return self.agreed.book_fen - self.agreed.bank_fen

    @property
    def to_bureau_fen(self) -> int | None:
        """Bank less the bureau's word."""
        return None if self.confirmed_fen is None else self.agreed.bank_fen - self.confirmed_fen

    @property
    def days(self) -> int:
        """How long bank and bureau have differed at the end of this month, from the end of the first such month."""
        return 0 if self.since is None else (self.agreed.last - months.last_day(self.since)).days

    @property
    def agrees(self) -> bool:
        """Whether every difference is a named item and the bureau says what the bank says."""
        return self.agreed.difference_fen == 0 and self.to_bureau_fen == 0 and all(one.why for one in self.agreed.items)


def three_way(year: int) -> list[ThreeWay]:
    """The months of a year in which one of the three says anything."""
    both = sides(ACCOUNT)
    told = dict(
        FiscalConfirmation.objects.filter(month__gte=months.make(year, 1), month__lte=months.make(year, 12))
        .values_list("month", "closing_fen")
        .order_by("month")
    )
    signed = set(Reconciliation.objects.filter(account=ACCOUNT).values_list("period", flat=True))
    busy = {months.of(one.on) for one in (*both.book, *both.bank)} | set(told) | signed
    found: list[ThreeWay] = []
    for month in months.span(months.make(year, 1), months.add(months.make(year, MONTHS_IN_YEAR), 1)):
        if month in busy:
            one = ThreeWay(as_signed_or_now(ACCOUNT, month), told.get(month), month in signed)
            before = found[-1].since if found else None
            found.append(replace(one, since=(before or month) if one.to_bureau_fen else None))
    return found

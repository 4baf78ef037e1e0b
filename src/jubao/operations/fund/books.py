"""From a business event to its voucher, by the posting templates of the law."""

from collections.abc import Mapping
from datetime import date

from jubao.ledger.models import Voucher
from jubao.ledger.vouchers import Leg, write_voucher
from jubao.operations.envelope.declaration import ActReference
from jubao.policy.store import Policy
from jubao.vocabulary.codes import BenefitItem

AMOUNT_OF_ITEM: Mapping[str, str] = {
    BenefitItem.BASIC_CENTRAL: "basic_central",
    BenefitItem.BASIC_PROVINCE: "basic_province",
    BenefitItem.BASIC_CITY: "basic_city",
    BenefitItem.BASIC_COUNTY: "basic_county",
    BenefitItem.INCREMENT: "increment",
}


def amounts_by_item(sums: Mapping[str, int]) -> dict[str, int]:
    """Sums per benefit item turned into the amount names of the templates, in fen."""
    amounts: dict[str, int] = {}
    for item, fen in sums.items():
        name = AMOUNT_OF_ITEM.get(item, "account_pension")
        amounts[name] = amounts.get(name, 0) + fen
    return amounts


def post(
    event: str, amounts: Mapping[str, int], *, act: ActReference, on: date | None = None, memo: str = "",
    reference: str = "", pending: bool = False,
) -> Voucher | None:  # fmt: skip
    """Write the voucher of a business event.

    Args:
        event: event of ``policy/posting.yaml``.
        amounts: amount name to fen; names the template does not know are an error, zero legs are left out.
        act: the act in whose name it is posted.
        on: voucher date, default the act's business date.
    Returns:
        The voucher, or None when every amount is zero.
    """
    day = on or act.on
    template = Policy.load().posting(event, day)
    legs_wanted = template["legs"]
    unknown = {name for name, fen in amounts.items() if fen} - {leg["amount"] for leg in legs_wanted}
    assert not unknown, f"posting template {event} has no amount {unknown}"
    sides: dict[tuple[str, bool], int] = {}
    for leg in legs_wanted:
        fen = amounts.get(leg["amount"], 0)
        assert fen >= 0, f"{event}: negative amount {leg['amount']}"
        if fen:
            sides[leg["debit"], True] = sides.get((leg["debit"], True), 0) + fen
            sides[leg["credit"], False] = sides.get((leg["credit"], False), 0) + fen
    if not sides:
        return None
    legs = [Leg(key, fen, 0) if debit else Leg(key, 0, fen) for (key, debit), fen in sides.items()]
    return write_voucher(
        template["book"], legs, on=day, act_id=act.id, event=event, memo=memo or template["title"],
        reference=reference or act.case_ref, pending=pending,
    )  # fmt: skip

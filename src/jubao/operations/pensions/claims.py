"""Finding the recovery case somebody means: by the person, and where there are several by reason and first month."""

from collections.abc import Sequence

from jubao.operations.envelope.declaration import Arguments
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Month, PersonRef, ask
from jubao.operations.envelope.view import View
from jubao.operations.people import find_people, in_slices, shown
from jubao.records.models import Overpayment, Person, RecoveryDemand
from jubao.vocabulary.codes.pension import OverpaymentReason


class OfCase(Arguments):
    """Whose claim it is; reason and first month only where a person has several open ones."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    reason: OverpaymentReason | None = ask(
        "多发原因", "Reason of the claim", default=None, hint="有几个未追回的案件时写明是哪一个"
    )
    from_month: Month | None = ask(
        "多发起始年月", "First month of the claim", default=None, hint="同一原因有几个案件时写明，如 201704"
    )

    def fits(self, claim: Overpayment) -> bool:
        """Whether a claim may be the one meant."""
        return self.reason in (None, claim.reason) and self.from_month in (None, claim.from_month)


def open_claims(cases: Sequence[OfCase], view: View, faults: Faults | None = None) -> list[Overpayment]:
    """The open claim of every case, in their order.

    Args:
        cases: what somebody states; a person with two claims may stand twice.
        view: the books.
        faults: takes who has none, several and nothing that tells which, or stands twice with the same one.
    """
    noted = Faults() if faults is None else faults
    people = people_of(cases, view, noted)
    if noted:
        return []
    by_person = claims_of(people, view)
    claims: list[Overpayment] = []
    for number, (case, person) in enumerate(zip(cases, people, strict=True), start=1):
        fitting = [c for c in by_person.get(person.pk, []) if c.open_fen > 0 and case.fits(c)]
        place = shown(person.resident_number)
        if not fitting:
            noted.add(number, "person", "没有未追回的多发待遇案件", place=place)
        elif len(fitting) > 1:
            rule = f"有 {len(fitting)} 个未追回的案件"
            noted.add(number, "reason", rule, next_step="请写明多发原因或起始年月以确定是哪一个", place=place)
        elif fitting[0] in claims:
            noted.add(number, "person", "同一案件在申请中出现两次", place=place)
        else:
            claims.append(fitting[0])
    assert faults is not None or not noted, "a plan is made after its check"
    return claims


def people_of(cases: Sequence[OfCase], view: View, faults: Faults) -> list[Person]:
    """Persons of the cases; somebody with two claims may stand twice. Unknown numbers go to ``faults``."""
    references = list(dict.fromkeys(case.person for case in cases))
    unknown = Faults()
    found = dict(zip(references, find_people(references, view, unknown), strict=not unknown))
    first_case = {case.person: number for number, case in reversed(list(enumerate(cases, start=1)))}
    for fault in unknown:
        faults.add(first_case[references[fault.case - 1]], fault.field, fault.rule, next_step=fault.next_step)
    return [] if unknown else [found[case.person] for case in cases]


def claims_of(people: Sequence[Person], view: View) -> dict[int, list[Overpayment]]:
    """Every claim against some people by person, oldest first, read once for check and plan."""
    keys = sorted({person.pk for person in people})

    def read() -> dict[int, list[Overpayment]]:
        found: dict[int, list[Overpayment]] = {}
        for part in in_slices(keys):
            for claim in Overpayment.objects.filter(person__in=part).select_related("person", "act").order_by("id"):
                found.setdefault(claim.person_id, []).append(claim)
        return found

    return view.once(("recovery claims", tuple(keys)), read)


def demanded(claims: Sequence[Overpayment]) -> set[int]:
    """Claims for which a notice went out."""
    return {
        key
        for part in in_slices([claim.pk for claim in claims])
        for key in RecoveryDemand.objects.filter(overpayment__in=part)
        .order_by("id")
        .values_list("overpayment_id", flat=True)
    }

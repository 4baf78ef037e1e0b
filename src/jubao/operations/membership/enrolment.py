"""Enrolment of new people, and the end of a contributor's relation with its settlement."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.law import law
from jubao.operations.membership.ending import EndOfRelation, end_contributors
from jubao.operations.membership.registration import add_people
from jubao.rules.eligibility import age_on
from jubao.vocabulary import resident_number as numbers
from jubao.vocabulary.codes import ContributorEndReason

LAYOUT = "enrolment_batch"


class Enrol(Arguments):
    """A batch of registrations in one file."""

    file: str


@act("enrolment.enrol", title="参保登记", arguments=Enrol, maker=Post.COLLECTION, chain=[check(Post.ACCOUNTS)],
     workdays=10)  # fmt: skip
def enrol(cases: Sequence[Enrol], *, on: date, act: ActReference) -> Result:
    """Register people of at least the joining age, each once. Source: 国发〔2014〕8号第三条."""
    enrolled = 0
    for case in cases:
        table = read_inbound(case.file, LAYOUT)
        _refuse_by_age(table.columns["resident_number"], table.row_numbers, on)
        add_people(table.columns, table.rows, on=on, act=act)
        take_in(case.file, LAYOUT, rows=table.rows, act=act)
        enrolled += table.rows
    return {"enrolled": enrolled}


def _refuse_by_age(references: list[str], row_numbers: list[int], on: date) -> None:
    today = law(on)
    birth = np.array([numbers.birth_date(n) for n in references], dtype="datetime64[D]")
    ages = age_on(birth, on)
    youngest, pension_age = today.value("scheme.min_age"), today.value("scheme.pension_age")
    faults = [
        f"第{row}行：{numbers.mask(n)} 在 {on} 为 {age} 周岁，参保年龄须满 {youngest} 周岁且未满 {pension_age} 周岁"
        for row, n, age in zip(row_numbers, references, ages.tolist(), strict=True)
        if not youngest <= age < pension_age
    ]
    if faults:
        raise Refused(f"参保登记未办理：共 {len(faults)} 人不符合参保年龄", faults=faults)


class EndEnrolment(Arguments):
    """A contributor whose relation ends: why, when, and to whom the account is paid."""

    person: str
    reason: ContributorEndReason
    event_date: date
    memo: str = ""
    payee_name: str = ""
    payee_account: str = ""


@act("enrolment.end", title="参保关系终止（缴费人员）", arguments=EndEnrolment, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def end_enrolments(cases: Sequence[EndEnrolment], *, on: date, act: ActReference) -> Result:
    """End contributors' relations and settle their accounts. Source: 社会保险经办条例第十条."""
    endings = [EndOfRelation(**case.model_dump()) for case in cases]
    return end_contributors(endings, on=on, act=act)

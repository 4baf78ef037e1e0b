"""Who may be brought into the register: one rule, asked by every act that brings people in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jubao.columns.bounded import AccountNumber
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.membership.joining_terms import check_terms
from jubao.operations.membership.newcomers import Newcomers
from jubao.operations.people import SLICE
from jubao.records.models import (
    AccountEntry,
    Award,
    AwardEvent,
    BankAccount,
    Division,
    Enrolment,
    Identity,
    Person,
    Residence,
)
from jubao.vocabulary import resident_number as numbers
from jubao.vocabulary.codes import Category, EnrolmentState, HouseholdType, Source
from jubao.vocabulary.codes.membership import WayIn
from jubao.vocabulary.name import normalise_name, same_name


def check_admission(people: Newcomers, view: View, faults: Faults) -> None:
    """Refuse whoever may not be brought in, and whatever the books could not keep; every fault is named.

    Source: 国发〔2014〕8号第三部分（参保范围）、第四部分（档次）、第八部分（转移）；人社部发〔2014〕17号.
    """
    _check_numbers(people, faults)
    if faults:
        return  # birth days and further look-ups need valid numbers
    _check_known(people, faults)
    _check_codes(people, faults)
    _check_accounts(people, faults)
    _check_texts(people, faults)
    _check_numbers_fit(people, faults)
    check_terms(people, view, faults)


# ── Number and name ──


def _check_numbers(people: Newcomers, faults: Faults) -> None:
    """Every number is one, stands once, and goes with a name."""
    seen: dict[str, int] = {}
    for place, number in enumerate(people.columns["resident_number"]):
        rule = _broken_rule(number)
        if rule:
            people.fault(
                faults, place, "resident_number", f"公民身份号码无效：{rule}", next_step="请核对证件原件后重新填写"
            )
        elif number in seen:
            people.fault(
                faults, place, "resident_number", "公民身份号码在同一申请中出现两次", next_step="请删去重复的一项"
            )
        seen[number] = place
    for place, (name, way) in enumerate(zip(people.columns["name"], people.way, strict=True)):
        spoilt = way is not WayIn.TAKEN_OVER and any(sign.isdigit() for sign in name)
        if normalise_name(name) != name or not name or spoilt:
            people.fault(
                faults, place, "name", "姓名书写不合规：不能为空，不能含数字和多余空格", next_step="请按证件书写"
            )


def _broken_rule(number: str) -> str:
    try:
        numbers.normalise(number)
    except numbers.InvalidResidentNumber as error:
        return error.rule
    return ""


def _check_known(people: Newcomers, faults: Faults) -> None:
    """Nobody is brought in twice, under an earlier number of theirs either; whose relation ended is told the way back."""
    wanted = people.columns["resident_number"]
    known = dict(_known(wanted))
    if not known:
        return
    ended = _ended(sorted(known))
    for place, (number, name) in enumerate(zip(wanted, people.columns["name"], strict=True)):
        if number in known:
            other = "" if same_name(known[number], name) else "，登记姓名与所报不同"
            was = "，关系已终止" if number in ended else ""
            then = WAY_BACK if number in ended else "请核对，已参保的不再登记"
            people.fault(faults, place, "resident_number", f"已在参保登记中{was}{other}", next_step=then)


WAY_BACK = (
    "误办终止且款项未付出的办理参保关系终止撤销（enrolment.restore）；"
    "账户已付清或已转出的，本系统尚不能重新参保，请报上级处理"
)


def _known(wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The numbers the register knows, or ever knew, with the latest name of each."""
    for start in range(0, len(wanted), SLICE):
        part = wanted[start : start + SLICE]
        for rows in (Identity.objects, Person.objects):
            found = rows.filter(resident_number__in=part).order_by("id")
            yield from found.values_list("resident_number", "name")


def _ended(numbers: Sequence[str]) -> set[str]:
    """Those of some resident numbers whose relation has ended."""
    ended = Person.objects.filter(enrolment__enrolment_state=EnrolmentState.ENDED).order_by("id")
    return {
        number
        for start in range(0, len(numbers), SLICE)
        for number in ended.filter(resident_number__in=numbers[start : start + SLICE]).values_list(
            "resident_number", flat=True
        )
    }


# ── Codes, accounts and words ──


def _check_codes(people: Newcomers, faults: Faults) -> None:
    """Categories, household types and divisions exist."""
    lists: dict[str, tuple[set[str], str, str]] = {
        "category": ({str(one) for one in Category}, "参保身份编码 {} 不在代码表内", "请按参保身份代码填写，如 011"),
        "household_type": (
            {str(one) for one in HouseholdType},
            "户口性质编码 {} 不在代码表内",
            "请填 10 城镇或 20 农村",
        ),
        "division": (
            set(Division.objects.order_by("code").values_list("code", flat=True)),
            "村社区编码 {} 不在区划登记中",
            "请核对编码，或先登记区划",
        ),
    }
    for column, (known, rule, then) in lists.items():
        given = people.columns[column]
        if set(given) <= known:
            continue
        for place, code in enumerate(given):
            if code not in known and (code or column != "household_type"):
                people.fault(faults, place, column, rule.format(code), next_step=then)


def _check_accounts(people: Newcomers, faults: Faults) -> None:
    """A bank account, where one is given, is digits only; a bank alone says nothing."""
    for place, account in enumerate(people.columns["bank_account"]):
        if account and not is_account(account):
            rule = "银行账号应为 8 至 32 位数字"
            people.fault(faults, place, "bank_account", rule, next_step="请按存折或社会保障卡填写")


def is_account(text: str) -> bool:
    """Whether a text can be a bank account: digits, as many as the books keep."""
    return text.isascii() and text.isdigit() and AccountNumber.shortest <= len(text) <= AccountNumber.longest


TEXTS = (
    ("name", Person, "name"),
    ("personal_number", Person, "personal_number"),
    ("address", Residence, "address"),
    ("phone", Residence, "phone"),
    ("bank", BankAccount, "bank"),
    ("card_number", BankAccount, "card_number"),
    ("judgment", AwardEvent, "judgment"),
)
NUMBERS = (
    ("enrolled_month", Enrolment, "enrolled_month"),
    ("contributed_years", Enrolment, "earlier_years"),
    ("pension_start", Award, "start_month"),
    ("suspended_from", Award, "suspended_from"),
    ("ended_month", Award, "ended_month"),
    *((source.lower(), AccountEntry, "amount_fen") for source in Source),
    *((f"pension_{source.lower()}", AccountEntry, "amount_fen") for source in Source),
)


def _check_texts(people: Newcomers, faults: Faults) -> None:
    """No text is longer than its column."""
    for column, model, attribute in TEXTS:
        target: Any = model._meta.get_field(attribute)
        longest = int(target.max_length or 0)
        for place in _too_long(people.columns.get(column, ()), longest):
            rule = f"{target.verbose_name}超过 {longest} 个字"
            people.fault(faults, place, column, rule, next_step="请改短后重新填写")


def _check_numbers_fit(people: Newcomers, faults: Faults) -> None:
    """No year count, month or sum lies outside what its column keeps."""
    for column, model, attribute in NUMBERS:
        target: Any = model._meta.get_field(attribute)
        for place, value in enumerate(people.columns.get(column, ())):
            if value is not None and not target.at_least <= value <= target.at_most:
                rule = f"{target.verbose_name} {value} 超出账簿可以记载的范围"
                people.fault(faults, place, column, rule, next_step="请核对后改正")


def _too_long(texts: Iterable[str | None], longest: int) -> list[int]:
    return [place for place, text in enumerate(texts) if text and len(text) > longest]

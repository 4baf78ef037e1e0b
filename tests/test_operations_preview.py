"""The preview: whom a plan touches, before and after, money, exceptions first; alike for every act, veiled, bounded."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from jubao.operations.envelope.acting import propose
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.preview import preview_of
from jubao.operations.envelope.seen.lines import people_of
from jubao.operations.envelope.seen.people import People, lead_of
from jubao.operations.envelope.seen.words import veiled
from jubao.operations.envelope.view import View
from jubao.records import models as records
from jubao.records.models import (
    AccountEntry,
    Award,
    AwardComponent,
    AwardEvent,
    BankAccount,
    BankLine,
    DelegatedLine,
    DelegatedPayee,
    PaymentBatch,
    Payout,
    PensionMonth,
    Person,
    Proposal,
)
from jubao.records.sealing import canonical
from jubao.vocabulary.masks import by_its_ends
from tests.acts import AT, ON, PLANS, any_act, insured, pensioners, write
from tests.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office() -> Iterator[Office]:
    with any_act():
        yield Office()


def planned() -> Changes:
    return Changes(View(ON, AT, "case", frozenset({"L4"})))


def shown(changes: Changes) -> dict[str, Any]:
    with changes.view.open():
        return preview_of(changes, People(changes))


def in_books(count: int = 3, **said: Any) -> list[Person]:
    write(lambda changes: pensioners(count, changes, **said) and None, "people")
    return list(Person.objects.order_by("id"))


def batch(changes: Changes, count: int, total: int) -> PaymentBatch:
    return changes.add(
        PaymentBatch(
            number="P1",
            kind="PENSION",
            month=201703,
            count=count,
            total_fen=total,
            file_sha256="0" * 64,
            case_ref="case",
        )
    )


def line(people: list[Person], batch_id: int, fen: list[int]) -> list[BankLine]:
    return [
        BankLine(
            batch_id=batch_id,
            seq=place,
            person_id=person.pk,
            payee_number=person.personal_number,
            payee_name=person.name,
            bank="农业银行",
            account=f"62284800{place:011d}",
            amount_fen=amount,
        )
        for place, (person, amount) in enumerate(zip(people, fen, strict=True), start=1)
    ]


# ── Whom, before and after ──


def test_a_person_is_shown_with_what_moves_and_what_is_new_in_a_clerks_words() -> None:
    in_books()
    case = {"person": "4306020000002", "reason": "1201", "from_month": 201703, "due": "2017-06-30", "memo": "未认证"}
    answer = propose("award.suspend", [case], key="s1", by="D1", on=ON, at=AT)
    [one] = answer.preview["people"]["shown"]
    assert (one["name"], one["number"], one["personal_number"]) == ("居民2", "430602********0023", "4306020000002")
    assert "待遇核定 暂停年月：无 → 2017年3月" in one["moves"]
    [event] = [row for row in one["rows"] if row.startswith("待遇状态变动")]
    told = (
        "变动 暂停",
        "原因 未通过领取资格认证",
        "起始年月 2017年3月",
        "下一步岗位 待遇经办岗",
        "下一步期限 2017年6月30日",
    )
    assert [words for words in told if words not in event] == []
    assert {"move": "待遇核定 暂停年月：无 → 2017年3月", "rows": 1} in answer.preview["moves"]


def test_people_are_found_through_award_enrolment_account_and_candidate() -> None:
    leads = {
        model: lead_of(getattr(records, model))
        for model in (
            "AwardEvent",
            "AwardComponent",
            "EnrolmentEvent",
            "AccountEntry",
            "BankLine",
            "LineReturn",
            "PayoutOrder",
            "CandidateEvent",
            "VerificationFinding",
            "Instalment",
            "ContributionRefund",
            "LineHold",
            "Crediting",
        )
    }
    assert {name for name, lead in leads.items() if lead is None or lead.subject is not Person} == set()
    assert lead_of(PaymentBatch) is None
    assert lead_of(records.DelegatedLine).subject is records.DelegatedPayee


def test_people_the_plan_itself_adds_are_found_through_its_placeholders() -> None:
    changes = planned()
    people = pensioners(2, changes)
    [award, _] = [-1, -2]
    changes.add(AwardEvent(award_id=award, kind="STARTED", month=201703))
    seen = shown(changes)["people"]
    assert seen["count"] == 2
    assert [one["name"] for one in seen["shown"]] == [person.name for person in people]
    assert [any(row.startswith("待遇状态变动") for row in one["rows"]) for one in seen["shown"]] == [True, False]


def test_a_row_that_leads_over_stored_rows_finds_its_person() -> None:
    in_books()
    award = Award.objects.get(person__name="居民3")
    changes = planned()
    component = AwardComponent(award=award, item="001001", amount_fen=8800, from_month=201704)
    changes.add(component)
    [one] = shown(changes)["people"]["shown"]
    assert one["name"] == "居民3"
    assert one["rows"] == ["待遇项目：待遇项目 基础养老金（中央），月金额 88.00 元，起始年月 2017年4月"]


def test_several_rows_of_a_kind_are_one_sentence_with_codes_months_and_sum() -> None:
    [person, *_] = in_books()
    changes = planned()
    changes.insert(
        AccountEntry,
        {
            "person_id": person.pk,
            "source": ["PERSONAL", "CITY"],
            "kind": "INTEREST",
            "amount_fen": [100, 50],
            "year": 2016,
            "value_month": 201612,
        },
        count=2,
    )
    [one] = shown(changes)["people"]["shown"]
    assert one["rows"] == [
        "个人账户记账：2 条，来源 个人缴费、市级补贴，类型 利息，金额合计 1.50 元，起息月 2016年12月"
    ]


def test_a_head_moved_twice_shows_its_first_and_its_last_value() -> None:
    in_books(1)
    changes = planned()
    award = Award.objects.get()
    changes.set(award, suspended_from=201703)
    changes.update(Award, [award.pk], suspended_from=201704)
    [one] = shown(changes)["people"]["shown"]
    assert one["moves"] == ["待遇核定 暂停年月：无 → 2017年4月"]


def test_more_than_two_hundred_people_are_grouped_by_cause_and_the_whole_list_opens() -> None:
    changes = planned()
    people = changes.add_all([insured(place) for place in range(1, 251)])
    changes.insert(
        AccountEntry,
        {
            "person_id": np.array([p.pk for p in people]),
            "source": ["PERSONAL"] * 200 + ["CITY"] * 50,
            "kind": "OPENING",
            "amount_fen": np.full(250, 100),
            "year": 2016,
            "value_month": 201612,
        },
        count=250,
    )
    seen = shown(changes)
    assert (seen["people"]["count"], len(seen["people"]["shown"]), seen["people"]["beyond"]) == (250, 200, 50)
    causes = [one for one in seen["causes"] if one["title"] == "个人账户记账"]
    assert causes == [
        {"title": "个人账户记账", "cause": "来源 个人缴费，类型 期初余额", "rows": 200, "people": 200, "fen": 20_000},
        {"title": "个人账户记账", "cause": "来源 市级补贴，类型 期初余额", "rows": 50, "people": 50, "fen": 5_000},
    ]
    with changes.view.open():
        assert len(people_of(People(changes), most=None)["shown"]) == 250


# ── Money ──


def test_money_is_told_by_month_payer_and_account() -> None:
    people = in_books()
    changes = planned()
    lines = changes.add_all(line(people, batch(changes, 3, 300).pk, [100, 100, 100]))
    changes.insert(
        PensionMonth,
        {
            "batch_id": -1,
            "bank_line_id": [one.pk for one in lines],
            "person_id": [p.pk for p in people],
            "award_id": list(Award.objects.order_by("id").values_list("pk", flat=True)),
            "month": [201702, 201703, 201703],
            "basic_central_fen": [100, 100, 0],
            "account_personal_fen": [0, 0, 100],
        },
        count=3,
    )
    money = shown(changes)["money"]
    assert [(one["month"], one["rows"], one["fen"]) for one in money["months"] if one["title"] == "发放月份"] == [
        ("2017年2月", 1, 100),
        ("2017年3月", 2, 200),
    ]
    assert [(one["payer"], one["fen"]) for one in money["payers"] if one["title"] == "发放月份"] == [
        ("基础养老金（中央）", 200),
        ("账户养老金（个人缴费）", 100),
    ]


def test_legs_of_vouchers_are_summed_by_account_with_their_names() -> None:
    from jubao.ledger.models import Account, Voucher, VoucherLine

    accounts = list(Account.objects.filter(book="FUND").order_by("id")[:2])
    changes = planned()
    voucher = changes.add(
        Voucher(
            book="FUND",
            period=201703,
            number=1,
            date=ON,
            event="test",
            memo="试",
            debit_fen=500,
            credit_fen=500,
            late_for=date(2017, 2, 28),
        )
    )
    changes.add_all(
        [
            VoucherLine(voucher_id=voucher.pk, seq=1, account=accounts[0], debit_fen=500, credit_fen=0),
            VoucherLine(voucher_id=voucher.pk, seq=2, account=accounts[1], debit_fen=0, credit_fen=500),
        ]
    )
    seen = shown(changes)
    assert sorted((one["account"], one["debit_fen"], one["credit_fen"]) for one in seen["money"]["accounts"]) == sorted(
        [(f"{accounts[0].code} {accounts[0].name}", 500, 0), (f"{accounts[1].code} {accounts[1].name}", 0, 500)]
    )
    [late] = [one["text"] for one in seen["exceptions"] if one["kind"] == "late_voucher"]
    assert late == "凭证“试 5.00 元”应记 2017年2月28日，该月已经结账或对账，记入 2017年3月1日"


# ── Exceptions first ──


def exceptions(changes: Changes, kind: str) -> list[dict[str, Any]]:
    return [one for one in shown(changes)["exceptions"] if one["kind"] == kind]


def test_one_account_for_several_people_is_an_exception() -> None:
    people = in_books(3)
    changes = planned()
    lines = line(people, batch(changes, 3, 300).pk, [100, 100, 100])
    lines[1].account = lines[0].account
    changes.add_all(lines)
    [one] = exceptions(changes, "shared_account")
    assert one["text"] == "2 人使用同一账户 6228****0001"
    assert [who["name"] for who in one["people"]] == ["居民1", "居民2"]


def test_people_of_a_delegated_programme_are_shown_and_their_shared_accounts_found() -> None:
    changes = planned()
    payees = changes.add_all(
        [
            DelegatedPayee(
                programme="SPECIAL_FAMILY",
                resident_number=insured(place).resident_number,
                name=f"代发{place}",
                bank_account="6228480000000000001",
                monthly_fen=100,
                start_month=201703,
            )
            for place in (1, 2)
        ]
    )
    kind = batch(changes, 2, 200)
    rows = line([insured(1), insured(2)], kind.pk, [100, 100])
    for row in rows:
        row.person_id, row.account = None, "6228480000000000001"
    lines = changes.add_all(rows)
    changes.add_all(
        DelegatedLine(payee=payee, batch=kind, bank_line=one, month=201703, amount_fen=100)
        for payee, one in zip(payees, lines, strict=True)
    )
    seen = shown(changes)
    assert [one["name"] for one in seen["people"]["shown"]] == ["代发1", "代发2"]
    [one] = [one for one in seen["exceptions"] if one["kind"] == "shared_account"]
    assert [who["name"] for who in one["people"]] == ["代发1", "代发2"]


def test_an_account_that_belongs_to_somebody_else_in_the_register_is_an_exception() -> None:
    people = in_books(3)
    changes = planned()
    changes.add(BankAccount(person=people[0], account="62284800" + f"{2:011d}", usable_from=ON))
    [one] = exceptions(changes, "shared_account")
    assert [who["name"] for who in one["people"]] == ["居民1", "居民2"]
    changes = planned()
    changes.add(
        Payout(person=people[0], kind="REFUND", amount_fen=1, payee_name="某", payee_account="11112222", case_ref="c")
    )
    assert exceptions(changes, "shared_account") == []


def test_the_first_payment_to_a_changed_account_names_who_changed_it() -> None:
    people = in_books(2)
    fresh = "6217000000000000001"
    rebind(people[0], fresh)
    changes = planned()
    lines = line(people, batch(changes, 2, 200).pk, [100, 100])
    lines[0].account = fresh
    changes.add_all(lines)
    [one] = exceptions(changes, "changed_account")
    assert one["text"] == "1 人首次发放到由 L4 经办变更的账户"
    assert [(who["name"], who["detail"]) for who in one["people"]] == [("居民1", "2017年3月1日变更为 6217****0001")]


def rebind(person: Person, number: str) -> None:
    """The change of an account, as the act account.rebind leaves it."""
    usual = ACTS.pop("account.rebind", None)
    ACTS["account.rebind"] = replace(ACTS["test.write"], code="account.rebind")
    try:
        PLANS.append(lambda changes: changes.add(BankAccount(person=person, account=number, usable_from=ON)) and None)
        propose("account.rebind", [{}], key=f"rebind{person.pk}", by="L4", on=ON, at=AT)
    finally:
        del ACTS["account.rebind"]
        if usual is not None:
            ACTS["account.rebind"] = usual


def test_the_largest_sums_are_named_where_there_are_many() -> None:
    people = in_books(25)
    changes = planned()
    amounts = list(range(100, 2600, 100))
    changes.add_all(line(people, batch(changes, 25, sum(amounts)).pk, amounts))
    [one] = exceptions(changes, "largest")
    assert [(who["name"], who["detail"]) for who in one["people"]][:2] == [
        ("居民25", "25.00 元"),
        ("居民24", "24.00 元"),
    ]
    assert len(one["people"]) == 5
    few = planned()
    few.add_all(line(people[:3], batch(few, 3, 600).pk, [100, 200, 300]))
    assert exceptions(few, "largest") == []


def test_many_resumed_by_one_hand_are_an_exception() -> None:
    in_books(21)
    awards = list(Award.objects.order_by("id"))
    changes = planned()
    changes.add_all(AwardEvent(award=award, kind="RESUMED", month=201703) for award in awards[:19])
    assert exceptions(changes, "resumed_by_one") == []
    changes = planned()
    changes.add_all(AwardEvent(award=award, kind="RESUMED", month=201703) for award in awards[:20])
    [one] = exceptions(changes, "resumed_by_one")
    assert one["text"] == "本次续发 20 人，L4 本月此前已续发 0 人，达到预警人数 20"


def test_what_was_resumed_lately_and_is_paid_now_is_told_by_hand() -> None:
    people = in_books(2)
    award = Award.objects.order_by("id").first()
    write(lambda changes: changes.add(AwardEvent(award=award, kind="RESUMED", month=201702)) and None, "resumed")
    changes = planned()
    [one] = changes.add_all(line(people[:1], batch(changes, 1, 100).pk, [100]))
    changes.add(
        PensionMonth(
            batch_id=-1, bank_line_id=one.pk, person=people[0], award=award, month=201703, basic_central_fen=100
        )
    )
    [found] = exceptions(changes, "resumed_then_paid")
    assert found["text"] == "1 人近期由 L4 经办续发后发放"
    assert found["people"][0]["detail"] == "自2017年2月续发"


def test_uncertain_law_and_notices_stand_in_the_preview_without_the_limits_of_the_preview_itself() -> None:
    people = in_books(2)
    changes = planned()
    changes.notice("缺一份名单 11010519491231002X")
    lines = line(people, batch(changes, 2, 200).pk, [100, 100])
    lines[1].account = lines[0].account
    changes.add_all(lines)
    seen = shown(changes)
    assert seen["notices"] == ["缺一份名单 110105********002X"]
    assert seen["uncertain"] == []
    assert seen["exceptions"]


# ── Veiled, the same, bounded ──


def test_no_raw_number_or_account_stands_in_a_preview() -> None:
    changes = planned()
    pensioners(3, changes)
    text = canonical({k: v for k, v in shown(changes).items() if k != "essence"})
    assert not re.findall(r"[0-9]{17}[0-9X]", re.sub(r"[0-9a-f]{64}", "", text))
    assert "62284800" not in text
    assert by_its_ends("123") == "***"
    assert veiled("卡号 6228480000000012345 已核") == "卡号 622848*********2345 已核"


def test_a_preview_is_stored_as_shown_and_made_twice_it_is_the_same() -> None:
    in_books(3)
    case = {"person": "4306020000002", "reason": "1201", "from_month": 201703, "due": "2017-06-30"}
    answer = propose("award.suspend", [case], key="s1", by="D1", on=ON, at=AT)
    stored = json.loads(Proposal.objects.get(key="s1").preview)
    assert stored == answer.preview
    again = propose("award.suspend", [case], key="s2", by="D1", on=ON, at=AT)
    assert again.preview == answer.preview


def test_a_preview_of_a_big_plan_is_bounded_and_costs_little() -> None:
    changes = planned()
    count, people = 200_000, 40_000
    changes.insert(
        PensionMonth,
        {
            "batch_id": 1,
            "bank_line_id": np.arange(count) + 1,
            "person_id": np.arange(count) % people + 1,
            "award_id": np.arange(count) % people + 1,
            "month": np.where(np.arange(count) % 7, 201703, 201702),
            "kind": "",
            "adjustment": 0,
            "state": "DUE",
            "basic_central_fen": np.arange(count) % 9000 + 1,
            "basic_city_fen": 500,
            "account_personal_fen": np.arange(count) % 700,
        },
        count=count,
    )
    changes.insert(
        BankLine,
        {
            "batch_id": 1,
            "seq": np.arange(people) + 1,
            "person_id": np.arange(people) + 1,
            "payee_number": [str(one) for one in range(people)],
            "payee_name": "某",
            "bank": "农业银行",
            "account": [f"62284800{one:011d}" for one in range(people)],
            "amount_fen": 100,
            "result": "",
        },
        count=people,
    )
    with changes.view.open():
        extra = min(beyond_the_essence(changes) for _ in range(3))
        seen = preview_of(changes, People(changes))
    assert seen["essence"] == essence(changes)
    assert seen["people"]["count"] == people
    assert len(canonical(seen)) < 200_000
    assert extra < 0.5, f"{extra:.2f} s"


def beyond_the_essence(changes: Changes) -> float:
    """Processor seconds a preview takes beyond what every signature needs anyway; other processes do not count."""
    started = time.process_time()
    essence(changes)
    between = time.process_time()
    preview_of(changes, People(changes))
    return time.process_time() - between - (between - started)

"""Stories about people: from registration to a pension, another account, a suspected death."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tests.desk_server import Desk
from tests.stories.desk import Clerk
from tests.stories.people import Books, registrations

Seat = Callable[..., AbstractContextManager[Clerk]]


def test_from_registration_to_the_first_pension(clerk: Seat, desk: Desk, tmp_path: Path) -> None:
    """A newcomer is enrolled by a file and another person's signature; somebody who has paid all years is awarded."""
    books = Books(desk.home)
    file = registrations(tmp_path / "新参保.xlsx", books.village(), {"赵新来": "19850620"})
    with clerk("征缴扩面岗") as collection:
        proposal = collection.proposes("enrolment.enrol", {"新参保登记": str(file)})
        collection.sees("赵新来", "待审")
    with clerk("个人账户岗") as accounts:
        accounts.signs(proposal).opens(proposal).sees("已办结")
        accounts.finds_person("赵新来").is_at("赵新来").sees("正常缴费").finds_it_well_made()
        retiring = books.of_age()
        accounts.signs_what_waits("待遇核定")
    with clerk("副主任（业务）") as deputy:
        deputy.signs_what_waits("待遇核定")
        deputy.finds_person(retiring.name).is_at(retiring.name).sees("正常待遇").follows("待遇与计算表")
        deputy.sees("2018年2月", "139").finds_it_well_made()


def test_another_account_with_its_cooling_time(clerk: Seat, desk: Desk) -> None:
    """Three people, and seven days before money goes there (变更收款账户冷静期)."""
    pensioner = Books(desk.home).in_payment()
    answers = {"参保人": pensioner.code, "开户银行": "农业银行", "银行账号": "6228480000000000011"}
    with clerk("个人账户岗") as accounts:
        accounts.fills_in("account.rebind", answers).sees("冷静期 7 天", "6228****0011").finds_it_well_made()
        accounts.presses("提交").sees("待审")
        proposal = accounts.page.url
        accounts.sees_not("同意并").sees("这是您提出的")
    with clerk("待遇经办岗") as benefits:
        benefits.signs(proposal)
    with clerk("副主任（业务）") as deputy:
        deputy.signs(proposal).opens(proposal).sees("已办结")
        deputy.finds_person(pensioner.name).follows("银行卡与社保卡")
        deputy.sees("6228****0011", "2018-01-18").finds_it_well_made()


def test_a_suspected_death_is_held_confirmed_and_claimed_back(clerk: Seat, desk: Desk) -> None:
    """Held by three, confirmed by three others' papers; what was paid after the death is claimed and asked for in writing."""
    books = Books(desk.home)
    suspect = books.suspect()
    with clerk("待遇经办岗") as benefits:
        benefits.opens("/match/GA-201801").sees(suspect.name).finds_it_well_made()
        held = {"名单号": "GA-201801", "参保人": suspect.code, "暂停年月": "201802", "核实期限": "2018-03-12"}
        proposal = benefits.proposes("match.hold", held)
    with clerk("个人账户岗") as accounts, clerk("副主任（业务）") as deputy:
        accounts.signs(proposal)
        deputy.signs(proposal).opens(proposal).sees("已办结")
        confirmed = {
            "名单号": "GA-201801",
            "参保人": suspect.code,
            "死亡": "",
            "死亡或终止日期": "2017-10-05",
            "报告日期": "2018-01-11",
            "火化": "",
            "领取人姓名": "周继承",
            "领取人账号": "6228480000000000029",
            "核实材料": "死亡医学证明 2018-1",
            "继承关系证明": "亲属关系证明 2018-1",
            "备注": "医院证明为 2017-10-05，名单所列为户口注销日期",
        }
        ended = accounts.proposes("match.confirm", confirmed)
    with clerk("待遇经办岗") as benefits, clerk("副主任（业务）") as deputy:
        benefits.signs(ended)
        deputy.signs(ended).opens(ended).sees("已办结")
        deputy.opens("/recoveries").sees(suspect.name).finds_it_well_made()
        deputy.finds_person(suspect.name).is_at(suspect.name).sees("终止")

"""Stories about the office itself: figures, law, a proposal that came back, a file with faults, a leave, and no scripts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import expect

from tests.desk_server import Desk
from tests.stories.desk import Clerk
from tests.stories.people import Books, registrations

Seat = Callable[..., AbstractContextManager[Clerk]]


def test_a_signed_report_and_a_figure_down_to_its_voucher(clerk: Seat) -> None:
    """The director reads the signed report, opens a figure, and the accountant the voucher behind a line of the books."""
    with clerk("主任") as director:
        director.opens("/reports").follows("2017").is_at("2017").finds_it_well_made()
        director.opens("/figures/collection.received").sees("2017").finds_it_well_made()
    with clerk("会计岗") as accountant:
        accountant.opens("/vouchers").finds_it_well_made()
        accountant.opens("/vouchers/FUND-201712-1").sees("借", "贷").finds_it_well_made()


def test_another_value_of_the_law_is_tried_and_changes_nothing(clerk: Seat) -> None:
    with clerk("主任") as director:
        director.opens("/policy").follows("基础养老金中央标准").is_at("基础养老金中央标准")
        director.fill("假设的值", "83.00").presses("试算")
        director.sees("70.00 → 83.00", "在发的基础养老金", "不改动账簿").finds_it_well_made()
        director.opens("/policy/benefit.base_national").sees("70.00")


def test_a_proposal_that_came_back_is_corrected_and_proposed_again(clerk: Seat) -> None:
    """What audit returned for want of an address is taken up again with what was typed, mended, and signed."""
    with clerk("待遇经办岗") as benefits:
        benefits.opens("/proposals?state=REJECTED").follows("追回通知").sees("送达地址没有写明")
        benefits.follows("重新提出").is_at("追回通知").finds_it_well_made()
        benefits.fill("送达对象", "本人家属，送达三眼桥街道").presses("预览变化").presses("提交").sees("待审")
        again = benefits.page.url
    with clerk("稽核内控岗") as audit:
        audit.signs(again).opens(again).sees("送达三眼桥街道")


def test_a_file_with_faults_names_each_of_them_and_takes_nothing_in(clerk: Seat, desk: Desk, tmp_path: Path) -> None:
    books = Books(desk.home)
    village, people = books.village(), {"钱有误": "19850620", "孙无误": "19860721"}
    before = books.ask("SELECT count(*) FROM records_proposal")
    with clerk("征缴扩面岗") as collection:
        wrong = registrations(tmp_path / "有误.xlsx", village, people, wrong=True)
        collection.fills_in("enrolment.enrol", {"新参保登记": str(wrong)})
        collection.sees("档次").finds_it_well_made()
        assert books.ask("SELECT count(*) FROM records_proposal") == before
        right = registrations(tmp_path / "更正.xlsx", village, people)
        collection.proposes("enrolment.enrol", {"新参保登记": str(right)})
        collection.sees("钱有误", "孙无误", "待审")


def test_a_fault_stands_beside_its_field_while_one_types(clerk: Seat, desk: Desk) -> None:
    """A day that is none is named on top and beside its field before anything is sent, and the cursor stays where it is."""
    wrong = "没有“2017-13-01”这一天"
    with clerk("待遇经办岗") as benefits:
        field = benefits.opens("/acts/award.resume").main.get_by_label("依据日期")
        field.press_sequentially("2017-13-01")
        expect(benefits.main.get_by_text(wrong)).to_have_count(2)
        expect(field).to_be_focused()
        expect(benefits.main.get_by_role("link", name=wrong)).to_have_count(1)


def test_a_leave_is_granted_and_everybody_sees_who_stands_in(clerk: Seat) -> None:
    """The accountant goes on leave; the director sees what that breaks before signing, and staff and posts tell it then."""
    with clerk("主任") as director:
        director.opens("/posts?away=C1&first=2018-01-15&back=2018-01-18").sees("各项业务都有人可办")
        director.signs_what_waits("工作人员请假")
        director.opens("/posts").sees("2018-01-15", "2018-01-18").finds_it_well_made()
    with clerk("副主任（财务）") as finance:
        finance.opens("/posts").sees("B岗", "会计岗")


def test_the_main_path_works_without_scripts(clerk: Seat, desk: Desk) -> None:
    """Search, person, form, preview, submit, sign, list: links and forms alone."""
    pensioner = Books(desk.home).in_payment(3)
    with clerk("个人账户岗", scripts=False) as accounts:
        accounts.finds_person(pensioner.code).is_at(pensioner.name)
        answers = {"参保人": pensioner.code, "开户银行": "农业银行", "银行账号": "6228480000000000037"}
        proposal = accounts.proposes("account.rebind", answers)
        accounts.opens("/lists/register").sees("参保登记名册"[:4])
    with clerk("待遇经办岗", scripts=False) as benefits:
        benefits.signs(proposal).opens(proposal).sees("复核")

"""Stories about the office itself: figures, law, a proposal that came back, a file with faults, a leave, and no scripts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.desk_server import Desk, desk_of
from tests.stories.desk import Clerk, seated
from tests.stories.people import TODAY, Books, registrations

Seat = Callable[..., AbstractContextManager[Clerk]]


SPRING = "2017-05-31"
"""Data up to this day hold one figure nobody explained yet; those of the year's end, on these books, hold none."""


def test_a_report_is_explained_and_signed_and_a_figure_opened_down_to_its_voucher(clerk: Seat, desk: Desk) -> None:
    """What is unusual is explained, the report proposed, checked and approved; a number in its text leads to the voucher.

    The report as of the cut-off in December was signed when the story begins, and the same one is never signed twice.
    """
    books = Books(desk.home)
    with clerk("综合办公室") as office:
        _report(office).sees("1 处须说明", "查出多发金额").finds_it_well_made()
        office.follows("报告签定").is_at("报告签定").presses("预览变化").sees("有指标超出合理范围而无说明")
        _report(office).follows("指标异常说明").is_at("指标异常说明")
        office.fill("原因", "上年跨省重复领取集中在一季度核实，逐笔核对无误").presses("预览变化").submits().sees("待审")
    with clerk("副主任（财务）") as finance:
        finance.signs_what_waits("指标异常说明")
    with clerk("综合办公室") as office:
        _report(office).sees("没有矛盾", "逐笔核对无误").follows("报告签定")
        office.presses("预览变化").sees("冻结指标数").finds_it_well_made()
        office.submits().sees("待审")
        _report(office).sees("已送签，等待签署")
    for post in ("副主任（财务）", "主任"):
        with clerk(post) as signer:
            signer.opens("/inbox").follows("报告签定").sees(f"您以 {post} 的身份签署").finds_it_well_made()
            signer.agrees()
    with clerk("主任") as director:
        _report(director).follows("与账对照").is_at("已签报告与账对照").sees("共签定 2 份").finds_it_well_made()
        newest = director.panel("2017年度部门整体支出绩效自评报告")
        for name in books.signers("report.sign"):
            expect(newest).to_contain_text(f"{name} {TODAY}")
        expect(newest).to_contain_text(f"数据截至 {SPRING}")
        expect(newest).to_contain_text("留存文件完好")
        expect(newest).to_contain_text("项指标与现有记录全部一致")
        _report(director).follows(f"{books.from_above(SPRING) / 1_000_000:g}万元").is_at("上级转移支付到位金额")
        director.sees(f"与 {TODAY} 签定的报告一致").finds_it_well_made()
        director.follows("财社拨〔2017〕1号").is_at("记账凭证").sees("中央基础养老金", "40,000.00").finds_it_well_made()
    with clerk("会计岗") as accountant:
        _report(accountant).follows(f"{books.payers(SPRING)}人").is_at("缴费人数").follows("谭德喜").is_at("谭德喜")
        accountant.follows("网点刷卡缴费入账").sees("办理结果").follows("号凭证").is_at("记账凭证")
        accountant.sees("网点刷卡缴费入账", "借方", "贷方").finds_it_well_made()


def _report(somebody: Clerk) -> Clerk:
    """The draft of the year with data up to the day, from the list of reports on."""
    somebody.opens("/reports").follows("2017").is_at("2017年度绩效自评报告")
    return somebody.fill("数据截至", SPRING).presses("看").sees(f"数据截至 {SPRING}")


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


def test_a_leave_is_granted_and_who_stands_in_acts_meanwhile(clerk: Seat, chromium: Browser, desk: Desk) -> None:
    """The accountant goes on leave; the director sees what that breaks before signing, and staff and posts tell it then.

    On a day of the leave the accountant makes nothing; the B岗 books what came to the bank in that post, and because
    nobody signs twice in a case, the director stands in for finance.
    """
    with clerk("主任") as director:
        director.opens("/posts?away=C1&first=2018-01-15&back=2018-01-18").sees("各项业务都有人可办")
        director.signs_what_waits("工作人员请假")
        director.opens("/posts").sees("2018-01-15", "2018-01-18").finds_it_well_made()
    with clerk("副主任（财务）") as finance:
        finance.opens("/posts").sees("B岗", "会计岗")
    desk.end()
    arrived = {"流水号": "WZ2018011101", "原因": "来款用途不明"}
    with desk_of(desk.home, JUBAO_CLOCK="2018-01-16") as then:
        sits = partial(seated, chromium, then.address)
        with sits("会计岗") as accountant:
            accountant.opens("/posts").sees("缺勤，2018-01-18 返岗").finds_it_well_made()
            accountant.fills_in("receipt.unidentified", arrived).sees("C1 在 2018-01-16 不在会计岗")
        with sits("副主任（财务）") as finance:
            proposal = finance.proposes("receipt.unidentified", arrived)
            finance.opens(proposal).sees("会计岗", "周启明")
        with sits("主任") as director:
            director.signs_what_waits("待查收款入账").opens(proposal).sees("已办结")


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

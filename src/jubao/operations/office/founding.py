"""Founding the office: staff and posts, and the charts of accounts of the law."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from jubao.ledger import chart
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Count, DivisionRef, KeyedNumber, Name, PublicKey, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.identity.registering import check_key, plan_key
from jubao.operations.office.posts_held import grant, holdings, layout_faults
from jubao.operations.office.recusal import NOT_KEPT, OWN_NUMBER, own_record
from jubao.records.models import Office, Staff
from jubao.reports.law import office_policy

DISTRICT_CODE = re.compile("[0-9]{6}", re.ASCII)


def founded_on(view: View) -> date | None:
    """The business date the office was founded on; None before."""
    days = Office.objects.order_by("pk").values_list("act__business_date", flat=True)
    return view.once("founded", days.first)


def is_founded() -> bool:
    """Whether there is an office in these books."""
    return Office.objects.exists()


def check_year(number: int, year: int, view: View, faults: Faults, *, what: str, ahead: int = 0) -> None:
    """Refuse a year before the office was founded, and one later than the business date allows.

    Args:
        number: the case, from 1; its field is ``year``.
        what: what cannot be done for such a year, as 自评.
        ahead: how many years after the business date's are still allowed.
    """
    founded = founded_on(view)
    if founded is None:
        faults.add(number, "year", f"尚未建账，不能{what}", next_step="请先办理机构建账")
    elif year < founded.year:
        faults.add(
            number, "year", f"{year} 年不能{what}：本机构 {founded} 建账，{year} 年没有账", next_step="请核对年度"
        )
    elif year > view.on.year + ahead:
        faults.add(number, "year", f"{year} 年不能{what}：晚于办理日期 {view.on}", next_step="请核对年度")


class StaffMember(Arguments):
    """One person of the layout: posts held (A岗) and covered (B岗)."""

    staff: Name = ask("工号", "Staff code", hint="本机构内不重复，如 L1", column=(Staff, "code"))
    name: Text = ask("姓名", "Name", column=(Staff, "name"), shortest=1)
    title: Text = ask("职务", "Title", hint="如 主任、副主任、科员", column=(Staff, "title"), shortest=1)
    section: Text = ask("科室", "Section", hint="如 财务股", column=(Staff, "section"), shortest=1)
    posts: tuple[Post, ...] = ask("主岗（A岗）", "Posts held", longest=len(Post))
    cover: tuple[Post, ...] = ask("代岗（B岗）", "Posts covered", default=(), longest=len(Post))
    external: bool = ask("上级人员", "Of the higher level", default=False)
    key: PublicKey = ask(
        "签名公钥", "Public signing key", default="", hint="本人用 jubao key new 建立；已在本机建立的可不填"
    )
    own_number: KeyedNumber | None = ask(OWN_NUMBER, "Own resident number", hint=NOT_KEPT, default=None)


class FoundOffice(Arguments):
    """The centre, its authorised posts, and everybody who works in it."""

    office: Text = ask("机构名称", "Office", column=(Office, "name"), shortest=1)
    city: Text = ask("市", "City", hint="如 岳阳市", column=(Office, "city"), shortest=1)
    district: Text = ask("区县", "District", hint="如 岳阳楼区", column=(Office, "district"), shortest=1)
    district_code: DivisionRef = ask("区划代码", "District code", hint="六位数字，如 430602")
    budget_code: Text = ask("预算单位编码", "Budget code", column=(Office, "budget_code"), shortest=1)
    superior: Text = ask("主管部门", "Superior", column=(Office, "superior"), shortest=1)
    posts_authorised: Count = ask("编制人数", "Posts authorised", most=10_000)
    contact: Text = ask("联系人", "Contact", default="", column=(Office, "contact"))
    phone: Text = ask("联络电话", "Phone", default="", column=(Office, "phone"))
    staff: tuple[StaffMember, ...] = ask("工作人员", "Staff", shortest=1, longest=500)


@act(
    "office.found",
    title="机构建账",
    asks=FoundOffice,
    maker=Post.PERMISSION,
    about=About.OFFICE,
    undone_by=Final("一个账库只为一个机构建账，建错时在空账库中重新建账"),
    gives=[Given("staff", "工作人员数", "staff", Unit.PEOPLE)],
    most_cases=ONE,
    papers=[Paper("机构设立批复和岗位设置方案", required=False)],
    second_factor=True,
    days_back=31,
)
class Founding:
    """Set the office up once: people, posts, and the charts of accounts of the law.

    Source: 社会保险经办条例第三十六、三十七条（岗位分离由上级配置）.
    """

    def check(self, cases: Sequence[FoundOffice], view: View) -> Faults:
        """One office in a set of books; everybody once, nobody in posts that exclude each other."""
        faults = Faults()
        if founded_on(view) is not None:
            faults.add(0, "", "机构已经建账，不能再次建账")
        for number, case in enumerate(cases, start=1):
            if not DISTRICT_CODE.fullmatch(case.district_code):
                faults.add(number, "district_code", "区划代码应为六位数字", next_step="请按统计用区划代码填写")
            for place, rule in _layout_faults(case.staff):
                faults.add(number, "staff", rule, next_step="请调整岗位设置", place=place)
            for member in case.staff:
                check_key(member.staff, member.key, faults, case=number, field="staff")
        return faults

    def plan(self, cases: Sequence[FoundOffice], view: View) -> Changes:
        """The office, its people with their posts, and every chart of accounts."""
        [case] = cases
        changes = Changes(view)
        changes.add(Office(name=case.office, **case.model_dump(exclude={"office", "staff"})))
        _place(case, changes)
        for drafted in office_policy().charts():
            accounts = [
                {"key": one["id"], "code": one["code"], "name": one["name"], "nature": one["kind"], "book": one["book"]}
                for one in drafted["accounts"]
            ]
            changes.add_all(
                chart.draft_chart(drafted["chart"], accounts, valid_from=drafted["from"], valid_to=drafted["to"])
            )
        if empty := _posts_without_anybody(case.staff):
            changes.notice(f"没有人担任：{'、'.join(post.label for post in empty)}；需要这些岗位的业务将无人可办")
        if sum(Post.PERMISSION in member.posts for member in case.staff) == 1:
            changes.notice("上级权限管理人员只有一人：其签名密钥遗失时无人能授权，请上级再派一人")
        return changes.giving(staff=len(case.staff))


def _layout_faults(staff: Sequence[StaffMember]) -> Iterator[tuple[str, str]]:
    """Whom it concerns and what is wrong with the layout."""
    for code, times in Counter(member.staff for member in staff).items():
        if times > 1:
            yield code, f"工号重复 {times} 次"
    for member in staff:
        place = f"{member.staff} {member.name}"
        for rule in layout_faults(member.posts, member.cover):
            yield place, rule


def _place(case: FoundOffice, changes: Changes) -> None:
    """Everybody, with the posts they hold and cover from the business date on."""
    staff, on = case.staff, changes.view.on
    people = changes.add_all(
        Staff(code=member.staff, name=member.name, title=member.title, section=member.section, external=member.external)
        for member in staff
    )
    for person, member in zip(people, staff, strict=True):
        plan_key(person, member.key, changes)
        if member.own_number is not None:
            changes.add(own_record(person, member.own_number))
        own = holdings(member.staff, member.posts, member.cover, since=on, granted=on, area=case.district_code)
        grant(changes, person, own, stated=on, at_once=True)


def _posts_without_anybody(staff: Sequence[StaffMember]) -> list[Post]:
    held = {post for member in staff for post in (*member.posts, *member.cover)}
    return [post for post in Post if post not in held]

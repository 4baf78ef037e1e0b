"""Founding the office: staff and posts, charts of accounts, divisions, outlets, targets, submissions."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from jubao.ledger import chart
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve
from jubao.operations.envelope.posts import Post, conflicts
from jubao.policy.store import Policy
from jubao.records.models import Division, Office, Outlet, PostHolding, Staff, Submission, Target


class StaffMember(Arguments):
    """One person of the layout: posts held (A岗) and covered (B岗)."""

    staff: str
    name: str
    title: str
    section: str
    posts: list[Post]
    cover: list[Post] = Field(default_factory=list)
    external: bool = False


class FoundOffice(Arguments):
    """The centre, its authorised posts, and everybody who works in it."""

    office: str
    city: str
    district: str
    district_code: str
    budget_code: str
    superior: str
    posts_authorised: int
    contact: str = ""
    phone: str = ""
    staff: list[StaffMember]


@act("office.found", title="机构建账", arguments=FoundOffice, maker=Post.PERMISSION)
def found_office(cases: Sequence[FoundOffice], *, on: date, act: ActReference) -> Result:
    """Set the office up once: people, posts, and the charts of accounts of the law.

    Source: 社会保险经办条例第三十六、三十七条（岗位分离由上级配置）.
    """
    case = cases[0]
    if Office.objects.exists():
        raise Refused("机构已经建账，不能再次建账")
    faults = [
        f"{member.staff} {member.name}：{fault}"
        for member in case.staff
        for fault in conflicts(member.posts, member.cover)
    ]
    if faults:
        raise Refused("岗位设置有冲突", faults=faults)
    Office.objects.create(act_id=act.id, name=case.office, **case.model_dump(exclude={"office", "staff"}))
    for member in case.staff:
        _place(member, on, act)
    for installed in Policy.load().charts():
        accounts = [
            {"key": a["id"], "code": a["code"], "name": a["name"], "nature": a["kind"], "book": a["book"]}
            for a in installed["accounts"]
        ]
        chart.install(
            installed["chart"], accounts, valid_from=installed["from"], valid_to=installed["to"], act_id=act.id
        )
    return {"staff": len(case.staff)}


def _place(member: StaffMember, on: date, act: ActReference) -> None:
    staff = Staff.objects.create(
        act_id=act.id, code=member.staff, name=member.name, title=member.title, section=member.section,
        external=member.external,
    )  # fmt: skip
    for capacity, posts in (("A", member.posts), ("B", member.cover)):
        for post in posts:
            PostHolding.objects.create(act_id=act.id, staff=staff, post=post, capacity=capacity, valid_from=on)


class DivisionRow(Arguments):
    """A township or village with its statistical code."""

    code: str
    name: str
    level: str
    parent: str


class OutletRow(Arguments):
    """A community outlet with its terminal."""

    code: str
    name: str
    division: str
    terminal: str
    started_date: date


class RecordArea(Arguments):
    """The divisions and outlets the centre serves."""

    divisions: list[DivisionRow] = Field(default_factory=list)
    outlets: list[OutletRow] = Field(default_factory=list)


@act("area.record", title="区划与网点登记", arguments=RecordArea, maker=Post.OFFICE, chain=[approve(Post.DIRECTOR)])
def record_areas(cases: Sequence[RecordArea], *, on: date, act: ActReference) -> Result:
    """Record divisions and outlets; a code is recorded once. Source: GB/T 2260 与统计用区划代码."""
    divisions = [row for case in cases for row in case.divisions]
    outlets = [row for case in cases for row in case.outlets]
    Division.objects.bulk_create(Division(act_id=act.id, **row.model_dump()) for row in divisions)
    Outlet.objects.bulk_create(Outlet(act_id=act.id, **row.model_dump()) for row in outlets)
    return {"divisions": len(divisions), "outlets": len(outlets)}


class SetTarget(Arguments):
    """A task figure handed down by a higher level."""

    name: str
    year: int
    amount_fen: int | None = None
    count: int | None = None
    source: str


@act("target.set", title="下达任务登记", arguments=SetTarget, maker=Post.OFFICE, chain=[approve(Post.DIRECTOR)])
def set_targets(cases: Sequence[SetTarget], *, on: date, act: ActReference) -> Result:
    """Record tasks; the latest one of a name and year counts. Source: 上级下达任务文件."""
    Target.objects.bulk_create(Target(act_id=act.id, **case.model_dump()) for case in cases)
    return {"targets": len(cases)}


class RecordSubmission(Arguments):
    """A report or piece of information that was sent out."""

    title: str
    kind: str
    sent_date: date
    receiver: str


@act("submission.record", title="信息报送登记", arguments=RecordSubmission, maker=Post.OFFICE)
def record_submissions(cases: Sequence[RecordSubmission], *, on: date, act: ActReference) -> Result:
    """Record what was sent out; nothing is sent twice. Source: 信息报送工作要求."""
    faults = [f"第{i}项：报送日期 {c.sent_date} 晚于办理日期 {on}" for i, c in enumerate(cases, 1) if c.sent_date > on]
    if faults:
        raise Refused("信息报送登记有误", faults=faults)
    Submission.objects.bulk_create(Submission(act_id=act.id, **case.model_dump()) for case in cases)
    return {"submissions": len(cases)}

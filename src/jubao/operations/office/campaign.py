"""The registration campaign: the list handed down, and what came of everybody on it."""

from collections.abc import Sequence
from datetime import date

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.records import bulk
from jubao.records.models import Campaign, CampaignResult, CampaignTask


class OpenCampaign(Arguments):
    """A campaign with the tasks the city set and its list of people."""

    campaign: str
    title: str
    year: int
    city_target: int
    earlier_target: int
    file: str


@act("campaign.open", title="登记专项任务接收", arguments=OpenCampaign, maker=Post.COLLECTION,
     chain=[approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def open_campaigns(cases: Sequence[OpenCampaign], *, on: date, act: ActReference) -> Result:
    """Record a campaign's tasks and its list. Source: 全民参保登记计划."""
    case = cases[0]
    table = read_inbound(case.file, "campaign_roster")
    campaign = Campaign.objects.create(
        act_id=act.id, code=case.campaign, title=case.title, year=case.year, city_target=case.city_target,
        earlier_target=case.earlier_target,
    )  # fmt: skip
    columns = table.columns
    bulk.insert(
        CampaignTask,
        {"campaign_id": campaign.pk, "record_number": columns["record_number"], "name": columns["name"],
         "resident_number": columns["resident_number"], "division": columns["division"], "act_id": act.id},
        count=table.rows,
    )  # fmt: skip
    take_in(case.file, "campaign_roster", rows=table.rows, act=act)
    return {"tasks": table.rows}


class TakeResults(Arguments):
    """Results of the campaign's house calls."""

    campaign: str
    file: str


@act("campaign.results", title="登记结果录入", arguments=TakeResults, maker=Post.COLLECTION,
     chain=[check(Post.ACCOUNTS)])  # fmt: skip
def take_results(cases: Sequence[TakeResults], *, on: date, act: ActReference) -> Result:
    """Record what came of people, once each; who cannot be recorded has a reason. Source: 全民参保登记计划."""
    recorded = 0
    for case in cases:
        campaign = Campaign.objects.filter(code=case.campaign).first()
        if campaign is None:
            raise Refused(f"没有登记专项 {case.campaign}")
        table = read_inbound(case.file, "campaign_result")
        columns = table.columns
        known = set(CampaignTask.objects.filter(campaign=campaign).values_list("record_number", flat=True))
        done = set(CampaignResult.objects.filter(campaign=campaign).values_list("resident_number", flat=True))
        faults = []
        for row, record in zip(table.row_numbers, table.records(), strict=True):
            if record["record_number"] and record["record_number"] not in known:
                faults.append(f"第{row}行：记录号 {record['record_number']} 不在任务清单中")
            if record["resident_number"] in done:
                faults.append(f"第{row}行：此人已有登记结果")
            if record["result"] == "无法录入" and not record["reason"]:
                faults.append(f"第{row}行：无法录入须写明原因")
        if faults:
            raise Refused(f"文件《{table.filename}》未导入：共 {len(faults)} 处错误", faults=faults)
        bulk.insert(
            CampaignResult,
            {
                "campaign_id": campaign.pk, "record_number": [r or "" for r in columns["record_number"]],
                "name": columns["name"], "resident_number": columns["resident_number"],
                "division": columns["division"], "completed": [r == "完成" for r in columns["result"]],
                "code": [c or "" for c in columns["code"]], "reason": [r or "" for r in columns["reason"]],
                "registered_date": [d or on for d in columns["registered_date"]], "act_id": act.id,
            },
            count=table.rows,
        )  # fmt: skip
        take_in(case.file, "campaign_result", rows=table.rows, act=act)
        recorded += table.rows
    return {"results": recorded}

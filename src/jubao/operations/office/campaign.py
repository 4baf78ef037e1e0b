"""The registration campaign: the list handed down, and what came of everybody on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import CampaignRef, Count, FileRef, Name, Text, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fresh_files import check_fits, fresh_tables
from jubao.operations.inbound import table_of, take_in
from jubao.operations.office.founding import check_year
from jubao.records.models import Campaign, CampaignResult, CampaignTask

ROSTER, RESULT = "campaign_roster", "campaign_result"
ROSTER_COLUMNS = {"record_number": "record_number", "name": "name", "division": "division"}
RESULT_COLUMNS = ROSTER_COLUMNS | {"code": "code", "reason": "reason", "registered_date": "registered_date"}
CANNOT, DONE = "无法录入", "完成"


class OpenCampaign(Arguments):
    """A campaign with the tasks the city set and its list of people."""

    campaign: Name = ask("专项编号", "Campaign", hint="本机构内不重复，如 登记2017", column=(Campaign, "code"))
    title: Text = ask("专项名称", "Title", hint="如 2017年全民参保登记", column=(Campaign, "title"), shortest=1)
    year: Year = ask("年度", "Year")
    city_target: Count = ask("市局任务数", "Target of the city")
    earlier_target: Count = ask("核减前任务数", "Target before adjustment")
    file: FileRef = ask("任务清单文件", "Roster file", layout=ROSTER)


@act(
    "campaign.open",
    title="登记专项任务接收",
    asks=OpenCampaign,
    maker=Post.COLLECTION,
    chain=[approve(Post.DEPUTY_BUSINESS)],
    about=About.CAMPAIGN,
    undone_by=Final("任务由上级下达，接收后不撤回，结果如实登记"),
    gives=[Given("tasks", "任务人数", "tasks", Unit.PEOPLE)],
    papers=[Paper("任务下达文件和清单", required=False)],
    days_back=31,
)
class CampaignOpening:
    """Record a campaign's tasks and its list. Source: 全民参保登记计划."""

    def check(self, cases: Sequence[OpenCampaign], view: View) -> Faults:
        """A campaign has its own number and its own list."""
        faults = Faults()
        seen = set(Campaign.objects.order_by("pk").values_list("code", flat=True))
        for number, case in enumerate(cases, start=1):
            check_year(number, case.year, view, faults, what="接收登记专项", ahead=1)
            if case.campaign in seen:
                rule = f"登记专项 {case.campaign} 已经接收"
                faults.add(number, "campaign", rule, next_step="请核对专项编号")
            seen.add(case.campaign)
        for number, table in fresh_tables(cases, ROSTER, view, faults):
            check_fits(table, CampaignTask, ROSTER_COLUMNS, faults, case=number)
        return faults

    def plan(self, cases: Sequence[OpenCampaign], view: View) -> Changes:
        """The campaigns, everybody on their lists, and the files."""
        changes = Changes(view)
        tasks = 0
        for case in cases:
            table = table_of(case.file, ROSTER, view)
            campaign = changes.add(
                Campaign(
                    code=case.campaign,
                    title=case.title,
                    year=case.year,
                    city_target=case.city_target,
                    earlier_target=case.earlier_target,
                )
            )
            names = ("record_number", "name", "resident_number", "division")
            given = {"campaign_id": campaign.pk} | {name: table.columns[name] for name in names}
            changes.insert(CampaignTask, given, count=table.rows)
            take_in(case.file, ROSTER, rows=table.rows, changes=changes)
            tasks += table.rows
        return changes.giving(tasks=tasks)


class TakeResults(Arguments):
    """Results of the campaign's house calls."""

    campaign: CampaignRef = ask("专项编号", "Campaign", hint="已接收的登记专项，如 登记2017")
    file: FileRef = ask("登记结果文件", "Results file", layout=RESULT)


@act(
    "campaign.results",
    title="登记结果录入",
    asks=TakeResults,
    maker=Post.COLLECTION,
    chain=[check(Post.ACCOUNTS)],
    about=About.CAMPAIGN,
    undone_by=Final("每人登记结果录入一次，不改动"),
    gives=[Given("results", "录入结果数", "results", Unit.PEOPLE)],
    papers=[Paper("入户登记表", required=False)],
    days_back=31,
)
class ResultTaking:
    """Record what came of people, once each; who cannot be recorded has a reason. Source: 全民参保登记计划."""

    def check(self, cases: Sequence[TakeResults], view: View) -> Faults:
        """People of the list, or found besides, once each, by now, with a reason where they cannot be recorded."""
        faults = Faults()
        campaigns = _campaigns(view)
        for number, case in enumerate(cases, start=1):
            if case.campaign not in campaigns:
                faults.add(number, "campaign", f"没有登记专项 {case.campaign}", next_step="请先办理登记专项任务接收")
        states: dict[str, ListAndResults] = {}
        for number, table in fresh_tables(cases, RESULT, view, faults):
            check_fits(table, CampaignResult, RESULT_COLUMNS, faults, case=number)
            code = cases[number - 1].campaign
            if code in campaigns:
                if code not in states:
                    states[code] = ListAndResults.of(campaigns[code])
                _check_results(number, table, states[code], view, faults)
        return faults

    def plan(self, cases: Sequence[TakeResults], view: View) -> Changes:
        """One result a row, and the files."""
        changes = Changes(view)
        campaigns = _campaigns(view)
        for case in cases:
            table = table_of(case.file, RESULT, view)
            columns = table.columns
            changes.insert(
                CampaignResult,
                {
                    "campaign_id": campaigns[case.campaign].pk,
                    "record_number": [one or "" for one in columns["record_number"]],
                    "name": columns["name"],
                    "resident_number": columns["resident_number"],
                    "division": columns["division"],
                    "completed": [one == DONE for one in columns["result"]],
                    "code": [one or "" for one in columns["code"]],
                    "reason": [one or "" for one in columns["reason"]],
                    "registered_date": [day or view.on for day in columns["registered_date"]],
                },
                count=table.rows,
            )
            take_in(case.file, RESULT, rows=table.rows, changes=changes)
        return changes.giving(results=changes.count(CampaignResult))


def _campaigns(view: View) -> dict[str, Campaign]:
    """Every campaign by its number."""
    return view.once("campaigns", lambda: {one.code: one for one in Campaign.objects.order_by("pk")})


@dataclass
class ListAndResults:
    """What a campaign's list says, and who has a result, those of earlier cases of the request included."""

    listed: set[str]
    done: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, campaign: Campaign) -> "ListAndResults":
        """As the books have it."""
        tasks = CampaignTask.objects.filter(campaign=campaign).order_by("pk")
        results = CampaignResult.objects.filter(campaign=campaign).order_by("pk")
        return cls(
            set(tasks.values_list("record_number", flat=True)), set(results.values_list("resident_number", flat=True))
        )


def _check_results(number: int, table: Table, state: ListAndResults, view: View, faults: Faults) -> None:
    for row, record in zip(table.row_numbers, table.records(), strict=True):
        place = f"第{row}行"
        if record["record_number"] and record["record_number"] not in state.listed:
            rule = f"记录号 {record['record_number']} 不在任务清单中"
            faults.add(number, "file", rule, next_step="请核对记录号；清单以外的人不填记录号", place=place)
        if record["resident_number"] in state.done:
            faults.add(number, "file", "此人已有登记结果", next_step="请删去重复的行", place=place)
        if record["result"] == CANNOT and not record["reason"]:
            faults.add(number, "file", "无法录入须写明原因", place=place)
        if record["registered_date"] is not None and record["registered_date"] > view.on:
            rule = f"登记日期 {record['registered_date']} 晚于办理日期 {view.on}"
            faults.add(number, "file", rule, next_step="请核对日期", place=place)
        state.done.add(record["resident_number"])

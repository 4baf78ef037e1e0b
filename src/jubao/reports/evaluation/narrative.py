"""Sentences of the self-evaluation report: our own words around figures, so that no figure is typed twice."""

import re

from jubao.documents.evaluation_form import Section
from jubao.reports.catalogue.reading import Reading
from jubao.reports.scoring.scored_year import FIGURE_OF_NAME

_FIGURE = re.compile(r"\{([^{}]+)\}")
DUTIES = (
    "承担{district}城乡居民基本养老保险的参保登记、保费征缴、个人账户管理、待遇核定与发放、领取资格认证、"
    "关系转移接续、稽核内控和基金财务工作，并受有关部门委托代发补助；指导村（社区）服务网点经办业务。"
)
WORK: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "基金征缴",
        (
            (
                "全年征缴任务：省下达{collection.target.province}，主管局下达{collection.target.bureau}。截至{day}，"
                "{collection.payers}缴费，到账{collection.received}，分别为两级任务的{collection.completion.province}"
                "和{collection.completion.bureau}。"
            ),
        ),
    ),
    (
        "数据比对与稽核",
        (
            (
                "与全省参保数据比对{matching.records_compared}记录（数据条数，一人可有多条）。办结终止的缴费人员"
                "{matching.payers_terminated}、待遇人员{matching.beneficiaries_terminated}，后者有"
                "{matching.beneficiaries_died}为死亡；符合条件发给丧葬补助金的{funeral.people}，每人{funeral.each}。"
            ),
            (
                "跨省重复领取名单核实{cross_province.verified}，追回多发待遇{cross_province.recovered}；省内重复领取"
                "在本地终止关系并函请对方经办机构暂停待遇的{in_province.terminated}。"
            ),
            (
                "部级疑似死亡预警处理{alerts.ministry.total}：终止{alerts.ministry.terminated}、暂停"
                "{alerts.ministry.suspended}、排除{alerts.ministry.cleared}。公安比对疑似死亡处理{alerts.police.total}："
                "终止{alerts.police.terminated}、暂停{alerts.police.suspended}、排除{alerts.police.cleared}。"
            ),
        ),
    ),
    (
        "关系转移和制度衔接",
        (
            (
                "省内转出{transfers.within_province_out}、转入{transfers.within_province_in}，跨省转入"
                "{transfers.cross_province_in}；与职工养老保险衔接转入{transfers.bridging_in}、转出"
                "{transfers.bridging_out}。"
            ),
        ),
    ),
    (
        "待遇发放",
        (
            (
                "最近一个发放月份银行回盘成功{payment.beneficiaries}，成功率{payment.success_rate}。年内新核定待遇"
                "{payment.newly_eligible}，续发{payment.resumed}；年内暂停、截至{day}仍在核实的{payment.suspended}。"
            ),
        ),
    ),
    (
        "基金财务",
        (
            (
                "争取上级转移支付任务{fiscal.target}，中央、省、市资金到账{fund.upper_received}，为任务的"
                "{fund.completion}。个人账户结余上解省级财政专户{fund.remitted}。"
            ),
            "截至{day}，经银行回盘确认发放的养老金共{payment.pensions}。",
        ),
    ),
    (
        "代发业务",
        ("代发独生子女父母奖励{delegated.only_child}、乡村教师{delegated.teachers}、乡村医生{delegated.doctors}。",),
    ),
    (
        "全民参保登记",
        (
            (
                "市局任务{universal.city_target}；清单原有{universal.earlier_target}，查明无法录入"
                "{universal.cannot_record}，核减后任务{universal.adjusted_target}。完成{universal.completed}，"
                "完成率{universal.completion_rate}。"
            ),
        ),
    ),
    (
        "服务平台",
        ("设服务平台{outlets.platforms}，已启动{outlets.started}，平台缴费刷卡率{outlets.card_rate}。",),
    ),
    ("信息报送", ("报送信息和报表{reports.submitted}。",)),
)
MONEY: tuple[tuple[str, str], ...] = (
    (
        "基本支出",
        (
            "基本支出{budget.expenditure.basic}，其中人员支出{budget.expenditure.personnel}、公用支出"
            "{budget.expenditure.public_use}；公用支出年初预算{budget.plan.public_use}。"
        ),
    ),
    ("项目支出", "项目支出{budget.expenditure.project}，预算{budget.plan.project}，逐项情况见下章。"),
    (
        "“三公”经费",
        (
            "“三公”经费实际支出{three_public.total}，其中公务接待费{three_public.reception}、公务用车运行维护费"
            "{three_public.vehicle_running}；控制数{three_public_budget.total}，上年控制数{three_public_budget.last_year}。"
        ),
    ),
)
SUMMARY = (
    "年内下达的重点工作{tasks.assigned}，达到任务数{tasks.reached}。",
    "全年支出{budget.expenditure.total}，支出预算{budget.plan.total}，结余{budget.expenditure.balance}。",
)
RESULTS = (
    "征缴完成省任务的{collection.completion.province}、局任务的{collection.completion.bureau}，上级转移支付完成任务的"
    "{fund.completion}，全民参保登记完成率{universal.completion_rate}；政策知晓率{survey.awareness}，群众满意度"
    "{survey.satisfaction}。"
)


def say(reading: Reading, sentence: str) -> str:
    """A sentence with every ``{figure id}`` replaced by value and unit; ``{day}`` is the day they run to."""

    def value(found: re.Match[str]) -> str:
        return day_in_words(reading) if found[1] == "day" else reading.tell(found[1])

    return _FIGURE.sub(value, sentence)


def figures_named() -> tuple[str, ...]:
    """Ids of the figures the report names in its sentences or is scored by, in the order it names them."""
    texts = [text for _, some in WORK for text in some] + [text for _, text in MONEY] + [*SUMMARY, RESULTS]
    said = [found for text in texts for found in _FIGURE.findall(text) if found != "day"]
    return tuple(dict.fromkeys([*said, *FIGURE_OF_NAME.values()]))


def day_in_words(reading: Reading) -> str:
    """The day up to which facts count, as texts write it."""
    day = reading.as_of
    return f"{day.year}年{day.month}月{day.day}日"


def work_sections(reading: Reading) -> tuple[Section, ...]:
    """The year's work, one section an area."""
    return tuple(Section(title, tuple(say(reading, text) for text in texts)) for title, texts in WORK)


def money_sections(reading: Reading) -> tuple[Section, ...]:
    """Basic expenditure, projects, three public expenses."""
    return tuple(Section(title, (say(reading, text),)) for title, text in MONEY)


def summary(reading: Reading) -> tuple[str, ...]:
    """The year's overall result in two sentences."""
    tasks, money = SUMMARY
    return say(reading, tasks), say(reading, money)


def problems(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Problems the figures show, each with what is done about it."""
    found: list[tuple[str, str]] = []
    for figure_id, problem, measure in _PROBLEMS:
        number = reading.value(figure_id).value
        if number and not isinstance(number, str):
            found.append((say(reading, problem), measure))
    assigned, reached = reading.number("tasks.assigned"), reading.number("tasks.reached")
    if assigned and reached is not None and reached < assigned:
        found.append((f"有{assigned - reached}项重点工作未达到任务数。", "逐项分解到股室和月份，按月通报进度。"))
    return tuple(found)


_PROBLEMS: tuple[tuple[str, str, str], ...] = (
    (
        "payment.suspended",
        (
            "待遇暂停尚未核实完毕的还有{payment.suspended}，其中部级预警{alerts.ministry.suspended}、公安比对"
            "{alerts.police.suspended}。"
        ),
        "对暂停人员逐人明确核实岗位和期限，入户核查后及时续发或终止。",
    ),
    ("alerts.ministry.open", "部级预警名单尚有{alerts.ministry.open}未作处理。", "优先处理到期的预警名单。"),
    (
        "alerts.police.open",
        "公安比对名单尚有{alerts.police.open}未作处理。",
        "与公安部门按月核对，缩短处理时间。",
    ),
    (
        "payment.failed",
        "最近一个发放月份有{payment.failed}未能发放成功，成功率{payment.success_rate}。",
        "每月回盘后通知失败人员更正账户，下月补发。",
    ),
    (
        "matching.beneficiaries_died",
        "死亡人员{matching.beneficiaries_died}中符合丧葬补助金条件的{funeral.people}，其余在安葬方式、报告时限或领取状态上不符合。",
        "向村（社区）和家属宣传丧葬补助金的条件和报告时限。",
    ),
)

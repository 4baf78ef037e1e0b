"""What a number means: the wordings by which reports of this form state the figures of the catalogue."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from jubao.reports.checking.statements import COUNT, MONEY, PEOPLE, PERCENT, Statement


@dataclass(frozen=True)
class Concept:
    """A figure of the catalogue and how it is worded.

    ``before`` matches the end of the sentence before the number (numbers as ``#``), ``after`` what follows it,
    ``about`` heading and sentence together. An empty pattern always matches.
    """

    id: str
    name: str
    kind: str
    before: str = ""
    about: str = ""
    after: str = ""


COLLECTION, PAYMENT, UNIVERSAL = "征缴|缴费", "待遇发放|待遇暂停|续发", "全民.{0,4}(参保|登记)"
MINISTRY, POLICE = "(人社部|部级|部里|社保部).*(死亡|预警)|部级预警", "公安"
ENDED, HELD = "终止$", "暂停$"
CONCEPTS = (
    Concept(
        "collection.target.province",
        "省下达征缴任务",
        MONEY,
        r"省[^市局区县#]{0,6}(下达|任务)[^#，；]{0,6}$",
        COLLECTION,
    ),
    Concept(
        "collection.target.bureau",
        "局下达征缴任务",
        MONEY,
        r"(局|区政府|县政府)[^省市#，]{0,4}(下达|任务)[^#，；]{0,6}$",
        "^(?!.*转移支付).*(征缴|缴费)",
    ),
    Concept(
        "collection.received",
        "征缴金额",
        MONEY,
        r"(完成(基金)?征缴|征缴到[位账]|实际征缴|征缴入库|到账|征缴基金)[^#，；。下达任务]{0,6}$",
        f"^(?!.*资金到账).*({COLLECTION})",
    ),
    Concept("collection.payers", "缴费人数", PEOPLE, r"缴费人数[^#，；]{0,3}$", COLLECTION),
    Concept("collection.payers", "缴费人数", PEOPLE, "", "基金征缴", r"^缴费"),
    Concept(
        "collection.completion.province", "省征缴任务完成率", PERCENT, r"(征缴完成省任务的|两级任务的)$", COLLECTION
    ),
    Concept(
        "collection.completion.bureau", "局征缴任务完成率", PERCENT, r"(两级任务的#和|省任务的#、局任务的)$", COLLECTION
    ),
    Concept("matching.payers_terminated", "缴费人员终止人数", PEOPLE, r"缴费人员(终止)?$", "终止"),
    Concept("matching.beneficiaries_terminated", "待遇人员终止人数", PEOPLE, r"待遇人员(终止)?$", "终止"),
    Concept(
        "matching.beneficiaries_died", "待遇人员死亡终止人数", PEOPLE, r"(其中死亡|死亡人员)$", "待遇人员终止|丧葬"
    ),
    Concept("matching.beneficiaries_died", "待遇人员死亡终止人数", PEOPLE, r"后者有$", "", r"^为死亡"),
    Concept("funeral.people", "丧葬补助金人数", PEOPLE, r"丧葬(补助)?金[^，；]{0,6}的$"),
    Concept("funeral.each", "丧葬补助金标准", MONEY, r"符合领取丧葬(补助)?金$|丧葬(补助)?金的#，每人$"),
    Concept(
        "funeral.total",
        "丧葬补助金金额",
        MONEY,
        r"(发放|支付)丧葬(补助)?金[^#]{0,2}$|丧葬(补助)?金的#，每人#，(共计|合计|共)$",
    ),
    Concept("cross_province.verified", "跨省重复领取核实人数", PEOPLE, r"跨省重复领取[^#，；]{0,6}$"),
    Concept("cross_province.recovered", "追回金额", MONEY, r"(?<![应待拟未])追回[^#，；]{0,12}$", "跨省"),
    Concept("in_province.terminated", "省内重复领取终止人数", PEOPLE, r"省内重复领取[^#；]{0,40}$"),
    Concept("alerts.ministry.terminated", "部级预警终止人数", PEOPLE, ENDED, MINISTRY),
    Concept("alerts.ministry.suspended", "部级预警暂停人数", PEOPLE, HELD + "|部级预警$", MINISTRY),
    Concept("alerts.police.terminated", "公安比对终止人数", PEOPLE, ENDED, POLICE),
    Concept("alerts.police.suspended", "公安比对暂停人数", PEOPLE, HELD + "|公安比对$", POLICE),
    Concept("alerts.ministry.total", "部级预警核实人数", PEOPLE, r"^[^#]*(死亡|预警)[^#]*$", f"({MINISTRY}).*终止"),
    Concept("alerts.police.total", "公安比对核实人数", PEOPLE, r"^[^#]*(死亡|公安)[^#]*$", f"({POLICE}).*终止"),
    Concept(
        "transfers.within_province_out",
        "省内关系转出人数",
        PEOPLE,
        r"省内(关系)?(转入#[，、])?转出$",
        "^(?!.*衔接转)|关系",
    ),
    Concept("transfers.within_province_in", "省内关系转入人数", PEOPLE, r"省内(关系)?(转出#[，、])?转入$"),
    Concept("transfers.bridging_in", "制度衔接转入人数", PEOPLE, r"衔接(转出#[，、])?转入$"),
    Concept("transfers.bridging_out", "制度衔接转出人数", PEOPLE, r"衔接(转入#[，、])?转出$"),
    Concept("transfers.cross_province_in", "跨省转入人数", PEOPLE, r"跨省转入$"),
    Concept("payment.beneficiaries", "待遇发放人数", PEOPLE, r"(待遇发放(人数)?|发放待遇|回盘成功)$", "^(?!.*死亡)"),
    Concept("payment.success_rate", "发放成功率", PERCENT, r"成功率$", "发放|回盘"),
    Concept(
        "payment.newly_eligible",
        "新增到龄待遇人数",
        PEOPLE,
        r"(新增到龄(待遇)?(领取)?人[员数]|新增(待遇)?(领取)?人员|新核定待遇)$",
    ),
    Concept("payment.suspended", "待遇暂停人数", PEOPLE, r"(待遇暂停(人[员数])?|仍在核实的|核实完毕的还有)$"),
    Concept("payment.resumed", "待遇续发人次", PEOPLE, r"续发(人[员数])?$", PAYMENT),
    Concept(
        "payment.pensions",
        "实际发放养老金",
        MONEY,
        r"(发放|领取)[^#，；]{0,24}养老金(共|共计|合计|总额)?$",
        "^(?!.*(追回|重复))",
    ),
    Concept("fiscal.target", "上级转移支付任务", MONEY, r"转移支付[^#，；]{0,6}(下达)?任务[^#，；]{0,3}$"),
    Concept(
        "fund.upper_received",
        "上级转移支付到位金额",
        MONEY,
        r"(转移支付(基金|资金|到[位账])?|资金到账)$",
        "转移支付|上级",
    ),
    Concept("fund.completion", "转移支付任务完成率", PERCENT, r"(资金到账#，为任务的|转移支付完成任务的)$"),
    Concept("fund.remitted", "上解省级财政专户金额", MONEY, r"上解[^#，；]{0,10}$"),
    Concept("delegated.only_child", "独生子女代发人数", PEOPLE, r"独生子女[^#，、；]{0,8}$", "代发"),
    Concept("delegated.teachers", "乡村教师代发人数", PEOPLE, r"乡村教师[^#，、；]{0,6}$", "代发"),
    Concept("delegated.doctors", "乡村医生代发人数", PEOPLE, r"乡村医生[^#，、；]{0,6}$", "代发"),
    Concept("universal.adjusted_target", "核减后任务", PEOPLE, r"核减后[^#，；]{0,6}$"),
    Concept("universal.cannot_record", "无法录入人数", PEOPLE, r"(无法|不能)(录入|登记)[^#，；]{0,6}$", UNIVERSAL),
    Concept("universal.city_target", "市局任务", PEOPLE, r"市[^#，；]{0,8}任务数?[^#，；]{0,2}$", UNIVERSAL),
    Concept(
        "universal.earlier_target",
        "前任务",
        PEOPLE,
        r"(前|原|上次|此前)[^#，；]{0,4}任务数?[^#，；]{0,2}$|清单原有$",
        UNIVERSAL,
    ),
    Concept("universal.completion_rate", "全民参保登记完成率", PERCENT, r"完成(率|比例)数?[为是达]?$", UNIVERSAL),
    Concept("universal.completed", "全民参保登记完成人数", PEOPLE, r"(完成|登记)(任务|登记)?数?$", UNIVERSAL),
    Concept("outlets.platforms", "服务平台数", COUNT, r"(设置?|建成|建立|设立)(服务平台)?$|服务平台$", "平台"),
    Concept("outlets.started", "已启动平台数", COUNT, r"(启动|启用)$", "平台"),
    Concept("outlets.card_rate", "平台刷卡缴费率", PERCENT, r"(刷卡缴费率|缴费刷卡率)$"),
    Concept("reports.submitted", "信息报送条数", COUNT, r"(信息报送|报送信息)(和报表)?$", "", ""),
    Concept("office.posts_authorised", "人员编制", PEOPLE, r"编制(人数)?$"),
    Concept("office.staff_actual", "实有人数", PEOPLE, r"(现有|实有|在职|在册)(人[数员]|职工)?$"),
    Concept("office.deputy_directors", "副主任人数", PEOPLE, r"副主任$"),
    Concept("office.directors", "主任人数", PEOPLE, r"(?<!副)主任$"),
    Concept("office.sections", "内设机构数", COUNT, r"", r"设.+个?(内设机构|股室|科室)", r"^(内设机构|股室|科室)"),
    Concept("survey.awareness", "政策知晓率", PERCENT, r"知晓率$"),
    Concept("survey.satisfaction", "群众满意度", PERCENT, r"满意度$"),
)
ELSEWHEN = re.compile(r"上年|去年|同期|上半年|下半年|季度")
PARTLY = re.compile(r"月均|第.批|其余")
YEAR = re.compile(r"\d{4}(?=年)")


def name_all(statements: Iterable[Statement], year: int | None = None) -> list[Statement]:
    """Statements, each with the first figure whose wording it has; those of other years and of parts of one keep none."""
    return [_named(one) or one if _of_the_year(one, year) else one for one in statements]


def _of_the_year(statement: Statement, year: int | None) -> bool:
    years = YEAR.findall(statement.lead)
    if ELSEWHEN.search(statement.lead) or PARTLY.search(statement.label):
        return False
    return not years or year is None or int(years[-1]) == year


def _named(statement: Statement) -> Statement | None:
    about = f"{statement.item.heading}：{statement.words}"
    for concept, before, topic, after in _patterns():
        if concept.kind != statement.kind or not before.search(statement.lead):
            continue
        if topic.search(about) and after.search(statement.trail):
            return statement.meaning(concept.id)
    return None


@cache
def _patterns() -> tuple[tuple[Concept, re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((one, re.compile(one.before), re.compile(one.about), re.compile(one.after)) for one in CONCEPTS)


@cache
def concept_name(concept: str) -> str:
    """The Chinese name of a concept."""
    return next((one.name for one in CONCEPTS if one.id == concept), concept)

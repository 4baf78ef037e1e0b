"""Self-evaluation reports of an invented centre: sound as told, faulty where a test plants a fault."""

import io
from itertools import groupby
from pathlib import Path
from typing import Any

from docx import Document

TARGETS = "全年征缴计划：省级下达任务320万元，市人社局下达任务640万元。"
RECEIVED = "截至2019年12月20日实际征缴812.4万元，缴费人数7820人，两级任务均超额完成。"
PAID = "截至12月20日，全区待遇发放6210人，新增到龄待遇人员301人，待遇暂停145人，待遇续发88人次。"
FUND = "上级转移支付全年任务700万元，中央、省、市转移支付资金到账861万元，为任务的123%。"
PENSIONS = "当年共发放居民养老金745.2万元。"
DELEGATED = "受托代发独生子女奖励150人、乡村教师96人、乡村医生31人，合计277人。"
MINISTRY = "部级疑似死亡预警核查120人，其中终止52人、暂停60人、排除8人。"
POLICE = "公安部门推送疑似死亡名单核查230人，其中终止140人、暂停80人、排除10人。"
ENDED = "比对后缴费人员终止1502人，待遇人员终止240人（其中死亡210人），发放丧葬金的95人，每人1200元，共计114000元。"
UNIVERSAL = "市里分配任务12400人，无法录入900人，核减后任务11500人，完成登记11730人，完成率102%。"
OUTLETS = "设置服务平台42个，已启动42个，平台刷卡缴费率99.5%。"
STAFF = "核定编制14人，在职13人，其中主任1名，副主任2名。内设办公室、征缴股、待遇股、账户股4个股室。"
PLAN = "本年预算支出210万元，预算分两块安排。"
BASIC = "基本支出预算150万元，其中人员经费120万元，公用经费30万元。"
PROJECTS = "项目支出预算60万元，其中：网络服务费25万元；政策宣传费20万元；档案整理费15万元。"
THREE = "三公经费预算数8万元，其中公务接待费3万元，公务用车运行费5万元，因公出国费0万元。"
SPENT = "全年支出206.5万元，基本支出148.5万元，项目支出58万元。"

SOUND: dict[str, Any] = {
    "title": "青禾区2019年度部门（单位）整体支出",
    "dated": "2020年2月24日",
    "posts": "14",
    "staff": "13",
    "targets": TARGETS,
    "received": RECEIVED,
    "paid": PAID,
    "fund": FUND,
    "pensions": PENSIONS,
    "delegated": DELEGATED,
    "ministry": MINISTRY,
    "police": POLICE,
    "ended": ENDED,
    "universal": UNIVERSAL,
    "outlets": OUTLETS,
    "income": ["210", "10", "200", "", "", ""],
    "spending": ["206.5", "148.5", "119.2", "29.3", "58", "3.5"],
    "three": ["6.8", "2.3", "4.5", "", "", ""],
    "assets": ["36.5", "30", "6.5", ""],
    "goals": ["目标1：按时足额发放", "目标2：应保尽保", "目标3：基金安全"],
    "done": ["1、待遇发放：" + PAID, "2、基金财务：" + FUND, "3、档案整理：全部装订上架。"],
    "quality": ["质量指标", "登记完成率", "100%", "102%"],
    "quantity": ["数量指标", "征缴金额", "640万元", "812.4万元"],
    "timely": ["时效指标", "按月发放", "12个月", "12个月"],
    "cost": ["成本指标", "无", "", ""],
    "awareness": ["社会效益", "政策知晓率", "90%", "93%"],
    "score": "88分",
    "grade": "良",
    "signers": [["甲某", "主任"], ["乙某", "副主任"], ["丙某", "副主任"]],
    "chapters": [
        "（一）部门概况",
        "（二）收支情况",
        "（三）专项实施情况",
        "（四）绩效情况",
        "（五）存在的问题",
        "（六）改进措施",
    ],
    "staffing": STAFF,
    "plan": PLAN,
    "basic": BASIC,
    "projects": PROJECTS,
    "three_text": THREE,
    "spent": SPENT,
    "special": "各专项按进度实施，资金专款专用。",
    "results": "政策知晓率93%，群众满意度96%。",
    "problems": "部分群众缴费意愿不强。",
    "measures": "加强宣传，按月通报进度。",
}
UNIT = "青禾区居民养老中心"

# Sound sentences that are easily misread: shares, changes, batches, other years, parts of a year, claims and arrears.
PROSE = (
    "2019年度收入决算数210万元，与上年205万元相比增加5万元，增长2.44%。",
    "全年支出决算206.5万元，完成年初预算210万元的98.3%，其中基本支出148.5万元，占71.91%；项目支出58万元，占28.09%。",
    "“三公”经费决算6.8万元，完成预算8万元的85%，比上年减少0.7万元，下降9.33%。其中：公务接待费2.3万元，占33.82%；公务用车运行维护费4.5万元，占66.18%。",
    "全年公务接待26批次180人次，人均128元。",
    "共举办培训4期，培训320人次，其中村级协办员280人次，乡镇人员40人次。",
    "主要做法：（1）宣传先行，发放资料2万份；（2）上门服务，走访612户；（3）联合公安、民政部门比对数据12批次。",
    "项目资金60万元，已支出58万元，执行率96.67%。其中网络服务费25万元，执行率100%；政策宣传费20万元，支出18万元，执行率90%；档案整理费15万元，执行率100%。",
    "参保人数5.6万人，较上年增加1200人；60岁以上领取待遇人员6210人，其中80岁以上1043人，占16.8%。",
    "截至2020年1月10日，决算已报财政部门。第一季度征缴120万元，第二季度征缴300.4万元，下半年征缴392万元。",
    "县级财政补贴到位率100%，养老金社会化发放率100%，资格认证率98.6%，比上年提高1.2个百分点。",
    "评价得分由三部分组成：投入18分，过程30分，产出与效果40分，合计88分。",
    "基础养老金标准每人每月由103元提高到108元，惠及6210人，全年人均领取1200元。",
    "上级下达2019年中央财政补助资金640万元，省级补助资金150万元，市级补助资金71万元，合计861万元。",
    "2018年末累计结余1500万元，2019年当期收入1800万元，当期支出1300万元，年末累计结余2000万元。",
    "对重复领取待遇的12人下达追回通知，应追回45600元，已追回38000元，追回率83.3%。",
    "部级预警名单分三批下发，第一批45人，第二批50人，第三批25人，共计120人，已全部核查完毕。",
    "2018年征缴780万元，缴费人数7600人；2019年征缴812.4万元，缴费人数7820人，增加220人。",
    "上半年征缴420.4万元，缴费人数3900人。",
    "在6210名待遇领取人员中，抽查卧床老人45人、独居老人50人、外出人员25人，合计120人。",
    "目前还有部级疑似死亡预警3人未作处理，公安比对疑似死亡5人待核实。",
    "中心设主任1名、副主任2名、股长4名，平均年龄41岁。",
    "绩效目标共设3项，完成3项；满意度调查发放问卷500份，收回480份，其中满意461份，满意率96%。",
    "人员经费119.2万元（其中工资福利支出110万元，对个人和家庭补助9.2万元），公用经费29.3万元。",
    "2019年预算安排项目支出60万元，其中网络服务费25万元、政策宣传费20万元、档案整理费15万元，全年实际使用58万元。",
    "固定资产原值36.5万元，其中通用设备30万元、办公家具6.5万元，较年初减少1.2万元。",
    "任务数12400人由市里分三次下达：3月6000人、6月4000人、9月2400人。",
    "完成社保卡制发3200张，激活2950张，激活率92.19%。",
)

Part = tuple[str, Any]


def parts(**changed: Any) -> list[Part]:
    """The report as lines (``p``) and rows of cells (``r``); a cell is a text or a list of lines."""
    it = SOUND | changed
    return [*_cover(it), *_profile(it), *_money(it), *_performance(it), *_narrative(it)]


def _cover(it: dict[str, Any]) -> list[Part]:
    lines = ("附件1", it["title"], "绩效评价自评报告", f"部门(单位)名称  {UNIT}", f"报告日期：{it['dated']}")
    return [("p", line) for line in lines]


def _profile(it: dict[str, Any]) -> list[Part]:
    work = [
        "1、基金征缴：",
        it["targets"],
        it["received"],
        "2、稽核比对：",
        "（1）" + it["ended"],
        "（2）" + it["ministry"],
        "（3）" + it["police"],
        "3、待遇发放：" + it["paid"],
        "4、基金财务：",
        "（1）" + it["fund"],
        "（2）" + it["pensions"],
        "5、代发业务：" + it["delegated"],
        "6、全民参保登记：" + it["universal"],
        "7、服务平台：" + it["outlets"],
    ]
    return [
        ("r", ["一、部门（单位）基本概况"]),
        ("r", ["人员编制", it["posts"], "实有人数", it["staff"]]),
        ("r", ["年度主要工作内容", work]),
    ]


def _money(it: dict[str, Any]) -> list[Part]:
    three = ["公务接待费", "公务用车运维费", "公务用车购置费", "因公出国费", "会议费"]
    return [
        ("r", ["二、部门（单位）收支情况"]),
        ("r", ["年度收入情况（万元）"]),
        ("r", ["机构名称", "收入合计", "其中："]),
        ("r", ["", "", "上年结转", "公共财政拨款", "政府基金拨款", "非税收入拨款", "其他收入"]),
        ("r", ["本级", *it["income"]]),
        ("r", ["部门（单位）年度支出和结余情况（万元）"]),
        ("r", ["机构名称", "支出合计", "其中：", "结余"]),
        ("r", ["", "", "基本支出", "其中：", "项目支出", ""]),
        ("r", ["", "", "", "人员支出", "公用支出", "", ""]),
        ("r", ["本级", *it["spending"]]),
        ("r", ["机构名称", ["三公经费", "合计"], "其中："]),
        ("r", ["", "", *three]),
        ("r", ["本级", *it["three"]]),
        ("r", ["机构名称", "固定资产合计", "其中：", "其他"]),
        ("r", ["", "", "在用固定资产", "出租固定资产", ""]),
        ("r", ["本级", *it["assets"]]),
    ]


def _performance(it: dict[str, Any]) -> list[Part]:
    kinds = [it[kind] for kind in ("quality", "quantity", "timely", "cost", "awareness")]
    return [
        ("r", ["三、部门（单位）整体支出绩效自评情况"]),
        ("r", ["定性目标", "预期目标", "实际完成"]),
        ("r", ["", it["goals"], it["done"]]),
        ("r", ["定量目标", "评价内容", "绩效内容", ["绩效", "目标值"], "完成情况"]),
        *(("r", ["", "产出目标", *kind]) for kind in kinds),
        ("r", ["绩效自评综合得分", it["score"]]),
        ("r", ["评价等次", it["grade"]]),
        ("r", ["四、评价人员"]),
        ("r", ["姓  名", "职务/职称", "单  位", "签  字"]),
        *(("r", [*signer, UNIT, ""]) for signer in it["signers"]),
        ("r", [["评价组组长（签字）：", "年    月    日"]]),
    ]


def _narrative(it: dict[str, Any]) -> list[Part]:
    texts = (
        [it["staffing"]],
        [it["plan"], it["basic"], it["projects"], it["three_text"], it["spent"]],
        [it["special"]],
        [it["results"]],
        [it["problems"]],
        [it["measures"]],
    )
    lines = ["评价报告综述（文字部分）"]
    for chapter, body in zip(it["chapters"], texts, strict=True):
        lines += [chapter, *body]
    return [("p", line) for line in lines]


def write_text(path: Path, content: list[Part]) -> Path:
    """The report as a word processor saves it as text: a tab before each cell, a blank line after each row."""
    lines: list[str] = []
    for kind, body in content:
        if kind == "p":
            lines += [body, ""]
            continue
        for cell in body:
            first, *more = [cell] if isinstance(cell, str) else cell
            lines += [f"\t{first}", *(line for text in more for line in ("", text))]
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_word(path: Path, content: list[Part]) -> Path:
    """The report as a Word file with real merged cells."""
    document = Document()
    for kind, group in groupby(content, key=lambda part: part[0]):
        bodies = [body for _, body in group]
        if kind == "p":
            for body in bodies:
                document.add_paragraph(body)
        else:
            _draw(document, bodies)
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(buffer.getvalue())
    return path


def _draw(document: Any, rows: list[list[Any]]) -> None:
    """One table a block of rows; 其中 and lone cells cover what their row is short of."""
    width = max(len(row) for row in rows)
    table = document.add_table(rows=len(rows), cols=width)
    for number, row in enumerate(rows):
        cells = table.rows[number].cells
        column, spare = 0, _block_width(rows, number, width) - len(row)
        wide = next((i for i, cell in enumerate(row) if str(cell).startswith("其中")), len(row) - 1)
        for index, cell in enumerate(row):
            last = column + (spare if index == wide else 0)
            last = width - 1 if index == len(row) - 1 else last
            place = cells[column] if last == column else cells[column].merge(cells[last])
            place.text = cell if isinstance(cell, str) else "\n".join(cell)
            column = last + 1


def _block_width(rows: list[list[Any]], number: int, width: int) -> int:
    """Columns of the money table a row belongs to: those of the next line of amounts."""
    for row in rows[number:]:
        if row[0] == "本级":
            return len(row)
    return width

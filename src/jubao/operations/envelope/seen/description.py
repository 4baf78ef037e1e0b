"""An act explained by its declaration: what it asks, who takes part, what it needs and gives, and how it is undone."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from jubao.columns.bounded import FIRST_DAY, LAST_DAY, MOST_FEN
from jubao.operations.envelope.declaration import ACTS, Declaration, Final, Unit
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.seen.example import example_of
from jubao.operations.envelope.seen.words import day, yuan
from jubao.operations.law import law
from jubao.policy.in_force import NoLawForDay
from jubao.reports.law import office_policy

ROLES = {"MAKE": "经办", "CHECK": "复核", "APPROVE": "审批", "AUDIT": "稽核", "RELEASE": "放行", "CONFIGURE": "授权"}
UNITS = {
    Unit.FEN: "分",
    Unit.PEOPLE: "人",
    Unit.ROWS: "条",
    Unit.MONTH: "年月",
    Unit.TEXT: "文字",
    Unit.FLAG: "是否",
}
KINDS = {
    Kind.TEXT: "文字",
    Kind.EVIDENCE: "依据",
    Kind.PERSON: "人员",
    Kind.AWARD: "待遇",
    Kind.STAFF: "工号",
    Kind.LIST: "名单号",
    Kind.ROUND: "轮次编号",
    Kind.BATCH: "批次号",
    Kind.PROPOSAL: "申请的请求号",
    Kind.VOUCHER: "凭证号",
    Kind.DIVISION: "区划代码",
    Kind.OUTLET: "网点编码",
    Kind.OFFICE_ACCOUNT: "本单位账户",
    Kind.LEDGER_ACCOUNT: "会计科目",
    Kind.RECEIPT: "银行流水号",
    Kind.FIGURE: "指标编号",
    Kind.CAMPAIGN: "专项编号",
    Kind.MAPPING: "名册格式名称",
    Kind.NAME: "编号或名称",
    Kind.AMOUNT: "金额（分）",
    Kind.COUNT: "数量",
    Kind.YEAR: "年度",
    Kind.MONTH: "年月 YYYYMM",
    Kind.PERIOD: "年月或年度",
    Kind.DAY: "日期",
    Kind.DEADLINE: "期限",
    Kind.TIER: "缴费档次（分）",
    Kind.CATEGORY: "参保身份",
    Kind.ACCOUNT: "银行账号",
    Kind.KEY: "签名公钥",
    Kind.KEYED_NUMBER: "公民身份号码（只留密钥摘要）",
    Kind.FILE: "来文（SHA-256）",
    Kind.CHOICE: "代码",
    Kind.FLAG: "是否",
    Kind.GROUP: "一组填报项",
    Kind.TABLE: "名称和值",
}
USUAL_COUNT = 10**9
NO_DEADLINE = "无法定时限"


def describe(declaration: Declaration, *, on: date) -> dict[str, Any]:
    """Everything an act says of itself, as plain data; the example is for a business date."""
    return {
        "code": declaration.code,
        "title": declaration.title,
        "purpose": declaration.purpose,
        "source": declaration.source,
        "about": str(declaration.about.value),
        "steps": [
            {"role": ROLES[role], "post": post.label}
            for role, post in (("MAKE", declaration.maker), *((step.role, step.post) for step in declaration.chain))
        ],
        "most_cases": declaration.most_cases,
        "asks": list(asked(declaration.questions)),
        "papers": [{"title": paper.title, "required": paper.required} for paper in declaration.papers],
        "prints": [{"title": form.title, "command": form.command} for form in declaration.prints],
        "undone_by": undone_by(declaration),
        "deadline": deadline(declaration),
        "days_back": declaration.days_back,
        "second_factor": declaration.second_factor,
        "audience": [post.label for post in declaration.audience],
        "continues": list(declaration.continues),
        "gives": [
            {"name": given.name, "label": given.label, "english": given.english, "unit": UNITS[given.unit]}
            for given in declaration.gives
        ],
        "example": example_of(declaration, on=on),
    }


def asked(questions: Sequence[Question], path: str = "") -> Iterator[dict[str, Any]]:
    """Each argument in words; those within an argument follow it, under its name."""
    for question in questions:
        yield {
            "name": f"{path}{question.name}",
            "label": question.label,
            "english": question.english,
            "kind": ("多个" if question.many else "") + KINDS[question.kind],
            "required": question.required,
            "bounds": bounds(question, questions),
            "choices": [list(choice) for choice in question.choices],
            "hint": question.hint,
            "default": default(question),
        }
        yield from asked(question.inside, f"{path}{question.name}.")


def default(question: Question) -> str:
    """What holds when nothing is stated, in words; empty where nothing does."""
    value = question.default
    if question.required or value in (None, "", (), [], {}):
        return ""
    if question.kind in (Kind.AMOUNT, Kind.TIER):
        return yuan(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return dict(question.choices).get(str(value), str(value))


def bounds(question: Question, beside: Sequence[Question]) -> str:
    """What bounds an answer, in words."""
    told = [_length(question), _size(question), _items(question)]
    labels = {"today": "业务日期", "next_month": "业务日期的下月"} | {other.name: other.label for other in beside}
    if question.not_after:
        told.append(f"不晚于{labels[question.not_after]}")
    if question.not_before:
        told.append(f"不早于{labels[question.not_before]}")
    if question.kind is Kind.DEADLINE:
        told.append("不早于业务日期，最长三年")
    if question.layout:
        told.append(f"格式 {question.layout}")
    return "，".join(one for one in told if one)


def _length(question: Question) -> str:
    if question.longest is None or question.kind in (Kind.FILE, Kind.KEYED_NUMBER):
        return ""
    return f"{question.shortest or 0}至{question.longest}字"


def _size(question: Question) -> str:
    least, most = question.least, question.most
    if question.kind in (Kind.AMOUNT, Kind.TIER):
        told = [f"不小于 {yuan(least)}" if least is not None and least > -MOST_FEN else ""]
        told.append(f"不大于 {yuan(most)}" if most is not None and most < MOST_FEN else "")
        return "，".join(one for one in told if one)
    if isinstance(least, date) or isinstance(most, date):
        told = [
            f"不早于 {least}" if least and least > FIRST_DAY else "",
            f"不晚于 {most}" if most and most < LAST_DAY else "",
        ]
        return "，".join(one for one in told if one)
    if least is None and most is None:
        return ""
    return f"{least}至{most}" if most is not None and most < USUAL_COUNT else f"不小于 {least}"


def _items(question: Question) -> str:
    told = [f"至少{question.fewest_items}项" if question.fewest_items else ""]
    told.append(f"最多{question.most_items}项" if question.most_items else "")
    return "，".join(one for one in told if one)


def undone_by(declaration: Declaration) -> str:
    """What takes the act back, or why nothing does."""
    if isinstance(declaration.undone_by, Final):
        return f"不可撤销：{declaration.undone_by.why}"
    other = ACTS.get(declaration.undone_by)
    return f"{declaration.undone_by}（{other.title}）" if other else declaration.undone_by


def workdays_of(declaration: Declaration, *, on: date) -> int | None:
    """Working days within which the act must be done, by the law of a day; None where no law says so, or is not checked."""
    if declaration.deadline is None:
        return None
    name, _, entry = declaration.deadline.partition(":")
    try:
        value = law(on).value(name)
    except NoLawForDay:
        return None
    days = value.get(entry) if entry else value
    return int(days) if days else None


def deadline(declaration: Declaration) -> str:
    """Within which time the act must be done, by the latest row of the law, with its source; or that no law says so."""
    if declaration.deadline is None:
        return NO_DEADLINE
    name, _, entry = declaration.deadline.partition(":")
    last = office_policy().history(name)[-1]
    days = last.value.get(entry) if entry else last.value
    if not days:
        return NO_DEADLINE
    return f"{days}个工作日（{last.term} `{declaration.deadline}`，{last.source}，{day(last.valid_from)}起）"

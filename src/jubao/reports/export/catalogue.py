"""What every exported table and column means, as ``docs/export.md`` prints it: the models say it, notes add to it."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from jubao.records.facts import refers_to
from jubao.reports.export.book_of_record import ITEMS, LAW
from jubao.reports.tables.columns import Model, arrow_type, book_of_record
from jubao.vocabulary.posts import LABELS

HAN = re.compile("[\u4e00-\u9fff]")
HEAD, TAIL = "<!-- begin: tables -->", "<!-- end: tables -->"

NAMES: Mapping[str, str] = {"id": "主键", "act_id": "经办事件", "sha256": "内容的 SHA-256"}
"""What the columns are called that Django names, or whose model says nothing in Chinese."""

# What a reader must know beside the name: ``table.column`` (without the room) wins over ``column``.
NOTES: Mapping[str, str] = {
    "account.valid_to": "空为未截止",
    "accountentry.amount_fen": "收入为正，支出为负",
    "auditevent.id": "事件号，从 1 起连续",
    "auditevent.payload": "规范 JSON",
    "awardcomponent.to_month": "空为未截止",
    "awardcomponent.item": "由谁支付见 `benefit_item`",
    "awardevent.evidence_date": "服刑收监（1202）续发的为释放日期",
    "awardevent.custody_date": "自其次月起停发",
    "delegatedpayee.service_years": "按服务年限计发的项目，空为名册未列",
    "earlieryear.transfer_id": "转入的年度所依的转移，空为随底册接入",
    "payout.payee_bank": "空为未列明",
    "registeropening.interest_through": "年月，期初余额（OPENING）含至该月末的利息，此后另计",
    "settlement.reported_date": "空为未记",
    "bankaccount.usable_from": "冷静期之后",
    "category": "AAC066",
    "certification.method": "AAC098",
    "chart": "以起始日为名",
    "contribution_state": "AAC031",
    "division": "12 位区划代码",
    "enrolment_state": "AAC008",
    "matchcandidate.details": "JSON",
    "matchcandidate.explanation": "JSON",
    "payrollline.adjustment": "0 为当月待遇或整月补发，否则为所付差额的 `records_arrears`",
    "postholding.valid_to": "空为未截止",
    "proposal.arguments": "规范 JSON",
    "proposal.hash": "填报内容与预览的 SHA-256",
    "proposal.marks": "JSON，申请时所读各表的最后事件",
    "proposal.preview": "规范 JSON",
    "registerrow.details": "JSON",
    "resident_key": "公民身份号码的前 17 位",
    "settlement.reversed": "见 `records_settlementreversal`",
    "signature.result": "规范 JSON",
    "signature.role": "MAKE 经办，CHECK 复核，APPROVE 审批，AUDIT 稽核，RELEASE 放行",
    "signature.step": "0 为经办",
    "valid_from": "含",
}

LAW_MEANINGS = {
    "key": "参数",
    "term": "名称",
    "unit": "单位",
    "area": "适用区划，CN 为全国",
    "valid_from": "起始日（含）",
    "announced": "公布日，空为不晚于起始日；早于公布日办理的业务不知道这一行",
    "valid_to": "截止日（不含）",
    "value": "值（JSON）",
    "source": "文件依据",
    "uncertain": "未核实的原因，空为已核实",
}
ITEM_MEANINGS = {
    "item": "待遇项目代码",
    "name": "名称",
    "payer": "由谁支付：CENTRAL 中央、PROVINCE 省级、CITY 市级、COUNTY 县级、ACCOUNT 个人账户，空为当地规定的加发",
    "source": "由个人账户的哪一来源支付，空为不由账户支付",
    "law": "金额所依的政策参数，见 `law`",
}
KINDS = {pa.int64(): "整数", pa.bool_(): "是否", pa.date32(): "日期", pa.timestamp("us", tz="UTC"): "时刻（UTC）"}
POSTS = {str(post): label for post, label in LABELS.items()}


class ColumnWithoutMeaning(LookupError):
    """A column was added and nobody has said what it means."""


def meaning(model: Model, field: Any) -> str:
    """What a column holds, in Chinese: its name, what to know beside it, its codes, and the table it points to.

    Raises:
        ColumnWithoutMeaning: neither the model nor this catalogue says.
    """
    of_table = f"{model._meta.model_name}.{field.column}"
    said = [_name(model, field), NOTES.get(of_table) or NOTES.get(field.column, "")]
    said += ["状态缓存"] if field.name in getattr(model, "derived_fields", ()) else []
    related = field.related_model if field.is_relation else refers_to(field)
    said += [f"→ `{related._meta.db_table}`"] if related else []
    codes = _codes(field)
    return "，".join(part for part in said if part) + (f"：{codes}" if codes else "")


def _name(model: Model, field: Any) -> str:
    """What the model calls the column, where it says so in Chinese."""
    if HAN.search(name := str(field.verbose_name)):
        return name
    if (known := NAMES.get(field.column)) is None:
        raise ColumnWithoutMeaning(f"{model._meta.db_table}.{field.column} 没有名称，请在模型中写明 verbose_name")
    return known


def _codes(field: Any) -> str:
    """The codes a column may hold with their names; a code that is its own name stands alone."""
    listed = dict(field.flatchoices) or (POSTS if field.column.endswith("post") else {})
    return "、".join(code if code == name else f"{code or '空'} {name}" for code, name in listed.items())


def tables_as_markdown() -> str:
    """Every exported table with its columns, in the order of the files."""
    parts = [_table(model) for model in book_of_record()]
    parts += [
        _told("benefit_item", "待遇项目", ITEMS, ITEM_MEANINGS),
        _told("law", "政策参数", LAW, LAW_MEANINGS),
    ]
    return "\n\n".join(parts)


def _told(name: str, title: str, schema: pa.Schema, meanings: Mapping[str, str]) -> str:
    """A table that is no model: what the program knows of codes and law."""
    rows = [
        f"| `{column}` | {_kind(schema.field(column).type, column)} | {said} |" for column, said in meanings.items()
    ]
    return "\n".join([f"### `{name}` {title}", "", "| 列 | 类型 | 含义 |", "|---|---|---|", *rows])


def _table(model: Model) -> str:
    lines = [f"### `{model._meta.db_table}` {model._meta.verbose_name}", "", "| 列 | 类型 | 含义 |", "|---|---|---|"]
    lines += [
        f"| `{field.column}` | {_kind(arrow_type(field), str(field.column))} | {meaning(model, field)} |"
        for field in model._meta.concrete_fields
    ]
    return "\n".join(lines)


def _kind(kind: pa.DataType, column: str) -> str:
    if column.endswith("_fen"):
        return "整数（分）"
    return KINDS.get(kind, "文本")


def fill(page: str) -> str:
    """A page with the tables between its two marks made new."""
    start, end = page.index(HEAD) + len(HEAD), page.index(TAIL)
    return f"{page[:start]}\n{tables_as_markdown()}\n{page[end:]}"

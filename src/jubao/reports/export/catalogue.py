"""What every exported table and column means, as ``docs/export.md`` prints it."""

import re
from typing import Any

import pyarrow as pa

from jubao.reports.export.book_of_record import LAW
from jubao.reports.tables.columns import Model, arrow_type, book_of_record

HAN = re.compile("[\u4e00-\u9fff]")
HEAD, TAIL = "<!-- begin: tables -->", "<!-- end: tables -->"

# Columns whose model says nothing in Chinese; ``table.column`` (without the room) wins over ``column``.
MEANINGS = {
    "account": "银行账号", "account_id": "会计科目", "acquired": "购置日期", "act_id": "写下这一行的事件",
    "actual": "实际完成（陈述）", "address": "户籍地址", "amount_fen": "金额", "arguments": "申请内容（规范 JSON）",
    "asset_number": "资产编号", "award_id": "待遇", "balance_fen": "余额", "bank": "开户银行",
    "bank_account": "银行账号", "bank_line_id": "支付明细", "batch_id": "批次", "body_hash": "请求内容的 SHA-256",
    "book": "账套：FUND 基金，DELEGATED 代发，ACCOUNTS 个人账户", "budget_code": "预算编码",
    "business_date": "业务日期", "campaign_id": "登记专项", "candidate_id": "疑点", "capacity": "A 主岗，B 代岗",
    "case_ref": "案件号", "category": "参保身份（AAC066）", "certified_date": "认证日期",
    "channel": "缴费渠道：2 银行代收，3 网点", "chart": "科目表（起始日）", "checker": "认证人", "city": "市",
    "code": "代码", "completed": "是否完成", "content": "指标内容", "contribution_id": "缴费",
    "contribution_state": "缴费状态（AAC031）：1 正常，2 暂停，3 待遇或终止", "count": "笔数",
    "counterparty": "对方户名", "credit_fen": "贷方金额", "credited_date": "记账日期", "date": "日期",
    "debit_fen": "借方金额", "decision": "AGREE 同意，REJECT 退回", "direction": "方向", "district": "区县",
    "district_code": "区划代码", "division": "村社区（12 位）", "due_date": "期限", "effective_date": "生效日期",
    "enrolment_id": "参保关系", "enrolment_state": "参保状态（AAC008）：1 正常，2 暂停，4 终止", "evidence": "依据",
    "evidence_date": "依据日期", "figure": "对应的活指标", "file_sha256": "报盘文件的 SHA-256", "filename": "文件名",
    "from_month": "起始年月（含）", "group": "类别", "hash": "申请内容与预览的 SHA-256", "id": "主键",
    "inbound_file_id": "来文", "item": "项目代码", "key": "键", "kind": "种类", "layout": "文件格式",
    "level": "级别", "line": "文件中的序号", "mac": "本事件的密封值", "match_list_id": "比对名单", "memo": "备注",
    "method": "认证方式（AAC098）", "month": "年月", "monthly_fen": "月标准", "name": "名称", "nature": "科目性质",
    "next_step": "下一环节序号（状态缓存）", "number": "编号", "outlet_id": "服务网点", "overpayment_id": "追回案件",
    "owner_post": "责任岗位", "paid_by": "支付方式", "parent": "上级区划", "payee": "收款单位",
    "payee_account": "收款账号", "payee_bank": "收款银行", "payee_id": "代发人员", "payee_name": "收款人姓名",
    "payout_id": "一次性支付", "people": "人数", "person_id": "参保人", "phone": "联系电话",
    "policy_fingerprint": "计算所用政策的指纹", "positive": "肯定答卷", "preview": "预览（规范 JSON）",
    "previous_mac": "前一事件的密封值", "programme": "代发项目", "proposal_id": "申请", "proposed_at": "申请时间",
    "purpose": "用途", "question": "问题", "reason": "原因", "receipt_number": "收据号", "received_date": "到账日期",
    "receiver": "接收单位", "record_number": "记录号", "reference": "凭据号", "registered_date": "登记日期",
    "reported_date": "报告日期", "resident_key": "公民身份号码的整数检索号", "resident_number": "公民身份号码",
    "respondents": "有效问卷", "result": "结果", "reversal_of_id": "被红冲的记账", "role": "环节：经办、复核、审批、稽核、放行",
    "sent_date": "报送日期", "seq": "序号", "settlement_id": "终止结算", "sha256": "内容的 SHA-256",
    "shown_hash": "签署人所见内容的哈希", "signed_at": "签署时间", "size": "字节数", "source": "来源",
    "staff_id": "工作人员", "start_month": "起始年月", "state": "状态", "statement_line_id": "银行流水",
    "step": "环节序号，0 为经办", "superior": "主管部门", "surveyed_date": "调查日期", "target": "指标值",
    "terminal": "终端号", "text": "内容", "title": "标题", "to_month": "截止年月（不含），空为未截止",
    "total_fen": "合计", "usable_from": "可用于发放的首日（冷静期之后）", "valid_from": "起始日（含）",
    "valid_to": "截止日（不含），空为未截止", "value_fen": "原值", "voucher_id": "记账凭证", "year": "年度",
    "years": "随转年限",
    "group_id": "勾对组", "rule": "规则", "note": "说明", "pages": "张数", "voucher_line_id": "分录", "round_id": "核查轮次",
    "item_id": "核查项", "alert_id": "预警", "plan_id": "分期还款协议", "instalment_id": "分期", "movement_id": "资金划转",
    "register_row_id": "名册行", "mapping_id": "名册格式", "run_id": "比对运行", "basis": "依据", "details": "明细（JSON）",
    "checked_date": "核查日期", "abnormal": "异常类型：0 无，1 至 4 见核查表", "version": "版本",
    "reconciledgroup.account": "账户", "reconciledgroup.method": "RULE 规则，HAND 手工", "periodclose.kind": "MONTH 月结，YEAR 年结",
    "verificationfinding.method": "核查方式", "verificationfinding.checker": "核查人",
    "duty_id": "报送任务", "unit": "单位", "as_of": "数据截止日", "signed_report_id": "已签报告",
    "auditevent.id": "事件号，从 1 起连续",
    "auditevent.kind": "PROPOSED 提出，SIGNED 签署，EXECUTED 执行，REJECTED 退回，VOIDED 作废，REFUSED 拒绝",
    "accountentry.amount_fen": "金额，收入为正、支出为负", "enrolmentevent.enrolment_state": "变动后的参保状态",
    "payrollline.state": "DUE 待回盘，PAID 已发，FAILED 失败（状态缓存）", "linereturn.result": "PAID 成功，FAILED 失败",
    "award.suspended_from": "暂停年月（状态缓存）", "award.ended_month": "终止年月（状态缓存）",
}  # fmt: skip

LAW_MEANINGS = {
    "key": "参数", "term": "名称", "unit": "单位", "area": "适用区划，CN 为全国", "valid_from": "起始日（含）",
    "valid_to": "截止日（不含）", "value": "值（JSON）", "source": "文件依据", "uncertain": "未核实的原因，空为已核实",
}  # fmt: skip
KINDS = {pa.int64(): "整数", pa.bool_(): "是否", pa.date32(): "日期", pa.timestamp("us", tz="UTC"): "时刻（UTC）"}


class ColumnWithoutMeaning(LookupError):
    """A column was added and nobody has said what it means."""


def meaning(model: Model, field: Any) -> str:
    """What a column holds, in Chinese.

    Raises:
        ColumnWithoutMeaning: neither the model nor this catalogue says.
    """
    table = model._meta.model_name
    said = MEANINGS.get(f"{table}.{field.column}")
    if said is None and HAN.search(str(field.verbose_name)):
        said = str(field.verbose_name)
    said = said or MEANINGS.get(field.column)
    if said is None:
        raise ColumnWithoutMeaning(f"{model._meta.db_table}.{field.column} 没有说明，请补入导出目录")
    notes = [f"→ `{field.related_model._meta.db_table}`"] if field.is_relation else []
    notes += ["状态缓存"] if field.name in getattr(model, "head_fields", ()) and "状态缓存" not in said else []
    return "，".join([said, *notes])


def tables_as_markdown() -> str:
    """Every exported table with its columns, in the order of the files."""
    parts = [_table(model) for model in book_of_record()]
    rows = [f"| `{name}` | {_kind(LAW.field(name).type, name)} | {said} |" for name, said in LAW_MEANINGS.items()]
    parts.append("\n".join(["### `law` 政策参数", "", "| 列 | 类型 | 含义 |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


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

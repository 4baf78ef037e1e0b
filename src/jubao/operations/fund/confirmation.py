"""The finance bureau's statement of its special account (财政专户对账单), month by month without a gap."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import original_name, read_inbound, take_in
from jubao.records.models import FiscalConfirmation
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

LAYOUT = "fiscal_confirmation"


class ConfirmFiscal(Arguments):
    """The bureau's statement of one month as a file."""

    file: str


@act("fiscal.confirm", title="财政专户对账单登记", arguments=ConfirmFiscal, maker=Post.ACCOUNTANT,
     chain=[check(Post.AUDIT)])  # fmt: skip
def confirm_fiscal_months(cases: Sequence[ConfirmFiscal], *, on: date, act: ActReference) -> Result:
    """Record what the finance bureau says it held for us; a difference to our books is shown, never adjusted.

    Source: 财社〔2011〕16号（财政专户对账）.
    """
    told = []
    for case in cases:
        row = _row(case.file)
        if faults := list(_faults(row, on)):
            name = original_name(case.file)
            raise Refused(f"文件《{name}》未登记：共 {len(faults)} 处错误", faults=faults)
        FiscalConfirmation.objects.create(
            act_id=act.id, month=row["month"], opening_fen=row["opening"], received_fen=row["received"],
            paid_fen=row["paid"], closing_fen=row["closing"],
            inbound_file=take_in(case.file, LAYOUT, rows=1, act=act),
        )  # fmt: skip
        told.append({"month": row["month"], "closing_fen": row["closing"]})
    return {"months": told}


def _row(file: str) -> dict[str, Any]:
    table = read_inbound(file, LAYOUT)
    if table.rows != 1:
        raise Refused(f"文件《{table.filename}》有 {table.rows} 行：财政专户对账单一月一份，请逐月上传")
    return next(table.records())


def _faults(row: dict[str, Any], on: date) -> Iterator[str]:
    """The month adds up, has ended, is told once, and begins where the one before ended."""
    ended = row["opening"] + row["received"] - row["paid"]
    if ended != row["closing"]:
        yield f"期初加收入减支出应为 {format_yuan(ended)} 元，与期末余额 {format_yuan(row['closing'])} 元不符，请向财政部门核对"
    if on <= months.last_day(row["month"]):
        yield f"{row['month']} 尚未结束，请月终以后登记"
    last = FiscalConfirmation.objects.order_by("-month").first()
    if last is None:
        return
    if row["month"] <= last.month:
        yield f"已登记到 {last.month}，{row['month']} 的财政专户对账单不能再登记"
    elif row["month"] != months.add(last.month, 1):
        yield f"缺 {months.add(last.month, 1)} 的财政专户对账单，请先补登"
    elif row["opening"] != last.closing_fen:
        yield f"期初余额与上月期末 {format_yuan(last.closing_fen)} 元不符，请向财政部门核对"

"""Heads of the chain handed to others (链头交存): who outside holds which head, since when, on which receipt."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Count, Evidence, PastDay, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import AnchorDeposit, AuditEvent
from jubao.vocabulary.codes.custody import DepositWay


class DepositAnchor(Arguments):
    """Which head was handed to whom."""

    event: Count = ask("事件号", "Event", hint="jubao anchor 所示", least=1)
    receiver: Text = ask(
        "接收人", "Receiver", hint="如 市局信息科 王某", column=(AnchorDeposit, "receiver"), shortest=1
    )
    way: DepositWay = ask("交存方式", "Way")
    handed_date: PastDay = ask("交存日期", "Handed over on")
    receipt: Evidence = ask("签收凭据", "Receipt", hint="如 签收单 2017-1", column=(AnchorDeposit, "receipt"))


@act(
    "anchor.deposit",
    title="链头交存登记",
    asks=DepositAnchor,
    maker=Post.AUDIT,
    chain=[check(Post.OFFICE)],
    about=About.OFFICE,
    undone_by=Final("交存是已经发生的事实；登记有误的，按实情再登记一次"),
    gives=[Given("deposited", "交存数", "deposited", Unit.ROWS)],
    papers=[Paper("接收人签收的链头")],
    days_back=31,
)
class Deposit:
    """Write down that somebody outside the office holds a head of the chain, so that a shortened chain is noticed.

    Source: GB/T 22239-2019 8.1.4.3（审计记录保护）.
    """

    def check(self, cases: Sequence[DepositAnchor], view: View) -> Faults:
        """The head is one of the chain's."""
        faults = Faults()
        known = _macs([case.event for case in cases])
        for number, case in enumerate(cases, start=1):
            if case.event not in known:
                faults.add(
                    number, "event", f"审计链没有第 {case.event} 号事件", next_step="请照抄 jubao anchor 所示号码"
                )
        return faults

    def plan(self, cases: Sequence[DepositAnchor], view: View) -> Changes:
        """What was handed over, with the hash it had."""
        changes = Changes(view)
        known = _macs([case.event for case in cases])
        changes.add_all(AnchorDeposit(mac=known[case.event], **case.model_dump()) for case in cases)
        return changes.giving(deposited=len(cases))


def _macs(numbers: Sequence[int]) -> dict[int, str]:
    return dict(AuditEvent.objects.filter(pk__in=numbers).order_by("id").values_list("id", "mac"))

"""Who asks for what, when and in which case; what may stand against it before anything is planned; the stored answers."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from jubao.operations.envelope.declaration import Declaration, Step, declaration_of
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import hand_of
from jubao.operations.envelope.posts import Post, Taker, acted_in
from jubao.operations.envelope.standing import Standing
from jubao.operations.envelope.view import View
from jubao.records.custody import open_restoration
from jubao.records.models import Proposal, Signature, Staff
from jubao.vocabulary.codes.custody import MONEY_LEAVES
from jubao.vocabulary.posts import NOT_IN_ONE_MONTH
from jubao.vocabulary.resident_number import masked

LOCAL = ZoneInfo("Asia/Shanghai")
KEY = re.compile(r"[^\W_][\w.:/@+-]{0,119}")


class KeyReused(Refused):
    """The same request key came with another body."""


@dataclass(frozen=True)
class Request:
    """Who asks for what, and when: the client's key, the hash of what is asked, staff code, business date, instant, case."""

    key: str
    body: str
    by: str
    on: date
    at: datetime
    case_ref: str

    @property
    def days(self) -> list[date]:
        """The days on which who asks must hold the post: the business date and today."""
        return sorted({self.on, today(self.at)})

    def view(self, persons: Iterable[str], area: str = "") -> View:
        """The books as this request sees them, with everybody who took a step of its case before, and the office's area."""
        return View(self.on, self.at, self.case_ref, frozenset({*persons, self.by}), area)


@dataclass(frozen=True)
class Answer:
    """What a request led to; a repeated request gets the same answer."""

    proposal: str
    hash: str
    state: str
    preview: dict[str, Any]
    result: dict[str, Any]


def next_step(proposal: Proposal) -> Step:
    """The step a pending proposal waits for."""
    return declaration_of(proposal.code).chain[proposal.next_step - 1]


def case_persons(case_ref: str) -> set[str]:
    """Everybody who took a step of a case."""
    if not case_ref:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM records_signature WHERE case_ref = %s ORDER BY id", [case_ref])
        return {person for (person,) in cursor.fetchall()}


def require_key(key: str) -> None:
    """Refuse a key without the shape of one, so that none can be mistaken for another's, and one that tells a number."""
    if not KEY.fullmatch(key):
        raise Refused("请求号应为 1 至 120 个字符，由文字、数字和 . : / @ + - _ 组成，以文字或数字开头")
    if masked(key) != key:
        raise Refused("请求号随处可见，不能含证件号码或银行账号，请换用与个人无关的编号")


def today(at: datetime) -> date:
    """The day the office's calendar shows at an instant."""
    return at.astimezone(LOCAL).date()


def require_now(declaration: Declaration, request: Request) -> None:
    """Whether an act may be done now: money leaves no office that was restored and not reconciled; and the clock decides.

    Raises:
        Refused: with what to do first.
    """
    if declaration.code in MONEY_LEAVES and (restored := open_restoration()) is not None:
        raise Refused(
            f"账簿是从备份恢复的（第 {restored.act_id} 号事件），尚未核对办结，不能办理“{declaration.title}”："
            "请先运行 jubao restored 逐项核对，再办理“恢复后核对办结”（restore.reconcile）"
        )
    require_clock(declaration, request)


def require_clock(declaration: Declaration, request: Request) -> None:
    """The clock decides: no business date to come, and none further back than the act allows."""
    now = today(request.at)
    if request.on > now:
        raise Refused(f"业务日期 {request.on} 晚于今天（{now}），不能办理")
    if request.on < now - timedelta(days=declaration.days_back):
        allowed = f"最多可倒填 {declaration.days_back} 天" if declaration.days_back else "不能倒填"
        raise Refused(f"业务日期 {request.on} 早于今天（{now}），“{declaration.title}”{allowed}")


def require_signing_day(declaration: Declaration, proposal: Proposal, request: Request) -> None:
    """Who signs is bound to the clock like who proposes, and signs nothing before it was proposed."""
    require_now(declaration, request)
    if request.on < proposal.business_date:
        raise Refused(
            f"签署的业务日期 {request.on} 早于申请 {proposal.key} 的业务日期 {proposal.business_date}，请按签署当天办理"
        )


def require_case(declaration: Declaration, request: Request) -> None:
    """A case belongs to its subject: only the acts that may continue a case may bear its number."""
    if request.case_ref == request.key:
        return
    codes = set(Proposal.objects.filter(case_ref=request.case_ref).order_by("id").values_list("code", flat=True))
    if not codes & set(declaration.continues):
        raise Refused(f"案件 {request.case_ref} 不是“{declaration.title}”可以接续的案件，请不填案件号，另立案件")


def require_right(
    taker: Taker,
    request: Request,
    declaration: Declaration,
    standing: Standing,
    *,
    recused: frozenset[str] = frozenset(),
) -> Post:
    """Only who holds the post, on the business date and today, and took no other step of the case, takes the step.

    Args:
        taker: the post, or any of several.
        recused: who stays away from those the act concerns; a stand-in may go on for them.
    Returns:
        the post in which the step is taken: where any of several may, one that the person holds.
    """
    if declaration.code == "office.found" and not Staff.objects.exists():
        return Post.PERMISSION
    taken = standing.persons
    if request.by in taken:
        raise Refused(f"{request.by} 已经办过案件 {request.case_ref} 的一个环节，同一案件须由不同的人办理")
    out = {*taken, *recused}
    for day in request.days:
        free = standing.present[day].may_act(taker, taken=out)
        if request.by not in free:
            raise Refused(_not_theirs(taker, request.by, day, free, declaration.title))
    return standing.present[request.on].post_of(taker, request.by, taken=out)


def _not_theirs(taker: Taker, by: str, day: date, free: list[str], title: str) -> str:
    """Why somebody may not take a step, and what to do where nobody may."""
    other = NOT_IN_ONE_MONTH.get(taker) if isinstance(taker, Post) else None
    if other and by in acted_in(other, on=day):
        why = f"{by} 在 {day} 当月已在{other.label}办理业务，同一月份内不得又在{taker.label}办理"
    else:
        why = f"{by} 在 {day} 不在{taker.label}"
    then = "" if free else f"；当日无人可在{taker.label}办理，请以“上级派人代办”（staff.stand_in）报请上级"
    return f"{why}，不能办理“{title}”的这一环节{then}"


def require_fresh_code(declaration: Declaration, request: Request) -> None:
    """Where the act asks for it, who takes a step has given a one-time code of just now."""
    if declaration.second_factor:
        hand_of(request.by).require_fresh_code(request.at)


def proposed(request: Request) -> Answer | None:
    """The stored answer to a proposal asked for before.

    Raises:
        KeyReused: the key came with another body.
    """
    row = Proposal.objects.filter(key=request.key).first()
    if row is None:
        return None
    if row.body_hash != request.body:
        raise KeyReused(f"请求号 {request.key} 已用于另一项内容，请换用新的请求号")
    return _answer(row, Signature.objects.get(proposal=row, step=0))


def signed(row: Proposal, request: Request, standing: Standing) -> Answer | None:
    """The stored answer to a signature given before.

    Raises:
        KeyReused: the same person signed the proposal otherwise.
    """
    known = [one for one in standing.steps if (one.proposal_id, one.person) == (row.pk, request.by) and one.step > 0]
    if not known:
        return None
    step = min(known, key=lambda one: one.step)
    if step.body_hash != request.body:
        raise KeyReused(f"{request.by} 已经签署过申请 {row.key}，内容不同，不能再签")
    return _answer(row, step)


def _answer(row: Proposal, step: Signature) -> Answer:
    return Answer(row.key, row.hash, step.state_after, json.loads(row.preview), json.loads(step.result))

"""One proposal as an approver needs it: who asks for what, who signed, who is next, and everything its preview says."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from jubao.operations.envelope import planning
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.changes import SLICE, Changes
from jubao.operations.envelope.declaration import ACTS, Arguments, Declaration, Given, Unit
from jubao.operations.envelope.fault import NoLawForDay, Refused
from jubao.operations.envelope.fields import Kind, Question, persons_in
from jubao.operations.envelope.posts import LABELS, Post, Taker, holders, taker_of
from jubao.operations.envelope.request import case_persons
from jubao.operations.envelope.seen.description import NO_DEADLINE, ROLES, undone_by
from jubao.operations.envelope.seen.lines import people_of
from jubao.operations.envelope.seen.people import People
from jubao.operations.envelope.seen.words import NOTHING, day, month, veiled, yuan
from jubao.operations.envelope.view import View
from jubao.operations.law import law
from jubao.records.facts import fact_models
from jubao.records.models import Person, Proposal, Signature, Staff
from jubao.records.sealing import canonical
from jubao.reports.recusals import concerned_in, staff_recused
from jubao.vocabulary.masks import by_its_ends
from jubao.vocabulary.resident_number import masked_reference
from jubao.vocabulary.viewer import MayNotLook, Viewer

LOCAL = ZoneInfo("Asia/Shanghai")
State = Proposal.State


def shown(key: str, *, viewer: Viewer, everybody: bool = False) -> dict[str, Any]:
    """A proposal as plain data with everything in words; the next signers are those of the viewer's day.

    Args:
        key: of the proposal.
        viewer: who looks; where his task lifts masks, numbers stand in full, to be compared with the papers.
        everybody: whether all people are listed, not only the first ones that the preview keeps.
    Raises:
        Refused: no such proposal.
        MayNotLook: none of his posts sees such acts, or it concerns somebody from whom he stays away.
    """
    row = Proposal.objects.filter(key=key).first()
    if row is None:
        raise Refused(f"没有编号为 {veiled(key)} 的申请")
    declaration, on, numbers = ACTS[row.code], viewer.day, bool(viewer.lifted)
    viewer.require(declaration.audience, f"“{declaration.title}”的申请")
    concerned = concerned_in(row.concerns)
    if not concerned.isdisjoint(viewer.recused.keyed_numbers):
        raise MayNotLook(f"申请 {key} 涉及您应当回避的人员，不能查看，请交其他岗位人员办理")
    preview = json.loads(row.preview)
    steps = list(Signature.objects.filter(proposal=row).order_by("step"))
    cases = json.loads(row.arguments)
    if numbers:
        viewer.looks_at(people_named(declaration.questions, cases), f"申请 {key}", approved=True)
    proposed = row.proposed_at.astimezone(LOCAL)
    return {name: value for name, value in preview.items() if name != "essence"} | {
        "key": row.key,
        "hash": row.hash,
        "code": row.code,
        "title": declaration.title,
        "purpose": declaration.purpose,
        "source": declaration.source,
        "about": str(declaration.about.value),
        "state": str(row.state),
        "state_words": State(row.state).label,
        "case_ref": row.case_ref,
        "business_date": row.business_date.isoformat(),
        "proposed_at": f"{proposed:%Y-%m-%d %H:%M}",
        "days_back": (proposed.date() - row.business_date).days,
        "due_date": row.due_date.isoformat() if row.due_date else None,
        "due_words": _due(row, declaration),
        "undone_by": undone_by(declaration),
        "papers": [{"title": paper.title, "required": paper.required} for paper in declaration.papers],
        "second_factor": declaration.second_factor,
        "steps": _steps(row, preview["steps"], steps, on),
        "cases": [_told(declaration.questions, case, numbers=numbers) for case in cases],
        "people": _everybody(row, declaration, steps) if everybody else preview["people"],
        "sums": _sums(preview["changes"]),
        "result": results(declaration.gives, preview["result"]),
    }


def _due(row: Proposal, declaration: Declaration) -> str:
    """Until when the act must be done; that no law says so, or that calendar or checked law do not reach so far."""
    if row.due_date is not None:
        return row.due_date.isoformat()
    name, _, entry = (declaration.deadline or "").partition(":")
    try:
        value = law(row.business_date).value(name) if name else None
    except NoLawForDay as silent:
        return str(silent)
    workdays = value.get(entry) if entry and value else value
    return f"{workdays}个工作日，节假日安排尚未公布，日期待定" if workdays else NO_DEADLINE


# ── The chain ──


def _steps(
    row: Proposal, bound: Sequence[Sequence[str]], signed: Sequence[Signature], on: date
) -> list[dict[str, Any]]:
    """Every step the hash binds: who took it and when, or who may take it next."""
    taken = {step.step: step for step in signed}
    names = dict(Staff.objects.order_by("id").values_list("code", "name"))
    return [
        _step(row, number, role, taker_of(post), taken.get(number), names, on)
        for number, (role, post) in enumerate(bound)
    ]


def _step(
    row: Proposal, number: int, role: str, post: Taker, taken: Signature | None, names: Mapping[str, str], on: date
) -> dict[str, Any]:
    told: dict[str, Any] = {"step": number, "role": ROLES[role], "post": post.label}
    if taken is not None:
        return told | {
            "post": LABELS[Post(taken.post)],
            "by": taken.person,
            "name": names.get(taken.person, ""),
            "on": taken.business_date.isoformat(),
            "at": f"{taken.signed_at.astimezone(LOCAL):%Y-%m-%d %H:%M}",
            "decision": taken.get_decision_display() if number else "提出",
            "reason": taken.reason,
        }
    if row.state != State.PENDING or number != row.next_step:
        return told
    out = case_persons(row.case_ref) | staff_recused(concerned_in(row.concerns))
    free = holders(post, on=on, besides=out)
    return told | {"next": [{"by": code, "name": names.get(code, "")} for code in free]}


# ── What was stated ──


def people_named(questions: Sequence[Question], cases: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Whom the arguments name with a number or an account: keys of the register, None for who is not in it."""
    stated = list(dict.fromkeys(text for case in cases for text in persons_in(questions, case)))
    known: dict[str, int] = {}
    for start in range(0, len(stated), SLICE):
        some = stated[start : start + SLICE]
        for column in ("resident_number", "personal_number"):
            rows = Person.objects.filter(**{f"{column}__in": some}).order_by("pk")
            known |= dict(rows.values_list(column, "pk"))
    return [known.get(text) for text in stated] or [None]


def _told(questions: Sequence[Question], case: Mapping[str, Any], *, numbers: bool) -> list[dict[str, Any]]:
    """Every argument of a case with its label and its answer in words."""
    return [
        {
            "name": question.name,
            "label": question.label,
            "answer": _answer(question, case[question.name], numbers=numbers),
        }
        for question in questions
        if question.name in case and case[question.name] not in (None, "", [], {})
    ]


def _answer(question: Question, value: Any, *, numbers: bool) -> Any:
    if isinstance(value, list):
        return [_answer(question, one, numbers=numbers) for one in value]
    if value is None:
        return NOTHING
    if question.kind is Kind.GROUP:
        return _told(question.inside, value, numbers=numbers)
    if question.kind is Kind.TABLE:
        return [{"name": str(name), "label": str(name), "answer": str(one)} for name, one in value.items()]
    return _plain_answer(question, value, numbers=numbers)


def _plain_answer(question: Question, value: Any, *, numbers: bool) -> str:
    text = str(value)
    match question.kind:
        case Kind.CHOICE:
            label = dict(question.choices).get(text, text)
            return label if label == text else f"{label}（{text}）"
        case Kind.FLAG:
            return "是" if value else "否"
        case Kind.AMOUNT | Kind.TIER:
            return yuan(value)
        case Kind.MONTH | Kind.PERIOD:
            return month(value)
        case Kind.DAY | Kind.DEADLINE:
            return day(text)
    return text if numbers and question.kind is not Kind.KEYED_NUMBER else _veiled(question, text)


def _veiled(question: Question, text: str) -> str:
    if question.kind is Kind.KEYED_NUMBER:
        return "（号码不留存）"
    if question.kind is Kind.ACCOUNT or "账号" in question.label:
        return by_its_ends(text)
    if question.kind in (Kind.PERSON, Kind.AWARD):
        return masked_reference(text)
    return text if question.kind is Kind.FILE else veiled(text)


# ── What it adds up to ──


def results(gives: Sequence[Given], result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A result with labels, each value in words and as it is."""
    return [
        {
            "name": given.name,
            "label": given.label,
            "value": result[given.name],
            "words": _given(given, result[given.name]),
        }
        for given in gives
        if given.name in result
    ]


def _given(given: Given, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, list):
        return "、".join(_given(given, one) for one in value) or NOTHING
    if isinstance(value, dict):
        return "；".join(f"{name} {_given(given, one)}" for name, one in value.items()) or NOTHING
    words = GIVEN.get(given.unit)
    return words(value) if words and isinstance(value, int) else str(value)


GIVEN: Mapping[Unit, Callable[[int], str]] = {
    Unit.FEN: yuan,
    Unit.PEOPLE: "{} 人".format,
    Unit.ROWS: "{} 条".format,
    Unit.MONTH: month,
    Unit.FLAG: lambda value: "是" if value else "否",
}


def _sums(changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows added to each table, with the sums of their columns of money."""
    tables = {model._meta.db_table: model for model in fact_models()}
    return [_sum(tables[table], told) for table, told in sorted(changes.items())]


def _sum(model: type[models.Model], told: Mapping[str, Any]) -> dict[str, Any]:
    titles = {field.attname: str(field.verbose_name) for field in model._meta.concrete_fields}
    amounts = [
        {"label": titles[name.partition(":")[2]], "fen": fen}
        for name, fen in told.items()
        if name.startswith("sum:") and fen
    ]
    return {"title": told["title"], "rows": told["count"], "people": told.get("people"), "amounts": amounts}


# ── Everybody ──


def _everybody(row: Proposal, declaration: Declaration, signed: Sequence[Signature]) -> dict[str, Any]:
    """All people of a proposal: planned again while it waits, read from its rows once it is executed."""
    stored: dict[str, Any] = json.loads(row.preview)["people"]
    if not stored["beyond"]:
        return stored
    changes = _planned(row, declaration) if row.state == State.PENDING else _executed(row, signed)
    if changes is None:
        return stored | {"note": "事实已经变化或申请未办结，只能列出当时显示的人员"}
    with changes.view.open():
        return people_of(People(changes), most=None)


def _view(row: Proposal) -> View:
    return View(row.business_date, row.proposed_at, row.case_ref, frozenset(case_persons(row.case_ref)))


def _planned(row: Proposal, declaration: Declaration) -> Changes | None:
    cases: list[Arguments] = [declaration.arguments.model_validate(case) for case in json.loads(row.arguments)]
    try:
        changes = planning.make(declaration, cases, _view(row)).changes
    except Refused:
        return None
    approved = json.loads(row.preview)["essence"]
    return changes if canonical(essence(changes)) == canonical(approved) else None


def _executed(row: Proposal, signed: Sequence[Signature]) -> Changes | None:
    """The rows an executed proposal added, as a plan that adds them; heads are not kept by row."""
    event = next((step.act_id for step in signed if step.state_after == State.EXECUTED), None)
    if event is None:
        return None
    changes = Changes(_view(row))
    tables = set(json.loads(row.preview)["changes"])
    for model in fact_models():
        if model._meta.db_table in tables:
            names = [f.attname for f in model._meta.concrete_fields if not f.primary_key and f.attname != "act_id"]
            rows = list(models.QuerySet(model).filter(act_id=event).order_by("pk").values_list(*names))
            columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
            changes.insert(model, columns, count=len(rows))
    return changes

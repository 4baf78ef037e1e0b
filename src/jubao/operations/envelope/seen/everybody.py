"""All people of a proposal, not only the first ones its preview keeps: planned again while it waits, read from its rows after."""

import json

from django.db import models

from jubao.operations.envelope import planning
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Arguments, declaration_of
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.request import case_persons
from jubao.operations.envelope.seen.lines import people_of
from jubao.operations.envelope.seen.people import People
from jubao.operations.envelope.seen.told import Everybody, everybody_of
from jubao.operations.envelope.view import View
from jubao.records.facts import fact_models
from jubao.records.models import Proposal, Signature
from jubao.records.sealing import canonical

State = Proposal.State
NOT_ALL = "事实已经变化或申请未办结，只能列出当时显示的人员"


def everybody(row: Proposal) -> Everybody:
    """All people of a proposal; those its preview keeps where nobody can tell them any more."""
    stored = json.loads(row.preview)["people"]
    if not stored["beyond"]:
        return everybody_of(stored)
    changes = _planned(row) if row.state == State.PENDING else _executed(row)
    if changes is None:
        return everybody_of(stored, NOT_ALL)
    with changes.view.open():
        return everybody_of(people_of(People(changes), most=None))


def view_of(row: Proposal) -> View:
    """The books as the maker of a proposal saw them, read now."""
    return View(row.business_date, row.proposed_at, row.case_ref, frozenset(case_persons(row.case_ref)))


def arguments_of(row: Proposal) -> list[Arguments]:
    """What a proposal states, as its act takes it."""
    kind = declaration_of(row.code).arguments
    return [kind.model_validate(case) for case in json.loads(row.arguments)]


def _planned(row: Proposal) -> Changes | None:
    try:
        changes = planning.make(declaration_of(row.code), arguments_of(row), view_of(row)).changes
    except Refused:
        return None
    approved = json.loads(row.preview)["essence"]
    return changes if canonical(essence(changes)) == canonical(approved) else None


def _executed(row: Proposal) -> Changes | None:
    """The rows an executed proposal added, as a plan that adds them; heads are not kept by row."""
    done = Signature.objects.filter(proposal=row, state_after=State.EXECUTED).order_by("step")
    event = done.values_list("act_id", flat=True).first()
    if event is None:
        return None
    changes = Changes(view_of(row))
    tables = set(json.loads(row.preview)["changes"])
    for model in fact_models():
        if model._meta.db_table in tables:
            names = [f.attname for f in model._meta.concrete_fields if not f.primary_key and f.attname != "act_id"]
            rows = list(models.QuerySet(model).filter(act_id=event).order_by("pk").values_list(*names))
            columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
            changes.insert(model, columns, count=len(rows))
    return changes

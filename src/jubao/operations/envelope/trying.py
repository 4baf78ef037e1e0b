"""An act as it would be proposed, shown and not stored: the same rights, checks and plan, in memory alone.

What is shown is what the proposal would bind, unless something moves in between; then proposing plans again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jubao.operations.envelope import planning, recusing
from jubao.operations.envelope.arguments import parse_arguments
from jubao.operations.envelope.declaration import Declaration, declaration_of
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.planning import Planned
from jubao.operations.envelope.posts import Post, Taker
from jubao.operations.envelope.request import Request, require_case, require_now, require_right
from jubao.operations.envelope.standing import Standing, before_proposing

NO_KEY = ""
"""The key of a request that is never made."""


@dataclass(frozen=True)
class Tried:
    """What an act would do.

    Attributes:
        declaration: the act; planned: its plan with the preview.
        post: in which the one who asks would make it.
        signers: post and, where somebody can, the staff codes of whoever may take the next step; None without a chain.
    """

    declaration: Declaration
    planned: Planned
    post: Post
    signers: tuple[Taker, tuple[str, ...]] | None


def preview(
    code: str, cases: Sequence[dict[str, Any]], *, by: str, on: date, at: datetime, case_ref: str | None = None
) -> Tried:
    """Plan an act for somebody who may make it: read-only, no lock, nothing chained, no one-time code.

    Args as of ``acting.propose``.

    Raises:
        Refused: with every fault; MustStayAway: it concerns somebody from whom the one who asks stays away.
    """
    declaration = declaration_of(code)
    cases = recusing.without_clear_numbers(declaration, cases)
    faults, arguments = parse_arguments(declaration, cases)
    if faults:
        raise Refused(f"{declaration.title}：填报内容有误，共 {len(faults)} 处", faults=list(faults))
    request = Request(NO_KEY, NO_KEY, by, on, at.replace(microsecond=0), case_ref or NO_KEY)
    require_now(declaration, request)
    require_case(declaration, request)
    standing = before_proposing(request.key, request.case_ref, request.days)
    what, named = f"“{declaration.title}”", recusing.named(declaration, cases)
    recused = recusing.require_distance(by, named, what, standing.recusals)
    post = require_right(declaration.maker, request, declaration, standing, recused=recused)
    planned = planning.make(declaration, arguments, request.view(standing.persons, standing.area), shown=True)
    away = recusing.require_distance(by, planned.concerns, what, standing.recusals)
    return Tried(declaration, planned, post, _signers(declaration, request, standing, away | recused))


def _signers(
    declaration: Declaration, request: Request, standing: Standing, away: frozenset[str]
) -> tuple[Taker, tuple[str, ...]] | None:
    if not declaration.chain:
        return None
    taker = declaration.chain[0].post
    out = {*standing.persons, request.by, *away}
    return taker, tuple(standing.present[request.on].may_act(taker, taken=out))

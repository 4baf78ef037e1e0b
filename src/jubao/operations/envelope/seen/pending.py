"""The proposals that wait, as far as a viewer may see them."""

from typing import Any

from jubao.operations.envelope.declaration import ACTS
from jubao.records.models import Proposal
from jubao.reports.recusals import concerned_in
from jubao.vocabulary.viewer import Viewer


def waiting(viewer: Viewer) -> tuple[list[dict[str, Any]], int]:
    """What waits, the earliest due first, and how many he does not get because he stays away from whom they concern.

    What none of his posts may see is not counted either.
    """
    columns = ("id", "key", "code", "maker", "business_date", "due_date", "hash", "next_step", "concerns")
    rows = Proposal.objects.filter(state=Proposal.State.PENDING).order_by("due_date", "id").only(*columns)
    seen = [row for row in rows if viewer.posts & set(ACTS[row.code].audience)]
    listed = [_told(row) for row in seen if concerned_in(row.concerns).isdisjoint(viewer.recused.keyed_numbers)]
    return listed, len(seen) - len(listed)


def _told(row: Proposal) -> dict[str, Any]:
    declaration = ACTS[row.code]
    return {
        "key": row.key,
        "code": row.code,
        "title": declaration.title,
        "maker": row.maker,
        "business_date": row.business_date.isoformat(),
        "waits_for": declaration.chain[row.next_step - 1].post.label,
        "due_date": row.due_date.isoformat() if row.due_date else None,
        "hash": row.hash,
    }

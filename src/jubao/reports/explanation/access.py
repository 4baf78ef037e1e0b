"""Who looked at one person's whole numbers, as he may be told it, or with names for the audit posts."""

from typing import Any

from jubao.records.models import Look, Person
from jubao.reports.explanation.pension import find_person
from jubao.vocabulary.codes.privacy import LookReason
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.posts import LABELS
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.viewer import AUDITING, Viewer

REASONS = dict(LookReason.choices())
POSTS = {str(post): label for post, label in LABELS.items()}
TO_HIMSELF = ("at", "post", "reason", "command", "masks")
TO_AUDITORS = (*TO_HIMSELF, "staff", "words", "subject")


def accesses(reference: str, *, viewer: Viewer, with_staff: bool) -> dict[str, Any]:
    """Every look at somebody, the latest first.

    Args:
        reference: personal number or resident number.
        viewer: who asks for him; with_staff: whether names and words are told, to the audit posts alone.
    Raises:
        NobodyByThisNumber: the register knows nobody by it.
        MayNotLook: the viewer sees no people, stays away from this one, or may not know the names.
    """
    if with_staff:
        viewer.require(AUDITING, "查看人")
    person = find_person(reference, viewer)
    viewer.require_distance(person.resident_number)
    looks = looks_told(person, with_staff=with_staff)
    return {"name": person.name, "resident_number": mask(person.resident_number), "looks": looks}


def looks_told(person: Person, *, with_staff: bool, most: int | None = None) -> list[dict[str, Any]]:
    """Every look at somebody, the latest first, as it may be told; whoever asks was let through before.

    Args:
        person: at whom; with_staff: whether names and words are told.
        most: how many; all when left out.
    """
    told = TO_AUDITORS if with_staff else TO_HIMSELF
    return [{name: one[name] for name in told} | {"masks": _labels(one["masks"])} for one in _looks_at(person)[:most]]


def _looks_at(person: Person) -> list[dict[str, Any]]:
    """Every look at somebody's whole numbers, the latest first, those at everybody after he was registered included."""
    own = Look.objects.filter(person=person)
    all_of_them = Look.objects.filter(everybody=True, act__gt=person.act_id)
    rows = (own | all_of_them).order_by("-pk")
    return [
        {
            "at": f"{row.looked_at.astimezone():%Y-%m-%d %H:%M}",
            "post": POSTS.get(row.post, row.post),
            "reason": REASONS.get(row.reason, row.reason),
            "command": row.command,
            "masks": row.masks,
            "staff": row.staff,
            "words": row.words,
            "subject": row.subject,
        }
        for row in rows
    ]


def _labels(masks: str) -> str:
    return "、".join(Mask(name).label for name in masks.split(",") if name)

"""Who looked at one person's whole numbers, as he may be told it, or with names for the audit posts."""

from typing import Any

from jubao.reports.explanation.pension import find_person
from jubao.reports.lists.looks import looks_at
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.viewer import AUDITING, Viewer

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
    told = TO_AUDITORS if with_staff else TO_HIMSELF
    looks = [{name: one[name] for name in told} | {"masks": _labels(one["masks"])} for one in looks_at(person)]
    return {"name": person.name, "resident_number": mask(person.resident_number), "looks": looks}


def _labels(masks: str) -> str:
    return "、".join(Mask(name).label for name in masks.split(",") if name)

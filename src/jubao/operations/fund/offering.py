"""Acts of the fund's pages: those of some codes, as they are offered to a viewer beside what he looks at."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from jubao.operations.envelope.declaration import ACTS, About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer


def offered_of(
    viewer: Viewer, codes: Collection[str], answers: Mapping[str, str], *, case_ref: str = ""
) -> tuple[OfferedAct, ...]:
    """Acts in the order of their codes given; those that can never be the viewer's are left out.

    Args:
        viewer: for whom; codes: of the acts; answers: what is known, by kind of question or its name.
        case_ref: the case they continue, where they do.
    """
    subjects: set[About] = {ACTS[code].about for code in codes}
    found = {act.code: act for act in offered(viewer, about=subjects, answers=answers)}
    continued = urlencode({"case": case_ref}) if case_ref else ""
    return tuple(_continuing(found[code], continued) for code in codes if code in found)


def _continuing(act: OfferedAct, continued: str) -> OfferedAct:
    mark = "&" if "?" in act.address else "?"
    return replace(act, address=f"{act.address}{mark}{continued}") if continued else act


def withheld(act: OfferedAct, why: Both) -> OfferedAct:
    """An act that may not be made now, with the reason; one that may not be made anyway keeps its own."""
    return replace(act, may=False, why=why) if act.may else act


def title_of(code: str) -> Both:
    """An act as a clerk calls it; in English its code stands beside the Chinese title."""
    title = ACTS[code].title if code in ACTS else code
    return both(title, title if title == code else f"{title} ({code})")

"""Who must prove that they live (资格认证)."""

from dataclasses import dataclass

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.reports.business.certification import CERTIFYING, Certifications, certifications
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

RECORD = "certification.record"


@dataclass(frozen=True)
class ShownCertifications:
    """Certification as it stands, and the act that records a roll."""

    told: Certifications
    acts: tuple[OfferedAct, ...]


@page(
    "certification",
    title=both("资格认证", "Certification"),
    audience=posts("12, 36", *sorted(CERTIFYING)),
    menu=("business", 40),
    queries=12,
)
def certification(viewer: Viewer, asked: QueryDict) -> ShownCertifications:
    """By month of expiry and township, overdue, held for want of it, and who is paid longest without one."""
    acts = offered(viewer, about=About.AWARD, answers={})
    return ShownCertifications(certifications(viewer=viewer), tuple(act for act in acts if act.code == RECORD))

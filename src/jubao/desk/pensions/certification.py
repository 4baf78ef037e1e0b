"""Who must prove that they live (资格认证)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.reports.business.certification import CERTIFYING, Certifications, certifications
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page(
    "certification",
    title=both("资格认证", "Certification"),
    audience=posts("12, 36", *sorted(CERTIFYING)),
    menu=("business", 40),
    queries=12,
)
def certification(viewer: Viewer, asked: QueryDict) -> Certifications:
    """By month of expiry and township, overdue, held for want of it, and who is paid longest without one."""
    return certifications(viewer=viewer)

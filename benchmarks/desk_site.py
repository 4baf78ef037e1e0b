"""The desk as it is served, with two addresses more that only a benchmark has: ``select 1``, bare and framed as a page."""

from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path

settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent)
application = get_wsgi_application()

from jubao.desk.frame.page import page  # noqa: E402  the desk's rooms want Django set up
from jubao.desk.routes import urlpatterns  # noqa: E402
from jubao.vocabulary.audience import SIGNERS  # noqa: E402
from jubao.vocabulary.both import both  # noqa: E402
from jubao.vocabulary.viewer import Viewer  # noqa: E402


def select() -> int:
    """What the database answers to ``select 1``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return int(cursor.fetchone()[0])


@page("bench/framed", title=both("基准", "Benchmark"), audience=SIGNERS)
def framed(viewer: Viewer, asked: QueryDict) -> int:  # noqa: ARG001  as every page is asked
    """The same within the frame: who sits here, menu, headers."""
    return select()


def bare(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  as Django asks
    """The same and nothing else."""
    return HttpResponse(str(select()))


urlpatterns.append(path("bench/bare", bare))

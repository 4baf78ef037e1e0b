"""One sentence said on the page that follows a submission, and never again."""

from django.core import signing
from django.http import HttpRequest, HttpResponse

from jubao.desk.frame.seat import keep
from jubao.vocabulary.both import Both

COOKIE, SALT = "said", "jubao.desk.said"
SECONDS = 60


def say_next(response: HttpResponse, said: Both) -> None:
    """Have a sentence said on the next page."""
    keep(response, COOKIE, signing.dumps([said.chinese, said.english], salt=SALT, compress=True), seconds=SECONDS)


def said_before(request: HttpRequest) -> Both | None:
    """What the submission before this page had to say."""
    try:
        chinese, english = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return Both(chinese, english)


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """It was said: the browser drops it."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")

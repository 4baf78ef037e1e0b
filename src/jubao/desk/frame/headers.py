"""What every answer tells the browser: nothing from elsewhere, nothing inline, nothing kept."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SELF = "'self'"
POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{one}-src {SELF}" for one in ("script", "style", "img", "font", "connect", "manifest", "worker")),
        f"form-action {SELF}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
A_YEAR = 365 * 24 * 3600


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put the headers on every answer; what is no asset is not kept anywhere."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.JUBAO_HTTPS:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer

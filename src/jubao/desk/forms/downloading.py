"""A file handed out: kept nowhere by the browser, under a plain name and, where it can show it, under its Chinese one."""

from urllib.parse import quote

from django.http import HttpResponse

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
}


def as_download(content: bytes, name: str, title: str) -> HttpResponse:
    """Bytes as a file to be saved; ``name`` in plain letters decides its kind."""
    response = HttpResponse(content, content_type=KINDS[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(title)}"
    return response

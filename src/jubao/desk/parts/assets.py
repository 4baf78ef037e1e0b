"""Our own files: style and script, each under an address that changes with what is in it, so that it may be kept for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static


@cache
def address_of_asset(name: str) -> str:
    """The address of a file of ours, as ``desk/desk.css``."""
    path = finders.find(name)
    assert path, f"there is no asset {name}"
    version = sha256(Path(str(path)).read_bytes()).hexdigest()[:12]
    return f"{static(name)}?v={version}"

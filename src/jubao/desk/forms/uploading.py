"""Files that come with a form: streamed into the inbound tray under their hash, bounded while they come.

A file counts only once the form it came with is somebody's who may send it (``take``); until then it lies under a name of
ours and goes with the request. The name it had at the sender's is a note for people, never a path.
"""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.datastructures import MultiValueDict

from jubao.desk.forms.stated import Typed
from jubao.operations.inbound import NAMED, Incoming, TooLarge, kept_size, original_name

MOST_BYTES = 20 << 20
ROOM_FOR_FIELDS = 1 << 20
LONGEST_NAME = 120
UPLOAD = ".upload"
"""What the name of a field ends in that brings a file; its hash then stands in the field itself."""


class Received(UploadedFile):
    """A file that came in whole and waits to be taken."""

    def __init__(self, incoming: Incoming, name: str) -> None:
        """Keep what came, and what it was called."""
        self._incoming = incoming
        super().__init__(file=None, name=name, size=incoming.size)

    @property
    def title(self) -> str:
        """What it is called."""
        return file_name(self.name or "")

    def take(self) -> str:
        """Put it into the tray; gives its SHA-256."""
        return self._incoming.put(self.title)

    def content(self) -> bytes:
        """All of it, of a file that is read at once and not kept."""
        return self._incoming.content()

    def close(self) -> None:
        """What nobody took goes with the request."""
        self._incoming.drop()


class ToTray(FileUploadHandler):
    """Streams each file of a request towards the tray, and stops as soon as it is too large."""

    incoming: Incoming

    def handle_raw_input(self, *args: Any, **_: Any) -> None:
        """Refuse at once what says itself that it is too large."""
        _, _, content_length = args[:3]
        if content_length > MOST_BYTES + ROOM_FOR_FIELDS:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.incoming = Incoming(most=MOST_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002
        """Take a piece."""
        try:
            self.incoming.write(raw_data)
        except TooLarge:
            raise RequestDataTooBig from None
        return None

    def file_complete(self, file_size: int) -> Received:  # noqa: ARG002
        """All of it came."""
        return Received(self.incoming, self.file_name or "")

    def upload_interrupted(self) -> None:
        """The rest never came."""
        if hasattr(self, "incoming"):
            self.incoming.drop()


def file_name(sent: str) -> str:
    """The name a file had at the sender's, as a note: its last part, of signs that people see, not too long."""
    last = PurePosixPath(PureWindowsPath(sent).name).name
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    return seen[-LONGEST_NAME:].strip() or "来文"


def take_in(typed: Typed, files: MultiValueDict[str, UploadedFile], names: Iterable[str]) -> Typed:
    """The same fields, those that ask for a file with the hash of the one that came."""
    taken = dict(typed)
    for name in names:
        came = files.get(f"{name}{UPLOAD}")
        if isinstance(came, Received) and came.size:
            taken[name] = [came.take()]
    return taken


def received(key: str) -> tuple[str, int] | None:
    """Name and size of a file in the tray; None where there is none of this hash."""
    size = kept_size(key) if NAMED.fullmatch(key) else None
    return None if size is None else (original_name(key), size)

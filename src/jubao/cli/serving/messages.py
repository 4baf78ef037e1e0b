"""What passes over the socket: a length, JSON of that length, and descriptors with the first byte; nothing is believed unread."""

import json
import os
import re
import socket
import struct
import time
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

LENGTH = struct.Struct("!I")
LONGEST = 1 << 20
"""Bytes of one message: a list of cases as JSON fits; what is longer comes as a file."""
MOST_WORDS, MOST_FILES, STREAMS = 1000, 16, 3
ENVIRONMENT = ("LANG", "LC_ALL", "LC_CTYPE", "LANGUAGE", "TERM", "COLUMNS", "LINES", "NO_COLOR", "JUBAO_STAFF")
"""What of the caller's environment the command may know: language, terminal, and whom they say they are."""
HARMLESS = re.compile(r"[A-Za-z0-9_.,:@+-]{0,60}")
TOKEN = re.compile(r"[0-9a-f.]{0,400}")


class CannotRead(ValueError):
    """A message that is not what the other side should send."""


@dataclass(frozen=True)
class Request:
    """What a caller asks.

    Args:
        words: the command as typed, without the program's name.
        files: places among the words whose files come along, in the order of the descriptors after the three streams.
        token: of the caller's session, or None.
        environment: of ``ENVIRONMENT``.
    """

    words: tuple[str, ...]
    files: tuple[int, ...]
    token: str | None
    environment: Mapping[str, str]

    def told(self) -> dict[str, Any]:
        """The request as it is sent."""
        return asdict(self)

    @property
    def command(self) -> str:
        """The first word."""
        return self.words[0] if self.words else ""


def request_of(told: Mapping[str, Any]) -> Request:
    """A request out of a message.

    Raises:
        CannotRead: it has another shape.
    """
    words, files, token, environment = (told.get(name) for name in ("words", "files", "token", "environment"))
    fits = (
        isinstance(words, list)
        and len(words) <= MOST_WORDS
        and all(isinstance(word, str) and "\x00" not in word for word in words)
        and isinstance(files, list)
        and len(files) <= MOST_FILES
        and all(type(place) is int and 0 <= place < len(words) for place in files)
        and len(set(files)) == len(files)
        and (token is None or (isinstance(token, str) and TOKEN.fullmatch(token)))
        and isinstance(environment, dict)
        and all(
            name in ENVIRONMENT and isinstance(text, str) and HARMLESS.fullmatch(text)
            for name, text in environment.items()
        )
    )
    if not fits:
        raise CannotRead("not a request")
    assert isinstance(words, list)
    assert isinstance(files, list)
    assert isinstance(environment, dict)
    return Request(tuple(words), tuple(files), token, environment)


def send(connection: socket.socket, told: Mapping[str, Any], descriptors: Iterable[int] = ()) -> None:
    """Send one message; descriptors go with its first byte."""
    body = json.dumps(told).encode("ascii")
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", descriptors))]
    sent = connection.sendmsg([LENGTH.pack(len(body))], rights if rights[0][2] else [])
    connection.sendall((LENGTH.pack(len(body)) + body)[sent:])


def receive(
    connection: socket.socket, *, most: int, within: float | None = None
) -> tuple[dict[str, Any], list[int]] | None:
    """Read one message with its descriptors, which are then the reader's to close; None at the end of the connection.

    Args:
        most: descriptors that may come along; ``within``: seconds for the whole message, or as long as it takes.
    Raises:
        CannotRead: it is too long, breaks off, is no JSON object, or brings more descriptors; those that came are closed.
        TimeoutError: it did not come in time.
    """
    until = None if within is None else time.monotonic() + within
    _wait(connection, until)
    room = socket.CMSG_SPACE(most * array("i").itemsize)
    start, ancillary, flags, _ = connection.recvmsg(LENGTH.size, room, socket.MSG_CMSG_CLOEXEC)
    held = list(_descriptors(ancillary))
    if not start and not held:
        return None
    try:
        _require_all(held, flags, most)
        return _told(connection, start, until), held
    except BaseException:
        close(held)
        raise


def _require_all(held: Sequence[int], flags: int, most: int) -> None:
    """Refuse a message whose descriptors are too many, so that some may be missing."""
    if flags & socket.MSG_CTRUNC or len(held) > most:
        raise CannotRead("too many descriptors")


def _told(connection: socket.socket, start: bytes, until: float | None) -> dict[str, Any]:
    """The object of a message whose first bytes have come."""
    (length,) = LENGTH.unpack(start + _exactly(connection, LENGTH.size - len(start), until))
    if length > LONGEST:
        raise CannotRead("too long")
    try:
        told = json.loads(_exactly(connection, length, until))
    except (ValueError, RecursionError) as error:
        raise CannotRead("no JSON") from error
    if not isinstance(told, dict):
        raise CannotRead("no object")
    return told


def close(descriptors: Iterable[int]) -> None:
    """Close descriptors that came with a message."""
    for one in descriptors:
        os.close(one)


def _exactly(connection: socket.socket, count: int, until: float | None) -> bytes:
    """So many bytes; never more memory than came."""
    parts = bytearray()
    while len(parts) < count:
        _wait(connection, until)
        part = connection.recv(min(count - len(parts), 1 << 16))
        if not part:
            raise CannotRead("broken off")
        parts += part
    return bytes(parts)


def _wait(connection: socket.socket, until: float | None) -> None:
    if until is not None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)


def _descriptors(ancillary: Sequence[tuple[int, int, bytes]]) -> Iterable[int]:
    size = array("i").itemsize
    for level, kind, content in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            held = array("i")
            held.frombytes(content[: len(content) - len(content) % size])
            yield from held

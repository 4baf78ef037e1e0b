"""The service: who may come, how many at once, and that what is being done is finished before it ends."""

import errno
import os
import selectors
import signal
import socket
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

from jubao.cli.serving.messages import MOST_FILES, STREAMS, CannotRead, Request, close, receive, request_of, send
from jubao.cli.serving.reaching import NOT_SERVED, SERVED, not_served
from jubao.cli.serving.request_process import carry_out, folder_of_requests, sweep
from jubao.cli.setup import OUR_MISTAKE, REFUSED

CONNECTIONS, OF_ONE = 64, 8
"""Connections held at once, and of one user."""
WITHIN = 10
"""Seconds in which a request must have come whole, and its end be taken."""
PEER = struct.Struct("3i")
BUSY = "未办理：服务正忙，请稍后再试"
STOPPING = "未办理：服务正在停止，请稍后再试"
BROKEN_OFF = "程序异常结束，不知是否办结：请先用 jubao pending、jubao show 查看，同一请求号可再提一次"


class CannotServe(RuntimeError):
    """The service cannot begin."""


@dataclass
class Places:
    """Requests carried out at the same time: so many in all, of one user no more than half; others wait their turn.

    Args:
        most: in all.
    """

    most: int
    closed: bool = False
    taken: Counter[int] = field(default_factory=Counter)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def place(self, uid: int, waits: Callable[[], bool]) -> Iterator[bool]:
        """A place for as long as the block lasts; False when the service ends or whoever waited has gone."""
        with self.changed:
            while not self.closed and not self._free(uid):
                self.changed.wait(1)
                if not waits():
                    break
            free = not self.closed and self._free(uid)
            self.taken[uid] += free
        try:
            yield free
        finally:
            with self.changed:
                self.taken[uid] -= free
                self.changed.notify_all()

    def close(self) -> None:
        """No further place is given."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def _free(self, uid: int) -> bool:
        return self.taken.total() < self.most and self.taken[uid] < max(1, self.most // 2)


@dataclass
class Service:
    """A running service.

    Args:
        home: the office's directory; ``longest``: seconds one request may take; ``places``: how many at once.
    """

    home: Path
    longest: int
    places: Places
    connected: Counter[int] = field(default_factory=Counter)
    counting: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        """Take requests until SIGTERM or SIGINT; then those that run are finished."""
        told, tell = socket.socketpair()
        tell.setblocking(False)
        signal.set_wakeup_fd(tell.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        threading.excepthook = _tell_mistake
        threads: list[threading.Thread] = []
        with selectors.DefaultSelector() as ready:
            ready.register(listener, selectors.EVENT_READ)
            ready.register(told, selectors.EVENT_READ)
            while all(key.fileobj is listener for key, _ in ready.select()):
                threads = [one for one in threads if one.is_alive()]
                if (came := self._welcomed(listener)) is not None:
                    threads.append(came)
        listener.close()
        self.places.close()
        for thread in threads:
            thread.join()

    def _welcomed(self, listener: socket.socket) -> threading.Thread | None:
        """A thread for whoever came; nobody where somebody came too often or left at once."""
        try:
            connection, _ = listener.accept()
        except OSError as error:
            if error.errno in {errno.EMFILE, errno.ENFILE, errno.ENOMEM}:
                threading.Event().wait(1)  # descriptors come back when a request ends
            return None
        _, uid, _ = PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
        with self.counting:
            welcome = self.connected.total() < CONNECTIONS and self.connected[uid] < OF_ONE
            self.connected[uid] += welcome
        if not welcome:
            with connection:
                connection.setblocking(False)
                _end(connection, REFUSED, BUSY)
            return None
        thread = threading.Thread(target=self._attend, args=(connection, uid))
        thread.start()
        return thread

    def _attend(self, connection: socket.socket, uid: int) -> None:
        """One caller from request to answer."""
        try:
            with connection:
                self._answer(connection, uid)
        finally:
            with self.counting:
                self.connected[uid] -= 1

    def _answer(self, connection: socket.socket, uid: int) -> None:
        try:
            told, descriptors = receive(connection, most=STREAMS + MOST_FILES, within=WITHIN) or ({}, [])
        except (CannotRead, OSError):
            _note(uid, "?", REFUSED)
            return
        try:
            request = _asked(told, descriptors)
            code, sentence = self._carried_out(request, descriptors, connection, uid)
        except CannotRead:
            _note(uid, "?", REFUSED)
            return
        finally:
            close(descriptors)
        connection.settimeout(WITHIN)
        _end(connection, code if code >= 0 else OUR_MISTAKE, sentence)

    def _carried_out(
        self, request: Request, descriptors: list[int], connection: socket.socket, uid: int
    ) -> tuple[int, str]:
        """Exit code, and the sentence that goes with it where the command had no say."""
        if request.command not in SERVED:
            _note(uid, request.command if request.command in NOT_SERVED else "?", REFUSED)
            return REFUSED, not_served(request.command)
        connection.settimeout(None)
        with self.places.place(uid, lambda: _is_there(connection)) as free:
            if not free:
                _note(uid, request.command, REFUSED)
                return REFUSED, STOPPING
            peer = f"本机用户 {uid}"
            code, late = carry_out(request, descriptors, connection, peer=peer, home=self.home, longest=self.longest)
        _note(uid, request.command, code)
        return code, f"超过 {self.longest // 60} 分钟，已中止" if late else BROKEN_OFF if code < 0 else ""


def _asked(told: dict[str, Any], descriptors: Sequence[int]) -> Request:
    """The request, with as many descriptors as it names. Raises CannotRead."""
    request = request_of(told)
    if len(descriptors) != STREAMS + len(request.files):
        raise CannotRead("other files than were named")
    return request


@contextmanager
def listening(path: Path, home: Path) -> Iterator[socket.socket]:
    """A socket that the service's own user and group may use; one service for an office.

    Raises:
        CannotServe: another one serves this office, or the socket is in use.
    """
    requests = os.open(folder_of_requests(home), os.O_RDONLY)
    try:
        flock(requests, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        os.close(requests)
        raise CannotServe("本机构的服务已在运行") from None
    listener = socket.socket(socket.AF_UNIX)
    try:
        sweep(home)
        _remove_left_over(path)
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        path.chmod(0o660)
        listener.listen(CONNECTIONS)
        yield listener
    finally:
        listener.close()
        path.unlink(missing_ok=True)
        os.close(requests)


def _remove_left_over(path: Path) -> None:
    """A socket at which nobody listens is removed."""
    if path.is_socket():
        with socket.socket(socket.AF_UNIX) as asked:
            if asked.connect_ex(str(path)) != errno.ECONNREFUSED:
                raise CannotServe(f"套接字 {path} 正在使用")
        path.unlink()


def _is_there(connection: socket.socket) -> bool:
    """Whether whoever asked still waits."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _end(connection: socket.socket, code: int, sentence: str) -> None:
    try:
        send(connection, {"end": code, "said": sentence})
    except OSError:
        return  # whoever asked has left


def _tell_mistake(mistake: threading.ExceptHookArgs) -> None:
    """A mistake of ours: its kind alone, never its text, which may name people."""
    sys.stderr.write(f"mistake={mistake.exc_type.__name__}\n")


def _note(uid: int, command: str, code: int) -> None:
    """One line a request: who, which command, how it ended; never what was asked."""
    sys.stderr.write(f"uid={uid} command={command} exit={code}\n")
    sys.stderr.flush()

"""Opening the office for a command: settings, database, acts; and ending it with a sentence and an exit code."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

from jubao.cli.acting import acting_as
from jubao.cli.viewing import BY, now, viewer_by
from jubao.vocabulary.audience import Audience, Shows

DONE, REFUSED, WRONG_USAGE, OUR_MISTAKE, INTERRUPTED = 0, 1, 2, 70, 130
R = TypeVar("R")


def open_office(*, writes: bool = False, books: bool = True) -> None:
    """Set Django up, and see that the database has this program's shape.

    Books are made where there are none. Books of another shape are not opened: ``jubao upgrade`` is for the older,
    a newer program for the newer.

    Args:
        writes: the command may change something: what an interrupted act left to do is done first.
        books: whether the command needs the books at all.
    Raises:
        Refused: the books have another shape.
    """
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.config.settings")
    django.setup()
    if books:
        from jubao.operations.keeping.shape import open_books

        if told := open_books():
            sys.stderr.write(f"{told}。\n")
    if writes:
        _finish()


def _finish() -> None:
    """What a process that was killed left to do: files to their trays, the chain's head noted outside."""
    from jubao.operations.envelope.anchor import write_anchor
    from jubao.operations.envelope.outbox import deliver
    from jubao.operations.keeping.left_overs import sweep_left_overs
    from jubao.operations.keeping.rotating import settle_keys
    from jubao.operations.keeping.swapping import sweep_workings
    from jubao.operations.quarantine import sweep_quarantine

    sweep_workings()
    now = datetime.now(UTC)
    for told in (settle_keys(), sweep_left_overs(at=now), sweep_quarantine(at=now)):
        if told:
            sys.stderr.write(f"{told}。\n")
    for item in deliver():
        sys.stderr.write(f"文件《{item.name}》尚未写入 {item.tray}：{item.failure or '等待写出'}（jubao outbox）\n")
    write_anchor()


@contextmanager
def refusals_shown(paths: Iterable[Path] = ()) -> Iterator[None]:
    """Turn what stands against a command into its sentence and exit code: 1 refused, 2 wrong usage.

    Args:
        paths: files and folders that were named; one that is not what it should be is wrong usage.
    """
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error

    from jubao.config.database import CannotUseDatabase
    from jubao.config.home import CannotOpenHome
    from jubao.config.keys import AuditKeyMissing, RecusalKeyMissing
    from jubao.config.safety import UnsafeEngine
    from jubao.vocabulary.key_file import CannotReadKey
    from jubao.vocabulary.viewer import MayNotLook

    try:
        yield
    except (
        CannotUseDatabase,
        CannotOpenHome,
        CannotReadKey,
        AuditKeyMissing,
        RecusalKeyMissing,
        UnsafeEngine,
        MayNotLook,
    ) as error:
        _end(f"未办理：{error}", REFUSED)
    except ImproperlyConfigured as error:
        _end(f"未办理：数据库驱动或设置不可用（{str(error).splitlines()[0]}）", REFUSED)
    except Error as error:
        from jubao.operations.envelope.refusals import sentence_of

        _end(f"未办理：{sentence_of(error)}", REFUSED)
    except RecursionError:
        _end("用法不对：填报内容的层次过多，请核对 JSON", WRONG_USAGE)
    except BrokenPipeError:
        raise
    except OSError as error:
        named = error.filename is not None and str(error.filename) in {str(path) for path in paths}
        _end(f"{'用法不对' if named else '未办理'}：{_of_the_machine(error)}", WRONG_USAGE if named else REFUSED)
    except Exception as error:
        from jubao.operations.envelope.fault import NoLawForDay, Refused

        if not isinstance(error, Refused | NoLawForDay):
            raise
        _end(f"未办理：{error}", REFUSED)


OF_THE_MACHINE = {
    "FileNotFoundError": "文件或目录不存在",
    "IsADirectoryError": "这是一个目录，应为文件",
    "NotADirectoryError": "路径中有一段不是目录",
    "PermissionError": "没有权限",
    "FileExistsError": "文件已经存在",
}
BY_NUMBER = {
    28: "磁盘空间不足",
    27: "文件超过允许的大小",
    30: "磁盘只读",
    122: "超出磁盘配额",
    36: "文件名过长",
    5: "磁盘读写出错",
}


def _of_the_machine(error: OSError) -> str:
    kind = (
        BY_NUMBER.get(error.errno or 0) or OF_THE_MACHINE.get(type(error).__name__) or f"系统拒绝（{error.strerror}）"
    )
    where = f"：{error.filename}" if error.filename else ""
    return f"{kind}{where}，请处理后再办"


def _end(sentence: str, code: int) -> NoReturn:
    """Say why nothing was done; whatever somebody typed into it, no whole number leaves here."""
    from jubao.vocabulary.resident_number import masked

    sys.stderr.write(f"{masked(sentence)}\n")
    raise SystemExit(code) from None


def command(
    audience: Audience, *, writes: bool = False, books: bool = True, office: bool = True
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """A command of the office: opened first, for its audience alone, refusals shown as sentences.

    Args:
        audience: what it shows, and to whom. Who runs it is whoever logged in, or in an office on trial whom ``--by``
            names: what shows people, or signs, gets them as ``by``; what adds up the office is refused here.
        writes: it may change something; ``books``: it needs the books; ``office``: it needs the office's settings and keys.
    """

    def declare(function: Callable[..., R]) -> Callable[..., R]:
        stated = signature(function)
        asked_here = audience.shows is Shows.THE_OFFICE
        assert audience.asks_who == (asked_here or "by" in stated.parameters), (
            f"{function.__name__} asks nobody who he is"
        )

        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> R:
            require_readable([*args, *kwargs.values()])
            named = kwargs.pop("by", None)
            with refusals_shown(one for one in [*args, *kwargs.values()] if isinstance(one, Path)):
                if office:
                    open_office(writes=writes, books=books)
                if not audience.asks_who:
                    return function(*args, **kwargs)
                with acting_as(named, at=now()) as staff:
                    if not asked_here:
                        return function(*args, **kwargs, by=staff)
                    viewer = viewer_by(staff, function.__name__)
                    viewer.require(audience.posts, "本命令的内容")
                    viewer.require_everywhere("本命令的内容")
                    return function(*args, **kwargs)

        if audience.asks_who:
            annotation = Annotated[str | None, BY]
            who = Parameter("by", Parameter.KEYWORD_ONLY, annotation=annotation, default=None)
            others = [one for one in stated.parameters.values() if one.name != "by"]
            run.__signature__ = stated.replace(parameters=[*others, who])  # type: ignore[attr-defined]
            run.__annotations__ = function.__annotations__ | {"by": annotation}
        run.audience = audience  # type: ignore[attr-defined]
        return run

    return declare


def office_home() -> Path:
    """The office's directory, made if missing; nothing in it is read."""
    from jubao.config.home import open_home

    return open_home()


_confined_to: ContextVar[Path | None] = ContextVar("confined_to", default=None)


def confine_to(folder: Path) -> None:
    """Let commands of this process read and write no file of a caller outside a folder, whatever is named."""
    _confined_to.set(folder.resolve())


def require_readable(given: Iterable[Any]) -> None:
    """Refuse what cannot be read: characters in another encoding, and devices and pipes, which may never end."""
    folder = _confined_to.get()
    for value in given:
        if folder and isinstance(value, Path) and not value.resolve().is_relative_to(folder):
            _end("用法不对：经服务办理时，文件须由您自己打开后送来", WRONG_USAGE)
        if isinstance(value, Path) and value.exists() and not (value.is_file() or value.is_dir()):
            _end(f"用法不对：{value} 不是普通文件，请先存成文件再给出", WRONG_USAGE)
        if isinstance(value, str | Path) and any("\ud800" <= sign <= "\udfff" for sign in str(value)):
            _end("用法不对：输入中有无法识别的字符，请用 UTF-8 编码的终端重新输入", WRONG_USAGE)


def speak_chinese() -> None:
    """Let what is printed reach a terminal whose locale knows no Chinese: as UTF-8, or spelt out, never as an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            ascii_only = (stream.encoding or "ascii").lower().replace("-", "") in {"ascii", "usascii", "ansi_x3.41968"}
            stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="backslashreplace")

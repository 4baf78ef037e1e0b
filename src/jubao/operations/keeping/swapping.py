"""Putting new books in the place of old ones by moving files: written down first, so that a crash half way is finished.

The plan is a list of moves from one path to another, in order. A move whose target is there was done before.
"""

import fcntl
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from django.conf import settings

from jubao.exchange.atomic import write_atomically
from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.folders import TRAYS, WORKING, is_running, sync_directory

Move = tuple[Path, Path]
PLAN = "restoring.json"


class SwapBroken(Refused):
    """A swap that was interrupted can be neither finished nor undone by itself."""


def swap(moves: Sequence[Move], *, aside: str | None) -> None:
    """Move files as listed; from the moment the plan is written, a crash ends in the new state at the next opening."""
    plan = _plan_file()
    told = {"moves": [[str(source), str(target)] for source, target in moves], "aside": aside}
    write_atomically(plan, json.dumps(told, ensure_ascii=False).encode())
    finish_swap()


def finish_swap() -> str:
    """Finish a swap that was interrupted; gives a sentence to be told, or nothing when there was none.

    Raises:
        SwapBroken: the plan cannot be read, or a file it names is nowhere.
        OSError: the directory cannot be written.
    """
    plan = _plan_file()
    try:
        with plan.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            return _perform(held, plan)
    except FileNotFoundError:
        return ""


def _perform(held: IO[bytes], plan: Path) -> str:
    if not plan.exists():  # another process finished it while we waited
        return ""
    try:
        told = json.loads(held.read())
        moves, aside = [(Path(source), Path(target)) for source, target in told["moves"]], told["aside"]
    except (ValueError, KeyError, TypeError) as error:
        raise SwapBroken(f"恢复曾被中断，而记录 {PLAN} 无法读取：请保留现场，联系维护人员") from error
    for source, target in moves:
        if target.exists():
            continue
        if not source.exists():
            raise SwapBroken(f"恢复曾被中断，而文件 {source.name} 不见了：请保留现场，联系维护人员")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
        sync_directory(target.parent)
    for tray in TRAYS:
        (plan.parent / tray).mkdir(exist_ok=True)
    plan.unlink()
    sync_directory(plan.parent)
    return "上次恢复在替换账簿时中断，现已接着完成" + (f"；原有账簿在 {aside}" if aside else "")


def sweep_workings() -> None:
    """Remove the working folders of restores that were killed; they hold tables in clear."""
    if _plan_file().exists():
        return
    for folder in Path(settings.JUBAO_HOME).glob(f"{WORKING}*"):
        process = folder.name.removeprefix(WORKING).partition("-")[0]
        if not (process.isascii() and process.isdigit() and is_running(int(process))):
            shutil.rmtree(folder, ignore_errors=True)


def _plan_file() -> Path:
    return Path(settings.JUBAO_HOME) / PLAN

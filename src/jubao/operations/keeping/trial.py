"""A backup tried out: taken back into an office that is thrown away, where every invariant must hold.

It happens in a process of its own, on SQLite whatever the engine of the office; the keys are told to it by a pipe and lie
nowhere. The office that is thrown away is a working folder of a restore: killed, it goes at the next opening.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from django.conf import settings

from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.folders import WORKING
from jubao.records.keyring import office_ring

SHOWN = 20
MODULE = "jubao.operations.keeping.trial_office"
INHERITED = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR")


class TrialFailed(Refused):
    """A backup could not be taken back, or what came back does not hold."""


def try_out(file: Path, data_key: bytes, *, at: datetime) -> None:
    """Take a backup back into an office that is thrown away, and check it.

    Args:
        file: the backup.
        data_key: what its chunks are sealed with.
        at: the instant it is taken back.
    Raises:
        TrialFailed: with every fault.
    """
    office = Path(settings.JUBAO_HOME) / f"{WORKING}{os.getpid()}-trial"
    keys = [key for _, key in sorted(office_ring().keys.items())]
    told = {"file": str(file), "data_key": data_key.hex(), "keys": keys, "at": at.isoformat()}
    office.mkdir(mode=0o700)
    try:
        env = {name: os.environ[name] for name in INHERITED if name in os.environ} | {"JUBAO_HOME": str(office)}
        done = subprocess.run(  # noqa: S603  our own program, by the interpreter that runs us
            [sys.executable, "-m", MODULE], input=json.dumps(told), env=env, capture_output=True, text=True, check=False
        )
    finally:
        shutil.rmtree(office, ignore_errors=True)
    try:
        faults = list(json.loads(done.stdout)["faults"])
    except (ValueError, KeyError, TypeError):
        faults = [done.stderr.strip()[-400:] or f"退出码 {done.returncode}"]
    if faults:
        raise TrialFailed("备份试恢复未通过，未留下备份文件：请先运行 jubao verify 查明，再备份", faults=faults[:SHOWN])

"""What time it is at the desk: the machine's, and in an office on trial the day of its books if somebody says so."""

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jubao.operations.envelope.audit import head
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import trial_secret

LOCAL = ZoneInfo("Asia/Shanghai")
STATED = "JUBAO_CLOCK"


def real_now() -> datetime:
    """The instant by the machine's clock; sessions go by this one."""
    return datetime.now(LOCAL)


def now() -> datetime:
    """The instant at which somebody looks and acts.

    On a stated day it is the machine's time of day, and never before the last event: that day may last for weeks, and
    what is done in it in the morning follows what was done in it the evening before.

    Raises:
        Refused: a day was stated, and this is no office on trial, or it is no day.
    """
    at, stated = real_now(), os.environ.get(STATED)
    if not stated:
        return at
    if trial_secret() is None:
        raise Refused(f"只有试用机构可以用 {STATED} 另定日期，请去掉这项设置")
    try:
        day = date.fromisoformat(stated)
    except ValueError:
        raise Refused(f"{STATED} 写作 2018-01-08 这样的日期，现为“{stated}”") from None
    at, last = datetime.combine(day, at.timetz()), head()
    return max(at, last.at.astimezone(LOCAL)) if last else at

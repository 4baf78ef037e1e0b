"""An office on trial: its people are invented, and one person plays all of them."""

import os
from pathlib import Path

from django.conf import settings

from jubao.exchange.atomic import write_atomically
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import TRIAL_KEY, trial_secret
from jubao.records.models import Staff

KEY_BYTES = 32


def begin_trial() -> bool:
    """Make the key that signs for invented people. Returns whether it was made now.

    Raises:
        Refused: an office is founded here already, whose people have keys of their own.
    """
    if trial_secret() is not None:
        return False
    if Staff.objects.exists():
        raise Refused("本机构已经建账，工作人员各有自己的签名密钥，不能转为试用；试用请另建机构目录（JUBAO_HOME）")
    keys = Path(settings.JUBAO_HOME) / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(keys / TRIAL_KEY, os.urandom(KEY_BYTES))
    return True

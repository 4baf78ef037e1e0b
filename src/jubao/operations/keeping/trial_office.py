"""The office that is thrown away: a process that takes a backup back and says what does not hold (``trial`` starts it)."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any


def faults_of(told: dict[str, Any]) -> list[str]:
    """What is wrong with a backup.

    Args:
        told: ``file``, ``data_key`` in hex, the audit ``keys`` in their order, and the instant ``at``.
    """
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "jubao.config.settings"
    django.setup()
    from django.conf import settings

    from jubao.operations.envelope.fault import Refused
    from jubao.operations.keeping.locks import Opener
    from jubao.operations.keeping.restoring import restore
    from jubao.records import keyring
    from jubao.reports.invariants.verification import verify

    settings.AUDIT_KEY = told["keys"][-1]
    keyring.hold(told["keys"])
    try:
        restore(
            Path(told["file"]), Opener(data_key=bytes.fromhex(told["data_key"])), at=datetime.fromisoformat(told["at"])
        )
    except Refused as refused:
        return [refused.message, *refused.faults]
    broken = [finding for finding in verify() if finding.broken]
    return [f"{one.code} {one.title}：{one.violations[0].text if one.violations else one.broken}" for one in broken]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"faults": faults_of(json.load(sys.stdin))}))

"""Recovering a lost audit key from its parts: it comes back only where none is, and only if it is this office's."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

from jubao.operations.keeping.key_parts import NoSuchParts, join_parts
from jubao.records.keyring import CURRENT, FIRST, forget, key_mark
from jubao.records.models import AuditEvent, KeyRotation
from jubao.records.sealing import seal

OWNER_ONLY = 0o600


def recover_key(parts: Sequence[str]) -> Path:
    """Put a key back from its parts; gives the file.

    Raises:
        NoSuchParts: the parts give no key, one that sealed nothing here, or one whose file is there.
    """
    key = join_parts(parts)
    file = Path(settings.JUBAO_HOME) / "keys" / _name(key)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise NoSuchParts(f"keys/{file.name} 已在，还原不覆盖密钥；确要换回，请先把它移到别处保管") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"{key}\n")
        out.flush()
        os.fsync(out.fileno())
    forget()
    return file


def _name(key: str) -> str:
    """The file of a key, by what it sealed; where there are no books yet, the current one's."""
    if AuditEvent._meta.db_table not in connection.introspection.table_names():
        return CURRENT
    mark = key_mark(key)
    if (rotation := KeyRotation.objects.filter(mark_after=mark).first()) is not None:
        later = KeyRotation.objects.filter(number__gt=rotation.number).exists()
        return f"audit.{rotation.number}.key" if later else CURRENT
    first = AuditEvent.objects.order_by("id").first()
    if first is not None and seal(first, key=key) != first.mac:
        raise NoSuchParts("这些分片还原出的不是本机构的审计密钥，未写入：请核对是否选对了恢复单")
    return f"audit.{FIRST}.key" if KeyRotation.objects.exists() else CURRENT

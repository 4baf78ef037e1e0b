"""What a refusal says when the database or the machine says no: a sentence, never the engine's own text.

The engine's texts name values (resident numbers, accounts); only the name of the broken rule leaves this module.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, DataError, Error, IntegrityError, connection, models

from jubao.ledger.guards import REFUSAL as PERIOD_IS_CLOSED
from jubao.operations.envelope.audit import CHAIN_LOCK
from jubao.operations.envelope.fault import Refused
from jubao.records.guards import REFUSAL as FACTS_STAY

_CHECK = re.compile(r"CHECK constraint failed: (\w+)")
_NOT_NULL = re.compile(r"NOT NULL constraint failed: (\w+)\.(\w+)")
_UNIQUE = re.compile(r"UNIQUE constraint failed: ([\w., ]+)")
_DIGITS = re.compile(r"\d(?:[ \u3000]?\d){5,}[ \u3000]?[Xx\uFF38\uFF58]?")


class Conflict(Refused):
    """A rule of the database stands against the act."""


class Unavailable(Refused):
    """The books cannot be read or written at the moment; nothing was done, and it may be asked again."""


class Busy(Unavailable):
    """Somebody else is in the way just now; the same request may be tried again at once."""


def sentence_of(error: Error) -> Refused:
    """The refusal a database error becomes."""
    text = str(error)
    if FACTS_STAY in text:
        return Conflict("账簿中的事实只增不改不删，数据库拒绝了改动：请以另一项业务更正")
    if PERIOD_IS_CLOSED in text:
        return Conflict("该账套的这一期间已经结账，不再记入：请记入未结账月份，并注明应记日期")
    if isinstance(error, IntegrityError | DataError):
        name = broken_rule(error)
        return Conflict(f"与已有记录冲突（规则 {name}：{meaning(name)}），请核对后重新提出")
    return _unavailable(error)


# ── Rules of the database ──


def broken_rule(error: Error) -> str:
    """The name of the constraint that was broken; ``unknown`` when the engine does not tell."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        column = f"{diagnosis.table_name}_{diagnosis.column_name}_not_null" if diagnosis.column_name else ""
        return str(diagnosis.constraint_name or column or "unknown")
    text = str(error)
    if found := _CHECK.search(text):
        return found.group(1)
    if found := _NOT_NULL.search(text):
        return f"{found.group(1)}_{found.group(2)}_not_null"
    if found := _UNIQUE.search(text):
        return _unique_names().get(_columns(found.group(1)), "unique")
    return "foreign_key" if "foreign key" in text.lower() else "unknown"


def meaning(name: str) -> str:
    """What a rule of the database means, from its constraint or column."""
    known = _meanings().get(name)
    if known is None and (name == "foreign_key" or "_fk_" in name):
        return "引用的记录不存在，或仍被引用"
    return known or "数据库约束"


def _columns(listed: str) -> frozenset[str]:
    return frozenset(part.strip() for part in listed.split(","))


@cache
def _unique_names() -> dict[frozenset[str], str]:
    """SQLite names columns instead of the rule: the rule by its columns."""
    found: dict[frozenset[str], str] = {}
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if field.unique:
                found[frozenset({f"{table}.{field.column}"})] = f"{table}_{field.column}"
        for rule in model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint):
                columns = (model._meta.get_field(name) for name in rule.fields)
                found[frozenset(f"{table}.{field.column}" for field in columns)] = rule.name  # type: ignore[union-attr]
    return found


@cache
def _meanings() -> dict[str, str]:
    """By the name of a rule, what it means; SQLite names a column's own rule by the column alone, whatever its table."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        title, table = str(model._meta.verbose_name), model._meta.db_table
        for field in model._meta.concrete_fields:
            label = f"{title}的{field.verbose_name}"
            found |= {
                f"{table}_{field.column}": f"{label}不能重复",
                f"{table}_{field.column}_key": f"{label}不能重复",
                f"{table}_{field.column}_check": f"{label}不合规定",
                f"{table}_{field.column}_not_null": f"{label}不能为空",
                f"{table}_pkey": f"{title}的编号不能重复",
            }
        for rule in model._meta.constraints:
            what = "不能重复" if isinstance(rule, models.UniqueConstraint) else "不合规定"
            found[rule.name] = f"{title}{what}"
    return {column: f"{'、'.join(sorted(labels))}不合规定" for column, labels in _labels().items()} | found


def _labels() -> Mapping[str, set[str]]:
    """By column, what it is called in the tables that have it."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            found.setdefault(str(field.column), set()).add(str(field.verbose_name))
    return found


# ── What the machine says ──

READ_ONLY = "账簿当前只读，无法办理：请检查账簿所在磁盘的权限或服务器状态后再办"
FULL = "磁盘空间不足，本次办理未留下任何改动：请清理磁盘后再办"
BUSY = "另一项办理正在写账，等候超时{holder}：请稍后再办"
AGAIN = "与同时进行的另一项办理相互影响，本次办理未留下任何改动：请再试一次"
SLOW = "数据库未在规定时间内完成，本次办理未留下任何改动：请稍后再办"
GONE = "与账簿数据库的连接中断，本次办理未留下任何改动：请检查数据库后再办"
NO_ENTRY = "数据库不接受本程序的用户或口令：请核对 DATABASE_URL 和数据库的授权"
NO_DATABASE = "没有这个数据库：请先在服务器上建库，或核对 DATABASE_URL"
DAMAGED = "账簿文件已损坏或不是账簿：请停止办理，从备份恢复后运行 jubao verify 核对"
NOT_OURS = "账簿的结构与本程序不符：请运行 jubao upgrade，或核对 JUBAO_HOME、DATABASE_URL 是否指向本机构的账簿"
CANNOT_OPEN = "账簿文件打不开：请核对 JUBAO_HOME、目录权限和磁盘"
UNREACHABLE = "暂时无法连接账簿数据库，本次办理未留下任何改动：请检查数据库和 DATABASE_URL 后再办"

# PostgreSQL tells a state of five characters; its first two are the class.
STATES: Mapping[str, str] = {
    "25006": READ_ONLY,
    "53100": FULL,
    "53": FULL,
    "55P03": BUSY,
    "40001": AGAIN,
    "40P01": AGAIN,
    "57014": SLOW,
    "57P": GONE,
    "08": GONE,
    "28": NO_ENTRY,
    "42501": NO_ENTRY,
    "3D": NO_DATABASE,
    "XX": DAMAGED,
    "42": NOT_OURS,
}
SQLITE_NAMES: Mapping[str, str] = {
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": FULL,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_CANTOPEN": CANNOT_OPEN,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_ERROR": NOT_OURS,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_INTERRUPT": SLOW,
}


def _unavailable(error: Error) -> Unavailable:
    said = _what_the_machine_says(error)
    if said in {GONE, UNREACHABLE} and not connection.in_atomic_block:
        connection.close()  # a long-lived process connects anew next time
    if said in {BUSY, AGAIN}:
        return Busy(said.format(holder=_holder()))
    return Unavailable(said)


def _what_the_machine_says(error: Error) -> str:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None) or ""
    for length in (5, 3, 2):
        if state[:length] in STATES:
            return STATES[state[:length]]
    name = "_".join((getattr(cause, "sqlite_errorname", None) or "").split("_")[:2])
    return SQLITE_NAMES.get(name, UNREACHABLE)


def _holder() -> str:
    """Who holds the writers' lock, where the engine or the machine tells."""
    try:
        return _holder_on_server() if connection.vendor == "postgresql" else _holder_of_file()
    except (DatabaseError, OSError):
        return ""


HOLDER = """
    SELECT a.pid, a.application_name, a.client_addr, a.xact_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s AND l.database = (
        SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"""


def _holder_on_server() -> str:
    with connection.cursor() as cursor:
        cursor.execute(HOLDER, [CHAIN_LOCK >> 32, CHAIN_LOCK & 0xFFFFFFFF])
        row = cursor.fetchone()
    if row is None:
        return ""
    pid, program, address, since = row
    return f"（占用者：服务器进程 {pid}，{program or '未署名程序'}，来自{address or '本机'}，自 {since:%H:%M:%S} 起）"


WRITER_BYTE = "120 120"  # where SQLite's journal index is locked by whoever writes


def _holder_of_file() -> str:
    """Linux lists who locks which file; other systems tell nothing."""
    books = Path(str(connection.settings_dict["NAME"]))
    node = books.with_name(f"{books.name}-shm").stat().st_ino
    for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
        fields = line.split()
        if f":{node} " in line and line.endswith(WRITER_BYTE) and "WRITE" in fields and "->" not in fields:
            return f"（占用者：本机进程 {fields[4]}）"
    return ""


def without_numbers(text: str) -> str:
    """A sentence as it may be recorded: long numbers hidden, since they may be somebody's."""
    return _DIGITS.sub(lambda found: "*" * len(found.group()), text)

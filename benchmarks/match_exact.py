"""A list matched against a register by resident number: ours, DuckDB and a dictionary, with and without parsing."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.identities import first_digits
from benchmarks.measure import Contender, Run
from jubao.matching import Register, match, match_stream
from jubao.simulation.identity import resident_numbers
from jubao.vocabulary.resident_number import WEIGHTS, InvalidResidentNumber, encode, encode_many, normalise

Keys = NDArray[np.int64]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
DISTRICT = 55_000
PARSED_AT_MOST = 1_000_000
CHUNK = 1 << 20
STREAMED = 1 << 22


def run(rows: int, queries: int, rounds: int) -> list[Run]:
    """Match ``queries`` keys against the district and against ``rows`` keys; then texts, read and checked, too."""
    queries = min(queries, rows)
    texts, district = min(rows, PARSED_AT_MOST), min(DISTRICT, rows)
    return [
        _keys_run("match-district", *sample(district, queries), rounds),
        _keys_run("match-exact", *sample(rows, queries), rounds),
        _texts_run("match-district-texts", *sample(district, queries), rounds),
        _texts_run("match-province-texts", *sample(rows, queries), rounds),
        _texts_run("match-texts", *sample(texts, texts), rounds),
        _kept_run(*kept_sample(rows, queries), rounds),
    ]


def sample(rows: int, queries: int) -> tuple[Keys, Keys]:
    """A register in no order and a list of which two in three (as far as there are any) stand in it."""
    random = np.random.default_rng(2017)
    pool = first_digits(rows + queries)
    random.shuffle(pool)
    register = pool[:rows]
    known = random.choice(register, min(2 * queries // 3, rows), replace=False)
    left = np.concatenate([known, pool[rows : rows + queries - known.size]])
    random.shuffle(left)
    return left, register


def _keys_run(job: str, left: Keys, register: Keys, rounds: int) -> Run:
    kept, table = Register.of(register), _duckdb(register)
    ways: dict[str, Callable[[], Pairs]] = {
        "sorted": partial(match, left, kept),
        "unsorted": lambda: match(left, Register.of(register)),
        "streamed": partial(_streamed, left, register),
        "duckdb": partial(_join, table, left),
        "dict": partial(_dictionary, left, register),
    }
    result = Run(
        job,
        f"{len(left)}x{len(register)}",
        len(left),
        _check(ways),
        notes=[
            "read keys: one pass over the register's keys and the list; keys are int64 on every side, nothing is parsed",
            (
                "sorted: the register was sorted when it came in; unsorted: sorting counted; "
                "streamed: the list is sorted instead, the unsorted register passes by in chunks; "
                "duckdb: register as its own table, list from memory, pairs back as arrays; "
                "dict: over the list, the register passes by in chunks"
            ),
        ],
    )
    contenders = [
        Contender("read keys", "limit", lambda: (register.sum(), left.sum()), len(left)),
        Contender("duckdb", "peer", ways["duckdb"], len(left), "read keys"),
        Contender("sorted", "ours", ways["sorted"], len(left), "duckdb"),
        Contender("unsorted", "ours", ways["unsorted"], len(left), "duckdb"),
        Contender("streamed", "ours", ways["streamed"], len(left), "duckdb"),
        Contender("dict", "peer", ways["dict"], len(left), "duckdb"),
        Contender("sorted/limit", "ours", ways["sorted"], len(left), "read keys"),
    ]
    result.measure(contenders, rounds=rounds)
    return result


def kept_sample(rows: int, queries: int) -> tuple[Keys, Keys]:
    """A register in order, and a list of which two in three stand in it; drawn without holding copies."""
    random = np.random.default_rng(2017)
    register = first_digits(rows)
    left = random.choice(register, queries)
    left[::3] += 998 - left[::3] % 1000  # a sequence number that nobody in the register has
    return left, register


def _kept_run(left: Keys, register: Keys, rounds: int) -> Run:
    """The register kept on disk, sorted: opened by mapping; the limit is one reading of its keys."""
    wanted = np.arange(len(left)) % 3 != 0  # as the sample was drawn
    with tempfile.TemporaryDirectory(prefix="jubao-bench-") as home:
        folder = Path(home) / "register"
        Register(register, np.arange(len(register))).save(folder)
        keys = folder / "keys.npy"
        del register
        kept = Register.open(folder)
        found, rows = match(left, kept)
        assert np.array_equal(found, np.flatnonzero(wanted)), "somebody is lost or invented"
        assert np.array_equal(kept.keys[rows], left[found]), "a row of somebody else"
        result = Run(
            "match-kept",
            f"{len(left)}x{len(kept)}",
            len(left),
            f"{len(found):,} 对逐对核对无误",
            notes=[
                "read keys: one pass over the mapped keys; kept: the list against the mapped register, opened before",
                "open+kept: opened first, which checks the order of all keys; files in the system's cache",
            ],
        )
        result.measure(
            [
                Contender("read keys", "limit", lambda: np.load(keys, mmap_mode="r").sum(), len(left)),
                Contender("kept", "ours", lambda: match(left, kept), len(left), "read keys"),
                Contender("open+kept", "ours", lambda: match(left, Register.open(folder)), len(left), "read keys"),
            ],
            rounds=rounds,
        )
    return result


def _texts_run(job: str, left: Keys, register: Keys, rounds: int) -> Run:
    ours, theirs = resident_numbers(left).tolist(), resident_numbers(register).tolist()
    arrow = pa.table({"text": ours}), pa.table({"text": theirs})
    ways: dict[str, Callable[[], Pairs]] = {
        "encode": lambda: match(encode_many(ours)[0], Register.of(encode_many(theirs)[0])),
        "duckdb": partial(_parse_and_join, *arrow),
        "dict": partial(_parsed_dictionary, ours, theirs),
    }
    if len(register) > PARSED_AT_MOST:  # the dictionary would take minutes for nothing new
        del ways["dict"]
    result = Run(
        job,
        f"{len(left)}x{len(register)}",
        len(left) + len(register),
        _check(ways),
        notes=[
            (
                "both sides arrive as texts; form, province, birth date and check digit are verified on both sides, "
                "then matched; ours starts from Python lists, duckdb from Arrow tables, dict from lists, one text at a time"
            ),
        ],
    )
    against = {"duckdb": "", "encode": "duckdb", "dict": "duckdb"}
    result.measure(
        [
            Contender(name, "ours" if name == "encode" else "peer", ways[name], result.rows, against[name])
            for name in against
            if name in ways
        ],
        rounds=rounds,
    )
    return result


def _check(ways: dict[str, Callable[[], Pairs]]) -> str:
    answers = {name: _in_order(way()) for name, way in ways.items()}
    reference = answers.get("dict", answers["duckdb"])
    for name, pairs in answers.items():
        assert all(np.array_equal(a, b) for a, b in zip(pairs, reference, strict=True)), f"{name} finds other pairs"
    return f"{len(reference[0]):,} 对逐对核对无误"


def _in_order(pairs: Pairs) -> Pairs:
    order = np.lexsort((pairs[1], pairs[0]))
    return pairs[0][order], pairs[1][order]


def _duckdb(register: Keys) -> Any:
    connection = duckdb.connect()
    given = pa.table({"key": register, "row": np.arange(len(register))})
    connection.register("given", given)
    connection.execute("CREATE TABLE register AS SELECT * FROM given")
    connection.unregister("given")
    return connection


def _join(connection: Any, left: Keys) -> Pairs:
    connection.register("wanted", pa.table({"key": left, "row": np.arange(len(left))}))
    found = connection.execute("SELECT w.row AS l, r.row AS r FROM wanted w JOIN register r USING (key)").fetchnumpy()
    return found["l"], found["r"]


def _streamed(left: Keys, register: Keys) -> Pairs:
    chunks = (register[start : start + STREAMED] for start in range(0, len(register), STREAMED))
    rows, places = zip(*match_stream(chunks, Register.of(left)), strict=True)
    return np.concatenate(places), np.concatenate(rows)


def _dictionary(left: Keys, register: Keys) -> Pairs:
    place = {key: row for row, key in enumerate(left.tolist())}
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(register), CHUNK):
        keys = register[start : start + CHUNK].tolist()
        pairs += [(place[key], row) for row, key in enumerate(keys, start) if key in place]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _parsed_dictionary(left: list[str], register: list[str]) -> Pairs:
    keys = [np.array([_key(text) for text in texts], dtype=np.int64) for texts in (left, register)]
    return _dictionary(keys[0], keys[1])


def _key(text: str) -> int:
    try:
        return encode(normalise(text))
    except InvalidResidentNumber:
        return -1


def _parse_and_join(left: Any, register: Any) -> Pairs:
    connection = duckdb.connect()
    connection.register("a", left)
    connection.register("b", register)
    found = connection.execute(
        f"WITH x AS ({PARSED.format('a')}), y AS ({PARSED.format('b')}) "  # noqa: S608
        "SELECT x.row AS l, y.row AS r FROM x JOIN y USING (key)"
    ).fetchnumpy()
    return found["l"], found["r"]


_SUM = " + ".join(f"(ascii(substr(text, {i}, 1)) - 48) * {weight}" for i, weight in enumerate(WEIGHTS, start=1))
PARSED = (
    "SELECT row_number() OVER () - 1 AS row, CAST(substr(text, 1, 17) AS BIGINT) AS key FROM {} "  # noqa: S608
    "WHERE length(text) = 18 AND try_cast(substr(text, 1, 17) AS BIGINT) IS NOT NULL "
    f"AND substr('10X98765432', ({_SUM}) % 11 + 1, 1) = substr(text, 18, 1) "
    "AND try_strptime(substr(text, 7, 8), '%Y%m%d') IS NOT NULL "
    "AND substr(text, 1, 2) BETWEEN '11' AND '91'"
)

"""Every command ends in a sentence and an exit code, whatever the machine, the settings or the terminal are like."""

import ctypes
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jubao.operations import AREAS
from jubao.operations.envelope.declaration import ACTS

ROOT = Path(__file__).resolve().parent.parent
SECRET = "postgres://clerk:geheim@"
pytestmark = pytest.mark.sqlite  # an office of its own on one file, whatever engine the run is for

FOUND = """
from jubao.cli.setup import open_office
open_office(writes=True)
from tests.office import Office
office = Office()
"""


def python(home: Path, *words: str, **named: str) -> subprocess.CompletedProcess[str]:
    return ended(home, [sys.executable, *words], named)


def jubao(
    home: Path, *words: str, before: Callable[[], None] | None = None, **named: str
) -> subprocess.CompletedProcess[str]:
    """Run a command; its end must be an end of ours, never a traceback."""
    done = ended(home, [sys.executable, "-m", "jubao", *words], named, before=before)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert "程序出错" not in done.stderr, done.stderr
    return done


def passphrase(home: Path) -> Path:
    """A file beside the office with the passphrase of backups, readable by its owner only."""
    file = home.parent / f"{home.name}.words"
    if home.parent.is_dir() and not file.exists():
        file.touch(mode=0o600)
        file.write_text("一句只有两个人知道的备份口令")
    return file


def ended(
    home: Path, words: list[str], named: dict[str, str], *, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    names = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "JUBAO_TEST_DATABASE_URL", "PYTHONUTF8", "JUBAO_ANCHORS"}
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    environment = inherited | {"JUBAO_HOME": str(home), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"JUBAO_BACKUP_PASSPHRASE_FILE": str(passphrase(home))} | named
    return subprocess.run(
        words,
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
        preexec_fn=before,
        encoding="utf-8",
        errors="backslashreplace",
    )


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a founded office."""
    home = tmp_path_factory.mktemp("founded") / "office"
    done = python(home, "-c", FOUND)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Iterator[Path]:
    """Such an office for one test."""
    copy = tmp_path / "office"
    shutil.copytree(founded, copy)
    yield copy
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o700)


def without_override() -> None:
    """Let even the superuser be bound by the rights of files."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE


def read_only(home: Path) -> None:
    for path in [*home.rglob("*"), home]:
        path.chmod(0o500 if path.is_dir() else 0o400)


# ── Settings ──


@pytest.mark.parametrize(
    "url", ["mysql://clerk:geheim@db/x", f"{SECRET}db", f"{SECRET}db:no/x", "nonsense", "postgres:///"]
)
def test_a_bad_database_url_is_a_sentence_that_does_not_repeat_it(tmp_path: Path, url: str) -> None:
    done = jubao(tmp_path, "pending", DATABASE_URL=url)
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "geheim" not in done.stderr + done.stdout


def test_a_server_that_cannot_be_reached_is_a_sentence(tmp_path: Path) -> None:
    done = jubao(tmp_path, "pending", DATABASE_URL=f"{SECRET}127.0.0.1:9/books?connect_timeout=2")
    assert done.returncode == 1
    assert "暂时无法连接账簿数据库" in done.stderr
    assert "geheim" not in done.stderr


@pytest.mark.parametrize("name", ["session.key", "audit.key"])
@pytest.mark.parametrize("content", [b"short", b"\xff\xfe"])
def test_a_damaged_key_file_is_a_sentence(home: Path, name: str, content: bytes) -> None:
    (home / "keys" / name).chmod(0o600)
    (home / "keys" / name).write_bytes(content)
    done = jubao(home, "verify", "--only", "I-30")
    assert done.returncode == 1
    assert f"密钥文件 {name} 不完整" in done.stderr
    assert (home / "keys" / name).read_bytes() == content


def test_books_without_their_key_are_not_opened_and_no_other_is_made(home: Path) -> None:
    """Faults 4.5."""
    (home / "keys" / "audit.key").unlink()
    for words in (
        ["verify"],
        ["propose", "target.set", TARGET, "--by", "L4", "--key", "k1"],
        ["backup", str(home / "b")],
    ):
        done = jubao(home, *words)
        assert done.returncode == 1
        assert "审计密钥 keys/audit.key 不见了" in done.stderr
        assert "放回机构目录的 keys 目录" in done.stderr
    assert not (home / "keys" / "audit.key").exists()


def test_a_home_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = jubao(tmp_path / "file", "pending")
    assert done.returncode == 1
    assert "JUBAO_HOME" in done.stderr


# ── What is typed ──

TARGET = '{"name": "collection.bureau", "year": 2026, "amount_fen": 1, "source": "x"}'


@pytest.mark.parametrize(
    "words",
    [
        ["propose", "target.set", "[" * 30_000 + "]" * 30_000, "--by", "L4", "--key", "k1"],
        ["propose", "target.set", "{", "--by", "L4", "--key", "k1"],
        ["propose", "target.set", TARGET, "--by", "L4", "--key", "\udcff\udcfe"],
        ["propose", "target.set", TARGET, "--by", "L4", "--key", "k1", "--file", "/nowhere/at/all"],
        ["propose", "target.set", TARGET, "--by", "L4", "--key", "k1", "--file", "/usr"],
        ["restore", "/nowhere"],
        ["restore", "/usr"],
        ["verify", "--only", "I-99"],
        ["verify", "--nonsense"],
        ["no-such-command"],
        ["match", "no-such-command"],
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_wrong_usage_is_a_sentence_and_exit_code_2(home: Path, words: list[str]) -> None:
    done = jubao(home, *words)
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["propose", "no.such", "{}", "--by", "L4", "--key", "k1"], "没有名为 no.such 的业务"),
        (["propose", "target.set", "{}", "--by", "L4", "--key", "k1"], "必填"),
        (["propose", "target.set", TARGET, "--by", "L4", "--key", ""], "请求号"),
        (["sign", "nothing", "--by", "L1", "--hash", "x"], "没有编号为"),
        (["backup", "/nowhere/at/all"], "请先建立"),
        (["backup", "/usr"], "已存在"),
    ],
    ids=lambda words: " ".join(words)[:40] if isinstance(words, list) else "",
)
def test_a_refusal_is_a_sentence_and_exit_code_1(home: Path, words: list[str], word: str) -> None:
    done = jubao(home, *words)
    assert done.returncode == 1, done.stderr
    assert word in done.stderr


@pytest.mark.parametrize("coding", ["ascii", "latin-1"])
def test_a_terminal_that_knows_no_chinese_gets_its_words_all_the_same(home: Path, coding: str) -> None:
    done = jubao(home, "pending", PYTHONIOENCODING=coding, LANG="C", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    refused = jubao(home, "propose", "no.such", "{}", "--by", "L4", "--key", "k1", PYTHONIOENCODING=coding)
    assert refused.returncode == 1
    assert refused.stderr.strip()


def test_whoever_stops_listening_ends_the_command_quietly(home: Path) -> None:
    command = f"{sys.executable} -m jubao verify --json | head -c 1"
    done = ended(home, ["bash", "-o", "pipefail", "-c", command], {})
    assert done.stderr == ""


def test_an_interrupted_command_says_so(home: Path) -> None:
    opening = "lambda **_: (print('opening', flush=True), time.sleep(60))"
    handled = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell starts background jobs deaf to it
    stuck = f"import signal, time\n{handled}\nfrom jubao.cli import setup\nsetup.open_office = {opening}"
    stuck += "\nfrom jubao.cli import main\nmain()"
    names = {"JUBAO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        [sys.executable, "-c", stuck, "pending"],
        env=os.environ | names,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout.readline() == "opening\n"
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told == "已中断。\n"


# ── The disk ──


def small_files() -> None:
    """What a full disk does to whoever writes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))


@pytest.mark.parametrize(
    "words", [["propose", "target.set", TARGET, "--by", "L4", "--key", "k1"], ["backup", "office.jubao"]]
)
def test_a_disk_that_takes_no_more_is_a_sentence_and_nothing_is_left(
    home: Path, tmp_path: Path, words: list[str]
) -> None:
    named = [str(tmp_path / word) if word == "office.jubao" else word for word in words]
    done = jubao(home, *named, before=small_files)
    assert done.returncode == 1
    assert "磁盘空间不足" in done.stderr or "文件超过允许的大小" in done.stderr, done.stderr
    assert not (tmp_path / "office.jubao").exists()
    assert not list(tmp_path.glob(".*"))
    assert "没有待签署的申请" in jubao(home, "pending").stdout


def test_reading_needs_no_writing(home: Path) -> None:
    """Faults 3.15: pending and verify on a home that may only be read; what would write says why it cannot."""
    read_only(home)
    before = sorted(path.name for path in home.rglob("*"))
    assert "没有待签署的申请" in jubao(home, "pending", before=without_override).stdout
    looked = jubao(home, "verify", before=without_override)
    assert (looked.returncode, looked.stderr) == (0, ""), looked.stdout
    done = jubao(home, "propose", "target.set", TARGET, "--by", "L4", "--key", "k1", before=without_override)
    assert done.returncode == 1
    assert "只读" in done.stderr
    assert sorted(path.name for path in home.rglob("*")) == before


def test_an_office_that_was_never_founded_has_nothing_to_be_checked(tmp_path: Path) -> None:
    done = jubao(tmp_path, "verify")
    assert (done.returncode, done.stdout) == (0, "这里还没有办过任何业务，没有账簿可核对。\n")


def test_books_that_were_wiped_are_not_taken_for_new_ones(home: Path) -> None:
    """The heads noted outside remember that there was something."""
    for path in home.glob("jubao.sqlite3*"):
        path.unlink()
    done = jubao(home, "verify")
    assert done.returncode == 1
    assert "数据库被换成旧的" in done.stdout


def test_a_home_without_books_that_may_only_be_read_is_a_sentence(tmp_path: Path) -> None:
    home = tmp_path / "empty"
    (home / "keys").mkdir(parents=True)
    read_only(home)
    done = jubao(home, "pending", before=without_override)
    home.chmod(0o700)
    assert done.returncode == 1
    assert "JUBAO_HOME" in done.stderr


def test_a_file_that_is_no_database_is_a_sentence(home: Path) -> None:
    for tail in ("-wal", "-shm"):
        (home / f"jubao.sqlite3{tail}").unlink(missing_ok=True)
    (home / "jubao.sqlite3").write_bytes(b"no database at all " * 1000)
    done = jubao(home, "pending")
    assert done.returncode == 1
    assert "账簿文件已损坏或不是账簿" in done.stderr


# ── Faults 4.4: a page that is damaged ──


def flipped(books: Path, table: str) -> None:
    """Flip bytes in the middle of the first page of a table."""
    with closing(sqlite3.connect(books)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table])
        [(size,)] = opened.execute("PRAGMA page_size")
    with books.open("r+b") as file:
        start = (page - 1) * size
        file.seek(start)
        content = bytearray(file.read(size))
        content[3:8] = b"\xff" * 5
        file.seek(start)
        file.write(content)


@pytest.mark.parametrize("table", ["records_submission", "records_posthold%", "ledger_account"])
def test_a_damaged_page_is_found_whatever_table_it_belongs_to(home: Path, table: str) -> None:
    """Of an empty table as well, which no other check would read."""
    name = "records_postholding" if "%" in table else table
    flipped(home / "jubao.sqlite3", name)
    done = jubao(home, "verify")
    assert done.returncode == 1
    assert "E-01" in done.stdout
    assert "从备份恢复" in done.stdout


def test_an_index_that_lost_a_row_is_found(home: Path) -> None:
    with closing(sqlite3.connect(home / "jubao.sqlite3")) as opened:
        opened.execute("PRAGMA writable_schema=ON")
        [(name, sql)] = opened.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'records_staff'"
            " LIMIT 1"
        ).fetchall() or [("", "")]
        opened.execute("UPDATE sqlite_master SET sql = sql || ' WHERE id > 3' WHERE name = ?", [name])
        opened.commit()
    assert sql
    done = jubao(home, "verify", "--only", "E-01")
    assert done.returncode == 1
    assert "完整性检查" in done.stdout


def test_books_of_this_version_need_no_upgrade(home: Path) -> None:
    before = (home / "jubao.sqlite3").read_bytes()
    done = jubao(home, "upgrade")
    assert (done.returncode, done.stdout) == (0, "账簿已是本程序的版本，无须升级。\n")
    assert (home / "jubao.sqlite3").read_bytes() == before


# ── A command loads what it uses ──


def test_an_act_is_read_with_the_area_that_the_first_word_of_its_code_names() -> None:
    """Asked for alone, it must be found without reading all the others."""
    for code, declared in ACTS.items():
        if not code.startswith("test."):
            module = type(declared.act).__module__.removeprefix("jubao.operations.")
            assert module in AREAS[code.partition(".")[0]], code
    assert "no.such" not in ACTS
    assert "nonsense" not in ACTS


HEAVY = {"docx", "docxtpl", "duckdb", "mt940", "pandas", "pyarrow", "splink", "typst", "xlsxwriter"}
LOADED = """
import atexit, sys
atexit.register(lambda: print(sorted({name.partition(".")[0] for name in sys.modules} & %r), file=sys.stderr))
from jubao.cli import main
main()
"""


@pytest.mark.parametrize(
    "words", [["--help"], ["acts"], ["pending"], ["outbox"], ["sign", "k", "--by", "L1", "--hash", "x"]]
)
def test_a_command_loads_no_library_that_it_does_not_use(home: Path, words: list[str]) -> None:
    """A short command starts in less than a second; these libraries alone take longer."""
    done = python(home, "-c", LOADED % HEAVY, *words)
    assert done.stderr.splitlines()[-1] == "[]"


# ── One home for two programs ──


def test_an_anchor_kept_in_a_second_place_is_written_and_checked(home: Path, tmp_path: Path) -> None:
    second = tmp_path / "stick"
    second.mkdir()
    assert jubao(home, "outbox", JUBAO_ANCHORS=str(second)).returncode == 0, "opening for writing notes the head"
    assert [path.name for path in second.iterdir()] == [path.name for path in (home / "anchors").iterdir()]
    assert jubao(home, "verify", "--only", "I-30", JUBAO_ANCHORS=str(second)).returncode == 0
    next(second.iterdir()).unlink()
    assert "stick" in jubao(home, "verify", "--only", "I-30", JUBAO_ANCHORS=str(second)).stdout

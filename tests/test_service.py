"""People reach the office through a service of its own user: what they may, what comes back, and what no hand gets by force."""

import contextlib
import inspect
import json
import os
import pty
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer

from jubao.cli import app
from jubao.cli.application import COMMANDS, ELSEWHERE
from jubao.cli.serving import reaching
from jubao.cli.serving.messages import CannotRead, request_of
from jubao.cli.serving.named_files import LooksLikeOption, NotPlain, harmless_names, named_files, with_names
from jubao.cli.serving.reaching import NOT_SERVED, SERVED, socket_to_ask
from tests.served_office import (
    MANY_USERS,
    PHRASE,
    ROOT,
    Served,
    asked_raw,
    assert_soon,
    environment,
    hash_in,
    served,
    year,
)

pytestmark = pytest.mark.sqlite  # an office of its own on one file, whatever engine the run is for
several_users = pytest.mark.skipif(not MANY_USERS, reason="only root can let several users ask")
A, B, C = 64001, 64002, 64003
DEPLOY = ROOT / "deploy"
LINE = re.compile(r"uid=\d+ command=[\w?-]+ exit=-?\d+")


@pytest.fixture(scope="module")
def office() -> Iterator[Served]:
    with served(founded=True) as running:
        yield running


@pytest.fixture
def empty() -> Iterator[Served]:
    """A service of an office nobody has founded, to be stopped and killed."""
    with served(founded=False) as running:
        yield running


def target(key: str) -> str:
    return json.dumps({"name": f"参保缴费人数{key}", "year": year(), "count": 1000, "source": "区人社〔2026〕1号"})


def streams() -> list[int]:
    """Where a request made by hand reads nothing and writes what nobody reads."""
    return [os.open(os.devnull, os.O_RDWR)] * 3


def request(*words: str, files: tuple[int, ...] = (), token: str | None = None, **environment: str) -> dict[str, Any]:
    return {"words": list(words), "files": list(files), "token": token, "environment": environment}


# ── What people do all day ──


def test_two_people_log_in_propose_from_a_file_sign_and_take_a_list_home(office: Served) -> None:
    proposer, signer = office.clerk(A), office.clerk(B)
    assert office.run(proposer, "whoami").stdout == "没有登录。\n"
    assert "L4 已登录" in office.log_in(proposer, "L4").stdout
    assert "L1 已登录" in office.log_in(signer, "L1").stdout
    assert office.run(proposer, "acts", "target.set", "--template", "表.xlsx").returncode == 0
    form = proposer.folder / "表.xlsx"
    assert stat.S_IMODE(form.stat().st_mode) == 0o600
    assert form.stat().st_uid == (proposer.uid if MANY_USERS else os.getuid())

    proposed = office.run(proposer, "propose", "target.set", target("甲"), "--key", "t1")
    assert proposed.returncode == 0, proposed.stderr
    refused = office.run(proposer, "sign", "t1", "--hash", hash_in(proposed.stdout))
    assert refused.returncode == 1
    signed = office.run(signer, "sign", "t1", "--hash", hash_in(proposed.stdout))
    assert signed.returncode == 0, signed.stderr

    paper = os.urandom(3 << 20)
    (proposer.folder / "..附件;rm -rf.bin").write_bytes(paper)
    wrong = json.dumps({"name": "参保缴费人数", "year": 1, "count": 0, "source": ""})
    assert office.run(proposer, "check", "target.set", wrong, "--file", "..附件;rm -rf.bin").returncode == 1
    set_aside = [path.read_bytes() for path in (office.home / "quarantine").rglob("*") if path.is_file()]
    assert paper in set_aside, "a file that came with what is refused lies in quarantine, byte by byte"

    taken = office.run(signer, "statistics", "participation", "--year", str(year()), "--out", "统计.xlsx")
    assert taken.returncode == 0, taken.stderr
    assert openpyxl.load_workbook(signer.folder / "统计.xlsx").sheetnames
    assert office.left_overs() == []

    tokens = [next(one.folder.rglob("*.session")) for one in (proposer, signer)]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tokens)
    secret = tokens[0].read_text("ascii").partition(".")[2]
    kept = [path.read_bytes() for path in office.home.rglob("*") if path.is_file()]
    assert kept
    assert not any(secret.encode() in content or bytes.fromhex(secret) in content for content in kept)

    if MANY_USERS:
        thief = office.clerk(C)
        shutil.copytree(signer.folder / ".local", thief.folder / ".local")
        for path in [thief.folder / ".local", *(thief.folder / ".local").rglob("*")]:
            os.chown(path, C, C)
        stolen = office.run(thief, "pending")
        assert stolen.returncode == 1
        assert "会话不是在这里登录的" in stolen.stderr
    assert office.run(signer, "pending").returncode == 0
    assert "L4 已退出" in office.run(proposer, "logout").stdout
    assert not tokens[0].exists()
    assert not [line for line in office.log.splitlines() if not LINE.fullmatch(line)]


def test_a_passphrase_is_asked_for_at_the_caller_s_terminal_and_not_echoed(office: Served) -> None:
    ours, theirs = pty.openpty()
    begun = office.begin(office.clerk(A), "login", "L2", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.set_blocking(ours, False)
    said = ""

    def heard() -> str:
        nonlocal said
        with contextlib.suppress(BlockingIOError, OSError):
            said += os.read(ours, 4096).decode()
        return said

    for prompt, answer in (("口令", PHRASE), ("动态码", office.code_of("L2"))):
        assert_soon(lambda prompt=prompt: prompt in heard() and not termios.tcgetattr(ours)[3] & termios.ECHO)
        os.write(ours, f"{answer}\n".encode())
    assert begun.wait(60) == 0
    assert "L2 已登录" in heard()
    os.close(ours)
    assert PHRASE not in said


def test_two_people_are_served_at_the_same_time(office: Served) -> None:
    first, second = (office.begin(office.clerk(one), "login", "Z9") for one in (A, B))
    assert_soon(lambda: len(office.children()) == 2)
    for one in (first, second):
        _, said = one.communicate("x\n000000\n", timeout=60)
        assert "登录未成功" in said
        assert one.returncode == 1


# ── What nobody gets by force ──


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"\xff" * 4,
        b"\x00\x10\x00\x01" + b"a" * 100,
        b"\x00\x00\x00\x02[]",
        b'\x00\x00\x00\x05{"a"',
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("!I", 200_000) + b"[" * 200_000,
        b"\x00\x00\x00\x02{}",
        b"\x00",
    ],
    ids=["huge length", "too long", "no object", "half", "another language", "deep", "empty", "one byte"],
)
def test_a_message_that_is_none_is_dropped_and_the_next_caller_served(office: Served, bytes_sent: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(office.socket))
        connection.sendall(bytes_sent)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(60)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(100) == b""
    assert office.run(office.clerk(B), "whoami").returncode == 0


@pytest.mark.parametrize(
    "told",
    [
        request("whoami") | {"words": "whoami"},
        request("whoami") | {"words": ["a"] * 1001},
        request("whoami", "\x00"),
        request("whoami", files=(7,)),
        request("whoami", "x", files=(1, 1)),
        request("whoami") | {"files": [True]},
        request("whoami", token="../../keys/audit.key"),
        request("whoami", LANG="../../../x"),
        request("whoami") | {"environment": {"LD_PRELOAD": "x.so"}},
        request("whoami") | {"environment": {"JUBAO_PEER": "root"}},
        {},
    ],
)
def test_a_request_of_another_shape_is_none(told: dict[str, Any]) -> None:
    with pytest.raises(CannotRead):
        request_of(told)


def test_files_that_were_not_opened_by_the_caller_are_never_read(office: Served) -> None:
    """The words of a request name what they like: the command sees a name in the request's own folder."""
    key = office.home / "keys" / "audit.key"
    assert key.exists()
    for path in (str(key), "/etc/shadow", "../../keys/audit.key", f"//{key}"):
        read, wrote = os.pipe()
        nowhere = os.open(os.devnull, os.O_RDWR)
        told = asked_raw(office.socket, request("match", "preview", path, "--json"), [nowhere, wrote, wrote])
        os.close(wrote)
        said = os.read(read, 1 << 16).decode()
        assert told[-1]["end"] == 2
        assert "文件或目录不存在" in said
        assert key.read_text("ascii").strip() not in said


def test_the_service_writes_no_path_of_a_caller(office: Served) -> None:
    evil = office.home / "keys" / "evil.xlsx"
    for words in (("acts", "target.set", "--template", str(evil)), ("acts", "target.set", f"--template={evil}")):
        answers = asked_raw(office.socket, request(*words), streams())
        assert answers[-1]["end"] == 0
        assert answers[0]["content"].startswith(b"PK")
        assert answers[0]["within"] == []
    assert not evil.exists()


@pytest.mark.parametrize("kind", ["device", "pipe", "folder", "write only", "not named"])
def test_only_open_regular_files_that_the_command_reads_are_taken(office: Served, tmp_path: Path, kind: str) -> None:
    (tmp_path / "plain").write_text("x")
    handle = {
        "device": lambda: os.open("/dev/zero", os.O_RDONLY),
        "pipe": lambda: os.pipe()[0],
        "folder": lambda: os.open(tmp_path, os.O_RDONLY),
        "write only": lambda: os.open(tmp_path / "plain", os.O_WRONLY),
        "not named": lambda: os.open(tmp_path / "plain", os.O_RDONLY),
    }[kind]()
    place = 0 if kind == "not named" else 2
    assert (
        asked_raw(office.socket, request("match", "preview", "f", files=(place,)), [*streams(), handle])[-1]["end"] == 2
    )


def test_more_or_fewer_descriptors_than_named_are_no_request(office: Served) -> None:
    for count in (0, 2, 4, 25):
        assert asked_raw(office.socket, request("whoami"), (streams() * 9)[:count]) == []


def test_a_file_too_large_is_refused_before_it_is_copied(office: Served) -> None:
    clerk = office.clerk(A)
    with (clerk.folder / "large.csv").open("wb") as large:
        large.truncate((2 << 30) + 1)  # a hole, which takes no disk
    done = office.run(clerk, "match", "preview", "large.csv")
    assert done.returncode == 2
    assert "超过 2 GB" in done.stderr
    assert office.left_overs() == []


@several_users
def test_a_link_to_a_file_the_caller_may_not_read_gets_nothing(office: Served) -> None:
    clerk = office.clerk(A)
    (clerk.folder / "link.csv").symlink_to(office.home / "keys" / "audit.key")
    done = office.run(clerk, "match", "preview", "link.csv")
    assert done.returncode == 2
    assert "没有权限" in done.stderr


@pytest.mark.parametrize("name", ["json.py", "typer.py", "sitecustomize.py", "numpy.py"])
def test_a_file_that_comes_along_is_never_run(office: Served, name: str) -> None:
    clerk = office.clerk(A)
    mark = office.root / "run" / "marked"
    (clerk.folder / name).write_text(f"open({str(mark)!r}, 'w')\n")
    office.run(clerk, "match", "preview", name)
    assert not mark.exists()


@several_users
def test_whoever_is_not_of_the_group_is_told_so(office: Served) -> None:
    assert stat.S_IMODE(office.socket.stat().st_mode) == 0o660
    done = office.run(office.clerk(64009, member=False), "whoami")
    assert done.returncode == 1
    assert "用户组" in done.stderr


@pytest.mark.parametrize("command", sorted(NOT_SERVED))
def test_what_is_the_service_user_s_own_is_refused_on_both_sides(office: Served, command: str) -> None:
    done = office.run(office.clerk(A), command)
    assert done.returncode == 1
    assert "不经服务办理" in done.stderr
    [answer] = asked_raw(office.socket, request(command), streams())
    assert answer["end"] == 1
    assert "不经服务办理" in answer["said"]


@pytest.mark.parametrize(
    "words", [("--", "demo"), (), ("--help",), ("key", "--", "new"), ("report", "--", "check", "/etc/shadow")]
)
def test_words_that_name_no_command_plainly_reach_none(office: Served, words: tuple[str, ...]) -> None:
    assert asked_raw(office.socket, request(*words), streams())[-1]["end"] in {0, 1, 2}
    assert office.left_overs() == []
    assert not (office.home / "keys" / "trial.key").exists()


# ── Ends ──


def test_an_interrupted_command_ends_as_it_would_at_the_machine(office: Served) -> None:
    begun = office.begin(office.clerk(A), "login", "Z9")
    assert_soon(office.children)
    begun.send_signal(signal.SIGINT)
    _, said = begun.communicate(timeout=60)
    assert begun.returncode == 130
    assert said.count("已中断") == 1
    assert_soon(lambda: not office.children())


def test_a_caller_who_goes_takes_the_command_along(office: Served) -> None:
    begun = office.begin(office.clerk(A), "login", "Z9")
    assert_soon(office.children)
    begun.kill()
    begun.communicate(timeout=60)
    assert_soon(lambda: not office.children())
    assert_soon(lambda: not office.left_overs())


def test_a_killed_command_is_told_and_the_service_goes_on(office: Served) -> None:
    begun = office.begin(office.clerk(A), "login", "Z9")
    assert_soon(office.children)
    [child] = office.children()
    words = Path(f"/proc/{child}/cmdline").read_text("utf-8")
    assert "login" not in words
    assert "Z9" not in words
    os.kill(child, signal.SIGKILL)
    _, said = begun.communicate(timeout=60)
    assert begun.returncode == 70
    assert "不知是否办结" in said
    assert office.run(office.clerk(B), "whoami").returncode == 0
    assert "command=login exit=-9" in office.log
    assert office.left_overs() == []


def test_a_killed_service_leaves_nothing_that_hinders_the_next(empty: Served) -> None:
    begun = empty.begin(empty.clerk(A), "login", "L1")
    assert_soon(empty.children)
    empty.stop(signal.SIGKILL)
    for child in empty.children():
        os.kill(child, signal.SIGKILL)
    _, said = begun.communicate(timeout=60)
    assert begun.returncode == 70
    assert "服务中断" in said
    assert len(empty.left_overs()) == 1
    gone = empty.run(empty.clerk(A), "whoami")
    assert gone.returncode == 1
    assert "服务没有运行" in gone.stderr
    empty.start()
    assert empty.left_overs() == []
    assert empty.run(empty.clerk(A), "whoami").returncode == 0


def test_a_service_told_to_end_finishes_what_runs(empty: Served) -> None:
    begun = empty.begin(empty.clerk(A), "login", "L1")
    assert_soon(empty.children)
    assert empty.process is not None
    empty.process.send_signal(signal.SIGTERM)
    assert_soon(lambda: not _connects(empty))
    _, said = begun.communicate("x\n000000\n", timeout=60)
    assert begun.returncode == 1
    assert "登录未成功" in said
    assert empty.process.wait(60) == 0
    assert not empty.socket.exists()


def _connects(office: Served) -> bool:
    with socket.socket(socket.AF_UNIX) as asked:
        return asked.connect_ex(str(office.socket)) == 0


def test_a_second_service_of_the_same_office_does_not_start(empty: Served) -> None:
    with pytest.raises(AssertionError, match="本机构的服务已在运行"):
        empty.as_owner("-m", "jubao", "serve", "--socket", str(empty.root / "run" / "other"))


@several_users
def test_the_service_does_not_run_as_root(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jubao", "serve"],
        env=os.environ | {"JUBAO_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "root" in done.stderr


# ── Which words name files ──


def _leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from _leaves(inner, (*words, name))
    if not hasattr(command, "commands"):
        yield words, command


def test_every_file_of_every_command_is_found_and_renamed() -> None:
    """By the commands' own signatures: whatever is a Path there is replaced, given apart or joined."""
    seen = 0
    for words, command in _leaves(typer.main.get_command(app)):
        signature = inspect.signature(inspect.unwrap(command.callback), eval_str=True)
        for parameter in command.params:
            stated = signature.parameters.get(parameter.name)
            if stated is None or "Path" not in str(stated.annotation):
                continue
            ways = (
                [("/etc/shadow",)]
                if parameter.param_type_name == "argument"
                else [(parameter.opts[0], "/etc/shadow"), (f"{parameter.opts[0]}=/etc/shadow",)]
            )
            before = (
                []
                if parameter.param_type_name != "argument"
                else [
                    "x"
                    for one in command.params[: command.params.index(parameter)]
                    if one.param_type_name == "argument"
                ]
            )
            for way in ways:
                asked = [*words, *before, *way]
                found = named_files(asked)
                assert [one.text for one in found] == ["/etc/shadow"], asked
                assert "/etc" not in " ".join(with_names(asked, found, harmless_names(found)))
                seen += 1
    assert seen > 40


TRICKS = [
    ["propose", "x", "--key", "--", "--file", "/etc/shadow"],
    ["propose", "--file", "/etc/shadow", "--key", "k", "--", "x", "--file"],
    ["propose", "--reject=--file", "--file=/etc/shadow"],
    ["check", "x", "--on", "--file", "--file", "/etc/shadow"],
    ["match", "preview", "--", "/etc/shadow"],
    ["propose", "x", "--file", "", "--file", "/etc/shadow"],
]


@pytest.mark.parametrize("words", TRICKS, ids=[" ".join(words) for words in TRICKS])
def test_no_trick_with_options_lets_a_name_through(words: list[str]) -> None:
    """Either the command's parser refuses the words, or the name it would open is replaced."""
    found = named_files(words)
    asked = with_names(words, found, harmless_names(found))
    assert "/etc/shadow" not in " ".join(asked) or _refused(words)


def _refused(words: list[str]) -> bool:
    done = subprocess.run([sys.executable, "-m", "jubao", *words], env=environment(), capture_output=True, check=False)
    return done.returncode == 2 and b"shadow" not in done.stderr


def test_a_name_like_an_option_and_words_that_lead_nowhere_are_refused() -> None:
    with pytest.raises(LooksLikeOption):
        named_files(["propose", "x", "--file", "--json"])
    for words in (["report", "--", "check", "f"], ["key"], ["nothing", "f"]):
        with pytest.raises(NotPlain):
            named_files(words)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("a/b/名单.xlsx", "名单.xlsx"),
        ("..", "文件"),
        ("/", "文件"),
        ("x/../.bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a\nb\x7f.csv", "ab.csv"),
        ("\udcff.csv", "csv"),
        ("长" * 200 + ".xlsx", "长" * 55 + ".xlsx"),
    ],
)
def test_names_at_the_service_lead_nowhere(typed: str, name: str) -> None:
    found = named_files(["match", "preview", "x"])
    [one] = found
    renamed = type(one)(one.place, "", typed, read=True)
    assert harmless_names([renamed]) == {one.place: name}


def test_two_files_of_one_name_stay_two() -> None:
    found = named_files(["report", "self-evaluation", "--out", "2/a.docx", "--template", "1/a.docx"])
    assert harmless_names(found) == {3: "a.docx", 5: "5-a.docx"}


# ── Whom a command goes to ──


def test_every_command_is_served_or_the_service_user_s_own() -> None:
    names = {words[0] for words, _ in _leaves(typer.main.get_command(app))}
    assert names <= SERVED | NOT_SERVED <= {*COMMANDS, *ELSEWHERE}
    assert not SERVED & NOT_SERVED


def test_a_trial_of_one_s_own_needs_no_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual socket counts only for whoever cannot read the office's directory."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        usual = Path(folder) / "s"
        listener.bind(str(usual))
        monkeypatch.setattr(reaching, "USUAL", usual)
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("JUBAO_SOCKET", raising=False)
        monkeypatch.setenv("JUBAO_HOME", str(tmp_path))
        assert socket_to_ask(["whoami"]) is None
        monkeypatch.setenv("JUBAO_HOME", str(tmp_path / "new"))
        assert socket_to_ask(["whoami"]) is None
        monkeypatch.delenv("JUBAO_HOME")
        assert socket_to_ask(["whoami"]) == usual
        assert socket_to_ask(["--help"]) is None
        assert socket_to_ask([]) is None
        (tmp_path / "var").mkdir()
        assert socket_to_ask(["whoami"]) is None
        monkeypatch.setenv("JUBAO_SOCKET", "elsewhere")
        assert socket_to_ask(["whoami"]) == Path("elsewhere")


# ── The units ──


def units() -> list[Path]:
    return sorted(one for one in DEPLOY.iterdir() if one.suffix in {".service", ".timer"})


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_the_units_are_well_formed_and_give_the_service_little(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "systemd" / "system"
    folder.mkdir(parents=True)
    for unit in units():
        text = re.sub(r"^(ExecStart=).*", r"\1/bin/true", unit.read_text("utf-8"), flags=re.MULTILINE)
        (folder / unit.name).write_text(text)
    names = [str(folder / unit.name) for unit in units()]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False
    )
    said = [line for line in checked.stderr.splitlines() if "jubao" in line and "User" not in line]
    assert not said
    for unit in ("jubao.service", "jubao-desk.service", "jubao-nightly.service"):
        rated = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(folder / unit)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert rated.returncode == 0, rated.stdout[-600:] + rated.stderr

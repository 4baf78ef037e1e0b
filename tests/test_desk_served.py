"""The desk as its unit starts it: it answers, is stopped, is killed and started again, and speaks https by itself."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.desk_server import ROOT, desk_of, free_port
from tests.test_cli_doors import founded, home, jubao  # noqa: F401  fixtures

pytestmark = pytest.mark.sqlite  # an office of its own on one file, whatever engine the run is for


def self_made(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine and its key, as an office without a proxy may make them."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jubao.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, key


def test_it_answers_and_ends_when_it_is_stopped(home: Path) -> None:  # noqa: F811
    with desk_of(home) as desk:
        answer = desk.get("/sign-in?next=/people")
        assert answer.status == 200
        assert "职工G1" in answer.text
        assert "default-src 'none'" in (answer.headers["Content-Security-Policy"] or "")
        assert "Secure" not in (answer.headers["Set-Cookie"] or "")
        assert desk.end(signal.SIGTERM) == 0
        said = desk.log.read_text("utf-8")
    assert "G1  职工G1  个人账户岗" in said, "whom one may be is printed"
    assert "/sign-in 200" in said
    assert "next=" not in said, "what was asked of a page stands in no log"


def test_killed_it_starts_again_on_the_same_books(home: Path) -> None:  # noqa: F811
    with desk_of(home) as desk:
        assert desk.get("/sign-in").status == 200
        workers = _children(desk.process.pid)
        assert len(workers) == 1, "a file is served by one process"
        desk.end(signal.SIGKILL)
        _until_gone(workers)
    with desk_of(home) as desk:
        assert desk.get("/sign-in").status == 200


def test_it_replaces_a_worker_that_was_killed(home: Path) -> None:  # noqa: F811
    with desk_of(home) as desk:
        [worker] = _children(desk.process.pid)
        os.kill(worker, signal.SIGKILL)
        _until_gone([worker])
        assert desk.get("/sign-in").status == 200


def test_it_speaks_https_and_its_cookies_travel_by_nothing_else(home: Path, tmp_path: Path) -> None:  # noqa: F811
    certificate, key = self_made(tmp_path)
    words = ("--certificate", str(certificate), "--certificate-key", str(key))
    with desk_of(home, *words, certificate=certificate) as desk:
        answer = desk.get("/sign-in")
        assert answer.status == 200
        assert "Secure" in (answer.headers["Set-Cookie"] or "")
        assert "max-age" in (answer.headers["Strict-Transport-Security"] or "")


def test_it_makes_no_demonstration_where_it_was_told_not_to(tmp_path: Path) -> None:
    done = jubao(tmp_path / "office", "desk", "--no-demo", "--port", str(free_port()))
    assert done.returncode == 1
    assert "还没有建账" in done.stderr


def test_it_makes_no_demonstration_over_a_founded_office(home: Path) -> None:  # noqa: F811
    """An office whose people have keys of their own is served as it is, and by nobody who is root."""
    (home / "keys" / "trial.key").unlink()
    if os.geteuid() == 0:
        done = jubao(home, "desk", "--port", str(free_port()))
        assert done.returncode == 1
        assert "不以 root" in done.stderr
    else:
        with desk_of(home, "--demo") as desk:
            assert "试用" not in desk.get("/sign-in").text
    assert not (home / "district").exists()


def test_a_port_that_is_taken_is_told_before_anything_is_made(home: Path) -> None:  # noqa: F811
    with desk_of(home) as desk:
        done = jubao(home, "desk", "--no-demo", "--port", str(desk.port))
    assert done.returncode == 1
    assert "不能在" in done.stderr


def test_the_unit_starts_what_is_tried_here() -> None:
    unit = (ROOT / "deploy" / "jubao-desk.service").read_text("utf-8")
    assert "ExecStart=/usr/local/bin/jubao desk --no-demo --port 8000" in unit


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for _ in range(100):
        words = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        found = [int(word) for word in words]
        if found:
            break
        time.sleep(0.05)
    return found


def _until_gone(processes: list[int]) -> None:
    for _ in range(400):
        if not any(Path(f"/proc/{one}").exists() for one in processes):
            return
        time.sleep(0.05)
    raise AssertionError(f"still there: {processes}")

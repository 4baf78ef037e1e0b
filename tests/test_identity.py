"""Whoever acts is who they say they are: passphrase, one-time code, attempts, sessions, and signatures nobody else can make."""

import json
import os
import stat
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import Hand, NotProven, acting
from jubao.operations.identity import attempts, key_files
from jubao.operations.identity.attempts import LockedOut
from jubao.operations.identity.passphrases import require_good
from jubao.operations.identity.sessions import SessionEnded, hand_of_session, log_in, log_out, prove_again
from jubao.operations.office.founding import FoundOffice
from jubao.records.acts import Signature
from jubao.records.models import AuditEvent, Proposal, Session, SigningKey
from jubao.reports.invariants.verification import verify
from tests.office import LAYOUT, number

pytestmark = pytest.mark.django_db

LOCAL = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
DAY = date(2026, 3, 2)
PHRASE = "桥东第3家Lamian面馆"
TARGET = {"name": "参保缴费人数", "year": 2026, "count": 1000, "source": "区人社〔2026〕1号"}
PEOPLE = [code for code, *_ in LAYOUT] + ["P1"]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """An office's directory in which nobody is invented."""
    settings.JUBAO_HOME = tmp_path
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "anchors").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def keys() -> dict[str, key_files.Secrets]:
    """Everybody's secrets, made once: sealing them is slow on purpose."""
    return {code: key_files.new_secrets() for code in PEOPLE}


@pytest.fixture(scope="module")
def sealed(keys: dict[str, key_files.Secrets]) -> dict[str, key_files.KeyFile]:
    return {code: key_files.sealed(code, keys[code], PHRASE) for code in PEOPLE}


@pytest.fixture
def office(home: Path, sealed: dict[str, key_files.KeyFile], keys: dict[str, key_files.Secrets]) -> Path:
    """An office of Guangzhou (440103), founded by its superior, whose people have keys of their own."""
    for file in sealed.values():
        key_files.write(file)
    staff = [
        {"staff": code, "name": f"职工{code}", "title": title, "section": "办公室", "posts": posts, "cover": cover}
        for code, title, posts, cover in LAYOUT
    ]
    staff.append(
        {"staff": "P1", "name": "上级", "title": "管理员", "section": "市局", "posts": ["PERMISSION"], "external": True}
    )
    case = {
        "office": "荔湾试验中心",
        "city": "广州市",
        "district": "荔湾区",
        "district_code": "440103",
        "budget_code": "440109",
        "superior": "区人社局",
        "posts_authorised": 10,
        "staff": staff,
    }
    with acting(hand("P1", keys)):
        propose("office.found", [case], key="found", by="P1", on=DAY, at=AT)
    return home


def hand(staff: str, keys: dict[str, key_files.Secrets], at: datetime = AT) -> Hand:
    return Hand(staff, keys[staff].key, Signature.Proof.CODE, at)


def code_of(secrets: key_files.Secrets, at: datetime) -> str:
    """What the person's phone shows; RFC 6238, worked by the library and not by the house."""
    return TOTP(secrets.codes, 6, SHA1(), 30).generate(int(at.timestamp())).decode()  # noqa: S303  what phones speak


def begin(staff: str, keys: dict[str, key_files.Secrets], at: datetime, address: str = "本机") -> str:
    return log_in(staff, PHRASE, code_of(keys[staff], at), address=address, at=at).token


def lay_down(told: dict[str, Any]) -> None:
    """A key file of L1 as somebody may have written it."""
    path = key_files.place_of("L1")
    path.parent.mkdir()
    path.write_text(json.dumps(told), "utf-8")


def found(code: str) -> list[str]:
    return [one.text for finding in verify([code]) for one in finding.violations]


# ── Keys ──


def test_a_key_opens_with_its_passphrase_and_no_other(
    home: Path, sealed: dict[str, key_files.KeyFile], keys: Any
) -> None:
    assert sealed["L1"].open(PHRASE) == keys["L1"]
    with pytest.raises(key_files.WrongPassphrase):
        sealed["L1"].open(PHRASE + "。")


@pytest.mark.parametrize("changed", ["staff", "public", "sealed", "nonce"])
def test_a_key_file_that_somebody_changed_does_not_open(sealed: dict[str, key_files.KeyFile], changed: str) -> None:
    told = dict(sealed["L1"].told)
    told[changed] = "L2" if changed == "staff" else sealed["L2"].told[changed]
    with pytest.raises(key_files.WrongPassphrase):
        key_files.KeyFile(told).open(PHRASE)


def test_a_key_file_shows_no_secret_and_only_its_owner_reads_it(
    home: Path, sealed: dict[str, key_files.KeyFile], keys: Any
) -> None:
    path = key_files.write(sealed["L1"])
    content = path.read_text("utf-8")
    assert keys["L1"].seed.hex() not in content
    assert keys["L1"].codes.hex() not in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_key_never_overwrites_an_earlier_one(home: Path, sealed: dict[str, key_files.KeyFile]) -> None:
    first = key_files.write(sealed["L1"]).read_bytes()
    key_files.write(key_files.sealed("L1", key_files.new_secrets(), PHRASE))
    aside = [path for path in (home / "keys" / "staff").iterdir() if path.name != "L1.json"]
    assert [path.read_bytes() for path in aside] == [first]


@pytest.mark.parametrize("name", ["../audit", "a/b", "", "L" * 21, "L1.json", "\x00"])
def test_a_staff_code_names_no_other_file(home: Path, name: str) -> None:
    with pytest.raises(Refused, match="工号"):
        key_files.place_of(name)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "[" * 5000, '{"format": 1, "staff": "L1"}', "\udcff"], ids=range(6)
)
def test_a_damaged_key_file_is_a_sentence(home: Path, content: str) -> None:
    path = key_files.place_of("L1")
    path.parent.mkdir()
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused, match="已损坏"):
        key_files.read("L1")


def test_a_key_file_cannot_ask_for_more_work_than_a_machine_has(
    home: Path, sealed: dict[str, key_files.KeyFile]
) -> None:
    lay_down(sealed["L1"].told | {"derivation": sealed["L1"].told["derivation"] | {"memory_kib": 2**31}})
    with pytest.raises(Refused, match="已损坏"):
        key_files.read("L1")


@pytest.mark.parametrize(
    "derivation",
    [
        {"memory_kib": "65536"},
        {"memory_kib": True},
        {"memory_kib": float("inf")},
        {"memory_kib": 8, "lanes": 2},
        {"iterations": 1.5},
        {"salt": ""},
        {"salt": "00"},
        {"salt": 5},
        {"other": "\ud800"},
    ],
    ids=range(9),
)
def test_a_key_file_that_states_what_no_scheme_has_is_damaged(
    home: Path, sealed: Any, derivation: dict[str, Any]
) -> None:
    lay_down(sealed["L1"].told | {"derivation": sealed["L1"].told["derivation"] | derivation})
    with pytest.raises(Refused, match="已损坏"):
        key_files.read("L1")


@pytest.mark.parametrize(
    "changed", [{"nonce": "00"}, {"nonce": "00" * 200}, {"public": "00"}, {"sealed": ""}], ids=range(4)
)
def test_a_key_file_whose_parts_have_another_length_is_damaged(
    home: Path, sealed: Any, changed: dict[str, str]
) -> None:
    lay_down(sealed["L1"].told | changed)
    with pytest.raises(Refused, match="已损坏"):
        key_files.read("L1")


def test_what_is_laid_in_the_place_of_a_key_file_is_not_read_for_ever(home: Path) -> None:
    """A link to a device would fill the memory, a pipe would wait for ever."""
    path = key_files.place_of("L1")
    path.parent.mkdir()
    path.symlink_to("/dev/zero")
    with pytest.raises(Refused, match="已损坏"):
        key_files.read("L1")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Refused, match="已损坏"):
        key_files.read("L1")


def test_a_passphrase_opens_on_whichever_keyboard_it_is_typed(home: Path) -> None:
    """é as one character or as e with an accent, digits wide or narrow: the eye sees the same, so it opens the same."""
    file = key_files.sealed("L1", key_files.new_secrets(), "Caf\u00e9 12 \u5b89\u5168\u53e3\u4ee4")
    assert file.open("Cafe\u0301 12 \u5b89\u5168\u53e3\u4ee4") == file.open(
        "Caf\u00e9\u3000\uff11\uff12 \u5b89\u5168\u53e3\u4ee4"
    )


@pytest.mark.parametrize(
    ("phrase", "wrong"),
    [
        ("Sh0rt桥", "至少 12 个字符"),
        ("alllowercaseletters", "3 类"),
        ("我是L1的口令Abcdef", "工号"),
        ("password123", "常见"),
        ("A1桥" * 80, "最长 200"),
        ("Abcdefg\x1b[D桥12345", "控制字符"),
    ],
)
def test_a_passphrase_that_could_be_guessed_is_refused(phrase: str, wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        require_good(phrase, staff="L1")
    assert wrong in str(refused.value)
    assert require_good(PHRASE, staff="L1") is None


# ── Logging in ──


def test_nobody_acts_who_has_not_logged_in(office: Path) -> None:
    with pytest.raises(NotProven, match="jubao login L4"):
        propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT)


def test_nobody_acts_in_anothers_name(office: Path, keys: Any) -> None:
    with acting(hand("J1", keys)), pytest.raises(NotProven, match="登录的是 J1"):
        propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT)


def test_an_invented_hand_is_worth_nothing_in_a_real_office(office: Path) -> None:
    (office / "keys" / "trial.key").write_bytes(b"a key laid there by somebody....")
    with pytest.raises(NotProven, match="不是登记在册"):
        propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT)
    assert not Proposal.objects.filter(key="t").exists()


def test_an_invented_hand_looks_at_nothing_in_a_real_office(
    office: Path, keys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file laid among the keys must not let anybody look, in another's name, without logging in."""
    from jubao.cli.acting import acting_as

    monkeypatch.setenv("JUBAO_SESSION", str(tmp_path / "no.session"))
    for content in (b"", b"a key laid there by somebody...."):
        (office / "keys" / "trial.key").write_bytes(content)
        with pytest.raises(NotProven, match="不是试用的密钥"), acting_as("D2", at=AT):
            pass
    with acting(hand("J1", keys)):
        propose("key.revoke", [{"staff": "D2", "reason": "LOST", "told": "丢失"}], key="lost", by="J1", on=DAY, at=AT)
    with pytest.raises(NotProven, match="不是试用的密钥"), acting_as("D2", at=AT):
        pass


def test_a_real_office_cannot_be_turned_into_a_trial(office: Path) -> None:
    from jubao.operations.identity.trial import begin_trial

    with pytest.raises(Refused, match="不能转为试用"):
        begin_trial()
    assert not (office / "keys" / "trial.key").exists()


def test_passphrase_and_code_open_a_session_in_which_its_owner_signs(office: Path, keys: Any) -> None:
    token = begin("L4", keys, AT)
    with acting(hand_of_session(token, at=AT + timedelta(minutes=1))):
        answer = propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT + timedelta(minutes=1))
    with acting(hand_of_session(begin("L1", keys, AT + timedelta(minutes=2)), at=AT + timedelta(minutes=3))):
        done = sign("t", by="L1", on=DAY, at=AT + timedelta(minutes=3), shown_hash=answer.hash)
    assert done.state == "EXECUTED"
    assert found("I-43") == []


@pytest.mark.parametrize(
    ("staff", "phrase", "code"),
    [("L4", PHRASE + "x", None), ("L4", PHRASE, "000000"), ("X9", PHRASE, None), ("L4", PHRASE, ""), ("L4", "", None)],
)
def test_whatever_is_wrong_the_answer_is_the_same(
    office: Path, keys: Any, staff: str, phrase: str, code: str | None
) -> None:
    typed = code_of(keys["L4"], AT) if code is None else code
    with pytest.raises(NotProven) as refused:
        log_in(staff, phrase, typed, address="本机", at=AT)
    assert str(refused.value) == "登录未成功：工号、口令或动态码不对"
    assert not Session.objects.exists()


def test_a_code_is_accepted_once(office: Path, keys: Any) -> None:
    code = code_of(keys["L4"], AT)
    log_in("L4", PHRASE, code, address="本机", at=AT)
    with pytest.raises(NotProven):
        log_in("L4", PHRASE, code, address="本机", at=AT + timedelta(seconds=5))
    earlier = code_of(keys["L4"], AT - timedelta(seconds=30))
    with pytest.raises(NotProven):  # still shown by a slow clock, but older than one that was used
        log_in("L4", PHRASE, earlier, address="本机", at=AT + timedelta(seconds=6))


def test_a_code_that_two_bring_at_once_is_taken_by_one(
    office: Path, keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read that it is unused before either has it: the one that is later is refused."""
    code = code_of(keys["L4"], AT)
    monkeypatch.setattr(attempts, "last_step", lambda staff: 0)
    first = log_in("L4", PHRASE, code, address="本机", at=AT)
    with pytest.raises(NotProven):
        log_in("L4", PHRASE, code, address="本机", at=AT + timedelta(seconds=1))
    assert hand_of_session(first.token, at=AT + timedelta(seconds=2)).staff == "L4"
    with pytest.raises(NotProven):
        prove_again(first.token, code, at=AT + timedelta(seconds=3))


def test_an_unknown_staff_code_takes_the_work_of_a_wrong_passphrase(
    office: Path, keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the work would tell who works here."""
    done: list[str] = []
    real = key_files._derived
    monkeypatch.setattr(key_files, "_derived", lambda words, told: (done.append(words), real(words, told))[1])
    for staff in ("L4", "X9"):
        with pytest.raises(NotProven):
            log_in(staff, "不对的口令Abc123", "000000", address="本机", at=AT)
    assert len(done) == 2


def test_an_address_somebody_wrote_shows_no_number_and_stays_short(office: Path, keys: Any) -> None:
    for _ in range(5):
        with pytest.raises(NotProven):
            log_in("L4", "不对的口令Abc123", "000000", address=number("19900307") + "长" * 500 + "\udcff", at=AT)
    payload = AuditEvent.objects.get(kind="LOCKED").payload
    assert number("19900307") not in payload
    assert len(payload) < 200


def test_a_code_of_the_neighbouring_step_is_accepted_and_no_other(office: Path, keys: Any) -> None:
    begin("L4", keys, AT)
    late = AT + timedelta(minutes=10)
    for seconds, accepted in ((-90, False), (90, False), (30, True)):
        code = code_of(keys["L4"], late + timedelta(seconds=seconds))
        if accepted:
            assert log_in("L4", PHRASE, code, address="本机", at=late).token
        else:
            with pytest.raises(NotProven):
                log_in("L4", PHRASE, code, address="本机", at=late)


def test_five_failures_lock_the_account_whatever_the_address(office: Path, keys: Any) -> None:
    for place in range(5):
        with pytest.raises(NotProven):
            log_in("L4", "不对的口令Abc123", "000000", address=f"网点{place}", at=AT)
    with pytest.raises(LockedOut, match="账号已锁定"):
        begin("L4", keys, AT + timedelta(minutes=14), address="网点九")
    assert AuditEvent.objects.filter(kind="LOCKED", staff="L4").count() == 1
    assert begin("L4", keys, AT + timedelta(minutes=15), address="网点九")


def test_an_address_that_tries_many_accounts_is_locked(office: Path, keys: Any) -> None:
    """Spraying: four tries an account stay below its limit, twenty from one address do not."""
    for staff in ("L1", "L2", "L3", "L4", "J1"):
        for _ in range(4):
            with pytest.raises(NotProven):
                log_in(staff, "不对的口令Abc123", "000000", address="网点七", at=AT)
    with pytest.raises(LockedOut, match="来处已锁定"):
        begin("D1", keys, AT, address="网点七")
    assert begin("D1", keys, AT, address="网点八")


def test_a_success_forgets_the_failures(office: Path, keys: Any) -> None:
    for minute in range(3):
        for _ in range(4):
            with pytest.raises(NotProven):
                log_in("L4", "不对的口令Abc123", "000000", address="本机", at=AT + timedelta(minutes=minute))
        assert begin("L4", keys, AT + timedelta(minutes=minute))


# ── Sessions ──


def test_a_second_login_ends_the_first_session(office: Path, keys: Any) -> None:
    first = begin("L4", keys, AT)
    second = log_in(
        "L4", PHRASE, code_of(keys["L4"], AT + timedelta(minutes=1)), address="别处", at=AT + timedelta(minutes=1)
    )
    assert second.ended_another
    with pytest.raises(SessionEnded):
        hand_of_session(first, at=AT + timedelta(minutes=2))
    assert hand_of_session(second.token, at=AT + timedelta(minutes=2)).staff == "L4"


def test_a_session_ends_when_it_is_not_used_and_after_eight_hours(office: Path, keys: Any) -> None:
    token = begin("L4", keys, AT)
    for minutes in range(9, 8 * 60, 9):
        assert hand_of_session(token, at=AT + timedelta(minutes=minutes)).staff == "L4"
    with pytest.raises(SessionEnded, match="过期"):
        hand_of_session(token, at=AT + timedelta(minutes=8 * 60 + 1))
    token = begin("L4", keys, AT + timedelta(hours=9))
    with pytest.raises(SessionEnded, match="过期"):
        hand_of_session(token, at=AT + timedelta(hours=9, minutes=11))


def test_whoever_logs_out_is_out(office: Path, keys: Any) -> None:
    token = begin("L4", keys, AT)
    assert log_out(token) == "L4"
    assert log_out(token) == ""
    with pytest.raises(SessionEnded):
        hand_of_session(token, at=AT)


def test_the_row_of_a_session_opens_nothing_without_its_token(office: Path, keys: Any) -> None:
    token = begin("L4", keys, AT)
    row = Session.objects.get()
    assert keys["L4"].seed not in bytes(row.locked)
    assert token.partition(".")[0] != row.pk
    with pytest.raises(SessionEnded):
        hand_of_session(f"{token.partition('.')[0]}.{'00' * 32}", at=AT)
    with pytest.raises(SessionEnded):
        hand_of_session(row.pk, at=AT)


def test_a_session_row_put_under_another_name_opens_nothing(office: Path, keys: Any) -> None:
    """Whoever owns the database lets his own session be another's."""
    token = begin("J1", keys, AT)
    Session.objects.filter(staff="J1").update(staff="L1")
    with pytest.raises(SessionEnded):
        hand_of_session(token, at=AT)


def test_a_key_slipped_into_the_database_proves_nobody(office: Path, keys: Any) -> None:
    """Whoever writes the database, without the audit key: verify would find it at night, when the money has left."""
    token = begin("L4", keys, AT)
    forged = key_files.new_secrets()
    key_files.write(key_files.sealed("L1", forged, PHRASE))
    own = SigningKey.objects.get(staff__code="L1")
    SigningKey(staff=own.staff, act=own.act, algorithm=own.algorithm, public=forged.public).save(force_insert=True)
    with pytest.raises(NotProven, match="封存的内容不一致"):
        log_in("L1", PHRASE, code_of(forged, AT), address="本机", at=AT)
    with pytest.raises(NotProven, match="封存的内容不一致"):
        hand_of_session(token, at=AT + timedelta(minutes=1))


def test_a_key_not_yet_registered_logs_nobody_in(office: Path, keys: Any) -> None:
    fresh = key_files.new_secrets()
    key_files.write(key_files.sealed("L4", fresh, PHRASE))
    with pytest.raises(NotProven, match="尚未登记"):
        log_in("L4", PHRASE, code_of(fresh, AT), address="本机", at=AT)


# ── Codes of just now ──


def test_money_moves_only_with_a_code_of_just_now(office: Path, keys: Any) -> None:
    """A release asks for a code at each step; the login's own counts for five minutes."""
    case = {"batch": "F201703-1"}
    token = begin("C1", keys, AT)
    late = AT + timedelta(minutes=6)
    with acting(hand_of_session(token, at=AT)), pytest.raises(Refused, match="F201703-1"):  # no such batch
        propose("payment.release", [case], key="s", by="C1", on=DAY, at=AT)
    with acting(hand_of_session(token, at=late)), pytest.raises(NotProven, match="当场输入动态码"):
        propose("payment.release", [case], key="s", by="C1", on=DAY, at=late)


def test_a_fresh_code_within_a_session_is_proof_and_is_accepted_once(office: Path, keys: Any) -> None:
    token = begin("C1", keys, AT)
    late = AT + timedelta(minutes=8)
    code = code_of(keys["C1"], late)
    assert prove_again(token, code, at=late).proved_at == late
    with pytest.raises(NotProven, match="已用过"):
        prove_again(token, code, at=late)
    assert hand_of_session(token, at=late).proved_at == late


def test_wrong_codes_within_a_session_end_it(office: Path, keys: Any) -> None:
    token = begin("C1", keys, AT)
    for _ in range(5):
        with pytest.raises(NotProven):
            prove_again(token, "000000", at=AT)
    with pytest.raises(SessionEnded):
        hand_of_session(token, at=AT)


# ── Signatures ──


@pytest.fixture
def signed(office: Path, keys: Any) -> Proposal:
    """A proposal one person made and another approved."""
    with acting(hand("L4", keys)):
        answer = propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT)
    with acting(hand("L1", keys)):
        sign("t", by="L1", on=DAY, at=AT + timedelta(minutes=1), shown_hash=answer.hash)
    assert found("I-43") == []
    return Proposal.objects.get(key="t")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "另一个理由"),
        ("post", "OFFICE"),
        ("role", "CHECK"),
        ("proof", "PASSPHRASE"),
        ("signed_at", AT + timedelta(minutes=2)),
        ("business_date", date(2026, 3, 1)),
        ("person", "L2"),
        ("signed", "ab" * 64),
        ("decision", "REJECT"),
        ("shown_hash", "0" * 64),
        ("case_ref", "other"),
    ],
)
def test_whatever_changes_in_a_signature_is_found(signed: Proposal, guards_down: None, column: str, value: Any) -> None:
    Signature.objects.filter(proposal=signed, step=1).update(**{column: value})
    assert found("I-43") != []


def test_an_approval_nobody_gave_is_found_although_chain_and_seals_are_right(
    office: Path, keys: Any, guards_down: None
) -> None:
    """Database and audit key in one hand: the director's step is written with its event, its seal and every digest.

    The forger writes through the house's own code, so that all of it is as it should be; only the director's key he has not.
    """
    with acting(hand("L4", keys)):
        answer = propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT)
    forger = Ed25519PrivateKey.generate()
    own = SigningKey.objects.get(staff__code="L1")
    forged = forger.public_key().public_bytes_raw().hex()
    SigningKey.objects.filter(pk=own.pk).update(public=forged)
    with acting(Hand("L1", forger, Signature.Proof.CODE, AT)):
        sign("t", by="L1", on=DAY, at=AT, shown_hash=answer.hash)
    SigningKey.objects.filter(pk=own.pk).update(public=own.public)
    broken = {finding.title for finding in verify() if finding.broken and "触发器" not in finding.title}
    assert broken == {"每个签署都由签署人当时在册的密钥签出"}, "nothing else shows it"
    assert "不是本人所签" in found("I-43")[0]


def test_the_next_signer_is_refused_over_a_forged_step(office: Path, keys: Any, guards_down: None) -> None:
    """Nobody goes on from a step that its person did not take (bank.statement: accountant, deputy of finance, director)."""
    case = {"balances": [{"account": "FISCAL_ACCOUNT", "amount_fen": 100}]}
    with acting(hand("C1", keys)):
        answer = propose("fund.open", [case], key="o", by="C1", on=DAY, at=AT)
    with acting(hand("L3", keys)):
        sign("o", by="L3", on=DAY, at=AT, shown_hash=answer.hash)
    Signature.objects.filter(proposal__key="o", step=1).update(signed="cd" * 64)
    with acting(hand("L1", keys)), pytest.raises(Refused, match="不是签署人本人所签"):
        sign("o", by="L1", on=DAY, at=AT, shown_hash=answer.hash)


def test_a_signature_moved_to_another_proposal_is_found(signed: Proposal, keys: Any, guards_down: None) -> None:
    with acting(hand("L4", keys)):
        propose(
            "target.set", [TARGET | {"name": "另一项任务"}], key="t2", by="L4", on=DAY, at=AT + timedelta(minutes=2)
        )
    given = Signature.objects.get(proposal=signed, step=1)
    other = Signature.objects.get(proposal__key="t2", step=0)
    Signature.objects.filter(pk=other.pk).update(signed=given.signed, key_id=given.key_id, person="L1")
    assert found("I-43") != []


# ── Lost and renewed ──

LOST = {"staff": "L1", "reason": "LOST", "told": "手机和口令纸一起丢失"}
RENEWED = {"staff": "L1", "evidence": "本人申请书 1 号，公钥已当面核对"}
LATER = AT + timedelta(hours=1)


def carry(keys: Any, code: str, case: dict[str, Any], key: str, *people: str, at: datetime = LATER) -> Any:
    """Propose as the first of some people, sign as the others."""
    maker, *signers = people
    with acting(hand(maker, keys, at)):
        answer = propose(code, [case], key=key, by=maker, on=DAY, at=at)
    for signer in signers:
        with acting(hand(signer, keys, at)):
            answer = sign(key, by=signer, on=DAY, at=at, shown_hash=answer.hash)
    return answer


def test_anybody_ends_a_lost_key_at_once_and_its_session_with_it(office: Path, keys: Any) -> None:
    with acting(hand("L4", keys)):
        asked = propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT)
    token = begin("L1", keys, AT)
    carry(keys, "key.revoke", LOST, "lost", "C2")
    with pytest.raises(SessionEnded, match="停用"):
        hand_of_session(token, at=AT + timedelta(minutes=1))
    with acting(hand("L1", keys, LATER)), pytest.raises(Refused):
        sign("t", by="L1", on=DAY, at=LATER, shown_hash=asked.hash)
    with acting(hand("L2", keys, LATER)):  # who stands in for the director signs
        assert sign("t", by="L2", on=DAY, at=LATER, shown_hash=asked.hash).state == "EXECUTED"
    assert found("I-43") == found("I-33") == []


def test_others_register_the_new_key_and_what_was_signed_before_stays_valid(office: Path, keys: Any) -> None:
    with acting(hand("L4", keys)):
        asked = propose("target.set", [TARGET], key="t", by="L4", on=DAY, at=AT)
    with acting(hand("L1", keys)):
        sign("t", by="L1", on=DAY, at=AT, shown_hash=asked.hash)
    carry(keys, "key.revoke", LOST, "lost", "C2")
    fresh = key_files.new_secrets()
    key_files.write(key_files.sealed("L1", fresh, PHRASE))
    carry(keys, "key.renew", RENEWED, "new", "L3", "D2", "L2", "P1")
    with acting(hand("L4", keys, LATER)):
        asked = propose("target.set", [TARGET | {"name": "另一项"}], key="t2", by="L4", on=DAY, at=LATER)
    with acting(hand("L1", keys, LATER)), pytest.raises(NotProven, match="不是登记在册"):  # the old one
        sign("t2", by="L1", on=DAY, at=LATER, shown_hash=asked.hash)
    with acting(hand("L1", {"L1": fresh}, LATER)):
        sign("t2", by="L1", on=DAY, at=LATER, shown_hash=asked.hash)
    assert found("I-43") == found("I-33") == []


@pytest.mark.parametrize(
    ("case", "people", "why"),
    [
        ({}, ("L3",), "还在用"),
        ({"staff": "X9"}, ("L3",), "没有工号"),
        ({"staff": "C2", "key": "ab" * 32}, ("C2",), "不得参与"),
    ],
)
def test_a_key_is_renewed_for_somebody_without_one_by_others(
    office: Path, keys: Any, case: Any, people: Any, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        carry(keys, "key.renew", RENEWED | case, "new", *people)


def test_a_key_of_somebody_else_is_not_registered_again(office: Path, keys: Any) -> None:
    carry(keys, "key.revoke", LOST, "lost", "C2")
    (office / "keys" / "staff" / "L1.json").unlink()
    with pytest.raises(Refused, match="已登记过"):
        carry(keys, "key.renew", RENEWED | {"key": keys["C1"].public}, "new", "L3")
    with pytest.raises(Refused, match="还没有签名密钥"):
        carry(keys, "key.renew", RENEWED, "new2", "L3")


def test_a_key_ended_for_the_time_of_a_forgery_is_found(signed: Proposal, keys: Any, guards_down: None) -> None:
    """Whoever owns the database lets a key begin later than a signature that was made with it."""
    carry(keys, "key.revoke", {"staff": "D1", "reason": "LOST", "told": "遗失"}, "lost", "C2")
    late = AuditEvent.objects.latest("id")
    SigningKey.objects.filter(staff__code="L1").update(act=late)
    assert any("当时不在册" in text for text in found("I-43"))


@pytest.fixture
def guards_down() -> None:
    """Somebody owns the database."""
    from django.db import connection

    from jubao.records.guards import guards

    with connection.cursor() as cursor:
        for name, (table, _) in guards().items():
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name}" + (f' ON "{table}"' if connection.vendor == "postgresql" else "")
            )


def test_a_founding_without_anybodys_key_is_refused_with_everybody_named(home: Path, sealed: Any, keys: Any) -> None:
    key_files.write(sealed["P1"])
    case = json.loads((Path(__file__).parent.parent / "docs" / "founding" / "office.json").read_text("utf-8"))
    FoundOffice.model_validate(case)
    with acting(hand("P1", keys)), pytest.raises(Refused) as refused:
        propose("office.found", [case], key="found", by="P1", on=DAY, at=AT)
    assert "jubao key new Z1" in str(refused.value)
    assert "jubao key new P1" not in str(refused.value)


def test_a_session_file_that_others_can_read_is_not_used(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jubao.cli.acting import keep_token, token_here

    monkeypatch.setenv("JUBAO_SESSION", str(tmp_path / "mine" / "session"))
    keep_token("a.b")
    path = tmp_path / "mine" / "session"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert token_here() == "a.b"
    path.chmod(0o644)
    with pytest.raises(Refused, match="权限 600"):
        token_here()
    path.unlink()
    path.symlink_to("/dev/null")
    with pytest.raises(OSError, match=r"symbolic link|符号|Too many"):
        token_here()
    assert os.path.lexists(path)


def test_from_a_new_key_to_an_approval_by_commands(
    home: Path, tmp_path: Path, keys: Any, sealed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages' own order: everybody makes a key, the superior founds the office, two people log in one after the other."""
    import base64
    from urllib.parse import parse_qs, urlparse

    from typer.testing import CliRunner

    from jubao.cli import app

    monkeypatch.setenv("JUBAO_SESSION", str(tmp_path / "session"))
    monkeypatch.delenv("JUBAO_STAFF", raising=False)

    def run(*words: str, typed: Sequence[str] = ()) -> str:
        done = CliRunner().invoke(app, list(words), input="".join(f"{line}\n" for line in typed))
        assert done.exit_code == 0, (words, done.output)
        return done.output

    def log_in_as(staff: str) -> None:
        run("login", staff, typed=[PHRASE, code_of(secrets[staff], datetime.now(LOCAL))])

    secrets = dict(keys)
    for file in sealed.values():
        if file.staff not in {"P1", "L4"}:
            key_files.write(file)
    for staff in ("P1", "L4"):
        told = run("key", "new", staff, typed=[PHRASE, PHRASE]).splitlines()[-1]
        seed = key_files.read(staff).open(PHRASE).seed  # type: ignore[union-attr]
        code = parse_qs(urlparse(told).query)["secret"][0]
        secrets[staff] = key_files.Secrets(seed, base64.b32decode(code + "=" * (-len(code) % 8)))
    case = json.loads((Path(__file__).parent.parent / "docs" / "founding" / "office.json").read_text("utf-8"))
    case["staff"] = [
        {"staff": code, "name": f"职工{code}", "title": title, "section": "办公室", "posts": posts, "cover": cover}
        for code, title, posts, cover in LAYOUT
    ] + [
        {"staff": "P1", "name": "上级", "title": "管理员", "section": "市局", "posts": ["PERMISSION"], "external": True}
    ]
    assert run("whoami") == "没有登录。\n"
    log_in_as("P1")
    run("propose", "office.found", json.dumps(case), "--key", "found")
    log_in_as("L4")
    assert "L4 已登录" in run("whoami")
    run("propose", "target.set", json.dumps(TARGET | {"year": datetime.now(LOCAL).year}), "--key", "t")
    assert "L4 已退出" in run("logout")
    refused = CliRunner().invoke(app, ["sign", "t", "--hash", Proposal.objects.get(key="t").hash, "--by", "L1"])
    assert refused.exit_code == 1
    log_in_as("L1")
    run("sign", "t", "--hash", Proposal.objects.get(key="t").hash)
    assert Proposal.objects.get(key="t").state == "EXECUTED"
    assert "第 " in run("key", "show")
    run("key", "passphrase", "L4", typed=[PHRASE, PHRASE + "新", PHRASE + "新"])
    assert key_files.read("L4").open(PHRASE + "新").seed == secrets["L4"].seed  # type: ignore[union-attr]
    again = CliRunner().invoke(app, ["key", "new", "L4"], input=f"{PHRASE}\n{PHRASE}\n")
    assert "不能另建" in again.output + again.stderr
    trial = CliRunner().invoke(app, ["trial"])
    assert trial.exit_code == 1
    assert found("I-43") == []

"""The locked lists name everything that an install needs, extras included, so that nothing is chosen on the day."""

import re
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from tests.house import ROOT

RUN, DEV, AUDIT = (f"requirements{kind}.txt" for kind in ("", "-dev", "-audit"))
PIN = re.compile(r"(?P<pin>[^\s;]+==[^\s;*]+(?: ; [^\\#]+?)?)(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
WANTED = {
    RUN: [*PROJECT["project"]["dependencies"], *EXTRAS["build"], *PROJECT["build-system"]["requires"]],
    DEV: [*PROJECT["project"]["dependencies"], *EXTRAS["build"], *EXTRAS["dev"]],
    AUDIT: PROJECT["dependency-groups"]["audit"],
}

Found = tuple[str, list[Requirement]]  # what is installed: version, and what it asks for
Look = Callable[[str], Found | None]


@dataclass(frozen=True)
class Pin:
    """One line of a list."""

    asked: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> NormalizedName:
        return canonicalize_name(self.asked.name)

    @property
    def version(self) -> str:
        return str(self.asked.specifier).removeprefix("==")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins_of(text: str) -> tuple[list[Pin], list[str]]:
    """The pins of a list, and the lines that are none: options, hosts, paths, remarks, pins without a hash."""
    pins, strange = [], []
    for line in re.sub(r" *\\\n *", " ", text).splitlines():
        if found := PIN.fullmatch(line.rstrip()):
            pins.append(Pin(Requirement(found["pin"]), frozenset(found["hashes"].split())))
        else:
            strange.append(f"not a pin with its hashes: {line.split(' --hash')[0]}")
    return pins, strange


def holds(requirement: Requirement, extras: Iterable[str] = ()) -> bool:
    """Whether a requirement counts on this machine, for a package asked for with these extras."""
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": each}) for each in ["", *extras])


def faults_of(text: str, wanted: list[str], look: Look) -> list[str]:
    """Everything that an install from this list would leave to the index, or to chance."""
    pins, faults = pins_of(text)
    active: dict[str, Pin] = {}
    for pin in pins:
        if not holds(pin.asked):
            continue
        if pin.name in active:
            faults.append(f"pinned twice: {pin.name}")
        active[pin.name] = pin
    demands = [("the project", each) for each in map(Requirement, wanted) if holds(each)]
    for pin in active.values():
        found = look(pin.name)
        if found is None or found[0] != pin.version:
            faults.append(f"not installed as pinned, so its demands are unknown: {pin.name}=={pin.version}")
        else:
            demands += [(pin.name, each) for each in found[1] if holds(each, pin.asked.extras)]
    return faults + [fault for who, each in demands for fault in unmet(who, each, active)]


def unmet(who: str, demand: Requirement, active: dict[str, Pin]) -> list[str]:
    """What one demand does not find in a list."""
    name = canonicalize_name(demand.name)
    pin = active.get(name)
    if pin is None:
        return [f"{who} asks for {name}, which is not pinned"]
    wrong = [] if demand.specifier.contains(pin.version, prereleases=True) else [f"{who} asks for {demand}"]
    pinned = {canonicalize_name(each) for each in pin.asked.extras}
    return wrong + [
        f"{who} asks for {name}[{extra}], which is not pinned"
        for extra in sorted(demand.extras)
        if canonicalize_name(extra) not in pinned
    ]


def installed(*folders: str) -> Look:
    """Looks packages up in an environment, this one unless folders are named."""

    def look(name: str) -> Found | None:
        found = next(iter(metadata.distributions(name=name, path=list(folders or sys.path))), None)
        return found and (found.version, [Requirement(each) for each in found.requires or ()])

    return look


def shelf(**packages: list[str]) -> Look:
    """An environment made up for a test: each package in version 1, and what it asks for."""
    return lambda name: ("1", [Requirement(each) for each in packages[name]]) if name in packages else None


def listed(*pins: str) -> str:
    return "".join(f"{pin} \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n" for pin in pins)


@pytest.mark.parametrize("name", [RUN, DEV])
def test_a_list_pins_everything_its_packages_ask_for(name):
    assert not faults_of(text_of(name), WANTED[name], installed())


def test_the_audits_list_pins_everything_its_packages_ask_for():
    prefix = str(Path(sys.prefix) / "audit")
    folders = {sysconfig.get_path(kind, vars={"base": prefix, "platbase": prefix}) for kind in ("purelib", "platlib")}
    if not any(Path(folder).exists() for folder in folders):
        pytest.skip("the audit's environment is not built here; .ci/run builds it and runs this test")
    assert not faults_of(text_of(AUDIT), WANTED[AUDIT], installed(*folders))


@pytest.mark.parametrize("name", [RUN, DEV, AUDIT])
def test_a_list_holds_pins_with_hashes_and_nothing_else(name):
    pins, strange = pins_of(text_of(name))
    assert pins
    assert not strange
    assert "//" not in text_of(name)


def test_the_developers_list_holds_the_run_list_with_the_same_pins_and_hashes():
    run, dev = pins_of(text_of(RUN))[0], pins_of(text_of(DEV))[0]
    there = {(pin.name, pin.version): pin for pin in dev}
    assert not [pin.name for pin in run if (pin.name, pin.version) not in there]
    assert not [pin.name for pin in run if pin.hashes != there[pin.name, pin.version].hashes]
    assert not [pin.name for pin in run if pin.asked.extras - there[pin.name, pin.version].asked.extras]


def test_what_the_audit_reads_with_stays_out_of_our_lists():
    ours = {pin.name for name in (RUN, DEV) for pin in pins_of(text_of(name))[0]}
    assert not ours & {canonicalize_name(Requirement(each).name) for each in WANTED[AUDIT]}


def test_every_install_takes_a_list_as_it_stands():
    makefile, run = text_of("Makefile"), text_of(".ci/run")
    assert re.findall(r"^INSTALL *:=.*", makefile, re.MULTILINE) == ["INSTALL := $(PIP) install --quiet --no-deps"]
    assert re.findall(r"^LOCKED *:=.*", makefile, re.MULTILINE) == ["LOCKED  := $(INSTALL) --require-hashes -r"]
    assert not re.findall(r"pip install.*", makefile + run)
    for name in (RUN, DEV, AUDIT):
        assert f"$(LOCKED) {name}\n" in makefile


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("cover asks for tool, which is not pinned", listed("cover[toml]==1", "plugin==1")),
        ("plugin asks for cover[toml], which is not pinned", listed("cover==1", "plugin==1", "tool==1")),
        ("plugin asks for cover, which is not pinned", listed("plugin==1", "tool==1")),
        ("the project asks for plugin, which is not pinned", listed("cover[toml]==1", "tool==1")),
        ("not installed as pinned", listed("cover[toml]==2", "plugin==1", "tool==1")),
        ("pinned twice: tool", listed("cover[toml]==1", "plugin==1", "tool==1", "tool==1")),
    ],
)
def test_a_list_that_leaves_something_open_is_refused(fault, text):
    look = shelf(plugin=["Cover[toml]>=1"], cover=["tool; extra == 'toml'", "ghost; os_name == 'nowhere'"], tool=[])
    assert not faults_of(listed("cover[toml]==1", "plugin==1", "tool==1"), ["plugin>=1,<2"], look)
    assert any(each.startswith(fault) for each in faults_of(text, ["plugin>=1,<2"], look))


def test_a_pin_outside_what_was_asked_for_is_refused():
    assert faults_of(listed("tool==1"), ["tool>=2,<3"], shelf(tool=[])) == ["the project asks for tool<3,>=2"]


@pytest.mark.parametrize(
    "line",
    [
        "tool==1",
        "tool>=1 --hash=sha256:" + "0" * 64,
        "tool==1.* --hash=sha256:" + "0" * 64,
        "tool==1 --hash=md5:" + "0" * 32,
        "tool @ " + "https" + "://example.org/tool-1.whl --hash=sha256:" + "0" * 64,
        "--index" + "-url " + "https" + "://example.org/simple",
        "--find" + "-links wheels",
        "--trusted" + "-host somewhere",
        "-e .",
        "-r others.txt",
        "# made somewhere",
        "",
    ],
)
def test_a_line_that_is_no_pin_with_hashes_is_refused(line):
    assert len(pins_of(listed("cover==1") + line + "\n" + listed("plugin==1"))[1]) == 1

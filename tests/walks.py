"""The walks that docs/architecture.md tells: acts done in a small office, and the files they pass, in order.

A file counts when one of its functions is called first. Of a workshop only the file counts through which it is entered;
the envelope, which every act passes alike, is drawn in the picture above the walks.
"""

import ast
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import _lru_cache_wrapper
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import FrameType
from typing import Any

import jubao.operations
from jubao.operations.inbound import keep
from jubao.operations.payments.batch import outbound_file
from jubao.records.models import PaymentBatch, Proposal
from jubao.simulation.bank import Bank
from tests.house import ROOMS, tree
from tests.office import Office, number
from tests.test_operations_registers import map_register, take

WORKSHOPS = frozenset({"exchange", "ledger", "matching", "rules"})
WANG, ZHAO, LI = number("19500315", 1), number("19571210", 3), number("19700101", 5)
HEIR = {"heir_name": "王小", "heir_account": "6228480012345678901"}


@contextmanager
def files_passed() -> Iterator[list[Path]]:
    """The files whose functions are called meanwhile, each once, in the order of the first call."""
    passed: dict[Path, None] = {}

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_flags & CO_OPTIMIZED and (path := _stay(frame)):
            passed.setdefault(path)

    found: list[Path] = []
    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(None)
        found += passed


def _stay(frame: FrameType) -> Path | None:
    """The file of a call, where it is one of the business, or the door of a workshop."""
    parts = _inside(frame)
    if parts[:1] == ("operations",) and parts[1] != "envelope":
        return Path(*parts)
    if parts[:1] and parts[0] in WORKSHOPS and frame.f_back and _inside(frame.f_back)[:1] != parts[:1]:
        return Path(*parts)
    return None


def _inside(frame: FrameType) -> tuple[str, ...]:
    path = Path(frame.f_code.co_filename)
    return path.relative_to(ROOMS).parts if path.is_relative_to(ROOMS) else ()


def _contribution(office: Office) -> Iterator[tuple[str, Callable[[], Any]]]:
    on = date(2017, 3, 1)
    office.register({"name": "李乙", "resident_number": LI})
    office.receive("COLLECTION", 10_000, "HD1", on)
    columns = {
        "seq": [1],
        "resident_number": [LI],
        "name": ["李乙"],
        "contribution_year": [2017],
        "kind": ["10"],
        "amount": [10_000],
    }
    header = {"bank": "农业银行", "batch_no": "P1", "date": on, "receipt_reference": "HD1"}
    file = office.file("代收.txt", "bank_collection", columns, header)
    yield "contribution.bank", lambda: office.carry("contribution.bank", {"file": file}, on=on)
    yield (
        "contribution.credit",
        lambda: office.carry("contribution.credit", {"through": "2017-03-01"}, on=date(2017, 3, 2)),
    )


def _pension(office: Office) -> Iterator[tuple[str, Callable[[], Any]]]:
    on = date(2018, 1, 5)
    office.register({"name": "赵乙", "resident_number": ZHAO, "contributed_years": 7, "personal": 139_000})
    case = {"person": ZHAO, "applied_date": "2017-12-15"}
    yield "award.grant", lambda: office.carry("award.grant", case, on=date(2017, 12, 20))
    yield "payroll.calculate", lambda: office.carry("payroll.calculate", {"month": 201801}, on=on)
    batch = PaymentBatch.objects.latest("id").number
    ref = Proposal.objects.filter(code="payroll.calculate").latest("id").key
    for code in ("payment.release", "payment.transmit"):
        yield code, lambda code=code: office.carry(code, {"batch": batch}, on=on, case_ref=ref)
    answer = keep(Bank(office.folder, "试验区").answer(outbound_file(batch), {}, account="DISBURSEMENT", on=on))
    yield "payment.return", lambda: office.carry("payment.return", {"file": answer}, on=on)


def _hit(office: Office) -> Iterator[tuple[str, Callable[[], Any]]]:
    office.register({"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0})
    mapping = map_register(office, "CREMATION")
    row = ["1", "王甲", WANG, "2017年2月3日"]
    yield "match.import", lambda: take(office, "CREMATION", [row], mapping=mapping, on=date(2017, 4, 3))
    case = {
        "list_number": "N1",
        "person": WANG,
        "reason": "1401",
        "event_date": "2017-02-03",
        "burial": "火化",
        "reported_date": "2017-04-03",
    } | HEIR
    yield "match.confirm", lambda: office.carry("match.confirm", case, on=date(2017, 4, 5))


WALKS = {"contribution": _contribution, "pension": _pension, "hit": _hit}


def stays(name: str) -> dict[str, list[Path]]:
    """The files that each act of a walk passes, in the order of the first call."""
    for module in pkgutil.walk_packages(jubao.operations.__path__, "jubao.operations."):
        importlib.import_module(module.name)  # what an act loads first would look like a stay
    office = Office()
    office.open_fund()
    passed = {}
    for code, done in WALKS[name](office):
        _forget_answers()
        with files_passed() as files:
            done()
        passed[code] = files
    return passed


def told(name: str) -> str:
    """A walk as Markdown: for each act the files it passes, each with the sentence it opens with."""
    lines = []
    for code, files in stays(name).items():
        lines += [f"`{code}`", "", *(f"{place}. {_sentence(path)}" for place, path in enumerate(files, start=1)), ""]
    return "\n".join(lines)


def _forget_answers() -> None:
    """What a function remembers from an earlier test it would not be asked again."""
    for module in [one for name, one in sys.modules.items() if name.startswith("jubao.")]:
        for remembered in vars(module).values():
            if isinstance(remembered, _lru_cache_wrapper):
                remembered.cache_clear()


def _sentence(path: Path) -> str:
    opening = (ast.get_docstring(tree(ROOMS / path)) or "").split("\n\n")[0]
    return f"`{path.as_posix()}` {' '.join(opening.split())}"

"""Copies: the same sentence with other numbers contradicts itself; the same passage in three places invites it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from jubao.reports.checking.finding import Finding, Rule, quoted
from jubao.reports.checking.items import Item
from jubao.reports.checking.statements import masked, printed_numbers, sentences

SHORTEST = 4  # characters that tell a copy under the same heading
SHORTEST_COPY = 16  # …and that make a copy worth a warning
PLACES = 3  # the form asks twice for the year's work; a third place is the writer's own
LIKENESS = 0.92
SHORTEST_LIKE = 20


@dataclass(frozen=True)
class Copy:
    """A sentence with numbers: its wording, its numbers, its heading, where it stands."""

    wording: str
    numbers: tuple[str, ...]
    item: Item
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes two sentences copies of each other."""
        return self.item.heading, self.wording


def check_copies(items: list[Item]) -> Iterator[Finding]:
    """Copies that differ in a number, word for word or nearly, then passages that stand too often."""
    copies = _copies(items)
    by_wording: dict[tuple[str, str], list[Copy]] = defaultdict(list)
    for copy in copies:
        by_wording[copy.key].append(copy)
    for same in by_wording.values():
        yield from _differing(same)
    yield from _nearly(by_wording)
    yield from _too_often(by_wording)


def _copies(items: list[Item]) -> list[Copy]:
    found = []
    for item in items:
        for text in sentences(item):
            numbers, wording = printed_numbers(text), re.sub(r"[，、：（）“”]", "", masked(text))
            if numbers and len(re.sub("[#@]", "", wording)) >= SHORTEST and item.heading:
                found.append(Copy(wording, numbers, item, text))
    return found


def _differing(same: list[Copy]) -> Iterator[Finding]:
    first = same[0]
    for other in same[1:]:
        if other.numbers != first.numbers and other.item.block != first.item.block:
            yield _difference(first, other)


def _difference(first: Copy, other: Copy) -> Finding:
    pairs = [(a, b) for a, b in zip(first.numbers, other.numbers, strict=True) if a != b]
    words = "；".join(f"{a}与{b}" for a, b in pairs)
    reason = f"与{first.item.place}是同一段话，数字却不同：{words}"
    return Finding(Rule.COPIES, other.item.place, quoted(other.text), reason)


def _nearly(by_wording: dict[tuple[str, str], list[Copy]]) -> Iterator[Finding]:
    """Copies whose wording differs by a word or two: most numbers the same, some not."""
    heads = [same[0] for same in by_wording.values() if len(same[0].wording) >= SHORTEST_LIKE]
    for first, other in combinations(heads, 2):
        if first.item.heading != other.item.heading or first.item.block == other.item.block:
            continue
        if len(first.numbers) != len(other.numbers) or first.numbers == other.numbers:
            continue
        kept = sum(a == b for a, b in zip(first.numbers, other.numbers, strict=True))
        if kept * 2 >= len(first.numbers) and _alike(first.wording, other.wording):
            yield _difference(first, other)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= LIKENESS


def _too_often(by_wording: dict[tuple[str, str], list[Copy]]) -> Iterator[Finding]:
    """One warning for each set of places that share sentences."""
    shared: dict[tuple[str, ...], list[Copy]] = defaultdict(list)
    for same in by_wording.values():
        blocks = tuple(dict.fromkeys(copy.item.block for copy in same))
        if len(blocks) >= PLACES and len(same[0].wording) >= SHORTEST_COPY:
            shared[blocks].append(same[0])
    for blocks, told in shared.items():
        where = "、".join(block.removeprefix("正文·") for block in blocks)
        reason = f"同样的内容（{len(told)}句）在{len(blocks)}处各写一遍（{where}），改一处就会与其他各处矛盾"
        yield Finding(Rule.COPIES, told[0].item.place, quoted(told[0].text), reason, warning=True)

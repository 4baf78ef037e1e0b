"""Numbering: the items of a list follow each other from one on, in every list and every cell."""

from collections.abc import Iterator

from jubao.reports.checking.finding import Finding, Rule, quoted
from jubao.reports.checking.items import MARKS, Item, Mark

LEVELS = [style for style, _ in MARKS]
CHINESE = "零一二三四五六七八九十"


def check_numbering(items: list[Item]) -> Iterator[Finding]:
    """Jumps, repetitions and lists that do not begin with one; lists that Word numbers itself are left alone."""
    whole: dict[str, list[int]] = {}  # parts 一、二、… run through tables and text
    blocks: dict[str, dict[str, list[int]]] = {}
    for item in items:
        running = blocks.setdefault(_context(item), {})
        if item.automatic:
            running.clear()
        elif item.mark is not None:
            counters = whole if item.mark.style == LEVELS[0] and not _only_text(item) else running
            yield from _follow(item, item.mark, counters, running)


def _context(item: Item) -> str:
    """Running text counts through; every cell counts by itself."""
    return "" if item.block.startswith("正文") else item.block


def _only_text(item: Item) -> bool:
    return not item.text


def _follow(item: Item, mark: Mark, counters: dict[str, list[int]], running: dict[str, list[int]]) -> Iterator[Finding]:
    for deeper in LEVELS[LEVELS.index(mark.style) + 1 :]:
        running.pop(deeper, None)
    open_lists = counters.setdefault(mark.style, [])
    if mark.number == 1:
        open_lists.append(1)
        return
    follows = [depth for depth, number in enumerate(open_lists) if number + 1 == mark.number]
    if follows:
        open_lists[follows[-1] :] = [mark.number]
        return
    yield Finding(
        Rule.NUMBERING, item.place, quoted(f"{_printed(mark)}{item.heading or item.text}"), _reason(mark, open_lists)
    )
    before = [depth for depth, number in enumerate(open_lists) if number < mark.number]
    open_lists[before[0] if before else 0 :] = [mark.number]


def _reason(mark: Mark, open_lists: list[int]) -> str:
    if not open_lists:
        return f"编号从{_printed(mark)}开始，前面没有{_printed(Mark(mark.style, mark.number - 1))}"
    last = open_lists[0] if open_lists[0] < mark.number else open_lists[-1]
    if last >= mark.number:
        return f"编号{_printed(mark)}重复或倒退"
    return f"编号从{_printed(Mark(mark.style, last))}跳到{_printed(mark)}"


def _printed(mark: Mark) -> str:
    chinese = mark.style in {"一、", "（一）"}
    number = CHINESE[mark.number] if chinese and mark.number < len(CHINESE) else str(mark.number)
    return mark.style.replace("一", number) if chinese else mark.style.replace("1", number)

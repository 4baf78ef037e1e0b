"""Setting a page by typst: the fonts this machine has, what a page can carry, and the same bytes for the same words."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

from jubao.documents.word import UNPRINTABLE, TextNotPrintable

SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "SimSun", "Songti SC")
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "SimHei", "Heiti SC")


class NoChineseFont(RuntimeError):
    """The machine has no font a Chinese PDF could be set in."""


def typeset(template: Path, said: Mapping[str, Any], *, dated: date) -> bytes:
    """A PDF of what is said, set by a template that reads ``data``.

    Args:
        template: a ``.typ`` file.
        said: JSON-able data; the fonts are added.
        dated: the day the file bears, so that the same words give the same bytes.
    Raises:
        NoChineseFont: no known Chinese font is installed.
    """
    data = json.dumps({**said, "fonts": choose_fonts(installed_fonts())}, ensure_ascii=False, sort_keys=True)
    instant = datetime.combine(dated, time(), tzinfo=UTC)
    return typst.compile(
        template.read_bytes(), format="pdf", sys_inputs={"data": data}, timestamp=int(instant.timestamp())
    )


def installed_fonts() -> list[str]:
    """Names of the font families typst finds on this machine."""
    return list(typst.Fonts().families())


def choose_fonts(families: Collection[str]) -> dict[str, str]:
    """A serif for the text and a sans for headings; either stands in for the other.

    Raises:
        NoChineseFont: neither is there.
    """
    song = next((name for name in SERIF if name in families), None)
    hei = next((name for name in SANS if name in families), None)
    if song is None and hei is None:
        message = f"本机没有可用的中文字体（{SERIF[0]}、{SANS[0]} 等），不能生成 PDF"
        raise NoChineseFont(f"{message}：请安装 Noto CJK 字体（软件包 fonts-noto-cjk）后重试，或改为输出 .docx")
    return {"song": song or str(hei), "hei": hei or str(song)}


def printable(text: str) -> str:
    """The text itself, unless no file can carry it. Raises TextNotPrintable."""
    if fault := UNPRINTABLE.search(text):
        message = f"文字第 {fault.start() + 1} 个字符（U+{ord(fault[0]):04X}）无法印到文件上"
        raise TextNotPrintable(f"{message}：请在来源数据中删去该字符后重新生成")
    return text

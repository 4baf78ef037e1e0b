"""What was typed and cannot be meant: the command line's own refusals as Chinese sentences, in one place.

The framework says them in English; whoever types is a clerk. A sentence of ours passes as it stands.
"""

import re
from collections.abc import Callable
from typing import Any

CHINESE = re.compile(r"[一-鿿]")
PHRASES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"greater than or equal to (\S+)", lambda found: f"不应小于 {found[1]}"),
    (r"less than or equal to (\S+)", lambda found: f"不应大于 {found[1]}"),
    (r"greater than (\S+)", lambda found: f"应大于 {found[1]}"),
    (r"less than (\S+)", lambda found: f"应小于 {found[1]}"),
    (r"valid integer|as an integer", lambda _: "应为整数"),
    (r"valid (?:number|float)", lambda _: "应为数字"),
    (r"valid boolean", lambda _: "应为是或否"),
    (r"match the format", lambda _: "应为日期，写作 2026-01-05"),
    (r"is not one of (.+?)\.?$", lambda found: f"应为其中之一：{found[1]}"),
    (r"does not exist", lambda _: "文件或目录不存在"),
    (r"is a directory", lambda _: "这是一个目录，应为文件"),
    (r"is a file", lambda _: "这是一个文件，应为目录"),
    (r"is not (?:readable|writable)", lambda _: "没有权限"),
    (r"No such command '(.+?)'(?:.*Did you mean (.+?)\?)?", lambda found: f"没有命令 {found[1]}{_perhaps(found[2])}"),
    (r"No such option:? '?([^\s']+)", lambda found: f"没有选项 {found[1]}"),
    (r"unexpected extra argument.*?\(((?!s\)).+)\)", lambda found: f"多余的参数 {found[1]}"),
    (r"Option '(.+?)' requires", lambda found: f"选项 {found[1]} 缺少值"),
    (r"Option '(.+?)' does not take a value", lambda found: f"选项 {found[1]} 不带值"),
    (r"Missing command", lambda _: "没有写明要做什么"),
)


def usage_sentence(error: Any) -> str:
    """The sentence for a refusal of the command line, with the parameter it concerns and how to read on.

    Args:
        error: what the framework raised: a message, and where it knows them the parameter and the command.
    """
    text, where = str(error.message or ""), _parameter(error)
    if type(error).__name__ == "MissingParameter":
        said = f"缺少{where or '参数'}"
    else:
        said = _translated(text)
        said = f"{where}：{said}" if where else said
        if meant := getattr(error, "possibilities", None):
            said += _perhaps("、".join(meant))
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "jubao"
    return f"用法不对：{said}。请运行 {command} --help 查看用法"


def _translated(text: str) -> str:
    if CHINESE.search(text):
        return text.rstrip("。")
    for pattern, say in PHRASES:
        if found := re.search(pattern, " ".join(text.split())):
            return say(found)
    return "写法不合要求"


def _parameter(error: Any) -> str:
    """The option or argument a refusal is about, as it is typed; empty where it tells none."""
    hint = getattr(error, "param_hint", None)
    if hint is None and (parameter := getattr(error, "param", None)) is not None:
        names = [*getattr(parameter, "opts", ()), *getattr(parameter, "secondary_opts", ())]
        kind = "选项" if parameter.param_type_name == "option" else "参数"
        return f"{kind} {' / '.join(names) if kind == '选项' else parameter.name.upper()}"
    return " / ".join(hint) if isinstance(hint, list | tuple) else str(hint or "").strip("'")


def _perhaps(meant: str | None) -> str:
    return "，是不是 " + meant.replace("'", "") if meant else ""

"""Which words of a command name files, by what the command itself declares, and the harmless names they get at the service."""

import inspect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Annotated, Any, get_args, get_origin, get_type_hints

LONGEST_NAME = 60
UNWANTED = re.compile(r"[\x00-\x1f\x7f/\\\ud800-\udfff]")


class NotPlain(ValueError):
    """The words lead to no command; ``kept`` of them are plain."""

    def __init__(self, kept: int) -> None:
        """So many words are plain."""
        super().__init__(kept)
        self.kept = kept


class LooksLikeOption(ValueError):
    """A file's name begins like an option."""


@dataclass(frozen=True)
class NamedFile:
    """A word that names a file or folder.

    Args:
        place: of the word; ``before``: what stands before the name in it, as ``--out=``; ``text``: the name as typed.
        read: the command reads it, and it must be there; else the command may write it.
    """

    place: int
    before: str
    text: str
    read: bool


def named_files(words: Sequence[str]) -> list[NamedFile]:
    """The words that name files, in order; found by the command's own parser, with every word replaced by its place.

    Raises:
        NotPlain: the words lead to no command; LooksLikeOption: a file's name begins like an option.
    """
    command, depth = _command(words)
    marked, before = _marked(words, depth)
    try:
        given, _, _ = command.make_parser(command.context_class(command)).parse_args(args=marked)
    except Exception as error:
        from typer.exceptions import TyperException

        if not isinstance(error, TyperException):
            raise
        return []  # wrong usage, which the command says before it looks at any word
    found = []
    for name, read in _paths(command).items():
        value = given.get(name)
        for mark in value if isinstance(value, list | tuple) else [value]:
            if isinstance(mark, str):
                place = _place(mark)
                found.append(NamedFile(place, before[place], words[place].removeprefix(before[place]), read))
    return sorted(found, key=lambda one: one.place)


def harmless_names(named: Iterable[NamedFile]) -> dict[int, str]:
    """A name for each, by its place: the last part of what was typed, without signs that lead elsewhere, each once."""
    names: dict[int, str] = {}
    for one in named:
        name = UNWANTED.sub("", PurePath(one.text).name).lstrip(".-~ ")
        suffix = PurePath(name).suffix[:10]
        name = f"{name.removesuffix(suffix)[: LONGEST_NAME - len(suffix)]}{suffix}" or "文件"
        while name in names.values():
            name = f"{one.place}-{name}"
        names[one.place] = name
    return names


def with_names(words: Sequence[str], named: Iterable[NamedFile], names: dict[int, str]) -> list[str]:
    """The words with every file's name replaced."""
    put = {one.place: f"{one.before}{names[one.place]}" for one in named}
    return [put.get(place, word) for place, word in enumerate(words)]


def _command(words: Sequence[str]) -> tuple[Any, int]:
    """The command that words begin with, and how many of them name it."""
    import typer

    from jubao.cli.application import asked_for, build

    command: Any = typer.main.get_command(build(asked_for(list(words))))
    depth = 0
    while hasattr(command, "commands"):
        if depth >= len(words) or words[depth] not in command.commands:
            raise NotPlain(depth + 1)
        command, depth = command.commands[words[depth]], depth + 1
    return command, depth


def _marked(words: Sequence[str], depth: int) -> tuple[list[str], dict[int, str]]:
    """The words behind the command, each value replaced by a mark of its place, and what stands before the value in its word.

    A word that begins like an option stays: by such words alone the parser decides what every other word is.
    """
    marked, before = [], {}
    for place, word in enumerate(words[depth:], depth):
        option, equals, _ = word.partition("=")
        if not word.startswith("-") or word == "-":
            marked.append(_mark(place))
            before[place] = ""
        elif word.startswith("--") and equals:
            marked.append(f"{option}={_mark(place)}")
            before[place] = f"{option}="
        else:
            marked.append(word)
    return marked, before


def _mark(place: int) -> str:
    return f"\x00{place}"


def _place(mark: str) -> int:
    if not mark.startswith("\x00"):
        raise LooksLikeOption(mark)
    return int(mark[1:])


def _paths(command: Any) -> dict[str, bool]:
    """The parameters of a command that name files, and whether it reads them: then they must exist."""
    function = inspect.unwrap(command.callback)
    hints = get_type_hints(function, include_extras=True)
    paths = {}
    for name, hint in hints.items():
        if get_origin(hint) is Annotated and Path in _inside(hint):
            paths[name] = bool(getattr(get_args(hint)[1], "exists", False))
    return paths


def _inside(hint: Any) -> Iterable[Any]:
    """Every plain type a hint is made of."""
    inner = get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint)
    return [one for each in inner for one in _inside(each)] if inner else [hint]

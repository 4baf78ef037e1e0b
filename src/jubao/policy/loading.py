"""YAML files to parameters, strictly: a doubled key, a float or an unknown source stops the program."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from jubao.policy.schema import Instrument, Parameter
from jubao.policy.tables import SHAPES
from jubao.vocabulary.yaml_files import SafeLoader

HERE = Path(__file__).parent
INSTRUMENTS = "instruments"
_instrument_list = TypeAdapter(list[Instrument])


class CannotReadPolicy(Exception):
    """A policy file does not say what it must; nothing is loaded."""


class _StrictLoader(SafeLoader):
    """The safe loader, without silently letting a later key win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if doubled := {key for key in keys if keys.count(key) > 1}:
            raise CannotReadPolicy(f"第{node.start_mark.line + 1}行：键 {sorted(doubled)} 重复")
        return super().construct_mapping(node, deep=deep)


def read_documents(directory: Path = HERE) -> dict[str, Any]:
    """All YAML files of a directory by file stem.

    Raises:
        CannotReadPolicy: a file is no YAML or repeats a key.
    """
    documents = {}
    for path in sorted(directory.glob("*.yaml")):
        try:
            documents[path.stem] = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
        except (yaml.YAMLError, CannotReadPolicy) as fault:
            raise CannotReadPolicy(f"政策文件 {path.name} 无法读取：{fault}。请改正后重新启动。") from fault
    if not documents:
        raise CannotReadPolicy(f"目录 {directory.name} 中没有政策文件。请检查安装是否完整。")
    return documents


def read_instruments(documents: dict[str, Any]) -> dict[str, Instrument]:
    """The instruments by id.

    Raises:
        CannotReadPolicy: an entry is malformed or an id is used twice.
    """
    try:
        listed = _instrument_list.validate_python(documents[INSTRUMENTS]["instruments"])
    except (KeyError, TypeError, ValidationError) as fault:
        raise CannotReadPolicy(f"政策文件 instruments.yaml 不合规则：{fault}") from fault
    by_id = {instrument.id: instrument for instrument in listed}
    if len(by_id) != len(listed):
        raise CannotReadPolicy("政策文件 instruments.yaml 中有重复的 id。请给每份文件不同的 id。")
    return by_id


def read_parameter(key: str, body: Any, instruments: dict[str, Instrument]) -> Parameter:
    """One parameter, its sources known and its table in shape.

    Raises:
        CannotReadPolicy: with the key and what is wrong.
    """
    try:
        parameter = Parameter.model_validate(body)
        for row in parameter.rows if key in SHAPES else ():
            SHAPES[key].validate_python(row.value)
    except ValidationError as fault:
        raise CannotReadPolicy(f"政策参数 {key} 不合规则：{fault}") from fault
    if unknown := {row.instrument_id for row in parameter.rows} - instruments.keys():
        raise CannotReadPolicy(f"政策参数 {key} 引用了未登记的文件 {sorted(unknown)}。请先登记到 instruments.yaml。")
    return parameter


def read_parameters(documents: dict[str, Any], instruments: dict[str, Instrument]) -> dict[str, Parameter]:
    """All parameters by ``file.name``.

    Raises:
        CannotReadPolicy: as ``read_parameter``.
    """
    return {
        f"{stem}.{name}": read_parameter(f"{stem}.{name}", body, instruments)
        for stem, document in documents.items()
        if stem != INSTRUMENTS
        for name, body in document.items()
    }

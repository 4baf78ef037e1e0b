"""An office's own Word template filled with figures: ``{{ figure["collection.received"] }}`` stands for a value."""

import io
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from jubao.documents.reproducible_zip import put_in_place, repack


class TemplateNotFillable(ValueError):
    """The template is no Word file, or asks for something that is not there."""


def write_from_template(template: Path, out: Path, figures: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Fill a template and write it; return the SHA-256 of the file (hex). Raises TemplateNotFillable."""
    try:
        source = template.read_bytes()
    except OSError as error:
        raise TemplateNotFillable(f"读不到模板 {template.name}，请核对路径") from error
    return put_in_place(out, fill_template(source, figures, words))


def fill_template(template: bytes, figures: Mapping[str, str], words: Mapping[str, str]) -> bytes:
    """The filled Word file, the same bytes for the same template and values.

    Args:
        template: a .docx whose places read ``{{ figure["<id>"] }}`` or ``{{ <word> }}``.
        figures: values with units by figure id; looked up only where the template asks.
        words: other values by name, such as ``year`` or ``unit``.
    Raises:
        TemplateNotFillable: not a Word file, a wrong placeholder, or one nobody can fill.
    """
    place = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render({"figure": figures, **words}, place, autoescape=True)
    except TemplateError as error:
        known = "、".join(["figure[…]", *words])
        raise TemplateNotFillable(f"模板中有填不了的位置（{error}）：请改用指标编号或 {known}") from error
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise TemplateNotFillable("模板不是 Word 文件（.docx），请用 Word 或 LibreOffice 另存为 .docx") from error
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue(), compress=False)

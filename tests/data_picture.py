"""The pictures of docs/data.md: tables and what they point at, as Mermaid, made from the models."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Model

PICTURES = {
    "people": ("records.people", "records.contributions", "records.accounts"),
    "pensions": ("records.awards", "records.payments", "records.cases", "records.recovery"),
    "hits": ("records.registers", "records.watch"),
    "books": ("ledger.models", "records.finance"),
    "acts": ("records.acts",),
}
"""By picture, the modules whose tables it shows; what these point at elsewhere stands in it by name alone."""


def drawn(picture: str) -> str:
    """One picture: a line for each table with its Chinese name, then a line for each key that points somewhere."""
    modules = {f"jubao.{module}" for module in PICTURES[picture]}
    shown = [model for model in apps.get_models() if model.__module__ in modules and model._meta.managed]
    lines = [f'  {model.__name__}["{model._meta.verbose_name}"]' for model in shown]
    lines += sorted(line for model in shown for line in _keys(model))
    return "\n".join(["```mermaid", "erDiagram", *lines, "```"])


def _keys(model: type[Model]) -> Iterator[str]:
    """The foreign keys of a table but ``act``, which every fact bears: one, or none where it may be empty, to at most one or many."""
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and field.name != "act":
            one, many = "|o" if field.null else "||", "o|" if field.unique else "o{"
            yield f"  {field.related_model.__name__} {one}--{many} {model.__name__} : {field.name}"

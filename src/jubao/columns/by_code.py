"""Money kept apart by a code: one fen column for each code of a list, named after it, and what such columns must hold."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from jubao.vocabulary.codes import Labelled


def amount_column(code: Labelled) -> str:
    """The column that holds a code's money: ``PERSONAL`` is ``personal_fen``."""
    return f"{code.name.lower()}_fen"


def amount_columns(codes: Iterable[Labelled]) -> tuple[str, ...]:
    """The columns of some codes, in their order."""
    return tuple(amount_column(code) for code in codes)


def some_above_zero(codes: Iterable[Labelled]) -> Q:
    """The rule that a row moves something: one column at least is above zero."""
    return reduce(or_, (Q(**{f"{name}__gt": 0}) for name in amount_columns(codes)))


def some_below_zero(codes: Iterable[Labelled]) -> Q:
    """The same for money that goes out."""
    return reduce(or_, (Q(**{f"{name}__lt": 0}) for name in amount_columns(codes)))


def none_below_zero(codes: Iterable[Labelled]) -> Q:
    """The rule that nothing goes out."""
    return reduce(and_, (Q(**{f"{name}__gte": 0}) for name in amount_columns(codes)))


def none_above_zero(codes: Iterable[Labelled]) -> Q:
    """The rule that nothing comes in."""
    return reduce(and_, (Q(**{f"{name}__lte": 0}) for name in amount_columns(codes)))

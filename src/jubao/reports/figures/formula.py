"""Arithmetic written in the law's data: names, whole numbers, decimals, + - * / and parentheses, exactly."""

import ast
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}
_LONGEST = 400


class NotAFormula(ValueError):
    """A text holds anything but names, numbers, + - * / and parentheses."""


class FigureMissing(LookupError):
    """A formula needs a figure that nobody recorded, or divides by one that is nought."""


def evaluate(formula: str, values: Mapping[str, Fraction | int]) -> Fraction:
    """The value of a formula over named figures, exactly.

    Args:
        formula: for example ``staff_actual / posts_authorised * 100``.
        values: name to figure; money in fen.
    Raises:
        NotAFormula: the text is more than arithmetic.
        FigureMissing: a name has no value, or a divisor is nought.

    >>> evaluate("(done - 2) / planned * 100", {"done": 5, "planned": 4})
    Fraction(75, 1)
    """
    return _value(_parsed(formula), formula, values)


def names(formula: str) -> tuple[str, ...]:
    """The names a formula uses, in alphabetical order. Raises NotAFormula."""
    found: set[str] = set()
    for node in ast.walk(_parsed(formula)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif not isinstance(node, ast.Load | ast.operator | ast.unaryop):
            _refuse_unless_arithmetic(node, formula)
    return tuple(sorted(found))


def _parsed(formula: str) -> ast.expr:
    if len(formula) > _LONGEST:
        raise NotAFormula(f"算式“{formula[:20]}……”超过 {_LONGEST} 字，请拆开")
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise NotAFormula(f"“{formula}”不是算式，请改用指标名、数字、加减乘除和括号") from error


def _refuse_unless_arithmetic(node: ast.AST, formula: str) -> None:
    number = isinstance(node, ast.Constant) and type(node.value) in {int, float}
    binary = isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS
    if not (number or binary or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub))):
        raise NotAFormula(f"算式“{formula}”中含有加减乘除以外的内容，请改写")


def _value(node: ast.expr, formula: str, values: Mapping[str, Fraction | int]) -> Fraction:
    match node:
        case ast.Name(id=name):
            if name not in values:
                raise FigureMissing(f"算式“{formula}”缺少数据 {name}，请先登记")
            return Fraction(values[name])
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            sides = _value(left, formula, values), _value(right, formula, values)
            try:
                return _OPERATORS[type(operator)](*sides)
            except ZeroDivisionError:
                raise FigureMissing(f"算式“{formula}”的除数为零，无法计算") from None
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, formula, values)
    _refuse_unless_arithmetic(node, formula)
    assert isinstance(node, ast.Constant)
    return Fraction(Decimal(ast.unparse(node)))

"""`needed_when`: a small expression over the customer's facts, such as
`hsts and "apex" in hostname_kinds`.

It is parsed by Python's own parser and then walked over a short list of node types: names of
facts, constants, lists of constants, `and`, `or`, `not` and comparisons. No attribute, call,
index, arithmetic or comprehension exists here, so an expression can neither reach anything nor
run long. `true` and `false` may be written in lower case.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from onboarding.checklists.facts import Fact, Value
from onboarding.errors import BadInput

LONGEST = 400
DEEPEST = 12
_CONSTANTS = {"true": True, "false": False}
_Test = Callable[[Any, Any], Any]
_ORDER: dict[type[ast.cmpop], _Test] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_TESTS: dict[type[ast.cmpop], _Test] = {
    **_ORDER,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_LANGUAGE = "allowed are facts, numbers, quoted text, [lists], and, or, not, in, == != < <= > >="


def check(text: str, known: Mapping[str, Fact]) -> frozenset[str]:
    """Refuse an expression that could not be evaluated; return the facts it names.

    Raises BadInput for bad grammar, an unknown fact (naming the nearest), or kinds that do not
    go together, such as ordering a text.
    """
    tree = _parsed(text)
    for name in sorted(_names(tree)):
        if name not in known:
            raise _unknown(name, known)
    kind = _kind(tree, known)
    if kind != "yes_no":
        raise BadInput(f"the expression gives a {kind}, not yes or no", hint=_compare_hint(kind))
    return _names(tree)


def holds(text: str, values: Mapping[str, Value]) -> bool:
    """Whether the expression is true for these facts; an empty one always is.

    `values` as from `facts.complete`. Raises BadInput where `check` would have.
    """
    if not text.strip():
        return True
    tree = _parsed(text)
    for name in sorted(_names(tree)):
        if name not in values:
            raise _unknown(name, values)
    return bool(_value(tree, values))


@lru_cache(maxsize=2048)
def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise BadInput(
            f"the expression has {len(text)} characters",
            hint=f"expected at most {LONGEST}; split the item or add a fact that says it in one word",
        )
    if not text.isascii() or "\\" in text or "#" in text:
        raise BadInput("the expression holds a character it may not", hint="expected plain ASCII")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as wrong:
        raise BadInput(f"cannot read the expression {text!r}", hint=_LANGUAGE) from wrong
    _only_allowed(tree, DEEPEST)
    return tree


def _only_allowed(node: ast.AST, left: int) -> None:
    if left == 0:
        raise BadInput("the expression is nested too deeply", hint=f"expected at most {DEEPEST}")
    if isinstance(node, ast.BoolOp):
        parts: list[ast.AST] = list(node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        parts = [node.operand]
    elif isinstance(node, ast.Compare) and _comparable(node):
        parts = [node.left, *node.comparators]
    elif isinstance(node, ast.Name) or _constant(node) or _constants(node):
        parts = []
    else:
        raise BadInput(f"{type(node).__name__} is no part of an expression", hint=_LANGUAGE)
    for part in parts:
        _only_allowed(part, left - 1)


def _comparable(node: ast.Compare) -> bool:
    return not any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)


def _constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str)


def _constants(node: ast.AST) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and all(_constant(one) for one in node.elts)


def _names(tree: ast.expr) -> frozenset[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(found - _CONSTANTS.keys())


def _unknown(name: str, known: Mapping[str, object]) -> BadInput:
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    return BadInput(
        f"unknown fact {name!r}", hint=f"{meant}known facts: {', '.join(sorted(known))}"
    )


def _compare_hint(kind: str) -> str:
    if kind == "list":
        return 'expected a comparison, such as "apex" in hostname_kinds'
    return "expected a comparison, such as origins > 1"


def _kind(node: ast.expr, known: Mapping[str, Fact]) -> str:
    """The kind of value a node gives; raises BadInput where its parts do not go together."""
    if isinstance(node, ast.Name):
        return "yes_no" if node.id in _CONSTANTS else known[node.id].kind
    if isinstance(node, ast.Constant):
        return _constant_kind(node.value)
    if isinstance(node, ast.List | ast.Tuple):
        return "list"
    if isinstance(node, ast.Compare):
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            _check_pair(left, op, right, known)
            left = right
        return "yes_no"
    parts = node.values if isinstance(node, ast.BoolOp) else [_operand(node)]
    for part in parts:
        kind = _kind(part, known)
        if kind != "yes_no":
            raise BadInput(
                f"{ast.unparse(part)!r} is a {kind}, not yes or no", hint=_compare_hint(kind)
            )
    return "yes_no"


def _operand(node: ast.expr) -> ast.expr:
    assert isinstance(node, ast.UnaryOp)
    return node.operand


def _constant_kind(value: object) -> str:
    if isinstance(value, bool):
        return "yes_no"
    return "text" if isinstance(value, str) else "number"


def _check_pair(left: ast.expr, op: ast.cmpop, right: ast.expr, known: Mapping[str, Fact]) -> None:
    one, other = _kind(left, known), _kind(right, known)
    pair = f"{ast.unparse(left)!r} ({one}) and {ast.unparse(right)!r} ({other})"
    if isinstance(op, ast.In | ast.NotIn):
        if other != "list" or not _may_hold(right, one):
            raise BadInput(
                f"{pair} do not go with in", hint="expected a value in a list of its kind"
            )
    elif type(op) in _ORDER:
        if one != "number" or other != "number":
            raise BadInput(f"{pair} cannot be ordered", hint="expected two numbers")
    elif one != other:
        raise BadInput(f"{pair} are never equal", hint="expected two values of one kind")


def _may_hold(holder: ast.expr, kind: str) -> bool:
    """Whether a list can hold a value of this kind: facts of kind list hold texts."""
    if isinstance(holder, ast.List | ast.Tuple):
        return all(_kind(one, {}) == kind for one in holder.elts)
    return kind == "text"


def _value(node: ast.expr, values: Mapping[str, Value]) -> object:
    if isinstance(node, ast.Name):
        return _CONSTANTS.get(node.id, values.get(node.id))
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(_value(one, values) for one in node.elts)
    if isinstance(node, ast.BoolOp):
        outcomes = (bool(_value(one, values)) for one in node.values)
        return all(outcomes) if isinstance(node.op, ast.And) else any(outcomes)
    if isinstance(node, ast.Compare):
        return _compared(node, values)
    return not _value(_operand(node), values)


def _compared(node: ast.Compare, values: Mapping[str, Value]) -> bool:
    left = _value(node.left, values)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = _value(comparator, values)
        try:
            true = _TESTS[type(op)](left, right)
        except TypeError as wrong:
            raise BadInput(f"cannot compare {left!r} with {right!r}", hint=_LANGUAGE) from wrong
        if not true:
            return False
        left = right
    return True

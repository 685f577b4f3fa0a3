"""Small questions about tokens that several rules ask."""

from __future__ import annotations

from deploymend.core.gate.tokens import Code, Kind

# Words that are no value themselves: an operand follows them (ECMA-262 12.7.2, those that begin an expression).
_BEFORE_OPERAND = frozenset(
    ("return", "typeof", "case", "do", "else", "in", "instanceof", "new", "void", "delete", "throw", "await", "yield")
)
# Words whose round brackets hold a condition or a head, not arguments.
HEADS = frozenset(("if", "while", "for", "with", "catch", "switch"))


def ends_operand(code: Code, index: int) -> bool:
    """True when the token there ends a value, so that what follows is an operator: `x`, `f()`, `a[0]`, `'s'`."""
    token = code.at(index)
    if token.kind is Kind.WORD:
        return token.value not in _BEFORE_OPERAND
    if token.sign(")"):
        return code.at(code.partner(index) - 1).value not in HEADS
    return token.sign("]") or token.kind in (Kind.STRING, Kind.NUMBER, Kind.REGEX)


def dotted_name(code: Code, index: int) -> str:
    """The name that ends at a word, with what it hangs on: `console.log`, `process.env.HOME`, `x?.y` as `x.y`."""
    parts = [code.at(index).value]
    while code.at(index - 1).sign(".", "?.") and code.at(index - 2).word():
        index -= 2
        parts.append(code.at(index).value)
    return ".".join(reversed(parts))

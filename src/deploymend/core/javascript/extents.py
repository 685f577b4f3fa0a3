"""How far a statement, a type or a pure value reaches. Every answer may be None: not understood, so not touched."""

from __future__ import annotations

from deploymend.core.javascript.module import Module
from deploymend.core.javascript.tokens import Kind

_CONTINUE = frozenset(("in", "instanceof", "of", "as", "satisfies", "extends", "is"))
_NO_OPERANDS = frozenset(("new", "await", "yield", "delete", "class", "import", "super", "throw", "this"))
_SIGNS = frozenset(("-", "+", "!", "~", "typeof", "void"))
_CLOSERS = frozenset((")", "]", "}"))
_ENDS = _CLOSERS | {";", ""}
_OPERANDS = (Kind.WORD, Kind.NUMBER, Kind.STRING, Kind.REGEX, Kind.TEMPLATE)
# Words that something must follow: a line that ends in one goes on.
_LEAD_ON = _CONTINUE | (_NO_OPERANDS - {"super", "this"}) | {"typeof", "case", "default", "do", "else", "export"}
# What may begin a line and still carry on a type; after any other sign TypeScript begins a statement.
_TYPE_GOES_ON = frozenset(("|", "&", "=>", "?", ":", ".", ",", "=", ">"))

MOST_STEPS = 300
"""Tokens and bracketed groups looked over for one end: longer types and expressions are not understood."""


def ends_statement(module: Module, index: int) -> bool:
    """True when a statement may end before this token: `;`, `}`, the end, or a line break that nothing carries on over.

    ECMA-262 12.10 (automatic semicolons), only the cases beyond doubt: an operand, then a word on the next line.
    """
    if index >= len(module.tokens) or module.word(index) in (";", "}"):
        return True
    token = module.tokens[index]
    new_word = (token.kind is Kind.WORD or token.text == "@") and token.text not in _CONTINUE
    return new_word and _breaks_after_operand(module, index)


def _breaks_after_operand(module: Module, index: int) -> bool:
    before = module.tokens[index - 1]
    operand = before.kind in _OPERANDS or before.text in _CLOSERS or before.text == ">"
    return operand and not _leads_on(module, index - 1) and module.breaks_before(index)


def _leads_on(module: Module, index: int) -> bool:
    """True for a word that something must follow; `void` is one unless it is a type: `(): void`, `() => void`."""
    word = module.word(index)
    return word in _LEAD_ON or (word == "void" and module.word(index - 1) not in (":", "=>"))


def _may_begin(module: Module, index: int) -> bool:
    """True for what no expression goes on with on a new line: `{`, `!`, `++`, a literal. What is before has ended."""
    token = module.tokens[index]
    begins = token.text in ("{", "!", "~", "++", "--") or token.kind in (Kind.STRING, Kind.NUMBER, Kind.REGEX)
    return begins and _breaks_after_operand(module, index)


def type_end(module: Module, index: int) -> int:
    """The index behind a type annotation that starts here: at `=`, `,`, `;`, a closer, or the statement's end."""
    angles, first = 0, index
    for _ in range(MOST_STEPS):
        word = module.word(index)
        if word in _ENDS or (not angles and word in ("=", ",")):
            break
        if index > first and not angles and _type_stops(module, index):
            break
        angles += (word == "<") - (word == ">")
        index = module.pairs.get(index, index) + 1 if word in ("(", "[", "{") else index + 1
    return index


def _type_stops(module: Module, index: int) -> bool:
    if module.tokens[index].kind is Kind.WORD:
        return ends_statement(module, index)
    return module.word(index) not in _TYPE_GOES_ON and _breaks_after_operand(module, index)


def pure_value(module: Module, index: int) -> int | None:
    """The index behind an expression whose evaluation does nothing: literals, names, functions, and lists of those.

    Calls, `new`, `await`, property reads (a getter may act), nesting beyond reason and everything else give None.
    """
    try:
        return _value(module, index)
    except RecursionError:
        return None


def _value(module: Module, index: int) -> int | None:
    while module.word(index) in _SIGNS:
        index += 1
    end = _operand(module, index)
    while end is not None and module.word(end) in ("as", "satisfies"):
        end = type_end(module, end + 1)
    return end


def _operand(module: Module, index: int) -> int | None:
    if index >= len(module.tokens):
        return None
    token = module.tokens[index]
    if token.text in ("(", "async", "function", "<"):
        return _function(module, index)
    if token.text == "{":
        return _object(module, index)
    if token.text == "[":
        return _list(module, index)
    if token.kind in (Kind.NUMBER, Kind.STRING, Kind.REGEX):
        return index + 1
    if token.kind is Kind.TEMPLATE:
        return index + 1 if token.text.endswith("`") and token.text.startswith("`") else None
    if token.kind is Kind.WORD and token.text not in _NO_OPERANDS:
        return _arrow_body(module, index + 2) if module.word(index + 1) == "=>" else index + 1
    return None


def _function(module: Module, index: int) -> int | None:
    """`function f() {}`, `(a) => b`, `async <T,>(a: T): T => {}`, or a pure value in brackets."""
    opening = first_of(module, index, "(", "{", "=>", ";", ")", "}")
    if module.word(opening) == "=>":
        return _arrow_body(module, opening + 1)
    closing = module.pairs.get(opening) if module.word(opening) == "(" else None
    if closing is None:
        return None
    if "function" in (module.word(index), module.word(index + 1)):
        return body_end(module, closing + 1)
    behind = closing + 1
    if module.word(behind) == ":":
        behind = _return_type_end(module, behind + 1)
    if module.word(behind) == "=>":
        return _arrow_body(module, behind + 1)
    return closing + 1 if opening == index and _value(module, index + 1) == closing else None


def first_of(module: Module, index: int, *words: str) -> int:
    """The index of the first of these words from an index on; the file's end when there is none near."""
    stop = min(index + MOST_STEPS, len(module.tokens))
    return next((place for place in range(index, stop) if module.word(place) in words), len(module.tokens))


def body_end(module: Module, index: int) -> int | None:
    """The index behind a function's body, from behind its parameters; None when it has no body (an overload)."""
    if module.word(index) == ":":
        index = _return_type_end(module, index + 1)
    return module.pairs[index] + 1 if module.word(index) == "{" and index in module.pairs else None


def _return_type_end(module: Module, index: int) -> int:
    """Where `=>` or the body's brace follows a return type; a brace that begins a part of the type is skipped."""
    part_begins = True
    for _ in range(MOST_STEPS):
        word = module.word(index)
        if word == "=>" or word in _ENDS or (word == "{" and not part_begins):
            return index
        part_begins = word in ("|", "&", "<", ",", ":", "is")
        index = module.pairs.get(index, index) + 1 if word in ("(", "[", "{") else index + 1
    return index


def _arrow_body(module: Module, index: int) -> int | None:
    if module.word(index) == "{":
        return module.pairs[index] + 1 if index in module.pairs else None
    first, tagged = index, False
    for _ in range(MOST_STEPS):
        word = module.word(index)
        if word == "," or word in _ENDS:
            return index if index > first and not (tagged and not word) else None
        if index > first and (_may_begin(module, index) or ends_statement(module, index)):
            # An attribute of a tag on its own line looks like a new statement: then nobody knows.
            return None if tagged else index
        tagged = tagged or word == "<"
        if word in ("(", "[", "{") or module.tokens[index].text.endswith("${"):
            if index not in module.pairs:
                return None
            index = module.pairs[index]
            index += not module.word(index).endswith("${")
        else:
            index += 1
    return None


def _list(module: Module, index: int) -> int | None:
    closing = module.pairs.get(index)
    if closing is None:
        return None
    index += 1
    while index < closing:
        if module.word(index) != ",":
            end = _value(module, index)
            if end is None or (end != closing and module.word(end) != ","):
                return None
            index = end
        index += index < closing
    return closing + 1


def _object(module: Module, index: int) -> int | None:
    closing = module.pairs.get(index)
    if closing is None:
        return None
    index += 1
    while index < closing:
        end = _property(module, index)
        if end is None or (end != closing and module.word(end) != ","):
            return None
        index = end + (end < closing)
    return closing + 1


def _property(module: Module, index: int) -> int | None:
    """`key: value`, `key`, `key() {}`; computed keys, spreads and accessors are not taken."""
    if module.tokens[index].kind not in (Kind.WORD, Kind.STRING, Kind.NUMBER):
        return None
    if module.word(index) in ("async", "get", "set") and module.word(index + 1) not in (":", ",", "}", "("):
        index += 1
    match module.word(index + 1):
        case ":":
            return _value(module, index + 2)
        case "(":
            closing = module.pairs.get(index + 1)
            return body_end(module, closing + 1) if closing is not None else None
        case "," | "}":
            return index + 1
        case _:
            return None

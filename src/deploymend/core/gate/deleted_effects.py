"""Code that did something and does it no more.

Deleting what is unused cures many failures; deleting what runs only looks like it. A call, a component on a page, a
`throw`, an import for its side effect: gone without another in its place is refused. The body of a function that
nothing names never ran, and what is known to be pure may go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Scene, Seen, Spot, appeared, by_region, compare
from deploymend.core.gate.source import Source
from deploymend.core.gate.tokens import Code, Kind
from deploymend.core.gate.words import HEADS, dotted_name, ends_operand

# Not calls although round brackets follow.
_NO_CALLS = (
    HEADS
    | frozenset(
        (
            "function",
            "return",
            "typeof",
            "await",
            "yield",
            "in",
            "of",
            "do",
            "else",
            "case",
            "void",
            "delete",
            "throw",
            "new",
        )
    )
    | frozenset(
        ("async", "constructor", "instanceof", "as", "satisfies", "extends", "keyof", "get", "set", "static", "export")
    )
)
# Calls whose only effect is their value: the language's own, and React's hooks that keep or read (react.dev/reference).
_PURE = frozenset(
    """
    useState useRef useMemo useCallback useId useContext useReducer useDeferredValue useTransition
    createRef forwardRef memo createContext String Number Boolean BigInt Symbol Object Array Date Map Set WeakMap
    WeakSet URL URLSearchParams RegExp Error parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent
    encodeURI decodeURI structuredClone cn clsx
    """.split()  # noqa: SIM905 - reads better as text
)
_PURE_OWNERS = ("Math", "Object", "Array", "Number", "String", "JSON", "React", "Date", "Symbol")
_IMPURE_METHODS = (
    "assign",
    "defineProperty",
    "defineProperties",
    "setPrototypeOf",
    "freeze",
    "useEffect",
    "startTransition",
)
_CALL, _ELEMENT, _THROW = "call ", "element ", "throw"


def _effects(source: Source) -> Iterator[Spot]:
    code = source.code
    dead = _never_run(code)
    for index, token in code.windows():
        if dead[index] or not source.is_code:
            continue
        if token.word("throw"):
            yield Spot(key=_THROW, line=token.line)
        elif token.sign("(") and (name := _called(code, index)):
            yield Spot(key=_CALL + name, line=code.at(index - 1).line)
        elif token.sign("<") and (name := _element(code, index)):
            yield Spot(key=_ELEMENT + name, line=token.line)


def _called(code: Code, index: int) -> str:
    """The name of what the bracket at `index` calls; empty when it is no call, or a pure one."""
    before = code.at(index - 1)
    if before.sign("?."):
        before, index = code.at(index - 2), index - 1
    if before.sign(")", "]"):
        return "()" if ends_operand(code, index - 1) else ""
    if not before.word() or before.value in _NO_CALLS or code.at(index - 2).word("function"):
        return ""
    name = dotted_name(code, index - 1)
    return "" if _is_pure(name) else name


def _is_pure(name: str) -> bool:
    owner, _, method = name.rpartition(".")
    return name in _PURE or (owner in _PURE_OWNERS and method not in _IMPURE_METHODS)


def _element(code: Code, index: int) -> str:
    """The component that a tag renders: a capital letter, and nothing before it that a type argument would follow."""
    name = code.at(index + 1)
    component = name.word() and name.value[:1].isupper() and name.value not in ("Fragment", "React.Fragment")
    generic = code.at(index - 1).word() and not code.at(index - 1).word("return", "default")
    return name.value if component and not generic else ""


def _never_run(code: Code) -> Sequence[bool]:
    """For each token, whether it stands in a function that nothing names: not exported, and its name occurs once."""
    counts: dict[str, int] = {}
    for token in code.tokens:
        if token.word():
            counts[token.value] = counts.get(token.value, 0) + 1
    dead = [False] * (len(code.tokens) + 1)
    for index, token in code.windows():
        if token.word() and counts[token.value] == 1 and not dead[index]:
            start, stop = _body(code, index)
            dead[start:stop] = [True] * (stop - start)
    return dead


def _body(code: Code, index: int) -> tuple[int, int]:
    """From where to where the body of the function declared under the name at `index` reaches; (0, 0) for none."""
    head = index - 1
    if code.at(head).word("function"):
        start = code.partner(index + 1) + 1 if code.at(index + 1).sign("(") else 0
    elif code.at(head).word("const", "let") and code.at(index + 1).sign("="):
        start = _function_value(code, index + 2)
    else:
        return 0, 0
    if code.at(head - 1).word("async"):
        head -= 1
    opening = start if code.at(start).sign("{") else 0
    private = not code.at(head - 1).word("export", "default")
    return (opening, code.partner(opening) + 1) if opening and private and code.partner(opening) > 0 else (0, 0)


def _function_value(code: Code, index: int) -> int:
    """Where the braces of `(…) => {`, `async (…) => {` or `function (…) {` begin; 0 when it is none of them."""
    while code.at(index).word("async", "function"):
        index += 1
    end = code.partner(index) if code.at(index).sign("(") else -1
    arrow = end + 1 if end > 0 else 0
    return (arrow + 1 if code.at(arrow).sign("=>") else arrow) if arrow else 0


def _deleted_calls(scene: Scene) -> Iterator[Hit]:
    new, old = compare(scene, _effects)
    replaced = by_region(new)
    for place, gone in by_region(old).items():
        for seen in _left(gone, replaced.get(place, [])):
            yield Hit(path=seen.path, detail=seen.spot.key.strip())


def _left(gone: list[Seen], come: list[Seen]) -> list[Seen]:
    """What has no successor: each new call in the same hunk stands in for one old call, as after a rename.

    A call that only prints stands in for none.
    """
    for kind in (_CALL, _ELEMENT, _THROW):
        successors = sum(seen.spot.key.startswith(kind) and "console." not in seen.spot.key for seen in come)
        of_kind = [seen for seen in gone if seen.spot.key.startswith(kind)]
        gone = [seen for seen in gone if seen not in of_kind[:successors]]
    return gone


def _side_effect_imports(source: Source) -> Iterator[Spot]:
    code = source.code
    for index, token in code.windows():
        module = code.at(index + 1)
        if token.word("import") and module.kind is Kind.STRING and not code.at(index - 1).sign("."):
            yield Spot(key=module.value, line=token.line)


def _deleted_imports(scene: Scene) -> Iterator[Hit]:
    new, old = compare(scene, _side_effect_imports)
    replaced = by_region(new)
    for place, gone in by_region(old).items():
        for seen in gone[len(replaced.get(place, [])) :]:
            yield Hit(path=seen.path, detail=f"import '{seen.spot.key}'")


def _switched_off(source: Source) -> Iterator[Spot]:
    """`if (false)`, `while (0)`, `false && …`: the code is still there and never runs."""
    code = source.code
    for index, token in code.windows():
        never = code.at(index + 1)
        if token.sign("(") and code.at(index - 1).word("if", "while") and code.at(index + 2).sign(")"):
            if never.value in ("false", "0", "null", "undefined"):
                yield Spot(key=f"{code.at(index - 1).value} ({never.value})", line=token.line)
        elif token.word("false") and never.sign("&&"):
            yield Spot(key="false &&", line=token.line)


DELETED_EFFECTS = (
    Rule(name="deleted-call", why="removes code that did something", find=_deleted_calls),
    Rule(
        name="deleted-side-effect-import", why="removes an import that is there for what it does", find=_deleted_imports
    ),
    Rule(name="disabled-code", why="keeps code that never runs any more", find=lambda s: appeared(s, _switched_off)),
)

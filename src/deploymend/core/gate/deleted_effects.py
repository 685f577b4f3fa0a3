"""Code that did something and does it no more.

Deleting what is unused cures many failures; deleting what runs only looks like it. A call, a component on a page, a
`throw`, an import for its side effect: gone without another in its place is refused. The body of a function that
nothing names never ran, and what is known to be pure may go.
"""

from __future__ import annotations

from collections.abc import Iterator

from deploymend.core.gate.never_run import never_run
from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Scene, Seen, Spot, appeared, by_region, compare
from deploymend.core.gate.source import Source
from deploymend.core.gate.tokens import Code, Kind
from deploymend.core.gate.words import HEADS, dotted_name, ends_operand

# Not calls although round brackets follow, unless they are members: `cache.delete(key)`, `promise.catch(report)`.
_NO_CALLS = HEADS | frozenset(
    """
    function return typeof await yield in of do else case void delete throw new async constructor instanceof as
    satisfies extends keyof export default
    """.split()  # noqa: SIM905 - reads better as text
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
_MODIFIERS = "async get set static public private protected override abstract".split()  # noqa: SIM905 - reads better
_IN_TYPES = ("<", ">", ",", ".", "|", "&", "[", "]")
_FAR = 500
"""Tokens looked back over, so that hostile code costs little."""


def _effects(source: Source) -> Iterator[Spot]:
    if not source.is_code:
        return
    code, dead = source.code, never_run(source)
    for index, token in code.windows():
        if dead[index]:
            continue
        if token.word("throw"):
            yield Spot(key=_THROW, line=token.line)
        elif token.sign("(") and (name := _called(code, index)):
            yield Spot(key=_CALL + name, line=code.at(index - 1).line)
        elif token.sign("<") and (name := _element(code, index)):
            yield Spot(key=_ELEMENT + name, line=token.line)


def _called(code: Code, opening: int) -> str:
    """The name of what the bracket at `opening` calls; empty when it is no call, or a pure one."""
    last = opening - 1
    last = _before_type_arguments(code, last - code.at(last).sign("?."))
    before, owner = code.at(last), code.at(last - 1)
    if before.sign(")", "]"):
        return "()" if ends_operand(code, last) else ""
    member = owner.sign(".", "?.")
    if not before.word() or owner.word("function") or (before.value in _NO_CALLS and not member):
        return ""
    name = dotted_name(code, last)
    return "" if _is_pure(name) or _is_method(code, last, opening) else name


def _before_type_arguments(code: Code, index: int) -> int:
    """Where the name ends that `<A, B>` follows, when those are type arguments that end at `index`; else `index`."""
    depth = 0
    for place in range(index, max(index - _FAR, -1), -1):
        token = code.at(place)
        depth += token.sign(">") - token.sign("<")
        if depth == 0:
            named = place < index and code.at(place - 1).word() and not code.at(place - 2).word("function")
            return place - 1 if named else index
        if depth < 0 or not (token.kind in (Kind.WORD, Kind.STRING) or token.sign(*_IN_TYPES)):
            break
    return index


def _is_method(code: Code, name: int, opening: int) -> bool:
    """`{ save() {…} }`, `save(): void;`: declared here, not called.

    A brace on the same line follows a call only in `extends mixin(Base) {`; on the next line it may be a block. A
    colon follows a call only in `a ? save() : b` and `case a, save():`.
    """
    closing, before = code.partner(opening), code.at(name - 1)
    behind = code.at(closing + 1)
    if behind.sign("{"):
        heir = before.word("extends", "new") or before.sign(".", "?.")
        return not heir and behind.line == code.at(closing).line
    if before.sign(","):
        owner = _enclosing(code, name)
        return behind.sign(":") and code.at(owner).sign("{") and not code.at(owner - 1).sign(")")
    return behind.sign(":") and (before.sign("{", ";", "}") or before.word(*_MODIFIERS))


def _enclosing(code: Code, index: int) -> int:
    """Where the brackets open that a token stands in; -1 at the top, and when that is far away."""
    for _ in range(_FAR):
        index -= 1
        if code.at(index).sign("(", "[", "{"):
            return index
        if code.at(index).sign(")", "]", "}"):
            index = code.partner(index)
        if index < 0:
            break
    return -1


def _is_pure(name: str) -> bool:
    owner, _, method = name.rpartition(".")
    return name in _PURE or (owner in _PURE_OWNERS and method not in _IMPURE_METHODS)


def _element(code: Code, index: int) -> str:
    """The component that a tag renders: a capital letter, and nothing before it that a type argument would follow."""
    name = code.at(index + 1)
    component = name.word() and name.value[:1].isupper() and name.value not in ("Fragment", "React.Fragment")
    generic = code.at(index - 1).word() and not code.at(index - 1).word("return", "default")
    return name.value if component and not generic else ""


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

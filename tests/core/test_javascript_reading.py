"""What is read from a module: places, extents, imports, exports, aliases, spans."""

from __future__ import annotations

import pytest

from deploymend.core.javascript.aliases import Alias, find_aliases
from deploymend.core.javascript.declarations import declaration_of
from deploymend.core.javascript.draft import Cure, draft, summarise
from deploymend.core.javascript.exports import find_exports
from deploymend.core.javascript.extents import pure_value
from deploymend.core.javascript.imports import find_imports
from deploymend.core.javascript.module import MAX_CHARS, Module, read_module
from deploymend.core.javascript.peers import peer_ranges
from deploymend.core.javascript.spans import Span, apply_spans
from deploymend.core.javascript.specifiers import Use, find_specifiers
from deploymend.core.javascript.tree import ModuleTree, Target, respell
from deploymend.core.model import Category, Cause, Decline, Repair


def _module(text: str, path: str = "a.tsx") -> Module:
    module = read_module(path, text)
    assert module is not None
    return module


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [(1, 1, 0), (2, 1, 3), (3, 2, 6), (3, 1, 5), (4, 3, 9), (4, 2, None), (4, 9, None), (9, 1, None), (0, 1, None)],
)
def test_places_count_lines_and_utf16_units(line: int, column: int, found: int | None) -> None:
    """CRLF is one line end, U+2028 is one too, an emoji is two columns; outside is nowhere."""
    assert _module("a\r\nb\u2028cd\n😀e\n").offset(line, column) == found


@pytest.mark.parametrize(
    ("path", "text"), [("a.css", "x"), ("a.ts", None), ("a.ts", "x" * (MAX_CHARS + 1)), ("README", "x")]
)
def test_what_is_not_a_source_is_not_read(path: str, text: str | None) -> None:
    """Other files, unreadable ones, bundles."""
    assert read_module(path, text) is None


def test_components_are_read_for_their_scripts_only() -> None:
    """Front matter and script blocks, at their own places; markup is not code."""
    text = "---\nimport a from 'a'\n---\n<p>import b from 'b'</p>\n<script>import c from 'c'</script>"
    module = _module(text, "x.astro")
    assert [found.specifier for found in find_imports(module)] == ["a", "c"]
    assert [token.text for token in module.tokens if text[token.start : token.stop] != token.text] == []
    assert module.comment_within(0, len(text)) is False


def test_brackets_that_do_not_match_have_no_partners() -> None:
    """A wrong closer ends the pairing of what was open; what comes after is paired again."""
    module = _module("( [ ) { }")
    assert module.pairs == {3: 4, 4: 3}
    assert module.token_at(None) is None
    assert module.token_at(1) is None
    assert module.breaks_before(0)
    assert module.word(-1) == module.word(99) == ""


@pytest.mark.parametrize(
    ("value", "pure"),
    [
        ("-1", True),
        ("typeof b", True),
        ("/x/g", True),
        ("`x`", True),
        ("`x${b}`", False),
        ("(b)", True),
        ("(b())", False),
        ("(b as C)", True),
        ("b satisfies C<D, E>", True),
        ("b as const", True),
        ("[1, b, , 'c'][0]", False),
        ("[b()]", False),
        ("[b c]", False),
        ("[", False),
        ("{ a, 'b': 1, 2: c, async d() {}, get() {}, e: { f } }", True),
        ("{ get a() { return 1 } }", True),
        ("{ [a]: 1 }", False),
        ("{ ...a }", False),
        ("{ a b }", False),
        ("{ a(b }", False),
        ("{ a(): { b: 1 } { return c } }", True),
        ("{ a( ", False),
        ("x => y => z()", True),
        ("x => `a${b()}c`", True),
        ("x => `a${b}${c}d`", True),
        ("x => ({ a: b() })", True),
        ("x => ", False),
        ("x => ,", False),
        ("x => {", False),
        ("x => b(", False),
        ("x => <B c={1} />", False),
        ("x =>\n  <B\n    c />", False),
        ("async x => y()", True),
        ("async (x) => y()", True),
        ("async", False),
        ("(x): { a: 1 } | { b: 2 } => y()", True),
        ("(x): x is B => y()", True),
        ("(x): ", False),
        ("<T,>(x: T) => x", True),
        ("<T", False),
        ("function* f(a) { yield b() }", True),
        ("function f(a): { b: 1 } { c() }", True),
        ("function f(a);", False),
        ("function {", False),
        ("(a", False),
        ("this", False),
        ("new A()", False),
        ("await b", False),
        ("b.c", False),
        ("b()", False),
        ("b + c", False),
        ("b!", False),
        ("", False),
        ("[" * 5_000 + "]" * 5_000, False),
    ],
)
def test_pure_values_are_known_and_all_others_are_not(value: str, pure: bool) -> None:  # noqa: FBT001 - a table
    """Literals, names, functions and lists of those; nothing that could act when it is evaluated."""
    module = _module(f"const a = {value}")
    end = pure_value(module, 3)
    assert (end == len(module.tokens)) is pure


@pytest.mark.parametrize(
    ("text", "name", "extent"),
    [
        ("function* a() {} b", 2, "function* a() {}"),
        ("x = a * b", 4, None),
        ("export function a() {}", 2, None),
        ("x = function a() {}", 3, None),
        ("function a;", 1, None),
        ("function a(b);", 1, None),
        ("interface A<T> extends B { c: 1 }\nd()", 1, "interface A<T> extends B { c: 1 }"),
        ("export interface A {}", 2, None),
        ("interface A;", 1, None),
        ("type A<T = 1> = Map<T, string>\nb()", 1, "type A<T = 1> = Map<T, string>"),
        ("type A = () => void\nb()", 1, "type A = () => void"),
        ("type A", 1, None),
        ("declare type A = 1", 2, None),
        ("x\nlet { a } = b;", 2, "let { a } = b;"),
        ("const 'a' = 1", 1, None),
        ("class A {}", 1, None),
        ("a", 0, None),
    ],
)
def test_declarations_end_where_they_end(text: str, name: int, extent: str | None) -> None:
    """Whole statements only, and only those that nobody outside can see."""
    module = _module(text)
    found = declaration_of(module, name)
    if extent is None:
        assert found is None
    else:
        assert found is not None
        assert text[module.tokens[found.first].start : module.tokens[found.last].stop] == extent


@pytest.mark.parametrize(
    "text",
    [
        "import x = require('x')",
        "import('x')",
        "import.meta.url",
        "import { a b } from 'x'",
        "import { a ",
        "import a from b",
        "import a from",
        "import 'x'",
        "import * from 'x'",
    ],
)
def test_forms_that_bind_nothing_known_are_left_out(text: str) -> None:
    """Neither dynamic imports nor broken declarations count as import declarations."""
    assert find_imports(_module(text)) == ()


def test_imports_are_read_with_their_names() -> None:
    """Types, aliases, the names `type` and `as`, attributes, string names."""
    text = "import type D, { type, type as as, 'x-y' as z, type T as U } from 'x' assert { type: 'json' };"
    (found,) = find_imports(_module(text))
    assert found.type_only
    assert [(one.imported, one.local) for one in found.bindings] == [
        ("default", "D"),
        ("type", "type"),
        ("type", "as"),
        ("x-y", "z"),
        ("T", "U"),
    ]
    assert (found.start, found.stop) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "names", "complete"),
    [
        ("export * as a from 'b'", {"a"}, True),
        ("export * from 'b'", set(), False),
        ("export type * from 'b'", set(), False),
        ("export type { A, B as C }", {"A", "C"}, True),
        ("export = a", set(), False),
        ("module.exports = a", set(), False),
        ("exports.a = 1; x.export", set(), True),
        ("export function* a() {}", {"a"}, True),
        ("export const enum A {}; export declare namespace B {}", {"A", "B"}, True),
        ("export const [a, b] = c", {"a", "b"}, True),
        ("export @x class A {}", set(), True),
    ],
)
def test_exports_are_read(text: str, names: set[str], complete: bool) -> None:  # noqa: FBT001 - a table
    """Every form that names what it exports; the others say that more may come."""
    found = find_exports(_module(text))
    assert (set(found.names), found.complete) == (names, complete)


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("import a from 'x'", Use.STATIC),
        ("export { a } from 'x'", Use.STATIC),
        ("import 'x'", Use.SIDE_EFFECT),
        ("import('x')", Use.DYNAMIC),
        ("require('x')", Use.OTHER),
        ("require.resolve('x')", Use.OTHER),
        ("new URL('x', import.meta.url)", Use.OTHER),
        ("new URL('x', base)", None),
        ("a.require('x')", None),
        ("call('x')", None),
        ("a from 'x'", None),
        ("(from 'x'", None),
        ("x.import 'x'", None),
        ("import('\\x')", None),
        ("import(`a${b}`)", None),
    ],
)
def test_specifiers_are_told_by_what_names_them(text: str, use: Use | None) -> None:
    """Only strings that load a module count."""
    found = find_specifiers(_module(text))
    assert [one.use for one in found] == ([] if use is None else [use])


def test_broken_configurations_give_the_customary_aliases() -> None:
    """Odd entries are skipped; a chain that refers to itself ends."""
    config = (
        '{"extends": ["./tsconfig.json", "package"], "references": [{"path": 1}, {"path": "lib"}],'
        ' "compilerOptions": {"paths": {"x": ["y"], "a/*/b": [], "b/*": "c", "d/*": ["e"], "f/*": ["g/*"]}}}'
    )
    files = {"tsconfig.json": config, "lib/tsconfig.json": '{"compilerOptions": {"baseUrl": "."}}'}
    found = find_aliases("src/a.ts", files.get)
    assert found[:2] == (Alias(head="f/", folders=("g",)), Alias(head="", folders=("lib",)))
    assert [alias.head for alias in found[2:]] == ["@/", "~/", "$lib/"]


def test_a_folder_in_another_case_that_the_specifier_does_not_name_is_no_match() -> None:
    """The specifier could not say it."""
    tree = ModuleTree(("Src/B.ts", "src/a.ts"), lambda _path: None)
    assert tree.real_case("./b", "src/a.ts") is None
    assert tree.real_case("./B.js", "src/a.ts") is None
    assert respell(Target(head="./", rest="b", base="b"), "other.ts") is None


def test_a_component_exports_itself() -> None:
    """As its default, whatever its script says."""
    assert find_exports(_module("<script></script>", "A.vue")).offers(frozenset(("default", "*")))


def test_peers_are_read_from_locks_with_other_content() -> None:
    """Other names and blocks are passed over."""
    lock = "a:\n  peerDependencies:\n    x: '1'\n    y: 2\n  z: 3\n"
    assert peer_ranges("yarn.lock", lock, "y") == ("2",)
    assert peer_ranges("yarn.lock", lock, "z") == ()


def test_cures_that_overlap_or_cannot_be_read_are_left() -> None:
    """The first of two that clash is taken; a file that is gone is not edited; notes are shortened."""
    cause = Cause(category=Category.IMPORT, kind="k", message="m")
    other = Cause(category=Category.IMPORT, kind="k2", message="m")
    cures = [
        Cure(causes=(cause,), path="a", spans=(Span(start=0, stop=2, text="x"),), note="one"),
        Cure(causes=(other,), path="a", spans=(Span(start=1, stop=3),), note="two"),
    ]
    answer = draft("f", cures, {"a": "abc"}.get)
    assert isinstance(answer, Repair)
    assert (answer.causes, answer.edits[0].after, answer.summary) == ((cause,), "xc", "one")
    assert isinstance(draft("f", cures, lambda _path: None), Decline)
    assert summarise(["a", "b", "a", "c", "d", "e"]) == "a; b; c; and 2 more"
    assert apply_spans("abc", [Span(start=1, stop=2), Span(start=1, stop=2)]) == "ac"

"""Whole declarations that nothing names may go; every other call stays."""

from collections.abc import Callable

import pytest

UNUSED = [
    ("with a return type", "a.ts", "function g(): void { save(); }\n"),
    ("with an object as return type", "a.ts", "function g(): { a: string } { return save(); }\n"),
    ("async, with a generic return type", "a.ts", "async function g(): Promise<void> { await save(); }\n"),
    ("generic", "a.ts", "function g<T extends object>(a: T) { save(a); }\n"),
    ("a generic arrow", "a.tsx", "const g = <T,>(a: T): T => { save(a); return a; };\n"),
    ("an expression's body", "a.ts", "const g = (a: A) => save(a);\n"),
    ("an expression's body without semicolons", "a.ts", "const g = (a: A) =>\n  load(a)\n    .then(save)\n"),
    ("an arrow without brackets", "a.js", "const g = a => save(a)\n"),
    ("an arrow with a type", "a.ts", "const g: Handler = async (a) => { save(a); };\n"),
    ("recursive", "a.ts", "function g(n: number) { save(n); if (n) g(n - 1); }\n"),
    ("a generator", "a.ts", "function* g() { yield save(); }\n"),
    ("an inner function", "a.ts", "function outer() { const g = () => save(); return 1; }\nouter();\n"),
    ("a default value that calls", "a.ts", "function g(a = load()) { save(a); }\n"),
    ("an object with methods", "a.ts", "const g = { y() { save(); }, z: () => save() };\n"),
    ("a component", "a.tsx", "const G = () => <Login onSave={() => save()} />;\n"),
    ("only called by another that goes", "a.ts", "const h = () => save();\nfunction g() { h(); }\n"),
    ("like a member elsewhere, in a module", "a.ts", "import a from 'a';\na.g = 1;\nfunction g() { save(); }\n"),
    (
        "in a component's script",
        "a.vue",
        "<script>\nfunction forgotten() { save() }\n</script>\n<template>a</template>\n",
    ),
]

RUNNING = [
    ("exported", "a.ts", "export function g() { save(); }\n"),
    ("an exported arrow", "a.ts", "export const g = () => save();\n"),
    ("exported as default", "a.ts", "export default function g() { save(); }\n"),
    ("exported further down", "a.ts", "function g() { save(); }\nexport { g };\n"),
    ("exported by CommonJS", "a.js", "const g = () => save();\nmodule.exports = { g };\n"),
    ("with a return type that never ends", "a.ts", f"function g(): {'a | ' * 400} b {{ save(); }}\n"),
    ("called above", "a.ts", "g();\nfunction g() { save(); }\n"),
    ("named by an escape", "a.ts", "function g() { save(); }\nrun(\\u0067);\n"),
    ("rendered", "a.tsx", "const G = () => { save(); return null; };\nconst p = <G.H />;\n"),
    ("called at once", "a.ts", "const g = (() => { save(); })();\n"),
    ("called at once, by name", "a.ts", "(function g() { save(); })();\n"),
    ("called at once, as a value", "a.ts", "const g = function () { save(); }();\n"),
    ("called at once on the next line", "a.ts", "const g = function () { save(); }\n(a);\n"),
    ("called behind a lone word", "a.ts", "void\nfunction g() { save(); }();\n"),
    ("called through window", "a.js", "function g() { save(); }\nwindow.g;\n"),
    ("called by its name as text", "a.js", "function g() { save(); }\nwindow['g'];\n"),
    ("seen by eval", "a.ts", "import 'a';\nfunction g() { save(); }\neval(text);\n"),
    ("the value of a call", "a.ts", "const g = wrap(() => { save(); });\n"),
    ("one of two variables", "a.ts", "const a = save(), g = () => 1;\n"),
    ("a block behind an arrow", "a.ts", "const g = () => a\n{ save(); }\n"),
    ("a call behind an arrow", "a.ts", "const g = () => a\n!function () { save() }()\n"),
    ("a count behind an arrow", "a.ts", "const g = () => a\n++save().b\n"),
    ("a call behind a type", "a.ts", "const g: () => B\n(save())\n"),
    ("a pattern with a default", "a.ts", "const { g = save() } = a;\n"),
    ("an unused class", "a.ts", "class G { static a = save(); }\n"),
    ("used in a template", "a.vue", "<script>\nfunction send() { save() }\n</script>\n<b @click='send'/>\n"),
    ("a directive", "a.vue", "<script>\nconst vFocus = { mounted: a => save(a) }\n</script>\n<b v-focus/>\n"),
    ("a store", "a.svelte", "<script>\nconst st = { subscribe(f) { save(f) } }\nshow($st)\n</script>\n"),
    ("a page's own script", "a.html", "<script>\nfunction send() { save() }\n</script><b onclick='send()'>"),
    ("code that is torn", "a.ts", "const g = () => { save();\n"),
]


@pytest.mark.parametrize(("path", "text"), [case[1:] for case in UNUSED], ids=[case[0] for case in UNUSED])
def test_an_unused_declaration_may_go(broken: Callable[..., set[str]], path: str, text: str) -> None:
    """A declaration that nothing reaches never ran: it may be deleted whole, calls and all."""
    kept = "".join(line for line in text.splitlines(keepends=True) if "save" not in line and "load" not in line)
    after = (
        kept.replace("    .then(save)\n", "")
        .replace("const g = (a: A) =>\n", "")
        .replace("function g() { h(); }\n", "")
    )
    assert broken((path, text, after)) == set()


@pytest.mark.parametrize(("path", "text"), [case[1:] for case in RUNNING], ids=[case[0] for case in RUNNING])
def test_what_may_run_stays(broken: Callable[..., set[str]], path: str, text: str) -> None:
    """Code that something reaches, or may reach, is not deleted: neither the declaration nor the call in it."""
    after = "".join(line for line in text.splitlines(keepends=True) if "save" not in line)
    assert "deleted-call" in broken((path, text, after))
    assert "deleted-call" in broken((path, text, text.replace("save", "").replace("()()", "()")))


def test_a_decorator_is_no_part_of_what_goes(broken: Callable[..., set[str]]) -> None:
    """What stands before an unused function ran."""
    assert "deleted-call" in broken(("a.ts", "@save()\nfunction g() { a(); }\nf();", "f();"))


def test_a_call_does_not_hide_in_a_dead_function(broken: Callable[..., set[str]]) -> None:
    """Moving a call into a function that nothing names is deleting it."""
    for wrapped in ("function g(): void { save(a); }", "const g = () => save(a);"):
        assert "deleted-call" in broken(("a.ts", "save(a);\nf();", f"{wrapped}\nf();"))


def test_a_call_beside_a_dead_function_stays(broken: Callable[..., set[str]]) -> None:
    """Only the declaration goes, not what stands next to it."""
    before = "const g = () => save(a);\nsave(b);\nf();"
    assert broken(("a.ts", before, "save(b);\nf();")) == set()
    assert "deleted-call" in broken(("a.ts", before, "f();"))


def test_a_last_mention_cannot_be_removed_with_it(broken: Callable[..., set[str]]) -> None:
    """Deleting a function together with its only call is deleting the call."""
    assert "deleted-call" in broken(("a.ts", "const g = () => save(a);\ng();\nf();", "f();"))


def test_functions_that_call_each_other_stay(broken: Callable[..., set[str]]) -> None:
    """A circle is not taken apart: nothing in it is certainly dead."""
    assert "deleted-call" in broken(("a.ts", "function g() { h(); }\nfunction h() { g(); }\nf();", "f();"))


@pytest.mark.parametrize("unit", ["const a{}=b=>c+\n", "const a{}:b<\n", "function a{}<b\n", "const a{}=()=>a{}(),\n"])
def test_hostile_code_is_read_in_bounded_time(broken: Callable[..., set[str]], unit: str) -> None:
    """Thousands of declarations that never end are given up on, and count as running."""
    text = "".join(unit.replace("{}", str(number)) for number in range(1_000))
    assert "deleted-call" in broken(("a.ts", f"save();\n{text}", text))


def test_an_endless_expression_is_not_understood(broken: Callable[..., set[str]]) -> None:
    """A declaration longer than anybody writes stays."""
    text = f"const g = () => save() + {'a + ' * 400} a;\n"
    assert "deleted-call" in broken(("a.ts", f"{text}f();", "f();"))


def test_a_long_chain_is_not_followed_to_its_end(broken: Callable[..., set[str]]) -> None:
    """Functions that only call the next one are dead together up to eight, and nobody leaves more behind."""
    chain = [f"function a{number}() {{ a{number + 1}(); }}\n" for number in range(20)]
    assert broken(("a.ts", "".join(chain[:7]) + "f();", "f();")) == set()
    assert "deleted-call" in broken(("a.ts", "".join(chain) + "f();", "f();"))

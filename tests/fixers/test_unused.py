"""rules/unused."""

from __future__ import annotations

import re

import pytest

from deploymend.core.javascript.imports import find_imports
from deploymend.core.javascript.module import read_module
from deploymend.core.javascript.spans import apply_spans
from deploymend.core.javascript.unused import Finding, Part, cut, place
from deploymend.core.model import Category, Cause, Decline, Repair
from deploymend.fixers.unused import Unused
from deploymend.testing.contracts.fixer import FixerContract, FixerStage, diagnosis_of, gate_refusals
from deploymend.testing.fake_project import FakeProject


def _causes(text: str, *, linter: bool = False, file: str = "a.tsx") -> tuple[str, tuple[Cause, ...]]:
    """The text without its marks, and a cause for each `§name` or, where the tool names no place of its own, `§name§`
    before the place it does name. `§§` marks a place without a name.
    """
    causes, plain, position = [], "", 0
    for mark in re.finditer(r"§([\w$]*)(§?)", text):
        plain += text[position : mark.start()]
        causes.append(_cause(plain.split("\n"), mark[1] or None, linter=linter, file=file))
        plain += "" if mark[2] else mark[1]
        position = mark.end()
    return plain + text[position:], tuple(causes)


def _cause(lines: list[str], name: str | None, *, linter: bool, file: str) -> Cause:
    return Cause(
        category=Category.LINT if linter else Category.TYPESCRIPT,
        kind="eslint-no-unused-vars" if linter else "ts-unused",
        message="unused",
        file=file,
        line=len(lines),
        column=len(lines[-1]) + 1,
        symbol=name or None,
    )


async def _mend(text: str, *, linter: bool = False, file: str = "a.tsx", other: Cause | None = None) -> str | None:
    plain, causes = _causes(text, linter=linter, file=file)
    named = causes if other is None else (*causes, other)
    answer = await Unused().propose(diagnosis_of(*named), FakeProject({file: plain}))
    if isinstance(answer, Decline):
        return None
    assert answer.causes == causes
    assert gate_refusals(answer) == ()
    return answer.edits[0].after


class TestContract(FixerContract):
    @pytest.fixture
    def stage(self) -> FixerStage:
        """An unused import."""
        text, causes = _causes("import { a, §b } from 'x'\na()\n")
        return FixerStage(fixer=Unused(), files={"a.tsx": text}, causes=causes)


IMPORTS = [
    ("§React§import React from 'react'\nx()\n", "x()\n"),
    ("§§import { a, b } from 'x'\r\nx()\r\n", "x()\r\n"),
    ("import { a, §b } from 'x'\n", "import { a } from 'x'\n"),
    ("import { §a, b } from 'x';\n", "import { b } from 'x';\n"),
    ("import { §a, b, §c } from 'x';\n", "import { b } from 'x';\n"),
    ("import { §a, §b } from 'x'\n", ""),
    ("import {\r\n\ta,\r\n\t§b,\r\n\tc,\r\n} from 'x'\r\n", "import {\r\n\ta,\r\n\tc,\r\n} from 'x'\r\n"),
    ("import {\n  a,\n  §b\n} from 'x'\n", "import {\n  a\n} from 'x'\n"),
    ("import §React, { a } from 'react'\n", "import { a } from 'react'\n"),
    ("import React, { §a } from 'react'\n", "import React from 'react'\n"),
    ("import React, * as §R from 'react'\n", "import React from 'react'\n"),
    ("import §React, * as R from 'react'\n", "import * as R from 'react'\n"),
    ("§R§import * as R from 'react'\n", ""),
    ("import { a, type §B } from 'x'\n", "import { a } from 'x'\n"),
    ("import { a, §type§type B as type, c } from 'x'\n", "import { a, c } from 'x'\n"),
    ("§T§import type T from 'x' with { type: 'json' };\n", ""),
    ("// licence\n§a§import a from 'a'\n\n// b\nimport b from 'b'\n", "// licence\n\n// b\nimport b from 'b'\n"),
    ("import 'side'; §a§import a from 'a'; b()\n", "import 'side'; b()\n"),
]


@pytest.mark.parametrize(("text", "after"), IMPORTS)
async def test_imports_lose_what_is_unused(text: str, after: str) -> None:
    """Default, named, namespace and type imports, the statement with the last; layout and comments stay."""
    assert await _mend(text) == after


LOCALS = [
    ("const §a = 1\nb()\n", "b()\n"),
    ("x()\n\nconst §a: Map<string, () => void> = y;\n\nb()\n", "x()\n\nb()\n"),
    (
        "function f() {\r\n\tconst §a = { b: [1, , 'x'], c() { d() }, e: () => g(1, 2) };\r\n\treturn 1\r\n}\r\n",
        "function f() {\r\n\treturn 1\r\n}\r\n",
    ),
    ("let §a: string | undefined\nb()\n", "b()\n"),
    ("/** x */ const §a = 1\nb()\n", "/** x */ \nb()\n"),
    ("/** x */\n\nconst §a = 1\nb()\n", "/** x */\n\nb()\n"),
    ("const §a = ['x'] as const\nb()\n", "b()\n"),
    ("const §a = function () { go() }; b()\n", "b()\n"),
    ("// kept\nfunction §f() { go() }\nb()\n", "// kept\nb()\n"),
    ("interface §A { a: string }\ntype §B = { b: 1 } | 'x'\nb()\n", "b()\n"),
    ("try { a() } catch (§e) { b() }\n", "try { a() } catch { b() }\n"),
]


@pytest.mark.parametrize(("text", "after"), LOCALS)
async def test_declarations_that_do_nothing_go(text: str, after: str | None) -> None:
    """Variables with pure values, functions, types, catch bindings."""
    assert await _mend(text) == after


# The gate is stricter with calls in dead functions than this code is, so that the fixer may leave some of these.
DEAD_FUNCTIONS = [
    ("const §f = async (x: T): Promise<{ a: 1 }> => {\n  go()\n}\nb()\n", "b()\n"),
    ("a(); const §c = x => go(x); b()\n", "a(); b()\n"),
    ("/** About f. */\nasync function §f<T>(x: T): Promise<{ a: T }> { await g(x) }\nb()\n", "b()\n"),
    ("// kept\nfunction §f() { f() }\nb()\n", "// kept\nb()\n"),
]


@pytest.mark.parametrize(("text", "after"), DEAD_FUNCTIONS)
def test_functions_go_with_all_that_is_in_them(text: str, after: str) -> None:
    """A function that nothing names never runs: annotated, generic, recursive, an arrow or a declaration."""
    plain, causes = _causes(text)
    module = read_module("a.tsx", plain)
    assert module is not None
    offset = module.offset(causes[0].line, causes[0].column)
    part = place(module, find_imports(module), Finding(name=causes[0].symbol, offset=offset or 0, compiler=True))
    assert isinstance(part, Part), part
    assert apply_spans(plain, cut(module, [part]) or ()) == after


PATTERNS = [
    ("const { a, §b } = f()\n", "const { a } = f()\n"),
    ("const { §a, b: c } = f()\n", "const { b: c } = f()\n"),
    ("const { a, b: §c = 1 } = f()\n", "const { a } = f()\n"),
    ("const { a, ...§rest } = f()\n", "const { a } = f()\n"),
    ("const { a, §b, ...rest } = f()\n", None),
    ("const { a, b: §c = g() } = f()\n", None),
    ("const { a, [k()]: §c } = f()\n", None),
    ("const { §a } = f()\n", None),
    ("const §a§{ a } = props\nb()\n", "b()\n"),
    ("const §§{ a, b } = props\nb()\n", "b()\n"),
    ("const §§{ a, b } = useIt()\n", None),
    ("const [a, §setA] = useState(0)\n", "const [a] = useState(0)\n"),
    ("const [§a, setA] = useState(0)\n", "const [, setA] = useState(0)\n"),
    ("const [a, , §b] = f()\n", "const [a] = f()\n"),
    ("function F({ a, §b }: Props) { return a }\n", "function F({ a }: Props) { return a }\n"),
    ("const F = ({\n  a,\n  §b,\n}: P) => a\n", "const F = ({\n  a,\n}: P) => a\n"),
    ("const { a: { b, §c } } = f()\n", "const { a: { b } } = f()\n"),
    ("const { §a, §b } = c\nd()\n", "d()\n"),
]


@pytest.mark.parametrize(("text", "after"), PATTERNS)
async def test_patterns_lose_single_names(text: str, after: str | None) -> None:
    """Never one that a rest would collect, never a default that calls, never the last of a call's answer."""
    assert await _mend(text) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a.map((x, §i) => x)\n", "a.map((x, _i) => x)\n"),
        ("function f(§a: string, b = a1) { return b }\n", "function f(_a: string, b = a1) { return b }\n"),
        ("on(§e => go())\n", "on(_e => go())\n"),
        ("<B onClick={§e => go()} />\n", "<B onClick={_e => go()} />\n"),
        ("class A { constructor(private §a: B) {} }\n", None),
        ("f((x, §i) => _i)\n", None),
    ],
)
async def test_parameters_are_marked_for_the_compiler(text: str, after: str | None) -> None:
    """TypeScript accepts a leading underscore; ESLint does not by default, so there a parameter stays."""
    assert await _mend(text) == after
    assert await _mend(text, linter=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "const §a = f()\n",
        "const §a = await b\n",
        "const §a = new B()\n",
        "const §a = b.c\n",
        "const §a = `x${f()}`\n",
        "const §a = { b: f() }\n",
        "const §a = [...b]\n",
        "const §a = <B />\n",
        "const §a = 1, b = 2\n",
        "const §a = b\n  .c()\n",
        "const §a = b\n(c())\n",
        "const §a = x =>\n  <B\n    c={1} />\n",
        "for (const §a of b) c()\n",
        "export const §a = 1\n",
        "let §a = 1\na = 2\n",
        "class §A { static x = f() }\n",
        "export default function §f() {}\n",
        "x = function §f() {}\n",
        "import §'side'\n",
        "import { a, /* why */ §b } from 'x'\n",
        "/* a */ import §§{ a, /* why */ b } from 'x'\n",
        "// §a\n",
        "'§a'\n",
        "§zzz§const a = 1\n",
        "const §zzz§{ a } = b\n",
        "f(§§{ a })\n",
        "import { a } from §zzz§'x'\n",
        "x = §zzz§1\n",
        "§§const a = 1, b = 2\n",
        "x = 'y§zzz§y'\n",
        "const [§a, §b] = f()\n",
        "class A { #x = 1; §y = 2 }\n",
    ],
)
async def test_what_is_never_taken_out(text: str) -> None:
    """Whatever may do something, is exported, is one of several, or does not stand where the log says."""
    assert await _mend(text) is None


async def test_a_linters_word_is_checked_against_the_file() -> None:
    """A rule that does not look into JSX or types calls used imports unused."""
    assert await _mend("import §B from 'b'\nx = <B.C />\n", linter=True) is None
    assert await _mend("import { §B } from 'b'\nlet x: B\n", linter=True) is None
    assert await _mend("import { §B } from 'b'\nx.B\n", linter=True) == "x.B\n"
    vue = "<template><B/></template><script>\nimport §B from 'b'\n</script>"
    assert await _mend(vue, linter=True, file="a.vue") is None


@pytest.mark.parametrize(
    ("category", "kind", "code"),
    [
        (Category.TYPESCRIPT, "ts-did-you-mean", "TS2552"),
        (Category.IMPORT, "module-not-found-relative", None),
        (Category.SYNTAX, "jsx-syntax", None),
        (Category.LINT, "eslint-error", "no-undef"),
    ],
)
async def test_other_faults_come_first(category: Category, kind: str, code: str | None) -> None:
    """A misspelt use makes its import look unused: it waits."""
    other = Cause(category=category, kind=kind, message="first", code=code, file="a.tsx")
    assert await _mend("import { a, §b } from 'x'\n", other=other) is None
    style = Cause(category=Category.LINT, kind="eslint-prefer-const", message="style", file="a.tsx")
    assert await _mend("import { a, §b } from 'x'\n", other=style) == "import { a } from 'x'\n"


async def test_many_findings_of_a_file_are_one_repair() -> None:
    """All that is sure is taken out at once, what is not is left and not claimed."""
    text, causes = _causes("import { §a, b } from 'x'\nconst §c = f()\nconst §d = 1\nb()\n")
    answer = await Unused().propose(diagnosis_of(*causes), FakeProject({"a.tsx": text}))
    assert isinstance(answer, Repair)
    assert answer.causes == (causes[0], causes[2])
    assert answer.edits[0].after == "import { b } from 'x'\nconst c = f()\nb()\n"
    assert answer.summary == "a.tsx: remove unused a; a.tsx: remove unused d"

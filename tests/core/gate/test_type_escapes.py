"""Ways to make TypeScript accept anything."""

from collections.abc import Callable

import pytest

REFUSED = [
    ("any-type", "a.ts", "const a = f();", "const a: any = f();"),
    ("any-type", "a.ts", "const a = f();", "const a = f() as any;"),
    ("any-type", "a.ts", "const a = f();", "const a = <any>f();"),
    ("any-type", "a.ts", "const a = f();", "const a = f() as unknown as any[];"),
    ("any-type", "a.ts", "f();", "f<string, any>();"),
    ("any-type", "a.ts", "type A = string;", "type A = string | any;"),
    ("any-type", "a.ts", "type A = string;", "type A = any;"),
    ("any-type", "a.ts", "", "type A<T> = T extends any ? any : never;"),
    ("any-type", "a.ts", "", "export function f(x: any = 1): Promise<any> { return g(x); }"),
    ("any-type", "a.ts", "", "const f = (): any => 1;"),
    ("any-type", "a.ts", "const a: any = 1;", "const a: any = 1;\nconst b: any = 2;"),
    ("any-type", "a.ts", "", "const a: \\u0061ny = 1;"),
    ("any-type", "a.tsx", "<B/>", "const b = <B c={d as any}/>;"),
    ("any-type", "a.vue", "<p/>", '<script lang="ts">\nconst a: any = 1\n</script>'),
    ("any-type", "a.vue", "<p/>", '<p :a="b as any"/>'),
    ("any-type", "a.astro", "", "---\nconst a: any = 1;\n---\n<p/>"),
    ("any-type", "a.js", "", "/** @type {any} */\nlet a;"),
    ("any-type", "a.js", "", "/** @param {Array<any>} a */\nfunction f(a) {}"),
    ("double-cast", "a.ts", "f(a);", "f(a as unknown as B);"),
    ("double-cast", "a.ts", "f(a);", "f(a as never);"),
    ("non-null-assertion", "a.ts", "a.b;", "a!.b;"),
    ("non-null-assertion", "a.ts", "f(a());", "f(a()!);"),
    ("non-null-assertion", "a.ts", "a[0].b;", "a[0]!.b;"),
    ("non-null-assertion", "a.ts", "const b = a;", "const b = a! == c;"),
    ("non-null-assertion", "a.ts", "let a: B;", "let a!: B;"),
    ("ambient-module", "a.d.ts", "", "declare module 'left-pad';"),
    ("ambient-module", "a.d.ts", "", "declare module '*';"),
]

PASSES = [
    ("a string", "a.ts", "", "const a = 'as any';"),
    ("a comment", "a.ts", "", "// any: as any x!\nconst a = 1;"),
    ("a longer name", "a.ts", "", "const company: Company = many;"),
    ("a method", "a.ts", "f();", "Promise.any(f());"),
    ("a matcher", "a.ts", "f();", "f(expect.any(String));"),
    ("a property", "a.ts", "", "const a = { any: 1, b: 2 };"),
    ("an optional property", "a.ts", "", "interface A { any?: string }"),
    ("an import", "a.ts", "", "import { all, any } from 'ramda';"),
    ("a call", "a.ts", "f(b);", "any(b);"),
    ("a function", "a.ts", "", "export function any(): number { return 1; }"),
    ("an arrow's parameter", "a.ts", "", "const f = any => 1;"),
    ("an old one on an edited line", "a.ts", "const a: any = f(b);", "const a: any = f(c);"),
    ("an old one, moved", "a.ts", "x: any;\ny: B;", "y: B;\nx: any;"),
    ("text on a page", "a.tsx", "<p/>", "const p = <p>at any time: any! price</p>;"),
    ("plain JavaScript", "a.js", "", "const any = 1;\nany;\n"),
    ("inequality", "a.ts", "f(a);", "if (a !== b && c != d) f(a);"),
    ("a negation", "a.ts", "f(a);", "if (a) !b && f(a);\nreturn !a;"),
    ("a negation on a new line", "a.ts", "", "const a = b\n!c"),
    ("a single cast", "a.ts", "f(a);", "f(a as unknown);"),
    ("a const cast", "a.ts", "f(a);", "f(a as const);"),
    ("an asset module", "a.d.ts", "", "declare module '*.css';"),
    ("a typed module", "a.d.ts", "", "declare module 'x' { export const a: number; }"),
]


@pytest.mark.parametrize(("rule", "path", "before", "after"), REFUSED)
def test_refuses_a_new_escape(broken: Callable[..., set[str]], rule: str, path: str, before: str, after: str) -> None:
    """Every way around the type system that a change adds is refused by its name."""
    assert rule in broken((path, before, after))


@pytest.mark.parametrize(("path", "before", "after"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES])
def test_lets_pass_what_only_looks_like_one(
    broken: Callable[..., set[str]], path: str, before: str, after: str
) -> None:
    """Names, texts and old code that hold the same letters are no refusal."""
    escapes = {"any-type", "double-cast", "non-null-assertion", "ambient-module"}
    assert broken((path, before, after)) & escapes == set()

"""Code that did something and does it no more."""

from collections.abc import Callable

import pytest

REFUSED = [
    ("deleted-call", "a.ts", "save(a);\nconst b = 1;", "const b = 1;"),
    ("deleted-call", "a.ts", "const x = load(a);\nuse(1);", "use(1);"),
    ("deleted-call", "a.ts", "save(a);", "// save(a);"),
    ("deleted-call", "a.ts", "f(g(a));", "f(a);"),
    ("deleted-call", "a.ts", "a?.save?.();\n", ""),
    ("deleted-call", "a.ts", "lib.list[0](a);\n", ""),
    ("deleted-call", "a.ts", "new Worker('a');\n", ""),
    ("deleted-call", "a.ts", "useEffect(a);\n", ""),
    ("deleted-call", "a.ts", "Object.assign(a, b);\n", ""),
    ("deleted-call", "a.ts", "pay(order);", "console.log(order);"),
    ("deleted-call", "a.ts", "if (!a) throw error;\nf();", "f();"),
    ("deleted-call", "a.tsx", "const p = <A><Login/></A>;", "const p = <A></A>;"),
    ("deleted-call", "a.tsx", "return <Login/>;", "return null;"),
    ("deleted-call", "a.vue", "<script>\nsave()\n</script>", "<script>\n</script>"),
    ("deleted-call", "a.ts", "export function f() { save(); }\n", ""),
    ("deleted-call", "a.ts", "function f() { save(); }\nf;\n", "f;\n"),
    ("deleted-call", "a.ts", "save();\n", None),
    ("deleted-call", "a.ts", "cache.delete(a);\nf();", "f();"),
    ("deleted-call", "a.ts", "load(a).catch(b);\nf();", "load(a);\nf();"),
    ("deleted-call", "a.ts", "get(a);\nf();", "f();"),
    ("deleted-call", "a.ts", "track<Event>(a);\nf();", "f();"),
    ("deleted-call", "a.ts", "store?.load<A.B[], 'c'>?.(a);\nf();", "f();"),
    ("deleted-call", "a.ts", "class A extends mixin(B) {}\nnew A();", "class A {}\nnew A();"),
    ("deleted-call", "a.ts", "save()\n{ a = 1 }\nf()", "{ a = 1 }\nf()"),
    ("deleted-call", "a.ts", "const a = b ? save() : c;\nf();", "const a = c;\nf();"),
    ("deleted-call", "a.ts", "switch (a) { case 1, save(): { b = 1; } }\nf();", "f();"),
    ("deleted-call", "a.ts", "a ? (1), save() : c;\nf();", "f();"),
    ("deleted-call", "a.ts", f"g({'1, ' * 600} save() : c);\nf();", "f();"),
    ("deleted-call", "a.ts", "const a = [1, save()];\nf();", "const a = [1];\nf();"),
    ("deleted-side-effect-import", "a.ts", "import './a.css';\nf();", "f();"),
    ("deleted-side-effect-import", "a.ts", "import 'server-only';\nf();", "import x from 'y';\nf();"),
    ("disabled-code", "a.ts", "f();", "if (false) f();"),
    ("disabled-code", "a.tsx", "<A/>", "{false && <A/>}"),
    ("disabled-code", "a.ts", "f();", "while (0) { f(); }"),
]

PASSES = [
    ("an unused import", "a.ts", "import a, { b } from 'c';\nimport type { D } from 'd';\nf();", "f();"),
    ("an unused value", "a.ts", "const a = { b: [1, 'c'] };\nf();", "f();"),
    ("an unused state", "a.tsx", "const [a, setA] = useState<B>(0);\nf();", "f();"),
    ("a pure call", "a.ts", "const a = Math.max(1, Number('2'));\nf();", "f();"),
    ("an unused function", "a.ts", "function g() { save(); }\nf();", "f();"),
    ("an unused async function", "a.ts", "async function g() { save(); }\nf();", "f();"),
    ("an unused arrow", "a.ts", "const g = async (a) => { save(a); };\nf();", "f();"),
    ("an unused function value", "a.ts", "const g = function () { save(); };\nf();", "f();"),
    ("a method", "a.ts", "const a = { x, y() { b = 1; } };\nf(a);", "const a = { x };\nf(a);"),
    ("a method with a type", "a.ts", "f({ x, y(a: B): C { b = 1; } });", "f({ x });"),
    ("a method behind brackets", "a.ts", "f({ x: [1], y(a: B): C { b = 1; } });", "f({ x: [1] });"),
    ("a class's method", "a.ts", "class A { x = 1\n async y<T>(a: T) { b = 1; } }\nf(A);", "class A { x = 1 }\nf(A);"),
    ("a class's private method", "a.ts", "class A { private y(): void { b = 1; } }\nf(A);", "class A {}\nf(A);"),
    ("a method's signature", "a.ts", "interface A { x: B; y(a: B): void }\nf();", "interface A { x: B }\nf();"),
    ("type arguments", "a.ts", "load<any>(a);", "load(a);"),
    ("a comparison", "a.ts", "const a = b < c && d > (e);\nf();", "f();"),
    ("a renamed call", "a.ts", "fech(a);", "fetch(a);"),
    ("a renamed component", "a.tsx", "const p = <Lgin a={b}/>;", "const p = <Login a={b}/>;"),
    ("a moved call", "a.ts", "save(a);\nf();\ng();", "f();\ng();\nsave(a);"),
    ("a call wrapped", "a.ts", "save(a);", "await save(a);"),
    ("a type argument", "a.ts", "const a: Array<B> = [];\nf();", "const a: C[] = [];\nf();"),
    ("a type's methods", "a.ts", "type A = (b: C) => D;\nf();", "f();"),
    ("an import in another case", "a.ts", "import './A.css';\nf();", "import './a.css';\nf();"),
    (
        "an import moved",
        "a.ts",
        "import './a.css';\nimport b from 'b';\nf(b);",
        "import b from 'b';\nimport './a.css';\nf(b);",
    ),
    ("a dynamic import renamed", "a.ts", "await import('./A');", "await import('./a');"),
    ("a condition", "a.ts", "f();", "if (a) f();\nconst b = false || c;"),
    ("the word in text", "a.tsx", "const a = <p>call save() now</p>;", "const a = <p>now</p>;"),
    ("a call in a string", "a.ts", "const a = 'save()';", "const a = '';"),
]


@pytest.mark.parametrize(("rule", "path", "before", "after"), REFUSED)
def test_refuses_lost_effects(
    broken: Callable[..., set[str]], rule: str, path: str, before: str, after: str | None
) -> None:
    """A call, component, throw or side-effect import that goes without a successor is refused."""
    assert rule in broken((path, before, after))


@pytest.mark.parametrize(("path", "before", "after"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES])
def test_lets_unused_code_go(broken: Callable[..., set[str]], path: str, before: str, after: str) -> None:
    """What never ran, what is pure, what moved and what was renamed may go."""
    assert broken((path, before, after)) == set()


def test_lets_code_move_between_files(broken: Callable[..., set[str]]) -> None:
    """A file in another folder, with the same calls, has lost nothing."""
    text = "import './a.css';\nsave();\n"
    assert broken(("src/Button.ts", text, None), ("src/button.ts", None, text)) == set()

"""Values and functions that stand in for what is missing."""

from collections.abc import Callable

import pytest

REFUSED = [
    ("throwing-stub", "a.ts", "", "function f(): B { throw new Error('Not implemented'); }"),
    ("throwing-stub", "a.ts", "", "function f(): B { throw new Error(`TODO: write this`); }"),
    ("throwing-stub", "a.ts", "", "function f(): B { throw 'unimplemented'; }"),
    ("throwing-stub", "a.ts", "", "function f(): B { throw new NotImplementedError(); }"),
    ("placeholder-value", "a.ts", "", "const a = { title: 'TODO' };"),
    ("placeholder-value", "a.ts", "", "const a = { key: 'your-api-key' };"),
    ("placeholder-value", "a.ts", "", "const a = { key: `changeme` };"),
    ("placeholder-value", "a.tsx", "", "const a = <A token='dummy-token'/>;"),
    ("placeholder-value", "config.json", "{}", '{"url": "<your-url>"}'),
    ("placeholder-value", "config.yml", "a: 1\n", "a: 1\nkey: 'change-me'\n"),
    ("placeholder-value", "app.toml", "", 'key = "replace_me"\n'),
    ("silenced-variable", "a.ts", "f(process.env.KEY);", "f(process.env.KEY ?? 'none');"),
    ("silenced-variable", "a.ts", "f(process.env.KEY);", "f(process.env.KEY || '');"),
    ("silenced-variable", "a.ts", "f(process.env.KEY);", "f(process.env.KEY as string);"),
    ("silenced-variable", "a.ts", "f(import.meta.env.VITE_A);", "f((import.meta.env.VITE_A)! ?? 'none');"),
    ("silenced-variable", "next.config.js", "", "process.env.KEY ||= `none`;"),
]

PASSES = [
    ("a real error", "a.ts", "", "if (!a) throw new Error('the user is not known');"),
    ("a thrown value", "a.ts", "", "if (!a) throw error; const b = 'todo list';"),
    ("a placeholder prop", "a.tsx", "", "const a = <input placeholder='Your name'/>;"),
    ("a comment", "a.ts", "", "// TODO: later\nconst a = 1;"),
    (
        "the program's own word",
        "a.ts",
        "type S = 'TODO' | 'DONE';\nconst s = 'TDO';",
        "type S = 'TODO' | 'DONE';\nconst s = 'TODO';",
    ),
    ("a sentence", "a.ts", "", "const a = 'Change your password';"),
    ("documentation", "README.md", "", "KEY=your-api-key"),
    ("a variable read", "a.ts", "", "const a = process.env.KEY;"),
    ("a number's default", "a.ts", "", "const a = process.env.PORT ?? 3000;"),
    ("a check", "a.ts", "", "if (process.env.NODE_ENV === 'production') { a = 1; }"),
    ("an old default", "a.ts", "f(process.env.A ?? 'b');", "f(process.env.A ?? 'b', 1);"),
]


@pytest.mark.parametrize(("rule", "path", "before", "after"), REFUSED)
def test_refuses_a_stand_in(broken: Callable[..., set[str]], rule: str, path: str, before: str, after: str) -> None:
    """A value that only fills a gap, and a function that only throws, are refused."""
    assert rule in broken((path, before, after))


@pytest.mark.parametrize(("path", "before", "after"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES])
def test_lets_real_values_pass(broken: Callable[..., set[str]], path: str, before: str, after: str) -> None:
    """Errors that tell, words of the program, and prose are no refusal."""
    assert broken((path, before, after)) == set()

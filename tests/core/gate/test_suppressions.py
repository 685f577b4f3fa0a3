"""Comments that tell a checker to look away."""

from collections.abc import Callable

import pytest

CODE = "const a = one();\nconst b = two();\n"

REFUSED = [
    ("type-check-suppressed", "a.ts", CODE, "// @ts-ignore\n" + CODE),
    (
        "type-check-suppressed",
        "a.ts",
        CODE,
        CODE.replace("\n", "\r\n").replace("const b", "//@ts-expect-error: later\r\nconst b"),
    ),
    ("type-check-suppressed", "a.ts", CODE, "/* @ts-nocheck */\n" + CODE),
    ("type-check-suppressed", "a.ts", CODE, "// @\u200bts-ignore\n" + CODE),
    ("type-check-suppressed", "a.ts", CODE, "// @ts\\u002dignore\n" + CODE),
    ("type-check-suppressed", "a.ts", CODE, "// ＠ts-ignore\n" + CODE),
    ("type-check-suppressed", "a.tsx", "<p>hi</p>", "<p>{/* @ts-ignore */}hi</p>"),
    ("type-check-suppressed", "a.vue", "<template/>", "<template/>\n<script>\n// @ts-ignore\nx()\n</script>"),
    ("type-check-suppressed", "a.vue", "<template/>", "<!-- @ts-ignore -->\n<template/>"),
    ("type-check-suppressed", "a.js", "// @ts-check\nconst a = 1;", "const a = 1;"),
    ("type-check-suppressed", "a.ts", "// @ts-ignore\none();\ntwo();", "one();\n// @ts-ignore\ntwo();"),
    ("type-check-suppressed", "a.ts", "// @ts-ignore\nx();", "// @ts-ignore\nx();\n// @ts-ignore\nx();"),
    ("lint-suppressed", "a.js", CODE, "/* eslint-disable no-console */\n" + CODE),
    ("lint-suppressed", "a.js", CODE, CODE.replace("one();", "one(); // eslint-disable-line")),
    ("lint-suppressed", "a.js", CODE, '/* eslint no-console: "off" */\n' + CODE),
    ("lint-suppressed", "a.ts", CODE, "// biome-ignore lint: later\n" + CODE),
    ("lint-suppressed", "a.ts", CODE, "/* istanbul ignore next */\n" + CODE),
    ("lint-suppressed", "a.css", "a {}", "/* stylelint-disable */\na {}"),
    ("lint-suppressed", "a.svelte", "<img>", "<!-- svelte-ignore a11y -->\n<img>"),
    ("lint-suppressed", "build.py", "x = 1", "x = 1  # noqa"),
    ("bundler-suppressed", "a.js", "import('./x')", "import(/* webpackIgnore: true */ './x')"),
    ("bundler-suppressed", "a.js", "import(x)", "import(/* @vite-ignore */ x)"),
]

PASSES = [
    ("a string", "a.ts", CODE, CODE + "const s = '// @ts-ignore';\n"),
    ("a template", "a.ts", CODE, CODE + "const s = `\n// @ts-ignore\n`;\n"),
    ("text on a page", "a.tsx", "<p>x</p>", "<p>never write @ts-ignore or // eslint-disable</p>"),
    ("documentation", "README.md", "", "Do not use `@ts-ignore` or `eslint-disable`."),
    ("an old one, indented", "a.ts", "// @ts-ignore\nx();\n", "if (a) {\n  // @ts-ignore\n  x();\n}\n"),
    ("an old one over edited code", "a.ts", "// @ts-ignore\nx(b);\n", "// @ts-ignore\nx(c);\n"),
    ("an old one, moved with its code", "a.ts", "// @ts-ignore\nx();\ny();\n", "y();\n// @ts-ignore\nx();\n"),
    ("a removed one", "a.ts", "// @ts-ignore\n" + CODE, CODE),
    ("other line ends", "a.ts", "// @ts-ignore\nx();\n", "// @ts-ignore\r\nx();\r\n"),
    ("enabling", "a.js", CODE, "/* eslint-enable */\n" + CODE),
    ("checking more", "a.js", CODE, "// @ts-check\n" + CODE),
]


@pytest.mark.parametrize(("rule", "path", "before", "after"), REFUSED)
def test_refuses_a_new_suppression(
    broken: Callable[..., set[str]], rule: str, path: str, before: str, after: str
) -> None:
    """A directive that was not there before is refused, however it is hidden."""
    assert rule in broken((path, before, after))


@pytest.mark.parametrize(("path", "before", "after"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES])
def test_lets_pass_what_suppresses_nothing_new(
    broken: Callable[..., set[str]], path: str, before: str, after: str
) -> None:
    """Words in strings and prose, and directives that were there already, are no refusal."""
    assert broken((path, before, after)) == set()


def test_lets_a_suppression_move_to_another_file(broken: Callable[..., set[str]]) -> None:
    """Code that moves takes its old directives along, also when the file gets another name."""
    text = "// @ts-ignore\nold();\n"
    assert broken(("src/old.ts", text, None), ("src/new.ts", None, text)) == set()


def test_tells_where_a_suppression_stands(refusals: Callable[..., tuple[object, ...]]) -> None:
    """A refusal names the rule, the directive, the file and the line in the new text."""
    (refusal,) = refusals(("src/a.ts", CODE, CODE + "/*\n * @ts-ignore */\nx();\n"))
    assert "@ts-ignore" in str(getattr(refusal, "reason", ""))
    assert (getattr(refusal, "path", None), getattr(refusal, "line", None)) == ("src/a.ts", 4)

"""How the gate reads a text: code, strings, comments and pages apart, and nothing hidden between them."""

from collections.abc import Callable

import pytest

from deploymend.core.gate.diff import regions
from deploymend.core.gate.source import Language, read_source
from deploymend.core.gate.tokens import read_code, unescaped, visible

HIDING_PLACES = {
    "a regular expression after a condition": "if (x) /`/.test(s);\n{}\n",
    "a regular expression after a block": "if (x) { }\n/`/.test(s);\n",
    "a quote in a regular expression": "while (x) /'/.test(s); ",
    "a class in a regular expression": "return /[`/]/.test(x); ",
    "a division": "const d = (b) / 2 + `x`.length / 3; ",
    "an increment": "i++ / 2; ",
    "nested templates": "const t = `${`${{ a: 1 }.a}`}`; ",
    "an escaped line end": "const t = 'x\\\ny'; ",
    "a generic arrow": "const f = <T extends object>(x: T) => x;\n",
    "a generic arrow with a comma": "const f = <T,>(x: T) => x;\n",
    "a comparison": "const f = a < b; ",
    "an element": "const e = <p title='it is'>don't {`x`} </p>; ",
    "a line separator": "// x\u2028",
    "a hashbang": "#!/usr/bin/env node\n",
    "a carriage return": "// x\r",
}


@pytest.mark.parametrize("before", HIDING_PLACES.values(), ids=HIDING_PLACES.keys())
def test_sees_code_behind_what_is_hard_to_read(broken: Callable[..., set[str]], before: str) -> None:
    """No regular expression, template, generic or comment swallows the code after it."""
    assert "any-type" in broken(("a.tsx", "", before + "const a: any = 1;\n"))
    if "<p" not in before:  # a .ts file has no elements
        assert "any-type" in broken(("a.ts", "", before + "const a: any = 1;\n"))


@pytest.mark.parametrize(
    "text",
    ["f(a;", "const a = `x", "/* x", "const a = 'x;\n", "const a = [1}", "const a = <p a={1}>;", "}", "const a = '"],
)
def test_refuses_code_that_does_not_close(broken: Callable[..., set[str]], text: str) -> None:
    """Where brackets or quotes stay open nobody can tell code from text."""
    assert "unreadable-code" in broken(("a.tsx", "", text))


@pytest.mark.parametrize(
    "text", ["f({ a: [1] });\n", "const a = `x${b}`;", "const a = <p>{b}</p>;", "/* x */", "// '", ""]
)
def test_reads_whole_code(broken: Callable[..., set[str]], text: str) -> None:
    """Code that closes what it opens is readable."""
    assert "unreadable-code" not in broken(("a.tsx", "x", text))


def test_resolves_escapes() -> None:
    """Names and strings read as the language reads them; a code point that does not exist reads as unknown."""
    assert unescaped(r"\u0061\u{6e}\x79\'") == "any'"
    assert unescaped(r"\u{110000}\ud800") == "\ufffd\ufffd"
    assert visible("a\u200bny\u202e ｱ") == "any ア"
    values = [token.value for token in read_code("\\u0061ny 'a\\x62' `c${d}e`", jsx=False).tokens]
    assert values == ["any", "ab", "c", "d", "e"]


def test_knows_languages_by_name() -> None:
    """The extension decides; an unnamed file that starts like an object is JSON."""
    languages = {
        path: read_source(path, "{}").language for path in ("a.MTS", ".eslintrc", "x/yarn.lock", "a.md", "a.css")
    }
    assert list(languages.values()) == [
        Language.TYPESCRIPT,
        Language.JSON,
        Language.LOCK,
        Language.PROSE,
        Language.PLAIN,
    ]


def test_reads_the_scripts_of_a_component() -> None:
    """Scripts, also two of them, and Astro's front matter are code; the lines keep their numbers."""
    vue = read_source("a.vue", "<p>a()</p>\n<script>\nb()\n</script>\n<script setup>\nc()")
    assert [(token.value, token.line) for token in vue.code.tokens if token.word()] == [("b", 3), ("c", 6)]
    assert vue.markup[0] == "<p>a()</p>"
    astro = read_source("a.astro", "---\na()\n---\n<p/><script>b()</script>")
    assert [token.value for token in astro.code.tokens if token.word()] == ["a", "b"]


def test_matches_lines_in_order() -> None:
    """Equal lines pair up around a change, indentation ignored; the rest is one hunk."""
    lines = regions("a\nb\nc\n}\n}", "a\n  b\nx\ny\n}\n}")
    assert (lines.removed, lines.added) == ((3,), (3, 4))
    assert lines.before[0] == lines.after[0] != lines.before[2] == lines.after[2] == lines.after[3]


def test_matches_what_moved_only_once() -> None:
    """Of two blocks that changed places one counts as removed and added."""
    lines = regions("one\ntwo\nthree\nfour", "three\nfour\none\ntwo")
    assert len(lines.removed) == len(lines.added) == 2


@pytest.mark.parametrize(
    ("before", "after"), [(None, "a\nb"), ("a\nb", None), (None, None), ("", "a"), ("a\na\na", "a\na")]
)
def test_counts_every_line_once(before: str | None, after: str | None) -> None:
    """Each line of both sides is either matched or counted."""
    lines = regions(before, after)
    sides = [0 if text is None else text.count("\n") + 1 for text in (before, after)]
    assert [len(lines.before), len(lines.after)] == sides
    assert sides[0] - len(lines.removed) == sides[1] - len(lines.added) >= 0

"""The tokenizer that fixers and gate share."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.javascript.tokens import Kind, tokenize


def _texts(text: str, *, jsx: bool = True) -> list[str]:
    return [token.text for token in tokenize(text, jsx=jsx)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a / b / c", ["a", "/", "b", "/", "c"]),
        ("x = /a[/]'b/g.test(y)", ["x", "=", "/a[/]'b/g", ".", "test", "(", "y", ")"]),
        ("return /x/", ["return", "/x/"]),
        ("if (a) /x'/.exec(b)", ["if", "(", "a", ")", "/x'/", ".", "exec", "(", "b", ")"]),
        ("f() / 2 /g", ["f", "(", ")", "/", "2", "/", "g"]),
        ("= / no end", ["=", "/", "no", "end"]),
        ("= / x = / y", ["=", "/ x = /", "y"]),
        ("`a${b + `c${d}`}e`", ["`a${", "b", "+", "`c${", "d", "}`", "}e`"]),
        ("`${/x/}`", ["`${", "/x/", "}`"]),
        ("`a${{b}}`", ["`a${", "{", "b", "}", "}`"]),
        ("#!/usr/bin/env node\na", ["#!/usr/bin/env node", "a"]),
        ("class A { #b = 1_000.5e-3 + .5 }", ["class", "A", "{", "#b", "=", "1_000.5e-3", "+", ".5", "}"]),
        ("a?.b ?? c?.5:1", ["a", "?.", "b", "??", "c", "?", ".5", ":", "1"]),
        ("'it\\'s' // c\n\"x", ["'it\\'s'", "// c", '"x']),
        ("a /* b */ c /* open", ["a", "/* b */", "c", "/* open"]),
        ("`open", ["`open"]),
        ("`open\\", ["`open\\"]),
        ("} } a", ["}", "}", "a"]),
    ],
)
def test_code_is_cut_where_the_language_cuts_it(text: str, pieces: list[str]) -> None:
    """Divisions and regular expressions, templates in templates, private names, open ends."""
    assert _texts(text) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("x = <p>it's {a}</p>", ["x", "=", "<", "p", ">", "it's ", "{", "a", "}", "<", "/", "p", ">"]),
        ("<a b='it\ns' c-d={1} /> / 2", ["<", "a", "b", "=", "'it\ns'", "c-d", "=", "{", "1", "}", "/", ">", "/", "2"]),
        ("x = <><B.C/></>", ["x", "=", "<", ">", "<", "B.C", "/", ">", "<", "/", ">"]),
        (
            "(<S<T> a={1}>'</S>)",
            ["(", "<", "S", "<", "T", ">", "a", "=", "{", "1", "}", ">", "'", "<", "/", "S", ">", ")"],
        ),
        ("<a /* c */ b>'</a>", ["<", "a", "/* c */", "b", ">", "'", "<", "/", "a", ">"]),
        ("f = <T,>(x: T) => 'a'", ["f", "=", "<", "T", ",", ">", "(", "x", ":", "T", ")", "=>", "'a'"]),
        ("f = <T extends U>(x) => 'a'", ["f", "=", "<", "T", "extends", "U", ">", "(", "x", ")", "=>", "'a'"]),
        ("type F = <T>(x: 'a') => 'b'", ["type", "F", "=", "<", "T", ">", "(", "x", ":", "'a'", ")", "=>", "'b'"]),
        ("a < b && c > 'd'", ["a", "<", "b", "&&", "c", ">", "'d'"]),
    ],
)
def test_tags_are_told_from_comparisons_and_generics(text: str, pieces: list[str]) -> None:
    """Text between tags is no code, so an apostrophe in it opens no string; a generic function is no tag."""
    assert _texts(text) == pieces


def test_without_jsx_a_cast_is_a_cast() -> None:
    """In `.ts` files, `<T>x` never begins an element."""
    assert _texts("x = <T>y; 'a </T>'", jsx=False) == ["x", "=", "<", "T", ">", "y", ";", "'a </T>'"]


def test_kinds_are_told() -> None:
    """Each kind of token, once."""
    kinds = [token.kind for token in tokenize("a = 1 + 'b' + `c` + /d/ // e\n; <p>f</p>")]
    assert set(kinds) == set(Kind)


@given(st.one_of(st.text(max_size=80), st.text(alphabet="<>/{}`$'\"\\a \n=(*", max_size=80)))
def test_tokens_are_the_text_without_its_white_space(text: str) -> None:
    """Whatever the text, nothing is lost, doubled or out of order but white space."""
    position = 0
    for token in tokenize(text):
        assert token.start >= position
        assert text[position : token.start].replace("\ufeff", "").strip() == ""
        assert text[token.start : token.stop] == token.text != ""
        position = token.stop
    assert text[position:].replace("\ufeff", "").strip() == ""


@pytest.mark.parametrize("piece", ["<a>", "/", "[/", "/[a", "`${", "'\\", "</", "(", "<a<", "/*", "{<"])
def test_time_grows_with_the_text_only(piece: str) -> None:
    """Eight times a hostile text takes about eight times as many calls, far from sixty-four. Calls, not seconds: a
    loaded machine counts the same.
    """

    def calls(count: int) -> int:
        counted = 0

        def count_call(_frame: object, _event: str, _argument: object) -> None:
            nonlocal counted
            counted += 1

        text = "= " + piece * count
        sys.setprofile(count_call)
        try:
            tokenize(text)
        finally:
            sys.setprofile(None)
        return counted

    assert calls(8_000) < 16 * calls(1_000) + 1_000

"""Code that does not parse: SWC, Turbopack, esbuild, Babel, webpack, Rollup and Rolldown; JSON and style sheets."""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.rows import ASK, kinds_of, line, located, with_lines
from deploymend.core.signatures.signature import Family
from deploymend.core.signatures.spot import Spot, is_frame, location_in, number

_kind = kinds_of(Category.SYNTAX)
_HEAD_LINES = 8
_FRAME_LINES = 24
_ERROR = re.compile(r"^Error: (?!Turbopack build failed)")
# Rules of Next that Turbopack reports like syntax errors; they have signatures of their own.
_OF_NEXT = ("You're importing a", "You are attempting to export", "Only async functions are allowed")
_PROSE = re.compile(r"^\S.{0,400}$")
_NOT_DETAIL = re.compile(r"^(?:Import traces?|https?:|\./|at )")
_DECLARED = re.compile(
    r"the name [`'](\S{1,200}?)[`'] is defined multiple|Identifier '(\S{1,200}?)' has already been declared"
)
_CONFLICT = re.compile(r"[Mm]erge conflict marker|Unexpected \"<<\"")
_POSITION = re.compile(r"\((\d{1,7}):(\d{1,7})\)")


def _named(text: str, fallback: str = "jsx-syntax") -> tuple[str, str | None]:
    """The kind and symbol that a parser's message tells."""
    declared = _DECLARED.search(text)
    if declared:
        return "duplicate-declaration", declared[1] or declared[2]
    return ("merge-conflict-marker" if _CONFLICT.search(text) else fallback), None


def _swc(spot: Spot) -> Cause | None:
    """`x Expected ':', got ','`, then a frame with the place in its head. Without one it is no parser's."""
    place = spot.location_below(_HEAD_LINES)
    if place is None or place.line is None:
        return None
    kind, symbol = _named(spot.text)
    return spot.cause(
        kind=kind,
        symbol=symbol,
        file=place.file,
        line=place.line,
        column=place.column,
        evidence=(spot.at(place.index), *spot.frame(place.index + 1)),
    )


def _turbopack(spot: Spot) -> Cause | None:
    """Older: place, this line, frame, blank, message. Next 16.4: place, `Error: message`, frame, blank, this line."""
    place = spot.location_above(1)
    frame = spot.frame() if place else ()
    told = _told_after(spot, spot.index + 1 + len(frame)) if place else ""
    if place is None and (error := spot.find_above(_ERROR, _FRAME_LINES)):
        place = location_in(spot.at(error[0] - 1), error[0] - 1)
        told, frame = error[1].string, spot.frame(error[0] + 1)
    if any(words in told for words in _OF_NEXT):
        return None
    kind, symbol = _named(told, "css-syntax" if "CSS" in spot.text else "jsx-syntax")
    return spot.cause(
        kind=kind,
        symbol=symbol,
        message=told.removeprefix("Error: ") or None,
        file=place.file if place else None,
        line=place.line if place else None,
        column=place.column if place else None,
        evidence=(*((spot.at(place.index),) if place else ()), told, *frame),
    )


def _told_after(spot: Spot, start: int) -> str:
    """The message after the frame: the first line of prose."""
    for text in spot.lines[start : start + 8]:
        if _PROSE.match(text) and not is_frame(text) and not _NOT_DETAIL.match(text):
            return text
    return ""


def _parser(spot: Spot) -> Cause:
    """Messages that carry their place on the line itself, as `(12:3)` or `file:12:3`."""
    kind, symbol = _named(spot.text, spot.kind)
    position = _POSITION.search(spot.text) if "line" not in spot.groups else None
    above = None if "file" in spot.groups else spot.location_above(3)
    return spot.cause(
        kind=kind,
        symbol=symbol,
        file=above.file if above else None,
        line=number(position[1]) if position else None,
        column=number(position[2], first=0) if position else None,
        evidence=(*((spot.at(above.index),) if above else ()), *spot.frame()),
    )


_FILE_AT = r"(?P<file>[^ \t:(\[][^:(]*\.\w+)"
FAMILY = Family(
    kinds=(
        _kind("jsx-syntax", ASK, "Mend the code at the place that is named; a tag or bracket before it may be open."),
        _kind("duplicate-declaration", ASK, "Remove or rename one of the two declarations."),
        _kind("merge-conflict-marker", ASK, "Resolve the merge conflict: both sides are still in the file."),
        _kind(
            "json-syntax", ASK, "Mend the JSON at the place that is named: often a trailing comma or a missing brace."
        ),
        _kind("css-syntax", ASK, "Mend the style sheet at the place that is named."),
        _kind("svelte-compile", ASK, "Mend the component at the place that is named."),
        _kind("vue-sfc", ASK, "Mend the component at the place that is named."),
        _kind("astro-syntax", ASK, "Mend the component at the place that is named."),
        _kind("mdx-syntax", ASK, "Escape `<` and `{` in the text, or close the tag."),
        _kind("encoding", ASK, "Save the file as UTF-8."),
    ),
    signatures=(
        line("jsx-syntax", r"^(?:[ \t]*Error: )?[ \t]+[x×] (?P<message>[^ ].*)$", read=_swc),
        line("jsx-syntax", r"^Parsing (?:ecmascript|CSS|css|json) source code failed", read=_turbopack),
        line("jsx-syntax", r"^Ecmascript file had an error", read=_turbopack),
        line(
            "jsx-syntax",
            rf"^[ \t]*{_FILE_AT}:(?P<line>\d+):(?P<column0>\d+): ERROR: (?P<message>(?:Unexpected|Expected"
            rf"|Unterminated|The symbol|The character|Syntax error|Invalid|\"|Cannot|Multiple|Transforming"
            rf"|Top-level|Duplicate|Missing).*)$",
            read=_parser,
        ),
        line(
            "jsx-syntax",
            r"\[ERROR\] (?P<message>(?:Unexpected|Expected|Unterminated|The symbol|The character|Syntax error) .*)$",
            read=located(),
        ),
        line(
            "jsx-syntax",
            r"^(?:\[[\w:@/-]+\] )?(?:[A-Za-z]\w*)?SyntaxError: (?P<file>[^ ]*[./][^ ]*): (?P<message>.+)$",
            read=_parser,
        ),
        line("jsx-syntax", r"^Module parse failed: (?P<message>.+)$", read=_parser),
        line(
            "jsx-syntax",
            rf"^(?:\[[\w:@/-]+\] )?(?:RollupError: )?{_FILE_AT} \((?P<line>\d+):(?P<column0>\d+)\): "
            rf"(?P<message>(?:Unexpected|Expected|Expression expected|Unterminated|Identifier|Failed to parse "
            rf"source|Parse error).*)$",
            read=_parser,
        ),
        line("jsx-syntax", r"^\[builtin:vite-transform\] (?P<message>.+)$", read=_swc),
        line("jsx-syntax", r"\[PARSE_ERROR\] (?:Error: )?(?P<message>.+)$", read=_swc),
        line("json-syntax", rf"(?:^|\] ){_FILE_AT} \((?P<line>\d+):(?P<column0>\d+)\): Failed to parse JSON file"),
        line(
            "json-syntax",
            r"^npm (?:error|ERR!) code EJSONPARSE|ERR_PNPM_JSON_PARSE|^npm (?:error|ERR!) JSON\.parse",
            file="package.json",
        ),
        line("json-syntax", r"^\[builtin:vite-json\] ", read=with_lines(r"^\s+\S.* at line \d+ column \d+", below=6)),
        line("json-syntax", r"^(?:Error: |SyntaxError: )(?P<file>[^ ]+\.json): (?P<message>.*JSON.*)$"),
        line(
            "css-syntax",
            r"^(?:\[[^\]]+\] )*(?:CssSyntaxError: )?(?:\[?postcss\]? )?(?P<file>[^ :]+\.(?:css|scss|sass|less"
            r"|pcss)):(?P<line>\d+):(?P<column>\d+): (?P<message>Un(?:known|expected|closed).*)$",
        ),
        line(
            "css-syntax",
            r"^(?:Error: |SassError: |\[sass\] )+(?P<message>(?:expected|Undefined|Can't find|Invalid CSS"
            r"|unmatched) .*)$",
            read=located(below=10),
        ),
        line("css-syntax", r"^SyntaxError: \[lightningcss minify\] (?P<message>.*)$"),
        line(
            "svelte-compile",
            rf"\[plugin vite-plugin-svelte(?::compile)?\] {_FILE_AT}:(?P<line>\d+):(?P<column>\d+) (?P<message>.*)$",
        ),
        line("vue-sfc", r"\[vue/compiler-sfc\] (?P<message>.*)$", read=_parser),
        line("astro-syntax", r"^\[CompilerError\] (?P<message>.*)$", read=located(below=8)),
        line(
            "mdx-syntax",
            r"\[@mdx-js/rollup\] (?P<message>.*)$|Could not parse (?:expression|import/exports) with acorn",
            read=located(below=6),
        ),
        line("encoding", r"stream did not contain valid UTF-8"),
    ),
)

"""The compiler's messages: which number they have, which kind they are, and what they are about.

Wording and numbers are TypeScript's own (`src/compiler/diagnosticMessages.json`, 5.x). `next build` prints messages
without their number, so the table is read both ways. A `did you mean` row stands before its plain one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import re2


@dataclass(frozen=True, slots=True, kw_only=True)
class TsMessage:
    """One message: its numbers, its kind, and a pattern whose groups are `symbol` and `suggestion`."""

    codes: tuple[int, ...]
    kind: str
    pattern: str = ""


def _row(codes: int | tuple[int, ...], kind: str, pattern: str = "") -> TsMessage:
    return TsMessage(codes=codes if isinstance(codes, tuple) else (codes,), kind=kind, pattern=pattern)


_N = r"'(?P<symbol>[^']+)'"
_S = r"Did you mean '?\"?(?P<suggestion>[^'\"?]+)"

TS_MESSAGES: tuple[TsMessage, ...] = (
    _row((2551, 2568), "ts-did-you-mean", rf"^Property {_N} (?:does|may) not exist on type '.*'\. {_S}"),
    _row((2552, 2570), "ts-did-you-mean", rf"^Cannot find name {_N}\. {_S}"),
    _row(2724, "ts-did-you-mean", rf"^'.*' has no exported member named {_N}\. {_S}"),
    _row(2833, "ts-did-you-mean", rf"^Cannot find namespace {_N}\. {_S}"),
    _row(
        2561,
        "ts-excess-property",
        rf"^Object literal may only .* but {_N} does not exist .* Did you mean to write '(?P<suggestion>[^']+)",
    ),
    _row(2353, "ts-excess-property", rf"^Object literal may only .* and {_N} does not exist in type"),
    _row((2339, 2550), "ts-property-missing", rf"^Property {_N} does not exist on type '"),
    _row(2820, "ts-not-assignable", rf"^Type '\"?(?P<symbol>[^'\"]+)\"?' is not assignable to type '.*'\. {_S}"),
    _row(2741, "ts-not-assignable", rf"^Property {_N} is missing in type '.*' but required in type '"),
    _row((2739, 2740), "ts-not-assignable", r"^Type '.*' is missing the following properties from type '"),
    _row(2344, "ts-not-assignable", r"^Type '.*' does not satisfy the constraint '"),
    _row(
        (2322, 2559, 2375, 2412),
        "ts-not-assignable",
        r"^Type '.*' is not assignable to type '|^Type '.*' has no properties in common",
    ),
    _row((2345, 2379), "ts-argument-type", r"^Argument of type '.*' is not assignable to parameter of type '"),
    _row((2304, 2318), "ts-cannot-find-name", rf"^Cannot find (?:global type|name) {_N}\.$"),
    _row((2580, 2582, 2583, 2584, 2591, 2592, 2593), "ts-cannot-find-name", rf"^Cannot find name {_N}\. Do you need"),
    _row(18004, "ts-cannot-find-name", rf"^No value exists in scope for the shorthand property {_N}"),
    _row((2503, 2702), "ts-cannot-find-namespace", rf"^Cannot find namespace {_N}"),
    _row((18047, 18048, 18049), "ts-possibly-null", rf"^{_N} is possibly '(?:null|undefined)"),
    _row(
        (2531, 2532, 2533, 2721, 2722),
        "ts-possibly-null",
        r"^Object is possibly '|^Cannot invoke an object which is possibly",
    ),
    _row((18046, 2571), "ts-unknown-type", rf"^{_N} is of type 'unknown'|^Object is of type 'unknown'"),
    _row(
        (7006, 7005, 7034, 7019),
        "ts-implicit-any",
        rf"^(?:Parameter|Variable|Rest parameter) {_N} implicitly has (?:an? )?'?",
    ),
    _row((7031, 7010, 7008), "ts-implicit-any", rf"^(?:Binding element|Member|.*) ?{_N},? .*implicitly has an '"),
    _row(
        (7053, 7015, 7018, 7022, 7023, 7024),
        "ts-implicit-any",
        r"implicitly has an? '?any|implicitly has (?:return )?type 'any'",
    ),
    _row(2769, "ts-no-overload", r"^No overload matches this call"),
    _row(2352, "ts-bad-conversion", r"^Conversion of type '.*' to type '.*' may be a mistake"),
    _row(
        (2554, 2555, 2556, 2558),
        "ts-argument-count",
        r"^Expected (?:at least )?[\d-]+ (?:type )?arguments?, but got|^A spread argument must",
    ),
    _row(
        (2783, 1117),
        "ts-duplicate-property",
        rf"^{_N} is specified more than once|^An object literal cannot have multiple properties with the same name",
    ),
    _row(
        (6133, 6196, 6138, 6198, 6192, 6199),
        "ts-unused",
        rf"^(?:Property )?{_N} is declared but (?:its value is )?never (?:read|used)|^All (?:imports"
        rf"|destructured|variables)",
    ),
    _row((1484, 1371, 1205), "ts-type-only-import", rf"^{_N} is a type and must be imported using a type-only import"),
    _row(2688, "ts-missing-type-definition", rf"^Cannot find type definition file for {_N}"),
    _row((5101, 5102, 5107, 5108), "ts-deprecated-option", rf"^Option {_N} (?:is deprecated|has been removed)"),
    _row(
        (5058, 5057, 5083, 6053),
        "tsconfig-missing",
        rf"^(?:The specified path does not exist:|Cannot find a tsconfig\.json file at the specified directory:"
        rf"|Cannot read file|File) {_N}",
    ),
    _row(
        (18003, 18002),
        "tsconfig-missing",
        rf"^No inputs were found in config file {_N}|^The 'files' list in config file",
    ),
    _row(
        (2802, 1378, 1432, 2569),
        "ts-target-too-low",
        r"can only be iterated through when using|Top-level 'await' expressions are only allowed",
    ),
    _row((2305, 2459, 2460, 2614), "missing-export-ts", rf"^Module '.*' (?:has no exported member|declares) {_N}"),
    _row((1192, 2613), "missing-export-ts", r"^Module '(?P<symbol>.*)' has no default export"),
    _row((2307, 2792, 2732), "ts-cannot-find-module", rf"^Cannot find module {_N}"),
    _row(7016, "ts-cannot-find-module", rf"^Could not find a declaration file for module {_N}"),
    _row(
        (2834, 2835),
        "ts-cannot-find-module",
        r"^Relative import paths need explicit file extensions(?:.*Did you mean '(?P<suggestion>[^']+))?",
    ),
    _row((1149, 1261), "wrong-case-import", rf"^(?:File name|Already included file name) {_N} differs from"),
    _row(2306, "ts-not-a-module", rf"^File {_N} is not a module"),
    _row(1185, "merge-conflict-marker", r"^Merge conflict marker encountered"),
    _row(2300, "duplicate-declaration", rf"^Duplicate identifier {_N}"),
    _row(
        (2451, 2440),
        "duplicate-declaration",
        rf"^(?:Cannot redeclare block-scoped variable|Import declaration conflicts with local declaration of) {_N}",
    ),
    _row((1005, 1003), "ts-syntax", r"^'.{1,12}' expected\.|^Identifier expected"),
    _row(
        (1109, 1128, 1381, 1382, 17008, 17002, 1160, 1002),
        "ts-syntax",
        r"^(?:Expression|Declaration or statement) expected|^Unexpected token|has no corresponding closing tag"
        r"|^Unterminated ",
    ),
)


@cache
def by_code() -> dict[int, TsMessage]:
    """The rows by number."""
    return {code: row for row in TS_MESSAGES for code in row.codes}


@cache
def compiled(pattern: str) -> re2._Regexp:
    """A row's pattern, ready to search."""
    return re2.compile(pattern)


def message_of(code: str | None, message: str) -> TsMessage | None:
    """The row of a message: by its number where the log has it, else by its words."""
    if code:
        return by_code().get(int(code.removeprefix("TS")))
    return next((row for row in TS_MESSAGES if row.pattern and compiled(row.pattern).search(message)), None)

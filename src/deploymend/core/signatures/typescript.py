"""Type errors, as tsc (plain and pretty), vue-tsc, astro check, Next, Angular and CRA print them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deploymend.core.model import Category, Cause, Remedy
from deploymend.core.packages import package_root
from deploymend.core.signatures.paths import clean_path, is_alias, is_relative
from deploymend.core.signatures.signature import Family, Kind, Rank, Signature
from deploymend.core.signatures.spot import Location, Spot
from deploymend.core.signatures.typescript_messages import TsMessage, compiled, message_of

_IMPORTED_FILE = re.compile(r"import\(\"([^\"]{1,600})\"\)")
_PATH_LINE = re.compile(r"^npm (?:error|ERR!) (?:path|location) (\S{1,600})")
_HINT = re.compile(
    r"Property '(?P<symbol>[^'\n]{1,200})' does not exist on type '.{1,2000}'\. "
    r"Did you mean '(?P<suggestion>[^'\n]{1,200})'"
)
_NEXT_RULE = "does not match the required types of a Next.js "
_GENERATED = ("prisma/client", ".prisma/client", "generated/prisma")
_CLIENT_GENERATED = re.compile(r"Generated Prisma Client")
_FIRST_SYNTAX, _FIRST_OTHER = 1000, 2000


def _read(spot: Spot) -> Cause | None:
    code = spot.groups.get("code")
    message = spot.groups.get("message", "").strip()
    if _NEXT_RULE in message:
        return None
    row = message_of(code, message)
    place = _place(spot, message)
    details = spot.details()
    kind = _kind(spot, row, code, message, details)
    own_lines = [] if place is None or place.index == spot.index else [spot.at(place.index)]
    found = compiled(row.pattern).search(message) if row and row.pattern else None
    hint = _HINT.search("\n".join(details))
    groups = {**(found.groupdict() if found else {}), **(hint.groupdict() if hint else {})}
    return spot.cause(
        kind=kind,
        message=message,
        file=place.file if place else None,
        line=place.line if place else None,
        column=place.column if place else None,
        code=code or (f"TS{row.codes[0]}" if row else None),
        symbol=_symbol(kind, groups.get("symbol")),
        suggestion=groups.get("suggestion"),
        evidence=(*own_lines, *details, *spot.frame(spot.index + 1 + len(details))),
    )


def _place(spot: Spot, message: str) -> Location | None:
    """Where the error is; errors in Next's generated types belong to the file their message imports."""
    if "file" in spot.groups:
        named = spot.cause()
        place = Location(index=spot.index, file=named.file or "", line=named.line, column=named.column)
    else:
        found = spot.location_above(3) or spot.location_below(2)
        place = found or Location(index=spot.index, file="")
    imported = _IMPORTED_FILE.search(message)
    if imported and (not place.file or ".next/" in place.file):
        return Location(index=place.index, file=_source_of(clean_path(imported[1])))
    if not place.file and message.startswith("The specified path does not exist"):
        return _config_place(spot, message)
    return place if place.file else None


def _source_of(module: str) -> str:
    """A module as a file. The compiler leaves the ending out; type-checked route handlers are `.ts` files."""
    return f"{module}.ts" if module.endswith("/route") else module


def _config_place(spot: Spot, message: str) -> Location:
    """A tsconfig that tsc names from its own folder, with the folder npm names below."""
    name = message.partition("'")[2].partition("'")[0]
    folder = spot.find_below(_PATH_LINE, 12)
    return Location(index=spot.index, file=clean_path(f"{folder[1][1]}/{name}" if folder else name))


def _kind(spot: Spot, row: TsMessage | None, code: str | None, message: str, details: Sequence[str]) -> str:
    if row is None:
        number = int(code.removeprefix("TS")) if code else _FIRST_OTHER
        return "ts-syntax" if _FIRST_SYNTAX <= number < _FIRST_OTHER else "ts-error"
    if row.kind == "missing-export-ts" and any(name in message for name in _GENERATED):
        generated = any(_CLIENT_GENERATED.search(line) for line in spot.lines[: spot.index])
        return row.kind if generated else "prisma-not-generated"
    return _next_kind(message, details) or row.kind


def _next_kind(message: str, details: Sequence[str]) -> str | None:
    """Next's own rules, which it checks as types it generates into `.next/types`."""
    if "does not satisfy the constraint" not in message:
        return None
    told = "\n".join((message, *details))
    if "Property 'default' is missing in type" in told:
        return "next-page-no-default-export"
    if "Promise<" in told and ("params" in told or "searchParams" in told):
        return "next-async-params"
    return "next-async-params" if "'PageProps'" in told or "'LayoutProps'" in told else None


def _symbol(kind: str, symbol: str | None) -> str | None:
    if symbol and kind == "ts-cannot-find-module" and not is_relative(symbol) and not is_alias(symbol):
        return package_root(symbol) or symbol
    return symbol


_AUTO, _ASK = Remedy.AUTO_FIXABLE, Remedy.REQUIRES_ANALYSIS
_T, _I, _F, _S = Category.TYPESCRIPT, Category.IMPORT, Category.FRAMEWORK, Category.SYNTAX


def _ts(slug: str, action: Remedy, advice: str, rank: Rank = Rank.CAUSE, category: Category = _T) -> Kind:
    return Kind(slug=slug, category=category, action=action, advice=advice, rank=rank)


KINDS = (
    _ts(
        "ts-property-missing",
        _ASK,
        "Compare the use with the type's declaration: it changed, or a union is not narrowed.",
    ),
    _ts(
        "ts-not-assignable",
        _ASK,
        "Compare the value with the declared type; the last indented line names the part that differs.",
    ),
    _ts("ts-argument-type", _ASK, "Give the call an argument of the parameter's type, or change the parameter's type."),
    _ts("ts-excess-property", _ASK, "Remove the property, or add it to the type (for Prisma: to the schema)."),
    _ts("ts-did-you-mean", _AUTO, "Use the name that the compiler proposes."),
    _ts("ts-cannot-find-name", _ASK, "Declare or import the name, or install its types."),
    _ts("ts-cannot-find-namespace", _AUTO, "Import the namespace: React 19 has JSX in the react module only."),
    _ts("ts-possibly-null", _ASK, "Handle the empty case before the value is used."),
    _ts("ts-unknown-type", _AUTO, "Narrow the value first: `error instanceof Error ? error.message : String(error)`."),
    _ts("ts-implicit-any", _ASK, "Write the type that the value has."),
    _ts("ts-no-overload", _ASK, "Read the last indented line: it says why the last overload does not fit."),
    _ts(
        "ts-bad-conversion",
        _ASK,
        "Check that the two types are related; convert the value instead of asserting its type.",
    ),
    _ts("ts-argument-count", _ASK, "Pass the number of arguments that the function declares."),
    _ts("ts-duplicate-property", _AUTO, "Delete the earlier of the two properties: its value is never used."),
    _ts("ts-unused", _AUTO, "Remove what is not used.", Rank.LATER),
    _ts("ts-type-only-import", _AUTO, "Import it with `import type`."),
    _ts("ts-missing-type-definition", _ASK, "Install the types, or drop the entry from `types` in tsconfig.json."),
    _ts("ts-deprecated-option", _ASK, "Change the option in tsconfig.json as the message says."),
    _ts("ts-target-too-low", _AUTO, "Raise `target` or `lib` in tsconfig.json."),
    _ts("ts-not-a-module", _ASK, "The file exports nothing: it may be empty, or its export was removed."),
    _ts("ts-error", _ASK, "Look the error number up in TypeScript's documentation."),
    _ts(
        "tsconfig-missing",
        _ASK,
        "Check the file's name and case, and that git tracks it.",
        category=Category.CONFIGURATION,
    ),
    _ts("missing-export-ts", _ASK, "Export the name from the module, or import what it does export.", category=_I),
    _ts(
        "ts-cannot-find-module",
        _ASK,
        "Check the path, or add the package (or its @types) to package.json.",
        category=_I,
    ),
    _ts(
        "ts-syntax",
        _ASK,
        "Mend the code at the first place that is named; the rest usually follows from it.",
        category=_S,
    ),
    _ts(
        "next-async-params",
        _AUTO,
        "`params` and `searchParams` are promises since Next 15: type them so and await them.",
        category=_F,
    ),
    _ts("next-page-no-default-export", _ASK, "A page must have a React component as its default export.", category=_F),
)

_PLACE = r"\((?P<line>\d+),(?P<column>\d+)\)"
_COLONS = r":(?P<line>\d+):(?P<column>\d+)"
_MARK = r"(?:✘ |X |x |\[)*(?:\[?ERROR\]? |error |ERROR in .*)?"
_PATTERNS = (
    rf"^[ \t]*(?:Error: )?(?P<file>[^ \t].*?){_PLACE}: error (?P<code>TS\d{{4,5}}): ?(?P<message>.*)$",
    rf"^[ \t]*(?:Error: )?(?P<file>[^ \t].*?){_COLONS} - error (?P<code>TS\d{{4,5}}): ?(?P<message>.*)$",
    rf"^[ \t]*(?P<file>[^ \t].*?){_COLONS} - error ts\(\d{{4,5}}\): ?(?P<message>.*)$",
    rf"^[ \t]*{_MARK}(?P<code>TS\d{{4,5}}): (?P<message>.+?)(?: \[plugin [\w-]+\])?$",
    r"^[ \t]*Type error: (?P<message>.+)$",
    r"^[ \t]*Error: (?P<message>.*) \(ts\)$",
)

FAMILY = Family(
    kinds=KINDS,
    signatures=tuple(Signature(kind="ts-error", pattern=pattern, read=_read) for pattern in _PATTERNS),
)

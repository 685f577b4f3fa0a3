"""ESLint's findings: in `next build` up to 15 (`12:5  Error: …`), and from ESLint itself (`12:5  error  …`).

Warnings do not fail a build; only the error lines are causes. The file stands on a line of its own above them.
"""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause, Remedy
from deploymend.core.signatures.signature import Family, Kind, Rank, Signature
from deploymend.core.signatures.spot import Spot

_RULE = re.compile(r"\s{2,}(@?[a-z][\w@-]{0,80}(?:/[\w-]{1,80}){0,3})\s*$")
_NAMED = re.compile(r"^['`]([^'`]{1,200})['`] is ")

# Rules whose finding has a safe cure; every other rule needs a look at the code.
_KIND_OF_RULE = {
    "no-unused-vars": "eslint-no-unused-vars",
    "unused-imports/no-unused-imports": "eslint-no-unused-vars",
    "unused-imports/no-unused-vars": "eslint-no-unused-vars",
    "react/no-unescaped-entities": "eslint-no-unescaped-entities",
    "no-explicit-any": "eslint-no-explicit-any",
    "react-hooks/rules-of-hooks": "eslint-rules-of-hooks",
    "react-hooks/exhaustive-deps": "eslint-exhaustive-deps",
    "no-empty-object-type": "eslint-no-empty-object-type",
    "no-empty-interface": "eslint-no-empty-object-type",
    "prefer-const": "eslint-prefer-const",
    "ban-ts-comment": "eslint-ban-ts-comment",
    "no-require-imports": "eslint-no-require-imports",
    "no-var-requires": "eslint-no-require-imports",
    "@next/next/no-html-link-for-pages": "eslint-next-no-html-link",
    "react/jsx-no-undef": "eslint-jsx-no-undef",
    "react/display-name": "eslint-display-name",
}


def _read(spot: Spot) -> Cause | None:
    message = spot.groups.get("message", "")
    found = _RULE.search(message)
    rule = found[1] if found else None
    text = message[: found.start()].strip() if found else message.strip()
    named = _NAMED.match(text)
    return spot.cause(
        kind=_kind_of(rule, text),
        message=text,
        file=spot.headings.above(spot.index),
        code=rule,
        symbol=named[1] if named else rule,
    )


def _kind_of(rule: str | None, text: str) -> str:
    if text.startswith("Parsing error"):
        return "eslint-parse"
    if text.startswith(("Error: Calling setState", "Error: ")) or (rule or "").startswith("react-hooks/set-state"):
        return "eslint-react-hooks-v6"
    short = (rule or "").removeprefix("@typescript-eslint/")
    return _KIND_OF_RULE.get(rule or "") or _KIND_OF_RULE.get(short) or "eslint-error"


def _lint(slug: str, action: Remedy, advice: str, rank: Rank = Rank.CAUSE) -> Kind:
    return Kind(slug=slug, category=Category.LINT, action=action, advice=advice, rank=rank)


_AUTO, _ASK = Remedy.AUTO_FIXABLE, Remedy.REQUIRES_ANALYSIS
FAMILY = Family(
    kinds=(
        _lint("eslint-no-unused-vars", _AUTO, "Remove what is not used."),
        _lint("eslint-no-unescaped-entities", _AUTO, "Write the quote as an entity: `&apos;` or `&quot;`."),
        _lint("eslint-no-explicit-any", _ASK, "Write the type that the value has."),
        _lint("eslint-rules-of-hooks", _ASK, "Call hooks at the top level of a component or hook only."),
        _lint("eslint-exhaustive-deps", _ASK, "List the missing dependencies, or restructure the effect."),
        _lint("eslint-no-empty-object-type", _AUTO, "Write the empty interface as a type alias."),
        _lint("eslint-prefer-const", _AUTO, "Use const: `eslint --fix` does it."),
        _lint("eslint-ban-ts-comment", _ASK, "Remove the comment and mend the type error it hides."),
        _lint("eslint-no-require-imports", _ASK, "Use an import statement."),
        _lint("eslint-next-no-html-link", _ASK, "Use next/link for links inside the site."),
        _lint("eslint-jsx-no-undef", _ASK, "Import the component."),
        _lint("eslint-display-name", _ASK, "Name the component."),
        _lint(
            "eslint-react-hooks-v6", _ASK, "Derive the value during rendering instead of setting state in an effect."
        ),
        _lint("eslint-error", _ASK, "Look the rule up in its plug-in's documentation."),
        _lint("eslint-config-broken", _ASK, "Mend ESLint's configuration for the installed version.", Rank.GUESS),
        Kind(
            slug="eslint-parse",
            category=Category.SYNTAX,
            action=_ASK,
            advice="Mend the code at the place that is named.",
        ),
    ),
    signatures=(
        Signature(kind="eslint-error", pattern=r"^(?P<line>\d+):(?P<column>\d+)  Error: (?P<message>.+)$", read=_read),
        Signature(
            kind="eslint-error",
            pattern=r"^[ \t]+(?P<line>\d+):(?P<column>\d+)[ \t]+error[ \t]+(?P<message>.+)$",
            read=_read,
        ),
        Signature(
            kind="eslint-config-broken",
            pattern=r"ESLint: Invalid Options|Failed to load (?:config|plugin) \"[^\"]+\"|ESLint couldn't find an? ",
        ),
    ),
)

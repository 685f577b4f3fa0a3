"""Style tool chains: Tailwind 3 and 4, PostCSS plug-ins, browserslist."""

from __future__ import annotations

from deploymend.core.model import Category
from deploymend.core.signatures.rows import ASK, AUTO, kinds_of, line, located
from deploymend.core.signatures.signature import Family

_kind = kinds_of(Category.CONFIGURATION)

FAMILY = Family(
    kinds=(
        _kind("tailwind-v4-postcss", AUTO, "Add @tailwindcss/postcss and use it as the PostCSS plug-in."),
        _kind(
            "tailwind-unknown-utility",
            ASK,
            "Define the class in the theme (v4: @theme or @config), or use one that exists.",
        ),
        _kind("browserslist-invalid-version", ASK, "Update browserslist and caniuse-lite."),
    ),
    signatures=(
        line(
            "tailwind-v4-postcss",
            r"trying to use `tailwindcss` directly as a PostCSS plugin",
            file="postcss.config.mjs",
        ),
        line(
            "tailwind-unknown-utility",
            r"^(?:Error: |CssSyntaxError: (?:tailwindcss: )?(?P<file>[^ ]+?):(?P<line>\d+):(?P<column>\d+): )?"
            r"Cannot apply unknown utility class:? `?(?P<symbol>[^` ]+)",
            read=located(),
        ),
        line("tailwind-unknown-utility", r"The `(?P<symbol>[^`]+)` class does not exist\. If `", read=located()),
        line("browserslist-invalid-version", r"^(?:Error: )?Invalid version: \"?(?P<symbol>[\d.-]+)"),
    ),
)

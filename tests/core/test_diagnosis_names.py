"""Names in a diagnosis are those a person or a rule can use: specifiers as written, variables by name."""

from __future__ import annotations

import pytest

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose

NODE = (
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/vercel/path0/{wanted}' imported from /vercel/path0/{importer}"
)


@pytest.mark.parametrize(
    ("wanted", "importer", "specifier"),
    [
        ("lib/Price.mjs", "build.mjs", "./lib/Price.mjs"),
        ("apps/web/lib/Price.mjs", "apps/web/build.mjs", "./lib/Price.mjs"),
        ("src/Price.mjs", "src/pages/home.mjs", "../Price.mjs"),
        ("lib/Price.mjs", "apps/web/build.mjs", "../../lib/Price.mjs"),
    ],
)
def test_what_node_resolved_is_named_as_it_was_imported(wanted: str, importer: str, specifier: str) -> None:
    """Node prints absolute paths; a rule needs the specifier that stands in the importing file."""
    (cause,) = diagnose(parse_log(NODE.format(wanted=wanted, importer=importer))).causes
    assert (cause.file, cause.symbol) == (importer, specifier)


def test_a_file_in_another_case_is_found_from_a_folder() -> None:
    """So that the fixer of wrong cases gets it."""
    log = parse_log(NODE.format(wanted="apps/web/lib/Price.mjs", importer="apps/web/build.mjs"))
    files = ("apps/web/build.mjs", "apps/web/lib/price.mjs", "apps/docs/lib/price.mjs")
    (cause,) = diagnose(log, known_files=files).causes
    assert (cause.kind, cause.suggestion) == ("wrong-case-import", "./lib/price.mjs")


@pytest.mark.parametrize(
    ("lines", "advice"),
    [
        (("Error: Missing required environment variable: STRIPE_KEY",), "Set STRIPE_KEY for this"),
        (
            ("Error: Missing environment variable: A_KEY", "Error: Missing environment variable: B_KEY"),
            "Set A_KEY, B_KEY for this",
        ),
        (("Error: supabaseUrl is required.",), "Set the environment variable for this"),
    ],
)
def test_the_advice_names_the_variables(lines: tuple[str, ...], advice: str) -> None:
    """Where the log has their names; a library's own option name is none."""
    assert diagnose(parse_log("\n".join(lines))).advice[0].startswith(advice)

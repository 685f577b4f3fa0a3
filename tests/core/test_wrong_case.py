from __future__ import annotations

import pytest

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose

FILES = (
    "src/components/Button.tsx",
    "src/components/forms/index.ts",
    "src/app/page.tsx",
    "src/Lib/util.ts",
    "src/a/Twice.ts",
    "src/a/twice.tsx",
    "README.md",
)


@pytest.mark.parametrize(
    ("file", "specifier", "right"),
    [
        ("src/app/page.tsx", "../components/button", "../components/Button"),
        ("app/page.tsx", "../components/button", "../components/Button"),
        ("src/app/page.tsx", "../components/button.tsx", "../components/Button.tsx"),
        ("src/app/page.tsx", "../components/Forms", "../components/forms"),
        ("src/app/page.tsx", "../lib/util", "../Lib/util"),
        ("src/components/Button.tsx", "./FORMS/index", "./forms/index"),
        ("src/app/page.tsx", "@/components/button", "@/components/Button"),
        ("src/app/page.tsx", "~/lib/Util", "~/Lib/util"),
        ("src/app/page.tsx", "../../readme.md", "../../README.md"),
    ],
)
def test_path_in_another_case(file: str, specifier: str, right: str) -> None:
    """A missing import whose file is there in another case is told so, with the right specifier."""
    cause = diagnose(parse_log(f"./{file}\nModule not found: Can't resolve '{specifier}'"), known_files=FILES).causes[0]
    assert (cause.kind, cause.symbol, cause.suggestion) == ("wrong-case-import", specifier, right)


@pytest.mark.parametrize(
    ("file", "specifier"),
    [
        ("src/app/page.tsx", "../components/missing"),
        ("src/app/page.tsx", "@/components/missing"),
        ("src/app/page.tsx", "#nothing"),
        ("src/app/page.tsx", "../components/Button"),
        ("src/app/page.tsx", "../a/TWICE"),
        ("src/app/page.tsx", "../../.."),
        ("elsewhere/unknown.tsx", "./components/button"),
    ],
)
def test_anything_else_stays_missing(file: str, specifier: str) -> None:
    """No file, two candidates, the right case, or an unknown importer: nothing is claimed."""
    diagnosis = diagnose(parse_log(f"./{file}\nModule not found: Can't resolve '{specifier}'"), known_files=FILES)
    assert diagnosis.kind in {"module-not-found-relative", "module-not-found-alias"}


def test_compiler_says_the_same() -> None:
    """TS2307 is read like a bundler's complaint."""
    log = parse_log("src/app/page.tsx(1,2): error TS2307: Cannot find module '../components/button' or its types.")
    assert diagnose(log, known_files=FILES).kind == "wrong-case-import"


def test_no_files_known() -> None:
    """Without the list nothing changes; other kinds never do."""
    log = parse_log("a.ts(1,2): error TS2304: Cannot find name 'x'.")
    assert diagnose(log, known_files=FILES) == diagnose(log)


def test_missing_module_without_importer() -> None:
    """A relative import whose importer the log does not name stays missing."""
    assert diagnose(parse_log("Error: Cannot find module './components/button'"), known_files=FILES).kind == (
        "module-not-found-relative"
    )

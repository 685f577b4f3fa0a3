from __future__ import annotations

import pytest

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose
from deploymend.core.locate import tell_wrong_case
from deploymend.core.model import Category, Cause

FILES = (
    "src/components/Button.tsx",
    "src/components/forms/index.ts",
    "src/app/page.tsx",
    "src/Lib/util.ts",
    "src/a/Twice.ts",
    "src/a/twice.tsx",
    "src/same/file.ts",
    "src/same/file.css",
    "src/same/file.js",
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
        ("src/app/page.tsx", "../components/button.js", "../components/Button.js"),
        ("src/app/page.tsx", "../SAME/file", "../same/file"),
        ("elsewhere/unknown.tsx", "@/components/button", "@/components/Button"),
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


@pytest.mark.parametrize("importer", ["web/src/app/page.tsx", "apps/web/src/app/page.tsx"])
def test_an_alias_means_the_package_that_the_importer_is_in(importer: str) -> None:
    """In a monorepo `@/` is the package's own folder, and another package's file of that name is none of it."""
    files = ("package.json", "apps/web/package.json", "apps/web/src/app/page.tsx", "apps/docs/src/Other.tsx")
    missing = f"./{importer}\nModule not found: Can't resolve '@/{{}}'"
    found = diagnose(parse_log(missing.format("App/page")), known_files=files).causes[0]
    assert (found.kind, found.suggestion) == ("wrong-case-import", "@/app/page")
    assert diagnose(parse_log(missing.format("other")), known_files=files).kind == "module-not-found-alias"


@pytest.mark.parametrize("symbol", ["./assets/logo.png", "@/assets/logo.png"])
def test_assets_have_a_case_too(symbol: str) -> None:
    """An image that a style sheet names is told like a module."""
    cause = Cause(category=Category.FRAMEWORK, kind="missing-asset", message="m", file="src/a.css", symbol=symbol)
    (told,) = tell_wrong_case((cause,), ("src/a.css", "src/assets/Logo.png"))
    assert (told.kind, told.suggestion) == ("wrong-case-import", symbol.replace("logo", "Logo"))


def test_the_folder_of_the_build_decides() -> None:
    """A name that fits twice means the file below the root directory."""
    cause = Cause(category=Category.IMPORT, kind="ts-cannot-find-module", message="m", file="src/a.ts", symbol="./b")
    files = ("src/a.ts", "src/B.ts", "web/src/a.ts", "web/src/b.ts")
    assert tell_wrong_case((cause,), files)[0].suggestion == "./B"
    assert tell_wrong_case((cause,), files, "web") == (cause,)


@pytest.mark.parametrize("looked_for", ["web/src/views/clipboard", "src/views/clipboard"])
def test_a_path_that_was_looked_for(looked_for: str) -> None:
    """Vite names the file an alias led to, from the repository's root or the root directory. (Seen with Vite 4.)"""
    log = f"Could not load /vercel/path0/{looked_for} (imported by src/routes.ts): ENOENT: no such file or directory"
    files = ("web/src/views/Clipboard/index.vue", "web/src/routes.ts")
    (cause,) = tell_wrong_case(diagnose(parse_log(log)).causes, files, "web")
    assert (cause.kind, cause.suggestion) == ("wrong-case-import", "web/src/views/Clipboard")


def test_a_script_of_a_page_in_another_case() -> None:
    """Vite's entry: a path from the page's own root."""
    log = "[vite:build-html] Failed to resolve /src/main.jsx from /vercel/path0/web/index.html"
    (cause,) = tell_wrong_case(diagnose(parse_log(log)).causes, ("web/src/Main.jsx", "web/index.html"), "web")
    assert (cause.kind, cause.file, cause.suggestion) == ("wrong-case-import", "web/index.html", "web/src/Main.jsx")

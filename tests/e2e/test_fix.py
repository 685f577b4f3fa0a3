"""`deploymend fix` repairs real apps, and its JSON is the contract other programs read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeApp = Callable[..., Any]

OUTCOMES = {"repaired", "already_green", "unrepaired", "not_code"}
DEBUG = "sha512-RGwwWnwQvkVfavKVt22FGLw+xYSdzARwm0ru6DhTVA3umU5hZc28V3kO4stgYryrTlLpuvgI9GiijltAjNbcqA=="
MS = "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA=="
PNPM_LOCK = f"""\
lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

importers:

  .:
    dependencies:
      debug:
        specifier: ^4.4.3
        version: 4.4.3

packages:

  debug@4.4.3:
    resolution: {{integrity: {DEBUG}}}
    engines: {{node: '>=6.0'}}
    peerDependencies:
      supports-color: '*'
    peerDependenciesMeta:
      supports-color:
        optional: true

  ms@2.1.3:
    resolution: {{integrity: {MS}}}

snapshots:

  debug@4.4.3:
    dependencies:
      ms: 2.1.3

  ms@2.1.3: {{}}
"""
WRONG_CASE = 'import { formatPrice } from "./Money";\n\nexport const label = formatPrice(1250);\n'


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one object on stdout, with all that the contract names."""
    found: dict[str, Any] = json.loads(done.stdout)
    assert {"outcome", "diagnosis", "attempts", "commit", "seconds"} <= set(found), done.stderr
    assert found["outcome"] in OUTCOMES
    assert found["seconds"] > 0
    for attempt in found["attempts"]:
        assert {"fixer", "summary", "files", "proof", "passed", "seconds", "cost_usd", "tokens"} <= set(attempt)
    assert "Traceback" not in done.stderr
    return found


def repaired(done: subprocess.CompletedProcess[str], app: Any, *, fixer: str, kind: str) -> dict[str, Any]:
    """It is repaired by this fixer, proved by a build, and committed on top of what was there."""
    found = document(done)
    assert (found["outcome"], done.returncode) == ("repaired", 0), json.dumps(found, indent=1)[:3000]
    assert kind in {found["diagnosis"]["kind"], *(cause["kind"] for cause in found["diagnosis"]["causes"])}
    (passed,) = (attempt for attempt in found["attempts"] if attempt["passed"])
    assert (passed["fixer"], passed["proof"]) == (fixer, "built")
    assert app.git("rev-parse", "HEAD") == found["commit"]
    assert app.git("status", "--porcelain") == ""
    return found


@pytest.mark.parametrize(
    ("broken", "line", "fixer", "kind"),
    [
        (WRONG_CASE, 'import { formatPrice } from "./money";', "rules/import-case", "wrong-case-import"),
        (
            'import { formatPrise } from "./money";\n\nexport const label = formatPrise(1250);\n',
            "export const label = formatPrice(1250);",
            "rules/did-you-mean",
            "ts-did-you-mean",
        ),
        (
            'import { formatPrice } from "./money";\n\nexport const label = "12.50";\n',
            'export const label = "12.50";',
            "rules/unused",
            "ts-unused",
        ),
    ],
    ids=["wrong case", "did you mean", "unused import"],
)
def test_faults_the_compiler_names(*, run: Run, typed: MakeApp, broken: str, line: str, fixer: str, kind: str) -> None:
    """Each is cured by its rule in the one line it is about, and nothing else changes."""
    app = typed()
    before = app.commit("Break it", {"src/main.ts": broken})
    found = repaired(run("fix", "--format", "json", cwd=app.folder), app, fixer=fixer, kind=kind)
    assert app.git("rev-parse", "HEAD~1") == before
    assert app.git("diff", "--name-only", "HEAD~1") == "src/main.ts"
    text = (app.folder / "src/main.ts").read_text()
    assert line in text
    if kind == "ts-unused":
        assert "formatPrice" not in text
    assert found["files"] == ["src/main.ts"]
    assert "Deploymend-Fixer" in app.git("log", "-1", "--format=%B")
    assert app.git("log", "-1", "--format=%an <%ae>") == "Uma User <uma@example.test>"


def test_an_undeclared_package_gets_the_locks_version(run: Run, make: MakeApp) -> None:
    """With pnpm, which hides what only another package asked for, the import is declared with the locked version."""
    script = 'import ms from "ms";\nimport { mkdirSync, writeFileSync } from "node:fs";\n'
    script += 'mkdirSync("public", { recursive: true });\nwriteFileSync("public/index.html", String(ms("1 day")));\n'
    app = make(
        {"build.mjs": script, "pnpm-lock.yaml": PNPM_LOCK},
        lock=False,
        scripts={"build": "node build.mjs"},
        dependencies={"debug": "^4.4.3"},
    )
    done = run("fix", "--format", "json", cwd=app.folder)
    repaired(done, app, fixer="rules/undeclared-package", kind="module-not-found-package")
    assert "2.1.3" in json.loads((app.folder / "package.json").read_text())["dependencies"]["ms"]
    assert app.git("diff", "--name-only", "HEAD~1").split() == ["package.json", "pnpm-lock.yaml"]


def test_a_stale_package_lock_is_brought_in_step(run: Run, plain: MakeApp) -> None:
    """`npm ci` refuses it; only the lock changes, by npm itself, and the manifest says the same as before."""
    app = plain(files={"vercel.json": '{"installCommand": "npm ci"}\n'}, dependencies={"debug": "^4.4.3"})
    manifest = (app.folder / "package.json").read_text().replace('"debug"', '"escape-html": "^1.0.3",\n    "debug"')
    app.commit("Use escape-html", {"package.json": manifest})
    done = run("fix", "--format", "json", cwd=app.folder)
    repaired(done, app, fixer="rules/stale-lockfile", kind="npm-lockfile-out-of-sync")
    assert app.git("diff", "--name-only", "HEAD~1") == "package-lock.json"
    lock = json.loads((app.folder / "package-lock.json").read_text())
    assert lock["packages"][""]["dependencies"] == {"debug": "^4.4.3", "escape-html": "^1.0.3"}
    assert not any("resolved" in package for package in lock["packages"].values()), "a lock without addresses stays so"


def test_a_stale_pnpm_lock_is_brought_in_step(run: Run, plain: MakeApp) -> None:
    """By the pnpm that wrote it, in its own format."""
    app = plain(files={"pnpm-lock.yaml": PNPM_LOCK}, lock=False, dependencies={"debug": "^4.4.3", "ms": "^2.1.3"})
    done = run("fix", "--format", "json", cwd=app.folder)
    repaired(done, app, fixer="rules/stale-lockfile", kind="pnpm-outdated-lockfile")
    assert app.git("diff", "--name-only", "HEAD~1") == "pnpm-lock.yaml"
    assert (app.folder / "pnpm-lock.yaml").read_text().startswith("lockfileVersion: '9.0'")


def test_crlf_stays(run: Run, typed: MakeApp) -> None:
    """A repair in a file with Windows line ends changes its own line and no other."""
    app = typed({".gitattributes": "* -text\n"})
    crlf = WRONG_CASE.replace("\n", "\r\n").encode()
    app.commit("Break it", {"src/main.ts": crlf})
    repaired(run("fix", "--format", "json", cwd=app.folder), app, fixer="rules/import-case", kind="wrong-case-import")
    assert (app.folder / "src/main.ts").read_bytes() == crlf.replace(b"./Money", b"./money")


def test_green_is_told_and_touches_nothing(run: Run, typed: MakeApp) -> None:
    """Nothing to repair: exit 0, no attempt, no commit; in text one line says so."""
    app = typed()
    before = app.everything()
    done = run("fix", "--format", "jsonl", cwd=app.folder)
    found = document(done)
    assert (done.returncode, found["outcome"], found["attempts"], found["commit"]) == (0, "already_green", [], None)
    assert done.stdout.count("\n") == 1
    text = run("fix", cwd=app.folder)
    assert "✓ green in" in text.stdout
    assert (text.stdout.count("\n"), text.stderr) == (1, "")
    assert app.everything() == before

"""What `deploymend fix` does not repair it leaves exactly as it was, byte for byte, and says what a person must do."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeApp = Callable[..., Any]

CONFLICT = """\
import { formatPrice } from "./money";

<<<<<<< HEAD
export const label = formatPrice(1250);
=======
export const label = formatPrice(1300);
>>>>>>> prices
"""


def told(run: Run, app: Any, *options: str) -> tuple[dict[str, Any], str]:
    """The JSON and the text of two runs in a row; both end with 1 and change nothing."""
    before = app.everything()
    done = run("fix", "--format", "json", *options, cwd=app.folder)
    found: dict[str, Any] = json.loads(done.stdout)
    text = run("fix", *options, cwd=app.folder)
    for one in (done, text):
        assert one.returncode == 1, one.stdout + one.stderr
        assert "Traceback" not in one.stderr
    assert app.everything() == before
    assert found["commit"] is None
    assert not any(attempt["passed"] for attempt in found["attempts"])
    assert "nothing was changed" in text.stdout
    return found, text.stdout


def test_a_missing_variable_is_not_code(run: Run, plain: MakeApp) -> None:
    """No change to the repository can honestly cure it: the message names the variable and how to set it."""
    app = plain('if (!process.env.STRIPE_KEY) throw new Error("Missing required environment variable: STRIPE_KEY");\n')
    found, text = told(run, app)
    assert found["outcome"] == "not_code"
    assert found["diagnosis"]["kind"] == "missing-env-var"
    assert found["diagnosis"]["action"] == "requires_intervention"
    assert "STRIPE_KEY" in found["diagnosis"]["causes"][0]["evidence"][0]
    assert "no change to the repository can honestly cure this" in text
    assert "1. Set STRIPE_KEY for this environment" in text


def test_a_failing_test_is_nobodys_to_silence(run: Run, plain: MakeApp) -> None:
    """A build that runs the tests fails with them: no fixer touches the test or the script."""
    test = 'import { test } from "node:test";\nimport assert from "node:assert";\n'
    test += 'import { total } from "./total.mjs";\ntest("adds", () => assert.equal(total([1, 2]), 3));\n'
    files = {"total.test.mjs": test, "total.mjs": "export const total = (n) => n.length;\n"}
    app = plain(files=files, scripts={"build": "node --test && node build.mjs"})
    found, _ = told(run, app)
    assert found["outcome"] in {"unrepaired", "not_code"}


def test_conflict_markers_are_a_persons(run: Run, typed: MakeApp) -> None:
    """Which side is right nobody but them knows."""
    app = typed()
    app.commit("Merge prices", {"src/main.ts": CONFLICT})
    found, text = told(run, app)
    assert found["diagnosis"]["kind"] == "merge-conflict-marker"
    assert found["outcome"] in {"unrepaired", "not_code"}
    assert "src/main.ts:3" in text


def test_a_type_error_without_a_rule_is_left(run: Run, typed: MakeApp) -> None:
    """A wrong repair is worse than none: no `any`, no assertion, no comment that silences the compiler."""
    app = typed()
    app.commit("Break it", {"src/main.ts": TYPED_WRONG})
    found, _ = told(run, app, "--no-model")
    assert found["outcome"] == "unrepaired"
    assert found["diagnosis"]["category"] == "typescript"
    assert found["diagnosis"]["causes"][0]["file"] == "src/main.ts"


TYPED_WRONG = 'import { formatPrice } from "./money";\n\nexport const label: number = formatPrice(1250);\n'


def test_a_build_that_hangs_is_ended(run: Run, plain: MakeApp) -> None:
    """It is stopped at the limit, which is told; nothing is guessed from a log that was cut off."""
    app = plain("setInterval(() => {}, 1000);\n")
    found, text = told(run, app, "--timeout", "3")
    assert found["outcome"] == "unrepaired"
    assert found["seconds"] < 60
    assert "memory" not in text
    assert "still running after 3 s" in found["note"]
    assert "still running after 3 s" in text

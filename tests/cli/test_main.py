"""The program's frame: help, the lazy table, the five endings."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from deploymend.cli.main import COMMANDS

Run = Callable[..., subprocess.CompletedProcess[str]]

HEAVY = {"dbos", "pydantic", "rich", "httpx2", "sqlalchemy", "apprise", "re2", "starlette", "asyncio"}


def test_help_names_every_command_and_how_to_start(run: Run) -> None:
    """Without arguments and with --help alike; what it is for stands first."""
    done = run("--help")
    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    assert "deploymend demo" in done.stdout
    assert run().stdout == done.stdout


def test_help_loads_nothing_heavy() -> None:
    """That is what keeps it under 0.3 s: bench/ measures the time itself."""
    code = "import sys; from deploymend.__main__ import main; main(['--help']); "
    code += "print(*sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stderr.split()) == set()


def test_what_needs_no_engine_does_not_load_it() -> None:
    """`fix` and `incidents` work without the durable engine, whose import a person would wait for."""
    code = "import sys, deploymend.app.fixing, deploymend.app.history; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", [name for name, (place, _) in COMMANDS.items() if find_spec(place.split(":")[0])])
def test_each_commands_help_teaches(run: Run, name: str) -> None:
    """What it is for, and at least two real examples."""
    done = run(name, "--help")
    assert done.returncode == 0, done.stderr
    shown = done.stdout.partition("Options:")[0]
    assert shown.count(f"deploymend {name}") >= 2, "the usage, and an example that can be copied"
    assert len([line for line in shown.splitlines() if line.startswith("    ")]) >= 2, "two examples"


def test_an_unknown_command_is_usage(run: Run) -> None:
    """Exit code 2, and what was perhaps meant."""
    done = run("doctr")
    assert done.returncode == 2
    assert "did you mean doctor?" in done.stderr


def test_errors_are_json_too_where_that_was_asked_for(run: Run) -> None:
    """Text on stderr for the person, one object on stdout for the program, also when the arguments are wrong."""
    for arguments in (("diagnose", "--nope", "--format", "json"), ("diagnose", "--nope", "--format=jsonl")):
        done = run(*arguments)
        error = json.loads(done.stdout)["error"]
        assert (done.returncode, error["kind"], error["exit_code"]) == (2, "UsageError", 2)
        assert "--nope" in error["message"]
        assert "--nope" in done.stderr


def test_a_known_error_has_its_code_and_next_step(run: Run) -> None:
    """`init` outside of a checkout: the user's own, so 2."""
    done = run("init", "--format", "json")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["kind"]) == (2, "CheckoutError")
    assert "git init" in error["next_step"]
    assert "Traceback" not in done.stderr


def in_process(body: str, cwd: Path, *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `main` with a command of the test's own, whose body is given."""
    code = f"""
import sys, click
from deploymend.cli import main as table
from deploymend.__main__ import main
@click.command()
def own():
    {body}
module = type(sys)("own_command"); module.own = own; sys.modules["own_command"] = module
table.COMMANDS["own"] = ("own_command:own", "a test's own")
sys.exit(main(["own"]))
"""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_bug_leaves_a_report_with_secrets_masked(tmp_path: Path) -> None:
    """Exit code 70; the report can be pasted: versions, command, traceback, no secret, no home folder."""
    env = {"MY_TOKEN": "hush-hush-value", "HOME": str(tmp_path)}
    done = in_process(
        'raise RuntimeError("failed with hush-hush-value in " + __import__("os").getcwd())', tmp_path, env=env
    )
    (report,) = tmp_path.glob("deploymend-report-*.md")
    text = report.read_text()
    assert done.returncode == 70
    assert str(report) in done.stderr
    assert "RuntimeError" in text
    assert "Python 3." in text
    for secret in ("hush-hush-value", str(tmp_path)):
        assert secret not in text
    assert "hush-hush-value" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupt_is_130(tmp_path: Path) -> None:
    """One line, no traceback."""
    done = in_process("raise KeyboardInterrupt", tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (130, False)
    assert "interrupted" in done.stderr


@pytest.mark.parametrize(("code", "expected"), [("return 1", 1), ("return 0", 0), ("return", 0), ("sys.exit(3)", 3)])
def test_a_command_decides_its_exit_code(tmp_path: Path, code: str, expected: int) -> None:
    """By returning it; nothing returned is 0."""
    assert in_process(code, tmp_path).returncode == expected


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    """`deploymend … | head -1` ends quietly."""
    shell = f'"{sys.executable}" -m deploymend init --schema | head -c 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{0\n", "")


def test_a_missing_module_is_told_and_breaks_nothing_else(tmp_path: Path) -> None:
    """A command that is not installed says so; the others and the help go on."""
    body = "table.COMMANDS['gone'] = ('deploymend.cli.gone:gone', 'x'); return main(['gone'])"
    done = in_process(body, tmp_path)
    assert done.returncode == 2
    assert "`gone` is not part of this installation" in done.stderr

"""`deploymend doctor`: each finding with its cure, against a platform played by a small server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

IDENTITY = {
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "user.email",
    "GIT_CONFIG_VALUE_0": "ada@shop.example",
}


class OneProject(BaseHTTPRequestHandler):
    """Knows the token `good` and the project `shop` without deployments; refuses all else as Vercel does."""

    def do_GET(self) -> None:
        """Answer by token and path."""
        status: int
        body: dict[str, object]
        if self.headers["Authorization"] != "Bearer good-token":
            status, body = 403, {"error": {"code": "forbidden", "message": "Not authorized"}}
        elif "/env" in self.path:
            status, body = 200, {"envs": []}
        elif "/projects/shop" in self.path:
            status, body = 200, {"id": "prj_1", "name": "shop", "framework": "vite", "nodeVersion": "22.x"}
        elif "/deployments" in self.path:
            status, body = 200, {"deployments": [], "pagination": {"next": None}}
        else:
            status, body = 404, {"error": {"code": "not_found", "message": "Project not found"}}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def platform() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), OneProject)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str, str]]:
    """Level, text and cure by subject."""
    return {one["subject"]: (one["level"], one["text"], one["cure"]) for one in json.loads(done.stdout)["findings"]}


def test_without_a_configuration_the_machine_is_still_checked(run: Run) -> None:
    """Code 2, the cure on the first line, Node and sandbox and folders below."""
    done = run("doctor", "--format", "json")
    found = findings(done)
    assert done.returncode == 2
    assert found["configuration"][0] == "problem"
    assert found["configuration"][2] == "Write one with: deploymend init"
    assert {"git", "node", "npm", "sandbox", "state", "cache", "Claude"} <= set(found)
    assert found["git"][0] == "ok"


def test_a_good_set_up_is_zero(run: Run, checkout: Path, platform: str) -> None:
    """Token, project, repository and author are all well; in text each line has its mark."""
    (checkout / "deploymend.toml").write_text('[[projects]]\nname = "shop"\n')
    env = {"VERCEL_TOKEN": "good-token", "VERCEL_API_URL": platform, **IDENTITY}
    subprocess.run(["git", "-C", str(checkout), "config", "user.email", "ada@shop.example"], check=True)
    done = run("doctor", "--format", "json", cwd=checkout, env=env)
    found = findings(done)
    problems = {subject: finding for subject, finding in found.items() if finding[0] == "problem"}
    assert set(problems) <= {"sandbox"}, problems
    assert found["shop: repository"][0] == "ok"
    assert "vite, npm, Node 24" in done.stdout
    assert "ada@shop.example" in found["shop: author"][1]
    assert "good-token" not in done.stdout
    text = run("doctor", cwd=checkout, env=env).stdout
    assert "  ✓ shop: repository" in text


@pytest.mark.parametrize(
    ("toml", "env", "subject", "said"),
    [
        ('[[projects]]\nname = "shop"', {}, "Vercel token", "there is no Vercel token"),
        ('[[projects]]\nname = "nope"', {"VERCEL_TOKEN": "good-token"}, "vercel project", "no project nope"),
        ('[[projects]]\nname = "shop"', {"VERCEL_TOKEN": "bad-token"}, "vercel access", ""),
        ('[[projects]]\nname = "shop"\nrepository = "gone"', {"VERCEL_TOKEN": "x"}, "shop: repository", "not a folder"),
        ("", {}, "configuration", "names no project"),
        ("[watch]\ncheck_intervall_seconds = 1", {}, "configuration", "did you mean check_interval_seconds?"),
        ('[[projects]]\nname = "shop"\n[notify]\ntargets = ["$CHAT"]', {}, "notifications", "$CHAT"),
        (
            '[[projects]]\nname = "shop"\n[notify]\ntargets = ["$CHAT"]',
            {"CHAT": "smoke://x"},
            "notifications",
            "holds no",
        ),
    ],
)
def test_each_problem_is_found_with_its_cure(
    *, run: Run, checkout: Path, platform: str, toml: str, env: dict[str, str], subject: str, said: str
) -> None:
    """No token, wrong token, unknown project, no such folder, nothing configured, wrong key, unset or wrong target."""
    (checkout / "deploymend.toml").write_text(toml)
    done = run("doctor", "--format", "json", cwd=checkout, env={"VERCEL_API_URL": platform, **env})
    level, text, cure = findings(done)[subject]
    assert (done.returncode, level) == (2, "problem")
    assert said in text
    assert cure
    assert not any(secret in done.stdout for secret in ("bad-token", "good-token", "smoke://"))


def test_a_remote_that_does_not_answer_is_told(run: Run, checkout: Path) -> None:
    """The remote's own words, and what to look at."""
    (checkout / "deploymend.toml").write_text('[[projects]]\nname = "shop"\n')
    subprocess.run(["git", "-C", str(checkout), "remote", "set-url", "origin", "/nowhere/shop.git"], check=True)
    level, _, cure = findings(run("doctor", "--format", "json", cwd=checkout))["shop: repository"]
    assert (level, bool(cure)) == ("problem", True)


def test_a_folder_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    """State below a file can never be made."""
    (tmp_path / "file").write_text("")
    done = run("doctor", "--format", "json", env={"DEPLOYMEND_STATE": str(tmp_path / "file" / "state")})
    assert findings(done)["state"][0] == "problem"

"""`deploymend init`: what it finds, what it writes, what it leaves alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploymend.config import read_config

Run = Callable[..., subprocess.CompletedProcess[str]]


def link(checkout: Path, **content: object) -> None:
    """What `vercel link` leaves behind."""
    (checkout / ".vercel").mkdir()
    (checkout / ".vercel" / "project.json").write_text(json.dumps(content))


def test_a_linked_checkout_is_found(run: Run, checkout: Path) -> None:
    """Project, team, remote, branch, framework and commands; the file reads back as settings."""
    link(checkout, projectId="prj_1", orgId="team_9", projectName="storefront")
    done = run("init", cwd=checkout)
    config = read_config(checkout / "deploymend.toml")
    assert done.returncode == 0, done.stderr
    assert [(one.name, one.team, one.repository) for one in config.projects] == [
        ("storefront", "team_9", str(checkout.resolve()))
    ]
    for word in ("origin", "branch main", "storefront, team team_9", "vite, npm", "next: export VERCEL_TOKEN"):
        assert word in done.stdout


def test_a_personal_account_has_no_team(run: Run, checkout: Path) -> None:
    """Its owner id is a user's, which must not be asked for as a team; the id serves where the name is missing."""
    link(checkout, projectId="prj_1", orgId="user_9")
    assert run("init", cwd=checkout).returncode == 0
    project = read_config(checkout / "deploymend.toml").projects[0]
    assert (project.name, project.team) == ("prj_1", None)


def test_a_monorepo_gives_all_its_projects(run: Run, checkout: Path) -> None:
    """From `.vercel/repo.json`."""
    (checkout / ".vercel").mkdir()
    projects = [{"id": "prj_1", "name": "web", "directory": "apps/web"}, {"id": "prj_2", "name": "docs"}, "broken"]
    (checkout / ".vercel" / "repo.json").write_text(json.dumps({"orgId": "team_9", "projects": projects}))
    assert run("init", cwd=checkout).returncode == 0
    config = read_config(checkout / "deploymend.toml")
    assert [(one.name, one.team) for one in config.projects] == [("web", "team_9"), ("docs", "team_9")]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"projectId": 5}', "\x00"])
def test_a_broken_link_counts_as_none(run: Run, checkout: Path, content: str) -> None:
    """Then the folder's name is guessed, and it says so."""
    (checkout / ".vercel").mkdir()
    (checkout / ".vercel" / "project.json").write_text(content)
    done = run("init", cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert read_config(checkout / "deploymend.toml").projects[0].name == "store-front"
    assert "check it" in done.stdout


def test_a_file_that_is_there_is_kept(run: Run, checkout: Path) -> None:
    """Twice is refused with code 2; --force replaces it, and leaves nothing half-written behind."""
    (checkout / "deploymend.toml").write_text("# mine\n")
    done = run("init", cwd=checkout)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert (checkout / "deploymend.toml").read_text() == "# mine\n"
    assert run("init", "--force", "--project", "shop", "--team", "acme", cwd=checkout).returncode == 0
    assert read_config(checkout / "deploymend.toml").projects[0].team == "acme"
    assert not list(checkout.glob(".deploymend*"))


def test_it_is_written_at_the_top_of_the_checkout(run: Run, checkout: Path) -> None:
    """From a folder below as well."""
    below = checkout / "apps" / "web"
    below.mkdir(parents=True)
    assert run("init", cwd=below).returncode == 0
    assert (checkout / "deploymend.toml").exists()


def test_the_older_json_is_taken_over(run: Run, checkout: Path, tmp_path: Path) -> None:
    """From a file and from stdin alike; what has no setting is reported, a bad value leaves nothing behind."""
    document: dict[str, dict[str, object]] = {"vercel_monitoring": {"check_interval": "45_seconds", "colour": "red"}}
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(document))
    done = run("init", "--from-json", str(seed), "--format", "json", cwd=checkout)
    texts = [finding["text"] for finding in json.loads(done.stdout)["findings"]]
    assert "vercel_monitoring.colour: not known, left out" in texts
    assert read_config(checkout / "deploymend.toml").watch.check_interval_seconds == 45
    (checkout / "deploymend.toml").unlink()
    document = {"retry_configuration": {"max_attempts": 99}}
    done = run("init", "--from-json", "-", cwd=checkout, stdin=json.dumps(document).encode())
    assert done.returncode == 2
    assert "recovery.max_attempts" in done.stderr
    assert not (checkout / "deploymend.toml").exists()


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_json_that_cannot_be_read_is_told(run: Run, checkout: Path, name: str) -> None:
    """Missing, or a folder."""
    done = run("init", "--from-json", name, cwd=checkout)
    assert done.returncode == 2
    assert f"{name} cannot be read" in done.stderr


def test_without_a_checkout_it_says_what_to_do(run: Run) -> None:
    """And writes nothing."""
    done = run("init")
    assert done.returncode == 2
    assert "is not in a git checkout" in done.stderr


def test_a_password_in_the_remote_is_not_shown(run: Run, checkout: Path) -> None:
    """Nor written."""
    address = "https://ada:hunter22hunter22@git.example/shop.git"
    subprocess.run(["git", "-C", str(checkout), "remote", "set-url", "origin", address], check=True)
    done = run("init", cwd=checkout)
    assert "git.example/shop.git" in done.stdout
    assert "hunter22" not in done.stdout + (checkout / "deploymend.toml").read_text()


def test_the_schema_is_the_published_one(run: Run) -> None:
    """The same text as docs/deploymend.schema.json, for editors."""
    published = Path(__file__).parents[2] / "docs" / "deploymend.schema.json"
    assert run("init", "--schema").stdout == published.read_text(encoding="utf-8")

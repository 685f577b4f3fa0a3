"""What deployments serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
async def root(api: Any, clone: Any) -> Path:
    """The folder that the live production deployment serves."""
    live = await api.finished(clone.push(site={"index.html": "home", "about.html": "about", "404.html": "nothing"}))
    folder: Path = api.server.parts.account.store.folder / "sites" / live["uid"]
    return folder


async def test_pages_by_their_names(api: Any, root: Path) -> None:
    """Files, the index of a folder, clean addresses, and the site's own 404 page."""
    (root / "docs").mkdir()
    (root / "docs" / "index.html").write_text("docs")
    pages = {"": "home", "index.html": "home", "about": "about", "docs": "docs", "docs/": "docs", "no": "nothing"}
    for path, text in pages.items():
        answer = await api.client.get(f"/_site/shop/{path}")
        assert answer.text == text, path
        assert answer.status_code == (404 if path == "no" else 200)
    assert (await api.client.get("/_site/shop")).status_code == 308


async def test_nothing_outside_the_site_is_served(api: Any, root: Path) -> None:
    """Neither `..` nor a link in the output leads out of it."""
    (root / "link").symlink_to("/etc")
    (root / "token").symlink_to(root.parents[1] / "account" / "owner.json")
    for path in ("../../account/owner.json", "..%2f..%2faccount%2fowner.json", "link/passwd", "token", "%00"):
        answer = await api.client.get(f"/_site/shop/{path}")
        assert answer.status_code == 404, path
        assert "root:" not in answer.text


async def test_browsers_reach_it_by_name(api: Any, root: Path) -> None:
    """`<name>.localhost` serves the same, so that addresses from the root work."""
    assert (root / "about.html").exists()
    for path, text in (("/", "home"), ("/about", "about")):
        answer = await api.client.get(path, headers={"Host": "shop.localhost:4711"})
        assert answer.text == text


async def test_what_is_not_live_is_not_found(api: Any, clone: Any) -> None:
    """A project without production, a red deployment, and a name nobody has."""
    red = await api.finished(clone.push(exit_code=1))
    for name in ("shop", red["url"].rsplit("/", 1)[-1], "nobody"):
        answer = await api.client.get(f"/_site/{name}/")
        assert answer.status_code == 404
        assert "DEPLOYMENT_NOT_FOUND" in answer.text


async def test_a_deployment_has_a_page(api: Any, clone: Any) -> None:
    """`inspectorUrl` opens in a browser and shows state and log."""
    red = await api.finished(clone.push(exit_code=1, lines=["the cause"]))
    page = (await api.client.get(red["inspectorUrl"])).text
    assert "ERROR" in page
    assert "the cause" in page
    assert (await api.client.get("/loopback/shop/unknown")).status_code == 404

"""What is served of a build, and what the next build takes over from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploymend.core.plan import BuildPlan
from deploymend.loopback.adopt import project_name
from deploymend.loopback.build_cache import BuildCache
from deploymend.loopback.site_output import collect_site
from deploymend.shell.build_slot import BuildSlot


def place(folder: Path) -> BuildSlot:
    """A place to build in, with an empty checkout."""
    slot = BuildSlot(folder)
    slot.make()
    slot.tree.mkdir()
    return slot


@pytest.fixture
def slot(tmp_path: Path) -> BuildSlot:
    """The place of a build."""
    return place(tmp_path / "one")


@pytest.fixture
def checkout(slot: BuildSlot) -> Path:
    """Its checkout."""
    return slot.tree


def write(folder: Path, *names: str) -> None:
    """Files that hold their own name."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def test_the_output_directory_is_served(checkout: Path, tmp_path: Path) -> None:
    """The named folder, below the root directory."""
    write(checkout, "web/dist/index.html", "web/dist/a/b.js", "web/src/secret.ts")
    assert collect_site(BuildPlan(directory="web", output_directory="dist"), checkout, tmp_path / "site") is None
    assert sorted(path.name for path in (tmp_path / "site").rglob("*.*")) == ["b.js", "index.html"]


@pytest.mark.parametrize("public", [True, False])
def test_without_one_public_or_everything_is_served(checkout: Path, tmp_path: Path, *, public: bool) -> None:
    """`public` when it is there, else the root without git, packages and environment files."""
    write(checkout, "index.html", ".git/config", "node_modules/x/index.js", ".env.local")
    if public:
        write(checkout, "public/index.html")
    assert collect_site(BuildPlan(), checkout, tmp_path / "site") is None
    names = [path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*")]
    assert names == ["index.html"]
    assert (tmp_path / "site/index.html").read_text() == ("public/index.html" if public else "index.html")


def test_missing_and_empty_outputs_fail_in_vercels_words(checkout: Path, tmp_path: Path) -> None:
    """Each has its own code."""
    plan = BuildPlan(output_directory="dist")
    missing = collect_site(plan, checkout, tmp_path / "site")
    (checkout / "dist").mkdir()
    empty = collect_site(plan, checkout, tmp_path / "site")
    assert missing is not None
    assert (missing.code, missing.message[:46]) == (
        "STATIC_BUILD_NO_OUT_DIR",
        'No Output Directory named "dist" found after t',
    )
    assert empty is not None
    assert (empty.code, empty.message) == ("STATIC_BUILD_EMPTY_OUT_DIR", 'The Output Directory "dist" is empty.')


@pytest.mark.parametrize("name", ["../../outside", "link", "/etc/../../../../outside"])
def test_an_output_outside_the_checkout_is_not_served(checkout: Path, tmp_path: Path, name: str) -> None:
    """Neither by `..` nor by a link."""
    write(tmp_path / "outside", "token")
    (checkout / "link").symlink_to(tmp_path / "outside")
    failure = collect_site(BuildPlan(output_directory=name), checkout, tmp_path / "site")
    assert failure is not None
    assert not (tmp_path / "site").exists()


def test_a_next_build_serves_its_prerendered_pages(checkout: Path, tmp_path: Path) -> None:
    """Pages of both routers, static files where the pages look for them, and `public`."""
    write(checkout, ".next/BUILD_ID", ".next/server/app/index.html", ".next/server/pages/about.html")
    write(checkout, ".next/static/chunks/main.js", "public/logo.svg")
    assert collect_site(BuildPlan(framework="nextjs"), checkout, tmp_path / "site") is None
    for name in ("index.html", "about.html", "_next/static/chunks/main.js", "logo.svg"):
        assert (tmp_path / "site" / name).is_file()


def test_a_next_export_serves_out_and_nothing_at_all_fails(checkout: Path, tmp_path: Path) -> None:
    """`out` of an exported app; neither `out` nor `.next` is Vercel's error."""
    failure = collect_site(BuildPlan(framework="nextjs"), checkout, tmp_path / "site")
    assert failure is not None
    assert failure.code == "NEXT_OUTPUT_DIR_MISSING"
    write(checkout, "out/index.html")
    assert collect_site(BuildPlan(framework="nextjs"), checkout, tmp_path / "site") is None
    assert (tmp_path / "site" / "index.html").is_file()


def test_packages_and_caches_come_back_where_they_were(slot: BuildSlot, checkout: Path, tmp_path: Path) -> None:
    """node_modules of every workspace, the framework's cache and the downloads; all else is new in each checkout."""
    home = tmp_path / "caches" / "shop"
    home.parent.mkdir()
    cache = BuildCache(home, slot)
    cache.take(kind="npm 24", use=True)
    write(checkout, "node_modules/a/index.js", "web/node_modules/b/index.js", "web/.next/cache/x", "web/src/app.ts")
    write(slot.cache, "npm/tarball")
    cache.give_back(kind="npm 24")
    assert not (checkout / "node_modules").exists()

    later = place(tmp_path / "later")
    second = later.tree
    write(second, "web/.next/other")
    again = BuildCache(home, later)
    again.take(kind="npm 24", use=True)
    for name in ("node_modules/a/index.js", "web/node_modules/b/index.js", "web/.next/cache/x"):
        assert (second / name).is_file()
    assert (later.cache / "npm/tarball").is_file()
    assert not home.exists()


@pytest.mark.parametrize(("kind", "use"), [("npm 22", True), ("npm 24", False)])
def test_another_node_or_no_cache_starts_afresh(
    slot: BuildSlot, checkout: Path, tmp_path: Path, kind: str, *, use: bool
) -> None:
    """Packages of another Node or manager are not taken over, and nothing is when the cache is not wanted."""
    home = tmp_path / "home"
    first = BuildCache(home, slot)
    first.take(kind="npm 24", use=True)
    write(checkout, "node_modules/a/index.js")
    first.give_back(kind="npm 24")
    second = BuildCache(home, slot)
    second.take(kind=kind, use=use)
    assert not (checkout / "node_modules").exists()


def test_a_damaged_cache_is_a_missing_one(slot: BuildSlot, tmp_path: Path) -> None:
    """An index that is no JSON, or of another shape, is ignored."""
    for text in ("{", "[]", '{"kind": "npm 24", "places": 3}'):
        home = tmp_path / "home"
        write(home, "kept.json")
        (home / "kept.json").write_text(text)
        BuildCache(home, slot).take(kind="npm 24", use=True)
        BuildCache(home, slot).give_back(kind="npm 24")
        assert home.is_dir()


def test_a_hostile_build_cannot_reach_out_through_links(slot: BuildSlot, checkout: Path, tmp_path: Path) -> None:
    """Links that a build leaves, in the cache or in place of folders, are neither followed nor kept."""
    write(tmp_path / "private", "node_modules/key", "static/key")
    home, plan = tmp_path / "home", BuildPlan(framework="nextjs")
    cache = BuildCache(home, slot)
    cache.take(kind="npm 24", use=True)
    slot.cache.rmdir()
    slot.cache.symlink_to(tmp_path / "private")
    (checkout / "node_modules").symlink_to(tmp_path / "private" / "node_modules")
    write(checkout, ".next/BUILD_ID", "web/node_modules/a")
    (checkout / ".next" / "static").symlink_to(tmp_path / "private" / "static")
    assert collect_site(plan, checkout, tmp_path / "site") is None
    cache.give_back(kind="npm 24")
    assert not any(path.name == "key" for path in (tmp_path / "site").rglob("*"))
    assert sorted(path.name for path in (tmp_path / "private").iterdir()) == ["node_modules", "static"]

    later = place(tmp_path / "later")
    second = later.tree
    (second / "web").symlink_to(tmp_path / "private" / "static")
    BuildCache(home, later).take(kind="npm 24", use=True)
    assert [path.name for path in (tmp_path / "private" / "static").iterdir()] == ["key"]


def test_a_build_that_replaces_its_checkout_fails(slot: BuildSlot, checkout: Path, tmp_path: Path) -> None:
    """A link in the checkout's place serves nothing and moves nothing."""
    write(tmp_path / "private", "index.html", "node_modules/a")
    cache = BuildCache(tmp_path / "home", slot)
    cache.take(kind="npm 24", use=True)
    checkout.rmdir()
    checkout.symlink_to(tmp_path / "private")
    assert collect_site(BuildPlan(), checkout, tmp_path / "site") is not None
    cache.give_back(kind="npm 24")
    assert (tmp_path / "private" / "node_modules" / "a").is_file()


def test_project_names_are_made_of_folder_names() -> None:
    """Lower case, without what a name cannot hold."""
    names = {"My Shop.git": "my-shop", "..": "project", "Ünï": "n", "a__b": "a__b", "-x-": "x"}
    for folder, name in names.items():
        assert project_name(Path("/home/ada") / folder) == name

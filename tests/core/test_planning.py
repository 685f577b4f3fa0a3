"""The plan for a build follows the platform's rules, choice by choice."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from deploymend.core.model import ProjectSettings
from deploymend.core.plan import BuildPlan
from deploymend.core.planning import plan_build
from deploymend.core.planning_commands import install_shown
from deploymend.errors import CheckoutError

_NPM_APP = {"package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}'}


def _plan(files: dict[str, str], settings: ProjectSettings | None = None, **options: str | datetime) -> BuildPlan:
    return plan_build(files, files.get, settings, **options)  # type: ignore[arg-type]


def _settings(**values: str | datetime | None) -> ProjectSettings:
    return ProjectSettings(id="prj_1", name="shop", **values)  # type: ignore[arg-type]


def test_an_npm_app_is_planned_the_default_way() -> None:
    """package.json with a build script and a lockfile: npm, the newest Node, the framework's output."""
    plan = _plan({**_NPM_APP, "package-lock.json": "{}"})
    assert (plan.manager, plan.manager_version, plan.lockfile) == ("npm", None, "package-lock.json")
    assert (plan.install_command, plan.build_command) == ("npm install --no-audit", "npm run build")
    assert (plan.framework, plan.output_directory, plan.node_major) == ("vite", "dist", 24)
    assert plan.warnings == ()
    assert plan.refusal is None
    assert len(plan.reasons) == 5
    assert install_shown(plan) == "npm install"


@pytest.mark.parametrize(
    ("lockfile", "text", "manager", "version"),
    [
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "pnpm", "10"),
        ("pnpm-lock.yaml", "lockfileVersion: '6.0'\n", "pnpm", "8"),
        ("pnpm-lock.yaml", "lockfileVersion: 5.4\n", "pnpm", "7"),
        ("pnpm-lock.yaml", "lockfileVersion: 5.3\r\n", "pnpm", "6"),
        ("pnpm-lock.yaml", "<<<<<<< HEAD\n", "pnpm", "10"),
        ("yarn.lock", "# yarn lockfile v1\n", "yarn", "1"),
        ("yarn.lock", "__metadata:\n  version: 8\n", "yarn", "4"),
        ("yarn.lock", "__metadata:\n  version: 6\n", "yarn", "3"),
        ("yarn.lock", "__metadata:\n  version: 5\n", "yarn", "2"),
        ("bun.lock", "{}", "bun", "1"),
        ("bun.lockb", "", "bun", "1"),
        ("npm-shrinkwrap.json", "{}", "npm", None),
    ],
)
def test_the_lockfile_decides_manager_and_version(lockfile: str, text: str, manager: str, version: str | None) -> None:
    """Each lockfile names its manager, and its format version the release that wrote it."""
    plan = _plan({**_NPM_APP, lockfile: text})
    assert (plan.manager, plan.manager_version) == (manager, version)
    assert plan.build_command == f"{manager} run build"


def test_an_old_project_builds_lockfile_9_with_pnpm_9() -> None:
    """Vercel tells pnpm 9 from 10 by the day the project was created."""
    files = {**_NPM_APP, "pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
    old = datetime(2025, 2, 27, 19, 59, tzinfo=UTC)
    assert _plan(files, created_at=old).manager_version == "9"
    assert _plan(files, _settings(created_at=old)).manager_version == "9"
    assert _plan(files, created_at=datetime(2025, 2, 27, 20, 0, tzinfo=UTC)).manager_version == "10"


@pytest.mark.parametrize(
    ("field", "lock", "version", "warns"),
    [
        ("pnpm@10.33.2+sha512.abc", "lockfileVersion: '9.0'", "10.33.2", False),
        ("pnpm@9.15.6", "lockfileVersion: '9.0'", "9.15.6", False),
        ("pnpm@10.33.2", "lockfileVersion: '6.0'", "8", False),
        ("pnpm@8.6.0", "lockfileVersion: '6.0'", "8", False),
        ("yarn@4.1.0", "lockfileVersion: '9.0'", "10", True),
        ("nonsense", "lockfileVersion: '9.0'", "10", False),
    ],
)
def test_package_manager_field_refines_the_version(field: str, lock: str, version: str, *, warns: bool) -> None:
    """package.json's packageManager gives the exact version when it agrees with the lockfile, a warning otherwise.

    pnpm 8 does not read it: the platform takes its newest release. (8.6.0 hangs on the platform's Node 24.)
    """
    manifest = json.dumps({"scripts": {"build": "x"}, "packageManager": field})
    plan = _plan({"package.json": manifest, "pnpm-lock.yaml": lock})
    assert plan.manager_version == version
    assert bool(plan.warnings) is warns


@pytest.mark.parametrize(
    ("names", "winner"),
    [
        (("yarn.lock", "package-lock.json"), "yarn"),
        (("pnpm-lock.yaml", "package-lock.json"), "pnpm"),
        (("yarn.lock", "bun.lock"), "bun"),
        (("package-lock.json", "bun.lockb"), "npm"),
    ],
)
def test_two_lockfiles_have_one_winner_and_a_warning(names: tuple[str, str], winner: str) -> None:
    """The platform's priority decides, and a person is told what is ignored."""
    plan = _plan({**_NPM_APP, **dict.fromkeys(names, "")})
    assert plan.manager == winner
    assert any("Several lockfiles" in warning for warning in plan.warnings)


def test_no_lockfile_means_npm_and_a_warning() -> None:
    """Without a lockfile the platform takes npm."""
    plan = _plan(_NPM_APP)
    assert (plan.manager, plan.lockfile) == ("npm", None)
    assert any("No lockfile" in warning for warning in plan.warnings)


def test_the_nearest_lockfile_above_the_root_directory_decides() -> None:
    """A workspace's lockfile at the repository's root counts for an app below it."""
    files = {"apps/web/package.json": _NPM_APP["package.json"], "pnpm-lock.yaml": "", "package.json": "{}"}
    plan = _plan(files, _settings(root_directory="apps/web"))
    assert (plan.directory, plan.manager, plan.lockfile) == ("apps/web", "pnpm", "pnpm-lock.yaml")


@pytest.mark.parametrize(
    ("engines", "setting", "major", "refused"),
    [
        (None, None, 24, False),
        (None, "22.x", 22, False),
        ("22.x", None, 22, False),
        (">=18", None, 24, False),
        ("^22.1.0 || ^20", "24.x", 22, False),
        ("20.x", None, 20, True),
        (None, "18.x", 18, True),
        ("lts/*", None, 24, True),
        (">=30", None, 24, True),
    ],
)
def test_node_is_the_newest_major_that_fits(
    engines: str | None, setting: str | None, major: int, *, refused: bool
) -> None:
    """engines.node before the project's setting before the newest; one that is gone is refused in Vercel's words."""
    manifest = {"scripts": {"build": "x"}, **({"engines": {"node": engines}} if engines else {})}
    plan = _plan({"package.json": json.dumps(manifest), "package-lock.json": ""}, _settings(node_version=setting))
    assert plan.node_major == major
    assert bool(plan.refusal) is refused


def test_an_open_range_warns_as_the_platform_does() -> None:
    """`>=18` will jump to the next major by itself, and makes the project's setting void."""
    manifest = {"scripts": {"build": "x"}, "engines": {"node": ">=18"}}
    plan = _plan({"package.json": json.dumps(manifest), "package-lock.json": ""}, _settings(node_version="22.x"))
    assert [("automatically upgrade" in w, "will not apply" in w) for w in plan.warnings] == [
        (False, True),
        (True, False),
    ]


def test_commands_come_from_the_first_source_that_names_one() -> None:
    """Asked for, vercel.json, settings, default: in this order, for both steps."""
    files = {**_NPM_APP, "vercel.json": '{"installCommand": "npm ci", "buildCommand": "make site"}'}
    settings = _settings(install_command="settings install", build_command="settings build")
    assert _plan(files, settings).install_command == "npm ci"
    assert _plan(files, settings).build_command == "make site"
    assert _plan(_NPM_APP, settings).install_command == "settings install"
    assert _plan(_NPM_APP, settings).build_command == "settings build"
    assert _plan(files, settings, install="mine", build="too").build_command == "too"
    assert install_shown(_plan(files)) == "npm ci"


def test_an_empty_command_skips_its_step() -> None:
    """`"installCommand": ""` is the documented way to skip the install."""
    plan = _plan({**_NPM_APP, "vercel.json": '{"installCommand": ""}'})
    assert plan.install_command is None
    assert plan.build_command == "npm run build"
    with pytest.raises(CheckoutError, match="Nothing to build"):
        _plan(_NPM_APP, install="", build="")


@pytest.mark.parametrize("script", ["vercel-build", "now-build", "build"])
def test_the_build_script_is_found_by_priority(script: str) -> None:
    """vercel-build before now-build before build."""
    order = ["vercel-build", "now-build", "build"]
    scripts = dict.fromkeys(order[order.index(script) :], "x")
    assert _plan({"package.json": json.dumps({"scripts": scripts})}).build_command == f"npm run {script}"


@pytest.mark.parametrize(
    ("declared", "slug", "build", "output"),
    [
        ({"next": "15", "vite": "7"}, "nextjs", "next build", None),
        ({"vite": "7", "astro": "5"}, "astro", "astro build", "dist"),
        ({"vite": "7", "@sveltejs/kit": "2"}, "sveltekit-1", "vite build", "public"),
        ({"react-scripts": "5"}, "create-react-app", "react-scripts build", "build"),
        ({"left-pad": "1"}, None, None, None),
    ],
)
def test_the_framework_is_noticed(
    declared: dict[str, str], slug: str | None, build: str | None, output: str | None
) -> None:
    """A framework stands before the bundler it is made of, and gives the build command where no script does."""
    plan = _plan({"package.json": json.dumps({"dependencies": declared})})
    assert (plan.framework, plan.build_command, plan.output_directory) == (slug, build, output)


def test_vercel_json_may_say_that_there_is_no_framework() -> None:
    """`"framework": null` is "Other", whatever package.json declares."""
    plan = _plan({**_NPM_APP, "vercel.json": '{"framework": null, "outputDirectory": "out"}'})
    assert (plan.framework, plan.output_directory) == (None, "out")


def test_stored_framework_comes_before_detection() -> None:
    """The platform keeps the choice made when the project was imported."""
    assert _plan(_NPM_APP, _settings(framework="nextjs")).framework == "nextjs"
    assert _plan(_NPM_APP, _settings(framework="brand-new")).framework is None


def test_a_turborepo_app_gets_turbo_commands() -> None:
    """Inside a Turborepo the platform fills in the filtered build."""
    app = {"apps/web/package.json": _NPM_APP["package.json"], "package-lock.json": "", "package.json": "{}"}
    settings = _settings(root_directory="apps/web")
    plan = _plan({**app, "turbo.json": '{"tasks": {"build": {}}}'}, settings)
    assert plan.build_command == "cd ../.. && turbo run build --filter={apps/web}..."
    assert plan.install_command == "npm install --prefix=../.."
    assert _plan({**app, "turbo.json": "// a comment\n{}"}, settings).build_command == plan.build_command
    assert _plan({**app, "turbo.json": '{"tasks": {"lint": {}}}'}, settings).build_command == "npm run build"
    assert _plan({**app, "turbo.json": '{"tasks": 3}'}, settings).build_command == "npm run build"


def test_an_nx_app_is_built_by_its_name() -> None:
    """Inside an Nx workspace the project's name is the target."""
    app = {"apps/web/package.json": '{"name": "@acme/web"}', "package-lock.json": "", "nx.json": "{}"}
    settings = _settings(root_directory="apps/web")
    assert _plan(app, settings).build_command == "cd ../.. && npx nx build @acme/web"
    named = {**app, "apps/web/project.json": '{"name": "web"}'}
    assert _plan(named, settings).build_command == "cd ../.. && npx nx build web"
    unnamed = {"apps/web/package.json": "{}", "nx.json": "{}"}
    assert _plan(unnamed, settings).build_command == "cd ../.. && npx nx build web"

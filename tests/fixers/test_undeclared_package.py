"""rules/undeclared-package."""

from __future__ import annotations

import json

import pytest

from deploymend.core.model import Category, Cause, Decline, PackageOperation
from deploymend.core.plan import BuildPlan
from deploymend.fixers.undeclared_package import UndeclaredPackage
from deploymend.ports import PackageFacts
from deploymend.testing.contracts.fixer import FixerContract, FixerStage, diagnosis_of
from deploymend.testing.fake_project import FakeProject

LOCK = json.dumps(
    {
        "lockfileVersion": 3,
        "packages": {
            "": {"dependencies": {"react": "^19.0.0"}},
            "node_modules/react": {"version": "19.2.0"},
            "node_modules/clsx": {"version": "2.1.1"},
            "node_modules/chart": {"version": "1.0.0", "peerDependencies": {"d3": "^6.0.0 || ^7.0.0"}},
            "node_modules/chart/node_modules/semver": {"version": "7.7.0"},
            "node_modules/lodash": {"version": "4.17.21"},
        },
    }
)
FILES: dict[str, str | None] = {"package.json": '{"dependencies": {"react": "^19.0.0"}}', "package-lock.json": LOCK}
PLAN = BuildPlan(manager="npm", lockfile="package-lock.json", node_major=22)


def _cause(symbol: str, file: str | None = "src/a.ts", code: str | None = None) -> Cause:
    kind = "module-not-found-package"
    return Cause(category=Category.IMPORT, kind=kind, message="not found", file=file, symbol=symbol, code=code)


def _facts(name: str, latest: str, *versions: str, engines: str | None = None, **peers: str) -> PackageFacts:
    return PackageFacts(
        name=name,
        latest=latest,
        versions=versions or (latest,),
        peers=tuple(peers.items()),
        engines_node=engines,
    )


async def _mend(
    *causes: Cause,
    files: dict[str, str | None] | None = None,
    packages: tuple[PackageFacts, ...] = (),
    plan: BuildPlan = PLAN,
) -> tuple[PackageOperation, ...] | str:
    imports = " ".join(f"import '{cause.symbol}'" for cause in causes)
    named = {cause.file: imports for cause in causes if cause.file}
    project = FakeProject({**FILES, **named, **(files or {})}, plan, {facts.name: facts for facts in packages})
    answer = await UndeclaredPackage().propose(diagnosis_of(*causes), project)
    return answer.reason if isinstance(answer, Decline) else answer.operations


class TestContract(FixerContract):
    @pytest.fixture
    def stage(self) -> FixerStage:
        """A package that another one brought along."""
        files: dict[str, str | None] = {**FILES, "src/a.ts": "import clsx from 'clsx'\n"}
        return FixerStage(fixer=UndeclaredPackage(), files=files, causes=(_cause("clsx"),), plan=PLAN)


async def test_a_locked_version_is_promoted() -> None:
    """What the lockfile holds is asked for by name, without asking the registry; subpaths count for their package."""
    assert await _mend(_cause("clsx/lite")) == (PackageOperation(kind="add", packages=("clsx@^2.1.1",)),)


async def test_a_peer_range_chooses_the_version() -> None:
    """The newest release that an installed package accepts as its peer, not simply the newest."""
    facts = _facts("d3", "8.0.0", "6.9.0", "7.8.0", "7.9.0", "7.10.0-rc.1", "8.0.0")
    assert await _mend(_cause("d3"), packages=(facts,)) == (PackageOperation(kind="add", packages=("d3@^7.9.0",)),)


async def test_a_well_known_package_comes_from_the_registry() -> None:
    """In its newest version, when that fits this Node and what is installed."""
    fitting = _facts("axios", "1.9.0", engines=">=18", react="^18 || ^19")
    assert await _mend(_cause("axios"), packages=(fitting,)) == (
        PackageOperation(kind="add", packages=("axios@^1.9.0",)),
    )


@pytest.mark.parametrize(
    "facts", [_facts("axios", "2.0.0", engines=">=24"), _facts("axios", "2.0.0", react="^16 || ^18")]
)
async def test_a_version_that_does_not_fit_is_declined(facts: PackageFacts) -> None:
    """Another Node, or another React than the one installed, is wanted: it says so."""
    assert "2.0.0 wants" in str(await _mend(_cause("axios"), packages=(facts,)))


async def test_types_follow_the_major_of_their_package() -> None:
    """TS7016 adds the types, for development, in the major that is installed."""
    facts = _facts("@types/lodash", "5.0.1", "4.14.0", "4.17.20", "5.0.1")
    assert await _mend(_cause("lodash", code="TS7016"), packages=(facts,)) == (
        PackageOperation(kind="add", packages=("@types/lodash@^4.17.20",), dev=True),
    )


async def test_tools_and_what_their_settings_import_are_for_development() -> None:
    """One operation for each kind of dependency; all packages of a run at once."""
    causes = (_cause("clsx", "vite.config.ts"), _cause("autoprefixer", None), _cause("lodash"), _cause("semver"))
    operations = await _mend(*causes, packages=(_facts("autoprefixer", "10.4.0"),))
    assert operations == (
        PackageOperation(kind="add", packages=("lodash@^4.17.21", "semver@^7.7.0")),
        PackageOperation(kind="add", packages=("autoprefixer@^10.4.0", "clsx@^2.1.1"), dev=True),
    )


@pytest.mark.parametrize(
    ("manager", "wanted"), [("npm", "@acme/ui@*"), ("pnpm", "@acme/ui@workspace:*"), ("yarn", "@acme/ui@*")]
)
async def test_a_package_of_the_workspace_is_linked(manager: str, wanted: str) -> None:
    """A sibling is asked for in the manager's own way, in the manifest nearest to the file."""
    files: dict[str, str | None] = {
        "package.json": '{"workspaces": ["*/*"]}',
        "apps/web/package.json": "{}",
        "packages/ui/package.json": '{"name": "@acme/ui"}',
    }
    plan = BuildPlan(manager=manager, lockfile="package-lock.json")
    operation = PackageOperation(kind="add", packages=(wanted,), directory="apps/web")
    assert await _mend(_cause("@acme/ui", "apps/web/src/a.ts"), files=files, plan=plan) == (operation,)


@pytest.mark.parametrize(
    ("symbol", "why"),
    [
        ("fs", "no package"),
        ("node:fs", "no package"),
        ("virtual:pwa", "no package"),
        ("@/components/x", "no package"),
        ("~/x", "no package"),
        ("./x", "no package"),
        ("$lib/x", "no package"),
        ("Some Name", "no package"),
        ("", "no package"),
        ("react", "asks for react already"),
        ("claxsx", "vouches for claxsx"),
        ("reactt", "is react meant?"),
        ("axios", "the registry does not know"),
    ],
)
async def test_what_it_never_adds(symbol: str, why: str) -> None:
    """Builtins, virtual modules, aliases, declared ones, names nobody vouches for, names the registry lacks."""
    assert why in str(await _mend(_cause(symbol)))


async def test_the_registry_is_not_asked_about_unknown_names() -> None:
    """Not even a question goes out for a name that could be a trap."""
    project = FakeProject({**FILES, "src/a.ts": "import 'claxsx'"}, PLAN, {"claxsx": _facts("claxsx", "1.0.0")})
    answer = await UndeclaredPackage().propose(diagnosis_of(_cause("claxsx")), project)
    assert isinstance(answer, Decline)
    assert project.asked == []


async def test_a_file_that_does_not_import_it_is_a_reason_to_decline() -> None:
    """The log and the tree do not fit together."""
    answer = await _mend(_cause("clsx"), files={"src/a.ts": "nothing"})
    assert answer == "src/a.ts does not name clsx"


async def test_pnpm_locks_tell_their_peers_too() -> None:
    """The ranges are read from a YAML lockfile as well."""
    lock = "packages:\n  chart@1.0.0:\n    peerDependencies:\n      'd3': ^7.0.0\n    engines: {node: '>=18'}\n"
    files: dict[str, str | None] = {"pnpm-lock.yaml": lock}
    plan = BuildPlan(manager="pnpm", lockfile="pnpm-lock.yaml")
    facts = _facts("d3", "8.0.0", "7.9.0", "8.0.0")
    operation = PackageOperation(kind="add", packages=("d3@^7.9.0",))
    assert await _mend(_cause("d3"), files=files, plan=plan, packages=(facts,)) == (operation,)

"""Trees that cannot be planned as they are: broken, odd, hostile or empty."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.model import ProjectSettings
from deploymend.core.plan import BuildPlan
from deploymend.core.planning import plan_build
from deploymend.errors import CheckoutError

_NPM_APP = {"package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}'}


def _plan(files: dict[str, str], root_directory: str = "") -> BuildPlan:
    return plan_build(files, files.get, ProjectSettings(id="prj_1", name="shop", root_directory=root_directory))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"package.json": '{"name": "x",\n  oops}'}, "line 2, column 3"),
        ({"package.json": "[]"}, "no JSON object"),
        ({"package.json": "[" * 100_000}, "nested too deeply"),
        ({"package.json": '{"a": ' + "9" * 5000 + "}"}, "number is too long"),
        ({**_NPM_APP, "vercel.json": "{"}, "vercel.json is broken"),
        ({"package.json": "{}"}, "Nothing to build"),
        ({"index.html": ""}, "Nothing to build"),
        ({}, "Nothing to build"),
    ],
)
def test_what_cannot_be_built_is_told_clearly(files: dict[str, str], says: str) -> None:
    """A broken manifest names its place; a tree without anything to build says so; both tell the next step."""
    with pytest.raises(CheckoutError, match=says) as caught:
        _plan(files)
    assert caught.value.next_step


def test_a_manifest_that_is_not_text_is_told() -> None:
    """The tree lists package.json, but it cannot be read: binary, huge or a link."""
    with pytest.raises(CheckoutError, match="UTF-8"):
        plan_build(["package.json"], lambda _path: None)


@pytest.mark.parametrize("root", ["apps/nope", "../outside", "package.json"])
def test_a_missing_root_directory_is_told(root: str) -> None:
    """The platform fails before its log begins; here the message names the setting."""
    with pytest.raises(CheckoutError, match="root directory"):
        _plan(_NPM_APP, root)


def test_odd_values_and_a_byte_order_mark_are_lived_with() -> None:
    """Wrong types in package.json are ignored, as npm does, not crashed on."""
    text = '\ufeff{"scripts": {"build": "x", "y": 3}, "engines": "22", "dependencies": [], "packageManager": 4}'
    plan = _plan({"package.json": text}, "./")
    assert (plan.build_command, plan.node_major, plan.directory) == ("npm run build", 24, "")


def test_only_dependencies_are_still_installed() -> None:
    """No build script and no framework: the platform installs and serves the files; the plan warns."""
    plan = _plan({"package.json": '{"dependencies": {"left-pad": "1"}}'})
    assert (plan.install_command, plan.build_command) == ("npm install --no-audit", None)
    assert any("Nothing is built" in warning for warning in plan.warnings)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(["scripts", "engines", "packageManager", "dependencies", "framework", "buildCommand", "nx"])


@given(manifest=st.dictionaries(_KEYS, _JSON), config=st.dictionaries(_KEYS, _JSON), lock=st.text(max_size=40))
def test_any_json_gives_a_plan_or_a_clear_error(
    manifest: dict[str, object], config: dict[str, object], lock: str
) -> None:
    """Hostile manifests never crash the planner."""
    files = {"package.json": json.dumps(manifest), "vercel.json": json.dumps(config), "pnpm-lock.yaml": lock}
    try:
        plan = _plan(files)
    except CheckoutError:
        return
    assert plan.manager == "pnpm"

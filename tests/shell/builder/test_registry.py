"""The registries of a project are found in its own configuration, and no registry's address stands in our source."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deploymend.core.plan import BuildPlan
from deploymend.errors import BuildEnvironmentError, TransientError
from deploymend.shell.registry import RegistryAccess, find_registries
from deploymend.shell.registry_facts import is_package_name, read_facts
from deploymend.shell.toolchain import Toolchain, Tools
from deploymend.shell.toolchain_node import NodeStore


@pytest.fixture
async def tools(tmp_path: Path) -> Tools:
    """What the Node on PATH comes with."""
    node = await NodeStore(tmp_path / "node").on_path()
    assert node is not None
    return await Toolchain(tmp_path / "tools").prepare(BuildPlan(node_major=node.major))


async def _found(tools: Tools, folder: Path, **environment: str) -> RegistryAccess:
    empty = folder.parent / "no-user-configuration"
    fixed = {"PATH": "/usr/bin:/bin", "HOME": str(folder.parent), "NPM_CONFIG_USERCONFIG": str(empty)}
    return await find_registries(tools, "npm", [folder], fixed | environment)


async def test_npm_tells_its_registries(tools: Tools, tmp_path: Path) -> None:
    """The default one, those of scopes, with their ports; the rest of the user's configuration stays outside."""
    app = tmp_path / "app"
    app.mkdir()
    (app / ".npmrc").write_text(
        "registry=https://registry.example/npm/\n@acme:registry=http://localhost:4873/\n"
        "//registry.example/npm/:_authToken=s3cr3t\nscript-shell=/bin/evil\nfund=true\n"
    )
    access = await _found(tools, app)
    assert access.hosts == {"registry.example:443", "localhost:4873"}
    text = access.userconfig(keep_addresses=False)
    assert "@acme:registry=http://localhost:4873/\n" in text
    assert "omit-lockfile-registry-resolved=true\n" in text
    assert "omit-lockfile-registry-resolved=false\n" in access.userconfig(keep_addresses=True)
    for word in ("s3cr3t", "evil", "fund=true"):
        assert word not in text


async def test_the_users_own_npm_knows_the_global_settings(tools: Tools, tmp_path: Path) -> None:
    """Its global npmrc counts, which the Node that deploymend brings does not read; one that is broken is passed
    over.
    """
    app, bin_folder = tmp_path / "app", tmp_path / "own"
    app.mkdir()
    bin_folder.mkdir()
    (tmp_path / "global").write_text("@corp:registry=https://corp.example/\n")
    own = bin_folder / "npm"
    own.write_text(
        f'#!/bin/sh\nnpm_config_globalconfig="{tmp_path}/global" exec "{tools.node.program}" "{tools.node.npm}" "$@"\n'
    )
    own.chmod(0o755)
    path = f"{bin_folder}:/usr/bin:/bin"
    assert "corp.example:443" in (await _found(tools, app, PATH=path)).hosts
    own.write_text("#!/bin/sh\nexit 1\n")
    assert "corp.example:443" not in (await _found(tools, app, PATH=path)).hosts


async def test_files_of_other_managers_are_read(tools: Tools, tmp_path: Path) -> None:
    """Those of yarn and pnpm; not a link, and only lines about registries."""
    app = tmp_path / "app"
    app.mkdir()
    (app / ".yarnrc.yml").write_text(
        'npmRegistryServer: "https://yarn.example"\nnpmScopes:\n  acme:\n    npmRegistryServer: https://acme.example:8443\n'
        "homepage: https://not-a-registry.example\n"
    )
    (app / "pnpm-workspace.yaml").write_text(
        "packages:\n  - apps/*\nregistries:\n  default: https://pnpm.example/\n  '@b': https://b.example/\nother: https://x.example\n"
    )
    (tmp_path / "elsewhere").write_text('registry "https://link.example"\n')
    (app / ".yarnrc").symlink_to(tmp_path / "elsewhere")
    hosts = (await _found(tools, app)).hosts
    assert {"yarn.example:443", "acme.example:8443", "pnpm.example:443", "b.example:443"} <= hosts
    assert not {"not-a-registry.example:443", "x.example:443", "link.example:443"} & hosts


async def test_certificates_and_the_machines_proxy_are_taken_along(tools: Tools, tmp_path: Path) -> None:
    """Files to be readable inside, and the way out."""
    app = tmp_path / "app"
    app.mkdir()
    (tmp_path / "ca.pem").write_text("")
    variables = {"NODE_EXTRA_CA_CERTS": str(tmp_path / "ca.pem"), "HTTPS_PROXY": "http://proxy.example:3128"}
    access = await _found(tools, app, npm_config_cafile=str(tmp_path / "ca.pem"), **variables)
    assert access.certificates == (tmp_path / "ca.pem",)
    assert access.certificate_variable == tmp_path / "ca.pem"
    assert access.upstream == "proxy.example:3128"
    assert f"cafile={tmp_path / 'ca.pem'}\n" in access.userconfig(keep_addresses=True)


async def test_a_configuration_npm_cannot_read_is_told(tools: Tools, tmp_path: Path) -> None:
    """Here: npm does not start at all."""
    app = tmp_path / "app"
    app.mkdir()
    with pytest.raises(BuildEnvironmentError) as caught:
        await _found(tools, app, NPM_CONFIG_USERCONFIG=str(app), NPM_CONFIG_CACHE="/dev/null/x", NPM_CONFIG_PREFIX="\0")
    assert caught.value.next_step or "did not start" in caught.value.message


def test_facts_are_read_from_npms_answer() -> None:
    """Versions, peers, engines, types; several versions at once; a single version that npm writes as a text."""
    whole = {
        "name": "a",
        "version": "2.0.0",
        "dist-tags": {"latest": "2.0.0", "next": "3.0.0"},
        "versions": ["1.0.0", "2.0.0"],
        "peerDependencies": {"react": "^18 || ^19"},
        "engines": {"node": ">=18"},
        "exports": {".": {"types": "./a.d.ts"}},
    }
    facts = read_facts("a", json.dumps(whole), "")
    assert facts is not None
    assert (facts.latest, facts.versions, facts.engines_node) == ("2.0.0", ("1.0.0", "2.0.0"), ">=18")
    assert (facts.peers, facts.types_included) == ((("react", "^18 || ^19"),), True)
    assert read_facts("a", json.dumps([{"version": "1"}, whole]), "") == facts
    single = read_facts("b", '{"version": "1.0.0", "versions": "1.0.0", "engines": ["node"], "types": 3}', "")
    assert single is not None
    assert (single.latest, single.versions, single.engines_node, single.types_included) == (
        "1.0.0",
        ("1.0.0",),
        None,
        False,
    )


def test_an_unknown_package_is_none_and_silence_is_an_error() -> None:
    """E404 is an answer; anything else may pass by itself."""
    assert read_facts("a", '{"error": {"code": "E404", "summary": "Not Found"}}', "") is None
    for answer in ('{"error": {"code": "ETIMEDOUT", "summary": "slow"}}', "", "not json", "[]", "3"):
        with pytest.raises(TransientError) as caught:
            read_facts("a", answer, "npm error network")
        assert caught.value.next_step


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("left-pad", True),
        ("@acme/ui.kit", True),
        ("JSONStream", True),
        ("", False),
        ("-g", False),
        ("../x", False),
        ("@acme", False),
        ("a b", False),
        ("a@1", False),
        ("x" * 300, False),
    ],
)
def test_only_package_names_are_asked_about(name: str, *, good: bool) -> None:
    """Nothing that npm could take for an option, a path or a range."""
    assert is_package_name(name) is good


def test_no_registry_address_stands_in_the_source() -> None:
    """It is the user's configuration that says where packages come from."""
    source = Path(__file__).parents[3] / "src"
    # Written in pieces, so that this file does not name them either.
    hosts = [
        ".".join(parts) for parts in (("registry", "npmjs"), ("registry", "yarnpkg"), ("pypi", "org"), ("npmmirror",))
    ]
    files = [
        path for path in source.rglob("*") if path.is_file() and path.suffix in {".py", ".mjs", ".json", ".toml", ""}
    ]
    assert len(files) > 50
    named = re.compile("|".join(map(re.escape, hosts)), re.IGNORECASE)
    assert [str(path) for path in files if named.search(path.read_text(encoding="utf-8", errors="replace"))] == []

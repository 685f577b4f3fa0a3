"""Which registries a project's package manager uses, as its own configuration says: no address stands in this source.

The answer is npm's own (`npm config ls -l --json`, docs.npmjs.com/cli/commands/npm-config), which pnpm and yarn 1 read
too, plus yarn's default and what `.yarnrc`, `.yarnrc.yml` and `pnpm-workspace.yaml` of the project name.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import BuildEnvironmentError
from deploymend.shell.allow_proxy import host_and_port, upstream_proxy
from deploymend.shell.process import run
from deploymend.shell.tool_environment import tool_environment
from deploymend.shell.toolchain import Tools

_SECONDS = 30.0
_MAX_BYTES = 200_000
_URL = re.compile(r"https?://[^\s\"'<>,;]{1,300}")
_REGISTRY_KEY = re.compile(r"(registry|registries|RegistryServer)", re.IGNORECASE)
_PROJECT_FILES = (".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml")
DECIDING_FILES = (".npmrc", "package.json", *_PROJECT_FILES)
"""What of a project decides which registries it uses: the same files, the same answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAccess:
    """What the install step may reach, and how: the only thing of the user's configuration that enters the sandbox."""

    hosts: frozenset[str]
    """`host:port` in lower case."""
    settings: tuple[tuple[str, str], ...]
    """npm settings for the sandbox: registries by scope, TLS."""
    certificates: tuple[Path, ...] = ()
    """Files with extra certificates, to be readable inside."""
    certificate_variable: Path | None = None
    """What NODE_EXTRA_CA_CERTS says."""
    upstream: str | None = None
    """The machine's own proxy, `host:port`."""

    def userconfig(self, *, keep_addresses: bool) -> str:
        """An npmrc for the sandbox. `keep_addresses`: write `resolved` into lockfiles, as npm does by default."""
        fixed = {
            "audit": "false",
            "fund": "false",
            "update-notifier": "false",
            "omit-lockfile-registry-resolved": str(not keep_addresses).lower(),
        }
        return "".join(f"{name}={value}\n" for name, value in (*self.settings, *fixed.items()))


async def find_registries(
    tools: Tools, manager: str, folders: Iterable[Path], environment: Mapping[str, str] | None = None
) -> RegistryAccess:
    """What a project in `folders` (its own first, then those above it) uses. Raises BuildEnvironmentError.

    Runs npm, and yarn for its default, with the user's configuration but none of the project's code: yarn is started
    in an empty folder, as a project's `.yarnrc` could name a program to run in its place.
    """
    variables = tool_environment(environment)
    places = [folder for folder in folders if folder.is_dir()]
    config = await _npm_config(tools, places[0], variables)
    settings = [(key, value) for key, value in config.items() if _is_registry(key) and isinstance(value, str)]
    urls = [value for _, value in settings] + [url for folder in places for url in _named_in(folder)]
    if manager == "yarn":
        urls += await _yarn_default(tools, variables)
    certificates = config.get("cafile")
    if isinstance(certificates, str):
        settings.append(("cafile", certificates))
    if config.get("strict-ssl") is False:
        settings.append(("strict-ssl", "false"))
    extra = variables.get("NODE_EXTRA_CA_CERTS")
    named = [Path(place) for place in (certificates, extra) if isinstance(place, str) and place]
    return RegistryAccess(
        hosts=frozenset(host for url in urls if (host := host_and_port(url))),
        settings=tuple(settings),
        certificates=tuple(dict.fromkeys(named)),
        certificate_variable=Path(extra) if extra else None,
        upstream=upstream_proxy(os.environ if environment is None else environment),
    )


def _is_registry(key: str) -> bool:
    return key == "registry" or bool(re.fullmatch(r"@[\w.~-]{1,100}:registry", key))


async def _npm_config(tools: Tools, folder: Path, variables: dict[str, str]) -> dict[str, object]:
    """What npm says. The user's own npm is asked first: it alone knows this machine's global npmrc, as the Node that
    deploymend brought has a prefix of its own (docs.npmjs.com/cli/configuring-npm/npmrc).
    """
    own = shutil.which("npm", path=variables.get("PATH"))
    brought = [str(tools.node.program), str(tools.node.npm)]
    words = ""
    for program in ([own], brought) if own else (brought,):
        ended = await run(
            [*program, "config", "ls", "-l", "--json"],
            cwd=folder,
            env=variables,
            timeout_seconds=_SECONDS,
            separate_stderr=True,
        )
        config = _document(ended.stdout) if ended.ok else None
        if config is not None:
            return config
        words = ended.output.strip()[-400:]
    raise BuildEnvironmentError(
        f"npm cannot read its configuration in {folder.name}: {words}",
        next_step="Correct the .npmrc that it names.",
    )


def _document(text: str) -> dict[str, object] | None:
    try:
        config = json.loads(text)
    except ValueError:
        return None
    return config if isinstance(config, dict) else None


async def _yarn_default(tools: Tools, variables: dict[str, str]) -> list[str]:
    classic = (tools.manager_version or "1").startswith("1.")
    question = ["config", "get", "registry" if classic else "npmRegistryServer"]
    with tempfile.TemporaryDirectory(prefix="deploymend-") as empty:
        ended = await run(
            [str(tools.folder / "yarn"), *question],
            cwd=Path(empty),
            env=variables | {"PATH": f"{tools.folder}:{variables.get('PATH', os.defpath)}"},
            timeout_seconds=_SECONDS,
            separate_stderr=True,
        )
    return _URL.findall(ended.stdout)


def _named_in(folder: Path) -> list[str]:
    """Registry addresses in the project's own files, by line: a whole parser per format would find the same."""
    urls: list[str] = []
    for name in _PROJECT_FILES:
        path = folder / name
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        # `registries:` of pnpm has its addresses on the lines below it.
        below = False
        for line in text.splitlines():
            key = _REGISTRY_KEY.search(line.partition("://")[0])
            below = bool(key) or (below and line[:1].isspace())
            if below:
                urls += _URL.findall(line)
    return urls
